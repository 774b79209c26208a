//! The zones that an invitation's times are written in, by their names and by their descriptions (VTIMEZONE, RFC 5545 §3.6.5).
//!
//! A name of the IANA database counts first, then one that Windows has. Names of programs that begin with an offset,
//! `(UTC+05:30) Chennai, Kolkata`, are no names of zones: their descriptions count. What has neither a known name nor a description
//! that can be worked out is not known, and its times stay as they were written.

use std::collections::HashMap;
use std::sync::Arc;

use super::rule;
use super::time::{WrittenTime, offset, time};
use crate::domain::invitation::{DescribedZone, EventZone, Observance, RecurrenceRule};
use crate::domain::limits::{EVENT_DATES, REPEATED_ZONE_BYTES, ZONE_DESCRIPTIONS};
use crate::domain::schedule::Zone;
use crate::mail::charset;
use crate::mail::content_line::ContentLine;

/// Windows' names of zones, each with the name of the zone that is meant. The head of the file tells its source and licence.
const WINDOWS: &str = include_str!("windows_zones.txt");
/// Of a zone's name, this much is told, in bytes.
const NAME: usize = 80;

/// One VTIMEZONE, while its lines come.
#[derive(Debug, Default)]
pub(super) struct ZoneLines {
    name: String,
    /// The IANA name that many programs add.
    location: Option<String>,
    observances: Vec<ObservanceLines>,
    /// There are more than are read.
    cut: bool,
    /// Its lines as they can be written again; `None` where they cannot, or are too many.
    written: ZoneText,
}

/// The lines of a zone, for an answer that repeats them.
#[derive(Debug, Default)]
struct ZoneText {
    lines: Vec<String>,
    bytes: usize,
    is_broken: bool,
}

impl ZoneText {
    fn add(&mut self, line: String) {
        self.bytes += line.len();
        self.is_broken |= self.bytes > REPEATED_ZONE_BYTES || line.chars().any(char::is_control);
        if !self.is_broken {
            self.lines.push(line);
        }
    }

    fn whole(self) -> Option<Vec<String>> {
        if self.is_broken || self.lines.is_empty() {
            return None;
        }
        let (begin, end) = (["BEGIN:VTIMEZONE".to_owned()], ["END:VTIMEZONE".to_owned()]);
        Some(begin.into_iter().chain(self.lines).chain(end).collect())
    }
}

/// STANDARD or DAYLIGHT.
#[derive(Debug, Default)]
struct ObservanceLines {
    start: Option<chrono::NaiveDateTime>,
    from: Option<i32>,
    to: Option<i32>,
    rule: Option<RecurrenceRule>,
    dates: Vec<chrono::NaiveDateTime>,
}

impl ZoneLines {
    /// `name` is STANDARD or DAYLIGHT.
    pub(super) fn begin_observance(&mut self, name: &str) {
        let name = name.to_ascii_uppercase();
        self.written.is_broken |= !matches!(name.as_str(), "STANDARD" | "DAYLIGHT");
        self.written.add(format!("BEGIN:{name}"));
        if self.observances.len() < ZONE_DESCRIPTIONS {
            self.observances.push(ObservanceLines::default());
        } else {
            self.cut = true;
        }
    }

    pub(super) fn end_observance(&mut self, name: &str) {
        self.written.add(format!("END:{}", name.to_ascii_uppercase()));
    }

    /// Takes in a line of the zone itself.
    pub(super) fn take(&mut self, line: &ContentLine) {
        match line.name.as_str() {
            "TZID" if self.name.is_empty() => {
                self.name = line.text();
                self.written.add(line.written());
            }
            "X-LIC-LOCATION" => self.location = Some(charset::cut(line.value(), NAME).to_owned()),
            _ => {}
        }
    }

    /// Takes in a line of the observance that was begun last.
    pub(super) fn take_in_observance(&mut self, line: &ContentLine) {
        if matches!(line.name.as_str(), "DTSTART" | "TZOFFSETFROM" | "TZOFFSETTO" | "RRULE" | "RDATE" | "TZNAME") {
            self.written.add(line.written());
        }
        let Some(observance) = self.observances.last_mut().filter(|_| !self.cut) else { return };
        match line.name.as_str() {
            "DTSTART" => observance.start = clock(line.value()),
            "TZOFFSETFROM" => observance.from = offset(line.value()),
            "TZOFFSETTO" => observance.to = offset(line.value()),
            "RRULE" => observance.rule = Some(rule::read(line.value())),
            "RDATE" => {
                let room = EVENT_DATES.saturating_sub(observance.dates.len());
                observance.dates.extend(line.value().split(',').take(room).filter_map(clock));
            }
            _ => {}
        }
    }

    /// `None` where one of its observances cannot be read: half of a description would be a wrong one.
    fn described(self) -> Option<DescribedZone> {
        if self.cut {
            return None;
        }
        let read = |it: ObservanceLines| {
            let ObservanceLines { start, from, to, rule, dates } = it;
            Some(Observance { start: start?, from: from?, to: to?, rule, dates })
        };
        DescribedZone::new(self.observances.into_iter().map(read).collect::<Option<Vec<_>>>()?)
    }
}

