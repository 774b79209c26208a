//! Holds `src/domain/schedule/ics.rs`, `src/job/hours.rs`, `src/cli/checkins.rs`: the files for calendar programs, read back by a parser that shares no code with the program, and
//! compared with times that Python's zoneinfo works out.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::Home;
use crate::support::servers::icalendar;

fn home(days: &str, times: &str, zone: &str) -> Home {
    let home = Home::new();
    home.write(
        "config.toml",
        format!(
            "timezone = \"{zone}\"\n\n[[checkin]]\nname = \"Tea, then; mail\"\ndays = \"{days}\"\nat = {times}\nfor = \"45m\"\n\n\
             [[identity]]\naddress = \"me@example.org\"\n\n[hours]\ndays = 10\n"
        ),
    );
    home
}

/// What the parser reads, and when check-ins of these dates are.
fn read(python: &Path, ics: &str, [zone, times, first, days]: [&str; 4]) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/support/read_ics.py");
    let mut child = Command::new(python)
        .arg(script)
        .args([zone, times, first, days])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(ics.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

fn times(found: &Value, names: [&str; 2]) -> Vec<Value> {
    found.as_array().unwrap().iter().map(|one| json!([one[names[0]], one[names[1]]])).collect()
}

#[test]
fn what_is_published_reads_back_as_the_same_instants() {
    let Some(python) = icalendar() else { return };
    // A plain week; the day of 25 hours, in which half past two comes twice; that of 23, in which it does not come; a zone that is half
    // an hour off, whose clocks change by half an hour; one without any change.
    for (zone, now, first) in [
        ("Europe/Berlin", "2026-11-20T08:00:00+01:00", "2026-11-20"),
        ("Europe/Berlin", "2026-10-22T00:00:00+02:00", "2026-10-22"),
        ("Europe/Berlin", "2027-03-25T00:00:00+01:00", "2027-03-25"),
        ("America/New_York", "2026-10-30T00:00:00-04:00", "2026-10-30"),
        ("Australia/Lord_Howe", "2026-10-01T00:00:00+10:30", "2026-10-01"),
        ("Asia/Kolkata", "2026-10-22T00:00:00+05:30", "2026-10-22"),
    ] {
        // Half past two of the first date is over at eight.
        let home = home("daily", "[\"02:30\", \"10:00\"]", zone);
        assert_eq!(home.run(now, &["init"]).code, 0);
        let read = read(&python, &home.run(now, &["hours", "--format", "ics"]).out, [zone, "02:30,10:00", first, "12"]);
        assert_eq!((&read["errors"], &read["zones"]), (&json!([]), &json!(0)), "{zone}: instants need no zone");
        let made = read["spans"][0][0].as_str().unwrap().to_owned();
        let until = read["spans"][0][1].as_str().unwrap().to_owned();
        let expected: Vec<Value> = read["expected"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| *one[1].as_str().unwrap() > *made && *one[0].as_str().unwrap() < *until)
            .cloned()
            .collect();
        assert!(expected.len() >= 19, "{zone} {now}: {}", expected.len());
        assert_eq!(times(&read["events"], ["start", "end"]), expected, "{zone} {now}");
        for event in read["events"].as_array().unwrap() {
            assert_eq!((&event["recurs"], &event["transparent"]), (&json!(false), &json!(true)));
            assert_eq!(event["summary"], "Mail is read", "no check-in is named");
        }
        // The same as free time; one that is going on is free from now on.
        let free: Vec<Value> = read["free"].as_array().unwrap().iter().map(|one| json!([one[0], one[1]])).collect();
        assert_eq!(free, expected, "{zone} {now}");
        assert!(read["free"].as_array().unwrap().iter().all(|one| one[2] == "FREE"));
        // The document and the next check-in say the same.
        let document = &home.json(now, &["hours"])[0];
        assert_eq!(times(&document["times"], ["opens", "closes"]), expected, "{zone} {now}");
        let next =
            read["events"].as_array().unwrap().iter().find(|one| *one["start"].as_str().unwrap() > *made).unwrap();
        assert_eq!((&document["next"]["opens"], &document["next"]["closes"]), (&next["start"], &next["end"]));
        assert_eq!(document["made"], made);
    }
}

#[test]
fn a_time_that_is_going_on_is_free_from_now_on() {
    let Some(python) = icalendar() else { return };
    let (zone, now) = ("Europe/Berlin", "2026-11-20T10:20:00+01:00");
    let home = home("daily", "\"10:00\"", zone);
    assert_eq!(home.run(now, &["init"]).code, 0);
    let read = read(&python, &home.run(now, &["hours", "--format", "ics"]).out, [zone, "10:00", "2026-11-20", "3"]);
    assert_eq!(read["events"][0]["start"], "2026-11-20T09:00:00Z");
    assert_eq!(read["free"][0], json!(["2026-11-20T09:20:00Z", "2026-11-20T09:45:00Z", "FREE"]));
    assert_eq!(home.json(now, &["hours"])[0]["next"]["opens"], "2026-11-21T09:00:00Z");
}

#[test]
fn the_calendar_of_check_ins_reads_back_with_its_names() {
    let Some(python) = icalendar() else { return };
    let (zone, now) = ("Europe/Berlin", "2026-10-22T00:00:00+02:00");
    let home = home("daily", "[\"02:30\", \"10:00\"]", zone);
    assert_eq!(home.run(now, &["init"]).code, 0);
    let ics = home.run(now, &["checkins", "--ics"]).out;
    let read = read(&python, &ics, [zone, "02:30,10:00", "2026-10-22", "400"]);
    assert_eq!((&read["errors"], &read["free"]), (&json!([]), &json!([])));
    let events = times(&read["events"], ["start", "end"]);
    assert!(events.len() >= 14, "{}", events.len());
    assert_eq!(events, read["expected"].as_array().unwrap()[..events.len()]);
    let mut names = std::collections::BTreeSet::new();
    for event in read["events"].as_array().unwrap() {
        assert_eq!(event["summary"], "Tea, then; mail");
        assert!(names.insert(event["uid"].to_string()), "each has a name of its own");
    }
}
