//! Why a message is where it is, as the screen tells it.

use chrono::{DateTime, Utc};

use crate::config::Config;
use crate::domain::ids::Id;
use crate::domain::printable::Printable;
use crate::domain::reasons::Explanation;
use crate::job::{JobError, why};
use crate::store::Store;
use crate::ui::response::StoreResponse;
use crate::ui::when;

pub fn grant(store: &Store, config: &Config, id: Id, now: DateTime<Utc>) -> Result<StoreResponse, JobError> {
    let zone = config.calendar.zone;
    let lines = why::why(store, config, id, now)?.lines(&|at| when::moment(at, now, zone));
    let lines = lines.into_iter().map(|(about, text)| (about, Printable::from(text))).collect();
    Ok(StoreResponse::Why(Explanation { lines }))
}
