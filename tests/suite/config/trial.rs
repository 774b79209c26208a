//! Holds `src/config/trial.rs`, `src/config/trial_editing.rs`, `src/cli/trial.rs`: a trial begins, is kept and ends in the file, and
//! the person's own check-ins are never lost, whatever happens in between.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta};
use tidebox::config::{self, Config, ConfigError, EXAMPLE, begin_trial, end_trial, keep_trial};
use tidebox::domain::schedule::{CheckIn, Days, Trial, Zone, parse_schedules};

use crate::support::Home;

const OWN: &str = "# mine\ntimezone = \"Europe/Berlin\"\n\n# Before the children come home.\n[[checkin]] # first\nname = \"noon\"\n\
    days = \"mon-fri\"\n# not earlier\nat = \"12:00\"\nfor = \"1h\"\n\n[[checkin]]\nname = \"sunday\"\ndays = \"sun\"\nat = [\"17:00\",\n  \
    \"19:00\"] # two\nfor = \"30m\"\n\n# What lists send.\n[[lane]]\nname = \"lists\"\nmatch = \"list:*\"\ncheckins = [\"sunday\"]\n";

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn trial(text: &str) -> Trial {
    let schedule = parse_schedules(text, &Days::parse("daily").unwrap(), TimeDelta::minutes(40)).unwrap().remove(0);
    Trial { schedule, since: date("2026-11-30"), until: date("2026-12-13") }
}

fn read(path: &Path) -> Config {
    config::load(path, DateTime::UNIX_EPOCH, &Zone::UTC, &mut |_| Vec::new()).unwrap()
}

fn own(path: &Path) -> Vec<CheckIn> {
    read(path).calendar.without_trial().checkins
}

