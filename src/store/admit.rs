//! Taking messages in: one short transaction for some dozens of them (a slice), in which the source's position
//! advances too.
//!
//! It is idempotent: a message that comes again, through the same source or another, is one message with one more
//! copy.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};

use super::admission::{Admission, AdmissionOutcome, Admitted, Disposition, PreparedMessage};
use super::beginning::BeginningSet;
use super::failure::StoreError;
use super::free_id::free_from;
use super::instant::seconds;
use super::meta::counter;
use super::original;
use super::reconcile::follows;
use super::remote_state::apply_remote_state;
use super::text::word;
use super::thread::Newcomer;
use super::{
    Durability, Store, answered, arrival, away, beginning, copy, deferred, expectation, follow_up, invitation, marks,
    sent, service_notice, source, thread,
};
use crate::domain::address::Address;
use crate::domain::envelope::Envelope;
use crate::domain::expectation::Expectation;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::found_copy::CopyOrigin;
use crate::domain::ids::{Id, SourceId, ThreadId};
use crate::domain::message::Stage;
use crate::domain::message_kind::MessageKind;
use crate::domain::query::{Indexed, Thing};
use crate::domain::remote_state::RemoteState;

impl Store {
    /// Takes in a slice of a source's messages, and advances its position: all of it or nothing.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn admit(
        &mut self,
        source: SourceId,
        slice: &[Admission],
        position: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Admitted>, StoreError> {
        let admitted = self.write("taking messages in", |tx| {
            let mut writer = SliceWriter::begin(tx, source, now)?;
            source::advance(tx, source, position, now)?;
            let admitted =
                slice.iter().map(|one| writer.take(one, one.message.envelope.fingerprint)).collect::<Result<_, _>>()?;
            writer.end()?;
            Ok(admitted)
        })?;
        self.give_way(slice);
        Ok(admitted)
    }

    /// How many messages an exception has let through since an instant.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn exception_hits(&self, name: &str, since: DateTime<Utc>) -> Result<u32, StoreError> {
        self.read("counting exceptions", |connection| {
            Ok(connection
                .prepare_cached("SELECT count(*) FROM hit WHERE exception = ?1 AND at >= ?2")?
                .query_row((name, super::instant::ceiling(since)), |row| row.get(0))?)
        })
    }

    /// Sleeps after a bulk write, longer than another writer sleeps between its tries (see `connection`), so that a
    /// writer that waits gets its turn before the next slice.
    fn give_way(&self, slice: &[Admission]) {
        if self.durability == Durability::Replayable {
            // A writer that has waited long tries less often.
            let gap = if slice.len() > 64 { 3_000 } else { 500 };
            std::thread::sleep(std::time::Duration::from_micros(gap));
        }
    }
}

/// Writes one slice of messages, within one transaction.
pub(super) struct SliceWriter<'tx> {
    tx: &'tx Transaction<'tx>,
    source: SourceId,
    now: DateTime<Utc>,
    folders: HashMap<&'tx str, i64>,
    lanes: HashMap<&'tx str, i64>,
    words: Vec<(Id, &'tx Indexed, Vec<Thing>)>,
    drift: i64,
    drift_before: i64,
    held: i64,
    /// From which instant on what comes is an arrival.
    followed_from: Option<i64>,
}

impl<'tx> SliceWriter<'tx> {
    pub(super) fn begin(tx: &'tx Transaction<'tx>, source: SourceId, now: DateTime<Utc>) -> Result<Self, StoreError> {
        let drift = counter(tx, "drift")?;
        Ok(Self {
            tx,
            source,
            now,
            folders: HashMap::new(),
            lanes: HashMap::new(),
            words: Vec::new(),
            drift,
            drift_before: drift,
            held: 0,
            followed_from: arrival::followed_from(tx, source)?,
        })
    }

    pub(super) fn take(&mut self, one: &'tx Admission, fingerprint: Fingerprint) -> Result<Admitted, StoreError> {
        let known: Option<i64> = self
            .tx
            .prepare_cached("SELECT message FROM identity WHERE sha256 = ?1")?
            .query_row([&fingerprint.0[..]], |row| row.get(0))
            .optional()?;
        let admitted = match known {
            Some(id) => self.known(one, Id(id))?,
            None => self.insert(one, fingerprint)?,
        };
        let (source, copy) = (self.source, &one.message.copy);
        let folder = number(&mut self.folders, &copy.location.folder, |name| source::folder(self.tx, source, name))?;
        copy::keep(self.tx, (folder, &copy.location.key), admitted.id, copy.flags.kept())?;
        if copy.origin == CopyOrigin::Sent {
            sent::mark(self.tx, folder)?;
            let envelope = &one.message.envelope;
            let new = sent::note(self.tx, admitted.id, envelope)?;
            // What answers by itself while the person is away is no answer of theirs.
            if let Some(parent) = envelope.references.last().filter(|_| new && !envelope.automatic) {
                answered::note_sent(self.tx, admitted.id, envelope.message_id.as_deref(), parent, self.now)?;
            }
        }
        if let (Disposition::DecidedElsewhere(said), AdmissionOutcome::Known) = (&one.disposition, admitted.outcome)
            && follows(self.tx, admitted.id)?
        {
            apply_remote_state(self.tx, admitted.id, said, self.now)?;
        }
        if admitted.outcome == AdmissionOutcome::Known
            && copy.origin.is_incoming()
            && away::is_away(self.tx, admitted.id)?
        {
            // A folder that was made anew brings nothing back that somebody has decided about.
            if copy.origin == CopyOrigin::New || admitted.stage == Stage::Gone {
                away::update(self.tx, admitted.id, self.now)?;
            } else {
                away::forget(self.tx, admitted.id)?;
            }
        }
        Ok(admitted)
    }

