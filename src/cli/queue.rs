//! `tidebox queue`: the batch that is open, with what was said of each message.

use clap::Args;

use super::arguments::GlobalArguments;
use super::begin::closed;
use super::context::Place;
use super::failure::Failure;
use super::listing;
use crate::domain::triage::Triage;
use crate::job::begin::{Turn, current, turn};

/// List the batch that is open
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tidebox queue
  tidebox --json queue | jq -r 'select(.verdict == null) | .id'")]
pub struct QueueCommand;

pub fn run(global: &GlobalArguments, _: &QueueCommand) -> Result<(), Failure> {
    let place = &Place::find(global)?;
    let store = place.open_store()?;
    if let Some((batch, acts)) = current(&store)? {
        return listing::batch(place, &store, &Triage::replay(batch, acts));
    }
    match turn(&store, &place.config, place.now())? {
        Turn::Begin { window, .. } => Err(Failure::held(
            format!("{} is open and was not begun", crate::domain::printable::Printable::from(&window.checkin)),
            "`tidebox begin` begins it and lists its batch",
        )),
        Turn::Wait { next } => Err(closed(place, next.as_ref())),
        Turn::GoOn(_) => Ok(()),
    }
}
