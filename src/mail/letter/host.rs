//! Hosts: of addresses, and of what a text names as a place. Which of them belong together says the list of public suffixes.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::domain::url::{UrlAuthority, UrlSyntax};

/// Characters that look like a slash.
const SLASHES: [char; 8] =
    ['\u{2044}', '\u{2215}', '\u{29F8}', '\u{2571}', '\u{FF0F}', '\u{1735}', '\u{27CB}', '\u{2CC6}'];
/// Characters that look like a dot; browsers read the last three as one (UTS #46).
const DOTS: [char; 5] = ['\u{2024}', '\u{A4F8}', '\u{3002}', '\u{FF0E}', '\u{FF61}'];
/// Names at the top that are set apart and stand in no list (RFC 2606, RFC 6761).
const SET_APART: [&str; 6] = ["example", "test", "invalid", "localhost", "onion", "internal"];
/// Endings of files that are endings of hosts as well.
const FILES: [&str; 7] = ["md", "sh", "py", "rs", "zip", "mov", "ps"];

/// The authority of a link's target, as a browser reads it.
pub(super) fn authority(target: &str) -> Option<UrlAuthority<'_>> {
    UrlAuthority::of(target, UrlSyntax::Browser)
}

/// The host of a web address, as browsers read it: small letters, in their usual forms.
pub(super) fn of(target: &str) -> Option<String> {
    let host = usual(&unescaped(authority(target)?.host()));
    let host = host.trim_end_matches('.');
    (!host.is_empty()).then(|| host.to_owned())
}

/// Whether a host holds characters that are not allowed in one and look like its end.
pub(super) fn disguised(target: &str) -> bool {
    let sign = |c: char| !c.is_ascii() && !c.is_alphanumeric() && !is_combining_mark(c);
    authority(target).is_some_and(|it| unescaped(it.host()).chars().any(sign))
}

/// The hosts that a text names: of addresses in it, and those that stand there alone (`example.co.uk/login`).
pub(super) fn named(text: &str) -> Vec<String> {
    let text: String = usual(text).chars().map(|c| if SLASHES.contains(&c) { '/' } else { c }).collect();
    let edges = |c: char| c.is_whitespace() || "<>()[]{}\"',;!|=→»«“”„‘’…\u{FFFD}".contains(c);
    text.split(edges).filter(|word| !word.is_empty()).filter_map(host_in).collect()
}

fn host_in(word: &str) -> Option<String> {
    let (addressed, rest) = match word.find("://") {
        Some(at) => (true, word.get(at + 3..)?),
        None => (word.starts_with("//"), word),
    };
    let place = rest.trim_start_matches(['/', '\\']).split(['/', '\\', '?', '#']).next()?;
    let place = match place.rsplit_once('@') {
        Some((_, host)) if addressed => host,
        // A mail address names a person.
        Some(_) => return None,
        None => place,
    };
    place
        .split(':')
        .map(|it| it.trim_matches(['.', '-', '*', '_']))
        .find(|it| is_host(it, addressed))
        .map(str::to_owned)
}

fn is_host(text: &str, addressed: bool) -> bool {
    let label = |it: &str| {
        !it.is_empty() && it.chars().all(|c| c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '-' | '_'))
    };
    let Some((front, top)) = text.rsplit_once('.') else { return false };
    let named = top.chars().all(|c| c.is_alphabetic() || is_combining_mark(c)) || top.starts_with("xn--");
    if !front.split('.').all(label) || !label(top) {
        return false;
    }
    addressed || named && (front == "www" || front.starts_with("www.") || public(text) || SET_APART.contains(&top))
}

/// Whether a name ends as the list of public suffixes knows it.
fn public(host: &str) -> bool {
    psl::suffix(host.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

/// The registered domain that a host belongs to: `example.co.uk` of `www.example.co.uk`.
#[must_use]
pub fn registrable(host: &str) -> &str {
    let numbers =
        host.starts_with('[') || host.rsplit('.').next().is_some_and(|top| top.bytes().all(|it| it.is_ascii_digit()));
    if numbers {
        return host;
    }
    psl::domain(host.as_bytes()).and_then(|it| std::str::from_utf8(it.as_bytes()).ok()).unwrap_or(host)
}

/// Whether a named host may be a file that an address leads to: `README.md`.
pub(super) fn is_file_of(named: &str, target: &str) -> bool {
    let file = target.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    let ending = named.rsplit('.').next().unwrap_or_default();
    FILES.contains(&ending) && unescaped(file).eq_ignore_ascii_case(named)
}

/// Small letters in their usual forms (NFKC), with a dot for what looks like one.
fn usual(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if DOTS.contains(&c) {
            out.push('.');
        } else if SLASHES.contains(&c) {
            out.push(c);
        } else {
            out.extend(std::iter::once(c).nfkc().flat_map(char::to_lowercase));
        }
    }
    out.nfc().collect()
}

/// `%2e` as what it stands for.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let pair = after.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        if let Some(byte) = pair.filter(|_| *first == b'%').and_then(|it| u8::from_str_radix(it, 16).ok()) {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{disguised, is_file_of, named, of, registrable};

    #[test]
    fn hosts_are_read_as_browsers_read_them() {
        for (target, host) in [
            ("https://a.example/x?y=1", "a.example"),
            ("HTTP:\\\\user:x@A.Example.:80\\x", "a.example"),
            ("https://ｅｖｉｌ。example", "evil.example"),
            ("https://evil%2Eexample/", "evil.example"),
            ("http://[::1]:80/", "[::1]"),
        ] {
            assert_eq!(of(target).as_deref(), Some(host), "{target}");
        }
        assert!(disguised("https://bank.example\u{2044}login.evil.example/") && disguised("https://a\u{FF0E}b"));
        assert!(!disguised("https://bücher.example/\u{2044}") && !disguised("https://भारत.example"));
    }

    #[test]
    fn texts_name_hosts_in_many_ways() {
        for (text, host) in [
            ("see https://Bank.example/login now", "bank.example"),
            ("Visit:https://bank.example", "bank.example"),
            ("example.de", "example.de"),
            ("(example.nl/login)", "example.nl"),
            ("»example.co.uk«", "example.co.uk"),
            ("//example.net", "example.net"),
            ("www.anything.nowhere", "www.anything.nowhere"),
            ("bank.example⁄login", "bank.example"),
            ("bank。example", "bank.example"),
            ("example.com:443", "example.com"),
            ("Shop:example.com", "example.com"),
        ] {
            assert_eq!(named(text), [host], "{text}");
        }
        for text in
            ["click here", "report.pdf", "v1.2", "z.B. 3.5", "ann@example.org", "node.js", "co.uk", "…", "a.b.c"]
        {
            assert!(named(text).iter().all(|it| it == "co.uk"), "{text}: {:?}", named(text));
        }
        assert_eq!(named("evil.example or bank.example").len(), 2);
    }

    #[test]
    fn what_is_registered_is_one_step_below_a_public_suffix() {
        for (host, whole) in [
            ("www.example.co.uk", "example.co.uk"),
            ("a.b.example.de", "example.de"),
            ("ann.github.io", "ann.github.io"),
            ("login.bank.example", "bank.example"),
            ("localhost", "localhost"),
            ("192.0.2.7", "192.0.2.7"),
        ] {
            assert_eq!(registrable(host), whole);
        }
        assert!(is_file_of("readme.md", "https://code.example/a/README.md?x"));
        assert!(!is_file_of("example.de", "https://evil.example/example.de"));
    }
}
