//! The batch in hand: what is left of it, where the cursor stands, what is chosen.
//!
//! Everything here is about positions, of which there may be many; only the rows around the cursor are at hand. A row is one message
//! or a folded group of several; it is named by the position of one of its messages.

mod cursor;

use std::collections::BTreeMap;

use super::folds::{Folds, Nesting, OpenFolds};
use super::lines::{ListLines, SectionRows};
use super::message_list::CursorList;
use super::pass_rows::PassRows;
use super::reading::ReadingState;
use super::rows::Rows;
use super::window_end::EndStage;
use crate::domain::alike::Alike;
use crate::domain::answer_pace::AnswerPace;
use crate::domain::batch::BatchSection;
use crate::domain::group::{BatchGroup, BatchItem, GroupKind, GroupSummary, Groups};
use crate::domain::message::MessageSummary;
use crate::domain::positions::{Position, Positions};
use crate::domain::printable::Printable;
use crate::domain::query::Highlights;
use crate::domain::triage::Triage;
use crate::ui::geometry::Focus;

/// From this height on, in rows, the heading in hand stays at the top of the list.
const STICKY: u16 = 5;

/// What is put to the end of the second pass stands under this.
const POSTPONED: &str = "at the end, once more";

#[derive(Debug)]
pub struct BatchView {
    /// Rows whose answer was handed to another mail program, and what that is called.
    pub handed: Vec<(Positions, Printable)>,
    pub triage: Triage,
    sections: Vec<BatchSection>,
    pub rows: Rows,
    /// What this pass is about, as far as the filter lets it through.
    messages: Positions,
    /// What the cursor can stand on.
    shown: PassRows,
    folds: Folds,
    /// How the list was before each act, by the act's number.
    before: BTreeMap<u32, ListBefore>,
    at: Option<Position>,
    /// The first line of the list that is shown.
    pub top: usize,
    /// How many lines could be seen last.
    seen: usize,
    /// Whether the list has room for empty lines.
    roomy: bool,
    /// The first line of the list, where a heading was brought there. It stays, though there is little beneath it.
    brought: Option<usize>,
    /// Whether a decision took the cursor on to another heading, and the person has not moved since.
    pub moved_on: bool,
    pub chosen: Selection,
    /// What a pattern finds that is being typed.
    pub previewed: Positions,
    /// What that pattern asks for.
    pub pattern: Highlights,
    filter: Option<Filter>,
    reading: ReadingState,
    /// How many came since the batch was frozen, and how many of them through an exception.
    pub since: (u32, u32),
    /// How long an answer takes, where that is known.
    pub pace: Option<AnswerPace>,
    /// What was told last of the end of its window.
    pub told: EndStage,
}

/// The rows that the next decision is about, where it is not the one under the cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    pub positions: Positions,
    /// Where a range was begun that is not ended yet.
    pub from: Option<Position>,
    /// Whether it was chosen for the next decision alone.
    pub for_next: bool,
    /// What is like the message that the selection began with, and how far that is taken.
    pub alike: Option<(Alike, usize)>,
}

/// Where the cursor was, and what was folded.
#[derive(Debug)]
struct ListBefore {
    at: Option<Position>,
    folds: OpenFolds,
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
    pub fn new(triage: Triage, sections: Vec<BatchSection>, groups: Groups, rows: Vec<BatchItem>) -> Self {
        let mut work = Self {
            handed: Vec::new(),
            triage,
            sections,
            rows: Rows::of(rows),
            messages: Positions::default(),
            shown: PassRows::default(),
            folds: Folds::of(groups),
            before: BTreeMap::new(),
            at: None,
            top: 0,
            seen: 0,
            roomy: false,
            brought: None,
            moved_on: false,
            chosen: Selection::default(),
            previewed: Positions::default(),
            pattern: Highlights::default(),
            filter: None,
            reading: ReadingState::default(),
            since: (0, 0),
            pace: None,
            told: EndStage::default(),
        };
        work.stay(Toward::Next);
        work
    }

