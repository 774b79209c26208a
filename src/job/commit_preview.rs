//! What a commit would do now, found by what the commit itself goes by: its table, its choice of copies, the settings as they
//! are, and the folders of the mailboxes as they were seen last. Nothing waits for a server.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::{DateTime, Utc};

use super::roles::MailboxRoles;
use super::written::answered_elsewhere;
use super::{JobError, begin, close, decide, roles};
use crate::config::Config;
use crate::domain::commit_preview::{CommitPreview, CopyFate, CopyOutlook, LeavingCount, PreviewGroup, PreviewVerdict};
use crate::domain::ids::BatchId;
use crate::domain::mailbox_change::Target;
use crate::domain::outbox::{DepartureTime, Outgoing, OutgoingRelation, OutgoingState};
use crate::domain::positions::Positions;
use crate::domain::schedule::Window;
use crate::store::{CopyChange, ForeseenChanges, Store};

/// What a commit of this batch would do at this moment. Of one that is committed: what its commit has set going, so that the
/// receipt can be compared with the review.
///
/// # Errors
/// Where there is no such batch, or the store cannot be read.
pub fn preview(
    store: &mut Store,
    config: &Config,
    batch: BatchId,
    now: DateTime<Utc>,
) -> Result<CommitPreview, JobError> {
    let is_copy = !store.is_at_home()?;
    let asking = if store.receipt(batch)?.is_none() { close::asking(store, batch)? } else { None };
    let mailboxes = roles::known(store, config)?;
    let mut windows: BTreeMap<String, Option<Window>> = BTreeMap::new();
    let mut groups: Vec<PreviewGroup> = Vec::new();
    for foreseen in store.foresee_commit(batch, &close::plan(config), now)? {
        let next = match foreseen.lane.clone() {
            None => None,
            Some(lane) => match windows.entry(lane) {
                Entry::Occupied(known) => known.get().clone(),
                Entry::Vacant(new) => {
                    let next = begin::next_of_lane(store, config, new.key(), now)?;
                    new.insert(next).clone()
                }
            },
        };
        let group = group(config, &mailboxes, foreseen, next);
        for part in without_asking(group, asking.as_ref()) {
            add(&mut groups, part);
        }
    }
    // The larger first; else in the order in which they stand in the batch.
    groups.sort_by_key(|group| (std::cmp::Reverse(group.at.len()), group.at.first()));
    let unsubscribed = decide::replay(store, batch)?.unsubscribed().clone();
    let lists = store.lists_at(batch, &unsubscribed)?.len();
    let (leaving, drafts, overtaken) = written(store, batch)?;
    Ok(CommitPreview { groups, unsubscribed, lists, leaving, drafts, overtaken, is_copy })
}

/// How many of these answer a message that was answered elsewhere.
fn overtaken(store: &Store, of: &[&Outgoing]) -> Result<usize, JobError> {
    let mut count = 0;
    for one in of {
        count += usize::from(answered_elsewhere(store, one)?.is_some());
    }
    Ok(count)
}

/// How many answers to messages that were answered elsewhere are drafts since a batch was begun: they did not leave by themselves.
///
/// # Errors
/// Where the store cannot be read.
pub fn overtaken_in(store: &Store, batch: BatchId) -> Result<usize, JobError> {
    Ok(written(store, batch)?.2)
}

/// What leaves at the commit of this batch; and of one that is committed, the drafts that were written since it was begun, and those of
/// answers that others have answered meanwhile.
fn written(store: &Store, batch: BatchId) -> Result<(LeavingCount, usize, usize), JobError> {
    let all = store.unfinished_outgoing()?;
    if let Some(receipt) = store.receipt(batch)? {
        let since = |one: &&Outgoing| one.state == OutgoingState::Draft && one.changed >= receipt.begun;
        let drafts: Vec<&Outgoing> = all.iter().filter(since).collect();
        let overtaken = overtaken(store, &drafts)?;
        return Ok((LeavingCount::default(), drafts.len() - overtaken, overtaken));
    }
    if store.batch(batch)?.is_none_or(|(batch, _)| batch.closes().is_none()) {
        return Ok((LeavingCount::default(), 0, 0));
    }
    let leaves = |one: &&Outgoing| match (one.state, one.leaving, one.due) {
        (OutgoingState::Staged, Some(DepartureTime::Close), None) => true,
        (OutgoingState::Staged, Some(DepartureTime::Next), None) => one.staged_in != Some(batch),
        _ => false,
    };
    let (answers, others): (Vec<_>, Vec<_>) =
        all.iter().filter(leaves).partition(|one| one.relation == OutgoingRelation::Reply);
    let overtaken = overtaken(store, &answers)?;
    Ok((LeavingCount { answers: answers.len(), others: others.len(), overtaken }, 0, 0))
}

/// Adds messages to the group that they belong to.
fn add(groups: &mut Vec<PreviewGroup>, more: PreviewGroup) {
    match groups.iter_mut().find(|known| known.verdict == more.verdict && known.copies == more.copies) {
        Some(known) => known.at.extend(&more.at),
        None => groups.push(more),
    }
}

/// A group, and apart from it those of its messages that ask for a decision.
fn without_asking(group: PreviewGroup, asking: Option<&(u32, Positions)>) -> Vec<PreviewGroup> {
    let (PreviewVerdict::Carried(kind, _), Some((limit, asks))) = (&group.verdict, asking) else { return vec![group] };
    let asks = group.at.both(asks);
    let asking = PreviewGroup { verdict: PreviewVerdict::Asks(*kind, *limit), copies: Vec::new(), at: asks };
    let mut rest = group;
    rest.at.remove_all(&asking.at);
    [asking, rest].into_iter().filter(|group| !group.at.is_empty()).collect()
}

fn group(config: &Config, mailboxes: &[MailboxRoles], foreseen: ForeseenChanges, next: Option<Window>) -> PreviewGroup {
    let verdict = PreviewVerdict::of(foreseen.decision.as_ref(), next);
    let outlook = |(source, change): (String, Option<CopyChange>)| CopyOutlook {
        fate: fate(config, mailboxes, &source, change),
        source,
    };
    let copies = foreseen.copies.into_iter().map(outlook).collect();
    PreviewGroup { verdict, copies, at: foreseen.at }
}

fn fate(config: &Config, mailboxes: &[MailboxRoles], source: &str, change: Option<CopyChange>) -> CopyFate {
    let Some(configured) = config.sources.iter().find(|known| known.name == source) else {
        return CopyFate::Removed;
    };
    match change {
        _ if !configured.kind.is_mailbox() => CopyFate::NoMailbox,
        _ if !configured.write_back.on => CopyFate::WriteBackOff,
        Some(CopyChange { target: Target::Role(role), .. }) => {
            let known = mailboxes.iter().find(|mailbox| mailbox.source == source);
            match known.and_then(|mailbox| mailbox.folders.get(&role)) {
                Some(Some(folder)) => CopyFate::Moves(folder.clone()),
                Some(None) => CopyFate::Waits(role),
                None => CopyFate::MovesTo(role),
            }
        }
        Some(CopyChange { target: Target::Folder(folder), .. }) => CopyFate::Moves(folder),
        Some(CopyChange { target: Target::Stay, reads: true }) => CopyFate::MarkedRead,
        Some(CopyChange { target: Target::Stay, reads: false }) | None => CopyFate::Stays,
    }
}
