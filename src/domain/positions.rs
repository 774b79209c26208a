//! Positions in a batch, and sets of them.
//!
//! A batch can be large, and decisions are often about whole stretches of it: all undecided messages, everything
//! under one heading. So a set is stored as runs. Its cost grows with the number of runs, not of positions.

use std::fmt;

/// Where a message stands in the triage order of its batch, from 1. A batch never changes, and so a
/// position says which message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(pub u32);

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A run of positions, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PositionRun {
    pub first: u32,
    pub last: u32,
}

impl PositionRun {
    fn len(self) -> usize {
        (self.last - self.first) as usize + 1
    }
}

/// A set of positions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Positions {
    /// In order, none empty, and a gap between any two.
    runs: Vec<PositionRun>,
    len: usize,
}

impl Positions {
    /// From `first` to `last`, both included; nothing where `last` is the smaller one.
    #[must_use]
    pub fn between(first: Position, last: Position) -> Self {
        let mut positions = Self::default();
        positions.insert_run(first, last);
        positions
    }

    /// How many positions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[must_use]
    pub fn runs(&self) -> &[PositionRun] {
        &self.runs
    }

    /// In triage order.
    pub fn iter(&self) -> impl Iterator<Item = Position> {
        self.runs.iter().flat_map(|run| (run.first..=run.last).map(Position))
    }

    #[must_use]
    pub fn contains(&self, position: Position) -> bool {
        self.runs.get(self.run_from(position.0)).is_some_and(|run| run.first <= position.0)
    }

    #[must_use]
    pub fn first(&self) -> Option<Position> {
        self.runs.first().map(|run| Position(run.first))
    }

    #[must_use]
    pub fn last(&self) -> Option<Position> {
        self.runs.last().map(|run| Position(run.last))
    }

    /// The first position of the set that is this one or comes after it.
    #[must_use]
    pub fn at_or_after(&self, position: Position) -> Option<Position> {
        self.runs.get(self.run_from(position.0)).map(|run| Position(run.first.max(position.0)))
    }

    /// The last position of the set that is this one or comes before it.
    #[must_use]
    pub fn at_or_before(&self, position: Position) -> Option<Position> {
        let above = self.runs.partition_point(|run| run.first <= position.0);
        self.runs.get(above.checked_sub(1)?).map(|run| Position(run.last.min(position.0)))
    }

    /// How many positions of the set come before this one.
    #[must_use]
    pub fn rank(&self, position: Position) -> usize {
        let below = self.run_from(position.0);
        let whole: usize = self.runs.iter().take(below).map(|run| run.len()).sum();
        let part = self.runs.get(below).map_or(0, |run| position.0.saturating_sub(run.first) as usize);
        whole + part
    }

    /// The position of the set that so many others come before.
    #[must_use]
    pub fn nth(&self, rank: usize) -> Option<Position> {
        let mut left = rank;
        for run in &self.runs {
            if left < run.len() {
                return Some(Position(run.first + u32::try_from(left).ok()?));
            }
            left -= run.len();
        }
        None
    }

    /// At most `count` positions of the set, without the first `skipped`.
    #[must_use]
    pub fn slice(&self, skipped: usize, count: usize) -> Self {
        let (Some(first), Some(last)) = (self.nth(skipped), self.last()) else { return Self::default() };
        let end = self.nth(skipped.saturating_add(count.saturating_sub(1))).unwrap_or(last);
        if count == 0 { Self::default() } else { self.both(&Self::between(first, end)) }
    }

    /// The positions of the set from `first` to `last`, both included; none where `last` is the smaller one.
    #[must_use]
    pub fn within(&self, first: Position, last: Position) -> Self {
        if last < first {
            return Self::default();
        }
        let end = self.runs.partition_point(|run| run.first <= last.0);
        let meeting = self.runs.get(self.run_from(first.0)..end).unwrap_or_default();
        let cut = |run: &PositionRun| PositionRun { first: run.first.max(first.0), last: run.last.min(last.0) };
        let runs: Vec<PositionRun> = meeting.iter().map(cut).collect();
        let len = runs.iter().map(|run| run.len()).sum();
        Self { runs, len }
    }

