//! What was wrong with a message. A defect never stops a message from being taken in; it is kept and shown.

use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Defect {
    /// Nothing that could be read as a message: no header at all.
    NoHeader,
    /// No From and no Sender, or nobody in them.
    NoSender,
    /// From, Subject or Date stood more than once; the first counts.
    Repeated(&'static str),
    /// The Date is missing or cannot be read; the time of arrival stands in for it.
    UnreadableDate,
    /// The Date lies after the arrival; the time of arrival stands in for it.
    FutureDate,
    /// A character set that is not known; the text was read as well as it could be.
    UnknownCharset(String),
    /// A character set that the text is not in; it was read as well as it could be.
    UntrueCharset(String),
    /// A transfer encoding that was broken; what could be decoded is shown.
    BrokenEncoding,
    /// Something passed a limit (see `domain::limits`) and was cut.
    Cut(&'static str),
    /// The borders between parts are unclear: a boundary is missing or never closed.
    BrokenParts,
    /// No body at all.
    Empty,
    /// Encrypted; the text is not readable here.
    Encrypted,
    /// Parts that point elsewhere or are pieces of a larger message; nothing was fetched or joined.
    Elsewhere,
    /// The sender's name holds another person's address, or the address uses letters that look like others.
    LooksLike(String),
    /// A remark of the source about the message.
    Other(String),
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHeader => f.write_str("no header; kept as it came"),
            Self::NoSender => f.write_str("no sender"),
            Self::Repeated(field) => write!(f, "more than one {field}; the first counts"),
            Self::UnreadableDate => f.write_str("no readable date; the time of arrival counts"),
            Self::FutureDate => f.write_str("dated in the future; the time of arrival counts"),
            Self::UnknownCharset(name) => write!(f, "unknown character set {name}"),
            Self::UntrueCharset(name) => write!(f, "not written in {name}, as it says; read as it stands"),
            Self::BrokenEncoding => f.write_str("broken encoding; what could be decoded is shown"),
            Self::Cut(what) => write!(f, "too much to show whole: {what}"),
            Self::BrokenParts => f.write_str("parts that are not told apart cleanly"),
            Self::Empty => f.write_str("no text"),
            Self::Encrypted => f.write_str("encrypted; not readable here"),
            Self::Elsewhere => f.write_str("points to content elsewhere; nothing was fetched"),
            Self::LooksLike(what) => write!(f, "careful: {what}"),
            Self::Other(what) => f.write_str(what),
        }
    }
}
