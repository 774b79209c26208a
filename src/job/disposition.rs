//! What becomes of a new message: its lane, and whether it is held, history, or let through.

use chrono::{DateTime, Duration, Utc};

use super::JobError;
use crate::config::{Backlog, Config, Seen};
use crate::domain::exception::exception_for;
use crate::domain::flags::Flags;
use crate::domain::found_copy::{CopyOrigin, FoundCopy};
use crate::domain::lane::lane_of;
use crate::domain::moment::Moment;
use crate::domain::query::{StateTerm, Subject, Thing, parse_in};
use crate::domain::remote_state::RemoteState;
use crate::domain::schedule::wall;
use crate::domain::trust::SenderTrust;
use crate::store::{Admission, Disposition, PreparedMessage, Store};

/// Up to so many rules search the text of a message by themselves.
const FEW_RULES: usize = 12;

/// Which messages are held and which are history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BacklogPolicy {
    /// Messages that are there at the first reading are history if they were read, or are older than the backlog.
    /// Messages that come later are held; by `Seen`, those that were read elsewhere can be history too.
    Backlog(Backlog, Seen),
    /// Everything is held, marked read or not.
    HoldAll,
    /// Everything is history.
    History,
}

/// What decides about the messages of one source.
#[derive(Debug, Clone, Copy)]
pub struct IntakeRules<'a> {
    pub config: &'a Config,
    /// The source's name, for `source:` and for people.
    pub name: &'a str,
    pub backlog: BacklogPolicy,
    /// Set until the source is read to its end for the first time: messages that arrived by this instant are its
    /// backlog.
    pub backlog_before: Option<DateTime<Utc>>,
    /// When it was read for the first time.
    pub first_read: Option<DateTime<Utc>>,
    pub moment: Moment,
}

impl<'a> IntakeRules<'a> {
    /// For sources that have no first reading and that no other program reads, such as `incoming`.
    #[must_use]
    pub fn new(config: &'a Config, name: &'a str, backlog: BacklogPolicy, moment: Moment) -> Self {
        Self { config, name, backlog, backlog_before: None, first_read: None, moment }
    }

    /// Decides the lane, and whether the message is history, held, or let through by an exception. `pending` are
    /// messages that go into the same transaction before it: those that an exception lets through count towards its
    /// limit.
    ///
    /// # Errors
    /// Where the store cannot be asked what was sent, or how much an exception has let through.
    pub fn admission(
        &self,
        store: &Store,
        message: PreparedMessage,
        pending: &[Admission],
    ) -> Result<Admission, JobError> {
        let mut message = message;
        // Of what the person wrote themselves, sent mail says nothing.
        if message.copy.origin != CopyOrigin::Sent {
            let sent = store.correspondence(&message.envelope)?;
            message.envelope.kinds.extend(sent.kinds());
        }
        let PreparedMessage { envelope, words, original, copy, .. } = &message;
        let kinds = envelope.message_kinds();
        let placed = envelope.placed(copy.received);
        let filter = self.has_many_rules().then(|| words.filter());
        let (things, states) = (Thing::of(envelope), StateTerm::of_copies(copy.flags.kept()));
        let mut subject = Subject {
            message_id: envelope.message_id.as_deref(),
            trust: envelope.trust,
            to: &envelope.to,
            cc: envelope.cc(),
            source: self.name,
            folders: &[&copy.location.folder],
            things: &things,
            states: &states,
            kinds: &kinds,
            size: original.size() as u64,
            filter: filter.as_ref(),
            ..Subject::new(&envelope.from, words, placed, self.moment.now)
        };
        let lane = lane_of(&self.config.lanes, &subject).to_owned();
        subject.lane = &lane;
        let disposition = if let Some(flags) = self.decided_elsewhere(copy) {
            let own = self.config.lane_calendars().of(&lane);
            Disposition::DecidedElsewhere(RemoteState::of(None, flags, &own, self.moment.now))
        } else if self.is_history(copy, subject.placed) {
            Disposition::History
        } else if self.config.mutes.iter().any(|rule| rule.matches.holds(&subject)) {
            Disposition::Muted
        } else {
            self.let_through(store, &subject, pending)?
        };
        Ok(Admission { message, lane, disposition })
    }

    /// Whether so many rules look for words that it pays to gather those of the message first.
    fn has_many_rules(&self) -> bool {
        let Config { lanes, exceptions, mutes, .. } = self.config;
        lanes.len() + exceptions.len() + mutes.len() > FEW_RULES
    }

