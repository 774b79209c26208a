//! The commit of a batch: every decision becomes a stage of its message, undecided messages are carried over, and a
//! receipt is kept.

use chrono::{DateTime, Duration, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction};

use super::connection::checkpoint;
use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::journal_writer::JournalWriter;
use super::text::word;
use super::{
    Store, act, answer_time, answered, batch, deferred, follow_up, interactive_lock, matter, outgoing, reply_act,
    thread, unsubscription,
};
use crate::domain::batch::{BatchKind, EXCEPTIONS};
use crate::domain::follow_up::FollowUpKind;
use crate::domain::ids::{BatchId, Id, ThreadId};
use crate::domain::message::Stage;
use crate::domain::positions::Position;
use crate::domain::receipt::Receipt;
use crate::domain::triage::{Decision, Triage};
use crate::domain::verdict::{ChangeReason, Consequences, Settlement, Verdict};
use crate::domain::write_back::WriteBackPlan;

impl Store {
    /// Commits a batch. Committing it again returns the same receipt. The changes in mailboxes that follow, as `plan`
    /// says, are written into the journal.
    ///
    /// # Errors
    /// `NoBatch`, or where the store cannot be written; then nothing of it happened.
    pub fn commit(&mut self, id: BatchId, plan: &WriteBackPlan, now: DateTime<Utc>) -> Result<Receipt, StoreError> {
        self.commit_as(id, plan, now, Attendance::Person)
    }

    /// The same, where nobody looks: an answer whose message was answered elsewhere since it was staged does not leave. It is a draft
    /// again.
    ///
    /// # Errors
    /// As with `commit`.
    pub fn commit_unattended(
        &mut self,
        id: BatchId,
        plan: &WriteBackPlan,
        now: DateTime<Utc>,
    ) -> Result<Receipt, StoreError> {
        self.commit_as(id, plan, now, Attendance::Nobody)
    }

    fn commit_as(
        &mut self,
        id: BatchId,
        plan: &WriteBackPlan,
        now: DateTime<Utc>,
        attended: Attendance,
    ) -> Result<Receipt, StoreError> {
        let receipt = self.write("committing a batch", |tx| {
            if let Some(receipt) = receipt(tx, id)? {
                return Ok(receipt);
            }
            let (batch, acts) = batch::triaged(tx, id)?.ok_or(StoreError::NoBatch(id))?;
            let made = act::made(tx, id)?;
            let (limit, since) = (batch.carry_limit(), batch.begun());
            let triage = Triage::replay(batch, acts);
            let outside = JournalWriter::new(tx, plan, Some(id), now)?;
            let mut settling = CommitWriter { tx, batch: id, limit, since, now, came: Came::default(), outside };
            let mut items =
                tx.prepare_cached("SELECT position, message FROM batch_item WHERE batch = ?1 ORDER BY position")?;
            let mut rows = items.query([id.0])?;
            while let Some(row) = rows.next()? {
                let (position, message) = (Position(row.get(0)?), Id(row.get(1)?));
                let act = triage.verdict_of(position);
                let at = act.and_then(|act| made.get(&act.number)).copied().unwrap_or_else(|| seconds(now));
                settling.settle(message, act.map(|act| &act.decision), at)?;
            }
            drop(rows);
            answer_time::keep(tx, &triage, &made)?;
            settling.came.unsubscribed = unsubscription::stage(tx, id, triage.unsubscribed(), now)?;
            settling.came.write(tx, id)?;
            tx.execute(
                "UPDATE copy SET at_begin = NULL
                 WHERE at_begin IS NOT NULL AND message IN (SELECT message FROM batch_item WHERE batch = ?1)",
                [id.0],
            )?;
            outgoing::due_at_commit(tx, id, &plan.lanes_apart, now)?;
            if attended == Attendance::Nobody {
                reply_act::take_back_overtaken(tx, now)?;
            }
            reply_act::close(tx, id)?;
            matter::draw(tx, id, plan.sample)?;
            tx.execute("UPDATE batch SET committed = ?2 WHERE id = ?1", (id.0, seconds(now)))?;
            receipt(tx, id)?.ok_or(StoreError::NoBatch(id))
        })?;
        interactive_lock::forget(&self.path, id);
        checkpoint(&self.connection);
        Ok(receipt)
    }

