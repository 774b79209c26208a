//! Taking messages in: from bytes that a source hands over to rows in the store.
//!
//! One thread reads the source, others parse, fold and compress on every core, and the calling thread admits the
//! results in short transactions, so that a key in another process never waits long. Which thread has parsed its message first
//! is chance, so the messages of a transaction are admitted by their dates: an id that no message has joins what is about
//! the same as those before. Taking a message in twice changes nothing.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::thread::{self, ScopedJoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};

use super::JobError;
use super::byte_budget::{ByteBudget, Permit};
use super::disposition::IntakeRules;
use super::prepare::{Ready, parsers, prepare, prepare_all};
use super::source_failure::SourceFailure;
use super::step::{Step, weight};
use super::summary::Summary;
use crate::domain::flags::Flags;
use crate::domain::found_copy::{CopyOrigin, MailboxEvent};
use crate::domain::ids::SourceId;
use crate::domain::moment::Moment;
use crate::source::{FetchedMessage, KnownCopies, SkipCounter, Source, SourceError, SourceEvent, SyncContext};
use crate::store::{Admission, PreparedMessage, Store};

/// How long a transaction waits for more messages, before it takes what there are.
const MORE: Duration = Duration::from_millis(20);
/// How often a watcher is told how many messages were skipped, while none is taken in.
const TELL: Duration = Duration::from_millis(200);
/// Messages that wait for a thread that parses.
const READ_AHEAD: usize = 128;
/// Messages that wait for the store: while one transaction is written, the messages of the next one are prepared.
const READY: usize = 512;

/// A thread panicked. Its messages are read again next time.
const MISTAKE: &str = "a mistake of tidebox stopped the reading; what was taken in is kept, and the rest is read again";

/// Watches the intake: it is called after each transaction and while known messages are skipped, and says whether to
/// go on.
pub trait Watcher {
    fn progress(&mut self, summary: &Summary) -> ControlFlow<()>;
}

impl<F: FnMut(&Summary) -> ControlFlow<()>> Watcher for F {
    fn progress(&mut self, summary: &Summary) -> ControlFlow<()> {
        self(summary)
    }
}

