//! Reading older messages anew for their invitations, a few at a time, so that what bears on a new invitation is found.

use super::JobError;
use crate::mail;
use crate::store::Store;

/// How many messages go into one transaction, and how many bytes their originals have together at most.
const AT_ONCE: usize = 64;
const BYTES: u64 = 16 << 20;
/// So many steps are done at one time, which takes about a second; the rest waits for the next time.
const STEPS: usize = 32;

/// Reads the invitations of older messages, newest first, some thousand at most. Says whether all are known now.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn read_older_invitations(store: &mut Store) -> Result<bool, JobError> {
    for _ in 0..STEPS {
        if store.knows_invitations()? {
            return Ok(true);
        }
        let unread = store.unread_invitations(AT_ONCE, BYTES)?;
        let read_anew = |(id, raw): (_, Option<Vec<u8>>)| Some((id, mail::parse(&raw?).invitation?));
        let facts: Vec<_> = unread.found.into_iter().filter_map(read_anew).collect();
        store.keep_invitations(&facts, unread.down_to)?;
    }
    Ok(store.knows_invitations()?)
}
