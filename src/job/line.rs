//! The line between mail and chat: one sentence and one proposal a month, found once and remembered.

use chrono::{DateTime, Utc};

use super::JobError;
use crate::config::Config;
use crate::domain::ids::BatchId;
use crate::domain::line::{LOOKED_BACK, NAMED_ONCE, line};
use crate::domain::line_note::LineNote;
use crate::domain::month::CalendarMonth;
use crate::store::Store;

/// What is said of a month. Of this month it is found when it is asked for first, and remembered; of another month only what was
/// said then is known. `None` where the settings leave it out, where there is nothing to say, or where it cannot be remembered.
///
/// # Errors
/// Where the store cannot be read.
pub fn line_of(
    store: &mut Store,
    config: &Config,
    month: CalendarMonth,
    now: DateTime<Utc>,
) -> Result<Option<LineNote>, JobError> {
    if !config.proof.line {
        return Ok(None);
    }
    let name = month.to_string();
    let said = store.line_note(&name)?;
    if said.is_some() || month != CalendarMonth::at(now, config.calendar.zone) {
        return Ok(said);
    }
    let since = (1..NAMED_ONCE).fold(month, |month, _| month.before());
    let range = now.checked_sub_signed(LOOKED_BACK).unwrap_or(DateTime::<Utc>::MIN_UTC)..now;
    let exchange = store.conversed(&range)?;
    let Some(found) = line(&exchange, now, &store.named_since(&since.to_string())?) else { return Ok(None) };
    let words = found.words(store.line_cases(&found.address, &range)?);
    let note = LineNote { month: name, address: found.address, words, shown: now };
    // A month is told from a store that cannot be written to, too: what could not be remembered is not said.
    if store.keep_line_note(&note).is_err() {
        return Ok(None);
    }
    // Another process may have been first.
    Ok(store.line_note(&note.month)?)
}

/// The same of this month, where it is this batch at whose receipt it is said: one receipt a month.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn line_at_receipt(
    store: &mut Store,
    config: &Config,
    batch: BatchId,
    now: DateTime<Utc>,
) -> Result<Option<LineNote>, JobError> {
    let month = CalendarMonth::at(now, config.calendar.zone);
    let Some(note) = line_of(store, config, month, now)? else { return Ok(None) };
    Ok(store.is_line_receipt(batch, &month.span(config.calendar.zone))?.then_some(note))
}
