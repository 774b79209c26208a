//! The batch in hand: what is left of it, where the cursor stands, what is chosen.
//!
//! Everything here is about positions, of which there may be many; only the rows around the cursor are at hand.

use super::lines::{ListLine, ListLines};
use super::message_list::{CursorList, filled, follow, in_sight};
use super::reading::ReadingState;
use super::rows::Rows;
use super::window_end::EndStage;
use crate::domain::batch::BatchSection;
use crate::domain::conversation::ConversationKey;
use crate::domain::message::{BatchItem, MessageSummary};
use crate::domain::positions::{Position, Positions};
use crate::domain::query::Highlights;
use crate::domain::triage::Triage;
use crate::ui::geometry;

/// From this height on, in rows, the heading in hand stays at the top of the list.
const STICKY: u16 = 5;

#[derive(Debug)]
pub struct BatchView {
    pub triage: Triage,
    sections: Vec<BatchSection>,
    pub rows: Rows,
    /// What the cursor can stand on: what this pass is about, as far as the filter lets it through.
    shown: Positions,
    at: Option<Position>,
    /// The first line of the list that is shown.
    pub top: usize,
    /// How many lines could be seen last.
    seen: usize,
    /// Whether the list has room for empty lines.
    roomy: bool,
    /// The first line of the list, where a heading was brought there. It stays, though there is little beneath it.
    brought: Option<usize>,
    pub chosen: Selection,
    /// What a pattern finds that is being typed.
    pub previewed: Positions,
    /// What that pattern asks for.
    pub pattern: Highlights,
    filter: Option<Filter>,
    reading: ReadingState,
    /// How many came since the batch was frozen, and how many of them through an exception.
    pub since: (u32, u32),
    /// What was told last of the end of its window.
    pub told: EndStage,
}

/// The rows that the next decision is about, where it is not the one under the cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    pub positions: Positions,
    /// Where a range was begun that is not ended yet.
    pub from: Option<Position>,
}

#[derive(Debug, Clone)]
struct Filter {
    text: String,
    /// Nothing is known of a filter that was typed just now.
    passing: Option<Positions>,
    /// What it asks for.
    highlights: Highlights,
}

/// How far the batch has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    First,
    /// Nothing is undecided; so many wait to be answered later.
    Second,
    Over,
}

/// Where the cursor goes when its row is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toward {
    Next,
    Previous,
}

impl BatchView {
    #[must_use]
    pub fn new(triage: Triage, sections: Vec<BatchSection>, rows: Vec<BatchItem>) -> Self {
        let mut work = Self {
            triage,
            sections,
            rows: Rows::of(rows),
            shown: Positions::default(),
            at: None,
            top: 0,
            seen: 0,
            roomy: false,
            brought: None,
            chosen: Selection::default(),
            previewed: Positions::default(),
            pattern: Highlights::default(),
            filter: None,
            reading: ReadingState::default(),
            since: (0, 0),
            told: EndStage::default(),
        };
        work.stay(Toward::Next);
        work
    }

    /// Takes the decisions as the store knows them. Cursor and selection stay where they can.
    pub fn restore(&mut self, triage: Triage) {
        self.triage = triage;
        self.stay(Toward::Next);
    }

    #[must_use]
    pub fn find(&self, position: Position) -> Option<&MessageSummary> {
        self.rows.get(position)
    }

    #[must_use]
    pub fn pass(&self) -> Pass {
        if !self.triage.undecided().is_empty() {
            Pass::First
        } else if !self.triage.later().is_empty() {
            Pass::Second
        } else {
            Pass::Over
        }
    }

    /// The rows that the cursor can stand on.
    #[must_use]
    pub fn shown(&self) -> &Positions {
        &self.shown
    }

    /// The headings that something is shown under, with what that is.
    pub fn groups(&self) -> impl Iterator<Item = (&BatchSection, Positions)> {
        let under = |section: &BatchSection| Positions::between(section.first, section.last).both(&self.shown);
        self.sections.iter().map(move |section| (section, under(section))).filter(|(_, shown)| !shown.is_empty())
    }

