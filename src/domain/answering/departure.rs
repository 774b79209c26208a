//! When a message that was written leaves.

use crate::domain::text_enum::text_enum;

text_enum! {
    /// When a message that was written leaves, unless it is given a time of its own.
    #[derive(Default)]
    pub enum Departure {
        /// When the batch in which it was written is committed.
        #[default]
        Close = "close",
        /// At the close of the next check-in.
        Next = "next",
        /// At once, after a question.
        Now = "now",
    }
}
