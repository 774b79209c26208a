//! What the person has answered to an invitation, and what became of that.

use chrono::{DateTime, Datelike as _, Utc};

use super::InvitationAnswer;
use crate::domain::outbox::OutgoingState;
use crate::domain::schedule::{Zone, wall};

/// The newest answer that was given here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnInvitationAnswer {
    pub answer: InvitationAnswer,
    pub state: OutgoingState,
    /// From when on it may leave; `None` while it waits for the close.
    pub due: Option<DateTime<Utc>>,
    /// When its state changed last.
    pub changed: DateTime<Utc>,
}

impl OwnInvitationAnswer {
    /// `you accepted on Mon 30 Nov`, `you declined; it leaves at the close`.
    #[must_use]
    pub fn sentence(&self, now: DateTime<Utc>, zone: Zone) -> String {
        let said = match self.answer {
            InvitationAnswer::Accept => "you accepted",
            InvitationAnswer::Tentative => "you accepted tentatively",
            InvitationAnswer::Decline => "you declined",
        };
        let day = |at: DateTime<Utc>| {
            let shown = wall::shown(zone, at);
            let year = if shown.year() == wall::shown(zone, now).year() { "" } else { " %Y" };
            shown.format(&format!("%a %-d %b{year}")).to_string()
        };
        match (self.state, self.due) {
            (OutgoingState::Draft, _) => format!("{said}; taken back"),
            (OutgoingState::Staged, Some(due)) if due > now => {
                format!("{said}; it leaves on {}, {}", day(due), wall::shown(zone, due).format("%H:%M"))
            }
            (OutgoingState::Staged, Some(_)) | (OutgoingState::Leaving, _) => format!("{said}; it leaves now"),
            (OutgoingState::Staged, None) => format!("{said}; it leaves at the close"),
            (OutgoingState::Sent | OutgoingState::PartlySent, _) => format!("{said} on {}", day(self.changed)),
            (OutgoingState::Later, _) => format!("{said}; the server has not taken it yet, and it is tried again"),
            (OutgoingState::Refused, _) => format!("{said}, and the answer was refused: the outbox says why"),
            (OutgoingState::Unknown, _) => format!("{said}; nobody can say whether the answer left"),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::OwnInvitationAnswer;
    use crate::domain::invitation::InvitationAnswer;
    use crate::domain::outbox::OutgoingState;
    use crate::domain::schedule::Zone;
    use crate::domain::text_enum::TextEnum as _;

    #[test]
    fn each_state_is_told_apart_and_the_day_is_that_of_the_reader() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let now = at("2026-12-02T08:00:00Z");
        let one = |state, due| OwnInvitationAnswer {
            answer: InvitationAnswer::Accept,
            state,
            due,
            changed: at("2026-11-29T23:30:00Z"),
        };
        let zone = Zone::built_in("Europe/Berlin").unwrap();
        let told = |state, due| one(state, due).sentence(now, zone);
        assert_eq!(told(OutgoingState::Sent, None), "you accepted on Mon 30 Nov");
        assert_eq!(told(OutgoingState::Staged, None), "you accepted; it leaves at the close");
        assert_eq!(
            told(OutgoingState::Staged, Some(at("2026-12-03T09:00:00Z"))),
            "you accepted; it leaves on Thu 3 Dec, 10:00"
        );
        assert_eq!(told(OutgoingState::Staged, Some(now)), "you accepted; it leaves now");
        let others = OutgoingState::ALL.iter().filter(|it| **it != OutgoingState::PartlySent);
        let mut all: Vec<String> = others.map(|state| told(*state, None)).collect();
        all.sort();
        assert!(all.windows(2).all(|two| two[0] != two[1]), "{all:?}");
    }
}
