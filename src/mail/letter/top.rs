//! The top of a letter: its header lines, its subject, and what else is worth a note.

use std::fmt::Write as _;

use super::Envelope;
use crate::domain::address::Address;
use crate::domain::letter::Body;
use crate::domain::printable::{MARK, Printable};
use crate::mail::charset;

/// People named in one header line; more tells nothing.
const NAMED: usize = 20;

pub(super) fn subject(text: &str) -> Printable {
    let subject = Printable::from(charset::cut(text, 2_048));
    let blank = subject.as_str().chars().all(|c| c.is_whitespace() || c == MARK);
    if blank { Printable::from("(no visible subject)") } else { subject }
}

/// To, Cc, Reply-To where it differs from the sender, and the list.
pub(super) fn lines(envelope: &Envelope) -> Vec<(&'static str, Printable)> {
    let mut lines = Vec::new();
    for (name, people) in [("To", &envelope.to), ("Cc", &envelope.cc)] {
        if !people.is_empty() {
            lines.push((name, named(people)));
        }
    }
    if envelope.reply_to.iter().any(|it| !it.address.eq_ignore_ascii_case(&envelope.from.address)) {
        lines.push(("Reply-To", named(&envelope.reply_to)));
    }
    if let Some(list) = &envelope.list {
        lines.push(("List", Printable::from(list)));
    }
    lines
}

pub(super) fn notes(envelope: &Envelope, body: Body) -> Vec<Printable> {
    let mut notes = Vec::new();
    match body {
        Body::TextOfBoth => notes.push("there is an HTML version too".to_owned()),
        Body::HtmlOfBoth => notes.push("there is a text version too".to_owned()),
        _ => {}
    }
    let domain = |it: &Address| it.address.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    let own = domain(&envelope.from);
    let elsewhere = |it: &&Address| own.is_some() && domain(it).is_some_and(|there| Some(&there) != own.as_ref());
    // A list's own address is where answers to it belong.
    if let Some(other) = envelope.reply_to.iter().find(elsewhere).filter(|_| envelope.list.is_none()) {
        notes.push(format!("answers go to another domain: {}", charset::cut(&other.address, 256)));
    }
    notes.into_iter().map(Printable::from).collect()
}

fn named(people: &[Address]) -> Printable {
    let mut text = String::new();
    for (place, it) in people.iter().take(NAMED).enumerate() {
        if place > 0 {
            text.push_str(", ");
        }
        let (name, address) = (charset::cut(it.name.trim(), 128), charset::cut(&it.address, 256));
        match (name.is_empty(), address.is_empty()) {
            (true, _) => text.push_str(address),
            (_, true) => text.push_str(name),
            _ => text.extend([name, " <", address, ">"]),
        }
    }
    if people.len() > NAMED {
        let _ = write!(text, " and {} more", people.len() - NAMED);
    }
    Printable::from(text)
}