/// Takes in what one source hands over.
#[derive(Debug, Clone, Copy)]
pub struct Intake<'a> {
    pub source: SourceId,
    pub rules: IntakeRules<'a>,
    /// Whether low memory matters more than speed: for a source on the network, the network takes the time.
    pub low_memory: bool,
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
        // The source asks folder by folder which keys are known, while this thread writes; so it has a connection of
        // its own.
        let Moment { now, wall } = self.rules.moment;
        let knowing = Store::open(store.path())?;
        if self.low_memory {
            store.take_little_memory();
        }
        let budget = if self.low_memory { ByteBudget::low_memory() } else { ByteBudget::default() };
        let (budget, passed) = (&budget, &SkipCounter::default());
        let (fetched_in, fetched_out) = bounded::<(FetchedMessage, Permit<'_>)>(READ_AHEAD);
        let (ready_in, ready_out) = bounded::<Ready<'_>>(READY);
        thread::scope(|scope| {
            let mut parsing = Vec::new();
            for _ in 0..parsers() {
                let (fetched_out, ready_in) = (fetched_out.clone(), ready_in.clone());
                parsing.push(scope.spawn(move || prepare_all(&fetched_out, &ready_in, now)));
            }
            drop(fetched_out);
            let reading = scope.spawn(move || {
                let known = StoredCopies { store: knowing, source: self.source };
                let since = SyncContext { known: &known, skipped: passed, position, now: wall };
                source.read(&since, &mut |event| match event {
                    SourceEvent::Message(message) => {
                        let permit = budget.wait_for(message.raw.len().max(1));
                        go_on(fetched_in.send((message, permit)).is_ok())
                    }
                    SourceEvent::Mailbox(event) => {
                        // The event may be about a message that was handed over just before.
                        budget.wait_until_free();
                        go_on(ready_in.send(Ready::Mailbox(event)).is_ok())
                    }
                })
            });
            let mut summary = Summary::default();
            let admitted = self.write(store, &ready_out, passed, &mut summary, watcher);
            // Where admitting stopped early, the reader finds the channel closed and stops too.
            drop(ready_out);
            let read = reading.join();
            // The position may advance only when everything before it was admitted.
            let prepared = parsing.into_iter().map(ScopedJoinHandle::join).all(|ended| ended.is_ok());
            let finished = admitted?;
            match read {
                Ok(Ok(outcome)) => {
                    summary.read += outcome.skipped;
                    summary.known += outcome.skipped;
                    summary.notes.extend(outcome.notes);
                    summary.fail_each(outcome.problems);
                    summary.owed = outcome.withheld;
                    if !prepared {
                        summary.cause = Some(SourceFailure::mistake(MISTAKE));
                        summary.fail(format!("source {}: {MISTAKE}", self.rules.name));
                    } else if finished.is_continue() {
                        // A source that tells no position keeps the one that it had.
                        let position = outcome.position.as_deref().or(position).unwrap_or_default();
                        store.remember_position(self.source, position, now)?;
                        summary.returned = store.end_round(self.source, self.rules.config.lane_calendars(), now)?;
                    }
                }
                // What it handed over is kept. The next reading begins at the old position.
                Ok(Err(error)) => {
                    summary.cause = Some(SourceFailure::of(&error));
                    summary.fail(failure_text(&error));
                }
                Err(_) => {
                    summary.cause = Some(SourceFailure::mistake(MISTAKE));
                    summary.fail(format!("source {}: {MISTAKE}", self.rules.name));
                }
            }
            let _ = watcher.progress(&summary);
            Ok(summary)
        })
    }

    /// Takes in one message that is at hand.
    pub fn take_one(&self, store: &mut Store, message: FetchedMessage) -> Result<Summary, JobError> {
        let mut summary = Summary::default();
        let admission = self.rules.admission(store, prepare(message, self.rules.moment.now), &[])?;
        self.keep(store, &[admission], &mut summary)?;
        Ok(summary)
    }

    /// Writes what is ready into the store, in transactions that are short enough for others.
    fn write(
        &self,
        store: &mut Store,
        ready: &Receiver<Ready<'_>>,
        passed: &SkipCounter,
        summary: &mut Summary,
        watcher: &mut dyn Watcher,
    ) -> Result<ControlFlow<()>, JobError> {
        let (mut slice, mut permits, mut events) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            let mut next = ready.recv_timeout(TELL);
            let step = match (store.is_attended(), self.low_memory) {
                (true, _) => Step::SHORT,
                (false, true) => Step::MODEST,
                (false, false) => Step::LONG,
            };
            let over = matches!(next, Err(RecvTimeoutError::Disconnected));
            let mut weighs = 0;
            while let Ok(one) = next {
                match one {
                    Ready::Message(message, permit) => {
                        weighs += weight(&message);
                        slice.push(*message);
                        permits.push(permit);
                    }
                    // Events keep their order with messages: those before a message are recorded before it.
                    Ready::Mailbox(event) => events.push(event),
                }
                if step.is_full(slice.len() + events.len(), weighs) {
                    break;
                }
                next = ready.recv_timeout(MORE);
            }
            if !slice.is_empty() || !events.is_empty() {
                summary.brought += events.len() as u64;
                self.note(store, &mut events)?;
                // Sent mail first: it says what the others are.
                let (sent, others) = slice.drain(..).partition(|one| one.copy.origin == CopyOrigin::Sent);
                self.admit(store, sent, summary)?;
                self.admit(store, others, summary)?;
                permits.clear();
            } else if over {
                return Ok(ControlFlow::Continue(()));
            }
            if watcher.progress(&summary.with(passed)).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }

    /// Records what a mailbox told besides new messages.
    fn note(&self, store: &mut Store, events: &mut Vec<MailboxEvent>) -> Result<(), JobError> {
        if !events.is_empty() {
            store.reconcile(self.source, events, self.rules.config.lane_calendars(), self.rules.moment.now)?;
            events.clear();
        }
        Ok(())
    }

    /// Decides about messages in the order of their dates, and takes them in.
    fn admit(
        &self,
        store: &mut Store,
        mut messages: Vec<PreparedMessage>,
        summary: &mut Summary,
    ) -> Result<(), JobError> {
        // Stable: messages of one date keep the order in which they were read, as far as it is known.
        messages.sort_by_key(|one| one.envelope.placed(one.copy.received));
        let mut slice = Vec::with_capacity(messages.len());
        for message in messages {
            slice.push(self.rules.admission(store, message, &slice)?);
        }
        self.keep(store, &slice, summary)
    }

    fn keep(&self, store: &mut Store, slice: &[Admission], summary: &mut Summary) -> Result<(), JobError> {
        if slice.is_empty() {
            return Ok(());
        }
        let admitted = store.admit(self.source, slice, None, self.rules.moment.now)?;
        summary.count(slice, &admitted);
        Ok(())
    }
}

