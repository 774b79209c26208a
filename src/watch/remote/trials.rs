use crate::domain::schedule::Zone;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::RemoteSource;
use super::rest::BELIEVED;
use crate::clock::Clock;
use crate::config::{Config, SourceConfig, SourceKind};
use crate::domain::found_copy::{CopyFlags, FoundCopy, Location};
use crate::domain::ids::{ChangeId, Id};
use crate::domain::mailbox_change::{self, Change, Found, Lost};
use crate::domain::sent_copy::{CopyToKeep, KeepingOutcome};
use crate::domain::watch_event::WatchEvent;
use crate::source::{EventSink, FetchedMessage, Mailbox, ReadOutcome, Source, SourceError, SyncContext, WaitEnd};
use crate::store::Store;
use crate::watch::messages::{RemoteMessage, SupervisorMessage};
use crate::watch::{Listener, WatchContext, Who};

/// What the server does next; told by the test, one turn a reading.
#[derive(Debug, Clone, Copy)]
enum Turn {
    Brings(u32),
    Nothing,
    Fails,
}

/// The server of a test, by the source's name.
struct Server {
    turns: Mutex<Receiver<Turn>>,
    /// Said to who waits: that there is news.
    news: AtomicBool,
    /// Who waits is told at once that there is news; or the line ends.
    busy: AtomicBool,
    ends: AtomicBool,
    opened: AtomicU32,
    waits: AtomicU32,
    probed: AtomicU32,
}

static SERVERS: Mutex<Vec<(String, Arc<Server>)>> = Mutex::new(Vec::new());

struct Fake(Arc<Server>);

impl Source for Fake {
    fn read(&mut self, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError> {
        match self.0.turns.lock().unwrap().recv() {
            Ok(Turn::Brings(number)) => {
                let raw = format!("Subject: {number}\n\ntext\n").into_bytes();
                let copy = FoundCopy::new(Location { folder: "INBOX".into(), key: number.to_string() }, since.now);
                let copy = FoundCopy { flags: CopyFlags::SeenOnly(false), ..copy };
                let _: ControlFlow<()> = each(FetchedMessage::new(raw, copy).into());
                Ok(ReadOutcome::default())
            }
            Ok(Turn::Nothing) => Ok(ReadOutcome::default()),
            Ok(Turn::Fails) | Err(_) => Err(SourceError::Unclear { path: "there".into() }),
        }
    }

    fn probe(&mut self) {
        self.0.probed.fetch_add(1, Ordering::SeqCst);
    }

    fn mailbox(&mut self) -> Option<&mut dyn Mailbox> {
        Some(self)
    }
}

impl Mailbox for Fake {
    fn make(&mut self, _: &[Change], _: &mut dyn FnMut(ChangeId, mailbox_change::Outcome)) -> Result<(), SourceError> {
        Ok(())
    }

    fn find(&mut self, _: &[Lost], _: &mut dyn FnMut(Id, Found)) -> Result<(), SourceError> {
        Ok(())
    }

    fn keep_sent(&mut self, _: &CopyToKeep, _: Duration) -> Result<KeepingOutcome, SourceError> {
        Ok(KeepingOutcome::NotFound)
    }

