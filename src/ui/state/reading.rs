//! How a letter is being read: where the attention is, how far it is scrolled, what is unfolded.

use super::marking::Marking;
use crate::domain::ids::Id;
use crate::domain::letter::Body;
use crate::ui::geometry::Focus;

/// Whether long quotes are shown whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Quotes {
    #[default]
    Folded,
    Whole,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadingState {
    pub focus: Focus,
    /// The first row of the letter that is shown.
    pub scroll: usize,
    pub quotes: Quotes,
    /// The body that was asked for; `None` is whatever `mail` thinks best.
    pub body: Option<Body>,
    /// The lines that are marked.
    pub marking: Option<Marking>,
    /// The message that the rest of this is about.
    of: Option<Id>,
}

impl ReadingState {
    /// Another message is under the cursor: it is read from its beginning.
    pub fn turn_to(&mut self, id: Option<Id>) {
        if self.of != id {
            *self = Self { focus: self.focus, of: id, ..Self::default() };
        }
    }

    pub fn turn_quotes(&mut self) {
        self.quotes = match self.quotes {
            Quotes::Folded => Quotes::Whole,
            Quotes::Whole => Quotes::Folded,
        };
    }
}
