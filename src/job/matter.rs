//! Did waiting matter? The questions of a receipt, and what the person answers.

use chrono::{DateTime, Duration, Utc};

use super::JobError;
use crate::domain::ids::{BatchId, Id};
use crate::domain::matter::{MatterAnswer, MatterQuestion, MatterQuestions};
use crate::domain::message::MessageSummary;
use crate::domain::printable::Printable;
use crate::store::{Store, StoreError};

/// The questions of a batch, none before its commit. A message that was held again since is left out.
///
/// # Errors
/// Where the store cannot be read.
pub fn questions(store: &Store, batch: BatchId) -> Result<MatterQuestions, JobError> {
    let begun = store.batch(batch)?.map(|(batch, _)| batch.begun());
    let mut questions = Vec::new();
    for sample in store.matter_sample(batch)? {
        let message = match store.message(sample.message) {
            Ok(message) => message,
            Err(StoreError::Held(_)) => continue,
            Err(error) => return Err(error.into()),
        };
        let entry = MessageSummary::of(&message);
        questions.push(MatterQuestion {
            id: message.id,
            sender: entry.sender,
            subject: entry.subject,
            lane: Printable::from(&message.lane),
            waited: begun.map_or_else(Duration::zero, |begun| begun - message.received),
            answer: sample.answer.map(|(answer, _)| answer),
        });
    }
    let (yes, no) = store.matter_counts()?;
    Ok(MatterQuestions { questions, yes, no })
}

/// Answers one of them; the questions as they are afterwards.
///
/// # Errors
/// Where the store cannot be written or read.
pub fn answer(
    store: &mut Store,
    batch: BatchId,
    (id, answer): (Id, MatterAnswer),
    now: DateTime<Utc>,
) -> Result<MatterQuestions, JobError> {
    store.answer_matter(id, answer, now)?;
    questions(store, batch)
}
