//! A message that is begun here and written in another mail program: as the file of a draft, and as a `mailto` URL (RFC 6068).
//!
//! Both say to whom, what about, and what is answered. What is left to the other program is left out: its own name of the
//! message (Message-ID) and the date.

use mail_builder::MessageBuilder;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::text::Text;
use mail_builder::mime::{BodyPart, MimePart};

use super::build::{file_part, for_envelope, ids, list, one_line};
use super::{FileToSend, percent};
use crate::domain::address::Address;
use crate::domain::answering::Draft;

/// A URL is no longer, in bytes: it is one argument of a command, of which systems take 128 kB. Of a longer text its end is left out.
const LONGEST_URL: usize = 60_000;

/// What the draft answers (RFC 5322 §3.6.4), ids without brackets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnsweredIds {
    pub in_reply_to: Option<String>,
    pub references: Vec<String>,
}

/// The file of a draft for another program: its header as mail has it, its text as UTF-8, with LF. Whom no mail can be sent to is left
/// out, and so is the sender where nothing says who that is.
#[must_use]
pub fn draft_message(draft: &Draft, answers: &AnsweredIds, files: &[FileToSend]) -> Vec<u8> {
    let mut builder = MessageBuilder::new();
    let fields =
        [("From", std::slice::from_ref(&draft.from)), ("To", &draft.to), ("Cc", &draft.cc), ("Bcc", &draft.bcc)];
    for (name, people) in fields {
        let people = sendable(people);
        if !people.is_empty() {
            builder = builder.header(name, list(&people));
        }
    }
    builder = builder.header("Subject", Text::new(one_line(&draft.subject)));
    if let Some(id) = &answers.in_reply_to {
        builder = builder.header("In-Reply-To", ids(std::slice::from_ref(id)));
    }
    if !answers.references.is_empty() {
        builder = builder.header("References", ids(&answers.references));
    }
    let encoding = if draft.text.is_ascii() { "7bit" } else { "8bit" };
    let kind = ContentType::new("text/plain").attribute("charset", "utf-8");
    let text = MimePart::new(kind, BodyPart::Text(draft.text.clone().into())).transfer_encoding(encoding);
    let body = match files {
        [] => text,
        files => MimePart::new(
            "multipart/mixed",
            std::iter::once(text).chain(files.iter().map(file_part)).collect::<Vec<_>>(),
        ),
    };
    // Writing to memory does not fail.
    let bytes = builder.body(body).write_to_vec().unwrap_or_default();
    without_own_fields(&bytes)
}

/// The same without the fields that the builder adds by itself, and with LF.
fn without_own_fields(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let (mut in_header, mut left_out) = (true, false);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        in_header &= !text.is_empty();
        if in_header {
            let is = |name: &[u8]| text.get(..name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name));
            let goes_on = text.starts_with(b" ") || text.starts_with(b"\t");
            left_out = if goes_on { left_out } else { is(b"Message-ID:") || is(b"Date:") };
            if left_out {
                continue;
            }
        }
        out.extend_from_slice(text);
        if line.len() > text.len() {
            out.push(b'\n');
        }
    }
    out
}

/// The draft as a URL: addresses without names, the subject, what is answered, and the text.
#[must_use]
pub fn mailto_url(draft: &Draft, answers: &AnsweredIds) -> String {
    let people = |list: &[Address]| {
        sendable(list).iter().map(|it| percent::encode(&it.address, b"@")).collect::<Vec<_>>().join(",")
    };
    let mut url = format!("mailto:{}", people(&draft.to));
    let mut field = |name: &str, value: &str| {
        if !value.is_empty() {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&format!("{name}={value}"));
        }
    };
    field("cc", &people(&draft.cc));
    field("bcc", &people(&draft.bcc));
    field("subject", &percent::encode(&one_line(&draft.subject), b""));
    let id = answers.in_reply_to.as_ref().map(|id| percent::encode(&format!("<{id}>"), b""));
    field("in-reply-to", &id.unwrap_or_default());
    let mut body = String::new();
    for line in draft.text.trim_end().split('\n') {
        let line = percent::encode(line.trim_end_matches('\r'), b"") + "%0D%0A";
        if body.len() + line.len() > LONGEST_URL {
            break;
        }
        body.push_str(&line);
    }
    field("body", if draft.text.trim().is_empty() { "" } else { &body });
    url
}

