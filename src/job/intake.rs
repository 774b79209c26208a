//! Taking messages in: from bytes that a source hands over to rows in the store.
//!
//! One thread reads the source, others parse, fold and compress on every core, and the calling thread admits what
//! they made in short transactions, so that a keypress in another process never waits long. The order in which
//! messages are admitted does not matter: ids follow their dates, and taking one in twice changes nothing.

use std::ops::ControlFlow;
use std::thread::{self, ScopedJoinHandle};

use chrono::{DateTime, Duration, Utc};
use crossbeam_channel::{Receiver, bounded};

use super::JobError;
use super::in_flight::{InFlight, Share};
use super::prepare::{Prepared, parsers, prepare, prepare_one};
pub use super::summary::Summary;
use crate::config::{Backlog, Config};
use crate::domain::arrival::{Mark, Origin};
use crate::domain::exception::exception_for;
use crate::domain::folder;
use crate::domain::ids::SourceId;
use crate::domain::lane::lane_of;
use crate::domain::query::Subject;
use crate::mail;
use crate::source::{Handed, Since, Source, SourceError};
use crate::store::{Admission, Ruling, Store, TrayRow};

/// How many messages one transaction admits at most: some milliseconds of work, the longest a keypress may wait.
const SLICE: usize = 64;
/// Messages on their way between two stages.
const IN_FLIGHT: usize = 128;

/// A thread ended as none should. What it was at is read again next time.
const MISTAKE: &str = "a mistake of tidebox stopped the reading; what was taken in is kept, and the rest is read again";

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

/// Someone who watches the intake: told after each transaction, and asked whether to go on.
pub trait Watcher {
    fn progress(&mut self, summary: &Summary) -> ControlFlow<()>;
}

impl<F: FnMut(&Summary) -> ControlFlow<()>> Watcher for F {
    fn progress(&mut self, summary: &Summary) -> ControlFlow<()> {
        self(summary)
    }
}

/// What an intake needs to know of its surroundings.
#[derive(Debug, Clone, Copy)]
pub struct Intake<'a> {
    pub config: &'a Config,
    pub source: SourceId,
    /// The source's name, for `source:` and for people.
    pub name: &'a str,
    pub filing: Filing,
    /// Until this source is read to its end for the first time: what arrived by then was there before.
    pub backlog_before: Option<DateTime<Utc>>,
    /// The present instant, or the rehearsed one.
    pub now: DateTime<Utc>,
    /// The time that it really is: what the times of files are held against.
    pub wall: DateTime<Utc>,
}

