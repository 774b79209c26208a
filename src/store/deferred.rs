//! What the person sent to a later window: seen, woken, or sent elsewhere.

use chrono::{DateTime, Utc};

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::intend::Intending;
use super::read::{COLUMNS, message};
use crate::domain::ids::Id;
use crate::domain::intent::{Cause, Plan};
use crate::domain::message::Message;
use crate::domain::triage::Until;

impl Store {
    /// The deferred messages and their windows, the soonest first. What was woken is no longer among them.
    pub fn deferred(&self) -> Result<Vec<(Message, Until)>, StoreError> {
        self.read("listing what is deferred", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS}, d.checkin, d.opens FROM deferred AS d CROSS JOIN visible AS v
                 WHERE v.id = d.message AND NOT d.woken ORDER BY d.opens, v.id"
            ))?;
            let rows = statement.query_map([], |row| {
                Ok((message(row)?, Until { checkin: row.get(18)?, opens: instant(row.get(19)?) }))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Lets deferred messages lead the next batch; tells how many of these were deferred.
    pub fn wake(&mut self, ids: &[Id], plan: &Plan, now: DateTime<Utc>) -> Result<usize, StoreError> {
        self.write("waking what is deferred", |tx| {
            let outside = Intending::new(tx, plan, None, now)?;
            let mut wake = tx.prepare_cached("UPDATE deferred SET woken = 1 WHERE message = ?1 AND NOT woken")?;
            let mut woken = 0;
            for id in ids {
                if wake.execute([id.0])? > 0 {
                    outside.change(*id, Cause::Wake)?;
                    woken += 1;
                }
            }
            Ok(woken)
        })
    }

    /// Sends deferred messages to another window; tells how many of these were deferred.
    pub fn reschedule(
        &mut self,
        ids: &[Id],
        until: &Until,
        plan: &Plan,
        now: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        self.write("deferring elsewhere", |tx| {
            let outside = Intending::new(tx, plan, None, now)?;
            let mut defer =
                tx.prepare_cached("UPDATE deferred SET checkin = ?2, opens = ?3, woken = 0 WHERE message = ?1")?;
            let mut moved = 0;
            for id in ids {
                if defer.execute((id.0, &until.checkin, seconds(until.opens)))? > 0 {
                    outside.change(*id, Cause::Defer(until.opens))?;
                    moved += 1;
                }
            }
            Ok(moved)
        })
    }
}
