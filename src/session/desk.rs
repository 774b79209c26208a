//! The desk: the thread that keeps what was decided, and answers for batches, the door and the configuration.
//!
//! It alone writes on behalf of the screen. One wish is one intention and one transaction; the answer carries the
//! number of the wish.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use chrono::{DateTime, Utc};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use super::{SharedConfig, mishap, open, places, present};
use crate::clock::{Clock, SystemZones};
use crate::config::{self, Config, ConfigError, SourceKind};
use crate::domain::door::Door;
use crate::domain::ids::BatchId;
use crate::domain::message::{BatchItem, Deferred, MessageSummary};
use crate::domain::positions::Positions;
use crate::domain::printable::Printable;
use crate::domain::until::Until;
use crate::job::decide::Kept;
use crate::job::{JobError, begin, close, decide, door, found, tray, trouble};
use crate::store::{ActsSoFar, BatchKind, Presence, Store, StoreError};
use crate::ui::effect::{Effect, Wish};
use crate::ui::event::{Answer, Event, Mailbox, News, Problem};
use crate::watch::is_down;

/// How many held messages a peek lists.
const PEEKED: usize = 500;
/// How soon the screen sees what a script, or another screen, has done in its batch.
const LOOK_AROUND: Duration = Duration::from_secs(1);
/// How many rows a batch begins with: more than a tall screen.
const FIRST_ROWS: usize = 120;

#[derive(Debug)]
pub enum Task {
    Wish(Effect),
    /// A minute has begun: a window may have opened or closed.
    Minute,
    /// Say when everything before this is done.
    Finish(Sender<()>),
}

#[derive(Debug)]
pub struct Desk {
    store: Store,
    config: SharedConfig,
    config_path: PathBuf,
    clock: Clock,
    events: Sender<Event>,
    /// What the screen knows of the batches that it shows.
    shown: BTreeMap<BatchId, ActsSoFar>,
    /// While somebody decides here, messages are taken in in short steps.
    _presence: Option<Presence>,
}

impl Desk {
    pub fn open(
        store: &Path,
        config: SharedConfig,
        config_path: PathBuf,
        clock: Clock,
        events: Sender<Event>,
    ) -> Result<Sender<Task>, StoreError> {
        let mut store = Store::open(store)?;
        store.record_created_at(clock.moment())?;
        let presence = store.announce();
        let desk = Self { store, config, config_path, clock, events, shown: BTreeMap::new(), _presence: presence };
        let (tasks, inbox) = unbounded();
        thread::spawn(move || desk.work(&inbox));
        Ok(tasks)
    }

