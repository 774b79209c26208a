//! The JSON that commands print. `docs/json.md` describes it; fields may be added, and are never changed or removed.

mod invitation;

use std::io;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter};

use self::invitation::invitation;
use crate::domain::address::Address;
use crate::domain::batch::Batch;
use crate::domain::group::BatchGroup;
use crate::domain::ids::Id;
use crate::domain::letter::{Letter, LetterLink};
use crate::domain::message::Message;
use crate::domain::outbox::OutboxTally;
use crate::domain::printable::forbidden;
use crate::domain::receipt::Receipt;
use crate::domain::sending_summary::SendingSummary;
use crate::domain::settled::SettledReason;
use crate::domain::text_enum::TextEnum;
use crate::domain::triage::{Decision, Until};
use crate::domain::write_back_summary::WriteBackSummary;
use crate::job::leave_lists::ListsLeft;
use crate::job::summary::Summary;

/// One line of JSON. Characters that a terminal could obey are written as escapes, which mean the same to any reader.
pub fn line(value: &impl Serialize) -> String {
    let mut out = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, Escaping);
    if value.serialize(&mut serializer).is_err() {
        return "null".to_owned();
    }
    String::from_utf8_lossy(&out).into_owned()
}

struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut plain = 0;
        for (at, c) in fragment.char_indices() {
            if forbidden(c) {
                writer.write_all(&fragment.as_bytes()[plain..at])?;
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    write!(writer, "\\u{unit:04x}")?;
                }
                plain = at + c.len_utf8();
            }
        }
        writer.write_all(&fragment.as_bytes()[plain..])
    }

    fn write_char_escape<W: ?Sized + io::Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        match escape {
            CharEscape::AsciiControl(byte) => write!(writer, "\\u{byte:04x}"),
            CharEscape::Quote => writer.write_all(b"\\\""),
            CharEscape::ReverseSolidus => writer.write_all(b"\\\\"),
            CharEscape::Solidus => writer.write_all(b"/"),
            CharEscape::Backspace => writer.write_all(b"\\b"),
            CharEscape::FormFeed => writer.write_all(b"\\f"),
            CharEscape::LineFeed => writer.write_all(b"\\n"),
            CharEscape::CarriageReturn => writer.write_all(b"\\r"),
            CharEscape::Tab => writer.write_all(b"\\t"),
        }
    }
}

/// RFC 3339 in UTC.
pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[derive(Debug, Serialize)]
pub struct MailboxJson<'a> {
    name: &'a str,
    address: &'a str,
}

impl<'a> From<&'a Address> for MailboxJson<'a> {
    fn from(address: &'a Address) -> Self {
        Self { name: &address.name, address: &address.address }
    }
}

/// A message as `queue`, `search`, `begin`, `show` and `peek` print it.
#[derive(Debug, Serialize)]
pub struct MessageJson<'a> {
    id: i64,
    message_id: Option<&'a str>,
    thread: i64,
    source: &'a str,
    lane: &'a str,
    from: MailboxJson<'a>,
    to: Vec<MailboxJson<'a>>,
    subject: &'a str,
    date: Option<String>,
    received: String,
    attachments: u32,
    list: Option<&'a str>,
    state: &'static str,
    carried: u32,
    returned: u32,
    reopened: bool,
    /// Why it is to be looked at again; absent where that is not so.
    #[serde(skip_serializing_if = "Option::is_none")]
    follow_up: Option<serde_json::Value>,
    exception: Option<&'a str>,
    size: u64,
    defects: &'a [String],
    /// The decision about it in the open batch; absent elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    /// The heading under which it stands in its batch; absent elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    heading: Option<&'a str>,
    /// The row of the batch that it is in with others; absent where it stands by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<serde_json::Value>,
    /// Why it counts as settled; absent where it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    settled: Option<&'static str>,
    /// Whether its batch asks for a decision about it, since it was carried over too often; absent where it does not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    asks: bool,
    /// The window that brings it back; only in the list of what is deferred.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<serde_json::Value>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    whole: Option<WholeJson>,
}

/// What `show` adds.
#[derive(Debug, Serialize)]
struct WholeJson {
    text: String,
    attachment_list: Vec<serde_json::Value>,
    links: Vec<String>,
    /// A warning for each link, or null.
    link_cautions: Vec<Option<String>>,
    /// What is wrong with the letter, or was left out of it.
    notes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invitation: Option<serde_json::Value>,
}

impl<'a> From<&'a Message> for MessageJson<'a> {
    fn from(message: &'a Message) -> Self {
        Self {
            id: message.id.0,
            message_id: message.message_id.as_deref(),
            thread: message.thread.0,
            source: &message.source,
            lane: &message.lane,
            from: (&message.from).into(),
            to: message.to.iter().map(Into::into).collect(),
            subject: &message.subject,
            date: message.date.map(instant),
            received: instant(message.received),
            attachments: message.attachments,
            list: message.list.as_deref(),
            state: message.stage.name(),
            carried: message.carried,
            returned: message.returned,
            reopened: message.reopened,
            follow_up: message
                .follow_up
                .map(|why| serde_json::json!({ "kind": why.kind.name(), "since": instant(why.since) })),
            exception: message.exception.as_deref(),
            size: message.size,
            defects: &message.defects,
            verdict: None,
            heading: None,
            group: None,
            settled: None,
            asks: false,
            until: None,
            whole: None,
        }
    }
}

impl<'a> MessageJson<'a> {
    pub fn in_batch(message: &'a Message, batch: &Batch, heading: &'a str, verdict: Option<&Decision>) -> Self {
        let verdict = verdict.map(Decision::name);
        Self { verdict, heading: Some(heading), asks: batch.asks_about(message.carried), ..Self::from(message) }
    }

