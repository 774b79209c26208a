//! The event of a calendar's text, as an invitation. One pass over the lines, whatever is nested in what.

use super::repeated::repeated;
use super::rule;
use super::time::{WrittenTime, duration, time};
use super::zone::{TimeZones, ZoneLines};
use crate::domain::invitation::{
    Attendee, EventTime, EventZone, Invitation, InvitationMethod, MovedOccurrence, ParticipationStatus, Recurrence,
    RecurrenceId,
};
use crate::domain::limits::{ADDRESSES, EVENT_DATES, INVITATION_EVENTS, NAME_BYTES, SEARCHABLE_BYTES};
use crate::domain::text_enum::TextEnum;
use crate::mail::charset;
use crate::mail::content_line::{ContentLine, each_line};

/// The properties of an event that are read.
const PROPERTIES: [&str; 19] = [
    "UID",
    "SEQUENCE",
    "DTSTAMP",
    "RECURRENCE-ID",
    "STATUS",
    "TRANSP",
    "SUMMARY",
    "DESCRIPTION",
    "LOCATION",
    "COMMENT",
    "DTSTART",
    "DTEND",
    "DURATION",
    "RRULE",
    "RDATE",
    "EXDATE",
    "ORGANIZER",
    "ATTENDEE",
    "URL",
];

/// The lines of one event that are read.
#[derive(Default)]
struct EventLines {
    lines: Vec<ContentLine>,
    attendees: usize,
}

impl EventLines {
    fn take(&mut self, line: ContentLine) {
        let of_many = matches!(line.name.as_str(), "ATTENDEE" | "RDATE" | "EXDATE");
        self.attendees += usize::from(line.name == "ATTENDEE");
        let wanted = PROPERTIES.contains(&line.name.as_str());
        let full = if of_many { self.lines.len() >= 3 * ADDRESSES } else { self.first(&line.name).is_some() };
        if wanted && !full {
            self.lines.push(line);
        }
    }

    fn first(&self, name: &str) -> Option<&ContentLine> {
        self.lines.iter().find(|line| line.name == name)
    }

    fn all<'l>(&'l self, name: &'l str) -> impl Iterator<Item = &'l ContentLine> {
        self.lines.iter().filter(move |line| line.name == name)
    }

    fn text(&self, name: &str, bytes: usize) -> String {
        charset::cut(&self.first(name).map(ContentLine::text).unwrap_or_default(), bytes).to_owned()
    }
}

/// Where a line stands, and how deep within.
enum Within {
    Calendar,
    Event(usize),
    Zone(Box<ZoneLines>, usize),
    /// A component that is not read.
    Other(usize),
}

/// What is read of a calendar.
#[derive(Default)]
struct CalendarLines {
    method: Option<InvitationMethod>,
    zones: TimeZones,
    events: Vec<EventLines>,
    /// Events that are not kept.
    left_out: usize,
}

/// `None` where there is no event. `method` is what the part's Content-Type says (RFC 6047 §2.4), for texts that do not say it.
pub(super) fn read(text: &str, method: Option<&str>) -> Option<Invitation> {
    let mut calendar = CalendarLines::default();
    let mut within = Within::Calendar;
    for line in each_line(text) {
        within = calendar.take(line, within);
    }
    let method = calendar.method.or_else(|| method.and_then(named)).unwrap_or(InvitationMethod::Publish);
    calendar.invitation(method)
}

