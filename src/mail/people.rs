//! Address fields (RFC 5322 §3.4), read by mail-parser and turned into our own shape.

use mail_parser::parsers::MessageStream;

use super::{charset, header, word};
use crate::domain::address::Address;
use crate::domain::limits::{ADDRESSES, HEADER_FIELD_BYTES, NAME_BYTES};

/// The mailboxes of a field; the second value is false where there were too many to keep.
pub(super) fn read(field: &[u8], around: Option<&str>) -> (Vec<Address>, bool) {
    let text = charset::guess(&header::unfold(field), around);
    let short = charset::cut(&text, HEADER_FIELD_BYTES);
    let mut merged = word::merge(short);
    merged.push('\n');
    let parsed = MessageStream::new(merged.as_bytes()).parse_address();
    let Some(list) = parsed.as_address() else { return (Vec::new(), true) };
    let mut people = Vec::new();
    for mailbox in list.iter() {
        if people.len() == ADDRESSES {
            return (people, false);
        }
        let name = charset::cut(mailbox.name().unwrap_or_default().trim(), NAME_BYTES);
        let address: String =
            mailbox.address().unwrap_or_default().chars().filter(|c| !matches!(c, '\r' | '\n' | '\t')).collect();
        let address = address.trim();
        // Two addresses without a comma between them: the first one counts.
        let address = match address.split_once(char::is_whitespace) {
            Some((first, _)) if looks_like_address(first) => first,
            _ => address,
        };
        match (name, address) {
            ("", "") => {}
            // A single word is an address, of this machine where it names no host.
            (name, "") if !name.contains(char::is_whitespace) => people.push(Address::new("", name)),
            (name, address) => people.push(Address::new(name, address)),
        }
    }
    (people, short.len() == text.len())
}

/// Whether a text is an address and nothing more: one `@` with something on both sides, no spaces.
pub(super) fn looks_like_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !domain.contains('@') && !text.contains(char::is_whitespace)
    })
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::domain::address::Address;

    fn people(field: &str) -> Vec<Address> {
        read(field.as_bytes(), None).0
    }

    #[test]
    fn names_and_addresses_come_apart() {
        assert_eq!(
            people("\"Ann, B.\" <ann@a.example>,\r\n bob@b.example (Bob)"),
            [Address::new("Ann, B.", "ann@a.example"), Address::new("Bob", "bob@b.example")]
        );
        assert_eq!(people("=?utf-8?B?UGF5UGFs?= <x@y.example>"), [Address::new("PayPal", "x@y.example")]);
        assert_eq!(people("team: a@a.example, b@b.example;").len(), 2);
        assert_eq!(people("a@a.example"), [Address::new("", "a@a.example")]);
    }

    #[test]
    fn floods_end_at_the_limit() {
        let (kept, whole) = read("a@b.example, ".repeat(5_000).as_bytes(), None);
        assert_eq!((kept.len(), whole), (1_000, false));
        assert!(people(&"(".repeat(60_000)).iter().all(|it| it.name.len() <= 1_024));
        assert_eq!(people(&";".repeat(60_000)), []);
    }

    #[test]
    fn raw_letters_are_read_by_the_set_around_them() {
        assert_eq!(read(b"J\xf6rg <j@x.example>", Some("iso-8859-1")).0, [Address::new("Jörg", "j@x.example")]);
    }
}
