//! How far a rule may trust the sender that a message names.

/// A message can name any sender. What can be checked without the network is whether it does so in the way of honest
/// mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SenderTrust {
    /// Name and address count.
    #[default]
    Whole,
    /// Something in it looks like somebody else: a name that shows another address, letters that look like others or
    /// are invisible. Its address is compared as a whole; the words of its name do not count.
    Address,
    /// It is not known who wrote it: there are two authors, or something that looks like an address and is none (in
    /// quotes without a domain, in an encoded word). No exception lets it through, and no `from:` chooses it for a
    /// lane.
    Nothing,
}
