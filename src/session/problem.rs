//! What went wrong behind the screen, in words for it.

use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::job::{JobError, trouble};

/// An error in words that are fit for the screen; it is noted in the log.
pub(super) fn problem(error: &JobError) -> Problem {
    trouble::log_error(error);
    Problem { what: Printable::from(error.to_string()), hint: error.hint().map(Printable::from) }
}
