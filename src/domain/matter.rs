//! Did waiting matter? A few of the messages that waited for a batch are asked about at its receipt.

use chrono::{DateTime, Duration, Utc};

use super::ids::{BatchId, Id};
use super::printable::Printable;
use super::statistics::{ENOUGH_TO_TELL, Interval, wilson};
use super::text_enum::text_enum;

text_enum! {
    /// What the person says to "would it have changed anything to see this earlier?".
    pub enum MatterAnswer {
        Yes = "yes",
        No = "no",
        /// They do not want to say.
        Skipped = "skipped",
    }
}

/// One message of the sample of a batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MatterSample {
    pub message: Id,
    pub batch: BatchId,
    /// How many messages of the batch it stands for, at least 1.
    pub weight: f64,
    /// What the person said last, and when.
    pub answer: Option<(MatterAnswer, DateTime<Utc>)>,
}

/// A message of the sample, as it is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterQuestion {
    pub id: Id,
    pub sender: Printable,
    pub subject: Printable,
    pub lane: Printable,
    /// From its arrival to the beginning of its batch.
    pub waited: Duration,
    pub answer: Option<MatterAnswer>,
}

/// The questions of a batch, and what was answered ever.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MatterQuestions {
    pub questions: Vec<MatterQuestion>,
    /// How often it would have changed something, and how often nothing, of all batches.
    pub yes: u32,
    pub no: u32,
}

impl MatterQuestions {
    /// Between which numbers in a hundred the share of those lies that mattered: the 90 % interval by Wilson; `None` where there are too
    /// few answers to tell.
    #[must_use]
    pub fn share(&self) -> Option<(u32, u32)> {
        let asked = self.yes.saturating_add(self.no);
        wilson(self.yes, asked).filter(|_| asked >= ENOUGH_TO_TELL).map(Interval::in_a_hundred)
    }

    /// `3 of 64 mattered: between 2 and 11 in a hundred.`, or that there are too few to tell; `None` where nothing was answered.
    #[must_use]
    pub fn told(&self) -> Option<String> {
        let asked = self.yes.saturating_add(self.no);
        match self.share() {
            Some((low, high)) => {
                Some(format!("{} of {asked} mattered: between {low} and {high} in a hundred.", self.yes))
            }
            None if asked > 0 => Some(format!("{} of {asked} mattered so far: too few to tell.", self.yes)),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MatterQuestions;

    #[test]
    fn a_share_is_told_from_twenty_answers_on() {
        let told = |yes, no| MatterQuestions { yes, no, ..MatterQuestions::default() }.told();
        assert_eq!(told(0, 0), None);
        assert_eq!(told(3, 16).as_deref(), Some("3 of 19 mattered so far: too few to tell."));
        assert_eq!(told(0, 20).as_deref(), Some("0 of 20 mattered: between 0 and 12 in a hundred."));
        assert_eq!(told(3, 61).as_deref(), Some("3 of 64 mattered: between 2 and 11 in a hundred."));
    }
}
