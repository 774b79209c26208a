//! What the person sent to a later window: seen, woken, or sent elsewhere.

use chrono::{DateTime, Utc};

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::read::{COLUMNS, message};
use crate::domain::ids::Id;
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
    pub fn wake(&mut self, ids: &[Id], _now: DateTime<Utc>) -> Result<usize, StoreError> {
        self.write("waking what is deferred", |tx| {
            let mut statement = tx.prepare_cached("UPDATE deferred SET woken = 1 WHERE message = ?1 AND NOT woken")?;
            ids.iter().try_fold(0, |woken, id| Ok(woken + statement.execute([id.0])?))
        })
    }

    /// Sends deferred messages to another window; tells how many of these were deferred.
    pub fn reschedule(&mut self, ids: &[Id], until: &Until) -> Result<usize, StoreError> {
        self.write("deferring elsewhere", |tx| {
            let mut statement =
                tx.prepare_cached("UPDATE deferred SET checkin = ?2, opens = ?3, woken = 0 WHERE message = ?1")?;
            ids.iter()
                .try_fold(0, |moved, id| Ok(moved + statement.execute((id.0, &until.checkin, seconds(until.opens)))?))
        })
    }
}
