//! Problems of sources in words that are fit for a person.

use chrono::{DateTime, Utc};

use crate::domain::concern::Concern;
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::domain::schedule::Zone;
use crate::job::health;
use crate::job::source_failure::SourceFailure;
use crate::job::{JobError, trouble};

/// An error of a job; it is noted in the log.
pub fn of_error(error: &JobError) -> Problem {
    trouble::log_error(error);
    Problem { what: Printable::from(error.to_string()), hint: error.hint().map(Printable::from) }
}

/// What is wrong with a source, by the clock of a zone.
pub fn of_concern(concern: &Concern, now: DateTime<Utc>, zone: Zone) -> Problem {
    let (what, hint) = health::sentences(concern, now, zone);
    Problem { what: Printable::from(what), hint: Some(Printable::from(hint)) }
}

/// Why a source could not be read, or changed.
pub fn of_failure(source: &str, failure: &SourceFailure) -> Problem {
    let what = Printable::from(format!("source {source}: {}", failure.what));
    let hint = Some(&failure.hint).filter(|hint| !hint.is_empty()).map(Printable::from);
    Problem { what, hint }
}

/// The same problem, with the source that has it named in front.
pub fn in_source(source: &str, problem: Problem) -> Problem {
    Problem { what: Printable::from(format!("source {source}: {}", problem.what)), ..problem }
}

/// Whether two are the same but for numbers: servers put the time into what they say.
pub fn are_alike(one: &Problem, other: &Problem) -> bool {
    let letters = |problem: &Problem| problem.what.as_str().replace(|c: char| c.is_ascii_digit(), "");
    one.hint == other.hint && letters(one) == letters(other)
}
