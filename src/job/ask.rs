//! A question about what is held: yes or no, how many, since when. Nothing of any message is told.

use chrono::{DateTime, Utc};

use super::JobError;
use crate::domain::query::{Query, Term};
use crate::domain::schedule::Zone;
use crate::store::{AskOutcome, HeldCount, Store};

/// Answers a question, once a minute, and writes it down.
///
/// # Errors
/// `Closed` where the last question was answered less than a minute ago, `Wrong` where the question asks about nothing, or as the
/// store's.
pub fn ask(
    store: &mut Store,
    question: &str,
    query: &Query,
    zone: Zone,
    now: DateTime<Utc>,
) -> Result<HeldCount, JobError> {
    match store.ask_held(question, query, now)? {
        AskOutcome::Answered(count) => Ok(count),
        AskOutcome::TooSoon { next } => Err(JobError::Closed {
            what: "one question a minute is answered, and the last one was answered less than a minute ago".to_owned(),
            hint: format!("ask again at {}", next.with_timezone(&zone).format("%H:%M:%S")),
        }),
    }
}

/// Whether a query names a message or a conversation by its number: there would be nothing to count.
#[must_use]
pub fn names_a_message(query: &Query) -> bool {
    let mut named = false;
    query.terms(&mut |term| named |= matches!(term, Term::Id(_) | Term::Thread(_)));
    named
}
