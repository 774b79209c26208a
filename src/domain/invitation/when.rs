//! When an event is, in words: in the zone of whoever reads, and as it was written where that says something else.

use chrono::{DateTime, Datelike as _, NaiveDateTime, TimeDelta, Utc};

use super::event_time::{EventTime, TimeDoubt};
use crate::domain::schedule::{Zone, wall};

pub(super) const DAY: &str = "%a %-d %b %Y";
const TIME: &str = "%H:%M";

/// `Tue 1 Dec 2026, 10:00–11:00`.
pub(super) fn when(start: &EventTime, end: Option<&EventTime>, zone: Zone) -> String {
    let text = match (start, end) {
        (EventTime::Day(first), Some(EventTime::Day(after))) => {
            // The end of whole days is the day after (RFC 5545 §3.6.1).
            let last = after.pred_opt().filter(|last| last > first);
            let to = last.map_or_else(String::new, |last| format!(" to {}", last.format(DAY)));
            format!("{}{to}", first.format(DAY))
        }
        (EventTime::Day(day), _) => day.format(DAY).to_string(),
        (start, end) => span(start.shown(zone), end.map(|end| end.shown(zone))),
    };
    match start {
        EventTime::Uncertain { zone, .. } => format!("{text} (zone of the sender: {zone})"),
        EventTime::Floating(_) => format!("{text}, by the clock of wherever you are"),
        EventTime::Day(_) => format!("{text}, all day"),
        EventTime::Instant { .. } => text,
    }
}

/// The same by the clock of the zone that it was written in, where that shows something else: `09:00–10:00 in Europe/London`.
pub(super) fn as_written(start: &EventTime, end: Option<&EventTime>, zone: Zone) -> Option<String> {
    let EventTime::Instant { at, written, zone: theirs, .. } = start else { return None };
    if *written == wall::shown(zone, *at) {
        return None;
    }
    let theirs = theirs.as_ref()?;
    // An end may be written in another zone; its length is what counts.
    let length = end.and_then(EventTime::instant).map(|end| end - *at);
    let end = length.and_then(|length| written.checked_add_signed(length));
    let text = span(*written, end);
    // The day is told already, where it is the same.
    let same_day = written.date() == wall::date_of(zone, *at);
    let day = if same_day { format!("{}, ", written.format(DAY)) } else { String::new() };
    Some(format!("{} in {theirs}", text.strip_prefix(&day).unwrap_or(&text)))
}

/// What makes the time less than certain, in a sentence.
pub(super) fn doubt(start: &EventTime, zone: Zone) -> Option<String> {
    let EventTime::Instant { written, zone: theirs, doubt, .. } = start else { return None };
    let theirs = theirs.as_deref().unwrap_or("UTC");
    match doubt.as_ref()? {
        TimeDoubt::InGap => Some(format!(
            "{} is left out in {theirs} on that day, when the clocks are put forward",
            written.format(TIME)
        )),
        TimeDoubt::DescribedAs(other) => Some(format!(
            "the message describes {theirs} otherwise than it is known here: by that it would be {}",
            moment(wall::shown(zone, *other))
        )),
    }
}

/// `Tue 8 Dec, 10:00`; with the year where it is another one than now, and without the time for whole days.
pub(super) fn short(time: &EventTime, now: DateTime<Utc>, zone: Zone) -> String {
    let shown = time.shown(zone);
    let year = if shown.year() == wall::shown(zone, now).year() { "" } else { " %Y" };
    let clock = if matches!(time, EventTime::Day(_)) { "" } else { ", %H:%M" };
    shown.format(&format!("%a %-d %b{year}{clock}")).to_string()
}

fn span(start: NaiveDateTime, end: Option<NaiveDateTime>) -> String {
    let from = moment(start);
    match end.filter(|end| *end > start) {
        None => from,
        // Until midnight is the same day.
        Some(end)
            if end - start <= TimeDelta::days(1)
                && end.checked_sub_signed(TimeDelta::seconds(1)).is_some_and(|end| end.date() == start.date()) =>
        {
            format!("{from}–{}", end.format(TIME))
        }
        Some(end) => format!("{from} to {}", moment(end)),
    }
}

fn moment(at: NaiveDateTime) -> String {
    format!("{}, {}", at.format(DAY), at.format(TIME))
}
