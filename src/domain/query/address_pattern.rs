//! What an address in a query means: `ann@example.org`, `@example.org`, `ann+urgent@`, `+urgent@`.

use std::borrow::Cow;
use std::fmt;

use crate::domain::address::Address;

/// Which addresses a term chooses. In lower case: letter case is ignored, as nearly every mail system does for local parts
/// and all do for domains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressPattern {
    /// `ann@example.org`: this address.
    Whole(String),
    /// `@example.org`: every address of this domain and of its subdomains.
    Domain(String),
    /// `ann+urgent@`: this local part, in any domain.
    Local(String),
    /// `+urgent@`: a local part that ends with this tag (RFC 5233), in any domain.
    Tag(String),
}

impl AddressPattern {
    /// Reads a text with an `@` in it; `None` where nothing stands beside the `@`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.to_lowercase();
        if let Some(domain) = text.strip_prefix('@') {
            return (!domain.is_empty()).then(|| Self::Domain(domain.to_owned()));
        }
        if let Some(local) = text.strip_suffix('@') {
            return Some(match local.strip_prefix('+') {
                Some(tag) if !tag.is_empty() => Self::Tag(tag.to_owned()),
                _ => Self::Local(local.to_owned()),
            });
        }
        text.contains('@').then_some(Self::Whole(text))
    }

    /// Whether it chooses this mailbox. The domain begins behind the last `@`.
    #[must_use]
    pub fn names(&self, mailbox: &Address) -> bool {
        // Few have a capital letter, and every rule asks.
        let plain = mailbox.address.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
        let own =
            if plain { Cow::Borrowed(mailbox.address.as_str()) } else { Cow::Owned(mailbox.address.to_lowercase()) };
        let parts = || own.rsplit_once('@');
        match self {
            Self::Whole(address) => *own == **address,
            Self::Domain(domain) => parts().is_some_and(|(_, host)| {
                host.strip_suffix(domain.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('.'))
            }),
            Self::Local(wanted) => parts().is_some_and(|(local, _)| local == wanted),
            Self::Tag(tag) => parts()
                .and_then(|(local, _)| local.strip_suffix(tag.as_str()))
                .is_some_and(|before| before.ends_with('+')),
        }
    }

    /// The part that is compared, without signs around it.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Whole(text) | Self::Domain(text) | Self::Local(text) | Self::Tag(text) => text,
        }
    }
}

impl fmt::Display for AddressPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(address) => f.write_str(address),
            Self::Domain(domain) => write!(f, "@{domain}"),
            Self::Local(local) => write!(f, "{local}@"),
            Self::Tag(tag) => write!(f, "+{tag}@"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AddressPattern;
    use crate::domain::address::Address;

    fn is(pattern: &str, address: &str) -> bool {
        AddressPattern::read(pattern).is_some_and(|pattern| pattern.names(&Address::new("", address)))
    }

    #[test]
    fn an_address_is_itself_and_nothing_longer() {
        assert!(is("ann@example.org", "Ann@Example.org"));
        assert!(!is("ann@example.org", "jo-ann@example.org"));
        assert!(!is("ann@example.org", "ann+tag@example.org"));
    }

    #[test]
    fn a_domain_has_its_subdomains_and_no_namesakes() {
        for (address, chosen) in [
            ("ann@Example.ORG", true),
            ("ann@mail.example.org", true),
            ("ann@a.b.example.org", true),
            ("ann@myexample.org", false),
            ("ann@example.org.evil.test", false),
            ("example.org@evil.test", false),
            ("mail.example.org", false),
        ] {
            assert_eq!(is("@example.org", address), chosen, "{address}");
        }
        assert!(!is("@ample.org", "ann@example.org"));
    }

    #[test]
    fn a_local_part_and_a_tag_hold_in_any_domain() {
        assert!(is("me+urgent@", "me+urgent@example.org") && is("+urgent@", "me+urgent@example.org"));
        assert!(is("+urgent@", "me+a+urgent@example.org"));
        for other in ["me@example.org", "me+urgently@example.org", "urgent@example.org", "me@urgent", "me+urgent"] {
            assert!(!is("+urgent@", other) && !is("me+urgent@", other), "{other}");
        }
    }

    #[test]
    fn nothing_beside_the_at_sign_is_nobody() {
        assert_eq!(AddressPattern::read("@"), None);
        assert_eq!(AddressPattern::read("ann"), None);
    }
}