    /// The receipt of the last committed check-in. Batches of exceptions are no check-ins.
    pub fn last_receipt(&self) -> Result<Option<Receipt>, StoreError> {
        self.read("reading the last receipt", |connection| match last_committed(connection)? {
            Some(id) => receipt(connection, id),
            None => Ok(None),
        })
    }

    /// The receipt of a batch; `None` while it is not committed.
    pub fn receipt(&self, id: BatchId) -> Result<Option<Receipt>, StoreError> {
        self.read("reading a receipt", |connection| receipt(connection, id))
    }
}

/// Who commits a batch.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Attendance {
    Person,
    Nobody,
}

/// The receipt of a batch while it is being counted.
#[derive(Default)]
struct Came {
    done: u32,
    answered: u32,
    trash: u32,
    deferred: u32,
    muted: u32,
    spam: u32,
    carried_over: u32,
    to_answer: u32,
    past_limit: u32,
    unsubscribed: u32,
    longest_wait: Option<i64>,
}

struct CommitWriter<'tx> {
    tx: &'tx Transaction<'tx>,
    batch: BatchId,
    limit: Option<u32>,
    /// When the batch was begun.
    since: DateTime<Utc>,
    now: DateTime<Utc>,
    came: Came,
    outside: JournalWriter<'tx>,
}

impl CommitWriter<'_> {
    /// `made` is when the decision was made, in Unix seconds.
    fn settle(&mut self, id: Id, decision: Option<&Decision>, made: i64) -> Result<(), StoreError> {
        let (received, thread, carried_before): (i64, i64, u32) = self
            .tx
            .prepare_cached("SELECT received, thread, carried FROM message WHERE id = ?1")?
            .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let waited = made.saturating_sub(received).max(0);
        let came = &mut self.came;
        let mut row = decision.map_or(Verdict::Open, |decision| decision.kind().verdict()).row();
        let mut until = decision.and_then(Decision::until);
        let is_open = matches!(row.settlement, Settlement::Carry | Settlement::Defer);
        // What is still open, and was answered elsewhere after it was decided about, is finished with. Its copies stay.
        let since = decision.map_or(seconds(self.since), |_| made);
        if is_open && answered::settles(self.tx, id, since)? {
            row = Consequences { reason: ChangeReason::Carry, ..Verdict::Done.row() };
            until = None;
        }
        *came.of(row.settlement) += 1;
        came.answered += u32::from(decision == Some(&Decision::Reply));
        let carried = row.settlement == Settlement::Carry;
        if carried {
            came.past_limit += u32::from(self.limit.is_some_and(|limit| limit <= carried_before));
        } else {
            came.longest_wait = came.longest_wait.max(Some(waited));
        }
        self.tx
            .prepare_cached("UPDATE message SET stage = ?2, carried = carried + ?3, reopened = NULL WHERE id = ?1")?
            .execute((id.0, row.stage, carried))?;
        if carried && decision == Some(&Decision::Later) {
            came.to_answer += 1;
            follow_up::keep(self.tx, id, FollowUpKind::ToAnswer, made)?;
        }
        if let Some(until) = until {
            deferred::insert(self.tx, id, until, self.since)?;
        }
        if row.stage == Stage::Muted {
            thread::mute(self.tx, ThreadId(thread), self.now)?;
            thread::mute_since(self.tx, ThreadId(thread), self.since)?;
        }
        self.tx
            .prepare_cached(
                "INSERT INTO decision (batch, message, verb, until_checkin, until_opens, source, waited, made)
                 SELECT ?1, id, ?3, ?4, ?5, source, ?6, ?7 FROM message WHERE id = ?2",
            )?
            .execute((
                self.batch.0,
                id.0,
                row.settlement,
                until.map(|until| until.checkin.as_str()),
                until.map(|until| seconds(until.opens)),
                waited,
                made,
            ))?;
        self.outside.change(id, row.reason, until.map(|until| until.opens))
    }
}

