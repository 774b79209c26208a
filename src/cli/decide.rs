//! `tidebox decide`, `undo` and `redo`: triage from a script, as durable as from the screen.

use clap::{Args, ValueEnum};

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::listing::day_and_time;
use super::output::print;
use crate::domain::ids::Id;
use crate::domain::printable::Printable;
use crate::domain::triage::{Decision, Until};
use crate::job::decide::{self, DecisionResult};
use crate::store::Store;

/// Decide about messages of the open batch
#[derive(Debug, Args)]
#[command(after_help = "\
Each call is one decision, and one undo takes it back.

Examples:
  tidebox decide done 1790000000 1790000100
  tidebox decide defer --to tomorrow 1790000000
  tidebox decide defer --to afternoon 1790000000   the next time that check-in opens
  tidebox queue --json | jq -r 'select(.lane==\"news\").id' | xargs tidebox decide done")]
pub struct DecideCommand {
    /// The decision
    #[arg(value_enum)]
    pub verb: VerbName,
    /// Ids of messages of the open batch
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<i64>,
    /// For defer: next (the default), tomorrow, week, 2 to 9 check-ins ahead, the name of a check-in, or a day
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
It can be repeated until the beginning of the batch. No mailbox was changed yet.

Example:
  tidebox undo")]
pub struct UndoCommand;

/// Restore the decision that was taken back last
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  tidebox redo")]
pub struct RedoCommand;

pub fn run(global: &GlobalArguments, options: &DecideCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let decision = decision(context, options)?;
    let ids: Vec<Id> = options.ids.iter().copied().map(Id).collect();
    let mut store = context.open_store()?;
    let changed = decide::decide(&mut store, decision.clone(), &ids, context.now())?;
    let what = match &decision {
        Decision::Defer(until) => format!(
            "deferred to {}, {}",
            Printable::from(&until.checkin),
            day_and_time(until.opens, context.now(), context.zone())
        ),
        decision => decision.name().to_owned(),
    };
    report(context, &store, &changed, &what)
}

pub fn undo(global: &GlobalArguments, _: &UndoCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.open_store()?;
    let changed = decide::undo(&mut store)?;
    report(context, &store, &changed, "taken back")
}

pub fn redo(global: &GlobalArguments, _: &RedoCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.open_store()?;
    let changed = decide::redo(&mut store)?;
    report(context, &store, &changed, "done again")
}

fn report(context: &CommandContext, store: &Store, changed: &DecisionResult, what: &str) -> Result<(), Failure> {
    let decided = changed.triage.decided();
    let left = changed.triage.batch().size() - decided;
    if context.json {
        return print(&format!("{}\n", json::line(&json::changed(&changed.ids(store)?, left, decided))));
    }
    let count = changed.on.len();
    print(&format!("{count} {what}; {left} left\n"))
}

fn decision(context: &CommandContext, options: &DecideCommand) -> Result<Decision, Failure> {
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
        VerbName::Defer => Decision::Defer(until(context, options.to.as_deref().unwrap_or("next"))?),
    })
}

/// The window that a deferral leads to: always one of the schedule, never any other time.
fn until(context: &CommandContext, to: &str) -> Result<Until, Failure> {
    Until::named(&context.config.calendar, to, context.now())
        .map_err(|mistake| Failure::usage(format!("--to {to}: {mistake}"), "`tidebox checkins` lists what is coming"))
}
