//! Beginning a batch: what is due at this moment is chosen, put in order and frozen, in one transaction.

mod layout;
mod settling;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use layout::{NamedGroup, lay_out};
use rusqlite::{OptionalExtension, Transaction};

use super::batch::{batch, open};
use super::connection::checkpoint;
use super::created::was_ever_committed;
use super::deferred::AwaitsReply;
use super::failure::StoreError;
use super::instant::{placed, seconds};
use super::marks::AUTOMATIC;
use super::meta::counter;
use super::{Store, arrival, deferred, follow_up, service_notice};
use crate::domain::batch::{Batch, BatchKind, BatchLayout, BatchOccasion, HeadingKind};
use crate::domain::bundle::BundleField;
use crate::domain::follow_up::FollowUpKind;
use crate::domain::ids::{BatchId, Id};
use crate::domain::schedule::Calendar;
use crate::domain::service_notice::ServiceNotice;
use crate::domain::settled::Settled;

/// Which batch is begun, and which messages it may have.
#[derive(Debug, Clone, PartialEq)]
pub struct Beginning<'a> {
    pub occasion: BatchOccasion,
    /// Every configured lane, in the order in which they are laid out. A lane that messages have and that is not named
    /// here comes out whole, after the others: renaming a lane must not lock its messages in.
    pub lanes: &'a [LaneTurn],
    /// Decides which deferred messages are due.
    pub calendar: &'a Calendar,
    /// From so many times on that a message was carried over, the batch asks for a decision about it.
    pub carry_limit: Option<u32>,
    pub layout: BatchLayout,
    pub now: DateTime<Utc>,
}

/// Which held messages of a lane go into the batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneTurn {
    pub name: String,
    /// Whether this is a check-in of the lane: what it has held, what was carried over and what was deferred comes out then.
    pub comes_out: bool,
    /// What its messages are bundled by; empty where each stands by itself.
    pub bundle: Vec<BundleField>,
}

/// Whether a message was put off to be answered.
const TO_ANSWER: &str = "EXISTS (SELECT 1 FROM follow_up WHERE message = m.id AND kind = 'to answer')";

/// A message of the batch, with what decides its place.
#[derive(Debug)]
struct Chosen {
    heading: HeadingKind,
    lane_place: i64,
    lane: i64,
    rank: Rank,
    /// The second that places it among others, as in `Envelope::placed`.
    placed: i64,
    /// The folder and the key on its server, which decide the order of messages of the same second.
    at: (i64, String),
    message: i64,
    thread: i64,
    notice: Option<ServiceNotice>,
    invites: bool,
    // The rest is not known before all is chosen.
    /// Why it stands last.
    settled: Option<Settled>,
    /// Which bundle it belongs to.
    bundle: Option<usize>,
    /// Which group it is of, by their order in the batch.
    group: usize,
}

/// What leads within a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Rank {
    /// The person has asked for it.
    Reopened,
    /// It was carried over so often that the batch asks for a decision.
    PastLimit,
    /// It was put off to be answered.
    ToAnswer,
    CarriedOver,
    New,
}

impl Chosen {
    /// Its order where nothing is turned round or brought together: what was deferred to now, then the lanes in their order; in each
    /// what was reopened leads, then what was carried over, and of each the oldest.
    fn place(&self) -> impl Ord {
        (self.turn(), &self.at, self.message)
    }

    fn turn(&self) -> (HeadingKind, i64, i64, Rank, i64) {
        (self.heading, self.lane_place, self.lane, self.rank, self.placed)
    }

    /// What makes one group of messages: their thread, under one heading.
    fn conversation(&self) -> (HeadingKind, i64, i64, i64) {
        (self.heading, self.lane_place, self.lane, self.thread)
    }

    /// Its order where groups stand together. What is settled is sorted by what settled it, so that each thing is in one place.
    fn within_groups(&self) -> impl Ord {
        (self.group, self.settled.map(|settled| settled.by), self.placed, &self.at, self.message)
    }

