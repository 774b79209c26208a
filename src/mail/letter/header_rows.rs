//! The top of a letter: its header lines, its subject, and what else is worth a note.

use super::ParsedHeader;
use crate::domain::address::Address;
use crate::domain::letter::HEADER_NAMES;
use crate::domain::limits::SUBJECT_BYTES;
use crate::domain::printable::Printable;
use crate::mail::charset;

pub(super) fn subject(text: &str) -> Printable {
    let subject = Printable::from(charset::cut(text, SUBJECT_BYTES));
    if subject.is_blank() { Printable::from("(no visible subject)") } else { subject }
}

/// To, Cc, Reply-To where it differs from the sender, and the list; each fits a row of so many columns with its name.
pub(super) fn lines(envelope: &ParsedHeader, width: u16) -> Vec<(&'static str, Printable)> {
    let elsewhere = envelope.reply_to.iter().any(|it| !it.address.eq_ignore_ascii_case(&envelope.from.address));
    let names = if elsewhere { "Reply-To".len() } else { HEADER_NAMES };
    let room = usize::from(width).saturating_sub(names + 1);
    let mut lines = Vec::new();
    for (name, people) in [("To", &envelope.to), ("Cc", &envelope.cc)] {
        if !people.is_empty() {
            lines.push((name, named(people, room)));
        }
    }
    if elsewhere {
        lines.push(("Reply-To", named(&envelope.reply_to, room)));
    }
    if let Some(list) = &envelope.list {
        lines.push(("List", Printable::from(list)));
    }
    lines
}

pub(super) fn notes(envelope: &ParsedHeader) -> Vec<Printable> {
    let mut notes = Vec::new();
    let domain = |it: &Address| it.address.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    let own = domain(&envelope.from);
    let elsewhere = |it: &&Address| own.is_some() && domain(it).is_some_and(|there| Some(&there) != own.as_ref());
    // A list's own address is where answers to it belong.
    if let Some(other) = envelope.reply_to.iter().find(elsewhere).filter(|_| envelope.list.is_none()) {
        notes.push(format!("answers go to another domain: {}", charset::cut(&other.address, 256)));
    }
    notes.into_iter().map(Printable::from).collect()
}

/// As many people as there is room for in so many columns, the first of them at least, and how many others there are.
fn named(people: &[Address], room: usize) -> Printable {
    let mut text = String::new();
    for (place, it) in people.iter().enumerate() {
        let gap = if place > 0 { ", " } else { "" };
        let longer = format!("{text}{gap}{}", called(it));
        let width = |text: &str| Printable::from(text).width();
        if place > 0 && width(&longer) + width(&others(people.len() - place - 1)) > room {
            return Printable::from(text + &others(people.len() - place));
        }
        text = longer;
    }
    Printable::from(text)
}

fn called(it: &Address) -> String {
    let name = Printable::from(charset::cut(it.name.trim(), 128));
    let address = Printable::address(charset::cut(&it.address, 256));
    let (name, address) = (name.as_str().trim(), address.as_str());
    match (name.is_empty() || name.eq_ignore_ascii_case(address), address.is_empty()) {
        (true, _) => address.to_owned(),
        (_, true) => name.to_owned(),
        _ => format!("{name} <{address}>"),
    }
}

fn others(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => " and 1 other".to_owned(),
        count => format!(" and {count} others"),
    }
}

#[cfg(test)]
mod tests {
    use super::named;
    use crate::domain::address::Address;

    #[test]
    fn who_finds_no_room_is_counted() {
        let person = |name: &str| Address { name: name.to_owned(), address: format!("{name}@example.org") };
        let people: Vec<Address> = ["ann", "ben", "cat"].map(person).to_vec();
        assert_eq!(named(&people, 80).as_str(), "ann <ann@example.org>, ben <ben@example.org>, cat <cat@example.org>");
        assert_eq!(named(&people, 60).as_str(), "ann <ann@example.org>, ben <ben@example.org> and 1 other");
        assert_eq!(named(&people, 10).as_str(), "ann <ann@example.org> and 2 others");
    }
}
