//! `tidebox muted` and `tidebox unmute`: the threads that are muted for ever, and the way back.

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json::{self, MessageJson, instant};
use super::output::print;
use super::reach::reach;
use super::report;
use crate::domain::ids::Id;
use crate::domain::message::MessageSummary;
use crate::domain::muted::MutedThread;
use crate::job::reopen::{muted, unmute as unmute_threads};
use crate::job::write_back::write_back_all;

/// List the muted threads, the one that was muted last first
#[derive(Debug, Args)]
#[command(after_help = "\
Each line has the id of the newest message of a thread, the day on which it was muted, and how many messages it has.
`tidebox search is:muted` lists the messages themselves.

Examples:
  tidebox muted
  tidebox --json muted | jq -r .latest.subject")]
pub struct MutedCommand;

/// Take the mute of threads back: what comes to them is held again
#[derive(Debug, Args)]
#[command(after_help = "\
What the mute has filed stays filed, and counts as done; `tidebox reopen` brings single messages back.

Examples:
  tidebox unmute 1790000000
  tidebox unmute 1790000000 && tidebox reopen 1790000000")]
pub struct UnmuteCommand {
    /// The id of any message of the thread
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<i64>,
}

pub fn run(global: &GlobalArguments, _: &MutedCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let store = context.open_store()?;
    let threads = muted(&store)?;
    let mut out = String::new();
    for thread in &threads {
        out.push_str(&if context.json { format!("{}\n", json::line(&object(thread))) } else { row(context, thread) });
    }
    if threads.is_empty() && !context.json {
        out.push_str("No thread is muted.\n");
    }
    print(&out)
}

pub fn unmute(global: &GlobalArguments, options: &UnmuteCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.open_store()?;
    let ids: Vec<Id> = options.ids.iter().copied().map(Id).collect();
    let unmuted = unmute_threads(&mut store, &context.config, &ids, context.now())?;
    let (reach, _lock) = reach(context, "makes the changes in the mailboxes")?;
    let written = write_back_all(&mut store, &context.config, reach, context.now())?;
    if context.json {
        let threads: Vec<serde_json::Value> = unmuted
            .iter()
            .map(|one| {
                let filed: Vec<i64> = one.filed.iter().map(|id| id.0).collect();
                serde_json::json!({ "thread": one.thread.0, "filed": filed })
            })
            .collect();
        let value = serde_json::json!({ "unmuted": threads, "changes": json::written(&written) });
        return print(&format!("{}\n", json::line(&value)));
    }
    for one in &unmuted {
        print(&format!("{}\n", one.sentence()))?;
    }
    report::changes(&written)
}

fn object(thread: &MutedThread) -> serde_json::Value {
    serde_json::json!({
        "thread": thread.thread.0, "since": instant(thread.since), "messages": thread.messages,
        "latest": MessageJson::from(&thread.latest),
    })
}

fn row(context: &CommandContext, thread: &MutedThread) -> String {
    let latest = MessageSummary::of(&thread.latest);
    let since = thread.since.with_timezone(&context.zone()).format("%Y-%m-%d");
    let plural = if thread.messages == 1 { " " } else { "s" };
    let sender = super::listing::pad(&latest.sender, 24);
    format!("{:>10}  {since}  {sender}  {:>3} message{plural}  {}\n", latest.id.0, thread.messages, latest.subject)
}
