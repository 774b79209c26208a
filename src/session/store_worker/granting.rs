//! What each request of the store gets.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{StoreWorker, at_door, explaining, overview};
use crate::config::Config;
use crate::domain::group::BatchItem;
use crate::domain::ids::BatchId;
use crate::domain::message::{Message, MessageSummary};
use crate::domain::muted::MutedEntry;
use crate::domain::positions::{Position, Positions};
use crate::domain::triage::Act;
use crate::domain::window_end::WindowEnd;
use crate::job::contact_hours::reading_of_subject;
use crate::job::decide::Kept;
use crate::job::{JobError, begin, close, commit_preview, decide, defer, incoming, matter, rating, reopen, window_end};
use crate::session::present;
use crate::session::problem::problem;
use crate::store::{BatchKind, StoreError};
use crate::ui::request::StoreRequest;
use crate::ui::response::StoreResponse;
use crate::ui::state::folds::Folds;

/// How many held messages a peek lists.
const PEEKED: usize = 500;
/// How many rows a batch begins with: what most screens show. What is below is asked for when it comes into sight.
const FIRST_ROWS: usize = 40;

impl StoreWorker {
    pub(super) fn handle(&mut self, request: StoreRequest) -> Result<StoreResponse, JobError> {
        let (config, now) = (present(&self.config), self.clock.now());
        Ok(match request {
            StoreRequest::Arrive { rows } => self.arrive(&config, rows, now)?,
            StoreRequest::Overview => {
                self.close_due(&config, now)?;
                StoreResponse::Overview(Box::new(overview(&self.store, &config, now)?))
            }
            StoreRequest::Begin | StoreRequest::BeginFirst => {
                let begins = if request == StoreRequest::BeginFirst { begin::begin_first } else { begin::begin };
                incoming::empty(&config, &mut self.store, now)?;
                match begins(&mut self.store, &config, now)? {
                    // What is not committed is shown first: the screen asks for it.
                    begin::Begun::Batch(batch) | begin::Begun::Uncommitted { batch, .. } => {
                        self.batch(batch.id(), FIRST_ROWS)?
                    }
                    begin::Begun::Nothing(_) => StoreResponse::NothingHeld,
                    begin::Begun::Closed { .. } => StoreResponse::Closed,
                }
            }
            StoreRequest::BeginExceptions => match begin::begin_exceptions(&mut self.store, &config, now)? {
                Some(batch) => self.batch(batch.id(), FIRST_ROWS)?,
                None => StoreResponse::NothingHeld,
            },
            StoreRequest::Reload(batch) => self.batch(batch, FIRST_ROWS)?,
            StoreRequest::Rows { batch, at } => StoreResponse::Rows { batch, rows: self.rows(batch, &at)? },
            StoreRequest::Threads { batch, of } => {
                let threads = self.store.threads_in(batch, &of)?;
                StoreResponse::Threads { of, threads }
            }
            StoreRequest::Record { batch, act } => self.record(&config, batch, &act, now)?,
            StoreRequest::Undo { batch, act } => {
                let kept = decide::undo_act(&mut self.store, batch, act);
                self.kept(batch, kept)?
            }
            StoreRequest::Redo { batch, act } => {
                let kept = decide::redo_act(&mut self.store, batch, act);
                self.kept(batch, kept)?
            }
            StoreRequest::DeferChoices(of) => {
                let mut choices = defer::scope(&self.store, &config, &of)?.choices(now);
                choices.reads = reading_of_subject(&self.store, &config, &of, now)?;
                StoreResponse::DeferChoices(Box::new(choices))
            }
            StoreRequest::DeferTarget { of, text } => {
                StoreResponse::DeferTarget(defer::named(&defer::scope(&self.store, &config, &of)?, &text, now)?)
            }
            StoreRequest::Door(request) => at_door::grant(&mut self.store, &config, request, now)?,
            StoreRequest::Outgoing(request) => self.outgoing(&config, request, now)?,
            StoreRequest::WindowEnd(batch) => StoreResponse::WindowEnd(Box::new(self.window_end(batch, &config, now)?)),
            StoreRequest::MoreTime(batch) => {
                window_end::give_more_time(&mut self.store, &config, batch, now)?;
                self.shows(batch)?;
                StoreResponse::MoreTime(Box::new(self.window_end(batch, &config, now)?))
            }
            StoreRequest::CommitPreview(batch) => {
                let preview = commit_preview::preview(&mut self.store, &config, batch, now)?;
                StoreResponse::CommitPreview(Box::new(preview))
            }
            StoreRequest::Commit(batch) => {
                let receipt = close::commit(&mut self.store, &config, batch, now)?;
                self.shown.remove(&batch);
                StoreResponse::Committed(Box::new(receipt))
            }
            StoreRequest::Hits(batch) => StoreResponse::Hits(rating::hits(&self.store, &config, batch)?),
            StoreRequest::RateHit { batch, id, rating } => {
                StoreResponse::Hits(rating::rate(&mut self.store, &config, batch, (id, rating))?)
            }
            StoreRequest::Matter(batch) => StoreResponse::Matter(matter::questions(&self.store, batch)?),
            StoreRequest::AnswerMatter { batch, id, answer } => {
                StoreResponse::Matter(matter::answer(&mut self.store, batch, (id, answer), now)?)
            }
            StoreRequest::Deferred => StoreResponse::Deferred(defer::deferred(&self.store, &config)?),
            StoreRequest::Wake(ids) => StoreResponse::Woken(defer::wake(&mut self.store, &config, &ids, now)?),
            StoreRequest::Reopen(ids) => StoreResponse::Reopened(reopen::reopen(&mut self.store, &config, &ids, now)?),
            StoreRequest::Finished(batch) => self.finished(batch)?,
            StoreRequest::Muted => {
                let threads = reopen::muted(&self.store)?;
                StoreResponse::Muted(threads.iter().map(MutedEntry::from).collect())
            }
            StoreRequest::Unmute(id) => StoreResponse::Unmuted(reopen::unmute(&mut self.store, &config, &[id], now)?),
            StoreRequest::Reschedule { ids, until } => {
                StoreResponse::Rescheduled(defer::reschedule(&mut self.store, &config, &ids, &until, now)?)
            }
            StoreRequest::Why(id) => explaining::why(&self.store, &config, id, now)?,
            StoreRequest::UnsubscribeOffers { batch, at } => explaining::unsubscribe(&self.store, &config, batch, &at)?,
            StoreRequest::Rules(id) => explaining::rules(&self.store, &config, id, now)?,
            StoreRequest::Peek { reason } => {
                let peek = self.store.start_peek(&reason, now, now + config.peek.length)?;
                let entries = entries_of(&self.store.peeked(&peek, now, PEEKED)?);
                StoreResponse::Peek { peek, entries }
            }
            StoreRequest::EndPeek => {
                self.store.end_peeks(now)?;
                StoreResponse::PeekEnded
            }
        })
    }

