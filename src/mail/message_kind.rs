//! Of what kind a message is, as far as its header tells: what a server, a forge, a program, a mailing list or a sender of
//! newsletters writes into it.
//!
//! A message of a program is a notice, also where it came through a list or could be unsubscribed from. What is left and came
//! through a list is a post, and what is left then and was sent to many is a newsletter.

use super::header::{Header, unfold};
use super::service_notice::{REASONS, REPOSITORIES};
use crate::domain::message_kind::{KindFact, MessageKind};

/// Parts of addresses from which programs write, between dots, hyphens, underscores and a plus.
const PROGRAMS: [&str; 13] = [
    "notification",
    "notifications",
    "notify",
    "alert",
    "alerts",
    "bounce",
    "bounces",
    "builds",
    "jenkins",
    "cron",
    "postmaster",
    "mailer",
    "daemon",
];
/// The same without such signs.
const UNREAD: [&str; 4] = ["noreply", "donotreply", "dontreply", "mailerdaemon"];
/// With what the addresses begin from which shops and hotels write.
const ORDERS: [&str; 17] = [
    "order",
    "orders",
    "reservation",
    "reservations",
    "booking",
    "bookings",
    "receipt",
    "receipts",
    "invoice",
    "invoices",
    "confirmation",
    "confirmations",
    "shipping",
    "shipment",
    "shipments",
    "tracking",
    "billing",
];
/// Fields of trackers and forges that only their notices have.
const OF_FORGES: [&str; 2] = ["x-gitlab-pipeline-id", "x-jira-fingerprint"];
/// Fields that services for sending to many add.
const OF_SENDERS: [&str; 5] = ["feedback-id", "x-csa-complaints", "x-mailgun-sid", "x-sg-eid", "x-mc-user"];
/// Parts of the names that such services give to lists.
const LISTS_OF_SENDERS: [&str; 3] = ["mcsv", "substack", "beehiiv"];

/// The kinds of a message. `from` is the address of its author, `list` its List-Id; `personal` says that a forge sent it because of
/// the person.
pub(super) fn kinds(header: &Header<'_>, from: &str, list: Option<&str>, personal: bool) -> Vec<KindFact> {
    let mut kinds = Vec::new();
    let mut add = |kind, reason| kinds.push(KindFact { kind, reason });
    if let Some(reason) = bounce(header) {
        add(MessageKind::Bounce, reason);
    }
    if personal {
        add(MessageKind::Personal, "a forge sent it because of you");
    }
    let local = from.rsplit_once('@').map_or(from, |(local, _)| local).to_ascii_lowercase();
    if let Some(reason) = notice(header, &local) {
        add(MessageKind::Notice, reason);
    } else if let Some(reason) = list.and_then(|list| post(header, from, list)) {
        add(MessageKind::Post, reason);
    } else if let Some(reason) = newsletter(header, &local) {
        add(MessageKind::Newsletter, reason);
    }
    kinds
}

/// A field without its folding, in lower case.
fn noted(header: &Header<'_>, name: &str) -> Option<String> {
    header.noted(name).map(|value| String::from_utf8_lossy(&unfold(value)).trim().to_ascii_lowercase())
}

fn has(header: &Header<'_>, names: &[&str]) -> bool {
    names.iter().any(|name| header.noted(name).is_some())
}

/// The first word of a field, without what follows it in a comment or as a parameter.
fn word(header: &Header<'_>, name: &str) -> String {
    let text = noted(header, name).unwrap_or_default();
    text.split([';', ' ', '\t', '(']).next().unwrap_or_default().to_owned()
}

