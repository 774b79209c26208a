//! The order of a batch: what settled itself goes last, and what belongs together stands together, each group a run of positions.
//!
//! A bundle is of one lane and one rank, so that nothing is moved before what leads there. A conversation within a bundle is rows
//! of the bundle: there are never more than two levels.

use std::collections::{HashMap, HashSet};

use rusqlite::{OptionalExtension, Transaction};

use super::settling::mark_settled;
use super::{Beginning, Chosen, Lanes};
use crate::domain::address::Address;
use crate::domain::batch::{BatchOccasion, BatchOrder, HeadingKind};
use crate::domain::bundle::{BundleFacts, BundleKey};
use crate::domain::group::{BatchGroup, GroupKind};
use crate::domain::positions::Position;
use crate::store::failure::StoreError;

/// A group as it is frozen.
pub(super) struct NamedGroup {
    pub(super) group: BatchGroup,
    /// Empty where it is no bundle.
    pub(super) name: String,
}

/// Puts what is chosen in its order, and says which of it are groups.
pub(super) fn lay_out(
    tx: &Transaction<'_>,
    beginning: &Beginning<'_>,
    lanes: &Lanes<'_>,
    chosen: &mut [Chosen],
) -> Result<Vec<NamedGroup>, StoreError> {
    let layout = beginning.layout;
    chosen.sort_unstable_by(|one, other| one.place().cmp(&other.place()));
    in_server_order(tx, chosen)?;
    // What an exception lets through is read at once: nothing has waited.
    if matches!(beginning.occasion, BatchOccasion::Window { .. }) {
        mark_settled(tx, layout.settled, chosen)?;
    }
    if layout.order == BatchOrder::NewestFirst {
        for new in chosen.chunk_by_mut(Chosen::is_new_beside).filter(|new| new.len() > 1) {
            new.reverse();
        }
    }
    let bundles = if layout.threads && layout.bundles { Bundles::of(tx, lanes, chosen)? } else { Bundles::default() };
    if layout.threads || chosen.iter().any(|one| one.settled.is_some()) {
        bring_together(&bundles, layout.threads, chosen);
    }
    Ok(if layout.threads { groups(bundles, chosen) } else { Vec::new() })
}

/// Numbers the groups in their order, and sorts what is chosen by them. A group stands where its first message would stand alone;
/// within it the messages follow each other by date, whichever of them leads.
fn bring_together(bundles: &Bundles, threads: bool, chosen: &mut [Chosen]) {
    let mut numbers = HashMap::with_capacity(chosen.len());
    for (next, one) in chosen.iter_mut().enumerate() {
        one.bundle = one.bundle.filter(|bundle| bundles.stands(*bundle));
        one.group = match (one.settled, one.bundle) {
            (Some(_), _) => usize::MAX,
            (None, Some(bundle)) => *numbers.entry(Together::Bundle(bundle)).or_insert(next),
            (None, None) if threads => *numbers.entry(Together::Conversation(one.conversation())).or_insert(next),
            (None, None) => next,
        };
    }
    chosen.sort_unstable_by(|one, other| one.within_groups().cmp(&other.within_groups()));
}

/// What makes messages stand together.
#[derive(PartialEq, Eq, Hash)]
enum Together {
    Bundle(usize),
    Conversation((HeadingKind, i64, i64, i64)),
}

/// The runs of messages that stand together.
fn groups(mut bundles: Bundles, chosen: &[Chosen]) -> Vec<NamedGroup> {
    let mut groups = Vec::new();
    let mut first = 1;
    for group in chosen.chunk_by(|one, other| one.group == other.group) {
        let next = first + u32::try_from(group.len()).unwrap_or(u32::MAX - first);
        if let ([one, ..], true) = (group, next - first > 1) {
            let (kind, name) = match (one.settled, one.bundle) {
                (Some(_), _) => (GroupKind::Settled, String::new()),
                (None, Some(bundle)) => bundles.named(bundle),
                (None, None) => (GroupKind::Conversation, String::new()),
            };
            groups.push(NamedGroup {
                group: BatchGroup { kind, first: Position(first), last: Position(next - 1) },
                name,
            });
        }
        first = next;
    }
    groups
}

