//! A plain list of messages beside a letter: what a search found, what is deferred, what a peek shows.

use super::reading::ReadingState;
use crate::domain::conversation::ConversationKey;
use crate::domain::message::MessageSummary;
use crate::domain::query::Highlights;

/// A list that has a cursor, and a letter that is read beside it.
pub trait CursorList {
    /// How many rows the cursor can stand on.
    fn len(&self) -> usize;
    /// The row under the cursor, from 0; 0 where there is none.
    fn place(&self) -> usize;
    /// Puts the cursor on a row; beyond the last one means the last one.
    fn go(&mut self, place: usize);
    fn entry(&self, place: usize) -> Option<&MessageSummary>;
    /// The messages of a row and their batch, where rows are read as conversations.
    fn conversation_key(&self, _place: usize) -> Option<ConversationKey> {
        None
    }
    /// The first line that is shown.
    fn top(&self) -> usize;
    /// Scrolls so that the cursor is among the lines that a list of this height shows, of which so many can be seen: a panel may
    /// lie over the others.
    fn keep_in_sight(&mut self, height: u16, seen: u16);
    /// Scrolls to this line, as far as there are lines; the cursor stays on its row for as long as that is in sight.
    fn scroll_to(&mut self, top: usize, height: u16);
    /// The row at a line of the list, counted from the first one that is shown; `None` on a heading and beneath the last row.
    fn row_at(&self, line: usize, height: u16) -> Option<usize>;
    fn reading(&self) -> &ReadingState;
    fn reading_mut(&mut self) -> &mut ReadingState;
    /// What was asked for: it is shown in the rows and in the letter.
    fn highlights(&self) -> &Highlights;

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn current(&self) -> Option<&MessageSummary> {
        self.entry(self.place())
    }
}

#[derive(Debug, Clone, Default)]
pub struct MessageList {
    pub entries: Vec<MessageSummary>,
    at: usize,
    /// The first row that is shown.
    pub top: usize,
    /// How many rows could be seen last.
    seen: usize,
    reading: ReadingState,
    pub highlights: Highlights,
}

impl MessageList {
    #[must_use]
    pub fn of(entries: Vec<MessageSummary>) -> Self {
        Self { entries, ..Self::default() }
    }

    /// Takes a newer list and keeps the cursor near where it was.
    pub fn refill(&mut self, entries: Vec<MessageSummary>) {
        self.entries = entries;
        self.go(self.at);
    }
}

impl CursorList for MessageList {
    fn len(&self) -> usize {
        self.entries.len()
    }

    fn place(&self) -> usize {
        self.at
    }

    fn go(&mut self, place: usize) {
        self.at = place.min(self.entries.len().saturating_sub(1));
    }

    fn entry(&self, place: usize) -> Option<&MessageSummary> {
        self.entries.get(place)
    }

    fn top(&self) -> usize {
        self.top
    }

    fn keep_in_sight(&mut self, _height: u16, seen: u16) {
        let (before, rows) = (std::mem::replace(&mut self.seen, seen.into()), usize::from(seen));
        let top = filled(self.top, self.entries.len(), before, rows);
        self.top = follow(top, self.at, self.entries.len(), rows);
    }

    fn scroll_to(&mut self, top: usize, height: u16) {
        let height = usize::from(height);
        self.top = top.min(self.len().saturating_sub(height));
        self.go(in_sight(self.top, self.at, self.len(), height));
    }

    fn row_at(&self, line: usize, _height: u16) -> Option<usize> {
        Some(self.top + line).filter(|place| *place < self.len())
    }

    fn reading(&self) -> &ReadingState {
        &self.reading
    }

    fn reading_mut(&mut self) -> &mut ReadingState {
        &mut self.reading
    }

    fn highlights(&self) -> &Highlights {
        &self.highlights
    }
}

/// The first line to show where `rows` rows can be seen and it were `before`: a list that gets more room is filled, as far as there
/// are lines.
#[must_use]
pub fn filled(top: usize, lines: usize, before: usize, rows: usize) -> usize {
    if rows > before { top.min(lines.saturating_sub(rows)) } else { top }
}

/// The first line to show of `lines` in `rows` rows, so that line `at` is among them with a line of what lies beyond
/// it, and as little as possible moves.
///
/// Where lines went away at the end, the space that they leave stays, up to half of the rows: filling it would move
/// the row under the cursor.
#[must_use]
pub fn follow(top: usize, at: usize, lines: usize, rows: usize) -> usize {
    let rows = rows.max(1);
    let margin = usize::from(rows >= 5);
    let top = top.min(lines.saturating_sub(rows.div_ceil(2)));
    if at < top + margin {
        at.saturating_sub(margin)
    } else if at + 1 + margin.min(lines.saturating_sub(at + 1)) > top + rows {
        (at + 1 + margin - rows).min(lines.saturating_sub(rows))
    } else {
        top
    }
}

/// The line nearest to `at` that can be under the cursor while `top` is the first one shown.
#[must_use]
pub fn in_sight(top: usize, at: usize, lines: usize, height: usize) -> usize {
    let margin = usize::from(height >= 5);
    let first = if top == 0 { 0 } else { top + margin };
    let last = if top + height >= lines { lines } else { top + height - margin };
    at.clamp(first, last.saturating_sub(1).max(first))
}

#[cfg(test)]
mod tests {
    use super::follow;

    #[test]
    fn a_row_that_goes_away_at_the_end_moves_nothing() {
        assert_eq!(follow(15, 17, 19, 5), 15);
        assert_eq!(follow(15, 17, 18, 5), 15);
        // Half of the space is the most that stays empty.
        assert_eq!(follow(15, 16, 17, 5), 14);
    }

    proptest::proptest! {
        #[test]
        fn the_line_is_always_in_sight(top in 0usize..50, at in 0usize..40, more in 0usize..20, rows in 0usize..12) {
            let first = follow(top, at, at + 1 + more, rows);
            proptest::prop_assert!(first <= at && at < first + rows.max(1));
        }
    }

    #[test]
    fn scrolls_no_more_than_it_must() {
        assert_eq!(follow(0, 3, 20, 5), 0);
        assert_eq!(follow(0, 4, 20, 5), 1);
        assert_eq!(follow(7, 3, 20, 5), 2);
        assert_eq!(follow(0, 19, 20, 5), 15);
        assert_eq!(follow(0, 3, 20, 4), 0);
        assert_eq!(follow(3, 0, 0, 0), 0);
    }
}
