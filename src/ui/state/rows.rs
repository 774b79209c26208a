//! The rows of a batch that are at hand: those on the screen and around it. The rest stays in the store.

use std::collections::BTreeMap;

use crate::domain::group::{BatchItem, GroupSummary};
use crate::domain::message::MessageSummary;
use crate::domain::positions::{Position, PositionRun, Positions};
use crate::domain::settled::SettledReason;

/// So many are kept at most, but for those that are wanted: some screens full, in less than a megabyte.
const KEPT: usize = 600;

#[derive(Debug, Default)]
pub struct Rows {
    here: BTreeMap<Position, BatchItem>,
    /// Rows that were asked for and have not come.
    asked: Positions,
}

impl Rows {
    #[must_use]
    pub fn of(items: Vec<BatchItem>) -> Self {
        let mut rows = Self::default();
        rows.take(items, &Positions::default());
        rows
    }

    #[must_use]
    pub fn get(&self, position: Position) -> Option<&MessageSummary> {
        self.here.get(&position).map(|item| &item.entry)
    }

    /// What is said of the group of the message at this position.
    #[must_use]
    pub fn group(&self, position: Position) -> Option<&GroupSummary> {
        self.here.get(&position)?.group.as_deref()
    }

    /// Why the message at this position counts as settled.
    #[must_use]
    pub fn settled(&self, position: Position) -> Option<SettledReason> {
        self.here.get(&position)?.settled
    }

    /// The first of these that is at hand.
    #[must_use]
    pub fn first_of(&self, positions: &Positions) -> Option<&MessageSummary> {
        let ends = |run: &PositionRun| Position(run.first)..=Position(run.last);
        positions.runs().iter().find_map(|run| self.here.range(ends(run)).next()).map(|(_, item)| &item.entry)
    }

    /// Takes rows in that have come. Where that makes too many, those that are not `wanted` are let go.
    pub fn take(&mut self, items: Vec<BatchItem>, wanted: &Positions) {
        for item in items {
            self.asked.remove_run(item.position, item.position);
            self.here.insert(item.position, item);
        }
        if self.here.len() > KEPT {
            self.here.retain(|position, _| wanted.contains(*position));
        }
    }

    /// Those of them that are neither here nor asked for. From now on they count as asked for.
    pub fn ask(&mut self, wanted: &Positions) -> Positions {
        let missing: Positions = wanted
            .iter()
            .filter(|position| !self.here.contains_key(position) && !self.asked.contains(*position))
            .collect();
        self.asked.extend(&missing);
        missing
    }

    /// The request failed: nothing counts as asked for any more.
    pub fn give_up(&mut self) {
        self.asked = Positions::default();
    }

    /// Whether all of them are here.
    #[must_use]
    pub fn has(&self, positions: &Positions) -> bool {
        positions.iter().all(|position| self.here.contains_key(&position))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::{KEPT, Rows};
    use crate::domain::group::BatchItem;
    use crate::domain::ids::{Id, ThreadId};
    use crate::domain::message::{MessageSummary, Stage};
    use crate::domain::positions::{Position, Positions};

    fn items(from: u32, to: u32) -> Vec<BatchItem> {
        let entry = |position: u32| MessageSummary {
            id: Id(i64::from(position)),
            thread: ThreadId(1),
            sender: "Ann".into(),
            address: "ann@example.org".into(),
            subject: "Tea".into(),
            list_tag: None,
            source: "mail".into(),
            placed: DateTime::UNIX_EPOCH,
            attachments: 0,
            invitation: false,
            carried: 0,
            returned: 0,
            follow_up: None,
            reopened: false,
            stage: Stage::Batched,
            exception: None,
        };
        (from..=to)
            .map(|position| BatchItem {
                position: Position(position),
                entry: entry(position),
                group: None,
                settled: None,
            })
            .collect()
    }

    #[test]
    fn a_row_is_asked_for_once() {
        let mut rows = Rows::of(items(1, 10));
        let wanted = Positions::between(Position(5), Position(20));
        assert_eq!(rows.ask(&wanted), Positions::between(Position(11), Position(20)));
        assert!(rows.ask(&wanted).is_empty());
        rows.give_up();
        assert_eq!(rows.ask(&wanted).len(), 10);
        rows.take(items(11, 20), &wanted);
        assert!(rows.has(&wanted));
    }

    #[test]
    fn what_is_far_away_is_let_go() {
        let mut rows = Rows::default();
        let far = u32::try_from(KEPT).unwrap();
        rows.take(items(1, far), &Positions::default());
        let wanted = Positions::between(Position(far), Position(far + 9));
        rows.take(items(far + 1, far + 9), &wanted);
        assert!(rows.has(&wanted));
        assert!(rows.get(Position(1)).is_none());
    }
}
