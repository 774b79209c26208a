//! `tidebox reopen`: what was finished with is brought back, to be decided about again.

use std::str::FromStr;

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::output::print;
use super::reach::reach;
use super::report;
use crate::domain::ids::{BatchId, Id};
use crate::domain::reopening::{Reopened, Reopening};
use crate::job::reopen::{finished_in, reopen};
use crate::job::write_back::write_back_all;

/// Bring messages back that were finished with: they lead the next batch
#[derive(Debug, Args)]
#[command(after_help = "\
What is done, in the trash, among the spam, muted, filed or history leads the next batch of its lane, first in it. Its copy
goes back to the folder that it came through, and is unread again if a commit had marked it read. What is deferred is woken.
In the open batch, the decision about a message is taken back, and `undo` restores it. What is held cannot be reopened.

Examples:
  tidebox reopen 1790000000
  tidebox reopen --batch last       everything that the last check-in has finished
  tidebox search is:muted --json | jq .id | xargs -r tidebox reopen")]
pub struct ReopenCommand {
    /// Ids of messages, as `search` and `queue` print them
    #[arg(value_name = "ID", required_unless_present = "batch", conflicts_with = "batch")]
    pub ids: Vec<i64>,
    /// Everything that a committed batch has finished: `last`, or its number, as the JSON of `commit` tells it
    #[arg(long, value_name = "BATCH")]
    pub batch: Option<BatchName>,
}

/// A committed batch, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchName {
    Last,
    Number(BatchId),
}

impl FromStr for BatchName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            last if last.eq_ignore_ascii_case("last") => Ok(Self::Last),
            number => match number.parse() {
                Ok(number) if number > 0 => Ok(Self::Number(BatchId(number))),
                _ => Err("`last` or the number of a batch is expected".to_owned()),
            },
        }
    }
}

pub fn run(global: &GlobalArguments, options: &ReopenCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.open_store()?;
    let ids = match options.batch {
        Some(BatchName::Last) => finished_in(&store, None)?,
        Some(BatchName::Number(batch)) => finished_in(&store, Some(batch))?,
        None => options.ids.iter().copied().map(Id).collect(),
    };
    let reopened = reopen(&mut store, &context.config, &ids, context.now())?;
    let (reach, _lock) = reach(context, "makes the changes in the mailboxes")?;
    let written = write_back_all(&mut store, &context.config, reach, context.now())?;
    if context.json {
        let mut value = object(&reopened);
        value["changes"] = json::written(&written);
        return print(&format!("{}\n", json::line(&value)));
    }
    for sentence in reopened.sentences() {
        print(&format!("{sentence}\n"))?;
    }
    report::changes(&written)
}

fn object(reopened: &Reopened) -> serde_json::Value {
    let of = |which: fn(Reopening) -> bool| reopened.of(which).map(|id| id.0).collect::<Vec<_>>();
    serde_json::json!({
        "reopened": of(|what| matches!(what, Reopening::Leads(_) | Reopening::CarriedOver)),
        "woken": of(|what| what == Reopening::Awake),
        "undecided": of(|what| what == Reopening::Batched),
        "let_through": of(|what| what == Reopening::LetThrough),
        "gone": reopened.gone().map(|id| id.0).collect::<Vec<_>>(),
        "muted_threads": reopened.muted_threads,
    })
}
