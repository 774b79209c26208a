//! The questions that wait for an answer, by the numbers of their effects. Late answers find no question and are dropped.

use super::letters::Sheet;

/// What an answer will be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    Arrive,
    Door,
    Batch,
    /// What exceptions let through.
    Exceptions,
    Letter(Sheet),
    /// An act, an undo or a redo: several may be on their way.
    Act,
    Places,
    PlaceOf,
    Commit,
    Search,
    Rows,
    Threads,
    Filter,
    Select,
    Deferred,
    Wake,
    Reschedule,
    Peek,
    EndPeek,
    Mailboxes,
    WriteConfig,
    AddSource,
    /// Anything whose answer is only told: opening, copying, saving, reading sources.
    Errand,
}

impl Question {
    /// Whether a newer question of the kind makes this one's answer stale.
    fn replaced_by(self, newer: Self) -> bool {
        match (self, newer) {
            (Self::Letter(a), Self::Letter(b)) => a == b,
            (Self::Act | Self::Rows | Self::Errand | Self::Wake | Self::Reschedule | Self::AddSource, _) => false,
            (older, newer) => older == newer,
        }
    }
}

#[derive(Debug, Default)]
pub struct Asked {
    last: u64,
    open: Vec<(u64, Question)>,
}

impl Asked {
    /// The next number, for a wish that nobody answers.
    pub fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    pub fn ask(&mut self, question: Question) -> u64 {
        self.open.retain(|(_, older)| !older.replaced_by(question));
        let number = self.number();
        self.open.push((number, question));
        number
    }

    /// The question of this number; it is asked no longer.
    pub fn answered(&mut self, number: u64) -> Option<Question> {
        let place = self.open.iter().position(|(open, _)| *open == number)?;
        Some(self.open.swap_remove(place).1)
    }

    #[must_use]
    pub fn waits_for(&self, question: Question) -> bool {
        self.open.iter().any(|(_, open)| *open == question)
    }

    /// Drops every question for which `stale` holds.
    pub fn forget(&mut self, stale: impl Fn(Question) -> bool) {
        self.open.retain(|(_, question)| !stale(*question));
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Question};

    #[test]
    fn a_newer_search_makes_the_older_answer_late() {
        let mut asked = Asked::default();
        let first = asked.ask(Question::Search);
        let second = asked.ask(Question::Search);
        assert_eq!(asked.answered(first), None);
        assert_eq!(asked.answered(second), Some(Question::Search));
        assert_eq!(asked.answered(second), None);
    }

    #[test]
    fn every_act_waits_for_its_own_answer() {
        let mut asked = Asked::default();
        let numbers = [asked.ask(Question::Act), asked.ask(Question::Act)];
        asked.answered(numbers[0]);
        assert!(asked.waits_for(Question::Act));
        asked.answered(numbers[1]);
        assert!(!asked.waits_for(Question::Act));
    }
}