    pub(super) fn end(mut self) -> Result<(), StoreError> {
        // The full-text index gathers rows in memory as long as they come in rising order, and writes them to disk
        // when they do not.
        self.words.sort_unstable_by_key(|(id, ..)| *id);
        for (id, words, things) in &self.words {
            index(self.tx, *id, words, things)?;
        }
        let mut beginnings = BeginningSet::default();
        for (id, words, _) in &self.words {
            beginning::insert(self.tx, &mut beginnings, *id, words)?;
        }
        let mut set = self.tx.prepare_cached("UPDATE fact SET value = value + ?2 WHERE name = ?1")?;
        if self.drift > self.drift_before {
            set.execute(("drift", self.drift - self.drift_before))?;
        }
        if self.held > 0 {
            set.execute(("held", self.held))?;
        }
        Ok(())
    }

    fn insert(&mut self, one: &'tx Admission, fingerprint: Fingerprint) -> Result<Admitted, StoreError> {
        let PreparedMessage { envelope, words, original, copy, invitation } = &one.message;
        let received = seconds(copy.received);
        let date = envelope.date.map(seconds);
        let placed = seconds(envelope.placed(copy.received)).max(1);
        let id = free_from(self.tx, placed)?;
        self.drift = self.drift.max(id.0 - placed);
        let thread = thread::place(self.tx, &Newcomer::of(id, envelope))?;
        let stage = self.first_stage(one, thread.muted)?;
        let things = Thing::of(envelope);
        let lane = number(&mut self.lanes, &one.lane, |name| source::lane(self.tx, name))?;
        self.tx
            .prepare_cached(
                "INSERT INTO message (id, thread, source, lane, stage, date, received, admitted, attachments, unsubscribe,
                                      fields, size, from_name, from_address, from_key, subject, message_id, list,
                                      recipients, defects)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
            )?
            .execute(rusqlite::params![
                id.0,
                thread.thread.0,
                self.source.0,
                lane,
                stage,
                date,
                received,
                seconds(self.now),
                i64::try_from(envelope.attachments.len()).unwrap_or(i64::MAX),
                envelope.unsubscribe,
                marks::fields(words, &things, &envelope.kinds, envelope.automatic),
                i64::try_from(original.size()).unwrap_or(i64::MAX),
                envelope.from.name,
                envelope.from.address,
                key(&envelope.from),
                envelope.subject,
                envelope.message_id,
                envelope.list,
                recipients(envelope),
                envelope.defects.iter().map(ToString::to_string).collect::<serde_json::Value>().to_string(),
            ])?;
        self.tx
            .prepare_cached("INSERT INTO identity (sha256, message) VALUES (?1, ?2)")?
            .execute((&fingerprint.0[..], id.0))?;
        original::insert(self.tx, id, original)?;
        if let Some(facts) = invitation {
            invitation::keep(self.tx, id, facts)?;
        }
        if let Some(notice) = &envelope.service {
            service_notice::insert(self.tx, id, notice)?;
        }
        self.words.push((id, words, things));
        self.settle(one, id, thread.thread, stage)?;
        let began = envelope.references.is_empty() && thread.thread.0 == id.0;
        self.arrive(one, Admitted { id, outcome: AdmissionOutcome::New, stage }, lane, began)?;
        Ok(Admitted { id, outcome: AdmissionOutcome::New, stage })
    }

    /// A message that is in the store already. What was found among the sent mail alone, and arrives now, is new mail.
    fn known(&mut self, one: &'tx Admission, id: Id) -> Result<Admitted, StoreError> {
        let known = known_as(self.tx, id)?;
        let copy = &one.message.copy;
        let arrives = known.stage == Stage::History
            && one.disposition != Disposition::History
            && copy.origin.is_incoming()
            && sent::lies_only_there(self.tx, id)?;
        if !arrives {
            return Ok(known);
        }
        let thread: i64 =
            self.tx.prepare_cached("SELECT thread FROM message WHERE id = ?1")?.query_row([id.0], |row| row.get(0))?;
        let stage = self.first_stage(one, thread::is_muted(self.tx, thread)?)?;
        let lane = number(&mut self.lanes, &one.lane, |name| source::lane(self.tx, name))?;
        self.tx
            .prepare_cached(
                "UPDATE message SET source = ?2, lane = ?3, stage = ?4, received = ?5, admitted = ?6 WHERE id = ?1",
            )?
            .execute((id.0, self.source.0, lane, stage, seconds(copy.received), seconds(self.now)))?;
        away::forget(self.tx, id)?;
        self.settle(one, id, ThreadId(thread), stage)?;
        self.arrive(one, Admitted { id, outcome: AdmissionOutcome::New, stage }, lane, false)?;
        Ok(Admitted { id, outcome: AdmissionOutcome::New, stage })
    }

    /// Records when a new message arrived.
    fn arrive(&self, one: &Admission, new: Admitted, lane: i64, began: bool) -> Result<(), StoreError> {
        let copy = &one.message.copy;
        let new = arrival::ArrivedMessage {
            id: new.id,
            source: self.source,
            lane,
            origin: copy.origin,
            stage: new.stage,
            began,
            received: seconds(copy.received),
        };
        arrival::note(self.tx, self.followed_from, &new, self.now)
    }

    /// Records what follows from the stage that a message begins with.
    fn settle(&mut self, one: &Admission, id: Id, thread: ThreadId, stage: Stage) -> Result<(), StoreError> {
        match (&one.disposition, stage) {
            (Disposition::LetThrough { exception }, Stage::LetThrough) => self.let_through(id, exception)?,
            (Disposition::Expected { number, query }, Stage::LetThrough) => {
                self.let_through(id, &Expectation::called(query))?;
                expectation::close(self.tx, *number, id, self.now)?;
            }
            (Disposition::DecidedElsewhere(RemoteState::Deferred(until)), Stage::Deferred) => {
                deferred::insert(self.tx, id, until, self.now)?;
            }
            (Disposition::DecidedElsewhere(RemoteState::Later), Stage::CarriedOver) => {
                follow_up::put_off(self.tx, id, self.now)?;
            }
            (Disposition::DecidedElsewhere(RemoteState::Muted), _) => {
                thread::mute(self.tx, thread, self.now)?;
            }
            (_, Stage::Held) => self.held += 1,
            _ => {}
        }
        Ok(())
    }

    /// The stage that a message begins with. In a muted thread it is muted, but for what the person has sent, and for what tells that
    /// this did not arrive.
    fn first_stage(&self, one: &Admission, muted: bool) -> Result<Stage, StoreError> {
        let PreparedMessage { envelope, copy, .. } = &one.message;
        let muted = muted && copy.origin != CopyOrigin::Sent && !envelope.is(MessageKind::Bounce);
        Ok(match &one.disposition {
            _ if muted => Stage::Muted,
            Disposition::LetThrough { .. } => Stage::LetThrough,
            Disposition::Expected { number, .. } if expectation::is_open(self.tx, *number, self.now)? => {
                Stage::LetThrough
            }
            Disposition::Hold | Disposition::Expected { .. } => Stage::Held,
            Disposition::DecidedElsewhere(said) => said.first_met(),
            Disposition::History => Stage::History,
            Disposition::Muted => Stage::Muted,
        })
    }

    fn let_through(&self, id: Id, exception: &str) -> Result<(), StoreError> {
        let mut insert = self.tx.prepare_cached("INSERT INTO hit (message, exception, at) VALUES (?1, ?2, ?3)")?;
        insert.execute((id.0, exception, seconds(self.now)))?;
        Ok(())
    }
}

