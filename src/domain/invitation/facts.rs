//! What is kept of an invitation beside its message: enough to find what is said of one event, and what else is at its time.

use chrono::{DateTime, Utc};

use super::{Invitation, InvitationMethod, ParticipationStatus};

/// The end of what has no end: the last second of the year 9999.
const ENDLESS: i64 = 253_402_300_799;

/// The facts of an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationFacts {
    pub uid: String,
    /// Which time of an event that repeats is meant, as `EventTime::key` writes it; empty for the event as a whole.
    pub recurrence: String,
    pub sequence: u32,
    pub stamp: Option<DateTime<Utc>>,
    pub method: InvitationMethod,
    /// Whether the event does not take place any more.
    pub withdrawn: bool,
    /// From the beginning to the end, of what repeats to the end of the last time. `None` where either is no certain instant, and
    /// for whole days.
    pub span: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// Whether it takes somebody's time: it is asked for or told, takes place, and does not leave the time free.
    pub busy: bool,
    /// Whether it is at several times within its span.
    pub repeats: bool,
    /// Of an answer: who answers, in small letters, and what; empty and `NeedsAction` otherwise.
    pub attendee: String,
    pub answer: ParticipationStatus,
}

impl Invitation {
    /// `None` where it does not say which event it is.
    #[must_use]
    pub fn facts(&self) -> Option<InvitationFacts> {
        if self.uid.is_empty() {
            return None;
        }
        let answering = matches!(self.method, InvitationMethod::Reply | InvitationMethod::Counter);
        let attendee = self.attendees.first().filter(|_| answering);
        Some(InvitationFacts {
            uid: self.uid.clone(),
            recurrence: self.recurrence_id.as_ref().map_or_else(String::new, |it| it.time.key()),
            sequence: self.sequence,
            stamp: self.stamp,
            method: self.method,
            withdrawn: self.is_withdrawn(),
            span: self.span(),
            busy: self.states() && !self.is_withdrawn() && !self.transparent,
            repeats: self.recurrence.is_some(),
            attendee: attendee.map_or_else(String::new, |it| it.address.to_lowercase()),
            answer: attendee.map_or(ParticipationStatus::NeedsAction, |it| it.status),
        })
    }

    fn span(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let start = self.start.as_ref()?;
        let begins = start.instant()?;
        let last = match &self.recurrence {
            None => Some(begins),
            Some(recurrence) => recurrence.last_start(start),
        };
        let ends = last.and_then(|last| last.checked_add_signed(self.length()));
        Some((begins, ends.or_else(|| DateTime::from_timestamp(ENDLESS, 0))?.max(begins)))
    }
}
