//! "Tell me if nobody has answered by then": a reminder of a message that the person wrote.

use super::text_enum::text_enum;

text_enum! {
    /// How a reminder ended.
    pub enum ReminderEnd {
        /// Somebody has answered.
        Answered = "answered",
        /// Nobody had, and the person was told.
        CameBack = "came back",
        /// The person took it back.
        TakenBack = "taken back",
    }
}
