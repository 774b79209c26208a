//! What lies on this machine: the thread that reads those sources, at the start and whenever one of them has changed, and
//! looks into the store when somebody wrote to it or the time has come for something.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::thread;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use super::hours::HoursTender;
use super::lock::Who;
use super::messages::{LocalMessage, SourceGroup, SupervisorMessage};
use super::{PROGRESS, WatchContext, notifier, panic_guard, present, problems};
use crate::clock::Stopwatch;
use crate::domain::concern::Concern;
use crate::domain::door::WriteBackState;
use crate::domain::problem::Problem;
use crate::domain::sending_summary::SendingSummary;
use crate::domain::watch_event::WatchEvent;
use crate::job::deliver::{deliver_due, on_its_way};
use crate::job::gather::gather;
use crate::job::leave_lists::leave_due_lists;
use crate::job::notifications::due_notifications;
use crate::job::open::{Reach, open as open_source};
use crate::job::sent_copy::plan_copies;
use crate::job::summary::Summary;
use crate::job::write_back::write_back;
use crate::job::{JobError, begin, close, departure, door, health, incoming, trouble};
use crate::store::{Durability, Store};

/// A change seldom comes alone: what follows within this time is read with it.
const DEBOUNCE: Duration = Duration::from_millis(200);
/// Where changes never end, they are looked at after so long all the same.
const ENOUGH: Duration = Duration::from_secs(1);
/// Who decides at a screen sees the window close there; where that does not happen by now, it is closed here.
const GRACE: TimeDelta = TimeDelta::minutes(2);

/// Starts the thread. Nothing is opened before the first message.
pub fn start(context: WatchContext, supervisor: Sender<SupervisorMessage>) -> Sender<LocalMessage> {
    let (messages, inbox) = unbounded();
    thread::spawn(move || {
        // A screen's first frame waits for nobody else: nothing is opened here before there is something to do.
        let Ok(first) = inbox.recv() else { return };
        // This connection stays open: SQLite deletes the write-ahead log when the last connection closes, and would make it anew
        // each time.
        match Store::open(&context.store) {
            Ok(store) => {
                let local = LocalSources {
                    store,
                    context,
                    supervisor,
                    lock_is_ours: false,
                    told: BTreeSet::new(),
                    last_told: None,
                    asked: None,
                    last_request: 0,
                    leaving: None,
                    sending: None,
                    published: HoursTender::default(),
                };
                local.work(first, &inbox);
            }
            Err(error) => {
                context.listener.tell(WatchEvent::Failed(vec![problems::of_error(&error.into())]));
                let ended = SupervisorMessage::RoundEnded { group: SourceGroup::Local, failed: None, requested: true };
                let _ = supervisor.send(ended);
            }
        }
    });
    messages
}

struct LocalSources {
    store: Store,
    context: WatchContext,
    supervisor: Sender<SupervisorMessage>,
    lock_is_ours: bool,
    /// Failures that were reported and still last.
    told: BTreeSet<String>,
    /// What was reported last: how many messages wait for the next check-in, changes outside, what is wrong with sources.
    last_told: Option<((u32, u32), WriteBackState, Vec<Concern>)>,
    /// The number with which the process that tends the network was asked to read.
    asked: Option<i64>,
    /// The number of the latest request of another process that was passed on.
    last_request: i64,
    /// The thread that leaves lists.
    leaving: Option<thread::JoinHandle<()>>,
    /// The thread that sends.
    sending: Option<thread::JoinHandle<()>>,
    /// What others were told of when mail is read.
    published: HoursTender,
}

impl LocalSources {
    fn work(mut self, first: LocalMessage, inbox: &Receiver<LocalMessage>) {
        // Beginning a window waits for the first reading, so that one is not put off.
        let mut debounce = Duration::ZERO;
        // What came while the sources were being read: it may be about what had been read already.
        let mut waiting = vec![first];
        loop {
            let mut messages = std::mem::take(&mut waiting);
            let Some(first) = messages.pop().or_else(|| self.next(inbox)) else { return };
            messages.extend(all_of(first, inbox, debounce));
            debounce = DEBOUNCE;
            if messages.contains(&LocalMessage::Stop) {
                return;
            }
            self.round(&messages, inbox, &mut waiting);
        }
    }

