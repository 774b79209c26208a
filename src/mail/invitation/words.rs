//! A calendar's text as words: what it is about, when, where, who asks (RFC 5545, RFC 5546).

use chrono::{NaiveDate, NaiveDateTime};

use super::super::content_line::{ContentLine, lines};

/// At most so many entries of one calendar are written out.
const ENTRIES: usize = 50;

/// The words; empty where there is no entry.
pub(in crate::mail) fn words(text: &str) -> String {
    let lines = lines(text);
    let method = lines.iter().find(|line| line.name == "METHOD").map(|line| line.value().to_ascii_uppercase());
    let mut out: Vec<String> = Vec::new();
    let mut entry: Option<Vec<&ContentLine>> = None;
    let mut depth = 0usize;
    for line in &lines {
        match (line.name.as_str(), line.value().to_ascii_uppercase().as_str()) {
            ("BEGIN", "VEVENT" | "VTODO" | "VJOURNAL") if entry.is_none() => entry = Some(Vec::new()),
            ("BEGIN", _) if entry.is_some() => depth += 1,
            ("END", _) if depth > 0 => depth -= 1,
            ("END", "VEVENT" | "VTODO" | "VJOURNAL") => {
                if let Some(entry) = entry.take().filter(|_| out.len() < ENTRIES) {
                    out.push(event_text(method.as_deref(), &entry));
                }
            }
            // Lines inside an alarm belong to the alarm, not to the event.
            _ if depth == 0 => {
                if let Some(entry) = &mut entry {
                    entry.push(line);
                }
            }
            _ => {}
        }
    }
    if let Some(entry) = entry {
        out.push(event_text(method.as_deref(), &entry));
    }
    out.retain(|entry| !entry.is_empty());
    out.join("\n\n")
}

fn event_text(method: Option<&str>, entry: &[&ContentLine]) -> String {
    let first = |name: &str| entry.iter().find(|line| line.name == name).copied();
    let text = |name: &str| first(name).map(ContentLine::text).filter(|text| !text.is_empty());
    let mut out = Vec::new();
    let cancelled = text("STATUS").is_some_and(|it| it.eq_ignore_ascii_case("cancelled"));
    let kind = match method {
        Some("REQUEST") if !cancelled => Some("Invitation"),
        Some("CANCEL") => Some("Cancelled"),
        Some("REPLY") => Some("Answer to an invitation"),
        Some("COUNTER") => Some("Another time is proposed"),
        _ => cancelled.then_some("Cancelled"),
    };
    match (kind, text("SUMMARY")) {
        (Some(kind), Some(summary)) => out.push(format!("{kind}: {summary}")),
        (None, Some(summary)) => out.push(summary),
        (Some(kind), None) => out.push(kind.to_owned()),
        (None, None) => {}
    }
    if let Some(when) = when(first("DTSTART"), first("DTEND"), text("DURATION").as_deref()) {
        out.push(format!("When: {when}"));
    }
    if let Some(due) = first("DUE").map(instant) {
        out.push(format!("Due: {due}"));
    }
    if first("RRULE").is_some() {
        out.push("It repeats.".to_owned());
    }
    out.extend(text("LOCATION").map(|place| format!("Where: {}", place.replace('\n', ", "))));
    out.extend(first("ORGANIZER").map(|who| format!("From: {}", person(who))));
    let answers = entry.iter().filter(|line| method == Some("REPLY") && line.name == "ATTENDEE");
    for answer in answers.take(ENTRIES) {
        let said = answer.parameter("PARTSTAT").unwrap_or("no answer").to_ascii_lowercase();
        out.push(format!("{}: {said}", person(answer)));
    }
    if let Some(text) = text("DESCRIPTION") {
        out.push(String::new());
        out.push(text);
    }
    out.join("\n")
}

fn person(line: &ContentLine) -> String {
    let value = line.value();
    let address = if value.get(..7).is_some_and(|it| it.eq_ignore_ascii_case("mailto:")) { &value[7..] } else { value };
    match line.parameter("CN").filter(|name| !name.is_empty() && *name != address) {
        Some(name) => format!("{name} <{address}>"),
        None => address.to_owned(),
    }
}

/// Begin and end in the calendar's own zone, which is named. An end that is written in the same way leaves out what the
/// beginning says.
fn when(start: Option<&ContentLine>, end: Option<&ContentLine>, length: Option<&str>) -> Option<String> {
    let start = start?;
    let begins = instant(start);
    let Some(end) = end else {
        return Some(length.map_or_else(|| begins.clone(), |length| format!("{begins}, for {}", duration(length))));
    };
    let zone = |line: &ContentLine| zone(line);
    match (time(start.value()), time(end.value()), day(start.value()), day(end.value())) {
        (Some(from), Some(to), ..) if zone(start) == zone(end) && from.date() == to.date() => {
            Some(format!("{}–{}{}", from.format("%a %-d %b %Y, %H:%M"), to.format("%H:%M"), zone(start)))
        }
        // The end of whole days is the day after (RFC 5545 §3.6.1).
        (None, None, Some(from), Some(to)) => {
            let last = to.pred_opt().filter(|last| *last > from);
            Some(last.map_or_else(|| begins.clone(), |last| format!("{begins} to {}", last.format("%a %-d %b %Y"))))
        }
        _ => Some(format!("{begins} to {}", instant(end))),
    }
}

