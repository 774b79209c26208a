//! Reading older messages anew, a few at a time, so that a search finds by what it could not ask for when they were taken in:
//! links, pictures, invitations, names of files, who got a copy, short beginnings of words.

use super::JobError;
use crate::domain::ids::Id;
use crate::domain::query::Indexed;
use crate::mail;
use crate::store::Store;

/// How many messages go into one transaction, and how many bytes their originals have together at most.
const AT_ONCE: usize = 64;
const BYTES: u64 = 16 << 20;
/// So many are read at one time, which takes about a second; the rest waits for the next time.
const MOST: usize = 2_000;

/// Marks older messages, newest first, some thousand at most. Says whether all have their marks and beginnings now.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn mark_older(store: &mut Store) -> Result<bool, JobError> {
    let mut left = MOST;
    while !store.is_read_anew()? {
        if left == 0 {
            return Ok(false);
        }
        let waiting = store.unmarked(AT_ONCE.min(left), BYTES)?;
        left -= waiting.len();
        let down_to = waiting.last().map_or(Id(0), |(id, _)| *id);
        let read_anew = |(id, raw): (Id, Option<Vec<u8>>)| {
            let read = raw.map(|raw| {
                let parsed = mail::parse(&raw);
                let words = Indexed::of(&parsed);
                (parsed.envelope, words)
            });
            (id, read)
        };
        let mut read_anew: Vec<_> = waiting.into_iter().map(read_anew).collect();
        // The index gathers what comes in rising order.
        read_anew.reverse();
        store.mark(&read_anew, down_to)?;
    }
    Ok(true)
}
