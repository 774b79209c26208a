//! Senders that pass for another: names that hold a foreign address, and domains in letters that look like others.
//!
//! Unicode's UTS #39 says which scripts may be mixed in one word, and which letters look like which others.

mod ascii_confusables;

use unicode_normalization::UnicodeNormalization;
use unicode_security::RestrictionLevelDetection;
use unicode_security::restriction_level::RestrictionLevel;

use super::addresses::looks_like_address;
use super::charset;
use crate::domain::address::Address;
use crate::domain::printable::Printable;

/// So many characters of an address are shown in a warning, and so many bytes of a label are examined (RFC 1035 allows 63).
const SHOWN: usize = 256;

/// What to beware of in a mailbox, each a short clause.
pub(super) fn warnings(mailbox: &Address) -> Vec<String> {
    let mut found = Vec::new();
    let address = charset::cut(&mailbox.address, SHOWN);
    if let Some(named) = named(mailbox) {
        let own =
            if address.is_empty() { "there is no address".to_owned() } else { format!("the address is {address}") };
        found.push(format!("the name says {}, {own}", charset::cut(&named, SHOWN)));
    }
    let in_address = Printable::address(&mailbox.address).disguises(&mailbox.address);
    if in_address || Printable::from(&mailbox.name).disguises(&mailbox.name) {
        found.push("the sender hides invisible characters".to_owned());
    }
    if in_address {
        return found;
    }
    match mailbox.address.rsplit_once('@') {
        Some((local, _)) if local.contains(['@', '\u{FF20}', '\u{FE6B}']) => {
            found.push(format!("the address {address} holds another one in front"));
        }
        Some((_, domain)) => found.extend(domain_warning(domain)),
        None if looks_like_address(&mailbox.address) => {
            found.push(format!("the address {address} has a sign that only looks like @"));
        }
        None => {}
    }
    found
}

/// An address in the name that is not the mailbox's own.
fn named(mailbox: &Address) -> Option<String> {
    let edges = ['<', '>', '(', ')', '"', '\'', ',', ';', ':', '[', ']'];
    let words = mailbox.name.split_whitespace().map(|word| word.trim_matches(edges));
    words
        .filter(|word| looks_like_address(word))
        .map(|word| word.nfkc().collect::<String>())
        .find(|word| !word.eq_ignore_ascii_case(&mailbox.address))
}

/// Why a domain may not be what it looks like.
pub(super) fn domain_warning(domain: &str) -> Option<String> {
    if domain.is_ascii() && !domain.to_ascii_lowercase().contains("xn--") {
        return None;
    }
    let shown = charset::cut(domain, SHOWN);
    if domain.split('.').any(|label| label.to_ascii_lowercase().starts_with("xn--")) {
        return Some(format!("the domain {shown} stands for letters of another script"));
    }
    domain.split('.').any(looks_alike).then(|| format!("the domain {shown} has letters that look like others"))
}

/// Scripts that no language writes in one word (beyond UTS #39's "highly restrictive"), a label that is nothing but letters
/// which pass for plain ones, or letters that are other ways to write plain ones.
fn looks_alike(label: &str) -> bool {
    let label = charset::cut(label, SHOWN);
    if label.is_ascii() {
        return false;
    }
    let label: String = label.chars().flat_map(char::to_lowercase).collect();
    Printable::address(&label).disguises(&label)
        || label.contains('\u{3002}')
        || !label.nfc().eq(label.nfkc())
        || label.chars().all(passes_for_ascii)
        // What is no letter of an identifier has no level; letters of rare scripts are no disguise by themselves.
        || matches!(
            label.as_str().detect_restriction_level(),
            RestrictionLevel::ModeratelyRestrictive | RestrictionLevel::MinimallyRestrictive
        )
        || mixed(&label)
}

/// Whether the prototype of a character (UTS #39, section 4) is ASCII alone, or nothing at all. That of a text is those of its
/// characters in a row, so a text passes for plain letters where each of its characters does.
fn passes_for_ascii(c: char) -> bool {
    let ranges = ascii_confusables::RANGES;
    let at = ranges.partition_point(|(_, last)| *last < u32::from(c));
    ranges.get(at).is_some_and(|(first, _)| *first <= u32::from(c))
}