    /// The same where it is known how long an answer takes.
    #[must_use]
    pub fn at_pace(self, pace: Option<AnswerPace>) -> Self {
        Self { pace, ..self }
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

    /// How a row stands to its group.
    #[must_use]
    pub fn nesting(&self, row: Position) -> Nesting {
        self.folds.nesting(row, &self.shown.part_of(row).messages)
    }

    /// What is said of the group that a folded row is.
    #[must_use]
    pub fn summary(&self, row: Position) -> Option<&GroupSummary> {
        self.rows.group(row).filter(|_| matches!(self.nesting(row), Nesting::Folded(_)))
    }

    /// The messages that a row stands for: a decision on it is about these.
    #[must_use]
    pub fn beneath(&self, row: Position) -> Positions {
        self.folds.beneath(row, &self.shown.part_of(row).messages)
    }

    /// The group that has all of these messages.
    #[must_use]
    pub fn group_of(&self, positions: &Positions) -> Option<BatchGroup> {
        self.folds.group_of(positions)
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
    pub fn shown(&self) -> &PassRows {
        &self.shown
    }

    /// What this pass is about, as far as the filter lets it through.
    #[must_use]
    pub fn messages(&self) -> &Positions {
        &self.messages
    }

    /// The headings that something is shown under, with what that is.
    pub fn sections(&self) -> impl Iterator<Item = SectionRows<'_>> {
        let under = |section| SectionRows::of(section, &self.shown.turn);
        let end = &self.shown.postponed;
        let end = SectionRows { title: POSTPONED, rows: end.rows.clone(), messages: end.messages.len() };
        self.sections.iter().map(under).chain([end]).filter(|section| !section.rows.is_empty())
    }

    /// The lines of the list; without empty ones where there is little room.
    #[must_use]
    pub fn lines(&self, roomy: bool) -> ListLines<'_> {
        ListLines::of(self.sections(), roomy)
    }

    #[must_use]
    pub fn at(&self) -> Option<Position> {
        self.at
    }

    /// Puts the cursor on a message. A folded group stands by it from now on.
    pub fn stand_on(&mut self, position: Position) {
        self.put(position);
        if !self.shown.contains(position) {
            self.folds.stand_by(position);
            self.lay_out();
        }
    }

    fn put(&mut self, position: Position) {
        self.at = Some(position);
        self.moved_on = false;
        if self.chosen.for_next {
            self.chosen = Selection::default();
        }
    }

    /// Unfolds the row under the cursor, or folds the group that its message is of; the cursor stays on its message. `false` where
    /// that changes nothing.
    pub fn fold(&mut self, folded: bool) -> bool {
        let Some(here) = self.here() else { return false };
        match (self.nesting(here), folded) {
            (Nesting::Folded(_), false) => self.folds.unfold(here),
            (Nesting::First | Nesting::Between | Nesting::Last, true) => self.folds.fold(here),
            _ => return false,
        }
        self.lay_out();
        true
    }

    /// Notes how the list is before this act, for the time when that is taken back.
    pub fn remember(&mut self, act: u32) {
        self.before.insert(act, ListBefore { at: self.at, folds: self.folds.open().clone() });
    }

    /// Brings cursor and folds back to how they were before an act about these.
    pub fn go_back_to(&mut self, act: u32, of: &Positions) {
        let before = self.before.remove(&act);
        let at = before.as_ref().and_then(|before| before.at).filter(|at| of.contains(*at)).or(of.first());
        if let Some(before) = before {
            self.folds.restore(&before.folds, of);
        }
        self.lay_out();
        let Some(at) = at else { return };
        self.stand_on(at);
        self.stay(Toward::Next);
        // A filter may hide it. (It may also have gone back to a second pass that is not on.)
        if self.at != Some(at) {
            self.at = Some(at);
            self.filter_by("");
        }
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
        if chosen.is_empty() { self.in_hand() } else { chosen }
    }

