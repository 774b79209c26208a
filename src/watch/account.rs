//! One source on the network: a thread that keeps its connection, reads what is new, makes the changes that the journal
//! asks for there, and waits for news.
//!
//! A failure is told once, in words, and tried again after a while. A password that is refused some times is not tried
//! any more until a person says so, because servers lock accounts for less.

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
use crate::domain::printable::Printable;
use crate::job::JobError;
use crate::job::gather::gather_one;
use crate::job::summary::Summary;
use crate::job::write_back::write_back;
use crate::source::{Source, Woken};
use crate::store::{Durability, Store};

/// How often progress is told.
const PROGRESS: Duration = Duration::from_millis(200);
/// News that comes sooner than this after a reading, again and again, is no news: the server, or we, count wrongly.
const HASTY: Duration = Duration::from_secs(1);
/// So often it is believed.
const BELIEVED: u32 = 5;
/// So many passwords are refused before a person is waited for.
const REFUSALS: u32 = 3;

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

/// How a source is opened: `job::gather::open`, but for tests.
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
            refusals: 0,
            told: None,
            reads: true,
            hasty: 0,
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
    /// How often in a row the password was refused.
    refusals: u32,
    /// The failure that was told, while it lasts.
    told: Option<Trouble>,
    /// Whether the next round reads too, or only makes changes.
    reads: bool,
    /// How often in a row news came at once.
    hasty: u32,
}

/// What to do until the next round.
enum Rest {
    /// All is well: wait for news there, for so long at most.
    Listen(Duration),
    /// Something failed: leave it alone for so long.
    Leave(Duration),
    /// Only a person can help.
    ForAPerson,
}

impl Worker {
    fn work(&mut self) {
        while !self.stop.load(Ordering::SeqCst) {
            let rest = match mishap::caught(|| self.round()) {
                Ok(rest) => rest,
                Err(trouble) => self.failed(trouble),
            };
            let _ = self.keeper.send(keeper::Word::Round(self.from.name.clone()));
            if self.rest(&rest).is_break() {
                return;
            }
        }
    }

    /// Reads what is new and makes the changes that are to be made.
    fn round(&mut self) -> Rest {
        let done = if std::mem::replace(&mut self.reads, true) { self.read() } else { Ok(Summary::default()) };
        let done = done.and_then(|summary| {
            if summary.failures.is_empty() {
                let mut store = Store::open_for(&self.around.store, Durability::Replayable)?;
                let (config, now) = (present(&self.around.config), self.around.clock.now());
                let written = write_back(&mut store, &config, &self.from, self.source.as_mut(), now)?;
                self.around.listener.tell_written(written);
            }
            Ok(summary)
        });
        let summary = match done {
            Ok(summary) => summary,
            Err(error) => {
                let trouble = Trouble::of(&error);
                let what = Printable::from(format!("source {}: {}", self.from.name, trouble.what));
                return self.failed(Trouble { what, ..trouble });
            }
        };
        self.refusals = if summary.refused { self.refusals + 1 } else { 0 };
        let rest = if let Some(first) = summary.failures.first() {
            let what = Printable::from(format!("source {}: {first}", self.from.name));
            self.failed(Trouble { what, hint: None })
        } else {
            self.worked();
            Rest::Listen(self.pause())
        };
        let notes: Vec<_> = summary.notes.iter().map(Trouble::note).collect();
        if summary.failures.is_empty() || summary.admitted > 0 || !notes.is_empty() {
            self.around.listener.tell(Told::Gathered { admitted: summary.admitted, failed: notes });
        }
        rest
    }

    fn read(&mut self) -> Result<Summary, JobError> {
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
        gather_one(&mut store, &config, &self.from, self.source.as_mut(), now, wall, &mut watcher)
    }

    fn worked(&mut self) {
        self.refusals = 0;
        if self.source.mailbox().is_none() {
            self.backoff.forget();
        }
        if self.told.take().is_some() {
            let name = Printable::from(&self.from.name);
            self.around.listener.tell(Told::Recovered { source: name });
        }
    }

