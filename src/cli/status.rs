//! `tidebox status`: whether the door is open, and when it opens next. No counts of what is held unless they are asked for.

use std::path::Path;

use super::arguments::{Status, StatusFormat};
use super::failure::Failure;
use super::json::{self, instant};
use super::listing::{clock_time, day_and_time};
use super::output::print;
use super::place::Place;
use crate::config::Config;
use crate::domain::door::{Door, OpenWindow};
use crate::domain::printable::Printable;
use crate::domain::schedule::Zone;
use crate::job::door::door;
use crate::store::Store;
use crate::watch::{Who, holder_of};

pub fn run(place: &Place, options: &Status) -> Result<(), Failure> {
    let config = Config { show_held: place.config.show_held || options.counts, ..place.config.clone() };
    // A status line asks every few seconds, perhaps before anything was taken in: it makes no store.
    let facts = match Store::open_existing(&place.store_path)? {
        Some(mut store) => {
            crate::job::close::close_due(&mut store, &config, place.now())?;
            door(&store, &config, place.now())?
        }
        None => Door { next: config.calendar.next_after(place.now()), ..Door::default() },
    };
    let format = if place.json { StatusFormat::Json } else { options.format };
    let text = match format {
        StatusFormat::Plain => format!("{} {}", plain(place, &facts), watched(place)),
        StatusFormat::Json => json::line(&object(place, &facts)),
        // tmux takes `#[…]` for a style.
        StatusFormat::Tmux => words(place, &facts).replace('#', "##"),
        StatusFormat::Waybar => {
            let class = if facts.open.is_some() { "open" } else { "closed" };
            json::line(&serde_json::json!({
                "text": without_markup(&words(place, &facts)), "tooltip": without_markup(&plain(place, &facts)),
                "class": class, "alt": class,
            }))
        }
        StatusFormat::Starship if facts.open.is_none() && facts.next.is_none() => return Ok(()),
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
    serde_json::json!({ "running": holder.is_some(), "process": holder.and_then(|holder| holder.process) })
}

fn watched(place: &Place) -> &'static str {
    match holder_of(&place.store_path) {
        Some(holder) if holder.who == Who::Watch => "The watch is running.",
        _ => "The watch is not running.",
    }
}

fn object(place: &Place, door: &Door) -> serde_json::Value {
    let open = door.open.as_ref().map(|open| {
        serde_json::json!({
            "checkin": open.window.checkin, "opens": instant(open.window.opens),
            "closes": instant(open.until.unwrap_or(open.window.closes)), "begun": open.begun, "late": open.late,
            "left": open.left, "decided": open.decided,
        })
    });
    let next =
        door.next.as_ref().map(|next| serde_json::json!({ "checkin": next.checkin, "opens": instant(next.opens) }));
    let mut value = serde_json::json!({
        "now": instant(place.now()), "open": open, "next": next, "exceptions": door.let_through, "outbox": 0,
        "deferred": door.deferred, "away_until": door.away_until.map(|day| day.to_string()),
        "watch": watch(&place.store_path),
    });
    if let Some(held) = door.held {
        value["held"] = held.into();
    }
    value
}

fn plain(place: &Place, door: &Door) -> String {
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
    sentences.join(" ")
}

fn opened(open: &OpenWindow, now: chrono::DateTime<chrono::Utc>, zone: Zone) -> String {
    let name = Printable::from(&open.window.checkin);
    let closes = open.until.unwrap_or(open.window.closes);
    let until = clock_time(closes, zone);
    match (open.begun, open.late) {
        (true, _) if closes <= now => format!("{name} ended at {until} and is not committed yet."),
        (true, _) => format!("{name} is begun, until {until}."),
        (false, true) => format!("{name} was missed and can be begun until {until}."),
        (false, false) => format!("{name} is open until {until}."),
    }
}

fn words(place: &Place, door: &Door) -> String {
    let zone = place.zone();
    let mut text = match (&door.open, &door.next) {
        (Some(open), _) => format!(
            "{} until {}",
            Printable::from(&open.window.checkin),
            clock_time(open.until.unwrap_or(open.window.closes), zone)
        ),
        (None, Some(next)) => day_and_time(next.opens, place.now(), zone).trim_start_matches("today ").to_owned(),
        (None, None) => "no check-in".to_owned(),
    };
    if let Some(held) = door.held {
        text.push_str(&format!(" ({held})"));
    }
    if door.let_through > 0 {
        text.push_str(" !");
    }
    text
}
