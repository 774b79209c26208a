//! `tidebox peek`: looking at held mail before the window. It needs a reason, waits, ends by itself, and is written down.

use clap::Args;

use std::io::{IsTerminal, Write};
use std::thread;
use std::time::Duration;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::listing;
use super::output::print;
use super::show;
use crate::domain::ids::Id;
use crate::domain::peek::Peek;
use crate::domain::printable::Printable;
use crate::domain::text_enum::TextEnum;
use crate::job::begin::{Turn, turn};
use crate::job::read::{Reader, peeked_letter};
use crate::store::{Store, StoreError};

/// Look at what is held, for some minutes and with a reason
#[derive(Debug, Args)]
#[command(after_help = "\
A peek waits some seconds, shows what is held for some minutes, and is written down with its reason.

Examples:
  tidebox peek --reason 'the train may be cancelled'
  tidebox peek --show 1790000000   while it is open
  tidebox peek --log               when you looked, and why")]
pub struct PeekCommand {
    /// The reason, which is written down
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Show one held message instead of the list
    #[arg(long, value_name = "ID")]
    pub show: Option<i64>,
    /// List the peeks of the past, and the questions and looks for a code
    #[arg(long, conflicts_with_all = ["reason", "show"])]
    pub log: bool,
}

const LISTED: usize = 500;

pub fn run(global: &GlobalArguments, options: &PeekCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.open_store()?;
    if options.log {
        return log(context, &store);
    }
    let now = context.now();
    let peek = if let Some(peek) = store.current_peek(now)? {
        peek
    } else {
        if matches!(turn(&store, &context.config, now)?, Turn::GoOn(_) | Turn::Begin { late: false, .. }) {
            return Err(Failure::usage(
                "a check-in is open; there is no need to peek",
                "`tidebox begin` lays its batch out",
            ));
        }
        let reason = options.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        let reason = reason.ok_or_else(|| {
            Failure::usage("a peek needs a reason", "tidebox peek --reason \"the plumber confirms today\"")
        })?;
        wait(context);
        store.start_peek(reason, now, now + context.config.peek.length)?
    };
    show(context, &store, &peek, options.show.map(Id))
}

fn show(context: &CommandContext, store: &Store, peek: &Peek, one: Option<Id>) -> Result<(), Failure> {
    let now = context.now().max(peek.since);
    let Some(id) = one else {
        // One more than is listed, to know whether there are more.
        let mut messages = store.peeked(peek, now, LISTED + 1)?;
        let more = messages.len() > LISTED;
        messages.truncate(LISTED);
        listing::messages(context, &messages)?;
        if more && !context.json {
            let _ = writeln!(std::io::stderr(), "These are the newest {LISTED}; --show ID shows any that is held.");
        }
        return Ok(());
    };
    let message = match store.peeked_message(peek, id, now) {
        Err(StoreError::Unknown(_)) => {
            return Err(Failure::usage(format!("{id} is not held"), "`tidebox peek` lists what is"));
        }
        other => other?,
    };
    let letter = peeked_letter(store, peek, id, None, Reader { now, zone: context.zone(), width: 80 })?;
    show::print(context, &message, &letter)
}

/// Waits on purpose: often the reason to look is gone by then. A script waits as long, without the countdown.
fn wait(context: &CommandContext) {
    let seconds = u64::try_from(context.config.peek.delay.num_seconds()).unwrap_or(0);
    let mut screen = std::io::stderr();
    let shown = screen.is_terminal();
    for left in (1..=seconds).rev() {
        if shown {
            let _ = write!(screen, "\r{left:>3} s. Ctrl-C leaves the door closed. ");
            let _ = screen.flush();
        }
        thread::sleep(Duration::from_secs(1));
    }
    if shown {
        let _ = write!(screen, "\r{:40}\r", "");
    }
}

fn log(context: &CommandContext, store: &Store) -> Result<(), Failure> {
    let mut out = String::new();
    for peek in store.peeks()? {
        if context.json {
            out.push_str(&json::line(&serde_json::json!({
                "since": json::instant(peek.since), "until": json::instant(peek.until), "reason": peek.reason,
                "kind": peek.kind.name(),
            })));
            out.push('\n');
        } else {
            let since = peek.since.with_timezone(&context.zone()).format("%Y-%m-%d %H:%M");
            out.push_str(&format!("{since}  {:4}  {}\n", peek.kind.name(), Printable::from(&peek.reason)));
        }
    }
    print(&out)
}
