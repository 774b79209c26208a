//! What tells messages apart.

/// What makes two copies the same message, whichever sources they came through: a SHA-256 over the parts of a message
/// that travel unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);
