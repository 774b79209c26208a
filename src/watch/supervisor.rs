//! The supervisor: the thread that holds the lock, looks at the time, and sees that each source is tended by somebody.
//!
//! It sleeps until the next window opens or closes, and never longer than half a minute: a machine that slept, or whose
//! clock was set, is noticed by comparing how far the clock went with how long the sleep was.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use super::changes::{self, Watching};
use super::local;
use super::lock::Lock;
use super::messages::{LocalMessage, RemoteMessage, SourceGroup, SupervisorMessage};
use super::read_request::{ReadRequest, TakenOver};
use super::remote::{Opener, RemoteSource};
use super::{LOCAL_INTERVAL, WatchContext, present};
use crate::clock::Stopwatch;
use crate::config::SourceConfig;
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::domain::watch_event::WatchEvent;

/// The longest sleep.
const LONGEST: Duration = Duration::from_secs(30);
/// So long before a window opens the sources are read, so that a line that has gone is made anew by then.
const AHEAD: TimeDelta = TimeDelta::seconds(40);
/// A clock that went so much farther, or less far, than the time that passed was set, or the machine slept.
const JUMP: i64 = 20;

/// A supervisor whose thread is not started yet.
pub struct IdleSupervisor {
    context: WatchContext,
    open: Opener,
    messages: Sender<SupervisorMessage>,
    inbox: Receiver<SupervisorMessage>,
}

impl IdleSupervisor {
    pub fn new(context: WatchContext, open: Opener) -> (Sender<SupervisorMessage>, Self) {
        let (messages, inbox) = unbounded();
        (messages.clone(), Self { context, open, messages, inbox })
    }

    /// Starts the thread. Nothing is opened before the first message.
    pub fn start(self) {
        thread::spawn(move || {
            let Self { context, open, messages, inbox } = self;
            let Ok(first) = inbox.recv() else { return };
            let local = local::start(context.clone(), messages.clone());
            let (last_look, now) = ((context.clock.now(), Stopwatch::start()), Stopwatch::start());
            let supervisor = Supervisor {
                context,
                open,
                messages,
                local,
                watching: None,
                lock: None,
                waits_for_lock: false,
                remotes: Vec::new(),
                first_round: None,
                last_look,
                last_tick: now,
                last_read: now,
                request: None,
            };
            supervisor.work(first, &inbox);
        });
    }
}

struct Supervisor {
    context: WatchContext,
    open: Opener,
    messages: Sender<SupervisorMessage>,
    local: Sender<LocalMessage>,
    watching: Option<Watching>,
    /// Held for as long as the network is tended here.
    lock: Option<Lock>,
    /// Whether a thread waits for the lock.
    waits_for_lock: bool,
    remotes: Vec<RemoteSource>,
    /// The sources of the first round that are still to be read.
    first_round: Option<BTreeSet<SourceGroup>>,
    /// The clock and a stopwatch as they were when it was looked at last.
    last_look: (DateTime<Utc>, Stopwatch),
    /// Since the time was passed on.
    last_tick: Stopwatch,
    /// Since what lies on this machine was read last without a sign of a change.
    last_read: Stopwatch,
    /// What a person asked for, until it is answered.
    request: Option<ReadRequest>,
}

impl Supervisor {
    fn work(mut self, first: SupervisorMessage, inbox: &Receiver<SupervisorMessage>) {
        let mut message = Some(first);
        loop {
            match message.take() {
                Some(SupervisorMessage::Stop) => break,
                Some(message) => self.handle(message),
                None => {}
            }
            self.look_at_the_clock();
            if self.request.as_ref().is_some_and(|request| request.time_left().is_zero()) {
                self.answer();
            }
            message = match inbox.recv_timeout(self.sleep()) {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => break,
            };
        }
        let _ = self.local.send(LocalMessage::Stop);
        self.send_to_all(RemoteMessage::Stop);
    }