    /// Tells a failure, unless it was told already, and says how long to leave it alone.
    fn failed(&mut self, mut trouble: Trouble) -> Rest {
        let for_a_person = self.refusals >= REFUSALS;
        if for_a_person {
            trouble.hint =
                Some(Printable::from("it is not tried again before the settings are saved or tidebox starts anew"));
        }
        if self.told.as_ref() != Some(&trouble) {
            self.told = Some(trouble.clone());
            self.around.listener.tell(Told::Gathered { admitted: 0, failed: vec![trouble] });
        }
        if for_a_person { Rest::ForAPerson } else { Rest::Leave(self.backoff.failed()) }
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
        match rest {
            Rest::Listen(most) => self.listen(*most),
            Rest::Leave(time) => self.leave(*time),
            Rest::ForAPerson => self.leave(Duration::MAX),
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
            let Some(mailbox) = self.source.mailbox() else { return self.leave(left) };
            match mailbox.wait(left, &self.interrupt) {
                Ok(Woken::Stopped) => {}
                Ok(Woken::News) if listening.elapsed() < HASTY && self.hasty >= BELIEVED => {
                    let pause = self.backoff.failed();
                    return match self.inbox.recv_timeout(pause) {
                        Ok(word) => self.heed(word),
                        Err(RecvTimeoutError::Timeout) => ControlFlow::Continue(()),
                        Err(RecvTimeoutError::Disconnected) => ControlFlow::Break(()),
                    };
                }
                Ok(Woken::News | Woken::Time) => {
                    self.hasty = if listening.elapsed() < HASTY { self.hasty + 1 } else { 0 };
                    self.backoff.forget();
                    return ControlFlow::Continue(());
                }
                // A connection that ended is no trouble yet: the next round makes another, and that may fail.
                Err(_) => {
                    let pause = self.backoff.failed();
                    return self.leave(pause);
                }
            }
        }
    }

