//! What the pane of the letter shows, row by row: a letter, or a conversation with folded messages and unfolded ones.
//!
//! `update` counts the rows to scroll, `view` draws them, and a click asks what it has met.
//!
//! ```text
//!   Notes on the engine                               3 messages
//!   ╌ 5 more messages of this thread · <
//!
//!   Grace Hopper   The mill takes the variables in…    Tue 18:20
//! ▌ Ada Lovelace  <ada@example.org>              yesterday 18:20
//!
//!   I have read your sketch twice
//! ```

use std::ops::Range;

use chrono::{DateTime, Utc};

use super::State;
use super::conversation::ConversationView;
use super::letter_rows::{self, Headed, SheetRow};
use super::message_list::CursorList;
use super::notice::sentence;
use super::reading::Quotes;
use crate::domain::letter::Letter;
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::domain::topic::{self, Topic};

/// A part of the sheet, as high as it has rows.
#[derive(Debug)]
pub enum SheetPart<'a> {
    Blank,
    /// The subject of several messages, and how many are listed.
    Title(Printable, usize),
    /// That there are more messages in the thread than the row has.
    WholeThread,
    /// A message that is folded, by its number in the conversation.
    Head(usize),
    Letter(LetterPart<'a>),
    /// A line of why a letter did not come.
    Problem(Printable),
}

/// A letter that is read.
#[derive(Debug)]
pub struct LetterPart<'a> {
    pub letter: &'a Letter,
    pub placed: Option<DateTime<Utc>>,
    pub rows: Vec<SheetRow>,
    /// Its number, where it is one of several messages.
    pub number: Option<usize>,
}

#[derive(Debug, Default)]
pub struct Sheet<'a> {
    /// Each part with its first row.
    parts: Vec<(usize, SheetPart<'a>)>,
    len: usize,
    /// The rows of the messages that are listed, by their numbers.
    messages: Vec<(usize, Range<usize>)>,
    in_hand: Range<usize>,
}

/// What stands at a row.
#[derive(Debug, Clone, Copy)]
pub enum SheetPlace<'a> {
    Part(&'a SheetPart<'a>),
    Row(&'a LetterPart<'a>, usize),
}

impl<'a> Sheet<'a> {
    /// `None` where nothing has come that could be shown.
    #[must_use]
    pub fn of(state: &'a State) -> Option<Self> {
        let listed = state.listed()?;
        let (key, quotes) = (state.letter_key()?, listed.reading().quotes);
        let mut sheet = Self::default();
        if let Some(view) = state.read_conversation() {
            sheet.conversation(state, view, quotes);
            return Some(sheet);
        }
        let placed = listed.current().map(|entry| entry.placed);
        match state.letters.get(key)? {
            Ok(letter) => {
                let rows = letter_rows::rows(letter, quotes, Headed::Whole);
                sheet.push(SheetPart::Letter(LetterPart { letter, placed, rows, number: None }));
            }
            Err(problem) => sheet.problem(problem, key.width),
        }
        sheet.in_hand = 0..sheet.len;
        Some(sheet)
    }

    fn conversation(&mut self, state: &'a State, view: &'a ConversationView, quotes: Quotes) {
        let several = view.place().1 > 1;
        let title = state.listed().and_then(CursorList::current).map(|entry| &entry.subject);
        let title = title.map(|subject| Printable::from(topic::without_marks(subject.as_str()))).unwrap_or_default();
        let about = Topic::of(title.as_str());
        if several {
            self.push(SheetPart::Title(title, view.place().1));
        }
        if view.others() > 0 || view.is_cut() {
            self.push(SheetPart::WholeThread);
        }
        self.gap();
        let in_hand = state.letter_key();
        for number in view.listed() {
            let key = || if number == view.in_hand() { in_hand } else { state.letter_of(view, number) };
            let key = view.is_unfolded(number).then(key).flatten();
            let come = key.and_then(|key| Some((key, state.letters.get(key)?)));
            if let Some((_, Ok(_))) = come {
                self.gap();
            }
            let begins = self.len;
            match come {
                None => self.push(SheetPart::Head(number)),
                Some((key, Err(problem))) => {
                    self.push(SheetPart::Head(number));
                    self.problem(problem, key.width);
                }
                Some((_, Ok(letter))) => {
                    let headed = if several { Headed::Under(&about) } else { Headed::Whole };
                    let rows = letter_rows::rows(letter, quotes, headed);
                    let placed = view.message(number).map(|one| one.placed);
                    let number = several.then_some(number);
                    self.push(SheetPart::Letter(LetterPart { letter, placed, rows, number }));
                }
            }
            self.messages.push((number, begins..self.len));
            if let Some((_, Ok(_))) = come {
                self.gap();
            }
        }
        while let Some((begins, SheetPart::Blank)) = self.parts.last() {
            self.len = *begins;
            self.parts.pop();
        }
        let in_hand = self.messages.iter().find(|(number, _)| *number == view.in_hand());
        self.in_hand = in_hand.map(|(_, rows)| rows.clone()).unwrap_or_default();
    }

    fn problem(&mut self, problem: &Problem, width: u16) {
        for line in sentence(problem).wrap(usize::from(width)) {
            self.push(SheetPart::Problem(line));
        }
    }

    /// An empty line, where none stands there already.
    fn gap(&mut self) {
        if self.parts.last().is_some_and(|(_, part)| !matches!(part, SheetPart::Blank)) {
            self.push(SheetPart::Blank);
        }
    }

    fn push(&mut self, part: SheetPart<'a>) {
        let begins = self.len;
        self.len += if let SheetPart::Letter(letter) = &part { letter.rows.len() } else { 1 };
        self.parts.push((begins, part));
    }

    /// How many rows it has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.len
    }

    /// The rows of the message in hand.
    #[must_use]
    pub fn in_hand(&self) -> Range<usize> {
        self.in_hand.clone()
    }

    /// The first row of a message that is listed.
    #[must_use]
    pub fn begins(&self, number: usize) -> usize {
        self.messages.iter().find(|(listed, _)| *listed == number).map_or(0, |(_, rows)| rows.start)
    }

    /// The parts that have a row from `top` on, each with its first row.
    pub fn from(&self, top: usize) -> impl Iterator<Item = (usize, &SheetPart<'a>)> {
        let first = self.parts.partition_point(|(begins, _)| *begins <= top).saturating_sub(1);
        self.parts.iter().skip(first).map(|(begins, part)| (*begins, part))
    }

    #[must_use]
    pub fn place(&self, row: usize) -> Option<SheetPlace<'_>> {
        let (begins, part) = self.from(row).next().filter(|_| row < self.len)?;
        Some(match part {
            SheetPart::Letter(letter) => SheetPlace::Row(letter, row - begins),
            part => SheetPlace::Part(part),
        })
    }

    /// The message that comes in hand where these rows are in sight: the one in hand, or the nearest one to it.
    #[must_use]
    pub fn nearest(&self, sight: &Range<usize>) -> Option<usize> {
        let seen = |rows: &Range<usize>| rows.start < sight.end && sight.start < rows.end;
        if seen(&self.in_hand) {
            return None;
        }
        let mut seen = self.messages.iter().filter(|(_, rows)| seen(rows)).map(|(number, _)| *number);
        if self.in_hand.start < sight.start { seen.next() } else { seen.next_back() }
    }
}