    pub fn insert(&mut self, position: Position) {
        self.insert_run(position, position);
    }

    pub fn insert_run(&mut self, first: Position, last: Position) {
        let (mut first, mut last) = (first.0, last.0);
        if last < first {
            return;
        }
        // Every run that overlaps it or touches it becomes one with it.
        let from = self.runs.partition_point(|run| run.last.saturating_add(1) < first);
        let to = self.runs.partition_point(|run| run.first <= last.saturating_add(1));
        for run in self.runs.get(from..to).unwrap_or_default() {
            first = first.min(run.first);
            last = last.max(run.last);
        }
        self.replace(from, to, &[PositionRun { first, last }]);
    }

    pub fn remove_run(&mut self, first: Position, last: Position) {
        let (first, last) = (first.0, last.0);
        let from = self.run_from(first);
        let to = self.runs.partition_point(|run| run.first <= last);
        if last < first || to <= from {
            return;
        }
        let mut rest = Vec::with_capacity(2);
        if let Some(run) = self.runs.get(from).filter(|run| run.first < first) {
            rest.push(PositionRun { first: run.first, last: first - 1 });
        }
        if let Some(run) = self.runs.get(to - 1).filter(|run| run.last > last) {
            rest.push(PositionRun { first: last + 1, last: run.last });
        }
        self.replace(from, to, &rest);
    }

    pub fn extend(&mut self, other: &Self) {
        if let [run] = other.runs[..] {
            return self.insert_run(Position(run.first), Position(run.last));
        }
        // Both are in order, so one pass over both is enough.
        let mut all = Self::default();
        let (mut ours, mut theirs) = (self.runs.iter().peekable(), other.runs.iter().peekable());
        while let Some(next) = match (ours.peek(), theirs.peek()) {
            (Some(our), Some(their)) if their.first < our.first => theirs.next(),
            (Some(_), _) => ours.next(),
            (None, _) => theirs.next(),
        } {
            all.insert_run(Position(next.first), Position(next.last));
        }
        *self = all;
    }

    pub fn remove_all(&mut self, other: &Self) {
        if let [run] = other.runs[..] {
            return self.remove_run(Position(run.first), Position(run.last));
        }
        let mut rest = Self::default();
        let mut theirs = other.runs.iter().peekable();
        for run in &self.runs {
            let mut first = run.first;
            while let Some(their) = theirs.peek().filter(|their| their.first <= run.last) {
                if first < their.first {
                    rest.insert_run(Position(first), Position(their.first - 1));
                }
                first = first.max(their.last.saturating_add(1));
                if their.last > run.last {
                    break;
                }
                theirs.next();
            }
            if first <= run.last {
                rest.insert_run(Position(first), Position(run.last));
            }
        }
        *self = rest;
    }

    /// The positions that are in both sets.
    #[must_use]
    pub fn both(&self, other: &Self) -> Self {
        let mut runs = Vec::new();
        let (mut ours, mut theirs) = (self.runs.iter().peekable(), other.runs.iter().peekable());
        while let (Some(a), Some(b)) = (ours.peek(), theirs.peek()) {
            let (first, last) = (a.first.max(b.first), a.last.min(b.last));
            if first <= last {
                runs.push(PositionRun { first, last });
            }
            if a.last < b.last {
                ours.next();
            } else {
                theirs.next();
            }
        }
        let len = runs.iter().map(|run| run.len()).sum();
        Self { runs, len }
    }

    /// The number of the first run that does not end before `position`.
    fn run_from(&self, position: u32) -> usize {
        self.runs.partition_point(|run| run.last < position)
    }

    fn replace(&mut self, from: usize, to: usize, by: &[PositionRun]) {
        let gone: usize = self.runs.splice(from..to, by.iter().copied()).map(PositionRun::len).sum();
        let come: usize = by.iter().map(|run| run.len()).sum();
        self.len = self.len - gone + come;
    }
}

