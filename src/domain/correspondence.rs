//! What the sent mail says of a message that comes in.

/// What is known of a message from what the person has sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Correspondence {
    /// The person has written to its author.
    pub wrote_to_author: bool,
    /// It answers a message of the person, or belongs to a thread that the person began.
    pub in_own_thread: bool,
}