/// The bundles of a batch by their numbers, which `Chosen::bundle` names.
#[derive(Default)]
struct Bundles(Vec<Bundle>);

struct Bundle {
    kind: GroupKind,
    name: String,
    thread: i64,
    /// Whether a second thread is in it. Messages of one thread are a conversation.
    several: bool,
}

impl Bundles {
    /// Finds the bundle of each message in a lane that is bundled. What is settled is in none, nor is a conversation that a forge
    /// sends because of the person.
    fn of(tx: &Transaction<'_>, lanes: &Lanes<'_>, chosen: &mut [Chosen]) -> Result<Self, StoreError> {
        let named = chosen.iter().filter(|one| one.notice.as_ref().is_some_and(|notice| notice.personal));
        let personal: HashSet<_> = named.map(Chosen::conversation).collect();
        let mut bundles: Vec<Bundle> = Vec::new();
        let mut numbers = HashMap::new();
        let mut facts =
            tx.prepare_cached("SELECT list, from_name, from_address, subject FROM message WHERE id = ?1")?;
        for one in chosen.iter_mut() {
            let by = lanes.bundle(one.lane);
            if by.is_empty() || one.settled.is_some() || personal.contains(&one.conversation()) {
                continue;
            }
            let (list, from, subject) = facts.query_row([one.message], |row| {
                let from = Address { name: row.get(1)?, address: row.get(2)? };
                Ok((row.get::<_, Option<String>>(0)?, from, row.get::<_, String>(3)?))
            })?;
            let repository = one.notice.as_ref().and_then(|notice| notice.repository.as_deref());
            let facts = BundleFacts { list: list.as_deref(), from: &from, subject: &subject, repository };
            let Some(key) = BundleKey::of(by, &facts) else { continue };
            let (kind, name) = (key.kind, key.name(&facts));
            let number = *numbers.entry((one.lane, one.lane_place, one.rank, key)).or_insert_with(|| {
                bundles.push(Bundle { kind, name, thread: one.thread, several: false });
                bundles.len() - 1
            });
            if let Some(bundle) = bundles.get_mut(number) {
                bundle.several |= bundle.thread != one.thread;
            }
            one.bundle = Some(number);
        }
        Ok(Self(bundles))
    }

    /// Whether it has more than one conversation: a bundle of one is none.
    fn stands(&self, number: usize) -> bool {
        self.0.get(number).is_some_and(|bundle| bundle.several)
    }

    fn named(&mut self, number: usize) -> (GroupKind, String) {
        let bundle = self.0.get_mut(number).map(|bundle| (bundle.kind, std::mem::take(&mut bundle.name)));
        bundle.unwrap_or((GroupKind::Conversation, String::new()))
    }
}

/// Sorts messages of the same second by their numbers on the server. Messages are prepared on several cores, so their
/// ids do not have that order.
fn in_server_order(tx: &Transaction<'_>, chosen: &mut [Chosen]) -> Result<(), StoreError> {
    let mut place = tx.prepare_cached(
        "SELECT c.folder, c.key FROM copy AS c JOIN folder AS f ON f.id = c.folder JOIN source AS s ON s.id = f.source
         WHERE c.message = ?1 AND s.kind = 'imap' ORDER BY c.folder, c.key LIMIT 1",
    )?;
    for together in chosen.chunk_by_mut(|one, next| one.turn() == next.turn()).filter(|together| together.len() > 1) {
        for one in together.iter_mut() {
            let at = place.query_row([one.message], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            one.at = at.unwrap_or_default();
        }
        together.sort_unstable_by(|one, other| one.place().cmp(&other.place()));
    }
    Ok(())
}
