//! Cleaning text from outside, character by character, in linear time.

use std::collections::HashSet;
use std::iter::Peekable;
use std::str::CharIndices;

use unicode_segmentation::UnicodeSegmentation;

use super::letters::{
    ISOLATE_END, JOINER, NON_JOINER, PICTURE, SOFT_HYPHEN, at_home, combining, emoji, forbidden, joins_letters,
    opens_isolate, pictorial, unseen, word,
};
use super::{Kind, MARK};
use crate::domain::limits::COMBINING_MARKS;

pub(super) fn clean(text: &str, kind: Kind) -> String {
    let mut cleaner = Cleaner::new(kind);
    cleaner.run(text, |_, _| ());
    cleaner.finish()
}

pub(super) struct Cleaner {
    kind: Kind,
    out: String,
    /// Where the character begins that combining marks belong to, and how many it has.
    base: Option<usize>,
    marks: usize,
    /// The last visible character that is no combining mark.
    letter: Option<char>,
    /// Where a zero-width space was.
    breaks: Vec<usize>,
}

impl Cleaner {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, out: String::new(), base: None, marks: 0, letter: None, breaks: Vec::new() }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    /// Where the text may be broken though there is no space, in the order of places.
    pub(super) fn breaks(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.breaks)
    }

    /// Cleans a text. `told` is called at each character and at the end, with how far the text was read and the
    /// result so far.
    pub(super) fn run(&mut self, text: &str, mut told: impl FnMut(usize, usize)) {
        self.out.reserve(text.len());
        let paired = isolates(text);
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            told(at, self.out.len());
            match c {
                '\t' | '\n' => self.put(' '),
                '\r' if chars.peek().is_some_and(|(_, next)| *next == '\n') => {}
                '\u{2028}' | '\u{2029}' if self.kind == Kind::Prose => self.put(' '),
                JOINER if self.pictures_joined(&chars) => self.put(JOINER),
                PICTURE if self.after_picture() => self.put(PICTURE),
                c if unseen(c) => self.unseen(at, c, &mut chars, &paired, &mut told),
                '\u{E0020}'..='\u{E007F}' if self.kind == Kind::Prose && self.out.ends_with(FLAG) => {
                    self.flag(c, &mut chars);
                }
                c if forbidden(c) => self.mark(),
                // A combining mark without a character before it would be invisible.
                c if combining(c) && !self.carries(c) => self.mark(),
                c => self.put(c),
            }
            if !combining(c) && !unseen(c) && !forbidden(c) {
                self.letter = Some(c);
            }
        }
        told(text.len(), self.out.len());
    }

    fn last(&self) -> Option<char> {
        self.out.chars().next_back()
    }

    /// The character that the next combining mark would belong to.
    fn before(&self) -> Option<&str> {
        self.base.and_then(|at| self.out.get(at..))
    }

    fn pictures_joined(&self, chars: &Peekable<CharIndices<'_>>) -> bool {
        let next = chars.clone().next();
        self.marks < COMBINING_MARKS
            && self.kind != Kind::Address
            && self.before().zip(next).is_some_and(|(before, (_, next))| joins(before, next))
    }

    fn after_picture(&self) -> bool {
        self.marks < COMBINING_MARKS
            && self.kind != Kind::Address
            && self.last().is_some_and(|last| pictorial(last) || matches!(last, '0'..='9' | '#' | '*'))
    }

    /// A run of invisible characters: each is kept, dropped or marked, depending on the characters around the run.
    fn unseen(
        &mut self,
        at: usize,
        first: char,
        chars: &mut Peekable<CharIndices<'_>>,
        paired: &HashSet<usize>,
        told: &mut impl FnMut(usize, usize),
    ) {
        let mut run = vec![(at, first)];
        while let Some(next) = chars.next_if(|(_, c)| unseen(*c)) {
            run.push(next);
        }
        // A character that is marked joins nothing.
        let next = chars.peek().map(|(_, c)| *c).filter(|c| !forbidden(*c));
        let around = [self.letter, next];
        let within_word = around.iter().all(|c| c.is_some_and(word)) && !around.iter().flatten().any(|c| at_home(*c));
        let mut joined = false;
        for (place, (at, c)) in run.into_iter().enumerate() {
            if place > 0 {
                told(at, self.out.len());
            }
            let selects = matches!(c, '\u{FE0E}' | PICTURE) && place == 0 && self.last().is_some_and(emoji);
            let shapes = match c {
                NON_JOINER => next.is_some_and(word) && [self.letter, next].iter().flatten().any(|c| joins_letters(*c)),
                JOINER => [self.letter, next].iter().flatten().any(|c| joins_letters(*c)),
                _ => false,
            };
            let verdict = match self.kind {
                Kind::Address => Verdict::Mark,
                _ if shapes && !joined && self.base.is_some() && self.letter.is_some_and(word) => Verdict::Keep,
                // A second one has no effect.
                _ if shapes => Verdict::Drop,
                _ if selects => Verdict::Drop,
                Kind::Prose if c == SOFT_HYPHEN || paired.contains(&at) || !within_word => Verdict::Drop,
                Kind::Prose | Kind::FileName => Verdict::Mark,
            };
            match verdict {
                Verdict::Keep => {
                    joined = true;
                    self.put(c);
                }
                Verdict::Mark => self.mark(),
                Verdict::Drop if c == BREAK => self.breaks.push(self.out.len()),
                Verdict::Drop => {}
            }
        }
    }

    /// Tag letters that make a black flag that of a region (UTS #51): they are dropped, the flag stays.
    fn flag(&mut self, first: char, chars: &mut Peekable<CharIndices<'_>>) {
        let spelled: Vec<char> = chars
            .clone()
            .map(|(_, c)| c)
            .take(FLAG_LETTERS)
            .take_while(|c| matches!(*c, '\u{E0030}'..='\u{E0039}' | '\u{E0061}'..='\u{E007A}' | FLAG_END))
            .collect();
        let end = spelled.iter().position(|c| *c == FLAG_END).filter(|_| first != FLAG_END);
        match end {
            Some(end) => {
                chars.nth(end);
            }
            None => self.mark(),
        }
    }

    /// Puts the mark in place of a character. The mark is no letter, so a joiner behind it has no effect.
    fn mark(&mut self) {
        self.put(MARK);
        self.letter = Some(MARK);
    }

    fn put(&mut self, c: char) {
        let last = self.last();
        let room = self.marks < COMBINING_MARKS;
        let tone = matches!(c, '\u{1F3FB}'..='\u{1F3FF}') && last.is_some_and(pictorial);
        if self.base.is_some() && (combining(c) || tone && room || matches!(c, JOINER | NON_JOINER | PICTURE)) {
            self.marks += 1;
            if room {
                self.out.push(c);
                return;
            }
            if self.marks > COMBINING_MARKS + 1 {
                return;
            }
        }
        let c = if combining(c) || matches!(c, NON_JOINER | JOINER) { MARK } else { c };
        if last != Some(JOINER) || !pictorial(c) {
            self.base = Some(self.out.len());
            // After the mark that replaces too many combining marks, further ones are too many as well.
            self.marks = if self.marks > COMBINING_MARKS && c == MARK { self.marks } else { 0 };
        }
        self.out.push(c);
    }

    /// Whether a combining mark may be put on the character before it.
    fn carries(&self, mark: char) -> bool {
        let Some(before) = self.before() else { return false };
        matches!(mark, '\u{300}'..='\u{36F}') || format!("{before}{mark}").graphemes(true).count() == 1
    }
}

