//! Senders that pass for another: names that hold a foreign address, and domains in letters that look like others.

use super::people::looks_like_address;
use crate::domain::address::Address;
use crate::domain::printable::Printable;

/// What to beware of in a mailbox, each a short clause.
pub(super) fn warnings(mailbox: &Address) -> Vec<String> {
    let mut found = Vec::new();
    let edges = ['<', '>', '(', ')', '"', '\'', ',', ';', ':', '[', ']'];
    let named = mailbox
        .name
        .split_whitespace()
        .map(|word| word.trim_matches(edges))
        .find(|word| looks_like_address(word) && !word.eq_ignore_ascii_case(&mailbox.address));
    if let Some(named) = named {
        found.push(format!("the name says {named}, the address is {}", mailbox.address));
    }
    let (name, address) = (mailbox.name.as_str(), mailbox.address.as_str());
    if Printable::from(name).disguises(name) || Printable::address(address).disguises(address) {
        found.push("the sender hides invisible characters".to_owned());
    }
    if let Some((_, domain)) = mailbox.address.rsplit_once('@')
        && let Some(why) = domain_warning(domain)
    {
        found.push(why);
    }
    found
}

/// Why a domain may not be what it looks like.
pub(super) fn domain_warning(domain: &str) -> Option<String> {
    if domain.split('.').any(|label| label.to_ascii_lowercase().starts_with("xn--")) {
        return Some(format!("the domain {domain} stands for letters of another script"));
    }
    domain.split('.').any(mixes_scripts).then(|| format!("the domain {domain} mixes letters that look alike"))
}

/// Latin together with Cyrillic or Greek in one label, or a label of Cyrillic letters that all have a Latin twin.
fn mixes_scripts(label: &str) -> bool {
    let latin = label.chars().any(|c| c.is_ascii_alphabetic() || matches!(c, '\u{C0}'..='\u{24F}'));
    let other = label.chars().any(|c| matches!(c, '\u{370}'..='\u{52F}' | '\u{13A0}'..='\u{13FF}'));
    let twins = |c: char| "асеорхуіјѕһԁԛԝӏқвмтнкАВСЕНІЈКМОРЅТХ-0123456789".contains(c);
    other && (latin || label.chars().all(twins))
}

#[cfg(test)]
mod tests {
    use super::{domain_warning, warnings};
    use crate::domain::address::Address;

    #[test]
    fn a_name_that_is_another_address_is_told() {
        let told = warnings(&Address::new("ceo@example.org", "mallory@evil.example"));
        assert_eq!(told, ["the name says ceo@example.org, the address is mallory@evil.example"]);
        assert!(warnings(&Address::new("Ann@Example.org", "ann@example.org")).is_empty());
        assert!(warnings(&Address::new("Ann @ home", "ann@example.org")).is_empty());
    }

    #[test]
    fn letters_that_hide_or_look_like_others_are_told() {
        assert_eq!(warnings(&Address::new("PayPal", "service@pay\u{200b}pal.example")).len(), 1);
        assert_eq!(warnings(&Address::new("Bank", "service@ba\u{fe0f}nk.example")).len(), 1);
        for name in ["محمد\u{200c}رضا", "\u{2068}Ann\u{2069}", "\u{200f}דוד\u{200f}", "Donau\u{ad}werft"] {
            assert!(warnings(&Address::new(name, "ann@example.org")).is_empty(), "{name:?} is an ordinary name");
        }
        assert!(domain_warning("xn--80ak6aa92e.example").is_some());
        assert!(domain_warning("p\u{0430}ypal.example").is_some());
        assert!(domain_warning("аррӏе.example").is_some());
        assert!(domain_warning("почта.example").is_none());
        assert!(domain_warning("münchen.example").is_none());
    }
}
