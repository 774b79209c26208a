//! The commit of a batch: by the person, or by itself when its time is over.

use chrono::{DateTime, Utc};

use super::JobError;
use crate::config::{CommitMode, Config, DoneMeans, SourceConfig};
use crate::domain::ids::BatchId;
use crate::domain::receipt::Receipt;
use crate::domain::write_back::{Finished, WriteBackPlan, WriteBackPolicy};
use crate::store::{BatchKind, Store};

/// Commits a batch: decisions take effect, undecided messages are carried over.
pub fn commit(store: &mut Store, config: &Config, batch: BatchId, now: DateTime<Utc>) -> Result<Receipt, JobError> {
    Ok(store.commit(batch, &plan(config), now)?)
}

/// What decisions change in mailboxes, by the configuration.
#[must_use]
pub fn plan(config: &Config) -> WriteBackPlan {
    let policy_of =
        |source: &SourceConfig| source.is_written_to().then(|| (source.name.clone(), write_back_policy(source)));
    WriteBackPlan { sources: config.sources.iter().filter_map(policy_of).collect() }
}

/// What decisions mean in a source, folder by folder.
pub(super) fn write_back_policy(source: &SourceConfig) -> WriteBackPolicy {
    let finished = |done: &DoneMeans| match done {
        DoneMeans::Archive => Finished::Archived,
        DoneMeans::Read => Finished::Marked,
    };
    WriteBackPolicy {
        finished: finished(&source.write_back.done),
        finished_in: source.write_back.done_in.iter().map(|(it, done)| (it.clone(), finished(done))).collect(),
        keywords: source.kind.keeps_keywords(),
    }
}

/// Commits the open batch if its time is over, unless the configuration says `commit = "ask"`.
/// It counts as committed at its close, not at the later moment when somebody looked. In a store that can only be read
/// the batch stays open, so that reading goes on.
pub fn close_due(store: &mut Store, config: &Config, now: DateTime<Utc>) -> Result<Option<Receipt>, JobError> {
    if config.commit == CommitMode::Ask || store.is_read_only() {
        return Ok(None);
    }
    let Some((batch, _)) = store.open_batch(BatchKind::Window)? else { return Ok(None) };
    match batch.closes() {
        Some(closes) if closes <= now => Ok(Some(commit(store, config, batch.id(), closes.max(batch.begun()))?)),
        _ => Ok(None),
    }
}