    fn work(mut self, inbox: &Receiver<Task>) {
        loop {
            // While the screen shows a batch, others may decide in it too.
            let task = if self.shown.is_empty() {
                inbox.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                inbox.recv_timeout(LOOK_AROUND)
            };
            let task = match task {
                Ok(task) => task,
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    if let Ok(Err(error)) = mishap::caught(|| self.look_around()) {
                        trouble::job(&error);
                    }
                    continue;
                }
            };
            match task {
                Task::Wish(Effect { number, wish }) => {
                    let answer = match mishap::caught(|| self.grant(wish)) {
                        Ok(granted) => granted.unwrap_or_else(|error| Answer::Failed(problem(&error))),
                        Err(problem) => Answer::Failed(problem),
                    };
                    let _ = self.events.send(Event::Answer(number, answer));
                }
                Task::Minute => {
                    let _ = mishap::caught(|| self.minute());
                }
                Task::Finish(done) => {
                    let _ = done.send(());
                }
            }
        }
    }

    fn minute(&mut self) {
        let (config, now) = (present(&self.config), self.clock.now());
        match close::close_due(&mut self.store, &config, now) {
            Ok(Some(receipt)) => {
                self.shown.remove(&receipt.batch);
                let _ = self.events.send(Event::News(News::ClosedByItself(Box::new(receipt))));
            }
            Ok(None) => {}
            Err(error) => trouble::job(&error),
        }
        match facts(&self.store, &config, now) {
            Ok(door) => drop(self.events.send(Event::News(News::Door(Box::new(door))))),
            Err(error) => trouble::job(&error),
        }
    }

    fn grant(&mut self, wish: Wish) -> Result<Answer, JobError> {
        let (config, now) = (present(&self.config), self.clock.now());
        Ok(match wish {
            Wish::Arrive => {
                close::close_due(&mut self.store, &config, now)?;
                match self.store.open_batch(BatchKind::Window)? {
                    Some((batch, _)) if batch.closes().is_some_and(|closes| now < closes) => self.batch(batch.id())?,
                    _ => Answer::Door(Box::new(facts(&self.store, &config, now)?)),
                }
            }
            Wish::Door => {
                close::close_due(&mut self.store, &config, now)?;
                Answer::Door(Box::new(facts(&self.store, &config, now)?))
            }
            Wish::Begin => {
                tray::empty(&config, &mut self.store, now)?;
                match begin::begin(&mut self.store, &config, now)? {
                    begin::Begun::Batch(batch) => self.batch(batch.id())?,
                    begin::Begun::Nothing(_) => Answer::NothingHeld,
                    begin::Begun::Closed { .. } => Answer::Closed,
                }
            }
            Wish::BeginExceptions => match begin::begin_exceptions(&mut self.store, &config, now)? {
                Some(batch) => self.batch(batch.id())?,
                None => Answer::NothingHeld,
            },
            Wish::Reload(batch) => self.batch(batch)?,
            Wish::Rows { batch, at } => Answer::Rows { batch, rows: self.rows(batch, &at)? },
            Wish::Threads { batch, of } => Answer::Selected(self.store.threads_in(batch, &of)?),
            Wish::Record { batch, act } => {
                let kept = decide::record(&mut self.store, batch, &act, now);
                self.settled(batch, kept)?
            }
            Wish::Undo { batch, act } => {
                let done = decide::turn(self.store.undo(batch, act));
                self.settled(batch, done.map(|()| Kept::Alone))?
            }
            Wish::Redo { batch, act } => {
                let done = decide::turn(self.store.redo(batch, act));
                self.settled(batch, done.map(|()| Kept::Alone))?
            }
            Wish::Places => Answer::Places(Box::new(places::places(&config.calendar, now))),
            Wish::PlaceOf(text) => {
                let window = config.calendar.named_ahead(&text, now).map_err(|mistake| JobError::Wrong {
                    what: mistake.to_string(),
                    hint: "for example fri, 1 dec, 2026-12-01, 2w, or the name of a check-in".to_owned(),
                })?;
                Answer::Places(Box::new(places::only(&window)))
            }
            Wish::Commit(batch) => {
                let receipt = close::commit(&mut self.store, &config, batch, now)?;
                self.shown.remove(&batch);
                Answer::Committed(Box::new(receipt))
            }
            Wish::Deferred => Answer::Deferred(self.deferred()?),
            Wish::Wake(ids) => Answer::Woken(self.store.wake(&ids, &close::plan(&config), now)?),
            Wish::Reschedule { ids, until } => {
                self.store.reschedule(&ids, &until, &close::plan(&config), now)?;
                Answer::Deferred(self.deferred()?)
            }
            Wish::Peek { reason } => {
                let peek = self.store.start_peek(&reason, now, now + config.peek.length)?;
                let entries = entries_of(&self.store.peeked(&peek, now, PEEKED)?);
                Answer::Peek { peek, entries }
            }
            Wish::EndPeek => {
                self.store.end_peeks(now)?;
                Answer::PeekEnded
            }
            Wish::Mailboxes => Answer::Mailboxes(mailboxes()),
            Wish::WriteConfig => match config::write_example(&self.config_path) {
                Ok(()) => Answer::Wrote(self.config_path.clone()),
                Err(error) => Answer::Failed(config_problem(&error)),
            },
            Wish::AddSource { kind, path } => self.add_source(kind, path),
            Wish::Open(link) => open::open(&link),
            // Granted elsewhere: by the loop itself, by the reader, by the watch.
            Wish::Letter { .. }
            | Wish::Search { .. }
            | Wish::Select { .. }
            | Wish::Filter { .. }
            | Wish::SaveAttachment { .. }
            | Wish::Copy(_)
            | Wish::Gather
            | Wish::Demo
            | Wish::Suspend
            | Wish::Quit => Answer::Settled,
        })
    }

    /// A batch with its acts, its headings and the rows that are painted first.
    fn batch(&mut self, id: BatchId) -> Result<Answer, JobError> {
        self.shows(id)?;
        let triage = decide::replay(&self.store, id)?;
        let open = if triage.undecided().is_empty() { triage.later() } else { triage.undecided() };
        let rows = self.rows(id, &open.slice(0, FIRST_ROWS))?;
        Ok(Answer::Batch { sections: self.store.sections(id)?, rows, triage: Box::new(triage) })
    }

    fn rows(&self, id: BatchId, at: &Positions) -> Result<Vec<BatchItem>, JobError> {
        let items = self.store.items(id, at)?;
        Ok(items
            .iter()
            .map(|(position, message)| BatchItem { position: *position, entry: MessageSummary::of(message) })
            .collect())
    }

    /// Confirms an act, or brings the batch back to what the store knows.
    fn settled(&mut self, batch: BatchId, kept: Result<Kept, JobError>) -> Result<Answer, JobError> {
        let answer = match kept {
            Ok(Kept::Alone) => Answer::Settled,
            Ok(Kept::Beside(triage)) => Answer::Merged(triage),
            Err(error) => {
                let triage = Box::new(decide::replay(&self.store, batch)?);
                Answer::NotKept { problem: problem(&error), triage }
            }
        };
        // One that was closed elsewhere is told as that.
        if self.store.acts_so_far(batch)?.is_some_and(|acts| !acts.committed) {
            self.shows(batch)?;
        }
        Ok(answer)
    }

    /// Notes what the screen knows of a batch now.
    fn shows(&mut self, batch: BatchId) -> Result<(), JobError> {
        if let Some(acts) = self.store.acts_so_far(batch)? {
            self.shown.insert(batch, acts);
        }
        Ok(())
    }

    /// Tells the screen what others, a script or another screen, have done in a batch that it shows.
    fn look_around(&mut self) -> Result<(), JobError> {
        for (batch, known) in self.shown.clone() {
            let Some(acts) = self.store.acts_so_far(batch)?.filter(|acts| *acts != known) else { continue };
            self.shown.insert(batch, acts);
            let news = if acts.committed {
                self.shown.remove(&batch);
                self.store.receipt(batch)?.map(|receipt| News::ClosedElsewhere(Box::new(receipt)))
            } else {
                Some(News::DecidedElsewhere(Box::new(decide::replay(&self.store, batch)?)))
            };
            if let Some(news) = news {
                let _ = self.events.send(Event::News(news));
            }
        }
        Ok(())
    }

    fn deferred(&self) -> Result<Vec<Deferred>, JobError> {
        let calendar = &present(&self.config).calendar;
        let deferred = self.store.deferred()?.into_iter();
        let back = |(message, until): (_, Until)| Deferred {
            entry: MessageSummary::of(&message),
            until: until.in_calendar(calendar),
        };
        Ok(deferred.map(back).collect())
    }

    fn add_source(&mut self, kind: &'static str, path: PathBuf) -> Answer {
        let kind = if kind == "maildir" { SourceKind::maildir(path) } else { SourceKind::Mbox { path } };
        let zones = SystemZones::find();
        let added = config::add_source(&self.config_path, &kind).and_then(|name| {
            Ok((name, config::load(&self.config_path, self.clock.now(), &zones, &mut |_| Vec::new())?))
        });
        match added {
            Ok((name, config)) => {
                if let Ok(mut shared) = self.config.write() {
                    *shared = Arc::new(config);
                }
                Answer::SourceAdded { name: Printable::from(name), config: self.config_path.clone() }
            }
            Err(error) => Answer::Failed(config_problem(&error)),
        }
    }
}

/// The first mistake of a configuration; `tidebox check` shows all of them at their places.
fn config_problem(error: &ConfigError) -> Problem {
    trouble::config(error);
    let what = error.to_string();
    let first = what.lines().next().unwrap_or_default();
    Problem { what: Printable::from(first), hint: error.hint().map(Printable::from) }
}

fn mailboxes() -> Vec<Mailbox> {
    found::mailboxes()
        .into_iter()
        .filter_map(|found| {
            let path = found.path()?.to_owned();
            let shown = Printable::from(path.display().to_string());
            Some(Mailbox { kind: found.text(), shown, path, messages: None })
        })
        .collect()
}

pub(super) fn entries_of(messages: &[crate::domain::message::Message]) -> Vec<MessageSummary> {
    messages.iter().map(MessageSummary::of).collect()
}

/// An error in words that are fit for the screen; it is noted in the log.
pub(super) fn problem(error: &JobError) -> Problem {
    trouble::job(error);
    Problem { what: Printable::from(error.to_string()), hint: error.hint().map(Printable::from) }
}

/// The facts of the door, and whether a watch is missed.
fn facts(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<Door, JobError> {
    Ok(Door { watch_is_down: is_down(store), ..door::door(store, config, now)? })
}
