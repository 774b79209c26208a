//! Holds `src/domain/schedule/ics.rs`: our calendar files, read back by an independent parser, and checked against the
//! letter of RFC 5545.

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use icalendar::parser::{Component, read_calendar, unfold};
use tidebox::domain::schedule::{Calendar, CheckIn, Days, Window, Zone, ics, parse_time};

fn now() -> DateTime<Utc> {
    "2026-11-20T08:00:00Z".parse().unwrap()
}

fn window(checkin: &str) -> Window {
    let opens = now() + Duration::hours(2);
    Window { checkin: checkin.to_owned(), opens, closes: opens + Duration::minutes(45), zone: Zone::UTC }
}

/// The value of the only property of this name; the parser has taken the escapes out of it.
fn property(event: &Component<'_>, name: &str) -> String {
    let found: Vec<_> = event.properties.iter().filter(|property| property.name == name).collect();
    assert_eq!(found.len(), 1, "{name} stands exactly once");
    found[0].val.to_string()
}

fn instant(text: &str) -> DateTime<Utc> {
    NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ").unwrap().and_utc()
}

/// What RFC 5545 asks of every line: an end of CR LF, at most 75 octets before it, no control character.
fn lines(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.strip_suffix("\r\n").unwrap().split("\r\n").collect();
    for line in &lines {
        assert!(!line.is_empty() && line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains(|c: char| c.is_control() && c != '\t'), "{line:?}");
    }
    lines
}

#[test]
fn a_parser_reads_the_same_instants_back() {
    let checkin = |name: &str, days: &str, at: &str, zone, length| CheckIn {
        name: name.to_owned(),
        days: Days::parse(days).unwrap(),
        at: vec![parse_time(at).unwrap()],
        length,
        zone,
    };
    let zone = Zone::built_in("Europe/Berlin").unwrap();
    let checkins = vec![
        checkin("morning", "daily", "2:30", zone, Duration::minutes(45)),
        checkin("night", "sat,sun", "23:30", Zone::built_in("America/New_York").unwrap(), Duration::hours(3)),
    ];
    let calendar = Calendar { zone, checkins, away: Vec::new() };
    let windows = calendar.windows(now(), now() + Duration::days(365));
    assert!(windows.len() > 400);

    let text = ics(&windows, now());
    lines(&text);
    let unfolded = unfold(&text);
    let read = read_calendar(&unfolded).unwrap();
    assert_eq!(
        read.properties.iter().map(|property| property.name.to_string()).collect::<Vec<_>>(),
        ["VERSION", "PRODID"]
    );
    assert_eq!(read.components.len(), windows.len());
    for (event, window) in read.components.iter().zip(&windows) {
        assert_eq!(event.name, "VEVENT");
        assert_eq!(instant(&property(event, "DTSTART")), window.opens);
        assert_eq!(instant(&property(event, "DTEND")), window.closes);
        assert_eq!(instant(&property(event, "DTSTAMP")), now());
        assert_eq!(property(event, "SUMMARY"), window.checkin);
        assert_eq!(property(event, "TRANSP"), "TRANSPARENT");
        assert_eq!(event.properties.len(), 6, "and nothing else");
    }

    let mut names: Vec<String> = read.components.iter().map(|event| property(event, "UID")).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), windows.len(), "each event has a name of its own");
}

#[test]
fn a_window_keeps_its_name_when_the_file_is_made_again() {
    let uid =
        |now| lines(&ics(&[window("morning")], now)).iter().find(|line| line.starts_with("UID:")).unwrap().to_string();
    assert_eq!(uid(now()), uid(now() + Duration::days(1)));
}

#[test]
fn any_name_of_a_check_in_survives() {
    let long = "ä, b; c\\ 🦀👩‍👩‍👧 ".repeat(20);
    for (name, read_as) in [
        ("tea, then; mail", "tea, then; mail"),
        ("back\\slash\\n", "back\\slash\\n"),
        ("two\nlines", "two\nlines"),
        ("two\r\nlines", "two\nlines"),
        ("END:VEVENT\r\nSUMMARY:planted", "END:VEVENT\nSUMMARY:planted"),
        ("quoted \"name\": x", "quoted \"name\": x"),
        ("bell\u{7}and escape\u{1b}[31m", "belland escape[31m"),
        (&"x".repeat(200), &"x".repeat(200)),
        (&"🦀".repeat(200), &"🦀".repeat(200)),
        (&long, &long),
        ("来週の打ち合わせ", "来週の打ち合わせ"),
    ] {
        let text = ics(&[window(name)], now());
        assert_eq!(lines(&text).iter().filter(|line| line.starts_with("END:VEVENT")).count(), 1, "{name:?}");
        let unfolded = unfold(&text);
        let read = read_calendar(&unfolded).unwrap();
        assert_eq!(property(&read.components[0], "SUMMARY"), read_as, "{name:?}");
    }
}

proptest::proptest! {
    #[test]
    fn every_name_folds_into_lines_of_75_octets_that_unfold_to_it(name in ".{0,300}") {
        let text = ics(&[window(&name)], now());
        lines(&text);
        let plain = text.replace("\r\n ", "");
        let summary = plain.split("\r\n").find_map(|line| line.strip_prefix("SUMMARY:")).unwrap();
        let kept: String = name.chars().filter(|c| !c.is_control() || *c == '\t').collect();
        let mut read = String::new();
        let mut letters = summary.chars();
        while let Some(c) = letters.next() {
            read.extend(if c == '\\' { letters.next().filter(|c| *c != 'n') } else { Some(c) });
        }
        proptest::prop_assert_eq!(read, kept);
    }
}
