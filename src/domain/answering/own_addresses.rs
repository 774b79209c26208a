//! The addresses that are the person's own, and as which of them an answer is written.

use super::{AnsweredMessage, same_mailbox};
use crate::domain::address::Address;

/// One of the people that a person writes as: a name, an address, and what else is delivered to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnAddress {
    pub mailbox: Address,
    /// Other addresses of the same mailbox; a `*` stands for any letters: `*@my.example`, `me-*@example.org`.
    pub aliases: Vec<String>,
}

/// All of them, in the order of the settings; the first is the one that counts where nothing else tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnAddresses(pub Vec<OwnAddress>);

/// How well an address fits one of the person's own, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Exact,
    /// It has a tag: `me+shop@example.org` (RFC 5233).
    Tagged,
    Alias,
}

impl OwnAddress {
    fn fit(&self, address: &str) -> Option<Fit> {
        let own = &self.mailbox.address;
        if same_mailbox(own, address) {
            return Some(Fit::Exact);
        }
        let aliased = |alias: &String| matches(&alias.trim().to_lowercase(), &address.trim().to_lowercase());
        if without_tag(address).is_some_and(|plain| same_mailbox(own, &plain)) {
            Some(Fit::Tagged)
        } else if self.aliases.iter().any(aliased) {
            Some(Fit::Alias)
        } else {
            None
        }
    }
}

impl OwnAddresses {
    /// Which of them an address is, the best fit first.
    fn find(&self, address: &str) -> Option<(&OwnAddress, Fit)> {
        let fits = self.0.iter().filter_map(|own| Some((own, own.fit(address)?)));
        fits.min_by_key(|(_, fit)| *fit)
    }

    #[must_use]
    pub fn owns(&self, address: &str) -> bool {
        self.find(address).is_some()
    }

    /// Whose address it is; `None` if it is none of them.
    #[must_use]
    pub fn owner_of(&self, address: &str) -> Option<&OwnAddress> {
        self.find(address).map(|(own, _)| own)
    }

    /// As whom an answer to a message is written: as the address that it was written to, as it was written there, since
    /// somebody who only knows an alias is to learn nothing else. `None` where it was written to none of them.
    #[must_use]
    pub fn written_to(&self, message: &AnsweredMessage) -> Option<Address> {
        if let Some((own, _)) = self.find(&message.from.address) {
            return Some(Address::new(own.mailbox.name.clone(), message.from.address.clone()));
        }
        let named = message.to.iter().chain(&message.cc).map(|it| it.address.as_str());
        let delivered = message.delivered_to.iter().map(String::as_str);
        for places in [named.collect::<Vec<_>>(), delivered.collect()] {
            let found = places.iter().filter_map(|address| self.find(address).map(|(own, fit)| (own, fit, *address)));
            if let Some((own, fit, address)) = found.min_by_key(|(_, fit, _)| *fit) {
                let address = if fit == Fit::Exact { &own.mailbox.address } else { address };
                return Some(Address::new(own.mailbox.name.clone(), address));
            }
        }
        None
    }
}

/// `me@example.org` of `me+shop@example.org`; `None` where there is no tag.
fn without_tag(address: &str) -> Option<String> {
    let (local, domain) = address.trim().rsplit_once('@')?;
    let (user, _) = local.split_once('+').filter(|(user, _)| !user.is_empty())?;
    Some(format!("{user}@{domain}"))
}

/// Whether a text is what a pattern says, in which `*` stands for any letters, also none. Linear for each `*`.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, mut rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    while let Some((middle, behind)) = rest.split_once('*') {
        let Some(at) = text.find(middle) else { return false };
        text = text.get(at + middle.len()..).unwrap_or_default();
        rest = behind;
    }
    text.ends_with(rest)
}

#[cfg(test)]
mod tests {
    use super::{OwnAddress, OwnAddresses, matches};
    use crate::domain::address::Address;
    use crate::domain::answering::AnsweredMessage;

    fn own() -> OwnAddresses {
        let one = |name: &str, address: &str, aliases: &[&str]| OwnAddress {
            mailbox: Address::new(name, address),
            aliases: aliases.iter().map(ToString::to_string).collect(),
        };
        OwnAddresses(vec![
            one("Me", "me@home.example", &["*@my.example"]),
            one("M. E.", "me@work.example", &["info@work.example", "me@home.example"]),
        ])
    }

    #[test]
    fn a_star_stands_for_any_letters() {
        for (pattern, text, fits) in [
            ("*@my.example", "shop@my.example", true),
            ("*@my.example", "@my.example", true),
            ("*@my.example", "shop@notmy.example", false),
            ("me-*@a.example", "me-shop@a.example", true),
            ("me-*@*.example", "me-1@b.example", true),
            ("a*a", "a", false),
            ("me@a.example", "me@a.example", true),
            ("*", "x@y", true),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
        assert!(!matches(&"*a".repeat(500), &"a".repeat(499)));
    }

    #[test]
    fn an_answer_is_written_as_whom_it_was_written_to() {
        let to = |to: &[&str], delivered: &[&str]| {
            let message = AnsweredMessage {
                from: Address::new("Ann", "ann@a.example"),
                to: to.iter().map(|it| Address::new("", *it)).collect(),
                delivered_to: delivered.iter().map(ToString::to_string).collect(),
                ..AnsweredMessage::default()
            };
            own().written_to(&message).map(|it| format!("{} <{}>", it.name, it.address))
        };
        assert_eq!(to(&["x@a.example", "ME@Work.example"], &[]).unwrap(), "M. E. <me@work.example>");
        assert_eq!(to(&["shop@my.example"], &["me@home.example"]).unwrap(), "Me <shop@my.example>");
        assert_eq!(to(&["me+shop@home.example"], &[]).unwrap(), "Me <me+shop@home.example>");
        assert_eq!(to(&["list@l.example"], &["me@work.example"]).unwrap(), "M. E. <me@work.example>");
        assert_eq!(to(&["info@work.example", "me@home.example"], &[]).unwrap(), "Me <me@home.example>");
        assert_eq!(to(&["list@l.example"], &[]), None);
    }
}