    /// Does what the messages ask for; `waiting` gets what is asked for meanwhile.
    fn round(&mut self, messages: &[LocalMessage], inbox: &Receiver<LocalMessage>, waiting: &mut Vec<LocalMessage>) {
        self.lock_is_ours |= messages.contains(&LocalMessage::LockTaken);
        let requested = messages.contains(&LocalMessage::ReadRequested);
        if requested {
            self.told.clear();
        }
        let asked_again = requested && self.lock_is_ours;
        let reads = requested || messages.contains(&LocalMessage::Read);
        let mut failed = Vec::new();
        let done = panic_guard::caught(|| {
            if asked_again {
                // What waits for a person is tried too: somebody asks because something was put right.
                self.store.retry_changes(self.now())?;
            }
            if reads {
                failed = self.read_sources(inbox, waiting)?;
            } else {
                self.look()?;
            }
            self.settle()?;
            self.write_back()?;
            self.leave_lists()?;
            self.deliver()?;
            self.notify()?;
            self.publish_hours()?;
            self.pass_requests_on(messages)?;
            self.tell()
        });
        let problem = match done {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(problems::of_error(&error)),
            Err(panicked) => Some(panicked),
        };
        failed.extend(problem.clone());
        if reads {
            let (group, failed) = (SourceGroup::Local, failed.into_iter().next());
            let _ = self.supervisor.send(SupervisorMessage::RoundEnded { group, failed, requested });
        }
        if let Some(problem) = problem {
            self.tell_failure(problem);
        }
    }

    /// Reports what did not work, unless it was reported already.
    fn tell_failure(&mut self, problem: Problem) {
        let failed = self.not_told(vec![problem]);
        self.context.listener.tell(WatchEvent::Failed(failed));
    }

    fn now(&self) -> DateTime<Utc> {
        self.context.clock.now()
    }