    /// Whether both are new in the same lane.
    fn is_new_beside(&self, other: &Self) -> bool {
        let new = |one: &Self| one.heading == HeadingKind::Lane && one.rank == Rank::New;
        new(self) && new(other) && (self.lane_place, self.lane) == (other.lane_place, other.lane)
    }
}

impl Store {
    /// Begins a batch and freezes it. Beginning the same batch again returns the same batch. `None` where there is
    /// nothing to lay out: nothing is due, or this window's batch was committed already.
    ///
    /// # Errors
    /// `StillOpen` where the batch of another window is not committed yet, `NotFirst` where the first batch is asked for
    /// after a window was committed, or where the store cannot be written.
    pub fn begin(&mut self, beginning: &Beginning<'_>) -> Result<Option<Batch>, StoreError> {
        let begun = self.write("beginning a batch", |tx| {
            if let Some((id, committed)) = already(tx, &beginning.occasion)? {
                return if committed { Ok(None) } else { batch(tx, id) };
            }
            if beginning.occasion.is_first() && was_ever_committed(tx)? {
                return Err(StoreError::NotFirst);
            }
            if let Some(id) = open(tx, beginning.occasion.kind())? {
                let name = batch(tx, id)?.map_or_else(String::new, |batch| batch.name().to_owned());
                return Err(StoreError::StillOpen { batch: id, name });
            }
            let mut chosen = Vec::new();
            let lanes = Lanes::read(tx, beginning)?;
            let mut awaiting = Vec::new();
            if let BatchOccasion::Window { checkin, opens, .. } = &beginning.occasion {
                let at = beginning.now.max(*opens);
                let (due, waits) = deferred::due(tx, beginning.calendar, at)?;
                awaiting = waits;
                for due in due {
                    if due.checkin == *checkin || lanes.comes_out(due.lane) {
                        lanes.choose(
                            tx,
                            &mut chosen,
                            (HeadingKind::Deferred, Rank::New),
                            "m.id = ?1",
                            [due.message],
                        )?;
                    }
                }
                lanes.choose_carried_over(tx, &mut chosen, beginning.carry_limit.map_or(i64::MAX, i64::from))?;
                lanes.choose_held(tx, &mut chosen, seconds(beginning.now))?;
            }
            lanes.choose(tx, &mut chosen, (HeadingKind::Lane, Rank::New), "m.stage = 'let through'", [])?;
            lanes.choose_answered(tx, &mut chosen, &awaiting)?;
            if chosen.is_empty() {
                return Ok(None);
            }
            let groups = lay_out(tx, beginning, &lanes, &mut chosen)?;
            let id = freeze(tx, beginning, &chosen, &groups)?;
            batch(tx, id)
        })?;
        checkpoint(&self.connection);
        Ok(begun)
    }
}

fn already(tx: &Transaction<'_>, occasion: &BatchOccasion) -> Result<Option<(BatchId, bool)>, StoreError> {
    match occasion {
        BatchOccasion::Window { checkin, opens, .. } => Ok(tx
            .prepare_cached(
                "SELECT id, committed IS NOT NULL FROM batch WHERE kind = 'window' AND checkin = ?1 AND opens = ?2",
            )?
            .query_row((checkin, seconds(*opens)), |row| Ok((BatchId(row.get(0)?), row.get(1)?)))
            .optional()?),
        BatchOccasion::Exceptions => Ok(open(tx, BatchKind::Exceptions)?.map(|id| (id, false))),
    }
}

/// The lanes of the store, each with its place in this batch and its turn, where the settings know it.
struct Lanes<'a>(HashMap<i64, (i64, Option<&'a LaneTurn>)>);

impl<'a> Lanes<'a> {
    fn read(tx: &Transaction<'_>, beginning: &Beginning<'a>) -> Result<Self, StoreError> {
        let mut statement = tx.prepare_cached("SELECT id, name FROM lane")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
        let mut lanes = HashMap::new();
        for row in rows {
            let (id, name) = row?;
            let turn = beginning.lanes.iter().position(|turn| turn.name == name);
            let place = i64::try_from(turn.unwrap_or(beginning.lanes.len())).unwrap_or(i64::MAX);
            lanes.insert(id, (place, turn.and_then(|place| beginning.lanes.get(place))));
        }
        Ok(Self(lanes))
    }

