//! Who wrote a message, as far as its header can be relied on.

use super::address_list::AddressFieldKind;
use super::addresses::{self, Odd, Person};
use super::header::Header;
use super::{charset, lookalike};
use crate::domain::address::Address;
use crate::domain::trust::SenderTrust;

/// Of an address in a caution, this much is shown.
const SHOWN: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Sender {
    pub(super) address: Address,
    pub(super) trust: SenderTrust,
    /// What to beware of, each a short clause.
    pub(super) cautions: Vec<String>,
}

impl Sender {
    /// The first author of the first From; without one, the Sender.
    pub(super) fn of(header: &Header<'_>, around: Option<&str>) -> Self {
        let all = |name: &str| -> Vec<Person> {
            header.all(name).flat_map(|field| addresses::read(field, around, AddressFieldKind::Author).0).collect()
        };
        let mut authors = all("from");
        if authors.is_empty() {
            authors = all("sender");
        }
        let others = addresses(&authors);
        let Some(first) = authors.into_iter().next() else { return Self::default() };
        let doubt = match first.odd {
            Some(odd) => Some(caution(odd, &first.address)),
            None if others.len() > 1 => Some(several(&others)),
            None => None,
        };
        let mut cautions: Vec<String> = doubt.into_iter().collect();
        let mut trust = if cautions.is_empty() { SenderTrust::Whole } else { SenderTrust::Nothing };
        let alike = lookalike::warnings(&first.address);
        if trust == SenderTrust::Whole && !alike.is_empty() {
            trust = SenderTrust::Address;
        }
        cautions.extend(alike);
        Self { address: first.address, trust, cautions }
    }
}

fn caution(odd: Odd, address: &Address) -> String {
    let shown = charset::cut(if address.address.is_empty() { &address.name } else { &address.address }, SHOWN);
    match odd {
        Odd::Encoded => format!("the sender {shown} is encoded text, where no address can stand"),
        Odd::Quoted => format!("the sender {shown} is a text in quotes and no address"),
        Odd::Several => format!("the sender {shown} stands beside another address"),
    }
}

fn several(addresses: &[String]) -> String {
    let shown: Vec<&str> = addresses.iter().take(3).map(|it| charset::cut(it, SHOWN)).collect();
    format!("more than one sender: {}{}", shown.join(", "), if addresses.len() > 3 { " and others" } else { "" })
}

/// The addresses of the authors, each once.
fn addresses(authors: &[Person]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for author in authors.iter().take(16) {
        let address = author.address.address.to_lowercase();
        if address.contains('@') && !found.contains(&address) {
            found.push(address);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::Sender;
    use crate::domain::trust::SenderTrust;
    use crate::mail::header::split;

    fn of(header: &str) -> Sender {
        Sender::of(&split(format!("{header}\n\n").as_bytes(), |_| false).0, None)
    }

    #[test]
    fn what_is_no_address_or_more_than_one_is_nobodys() {
        for header in [
            "From: Mum <\"mum@a.example\">",
            "From: \"mum@a.example\"",
            "From: =?utf-8?Q?mum=40a.example?=",
            "From: Mum <=?utf-8?Q?mum=40a.example?=>",
            "From: Mum <mum@a.example>, Mallory <m@b.example>",
            "From: family: mum@a.example, m@b.example;",
            "From: Mum <mum@a.example> <m@b.example>",
            "From: mum@a.example m@b.example",
            "From: Mum <mum@a.example>\nFrom: Mallory <m@b.example>",
            "Sender: mum@a.example, m@b.example",
        ] {
            let it = of(header);
            assert_eq!((it.trust, it.cautions.len()), (SenderTrust::Nothing, 1), "{header}: {:?}", it.cautions);
        }
    }

    #[test]
    fn what_passes_for_another_is_its_address_and_no_more() {
        for header in [
            "From: mum@a.example <m@b.example>",
            "From: mum\u{FF20}a.example <m@b.example>",
            "From: \"Mum <mum@a.example>\" <m@b.example>",
            "From: Mum <mum@b\u{0430}nk.example>",
            "From: Mum <mum@ba\u{FE0F}nk.example>",
            "From: Mum <mum\u{FF20}a.example>",
        ] {
            let it = of(header);
            assert_eq!(it.trust, SenderTrust::Address, "{header}: {:?}", it.cautions);
            assert!(!it.cautions.is_empty(), "{header}");
        }
    }

    #[test]
    fn what_honest_mail_writes_counts() {
        for header in [
            "From: Mum <mum@a.example>",
            "From: Holm, Ann <ann@a.example>",
            "From: Ann <ann@a.example>, ann@A.example",
            "From: root",
            "From: Tides",
            "From: \"a b\"@a.example",
            "From: Ann <ann@m\u{FC}nchen.example>",
            "From: =?utf-8?Q?Ann_H=C3=B6lm?= <ann@a.example>",
            "Sender: ann@a.example\nFrom: ",
        ] {
            let it = of(header);
            assert_eq!((it.trust, it.cautions.as_slice()), (SenderTrust::Whole, [].as_slice()), "{header}");
        }
    }
}
