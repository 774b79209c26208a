//! Which groups of a batch are unfolded to their messages, and by which message each of the others stands in the list as one row.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::group::{BatchGroup, Groups};
use crate::domain::positions::{Position, Positions};

#[derive(Debug, Clone, Default)]
pub struct Folds {
    groups: Groups,
    open: OpenFolds,
}

/// What a person has made of the groups, each named by its first position. Without it each group is folded, and stands by the first
/// of its messages that is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenFolds {
    unfolded: BTreeSet<Position>,
    /// The message that a folded group stands by, since the cursor was on it.
    stands_by: BTreeMap<Position, Position>,
}

/// How a row stands to its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    /// It is one message, and its group has no other here.
    Alone,
    /// It is a folded group of so many messages.
    Folded(usize),
    /// It is one message of an unfolded group: the first, one between, or the last.
    First,
    Between,
    Last,
}

impl Folds {
    #[must_use]
    pub fn of(groups: Groups) -> Self {
        Self { groups, open: OpenFolds::default() }
    }

    /// One row for each folded group, and for each other message.
    #[must_use]
    pub fn shown(&self, messages: &Positions) -> Positions {
        let mut hidden = Positions::default();
        let mut runs = messages.runs().iter().peekable();
        for group in self.groups.iter() {
            while runs.next_if(|run| run.last < group.first.0).is_some() {}
            let Some(run) = runs.peek() else { break };
            let first = Position(run.first.max(group.first.0));
            if first > group.last || self.open.unfolded.contains(&group.first) {
                continue;
            }
            let row = self.standing(group, messages).unwrap_or(first);
            if group.first < row {
                hidden.insert_run(group.first, Position(row.0 - 1));
            }
            if row < group.last {
                hidden.insert_run(Position(row.0 + 1), group.last);
            }
        }
        let mut shown = messages.clone();
        shown.remove_all(&hidden);
        shown
    }

    /// The message that a folded group stands by for the cursor's sake, or the nearest one of the group that is there.
    fn standing(&self, group: BatchGroup, messages: &Positions) -> Option<Position> {
        let by = *self.open.stands_by.get(&group.first)?;
        let inside = |position: &Position| group.contains(*position);
        messages.at_or_after(by).filter(inside).or_else(|| messages.at_or_before(by).filter(inside))
    }

    /// What a row stands for: the messages of its folded group that are there, else its own.
    #[must_use]
    pub fn beneath(&self, row: Position, messages: &Positions) -> Positions {
        match self.folded(row) {
            Some(group) => messages.within(group.first, group.last),
            None => messages.within(row, row),
        }
    }

    #[must_use]
    pub fn nesting(&self, row: Position, messages: &Positions) -> Nesting {
        let Some(group) = self.groups.at(row) else { return Nesting::Alone };
        let here = messages.within(group.first, group.last);
        match here.len() {
            0 | 1 => Nesting::Alone,
            count if !self.open.unfolded.contains(&group.first) => Nesting::Folded(count),
            _ if here.first() == Some(row) => Nesting::First,
            _ if here.last() == Some(row) => Nesting::Last,
            _ => Nesting::Between,
        }
    }

    /// The group that has all of these.
    #[must_use]
    pub fn group_of(&self, positions: &Positions) -> Option<BatchGroup> {
        let group = self.groups.at(positions.first()?)?;
        positions.last().is_some_and(|last| group.contains(last)).then_some(group)
    }

    /// The folded group of a message.
    #[must_use]
    pub fn folded(&self, position: Position) -> Option<BatchGroup> {
        self.groups.at(position).filter(|group| !self.open.unfolded.contains(&group.first))
    }

    /// Unfolds the group of a message.
    pub fn unfold(&mut self, at: Position) {
        if let Some(group) = self.groups.at(at) {
            self.open.unfolded.insert(group.first);
        }
    }

    /// Folds the group of a message; it stands by this message from now on.
    pub fn fold(&mut self, at: Position) {
        if let Some(group) = self.groups.at(at) {
            self.open.unfolded.remove(&group.first);
            self.stand_by(at);
        }
    }

    /// The cursor is on this message: its group, where it is folded, stands by it.
    pub fn stand_by(&mut self, at: Position) {
        if let Some(group) = self.folded(at) {
            self.open.stands_by.insert(group.first, at);
        }
    }

    /// What is made of the groups now.
    #[must_use]
    pub fn open(&self) -> &OpenFolds {
        &self.open
    }

    /// Makes of the groups that have some of these messages what was made of them before.
    pub fn restore(&mut self, before: &OpenFolds, of: &Positions) {
        let touched = |first: &Position| {
            self.groups.at(*first).is_some_and(|group| !of.within(group.first, group.last).is_empty())
        };
        let mut open = self.open.clone();
        open.unfolded.retain(|first| !touched(first));
        open.stands_by.retain(|first, _| !touched(first));
        open.unfolded.extend(before.unfolded.iter().filter(|first| touched(first)));
        open.stands_by.extend(before.stands_by.iter().filter(|(first, _)| touched(first)));
        self.open = open;
    }
}
