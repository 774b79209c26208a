//! Where a link goes, and what to beware of before following it.

use std::collections::HashMap;

use super::host;
use crate::domain::letter::LetterLink;
use crate::domain::limits::LINKS;
use crate::domain::printable::{Printable, forbidden};
use crate::domain::url::UrlAuthority;
use crate::mail::addresses::looks_like_address;
use crate::mail::charset;
use crate::mail::lookalike::domain_warning;

/// So much of a link's text is kept, in bytes.
const WORDS_BYTES: usize = 200;

/// The links of a letter, in the order of their numbers.
#[derive(Debug, Default)]
pub(super) struct LinkNumbers {
    list: Vec<LetterLink>,
    numbers: HashMap<String, usize>,
    over: bool,
}

impl LinkNumbers {
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

    /// What the text of one link to a target says; a caution is added where it names another place than the link goes to.
    pub(super) fn says(&mut self, target: &str, text: &str) {
        let place = self.numbers.get(&plain(target)).and_then(|number| number.checked_sub(1));
        if let Some(link) = place.and_then(|place| self.list.get_mut(place)).filter(|link| link.words.is_empty()) {
            link.words = words(text, &link.target);
        }
        if let Some(link) = place.and_then(|place| self.list.get_mut(place))
            && link.followed
            && !link.caution.as_ref().is_some_and(contradicts)
            && let Some(caution) = contradiction(text, &link.target)
        {
            link.caution = Some(Printable::from(caution));
        }
    }

    /// The list; the second value is false where some were left out.
    pub(super) fn finish(self) -> (Vec<LetterLink>, bool) {
        (self.list, !self.over)
    }
}

/// The text of a link, on one line; empty where it is only the address.
fn words(text: &str, target: &str) -> Printable {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let bare = |it: &str| it.split_once("://").map_or(it, |(_, rest)| rest).trim_end_matches('/').to_lowercase();
    let address = bare(&text) == bare(target) || Some(text.as_str()) == target.strip_prefix("mailto:");
    let words = Printable::from(charset::cut(&text, WORDS_BYTES));
    if address || words.is_blank() { Printable::default() } else { words }
}

/// Browsers leave out line ends, tabs and leading blanks when they read an address, so what hides in them counts.
fn plain(target: &str) -> String {
    target.trim().chars().filter(|c| !matches!(c, '\t' | '\r' | '\n')).collect()
}

/// Whether a caution tells of a text that says what is not so.
pub(super) fn contradicts(caution: &Printable) -> bool {
    caution.as_str().starts_with("the text says")
}

/// A link to a target as a message gives it. Only http, https and mailto can be followed from here.
fn to(target: &str) -> LetterLink {
    let plain = plain(target);
    let refused = refusal(&plain);
    let caution = refused.clone().or_else(|| caution(&plain)).map(Printable::from);
    LetterLink {
        words: Printable::default(),
        shown: Printable::address(&plain),
        followed: refused.is_none(),
        caution,
        target: plain,
    }
}

/// Why a link is not followed from here.
fn refusal(target: &str) -> Option<String> {
    let joined = |c: char| matches!(c, '\u{200C}' | '\u{200D}');
    let hidden = host::authority(target).is_some_and(|it| it.as_str().contains(joined));
    if hidden || target.chars().any(|c| forbidden(c) || c == ' ') || target.contains("%00") {
        return Some("holds characters that no address has; it is not followed".to_owned());
    }
    let scheme = target.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("http" | "https") => host::of(target).is_none().then(|| "names no host; it is not followed".to_owned()),
        Some("mailto") => None,
        Some(scheme) if scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')) => {
            Some(format!("{scheme} links are not followed"))
        }
        _ => Some("not an address; it is not followed".to_owned()),
    }
}

/// What to beware of in an address that can be followed.
fn caution(target: &str) -> Option<String> {
    let Some(host) = host::of(target) else { return mail_caution(target) };
    if host::authority(target).is_some_and(UrlAuthority::names_user) {
        return Some(format!("a user name stands before the host; it goes to {host}"));
    }
    if host::disguised(target) {
        return Some(format!("the host holds signs that look like others; it goes to {}", host::registrable(&host)));
    }
    domain_warning(&host)
}

/// What a `mailto:` address would do beside naming who gets the letter (RFC 6068).
fn mail_caution(target: &str) -> Option<String> {
    let (_, fields) = target.split_once('?')?;
    let names: Vec<String> =
        fields.split('&').map(|it| host::unescaped(it.split('=').next().unwrap_or(it)).trim().to_lowercase()).collect();
    if names.iter().any(|it| it.starts_with("attach")) {
        return Some("asks to attach a file of yours".to_owned());
    }
    names.iter().any(|it| it == "bcc").then(|| "asks to send the message to others too, unseen (Bcc)".to_owned())
}

