//! `[[contact]]`: what is known of a correspondent: where they publish when they read mail.

use super::mistake::{ConfigMistake, quoted};
use super::table::{FoundMistakes, TomlTable};
use crate::domain::answering::{can_be_written_to, same_mailbox};
use crate::domain::printable::forbidden;
use crate::domain::unsubscribe::OneClickUrl;

/// A correspondent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactConfig {
    pub address: String,
    /// The JSON of `tidebox hours`, as they publish it.
    pub hours_url: OneClickUrl,
}

pub(super) const KEYS: [&str; 2] = ["address", "hours_url"];

const ADDRESS: &str = "the address of a correspondent, such as `\"ann@example.org\"`";
const HOURS_URL: &str = "an address that begins with `https://`, such as `\"https://example.org/hours.json\"`";

pub(super) fn read(root: &TomlTable<'_>, found: &mut FoundMistakes) -> Vec<ContactConfig> {
    let mut contacts: Vec<ContactConfig> = Vec::new();
    for (table, span) in root.tables("contact", found).unwrap_or_default() {
        let section = TomlTable::open("[[contact]]", table, span, &KEYS, found);
        let (address, url) = (section.needed("address", ADDRESS, found), section.needed("hours_url", HOURS_URL, found));
        let (Some(address), Some(url)) = (address, url) else { continue };
        let written = address.text.as_ref();
        let mut fits = true;
        if !can_be_written_to(written) || written.contains(['<', '>', ',']) || written.chars().any(forbidden) {
            let what = format!("{} is no address", quoted(written));
            found.push(ConfigMistake::at(address.span.clone(), what).expected(ADDRESS));
            fits = false;
        } else if contacts.iter().any(|other| same_mailbox(&other.address, written)) {
            let what = format!("there is a contact with the address {} already", quoted(written));
            found.push(ConfigMistake::at(address.span.clone(), what).hint("each stands there once"));
            fits = false;
        }
        match OneClickUrl::parse(&url.text) {
            Ok(hours_url) if fits => contacts.push(ContactConfig { address: written.to_owned(), hours_url }),
            Ok(_) => {}
            // The address is not quoted: it may be a secret.
            Err(_) => found.push(ConfigMistake::at(url.span, "hours cannot be read from this").expected(HOURS_URL)),
        }
    }
    contacts
}
