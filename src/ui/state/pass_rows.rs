//! The rows of a pass in the order in which they are shown: in triage order, and after them those that were put to the end of the
//! pass again, in triage order too.

use super::folds::Folds;
use crate::domain::positions::{Position, Positions};

#[derive(Debug, Clone, Default)]
pub struct PassRows {
    /// Those whose turn it is.
    pub turn: PassPart,
    /// Those that were put to the end.
    pub postponed: PassPart,
}

/// Rows in triage order. A group of which both parts have messages is a row in each.
#[derive(Debug, Clone, Default)]
pub struct PassPart {
    pub messages: Positions,
    /// One position for each row.
    pub rows: Positions,
}

impl PassPart {
    fn of(messages: Positions, folds: &Folds) -> Self {
        Self { rows: folds.shown(&messages), messages }
    }

    /// The messages beneath the rows from one to another.
    fn between(&self, folds: &Folds, first: Position, last: Position) -> Positions {
        let (upper, lower) = (folds.beneath(first, &self.messages), folds.beneath(last, &self.messages));
        match (upper.first(), lower.last()) {
            (Some(first), Some(last)) => self.messages.within(first, last),
            _ => Positions::default(),
        }
    }
}

impl PassRows {
    /// Of these messages, of which some may be put to the end.
    #[must_use]
    pub fn of(messages: &Positions, postponed: &Positions, folds: &Folds) -> Self {
        let postponed = messages.both(postponed);
        let mut turn = messages.clone();
        turn.remove_all(&postponed);
        Self { turn: PassPart::of(turn, folds), postponed: PassPart::of(postponed, folds) }
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.turn.rows.len() + self.postponed.rows.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[must_use]
    pub fn contains(&self, row: Position) -> bool {
        self.turn.rows.contains(row) || self.postponed.rows.contains(row)
    }

    /// How many rows are before this one.
    #[must_use]
    pub fn rank(&self, row: Position) -> usize {
        if self.postponed.messages.contains(row) {
            self.turn.rows.len() + self.postponed.rows.rank(row)
        } else {
            self.turn.rows.rank(row)
        }
    }

    /// The row at this place, from 0.
    #[must_use]
    pub fn nth(&self, place: usize) -> Option<Position> {
        match place.checked_sub(self.turn.rows.len()) {
            None => self.turn.rows.nth(place),
            Some(place) => self.postponed.rows.nth(place),
        }
    }

    #[must_use]
    pub fn last(&self) -> Option<Position> {
        self.postponed.rows.last().or(self.turn.rows.last())
    }

    /// So many rows, after these.
    #[must_use]
    pub fn slice(&self, skipped: usize, count: usize) -> Positions {
        let first = self.turn.rows.slice(skipped, count);
        let left = count.saturating_sub(first.len());
        let mut rows = self.postponed.rows.slice(skipped.saturating_sub(self.turn.rows.len()), left);
        rows.extend(&first);
        rows
    }

    /// The part that a message is in.
    #[must_use]
    pub fn part_of(&self, message: Position) -> &PassPart {
        if self.postponed.messages.contains(message) { &self.postponed } else { &self.turn }
    }

    /// The messages beneath the rows from one to another, whichever of them comes first.
    #[must_use]
    pub fn between(&self, folds: &Folds, one: Position, other: Position) -> Positions {
        let (first, last) = if self.rank(one) <= self.rank(other) { (one, other) } else { (other, one) };
        match (self.postponed.messages.contains(first), self.postponed.messages.contains(last)) {
            (false, true) => {
                let end = self.turn.messages.last().unwrap_or(first);
                let mut between = self.turn.between(folds, first, end);
                between.extend(&self.postponed.between(folds, self.postponed.messages.first().unwrap_or(last), last));
                between
            }
            _ => self.part_of(first).between(folds, first, last),
        }
    }

    /// The row after this one, in the same part; after the last one the first of those whose turn it is.
    #[must_use]
    pub fn after(&self, row: Position) -> Option<Position> {
        let next = self.part_of(row).rows.at_or_after(Position(row.0.saturating_add(1)));
        next.or(self.turn.rows.first()).or(self.postponed.rows.first())
    }
}

#[cfg(test)]
mod tests {
    use super::PassRows;
    use crate::domain::positions::{Position, Positions};
    use crate::ui::state::folds::Folds;

    proptest::proptest! {
        /// The same as with a list in which the rows stand one after the other.
        #[test]
        fn rows_are_counted_as_a_list_has_them(
            messages in proptest::collection::btree_set(1u32..40, 1..30),
            postponed in proptest::collection::btree_set(1u32..40, 0..20),
            (skipped, count) in (0usize..30, 0usize..30),
        ) {
            let set = |of: &mut dyn Iterator<Item = u32>| of.map(Position).collect::<Positions>();
            let turn = messages.iter().copied().filter(|one| !postponed.contains(one));
            let end = messages.iter().copied().filter(|one| postponed.contains(one));
            let list: Vec<Position> = turn.chain(end).map(Position).collect();
            let (messages, postponed) = (set(&mut messages.iter().copied()), set(&mut postponed.iter().copied()));
            let folds = Folds::default();
            let rows = PassRows::of(&messages, &postponed, &folds);
            proptest::prop_assert_eq!(rows.len(), list.len());
            proptest::prop_assert_eq!(rows.last(), list.last().copied());
            for (place, row) in list.iter().enumerate() {
                proptest::prop_assert_eq!(rows.nth(place), Some(*row));
                proptest::prop_assert_eq!(rows.rank(*row), place);
                proptest::prop_assert!(rows.contains(*row));
                for (other, last) in list.iter().enumerate() {
                    let between: Positions = list[place.min(other)..=place.max(other)].iter().copied().collect();
                    proptest::prop_assert_eq!(rows.between(&folds, *row, *last), between);
                }
            }
            let sliced: Positions = list.iter().copied().skip(skipped).take(count).collect();
            proptest::prop_assert_eq!(rows.slice(skipped, count), sliced);
            proptest::prop_assert_eq!(rows.nth(list.len()), None);
        }
    }
}
