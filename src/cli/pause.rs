//! `tidebox pause`: keeps the door shut for a while, or leaves a window out.

use chrono::{DateTime, Utc};
use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json::{self, instant};
use super::listing::{coming, day_and_time};
use super::output::print;
use crate::domain::pause::{Pause, PauseKind};
use crate::domain::printable::Printable;
use crate::domain::schedule::{Window, Zone, parse_pause, pause_end};
use crate::job::pause::{self, Shutter};
use crate::store::Store;

/// Keep the door shut for a while, or leave a check-in out
#[derive(Debug, Args)]
#[command(after_help = "\
No window can be begun meanwhile, and none is notified. A pause ends by itself; exceptions come through all the same, a hard hold
goes on holding, and a batch that is begun stays open. A window that was shut by a length or a time can be begun late when the
pause is over; one that was left out (--skip) can't, and its messages wait for the next check-in of their lane. Without
anything it says what is in force. At most 31 days: `away` in the configuration is for longer.

Examples:
  tidebox pause 3h
  tidebox pause --until 14:00
  tidebox pause --skip         leaves out the check-in that is open and not begun, else the next one
  tidebox pause --end
  tidebox pause")]
pub struct PauseCommand {
    /// How long: `45m`, `3h`, `1h30m`, `2d`
    #[arg(value_name = "LENGTH", conflicts_with_all = ["until", "skip", "end"])]
    pub length: Option<String>,
    /// Until when: the next `14:00`, or a date and a time (`2026-11-30 10:00`)
    #[arg(long, value_name = "TIME", conflicts_with_all = ["skip", "end"])]
    pub until: Option<String>,
    /// Leave out one check-in: the one that is open and not begun, else the next one
    #[arg(long, conflicts_with = "end")]
    pub skip: bool,
    /// End every pause now
    #[arg(long)]
    pub end: bool,
}

pub fn run(global: &GlobalArguments, options: &PauseCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let (now, zone) = (context.now(), context.zone());
    let mistake = |mistake: crate::domain::schedule::TimeMistake| {
        Failure::usage(mistake.to_string(), "tidebox pause 3h, or tidebox pause --until 14:00")
    };
    let mut store = context.open_store()?;
    let mut ended = None;
    match (&options.length, &options.until) {
        (Some(length), _) => drop(pause::pause(&mut store, now, now + parse_pause(length).map_err(mistake)?)?),
        (_, Some(until)) => drop(pause::pause(&mut store, now, pause_end(until, zone, now).map_err(mistake)?)?),
        _ if options.skip => drop(pause::skip(&mut store, &context.config, now)?),
        _ if options.end => ended = Some(pause::end(&mut store, now)?),
        _ => {}
    }
    report(context, &store, ended)
}

fn report(context: &CommandContext, store: &Store, ended: Option<usize>) -> Result<(), Failure> {
    let now = context.now();
    let pauses = store.pauses(now)?;
    let next = Shutter::at(store, now)?.next(&context.config.calendar)?;
    if context.json {
        let next = next.map(|next| serde_json::json!({ "checkin": next.checkin, "opens": instant(next.opens) }));
        let value = serde_json::json!({ "pauses": pauses.iter().map(object).collect::<Vec<_>>(), "next": next });
        return print(&format!("{}\n", json::line(&value)));
    }
    let mut sentences: Vec<String> = pauses.iter().map(|pause| sentence(pause, now, context.zone())).collect();
    match ended {
        Some(0) => sentences.push("There was no pause.".to_owned()),
        Some(_) => sentences.push("The pause is over.".to_owned()),
        None if pauses.is_empty() => sentences.push("There is no pause.".to_owned()),
        None => {}
    }
    sentences.push(next_words(next.as_ref(), now, context.zone()));
    print(&format!("{}\n", sentences.join(" ")))
}

fn next_words(next: Option<&Window>, now: DateTime<Utc>, zone: Zone) -> String {
    next.map_or_else(
        || "No check-in is coming.".to_owned(),
        |next| format!("Next check-in: {}, {}.", Printable::from(&next.checkin), day_and_time(next.opens, now, zone)),
    )
}

/// A pause as JSON.
pub fn object(pause: &Pause) -> serde_json::Value {
    let (checkin, opens) = match &pause.what {
        PauseKind::Door => (None, None),
        PauseKind::Window { checkin, opens } => (Some(checkin), Some(instant(*opens))),
    };
    serde_json::json!({
        "since": instant(pause.since), "until": instant(pause.until), "checkin": checkin, "opens": opens,
    })
}

/// `Paused until 14:00.`, `morning, tomorrow 10:00, is left out.`
pub fn sentence(pause: &Pause, now: DateTime<Utc>, zone: Zone) -> String {
    match &pause.what {
        PauseKind::Door => format!("Paused until {}.", coming(pause.until, now, zone)),
        PauseKind::Window { checkin, opens } => {
            format!("{}, {}, is left out.", Printable::from(checkin), day_and_time(*opens, now, zone))
        }
    }
}
