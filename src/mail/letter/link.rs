//! Where a link goes, and what to beware of before following it.

use std::collections::HashMap;

use crate::domain::letter::Link;
use crate::domain::limits::LINKS;
use crate::domain::printable::{Printable, forbidden};
use crate::mail::lookalike::domain_warning;

/// The links of a letter, in the order of their numbers.
#[derive(Debug, Default)]
pub(super) struct Links {
    list: Vec<Link>,
    numbers: HashMap<String, usize>,
    over: bool,
}

impl Links {
    /// The number of a link to this target: the one it has, or the next. `None` where there are too many.
    pub(super) fn number(&mut self, target: &str) -> Option<usize> {
        let link = to(target);
        if let Some(known) = self.numbers.get(&link.target) {
            return Some(*known);
        }
        if self.list.len() >= LINKS {
            self.over = true;
            return None;
        }
        self.numbers.insert(link.target.clone(), self.list.len() + 1);
        self.list.push(link);
        Some(self.list.len())
    }

    /// What a link's text says; a caution is added where it names another place than the link goes to.
    pub(super) fn says(&mut self, number: usize, text: &str) {
        if let Some(link) = number.checked_sub(1).and_then(|place| self.list.get_mut(place))
            && link.followed
            && let Some(caution) = contradiction(text, &link.target)
        {
            link.caution = Some(Printable::from(caution));
        }
    }

    /// The list; the second value is false where some were left out.
    pub(super) fn finish(self) -> (Vec<Link>, bool) {
        (self.list, !self.over)
    }
}

/// A link to a target as a message gives it. Only http, https and mailto can be followed from here.
fn to(target: &str) -> Link {
    // Browsers leave out line ends, tabs and leading blanks when they read an address, so what hides in them counts.
    let plain: String = target.trim().chars().filter(|c| !matches!(c, '\t' | '\r' | '\n')).collect();
    let refused = refusal(&plain);
    let caution = refused.clone().or_else(|| caution(&plain)).map(Printable::from);
    Link { shown: Printable::address(&plain), followed: refused.is_none(), caution, target: plain }
}

/// Why a link is not followed from here.
fn refusal(target: &str) -> Option<String> {
    if target.chars().any(|c| forbidden(c) || c == ' ') || target.contains("%00") {
        return Some("holds characters that no address has; it is not followed".to_owned());
    }
    let scheme = target.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("http" | "https") => host(target).is_none().then(|| "names no host; it is not followed".to_owned()),
        Some("mailto") => None,
        Some(scheme) if scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')) => {
            Some(format!("{scheme} links are not followed"))
        }
        _ => Some("not an address; it is not followed".to_owned()),
    }
}

/// What to beware of in an address that can be followed.
fn caution(target: &str) -> Option<String> {
    let host = host(target)?;
    if authority(target).is_some_and(|it| it.contains('@')) {
        return Some(format!("a user name stands before the host; it goes to {host}"));
    }
    domain_warning(&host)
}

/// What a link's text says of its target that is not so: another host than it goes to.
fn contradiction(text: &str, target: &str) -> Option<String> {
    let goes = host(target)?;
    let says = text.split_whitespace().find_map(named_host)?;
    let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
    let (says, goes_bare) = (bare(&says), bare(&goes));
    let same =
        goes_bare == says || goes_bare.ends_with(&format!(".{says}")) || says.ends_with(&format!(".{goes_bare}"));
    (!same).then(|| format!("the text says {says}, it goes to {goes}"))
}

/// The host that a word names: of an address, or a bare domain.
fn named_host(word: &str) -> Option<String> {
    let word = word.trim_matches(['<', '>', '(', ')', '[', ']', '"', '\'', ',', '.', ';', '!', '?']);
    if word.contains("://") {
        return host(word);
    }
    let bare = word.split(['/', '?', '#']).next().unwrap_or_default().to_lowercase();
    let (front, top) = bare.rsplit_once('.')?;
    let letters = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    // Two letters at least behind the last dot, and a known way to write a place: `v1.2` and `report.pdf` are none.
    let place =
        bare.starts_with("www.") || matches!(top, "com" | "org" | "net" | "example" | "edu" | "gov" | "io" | "bank");
    (place && top.chars().all(char::is_alphabetic) && front.split('.').all(letters)).then_some(bare)
}

/// Between `//` and the path: user, host and port.
fn authority(target: &str) -> Option<&str> {
    let (scheme, after) = target.split_once(':')?;
    if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
        return None;
    }
    // Browsers take backslashes for slashes, and any number of them.
    let after = after.trim_start_matches(['/', '\\']);
    after.split(['/', '\\', '?', '#']).next()
}

/// The host of a web address, in lower case, as it is written there.
fn host(target: &str) -> Option<String> {
    let authority = authority(target)?;
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let host = if host.starts_with('[') { host.split_inclusive(']').next()? } else { host.split(':').next()? };
    let host = host.trim_end_matches('.').to_lowercase();
    (!host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::{contradiction, to};

    fn caution(target: &str) -> Option<String> {
        to(target).caution.map(|it| it.to_string())
    }

    #[test]
    fn plain_links_need_no_caution() {
        for target in ["https://a.example/x?y=1", "http://[::1]/", "mailto:a@b.example", "HTTPS://A.example"] {
            assert_eq!((caution(target), to(target).followed), (None, true), "{target}");
        }
    }

    #[test]
    fn other_schemes_are_not_followed() {
        for target in [
            "javascript:alert(1)",
            "https://a.example/%00",
            "https://a.example/ --option",
            "https://",
            "http:\u{202e}x",
            "data:text/html,x",
            "file:///etc/passwd",
            "ssh://-oProxyCommand=x/",
            "x",
            "",
        ] {
            assert!(caution(target).is_some_and(|it| it.contains("not followed")), "{target}");
            assert!(!to(target).followed, "{target}");
        }
        assert_eq!(
            caution("\u{1}java\tscript:x").as_deref(),
            Some("holds characters that no address has; it is not followed")
        );
        assert_eq!(caution("java\nscript:x").as_deref(), Some("javascript links are not followed"));
    }

    #[test]
    fn hosts_that_hide_are_told() {
        assert_eq!(
            caution("https://bank.example@evil.example/").as_deref(),
            Some("a user name stands before the host; it goes to evil.example")
        );
        assert!(caution("https://xn--80ak6aa92e.example/").is_some());
    }

    #[test]
    fn a_text_that_names_another_host_is_told() {
        let told = contradiction("https://bank.example/login", "https://evil.example/login");
        assert_eq!(told.as_deref(), Some("the text says bank.example, it goes to evil.example"));
        assert!(contradiction("www.bank.example", "https://login.evil.example").is_some());
        assert_eq!(contradiction("example.org", "https://www.example.org/a"), None);
        assert_eq!(contradiction("see report.pdf", "https://files.example/1"), None);
        assert_eq!(contradiction("click here", "https://files.example/1"), None);
    }
}
