//! The id of a new message.

use rusqlite::Transaction;

use super::failure::StoreError;
use crate::domain::ids::Id;

/// The first free id that is found at `wish` or above it. Where many messages have the same second, it is searched in
/// steps that double, and then by bisection between a taken id and a free one: the hundred-thousandth message of a
/// second costs some thirty lookups.
pub(super) fn free_from(tx: &Transaction<'_>, wish: i64) -> Result<Id, StoreError> {
    let mut taken = tx.prepare_cached("SELECT 1 FROM message WHERE id = ?1")?;
    if !taken.exists([wish])? {
        return Ok(Id(wish));
    }
    let mut low = wish;
    let mut step = 1;
    let mut high = loop {
        let next = low.saturating_add(step);
        if !taken.exists([next])? {
            break next;
        }
        low = next;
        step *= 2;
    };
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if taken.exists([middle])? {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(Id(high))
}
