//! `tidebox queue`: the open batch, with the decision about each message.

use clap::Args;

use super::arguments::GlobalArguments;
use super::begin::closed;
use super::context::CommandContext;
use super::failure::Failure;
use super::listing;
use super::output::print;
use crate::domain::batch::called;
use crate::domain::printable::Printable;
use crate::domain::triage::Triage;
use crate::job::begin::{Turn, current, turn};
use crate::store::{BatchKind, Store};

/// List the open batch, or what exceptions let through
#[derive(Debug, Args)]
#[command(after_help = "\
With --exceptions, at any hour: the messages that an exception let through the hold. Listing them begins nothing.

Examples:
  tidebox queue
  tidebox queue --exceptions
  tidebox --json queue | jq -r 'select(.verdict == null) | .id'")]
pub struct QueueCommand {
    /// List what exceptions let through and is not committed yet
    #[arg(long)]
    pub exceptions: bool,
}

pub fn run(global: &GlobalArguments, options: &QueueCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let store = context.open_store()?;
    if options.exceptions {
        return exceptions(context, &store);
    }
    if let Some((batch, acts)) = current(&store)? {
        return listing::batch(context, &store, &Triage::replay(batch, acts));
    }
    match turn(&store, &context.config, context.now())? {
        Turn::Begin { window, .. } => Err(Failure::held(
            format!("{} is open and was not begun", Printable::from(called(&window.checkin))),
            "`tidebox begin` begins it and lists its batch",
        )),
        Turn::Wait { next } => Err(closed(context, &store, next.as_ref())),
        Turn::GoOn(_) => Ok(()),
    }
}

/// The batch of what exceptions let through, where one is begun, and what came through and is in no batch.
fn exceptions(context: &CommandContext, store: &Store) -> Result<(), Failure> {
    let begun = store.open_batch(BatchKind::Exceptions)?;
    let new = store.let_through()?;
    if !context.json && new.is_empty() && begun.is_none() {
        return print("Nothing that an exception let through waits for a decision.\n");
    }
    if let Some((batch, acts)) = begun {
        listing::batch(context, store, &Triage::replay(batch, acts))?;
        if !context.json && !new.is_empty() {
            print("\ncame through since\n")?;
        }
    }
    listing::under_lanes(context, &new)
}
