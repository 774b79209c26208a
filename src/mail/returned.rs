//! Which message a report is about: what became of it (RFC 6522, RFC 3464), whether it was read (RFC 8098), or who complained of it
//! (RFC 5965). Reports seldom have References; but the message itself, or its header, is among their parts.

use super::header::{self, Header};
use super::msgid;
use super::parsed_header::ParsedHeader;
use super::part::{MimePart, MimeParts};
use crate::domain::limits::{HEADER_BLOCK_BYTES, REFERENCES};

/// The names of the conversation that the returned message belongs to, and its own as the last one. Empty where the message is no
/// report, or the report returns nothing that has a Message-ID.
pub(super) fn conversation(parts: &MimeParts<'_>) -> Vec<String> {
    let Some(root) = parts.list.first().filter(|root| root.kind.is("multipart/report")) else { return Vec::new() };
    if !root.container {
        return Vec::new();
    }
    // The text for people may be a container; the first message or header that is a part of the report itself is the one.
    parts.list.iter().find_map(|part| of_part(parts, part)).unwrap_or_default()
}

fn of_part(parts: &MimeParts<'_>, part: &MimePart<'_>) -> Option<Vec<String>> {
    if let Some(inner) = &part.message {
        let container = part.parent.and_then(|place| parts.list.get(place));
        return container.filter(|it| it.parent == Some(0)).and_then(|_| of_header(inner));
    }
    if part.container || part.parent != Some(0) {
        return None;
    }
    match part.kind.value.as_str() {
        "text/rfc822-headers" | "message/rfc822" | "message/global" | "message/global-headers" => {
            let (bytes, _) = part.encoding.decode(part.bytes.get(..HEADER_BLOCK_BYTES).unwrap_or(part.bytes));
            of_header(&header::split(&bytes, |_| false).0)
        }
        "message/disposition-notification" => {
            let (bytes, _) = part.encoding.decode(part.bytes.get(..HEADER_BLOCK_BYTES).unwrap_or(part.bytes));
            let text = String::from_utf8_lossy(&bytes);
            let field = text.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.trim().eq_ignore_ascii_case("original-message-id").then_some(value)
            });
            field.and_then(msgid::first).map(|id| vec![id])
        }
        _ => None,
    }
}

fn of_header(header: &Header<'_>) -> Option<Vec<String>> {
    let read = ParsedHeader::read(header, None);
    let own = read.message_id.filter(|id| !id.is_empty())?;
    let mut names = read.references;
    names.push(own);
    Some(names)
}

/// Adds the names to those that the report has itself: before them, since they are older.
pub(super) fn join(references: &mut Vec<String>, own: Option<&str>, mut names: Vec<String>) {
    names.retain(|name| Some(name.as_str()) != own && !references.contains(name));
    names.append(references);
    while names.len() > REFERENCES {
        names.remove(1);
    }
    *references = names;
}

#[cfg(test)]
mod tests {
    use crate::domain::limits::REFERENCES;
    use crate::mail::parse;

    fn report(kind: &str, fields: &str, parts: &[&str]) -> Vec<String> {
        let mut text = format!(
            "From: MAILER-DAEMON@mx.example\nMessage-ID: <report@mx.example>\n{fields}\
             Content-Type: multipart/{kind}; report-type=delivery-status; boundary=b\n\n"
        );
        for part in parts {
            text.push_str(&format!("--b\n{part}\n"));
        }
        parse(format!("{text}--b--\n").as_bytes()).envelope.references
    }

    const TEXT: &str = "\nIt could not be delivered.";
    const STATUS: &str = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nAction: failed";
    const MAIL: &str = "Content-Type: message/rfc822\n\nMessage-ID: <mine@home.example>\nReferences: <a@x.example>\n\
                        In-Reply-To: <b@x.example>\nSubject: Re: Tea\n\nText";
    const HEADER: &str = "Content-Type: text/rfc822-headers\n\nMessage-ID: <mine@home.example>\nSubject: Re: Tea";

    #[test]
    fn a_report_belongs_to_the_conversation_of_what_it_returns() {
        let all = ["a@x.example", "b@x.example", "mine@home.example"];
        assert_eq!(report("report", "", &[TEXT, STATUS, MAIL]), all);
        assert_eq!(report("report", "", &[TEXT, STATUS, HEADER]), ["mine@home.example"]);
        // What it refers to itself comes last, and nothing stands there twice.
        let fields = "In-Reply-To: <mine@home.example>\n";
        assert_eq!(report("report", fields, &[TEXT, STATUS, MAIL]), all);
        assert_eq!(
            report("report", "In-Reply-To: <c@x.example>\n", &[TEXT, STATUS, HEADER]),
            ["mine@home.example", "c@x.example"]
        );
    }

    #[test]
    fn returned_mail_is_found_in_each_form_that_servers_give_it() {
        let encoded = "Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\n\
                       TWVzc2FnZS1JRDogPG1pbmVAaG9tZS5leGFtcGxlPgpTdWJqZWN0OiBSZTogVGVhCgo=";
        let global = "Content-Type: message/global-headers\nContent-Transfer-Encoding: quoted-printable\n\n\
                      Message-ID: <mine=40home.example>\nSubject: T=C3=A9";
        let read = "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; ann@x.example\n\
                    Original-Message-ID: <mine@home.example>\nDisposition: manual-action/MDN-sent-manually; displayed";
        let twofold = "Content-Type: multipart/alternative; boundary=c\n\n--c\n\nText\n--c\nContent-Type: text/html\n\n<p>Text\n--c--";
        for parts in [[TEXT, STATUS, encoded], [TEXT, STATUS, global], [TEXT, read, ""], [twofold, STATUS, HEADER]] {
            assert_eq!(report("report", "", &parts), ["mine@home.example"], "{parts:?}");
        }
    }

    #[test]
    fn nothing_is_taken_from_other_messages_or_from_within_what_is_returned() {
        assert!(report("mixed", "", &[TEXT, STATUS, MAIL]).is_empty(), "a message that somebody forwards");
        assert!(report("report", "", &[TEXT, STATUS]).is_empty());
        assert!(report("report", "", &[TEXT, "Content-Type: text/rfc822-headers\n\nSubject: Re: Tea"]).is_empty());
        let within = "Content-Type: message/rfc822\n\nSubject: x\nContent-Type: multipart/mixed; boundary=d\n\n--d\n\
                      Content-Type: message/rfc822\n\nMessage-ID: <far@x.example>\n\nText\n--d--";
        assert!(report("report", "", &[TEXT, STATUS, within]).is_empty());
        let own = "Content-Type: text/rfc822-headers\n\nMessage-ID: <report@mx.example>";
        assert!(report("report", "", &[TEXT, STATUS, own]).is_empty(), "a report is not about itself");
    }

    #[test]
    fn a_long_conversation_keeps_its_first_and_its_last_names() {
        let many: String = (0..3 * REFERENCES).map(|number| format!(" <{number}@x.example>\n")).collect();
        let header =
            format!("Content-Type: text/rfc822-headers\n\nMessage-ID: <mine@home.example>\nReferences:\n{many}");
        let names = report("report", "In-Reply-To: <c@x.example>\n", &[TEXT, STATUS, &header]);
        assert_eq!(names.len(), REFERENCES);
        assert_eq!((names[0].as_str(), names[REFERENCES - 1].as_str()), ("0@x.example", "c@x.example"));
    }
}