/// Those whom mail can be sent to, on one line each.
fn sendable(people: &[Address]) -> Vec<Address> {
    let one = |it: &Address| Some(Address::new(one_line(&it.name), for_envelope(&it.address).ok()?));
    people.iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::{AnsweredIds, FileToSend, draft_message, mailto_url};
    use crate::domain::address::Address;
    use crate::domain::answering::Draft;
    use crate::mail::{answered_message, read_mailto};

    fn draft() -> (Draft, AnsweredIds) {
        let draft = Draft {
            from: Address::new("Mé", "me@example.org"),
            to: vec![Address::new("Doe, Bob\r\nBcc: x@y", "bob@b.example"), Address::new("", "nobody")],
            cc: vec![Address::new("", "cy+a&b@c.example")],
            subject: "Re: Tea & more\r\nBcc: evil@e.example".to_owned(),
            text: "\n> Grüße 100%\n> a & b\n".to_owned(),
            ..Draft::default()
        };
        let answers = AnsweredIds {
            in_reply_to: Some("tea@a.example".to_owned()),
            references: vec!["one@a.example".to_owned(), "tea@a.example".to_owned()],
        };
        (draft, answers)
    }

    #[test]
    fn the_file_says_what_is_answered_and_nothing_that_the_other_program_says_itself() {
        let (draft, answers) = draft();
        let bytes = draft_message(&draft, &answers, &[]);
        let text = String::from_utf8(bytes.clone()).unwrap();
        let read = answered_message(&bytes);
        assert_eq!(read.from, Address::new("Mé", "me@example.org"));
        let addresses = |list: &[Address]| list.iter().map(|it| it.address.clone()).collect::<Vec<_>>();
        assert_eq!(
            (addresses(&read.to), addresses(&read.cc)),
            (vec!["bob@b.example".into()], vec!["cy+a&b@c.example".into()])
        );
        assert_eq!(read.subject, "Re: Tea & more Bcc: evil@e.example");
        assert_eq!(read.references, ["one@a.example", "tea@a.example"]);
        assert!(text.contains("\nIn-Reply-To: <tea@a.example>\n"), "{text}");
        assert!(text.ends_with("\n\n\n> Grüße 100%\n> a & b\n"), "{text}");
        for odd in ["Message-ID:", "Date:", "\r", "\nBcc:"] {
            assert!(!text.contains(odd), "{odd:?}: {text}");
        }
        let nobody = draft_message(&Draft::default(), &AnsweredIds::default(), &[]);
        assert!(!String::from_utf8(nobody).unwrap().contains("From:"));
        let file = FileToSend { name: "a.txt".into(), kind: "text/plain".into(), bytes: b"a".to_vec() };
        let with_file = String::from_utf8(draft_message(&draft, &answers, &[file])).unwrap();
        assert!(with_file.contains("multipart/mixed") && with_file.contains("a.txt"), "{with_file}");
    }

    #[test]
    fn the_url_is_read_as_it_was_meant() {
        let (draft, answers) = draft();
        let url = mailto_url(&draft, &answers);
        assert!(url.bytes().all(|byte| byte.is_ascii_graphic()), "{url}");
        assert!(url.contains("in-reply-to=%3Ctea%40a.example%3E"), "{url}");
        let read = read_mailto(&url).unwrap();
        assert_eq!(read.to, [Address::new("", "bob@b.example")]);
        assert_eq!(read.cc, [Address::new("", "cy+a&b@c.example")]);
        assert_eq!((read.bcc.len(), read.subject.as_str()), (0, "Re: Tea & more Bcc: evil@e.example"));
        assert_eq!(read.body, "\n> Grüße 100%\n> a & b\n");
        assert_eq!(mailto_url(&Draft::default(), &AnsweredIds::default()), "mailto:");
        let long = Draft { text: "ä line\n".repeat(100_000), ..draft };
        assert!(mailto_url(&long, &answers).len() < 61_000);
    }
}
