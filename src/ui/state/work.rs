//! The batch in hand: what is left of it, where the cursor stands, what is chosen.

use std::collections::{HashMap, HashSet};

use super::reading::Reading;
use super::shelf::{Listed, follow};
use crate::domain::batch::Heading;
use crate::domain::ids::Id;
use crate::domain::message::Entry;
use crate::domain::triage::{Triage, Verb};
use crate::domain::words;

#[derive(Debug)]
pub struct Work {
    pub triage: Triage,
    /// In triage order.
    entries: Vec<Entry>,
    places: HashMap<Id, usize>,
    /// For each entry the number of its heading, counted from the top: compared for every line of every frame.
    groups: Vec<usize>,
    at: Option<Id>,
    /// The first line of the list that is shown.
    pub top: usize,
    pub chosen: Chosen,
    filter: Option<Filter>,
    reading: Reading,
    /// How many came since the batch was frozen, and how many of them through an exception.
    pub since: (u32, u32),
}

/// The rows that the next decision is about, where it is not the one under the cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    pub ids: HashSet<Id>,
    /// Where a range was begun that is not ended yet.
    pub from: Option<Id>,
}

#[derive(Debug, Clone)]
struct Filter {
    text: String,
    passing: HashSet<Id>,
}

/// How far the batch has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    First,
    /// Nothing is undecided; so many wait to be answered later.
    Second,
    Over,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line<'a> {
    Blank,
    Heading(&'a str),
    Row(&'a Entry),
}

impl Work {
    #[must_use]
    pub fn new(triage: Triage, entries: Vec<Entry>) -> Self {
        let places = entries.iter().enumerate().map(|(place, entry)| (entry.id, place)).collect();
        let groups = groups(&entries);
        let mut work = Self {
            triage,
            entries,
            places,
            groups,
            at: None,
            top: 0,
            chosen: Chosen::default(),
            filter: None,
            reading: Reading::default(),
            since: (0, 0),
        };
        work.at = work.rows().first().copied();
        work
    }

    /// Takes the batch as the store knows it; cursor and choice stay where they can.
    pub fn restore(&mut self, triage: Triage, entries: Vec<Entry>) {
        let before = self.rows();
        self.triage = triage;
        self.places = entries.iter().enumerate().map(|(place, entry)| (entry.id, place)).collect();
        self.groups = groups(&entries);
        self.entries = entries;
        self.stay(&before, Toward::Next);
    }

    #[must_use]
    pub fn find(&self, id: Id) -> Option<&Entry> {
        self.entries.get(*self.places.get(&id)?)
    }

    #[must_use]
    pub fn pass(&self) -> Pass {
        if self.triage.undecided().next().is_some() {
            Pass::First
        } else if self.triage.later().next().is_some() {
            Pass::Second
        } else {
            Pass::Over
        }
    }

    /// What this pass is about, in triage order, the filter apart.
    #[must_use]
    pub fn open(&self) -> Vec<Id> {
        match self.pass() {
            Pass::First => self.triage.undecided().collect(),
            Pass::Second => self.triage.later().collect(),
            Pass::Over => Vec::new(),
        }
    }

    /// The rows that the cursor can stand on.
    #[must_use]
    pub fn rows(&self) -> Vec<Id> {
        let mut rows = self.open();
        if let Some(filter) = &self.filter {
            rows.retain(|id| filter.passing.contains(id));
        }
        rows
    }

    /// The list line by line; without empty lines where there is little room.
    #[must_use]
    pub fn lines(&self, roomy: bool) -> Vec<Line<'_>> {
        let rows = self.rows();
        let mut lines: Vec<Line<'_>> = Vec::with_capacity(rows.len() + 8);
        let mut last: Option<usize> = None;
        // Rows and entries are both in triage order.
        let mut left = rows.iter().peekable();
        for (entry, group) in self.entries.iter().zip(&self.groups) {
            if left.next_if_eq(&&entry.id).is_none() {
                continue;
            }
            if last != Some(*group) {
                if roomy && !lines.is_empty() {
                    lines.push(Line::Blank);
                }
                last = Some(*group);
                lines.push(Line::Heading(entry.heading.as_ref().map_or("", Heading::title)));
            }
            lines.push(Line::Row(entry));
        }
        lines
    }

    /// Scrolls so that the cursor, and the heading right above it, are among so many rows.
    pub fn follow(&mut self, rows: usize, roomy: bool) {
        let lines = self.lines(roomy);
        let at =
            lines.iter().position(|line| matches!(line, Line::Row(entry) if Some(entry.id) == self.at)).unwrap_or(0);
        let above = usize::from(at > 0 && rows > 1 && matches!(lines.get(at - 1), Some(Line::Heading(..))));
        let (first, count) = (follow(self.top, at, lines.len(), rows), lines.len());
        self.top = if above > 0 { follow(first, at - 1, count, rows) } else { first };
    }

    #[must_use]
    pub fn at(&self) -> Option<Id> {
        self.at
    }

    pub fn stand_on(&mut self, id: Id) {
        self.at = Some(id);
    }

    /// What a decision is about now: the selection, else the row under the cursor. In triage order.
    #[must_use]
    pub fn targets(&self) -> Vec<Id> {
        let chosen = self.chosen_now();
        if chosen.is_empty() {
            return self.at.into_iter().filter(|id| self.rows().contains(id)).collect();
        }
        self.triage.batch().ids().iter().copied().filter(|id| chosen.contains(id)).collect()
    }

    /// The selection, an open range included.
    #[must_use]
    pub fn chosen_now(&self) -> HashSet<Id> {
        let mut ids = self.chosen.ids.clone();
        if let (Some(from), Some(at)) = (self.chosen.from, self.at) {
            let rows = self.rows();
            let place = |id: Id| rows.iter().position(|row| *row == id);
            if let (Some(a), Some(b)) = (place(from), place(at)) {
                ids.extend(rows.iter().skip(a.min(b)).take(a.abs_diff(b) + 1));
            }
        }
        ids
    }

    /// Everything of the cursor's heading that this pass still has.
    #[must_use]
    pub fn heading_rows(&self) -> (String, Vec<Id>) {
        let heading = self.current().and_then(|entry| entry.heading.clone());
        let rows = self.rows();
        let ids = rows.into_iter().filter(|id| self.find(*id).is_some_and(|entry| entry.heading == heading)).collect();
        (heading.map_or_else(String::new, |heading| heading.title().to_owned()), ids)
    }

    /// The open messages of the same threads as these, these included.
    #[must_use]
    pub fn threads_of(&self, ids: &[Id]) -> Vec<Id> {
        let threads: HashSet<_> = ids.iter().filter_map(|id| self.find(*id)).map(|entry| entry.thread).collect();
        self.entries
            .iter()
            .filter(|entry| threads.contains(&entry.thread))
            .map(|entry| entry.id)
            .filter(|id| ids.contains(id) || self.triage.verdict(*id).is_none_or(|verb| *verb == Verb::Later))
            .collect()
    }

    #[must_use]
    pub fn filter(&self) -> Option<&str> {
        self.filter.as_ref().map(|filter| filter.text.as_str())
    }

    /// Shows only rows whose sender, address, subject or source have all the words, each at least by its beginning.
    pub fn filter_by(&mut self, text: &str) {
        let before = self.rows();
        let wanted = words::fold(text);
        self.filter = (!wanted.is_empty()).then(|| {
            let passes = |entry: &&Entry| {
                let own =
                    words::fold(&format!("{} {} {} {}", entry.sender, entry.address, entry.subject, entry.source));
                wanted.split(' ').all(|word| own.split(' ').any(|candidate| candidate.starts_with(word)))
            };
            Filter {
                text: text.trim().to_owned(),
                passing: self.entries.iter().filter(passes).map(|entry| entry.id).collect(),
            }
        });
        self.stay(&before, Toward::Next);
    }

    /// Moves the cursor after a change: it stays on its row, or goes to the nearest one in this direction that is left.
    pub fn stay(&mut self, before: &[Id], toward: Toward) {
        let rows = self.rows();
        let left: HashSet<Id> = rows.iter().copied().collect();
        let place = before.iter().position(|id| Some(*id) == self.at).unwrap_or(0);
        let ahead = || before.iter().skip(place).find(|id| left.contains(id));
        let behind = || before.iter().take(place).rev().find(|id| left.contains(id));
        self.at = match toward {
            _ if self.at.is_some_and(|id| left.contains(&id)) => self.at,
            Toward::Next => ahead().or_else(behind).or(rows.first()).copied(),
            Toward::Previous => behind().or_else(ahead).or(rows.first()).copied(),
        };
        self.chosen.ids.retain(|id| left.contains(id));
        if self.chosen.from.is_some_and(|id| !left.contains(&id)) {
            self.chosen.from = None;
        }
    }
}