    fn comes_out(&self, lane: i64) -> bool {
        self.turn(lane).is_none_or(|turn| turn.comes_out)
    }

    fn turn(&self, lane: i64) -> Option<&'a LaneTurn> {
        self.0.get(&lane).and_then(|(_, turn)| *turn)
    }

    /// What the messages of a lane are bundled by.
    fn bundle(&self, lane: i64) -> &'a [BundleField] {
        self.turn(lane).map_or(&[], |turn| &turn.bundle)
    }

    /// 512 is the bit of an invitation (`marks`).
    fn choose<P: rusqlite::Params>(
        &self,
        tx: &Transaction<'_>,
        chosen: &mut Vec<Chosen>,
        (heading, rank): (HeadingKind, Rank),
        which: &str,
        parameters: P,
    ) -> Result<(), StoreError> {
        let mut statement = tx.prepare_cached(&format!(
            "SELECT m.id, m.lane, {}, m.thread, n.repository, n.personal, n.state, m.fields & 512 <> 0
             FROM message AS m LEFT JOIN service_notice AS n ON n.message = m.id WHERE {which}",
            placed("m")
        ))?;
        let mut rows = statement.query(parameters)?;
        while let Some(row) = rows.next()? {
            let (message, lane, placed, thread): (i64, i64, i64, i64) =
                (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            let (notice, invites) = (service_notice::read(row, 4, message)?, row.get(7)?);
            let (lane_place, lane_key) = match heading {
                HeadingKind::Lane => (self.0.get(&lane).map_or(i64::MAX, |(place, _)| *place), lane),
                HeadingKind::CarriedOver | HeadingKind::Deferred => (0, 0),
            };
            let at = (0, String::new());
            chosen.push(Chosen {
                heading,
                lane_place,
                lane: lane_key,
                rank,
                placed,
                at,
                message,
                thread,
                notice,
                invites,
                settled: None,
                bundle: None,
                group: 0,
            });
        }
        Ok(())
    }

    /// What was carried over, put off or reopened, of the lanes whose check-in this is.
    fn choose_carried_over(
        &self,
        tx: &Transaction<'_>,
        chosen: &mut Vec<Chosen>,
        limit: i64,
    ) -> Result<(), StoreError> {
        let mut carried = Vec::new();
        for (rank, which) in [
            (Rank::Reopened, "m.reopened IS NOT NULL AND ?1 IS NOT NULL"),
            (Rank::PastLimit, "m.reopened IS NULL AND m.carried >= ?1"),
            (Rank::ToAnswer, &format!("m.reopened IS NULL AND m.carried < ?1 AND {TO_ANSWER}")),
            (Rank::CarriedOver, &format!("m.reopened IS NULL AND m.carried < ?1 AND NOT {TO_ANSWER}")),
        ] {
            let which = format!("m.stage = 'carried over' AND {which}");
            self.choose(tx, &mut carried, (HeadingKind::Lane, rank), &which, [limit])?;
        }
        chosen.extend(carried.into_iter().filter(|one| self.comes_out(one.lane)));
        Ok(())
    }

    /// What was deferred until somebody answers, and was answered: with the answer, once that comes out or can be seen already. While
    /// the answer is held nothing of it comes out, so that nothing tells of it.
    fn choose_answered(
        &self,
        tx: &Transaction<'_>,
        chosen: &mut Vec<Chosen>,
        awaiting: &[AwaitsReply],
    ) -> Result<(), StoreError> {
        let threads: HashSet<i64> = awaiting.iter().map(|one| one.thread).collect();
        let mut answers_nothing = tx.prepare_cached(
            "SELECT 1 FROM sent_message WHERE message = ?1
             UNION ALL SELECT 1 FROM message WHERE id = ?1 AND fields & ?2 <> 0",
        )?;
        let mut comes: HashMap<i64, i64> = HashMap::new();
        let is_new = |one: &&Chosen| one.heading == HeadingKind::Lane && one.rank == Rank::New;
        for one in chosen.iter().filter(is_new).filter(|one| threads.contains(&one.thread)) {
            if !answers_nothing.exists((one.message, AUTOMATIC))? {
                let at = comes.entry(one.thread).or_insert(one.placed);
                *at = one.placed.max(*at);
            }
        }
        for one in awaiting.iter().filter(|one| self.comes_out(one.lane)) {
            let answered = comes.get(&one.thread).copied().max(one.seen(tx)?);
            if let Some(at) = answered {
                self.choose(tx, chosen, (HeadingKind::Lane, Rank::New), "m.id = ?1", [one.message])?;
                deferred::ends(tx, one.message)?;
                follow_up::keep(tx, Id(one.message), FollowUpKind::Replied, at)?;
            }
        }
        Ok(())
    }

    /// Held messages of the lanes whose check-in this is. A clock that was set back does not keep one in that has arrived
    /// either here or where it came from.
    fn choose_held(&self, tx: &Transaction<'_>, chosen: &mut Vec<Chosen>, by: i64) -> Result<(), StoreError> {
        for lane in self.0.keys().copied().filter(|lane| self.comes_out(*lane)) {
            self.choose(
                tx,
                chosen,
                (HeadingKind::Lane, Rank::New),
                "m.stage = 'held' AND m.lane = ?1 AND (m.received <= ?2 OR m.admitted <= ?2)",
                [lane, by],
            )?;
        }
        Ok(())
    }
}

