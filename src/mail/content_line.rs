//! Content lines of iCalendar (RFC 5545 §3.1) and vCard (RFC 6350 §3.2, and 2.1 before it): `NAME;PARAMETER=value:value`.

use crate::domain::limits::PARAMETERS;

/// One line: its name and parameters in upper case as far as they are names, its value as it stands.
pub(super) struct ContentLine {
    pub(super) name: String,
    parameters: Vec<(String, String)>,
    value: String,
}

impl ContentLine {
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value as text: `\\n`, `\\,` and `\\;` read.
    pub(super) fn text(&self) -> String {
        let mut out = String::with_capacity(self.value.len());
        let mut letters = self.value.chars();
        while let Some(letter) = letters.next() {
            match (letter, letters.clone().next()) {
                ('\\', Some('n' | 'N')) => {
                    letters.next();
                    out.push('\n');
                }
                ('\\', Some(next @ (',' | ';' | '\\' | ':'))) => {
                    letters.next();
                    out.push(next);
                }
                _ => out.push(letter),
            }
        }
        out.trim().to_owned()
    }

    pub(super) fn value(&self) -> &str {
        self.value.trim()
    }

    /// The line as it can be written again.
    pub(super) fn written(&self) -> String {
        let mut out = self.name.clone();
        for (name, value) in &self.parameters {
            let mark = if value.contains([':', ';', ',']) { "\"" } else { "" };
            out.push_str(&format!(";{name}={mark}{value}{mark}"));
        }
        out.push(':');
        out.push_str(self.value());
        out
    }
}

/// The lines of a text, unfolded. What is no content line is left out.
pub(super) fn lines(text: &str) -> Vec<ContentLine> {
    each_line(text).collect()
}

/// The same, one after the other.
pub(super) fn each_line(text: &str) -> impl Iterator<Item = ContentLine> {
    let mut rest = text.lines().peekable();
    let unfolded = std::iter::from_fn(move || {
        let mut line = rest.next()?.to_owned();
        while let Some(more) = rest.peek().and_then(|next| next.strip_prefix([' ', '\t'])) {
            line.push_str(more);
            rest.next();
        }
        Some(line)
    });
    unfolded.filter_map(|line| read(&line))
}

fn read(line: &str) -> Option<ContentLine> {
    let colon = unquoted(line, ':').next()?;
    let (head, value) = (line.get(..colon)?, line.get(colon + 1..)?);
    let mut pieces = Vec::new();
    let mut from = 0;
    for at in unquoted(head, ';').chain([head.len()]).take(PARAMETERS) {
        pieces.push(head.get(from..at)?);
        from = at + 1;
    }
    let (name, parameters) = pieces.split_first()?;
    let name = name.rsplit('.').next()?.trim().to_ascii_uppercase();
    let parameters: Vec<(String, String)> = parameters
        .iter()
        .filter_map(|piece| piece.split_once('='))
        .map(|(name, value)| (name.trim().to_ascii_uppercase(), parameter_value(value)))
        .collect();
    let printed = parameters.iter().any(|(name, it)| name == "ENCODING" && it.eq_ignore_ascii_case("quoted-printable"));
    let value = if printed {
        String::from_utf8_lossy(&super::transfer_encoding::quoted_printable(value.as_bytes()).0).into_owned()
    } else {
        value.to_owned()
    };
    (!name.is_empty()).then_some(ContentLine { name, parameters, value })
}

/// The places of a character outside quotation marks.
fn unquoted(text: &str, wanted: char) -> impl Iterator<Item = usize> {
    let mut quoted = false;
    text.char_indices().filter_map(move |(at, letter)| {
        quoted ^= letter == '"';
        (letter == wanted && !quoted).then_some(at)
    })
}

/// A parameter's value without its quotation marks, with what RFC 6868 writes by circumflexes.
fn parameter_value(value: &str) -> String {
    let value = value.trim().trim_matches('"');
    if value.contains('^') {
        value.replace("^n", "\n").replace("^'", "\"").replace("^^", "^")
    } else {
        value.to_owned()
    }
}
