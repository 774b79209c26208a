//! The list of a batch line by line: headings with space above them, and a row for each message that is shown.
//!
//! Lines are counted and not made, so that a long list costs no more than a short one.

use super::pass_rows::PassPart;
use crate::domain::batch::BatchSection;
use crate::domain::positions::{Position, Positions};

/// A line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListLine<'a> {
    Blank,
    /// A heading, and how many messages are under it.
    Heading(&'a str, usize),
    Row(Position),
}

/// What is shown under a heading.
#[derive(Debug)]
pub struct SectionRows<'a> {
    pub title: &'a str,
    /// One position for each row.
    pub rows: Positions,
    /// How many messages those rows stand for.
    pub messages: usize,
}

impl<'a> SectionRows<'a> {
    /// Of these rows and messages those that stand under this heading.
    #[must_use]
    pub fn of(section: &'a BatchSection, part: &PassPart) -> Self {
        let rows = part.rows.within(section.first, section.last);
        let messages = part.messages.within(section.first, section.last).len();
        Self { title: section.heading.title(), rows, messages }
    }
}

#[derive(Debug)]
pub struct ListLines<'a> {
    sections: Vec<ListSection<'a>>,
}

#[derive(Debug)]
struct ListSection<'a> {
    title: &'a str,
    messages: usize,
    shown: Positions,
    /// The line of its heading.
    heading: usize,
    /// How many rows are under the headings above.
    before: usize,
    /// Whether a line above the heading is left empty.
    spaced: bool,
}

impl<'a> ListSection<'a> {
    fn line(&self) -> ListLine<'a> {
        ListLine::Heading(self.title, self.messages)
    }
}

impl<'a> ListLines<'a> {
    /// The lines of these headings, each with what is shown under it; without empty lines where there is little room.
    #[must_use]
    pub fn of(shown: impl Iterator<Item = SectionRows<'a>>, roomy: bool) -> Self {
        let (mut line, mut before) = (0, 0);
        let mut sections = Vec::new();
        for SectionRows { title, rows: shown, messages } in shown {
            let spaced = roomy && !sections.is_empty();
            let (heading, count) = (line + usize::from(spaced), shown.len());
            sections.push(ListSection { title, messages, shown, heading, before, spaced });
            line = heading + 1 + count;
            before += count;
        }
        Self { sections }
    }

    #[must_use]
    pub fn count(&self) -> usize {
        self.sections.last().map_or(0, |section| section.heading + 1 + section.shown.len())
    }

    /// The line at this place from the top, from 0.
    #[must_use]
    pub fn line(&self, at: usize) -> Option<ListLine<'a>> {
        let section = self.section_at(at)?;
        match at.checked_sub(section.heading) {
            None => Some(ListLine::Blank),
            Some(0) => Some(section.line()),
            Some(below) => section.shown.nth(below - 1).map(ListLine::Row),
        }
    }

    /// The heading that the line stands under.
    #[must_use]
    pub fn heading_over(&self, at: usize) -> Option<ListLine<'a>> {
        self.section_at(at).map(ListSection::line)
    }

    #[must_use]
    pub fn is_heading(&self, at: usize) -> bool {
        self.section_at(at).is_some_and(|section| section.heading == at)
    }

    /// The line of a row; of the nearest one below it, where it is not shown.
    #[must_use]
    pub fn line_of(&self, position: Position) -> usize {
        let at = |section: &&ListSection<'_>| section.shown.contains(position);
        let within = |section: &&ListSection<'_>| section.shown.last().is_some_and(|last| position <= last);
        let mut sections = self.sections.iter();
        sections
            .find(at)
            .or_else(|| self.sections.iter().find(within))
            .map_or(0, |section| section.heading + 1 + section.shown.rank(position))
    }

    /// How many rows are above a line.
    #[must_use]
    pub fn rank_at(&self, at: usize) -> usize {
        self.section_at(at).map_or(0, |section| section.before + at.saturating_sub(section.heading + 1))
    }

    fn section_at(&self, at: usize) -> Option<&ListSection<'a>> {
        let first = |section: &ListSection<'_>| section.heading - usize::from(section.spaced);
        let place = self.sections.partition_point(|section| first(section) <= at);
        self.sections.get(place.checked_sub(1)?).filter(|section| at <= section.heading + section.shown.len())
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::ListLine;
    use crate::domain::batch::{Batch, BatchOccasion, BatchSection, Heading};
    use crate::domain::group::Groups;
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
            let work = BatchView::new(triage, sections.clone(), Groups::default(), Vec::new());
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
            proptest::prop_assert_eq!(work.around(plain.len(), plain.len()).0, work.shown().slice(0, all.len()));
        }
    }
}
