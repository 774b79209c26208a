//! Of what kind a message is: by what its header says, and by what the person has sent.

use super::text_enum::text_enum;

text_enum! {
    /// A kind, as it is written after `is:`.
    pub enum MessageKind {
        /// The person has written to its author.
        Correspondent = "correspondent",
        /// It answers a message of the person: its References or In-Reply-To name one.
        Answer = "answer",
        /// It belongs to a thread that the person began.
        Mine = "mine",
        /// A server tells what became of a message (RFC 3464, RFC 5321 §4.5.5).
        Bounce = "bounce",
        /// A forge sent it because of the person: a mention, a review that is asked for, an issue of theirs.
        Personal = "personal",
        /// Somebody wrote it to a mailing list.
        Post = "post",
        /// A program sent it: a notice, a receipt, an alert.
        Notice = "notice",
        /// It was sent to many at once.
        Newsletter = "newsletter",
    }
}

impl MessageKind {
    /// Those that follow from what the person has sent, as it was when the message was taken in.
    pub const BY_SENT_MAIL: [Self; 3] = [Self::Correspondent, Self::Answer, Self::Mine];
}

/// A message is of this kind, for a reason that is told to the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindFact {
    pub kind: MessageKind,
    pub reason: &'static str,
}
