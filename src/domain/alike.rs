//! What in a batch is like one of its messages, by what people mean with that: of the same conversation, from the same list or
//! sender, with the same subject but for numbers.

use super::positions::{Position, Positions};
use super::printable::Printable;

/// In what messages are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Likeness {
    Conversation,
    /// They came through this mailing list.
    List(Printable),
    /// This address wrote them.
    Sender(Printable),
    /// Their subjects are the same but for numbers; this is how it begins.
    Subject(Printable),
}

/// The messages of a batch that are like one of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    pub of: Position,
    /// By each likeness those that are like it, itself among them, in the order in which a person goes wider.
    pub by: Vec<(Likeness, Positions)>,
}
