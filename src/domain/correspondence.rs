//! What the sent mail says of a message that comes in.

use super::message_kind::{KindFact, MessageKind};

/// What is known of a message from what the person has sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Correspondence {
    /// The person has written to its author.
    pub wrote_to_author: bool,
    /// It names a message of the person in References or In-Reply-To.
    pub answers_own: bool,
    /// It belongs to a thread that the person began.
    pub in_own_thread: bool,
}

impl Correspondence {
    /// The kinds that follow from it.
    pub fn kinds(self) -> impl Iterator<Item = KindFact> {
        let all = [
            (self.wrote_to_author, MessageKind::Correspondent, "you have written to its sender"),
            (self.answers_own, MessageKind::Answer, "it answers a message that you sent"),
            (self.in_own_thread, MessageKind::Mine, "you began its conversation"),
        ];
        all.into_iter().filter(|(holds, ..)| *holds).map(|(_, kind, reason)| KindFact { kind, reason })
    }
}
