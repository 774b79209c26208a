//! What of the messages of a batch a later one of them has settled: the facts are read here, `domain::settled` decides.

use std::collections::{HashMap, HashSet};

use rusqlite::{OptionalExtension, Transaction};

use super::{Chosen, Rank};
use crate::domain::batch::HeadingKind;
use crate::domain::ids::{Id, ThreadId};
use crate::domain::service_notice::{NoticeState, ServiceNotice};
use crate::domain::settled::{EventCandidate, SettleCandidate, Settled, SettledRules, by_invitations, by_services};
use crate::store::failure::StoreError;

/// Marks what is settled.
pub(super) fn mark_settled(tx: &Transaction<'_>, rules: SettledRules, chosen: &mut [Chosen]) -> Result<(), StoreError> {
    let mut settled = services(tx, rules, chosen)?;
    if rules.invitations {
        settled.extend(invitations(tx, chosen)?);
    }
    if !settled.is_empty() {
        let settled: HashMap<Id, Settled> = settled.into_iter().collect();
        for one in chosen.iter_mut() {
            one.settled = settled.get(&Id(one.message)).copied();
        }
    }
    Ok(())
}

/// By the rules that go by what services say. Where nothing is said to be well or closed, nothing is read.
fn services(tx: &Transaction<'_>, rules: SettledRules, chosen: &[Chosen]) -> Result<Vec<(Id, Settled)>, StoreError> {
    let state = |one: &Chosen| one.notice.as_ref().and_then(|notice| notice.state);
    let is_closed = |one: &&Chosen| matches!(state(one), Some(NoticeState::Closed | NoticeState::Merged));
    let closed: HashSet<i64> = chosen.iter().filter(is_closed).map(|one| one.thread).collect();
    let passed = chosen.iter().any(|one| state(one) == Some(NoticeState::Passing));
    if closed.is_empty() && !passed {
        return Ok(Vec::new());
    }
    let of_job = |one: &Chosen| matches!(state(one), Some(NoticeState::Failing | NoticeState::Passing));
    let concerned = in_time(chosen, |one| of_job(one) || closed.contains(&one.thread));
    let mut texts = tx.prepare_cached("SELECT from_address, subject FROM message WHERE id = ?1")?;
    let mut told = Vec::with_capacity(concerned.len());
    for one in &concerned {
        told.push(
            texts.query_row([one.message], |row| {
                Ok((row.get::<_, String>(0)?.to_lowercase(), row.get::<_, String>(1)?))
            })?,
        );
    }
    let nothing = ServiceNotice::default();
    let candidates: Vec<_> = concerned
        .iter()
        .zip(&told)
        .map(|(one, (sender, subject))| SettleCandidate {
            id: Id(one.message),
            thread: ThreadId(one.thread),
            sender,
            subject,
            notice: one.notice.as_ref().unwrap_or(&nothing),
            stays: stays(one),
        })
        .collect();
    Ok(by_services(rules, &candidates))
}

/// By what messages say of events.
fn invitations(tx: &Transaction<'_>, chosen: &[Chosen]) -> Result<Vec<(Id, Settled)>, StoreError> {
    let inviting = in_time(chosen, |one| one.invites);
    if inviting.len() < 2 {
        return Ok(Vec::new());
    }
    let mut facts = tx.prepare_cached(
        "SELECT m.from_address, i.uid, i.recurrence, i.sequence, i.stamp, i.withdrawn
         FROM invitation AS i JOIN message AS m ON m.id = i.message
         WHERE i.message = ?1 AND i.method IN ('publish', 'request', 'add', 'cancel')",
    )?;
    let mut events = Vec::with_capacity(inviting.len());
    for one in inviting {
        let event = facts.query_row([one.message], |row| {
            Ok(EventCandidate {
                id: Id(one.message),
                sender: row.get::<_, String>(0)?.to_lowercase(),
                uid: row.get(1)?,
                recurrence: row.get(2)?,
                sequence: row.get(3)?,
                stamp: row.get(4)?,
                withdrawn: row.get(5)?,
                stays: stays(one),
            })
        });
        events.extend(event.optional()?);
    }
    Ok(by_invitations(events))
}

/// Those of the messages of which this is so, in the order of time.
fn in_time(chosen: &[Chosen], is: impl Fn(&Chosen) -> bool) -> Vec<&Chosen> {
    let mut found: Vec<&Chosen> = chosen.iter().filter(|one| is(one)).collect();
    found.sort_unstable_by_key(|one| (one.placed, &one.at, one.message));
    found
}

/// Whether the person has asked for it, or is asked about it.
fn stays(one: &Chosen) -> bool {
    one.heading == HeadingKind::Deferred || matches!(one.rank, Rank::Reopened | Rank::PastLimit)
}