    /// Leaves it alone for so long, or until somebody says otherwise. The journal waits too.
    fn leave(&mut self, time: Duration) -> ControlFlow<()> {
        let leaving = Stopwatch::start();
        loop {
            match self.inbox.recv_timeout(time.saturating_sub(leaving.elapsed())) {
                Ok(Word::Journal) => {}
                Ok(word) => return self.heed(word),
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
                    self.refusals = 0;
                    self.told = None;
                    self.backoff.forget();
                }
                // A source counts refused passwords itself: opened anew, it would begin to count anew.
                Word::Awake if self.refusals > 0 => {}
                Word::Awake => {
                    self.source = (self.open)(&self.from);
                    self.backoff.forget();
                }
                Word::Read | Word::Journal => {}
            }
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
    use std::sync::{Arc, Mutex, RwLock};
    use std::time::Duration;

    use crossbeam_channel::{Receiver, Sender, unbounded};

    use super::{Account, Word, keeper};
    use crate::clock::Clock;
    use crate::config::{Config, SourceConfig, SourceKind};
    use crate::domain::arrival::{Mark, Origin};
    use crate::domain::ids::{ChangeId, Id};
    use crate::domain::outside::{self, Change, Found, Lost};
    use crate::source::{Each, Handed, Mailbox, Outcome, Since, Source, SourceError, Woken};
    use crate::store::Store;
    use crate::watch::{Listener, Surroundings, Told, Who};

    /// What the server does next; told by the test, one turn a reading.
    #[derive(Debug, Clone, Copy)]
    enum Turn {
        Brings(u32),
        Fails,
    }

    /// The server of a test, by the source's name.
    struct Server {
        turns: Mutex<Receiver<Turn>>,
        /// Said to who waits: that there is news.
        news: AtomicBool,
        opened: AtomicU32,
    }

    static SERVERS: Mutex<Vec<(String, Arc<Server>)>> = Mutex::new(Vec::new());

    struct Fake(Arc<Server>);

    impl Source for Fake {
        fn read(&mut self, since: &Since<'_>, each: &mut Each<'_>) -> Result<Outcome, SourceError> {
            match self.0.turns.lock().unwrap().recv() {
                Ok(Turn::Brings(number)) => {
                    let raw = format!("Subject: {number}\n\ntext\n").into_bytes();
                    let origin = Origin {
                        folder: "INBOX".into(),
                        key: number.to_string(),
                        mark: Mark::Unread,
                        received: since.now,
                    };
                    let _: ControlFlow<()> = each(Handed::of(raw, origin).into());
                    Ok(Outcome::default())
                }
                Ok(Turn::Fails) | Err(_) => Err(SourceError::Unclear { path: "there".into() }),
            }
        }

        fn mailbox(&mut self) -> Option<&mut dyn Mailbox> {
            Some(self)
        }
    }

    impl Mailbox for Fake {
        fn make(&mut self, _: &[Change], _: &mut dyn FnMut(ChangeId, outside::Outcome)) -> Result<(), SourceError> {
            Ok(())
        }

        fn find(&mut self, _: &[Lost], _: &mut dyn FnMut(Id, Found)) -> Result<(), SourceError> {
            Ok(())
        }

        fn wait(&mut self, _: Duration, stop: &AtomicBool) -> Result<Woken, SourceError> {
            loop {
                if stop.load(Ordering::SeqCst) {
                    return Ok(Woken::Stopped);
                }
                if self.0.news.swap(false, Ordering::SeqCst) {
                    return Ok(Woken::News);
                }
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }

    struct Stage {
        _folder: tempfile::TempDir,
        server: Arc<Server>,
        turns: Sender<Turn>,
        told: Receiver<String>,
        account: Account,
    }

    fn stage(name: &str) -> Stage {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store.db");
        drop(Store::open(&store).unwrap());
        let (turns, inbox) = unbounded();
        let server =
            Arc::new(Server { turns: Mutex::new(inbox), news: AtomicBool::new(false), opened: AtomicU32::new(0) });
        SERVERS.lock().unwrap().push((name.to_owned(), Arc::clone(&server)));
        let (tells, told) = unbounded();
        let listener = Listener::new(move |told| {
            let _ = tells.send(match told {
                Told::Gathered { failed, .. } if !failed.is_empty() => failed[0].what.to_string(),
                Told::Gathered { admitted, .. } => format!("{admitted} admitted"),
                Told::Recovered { source } => format!("{source} recovered"),
                other => format!("{other:?}"),
            });
        });
        let config = Arc::new(RwLock::new(Arc::new(Config::embedded(chrono_tz::Tz::UTC))));
        let around = Surroundings { who: Who::Watch, store, config, clock: Clock::real(), listener };
        let open = |from: &SourceConfig| -> Box<dyn Source> {
            let servers = SERVERS.lock().unwrap();
            let server =
                servers.iter().find(|(name, _)| *name == from.name).map(|(_, server)| Arc::clone(server)).unwrap();
            server.opened.fetch_add(1, Ordering::SeqCst);
            Box::new(Fake(server))
        };
        let kind = SourceKind::Feed { url: String::new(), every: Duration::from_hours(1) };
        let from = SourceConfig::new(name.to_owned(), kind);
        let (keeper, _): (Sender<keeper::Word>, _) = unbounded();
        let account = Account::open(&from, &around, open, keeper, None);
        Stage { _folder: folder, server, turns, told, account }
    }

    impl Stage {
        #[track_caller]
        fn hears(&self, expected: &str) {
            let heard = self.told.recv_timeout(Duration::from_secs(20)).expect("told in time");
            assert_eq!(heard, expected);
        }
    }

    #[test]
    fn it_reads_waits_for_news_and_reads_again_through_what_it_has_opened() {
        let stage = stage("news");
        stage.turns.send(Turn::Brings(1)).unwrap();
        stage.hears("1 admitted");
        stage.turns.send(Turn::Brings(2)).unwrap();
        stage.server.news.store(true, Ordering::SeqCst);
        stage.hears("1 admitted");
        stage.turns.send(Turn::Brings(2)).unwrap();
        stage.account.say(Word::Read);
        stage.hears("0 admitted");
        assert_eq!(stage.server.opened.load(Ordering::SeqCst), 1);
        stage.account.say(Word::Stop);
        stage.account.thread.join().unwrap();
    }

    #[test]
    fn a_failure_is_told_once_and_its_end_too() {
        let stage = stage("failures");
        stage.turns.send(Turn::Fails).unwrap();
        stage
            .hears("source failures: can't tell what there holds (name it with --format: maildir, mbox, eml or jsonl)");
        for turn in [Turn::Fails, Turn::Fails, Turn::Brings(1)] {
            stage.turns.send(turn).unwrap();
            stage.account.say(Word::Read);
            // The next word is for the next round.
            while !stage.turns.is_empty() {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        stage.hears("failures recovered");
        stage.hears("1 admitted");
        // After a sleep the connection is another one.
        stage.turns.send(Turn::Brings(2)).unwrap();
        stage.account.say(Word::Awake);
        stage.hears("1 admitted");
        assert_eq!(stage.server.opened.load(Ordering::SeqCst), 2);
        // Who asks is told again.
        stage.turns.send(Turn::Fails).unwrap();
        stage.account.say(Word::Asked);
        let failed = stage.told.recv_timeout(Duration::from_secs(20)).unwrap();
        assert!(failed.starts_with("source failures: "), "{failed}");
        stage.account.say(Word::Stop);
        stage.account.thread.join().unwrap();
    }
}
