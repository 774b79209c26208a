//! One machine with tidebox: a store, and an account on a server that others use too.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tidebox::domain::schedule::Zone;

use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use tidebox::config::{Config, ImapConfig, Secret, SourceConfig, SourceKind};
use tidebox::domain::deferral;
use tidebox::domain::flags::Flags;
use tidebox::domain::ids::Id;
use tidebox::domain::keyword::Keyword;
use tidebox::domain::message::Stage;
use tidebox::domain::moment::Moment;
use tidebox::domain::positions::Positions;
use tidebox::domain::query::parse;
use tidebox::domain::triage::{Decision, Triage, Until};
use tidebox::domain::write_back_summary::WriteBackSummary;
use tidebox::job::gather::gather_one;
use tidebox::job::summary::Summary;
use tidebox::job::write_back::write_back;
use tidebox::job::{JobError, close};
use tidebox::store::{BatchKind, JournalRow, Listed, Store, StoreError};

use super::server::{Account, Server};
use crate::support::letterbox;

pub struct Machine {
    _folder: TempDir,
    pub store: Store,
    pub config: Config,
    pub server: Server,
}

/// A Monday morning, and so many minutes after it.
pub fn at(minutes: i64) -> DateTime<Utc> {
    "2026-11-23T10:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes)
}

/// Each decision that changes something in a mailbox, with the folder and the flags of an unread letter of the inbox afterwards.
pub fn written_decisions(until: &Until) -> [(Decision, &'static str, Flags); 6] {
    let flags = |seen, keywords: BTreeSet<Keyword>| Flags { seen, keywords, ..Flags::default() };
    [
        (Decision::Done, "Archive", flags(true, [].into())),
        (Decision::Trash, "Trash", flags(false, [].into())),
        (Decision::Spam, "Junk", flags(false, [].into())),
        (Decision::Mute, "Archive", flags(true, [Keyword::Muted].into())),
        (Decision::Defer(until.clone()), "INBOX", flags(false, deferral::keywords(until.opens, until.opens))),
        (Decision::Later, "INBOX", flags(false, [Keyword::Later].into())),
    ]
}

impl Machine {
    pub fn new(server: &Server) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("store.db")).unwrap();
        let mut config = Config::embedded(Zone::UTC);
        let account = ImapConfig::new("mail.example.org", "me", Secret::Variable("NONE".into()));
        config.sources = vec![SourceConfig::new("mail".into(), SourceKind::Imap(Box::new(account)))];
        Self { _folder: folder, store, config, server: server.clone() }
    }

    pub fn reopen(&mut self) {
        self.store = Store::open(self.store.path()).unwrap();
    }

    /// Reads; returns what is told to the person.
    pub fn read(&mut self, now: DateTime<Utc>) -> Vec<String> {
        let (from, mut account) = (self.config.sources[0].clone(), Account(self.server.clone()));
        let mut watcher = |_: &Summary| ControlFlow::Continue(());
        let summary =
            gather_one(&mut self.store, &self.config, &from, &mut account, Moment::real(now), &mut watcher).unwrap();
        assert_eq!(summary.failed, 0, "{:?}", summary.failures);
        summary.notes
    }

    pub fn write_back(&mut self, now: DateTime<Utc>) -> Result<WriteBackSummary, JobError> {
        let (from, mut account) = (self.config.sources[0].clone(), Account(self.server.clone()));
        write_back(&mut self.store, &self.config, &from, &mut account, now)
    }

    /// As a whole `sync` does.
    pub fn sync(&mut self, now: DateTime<Utc>) -> WriteBackSummary {
        self.read(now);
        self.write_back(now).unwrap()
    }

    /// Writes back until the server kills it after so many steps; whether it was killed.
    pub fn write_back_killed_after(&mut self, steps: u32, now: DateTime<Utc>) -> bool {
        let so_far = self.server.look().steps;
        self.server.look().kill_after = Some(so_far + steps);
        let killed = catch_unwind(AssertUnwindSafe(|| drop(self.write_back(now).unwrap()))).is_err();
        self.server.look().kill_after = None;
        self.reopen();
        killed
    }

    pub fn begin(&mut self, now: DateTime<Utc>) -> bool {
        letterbox::begin(&mut self.store, "morning", now).is_some()
    }

    pub fn triage(&self) -> Option<Triage> {
        let (batch, acts) = self.store.open_batch(BatchKind::Window).unwrap()?;
        Some(Triage::replay(batch, acts))
    }

    pub fn id(&self, number: u32) -> Option<Id> {
        let query = parse(&format!("id:<letter-{number}@example.org>"), Zone::UTC, at(0)).unwrap();
        self.store.search(&query, at(0), 9, None).unwrap().first().map(|message| message.id)
    }

    pub fn decide(&mut self, decision: Decision, number: u32, now: DateTime<Utc>) {
        let id = self.id(number).expect("it is visible");
        let mut triage = self.triage().expect("an open batch");
        let position = self.store.position(triage.batch().id(), id).unwrap().expect("in the batch");
        let act = triage.decide(decision, &Positions::from(position)).unwrap();
        self.store.record(triage.batch().id(), &act, now).unwrap();
    }

    pub fn commit(&mut self, now: DateTime<Utc>) {
        let batch = self.triage().expect("an open batch").batch().id();
        close::commit(&mut self.store, &self.config, batch, now).unwrap();
    }

    /// Reads, begins, decides one and commits.
    pub fn say(&mut self, decision: Decision, number: u32, now: DateTime<Utc>) {
        self.read(now);
        assert!(self.begin(now), "something is held");
        self.decide(decision, number, now);
        self.commit(now);
    }

    /// The stage of a letter; `None` while it is not known, `Held` while it may not be seen.
    pub fn stage(&self, number: u32) -> Option<Stage> {
        match self.id(number).map(|id| self.store.message(id)) {
            Some(Ok(message)) => Some(message.stage),
            Some(Err(StoreError::Held(_))) | None => None,
            Some(Err(error)) => panic!("{error}"),
        }
    }

    /// Whether a letter was ever taken in, held or not.
    pub fn knows(&self, number: u32) -> bool {
        let sql = format!("SELECT count(*) FROM message WHERE message_id = 'letter-{number}@example.org'");
        letterbox::sqlite3(self.store.path(), &sql).unwrap().trim() == "1"
    }

    /// The window that a letter waits for.
    pub fn until(&self, number: u32) -> Option<DateTime<Utc>> {
        let id = self.id(number)?;
        self.store.deferred().unwrap().into_iter().find(|(message, _)| message.id == id).map(|(_, until)| until.opens)
    }

    /// The window that comes so many windows after the first Monday.
    pub fn window(&self, ahead: usize) -> Until {
        let window = self.config.calendar.nth_after(at(0), ahead).expect("it comes");
        Until::of(&window)
    }

    pub fn journal(&self) -> Vec<JournalRow> {
        self.store.journal(Listed::Latest(1_000)).unwrap()
    }

    pub fn states(&self) -> Vec<String> {
        self.journal().into_iter().map(|row| format!("{} {}", row.reason, row.attempt.state)).collect()
    }

    pub fn sound(&self) {
        assert_eq!(self.store.verify().unwrap(), Vec::<String>::new());
    }
}