/// What a link's text says of its target that is not so: another host than it goes to, or another's address.
fn contradiction(text: &str, target: &str) -> Option<String> {
    let shown = Printable::from(text);
    let told = |says: &str, goes: &str| Some(format!("the text says {says}, it goes to {goes}"));
    let Some(goes) = host::of(target) else {
        let (_, address) = target.split_once(':')?;
        let address = host::unescaped(address.split('?').next().unwrap_or(address)).to_lowercase();
        let domain = |it: &str| it.rsplit_once('@').map(|(_, domain)| host::registrable(domain).to_owned());
        let edges = |c: char| c.is_whitespace() || "<>()[]\"',;:".contains(c);
        let said = shown.as_str().split(edges).map(|it| it.trim_matches('.').to_lowercase());
        let own = domain(&address)?;
        let other = said.filter(|it| looks_like_address(it)).find(|it| domain(it).is_some_and(|it| it != own))?;
        return told(&other, &address);
    };
    let own = host::registrable(&goes);
    let mut named = host::named(shown.as_str()).into_iter();
    let other = named.find(|says| host::registrable(says) != own && !host::is_file_of(says, target))?;
    told(other.strip_prefix("www.").unwrap_or(&other), &goes)
}

#[cfg(test)]
mod tests {
    use super::{LinkNumbers, contradiction, to};

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
    fn signs_that_look_like_others_are_told() {
        let told = caution("https://bank.example\u{2044}login\u{2044}x.evil.example/").unwrap();
        assert_eq!(told, "the host holds signs that look like others; it goes to evil.example");
        assert!(caution("https://bank\u{FF0E}example/").is_some());
        assert!(!to("https://ba\u{200C}nk.example/").followed);
        assert!(to("https://fa.example/می\u{200C}خواهم").followed);
    }

    #[test]
    fn mail_that_does_more_is_told() {
        for target in [
            "mailto:a@b.example?attach=/etc/passwd",
            "mailto:a@b.example?subject=x&Attachment=/x",
            "mailto:?%61ttach=x",
        ] {
            assert_eq!(caution(target).as_deref(), Some("asks to attach a file of yours"), "{target}");
        }
        assert!(caution("mailto:a@b.example?bcc=c@d.example").is_some());
        assert_eq!(caution("mailto:a@b.example?subject=bcc&body=attach"), None);
    }

    #[test]
    fn a_text_that_names_another_place_is_told() {
        let evil = "https://evil.example/login";
        let told = contradiction("https://bank.example/login", evil);
        assert_eq!(told.as_deref(), Some("the text says bank.example, it goes to evil.example"));
        for text in [
            "example.de",
            "example.nl/login",
            "example.co.uk",
            "Visit:https://bank.example",
            "evil.example, or https://bank.example",
            "exam\u{AD}ple.de",
            "ｅｘａｍｐｌｅ．ｄｅ",
            "www.bank.example",
            &format!("{} example.com", "long ".repeat(500)),
        ] {
            assert!(contradiction(text, evil).is_some(), "{text}");
        }
        for (text, target) in [
            ("example.org", "https://www.example.org/a"),
            ("login.example.co.uk", "https://www.example.co.uk/"),
            ("see report.pdf", "https://files.example/1"),
            ("README.md", "https://code.example/x/README.md"),
            ("click here", "https://files.example/1"),
            ("Ann@Mail.example", "mailto:ben@mail.example?subject=x"),
        ] {
            assert_eq!(contradiction(text, target), None, "{text}");
        }
        assert!(contradiction("help@bank.example", "mailto:x@evil.example").is_some());
        assert!(contradiction("example.co.uk", "https://other.co.uk/").is_some());
    }

    #[test]
    fn the_words_of_a_link_are_kept_unless_they_are_its_address() {
        let mut links = LinkNumbers::default();
        for (target, texts) in [
            ("https://a.example/1", ["", " Read the\n story "]),
            ("https://a.example/2", ["a.example/2", "https://a.example/2"]),
            ("mailto:ann@a.example", ["ann@a.example", ""]),
        ] {
            links.number(target);
            for text in texts {
                links.says(target, text);
            }
        }
        let words: Vec<String> = links.finish().0.iter().map(|link| link.words.to_string()).collect();
        assert_eq!(words, ["Read the story", "", ""]);
    }

    #[test]
    fn each_text_of_a_link_is_looked_at() {
        let mut links = LinkNumbers::default();
        let number = links.number("https://evil.example/").unwrap();
        assert_eq!(links.number(" https://evil.example/"), Some(number));
        links.says("https://evil.example/", "evil.example");
        links.says("https://evil.\nexample/", "https://example.com/login");
        links.says("https://evil.example/", "more");
        let caution = links.finish().0.remove(0).caution.unwrap();
        assert_eq!(caution.as_str(), "the text says example.com, it goes to evil.example");
    }
}
