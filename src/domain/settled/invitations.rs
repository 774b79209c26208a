//! Invitations that a later message of the same batch replaced or withdrew (RFC 5546 §2.1.5).

use super::{Settled, SettledReason};
use crate::domain::ids::Id;

/// A message of a batch that says how an event is: one that invites, changes or cancels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventCandidate {
    pub id: Id,
    /// The address of its sender, in lower case. Only who has invited can change or cancel.
    pub sender: String,
    pub uid: String,
    /// As `InvitationFacts::recurrence`.
    pub recurrence: String,
    pub sequence: i64,
    /// DTSTAMP in Unix seconds; 0 where there is none.
    pub stamp: i64,
    pub withdrawn: bool,
    /// As in `SettleCandidate`.
    pub stays: bool,
}

impl EventCandidate {
    /// Whether what `self` says of the event is over because of `other`, which came later where `later` is so. Two messages of one
    /// SEQUENCE and DTSTAMP are copies of one, but a cancellation may have those of what it cancels. What cancels the event as a whole
    /// cancels each date of it.
    fn is_over_by(&self, other: &Self, later: bool) -> bool {
        let of_one = self.uid == other.uid && self.sender == other.sender;
        let of_date = self.recurrence == other.recurrence || other.recurrence.is_empty() && other.withdrawn;
        let newer = (other.sequence, other.stamp) > (self.sequence, self.stamp);
        of_one && of_date && (newer || other.withdrawn && later && other.sequence >= self.sequence)
    }
}

/// Those of the invitations that are over. The last word about an event is never one of them, so that a person reads it. `messages`
/// are in the order of time.
#[must_use]
pub fn by_invitations(mut messages: Vec<EventCandidate>) -> Vec<(Id, Settled)> {
    let mut settled = Vec::new();
    // Sorting keeps the order of time within an event.
    messages.sort_by(|one, other| one.uid.cmp(&other.uid));
    for event in messages.chunk_by(|one, other| one.uid == other.uid).filter(|event| event.len() > 1) {
        for (place, one) in event.iter().enumerate().filter(|(_, one)| !one.withdrawn && !one.stays) {
            let over =
                event.iter().enumerate().filter(|(at, other)| *at != place && one.is_over_by(other, *at > place));
            let last = over.max_by_key(|(at, other)| (other.sequence, other.stamp, other.withdrawn, *at));
            settled.extend(last.map(|(_, by)| {
                let reason = if by.withdrawn { SettledReason::Withdrawn } else { SettledReason::Replaced };
                (one.id, Settled { reason, by: by.id })
            }));
        }
    }
    settled
}

#[cfg(test)]
mod tests {
    use super::{EventCandidate, Settled, SettledReason, by_invitations};
    use crate::domain::ids::Id;

    fn told(id: i64, sequence: i64, withdrawn: bool) -> EventCandidate {
        EventCandidate {
            id: Id(id),
            sender: "ann@example.org".into(),
            uid: "one".into(),
            recurrence: String::new(),
            sequence,
            stamp: id,
            withdrawn,
            stays: false,
        }
    }

    fn settled(messages: &[EventCandidate]) -> Vec<(i64, SettledReason, i64)> {
        let found = by_invitations(messages.to_vec());
        found.into_iter().map(|(id, Settled { reason, by })| (id.0, reason, by.0)).collect()
    }

    #[test]
    fn a_new_invitation_replaces_the_old_one() {
        assert_eq!(settled(&[told(1, 0, false), told(2, 1, false)]), [(1, SettledReason::Replaced, 2)]);
        assert_eq!(
            settled(&[told(2, 1, false), told(1, 0, false)]),
            [(1, SettledReason::Replaced, 2)],
            "whatever came first"
        );
        let three = [told(1, 0, false), told(2, 1, false), told(3, 2, false)];
        assert_eq!(settled(&three), [(1, SettledReason::Replaced, 3), (2, SettledReason::Replaced, 3)]);
        let copy = EventCandidate { stamp: 1, ..told(2, 0, false) };
        assert_eq!(settled(&[told(1, 0, false), copy]), [], "a copy replaces nothing");
    }

    #[test]
    fn a_cancellation_withdraws_and_is_read() {
        let withdrawn = SettledReason::Withdrawn;
        assert_eq!(
            settled(&[told(1, 0, false), told(2, 1, false), told(3, 1, true)]),
            [(1, withdrawn, 3), (2, withdrawn, 3)]
        );
        let same = EventCandidate { stamp: 1, ..told(2, 0, true) };
        assert_eq!(settled(&[told(1, 0, false), same]), [(1, withdrawn, 2)]);
        assert_eq!(settled(&[told(1, 0, true)]), []);
        let again = [told(1, 0, true), told(2, 1, false)];
        assert_eq!(settled(&again), [], "it takes place after all");
    }

    #[test]
    fn dates_senders_and_events_are_kept_apart() {
        let date = |id, day: &str, withdrawn| EventCandidate { recurrence: day.into(), ..told(id, id, withdrawn) };
        assert_eq!(settled(&[date(1, "a", false), date(2, "b", false)]), []);
        assert_eq!(settled(&[date(1, "a", false), told(2, 2, false)]), [], "the series says nothing of its date");
        assert_eq!(settled(&[date(1, "a", false), told(2, 2, true)]), [(1, SettledReason::Withdrawn, 2)]);
        let stranger = EventCandidate { sender: "eve@example.net".into(), ..told(2, 1, true) };
        assert_eq!(settled(&[told(1, 0, false), stranger]), []);
        assert_eq!(settled(&[told(1, 0, false), EventCandidate { uid: "two".into(), ..told(2, 1, false) }]), []);
        assert_eq!(settled(&[EventCandidate { stays: true, ..told(1, 0, false) }, told(2, 1, false)]), []);
    }
}
