//! The letters laid out lately, and those that were asked for.

use std::collections::VecDeque;

use crate::domain::ids::Id;
use crate::domain::letter::{Body, Letter};
use crate::ui::event::Problem;

/// How many are kept: enough to go back and forth without waiting.
const KEPT: usize = 24;

/// A letter depends on the width that it is laid out for, and on the body that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sheet {
    pub id: Id,
    pub width: u16,
    pub body: Option<Body>,
}

#[derive(Debug, Default)]
pub struct Letters {
    kept: VecDeque<(Sheet, Result<Box<Letter>, Problem>)>,
}

impl Letters {
    /// A letter that has come, or why it did not.
    #[must_use]
    pub fn get(&self, sheet: Sheet) -> Option<Result<&Letter, &Problem>> {
        self.kept.iter().find(|(kept, _)| *kept == sheet).map(|(_, letter)| letter.as_deref())
    }

    pub fn keep(&mut self, sheet: Sheet, letter: Result<Box<Letter>, Problem>) {
        self.kept.retain(|(kept, _)| *kept != sheet);
        self.kept.push_back((sheet, letter));
        while self.kept.len() > KEPT {
            self.kept.pop_front();
        }
    }

    /// Forgets all of them: what a peek showed is not shown again.
    pub fn forget(&mut self) {
        self.kept.clear();
    }
}
