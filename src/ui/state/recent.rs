//! What has come lately for the pane of the letter: letters as they were laid out, and the messages of conversations.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::domain::conversation::{Conversation, ConversationKey};
use crate::domain::letter::Letter;
use crate::domain::problem::Problem;
use crate::ui::request::LetterKey;

/// How many are kept: enough to go back and forth without waiting, and more than are unfolded in a conversation.
const KEPT: usize = 32;

pub type Letters = Recent<LetterKey, Box<Letter>>;
pub type Conversations = Recent<ConversationKey, Arc<Conversation>>;

/// The latest answers, each under what was asked for.
#[derive(Debug)]
pub struct Recent<K, T> {
    kept: VecDeque<(K, Result<T, Problem>)>,
}

impl<K, T> Default for Recent<K, T> {
    fn default() -> Self {
        Self { kept: VecDeque::new() }
    }
}

impl<K: Copy + PartialEq, T> Recent<K, T> {
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

    /// Forgets all of them: what a peek showed is not shown again.
    pub fn forget(&mut self) {
        self.kept.clear();
    }
}
