//! The commit of a batch: by the person, or by itself when its time is over.

use chrono::{DateTime, Utc};

use super::JobError;
use super::decide::replay;
use crate::config::{CommitMode, Config, DoneMeans, SourceConfig};
use crate::domain::ids::BatchId;
use crate::domain::positions::Positions;
use crate::domain::receipt::Receipt;
use crate::domain::verdict::Settlement;
use crate::domain::write_back::{Finished, WriteBackPlan, WriteBackPolicy};
use crate::store::{BatchKind, Store};

/// Commits a batch as the person asks for it: decisions take effect, undecided messages are carried over.
///
/// # Errors
/// `Wrong` while messages that were carried over `carry_limit` times are undecided, or where the store cannot be written.
pub fn commit(store: &mut Store, config: &Config, batch: BatchId, now: DateTime<Utc>) -> Result<Receipt, JobError> {
    if let Some((limit, asks)) = asking(store, batch)?
        && store.receipt(batch)?.is_none()
    {
        let (messages, wait) = if asks.len() == 1 { ("message was", "waits") } else { ("messages were", "wait") };
        return Err(JobError::Wrong {
            what: format!("{} {messages} carried over {limit} times or more and {wait} for a decision", asks.len()),
            hint: "each stands first in its lane: done lets it go, or trash, a later check-in, mute, spam".to_owned(),
        });
    }
    settle(store, config, batch, now)
}

/// The messages of a batch that have to be decided before the person can commit it, and after how many carries that is so;
/// `None` where there are none.
pub(super) fn asking(store: &Store, batch: BatchId) -> Result<Option<(u32, Positions)>, JobError> {
    let triage = replay(store, batch)?;
    let Some(limit) = triage.batch().carry_limit() else { return Ok(None) };
    let settled = triage.positions_with(|decision| decision.kind().verdict().row().settlement != Settlement::Carry);
    let mut left = triage.batch().positions();
    left.remove_all(&settled);
    let asks = store.past_limit(batch, &left)?;
    Ok((!asks.is_empty()).then_some((limit, asks)))
}

/// The same, also where a decision is still asked for: what nobody decided is carried over once more, and asks again.
fn settle(store: &mut Store, config: &Config, batch: BatchId, now: DateTime<Utc>) -> Result<Receipt, JobError> {
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
        Some(closes) if closes <= now => Ok(Some(settle(store, config, batch.id(), closes.max(batch.begun()))?)),
        _ => Ok(None),
    }
}
