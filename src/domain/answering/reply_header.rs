//! The subject and the references of an answer.

use super::AnsweredMessage;

/// Of the ids before the answered one, the first stays, which names the thread, and this many of the last.
const LAST_REFERENCES: usize = 20;

/// What programs write before the subject of an answer, and before that of a forwarded message, in lower case.
const REPLY_MARKS: [&str; 16] =
    ["re", "aw", "antw", "antwort", "sv", "vs", "odp", "ynt", "r", "rif", "res", "bls", "vá", "回复", "答复", "回覆"];
const FORWARD_MARKS: [&str; 12] = ["fwd", "fw", "wg", "tr", "enc", "rv", "vb", "vl", "doorst", "i", "pd", "转发"];

/// `Re: ` and the subject, without the marks of earlier answers; one mark, in whatever language those were (RFC 5322 §3.6.5).
#[must_use]
pub fn reply_subject(subject: &str) -> String {
    let mut rest = subject.trim();
    while let Some(behind) = behind_mark(rest, &REPLY_MARKS) {
        rest = behind;
    }
    format!("Re: {rest}").trim_end().to_owned()
}

/// `Fwd: ` and the subject, where it does not say already that it was forwarded.
#[must_use]
pub fn forward_subject(subject: &str) -> String {
    let subject = subject.trim();
    if behind_mark(subject, &FORWARD_MARKS).is_some() {
        return subject.to_owned();
    }
    format!("Fwd: {subject}").trim_end().to_owned()
}

/// What follows one of the marks, with a number of answers in brackets or without: `Re[2]:`, `AW(3):`, `Re^4:`.
fn behind_mark<'t>(subject: &'t str, marks: &[&str]) -> Option<&'t str> {
    let (mark, rest) = subject.split_once([':', '\u{FF1A}'])?;
    let word = mark.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || "[]()^".contains(c)).to_lowercase();
    marks.contains(&word.as_str()).then(|| rest.trim_start())
}

/// The References of an answer: those of the answered message, then its own id, oldest first, without brackets.
#[must_use]
pub fn references(answered: &AnsweredMessage) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for id in answered.references.iter().chain(&answered.message_id) {
        ids.retain(|known| known != id);
        ids.push(id.clone());
    }
    if ids.len() > LAST_REFERENCES + 1 {
        ids.drain(1..ids.len() - LAST_REFERENCES);
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::{forward_subject, references, reply_subject};
    use crate::domain::answering::AnsweredMessage;

    #[test]
    fn a_subject_gets_one_mark() {
        for (subject, reply, forward) in [
            ("Tides", "Re: Tides", "Fwd: Tides"),
            ("Re: AW: Re[2]: Tides", "Re: Tides", "Fwd: Re: AW: Re[2]: Tides"),
            ("回复： Tides", "Re: Tides", "Fwd: 回复： Tides"),
            ("Fwd: Tides", "Re: Fwd: Tides", "Fwd: Tides"),
            ("WG: Tides", "Re: WG: Tides", "WG: Tides"),
            ("TODO: tides", "Re: TODO: tides", "Fwd: TODO: tides"),
            ("Rust: 1.99", "Re: Rust: 1.99", "Fwd: Rust: 1.99"),
            ("", "Re:", "Fwd:"),
            ("re:", "Re:", "Fwd: re:"),
        ] {
            assert_eq!((reply_subject(subject), forward_subject(subject)), (reply.to_owned(), forward.to_owned()));
            assert_eq!(reply_subject(&reply_subject(subject)), reply);
        }
    }

    #[test]
    fn the_first_reference_and_the_last_ones_stay() {
        let id = |n: usize| format!("{n}@x");
        let answered = |count: usize| AnsweredMessage {
            message_id: Some("own@x".to_owned()),
            references: (0..count).map(id).collect(),
            ..AnsweredMessage::default()
        };
        assert_eq!(references(&answered(2)), ["0@x", "1@x", "own@x"]);
        let long = references(&answered(100));
        assert_eq!((long.len(), long[0].as_str(), long[1].as_str(), long[20].as_str()), (21, "0@x", "81@x", "own@x"));
        assert_eq!(references(&AnsweredMessage { message_id: None, ..answered(1) }), ["0@x"]);
        let repeated = AnsweredMessage { references: vec!["own@x".to_owned(), "a@x".to_owned()], ..answered(0) };
        assert_eq!(references(&repeated), ["a@x", "own@x"]);
    }
}
