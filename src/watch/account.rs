//! One source on the network: a thread that keeps its connection, reads what is new, makes the changes that the journal
//! asks for there, and waits for news.
//!
//! A failure is told once, in words, and tried again after a while. A password that was refused is tried again at times of
//! its own (`job::health`), because servers lock accounts for less.
//!
//! How busy a source is makes no difference to how often it is read: whatever brings something new is followed by the next
//! reading at once. Only a server that tells of news again and again where there are none is asked at intervals.

#[cfg(test)]
mod trials;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use super::backoff::Backoff;
use super::keeper;
use super::{Surroundings, Told, Trouble, mishap, present};
use crate::clock::{Clock, Stopwatch};
use crate::config::{SourceConfig, SourceKind};
use crate::domain::concern::Kind;
use crate::domain::printable::Printable;
use crate::job::JobError;
use crate::job::gather::gather_on;
use crate::job::health::{self, Occasion};
use crate::job::source_failure::SourceFailure;
use crate::job::summary::Summary;
use crate::job::summary::WriteBackSummary;
use crate::job::write_back::write_back;
use crate::source::{Source, Woken};
use crate::store::{Durability, Store};

/// How often progress is told.
const PROGRESS: Duration = Duration::from_millis(200);
/// News that comes sooner than this after a reading, and is none, again and again: the server, or we, count wrongly.
const HASTY: Duration = Duration::from_secs(1);
/// So often it is believed.
const BELIEVED: u32 = 5;
/// Then it is read this often.
const DOUBTED: Duration = Duration::from_secs(6);
/// After a connection that ended by itself, while all was well.
const ENDED: Duration = Duration::from_secs(3);
/// The same where it ended as soon as something was waited for: each new one is a login, and servers count those.
const ENDED_AT_ONCE: Duration = Duration::from_secs(8);
/// What its server does not give out is asked for again this soon.
const OWED: Duration = Duration::from_secs(30);

/// What an account is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// Read now.
    Read,
    /// The journal has something to do there.
    Journal,
    /// A person asks to read now: what failed is tried again and told again.
    Asked,
    /// The machine has slept, or its clock was set: a connection that seems open may be none any more.
    Awake,
    /// A check-in opens in some seconds: what has arrived is to be there by then.
    Soon,
    Stop,
}

/// An account that is tended.
#[derive(Debug)]
pub struct Account {
    from: SourceConfig,
    words: Sender<Word>,
    /// Ends a waiting.
    interrupt: Arc<AtomicBool>,
    /// Ends a reading too.
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// How a source is opened: `job::open::open`, but for tests.
pub type Opener = fn(&SourceConfig) -> Box<dyn Source>;

impl Account {
    /// Tends a source from now on; after the one who tended it before has come to its end.
    pub fn open(
        from: &SourceConfig,
        around: &Surroundings,
        open: Opener,
        keeper: Sender<keeper::Word>,
        before: Option<Self>,
    ) -> Self {
        let (words, inbox) = unbounded();
        let (interrupt, stop) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let mut worker = Worker {
            source: open(from),
            from: from.clone(),
            around: around.clone(),
            open,
            keeper,
            inbox,
            interrupt: Arc::clone(&interrupt),
            stop: Arc::clone(&stop),
            backoff: Backoff::default(),
            told: None,
            tells_again: false,
            reads: true,
            occasion: Occasion::Person,
            asked: false,
            at_once: false,
            empty: 0,
        };
        let thread = thread::spawn(move || {
            if let Some(before) = before {
                let _ = before.thread.join();
            }
            worker.work();
        });
        Self { from: from.clone(), words, interrupt, stop, thread }
    }

    pub fn from(&self) -> &SourceConfig {
        &self.from
    }

    pub fn say(&self, word: Word) {
        if word == Word::Stop {
            self.stop.store(true, Ordering::SeqCst);
        }
        let _ = self.words.send(word);
        // After the word: who is woken by this finds it.
        self.interrupt.store(true, Ordering::SeqCst);
    }
}

struct Worker {
    from: SourceConfig,
    around: Surroundings,
    open: Opener,
    source: Box<dyn Source>,
    keeper: Sender<keeper::Word>,
    inbox: Receiver<Word>,
    interrupt: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    backoff: Backoff,
    /// The failure that was told, while it lasts.
    told: Option<Trouble>,
    /// Whether it is told again while it lasts: somebody asked.
    tells_again: bool,
    /// Whether the next round reads too, or only makes changes.
    reads: bool,
    /// Why the next round is.
    occasion: Occasion,
    /// Whether a person waits to hear of the next round.
    asked: bool,
    /// Whether the round was woken by news as soon as it waited for some.
    at_once: bool,
    /// How often in a row that was so, and there were none.
    empty: u32,
}

/// What to do until the next round.
enum Rest {
    /// All is well: wait for news there, for so long at most.
    Listen(Duration),
    /// Something failed: leave it alone for so long.
    Leave(Duration),
}

impl Worker {
    fn work(&mut self) {
        while !self.stop.load(Ordering::SeqCst) {
            let asked = std::mem::take(&mut self.asked);
            let rest = match mishap::caught(|| self.round()) {
                Ok(rest) => rest,
                Err(trouble) => {
                    self.failed(trouble);
                    Rest::Leave(self.backoff.failed())
                }
            };
            let (name, failed) = (self.from.name.clone(), self.told.clone());
            let _ = self.keeper.send(keeper::Word::Round { name, failed, asked });
            if self.rest(&rest).is_break() {
                return;
            }
        }
    }

