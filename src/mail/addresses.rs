//! The people of address fields, decoded and turned into our own shape.

use super::address_list::{self, AddressFieldKind, ParsedMailbox};
use super::{charset, encoded_word, header};
use crate::domain::address::Address;
use crate::domain::limits::{ADDRESSES, HEADER_FIELD_BYTES, NAME_BYTES};

/// A mailbox of a field, with what was odd in the way it is written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) address: Address,
    pub(super) odd: Option<Odd>,
}

/// Why mail programs may disagree about which address this is, or whether it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Odd {
    /// It stands in an encoded word, where no address can stand (RFC 2047 §5).
    Encoded,
    /// A local part in quotes, and no domain.
    Quoted,
    /// Two addresses where there is room for one.
    Several,
}

/// The mailboxes of a field; the second value is false where there were too many to keep.
pub(super) fn read(field: &[u8], around: Option<&str>, role: AddressFieldKind) -> (Vec<Person>, bool) {
    let text = charset::guess(&header::unfold(field), around);
    let short = charset::cut(&text, HEADER_FIELD_BYTES);
    // The decoded text of an encoded word is never read as syntax, even if it has commas or brackets.
    let merged = encoded_word::merge(short);
    let mut people = Vec::new();
    for mailbox in address_list::all(&merged, role) {
        if people.len() == ADDRESSES {
            return (people, false);
        }
        let person = person(mailbox);
        if person.address != Address::default() {
            people.push(person);
        }
    }
    (people, short.len() == text.len())
}

fn person(mailbox: ParsedMailbox) -> Person {
    let ParsedMailbox { name, address, several } = mailbox;
    let name = encoded_word::decode(&name);
    let decoded = encoded_word::decode(&address);
    let (encoded, text) = (decoded != address, decoded.trim());
    // A name alone, as an encoded word.
    if encoded && name.is_empty() && (!looks_like_address(text) || text.contains(char::is_whitespace)) {
        let odd = text.contains(['@', '\u{FF20}', '\u{FE6B}']).then_some(Odd::Encoded);
        return Person { address: Address::new(charset::cut(text, NAME_BYTES), ""), odd };
    }
    let odd = if encoded {
        Some(Odd::Encoded)
    } else if address.starts_with('"') && address.ends_with('"') {
        Some(Odd::Quoted)
    } else {
        several.then_some(Odd::Several)
    };
    // An encoded word is never an address (RFC 2047 §5), so it is shown as it was written.
    Person { address: Address::new(charset::cut(name.trim(), NAME_BYTES), address.trim()), odd }
}

/// Whether a text is an address and nothing more: one `@`, or a sign that looks like it, with something on both sides, no
/// spaces.
pub(super) fn looks_like_address(text: &str) -> bool {
    let at = ['@', '\u{FF20}', '\u{FE6B}'];
    let dot = ['.', '\u{FF0E}', '\u{3002}', '\u{FF61}', '\u{FE52}'];
    text.split_once(at).is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains(dot) && !domain.contains(at) && !text.contains(char::is_whitespace)
    })
}

#[cfg(test)]
mod tests {
    use super::{AddressFieldKind, Odd, read};
    use crate::domain::address::Address;

    fn people(field: &str) -> Vec<Address> {
        read(field.as_bytes(), None, AddressFieldKind::Recipient).0.into_iter().map(|it| it.address).collect()
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
        let (kept, whole) = read("a@b.example, ".repeat(5_000).as_bytes(), None, AddressFieldKind::Recipient);
        assert_eq!((kept.len(), whole), (1_000, false));
        assert!(people(&"(".repeat(60_000)).iter().all(|it| it.name.len() <= 1_024));
        assert_eq!(people(&";".repeat(60_000)), []);
    }

    #[test]
    fn raw_letters_are_read_by_the_set_around_them() {
        let (people, _) = read(b"J\xf6rg <j@x.example>", Some("iso-8859-1"), AddressFieldKind::Author);
        assert_eq!(people[0].address, Address::new("Jörg", "j@x.example"));
    }

    #[test]
    fn an_address_in_an_encoded_word_is_none() {
        let odd = |field: &str| {
            read(field.as_bytes(), None, AddressFieldKind::Author).0.into_iter().map(|it| it.odd).next().unwrap()
        };
        for field in [
            "=?utf-8?Q?mum=40a.example?=",
            "=?utf-8?B?bXVtQGEuZXhhbXBsZQ==?=",
            "<=?utf-8?Q?mum=40a.example?=>",
            "Mum <mum@=?utf-8?Q?a.example?=>",
            "mum=?utf-8?Q?=40?=a.example",
            "=?utf-8?Q?Mum_<mum=40a.example>?=",
        ] {
            assert_eq!(odd(field), Some(Odd::Encoded), "{field}");
            assert_ne!(people(field)[0].address, "mum@a.example", "{field}");
        }
        assert_eq!(odd("Mum <\"mum@a.example\">"), Some(Odd::Quoted));
        assert_eq!(odd("<mum@a.example> <m@b.example>"), Some(Odd::Several));
        for field in
            ["=?utf-8?Q?Word?=", "=?utf-8?Q?M=C3=BCm?= <mum@a.example>", "\"a b\"@a.example", "\"mum\"@a.example"]
        {
            assert_eq!(odd(field), None, "{field}");
        }
        assert_eq!(people("=?utf-8?Q?Word?="), [Address::new("Word", "")]);
    }
}