fn clock(text: &str) -> Option<chrono::NaiveDateTime> {
    match time(text)? {
        WrittenTime::Day(day) => Some(day.and_time(chrono::NaiveTime::MIN)),
        WrittenTime::Local(at) | WrittenTime::Utc(at) => Some(at),
        WrittenTime::Offset(_) => None,
    }
}

/// The zones of one invitation, by their names.
#[derive(Debug, Default)]
pub(super) struct TimeZones {
    described: HashMap<String, (Option<String>, Option<Arc<DescribedZone>>)>,
    /// Of those whose description can be worked out, its lines.
    written: HashMap<String, Vec<String>>,
    /// Those that were asked for: the table of Windows' names is not searched for each of a thousand dates.
    asked: HashMap<String, EventZone>,
}

impl TimeZones {
    pub(super) fn add(&mut self, mut zone: ZoneLines) {
        if self.described.len() < ZONE_DESCRIPTIONS && !self.described.contains_key(&zone.name) {
            let (name, location) = (std::mem::take(&mut zone.name), zone.location.take());
            let written = std::mem::take(&mut zone.written).whole();
            let described = zone.described().map(Arc::new);
            if let Some(written) = written.filter(|_| described.is_some()) {
                self.written.insert(name.clone(), written);
            }
            self.described.insert(name, (location, described));
        }
    }

    /// The description of the zone of this name, line by line, where it can be repeated.
    pub(super) fn written(&self, name: &str) -> Option<&Vec<String>> {
        self.written.get(name)
    }

    /// The zone of this name.
    pub(super) fn zone(&mut self, name: &str) -> EventZone {
        if let Some(zone) = self.asked.get(name) {
            return zone.clone();
        }
        let (location, described) = self.described.get(name).cloned().unwrap_or_default();
        let shown = charset::cut(name.trim(), NAME).to_owned();
        let by_name = known(name).or_else(|| known(location.as_deref()?));
        let zone = match (by_name, described) {
            (Some(zone), described) => EventZone::Known { zone, described },
            (None, Some(described)) => EventZone::Described { name: shown, described },
            (None, None) => EventZone::Unknown { name: shown },
        };
        if self.asked.len() < ZONE_DESCRIPTIONS {
            self.asked.insert(name.to_owned(), zone.clone());
        }
        zone
    }
}

/// The zone that is meant by a name; some programs put a path before it (`/mozilla.org/20050126_1/Europe/Berlin`).
fn known(name: &str) -> Option<Zone> {
    let name = name.trim();
    // As some versions of Outlook call it.
    let name = if name.eq_ignore_ascii_case("tzone://Microsoft/Utc") { "UTC" } else { name };
    let rows = || WINDOWS.lines().filter(|row| !row.starts_with('#')).filter_map(|row| row.split_once('\t'));
    let by_offset = name.starts_with("(UTC") || name.starts_with("(GMT");
    let windows =
        || rows().find(|(it, _)| !by_offset && it.eq_ignore_ascii_case(name)).and_then(|(_, it)| Zone::built_in(it));
    let behind_path = || {
        let inner = name.strip_prefix('/')?;
        let starts = inner.rmatch_indices('/').map(|(at, _)| at + 1).take(3);
        starts.filter_map(|start| inner.get(start..)).filter(|tail| tail.contains('/')).find_map(Zone::built_in)
    };
    Zone::built_in(name).or_else(windows).or_else(behind_path)
}

#[cfg(test)]
mod tests {
    use super::{WINDOWS, known};

    #[test]
    fn every_name_that_windows_has_is_a_zone() {
        let rows: Vec<(&str, &str)> = WINDOWS.lines().filter_map(|row| row.split_once('\t')).collect();
        assert_eq!(rows.len(), 142);
        for (name, zone) in rows {
            let zone = if zone == "Etc/UTC" { "UTC" } else { zone };
            assert_eq!(known(name).map(|it| it.name()), Some(zone), "{name}");
        }
    }

    #[test]
    fn a_name_with_an_offset_is_none_and_a_path_is_passed_over() {
        assert_eq!(known("(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi"), None);
        assert_eq!(known("(GMT+01.00) Amsterdam / Berlin"), None);
        let name = |name: &str| known(name).map(|zone| zone.name());
        assert_eq!(name("/mozilla.org/20050126_1/America/Argentina/Ushuaia"), Some("America/Argentina/Ushuaia"));
        assert_eq!(name("/citadel.org/20250101_1/Europe/Berlin"), Some("Europe/Berlin"));
        assert_eq!(name("w. europe standard time"), Some("Europe/Berlin"));
        assert_eq!(name("tzone://Microsoft/Utc"), Some("UTC"));
        assert_eq!(name("tzone://Microsoft/Custom"), None);
        assert_eq!(name("US/Eastern"), Some("US/Eastern"));
        assert_eq!(name("Somewhere/Else"), None);
        assert_eq!(name(""), None);
    }
}