fn freeze(
    tx: &Transaction<'_>,
    beginning: &Beginning<'_>,
    chosen: &[Chosen],
    groups: &[NamedGroup],
) -> Result<BatchId, StoreError> {
    let (checkin, window) = match &beginning.occasion {
        BatchOccasion::Window { checkin, opens, closes } => {
            (checkin.as_str(), Some((seconds(*opens), seconds(*closes))))
        }
        BatchOccasion::Exceptions => ("", None),
    };
    tx.execute(
        "INSERT INTO batch (kind, checkin, opens, closes, begun, held_before, carry_limit) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        rusqlite::params![
            beginning.occasion.kind(),
            checkin,
            window.map(|(opens, _)| opens),
            window.map(|(_, closes)| closes),
            seconds(beginning.now),
            counter(tx, "held")?,
            beginning.carry_limit
        ],
    )?;
    let id = BatchId(tx.last_insert_rowid());
    let mut item = tx.prepare_cached(
        "INSERT INTO batch_item (batch, position, message, heading, lane_place, lane)
         SELECT ?1, ?2, id, ?4, ?5, lane FROM message WHERE id = ?3",
    )?;
    let mut stage = tx.prepare_cached("UPDATE message SET stage = 'in batch' WHERE id = ?1")?;
    for (position, one) in (1_i64..).zip(chosen) {
        item.execute((id.0, position, one.message, one.heading, one.lane_place))?;
        stage.execute([one.message])?;
        if one.heading == HeadingKind::Deferred {
            deferred::ends(tx, one.message)?;
        }
    }
    let mut settled =
        tx.prepare_cached("INSERT INTO settled (batch, position, reason, settler) VALUES (?1, ?2, ?3, ?4)")?;
    for (position, one) in (1_i64..).zip(chosen) {
        if let Some(Settled { reason, by }) = one.settled {
            settled.execute((id.0, position, reason, by.0))?;
        }
    }
    let mut together =
        tx.prepare_cached("INSERT INTO batch_group (batch, first, last, kind, name) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for NamedGroup { group, name } in groups {
        together.execute((id.0, group.first.0, group.last.0, group.kind, name))?;
    }
    tx.execute("UPDATE batch SET sealed = 1 WHERE id = ?1", [id.0])?;
    arrival::come_out(tx, chosen.iter().map(|one| one.message), beginning.now)?;
    Ok(id)
}
