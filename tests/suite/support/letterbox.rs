//! A store in a temporary folder, and messages to put into it, for tests that need a real file.

#![allow(clippy::disallowed_types, reason = "these tests look behind the store's back")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use chrono::{DateTime, Duration, Utc};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tidebox::domain::address::Address;
use tidebox::domain::batch::{Batch, BatchLayout, BatchOccasion};
use tidebox::domain::envelope::{Attachment, Envelope, ParsedMessage};
use tidebox::domain::fingerprint::Fingerprint;
use tidebox::domain::found_copy::{CopyFlags, FoundCopy, Location};
use tidebox::domain::ids::{BatchId, Id, SourceId};
use tidebox::domain::positions::Positions;
use tidebox::domain::query::Indexed;
use tidebox::domain::schedule::{Calendar, Zone};
use tidebox::domain::source_type::SourceType;
use tidebox::domain::triage::{Act, Decision};
use tidebox::store::{Admission, Admitted, Beginning, Disposition, PreparedMessage, Store, pack};

/// A fixed morning, and a number of minutes after it.
pub fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).expect("an instant") + Duration::minutes(minutes)
}

pub struct Letterbox {
    pub folder: TempDir,
    pub store: Store,
    pub source: SourceId,
}

impl Letterbox {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(&folder.path().join("store.db")).expect("a new store");
        let source = store.source("home", SourceType::Maildir).expect("a source");
        Self { folder, store, source }
    }

    pub fn path(&self) -> PathBuf {
        self.store.path().to_owned()
    }

    /// Another connection to the same file, as another program would have.
    pub fn another(&self) -> Store {
        Store::open(self.store.path()).expect("the store again")
    }

    pub fn reopen(&mut self) {
        self.store = self.another();
    }

    pub fn admit(&mut self, letters: &[Admission], now: DateTime<Utc>) -> Vec<Admitted> {
        self.store.admit(self.source, letters, None, now).expect("admitted")
    }

    pub fn begin(&mut self, checkin: &str, now: DateTime<Utc>) -> Option<Batch> {
        begin(&mut self.store, checkin, now)
    }

    /// The output of the real `sqlite3` program. The store promises that this program can read it.
    pub fn sqlite3(&self, sql: &str) -> Result<String, String> {
        sqlite3(self.store.path(), sql)
    }

    /// A plain SQL connection to the store, without any of its guards.
    pub fn bare(&self) -> rusqlite::Connection {
        let bare = rusqlite::Connection::open(self.store.path()).expect("the file");
        // The SQLite that is built with the program switches this on by itself; that of a system does not.
        bare.pragma_update(None, "foreign_keys", true).expect("a setting of the connection");
        bare
    }
}

pub fn window(checkin: &str, opens: DateTime<Utc>) -> BatchOccasion {
    BatchOccasion::Window { checkin: checkin.to_owned(), opens, closes: opens + Duration::minutes(45) }
}

/// No check-ins at all, so that the instants of the tests are not changed.
pub fn no_calendar() -> Calendar {
    Calendar { zone: Zone::UTC, checkins: Vec::new(), away: Vec::new() }
}

pub fn begin(store: &mut Store, checkin: &str, now: DateTime<Utc>) -> Option<Batch> {
    store
        .begin(&Beginning {
            occasion: window(checkin, now),
            lanes: &[],
            calendar: &no_calendar(),
            carry_limit: None,
            layout: BatchLayout::default(),
            now,
        })
        .expect("begun")
}

/// The messages of a batch, in triage order.
pub fn members(store: &Store, batch: &Batch) -> Vec<Id> {
    store.members(batch.id(), &batch.positions()).expect("members")
}

/// The positions of messages in a batch.
pub fn on(store: &Store, batch: BatchId, ids: &[Id]) -> Positions {
    ids.iter().map(|id| store.position(batch, *id).expect("asked").expect("in the batch")).collect()
}

/// An act on messages of a batch.
pub fn act(store: &Store, batch: BatchId, number: u32, decision: Decision, ids: &[Id]) -> Act {
    Act { number, decision, on: on(store, batch, ids) }
}

pub fn sqlite3(path: &Path, sql: &str) -> Result<String, String> {
    let out = Command::new("sqlite3")
        .arg("-batch")
        .arg(path)
        .arg(sql)
        .stdin(Stdio::null())
        .output()
        .expect("these tests need the sqlite3 program; on Debian: apt install sqlite3");
    if out.status.success() {
        Ok(String::from_utf8_lossy(&out.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&out.stderr).into_owned())
    }
}

