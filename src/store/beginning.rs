//! The beginnings of two and of three letters that the words of a message have, in an index of their own: FTS5 gathers all places
//! of a beginning before it tells the first, and of such short ones there are most.
//!
//! The index has no places, and each beginning of a message once. Beside them stands a mark of what has a mailing list.

use rusqlite::Transaction;

use super::failure::StoreError;
use super::marks;
use crate::domain::ids::Id;
use crate::domain::query::{Indexed, TextField};

/// The letters and digits that a folded text has of ASCII.
const LETTERS: usize = 36;
/// In `PLACES`: a byte of another script, and what is in no word.
const OTHER: u8 = 254;
const NONE: u8 = 255;
/// The place of each byte among `LETTERS`.
static PLACES: [u8; 256] = places();

const fn places() -> [u8; 256] {
    let mut places = [NONE; 256];
    let mut byte = 0_u8;
    loop {
        places[byte as usize] = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'z' => byte - b'a' + 10,
            128.. => OTHER,
            _ => NONE,
        };
        if byte == 255 {
            return places;
        }
        byte += 1;
    }
}

/// Gathers the beginnings of one message after another, without room of its own for each.
pub(super) struct BeginningSet {
    /// A bit for each beginning of two letters of ASCII, and of three.
    two: Vec<u64>,
    three: Vec<u64>,
    /// Those with other letters: characters of 21 bits, the first one highest.
    others: Vec<u64>,
    text: String,
}

impl Default for BeginningSet {
    fn default() -> Self {
        let bits = |count: usize| vec![0; count.div_ceil(64)];
        let (two, three) = (bits(LETTERS * LETTERS), bits(LETTERS * LETTERS * LETTERS));
        Self { two, three, others: Vec::new(), text: String::new() }
    }
}

impl BeginningSet {
    /// What the index is given of a message, with a space after each.
    pub(super) fn of(&mut self, words: &Indexed) -> &str {
        for field in TextField::ANYWHERE {
            self.gather(words.field(field));
        }
        self.text.clear();
        for (set, length) in [(&mut self.two, 2), (&mut self.three, 3)] {
            for (place, bits) in set.iter_mut().enumerate() {
                let mut left = std::mem::take(bits);
                while left != 0 {
                    write(&mut self.text, place * 64 + left.trailing_zeros() as usize, length);
                    left &= left - 1;
                }
            }
        }
        self.others.sort_unstable();
        self.others.dedup();
        for other in self.others.drain(..) {
            self.text.extend(unpacked(other));
            self.text.push(' ');
        }
        if !words.list.is_empty() {
            self.text.push_str(marks::LISTED);
        }
        &self.text
    }

    /// Eight bytes at once are looked through for spaces: taking in is to cost hardly more for this.
    fn gather(&mut self, text: &str) {
        const SPACES: u64 = u64::from_ne_bytes([b' '; 8]);
        const LOW: u64 = u64::from_ne_bytes([0x7f; 8]);
        self.word(text, 0);
        let mut blocks = text.as_bytes().chunks_exact(8);
        let mut at = 0;
        for block in &mut blocks {
            // The highest bit of each byte that is a space, and no other bit.
            let differs = u64::from_le_bytes(block.try_into().unwrap_or_default()) ^ SPACES;
            let mut spaces = !(((differs & LOW) + LOW) | differs | LOW);
            while spaces != 0 {
                self.word(text, at + spaces.trailing_zeros() as usize / 8 + 1);
                spaces &= spaces - 1;
            }
            at += 8;
        }
        for (place, byte) in blocks.remainder().iter().enumerate() {
            if *byte == b' ' {
                self.word(text, at + place + 1);
            }
        }
    }

    /// Adds the beginnings of the word that stands there.
    fn word(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let place = |beyond: usize| bytes.get(at + beyond).map_or(NONE, |byte| PLACES[usize::from(*byte)]);
        let (first, second, third) = (place(0), place(1), place(2));
        if first < OTHER && second < OTHER {
            let two = usize::from(first) * LETTERS + usize::from(second);
            set(&mut self.two, two);
            match third {
                NONE => {}
                OTHER => self.other(text, at, 3),
                third => set(&mut self.three, two * LETTERS + usize::from(third)),
            }
        } else if first != NONE && second != NONE {
            self.other(text, at, 2);
        }
    }

