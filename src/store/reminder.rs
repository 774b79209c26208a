//! Reminders: what the person has answered comes back at a check-in if nobody has replied by then.
//!
//! Few are open at a time. They are looked at when a batch is begun, and never when a message is taken in.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds, wall, wall_text};
use super::journal_writer::JournalWriter;
use super::marks::AUTOMATIC;
use super::outgoing::{StagedRevision, end_reminder};
use super::{act, follow_up, outgoing, reopen, reply_act, thread};
use crate::domain::follow_up::FollowUpKind;
use crate::domain::ids::{BatchId, Id, OutgoingId};
use crate::domain::message::Stage;
use crate::domain::outbox::{DepartureTime, OutgoingState};
use crate::domain::reminder::ReminderEnd;
use crate::domain::reopening::Reopening;
use crate::domain::schedule::Calendar;
use crate::domain::triage::Act;
use crate::domain::until::Until;
use crate::domain::write_back::WriteBackPlan;

/// An open reminder of an answer.
struct Reminder {
    outgoing: OutgoingId,
    /// What was answered: it is what comes back.
    answers: Id,
    message_id: Option<String>,
    /// Whether it has left, and when, in Unix seconds.
    left: Option<i64>,
    lane: String,
    until: Until,
}

impl Store {
    /// Reminds the person of an answer at a window, if nobody has replied by then; a reminder that it has already moves there.
    ///
    /// # Errors
    /// `NoOutgoing`, `OutgoingState` where it answers no message or is still a draft, or where the store cannot be written.
    pub fn remind(&mut self, id: OutgoingId, until: &Until, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write("writing a reminder down", |tx| put(tx, id, until, now))
    }

    /// Stages a draft, alone or with the act that decides about the row of what it answers, and with a reminder.
    ///
    /// # Errors
    /// As `stage`, `stage_by_act` and `remind`.
    pub fn stage_and_remind(
        &mut self,
        id: OutgoingId,
        revision: &StagedRevision,
        leaving: DepartureTime,
        (batch, act): (Option<BatchId>, Option<&Act>),
        until: &Until,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write("staging a message with a reminder", |tx| {
            outgoing::stage(tx, id, revision, leaving, batch, now)?;
            put(tx, id, until, now)?;
            let Some((batch, act)) = batch.zip(act) else { return Ok(()) };
            act::add(tx, batch, act, now)?;
            reply_act::link(tx, id, batch, act.number)
        })
    }