/// The zero-width space: a line may be broken here.
const BREAK: char = '\u{200B}';

enum Verdict {
    Keep,
    Drop,
    Mark,
}

/// The black flag, and the tags that may follow it: letters of a region, and the end tag.
const FLAG: char = '\u{1F3F4}';
const FLAG_END: char = '\u{E007F}';
const FLAG_LETTERS: usize = 7;

/// The positions of directional isolates that are closed, and of the characters that close them (UAX #9).
fn isolates(text: &str) -> HashSet<usize> {
    let mut paired = HashSet::new();
    if !text.contains(ISOLATE_END) {
        return paired;
    }
    let mut open = Vec::new();
    for (at, c) in text.char_indices() {
        if opens_isolate(c) {
            open.push(at);
        } else if c == ISOLATE_END
            && let Some(start) = open.pop()
        {
            paired.extend([start, at]);
        }
    }
    paired
}

/// Whether a joiner makes one emoji of the characters before and after it.
fn joins(before: &str, next: char) -> bool {
    let dressing = |c: &char| matches!(*c, PICTURE | '\u{1F3FB}'..='\u{1F3FF}') || combining(*c);
    // Only the two emoji next to the joiner matter; earlier ones are joined already.
    let Some(last) = before.chars().rev().find(|c| !dressing(c)).filter(|c| pictorial(*c) && pictorial(next)) else {
        return false;
    };
    [last, JOINER, next].iter().collect::<String>().graphemes(true).count() == 1
}
