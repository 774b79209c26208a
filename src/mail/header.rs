//! The header of a message or of a part: which fields there are, and where the body begins.
//!
//! One pass over the bytes, whatever their number. Only fields that this program reads are kept, as slices; nothing
//! is decoded here. Of a field that is allowed once and stands more often, two are kept, so that the defect can be reported.

use crate::domain::limits::{HEADER_BLOCK_BYTES, HEADER_FIELD_BYTES, HEADER_FIELDS};

/// The fields that are read, in lower case. All others are ignored.
const KNOWN: [&str; 22] = [
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "list-id",
    "list-unsubscribe",
    "content-type",
    "content-disposition",
    "content-transfer-encoding",
    "content-id",
    "status",
    "x-status",
    "x-mozilla-status",
    "x-gmail-labels",
    "content-length",
    "x-tidebox-source",
];

/// More fields that are read. They do not decide whether a line belongs to a header, because the end of a header must never
/// change: the fingerprint of a message depends on it.
const NOTED: [&str; 29] = [
    "auto-submitted",
    "precedence",
    "x-autoreply",
    "x-autorespond",
    "list-post",
    "mailing-list",
    "x-mailing-list",
    "mail-followup-to",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "list-unsubscribe-post",
    "authentication-results",
    "dkim-signature",
    "x-github-reason",
    "x-gitlab-notificationreason",
    "x-gitlab-project-path",
    "x-gitlab-pipeline-id",
    "x-gitea-reason",
    "x-gitea-repository-path",
    "x-forgejo-reason",
    "x-forgejo-repository-path",
    "return-path",
    "feedback-id",
    "x-csa-complaints",
    "x-mailgun-sid",
    "x-sg-eid",
    "x-mc-user",
    "x-jira-fingerprint",
];

/// Those of `NOTED` of which several may count, and how many of each are kept at most.
const SEVERAL: [&str; 3] = ["list-unsubscribe-post", "authentication-results", "dkim-signature"];
const MOST_NOTED: usize = 8;

/// Fields of other programs that tell a header's line from a line of text which lost its empty line before it.
const COMMON: [&str; 4] = ["received", "return-path", "mime-version", "delivered-to"];

#[derive(Debug, Clone, Default)]
pub(super) struct Header<'a> {
    fields: Vec<(&'static str, &'a [u8])>,
    /// How many of each known field were kept.
    counts: [usize; KNOWN.len()],
    /// Those of `NOTED`, the first of each, and a few of `SEVERAL`; so they count towards no limit.
    noted: Vec<(&'static str, &'a [u8])>,
    /// How much they take.
    bytes: usize,
    /// Whether there was any field at all, known or not.
    pub(super) any: bool,
    /// Whether it is longer than real headers are.
    pub(super) long: bool,
}

impl<'a> Header<'a> {
    /// The first field of this name, with its folding still in it.
    pub(super) fn first(&self, name: &str) -> Option<&'a [u8]> {
        self.all(name).next()
    }

    /// The first field of this name among those that are only noted.
    pub(super) fn noted(&self, name: &str) -> Option<&'a [u8]> {
        self.all_noted(name).next()
    }

    pub(super) fn all_noted<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a [u8]> + 's {
        self.noted.iter().filter(move |(known, _)| *known == name).map(|(_, value)| *value)
    }

    pub(super) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a [u8]> + 's {
        self.fields.iter().filter(move |(known, _)| *known == name).map(|(_, value)| *value)
    }

    pub(super) fn repeated(&self, name: &str) -> bool {
        self.all(name).nth(1).is_some()
    }

    /// Keeps a field by its place among the known ones, and the noted ones behind them.
    fn keep(&mut self, place: usize, value: &'a [u8]) {
        if let Some(name) = place.checked_sub(KNOWN.len()).and_then(|place| NOTED.get(place)) {
            let most = if SEVERAL.contains(name) { MOST_NOTED } else { 1 };
            if self.all_noted(name).count() < most {
                self.noted.push((name, value.get(..HEADER_FIELD_BYTES).unwrap_or(value)));
            }
            return;
        }
        let (Some(name), Some(count)) = (KNOWN.get(place), self.counts.get_mut(place)) else { return };
        let most = if matches!(*name, "to" | "cc") { HEADER_FIELDS } else { 2 };
        // Of a long chain of references, both the beginning and the end are needed.
        let short = if *name == "references" { value } else { value.get(..HEADER_FIELD_BYTES).unwrap_or(value) };
        if *count < most && self.bytes < HEADER_BLOCK_BYTES {
            *count += 1;
            self.bytes += short.len().min(HEADER_FIELD_BYTES);
            self.fields.push((name, short));
        }
        self.long |= short.len() < value.len();
    }
}