impl From<Position> for Positions {
    fn from(position: Position) -> Self {
        Self::between(position, position)
    }
}

impl FromIterator<Position> for Positions {
    fn from_iter<I: IntoIterator<Item = Position>>(positions: I) -> Self {
        let mut set = Self::default();
        for position in positions {
            set.insert(position);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Position, Positions};

    fn positions(of: &BTreeSet<u32>) -> Positions {
        of.iter().copied().map(Position).collect()
    }

    #[test]
    fn a_million_positions_are_one_run() {
        let mut all = Positions::between(Position(1), Position(1_000_000));
        all.remove_run(Position(500_000), Position(500_000));
        assert_eq!((all.len(), all.runs().len()), (999_999, 2));
        assert_eq!(all.nth(499_999), Some(Position(500_001)));
        assert_eq!(all.rank(Position(500_001)), 499_999);
        assert_eq!(all.at_or_after(Position(500_000)), Some(Position(500_001)));
        assert_eq!(all.at_or_before(Position(500_000)), Some(Position(499_999)));
        all.insert(Position(500_000));
        assert_eq!(all, Positions::between(Position(1), Position(1_000_000)));
    }

    #[test]
    fn the_ends_of_the_numbers_count_too() {
        let mut ends = Positions::between(Position(u32::MAX), Position(u32::MAX));
        ends.insert(Position(0));
        assert_eq!(ends.len(), 2);
        ends.remove_run(Position(0), Position(u32::MAX));
        assert!(ends.is_empty() && ends.runs().is_empty());
    }

    proptest::proptest! {
        /// The same as an ordinary set of numbers, whatever is done to it.
        #[test]
        fn a_set_of_numbers(
            steps in proptest::collection::vec((proptest::bool::ANY, 0u32..40, 0u32..6), 0..60),
            other in proptest::collection::btree_set(0u32..45, 0..30),
            asked in 0u32..45,
        ) {
            let (mut ours, mut plain) = (Positions::default(), BTreeSet::new());
            for (insert, first, more) in steps {
                if insert {
                    ours.insert_run(Position(first), Position(first + more));
                    plain.extend(first..=first + more);
                } else {
                    ours.remove_run(Position(first), Position(first + more));
                    plain.retain(|position| *position < first || *position > first + more);
                }
            }
            proptest::prop_assert_eq!(&ours, &positions(&plain), "runs never touch each other");
            proptest::prop_assert_eq!(ours.len(), plain.len());
            proptest::prop_assert_eq!(ours.iter().map(|position| position.0).collect::<BTreeSet<_>>(), plain.clone());
            proptest::prop_assert_eq!(ours.contains(Position(asked)), plain.contains(&asked));
            proptest::prop_assert_eq!(ours.rank(Position(asked)), plain.range(..asked).count());
            proptest::prop_assert_eq!(ours.nth(asked as usize), plain.iter().nth(asked as usize).copied().map(Position));
            proptest::prop_assert_eq!(ours.at_or_after(Position(asked)), plain.range(asked..).next().copied().map(Position));
            proptest::prop_assert_eq!(ours.at_or_before(Position(asked)), plain.range(..=asked).next_back().copied().map(Position));
            let part = plain.iter().skip(asked as usize / 4).take(asked as usize % 7).copied().collect();
            proptest::prop_assert_eq!(ours.slice(asked as usize / 4, asked as usize % 7), positions(&part));
            let cut = plain.iter().copied().filter(|position| (10..=asked).contains(position)).collect();
            proptest::prop_assert_eq!(ours.within(Position(10), Position(asked)), positions(&cut));
            proptest::prop_assert_eq!(ours.both(&positions(&other)), positions(&plain.intersection(&other).copied().collect()));
            let mut joined = ours.clone();
            joined.extend(&positions(&other));
            proptest::prop_assert_eq!(joined, positions(&plain.union(&other).copied().collect()));
            let mut less = ours;
            less.remove_all(&positions(&other));
            proptest::prop_assert_eq!(less, positions(&plain.difference(&other).copied().collect()));
        }
    }
}