impl Intake<'_> {
    /// Reads a source to its end and admits what it hands over. The source's new position is kept with the last rows.
    pub fn take_in(
        &self,
        store: &mut Store,
        source: &mut dyn Source,
        position: Option<&str>,
        watcher: &mut dyn Watcher,
    ) -> Result<Summary, JobError> {
        // The source asks for what is known, folder by folder, while this thread writes: by a connection of its own.
        let knowing = Store::open(store.path())?;
        let room = InFlight::default();
        let room = &room;
        let (raw_in, raw_out) = bounded::<(Handed, Share<'_>)>(IN_FLIGHT);
        let (ready_in, ready_out) = bounded::<(Prepared, Share<'_>)>(IN_FLIGHT);
        thread::scope(|scope| {
            let mut parsing = Vec::new();
            for _ in 0..parsers() {
                let (raw_out, ready_in) = (raw_out.clone(), ready_in.clone());
                parsing.push(scope.spawn(move || prepare(&raw_out, &ready_in, self.now)));
            }
            drop((raw_out, ready_in));
            let reading = scope.spawn(move || {
                // What can't be asked for is read again, which changes nothing.
                let known = |folder: &str| knowing.known(self.source, folder).unwrap_or_default();
                let since = Since { known: &known, position, now: self.wall };
                source.read(&since, &mut |handed| {
                    let share = room.wait_for(handed.raw.len());
                    if raw_in.send((handed, share)).is_ok() {
                        ControlFlow::Continue(())
                    } else {
                        ControlFlow::Break(())
                    }
                })
            });
            let mut summary = Summary::default();
            let admitted = self.admit(store, &ready_out, &mut summary, watcher);
            // Where admitting stopped early, the reader finds the channel closed and stops too.
            drop(ready_out);
            let read = reading.join();
            // The position may move on only when everything before it was admitted.
            let prepared = parsing.into_iter().map(ScopedJoinHandle::join).all(|ended| ended.is_ok());
            let finished = admitted?;
            match read {
                Ok(Ok(outcome)) => {
                    summary.read += outcome.skipped;
                    summary.known += outcome.skipped;
                    summary.fail_each(outcome.problems);
                    if !prepared {
                        summary.fail(format!("source {}: {MISTAKE}", self.name));
                    } else if finished.is_continue() {
                        // One that says nothing of its position stays where it was.
                        let position = outcome.position.as_deref().or(position).unwrap_or_default();
                        store.remember_position(self.source, position, self.now)?;
                    }
                }
                // What it handed over whole is kept; where it stopped, it begins again next time.
                Ok(Err(error)) => summary.fail(said(&error)),
                Err(_) => summary.fail(format!("source {}: {MISTAKE}", self.name)),
            }
            let _ = watcher.progress(&summary);
            Ok(summary)
        })
    }

    /// Takes in one message that is at hand.
    pub fn take_one(&self, store: &mut Store, handed: Handed) -> Result<Summary, JobError> {
        let mut summary = Summary::default();
        let admission = self.rule(store, prepare_one(handed.raw, handed.origin, self.now), &[])?;
        self.keep(store, &[admission], &mut summary)?;
        Ok(summary)
    }

    fn admit(
        &self,
        store: &mut Store,
        ready: &Receiver<(Prepared, Share<'_>)>,
        summary: &mut Summary,
        watcher: &mut dyn Watcher,
    ) -> Result<ControlFlow<()>, JobError> {
        let mut slice = Vec::with_capacity(SLICE);
        let mut shares = Vec::with_capacity(SLICE);
        while let Ok(first) = ready.recv() {
            for (prepared, share) in std::iter::once(first).chain(ready.try_iter()).take(SLICE) {
                let admission = self.rule(store, prepared, &slice)?;
                slice.push(admission);
                shares.push(share);
            }
            self.keep(store, &slice, summary)?;
            slice.clear();
            shares.clear();
            if watcher.progress(summary).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn keep(&self, store: &mut Store, slice: &[Admission], summary: &mut Summary) -> Result<(), JobError> {
        let admitted = store.admit(self.source, slice, None, self.now)?;
        summary.count(slice, &admitted);
        Ok(())
    }

    /// Decides lane and stage: history, held, or let through by an exception. `pending` are those that go into the same
    /// transaction before it: what an exception lets through there counts towards its limit.
    fn rule(&self, store: &Store, prepared: Prepared, pending: &[Admission]) -> Result<Admission, JobError> {
        let Prepared { arrival, origin, words, packed } = prepared;
        let mut subject = Subject {
            id: None,
            message_id: arrival.message_id.as_deref(),
            from: &arrival.from,
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
        let ruling = if self.is_history(&origin, subject.placed) {
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
        Ok(Admission { arrival, origin, words, packed, lane, ruling })
    }

    fn is_history(&self, origin: &Origin, placed: DateTime<Utc>) -> bool {
        match self.filing {
            Filing::HoldAll => false,
            Filing::History => true,
            // What lies among the sent, the drafts, the junk or the trash waits for nobody.
            Filing::Backlog(_) if folder::is_aside(&origin.folder) => true,
            Filing::Backlog(backlog) => match origin.mark {
                Mark::None => false,
                Mark::Read => true,
                Mark::Unread => self.backlog_before.is_some_and(|first| {
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

    /// Takes in what scripts have put into the `incoming` view, until the tray is empty.
    pub fn empty_tray(config: &Config, store: &mut Store, now: DateTime<Utc>) -> Result<Summary, JobError> {
        let mut summary = Summary::default();
        loop {
            let rows = store.tray(SLICE)?;
            let Some(first) = rows.first() else { return Ok(summary) };
            // The tray may hold rows of several sources; those of one that stand together are admitted together.
            let name = first.source.clone();
            let source = store.source(&name, "incoming")?;
            let intake =
                Intake { config, source, name: &name, filing: Filing::HoldAll, backlog_before: None, now, wall: now };
            let (mut admissions, mut numbers) = (Vec::new(), Vec::new());
            for row in rows.into_iter().take_while(|row| row.source == name) {
                numbers.push(row.number);
                let origin = row.origin();
                let admission = intake.rule(store, prepare_one(original_of(row), origin, now), &admissions)?;
                admissions.push(admission);
            }
            let admitted = store.admit_tray(source, &admissions, &numbers, now)?;
            summary.count(&admissions, &admitted);
        }
    }
}

/// The bytes that a script put in, or a message written of what it said.
fn original_of(row: TrayRow) -> Vec<u8> {
    if let Some(raw) = row.raw {
        return raw;
    }
    mail::compose(&mail::Script {
        source: &row.source,
        sender: &row.sender,
        subject: &row.subject,
        body: &row.body,
        external_id: row.external_id.as_deref(),
        sent_at: row.sent(),
        thread: row.thread.as_deref(),
        link: row.link.as_deref(),
        list: None,
    })
}

/// A failure with what to do about it.
fn said(error: &SourceError) -> String {
    match error.hint() {
        Some(hint) => format!("{error} ({hint})"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use chrono::{DateTime, TimeDelta};

    use super::{Filing, Intake, Summary};
    use crate::config::Config;
    use crate::domain::arrival::{Mark, Origin};
    use crate::source::{Each, Handed, Outcome, Since, Source, SourceError};
    use crate::store::Store;

    /// A source that hands one message over and ends as told.
    struct Ends(Ending);

    #[derive(Clone, Copy)]
    enum Ending {
        At(Option<&'static str>),
        InAPanic,
    }

    impl Source for Ends {
        fn read(&mut self, since: &Since<'_>, each: &mut Each<'_>) -> Result<Outcome, SourceError> {
            let origin = Origin {
                folder: String::new(),
                key: "1".into(),
                mark: Mark::Unread,
                received: since.now - TimeDelta::days(1),
            };
            let _: ControlFlow<()> = each(Handed { raw: b"Subject: x\n\ny\n".to_vec(), origin });
            match self.0 {
                Ending::At(position) => Ok(Outcome { position: position.map(str::to_owned), ..Outcome::default() }),
                Ending::InAPanic => panic!("a mistake"),
            }
        }
    }

    #[test]
    fn a_position_stays_until_there_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("store.db")).unwrap();
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let config = Config::embedded(chrono_tz::Tz::UTC);
        let source = store.source("ci", "exec").unwrap();
        let mut read = |ending| {
            let position = store.sources().unwrap().remove(0).position;
            let intake = Intake {
                config: &config,
                source,
                name: "ci",
                filing: Filing::HoldAll,
                backlog_before: None,
                now,
                wall: now,
            };
            let mut watcher = |_: &Summary| ControlFlow::Continue(());
            let summary = intake.take_in(&mut store, &mut Ends(ending), position.as_deref(), &mut watcher).unwrap();
            (summary.failed, store.sources().unwrap().remove(0).position)
        };
        assert_eq!(read(Ending::InAPanic), (1, None), "it did not come to its end");
        assert_eq!(read(Ending::At(Some("7"))), (0, Some("7".to_owned())));
        assert_eq!(read(Ending::At(None)), (0, Some("7".to_owned())), "it said nothing new");
        assert_eq!(read(Ending::InAPanic), (1, Some("7".to_owned())));
        assert_eq!(store.tally().unwrap().held, 1, "what was handed over is kept");
    }
}