/// Reads the header at the start of `bytes` and says where its body begins.
///
/// A line that is no field is skipped when a field follows; else the empty line before the body is missing, and the
/// body begins with it. `ends` stops at lines that can't belong to a header, such as a boundary of the parts around.
pub(super) fn split(bytes: &[u8], ends: impl Fn(&[u8]) -> bool) -> (Header<'_>, usize) {
    let mut header = Header::default();
    let mut at = leading(bytes);
    let first = at;
    let mut stray: Option<usize> = None;
    let mut open: Option<(usize, usize, usize)> = None;
    let body = loop {
        let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) else { break stray.unwrap_or(bytes.len()) };
        let length = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        let line = rest.get(..length).unwrap_or_default();
        if line == b"\n" || line == b"\r\n" {
            break stray.unwrap_or(at + length);
        }
        if ends(line) {
            break stray.unwrap_or(at);
        }
        if line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            if let Some((_, _, end)) = &mut open {
                *end = at + length;
            }
        } else {
            if let Some((place, start, end)) = open.take() {
                header.keep(place, bytes.get(start..end).unwrap_or_default());
            }
            match field_name(line) {
                Some(name) => {
                    header.any = true;
                    let known = KNOWN.iter().position(|known| known.as_bytes().eq_ignore_ascii_case(name));
                    if known.is_some() || COMMON.into_iter().any(|it| it.as_bytes().eq_ignore_ascii_case(name)) {
                        stray = None;
                    }
                    let colon = line.iter().position(|byte| *byte == b':').unwrap_or(0);
                    let noted = || NOTED.iter().position(|noted| noted.as_bytes().eq_ignore_ascii_case(name));
                    let place = known.or_else(|| noted().map(|place| KNOWN.len() + place));
                    open = place.map(|place| (place, at + colon + 1, at + length));
                }
                None if !header.any => break first,
                None => stray = stray.or(Some(at)),
            }
        }
        at += length;
    };
    if let Some((place, start, end)) = open {
        header.keep(place, bytes.get(start..end).unwrap_or_default());
    }
    header.long |= body > HEADER_BLOCK_BYTES;
    (header, body)
}

/// Whether a field is one that a message which leaves has anyway, or that only a server may add, so that nobody adds a second one.
pub(super) fn is_written_by_builder(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let mime = name.starts_with("content-") || name == "mime-version";
    let delivery = name.starts_with("resent-") || ["bcc", "received", "return-path"].contains(&name.as_str());
    mime || delivery || KNOWN.get(..10).unwrap_or_default().contains(&name.as_str())
}

/// Empty lines and an mbox's postmark before the first field.
fn leading(bytes: &[u8]) -> usize {
    let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let rest = bytes.get(blank..).unwrap_or_default();
    if rest.starts_with(b"From ") || rest.starts_with(b">From ") {
        return rest.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| blank + end + 1);
    }
    blank
}

/// The name before the colon (RFC 5322 §3.6.8), spaces before the colon forgiven.
pub(super) fn field_name(line: &[u8]) -> Option<&[u8]> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = line.get(..colon)?.trim_ascii_end();
    (!name.is_empty() && name.iter().all(u8::is_ascii_graphic)).then_some(name)
}

/// A field's value on one line: folding undone, spaces around it taken off.
pub(super) fn unfold(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    for line in value.split(|byte| *byte == b'\n') {
        out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
    }
    out.trim_ascii().to_vec()
}

#[cfg(test)]
mod tests {
    use super::{split, unfold};

    fn read(text: &str, name: &str) -> (Option<String>, String) {
        let (header, body) = split(text.as_bytes(), |_| false);
        let value = header.first(name).map(|value| String::from_utf8(unfold(value)).unwrap());
        (value, text[body..].to_owned())
    }

    #[test]
    fn fields_are_found_folded_or_not_and_the_body_follows() {
        let text = "Subject: a\r\n\t\r\n b\r\nX-Other: 1\r\nDate: today\r\n\r\nBody\r\n";
        assert_eq!(read(text, "subject"), (Some("a\t b".into()), "Body\r\n".into()));
        assert_eq!(read(text, "date").0.as_deref(), Some("today"));
        assert_eq!(read("\n\nFrom x Mon\nSUBJECT : hi\n\nb", "subject"), (Some("hi".into()), "b".into()));
    }

    #[test]
    fn stray_lines_are_skipped_when_fields_follow_and_begin_the_body_when_none_do() {
        let text = "Subject: a\nX-NoColon\n: novalue\nX Space: v\nDate: d\n\nBody";
        assert_eq!(read(text, "date"), (Some("d".into()), "Body".into()));
        assert_eq!(read("Subject: a\nHello there\n\nmore", "subject").1, "Hello there\n\nmore");
        assert_eq!(read("just text\n\nmore", "subject"), (None, "just text\n\nmore".into()));
        assert_eq!(read("Subject: only", "subject"), (Some("only".into()), String::new()));
    }

    #[test]
    fn the_first_of_several_counts_and_the_others_are_known_of() {
        let (header, _) = split(b"Subject: a\nSubject: b\nSubject: c\n\n", |_| false);
        assert_eq!(header.first("subject"), Some(&b" a\n"[..]));
        assert!(header.repeated("subject"));
        assert_eq!(header.all("subject").count(), 2);
    }
}
