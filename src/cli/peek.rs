//! `tidebox peek`: looking before the window. It takes a reason, makes one wait, ends by itself, and is written down.

use clap::Args;

use std::io::{IsTerminal, Write};
use std::thread;
use std::time::Duration;

use super::arguments::GlobalArguments;
use super::context::Place;
use super::failure::Failure;
use super::json;
use super::listing;
use super::output::print;
use super::show;
use crate::domain::ids::Id;
use crate::domain::peek::Peek;
use crate::domain::printable::Printable;
use crate::job::begin::{Turn, turn};
use crate::job::read::peeked_letter;
use crate::store::{Store, StoreError};

/// Look at what is held: for a reason, for some minutes, and written down
#[derive(Debug, Args)]
#[command(after_help = "\
A peek waits some seconds, shows what is held for some minutes, and is written down with its reason.

Examples:
  tidebox peek --reason 'the train may be cancelled'
  tidebox peek --show 1790000000   while it is open
  tidebox peek --log               when you looked, and why")]
pub struct PeekCommand {
    /// Why; it is written down
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Show one held message instead of the list
    #[arg(long, value_name = "ID")]
    pub show: Option<i64>,
    /// List the peeks of the past
    #[arg(long, conflicts_with_all = ["reason", "show"])]
    pub log: bool,
}

const LISTED: usize = 500;

pub fn run(global: &GlobalArguments, options: &PeekCommand) -> Result<(), Failure> {
    let place = &Place::find(global)?;
    let mut store = place.open_store()?;
    if options.log {
        return log(place, &store);
    }
    let now = place.now();
    let peek = if let Some(peek) = store.current_peek(now)? {
        peek
    } else {
        if !matches!(turn(&store, &place.config, now)?, Turn::Wait { .. }) {
            return Err(Failure::usage(
                "a check-in is open; there is no need to peek",
                "`tidebox begin` lays its batch out",
            ));
        }
        let reason = options.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        let reason = reason.ok_or_else(|| {
            Failure::usage("a peek needs a reason", "tidebox peek --reason \"the plumber confirms today\"")
        })?;
        wait(place);
        store.start_peek(reason, now, now + place.config.peek.length)?
    };
    show(place, &store, &peek, options.show.map(Id))
}

fn show(place: &Place, store: &Store, peek: &Peek, one: Option<Id>) -> Result<(), Failure> {
    let now = place.now().max(peek.since);
    let Some(id) = one else {
        // One more than is listed tells whether there are more.
        let mut messages = store.peeked(peek, now, LISTED + 1)?;
        let more = messages.len() > LISTED;
        messages.truncate(LISTED);
        listing::messages(place, &messages)?;
        if more && !place.json {
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
    let letter = peeked_letter(store, peek, id, 80, None, now)?;
    show::print(place, &message, &letter)
}

/// The wait is the point: most reasons to look do not outlive it. A script waits as long, in silence.
fn wait(place: &Place) {
    let seconds = u64::try_from(place.config.peek.delay.num_seconds()).unwrap_or(0);
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

fn log(place: &Place, store: &Store) -> Result<(), Failure> {
    let mut out = String::new();
    for peek in store.peeks()? {
        if place.json {
            out.push_str(&json::line(&serde_json::json!({
                "since": json::instant(peek.since), "until": json::instant(peek.until), "reason": peek.reason,
            })));
            out.push('\n');
        } else {
            let since = peek.since.with_timezone(&place.zone()).format("%Y-%m-%d %H:%M");
            out.push_str(&format!("{since}  {}\n", Printable::from(&peek.reason)));
        }
    }
    print(&out)
}
