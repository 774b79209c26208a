//! What has come lately for the pane of the letter: letters as they were laid out, the messages of conversations, and how those
//! begin.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::domain::conversation::{Conversation, ConversationKey};
use crate::domain::ids::Id;
use crate::domain::letter::Letter;
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::ui::request::LetterKey;

/// Enough to go back and forth without waiting, and more letters than are unfolded in a conversation.
pub type Letters = Recent<LetterKey, Box<Letter>, 16>;
pub type Conversations = Recent<ConversationKey, Arc<Conversation>, 32>;
/// More than there are rows on a screen.
pub type FirstWords = Recent<Id, Printable, 256>;

/// The latest answers, each under what was asked for; at most so many.
#[derive(Debug)]
pub struct Recent<K, T, const KEPT: usize> {
    kept: VecDeque<(K, Result<T, Problem>)>,
}

impl<K, T, const KEPT: usize> Default for Recent<K, T, KEPT> {
    fn default() -> Self {
        Self { kept: VecDeque::new() }
    }
}

impl<K: Copy + PartialEq, T, const KEPT: usize> Recent<K, T, KEPT> {
    /// What has come, or why it did not.
    #[must_use]
    pub fn get(&self, key: K) -> Option<Result<&T, &Problem>> {
        self.kept.iter().find(|(kept, _)| *kept == key).map(|(_, come)| come.as_ref())
    }

    pub fn keep(&mut self, key: K, come: Result<T, Problem>) {
        self.kept.retain(|(kept, _)| *kept != key);
        self.kept.push_back((key, come));
        while self.kept.len() > KEPT {
            self.kept.pop_front();
        }
    }

    /// Forgets some that have come: something that they tell is otherwise now.
    pub fn forget_those(&mut self, which: impl Fn(&T) -> bool) {
        self.kept.retain(|(_, come)| !come.as_ref().is_ok_and(&which));
    }

    /// Forgets all of them: what a peek showed is not shown again.
    pub fn forget(&mut self) {
        self.kept.clear();
    }
}
