//! The people of address fields, decoded and turned into our own shape.

use super::{charset, header, mailbox, word};
use crate::domain::address::Address;
use crate::domain::limits::{ADDRESSES, HEADER_FIELD_BYTES};

/// Of one name, this much is kept.
const NAME_BYTES: usize = 1_024;

/// The mailboxes of a field; the second value is false where there were too many to keep.
pub(super) fn read(field: &[u8], around: Option<&str>) -> (Vec<Address>, bool) {
    let text = charset::guess(&header::unfold(field), around);
    let short = charset::cut(&text, HEADER_FIELD_BYTES);
    // What an encoded word says is text, whatever letters of the syntax are in it.
    let merged = word::merge(short);
    let mut people = Vec::new();
    for mailbox in mailbox::all(&merged) {
        if people.len() == ADDRESSES {
            return (people, false);
        }
        let name = word::decode(&mailbox.name);
        let address = word::decode(&mailbox.address);
        let address = address.trim();
        // A name of several words that stands alone and encoded.
        let alone = name.is_empty() && address.contains(char::is_whitespace) && mailbox.address.starts_with("=?");
        let (name, address) = if alone { (address, "") } else { (name.trim(), address) };
        if !(name.is_empty() && address.is_empty()) {
            people.push(Address::new(charset::cut(name, NAME_BYTES), address));
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
        assert_eq!(people("undisclosed-recipients:;"), []);
    }

    #[test]
    fn encoded_words_are_text_whatever_they_say() {
        let ann = Address::new("Doe, Ann <a@b>", "ann@a.example");
        for name in ["=?utf-8?Q?Doe,_Ann_=3Ca@b>?=", "\"=?utf-8?Q?Doe,_Ann_=3Ca@b>?=\"", "=?utf-8?Q?Doe, Ann <a@b>?="] {
            assert_eq!(people(&format!("{name} <ann@a.example>")), std::slice::from_ref(&ann), "{name}");
        }
        assert_eq!(
            people("=?utf-8?Q?J=C3?=\r\n =?utf-8?Q?=B6rg?= <j@x.example>"),
            [Address::new("Jörg", "j@x.example")]
        );
        assert_eq!(people("<j@x.example> (=?utf-8?Q?J=C3=B6rg?=)"), [Address::new("Jörg", "j@x.example")]);
        assert_eq!(people("=?utf-8?Q?J=C3=B6rg_Holm?="), [Address::new("Jörg Holm", "")]);
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
