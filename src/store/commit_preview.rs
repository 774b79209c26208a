//! What a commit would write into the journal: found by the same choice of copies and the same table, and nothing is written. Of a
//! batch that is committed, what its commit has written there, in the same form.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::failure::StoreError;
use super::journal_writer::JournalWriter;
use super::text::word;
use super::{Store, batch};
use crate::domain::ids::{BatchId, Id};
use crate::domain::mailbox_change::{SeenChange, Target};
use crate::domain::positions::{Position, Positions};
use crate::domain::triage::{Decision, Triage};
use crate::domain::verdict::Verdict;
use crate::domain::write_back::{DesiredState, WriteBackPlan};

/// Messages of a batch whose commit would do the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeseenChanges {
    /// `None` for those that are undecided.
    pub decision: Option<Decision>,
    /// The lane of those that are carried over; `None` for all others.
    pub lane: Option<String>,
    /// For each source with copies, in the order of their names: what is changed, `None` where nothing is. Empty where the
    /// decision finishes nothing: then every copy stays.
    pub copies: Vec<(String, Option<CopyChange>)>,
    pub at: Positions,
}

/// What a commit would do with a copy.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CopyChange {
    pub target: Target,
    /// Whether it is marked read.
    pub reads: bool,
}

/// What the messages of a group have in common: the act that decides them, their lane, what happens in which source.
type Common = (Option<u32>, Option<i64>, Vec<(i64, Option<CopyChange>)>);

impl Store {
    /// What a commit of this batch would change in mailboxes, as `plan` says, grouped; where it is committed, what its commit has
    /// written into the journal.
    ///
    /// # Errors
    /// `NoBatch`, or where the store cannot be read.
    pub fn foresee_commit(
        &self,
        id: BatchId,
        plan: &WriteBackPlan,
        now: DateTime<Utc>,
    ) -> Result<Vec<ForeseenChanges>, StoreError> {
        self.read("looking at what a commit would do", |connection| {
            let (batch, acts) = batch::triaged(connection, id)?.ok_or(StoreError::NoBatch(id))?;
            let triage = Triage::replay(batch, acts);
            let groups = grouped(connection, id, &triage, plan, now)?;
            let (sources, lanes) = (names(connection, "source")?, names(connection, "lane")?);
            let name = |of: &HashMap<i64, String>, id: i64| of.get(&id).cloned().unwrap_or_default();
            let decision =
                |act: u32| triage.acts().iter().find(|(it, _)| it.number == act).map(|(it, _)| it.decision.clone());
            Ok(groups
                .into_iter()
                .map(|((act, lane, copies), at)| {
                    let mut copies: Vec<_> = copies.into_iter().map(|(id, it)| (name(&sources, id), it)).collect();
                    copies.sort_by(|one, other| one.0.cmp(&other.0));
                    ForeseenChanges {
                        decision: act.and_then(decision),
                        lane: lane.map(|id| name(&lanes, id)),
                        copies,
                        at,
                    }
                })
                .collect())
        })
    }
}

fn grouped(
    tx: &Connection,
    id: BatchId,
    triage: &Triage,
    plan: &WriteBackPlan,
    now: DateTime<Utc>,
) -> Result<HashMap<Common, Positions>, StoreError> {
    let writer = JournalWriter::new(tx, plan, Some(id), now)?;
    let committed = batch::is_committed(tx, id)?;
    let mut groups: HashMap<Common, Positions> = HashMap::new();
    let mut items =
        tx.prepare_cached("SELECT position, message, lane FROM batch_item WHERE batch = ?1 ORDER BY position")?;
    let mut rows = items.query([id.0])?;
    while let Some(row) = rows.next()? {
        let (position, message, lane) = (Position(row.get(0)?), Id(row.get(1)?), row.get(2)?);
        let act = triage.verdict_of(position);
        let verdict = act.map_or(Verdict::Open, |act| act.decision.kind().verdict());
        let finishes = verdict.row().folder.is_some();
        let carried = matches!(verdict, Verdict::Open | Verdict::Later);
        let copies = match (finishes, committed) {
            (false, _) => Vec::new(),
            (true, false) => copies(tx, message, foreseen(&writer, message, verdict)?)?,
            (true, true) => copies(tx, message, written(tx, id, message)?)?,
        };
        let common = (act.map(|act| act.number), carried.then_some(lane), copies);
        groups.entry(common).or_default().insert(position);
    }
    Ok(groups)
}

/// What becomes of a message's copies, one entry for each source that has some; of one without copies, of its source.
fn copies(
    tx: &Connection,
    message: Id,
    changes: Vec<(i64, CopyChange)>,
) -> Result<Vec<(i64, Option<CopyChange>)>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT f.source FROM copy AS c JOIN folder AS f ON f.id = c.folder WHERE c.message = ?1
         UNION SELECT source FROM message
         WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM copy WHERE message = ?1)",
    )?;
    let sources = statement.query_map([message.0], |row| row.get(0))?;
    let mut all: BTreeMap<i64, Option<CopyChange>> =
        sources.map(|source| Ok((source?, None))).collect::<Result<_, rusqlite::Error>>()?;
    all.extend(changes.into_iter().map(|(source, change)| (source, Some(change))));
    Ok(all.into_iter().collect())
}

/// What a commit would write into the journal of a message's copies.
fn foreseen(writer: &JournalWriter<'_>, message: Id, verdict: Verdict) -> Result<Vec<(i64, CopyChange)>, StoreError> {
    let change = |desired: DesiredState| CopyChange { target: desired.target, reads: desired.seen == SeenChange::Set };
    let foreseen = writer.foresee(message, verdict.row().reason)?;
    Ok(foreseen.into_iter().map(|(source, desired)| (source, change(desired))).collect())
}

/// What the commit of a batch has written into the journal of a message's copies.
fn written(tx: &Connection, batch: BatchId, message: Id) -> Result<Vec<(i64, CopyChange)>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT source, target, target_folder, seen, number FROM journal WHERE message = ?1 AND batch = ?2 ORDER BY number",
    )?;
    let rows = statement.query_map((message.0, batch.0), |row| {
        let target = Target::of(word(row, 1, "journal", row.get::<_, i64>(4)?)?, || row.get(2))?;
        Ok((row.get(0)?, CopyChange { target, reads: row.get(3)? }))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn names(connection: &Connection, table: &str) -> Result<HashMap<i64, String>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("SELECT id, name FROM {table}"))?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
