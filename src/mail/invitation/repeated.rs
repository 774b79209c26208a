//! The times of an event as an answer repeats them: the lines of the invitation, with the descriptions of their zones.

use super::zone::TimeZones;
use crate::domain::invitation::{EventTime, TimeDoubt, WrittenTimes};
use crate::mail::content_line::ContentLine;

/// The parameters that are repeated (RFC 5545 §3.2.13, §3.2.19, §3.2.20).
const PARAMETERS: [&str; 3] = ["VALUE", "RANGE", "TZID"];
/// A longer line is not repeated, in bytes.
const LINE: usize = 512;

/// A line, and the time that was read from it.
pub(super) type Timed<'l> = (&'l ContentLine, Option<&'l EventTime>);

/// All of these lines as they can be written again; `None` where one of them cannot, so that none is.
pub(super) fn repeated(
    recurrence_id: Option<Timed<'_>>,
    start: Option<Timed<'_>>,
    end: Option<Timed<'_>>,
    zones: &TimeZones,
) -> Option<WrittenTimes> {
    let mut written = WrittenTimes::default();
    for (line, into) in
        [(recurrence_id, &mut written.recurrence_id), (start, &mut written.start), (end, &mut written.end)]
    {
        let Some((line, time)) = line else { continue };
        let (text, zone) = one(line, time?, zones)?;
        *into = Some(text);
        if let Some(zone) = zone.filter(|zone| !written.zones.contains(*zone)) {
            written.zones.push(zone.clone());
        }
    }
    Some(written)
}

/// The line, and the description of the zone that it names.
fn one<'z>(line: &ContentLine, time: &EventTime, zones: &'z TimeZones) -> Option<(String, Option<&'z Vec<String>>)> {
    let mut text = line.name.clone();
    for name in PARAMETERS {
        let Some(value) = line.parameter(name) else { continue };
        if value.contains('"') || value.chars().any(char::is_control) {
            return None;
        }
        let mark = if value.contains([':', ';', ',']) { "\"" } else { "" };
        text.push_str(&format!(";{name}={mark}{value}{mark}"));
    }
    let value = line.value();
    if !is_standard(value) || text.len() + value.len() >= LINE {
        return None;
    }
    text.push(':');
    text.push_str(value);
    let zone = line.parameter("TZID").filter(|name| !name.is_empty());
    match (time, zone) {
        (EventTime::Uncertain { .. } | EventTime::Instant { doubt: Some(TimeDoubt::DescribedAs(_)), .. }, _) => None,
        // What is in UTC, and what has no time, has no zone.
        (_, Some(_)) if value.ends_with('Z') || !value.contains('T') => None,
        (EventTime::Instant { .. }, Some(name)) => Some((text, Some(zones.written(name)?))),
        (EventTime::Day(_) | EventTime::Floating(_) | EventTime::Instant { .. }, _) => Some((text, None)),
    }
}

/// `20261201`, `20261201T100000`, `20261201T100000Z`, and nothing else that programs write.
fn is_standard(value: &str) -> bool {
    let (day, clock) = value.split_once('T').unwrap_or((value, "000000"));
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|it| it.is_ascii_digit());
    digits(day, 8) && digits(clock.strip_suffix('Z').unwrap_or(clock), 6)
}
