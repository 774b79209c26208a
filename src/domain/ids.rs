//! The numbers by which the store knows things, each with a type of its own so that none can stand in for another.

use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// A message in the store. Ids follow the messages' dates: a newer message has a larger id.
    Id
}
id! {
    /// A conversation: messages that refer to each other.
    ThreadId
}
id! {
    /// A source of messages, as configured or as named by `tidebox add`.
    SourceId
}
id! {
    /// A batch that was begun.
    BatchId
}
id! {
    /// A message that the person writes.
    OutgoingId
}
id! {
    /// A change that is to be made outside, in the journal.
    ChangeId
}
id! {
    /// One act of triage: a decision on one message or, in bulk, on several at once.
    ActId
}
