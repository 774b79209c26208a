//! Whether a command may use the network: one process at a time reads and changes the mailboxes there, under a lock.

use super::context::CommandContext;
use super::failure::Failure;
use super::output::note;
use crate::config::SourceConfig;
use crate::job::open::Reach;
use crate::watch::{Lock, Who};

/// What the command may use, and the lock for it. If another process has the lock, a note says so; that is no failure.
pub fn reach(context: &CommandContext, what: &str) -> Result<(Reach, Option<Lock>), Failure> {
    let ours = |source: &SourceConfig| source.kind.is_remote() || source.is_written_to();
    if !context.config.sources.iter().any(ours) {
        return Ok((Reach::Nearby, None));
    }
    match Lock::take(&context.store_path, Who::Command) {
        Ok(Ok(lock)) => Ok((Reach::Everywhere, Some(lock))),
        Ok(Err(holder)) => {
            if !context.json {
                note(&format!("{holder} {what}"));
            }
            Ok((Reach::Reading, None))
        }
        Err(error) => Err(Failure::io("locking the file for the mailboxes beside", &context.store_path, &error)),
    }
}
