//! The keys by which the entries of a feed are recognised: the id; without an id, the link; without both, title and text.
//!
//! If several entries without ids have the same link, the oldest of them has the link as its key, and the key of the others
//! is made of link, title and date. Which entry has the link is stored with the position of the feed. Otherwise an entry
//! would get another key, and be taken in again, as soon as a second entry with its link appears.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::short_hash;

/// The longest key, in bytes. The hash of a longer one is used instead.
const KEY_BYTES: usize = 200;

/// For the hash of each link of entries without ids: the entry that has the link as its key.
pub(super) type Links = BTreeMap<String, Owner>;

/// The entry that has a link as its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Owner {
    /// The hash of its title and date.
    entry: String,
    /// Whether another entry had the same link at some time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    shared: bool,
}

/// The key of each entry, and the owners of links to be stored for the next reading.
pub(super) fn of(entries: &[Entry], before: &Links) -> (Vec<String>, Links) {
    let mut by_link: HashMap<&str, Vec<&Entry>> = HashMap::new();
    for (link, entry) in entries.iter().filter_map(|entry| Some((linked(entry)?, entry))) {
        by_link.entry(link).or_default().push(entry);
    }
    let owner = |(link, sharing): (&&str, &Vec<&Entry>)| {
        let hash = short_hash(&[link]);
        let known = before.get(&hash);
        // In a feed the newest entry comes first. Of entries with the same date, the last is taken as the oldest.
        let oldest = sharing.iter().rev().min_by_key(|entry| entry.date);
        let entry = known.map(|owner| owner.entry.clone()).or_else(|| oldest.map(|entry| content_hash(entry)));
        let shared = sharing.len() > 1 || known.is_some_and(|owner| owner.shared);
        (hash, Owner { entry: entry.unwrap_or_default(), shared })
    };
    let links: Links = by_link.iter().map(owner).collect();
    (entries.iter().map(|entry| key(entry, &links)).collect(), links)
}

fn key(entry: &Entry, links: &Links) -> String {
    let Some(link) = linked(entry) else {
        return match entry.id.as_deref().filter(|id| !id.is_empty()) {
            Some(id) => short(id),
            None => short_hash(&[&entry.title, &entry.body]),
        };
    };
    let said = content_hash(entry);
    match links.get(&short_hash(&[link])) {
        Some(owner) if owner.shared && owner.entry != said => short_hash(&[link, &said]),
        _ => short(link),
    }
}

/// The link of an entry that has no id.
fn linked(entry: &Entry) -> Option<&str> {
    let named = entry.id.as_deref().is_some_and(|id| !id.is_empty());
    entry.link.as_deref().filter(|link| !named && !link.is_empty())
}

/// A hash that tells an entry from others with the same link.
fn content_hash(entry: &Entry) -> String {
    match entry.date {
        Some(date) => short_hash(&[&entry.title, &date.timestamp().to_string()]),
        None => short_hash(&[&entry.title, &entry.body]),
    }
}

fn short(name: &str) -> String {
    if name.len() <= KEY_BYTES && !name.chars().any(char::is_control) { name.to_owned() } else { short_hash(&[name]) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::DateTime;

    use super::{Links, of};
    use crate::source::feed::entry::Entry;

    fn entry(title: &str, day: i64) -> Entry {
        Entry {
            title: title.to_owned(),
            link: Some("https://e.example/".to_owned()),
            date: DateTime::from_timestamp(day * 86_400, 0),
            ..Entry::default()
        }
    }

    #[test]
    fn entries_that_share_a_link_are_each_new_once() {
        let (a, b, c, d) = (entry("a", 1), entry("b", 2), entry("c", 3), entry("d", 4));
        let (mut links, mut known) = (Links::new(), HashSet::new());
        for (feed, new) in [
            (vec![a.clone()], 1),
            (vec![b.clone(), a.clone()], 1),
            (vec![c.clone(), b.clone(), a], 1),
            (vec![d.clone(), c, b], 1),
            (vec![d.clone()], 0),
            (vec![entry("e", 5)], 1),
        ] {
            let (keys, next) = of(&feed, &links);
            links = next;
            assert_eq!(keys.into_iter().filter(|key| known.insert(key.clone())).count(), new, "{feed:?}");
        }
    }

    #[test]
    fn an_entry_alone_with_its_link_stays_the_same_when_it_is_changed() {
        let (keys, links) = of(&[entry("a", 1)], &Links::new());
        assert_eq!(keys, ["https://e.example/"]);
        assert_eq!(of(&[entry("corrected", 1)], &links).0, keys);
    }
}