/// Numbers the headings that follow each other.
fn groups(entries: &[Entry]) -> Vec<usize> {
    let mut number = 0;
    let mut last: Option<&Heading> = None;
    let mut groups = Vec::with_capacity(entries.len());
    for entry in entries {
        if entry.heading.as_ref() != last {
            number += 1;
            last = entry.heading.as_ref();
        }
        groups.push(number);
    }
    groups
}

/// Where the cursor goes when its row is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toward {
    Next,
    Previous,
}

impl Listed for Work {
    fn len(&self) -> usize {
        self.rows().len()
    }

    fn place(&self) -> usize {
        self.rows().iter().position(|id| Some(*id) == self.at).unwrap_or(0)
    }

    fn go(&mut self, place: usize) {
        let rows = self.rows();
        self.at = rows.get(place).or(rows.last()).copied();
    }

    fn entry(&self, place: usize) -> Option<&Entry> {
        self.find(*self.rows().get(place)?)
    }

    fn reading(&self) -> &Reading {
        &self.reading
    }

    fn reading_mut(&mut self) -> &mut Reading {
        &mut self.reading
    }

    fn current(&self) -> Option<&Entry> {
        self.find(self.at?).filter(|entry| self.triage.verdict(entry.id).is_none_or(|verb| *verb == Verb::Later))
    }
}
