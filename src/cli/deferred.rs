//! `tidebox deferred`, `wake` and `reschedule`: what was deferred, and changing when it comes back.

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::decide::{target, window};
use super::failure::Failure;
use super::json::{self, MessageJson};
use super::listing::row;
use super::output::print;
use crate::domain::ids::Id;
use crate::domain::message::MessageSummary;
use crate::domain::printable::Printable;
use crate::job::defer;

/// List what is deferred, and to when
#[derive(Debug, Args)]
#[command(after_help = "\
The soonest comes first.

Examples:
  tidebox deferred
  tidebox --json deferred | jq -r '[.until.opens, .subject] | @tsv'")]
pub struct DeferredCommand;

/// Let deferred messages come out earlier: they lead the next batch of their lane
#[derive(Debug, Args)]
#[command(after_help = "\
In a mailbox the change is made at the next reading: `tidebox sync`, a watch, or an open screen.

Example:
  tidebox wake 1790000000")]
pub struct WakeCommand {
    /// Ids of deferred messages
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<i64>,
}

/// Defer messages that are deferred already to another check-in
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tidebox reschedule 1790000000 --to week
  tidebox reschedule 1790000000 1790000100 --to 2026-12-24")]
pub struct RescheduleCommand {
    /// Ids of deferred messages
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<i64>,
    /// next, tomorrow, week, 2 to 9 check-ins ahead, each of the messages' lane; or the name of a check-in, or a day
    #[arg(long, value_name = "WHEN")]
    pub to: String,
}

pub fn run(global: &GlobalArguments, _: &DeferredCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let store = context.open_store()?;
    let listed = defer::listed(&store, &context.config)?;
    if listed.is_empty() && !context.json {
        return print("Nothing is deferred.\n");
    }
    for (message, until) in listed {
        let line = if context.json {
            format!("{}\n", json::line(&MessageJson::deferred(&message, &until)))
        } else {
            let row = row(&MessageSummary::of(&message), context.now(), context.zone(), "");
            format!("{}  (to {})\n", row.trim_end(), window(context, &until))
        };
        print(&line)?;
    }
    Ok(())
}

pub fn wake(global: &GlobalArguments, options: &WakeCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.open_store()?;
    let ids = ids(&options.ids);
    defer::all_deferred(&store, &ids)?;
    let woken = defer::wake(&mut store, &context.config, &ids, context.now())?;
    if context.json {
        return print(&format!("{}\n", json::line(&serde_json::json!({ "changed": options.ids }))));
    }
    let lead = if woken == 1 { "leads" } else { "lead" };
    print(&format!("{woken} {lead} the next batch of their lane\n"))
}

pub fn reschedule(global: &GlobalArguments, options: &RescheduleCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.open_store()?;
    let ids = ids(&options.ids);
    defer::all_deferred(&store, &ids)?;
    let target = target(context, &store, ("--to", &options.to), &ids)?;
    defer::reschedule(&mut store, &context.config, &ids, &target.until, context.now())?;
    if context.json {
        let object = serde_json::json!({ "changed": options.ids, "until": json::until(&target.until) });
        return print(&format!("{}\n", json::line(&object)));
    }
    let caution = target.caution().map(|caution| format!(" ({})", Printable::from(caution))).unwrap_or_default();
    print(&format!("{} deferred to {}{caution}\n", ids.len(), window(context, &target.until)))
}

/// Each id once, in the order in which they were named.
fn ids(named: &[i64]) -> Vec<Id> {
    let mut ids: Vec<Id> = Vec::new();
    for id in named.iter().copied().map(Id) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}
