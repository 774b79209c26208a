//! `tidebox decide`, `undo` and `redo`: triage from a script, as durable as from the screen.

use clap::{Args, ValueEnum};

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::listing::day_and_time;
use super::output::print;
use crate::domain::defer_choices::{DeferSubject, DeferTarget};
use crate::domain::ids::Id;
use crate::domain::printable::Printable;
use crate::domain::triage::{Decision, Until};
use crate::job::decide::{self, DecisionResult};
use crate::job::defer::scope;
use crate::store::{BatchKind, Store};
use crate::ui::when::or_reply;

/// Decide about messages of the open batch, or of what exceptions let through
#[derive(Debug, Args)]
#[command(after_help = "\
Each call is one decision, and one undo takes it back. What exceptions let through can be decided at any hour, also while the
door is closed: the first decision begins a batch of it, which `tidebox commit` commits.

Three decisions mean \"not now\". `later`: you answer it in this batch, which shows it again at its end. `defer`: it comes back at
the check-in that you choose. `skip`: nothing is decided, and it comes again at the next check-in of its lane. `mute` is about
the whole thread: with each message, it takes what else of its thread is open in the batch.

Examples:
  tidebox decide done 1790000000 1790000100
  tidebox decide defer --to tomorrow 1790000000
  tidebox decide defer --to afternoon 1790000000   the next time that check-in opens
  tidebox decide defer --until-reply week 1790000000   next week, or with the answer where that comes before
  tidebox queue --json | jq -r 'select(.lane==\"news\").id' | xargs -r tidebox decide done")]
pub struct DecideCommand {
    /// The decision
    #[arg(value_enum)]
    pub verb: VerbName,
    /// Ids of messages of one open batch
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<i64>,
    /// For defer: next (what is meant without it), tomorrow, week, 2 to 9 check-ins ahead, each of the messages' lane; or the
    /// name of a check-in, or a day, which may be another one
    #[arg(long, value_name = "WHEN")]
    pub to: Option<String>,
    /// For defer: to this check-in, or to an earlier one when somebody else writes in its conversation
    #[arg(long, value_name = "WHEN", conflicts_with = "to")]
    pub until_reply: Option<String>,
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

Examples:
  tidebox undo
  tidebox undo --exceptions        the latest about what came through, while a check-in is open")]
pub struct UndoCommand {
    /// In the batch of what exceptions let through, also where that of a check-in is open
    #[arg(long)]
    pub exceptions: bool,
}

/// Restore the decision that was taken back last
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tidebox redo
  tidebox redo --exceptions")]
pub struct RedoCommand {
    /// In the batch of what exceptions let through, also where that of a check-in is open
    #[arg(long)]
    pub exceptions: bool,
}

pub fn run(global: &GlobalArguments, options: &DecideCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let ids: Vec<Id> = options.ids.iter().copied().map(Id).collect();
    let mut store = context.open_store()?;
    let (decision, caution) = decision(context, &store, options, &ids)?;
    let changed = decide::decide(&mut store, &context.config, decision.clone(), &ids, context.now())?;
    let what = match &decision {
        Decision::Defer(until) => {
            let caution = caution.map(|caution| format!(" ({})", Printable::from(caution))).unwrap_or_default();
            format!("deferred to {}{caution}", window(context, until))
        }
        Decision::Mute => muted(ids.len(), changed.on.len()),
        Decision::Later => "to be answered later, at this batch's end".to_owned(),
        Decision::Skip => "not now: undecided until the next check-in of its lane".to_owned(),
        Decision::Reopen => "undecided again".to_owned(),
        Decision::Done
        | Decision::Reply
        | Decision::Trash
        | Decision::Spam
        | Decision::Unsubscribe
        | Decision::StaySubscribed => decision.name().to_owned(),
    };
    report(context, &store, &changed, &what)
}

pub fn undo(global: &GlobalArguments, options: &UndoCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.open_store()?;
    let changed = decide::undo(&mut store, kind(options.exceptions))?;
    report(context, &store, &changed, "taken back")
}

pub fn redo(global: &GlobalArguments, options: &RedoCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.open_store()?;
    let changed = decide::redo(&mut store, kind(options.exceptions))?;
    report(context, &store, &changed, "done again")
}

/// The kind of batch that `--exceptions` asks for; `None` is the one that is open.
pub fn kind(exceptions: bool) -> Option<BatchKind> {
    exceptions.then_some(BatchKind::Exceptions)
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

/// A mute is about threads: `muted: 1 named and 2 more of its thread`.
fn muted(named: usize, all: usize) -> String {
    let threads = if named == 1 { "its thread" } else { "their threads" };
    match all.saturating_sub(named) {
        0 => format!("muted, with {threads}"),
        more => format!("muted: {named} named and {more} more of {threads}"),
    }
}

/// The decision and, where it defers to a check-in that is none of the messages' lanes, that this is so.
fn decision(
    context: &CommandContext,
    store: &Store,
    options: &DecideCommand,
    ids: &[Id],
) -> Result<(Decision, Option<String>), Failure> {
    if options.to.is_some() && options.verb != VerbName::Defer {
        return Err(Failure::usage("--to goes with defer", "tidebox decide defer --to tomorrow ID"));
    }
    if options.until_reply.is_some() && options.verb != VerbName::Defer {
        let hint = "tidebox decide defer --until-reply week ID";
        return Err(Failure::usage("--until-reply goes with defer", hint));
    }
    let decision = match options.verb {
        VerbName::Done => Decision::Done,
        VerbName::Trash => Decision::Trash,
        VerbName::Later => Decision::Later,
        VerbName::Mute => Decision::Mute,
        VerbName::Spam => Decision::Spam,
        VerbName::Skip => Decision::Skip,
        VerbName::Reopen => Decision::Reopen,
        VerbName::Defer => {
            let when = options.until_reply.as_ref().or(options.to.as_ref());
            let named = if options.until_reply.is_some() { "--until-reply" } else { "--to" };
            let target = target(context, store, (named, when.map_or("next", String::as_str)), ids)?;
            let caution = target.caution();
            let until = Until { or_reply: options.until_reply.is_some(), ..target.until };
            return Ok((Decision::Defer(until), caution));
        }
    };
    Ok((decision, None))
}

/// `morning, tomorrow 10:00`
pub fn window(context: &CommandContext, until: &Until) -> String {
    let opens = day_and_time(until.opens, context.now(), context.zone());
    format!("{}, {opens}{}", Printable::from(&until.checkin), or_reply(until))
}

/// The window that a deferral of these leads to: always one of the schedule, never a time of the clock.
pub fn target(
    context: &CommandContext,
    store: &Store,
    (option, to): (&str, &str),
    ids: &[Id],
) -> Result<DeferTarget, Failure> {
    scope(store, &context.config, &DeferSubject::Messages(ids.to_vec()))?.named(to, context.now()).map_err(|mistake| {
        Failure::usage(format!("{option} {to}: {mistake}"), "`tidebox checkins` lists what is coming")
    })
}