/// Runs one test of this binary, given by its module path, in a process of its own. `task` tells the test what to do
/// there.
pub fn in_another_process(test: &str, task: &str, store: &Path) -> Command {
    // The harness names a test without its crate.
    let test = test.split_once("::").map_or(test, |(_, inside)| inside);
    let mut command = Command::new("sh");
    command
        .args(["-c", "umask 000; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().expect("this binary"))
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env("TIDEBOX_TEST_TASK", task)
        .env("TIDEBOX_TEST_STORE", store)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
}

/// The task and the store of this process, if `in_another_process` started it.
pub fn task() -> Option<(String, PathBuf)> {
    Some((std::env::var("TIDEBOX_TEST_TASK").ok()?, std::env::var_os("TIDEBOX_TEST_STORE")?.into()))
}

/// A message that differs from others only by its number; everything else can be set.
#[derive(Debug, Clone)]
pub struct Letter {
    number: i64,
    message: ParsedMessage,
    copy: FoundCopy,
    lane: String,
    disposition: Disposition,
}

/// A message that arrived `number` minutes after the morning began.
pub fn letter(number: i64) -> Letter {
    let envelope = Envelope {
        fingerprint: Fingerprint(Sha256::digest(number.to_be_bytes()).into()),
        message_id: Some(format!("m{number}@example.org")),
        references: Vec::new(),
        from: Address::new("Ann Lee", "ann@example.org"),
        trust: tidebox::domain::trust::SenderTrust::Whole,
        to: vec![Address::new("", "me@example.net")],
        copied: 0,
        subject: format!("Subject {number}"),
        date: Some(at(number)),
        list: None,
        automatic: false,
        service: None,
        kinds: Vec::new(),
        unsubscribe: false,
        attachments: Vec::new(),
        links: false,
        defects: Vec::new(),
    };
    let message = ParsedMessage { envelope, text: format!("The text of letter {number}."), invitation: None };
    let copy = FoundCopy::new(Location { folder: "INBOX".into(), key: format!("k{number}") }, at(number));
    Letter { number, message, copy, lane: "people".into(), disposition: Disposition::Hold }
}

impl Letter {
    pub fn change(mut self, change: impl FnOnce(&mut Envelope)) -> Self {
        change(&mut self.message.envelope);
        self
    }

    pub fn subject(self, subject: &str) -> Self {
        self.change(|envelope| subject.clone_into(&mut envelope.subject))
    }

    pub fn text(mut self, text: &str) -> Self {
        text.clone_into(&mut self.message.text);
        self
    }

    pub fn dated(mut self, date: Option<DateTime<Utc>>, received: DateTime<Utc>) -> Self {
        self.copy.received = received;
        self.change(|envelope| envelope.date = date)
    }

    pub fn answers(self, names: &[&str]) -> Self {
        self.change(|envelope| envelope.references = names.iter().map(|name| (*name).to_owned()).collect())
    }

    pub fn called(self, name: Option<&str>) -> Self {
        self.change(|envelope| envelope.message_id = name.map(str::to_owned))
    }

    pub fn attached(self) -> Self {
        self.change(|envelope| {
            envelope.attachments.push(Attachment { name: "plan.pdf".into(), kind: "application/pdf".into(), size: 9 });
        })
    }

    pub fn found(mut self, folder: &str, key: &str) -> Self {
        folder.clone_into(&mut self.copy.location.folder);
        key.clone_into(&mut self.copy.location.key);
        self
    }

    pub fn flagged(mut self, flags: CopyFlags) -> Self {
        self.copy.flags = flags;
        self
    }

    pub fn lane(mut self, lane: &str) -> Self {
        lane.clone_into(&mut self.lane);
        self
    }

    pub fn history(mut self) -> Self {
        self.disposition = Disposition::History;
        self
    }

    pub fn let_through(mut self, exception: &str) -> Self {
        self.disposition = Disposition::LetThrough { exception: exception.to_owned() };
        self
    }

    /// The original bytes of the message.
    pub fn raw(&self) -> Vec<u8> {
        format!(
            "Subject: {}\r\nX-Number: {}\r\n\r\n{}\r\n",
            self.message.envelope.subject, self.number, self.message.text
        )
        .into_bytes()
    }

    pub fn ready(self) -> Admission {
        let (words, original) = (Indexed::of(&self.message), pack(&self.raw()));
        let message = PreparedMessage {
            envelope: self.message.envelope,
            words,
            original,
            copy: self.copy,
            invitation: self.message.invitation,
        };
        Admission { message, lane: self.lane, disposition: self.disposition }
    }
}

/// Letters with these numbers, each a minute after the one before.
pub fn letters(numbers: std::ops::Range<i64>) -> Vec<Admission> {
    numbers.map(|number| letter(number).ready()).collect()
}

pub fn ids(admitted: &[Admitted]) -> Vec<Id> {
    admitted.iter().map(|one| one.id).collect()
}
