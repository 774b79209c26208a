//! The commit of a batch: by the person, or by itself when its time is over.

use chrono::{DateTime, Utc};

use super::JobError;
use super::decide::replay;
use super::window_end::next_has_opened;
use crate::config::{CommitMode, Config};
use crate::domain::batch::BatchOccasion;
use crate::domain::ids::BatchId;
use crate::domain::positions::Positions;
use crate::domain::receipt::Receipt;
use crate::domain::write_back::WriteBackPlan;
use crate::store::{BatchKind, Store};

pub use super::write_back_plan::plan;

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
    let plan = plan_of(store, config, batch)?;
    Ok(store.commit(batch, &plan, now)?)
}

/// The messages of a batch that have to be decided before the person can commit it, and after how many carries that is so;
/// `None` where there are none.
pub(super) fn asking(store: &Store, batch: BatchId) -> Result<Option<(u32, Positions)>, JobError> {
    let triage = replay(store, batch)?;
    let Some(limit) = triage.batch().carry_limit() else { return Ok(None) };
    let mut left = triage.batch().positions();
    left.remove_all(&triage.settled());
    let asks = store.past_limit(batch, &left)?;
    Ok((!asks.is_empty()).then_some((limit, asks)))
}

/// What a commit does in the mailboxes, and whose answers wait for another check-in.
fn plan_of(store: &Store, config: &Config, batch: BatchId) -> Result<WriteBackPlan, JobError> {
    let mut plan = plan(config);
    if let BatchOccasion::Window { checkin, .. } = replay(store, batch)?.batch().occasion() {
        let apart = config.lanes.iter().filter(|lane| !lane.comes_out_at(checkin, &config.calendar));
        plan.lanes_apart = apart.map(|lane| lane.name.clone()).collect();
        plan.sample = config.proof.ask;
    }
    Ok(plan)
}

/// Commits the open batch if its time is over and it waits for nobody. It waits for the person where the configuration says
/// `commit = "ask"`, and as long as it is open on a screen, until the next window of any of its lanes opens.
/// What nobody decided is carried over once more, also where a decision is still asked for, and asks again. An answer whose message was
/// answered elsewhere meanwhile does not leave, and is a draft again.
///
/// It counts as committed at its close, or when the last decision was made after that, not at the later moment when somebody
/// looked. In a store that can only be read the batch stays open, so that reading goes on.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn close_due(store: &mut Store, config: &Config, now: DateTime<Utc>) -> Result<Option<Receipt>, JobError> {
    if config.commit == CommitMode::Ask || store.is_read_only() {
        return Ok(None);
    }
    let Some((batch, _)) = store.open_batch(BatchKind::Window)? else { return Ok(None) };
    let Some(closes) = batch.closes().filter(|closes| *closes <= now) else { return Ok(None) };
    if store.is_on_screen(batch.id()) && next_has_opened(store, config, &batch, now)?.is_none() {
        return Ok(None);
    }
    let last_act = store.last_act_at(batch.id())?.map_or(closes, |made| made.min(now));
    let plan = plan_of(store, config, batch.id())?;
    let at = closes.max(batch.begun()).max(last_act);
    Ok(Some(store.commit_unattended(batch.id(), &plan, at)?))
}