    /// The messages in hand: those of the row under the cursor. A bundle is read message by message, so what is said while one of
    /// them is open is about that one alone.
    #[must_use]
    pub fn in_hand(&self) -> Positions {
        let Some(here) = self.here() else { return Positions::default() };
        let beneath = self.beneath(here);
        let is_bundle = self.group_of(&beneath).is_some_and(|group| group.kind != GroupKind::Conversation);
        if is_bundle && self.reading.focus == Focus::Letter { Positions::from(here) } else { beneath }
    }

    /// The selection, an open range included.
    #[must_use]
    pub fn chosen_now(&self) -> Positions {
        let mut chosen = self.chosen.positions.clone();
        if let (Some(from), Some(at)) = (self.chosen.from, self.here()) {
            chosen.extend(&self.shown.between(&self.folds, from, at));
        }
        chosen
    }

    /// The messages that are marked: the selection, and what a pattern finds that is being typed.
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
        if self.shown.postponed.messages.contains(here) {
            return Some((POSTPONED, self.shown.postponed.messages.clone()));
        }
        let section = self.section_of(here)?;
        Some((section.heading.title(), self.shown.turn.messages.within(section.first, section.last)))
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

    /// Brings cursor and choice to what is shown now: the cursor stays on its message, or goes to the nearest row in this
    /// direction that is left, under its heading where one is left there.
    pub fn stay(&mut self, toward: Toward) {
        let was_at_end = self.at.is_some_and(|at| self.shown.postponed.messages.contains(at));
        self.lay_out();
        if let Some(at) = self.at.filter(|at| self.messages.contains(*at) && !self.shown.contains(*at)) {
            self.folds.stand_by(at);
            self.lay_out();
        }
        let near = self.at.unwrap_or(Position(0));
        let at_end = was_at_end && !self.messages.contains(near) && !self.shown.postponed.rows.is_empty();
        let part = if at_end { &self.shown.postponed } else { self.shown.part_of(near) };
        let part = if part.rows.is_empty() { &self.shown.postponed.rows } else { &part.rows };
        let section = self.section_of(near).map(|section| part.within(section.first, section.last));
        let rows = section.as_ref().filter(|rows| !rows.is_empty()).unwrap_or(part);
        let (ahead, behind) = (rows.at_or_after(near), rows.at_or_before(near));
        self.at = match toward {
            Toward::Next => ahead.or(behind),
            Toward::Previous => behind.or(ahead),
        };
        self.chosen.positions = self.chosen.positions.both(&self.messages);
        self.chosen.from = self.chosen.from.filter(|from| self.messages.contains(*from));
    }

    /// The same after a decision about what the cursor is on.
    pub fn advance(&mut self, toward: Toward) {
        let under = |work: &Self| work.at.and_then(|at| work.section_of(at)).map(|section| section.first);
        let before = under(self);
        self.stay(toward);
        self.moved_on |= before != under(self);
    }

    /// The same after what the cursor is on was put to the end of the pass: it goes on to the row after it.
    pub fn advance_past(&mut self) {
        self.lay_out();
        if let Some(next) = self.at.and_then(|at| self.shown.after(at)) {
            self.put(next);
        }
        self.stay(Toward::Next);
    }

    /// Works out what is shown.
    fn lay_out(&mut self) {
        let open = self.open();
        let passing = self.filter.as_ref().and_then(|filter| filter.passing.as_ref());
        self.messages = passing.map_or_else(|| open.clone(), |passing| open.both(passing));
        self.shown = PassRows::of(&self.messages, self.triage.postponed(), &self.folds);
    }

    fn section_of(&self, position: Position) -> Option<&BatchSection> {
        self.sections.iter().find(|section| section.first <= position && position <= section.last)
    }

    /// The rows that a list of this height shows, and those that three screens of this height have around them.
    #[must_use]
    pub fn around(&self, height: usize, screen: usize) -> (Positions, Positions) {
        let top = self.place().min(self.lines(self.roomy).rank_at(self.top));
        // With a letter alone on the screen the list does not scroll along.
        let first = if self.place() < top + height { top } else { self.place() };
        let seen = self.shown.slice(first, height);
        let near = self.shown.slice(first.saturating_sub(screen), screen * 3);
        (seen, near)
    }
}