fn go_on(on: bool) -> ControlFlow<()> {
    if on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

/// Tells a source which of its copies are known. If the store cannot be asked, none is: the copies are read again,
/// which changes nothing.
struct StoredCopies {
    store: Store,
    source: SourceId,
}

impl KnownCopies for StoredCopies {
    fn all(&self, folder: &str) -> HashSet<String> {
        self.store.known(self.source, folder).unwrap_or_default()
    }

    fn which(&self, folder: &str, keys: &[&str]) -> Vec<bool> {
        self.store.which_known(self.source, folder, keys).unwrap_or_else(|_| vec![false; keys.len()])
    }

    fn between(&self, folder: &str, first: &str, last: &str, most: usize) -> Vec<(String, Option<Flags>)> {
        self.store.known_between(self.source, folder, (first, last), most).unwrap_or_default()
    }
}

/// A failure with what to do about it. It is written into the log.
#[must_use]
pub fn failure_text(error: &SourceError) -> String {
    super::trouble::source(error);
    match error.hint() {
        Some(hint) => format!("{error} ({hint})"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::schedule::Zone;
    use std::ops::ControlFlow;

    use chrono::{DateTime, TimeDelta};

    use super::{Intake, IntakeRules, Summary};
    use crate::config::Config;
    use crate::domain::found_copy::{CopyFlags, FoundCopy, Location};
    use crate::domain::moment::Moment;
    use crate::domain::source_type::SourceType;
    use crate::job::disposition::BacklogPolicy;
    use crate::source::{EventSink, FetchedMessage, ReadOutcome, Source, SourceError, SyncContext};
    use crate::store::Store;

    /// A source that hands one message over and ends as told.
    struct Ends(Ending);

    #[derive(Clone, Copy)]
    enum Ending {
        At(Option<&'static str>),
        InAPanic,
    }

    impl Source for Ends {
        fn read(&mut self, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError> {
            let found = FoundCopy::new(Location::without_folder("1".into()), since.now - TimeDelta::days(1));
            let copy = FoundCopy { flags: CopyFlags::SeenOnly(false), ..found };
            let _: ControlFlow<()> = each(FetchedMessage::new(b"Subject: x\n\ny\n".to_vec(), copy).into());
            match self.0 {
                Ending::At(position) => {
                    Ok(ReadOutcome { position: position.map(str::to_owned), ..ReadOutcome::default() })
                }
                Ending::InAPanic => panic!("a mistake"),
            }
        }
    }

    #[test]
    fn a_position_stays_until_there_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("store.db")).unwrap();
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let config = Config::embedded(Zone::UTC);
        let source = store.source("ci", SourceType::Exec).unwrap();
        let mut read = |ending| {
            let position = store.sources().unwrap().remove(0).position;
            let rules = IntakeRules::new(&config, "ci", BacklogPolicy::HoldAll, Moment::real(now));
            let intake = Intake { source, rules, low_memory: false };
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