    /// The same with its group, and why it counts as settled.
    pub fn placed(self, group: Option<&(BatchGroup, String)>, settled: Option<SettledReason>) -> Self {
        let group = group.map(|(group, name)| {
            serde_json::json!({ "kind": group.kind.name(), "name": name, "first": group.first.0, "last": group.last.0 })
        });
        Self { group, settled: settled.map(TextEnum::name), ..self }
    }

    /// Under the heading of its lane, where no batch has it yet.
    pub fn in_lane(message: &'a Message) -> Self {
        Self { heading: Some(&message.lane), ..Self::from(message) }
    }

    pub fn deferred(message: &'a Message, to: &Until) -> Self {
        Self { until: Some(until(to)), ..Self::from(message) }
    }

    pub fn whole(message: &'a Message, letter: &Letter) -> Self {
        let card =
            letter.invitation.iter().flat_map(|it| it.lines.iter().map(ToString::to_string).chain([String::new()]));
        let text = letter.lines.iter().map(|line| line.spans.iter().map(|span| span.text.as_str()).collect::<String>());
        let lines: Vec<String> = card.chain(text).collect();
        let attachment_list = letter
            .attachments
            .iter()
            .map(|a| serde_json::json!({ "name": a.name.as_str(), "type": a.kind.as_str(), "size": a.size }))
            .collect();
        let links = letter.links.iter().map(|link| link.target.clone()).collect();
        let caution = |link: &LetterLink| link.caution.as_ref().map(ToString::to_string);
        let whole = WholeJson {
            text: lines.join("\n"),
            attachment_list,
            links,
            link_cautions: letter.links.iter().map(caution).collect(),
            notes: letter.notes.iter().map(ToString::to_string).collect(),
            invitation: letter.invitation.as_deref().map(invitation),
        };
        Self { whole: Some(whole), ..Self::from(message) }
    }
}

/// The window that a deferral leads to.
pub fn until(to: &Until) -> serde_json::Value {
    serde_json::json!({ "checkin": to.checkin, "opens": instant(to.opens), "or_reply": to.or_reply })
}

/// What `decide`, `undo`, `redo` and `commit` print.
pub fn changed(ids: &[Id], left: usize, staged: usize) -> serde_json::Value {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    serde_json::json!({ "changed": ids, "left": left, "staged": staged })
}

/// What `add` and `sync` tell on the way.
pub fn progress(summary: &Summary, seconds: f64) -> serde_json::Value {
    serde_json::json!({
        "read": summary.read, "admitted": summary.admitted, "known": summary.known, "failed": summary.failed,
        "seconds": rounded(seconds),
    })
}

fn rounded(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

/// What `add` and `sync` print.
pub fn summary(summary: &Summary, seconds: f64) -> serde_json::Value {
    serde_json::json!({
        "read": summary.read, "admitted": summary.admitted, "known": summary.known,
        "defective": summary.defective, "failed": summary.failed,
        "failures": summary.failures, "seconds": rounded(seconds),
        "returned": summary.returned.held, "returned_waiting": summary.returned.waiting,
        "changes": written(&summary.written),
    })
}

pub fn written(written: &WriteBackSummary) -> serde_json::Value {
    serde_json::json!({
        "made": written.made, "not_kept": written.not_kept, "overtaken": written.overtaken,
        "refused": written.refused, "unproved": written.unproved, "troubles": written.troubles,
    })
}

/// The receipt of a batch.
pub fn receipt(receipt: &Receipt) -> serde_json::Value {
    serde_json::json!({
        "batch": receipt.batch.0, "checkin": receipt.checkin, "begun": instant(receipt.begun), "committed": instant(receipt.committed),
        "handled": receipt.handled(), "done": receipt.done, "answered": receipt.answered, "trash": receipt.trash, "deferred": receipt.deferred,
        "muted": receipt.muted, "spam": receipt.spam, "carried_over": receipt.carried_over, "later": receipt.to_answer, "past_limit": receipt.past_limit, "settled": receipt.settled,
        "longest_wait": receipt.longest_wait.map(|wait| wait.num_seconds()),
        "exceptions": receipt.exceptions, "peeks": receipt.peeks, "questions": receipt.questions, "codes": receipt.codes,
        "unsubscribed": receipt.unsubscribed,
    })
}

/// How many messages that the person has written are in which state.
pub fn outbox_tally(tally: &OutboxTally) -> serde_json::Value {
    serde_json::json!({
        "drafts": tally.drafts, "staged": tally.staged, "leaving": tally.leaving, "later": tally.later,
        "partly_sent": tally.partly_sent, "refused": tally.refused, "unknown": tally.unknown,
    })
}

/// What came of sending.
pub fn sending(came: &SendingSummary) -> serde_json::Value {
    serde_json::json!({
        "sent": came.sent, "partly_sent": came.partly_sent, "refused": came.refused, "later": came.later,
        "unknown": came.unknown, "waiting": came.waiting, "troubles": came.troubles,
    })
}

/// What came of the requests to leave lists.
pub fn lists_left(lists: &ListsLeft) -> serde_json::Value {
    serde_json::json!({
        "left": lists.left, "by_message": lists.by_message, "waiting": lists.waiting, "troubles": lists.troubles,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_acts_on_a_terminal_is_escaped_and_means_the_same() {
        let text = "a\u{1b}[2J\u{9b}b\u{202e}c\u{e0041}d \"q\" \\ 来";
        let line = super::line(&text);
        assert!(!line.chars().any(crate::domain::printable::forbidden), "{line}");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
    }
}
