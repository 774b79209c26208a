//! The receipt on the screen: what a batch came to, and how it was closed.

use crate::domain::batch::{EXCEPTIONS, called};
use crate::domain::commit_preview::CommitPreview;
use crate::domain::receipt::{ClosedBy, Receipt};
use crate::ui::when::sentence_case;

#[derive(Debug, Clone)]
pub struct Closing {
    pub receipt: Receipt,
    pub by: ClosedBy,
    /// What the commit did, once the store has said so.
    pub did: Option<CommitPreview>,
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
