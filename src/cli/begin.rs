//! `tidebox begin`: begins the open window, as the screen does, and lists its batch.

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::listing::{self, day_and_time};
use super::output::print;
use crate::domain::printable::Printable;
use crate::domain::schedule::Window;
use crate::job::begin::{Begun, begin};
use crate::job::decide::replay;
use crate::job::incoming;

/// Begin the open window and list its batch
#[derive(Debug, Args)]
#[command(after_help = "\
The batch is frozen: what arrives from now on waits for the next check-in. Exit code 3 says that the door is closed.

Examples:
  tidebox begin
  tidebox begin --at '2026-11-23 10:05'   rehearse it, best on a copy of the store
  tidebox --json begin | jq -r .subject")]
pub struct BeginCommand;

pub fn run(global: &GlobalArguments, _: &BeginCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.open_store()?;
    incoming::empty(&context.config, &mut store, context.now())?;
    match begin(&mut store, &context.config, context.now())? {
        Begun::Batch(batch) => listing::batch(context, &store, &replay(&store, batch.id())?),
        Begun::Nothing(window) => {
            let next = context.config.calendar.next_after(context.now());
            if context.json {
                return Ok(());
            }
            print(&format!(
                "{} is open and nothing is held for it. {}\n",
                Printable::from(&window.checkin),
                until(context, next.as_ref())
            ))
        }
        Begun::Closed { next } => Err(closed(context, next.as_ref())),
    }
}

/// The failure while the door is closed: it says when the door opens.
pub fn closed(context: &CommandContext, next: Option<&Window>) -> Failure {
    let what = match next {
        Some(window) => format!(
            "the door is closed until {}, {}",
            Printable::from(&window.checkin),
            day_and_time(window.opens, context.now(), context.zone())
        ),
        None => "the door is closed, and no check-in is coming".to_owned(),
    };
    Failure::held(what, "`tidebox checkins` lists the coming windows; the configuration says when they are")
}

pub fn until(context: &CommandContext, next: Option<&Window>) -> String {
    match next {
        Some(window) => format!(
            "Nothing to do until {}, {}.",
            Printable::from(&window.checkin),
            day_and_time(window.opens, context.now(), context.zone())
        ),
        None => "No check-in is coming.".to_owned(),
    }
}
