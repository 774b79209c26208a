//! Holds `src/cli/hours.rs`, `src/job/hours.rs`, `src/config/hours.rs`, `src/domain/hours/mod.rs`, `src/domain/hours/html.rs`,
//! `src/domain/hours/sieve.rs`: what others are told of when mail is read.

use crate::support::Home;

/// A Friday, before the check-in.
const FRIDAY: &str = "2026-11-27T08:00:00+01:00";

const SETTINGS: &str = r#"
timezone = "Europe/Berlin"

[[checkin]]
name = "Therapy"
days = "mon-fri"
at = "10:00"
for = "45m"

[[identity]]
address = "me@example.org"

[hours]
line = "Next: {next}."
files = ["out/hours.txt", "out/hours.json", "out/hours.sieve"]
"#;

fn home() -> Home {
    let home = Home::new();
    home.write("config.toml", SETTINGS);
    std::fs::create_dir(home.path("out")).unwrap();
    assert_eq!(home.run(FRIDAY, &["init"]).code, 0);
    home
}

#[test]
fn every_form_has_the_times_and_no_name() {
    let home = home();
    for format in ["text", "html", "json", "ics", "sieve"] {
        let ran = home.run(FRIDAY, &["hours", "--format", format]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(!ran.out.contains("Therapy"), "{}", ran.out);
    }
    assert_eq!(home.run(FRIDAY, &["hours"]).out, "Next: Fri 27 Nov, 10:00 (Europe/Berlin).\n");
    let document = &home.json(FRIDAY, &["hours"])[0];
    assert_eq!(document["next"]["opens"], "2026-11-27T09:00:00Z");
    // Seven days of the calendar: Friday, and Monday to Thursday.
    assert_eq!(document["times"].as_array().unwrap().len(), 5);
    let ics = home.run(FRIDAY, &["hours", "--format", "ics"]).out;
    let calendar: icalendar::Calendar = ics.parse().unwrap();
    assert_eq!(calendar.components.len(), 6);
    assert!(ics.contains("FREEBUSY;FBTYPE=FREE:20261127T090000Z/20261127T094500Z\r\n"), "{ics}");
}

#[test]
fn pauses_and_what_is_left_out_are_reckoned_with() {
    let home = home();
    assert_eq!(home.run(FRIDAY, &["pause", "--skip"]).code, 0);
    assert_eq!(home.run(FRIDAY, &["hours"]).out, "Next: Mon 30 Nov, 10:00 (Europe/Berlin).\n");
    assert_eq!(home.run(FRIDAY, &["pause", "--until", "2026-12-01 12:00"]).code, 0);
    assert_eq!(home.run(FRIDAY, &["hours"]).out, "Next: Wed 2 Dec, 10:00 (Europe/Berlin).\n");
}

#[test]
fn files_are_kept_up_to_date_and_what_others_wrote_stays() {
    let home = home();
    home.write("out/hours.json", "{\"mine\":1}\n");
    let ran = home.run(FRIDAY, &["hours", "--write"]);
    assert!(ran.code == 1 && ran.err.contains("hours.json is not written by tidebox"), "{}", ran.err);
    assert_eq!(std::fs::read_to_string(home.path("out/hours.json")).unwrap(), "{\"mine\":1}\n");
    let text = std::fs::read_to_string(home.path("out/hours.txt")).unwrap();
    assert_eq!(text, "Next: Fri 27 Nov, 10:00 (Europe/Berlin).\n");
    std::fs::remove_file(home.path("out/hours.json")).unwrap();
    assert_eq!(home.run("2026-11-27T11:00:00+01:00", &["hours", "--write"]).code, 0);
    let text = std::fs::read_to_string(home.path("out/hours.txt")).unwrap();
    assert_eq!(text, "Next: Mon 30 Nov, 10:00 (Europe/Berlin).\n");
    assert!(std::fs::read_to_string(home.path("out/hours.sieve")).unwrap().starts_with("# tidebox hours 1 sha256:"));
}

#[test]
fn what_is_wrong_in_the_settings_is_told() {
    let home = home();
    home.write(
        "config.toml",
        "[hours]\nline = \"soon\"\ndays = 0\nfiles = \"x.pdf\"\n\n[[hours.answer]]\nlanguage = \"d\"\nsubject = \"a\"\ntext = \"b\"\n",
    );
    let ran = home.run(FRIDAY, &["hours"]);
    assert_eq!(ran.code, 1);
    for says in ["does not say when", "days", "does not say how hours are written", "is no language"] {
        assert!(ran.err.contains(says), "{says}: {}", ran.err);
    }
}

#[test]
fn days_of_23_and_25_hours_and_another_zone_are_reckoned_with() {
    let home = home();
    let settings = SETTINGS.replace("mon-fri", "daily").replace("\"10:00\"", "[\"02:30\", \"10:00\"]");
    home.write("config.toml", &settings);
    // Of 25 hours, in which half past two comes twice; and of 23, in which it does not come at all.
    for (at, wanted) in [
        ("2026-10-24T12:00:00+02:00", ["2026-10-25T00:30:00Z", "2026-10-25T09:00:00Z"]),
        ("2027-03-27T12:00:00+01:00", ["2027-03-28T01:00:00Z", "2027-03-28T08:00:00Z"]),
    ] {
        let document = &home.json(at, &["hours"])[0];
        let opens: Vec<&str> =
            document["times"].as_array().unwrap().iter().map(|it| it["opens"].as_str().unwrap()).collect();
        assert_eq!(opens[..2], wanted, "{opens:?}");
        let script = home.run(at, &["hours", "--format", "sieve"]).out;
        for opens in wanted {
            let instant = opens.trim_end_matches('Z');
            assert_eq!(script.matches(instant).count(), 1, "{instant}: {script}");
        }
    }
    // The same hour somewhere else is another instant.
    home.write("config.toml", SETTINGS.replace("Europe/Berlin", "Asia/Tokyo"));
    assert_eq!(home.run(FRIDAY, &["hours"]).out, "Next: Mon 30 Nov, 10:00 (Asia/Tokyo).\n");
    assert!(home.run(FRIDAY, &["hours", "--format", "sieve"]).out.contains("\"2026-11-30T01:00:00\""));
}

#[test]
fn where_no_check_in_comes_that_is_said() {
    let home = home();
    home.write("config.toml", SETTINGS.replace("timezone", "away = \"2026-11-20..2027-02-01\"\ntimezone"));
    let ran = home.run(FRIDAY, &["hours"]);
    assert!(ran.code == 1 && ran.err.contains("no check-in opens before"), "{}", ran.err);
    assert_eq!(home.json(FRIDAY, &["hours"])[0]["next"], serde_json::Value::Null);
}