impl Came {
    fn of(&mut self, settlement: Settlement) -> &mut u32 {
        match settlement {
            Settlement::Done => &mut self.done,
            Settlement::Trash => &mut self.trash,
            Settlement::Defer => &mut self.deferred,
            Settlement::Mute => &mut self.muted,
            Settlement::Spam => &mut self.spam,
            Settlement::Carry => &mut self.carried_over,
        }
    }

    fn write(&self, tx: &Transaction<'_>, batch: BatchId) -> Result<(), StoreError> {
        let ever = |table: &str| -> Result<i64, StoreError> {
            Ok(tx.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?)
        };
        let (hits, peeks) = (ever("hit")?, ever("peek")?);
        let (hits_before, peeks_before): (i64, i64) = match last_committed(tx)? {
            Some(last) => {
                tx.query_row("SELECT hits_ever, peeks_ever FROM receipt WHERE batch = ?1", [last.0], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?
            }
            None => (0, 0),
        };
        tx.execute(
            "INSERT INTO receipt (batch, done, trash, deferred, muted, spam, carried_over, longest_wait, exceptions, peeks,
                                  hits_ever, peeks_ever, past_limit, unsubscribed, to_answer, answered)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            rusqlite::params![
                batch.0,
                self.done,
                self.trash,
                self.deferred,
                self.muted,
                self.spam,
                self.carried_over,
                self.longest_wait,
                hits - hits_before,
                peeks - peeks_before,
                hits,
                peeks,
                self.past_limit,
                self.unsubscribed,
                self.to_answer,
                self.answered
            ],
        )?;
        Ok(())
    }
}

/// The check-in that was committed last. Only one is open at a time, so that they are committed in the order of their
/// ids, whatever the clock said.
fn last_committed(connection: &Connection) -> Result<Option<BatchId>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT id FROM batch WHERE kind = 'window' AND committed IS NOT NULL ORDER BY id DESC LIMIT 1",
        )?
        .query_row([], |row| Ok(BatchId(row.get(0)?)))
        .optional()?)
}

fn receipt(connection: &Connection, id: BatchId) -> Result<Option<Receipt>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT b.kind, b.checkin, b.begun, b.committed, r.done, r.trash, r.deferred, r.muted, r.spam, r.carried_over,
                    r.longest_wait, r.exceptions, r.peeks, r.past_limit, r.unsubscribed,
                    (SELECT count(*) FROM settled WHERE batch = r.batch),
                    -- Looks are numbered from 1, and none is forgotten.
                    (SELECT count(*) FROM peek WHERE number > r.peeks_ever - r.peeks AND number <= r.peeks_ever AND kind = 'ask'),
                    (SELECT count(*) FROM peek WHERE number > r.peeks_ever - r.peeks AND number <= r.peeks_ever AND kind = 'code'),
                    r.to_answer, r.answered
             FROM receipt AS r JOIN batch AS b ON b.id = r.batch WHERE r.batch = ?1 AND b.committed IS NOT NULL",
        )?
        .query_row([id.0], |row| {
            let window = word::<BatchKind>(row, 0, "batch", id)? == BatchKind::Window;
            Ok(Receipt {
                batch: id,
                checkin: if window { row.get(1)? } else { EXCEPTIONS.to_owned() },
                begun: instant(row.get(2)?),
                committed: instant(row.get(3)?),
                done: row.get(4)?,
                trash: row.get(5)?,
                deferred: row.get(6)?,
                muted: row.get(7)?,
                spam: row.get(8)?,
                carried_over: row.get(9)?,
                longest_wait: row.get::<_, Option<i64>>(10)?.and_then(Duration::try_seconds),
                exceptions: row.get(11)?,
                peeks: row.get(12)?,
                past_limit: row.get(13)?,
                unsubscribed: row.get(14)?,
                settled: row.get(15)?,
                questions: row.get(16)?,
                codes: row.get(17)?,
                to_answer: row.get(18)?,
                answered: row.get(19)?,
            })
        })
        .optional()?)
}