/// Latin letters beside those of a script whose letters are taken for them.
fn mixed(label: &str) -> bool {
    let latin = |c: char| c.is_ascii_alphabetic() || matches!(c, '\u{C0}'..='\u{24F}');
    // Greek, Cyrillic, Armenian, Cherokee, Coptic, Lisu.
    let twin = |c: char| matches!(c, '\u{370}'..='\u{58F}' | '\u{13A0}'..='\u{13FF}' | '\u{2C80}'..='\u{2CFF}' | '\u{A4D0}'..='\u{A4FF}');
    label.chars().any(latin) && label.chars().any(twin)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::fs;

    use unicode_security::confusable_detection::skeleton;

    use super::{domain_warning, passes_for_ascii, warnings};
    use crate::domain::address::Address;

    /// `TIDEBOX_WRITE=1 cargo test --lib lookalike` writes them anew, after `unicode-security` has a newer Unicode.
    #[test]
    fn what_passes_for_ascii_is_what_unicode_says() {
        let is = |c: char| skeleton(c.encode_utf8(&mut [0; 4])).all(|c| c.is_ascii());
        if std::env::var_os("TIDEBOX_WRITE").is_some() {
            let mut ranges: Vec<(u32, u32)> = Vec::new();
            for c in ('\0'..=char::MAX).filter(|c| is(*c)).map(u32::from) {
                match ranges.last_mut() {
                    Some((_, last)) if *last + 1 == c => *last = c,
                    _ => ranges.push((c, c)),
                }
            }
            let mut text = String::from(concat!(
                "//! The characters whose prototypes (UTS #39, section 4) are ASCII alone, or nothing: first and last of each range, in order.\n",
                "//!\n",
                "//! The table of `unicode-security` that they are from is 160 kB of pointers, which every start of the program would set.\n\n",
                "#[rustfmt::skip]\npub(super) const RANGES: &[(u32, u32)] = &[\n",
            ));
            for row in ranges.chunks(5) {
                let row: Vec<String> = row.iter().map(|(first, last)| format!("({first:#x}, {last:#x}),")).collect();
                writeln!(text, "    {}", row.join(" ")).unwrap();
            }
            text.push_str("];\n");
            fs::write("src/mail/lookalike/ascii_confusables.rs", text).unwrap();
            return;
        }
        for c in '\0'..=char::MAX {
            assert_eq!(passes_for_ascii(c), is(c), "{c:?}");
        }
    }

    #[test]
    fn a_name_that_is_another_address_is_told() {
        let told = warnings(&Address::new("ceo@example.org", "mallory@evil.example"));
        assert_eq!(told, ["the name says ceo@example.org, the address is mallory@evil.example"]);
        assert_eq!(warnings(&Address::new("ceo\u{FF20}example.org", "mallory@evil.example")), told);
        assert_eq!(warnings(&Address::new("Ann <a@b.example>", "")).len(), 1);
        assert!(warnings(&Address::new("Ann@Example.org", "ann@example.org")).is_empty());
        assert!(warnings(&Address::new("Ann @ home", "ann@example.org")).is_empty());
    }

    #[test]
    fn letters_that_hide_or_look_like_others_are_told() {
        assert!(!warnings(&Address::new("PayPal", "service@pay\u{200b}pal.example")).is_empty());
        assert!(!warnings(&Address::new("Bank", "service@ba\u{FE0F}nk.example")).is_empty());
        assert!(!warnings(&Address::new("Bank", "ser\u{AD}vice@bank.example")).is_empty());
        assert!(!warnings(&Address::new("Bank", "\"service@bank.example\"@b.example")).is_empty());
        for domain in [
            "xn--80ak6aa92e.example",
            "p\u{0430}ypal.example",
            "аррӏе.example",
            "b\u{585}nk.example",
            "\u{261}oogle.example",
            "b\u{131}nk.example",
            "ｂａｎｋ.example",
            "bank\u{3002}example.org",
            "b\u{3B1}nk.example",
            "\u{13DF}ank.example",
        ] {
            assert!(domain_warning(domain).is_some(), "{domain}");
        }
        for domain in [
            "почта.example",
            "münchen.example",
            "例え.example",
            "日本abc.example",
            "ελλάδα.example",
            "دامنه.example",
            "b.example",
        ] {
            assert!(domain_warning(domain).is_none(), "{domain}");
        }
    }
}
