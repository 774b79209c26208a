//! The list of a batch line by line: headings with space above them, and a row for each message that is shown.
//!
//! Lines are counted and not made, so that a long list costs no more than a short one.

use crate::domain::batch::BatchSection;
use crate::domain::positions::{Position, Positions};

/// A line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListLine<'a> {
    Blank,
    /// A heading, and how many rows are shown under it.
    Heading(&'a str, usize),
    Row(Position),
}

#[derive(Debug)]
pub struct ListLines<'a> {
    groups: Vec<Group<'a>>,
}

#[derive(Debug)]
struct Group<'a> {
    title: &'a str,
    shown: Positions,
    /// The line of its heading.
    heading: usize,
    /// How many rows are in the groups above.
    before: usize,
    /// Whether a line above the heading is left empty.
    spaced: bool,
}

impl<'a> Group<'a> {
    fn line(&self) -> ListLine<'a> {
        ListLine::Heading(self.title, self.shown.len())
    }
}

impl<'a> ListLines<'a> {
    /// The lines of these headings, each with what is shown under it; without empty lines where there is little room.
    #[must_use]
    pub fn of(shown: impl Iterator<Item = (&'a BatchSection, Positions)>, roomy: bool) -> Self {
        let (mut line, mut before) = (0, 0);
        let mut groups = Vec::new();
        for (section, shown) in shown {
            let spaced = roomy && !groups.is_empty();
            let (heading, count) = (line + usize::from(spaced), shown.len());
            groups.push(Group { title: section.heading.title(), shown, heading, before, spaced });
            line = heading + 1 + count;
            before += count;
        }
        Self { groups }
    }

    #[must_use]
    pub fn count(&self) -> usize {
        self.groups.last().map_or(0, |group| group.heading + 1 + group.shown.len())
    }

    /// The line at this place from the top, from 0.
    #[must_use]
    pub fn line(&self, at: usize) -> Option<ListLine<'a>> {
        let group = self.group_at(at)?;
        match at.checked_sub(group.heading) {
            None => Some(ListLine::Blank),
            Some(0) => Some(group.line()),
            Some(below) => group.shown.nth(below - 1).map(ListLine::Row),
        }
    }

    /// The heading that the line stands under.
    #[must_use]
    pub fn heading_over(&self, at: usize) -> Option<ListLine<'a>> {
        self.group_at(at).map(Group::line)
    }

    #[must_use]
    pub fn is_heading(&self, at: usize) -> bool {
        self.group_at(at).is_some_and(|group| group.heading == at)
    }

    /// The line of a row; of the nearest one below it, where it is not shown.
    #[must_use]
    pub fn line_of(&self, position: Position) -> usize {
        let within = |group: &&Group<'_>| group.shown.last().is_some_and(|last| position <= last);
        self.groups.iter().find(within).map_or(0, |group| group.heading + 1 + group.shown.rank(position))
    }

    /// How many rows are above a line.
    #[must_use]
    pub fn rank_at(&self, at: usize) -> usize {
        self.group_at(at).map_or(0, |group| group.before + at.saturating_sub(group.heading + 1))
    }

    fn group_at(&self, at: usize) -> Option<&Group<'a>> {
        let first = |group: &Group<'_>| group.heading - usize::from(group.spaced);
        let place = self.groups.partition_point(|group| first(group) <= at);
        self.groups.get(place.checked_sub(1)?).filter(|group| at <= group.heading + group.shown.len())
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::ListLine;
    use crate::domain::batch::{Batch, BatchOccasion, BatchSection, Heading};
    use crate::domain::ids::BatchId;
    use crate::domain::positions::{Position, Positions};
    use crate::domain::triage::{Decision, Triage};
    use crate::ui::state::batch_view::BatchView;

    proptest::proptest! {
        /// The same lines as by going through the batch from its top.
        #[test]
        fn counted_lines_are_those_that_would_be_made(
            sizes in proptest::collection::vec(1u32..6, 1..5),
            decided in proptest::collection::btree_set(1u32..25, 0..20),
            roomy: bool,
        ) {
            let mut sections = Vec::new();
            let mut size = 0;
            for (place, count) in sizes.iter().enumerate() {
                let heading = Heading::Lane(place, format!("lane {place}"));
                sections.push(BatchSection { heading, first: Position(size + 1), last: Position(size + count) });
                size += count;
            }
            let mut triage = Triage::new(Batch::freeze(BatchId(1), BatchOccasion::Exceptions, DateTime::UNIX_EPOCH, size));
            triage.decide(Decision::Done, &decided.iter().copied().map(Position).collect());
            let mut plain = Vec::new();
            let mut before = Vec::new();
            let mut rows = 0;
            for section in &sections {
                let shown: Vec<_> = (section.first.0..=section.last.0).map(Position)
                    .filter(|position| triage.undecided().contains(*position)).collect();
                if shown.is_empty() {
                    continue;
                }
                let heading = [ListLine::Blank, ListLine::Heading(section.heading.title(), shown.len())];
                let skipped = usize::from(!roomy || plain.is_empty());
                for line in heading.into_iter().skip(skipped) {
                    plain.push(line);
                    before.push(rows);
                }
                for position in shown {
                    plain.push(ListLine::Row(position));
                    before.push(rows);
                    rows += 1;
                }
            }
            let work = BatchView::new(triage, sections.clone(), Vec::new());
            let lines = work.lines(roomy);
            proptest::prop_assert_eq!(lines.count(), plain.len());
            for (at, line) in plain.iter().enumerate() {
                proptest::prop_assert_eq!(lines.line(at), Some(*line));
                proptest::prop_assert_eq!(lines.is_heading(at), matches!(line, ListLine::Heading(..)));
                proptest::prop_assert_eq!(lines.rank_at(at), before[at]);
                if let ListLine::Row(position) = line {
                    proptest::prop_assert_eq!(lines.line_of(*position), at);
                }
            }
            proptest::prop_assert_eq!(lines.line(plain.len()), None);
            // What is in sight from any line on is asked for.
            let all = Positions::between(Position(1), Position(size));
            proptest::prop_assert_eq!(work.around(plain.len()).0, work.shown().both(&all));
        }
    }
}
