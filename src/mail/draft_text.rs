//! The file of a draft, as an editor gets it and gives it back: fields, an empty line, the text.
//!
//! Every mistake is told with its line, all at once. Lines of the fields that begin with `#` are notes to the writer.

use super::address_list::AddressFieldKind;
use super::addresses;
use super::build::for_envelope;
use crate::domain::address::Address;
use crate::domain::answering::{Draft, DraftMistake};
use crate::domain::nearest::nearest;

/// The fields that a draft has, beside those that begin with `X-`.
const FIELDS: [&str; 9] = ["From", "To", "Cc", "Bcc", "Reply-To", "Subject", "Attach", "Leaves", "Remind"];
/// A draft is no larger, in bytes: nobody writes more, and files go by their paths.
pub const LARGEST_DRAFT: usize = 4 * 1024 * 1024;
/// So many people get one message, at most.
const MOST_RECIPIENTS: usize = 10_000;

/// The file of a draft. `notes` are told to the writer above the text, one on each line.
#[must_use]
pub fn draft_text(draft: &Draft, notes: &[String]) -> String {
    let mut out = String::new();
    let mut field = |name: &str, value: &str| {
        out.push_str(name);
        out.push(':');
        if !value.is_empty() {
            out.push(' ');
            out.push_str(&one_line(value));
        }
        out.push('\n');
    };
    field("From", &list(std::slice::from_ref(&draft.from)));
    field("To", &list(&draft.to));
    field("Cc", &list(&draft.cc));
    if !draft.bcc.is_empty() {
        field("Bcc", &list(&draft.bcc));
    }
    if !draft.reply_to.is_empty() {
        field("Reply-To", &list(&draft.reply_to));
    }
    field("Subject", &draft.subject);
    for file in &draft.files {
        field("Attach", file);
    }
    if !draft.leaves.is_empty() {
        field("Leaves", &draft.leaves);
    }
    if !draft.remind.is_empty() {
        field("Remind", &draft.remind);
    }
    for (name, value) in &draft.fields {
        field(name, value);
    }
    for note in notes {
        out.push_str("# ");
        out.push_str(&one_line(note));
        out.push('\n');
    }
    out.push('\n');
    out.push_str(&draft.text);
    out
}

/// Reads the file of a draft.
///
/// # Errors
/// All mistakes in it, in the order of their lines.
pub fn read_draft(bytes: &[u8]) -> Result<Draft, Vec<DraftMistake>> {
    read(bytes)?.finish()
}

/// Reads the file of a draft that is to be begun from: it need not say yet who gets it, and who writes.
///
/// # Errors
/// All mistakes in it, in the order of their lines.
pub fn read_template(bytes: &[u8]) -> Result<Draft, Vec<DraftMistake>> {
    let read = read(bytes)?;
    if read.mistakes.is_empty() { Ok(read.draft) } else { Err(read.mistakes) }
}

fn read(bytes: &[u8]) -> Result<DraftReader, Vec<DraftMistake>> {
    let text = decoded(bytes).map_err(|mistake| vec![mistake])?;
    let mut reader = DraftReader::default();
    let mut lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).enumerate();
    let mut field: Option<(usize, String)> = None;
    for (place, line) in lines.by_ref() {
        if line.trim().is_empty() {
            break;
        }
        if line.starts_with('#') {
            continue;
        }
        match &mut field {
            Some((_, value)) if line.starts_with([' ', '\t']) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            _ => {
                if let Some((at, line)) = field.replace((place + 1, line.to_owned())) {
                    reader.field(at, &line);
                }
            }
        }
    }
    if let Some((at, line)) = field {
        reader.field(at, &line);
    }
    let body: Vec<&str> = lines.map(|(_, line)| line).collect();
    reader.draft.text = body.join("\n");
    Ok(reader)
}

/// The bytes as text.
fn decoded(bytes: &[u8]) -> Result<&str, DraftMistake> {
    let line_of = |at: usize| memchr::memchr_iter(b'\n', bytes.get(..at).unwrap_or(bytes)).count() + 1;
    let mistake =
        |line: usize, what: &str, help: &str| DraftMistake { line, what: what.to_owned(), help: help.to_owned() };
    if bytes.len() > LARGEST_DRAFT {
        return Err(mistake(1, "this is larger than 4 MB", "send a long text as a file, by `Attach: PATH`"));
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(mistake(line_of(at), "it has a character NUL, which no mail may have", "delete it"));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let help = "let the editor save it as UTF-8 (in vim `:set fileencoding=utf-8`)";
        mistake(line_of(error.valid_up_to()), "this is not UTF-8", help)
    })
}

#[derive(Default)]
struct DraftReader {
    draft: Draft,
    /// The lines of the fields that stand in the file, by their names.
    seen: Vec<(&'static str, usize)>,
    mistakes: Vec<DraftMistake>,
}

impl DraftReader {
    fn mistake(&mut self, line: usize, what: impl Into<String>, help: impl Into<String>) {
        self.mistakes.push(DraftMistake { line, what: what.into(), help: help.into() });
    }

