//! Why a message is where it is, the rules that can be made from it, and how its list can be left.

use chrono::{DateTime, Utc};

use crate::config::Config;
use crate::domain::ids::{BatchId, Id};
use crate::domain::positions::Positions;
use crate::domain::printable::Printable;
use crate::domain::reasons::Explanation;
use crate::job::unsubscribe::{RowOffers, row_offers};
use crate::job::why::why as explained;
use crate::job::{JobError, rule};
use crate::store::Store;
use crate::ui::request::RuleProposal;
use crate::ui::response::StoreResponse;
use crate::ui::when;

pub fn why(store: &Store, config: &Config, id: Id, now: DateTime<Utc>) -> Result<StoreResponse, JobError> {
    let zone = config.calendar.zone;
    let lines = explained(store, config, id, now)?.lines(&|at| when::moment(at, now, zone));
    let lines = lines.into_iter().map(|(about, text)| (about, Printable::from(text))).collect();
    Ok(StoreResponse::Why(Explanation { lines }))
}

pub fn rules(store: &Store, config: &Config, id: Id, now: DateTime<Utc>) -> Result<StoreResponse, JobError> {
    let lane = store.message(id)?.lane;
    let drafts = rule::drafts(store, config, id, now)?.into_iter();
    Ok(StoreResponse::Rules(drafts.map(|draft| RuleProposal { draft, lane: lane.clone() }).collect()))
}

/// How the screen speaks of the message in hand.
const THIS: &str = "this message";

/// What messages of a batch offer; an error where none of their lists can be left from here.
pub fn unsubscribe(store: &Store, config: &Config, batch: BatchId, at: &Positions) -> Result<StoreResponse, JobError> {
    let RowOffers { ways, without } = row_offers(store, config, (batch, at), THIS)?;
    Ok(StoreResponse::UnsubscribeOffers { ways, without })
}
