//! What came of sending what was due, in numbers and in words that name nobody.

use super::outbox::OutgoingState;

/// How many messages came to which end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SendingSummary {
    pub sent: u32,
    /// Some recipients were refused; the others have it.
    pub partly_sent: u32,
    pub refused: u32,
    /// They are tried again by themselves.
    pub later: u32,
    /// They were sent to the end, and nobody can say whether they were taken.
    pub unknown: u32,
    /// They were not tried, since something is in the way of sending as their sender.
    pub waiting: u32,
    /// What needs a person, in plain words, each thing once.
    pub troubles: Vec<String>,
}

impl SendingSummary {
    pub fn count(&mut self, state: OutgoingState) {
        match state {
            OutgoingState::Sent => self.sent += 1,
            OutgoingState::PartlySent => self.partly_sent += 1,
            OutgoingState::Refused => self.refused += 1,
            OutgoingState::Unknown => self.unknown += 1,
            OutgoingState::Draft | OutgoingState::Staged | OutgoingState::Leaving | OutgoingState::Later => {
                self.later += 1;
            }
        }
    }

    pub fn note(&mut self, trouble: String) {
        if !self.troubles.contains(&trouble) {
            self.troubles.push(trouble);
        }
    }

    /// Whether the person has to look into the outbox.
    #[must_use]
    pub fn needs_person(&self) -> bool {
        self.partly_sent + self.refused + self.unknown > 0
    }

    /// What left: `3 messages have left`; `None` where nothing did.
    #[must_use]
    pub fn left(&self) -> Option<String> {
        match self.sent {
            0 => None,
            1 => Some("1 message has left".to_owned()),
            sent => Some(format!("{sent} messages have left")),
        }
    }

    /// Everything else, each as a part of a sentence: `1 message was refused`.
    #[must_use]
    pub fn others(&self) -> Vec<String> {
        [
            (self.partly_sent, "has left, but not for everybody", "have left, but not for everybody"),
            (self.refused, "was refused", "were refused"),
            (self.later, "was not taken yet and is tried again", "were not taken yet and are tried again"),
            (
                self.unknown,
                "was sent, and nobody can say whether it left",
                "were sent, and nobody can say whether they left",
            ),
            (self.waiting, "waits, as it cannot be sent now", "wait, as they cannot be sent now"),
        ]
        .into_iter()
        .filter(|(count, _, _)| *count > 0)
        .map(|(count, one, several)| match count {
            1 => format!("1 message {one}"),
            count => format!("{count} messages {several}"),
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::SendingSummary;
    use crate::domain::outbox::OutgoingState;

    #[test]
    fn each_end_has_its_words() {
        let mut came = SendingSummary::default();
        assert_eq!((came.left(), came.others()), (None, Vec::new()));
        for state in [OutgoingState::Sent, OutgoingState::Sent, OutgoingState::Refused, OutgoingState::Unknown] {
            came.count(state);
        }
        assert_eq!(came.left().unwrap(), "2 messages have left");
        let others = ["1 message was refused", "1 message was sent, and nobody can say whether it left"];
        assert_eq!(came.others(), others);
        assert!(came.needs_person());
    }
}