    fn handle(&mut self, message: SupervisorMessage) {
        match message {
            SupervisorMessage::Begin => {
                self.watch_changes();
                self.seek_the_lock();
                self.tend();
                let groups = self.groups();
                self.first_round.get_or_insert(groups);
                let _ = self.local.send(LocalMessage::Read);
            }
            SupervisorMessage::Read => self.read_for(None),
            SupervisorMessage::RequestedByOtherProcess(number) => self.read_for(Some(number)),
            SupervisorMessage::OtherProcessRead(failed) => self.read_on_request(&SourceGroup::OtherProcess, failed),
            SupervisorMessage::LockTaken(lock) => {
                self.waits_for_lock = false;
                self.lock = Some(lock);
                let _ = self.local.send(LocalMessage::LockTaken);
                self.tend();
                self.take_the_request_over();
            }
            SupervisorMessage::LockFailed(error) => {
                self.waits_for_lock = false;
                self.lock_failed(&error);
            }
            SupervisorMessage::JournalDue(names) => {
                let named = |remote: &&RemoteSource| names.contains(&remote.from().name);
                send(self.remotes.iter().filter(named), RemoteMessage::JournalDue);
            }
            SupervisorMessage::RoundEnded { group, failed, requested } => {
                self.read_once(&group);
                if requested {
                    self.read_on_request(&group, failed.into_iter().collect());
                }
            }
            SupervisorMessage::Stop => {}
        }
    }

    /// What is read here: this machine, and each source on the network that is tended here.
    fn groups(&self) -> BTreeSet<SourceGroup> {
        let remotes = self.remotes.iter().map(|remote| SourceGroup::Remote(remote.from().name.clone()));
        remotes.chain([SourceGroup::Local]).collect()
    }

    fn watch_changes(&mut self) {
        self.watching = changes::watch(&present(&self.context.config), &self.context.store, &self.local);
    }

    /// Takes the lock, or lets a thread wait until its holder ends.
    fn seek_the_lock(&mut self) {
        if self.lock.is_some() || self.waits_for_lock {
            return;
        }
        match Lock::take(&self.context.store, self.context.who) {
            Ok(Ok(lock)) => {
                self.lock = Some(lock);
                let _ = self.local.send(LocalMessage::LockTaken);
            }
            Ok(Err(_)) => {
                self.waits_for_lock = true;
                let (store, who, messages) = (self.context.store.clone(), self.context.who, self.messages.clone());
                thread::spawn(move || {
                    let waited = Lock::wait(&store, who);
                    let _ =
                        messages.send(waited.map_or_else(SupervisorMessage::LockFailed, SupervisorMessage::LockTaken));
                });
            }
            Err(error) => self.lock_failed(&error),
        }
    }

    /// Without a lock the network is left alone: two that tend it would do things twice.
    fn lock_failed(&self, error: &std::io::Error) {
        let what = Printable::from(format!(
            "sources on the network are not read: no file can be locked beside the store: {error}"
        ));
        self.context.listener.tell(WatchEvent::Failed(vec![Problem::new(what)]));
    }

    /// Sees that each source on the network is tended as the configuration says now, where that is our part.
    fn tend(&mut self) {
        if self.lock.is_none() {
            return;
        }
        let config = present(&self.context.config);
        let mut before = std::mem::take(&mut self.remotes);
        for source in config.sources.iter().filter(|source| source.kind.is_remote()) {
            let one = before.iter().position(|remote| remote.from().name == source.name).map(|at| before.remove(at));
            let remote = match one {
                Some(remote) if remote.from() == source => {
                    remote.send(RemoteMessage::ReadRequested);
                    remote
                }
                other => {
                    send(&other, RemoteMessage::Stop);
                    RemoteSource::start(source, &self.context, self.open, self.messages.clone(), other)
                }
            };
            self.remotes.push(remote);
        }
        send(&before, RemoteMessage::Stop);
    }

    fn send_to_all(&self, message: RemoteMessage) {
        send(&self.remotes, message);
    }

    /// These sources were read. At the end of the first round `AllRead` is reported.
    fn read_once(&mut self, group: &SourceGroup) {
        let Some(awaited) = &mut self.first_round else { return };
        if awaited.remove(group) && awaited.is_empty() {
            self.context.listener.tell(WatchEvent::AllRead);
        }
    }

