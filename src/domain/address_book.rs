//! The people that somebody writes to and gets mail from, in the order in which they are likely to be meant.
//!
//! Whom the person has written to comes first, then who has written to them; among both, who did so lately and often.

use std::cmp::Reverse;
use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::address::{Address, reads_no_answers};
use super::answering::{OwnAddresses, can_be_written_to};
use super::words::words;

/// One message between the person and somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenMessage {
    pub with: Address,
    pub at: DateTime<Utc>,
    /// Whether the person wrote it.
    pub written: bool,
}

/// Somebody whom the person has written to, or who has written to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correspondent {
    pub address: Address,
    /// How many messages were written to them, and how many came from them.
    pub written: u32,
    pub received: u32,
    /// The newest of these.
    pub last: DateTime<Utc>,
}

/// All of them, the likeliest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressBook(Vec<Entry>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    who: Correspondent,
    /// The words of the name and the address, folded as everything that is searched.
    words: Vec<String>,
}

/// What is counted of somebody while the messages are gone through.
struct Tally {
    who: Correspondent,
    /// When each name was used last: the name that the person wrote goes before the one that somebody gives themselves.
    named: Option<(bool, DateTime<Utc>)>,
    /// The newer, the more each message counts: of those written, and of those received.
    worth: (u32, u32),
}

impl AddressBook {
    /// The book of these messages. Addresses that nobody reads are left out; the person's own come last.
    #[must_use]
    pub fn of(exchanges: impl IntoIterator<Item = WrittenMessage>, own: &OwnAddresses, now: DateTime<Utc>) -> Self {
        let mut found: HashMap<String, Tally> = HashMap::new();
        for WrittenMessage { with, at, written } in exchanges {
            let key = with.address.to_lowercase();
            if !can_be_written_to(&with.address) || reads_no_answers(&with.address) {
                continue;
            }
            let tally = found.entry(key).or_insert_with(|| Tally {
                who: Correspondent {
                    address: Address::new("", with.address.clone()),
                    written: 0,
                    received: 0,
                    last: at,
                },
                named: None,
                worth: (0, 0),
            });
            let (count, worth) = if written {
                (&mut tally.who.written, &mut tally.worth.0)
            } else {
                (&mut tally.who.received, &mut tally.worth.1)
            };
            *count = count.saturating_add(1);
            *worth = worth.saturating_add(worth_at(at, now));
            tally.who.last = tally.who.last.max(at);
            // A name with an address in it is none, or is to be taken for somebody else's.
            let name = with.name.trim();
            if !name.is_empty() && !name.contains('@') && tally.named.is_none_or(|named| named < (written, at)) {
                tally.named = Some((written, at));
                name.clone_into(&mut tally.who.address.name);
            }
        }
        let mut all: Vec<Tally> = found.into_values().collect();
        all.sort_by_cached_key(|tally| {
            let is_own = own.owns(&tally.who.address.address);
            let worth = if tally.who.written > 0 { tally.worth.0 } else { tally.worth.1 };
            let newest = Reverse((worth, tally.who.last));
            (is_own, tally.who.written == 0, newest, tally.who.address.address.to_lowercase())
        });
        let entry = |tally: Tally| {
            let address = &tally.who.address;
            Entry { words: words(&format!("{} {}", address.name, address.address)), who: tally.who }
        };
        Self(all.into_iter().map(entry).collect())
    }

    /// Those who can be meant, the likeliest first: each word that was typed begins a word of the name or of the address.
    pub fn matching<'b>(&'b self, typed: &str) -> impl Iterator<Item = &'b Correspondent> + use<'b> {
        let typed = words(typed);
        self.0
            .iter()
            .filter(move |entry| typed.iter().all(|word| entry.words.iter().any(|known| known.starts_with(word))))
            .map(|entry| &entry.who)
    }
}

/// What a message counts by its age: one of this week as much as ten that are older than a year.
fn worth_at(at: DateTime<Utc>, now: DateTime<Utc>) -> u32 {
    match (now - at).num_days() {
        ..=7 => 100,
        8..=31 => 70,
        32..=92 => 50,
        93..=366 => 30,
        _ => 10,
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, Utc};

    use super::{AddressBook, WrittenMessage};
    use crate::domain::address::Address;
    use crate::domain::answering::{OwnAddress, OwnAddresses};

    fn now() -> DateTime<Utc> {
        "2026-11-23T09:00:00Z".parse().unwrap()
    }

    fn exchange(name: &str, address: &str, days: i64, written: bool) -> WrittenMessage {
        WrittenMessage { with: Address::new(name, address), at: now() - Duration::days(days), written }
    }

    fn own() -> OwnAddresses {
        OwnAddresses(vec![OwnAddress { mailbox: Address::new("Me", "me@example.org"), aliases: Vec::new() }])
    }

    fn found(book: &AddressBook, typed: &str) -> Vec<String> {
        book.matching(typed).map(|one| format!("{}|{}", one.address.name, one.address.address)).collect()
    }

    #[test]
    fn whom_one_wrote_to_comes_first_and_of_them_who_was_written_to_lately_and_often() {
        let book = AddressBook::of(
            [
                exchange("Often", "often@a.example", 400, true),
                exchange("", "often@a.example", 401, true),
                exchange("Lately", "lately@a.example", 1, true),
                exchange("Writes much", "writes@a.example", 1, false),
                exchange("Writes much", "Writes@A.example", 2, false),
                exchange("Wrote once", "once@a.example", 1, false),
                exchange("Me", "me+tag@example.org", 0, true),
                exchange("Shop", "no-reply@shop.example", 0, false),
                exchange("", "nowhere", 0, false),
            ],
            &own(),
            now(),
        );
        assert_eq!(
            found(&book, ""),
            [
                "Lately|lately@a.example",
                "Often|often@a.example",
                "Writes much|writes@a.example",
                "Wrote once|once@a.example",
                "Me|me+tag@example.org",
            ]
        );
        let writes = book.matching("writes").next().unwrap();
        assert_eq!((writes.written, writes.received, writes.last), (0, 2, now() - Duration::days(1)));
    }

    #[test]
    fn somebody_is_found_by_the_beginnings_of_words() {
        let book = AddressBook::of(
            [exchange("Zoë Müller", "zm@tea.example", 1, true), exchange("宮本 茂", "shigeru@x.example", 1, true)],
            &OwnAddresses::default(),
            now(),
        );
        for (typed, count) in
            [("zoe", 1), ("mu z", 1), ("ZM@tea.ex", 1), ("example", 2), ("宮本", 1), ("oe", 0), ("zoe x", 0)]
        {
            assert_eq!(found(&book, typed).len(), count, "{typed}");
        }
    }

    #[test]
    fn the_name_that_the_person_wrote_goes_before_the_one_that_others_give_themselves() {
        let book = AddressBook::of(
            [
                exchange("Your bank", "ann@a.example", 1, false),
                exchange("Ann", "ann@a.example", 90, true),
                exchange("Annie", "ann@a.example", 300, true),
                exchange("bob@b.example", "bob@b.example", 1, false),
            ],
            &OwnAddresses::default(),
            now(),
        );
        assert_eq!(found(&book, ""), ["Ann|ann@a.example", "|bob@b.example"]);
    }
}