/// Why it counts as telling what became of a message: it is a report (RFC 6522), or its envelope had no sender (RFC 5321 §4.5.5).
pub(super) fn bounce(header: &Header<'_>) -> Option<&'static str> {
    let media_type = header.first("content-type").map(unfold).unwrap_or_default();
    if media_type.trim_ascii_start().get(..16).is_some_and(|it| it.eq_ignore_ascii_case(b"multipart/report")) {
        return Some("it reports what became of a message (multipart/report)");
    }
    let path = noted(header, "return-path")?;
    (path.chars().filter(|c| !c.is_whitespace()).eq("<>".chars()))
        .then_some("nobody gets answers to it (Return-Path: <>)")
}

fn notice(header: &Header<'_>, local: &str) -> Option<&'static str> {
    let submitted = word(header, "auto-submitted");
    if !submitted.is_empty() && submitted != "no" {
        return Some("its header says that a program sent it (Auto-Submitted)");
    }
    if has(header, &REASONS) || has(header, &REPOSITORIES) || has(header, &OF_FORGES) {
        return Some("a forge or a tracker sent it");
    }
    let plain: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut parts = local.split(['-', '_', '.', '+']).filter(|part| !part.is_empty());
    let first = parts.clone().next().unwrap_or_default();
    if UNREAD.iter().any(|name| plain.contains(name)) || parts.any(|part| PROGRAMS.contains(&part)) {
        return Some("a program writes from its address");
    }
    ORDERS.contains(&first).then_some("its address is for orders, bookings or receipts")
}

/// RFC 2919, RFC 2369 §3.4.
fn post(header: &Header<'_>, from: &str, list: &str) -> Option<&'static str> {
    if noted(header, "list-post").is_some_and(|post| post.contains(['<', ':'])) {
        return Some("it came through a mailing list that takes messages (List-Id, List-Post)");
    }
    let sent_to_many = has(header, &OF_SENDERS)
        || header.noted("list-unsubscribe-post").is_some()
        || matches!(word(header, "precedence").as_str(), "bulk" | "junk")
        || list.split('.').any(|label| LISTS_OF_SENDERS.contains(&label) || label.starts_with("newsletter"));
    let domain = from.rsplit_once('@').map(|(_, domain)| domain.to_ascii_lowercase()).filter(|it| !it.is_empty())?;
    let within =
        |inner: &str, outer: &str| inner == outer || inner.strip_suffix(outer).is_some_and(|it| it.ends_with('.'));
    (!sent_to_many && !within(list, &domain) && !within(&domain, list))
        .then_some("it came through a mailing list of another domain than its sender's (List-Id)")
}

fn newsletter(header: &Header<'_>, local: &str) -> Option<&'static str> {
    if header.first("list-unsubscribe").is_some_and(|field| !unfold(field).is_empty()) {
        return Some("one can unsubscribe from it (List-Unsubscribe)");
    }
    if has(header, &OF_SENDERS) {
        return Some("a service for sending to many sent it");
    }
    if matches!(word(header, "precedence").as_str(), "bulk" | "junk") {
        return Some("its header says that it went to many (Precedence)");
    }
    local.starts_with("newsletter").then_some("its address is that of a newsletter")
}

#[cfg(test)]
mod tests {
    use crate::domain::message_kind::MessageKind::{self, Bounce, Newsletter, Notice, Personal, Post};
    use crate::mail::parse;

    fn kinds(header: &str) -> Vec<MessageKind> {
        parse(format!("{header}\n\nx\n").as_bytes()).envelope.kinds.iter().map(|fact| fact.kind).collect()
    }

    #[test]
    fn people_are_of_no_kind() {
        for header in [
            "From: Ann <ann@a.example>",
            "From: Ann <ann@a.example>\nPrecedence: list",
            "From: Ann <ann@a.example>\nAuto-Submitted: no",
            "From: Ann <ann@a.example>\nX-Auto-Response-Suppress: All",
            "From: Ann Jorder <ann.orders@a.example>",
            "From: Ann <ann@a.example>\nReturn-Path: <ann@a.example>",
        ] {
            assert_eq!(kinds(header), [], "{header}");
        }
    }

    #[test]
    fn servers_programs_and_shops_are_known() {
        for (header, expected) in [
            ("From: a@a.example\nReturn-Path: <>", vec![Bounce]),
            (
                "From: a@a.example\nContent-Type: Multipart/Report; report-type=delivery-status; boundary=b",
                vec![Bounce],
            ),
            ("From: MAILER-DAEMON@a.example\nReturn-Path: < >", vec![Bounce, Notice]),
            ("From: a@a.example\nAuto-Submitted: auto-generated (cron)", vec![Notice]),
            ("From: No-Reply+7@a.example", vec![Notice]),
            ("From: do_not_reply@a.example", vec![Notice]),
            ("From: orders@shop.example", vec![Notice]),
            ("From: Reservations+12@hotel.example", vec![Notice]),
            ("From: a@a.example\nX-JIRA-FingerPrint: x", vec![Notice]),
            ("From: noreply@a.example\nList-Unsubscribe: <https://a.example/u>", vec![Notice]),
            ("From: a@a.example\nX-GitLab-Project-Path: tide/docks", vec![Notice]),
        ] {
            assert_eq!(kinds(header), expected, "{header}");
        }
    }

    #[test]
    fn forges_send_notices_also_through_lists_and_some_because_of_the_person() {
        let github = |reason: &str| {
            kinds(&format!(
                "From: Bo <notifications@github.com>\nList-Id: a/b <b.a.github.com>\nList-Post: <mailto:r@reply.github.com>\n\
                 Precedence: list\nX-GitHub-Reason: {reason}"
            ))
        };
        assert_eq!(github("subscribed"), [Notice]);
        for reason in ["mention", "review_requested", "author"] {
            assert_eq!(github(reason), [Personal, Notice], "{reason}");
        }
    }

    #[test]
    fn lists_are_told_from_newsletters() {
        let list = "From: Ann <ann@a.example>\nList-Id: <users.lists.example>\nPrecedence: list";
        assert_eq!(kinds(list), [Post]);
        assert_eq!(kinds(&format!("{list}\nList-Unsubscribe: <mailto:u@lists.example>")), [Post]);
        assert_eq!(
            kinds("From: a@lists.example\nList-Id: <users.lists.example>\nList-Post: <mailto:users@lists.example>"),
            [Post]
        );
        assert_eq!(
            kinds(&format!("{list}\nList-Post: NO\nList-Unsubscribe: <mailto:u@x.example>\nFeedback-ID: 1:x")),
            [Newsletter]
        );
        assert_eq!(
            kinds("From: a@shop.example\nList-Id: <news.shop.example>\nList-Unsubscribe: <mailto:u@shop.example>"),
            [Newsletter]
        );
        assert_eq!(
            kinds(
                "From: a@shop.example\nList-Id: <x.mcsv.net>\nList-Unsubscribe: <mailto:u@x.example>\nPrecedence: bulk"
            ),
            [Newsletter]
        );
        assert_eq!(kinds("From: a@shop.example\nX-CSA-Complaints: a@csa.example"), [Newsletter]);
        assert_eq!(kinds("From: newsletter@shop.example"), [Newsletter]);
    }
}
