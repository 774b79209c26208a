//! A store with one mailbox, for the unit tests of this room: letters are told apart by a number, and lie in `INBOX`.

use chrono::{DateTime, Duration, Utc};
use tempfile::TempDir;

use super::remote_state::apply_remote_state;
use super::text::word;
use super::{Admission, Disposition, PreparedMessage, Store, pack};
use crate::domain::address::Address;
use crate::domain::envelope::{Envelope, ParsedMessage};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::flags::Flags;
use crate::domain::found_copy::{CopyFlags, CopyOrigin, FoundCopy, Location, MailboxEvent};
use crate::domain::ids::{Id, SourceId};
use crate::domain::lane::LaneCalendars;
use crate::domain::message::Stage;
use crate::domain::query::Indexed;
use crate::domain::remote_state::RemoteState;
use crate::domain::schedule::{Calendar, CheckIn, Days, Zone, parse_length, parse_time};
use crate::domain::source_type::SourceType;
use crate::domain::trust::SenderTrust;

/// So many minutes after a fixed instant.
pub fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap() + Duration::minutes(minutes)
}

/// A daily check-in in UTC.
pub fn checkin(name: &str, time: &str) -> CheckIn {
    CheckIn {
        name: name.to_owned(),
        days: Days::parse("daily").unwrap(),
        at: vec![parse_time(time).unwrap()],
        length: parse_length("45m").unwrap(),
        zone: Zone::UTC,
    }
}

/// One check-in a day.
pub fn calendar() -> Calendar {
    Calendar { zone: Zone::UTC, checkins: vec![checkin("morning", "10:00")], away: Vec::new() }
}

pub fn inbox(key: &str) -> Location {
    Location { folder: "INBOX".to_owned(), key: key.to_owned() }
}

pub struct TestStore {
    _folder: TempDir,
    pub store: Store,
    pub source: SourceId,
}

impl TestStore {
    /// A mailbox in which only `INBOX` is read for incoming mail.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("store.db")).unwrap();
        let source = store.source("mail", SourceType::Imap).unwrap();
        let mut this = Self { _folder: folder, store, source };
        this.hear(MailboxEvent::Incoming(vec!["INBOX".to_owned()]));
        this
    }

    /// Takes in a copy of a letter, which becomes held where it is new.
    pub fn deliver(&mut self, letter: u8, copy: Location, flags: &str, origin: CopyOrigin) -> Id {
        let parsed = ParsedMessage { envelope: envelope(letter), text: String::new(), invitation: None };
        let words = Indexed::of(&parsed);
        self.take(parsed.envelope, words, (copy, flags, origin))
    }

    /// The same, with these words in place of its own.
    pub fn deliver_words(&mut self, letter: u8, words: Indexed, copy: Location, flags: &str, origin: CopyOrigin) -> Id {
        self.take(envelope(letter), words, (copy, flags, origin))
    }

    fn take(&mut self, envelope: Envelope, words: Indexed, copy: (Location, &str, CopyOrigin)) -> Id {
        let (copy, flags, origin) = copy;
        let flags = CopyFlags::Kept(Flags::read(flags));
        let copy = FoundCopy { flags, origin, ..FoundCopy::new(copy, at(0)) };
        let message = PreparedMessage { envelope, words, original: pack(b"A letter\r\n"), copy, invitation: None };
        let admission = Admission { message, lane: "people".to_owned(), disposition: Disposition::Hold };
        self.store.admit(self.source, &[admission], None, at(0)).unwrap()[0].id
    }

    /// A new, unread letter in `INBOX`, under its number as key.
    pub fn letter(&mut self, letter: u8) -> Id {
        self.deliver(letter, inbox(&letter.to_string()), "", CopyOrigin::New)
    }

    /// Brings a message to what somebody said of it.
    pub fn become_as(&mut self, id: Id, state: &RemoteState) {
        self.store.write("deciding", |tx| apply_remote_state(tx, id, state, at(1))).unwrap();
    }

    pub fn hear(&mut self, event: MailboxEvent) {
        self.store
            .reconcile(self.source, &[event], LaneCalendars { calendar: &calendar(), lanes: &[] }, at(2))
            .unwrap();
    }

    /// Tells that somebody took a copy away.
    pub fn take_away(&mut self, location: Location) {
        self.hear(MailboxEvent::Gone { location, sure: true });
    }

    pub fn stage(&self, id: Id) -> Stage {
        let stage = self.store.read("asking for a stage", |connection| {
            Ok(connection
                .query_row("SELECT stage FROM message WHERE id = ?1", [id.0], |row| word(row, 0, "message", id))?)
        });
        stage.unwrap()
    }
}

fn envelope(letter: u8) -> Envelope {
    Envelope {
        fingerprint: Fingerprint([letter; 32]),
        message_id: Some(format!("letter-{letter}@example.org")),
        references: Vec::new(),
        from: Address::new("Ann", "ann@example.org"),
        trust: SenderTrust::Whole,
        to: Vec::new(),
        copied: 0,
        subject: format!("Letter {letter}"),
        date: None,
        list: None,
        automatic: false,
        service: None,
        kinds: Vec::new(),
        unsubscribe: false,
        attachments: Vec::new(),
        links: false,
        defects: Vec::new(),
    }
}
