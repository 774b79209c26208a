//! Which words a message may have: asked before its text is searched, so that many rules cost little.

/// Bits, a power of two: 2 kB. A text of 26 kB has some 1,500 different words, of which each takes two bits.
const BITS: u64 = 16_384;
const BLOCKS: usize = 256;

/// The words of some texts, as a Bloom filter (Bloom 1970): it never says no to a word that is there.
#[derive(Debug, Clone)]
pub struct WordFilter([u64; BLOCKS]);

impl WordFilter {
    /// Gathers the words of folded texts.
    pub(super) fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut filter = Self([0; BLOCKS]);
        for text in texts {
            filter.add(text);
        }
        filter
    }

    fn add(&mut self, text: &str) {
        let mut hash = 0;
        for byte in text.bytes() {
            if byte == b' ' {
                self.set(hash);
                hash = 0;
            } else {
                hash = with(hash, byte);
            }
        }
        self.set(hash);
    }

    fn set(&mut self, hash: u64) {
        for (block, bit) in places(hash) {
            if let Some(block) = self.0.get_mut(block) {
                *block |= bit;
            }
        }
    }

    /// Whether a text may have these words; the last one may be the beginning of a word.
    pub(super) fn may_have(&self, words: &[String], prefix: bool) -> bool {
        let whole = words.len() - usize::from(prefix && !words.is_empty());
        words.iter().take(whole).all(|word| {
            let hash = word.bytes().fold(0, with);
            places(hash).into_iter().all(|(block, bit)| self.0.get(block).is_some_and(|it| it & bit != 0))
        })
    }
}

/// Cheap for each byte; what it lacks, `places` makes up for.
const fn with(hash: u64, byte: u8) -> u64 {
    hash.rotate_left(9) ^ byte as u64 ^ 0x5a
}

/// The two bits of a word: which block they are in, and the bit there.
fn places(hash: u64) -> [(usize, u64); 2] {
    // Multiplied by the golden ratio all bits bear on the highest ones (Knuth, The Art of Computer Programming, 6.4).
    let mixed = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    [mixed >> 50, (mixed >> 36) % BITS].map(|place| (usize::try_from(place / 64).unwrap_or(0), 1 << (place % 64)))
}

#[cfg(test)]
mod tests {
    use super::WordFilter;

    fn has(filter: &WordFilter, words: &[&str], prefix: bool) -> bool {
        filter.may_have(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), prefix)
    }

    #[test]
    fn no_word_that_is_there_is_missed() {
        let filter = WordFilter::of(["ann a example", "", "tide plan", "来週 x", "boat jpg \u{E000} plan pdf"]);
        for one in ["ann", "example", "tide", "plan", "来週", "x", "boat", "pdf", "\u{E000}"] {
            assert!(has(&filter, &[one], false), "{one}");
        }
        let found = [(["tide", "plan"], false), (["tide", "pl"], true), (["boat", ""], true)];
        assert!(found.iter().all(|(words, prefix)| has(&filter, words, *prefix)) && has(&filter, &["zz"], true));
        assert!(!has(&filter, &["tide", "pl"], false) && !has(&filter, &["zz", "plan"], false));
    }

    /// As many words as a long message has: few others seem to be there.
    #[test]
    fn most_words_that_are_not_there_are_known_not_to_be() {
        let all: Vec<String> = (0..1_500).map(|number| format!("word{number}")).collect();
        let filter = WordFilter::of([all.join(" ").as_str()]);
        assert!(all.iter().all(|word| has(&filter, &[word], false)));
        let wrong = (0..10_000).filter(|number| has(&filter, &[&format!("other{number}")], false)).count();
        assert!(wrong < 800, "{wrong} of 10,000");
    }
}
