//! What becomes of a message on its way in: its lane, and whether it is held, filed as history, or let through.

use chrono::{DateTime, Duration, Utc};

use super::JobError;
use super::intake::Intake;
use super::prepare::Prepared;
use crate::config::{Backlog, Seen};
use crate::domain::arrival::Mark;
use crate::domain::exception::exception_for;
use crate::domain::lane::lane_of;
use crate::domain::query::Subject;
use crate::domain::remote_state::RemoteState;
use crate::domain::schedule::wall;
use crate::source::Before;
use crate::store::{Admission, Came, Ruling, Store};

/// What is held and what is filed as history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filing {
    /// What is there at the first reading and is read already, or is left out by the backlog, is history; what comes later
    /// is held, unless what was read elsewhere is to be history too.
    Backlog(Backlog, Seen),
    /// Everything is held, marked read or not.
    HoldAll,
    /// Everything is history.
    History,
}

impl Intake<'_> {
    /// Decides lane and stage: history, held, or let through by an exception. `pending` are those that go into the same
    /// transaction before it: what an exception lets through there counts towards its limit.
    pub(super) fn rule(&self, store: &Store, prepared: Prepared, pending: &[Admission]) -> Result<Admission, JobError> {
        let Prepared { arrival, origin, words, packed, flags, aside, before } = prepared;
        let mut subject = Subject {
            id: None,
            message_id: arrival.message_id.as_deref(),
            from: &arrival.from,
            trust: arrival.trust,
            to: &arrival.to,
            source: self.name,
            lane: "",
            words: &words,
            attachments: u32::try_from(arrival.attachments.len()).unwrap_or(u32::MAX),
            unsubscribe: arrival.unsubscribe,
            placed: arrival.placed(origin.received),
            now: self.now,
        };
        let lane = lane_of(&self.config.lanes, &subject).to_owned();
        subject.lane = &lane;
        let said = match self.filing {
            Filing::History => None,
            Filing::Backlog(..) if aside => None,
            Filing::Backlog(..) | Filing::HoldAll => flags.as_ref().filter(|flags| !flags.keywords.is_empty()),
        };
        let ruling = if let Some(flags) = said {
            Ruling::Said(RemoteState::of(None, flags, &self.config.calendar, self.now))
        } else if self.is_history(&Facts {
            mark: origin.mark,
            received: origin.received,
            placed: subject.placed,
            aside,
            before,
        }) {
            Ruling::History
        } else {
            let mut failed = None;
            let exception = exception_for(&self.config.exceptions, &subject, |exception| {
                let per = exception.limit.and_then(|limit| Duration::from_std(limit.per).ok()).unwrap_or_default();
                let here = pending.iter().filter(|one| one.ruling.is_by(&exception.name)).count();
                match store.exception_hits(&exception.name, self.now - per) {
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
            exception.map_or(Ruling::Hold, |exception| Ruling::LetThrough { exception: exception.name.clone() })
        };
        Ok(Admission { arrival, origin, words, packed, lane, ruling, flags, came: came(aside, before) })
    }

    fn is_history(&self, it: &Facts) -> bool {
        let (backlog, seen) = match self.filing {
            Filing::HoldAll => return false,
            Filing::History => return true,
            Filing::Backlog(backlog, seen) => (backlog, seen),
        };
        // What lies in the archive, among the sent, the drafts, the junk or in the trash waits for nobody.
        if it.aside {
            return true;
        }
        match it.mark {
            Mark::None => false,
            Mark::Read => seen == Seen::History || self.is_backlog(it, None),
            Mark::Unread => self.is_backlog(it, Some(backlog)),
        }
    }

    /// Whether it was there before it could be read, and is none of those that are held all the same.
    fn is_backlog(&self, it: &Facts, held: Option<Backlog>) -> bool {
        let left_out = |by: DateTime<Utc>, none: bool| match held {
            None => true,
            Some(Backlog::All) => false,
            Some(Backlog::None) => none,
            Some(Backlog::Days(days)) => {
                let back = i32::try_from(days).unwrap_or(i32::MAX).saturating_neg();
                wall::days_after(self.config.calendar.zone, by, back).is_some_and(|from| it.placed < from)
            }
        };
        if let Some(first) = self.backlog_before {
            // What is read already was read before anything could be held.
            return (held.is_none() || it.received <= first) && left_out(first, true);
        }
        match it.before {
            Before::Read => false,
            // A folder that is found later may have been made just now, for a message that has just come.
            Before::Never => left_out(self.now, it.placed < self.now - Duration::days(1)),
            // What was there when the source was read first is backlog whatever it is called now.
            Before::Anew => self.first_read.is_some_and(|first| it.placed <= first && left_out(first, true)),
        }
    }
}

/// What of a message tells whether it is history.
struct Facts {
    mark: Mark,
    received: DateTime<Utc>,
    placed: DateTime<Utc>,
    aside: bool,
    before: Before,
}

/// How a copy of a message that may be known came to be there.
fn came(aside: bool, before: Before) -> Came {
    match (aside, before) {
        (true, _) => Came::Aside,
        (false, Before::Read) => Came::Since,
        (false, Before::Never | Before::Anew) => Came::Before,
    }
}
