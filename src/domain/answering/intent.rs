//! What somebody wants to write, before it is begun.

use super::AnswerScope;
use crate::domain::address::Address;
use crate::domain::ids::Id;

/// What is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComposeIntent {
    Answer { message: Id, scope: AnswerScope },
    Forward { message: Id, how: ForwardHow },
    New { to: Vec<Address>, cc: Vec<Address>, bcc: Vec<Address>, subject: String, text: String },
}

/// How a message goes on to somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForwardHow {
    /// Its text within the new one.
    Inline,
    /// Whole, as a part of its own (`message/rfc822`).
    Attached,
}