fn file(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn a_trial_is_added_and_taken_out_and_nothing_else_changes() {
    for before in [OWN, "", "commit = \"ask\"", EXAMPLE, &OWN.replace('\n', "\r\n")] {
        let (_folder, path) = file(before);
        let checkins = own(&path);
        begin_trial(&path, &trial("9:00 13:00 mon-fri")).unwrap();
        assert!(text(&path).starts_with(before), "{}", text(&path));
        assert_eq!(own(&path), checkins);
        let calendar = read(&path).calendar;
        let opens = |day: &str| -> Vec<String> {
            calendar
                .on(date(day))
                .iter()
                .map(|window| window.opens.with_timezone(&window.zone).format("%H:%M").to_string())
                .collect()
        };
        assert_eq!(opens("2026-12-01"), ["09:00", "13:00"]);
        assert_eq!(
            opens("2026-12-14"),
            if before.contains("\"noon\"") { vec!["12:00"] } else { vec!["10:00", "16:00"] }
        );
        // Another one takes its place.
        begin_trial(&path, &trial("7:00")).unwrap();
        assert_eq!(text(&path).lines().filter(|line| *line == "[trial]").count(), 1);
        assert!(end_trial(&path).unwrap());
        assert_eq!(text(&path).trim_end(), before.trim_end());
        assert!(!end_trial(&path).unwrap(), "once");
    }
}

#[test]
fn what_is_kept_is_the_persons_own_and_what_was_before_is_a_comment() {
    let (_folder, path) = file(OWN);
    begin_trial(&path, &trial("9:00 13:00 sat,sun for 20m")).unwrap();
    assert!(keep_trial(&path, date("2026-12-12")).unwrap());
    let after = text(&path);
    let config = read(&path);
    let names: Vec<&str> = config.calendar.checkins.iter().map(|checkin| checkin.name.as_str()).collect();
    assert_eq!((names, config.trial.is_none()), (vec!["9:00", "13:00"], true));
    assert_eq!(config.calendar.checkins[0].days.to_string(), "sat,sun");
    for line in OWN.lines().filter(|line| !line.is_empty()) {
        assert!(after.contains(line), "{line} is still there in\n{after}");
    }
    assert!(
        after.contains("# Until 2026-12-12 these were the check-ins:\n# [[checkin]] # first\n# name = \"noon\"\n"),
        "{after}"
    );
    assert!(after.contains("#   \"19:00\"] # two\n"), "{after}");
    assert!(!keep_trial(&path, date("2026-12-12")).unwrap(), "once");
    // Without check-ins of their own those of the default are named.
    let (_folder, path) = file("commit = \"ask\"");
    begin_trial(&path, &trial("11:00")).unwrap();
    assert!(keep_trial(&path, date("2026-12-12")).unwrap());
    assert!(text(&path).contains("# Until 2026-12-12 these were the check-ins of the default: morning, afternoon.\n"));
    assert_eq!(own(&path).len(), 1);
}

#[test]
fn what_cannot_be_changed_is_left_as_it_is() {
    let inline = "checkin = [{ name = \"a\", days = \"daily\", at = \"8:00\", for = \"1h\" }]\n";
    let (_folder, path) = file(inline);
    begin_trial(&path, &trial("9:00")).unwrap();
    let with_trial = text(&path);
    assert!(matches!(keep_trial(&path, date("2026-12-12")), Err(ConfigError::NoTableOfItsOwn { .. })));
    assert_eq!(text(&path), with_trial);
    end_trial(&path).unwrap();
    assert_eq!(text(&path).trim_end(), inline.trim_end());
    let dotted = "trial.schedule = \"9:00\"\ntrial.since = 2026-11-30\ntrial.until = 2026-12-13\n";
    let (_folder, path) = file(dotted);
    assert!(matches!(end_trial(&path), Err(ConfigError::NoTableOfItsOwn { .. })));
    let (_folder, path) = file("commit = \"never\"\n");
    assert!(matches!(begin_trial(&path, &trial("9:00")), Err(ConfigError::Mistaken(_))));
    assert_eq!(text(&path), "commit = \"never\"\n");
}

#[test]
fn a_file_that_was_edited_meanwhile_keeps_what_was_written() {
    let (_folder, path) = file(OWN);
    begin_trial(&path, &trial("9:00")).unwrap();
    let edited =
        text(&path).replace("until = 2026-12-13", "# a note\nuntil = 2026-12-20 # longer").replace("12:00", "12:30")
            + "\n[reader]\nwidth = 70\n";
    std::fs::write(&path, &edited).unwrap();
    assert_eq!(read(&path).trial.unwrap().until, date("2026-12-20"));
    assert!(end_trial(&path).unwrap());
    let after = text(&path);
    assert!(
        after.contains("# a note\n") && after.contains("at = \"12:30\"") && after.contains("[reader]\nwidth = 70\n"),
        "{after}"
    );
    assert_eq!(read(&path).reader_width, 70);
}

#[test]
fn mistakes_in_a_trial_are_told_with_their_place() {
    for (table, what) in [
        ("schedule = \"25:00\"\nsince = 2026-11-30\nuntil = 2026-12-13", "`25:00` is not a time of day"),
        ("schedule = \"9:00 9:10\"\nsince = 2026-11-30\nuntil = 2026-12-13", "9:00 and 9:10 overlap"),
        ("schedule = \"9:00 or 11:00\"\nsince = 2026-11-30\nuntil = 2026-12-13", "one schedule is tried at a time"),
        ("schedule = \"9:00\"\nsince = 2026-11-30\nuntil = 2026-11-29", "the trial ends before it begins"),
        ("schedule = \"9:00\"\nsince = 2026-11-30\nuntil = \"soon\"", "`until` is no date"),
        ("schedule = \"9:00\"\nsince = 2026-11-30", "has no `until`"),
        ("since = 2026-11-30\nuntil = 2026-12-13", "has no `schedule`"),
    ] {
        let (_folder, path) = file(&format!("[trial]\n{table}\n"));
        let told = config::load(&path, DateTime::UNIX_EPOCH, &Zone::UTC, &mut |_| Vec::new()).unwrap_err().to_string();
        assert!(told.contains(what), "{table}: {told}");
    }
}

/// The program is killed while it changes the file, at any moment: the file is whole, and the own check-ins are in it.
#[test]
fn a_kill_between_the_writes_loses_no_check_in() {
    let home = Home::new();
    let (_folder, path) = file(OWN);
    begin_trial(&path, &trial("9:00 13:00")).unwrap();
    let (before, checkins) = (text(&path), own(&path));
    let at = "2026-12-02T09:00:00+01:00";
    let (mut unchanged, mut changed) = (0, 0);
    let mut longest = Duration::from_millis(30);
    for round in 0..24_u32 {
        let named = path.to_str().unwrap();
        let mut child = home
            .command(at, &["--config", named, "trial", "--end"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(longest * (round % 12) / 12);
        let _ = child.kill();
        child.wait().unwrap();
        assert_eq!(own(&path), checkins, "round {round}");
        if text(&path) == before {
            unchanged += 1;
            longest += longest / 4;
        } else {
            assert!(read(&path).trial.is_none());
            changed += 1;
            longest = longest * 2 / 3;
            begin_trial(&path, &trial("9:00 13:00")).unwrap();
            assert_eq!(text(&path), before);
        }
    }
    assert!(unchanged > 0 && changed > 0, "it was killed before and after: {unchanged}, {changed}");
}

#[test]
fn the_command_says_where_a_trial_stands_and_the_clock_may_jump() {
    let home = Home::new();
    let (_folder, path) = file(OWN);
    let named = path.to_str().unwrap().to_owned();
    let run = |at: &str, arguments: &[&str]| home.run(at, &[&["--config", &named], arguments].concat());
    assert!(run("2026-11-29T12:00:00Z", &["trial"]).out.contains("No schedule is tried."));
    assert!(run("2026-11-29T12:00:00Z", &["trial", "--keep"]).err.contains("no schedule is tried"));
    begin_trial(&path, &trial("9:00 13:00")).unwrap();
    for (at, words) in [
        ("2026-11-29T12:00:00Z", "It begins on 2026-11-30"),
        ("2026-12-02T12:00:00Z", "It ends on 2026-12-13; then 12:00 17:00 19:00 open again."),
        ("2026-12-13T12:00:00Z", "It ends today."),
        ("2026-12-15T12:00:00Z", "It ended on 2026-12-13, and 12:00 17:00 19:00 open again."),
        ("2031-01-01T12:00:00Z", "It ended on 2026-12-13"),
        // The clock was set back.
        ("2026-12-02T12:00:00Z", "It ends on 2026-12-13"),
    ] {
        assert!(run(at, &["trial"]).out.contains(words), "{at}: {}", run(at, &["trial"]).out);
    }
    let coming = run("2026-12-11T12:30:00+01:00", &["checkins", "--days", "5"]).out;
    let opens: Vec<&str> = coming.lines().filter_map(|line| line.get(..23)).collect();
    let expected = [
        "Fri 11 Dec 2026  13:00 ",
        "Sat 12 Dec 2026  09:00 ",
        "Sat 12 Dec 2026  13:00 ",
        "Sun 13 Dec 2026  09:00 ",
        "Sun 13 Dec 2026  13:00 ",
        "Mon 14 Dec 2026  12:00 ",
        "Tue 15 Dec 2026  12:00 ",
    ];
    assert!(coming.lines().count() >= expected.len(), "{coming}");
    assert_eq!(opens[..expected.len()], expected, "{coming}");
    let kept = run("2026-12-13T12:00:00Z", &["--json", "trial", "--keep"]);
    assert!(kept.out.contains("\"state\":\"kept\""), "{}{}", kept.out, kept.err);
}
