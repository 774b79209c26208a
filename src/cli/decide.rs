//! `tidebox decide`, `undo` and `redo`: triage from a script, as durable as from the screen.

use clap::{Args, ValueEnum};

use super::arguments::GlobalArguments;
use super::context::Place;
use super::failure::Failure;
use super::json;
use super::listing::day_and_time;
use super::output::print;
use crate::domain::ids::Id;
use crate::domain::printable::Printable;
use crate::domain::triage::{Decision, Until};
use crate::job::decide::{self, DecisionResult};
use crate::store::Store;

/// Say what becomes of messages of the open batch
#[derive(Debug, Args)]
#[command(after_help = "\
Each call is one decision, and one undo takes it back.

Examples:
  tidebox decide done 1790000000 1790000100
  tidebox decide defer --to tomorrow 1790000000
  tidebox decide defer --to afternoon 1790000000   the next time that check-in opens
  tidebox queue --json | jq -r 'select(.lane==\"news\").id' | xargs tidebox decide done")]
pub struct DecideCommand {
    /// What becomes of them
    #[arg(value_enum)]
    pub verb: VerbName,
    /// Ids of messages of the open batch
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<i64>,
    /// For defer: next (what is meant without it), tomorrow, week, 2 to 9 check-ins ahead, the name of a check-in, or a day
    #[arg(long, value_name = "WHEN")]
    pub to: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum VerbName {
    Done,
    Trash,
    Defer,
    Later,
    Mute,
    Spam,
    Skip,
    Reopen,
}

/// Take back the latest decision of the open batch
#[derive(Debug, Args)]
#[command(after_help = "\
Again and again, as far as the batch's beginning. No mailbox was touched yet.

Example:
  tidebox undo")]
pub struct UndoCommand;

/// Let the decision that was taken back last count again
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  tidebox redo")]
pub struct RedoCommand;

pub fn run(global: &GlobalArguments, options: &DecideCommand) -> Result<(), Failure> {
    let place = &Place::find(global)?;
    let decision = decision(place, options)?;
    let ids: Vec<Id> = options.ids.iter().copied().map(Id).collect();
    let mut store = place.open_store()?;
    let changed = decide::decide(&mut store, decision.clone(), &ids, place.now())?;
    let what = match &decision {
        Decision::Defer(until) => format!(
            "deferred to {}, {}",
            Printable::from(&until.checkin),
            day_and_time(until.opens, place.now(), place.zone())
        ),
        decision => decision.name().to_owned(),
    };
    report(place, &store, &changed, &what)
}

pub fn undo(global: &GlobalArguments, _: &UndoCommand) -> Result<(), Failure> {
    let place = &Place::find(global)?;
    let mut store = place.open_store()?;
    let changed = decide::undo(&mut store)?;
    report(place, &store, &changed, "taken back")
}

pub fn redo(global: &GlobalArguments, _: &RedoCommand) -> Result<(), Failure> {
    let place = &Place::find(global)?;
    let mut store = place.open_store()?;
    let changed = decide::redo(&mut store)?;
    report(place, &store, &changed, "done again")
}

fn report(place: &Place, store: &Store, changed: &DecisionResult, what: &str) -> Result<(), Failure> {
    let decided = changed.triage.decided();
    let left = changed.triage.batch().size() - decided;
    if place.json {
        return print(&format!("{}\n", json::line(&json::changed(&changed.ids(store)?, left, decided))));
    }
    let count = changed.on.len();
    print(&format!("{count} {what}; {left} left\n"))
}

fn decision(place: &Place, options: &DecideCommand) -> Result<Decision, Failure> {
    if options.to.is_some() && options.verb != VerbName::Defer {
        return Err(Failure::usage("--to goes with defer", "tidebox decide defer --to tomorrow ID"));
    }
    Ok(match options.verb {
        VerbName::Done => Decision::Done,
        VerbName::Trash => Decision::Trash,
        VerbName::Later => Decision::Later,
        VerbName::Mute => Decision::Mute,
        VerbName::Spam => Decision::Spam,
        VerbName::Skip => Decision::Skip,
        VerbName::Reopen => Decision::Reopen,
        VerbName::Defer => Decision::Defer(until(place, options.to.as_deref().unwrap_or("next"))?),
    })
}

/// The window that a deferral leads to: always one of the schedule, never a time of the clock.
fn until(place: &Place, to: &str) -> Result<Until, Failure> {
    Until::named(&place.config.calendar, to, place.now())
        .map_err(|mistake| Failure::usage(format!("--to {to}: {mistake}"), "`tidebox checkins` lists what is coming"))
}
