//! Whether a program sent a message by itself (RFC 3834 §5, and what programs write instead).

use super::header::{Header, unfold};
use super::message_kind;
use crate::domain::address::reads_no_answers;
use crate::domain::topic;

/// `address` is the sender's. A message that a person wrote to a mailing list does not count as automatic, although the list's
/// program adds fields that say so.
pub(super) fn automatic(header: &Header<'_>, address: &str, subject: &str) -> bool {
    let first_word = |name: &str| {
        let value = header.noted(name).map(unfold).unwrap_or_default();
        let text = String::from_utf8_lossy(&value).to_ascii_lowercase();
        text.split([';', ' ', '\t', '(']).next().unwrap_or_default().to_owned()
    };
    let submitted = first_word("auto-submitted");
    if submitted == "no" {
        return false;
    }
    // A report of a server, or what nobody can answer, is an answer of nobody (RFC 3464, RFC 5321 §4.5.5).
    if !submitted.is_empty() || reads_no_answers(address) || message_kind::bounce(header).is_some() {
        return true;
    }
    // These are written by programs that answer for somebody, and by nothing else.
    let precedence = first_word("precedence");
    if precedence == "auto_reply"
        || ["x-autoreply", "x-autorespond"].into_iter().any(|name| header.noted(name).is_some())
    {
        return true;
    }
    let listed = header.first("list-id").is_some()
        || ["list-post", "mailing-list", "x-mailing-list"].into_iter().any(|name| header.noted(name).is_some());
    matches!(precedence.as_str(), "bulk" | "junk") && !listed && !topic::answers(subject)
}

#[cfg(test)]
mod tests {
    use super::automatic;
    use crate::mail::header::split;

    fn is(header: &str, address: &str, subject: &str) -> bool {
        automatic(&split(format!("{header}\n\n").as_bytes(), |_| false).0, address, subject)
    }

    #[test]
    fn machines_say_so_or_read_no_answers() {
        assert!(is("Auto-Submitted: auto-generated", "ann@a.example", "x"));
        assert!(is("AUTO-SUBMITTED: auto-replied; x=y", "ann@a.example", "Re: x"));
        assert!(is("Subject: x", "No-Reply+17@shop.example", "x"));
        assert!(is("Subject: x", "MAILER-DAEMON@a.example", "x"));
        assert!(is("Precedence: bulk", "tickets@a.example", "[#1] x"));
    }

    #[test]
    fn reports_of_servers_are_automatic_whoever_signs_them() {
        let exchange =
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\nIn-Reply-To: <m@a.example>";
        assert!(is(exchange, "MicrosoftExchange329e71ec@a.example", "Undeliverable: Tea"));
        assert!(is("Return-Path: <>", "ann@a.example", "Re: Tea"));
        assert!(!is("Return-Path: <ann@a.example>", "ann@a.example", "Re: Tea"));
    }

    /// As Exchange, Gmail, and programs that are older than RFC 3834 write them.
    #[test]
    fn what_answers_for_somebody_who_is_away_is_automatic() {
        let exchange = "From: Ann <ann@a.example>\nSubject: Automatic reply: Tea\nAuto-Submitted: auto-generated\n\
                        X-Auto-Response-Suppress: All\nX-MS-Exchange-Inbox-Rules-Loop: ann@a.example";
        assert!(is(exchange, "ann@a.example", "Automatic reply: Tea"));
        let gmail = "Return-Path: <>\nFrom: Ann <ann@a.example>\nSubject: Away Re: Tea\nIn-Reply-To: <m1@example.org>\n\
                     Precedence: bulk\nX-Autoreply: yes\nAuto-Submitted: auto-replied";
        assert!(is(gmail, "ann@a.example", "Away Re: Tea"));
        assert!(is("Precedence: bulk\nX-Autoreply: yes", "ann@a.example", "Re: Tea"), "without the field of RFC 3834");
        assert!(is("Precedence: auto_reply", "ann@a.example", "Re: Tea"));
        assert!(is("X-Autorespond: Tea", "ann@a.example", "Re: Tea"));
        // Exchange writes this on answers to invitations, which people give.
        assert!(!is("X-Auto-Response-Suppress: DR, OOF, AutoReply", "ann@a.example", "Accepted: Tea"));
        assert!(!is("Auto-Submitted: no\nX-Autoreply: yes", "ann@a.example", "Re: Tea"));
    }

    #[test]
    fn people_are_people_through_lists_and_when_they_answer() {
        assert!(!is("Subject: x", "ann@a.example", "x"));
        assert!(!is("Auto-Submitted: no\nPrecedence: bulk", "ann@a.example", "x"));
        assert!(!is("Precedence: bulk\nList-Id: <l.example>", "ann@a.example", "x"));
        assert!(!is("Precedence: bulk\nX-Mailing-List: l", "ann@a.example", "x"));
        assert!(!is("Precedence: bulk", "ann@a.example", "Re: x"));
        assert!(!is("Precedence: list", "ann@a.example", "x"));
    }
}
