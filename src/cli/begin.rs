//! `tidebox begin`: begins the open window, as the screen does, and lists its batch.

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::Place;
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
    let place = &Place::find(global)?;
    let mut store = place.open_store()?;
    incoming::empty(&place.config, &mut store, place.now())?;
    match begin(&mut store, &place.config, place.now())? {
        Begun::Batch(batch) => listing::batch(place, &store, &replay(&store, batch.id())?),
        Begun::Nothing(window) => {
            let next = place.config.calendar.next_after(place.now());
            if place.json {
                return Ok(());
            }
            print(&format!(
                "{} is open and nothing is held for it. {}\n",
                Printable::from(&window.checkin),
                until(place, next.as_ref())
            ))
        }
        Begun::Closed { next } => Err(closed(place, next.as_ref())),
    }
}

/// The door is closed: when it opens, and how to rehearse.
pub fn closed(place: &Place, next: Option<&Window>) -> Failure {
    let what = match next {
        Some(window) => format!(
            "the door is closed until {}, {}",
            Printable::from(&window.checkin),
            day_and_time(window.opens, place.now(), place.zone())
        ),
        None => "the door is closed, and no check-in is coming".to_owned(),
    };
    Failure::held(what, "`tidebox checkins` lists the coming windows; the configuration says when they are")
}

pub fn until(place: &Place, next: Option<&Window>) -> String {
    match next {
        Some(window) => format!(
            "Nothing to do until {}, {}.",
            Printable::from(&window.checkin),
            day_and_time(window.opens, place.now(), place.zone())
        ),
        None => "No check-in is coming.".to_owned(),
    }
}