fn instant(line: &ContentLine) -> String {
    let value = line.value();
    match (time(value), day(value)) {
        (Some(time), _) => format!("{}{}", time.format("%a %-d %b %Y, %H:%M"), zone(line)),
        (None, Some(day)) => day.format("%a %-d %b %Y").to_string(),
        _ => value.to_owned(),
    }
}

/// ` (Europe/Berlin)`, ` UTC`, or nothing where a time is that of wherever one is.
fn zone(line: &ContentLine) -> String {
    match line.parameter("TZID") {
        Some(zone) => format!(" ({zone})"),
        None if line.value().ends_with(['Z', 'z']) => " UTC".to_owned(),
        None => String::new(),
    }
}

fn time(value: &str) -> Option<NaiveDateTime> {
    let value = value.trim_end_matches(['Z', 'z']);
    ["%Y%m%dT%H%M%S", "%Y%m%dT%H%M", "%Y-%m-%dT%H:%M:%S"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(value, form).ok())
}

fn day(value: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(value, "%Y%m%d").ok()
}

/// `PT1H30M` as `1 h 30 min`; anything else as it stands.
fn duration(text: &str) -> String {
    let mut out = Vec::new();
    let mut number = String::new();
    let mut hours = false;
    for letter in text.trim_start_matches(['+', 'P']).chars() {
        let unit = match letter {
            '0'..='9' => {
                number.push(letter);
                continue;
            }
            'T' => {
                hours = true;
                continue;
            }
            'W' => "weeks",
            'D' => "days",
            'H' if hours => "h",
            'M' if hours => "min",
            'S' if hours => "s",
            _ => return text.to_owned(),
        };
        let count = std::mem::take(&mut number);
        if !count.chars().all(|digit| digit == '0') {
            out.push(format!("{count} {unit}"));
        }
    }
    if out.is_empty() { text.to_owned() } else { out.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::words;

    fn calendar(method: &str, lines: &str) -> String {
        words(&format!("BEGIN:VCALENDAR\r\n{method}BEGIN:VEVENT\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n"))
    }

    #[test]
    fn an_invitation_says_what_when_where_and_who() {
        let found = calendar(
            "METHOD:REQUEST\r\n",
            "SUMMARY:Tide walk\\, part 2\r\nDTSTART;TZID=Europe/Berlin:20261201T100000\r\nDTEND;TZID=Europe/Berlin:20261201T1\r\n \
             10000\r\nLOCATION:Dock 9\r\nORGANIZER;CN=\"Holm: Ann\":mailto:ann@a.example\r\nDESCRIPTION:Bring\\nboots\r\nBEGIN:VALARM\r\n\
             DESCRIPTION:alarm\r\nEND:VALARM\r\nRRULE:FREQ=WEEKLY\r\n",
        );
        assert_eq!(
            found,
            "Invitation: Tide walk, part 2\nWhen: Tue 1 Dec 2026, 10:00–11:00 (Europe/Berlin)\nIt repeats.\nWhere: Dock 9\nFrom: \
             Holm: Ann <ann@a.example>\n\nBring\nboots"
        );
    }

    #[test]
    fn times_are_told_as_they_are_written() {
        let when = |lines: &str| calendar("", lines).lines().next().unwrap_or_default().to_owned();
        assert_eq!(when("DTSTART:20261201T090000Z\r\n"), "When: Tue 1 Dec 2026, 09:00 UTC");
        assert_eq!(
            when("DTSTART:20261201T090000\r\nDURATION:PT1H30M\r\n"),
            "When: Tue 1 Dec 2026, 09:00, for 1 h 30 min"
        );
        assert_eq!(when("DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261202\r\n"), "When: Tue 1 Dec 2026");
        assert_eq!(
            when("DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261204\r\n"),
            "When: Tue 1 Dec 2026 to Thu 3 Dec 2026"
        );
        assert_eq!(
            when("DTSTART:20261201T230000Z\r\nDTEND:20261202T010000Z\r\n"),
            "When: Tue 1 Dec 2026, 23:00 UTC to Wed 2 Dec 2026, 01:00 UTC"
        );
        assert_eq!(when("DTSTART:soon\r\n"), "When: soon");
        assert_eq!(words("nothing"), "");
    }

    #[test]
    fn cancellations_and_answers_say_so() {
        assert_eq!(calendar("METHOD:CANCEL\r\n", "SUMMARY:Tide walk\r\n"), "Cancelled: Tide walk");
        let answer =
            calendar("METHOD:REPLY\r\n", "SUMMARY:Walk\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@b.example\r\n");
        assert_eq!(answer, "Answer to an invitation: Walk\nbob@b.example: accepted");
    }

    proptest::proptest! {
        #[test]
        fn anything_can_be_read(text in "(BEGIN:VEVENT|END:VEVENT|BEGIN:X|DTSTART:|DTEND:|ORGANIZER|mailto:|;|:|\\r\n|\n |\"|\\\\|\\PC){0,40}") {
            words(&text);
        }
    }
}
