//! `tidebox queue`: the open batch, with the decision about each message.

use clap::Args;

use super::arguments::GlobalArguments;
use super::begin::closed;
use super::context::CommandContext;
use super::failure::Failure;
use super::listing;
use crate::domain::triage::Triage;
use crate::job::begin::{Turn, current, turn};

/// List the open batch
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tidebox queue
  tidebox --json queue | jq -r 'select(.verdict == null) | .id'")]
pub struct QueueCommand;

pub fn run(global: &GlobalArguments, _: &QueueCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let store = context.open_store()?;
    if let Some((batch, acts)) = current(&store)? {
        return listing::batch(context, &store, &Triage::replay(batch, acts));
    }
    match turn(&store, &context.config, context.now())? {
        Turn::Begin { window, .. } => Err(Failure::held(
            format!("{} is open and was not begun", crate::domain::printable::Printable::from(&window.checkin)),
            "`tidebox begin` begins it and lists its batch",
        )),
        Turn::Wait { next } => Err(closed(context, &store, next.as_ref())),
        Turn::GoOn(_) => Ok(()),
    }
}