    fn arrive(&mut self, config: &Config, rows: usize, now: DateTime<Utc>) -> Result<StoreResponse, JobError> {
        close::close_due(&mut self.store, config, now)?;
        match self.store.open_batch(BatchKind::Window)? {
            Some((batch, _)) if !batch.is_over(now) => self.batch(batch.id(), rows),
            _ => Ok(StoreResponse::Overview(Box::new(overview(&self.store, config, now)?))),
        }
    }

    /// A batch with its acts, its headings and the rows that are painted first, at most so many.
    fn batch(&mut self, id: BatchId, first_rows: usize) -> Result<StoreResponse, JobError> {
        self.shows(id)?;
        let triage = decide::replay(&self.store, id)?;
        let open = if triage.undecided().is_empty() { triage.later() } else { triage.undecided() };
        let groups = self.store.groups(id)?;
        let rows = self.rows(id, &Folds::of(groups.clone()).shown(open).slice(0, first_rows))?;
        let (sections, pace) = (self.store.sections(id)?, self.store.answer_pace()?);
        Ok(StoreResponse::Batch { sections, groups, rows, pace, triage: Box::new(triage) })
    }

    fn finished(&self, batch: BatchId) -> Result<StoreResponse, JobError> {
        let messages = self.store.finished_in(batch)?.into_iter().map(|id| self.store.message(id));
        Ok(StoreResponse::Finished(entries_of(&messages.collect::<Result<Vec<_>, _>>()?)))
    }

    fn window_end(&self, batch: BatchId, config: &Config, now: DateTime<Utc>) -> Result<WindowEnd, JobError> {
        let known = self.store.batch(batch)?;
        let end = known.map(|(batch, _)| window_end::window_end(&self.store, config, &batch, now)).transpose()?;
        end.flatten().ok_or(JobError::Store(StoreError::NoBatch(batch)))
    }

    fn rows(&self, id: BatchId, at: &Positions) -> Result<Vec<BatchItem>, JobError> {
        let rows = self.store.rows(id, at)?;
        let groups: Vec<_> = rows.groups.into_iter().map(|(group, summary)| (group, Arc::new(summary))).collect();
        let group_of = |position: Position| {
            let place = groups.partition_point(|(group, _)| group.last < position);
            groups.get(place).filter(|(group, _)| group.contains(position)).map(|(_, summary)| Arc::clone(summary))
        };
        let settled: BTreeMap<Position, _> = rows.settled.into_iter().collect();
        let messages = rows.messages.into_iter();
        Ok(messages
            .map(|(position, entry)| BatchItem {
                position,
                entry,
                group: group_of(position),
                settled: settled.get(&position).map(|settled| settled.reason),
            })
            .collect())
    }

    /// Keeps an act; of one that leaves messages undecided the response says when they come again.
    fn record(
        &mut self,
        config: &Config,
        batch: BatchId,
        act: &Act,
        now: DateTime<Utc>,
    ) -> Result<StoreResponse, JobError> {
        let kept = decide::record(&mut self.store, config, batch, act, now);
        Ok(match self.kept(batch, kept)? {
            StoreResponse::Kept { .. } => {
                StoreResponse::Kept { comes_again: decide::comes_again(&self.store, config, batch, act, now)? }
            }
            response => response,
        })
    }

    /// Confirms an act, or brings the batch back to what the store knows.
    pub(super) fn kept(&mut self, batch: BatchId, kept: Result<Kept, JobError>) -> Result<StoreResponse, JobError> {
        let response = match kept {
            Ok(Kept::Alone) => StoreResponse::Kept { comes_again: None },
            Ok(Kept::Beside(triage)) => StoreResponse::Merged(triage),
            Err(error) => {
                let triage = Box::new(decide::replay(&self.store, batch)?);
                StoreResponse::NotKept { problem: problem(&error), triage }
            }
        };
        // A batch that another program closed is reported as closed, not as decided.
        if self.store.acts_so_far(batch)?.is_some_and(|acts| !acts.committed) {
            self.shows(batch)?;
        }
        Ok(response)
    }
}

fn entries_of(messages: &[Message]) -> Vec<MessageSummary> {
    messages.iter().map(MessageSummary::of).collect()
}