    /// Reads what is new and makes the changes that are to be made.
    fn round(&mut self) -> Rest {
        let occasion = std::mem::replace(&mut self.occasion, Occasion::Routine);
        if occasion == Occasion::BeforeWindow {
            self.source.probe();
        }
        let read = if std::mem::replace(&mut self.reads, true) { self.read(occasion) } else { Ok(Summary::default()) };
        let done = read.and_then(|summary| {
            let written = if summary.cause.is_none() { self.write_back()? } else { WriteBackSummary::default() };
            Ok((summary, written))
        });
        let (summary, written) = match done {
            Ok(done) => done,
            Err(error) => return self.broke_off(&error),
        };
        let nothing = summary.brought == 0 && written == WriteBackSummary::default();
        self.empty = if self.at_once && nothing { self.empty.saturating_add(1) } else { 0 };
        let notes: Vec<_> = summary.notes.iter().map(Trouble::note).collect();
        self.around.listener.tell_written(written);
        if let Some(cause) = &summary.cause {
            self.failed(Trouble::of_cause(&self.from.name, cause));
            return Rest::Leave(self.until_next(cause));
        }
        if let Some(first) = summary.failures.first() {
            // The rest of it was read, and goes on being read.
            let what = Printable::from(format!("source {}: {first}", self.from.name));
            self.failed(Trouble { what, hint: None });
        } else {
            self.backoff.forget();
            self.worked();
        }
        self.around.listener.tell(Told::Gathered { admitted: summary.admitted, failed: notes });
        let owed = summary.owed.is_some_and(|owed| owed.count > 0);
        Rest::Listen(if owed { self.pause().min(OWED) } else { self.pause() })
    }

    fn write_back(&mut self) -> Result<WriteBackSummary, JobError> {
        let mut store = Store::open_for(&self.around.store, Durability::Replayable)?;
        let (config, now) = (present(&self.around.config), self.around.clock.now());
        write_back(&mut store, &config, &self.from, self.source.as_mut(), now)
    }

