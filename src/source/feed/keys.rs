//! What the entries of a feed are known by: the id; else the link, as long as no two of them share it; else what they say.
//!
//! Where entries without ids share a link, one of them, the oldest, keeps the link as its key, and the others are known by
//! link, title and date. Which one that is, is kept with the feed's position: an entry must not get another key, and be
//! new again, when a second one with its link comes.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::short_hash;

/// A longer id than this is known by its hash.
const KEY_BYTES: usize = 200;

/// Links of entries without ids, by their hashes.
pub(super) type Links = BTreeMap<String, Owner>;

/// The entry that is known by a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Owner {
    /// The hash of its title and date.
    entry: String,
    /// Whether another one had the same link at some time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    shared: bool,
}

/// The key of each entry, and who is known by a link from now on.
pub(super) fn of(entries: &[Entry], before: &Links) -> (Vec<String>, Links) {
    let mut by_link: HashMap<&str, Vec<&Entry>> = HashMap::new();
    for (link, entry) in entries.iter().filter_map(|entry| Some((linked(entry)?, entry))) {
        by_link.entry(link).or_default().push(entry);
    }
    let owner = |(link, sharing): (&&str, &Vec<&Entry>)| {
        let hash = short_hash(&[link]);
        let known = before.get(&hash);
        // Feeds have the newest first.
        let oldest = sharing.iter().rev().min_by_key(|entry| entry.date);
        let entry = known.map(|owner| owner.entry.clone()).or_else(|| oldest.map(|entry| said(entry)));
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
    let said = said(entry);
    match links.get(&short_hash(&[link])) {
        Some(owner) if owner.shared && owner.entry != said => short_hash(&[link, &said]),
        _ => short(link),
    }
}

/// The link, where it is all that an entry has for a name.
fn linked(entry: &Entry) -> Option<&str> {
    let named = entry.id.as_deref().is_some_and(|id| !id.is_empty());
    entry.link.as_deref().filter(|link| !named && !link.is_empty())
}

/// What tells an entry from others with its link.
fn said(entry: &Entry) -> String {
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