    /// Reads everything for somebody who waits for it: the screen here, or another process.
    fn read_for(&mut self, other_process: Option<i64>) {
        let _ = self.local.send(LocalMessage::ReadRequested);
        self.send_to_all(RemoteMessage::ReadRequested);
        let mut awaited = self.groups();
        let tended = |source: &SourceConfig| source.kind.is_remote() || source.is_written_to();
        if self.lock.is_none() && present(&self.context.config).sources.iter().any(tended) {
            let _ = self.local.send(LocalMessage::AskOtherProcess);
            awaited.insert(SourceGroup::OtherProcess);
        }
        self.request = Some(ReadRequest::new(awaited, other_process, self.request.take()));
    }

    fn read_on_request(&mut self, group: &SourceGroup, failed: Vec<Problem>) {
        if self.request.as_mut().is_some_and(|request| request.is_answered_by(group, failed)) {
            self.answer();
        }
    }

    /// Who was asked is gone, and what it tended is tended here now.
    fn take_the_request_over(&mut self) {
        let remotes: Vec<_> = self.groups().into_iter().filter(|group| *group != SourceGroup::Local).collect();
        let Some(request) = &mut self.request else { return };
        match request.is_taken_over(remotes) {
            TakenOver::Not => {}
            TakenOver::ToRead => self.send_to_all(RemoteMessage::ReadRequested),
            TakenOver::Answered => self.answer(),
        }
    }

    /// Tells what came of the reading that was asked for, as far as that is known by now.
    fn answer(&mut self) {
        let Some(request) = self.request.take() else { return };
        if let Some(number) = request.other_process {
            let _ = self.local.send(LocalMessage::AnswerOtherProcess(number));
        }
        self.context.listener.tell(WatchEvent::Answered { failed: request.problems() });
    }

    fn look_at_the_clock(&mut self) {
        let (before, watch) = std::mem::replace(&mut self.last_look, (self.context.clock.now(), Stopwatch::start()));
        let now = self.last_look.0;
        let passed = i64::try_from(watch.elapsed().as_secs()).unwrap_or(i64::MAX);
        if ((now - before).num_seconds() - passed).abs() > JUMP {
            self.send_to_all(RemoteMessage::ClockJumped);
            let _ = self.local.send(LocalMessage::Read);
        }
        let calendar = &present(&self.context.config).calendar;
        let opened = calendar.next_after(before).is_some_and(|window| window.opens <= now);
        if calendar.next_after(before + AHEAD).is_some_and(|window| window.opens <= now + AHEAD) {
            self.send_to_all(RemoteMessage::WindowSoon);
        }
        if opened {
            // Whoever begins the window finds in it what has arrived by now.
            self.send_to_all(RemoteMessage::Read);
        }
        if opened || (self.lock.is_some() && self.last_read.elapsed() > LOCAL_INTERVAL) {
            self.last_read = Stopwatch::start();
            // A folder that was not there may be there now.
            if self.watching.as_ref().is_some_and(|watching| !watching.is_complete()) {
                self.watch_changes();
            }
            let _ = self.local.send(LocalMessage::Read);
        }
        if opened || self.last_tick.elapsed() >= LONGEST {
            self.last_tick = Stopwatch::start();
            let _ = self.local.send(LocalMessage::Tick);
        }
    }

    /// How long until there is something to do by the clock.
    fn sleep(&self) -> Duration {
        let (now, config) = (self.context.clock.now(), present(&self.context.config));
        let until = |at: DateTime<Utc>| (at - now).to_std().unwrap_or(Duration::ZERO);
        let opens = config.calendar.next_after(now).map_or(LONGEST, |window| until(window.opens));
        let soon = config.calendar.next_after(now + AHEAD).map_or(LONGEST, |window| until(window.opens - AHEAD));
        let request = self.request.as_ref().map_or(LONGEST, ReadRequest::time_left);
        opens.min(soon).min(request).min(LONGEST)
    }
}

fn send<'a>(remotes: impl IntoIterator<Item = &'a RemoteSource>, message: RemoteMessage) {
    for remote in remotes {
        remote.send(message);
    }
}