impl CalendarLines {
    /// Takes in a line, and says where the next one stands.
    fn take(&mut self, line: ContentLine, within: Within) -> Within {
        match (line.name.as_str(), within) {
            ("BEGIN", Within::Calendar) => self.begin(line.value()),
            ("BEGIN", Within::Event(depth)) => Within::Event(depth + 1),
            ("BEGIN", Within::Zone(mut zone, depth)) => {
                if depth == 0 {
                    zone.begin_observance(line.value());
                }
                Within::Zone(zone, depth + 1)
            }
            ("BEGIN", Within::Other(depth)) => Within::Other(depth + 1),
            ("END", Within::Zone(zone, 0)) => {
                self.zones.add(*zone);
                Within::Calendar
            }
            ("END", Within::Event(0) | Within::Other(0) | Within::Calendar) => Within::Calendar,
            ("END", Within::Event(depth)) => Within::Event(depth - 1),
            ("END", Within::Zone(mut zone, depth)) => {
                if depth == 1 {
                    zone.end_observance(line.value());
                }
                Within::Zone(zone, depth - 1)
            }
            ("END", Within::Other(depth)) => Within::Other(depth - 1),
            (_, Within::Zone(mut zone, depth)) => {
                match depth {
                    0 => zone.take(&line),
                    1 => zone.take_in_observance(&line),
                    _ => {}
                }
                Within::Zone(zone, depth)
            }
            (_, Within::Event(depth)) => {
                // Lines inside an alarm belong to the alarm.
                if depth == 0
                    && let Some(event) = self.events.last_mut()
                {
                    event.take(line);
                }
                Within::Event(depth)
            }
            ("METHOD", Within::Calendar) => {
                self.method = self.method.or_else(|| named(line.value()));
                Within::Calendar
            }
            (_, within) => within,
        }
    }

    fn begin(&mut self, name: &str) -> Within {
        match name.to_ascii_uppercase().as_str() {
            "VEVENT" if self.events.len() < INVITATION_EVENTS => {
                self.events.push(EventLines::default());
                Within::Event(0)
            }
            "VEVENT" => {
                self.left_out += 1;
                Within::Other(0)
            }
            "VTIMEZONE" => Within::Zone(Box::default(), 0),
            "VCALENDAR" => Within::Calendar,
            _ => Within::Other(0),
        }
    }

    /// The first event, or the event as a whole where the first one is one date of it.
    fn invitation(mut self, method: InvitationMethod) -> Option<Invitation> {
        let first = self.events.first()?;
        let uid = first.text("UID", NAME_BYTES);
        let is_of_it = |event: &EventLines| event.text("UID", NAME_BYTES) == uid;
        let is_whole = |event: &&EventLines| event.first("RECURRENCE-ID").is_none() && is_of_it(event);
        let event = self.events.iter().find(is_whole).unwrap_or(first);
        let others = self.left_out + self.events.iter().filter(|event| !is_of_it(event)).count();
        let zones = &mut self.zones;
        let start = event.first("DTSTART").and_then(|line| event_time(line, line.value(), zones));
        let is_one = event.first("RECURRENCE-ID").is_some();
        let dates = self.events.iter().filter(|it| !is_one && is_of_it(it) && it.first("RECURRENCE-ID").is_some());
        let moved: Vec<MovedOccurrence> = dates.filter_map(|date| moved(date, zones)).collect();
        let recurrence = if is_one { None } else { recurrence(event, moved, zones) };
        let text = |name: &str| event.text(name, NAME_BYTES);
        let end = end(event, start.as_ref(), zones);
        let id = event.first("RECURRENCE-ID").and_then(|line| recurrence_id(line, zones));
        let timed = |name: &str, time| event.first(name).map(|line| (line, time));
        let written = repeated(
            event.first("RECURRENCE-ID").map(|line| (line, id.as_ref().map(|id| &id.time))),
            timed("DTSTART", start.as_ref()),
            timed("DTEND", end.as_ref()),
            zones,
        );
        Some(Invitation {
            method,
            sequence: text("SEQUENCE").parse().unwrap_or(0),
            stamp: event.first("DTSTAMP").and_then(|line| event_time(line, line.value(), zones)?.instant()),
            recurrence_id: id,
            written,
            cancelled: text("STATUS").eq_ignore_ascii_case("cancelled"),
            transparent: text("TRANSP").eq_ignore_ascii_case("transparent"),
            summary: text("SUMMARY"),
            description: event.text("DESCRIPTION", SEARCHABLE_BYTES),
            location: text("LOCATION"),
            comment: text("COMMENT"),
            end,
            start,
            recurrence,
            organizer: event.first("ORGANIZER").map(attendee),
            attendees: event.all("ATTENDEE").take(ADDRESSES).map(attendee).collect(),
            attendees_left_out: event.attendees.saturating_sub(ADDRESSES),
            delivered_to: Vec::new(),
            others,
            cut: false,
            damaged: false,
            uid,
        })
    }
}

