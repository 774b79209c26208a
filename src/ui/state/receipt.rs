//! The receipt on the screen: what a batch came to, and how it was closed.

use crate::domain::batch::{EXCEPTIONS, called};
use crate::domain::commit_preview::CommitPreview;
use crate::domain::exception::{ExceptionHit, ExceptionHits, HitRating};
use crate::domain::ids::Id;
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
    /// The one of them that a rating is about.
    pub at: usize,
}

impl Closing {
    #[must_use]
    pub fn new(receipt: Receipt, by: ClosedBy) -> Self {
        Self { receipt, by, did: None, through: ExceptionHits::default(), at: 0 }
    }

    /// Takes in what came through; the first that has no rating is in hand, unless the person has moved to another one.
    pub fn take_hits(&mut self, through: ExceptionHits) {
        if self.through.hits.is_empty() {
            self.at = through.hits.iter().position(|hit| hit.rating.is_none()).unwrap_or(0);
        }
        self.at = self.at.min(through.hits.len().saturating_sub(1));
        self.through = through;
    }

    /// Rates the one in hand, which it gives back, and goes on to the next without a rating.
    pub fn rate(&mut self, rating: HitRating) -> Option<Id> {
        let hit = self.through.hits.get_mut(self.at)?;
        hit.rating = Some(rating);
        let id = hit.id;
        let left = |(_, hit): &(usize, &ExceptionHit)| hit.rating.is_none();
        let mut later = self.through.hits.iter().enumerate().skip(self.at);
        let mut all = self.through.hits.iter().enumerate();
        if let Some((next, _)) = later.find(left).or_else(|| all.find(left)) {
            self.at = next;
        }
        Some(id)
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
