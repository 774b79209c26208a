//! The batch as a list with a cursor: its lines, how it scrolls, and where the cursor goes.

use super::{BatchView, STICKY};
use crate::domain::conversation::ConversationKey;
use crate::domain::group::GroupKind;
use crate::domain::message::MessageSummary;
use crate::domain::positions::Position;
use crate::domain::query::Highlights;
use crate::ui::geometry;
use crate::ui::state::lines::{ListLine, ListLines};
use crate::ui::state::message_list::{CursorList, filled, follow, in_sight};
use crate::ui::state::reading::ReadingState;

impl BatchView {
    /// Stands on the first row under a heading, and brings the heading to the top of the list.
    pub fn bring_to_top(&mut self, first: Position) {
        self.put(first);
        self.top = self.lines(self.roomy).line_of(first).saturating_sub(1);
        self.brought = Some(self.top);
    }

    /// The heading that is drawn over the first line of a list of this height, so that the one in hand stays in sight. The
    /// cursor is never on that line (see `follow`).
    #[must_use]
    pub fn heading_on_top<'l>(&self, lines: &ListLines<'l>, height: u16) -> Option<ListLine<'l>> {
        let row = |at: usize| matches!(lines.line(at), Some(ListLine::Row(_)));
        // Over the last row of a heading it would stand for nothing.
        if height >= STICKY && row(self.top) && row(self.top + 1) { lines.heading_over(self.top) } else { None }
    }
}

impl CursorList for BatchView {
    fn len(&self) -> usize {
        self.shown.len()
    }

    fn place(&self) -> usize {
        self.at.map_or(0, |at| self.shown.rank(at))
    }

    fn go(&mut self, place: usize) {
        if let Some(row) = self.shown.nth(place).or(self.shown.last()) {
            self.put(row);
        }
    }

    fn entry(&self, place: usize) -> Option<&MessageSummary> {
        self.find(self.shown.nth(place)?)
    }

    /// Of a folded conversation its whole run. The messages of a bundle are no conversation: each is read by itself.
    fn conversation_key(&self, place: usize) -> Option<ConversationKey> {
        let row = self.shown.nth(place)?;
        let group = self.folds.folded(row).filter(|group| group.kind == GroupKind::Conversation);
        let (first, last) = group.map_or((row, row), |group| (group.first, group.last));
        Some(ConversationKey { batch: self.triage.batch().id(), first, last })
    }

    fn top(&self) -> usize {
        self.top
    }

    /// The heading right above the cursor's row stays in sight, too.
    fn keep_in_sight(&mut self, height: u16, seen: u16) {
        self.roomy = geometry::roomy(height);
        let rows = usize::from(seen);
        let lines = self.lines(self.roomy);
        let at = self.at.map_or(0, |at| lines.line_of(at));
        let below_heading = rows > 1 && at > 0 && lines.is_heading(at - 1);
        // Where a heading was brought to the top, the lines that are missing beneath it are counted as empty ones.
        let count = lines.count().max(self.brought.map_or(0, |top| top + rows.div_ceil(2)));
        let top = if self.brought.is_some() { self.top } else { filled(self.top, count, self.seen, rows) };
        let first = follow(top, at, count, rows);
        self.seen = rows;
        self.top = if below_heading { first.min(at - 1) } else { first };
        self.brought = self.brought.filter(|top| *top == self.top);
    }

    fn scroll_to(&mut self, top: usize, height: u16) {
        let lines = self.lines(geometry::roomy(height));
        let (height, count) = (usize::from(height), lines.count());
        let at = self.at.map_or(0, |at| lines.line_of(at));
        let top = top.min(count.saturating_sub(height));
        let seen = in_sight(top, at, count, height);
        // The cursor cannot stand on a heading: it goes to the next row, toward where it was.
        let row = |at| if let Some(ListLine::Row(position)) = lines.line(at) { Some(position) } else { None };
        let position = if at > seen { (0..=seen).rev().find_map(row) } else { (seen..count).find_map(row) };
        self.top = top;
        if let Some(row) = position.filter(|row| self.at != Some(*row)) {
            self.put(row);
        }
    }

    fn row_at(&self, line: usize, height: u16) -> Option<usize> {
        let lines = self.lines(geometry::roomy(height));
        match lines.line(self.top + line)? {
            ListLine::Row(_) if line == 0 && self.heading_on_top(&lines, height).is_some() => None,
            ListLine::Row(position) => Some(self.shown.rank(position)),
            ListLine::Blank | ListLine::Heading(..) => None,
        }
    }

    fn reading(&self) -> &ReadingState {
        &self.reading
    }

    fn reading_mut(&mut self) -> &mut ReadingState {
        &mut self.reading
    }

    /// Of the pattern that is typed, else of the filter.
    fn highlights(&self) -> &Highlights {
        let of_filter = self.filter.as_ref().map(|filter| &filter.highlights);
        of_filter.filter(|_| self.previewed.is_empty()).unwrap_or(&self.pattern)
    }

    fn current(&self) -> Option<&MessageSummary> {
        self.find(self.here()?)
    }
}