    /// Takes a reminder back; nothing where there is none.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn forget_reminder(&mut self, id: OutgoingId) -> Result<(), StoreError> {
        self.write("taking a reminder back", |tx| end_reminder(tx, id, ReminderEnd::TakenBack))
    }

    /// The open reminders, each with its window as it was chosen.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn reminders(&self) -> Result<Vec<(OutgoingId, Until)>, StoreError> {
        self.read("reading the reminders", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT outgoing, checkin, opens, wall FROM reminder WHERE ended IS NULL ORDER BY outgoing",
            )?;
            let rows = statement.query_map([], |row| {
                let (opens, wall) = (instant(row.get(2)?), wall(row, 3)?);
                let until = Until { checkin: row.get(1)?, opens, wall, or_reply: false };
                Ok((OutgoingId(row.get(0)?), until))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Reopens what nobody has replied to and is due at this instant, in lanes that `comes_out` says of their name and the check-in
    /// that was chosen; it then leads the next batch of its lane. A reply ends a reminder whether it can be seen or is held: then nothing
    /// comes back. How many came back.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn bring_unanswered(
        &mut self,
        calendar: &Calendar,
        comes_out: impl Fn(&str, &str) -> bool,
        plan: &WriteBackPlan,
        (at, now): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<usize, StoreError> {
        if self.reminders()?.is_empty() {
            return Ok(0);
        }
        self.write("bringing back what nobody has answered", |tx| {
            let outside = JournalWriter::new(tx, plan, None, now)?;
            let mut back = 0;
            for one in open(tx)? {
                let due = one.until.due(calendar) <= at && comes_out(&one.lane, &one.until.checkin);
                let Some(left) = one.left.filter(|_| due) else { continue };
                if is_answered(tx, &one, left)? {
                    end_reminder(tx, one.outgoing, ReminderEnd::Answered)?;
                    continue;
                }
                let (stage, _) = reopen::stage_of(tx, one.answers)?;
                // It is on its way by itself, or in hand.
                if matches!(stage, Stage::Held | Stage::LetThrough | Stage::Batched) {
                    continue;
                }
                let what = reopen::reopen_one(tx, &outside, one.answers, stage, now)?;
                if what != Reopening::Batched {
                    // What was deferred comes now, too: it leaves that list when the batch is begun.
                    follow_up::keep(tx, one.answers, FollowUpKind::Unanswered, left)?;
                    end_reminder(tx, one.outgoing, ReminderEnd::CameBack)?;
                    back += 1;
                }
            }
            Ok(back)
        })
    }
}

/// Writes a reminder down; one that the message has already moves there.
pub(super) fn put(tx: &Transaction<'_>, id: OutgoingId, until: &Until, now: DateTime<Utc>) -> Result<(), StoreError> {
    let state = outgoing::in_state(tx, id, |state| state != OutgoingState::Draft)?;
    let answers = tx.prepare_cached("SELECT 1 FROM outgoing WHERE id = ?1 AND answers IS NOT NULL")?.exists([id.0])?;
    if !answers {
        return Err(StoreError::OutgoingState { id, state });
    }
    tx.prepare_cached(
        "INSERT INTO reminder (outgoing, checkin, opens, wall, made) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (outgoing) DO UPDATE SET checkin = excluded.checkin, opens = excluded.opens,
                wall = excluded.wall, made = excluded.made, ended = NULL",
    )?
    .execute((id.0, &until.checkin, seconds(until.opens), until.wall.map(wall_text), seconds(now)))?;
    Ok(())
}

fn open(tx: &Transaction<'_>) -> Result<Vec<Reminder>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT r.outgoing, o.answers, o.message_id, iif(o.state IN ('sent', 'partly sent'), coalesce(o.dated, o.changed), NULL),
                l.name, r.checkin, r.opens, r.wall
         FROM reminder AS r CROSS JOIN outgoing AS o CROSS JOIN message AS m CROSS JOIN lane AS l
         WHERE r.ended IS NULL AND o.id = r.outgoing AND m.id = o.answers AND l.id = m.lane ORDER BY r.outgoing",
    )?;
    let rows = statement.query_map([], |row| {
        let (opens, wall) = (instant(row.get(6)?), wall(row, 7)?);
        Ok(Reminder {
            outgoing: OutgoingId(row.get(0)?),
            answers: Id(row.get(1)?),
            message_id: row.get(2)?,
            left: row.get(3)?,
            lane: row.get(4)?,
            until: Until { checkin: row.get(5)?, opens, wall, or_reply: false },
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether somebody else, and no program, has written since, in the thread of what was answered or in the one that the answer's name leads to.
fn is_answered(tx: &Transaction<'_>, one: &Reminder, left: i64) -> Result<bool, StoreError> {
    let named = one.message_id.as_deref().map(thread::hash);
    let named = named.map(|name| thread::thread_of(tx, name)).transpose()?.flatten();
    let found = tx
        .prepare_cached(
            "SELECT 1 FROM message AS m
             WHERE m.thread IN ((SELECT thread FROM message WHERE id = ?1), ?2) AND m.id <> ?1 AND m.admitted >= ?3 AND m.fields & ?4 = 0
               AND NOT EXISTS (SELECT 1 FROM sent_message WHERE message = m.id)",
        )?
        .query_row((one.answers.0, named, left, AUTOMATIC), |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}
