//! What became of a message that the person writes, in words.

use chrono::{DateTime, Utc};

use crate::domain::outbox::{ClosingCheckin, DepartureTime, OutgoingState, RecipientState};
use crate::domain::outgoing_summary::OutgoingSummary;
use crate::domain::schedule::Zone;
use crate::domain::until::Until;
use crate::ui::when;

/// Said where the message was sent to its end and no answer came.
pub const UNKNOWN: &str = "nobody can say whether it left";

/// `leaves at the close`, `refused`, `the 3rd try at 16:20`.
#[must_use]
pub fn state(it: &OutgoingSummary, now: DateTime<Utc>, zone: Zone) -> String {
    let stands = stands(it, now, zone);
    match it.elsewhere {
        Some(at) => format!("{stands}; answered elsewhere {}", when::moment(at, now, zone)),
        None => stands,
    }
}

fn stands(it: &OutgoingSummary, now: DateTime<Utc>, zone: Zone) -> String {
    match it.state {
        OutgoingState::Draft => when::moment(it.changed, now, zone),
        OutgoingState::Staged => leaves(it.leaving, it.due, now, zone),
        OutgoingState::Leaving => "leaves just now".to_owned(),
        OutgoingState::Sent => "sent".to_owned(),
        OutgoingState::PartlySent => "some have it, some were refused".to_owned(),
        OutgoingState::Refused => "refused: nobody has it".to_owned(),
        OutgoingState::Later => match it.due.filter(|due| *due > now) {
            Some(due) => format!("not taken yet; try {} {}", it.tries + 1, when::moment(due, now, zone)),
            None => format!("not taken yet; try {} follows", it.tries + 1),
        },
        OutgoingState::Unknown => UNKNOWN.to_owned(),
    }
}

/// When it leaves.
fn leaves(leaving: Option<DepartureTime>, due: Option<DateTime<Utc>>, now: DateTime<Utc>, zone: Zone) -> String {
    match (leaving, due) {
        (_, Some(due)) if due > now => format!("leaves {}", when::moment(due, now, zone)),
        (_, Some(_)) => "leaves now".to_owned(),
        (Some(DepartureTime::Next), None) => "leaves after the next check-in".to_owned(),
        (_, None) => "leaves at the next close".to_owned(),
    }
}

/// When something leaves that is about to be staged: `at the close, 10:45`. `close` is the check-in at whose close that is.
#[must_use]
pub fn departure(leaving: DepartureTime, close: Option<&ClosingCheckin>, now: DateTime<Utc>, zone: Zone) -> String {
    match (leaving, close) {
        (DepartureTime::At(at), _) if at <= now => "at once".to_owned(),
        (DepartureTime::At(at), _) => when::moment(at, now, zone),
        (_, Some(close)) => {
            let of = if close.is_open { String::new() } else { format!(" of {}", close.checkin) };
            format!("at the close{of}, {}", when::coming(close.closes, now, zone))
        }
        (DepartureTime::Next, None) => "at the close of the next check-in".to_owned(),
        (DepartureTime::Close, None) => "at the next close".to_owned(),
    }
}

/// When what is answered comes back: `tomorrow morning, 10:00, if nobody has replied`.
#[must_use]
pub fn reminds(until: &Until, now: DateTime<Utc>, zone: Zone) -> String {
    format!("{}, if nobody has replied", when::window(&until.checkin, until.opens, now, zone))
}

/// Whether the person has to do something about it.
#[must_use]
pub fn waits_for_the_person(state: OutgoingState) -> bool {
    matches!(state, OutgoingState::PartlySent | OutgoingState::Refused | OutgoingState::Unknown)
}

/// What became of it for one recipient.
#[must_use]
pub fn recipient(state: RecipientState) -> &'static str {
    match state {
        RecipientState::Waiting => "waits",
        RecipientState::Accepted => "has it",
        RecipientState::Refused => "refused",
        RecipientState::Deferred => "not yet",
        RecipientState::Unknown => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, Utc};

    use super::state;
    use crate::domain::ids::OutgoingId;
    use crate::domain::outbox::{DepartureTime, OutgoingState};
    use crate::domain::outgoing_summary::OutgoingSummary;
    use crate::domain::printable::Printable;
    use crate::domain::schedule::Zone;
    use crate::domain::text_enum::TextEnum as _;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn it(state: OutgoingState) -> OutgoingSummary {
        OutgoingSummary {
            id: OutgoingId(1),
            state,
            answers: None,
            people: Printable::default(),
            subject: Printable::default(),
            text: Vec::new(),
            changed: at("2026-11-23T08:00:00Z"),
            leaving: Some(DepartureTime::Close),
            due: None,
            tries: 2,
            reminder: None,
            elsewhere: None,
            recipients: Vec::new(),
        }
    }

    #[test]
    fn each_state_has_words_of_its_own() {
        let now = at("2026-11-23T09:00:00Z");
        let words: Vec<String> = OutgoingState::ALL.iter().map(|one| state(&it(*one), now, Zone::UTC)).collect();
        let mut distinct = words.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), words.len(), "{words:?}");
    }

    #[test]
    fn that_its_message_was_answered_elsewhere_is_told() {
        let now = at("2026-11-23T09:00:00Z");
        let elsewhere = OutgoingSummary { elsewhere: Some(at("2026-11-23T08:30:00Z")), ..it(OutgoingState::Staged) };
        assert_eq!(state(&elsewhere, now, Zone::UTC), "leaves at the next close; answered elsewhere today 08:30");
    }

    #[test]
    fn when_it_leaves() {
        let now = at("2026-11-23T09:00:00Z");
        let said = |leaving, due| state(&OutgoingSummary { leaving, due, ..it(OutgoingState::Staged) }, now, Zone::UTC);
        assert_eq!(said(Some(DepartureTime::Close), None), "leaves at the next close");
        assert_eq!(said(Some(DepartureTime::Next), None), "leaves after the next check-in");
        let later = now + Duration::hours(3);
        assert_eq!(said(Some(DepartureTime::At(later)), Some(later)), "leaves today 12:00");
        assert_eq!(said(Some(DepartureTime::At(now)), Some(now)), "leaves now");
        let again = OutgoingSummary { due: Some(later), ..it(OutgoingState::Later) };
        assert_eq!(state(&again, now, Zone::UTC), "not taken yet; try 3 today 12:00");
    }
}
