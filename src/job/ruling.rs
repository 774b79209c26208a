//! What becomes of a message on its way in: its lane, and whether it is held, filed as history, or let through.

use chrono::{DateTime, Duration, Utc};

use super::JobError;
use super::intake::Intake;
use super::prepare::Prepared;
use crate::config::Backlog;
use crate::domain::arrival::{Mark, Origin};
use crate::domain::elsewhere::Elsewhere;
use crate::domain::exception::exception_for;
use crate::domain::lane::lane_of;
use crate::domain::query::Subject;
use crate::store::{Admission, Ruling, Store};

/// What is held and what is filed as history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filing {
    /// What is marked read is history, and at the first reading so is what the backlog leaves out.
    Backlog(Backlog),
    /// Everything is held, marked read or not.
    HoldAll,
    /// Everything is history.
    History,
}

impl Intake<'_> {
    /// Decides lane and stage: history, held, or let through by an exception. `pending` are those that go into the same
    /// transaction before it: what an exception lets through there counts towards its limit.
    pub(super) fn rule(&self, store: &Store, prepared: Prepared, pending: &[Admission]) -> Result<Admission, JobError> {
        let Prepared { arrival, origin, words, packed, flags, first, aside } = prepared;
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
            _ if aside => None,
            _ => flags.as_ref().filter(|flags| !flags.keywords.is_empty()),
        };
        let ruling = if let Some(flags) = said {
            Ruling::Said(Elsewhere::of(None, flags, &self.config.calendar, self.now))
        } else if aside && matches!(self.filing, Filing::Backlog(_)) || self.is_history(&origin, subject.placed, first)
        {
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
        Ok(Admission { arrival, origin, words, packed, lane, ruling, flags })
    }

    fn is_history(&self, origin: &Origin, placed: DateTime<Utc>, first: bool) -> bool {
        match self.filing {
            Filing::HoldAll => false,
            Filing::History => true,
            Filing::Backlog(backlog) => match origin.mark {
                Mark::None => false,
                Mark::Read => true,
                Mark::Unread => self.backlog_before.or(first.then_some(self.now)).is_some_and(|first| {
                    let was_there = origin.received <= first;
                    was_there
                        && match backlog {
                            Backlog::All => false,
                            Backlog::None => true,
                            Backlog::Days(days) => placed < first - Duration::days(i64::from(days)),
                        }
                }),
            },
        }
    }
}
