//! The letters laid out lately, and those that were asked for.

use std::collections::VecDeque;

use crate::domain::letter::Letter;
use crate::domain::problem::Problem;
use crate::ui::request::LetterKey;

/// How many are kept: enough to go back and forth without waiting.
const KEPT: usize = 24;

#[derive(Debug, Default)]
pub struct Letters {
    kept: VecDeque<(LetterKey, Result<Box<Letter>, Problem>)>,
}

impl Letters {
    /// A letter that has come, or why it did not.
    #[must_use]
    pub fn get(&self, key: LetterKey) -> Option<Result<&Letter, &Problem>> {
        self.kept.iter().find(|(kept, _)| *kept == key).map(|(_, letter)| letter.as_deref())
    }

    pub fn keep(&mut self, key: LetterKey, letter: Result<Box<Letter>, Problem>) {
        self.kept.retain(|(kept, _)| *kept != key);
        self.kept.push_back((key, letter));
        while self.kept.len() > KEPT {
            self.kept.pop_front();
        }
    }

    /// Forgets all of them: what a peek showed is not shown again.
    pub fn forget(&mut self) {
        self.kept.clear();
    }
}