    /// The next thing to do. A change that waits for another try has its time too.
    fn next(&self, inbox: &Receiver<LocalMessage>) -> Option<LocalMessage> {
        let due = if self.lock_is_ours { self.next_due() } else { None };
        let Some(due) = due else { return inbox.recv().ok() };
        match inbox.recv_timeout((due - self.now()).to_std().unwrap_or_default() + DEBOUNCE) {
            Ok(message) => Some(message),
            Err(RecvTimeoutError::Timeout) => Some(LocalMessage::Tick),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    /// When the next of what waits for another try is due.
    fn next_due(&self) -> Option<DateTime<Utc>> {
        let now = self.now();
        let next = [self.store.next_change(now), self.store.next_unsubscription(now)];
        let leaves = departure::next(&self.store, &present(&self.context.config), now).ok().flatten();
        next.into_iter().filter_map(|next| next.ok().flatten()).chain(leaves).min()
    }

    /// Keeps up to date what tells others when mail is read.
    fn publish_hours(&mut self) -> Result<(), JobError> {
        if self.lock_is_ours {
            let failed = self.published.tend(&mut self.store, &self.context)?;
            let told = self.not_told(failed);
            if !told.is_empty() {
                self.context.listener.tell(WatchEvent::Failed(told));
            }
        }
        Ok(())
    }

    /// Asks the process that tends the network to read, or answers one that asked.
    fn pass_requests_on(&mut self, messages: &[LocalMessage]) -> Result<(), JobError> {
        if messages.contains(&LocalMessage::AskOtherProcess) {
            self.asked = Some(self.store.ask_to_read()?);
        }
        let answered = messages.iter().filter_map(|message| match message {
            LocalMessage::AnswerOtherProcess(number) => Some(*number),
            _ => None,
        });
        if let Some(number) = answered.max() {
            self.store.note_read(number)?;
        }
        let (asked, done) = self.store.asked_to_read()?;
        if self.lock_is_ours && asked > done.max(self.last_request) {
            self.last_request = asked;
            let _ = self.supervisor.send(SupervisorMessage::RequestedByOtherProcess(asked));
        }
        if self.asked.is_some_and(|number| done >= number) {
            self.asked = None;
            let config = present(&self.context.config);
            let (zone, now) = (config.calendar.zone, self.now());
            let concerns = health::concerns(&self.store, &config)?;
            let concerns = concerns.iter().map(|concern| problems::of_concern(concern, now, zone)).collect();
            let _ = self.supervisor.send(SupervisorMessage::OtherProcessRead(concerns));
        }
        Ok(())
    }

    /// Reads every source that lies on this machine; stops between two transactions when that is asked for.
    /// What could not be read is returned.
    fn read_sources(
        &mut self,
        inbox: &Receiver<LocalMessage>,
        waiting: &mut Vec<LocalMessage>,
    ) -> Result<Vec<Problem>, JobError> {
        let (config, moment) = (present(&self.context.config), self.context.clock.moment());
        let listener = self.context.listener.clone();
        let mut told = Stopwatch::start();
        let (mut stopped, mut ours) = (false, self.lock_is_ours);
        let mut watcher = |summary: &Summary| {
            if told.elapsed() > PROGRESS {
                told = Stopwatch::start();
                listener.tell(WatchEvent::Gathering { read: summary.read });
            }
            for message in inbox.try_iter() {
                ours |= message == LocalMessage::LockTaken;
                stopped |= message == LocalMessage::Stop;
                // What changed meanwhile may lie where was read already. The store changes by this reading itself.
                let message = if message == LocalMessage::Tick { LocalMessage::Read } else { message };
                if message != LocalMessage::StoreChanged && !waiting.contains(&message) {
                    waiting.push(message);
                }
            }
            if stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        // A connection of its own, for the time of the reading: it keeps more pages in memory.
        let mut store = Store::open_for(&self.context.store, Durability::Replayable)?;
        let reach = if self.lock_is_ours { Reach::Nearby } else { Reach::Reading };
        let read = gather(&mut store, &config, reach, moment, &mut watcher);
        self.lock_is_ours = ours;
        let summary = read?;
        if !summary.failures.is_empty() {
            trouble::unread(summary.failed);
        }
        let failed: Vec<_> =
            summary.failures.iter().chain(&summary.notes).map(|said| Problem::new(said.as_str())).collect();
        self.told.retain(|what| failed.iter().any(|problem| problem.what.as_str() == what));
        let new = self.not_told(failed.clone());
        self.context.listener.tell_written(summary.written);
        self.context.listener.tell(WatchEvent::Gathered { admitted: summary.admitted, failed: new });
        Ok(failed)
    }

    /// Leaves out failures that were reported already and still last.
    fn not_told(&mut self, failed: Vec<Problem>) -> Vec<Problem> {
        failed.into_iter().filter(|problem| self.told.insert(problem.what.to_string())).collect()
    }

    fn look(&mut self) -> Result<(), JobError> {
        let (config, now) = (present(&self.context.config), self.now());
        incoming::empty(&config, &mut self.store, now)?;
        // Whoever decides does not wait for this.
        self.store.shorten_log();
        Ok(())
    }

    /// Commits what is due at a window's end, where no screen does it.
    fn settle(&mut self) -> Result<(), JobError> {
        if self.context.who != Who::Watch {
            return Ok(());
        }
        let now = if self.store.is_attended() { self.now() - GRACE } else { self.now() };
        close::close_due(&mut self.store, &present(&self.context.config), now)?;
        Ok(())
    }

    /// Makes the changes that are due in the mailboxes of this machine, and passes on which others have some.
    fn write_back(&mut self) -> Result<(), JobError> {
        if !self.lock_is_ours {
            return Ok(());
        }
        let (config, now) = (present(&self.context.config), self.now());
        plan_copies(&mut self.store, &config, now)?;
        let due = self.store.sources_due(now)?;
        let (far, near): (Vec<_>, Vec<_>) = config
            .sources
            .iter()
            .filter(|source| source.write_back.on && due.contains(&source.name))
            .partition(|source| source.kind.is_remote());
        if !far.is_empty() {
            let names = far.into_iter().map(|source| source.name.clone()).collect();
            let _ = self.supervisor.send(SupervisorMessage::JournalDue(names));
        }
        for source in near {
            match write_back(&mut self.store, &config, source, open_source(source).as_mut(), now) {
                Ok(written) => self.context.listener.tell_written(written),
                Err(error) => self.tell_failure(problems::in_source(&source.name, problems::of_error(&error))),
            }
        }
        Ok(())
    }

    /// Makes the requests to leave lists that are due, in a thread of its own: each may take many seconds.
    fn leave_lists(&mut self) -> Result<(), JobError> {
        let now = self.now();
        let busy = self.leaving.as_ref().is_some_and(|thread| !thread.is_finished());
        if !self.lock_is_ours || busy || self.store.due_unsubscriptions(now)?.is_empty() {
            return Ok(());
        }
        let (path, listener) = (self.context.store.clone(), self.context.listener.clone());
        let config = present(&self.context.config);
        self.leaving = Some(thread::spawn(move || {
            let done = panic_guard::caught(|| leave_due_lists(&mut Store::open(&path)?, &config, now));
            let troubles = match done {
                Ok(Ok(came)) => came.troubles.iter().map(|what| Problem::new(what.as_str())).collect(),
                Ok(Err(error)) => vec![problems::of_error(&error)],
                Err(problem) => vec![problem],
            };
            if !troubles.is_empty() {
                listener.tell(WatchEvent::Failed(troubles));
            }
        }));
        Ok(())
    }

    /// Sends what is due, in a thread of its own: a server may take ten minutes to answer.
    fn deliver(&mut self) -> Result<(), JobError> {
        let (config, now) = (present(&self.context.config), self.now());
        let busy = self.sending.as_ref().is_some_and(|thread| !thread.is_finished());
        if !self.lock_is_ours || busy || on_its_way(&self.store, &config, now)?.is_empty() {
            return Ok(());
        }
        let (path, clock, listener) = (self.context.store.clone(), self.context.clock, self.context.listener.clone());
        self.sending = Some(thread::spawn(move || {
            let done = panic_guard::caught(|| deliver_due(&Store::open(&path)?, &config, &|| clock.now()));
            match done {
                Ok(Ok(came)) if came == SendingSummary::default() => {}
                Ok(Ok(came)) => listener.tell(WatchEvent::Sent(came)),
                Ok(Err(error)) => listener.tell(WatchEvent::Failed(vec![problems::of_error(&error)])),
                Err(problem) => listener.tell(WatchEvent::Failed(vec![problem])),
            }
        }));
        Ok(())
    }

    /// Notifies of what has opened or come through; one process does.
    fn notify(&mut self) -> Result<(), JobError> {
        if self.lock_is_ours {
            let (config, now) = (present(&self.context.config), self.now());
            notifier::notify(&due_notifications(&mut self.store, &config, now)?, &config, &self.context.listener);
        }
        Ok(())
    }

    /// Tells what has changed: how many wait, and the door.
    fn tell(&mut self) -> Result<(), JobError> {
        let now = self.now();
        let arrived = match begin::current(&self.store)? {
            Some((batch, _)) => self.store.waiting_since(batch.id())?,
            None => (0, self.store.tally()?.let_through),
        };
        let config = present(&self.context.config);
        let now_so = (arrived, self.store.write_back_state()?, door::concerns(&self.store, &config)?);
        if self.last_told.as_ref() != Some(&now_so) {
            self.last_told = Some(now_so);
            let (waiting, let_through) = arrived;
            self.context.listener.tell(WatchEvent::Arrived { waiting, let_through });
            let mut door = door::door(&self.store, &config, now)?;
            door.watch_is_down = super::is_down(&self.store);
            self.context.listener.tell(WatchEvent::Door(Box::new(door)));
        }
        Ok(())
    }
}

/// The message and what follows it at once: changes seldom come alone.
fn all_of(first: LocalMessage, inbox: &Receiver<LocalMessage>, debounce: Duration) -> Vec<LocalMessage> {
    let (mut messages, since) = (vec![first], Stopwatch::start());
    while let Ok(more) = inbox.recv_timeout(debounce) {
        messages.push(more);
        if more == LocalMessage::Stop || since.elapsed() > ENOUGH {
            break;
        }
    }
    messages
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, RwLock};

    use super::*;
    use crate::clock::Clock;
    use crate::config::{Config, SourceConfig, SourceKind};
    use crate::domain::schedule::Zone;
    use crate::watch::{Listener, Who};

    /// A person who asks to read while the sources are read is answered by the next round, and not after a minute.
    #[test]
    fn what_is_asked_while_it_reads_is_done_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let (path, store) = (folder.path().join("mail.mbox"), folder.path().join("tidebox.db"));
        let mail = "From ann@example.org Mon Nov 23 09:00:00 2026\nFrom: ann@example.org\nSubject: Matter\n\nText.\n";
        std::fs::write(&path, mail).unwrap();
        let mut config = Config::embedded(Zone::UTC);
        config.sources.push(SourceConfig::new("mail".to_owned(), SourceKind::Mbox { path }));
        let config = Arc::new(RwLock::new(Arc::new(config)));
        let listener = Listener::new(|_| {});
        let context = WatchContext { who: Who::Watch, store: store.clone(), config, clock: Clock::real(), listener };
        let (supervisor, told) = unbounded();
        let store = Store::open(&store).unwrap();
        let mut local = LocalSources {
            store,
            context,
            supervisor,
            lock_is_ours: true,
            told: BTreeSet::new(),
            last_told: None,
            asked: None,
            last_request: 0,
            leaving: None,
            sending: None,
            published: HoursTender::default(),
        };
        let (messages, inbox) = unbounded();
        let meanwhile = [
            LocalMessage::Tick,
            LocalMessage::ReadRequested,
            LocalMessage::AnswerOtherProcess(7),
            LocalMessage::StoreChanged,
            LocalMessage::ReadRequested,
        ];
        for message in meanwhile {
            messages.send(message).unwrap();
        }
        let mut waiting = Vec::new();
        local.round(&[LocalMessage::Read], &inbox, &mut waiting);
        let expected = [LocalMessage::Read, LocalMessage::ReadRequested, LocalMessage::AnswerOtherProcess(7)];
        assert_eq!(waiting, expected);
        assert!(told.try_iter().any(|it| matches!(it, SupervisorMessage::RoundEnded { requested: false, .. })));
        local.round(&waiting, &inbox, &mut Vec::new());
        assert!(told.try_iter().any(|it| matches!(it, SupervisorMessage::RoundEnded { requested: true, .. })));
    }
}
