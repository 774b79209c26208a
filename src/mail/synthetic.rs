//! A message for what came without original bytes: a row put in by a script, a JSON line.
//!
//! Everything in the store has original bytes, so that reading, searching, threads and export know one kind of
//! message. What is written here is plain ASCII in the header (RFC 2047 words for the rest); a line end in a value
//! becomes a space, so that no value can begin a field of its own.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::addresses::looks_like_address;
use super::encoded_word;
use crate::domain::limits::HEADER_FIELD_BYTES;

/// What a script said of its message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script<'a> {
    /// The source's name.
    pub source: &'a str,
    /// `name@host`, `Name <name@host>`, or any name.
    pub sender: &'a str,
    pub subject: &'a str,
    pub body: &'a str,
    /// Whether the body is HTML; else it is plain text.
    pub html: bool,
    /// What the script calls this message; the Message-ID is made of it and the source.
    pub external_id: Option<&'a str>,
    pub sent_at: Option<DateTime<Utc>>,
    /// Messages of one source with the same thread belong together.
    pub thread: Option<&'a str>,
    /// An address to look at; it ends the text.
    pub link: Option<&'a str>,
    /// A list's identifier.
    pub list: Option<&'a str>,
}

/// Writes the message (RFC 5322), with CRLF line ends.
///
/// The same script gives the same bytes, whenever it is written. Without `external_id` there is no Message-ID, and
/// without `sent_at` no Date.
#[must_use]
pub fn compose(script: &Script<'_>) -> Vec<u8> {
    let mut out = String::new();
    let mut field = |name: &str, value: &str| {
        out.push_str(name);
        out.push_str(": ");
        out.push_str(value);
        out.push_str("\r\n");
    };
    field("From", &mailbox(script.sender));
    field("Subject", &text(script.subject));
    if let Some(sent) = script.sent_at {
        field("Date", &sent.format("%a, %d %b %Y %H:%M:%S +0000").to_string());
    }
    if let Some(id) = script.external_id {
        field("Message-ID", &id_of("id", script.source, id));
    }
    if let Some(thread) = script.thread.filter(|thread| !thread.trim().is_empty()) {
        let root = id_of("thread", script.source, thread);
        field("In-Reply-To", &root);
        field("References", &root);
    }
    if let Some(list) = script.list {
        let list: String =
            field_value(list).chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>')).collect();
        if !list.is_empty() {
            field("List-Id", &format!("<{list}>"));
        }
    }
    field("X-Tidebox-Source", &text(script.source));
    field("MIME-Version", "1.0");
    let kind = if script.html { "html" } else { "plain" };
    field("Content-Type", &format!("text/{kind}; charset=utf-8"));
    field("Content-Transfer-Encoding", "8bit");
    out.push_str("\r\n");
    for line in script.body.lines() {
        out.push_str(line.strip_suffix('\r').unwrap_or(line));
        out.push_str("\r\n");
    }
    if let Some(link) = script.link.map(one_line).filter(|link| !link.is_empty() && !script.body.contains(link)) {
        out.push_str("\r\n");
        if script.html {
            let link = escaped(&link);
            let _ = write!(out, "<p><a href=\"{link}\">{link}</a></p>");
        } else {
            out.push_str(&link);
        }
        out.push_str("\r\n");
    }
    out.into_bytes()
}

/// Text as HTML shows it, in an attribute too.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn mailbox(sender: &str) -> String {
    let sender = field_value(sender);
    let (name, address) = match sender.rsplit_once('<') {
        Some((name, rest)) => (name.trim().trim_matches('"').to_owned(), rest.trim_end_matches('>').trim().to_owned()),
        None if looks_like_address(&sender) || simple(&sender) => (String::new(), sender),
        None => (sender, String::new()),
    };
    let address: String =
        address.chars().filter(|c| !c.is_whitespace() && !matches!(c, '<' | '>' | ',' | ';')).collect();
    match (name.is_empty(), address.is_empty()) {
        (true, false) => format!("<{address}>"),
        (_, true) => encoded_word::encode(&name),
        _ => format!("{} <{address}>", encoded_word::encode(&name)),
    }
}

/// `build@ci`: an address of a host without a dot.
fn simple(sender: &str) -> bool {
    sender.split_once('@').is_some_and(|(local, host)| {
        let plain =
            |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || ".-_+".contains(c));
        plain(local) && plain(host)
    })
}

