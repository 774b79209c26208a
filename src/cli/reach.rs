//! How far a command goes: the mailboxes on the network are tended by one process at a time, under a lock.

use super::context::Place;
use super::failure::Failure;
use super::output::note;
use crate::config::SourceConfig;
use crate::job::open::Reach;
use crate::watch::{Lock, Who};

/// How far to go, and the lock under which that is done. Where another process tends the mailboxes, that is said, and is no
/// failure.
pub fn reach(place: &Place, what: &str) -> Result<(Reach, Option<Lock>), Failure> {
    let ours = |source: &SourceConfig| source.kind.is_remote() || source.is_written_to();
    if !place.config.sources.iter().any(ours) {
        return Ok((Reach::Nearby, None));
    }
    match Lock::take(&place.store_path, Who::Command) {
        Ok(Ok(lock)) => Ok((Reach::Everywhere, Some(lock))),
        Ok(Err(holder)) => {
            if !place.json {
                note(&format!("{holder} {what}"));
            }
            Ok((Reach::Reading, None))
        }
        Err(error) => Err(Failure::io("locking the file for the mailboxes beside", &place.store_path, &error)),
    }
}
