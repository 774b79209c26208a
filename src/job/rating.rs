//! What exceptions let through, and whether that was worth it.

use super::JobError;
use crate::config::Config;
use crate::domain::exception::{ExceptionHit, ExceptionHits, HitRating, RatedException};
use crate::domain::ids::{BatchId, Id};
use crate::domain::message::MessageSummary;
use crate::store::Store;

/// So many are listed.
const LISTED: u32 = 50;

/// What exceptions let through before a batch, as its receipt lists it.
///
/// # Errors
/// Where the store cannot be read.
pub fn hits(store: &Store, config: &Config, batch: BatchId) -> Result<ExceptionHits, JobError> {
    let hit = |(message, rating)| {
        let entry = MessageSummary::of(&message);
        let exception = message.exception.unwrap_or_default();
        ExceptionHit { id: message.id, sender: entry.sender, subject: entry.subject, exception, rating }
    };
    let hits = store.hits_of(batch, LISTED)?.into_iter().map(hit).collect();
    Ok(ExceptionHits { hits, doubtful: doubtful(store, config)? })
}

/// Rates one of them; what there is afterwards.
///
/// # Errors
/// Where the store cannot be written or read.
pub fn rate(
    store: &mut Store,
    config: &Config,
    batch: BatchId,
    (id, rating): (Id, HitRating),
) -> Result<ExceptionHits, JobError> {
    store.rate_hit(id, rating)?;
    hits(store, config, batch)
}

/// The exceptions of the settings that were more often wrong than useful.
///
/// # Errors
/// Where the store cannot be read.
pub fn doubtful(store: &Store, config: &Config) -> Result<Vec<RatedException>, JobError> {
    let mut rated = store.rated_exceptions()?;
    rated.retain(|one| one.is_doubtful() && config.exceptions.iter().any(|exception| exception.name == one.name));
    Ok(rated)
}
