//! How much one transaction takes in. Many messages together cost less, most of all in the full-text index; but
//! another writer has to wait for the end of the transaction. So steps are short while somebody decides at a screen.

use crate::store::PreparedMessage;

/// Bounds of one transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    messages: usize,
    /// In the unit of `weight`.
    weight: usize,
}

impl Step {
    /// Some milliseconds, which is the longest time that a key waits.
    pub const SHORT: Self = Self { messages: 8, weight: 32 * 1024 };
    /// Less than a tenth of a second, and a third of the memory that a long one takes.
    pub const MODEST: Self = Self { messages: 128, weight: 1024 * 1024 };
    /// Some tenths of a second.
    pub const LONG: Self = Self { messages: 512, weight: 8 * 1024 * 1024 };

    /// Whether so many messages of this weight are enough for a transaction.
    pub fn is_full(self, messages: usize, weight: usize) -> bool {
        messages >= self.messages || weight >= self.weight
    }
}

/// How long the store needs for a message, measured in bytes of words; the original is only copied.
pub fn weight(one: &PreparedMessage) -> usize {
    let words = &one.words;
    let said = [&words.from, &words.to, &words.subject, &words.list, &words.body];
    said.into_iter().map(String::len).sum::<usize>() + one.original.packed_size() / 8
}