/// The row id of a folder or a lane by its name, looked up once in a slice.
fn number<'a>(
    known: &mut HashMap<&'a str, i64>,
    name: &'a str,
    find: impl FnOnce(&str) -> Result<i64, StoreError>,
) -> Result<i64, StoreError> {
    if let Some(number) = known.get(name) {
        return Ok(*number);
    }
    let number = find(name)?;
    known.insert(name, number);
    Ok(number)
}

pub(super) fn known_as(tx: &Transaction<'_>, id: Id) -> Result<Admitted, StoreError> {
    let stage = tx
        .prepare_cached("SELECT stage FROM message WHERE id = ?1")?
        .query_row([id.0], |row| word(row, 0, "message", id))?;
    Ok(Admitted { id, outcome: AdmissionOutcome::Known, stage })
}

/// The lower-case form of an address that is not ASCII: SQLite's own `lower` changes ASCII letters only.
fn key(address: &Address) -> Option<String> {
    (!address.address.is_ascii()).then(|| address.address.to_lowercase())
}

/// What the column `message.recipients` says: To and Cc, with a sign on those of Cc.
pub(super) fn recipients(envelope: &Envelope) -> String {
    let direct = envelope.to.len() - envelope.cc().len();
    let row = |(place, one): (usize, &Address)| {
        let mut row = serde_json::json!({ "name": one.name, "address": one.address });
        if let Some(key) = key(one) {
            row["key"] = key.into();
        }
        if place >= direct {
            row["cc"] = true.into();
        }
        row
    };
    envelope.to.iter().enumerate().map(row).collect::<serde_json::Value>().to_string()
}

/// Puts a message's words and marks into the index.
pub(super) fn index(tx: &Transaction<'_>, id: Id, words: &Indexed, things: &[Thing]) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO words (rowid, sender, recipients, subject, list, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute((id.0, &words.from, &words.to, &words.subject, marks::list_column(words, things), &words.body))?;
    Ok(())
}
