//! Muted threads: the list of them, and the way back. Taking a mute back reopens nothing that it has filed.

use chrono::{DateTime, Utc};

use super::Store;
use super::failure::StoreError;
use super::instant::instant;
use super::journal_writer::JournalWriter;
use super::read::{COLUMNS, COUNT, message};
use super::thread;
use crate::domain::ids::{Id, ThreadId};
use crate::domain::muted::{MutedThread, Unmuted};
use crate::domain::write_back::WriteBackPlan;

impl Store {
    /// The muted threads, the one that was muted last first. Of one whose messages are all held nothing is said (rule 1).
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn muted_threads(&self) -> Result<Vec<MutedThread>, StoreError> {
        self.read("listing muted threads", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS}, t.since, (SELECT count(*) FROM message WHERE thread = t.thread AND stage <> 'held')
                 FROM muted_thread AS t CROSS JOIN visible AS v
                 WHERE v.id = (SELECT max(id) FROM message WHERE thread = t.thread AND stage <> 'held')
                 ORDER BY t.since DESC, v.id DESC"
            ))?;
            let rows = statement.query_map([], |row| {
                let latest = message(row)?;
                let since = instant(row.get(COUNT)?);
                Ok(MutedThread { thread: latest.thread, since, messages: row.get(COUNT + 1)?, latest })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Takes the mute of a thread back: what comes to it is held again. What the mute has filed counts as done and stays
    /// where it is; the keyword of the mute is taken off its copies. `None` where the thread is not muted.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn unmute(
        &mut self,
        thread: ThreadId,
        plan: &WriteBackPlan,
        now: DateTime<Utc>,
    ) -> Result<Option<Unmuted>, StoreError> {
        self.write("unmuting a thread", |tx| {
            if !thread::is_muted(tx, thread.0)? {
                return Ok(None);
            }
            let mut statement =
                tx.prepare_cached("SELECT id FROM message WHERE thread = ?1 AND stage = 'muted' ORDER BY id")?;
            let filed: Vec<Id> =
                statement.query_map([thread.0], |row| Ok(Id(row.get(0)?)))?.collect::<Result<_, _>>()?;
            let outside = JournalWriter::new(tx, plan, None, now)?;
            tx.prepare_cached("DELETE FROM muted_thread WHERE thread = ?1")?.execute([thread.0])?;
            for id in &filed {
                tx.prepare_cached("UPDATE message SET stage = 'done' WHERE id = ?1")?.execute([id.0])?;
                outside.unmute(*id)?;
            }
            Ok(Some(Unmuted { thread, filed }))
        })
    }
}
