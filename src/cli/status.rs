//! `tidebox status`: whether the door is open, and when it opens next. No counts of what is held unless they are asked for.

use clap::{Args, ValueEnum};

use std::path::Path;

use chrono::{DateTime, Utc};

use super::arguments::GlobalArguments;
use super::context::Place;
use super::failure::Failure;
use super::json::{self, instant};
use super::listing::{clock_time, coming, day_and_time};
use super::output::print;
use crate::config::Config;
use crate::domain::concern::{WATCH_HINT, shortest};
use crate::domain::door::{OpenWindow, Overview, came_back};
use crate::domain::printable::Printable;
use crate::domain::schedule::Zone;
use crate::domain::text_enum::TextEnum;
use crate::job::door::door;
use crate::job::health;
use crate::store::Store;
use crate::watch::{Who, holder_of, is_down, runs};

/// Say whether the door is open, and when the next check-in is
#[derive(Debug, Args)]
#[command(after_help = "\
It says nothing of what is held; --counts, or `show_held = true` in the configuration, adds how many messages there are.

Examples:
  tidebox status
  tidebox status --format tmux       for status-right in tmux.conf
  tidebox status --format waybar     for a custom module of waybar
  tidebox status --format starship   for a module of starship's prompt")]
pub struct StatusCommand {
    /// Who reads it
    #[arg(long, value_enum, default_value = "plain")]
    pub format: StatusFormat,
    /// Also say how many messages are held
    #[arg(long)]
    pub counts: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StatusFormat {
    Plain,
    Json,
    /// Some words for tmux's status line
    Tmux,
    /// An object for waybar's custom module
    Waybar,
    /// Some words for starship's prompt; nothing where no check-in is set
    Starship,
}

/// What is wrong takes no more of a status line, in columns.
const SHORT: usize = 40;

pub fn run(global: &GlobalArguments, options: &StatusCommand) -> Result<(), Failure> {
    let place = &Place::find(global)?;
    let config = Config { show_held: place.config.show_held || options.counts, ..place.config.clone() };
    // A status line asks every few seconds, perhaps before anything was taken in: it makes no store.
    let facts = match Store::open_existing(&place.store_path)? {
        Some(mut store) => {
            crate::job::close::close_due(&mut store, &config, place.now())?;
            let mut door = door(&store, &config, place.now())?;
            door.watch_is_down = is_down(&store);
            door
        }
        None => Overview { next: config.calendar.next_after(place.now()), ..Overview::default() },
    };
    let format = if place.json { StatusFormat::Json } else { options.format };
    let text = match format {
        StatusFormat::Plain => format!("{} {}{}", plain(place, &facts), watched(place), troubles(place, &facts)),
        StatusFormat::Json => json::line(&object(place, &facts)),
        // tmux takes `#[…]` for a style.
        StatusFormat::Tmux => words(place, &facts).replace('#', "##"),
        StatusFormat::Waybar => {
            let mut classes = vec![if facts.open.is_some() { "open" } else { "closed" }];
            classes.extend((!facts.concerns.is_empty()).then_some("trouble"));
            classes.extend(facts.watch_is_down.then_some("watch-down"));
            let alt = classes.last().copied().unwrap_or_default();
            // One class is a string, as it always was; waybar takes a list too.
            let class = if classes.len() == 1 { serde_json::json!(alt) } else { serde_json::json!(classes) };
            let tooltip = format!("{}{}", plain(place, &facts), troubles(place, &facts));
            json::line(&serde_json::json!({
                "text": without_markup(&words(place, &facts)), "tooltip": without_markup(&tooltip),
                "class": class, "alt": alt,
            }))
        }
        StatusFormat::Starship if facts.open.is_none() && facts.next.is_none() && trouble(&facts).is_none() => {
            return Ok(());
        }
        StatusFormat::Starship => words(place, &facts),
    };
    print(&format!("{text}\n"))
}

/// Waybar takes what it shows for Pango's markup.
fn without_markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Whether a watch runs for a store, as JSON.
pub fn watch(store: &Path) -> serde_json::Value {
    let holder = holder_of(store).filter(|holder| holder.who == Who::Watch);
    let running = holder.is_some() || runs(store);
    serde_json::json!({ "running": running, "process": holder.and_then(|holder| holder.process) })
}

fn watched(place: &Place) -> &'static str {
    match holder_of(&place.store_path) {
        Some(holder) if holder.who == Who::Watch => "The watch is running.",
        Some(_) if runs(&place.store_path) => "The watch is running, and waits for its turn.",
        _ => "The watch is not running.",
    }
}

