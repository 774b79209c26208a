//! The receipt on the screen: what a batch came to, and how it was closed.

use crate::domain::batch::{EXCEPTIONS, called};
use crate::domain::commit_preview::CommitPreview;
use crate::domain::exception::{ExceptionHit, ExceptionHits, HitRating};
use crate::domain::ids::Id;
use crate::domain::matter::{MatterAnswer, MatterQuestion, MatterQuestions};
use crate::domain::printable::Printable;
use crate::domain::receipt::{ClosedBy, Receipt};
use crate::ui::when::sentence_case;

#[derive(Debug, Clone)]
pub struct Closing {
    pub receipt: Receipt,
    pub by: ClosedBy,
    /// What the commit did, once the store has said so.
    pub did: Option<CommitPreview>,
    /// What exceptions let through before it.
    pub through: ExceptionHits,
    /// Some of what waited for it.
    pub asked: MatterQuestions,
    /// The one sentence of the month, where it is said here.
    pub line: Option<Printable>,
    /// The row that an answer is about: those of `through` come first, then those of `asked`.
    pub at: usize,
    /// Whether the person has moved or answered.
    touched: bool,
}

/// A row that can be answered.
#[derive(Debug, Clone, Copy)]
pub enum ReceiptRow<'a> {
    Hit(&'a ExceptionHit),
    Question(&'a MatterQuestion),
}

/// What was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    Hit(Id, HitRating),
    Question(Id, MatterAnswer),
    /// Nothing: the row was left as it is.
    Passed,
}

impl Closing {
    #[must_use]
    pub fn new(receipt: Receipt, by: ClosedBy) -> Self {
        let (through, asked) = (ExceptionHits::default(), MatterQuestions::default());
        Self { receipt, by, did: None, through, asked, line: None, at: 0, touched: false }
    }

    /// How many rows can be answered.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.through.hits.len() + self.asked.questions.len()
    }

    #[must_use]
    pub fn row(&self, at: usize) -> Option<ReceiptRow<'_>> {
        let (hits, questions) = (&self.through.hits, &self.asked.questions);
        let question = || questions.get(at.checked_sub(hits.len())?).map(ReceiptRow::Question);
        hits.get(at).map(ReceiptRow::Hit).or_else(question)
    }

    /// Takes in what came through. The row in hand stays in hand; before the person has touched any it is the first without an answer.
    pub fn take_hits(&mut self, through: ExceptionHits) {
        if self.at >= self.through.hits.len() {
            self.at = self.at - self.through.hits.len() + through.hits.len();
        }
        self.through = through;
        self.place();
    }

    /// Takes in some of what waited.
    pub fn take_questions(&mut self, asked: MatterQuestions) {
        self.asked = asked;
        self.place();
    }

    fn place(&mut self) {
        if !self.touched {
            self.at = self.open_from(0).unwrap_or(0);
        }
        self.at = self.at.min(self.rows().saturating_sub(1));
    }

    /// The first row from this one on that has no answer.
    fn open_from(&self, at: usize) -> Option<usize> {
        (at..self.rows()).find(|row| match self.row(*row) {
            Some(ReceiptRow::Hit(hit)) => hit.rating.is_none(),
            Some(ReceiptRow::Question(question)) => question.answer.is_none(),
            None => false,
        })
    }

    /// Goes to the next row, or to the one before.
    pub fn step(&mut self, down: bool) {
        self.touched = true;
        let last = self.rows().saturating_sub(1);
        self.at = if down { (self.at + 1).min(last) } else { self.at.saturating_sub(1) };
    }

    /// Answers the row in hand, and goes on to the next without an answer; `None` where there is no row.
    pub fn answer(&mut self, answer: MatterAnswer) -> Option<Answered> {
        let hits = self.through.hits.len();
        let answered = if let Some(hit) = self.through.hits.get_mut(self.at) {
            let rating = match answer {
                MatterAnswer::Yes => HitRating::Useful,
                MatterAnswer::No => HitRating::FalseAlarm,
                MatterAnswer::Skipped => {
                    self.step(true);
                    return Some(Answered::Passed);
                }
            };
            hit.rating = Some(rating);
            Answered::Hit(hit.id, rating)
        } else {
            let question = self.asked.questions.get_mut(self.at.checked_sub(hits)?)?;
            question.answer = Some(answer);
            Answered::Question(question.id, answer)
        };
        self.touched = true;
        if let Some(next) = self.open_from(self.at).or_else(|| self.open_from(0)) {
            self.at = next;
        }
        Some(answered)
    }

    /// The message that it would have helped to see earlier, for which a rule can be made: the one in hand, else the last such one.
    #[must_use]
    pub fn mattered(&self) -> Option<&MatterQuestion> {
        let yes = |question: &&MatterQuestion| question.answer == Some(MatterAnswer::Yes);
        let here = match self.row(self.at) {
            Some(ReceiptRow::Question(question)) => Some(question).filter(yes),
            _ => None,
        };
        here.or_else(|| self.asked.questions.iter().rfind(yes))
    }
}

/// That a batch is closed, and by whom, in a sentence.
#[must_use]
pub fn closed_by(receipt: &Receipt, by: &ClosedBy) -> String {
    let the = called(&receipt.checkin);
    match by {
        _ if receipt.checkin == EXCEPTIONS => "What came through is read.".to_owned(),
        ClosedBy::Person => format!("{} is closed.", sentence_case(&the)),
        ClosedBy::Others => format!("{} was closed by another tidebox.", sentence_case(&the)),
        ClosedBy::NextWindow(next) => {
            format!("{} has opened, so {the} was closed.", sentence_case(&called(next)))
        }
        ClosedBy::Time => format!("The time for {the} is over; it closed by itself."),
    }
}