fn named(method: &str) -> Option<InvitationMethod> {
    InvitationMethod::from_name(&method.trim().to_ascii_lowercase())
}

fn end(event: &EventLines, start: Option<&EventTime>, zones: &mut TimeZones) -> Option<EventTime> {
    let end = event.first("DTEND").and_then(|line| event_time(line, line.value(), zones));
    end.or_else(|| start?.after(duration(event.first("DURATION")?.value())?))
}

fn recurrence(event: &EventLines, moved: Vec<MovedOccurrence>, zones: &mut TimeZones) -> Option<Recurrence> {
    let rule = event.first("RRULE").map(|line| rule::read(line.value()));
    let added = dates(event, "RDATE", zones);
    if rule.is_none() && added.is_empty() {
        return None;
    }
    let start = event.first("DTSTART")?;
    let zone = match time(start.value())? {
        WrittenTime::Day(_) | WrittenTime::Local(_) => zone_of(start, zones),
        WrittenTime::Utc(_) | WrittenTime::Offset(_) => EventZone::Utc,
    };
    Some(Recurrence { rule, added, excluded: dates(event, "EXDATE", zones), moved, zone })
}

/// The times of all lines of this name. Of a period, its beginning.
fn dates(event: &EventLines, name: &str, zones: &mut TimeZones) -> Vec<EventTime> {
    let mut found = Vec::new();
    for line in event.all(name) {
        let room = EVENT_DATES.saturating_sub(found.len());
        let values = line.value().split(',').take(room).map(|value| value.split('/').next().unwrap_or_default());
        found.extend(values.filter_map(|value| event_time(line, value, zones)));
    }
    found
}

fn moved(date: &EventLines, zones: &mut TimeZones) -> Option<MovedOccurrence> {
    let from = recurrence_id(date.first("RECURRENCE-ID")?, zones)?.time;
    let start = date.first("DTSTART").and_then(|line| event_time(line, line.value(), zones));
    let cancelled = date.text("STATUS", NAME_BYTES).eq_ignore_ascii_case("cancelled");
    Some(MovedOccurrence { to: if cancelled { None } else { Some(start.unwrap_or_else(|| from.clone())) }, from })
}

fn recurrence_id(line: &ContentLine, zones: &mut TimeZones) -> Option<RecurrenceId> {
    let time = event_time(line, line.value(), zones)?;
    Some(RecurrenceId { line: charset::cut(&line.written(), NAME_BYTES).to_owned(), time })
}

/// A DATE or a DATE-TIME (RFC 5545 §3.3.4, §3.3.5), in the zone that its line names.
fn event_time(line: &ContentLine, value: &str, zones: &mut TimeZones) -> Option<EventTime> {
    Some(match time(value)? {
        WrittenTime::Day(day) => EventTime::Day(day),
        WrittenTime::Utc(at) => EventZone::Utc.resolve(at),
        WrittenTime::Offset(at) => EventZone::Utc.resolve(at.naive_utc()),
        WrittenTime::Local(at) => zone_of(line, zones).resolve(at),
    })
}

fn zone_of(line: &ContentLine, zones: &mut TimeZones) -> EventZone {
    line.parameter("TZID").filter(|name| !name.is_empty()).map_or(EventZone::Floating, |name| zones.zone(name))
}

fn attendee(line: &ContentLine) -> Attendee {
    let value = line.value();
    let is_mail = value.get(..7).is_some_and(|it| it.eq_ignore_ascii_case("mailto:"));
    let address = if is_mail { value.get(7..).unwrap_or_default() } else { value };
    let address = charset::cut(address.trim(), NAME_BYTES).to_owned();
    let name = charset::cut(line.parameter("CN").unwrap_or_default().trim(), NAME_BYTES);
    let status = line.parameter("PARTSTAT").map(str::to_ascii_lowercase);
    Attendee {
        name: if name.eq_ignore_ascii_case(&address) { String::new() } else { name.to_owned() },
        address,
        status: status.and_then(|it| ParticipationStatus::from_name(&it)).unwrap_or(ParticipationStatus::NeedsAction),
    }
}
