//! How far a rule may rely on the sender that a message names.

/// A message can say anything of its sender. What rules and a look at the address can know is whether it says it in a
/// way that honest mail does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SenderTrust {
    /// Name and address count.
    #[default]
    Whole,
    /// Something in it passes for another: a name that shows somebody else's address, letters that look like others or are
    /// invisible. Its address, compared letter by letter, is still its address; its words count for nothing.
    Address,
    /// There is no telling whose it is: two authors, or something that looks like an address and is none (in quotes
    /// without a domain, in an encoded word). No exception lets it through, and no `from:` chooses it for a lane.
    Nothing,
}