/// What is wrong and what to do, each on lines of its own.
fn troubles(place: &Place, door: &Overview) -> String {
    let mut text = String::new();
    if door.watch_is_down {
        text.push_str(&format!("\n{WATCH_HINT}"));
    }
    for concern in &door.concerns {
        let (what, advice) = health::told(concern, place.now(), place.zone());
        text.push_str(&format!("\n{}", Printable::from(what)));
        if !advice.is_empty() {
            text.push_str(&format!("\n  {}", Printable::from(advice)));
        }
    }
    text
}

/// The same in a few words.
fn trouble(door: &Overview) -> Option<String> {
    let watch = door.watch_is_down.then(|| "no watch".to_owned());
    let all: Vec<String> = watch.into_iter().chain(shortest(&door.concerns)).collect();
    (!all.is_empty()).then(|| Printable::from(all.join(", ")).cut(SHORT).to_string())
}

fn object(place: &Place, door: &Overview) -> serde_json::Value {
    let open = door.open.as_ref().map(|open| {
        serde_json::json!({
            "checkin": open.window.checkin, "opens": instant(open.window.opens),
            "closes": closes(open).map(instant), "begun": open.begun, "late": open.late,
            "left": open.left, "decided": open.decided,
        })
    });
    let next =
        door.next.as_ref().map(|next| serde_json::json!({ "checkin": next.checkin, "opens": instant(next.opens) }));
    let concerns: Vec<serde_json::Value> = door
        .concerns
        .iter()
        .map(|concern| {
            let (what, advice) = health::told(concern, place.now(), place.zone());
            serde_json::json!({
                "source": concern.source, "kind": concern.kind.name(), "what": what, "hint": advice,
                "since": instant(concern.since), "next": concern.next.map(instant), "count": concern.count,
            })
        })
        .collect();
    let mut value = serde_json::json!({
        "now": instant(place.now()), "open": open, "next": next, "exceptions": door.let_through, "outbox": 0,
        "deferred": door.deferred, "returned_waiting": door.outside.returned,
        "away_until": door.away_until.map(|day| day.to_string()), "watch": watch(&place.store_path), "troubles": concerns,
    });
    value["watch"]["expected"] = (door.watch_is_down || value["watch"]["running"] == true).into();
    if let Some(held) = door.held {
        value["held"] = held.into();
    }
    value
}

/// Until when it is open, or can be begun; nothing where nothing ends that.
fn closes(open: &OpenWindow) -> Option<DateTime<Utc>> {
    open.until.or_else(|| (!open.late).then_some(open.window.closes))
}

fn plain(place: &Place, door: &Overview) -> String {
    let (now, zone) = (place.now(), place.zone());
    let mut sentences = Vec::new();
    match &door.open {
        Some(open) => sentences.push(opened(open, now, zone)),
        None => sentences.push("Closed.".to_owned()),
    }
    match &door.next {
        Some(next) => sentences.push(format!(
            "Next check-in: {}, {}.",
            Printable::from(&next.checkin),
            day_and_time(next.opens, now, zone)
        )),
        None => sentences.push("No check-in is coming.".to_owned()),
    }
    match door.let_through {
        0 => {}
        1 => sentences.push("1 message came through by an exception.".to_owned()),
        count => sentences.push(format!("{count} messages came through by exceptions.")),
    }
    if let Some(held) = door.held {
        sentences.push(format!("{held} held."));
    }
    if door.outside.returned > 0 {
        sentences.push(came_back(door.outside.returned));
    }
    sentences.join(" ")
}

fn opened(open: &OpenWindow, now: chrono::DateTime<chrono::Utc>, zone: Zone) -> String {
    let name = Printable::from(&open.window.checkin);
    let Some(closes) = closes(open) else { return format!("{name} was missed and can still be begun.") };
    let until = if open.late { coming(closes, now, zone) } else { clock_time(closes, zone) };
    match (open.begun, open.late) {
        (true, _) if closes <= now => format!("{name} ended at {until} and is not committed yet."),
        (true, _) => format!("{name} is begun, until {until}."),
        (false, true) => format!("{name} was missed and can be begun until {until}."),
        (false, false) => format!("{name} is open until {until}."),
    }
}

fn words(place: &Place, door: &Overview) -> String {
    let zone = place.zone();
    let mut text = match (&door.open, &door.next) {
        (Some(open), _) => {
            let name = Printable::from(&open.window.checkin);
            match closes(open) {
                Some(closes) if open.late => format!("{name} until {}", coming(closes, place.now(), zone)),
                Some(closes) => format!("{name} until {}", clock_time(closes, zone)),
                None => name.to_string(),
            }
        }
        (None, Some(next)) => day_and_time(next.opens, place.now(), zone).trim_start_matches("today ").to_owned(),
        (None, None) => "no check-in".to_owned(),
    };
    if let Some(held) = door.held {
        text.push_str(&format!(" ({held})"));
    }
    if door.let_through > 0 {
        text.push_str(" !");
    }
    if let Some(trouble) = trouble(door) {
        text.push_str(&format!(" · {trouble}"));
    }
    text
}