    fn read(&mut self, occasion: Occasion) -> Result<Summary, JobError> {
        // Opened for each reading: who waits for news keeps no pages of the store in memory.
        let mut store = Store::open_for(&self.around.store, Durability::Replayable)?;
        let (config, now) = (present(&self.around.config), self.around.clock.now());
        let (listener, stop) = (self.around.listener.clone(), Arc::clone(&self.stop));
        let mut told = Stopwatch::start();
        let mut watcher = |summary: &Summary| {
            if told.elapsed() > PROGRESS {
                told = Stopwatch::start();
                listener.tell(Told::Gathering { read: summary.read });
            }
            if stop.load(Ordering::SeqCst) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let wall = Clock::real().now();
        gather_on(occasion, &mut store, &config, (&self.from, &mut *self.source), (now, wall), &mut watcher)
    }

    /// The store could not be read or written, or changes could not be made.
    fn broke_off(&mut self, error: &JobError) -> Rest {
        let trouble = Trouble::of(error);
        let what = Printable::from(format!("source {}: {}", self.from.name, trouble.what));
        self.failed(Trouble { what, ..trouble });
        if let JobError::Source(error) = error {
            let cause = SourceFailure::of(error);
            // Where the store cannot be written either, what was told is all that can be said.
            let _ = self.note(&cause);
            return Rest::Leave(self.until_next(&cause));
        }
        Rest::Leave(self.backoff.failed())
    }

    fn note(&self, cause: &SourceFailure) -> Result<(), JobError> {
        let mut store = Store::open_for(&self.around.store, Durability::Replayable)?;
        let id = store.source(&self.from.name, self.from.kind.text())?;
        health::fell(&mut store, id, self.source.as_ref(), cause, self.around.clock.now())
    }

    /// How long to leave it alone.
    fn until_next(&mut self, cause: &SourceFailure) -> Duration {
        let now = self.around.clock.now();
        match cause.kind {
            Kind::Refused => {
                let next = Store::open(&self.around.store).ok().and_then(|store| health::next(&store, &self.from.name));
                next.and_then(|next| (next - now).to_std().ok()).unwrap_or_else(|| self.backoff.failed())
            }
            // Until somebody asks, or a check-in is about to open.
            Kind::NoSecret => Duration::MAX,
            _ => self.backoff.failed(),
        }
    }

    fn worked(&mut self) {
        self.tells_again = false;
        if self.told.take().is_some() {
            let name = Printable::from(&self.from.name);
            self.around.listener.tell(Told::Recovered { source: name });
        }
    }

    /// Tells a failure, unless it was told already.
    fn failed(&mut self, trouble: Trouble) {
        let again = std::mem::take(&mut self.tells_again);
        let known = self.told.as_ref().is_some_and(|told| told.is_like(&trouble)) && !again;
        let failed = if known { Vec::new() } else { vec![trouble.clone()] };
        self.told = Some(trouble);
        self.around.listener.tell(Told::Gathered { admitted: 0, failed });
    }

    /// How long to wait for news at most.
    fn pause(&self) -> Duration {
        match &self.from.kind {
            SourceKind::Imap(account) => account.poll,
            SourceKind::Feed { every, .. } => *every,
            _ => keeper::NEARBY,
        }
    }

    /// Waits until there is something to do; `Break` where that is to stop.
    fn rest(&mut self, rest: &Rest) -> ControlFlow<()> {
        self.at_once = false;
        match rest {
            Rest::Listen(most) => self.listen(*most),
            Rest::Leave(time) => self.leave(*time, |word| *word != Word::Journal),
        }
    }

    /// Waits for news from there, and for words.
    fn listen(&mut self, most: Duration) -> ControlFlow<()> {
        let listening = Stopwatch::start();
        loop {
            // Before the words are looked for: one that is said from here on ends the waiting.
            self.interrupt.store(false, Ordering::SeqCst);
            if let Ok(word) = self.inbox.try_recv() {
                return self.heed(word);
            }
            let left = most.saturating_sub(listening.elapsed());
            let Some(mailbox) = self.source.mailbox() else { return self.leave(left, |_| true) };
            match mailbox.wait(left, &self.interrupt) {
                Ok(Woken::Stopped) => {}
                Ok(Woken::News) => {
                    self.at_once = listening.elapsed() < HASTY;
                    let doubted = self.at_once && self.empty >= BELIEVED;
                    return if doubted { self.leave(DOUBTED, |_| true) } else { ControlFlow::Continue(()) };
                }
                Ok(Woken::Time) => return ControlFlow::Continue(()),
                // A connection that ended is no trouble yet: the next round makes another, and that may fail.
                Err(_) => {
                    let pause = match listening.elapsed() {
                        // Not everything works: the server may have had enough of us.
                        _ if self.told.is_some() => self.backoff.failed(),
                        lasted if lasted < HASTY => ENDED_AT_ONCE,
                        _ => ENDED,
                    };
                    return self.leave(pause, |_| true);
                }
            }
        }
    }

    /// Leaves it alone for so long, or until somebody says something that counts. The journal waits while nothing works.
    fn leave(&mut self, time: Duration, counts: fn(&Word) -> bool) -> ControlFlow<()> {
        let leaving = Stopwatch::start();
        loop {
            match self.inbox.recv_timeout(time.saturating_sub(leaving.elapsed())) {
                Ok(word) if counts(&word) => return self.heed(word),
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return ControlFlow::Continue(()),
                Err(RecvTimeoutError::Disconnected) => return ControlFlow::Break(()),
            }
        }
    }

    fn heed(&mut self, word: Word) -> ControlFlow<()> {
        let words: Vec<Word> = std::iter::once(word).chain(self.inbox.try_iter()).collect();
        self.reads = words.iter().any(|word| *word != Word::Journal);
        for word in words {
            match word {
                Word::Stop => return ControlFlow::Break(()),
                Word::Asked => {
                    self.source = (self.open)(&self.from);
                    self.occasion = Occasion::Person;
                    (self.asked, self.tells_again) = (true, true);
                    self.backoff.forget();
                }
                Word::Awake => {
                    self.source = (self.open)(&self.from);
                    self.backoff.forget();
                }
                Word::Soon => self.occasion = self.occasion.max(Occasion::BeforeWindow),
                Word::Read | Word::Journal => {}
            }
        }
        ControlFlow::Continue(())
    }
}