    /// The lines of the list; without empty ones where there is little room.
    #[must_use]
    pub fn lines(&self, roomy: bool) -> ListLines<'_> {
        ListLines::of(self.groups(), roomy)
    }

    #[must_use]
    pub fn at(&self) -> Option<Position> {
        self.at
    }

    pub fn stand_on(&mut self, position: Position) {
        self.at = Some(position);
    }

    /// Stands on the first row under a heading, and brings the heading to the top of the list.
    pub fn bring_to_top(&mut self, first: Position) {
        self.at = Some(first);
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

    /// The cursor's row, counted from 1, among all that are shown, and how many those are.
    #[must_use]
    pub fn place_of_all(&self) -> (usize, usize) {
        (self.here().map_or(0, |here| self.shown.rank(here) + 1), self.shown.len())
    }

    /// The row under the cursor.
    #[must_use]
    pub fn here(&self) -> Option<Position> {
        self.at.filter(|at| self.shown.contains(*at))
    }

    /// What a decision is about now: the selection, else the row under the cursor.
    #[must_use]
    pub fn targets(&self) -> Positions {
        let chosen = self.chosen_now();
        if chosen.is_empty() { self.here().map(Positions::from).unwrap_or_default() } else { chosen }
    }

    /// The selection, an open range included.
    #[must_use]
    pub fn chosen_now(&self) -> Positions {
        let mut chosen = self.chosen.positions.clone();
        if let (Some(from), Some(at)) = (self.chosen.from, self.here()) {
            chosen.extend(&Positions::between(from.min(at), from.max(at)).both(&self.shown));
        }
        chosen
    }

    /// The rows that are marked: the selection, and what a pattern finds that is being typed.
    #[must_use]
    pub fn marked(&self) -> Positions {
        let mut marked = self.chosen_now();
        marked.extend(&self.previewed);
        marked
    }

    /// What this pass is about, whatever the filter hides.
    #[must_use]
    pub fn open(&self) -> Positions {
        match self.pass() {
            Pass::First => self.triage.undecided().clone(),
            Pass::Second => self.triage.later().clone(),
            Pass::Over => Positions::default(),
        }
    }

    /// Whether the next decision or the list is narrowed: something is chosen, or a filter is on.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        !self.chosen.positions.is_empty() || self.chosen.from.is_some() || self.filter.is_some()
    }

    /// Everything of the cursor's heading that this pass still has.
    #[must_use]
    pub fn heading_rows(&self) -> Option<(&str, Positions)> {
        let here = self.here()?;
        self.groups().find(|(_, shown)| shown.contains(here)).map(|(section, shown)| (section.heading.title(), shown))
    }

    #[must_use]
    pub fn filter(&self) -> Option<&str> {
        self.filter.as_ref().map(|filter| filter.text.as_str())
    }

    /// Narrows the list to what has these words, once that is known; without words everything is shown at once.
    pub fn filter_by(&mut self, text: &str) {
        let text = text.trim();
        let before = self.filter.take();
        if !text.is_empty() {
            let (passing, highlights) = before.map(|before| (before.passing, before.highlights)).unwrap_or_default();
            self.filter = Some(Filter { text: text.to_owned(), passing, highlights });
        }
        self.stay(Toward::Next);
    }

    /// What has the words of the filter.
    pub fn filtered(&mut self, found: Positions, highlights: Highlights) {
        if let Some(filter) = &mut self.filter {
            filter.passing = Some(found);
            filter.highlights = highlights;
        }
        self.stay(Toward::Next);
    }

    /// Brings cursor and choice to what is shown now: the cursor stays on its row, or goes to the nearest one in this
    /// direction that is left.
    pub fn stay(&mut self, toward: Toward) {
        let open = self.open();
        let passing = self.filter.as_ref().and_then(|filter| filter.passing.as_ref());
        self.shown = passing.map_or_else(|| open.clone(), |passing| open.both(passing));
        let near = self.at.unwrap_or(Position(0));
        let (ahead, behind) = (self.shown.at_or_after(near), self.shown.at_or_before(near));
        self.at = match toward {
            Toward::Next => ahead.or(behind),
            Toward::Previous => behind.or(ahead),
        };
        self.chosen.positions = self.chosen.positions.both(&self.shown);
        self.chosen.from = self.chosen.from.filter(|from| self.shown.contains(*from));
    }

    /// The rows that a list of this height shows, and as many again before and after them.
    #[must_use]
    pub fn around(&self, height: usize) -> (Positions, Positions) {
        let top = self.place().min(self.lines(self.roomy).rank_at(self.top));
        // With a letter alone on the screen the list does not scroll along.
        let first = if self.place() < top + height { top } else { self.place() };
        let seen = self.shown.slice(first, height);
        let near = self.shown.slice(first.saturating_sub(height), height * 3);
        (seen, near)
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
        self.at = self.shown.nth(place).or(self.shown.last());
    }

    fn entry(&self, place: usize) -> Option<&MessageSummary> {
        self.find(self.shown.nth(place)?)
    }

    fn conversation_key(&self, place: usize) -> Option<ConversationKey> {
        let at = self.shown.nth(place)?;
        Some(ConversationKey { batch: self.triage.batch().id(), first: at, last: at })
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
        self.at = position.or(self.at);
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