    fn wait(&mut self, _: Duration, stop: &AtomicBool) -> Result<WaitEnd, SourceError> {
        self.0.waits.fetch_add(1, Ordering::SeqCst);
        loop {
            if self.0.ends.load(Ordering::SeqCst) {
                return Err(SourceError::Unclear { path: "there".into() });
            }
            if stop.load(Ordering::SeqCst) {
                return Ok(WaitEnd::Stopped);
            }
            if self.0.news.swap(false, Ordering::SeqCst) || self.0.busy.load(Ordering::SeqCst) {
                return Ok(WaitEnd::News);
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
    remote: RemoteSource,
}

fn stage(name: &str) -> Stage {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store.db");
    drop(Store::open(&store).unwrap());
    let (turns, inbox) = unbounded();
    let off = || AtomicBool::new(false);
    let none = || AtomicU32::new(0);
    let (opened, waits, probed) = (none(), none(), none());
    let server =
        Arc::new(Server { turns: Mutex::new(inbox), news: off(), busy: off(), ends: off(), opened, waits, probed });
    SERVERS.lock().unwrap().push((name.to_owned(), Arc::clone(&server)));
    let (tells, told) = unbounded();
    let listener = Listener::new(move |told| {
        let _ = tells.send(match told {
            WatchEvent::Failed(failed) => failed.first().map_or("failed again".to_owned(), |it| it.what.to_string()),
            WatchEvent::Gathered { failed, .. } if !failed.is_empty() => failed[0].what.to_string(),
            WatchEvent::Gathered { admitted, .. } => format!("{admitted} admitted"),
            WatchEvent::Recovered { source } => format!("{source} recovered"),
            other => format!("{other:?}"),
        });
    });
    let config = Arc::new(RwLock::new(Arc::new(Config::embedded(Zone::UTC))));
    let context = WatchContext { who: Who::Watch, store, config, clock: Clock::real(), listener };
    let open = |from: &SourceConfig| -> Box<dyn Source> {
        let servers = SERVERS.lock().unwrap();
        let server = servers.iter().find(|(name, _)| *name == from.name).map(|(_, server)| Arc::clone(server)).unwrap();
        server.opened.fetch_add(1, Ordering::SeqCst);
        Box::new(Fake(server))
    };
    let kind = SourceKind::Feed { url: String::new(), every: Duration::from_hours(1) };
    let from = SourceConfig::new(name.to_owned(), kind);
    let (supervisor, _): (Sender<SupervisorMessage>, _) = unbounded();
    let remote = RemoteSource::start(&from, &context, open, supervisor, None);
    Stage { _folder: folder, server, turns, told, remote }
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
    stage.remote.send(RemoteMessage::Read);
    stage.hears("0 admitted");
    assert_eq!(stage.server.opened.load(Ordering::SeqCst), 1);
    stage.remote.send(RemoteMessage::Stop);
    stage.remote.thread.join().unwrap();
}

#[test]
fn a_failure_is_told_once_and_its_end_too() {
    let stage = stage("failures");
    stage.turns.send(Turn::Fails).unwrap();
    stage.hears("source failures: can't tell the format of there");
    for _ in 0..2 {
        stage.turns.send(Turn::Fails).unwrap();
        stage.remote.send(RemoteMessage::Read);
        // Nothing new is told, but for that the reading has come to its end.
        stage.hears("failed again");
    }
    stage.turns.send(Turn::Brings(1)).unwrap();
    stage.remote.send(RemoteMessage::Read);
    stage.hears("failures recovered");
    stage.hears("1 admitted");
    // After a sleep the connection is another one.
    stage.turns.send(Turn::Brings(2)).unwrap();
    stage.remote.send(RemoteMessage::ClockJumped);
    stage.hears("1 admitted");
    assert_eq!(stage.server.opened.load(Ordering::SeqCst), 2);
    // Who asks is told again.
    stage.turns.send(Turn::Fails).unwrap();
    stage.remote.send(RemoteMessage::ReadRequested);
    let failed = stage.told.recv_timeout(Duration::from_secs(20)).unwrap();
    assert!(failed.starts_with("source failures: "), "{failed}");
    stage.remote.send(RemoteMessage::Stop);
    stage.remote.thread.join().unwrap();
}

/// Each reading brings something, and more has come by the time it is over: no reading waits for another.
#[test]
fn a_busy_source_is_read_as_often_as_news_come() {
    let stage = stage("busy");
    stage.server.busy.store(true, Ordering::SeqCst);
    for number in 0..4 * BELIEVED {
        stage.turns.send(Turn::Brings(number)).unwrap();
        stage.hears("1 admitted");
    }
    // News that are none are believed some times, then the source is left alone for a while.
    for _ in 0..=BELIEVED {
        stage.turns.send(Turn::Nothing).unwrap();
        stage.hears("0 admitted");
    }
    // Somebody who asks is heard all the same, and with the next news it is believed again.
    for number in 100..103 {
        stage.turns.send(Turn::Brings(number)).unwrap();
        stage.remote.send(RemoteMessage::Read);
        stage.hears("1 admitted");
    }
    stage.remote.send(RemoteMessage::Stop);
    // Whatever it is at, it comes to its end.
    for _ in 0..BELIEVED {
        let _ = stage.turns.send(Turn::Nothing);
    }
    stage.remote.thread.join().unwrap();
}

/// A line that ends again and again, while each reading works, keeps no commit waiting.
#[test]
fn a_line_that_ends_holds_no_commit_up() {
    let stage = stage("ends");
    stage.server.ends.store(true, Ordering::SeqCst);
    stage.turns.send(Turn::Brings(1)).unwrap();
    stage.hears("1 admitted");
    let waits = || stage.server.waits.load(Ordering::SeqCst);
    // After each end it makes the changes that are to be made, and waits again, without a reading in between.
    for already in 1..5 {
        while waits() < already {
            std::thread::sleep(Duration::from_millis(1));
        }
        stage.remote.send(RemoteMessage::JournalDue);
    }
    stage.remote.send(RemoteMessage::Stop);
    let _ = stage.turns.send(Turn::Nothing);
    stage.remote.thread.join().unwrap();
}

/// Before a window opens the line is tried, and what has come is read.
#[test]
fn before_a_window_the_line_is_tried_and_the_source_read() {
    let stage = stage("soon");
    stage.turns.send(Turn::Brings(1)).unwrap();
    stage.hears("1 admitted");
    assert_eq!(stage.server.probed.load(Ordering::SeqCst), 0);
    stage.turns.send(Turn::Brings(2)).unwrap();
    stage.remote.send(RemoteMessage::WindowSoon);
    stage.hears("1 admitted");
    assert_eq!(stage.server.probed.load(Ordering::SeqCst), 1);
    stage.remote.send(RemoteMessage::Stop);
    stage.remote.thread.join().unwrap();
}