    /// The same of a word with other letters: its beginnings of `least` characters and more.
    #[cold]
    fn other(&mut self, text: &str, at: usize, least: usize) {
        let word = text.get(at..).unwrap_or_default().chars().take_while(|c| *c != ' ');
        let mut packed = 0;
        for (count, c) in (1..=3).zip(word) {
            packed = (packed << 21) | u64::from(u32::from(c));
            if count >= least {
                self.others.push(packed);
            }
        }
    }
}

fn set(bits: &mut [u64], place: usize) {
    if let Some(word) = bits.get_mut(place / 64) {
        *word |= 1 << (place % 64);
    }
}

/// Writes the beginning with this number.
fn write(text: &mut String, number: usize, length: u32) {
    let letter = |place: usize| char::from_digit(u32::try_from(place % LETTERS).unwrap_or_default(), 36);
    text.extend((0..length).rev().filter_map(|above| letter(number / LETTERS.pow(above))));
    text.push(' ');
}

fn unpacked(packed: u64) -> impl Iterator<Item = char> {
    let part = move |above: u32| u32::try_from((packed >> (21 * above)) & 0x1f_ffff).ok().filter(|c| *c != 0);
    (0..3).rev().filter_map(part).filter_map(char::from_u32)
}

/// Puts a message's beginnings into the index, in place of those that it may have there.
pub(super) fn replace(tx: &Transaction<'_>, set: &mut BeginningSet, id: Id, words: &Indexed) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM beginning WHERE rowid = ?1")?.execute([id.0])?;
    insert(tx, set, id, words)
}

/// The same of a message that has none there.
pub(super) fn insert(tx: &Transaction<'_>, set: &mut BeginningSet, id: Id, words: &Indexed) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT INTO beginning (rowid, starts) VALUES (?1, ?2)")?.execute((id.0, set.of(words)))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{BeginningSet, Indexed, marks};
    use crate::domain::words::fold;

    fn of(set: &mut BeginningSet, words: &Indexed) -> BTreeSet<String> {
        let text = set.of(words);
        let all: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        let set: BTreeSet<String> = all.iter().cloned().collect();
        assert_eq!(set.len(), all.len(), "each once: {text}");
        set
    }

    /// The plain reading: the first two and three characters of each word.
    fn expected(text: &str) -> BTreeSet<String> {
        let first = |word: &str, count: usize| word.chars().take(count).collect::<String>();
        let words = text.split_ascii_whitespace();
        words.flat_map(|word| [first(word, 2), first(word, 3)]).filter(|start| start.chars().count() > 1).collect()
    }

    #[test]
    fn words_of_every_field_have_beginnings_and_a_list_its_mark() {
        let mut set = BeginningSet::default();
        let words = Indexed {
            from: "ann example".into(),
            to: "bo".into(),
            cc: "cc-is-in-to".into(),
            subject: "plan 3 2026".into(),
            list: "rust".into(),
            body: "a été 会 議 zürich встреча".into(),
            files: "file".into(),
        };
        let found = of(&mut set, &words);
        let mut all = expected("ann example bo plan 3 2026 rust a été 会 議 zürich встреча");
        assert!(all.contains("zür") && all.contains("вс") && !all.contains("会"), "{all:?}");
        all.insert(marks::LISTED.to_owned());
        assert_eq!(found, all);
        assert_eq!(of(&mut set, &Indexed::default()), BTreeSet::new(), "nothing is left of the message before");
    }

    proptest::proptest! {
        #[test]
        fn beginnings_are_the_first_characters_of_each_word(text in "([a-z0-9é\u{10400}週]{0,5}[ ,.]{0,2}){0,20}") {
            let body = fold(&text);
            let found = of(&mut BeginningSet::default(), &Indexed { body: body.clone(), ..Indexed::default() });
            proptest::prop_assert_eq!(found, expected(&body));
        }
    }
}