    fn field(&mut self, line: usize, text: &str) {
        let Some((name, value)) = text.split_once(':').filter(|(name, _)| !name.trim().is_empty()) else {
            let help = "write `Name: value`, or an empty line before the text";
            return self.mistake(line, format!("{:?} is no field", shortened(text)), help);
        };
        let (name, value) = (name.trim(), value.trim());
        let Some(known) = FIELDS.into_iter().find(|known| known.eq_ignore_ascii_case(name)) else {
            return self.other(line, name, value);
        };
        let again = self.seen.iter().find(|(seen, _)| *seen == known && known != "Attach").copied();
        if let Some((_, first)) = again {
            return self.mistake(line, format!("`{known}` is there already, in line {first}"), "keep one of them");
        }
        self.seen.push((known, line));
        match known {
            "Subject" => value.clone_into(&mut self.draft.subject),
            "Leaves" => value.clone_into(&mut self.draft.leaves),
            "Remind" => value.clone_into(&mut self.draft.remind),
            "Attach" if value.is_empty() => {}
            "Attach" => self.draft.files.push(value.to_owned()),
            _ => self.people(line, known, value),
        }
    }

    /// A field of the writer's own.
    fn other(&mut self, line: usize, name: &str, value: &str) {
        let own = name.get(..2).is_some_and(|it| it.eq_ignore_ascii_case("x-")) && name.len() > 2;
        if own && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            self.draft.fields.push((name.to_owned(), value.to_owned()));
            return;
        }
        let help = match nearest(name, FIELDS) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write one of {}, or a field that begins with `X-`", FIELDS.join(", ")),
        };
        self.mistake(line, format!("`{}` is no field of a draft", shortened(name)), help);
    }

    fn people(&mut self, line: usize, name: &str, value: &str) {
        let mut people = Vec::new();
        // The reader of mail stops at a thousand; so it gets them in pieces.
        for piece in pieces(value) {
            people.extend(addresses::read(piece.as_bytes(), Some("utf-8"), AddressFieldKind::Recipient).0);
        }
        if people.len() > MOST_RECIPIENTS {
            return self.mistake(
                line,
                format!("`{name}` names more than {MOST_RECIPIENTS} people"),
                "write to fewer at once",
            );
        }
        let people: Vec<Address> = people.into_iter().map(|it| it.address).collect();
        for person in &people {
            if for_envelope(&person.address).is_err() {
                let written = if person.address.is_empty() { &person.name } else { &person.address };
                let what = format!("`{}` in `{name}` is no address", shortened(written));
                self.mistake(line, what, "write it as `ann@example.org` or `Ann <ann@example.org>`");
            }
        }
        if people.is_empty() && !value.is_empty() && !is_empty_group(value) {
            self.mistake(line, format!("`{name}` names nobody"), "write an address, or nothing behind the colon");
        }
        let room = match name {
            "To" => &mut self.draft.to,
            "Cc" => &mut self.draft.cc,
            "Bcc" => &mut self.draft.bcc,
            "Reply-To" => &mut self.draft.reply_to,
            _ => {
                if people.len() > 1 {
                    self.mistake(line, "`From` names more than one address", "keep the one that you write as");
                }
                self.draft.from = people.into_iter().next().unwrap_or_default();
                return;
            }
        };
        *room = people;
    }

    fn finish(mut self) -> Result<Draft, Vec<DraftMistake>> {
        let line =
            |seen: &[(&str, usize)], name: &str| seen.iter().find(|(it, _)| *it == name).map_or(1, |(_, line)| *line);
        if self.mistakes.is_empty() && self.draft.recipients().is_empty() {
            self.mistake(line(&self.seen, "To"), "nobody gets it", "name somebody in `To`, `Cc` or `Bcc`");
        }
        if self.mistakes.is_empty() && self.draft.from.address.is_empty() {
            self.mistake(line(&self.seen, "From"), "it does not say who writes", "write `From: ` and your address");
        }
        if self.mistakes.is_empty() { Ok(self.draft) } else { Err(self.mistakes) }
    }
}

/// `undisclosed-recipients:;`
fn is_empty_group(value: &str) -> bool {
    value.trim_end_matches([';', ' ']).ends_with(':')
}

/// A list of addresses cut at commas outside of quotes and comments, into pieces of some hundred.
fn pieces(value: &str) -> Vec<&str> {
    const EACH: usize = 500;
    let (mut out, mut from, mut count) = (Vec::new(), 0, 0);
    let (mut quoted, mut escaped, mut depth) = (false, false, 0_usize);
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b'(' if !quoted => depth += 1,
            b')' if !quoted => depth = depth.saturating_sub(1),
            b',' if !quoted && depth == 0 => count += 1,
            _ => {}
        }
        if count == EACH {
            out.push(value.get(from..at).unwrap_or_default());
            (from, count) = (at + 1, 0);
        }
    }
    out.push(value.get(from..).unwrap_or_default());
    out
}

/// People as they are typed: `Ann <ann@a.example>, "Doe, Bob" <bob@b.example>`.
fn list(people: &[Address]) -> String {
    people.iter().filter(|it| !it.address.is_empty()).map(Address::typed).collect::<Vec<_>>().join(", ")
}

fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The beginning of what somebody typed, for a message about it.
fn shortened(text: &str) -> String {
    let mut out: String = one_line(text).chars().take(40).collect();
    if text.chars().count() > 40 {
        out.push('…');
    }
    out
}