    /// The flags of a copy that another machine has decided about.
    fn decided_elsewhere<'c>(&self, copy: &'c FoundCopy) -> Option<&'c Flags> {
        match self.backlog {
            BacklogPolicy::History => None,
            _ if copy.origin == CopyOrigin::Sent => None,
            BacklogPolicy::Backlog(..) if !copy.origin.is_incoming() => None,
            BacklogPolicy::Backlog(..) | BacklogPolicy::HoldAll => {
                copy.flags.kept().filter(|flags| !flags.keywords.is_empty())
            }
        }
    }

    /// Lets a message through by the first exception that matches and has not reached its limit; else it is held.
    fn let_through(
        &self,
        store: &Store,
        subject: &Subject<'_>,
        pending: &[Admission],
    ) -> Result<Disposition, JobError> {
        let mut failed = None;
        let exception = exception_for(&self.config.exceptions, subject, |exception| {
            let per = exception.limit.and_then(|limit| Duration::from_std(limit.per).ok()).unwrap_or_default();
            let here = pending.iter().filter(|one| one.disposition.is_by(&exception.name)).count();
            match store.exception_hits(&exception.name, self.moment.now - per) {
                Ok(before) => before.saturating_add(u32::try_from(here).unwrap_or(u32::MAX)),
                Err(error) => {
                    failed = Some(error);
                    u32::MAX
                }
            }
        });
        if let Some(error) = failed {
            return Err(error.into());
        }
        match exception {
            Some(exception) => Ok(Disposition::LetThrough { exception: exception.name.clone() }),
            None => self.expected(store, subject, pending),
        }
    }

    /// Lets a message through that the person expects, the first of them; else it is held.
    fn expected(&self, store: &Store, subject: &Subject<'_>, pending: &[Admission]) -> Result<Disposition, JobError> {
        if subject.trust == SenderTrust::Nothing {
            return Ok(Disposition::Hold);
        }
        let taken = |number: i64| {
            pending
                .iter()
                .any(|one| matches!(one.disposition, Disposition::Expected { number: its, .. } if its == number))
        };
        let meant = |query: &str| {
            parse_in(query, &self.config.query_context(self.moment.now)).is_ok_and(|query| query.holds(subject))
        };
        let mut open = store.expected(self.moment.now)?.into_iter();
        let first = open.find(|one| !taken(one.number) && meant(&one.query));
        Ok(first.map_or(Disposition::Hold, |one| Disposition::Expected { number: one.number, query: one.query }))
    }

    fn is_history(&self, copy: &FoundCopy, placed: DateTime<Utc>) -> bool {
        // What the person has sent is never held.
        if copy.origin == CopyOrigin::Sent {
            return true;
        }
        let (backlog, seen) = match self.backlog {
            BacklogPolicy::HoldAll => return false,
            BacklogPolicy::History => return true,
            BacklogPolicy::Backlog(backlog, seen) => (backlog, seen),
        };
        // Mail in the archive, in the drafts, junk or trash is never held.
        if !copy.origin.is_incoming() {
            return true;
        }
        match copy.flags.is_read() {
            None => false,
            Some(true) => seen == Seen::History || self.is_backlog(copy, placed, None),
            Some(false) => self.is_backlog(copy, placed, Some(backlog)),
        }
    }

    /// Whether it is part of the backlog, and not of the part of it that is held.
    fn is_backlog(&self, copy: &FoundCopy, placed: DateTime<Utc>, held: Option<Backlog>) -> bool {
        let left_out = |by: DateTime<Utc>, none: bool| match held {
            None => true,
            Some(Backlog::All) => false,
            Some(Backlog::None) => none,
            Some(Backlog::Days(days)) => {
                let back = i32::try_from(days).unwrap_or(i32::MAX).saturating_neg();
                wall::days_after(self.config.calendar.zone, by, back).is_some_and(|from| placed < from)
            }
        };
        if let Some(first) = self.backlog_before {
            // If it was read, somebody did so before tidebox could hold anything.
            return (held.is_none() || copy.received <= first) && left_out(first, true);
        }
        let now = self.moment.now;
        match copy.origin {
            CopyOrigin::New | CopyOrigin::NotIncoming | CopyOrigin::Sent => false,
            // A folder that is found later may be new, made for a message that has just come.
            CopyOrigin::FirstReading => left_out(now, placed < now - Duration::days(1)),
            // Messages that were there at the first reading of the source are backlog, also if their folder was
            // renamed since.
            CopyOrigin::Recreated => self.first_read.is_some_and(|first| placed <= first && left_out(first, true)),
        }
    }
}
