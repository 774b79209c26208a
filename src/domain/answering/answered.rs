//! That a message was answered already, here or elsewhere.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::domain::outbox::OutgoingState;
use crate::domain::text_enum::text_enum;

text_enum! {
    /// How it is known that a message was answered by another program or on another machine.
    pub enum AnsweredHow {
        /// Its mailbox says so: `\Answered`, or `R` in a Maildir.
        Marked = "marked",
        /// The answer lies among the sent mail.
        Sent = "sent",
    }
}

/// Who has answered a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnsweredBy {
    /// The person, from here: an answer that is staged, on its way or gone.
    Here(OutgoingState),
    /// The person, with another program or on another machine.
    Elsewhere(AnsweredHow),
}

/// That a message was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnsweredAlready {
    pub by: AnsweredBy,
    /// Since when that is known; `None` where it was so when the message came.
    pub at: Option<DateTime<Utc>>,
}

impl AnsweredAlready {
    /// As a sentence: `You have answered it already, elsewhere, at 9:12.` `when` puts the time, with its preposition.
    #[must_use]
    pub fn words(&self, when: &dyn Fn(DateTime<Utc>) -> String) -> String {
        let at = self.at.map(|at| format!(", {}", when(at))).unwrap_or_default();
        match self.by {
            AnsweredBy::Here(OutgoingState::Sent | OutgoingState::PartlySent) => {
                format!("You have answered it already{at}.")
            }
            AnsweredBy::Here(OutgoingState::Unknown) => {
                format!("You have answered it already{at}, and nobody can say whether that left.")
            }
            AnsweredBy::Here(OutgoingState::Refused) => {
                format!("Your answer to it was refused{at}: it is in the outbox.")
            }
            AnsweredBy::Here(_) => format!("There is an answer to it already{at}, which has not left yet."),
            AnsweredBy::Elsewhere(AnsweredHow::Sent) => {
                format!("You have answered it already, elsewhere{at}: the answer lies among the sent mail.")
            }
            AnsweredBy::Elsewhere(AnsweredHow::Marked) => format!("You have answered it already, elsewhere{at}."),
        }
    }
}

/// Without the time.
impl fmt::Display for AnsweredAlready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Self { at: None, ..*self }.words(&|_| String::new()))
    }
}

#[cfg(test)]
mod tests {
    use super::{AnsweredAlready, AnsweredBy, AnsweredHow};
    use crate::domain::outbox::OutgoingState;

    #[test]
    fn it_is_told_where_and_when() {
        let at = Some("2026-11-23T09:12:00Z".parse().unwrap());
        let words = |by, at| AnsweredAlready { by, at }.words(&|at| at.format("at %H:%M").to_string());
        assert_eq!(
            words(AnsweredBy::Elsewhere(AnsweredHow::Marked), at),
            "You have answered it already, elsewhere, at 09:12."
        );
        assert_eq!(words(AnsweredBy::Here(OutgoingState::Sent), at), "You have answered it already, at 09:12.");
        let staged = AnsweredAlready { by: AnsweredBy::Here(OutgoingState::Staged), at };
        assert_eq!(staged.to_string(), "There is an answer to it already, which has not left yet.");
    }
}