/// A value for an unstructured field: as it is where that is plain, else as encoded words.
fn text(value: &str) -> String {
    let value = field_value(value);
    let plain = value.len() < 900 && value.bytes().all(|byte| (0x20..0x7f).contains(&byte)) && !value.contains("=?");
    if plain { value } else { encoded_word::encode(&value) }
}

/// A value for a field. Of one that is longer than any field is read, so much is kept that it is seen to be too long.
fn field_value(value: &str) -> String {
    one_line(value.get(..value.floor_char_boundary(HEADER_FIELD_BYTES + 4)).unwrap_or(value))
}

fn one_line(value: &str) -> String {
    let line: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.trim().to_owned()
}

/// An id made of what a script calls a thing: the same for the same name, of any letters and length.
fn id_of(kind: &str, source: &str, name: &str) -> String {
    let mut hash = Sha256::new();
    for piece in [source.as_bytes(), b"\0", name.as_bytes()] {
        hash.update(piece);
    }
    let mut id = String::from("<");
    for byte in hash.finalize().iter().take(16) {
        let _ = write!(id, "{byte:02x}");
    }
    let _ = write!(id, "@{kind}.tidebox.invalid>");
    id
}

#[cfg(test)]
mod tests {
    use super::{Script, compose};
    use crate::domain::defect::Defect;
    use crate::mail::parse;
    use chrono::DateTime;

    fn script() -> Script<'static> {
        Script { source: "ci", sender: "build@ci", subject: "main is red", body: "3 tests fail\n", ..Script::default() }
    }

    #[test]
    fn what_a_script_says_is_read_back() {
        let sent = DateTime::from_timestamp(1_700_000_000, 0);
        let link = Some("https://ci.example/7");
        let it = Script {
            sender: "Grüne Müller <g@m.example>",
            subject: "röt =?utf-8?Q?x?=",
            sent_at: sent,
            link,
            ..script()
        };
        let message = parse(&compose(&it));
        assert_eq!(
            (message.envelope.from.name.as_str(), message.envelope.from.address.as_str()),
            ("Grüne Müller", "g@m.example")
        );
        assert_eq!((message.envelope.subject.as_str(), message.envelope.date), ("röt =?utf-8?Q?x?=", sent));
        assert_eq!(message.text, "3 tests fail\r\n\r\nhttps://ci.example/7\r\n");
        assert_eq!(message.envelope.defects, []);
    }

    #[test]
    fn names_without_an_address_and_hosts_without_a_dot_are_senders() {
        let from = |sender: &'static str| parse(&compose(&Script { sender, ..script() })).envelope.from;
        assert_eq!(from("build@ci").address, "build@ci");
        assert_eq!(from("The builder").name, "The builder");
        assert_eq!(from("").called(), "");
    }

    #[test]
    fn a_thread_holds_together_within_its_source() {
        let of =
            |source, thread| parse(&compose(&Script { source, thread: Some(thread), ..script() })).envelope.references;
        assert_eq!(of("ci", "main"), of("ci", "main"));
        assert_ne!(of("ci", "main"), of("ci", "other"));
        assert_ne!(of("ci", "main"), of("feeds", "main"));
    }

    #[test]
    fn different_ids_are_different_messages() {
        let of = |id| parse(&compose(&Script { external_id: Some(id), ..script() })).envelope.fingerprint;
        assert_eq!(of("1"), of("1"));
        assert_ne!(of("1"), of("2"));
    }

    #[test]
    fn values_of_any_length_are_cut_and_it_is_told() {
        let long = "é".repeat(5_000_000);
        for it in [Script { subject: &long, ..script() }, Script { sender: &long, ..script() }] {
            let raw = compose(&it);
            assert!(raw.len() < 400_000, "{}", raw.len());
            assert!(parse(&raw).envelope.defects.contains(&Defect::Cut("header")));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_value_begins_a_field_of_its_own(value in "(\r|\n|\r\n|Bcc: |x@y\\.example|<|>|\"|.){0,30}") {
            let it = Script { sender: &value, subject: &value, external_id: Some(&value), thread: Some(&value), list: Some(&value), source: &value, ..script() };
            let raw = String::from_utf8(compose(&it)).unwrap();
            let (header, _) = raw.split_once("\r\n\r\n").unwrap();
            let known = ["From", "Subject", "Message-ID", "In-Reply-To", "References", "List-Id", "X-Tidebox-Source", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"];
            for line in header.split("\r\n").filter(|line| !line.starts_with(' ')) {
                proptest::prop_assert!(known.contains(&line.split(": ").next().unwrap()), "{line}");
            }
            proptest::prop_assert!(!header.replace("\r\n", "").contains(['\r', '\n']));
        }
    }
}
