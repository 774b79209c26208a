//! Holds `src/clock`, `src/store/created.rs`, `src/store/peek.rs`, `src/domain/schedule`: clocks that jump, as the
//! whole program meets them: set back, asleep for a week, another zone, a change of clocks (F12). That every window of
//! every zone opens once is `schedule`'s.

use crate::support::pty::Terminal;
use crate::support::{CONFIG, Home, Ran, letter};

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

fn home() -> Home {
    let home = Home::new();
    home.deliver_matters(4);
    home.json(EARLY, &["add", "Maildir"]);
    home
}

fn ran(command: &mut std::process::Command) -> Ran {
    crate::support::ran(&command.stdin(std::process::Stdio::null()).output().unwrap())
}

fn subjects(messages: &[serde_json::Value]) -> Vec<&str> {
    messages.iter().filter_map(|one| one["subject"].as_str()).collect()
}

#[test]
fn a_clock_set_back_an_hour_neither_loses_nor_repeats_anything() {
    let home = home();
    let batch = home.json(OPEN, &["begin"]);
    let ids: Vec<String> = batch.iter().map(|one| one["id"].to_string()).collect();
    home.json(OPEN, &["decide", "done", &ids[0]]);
    // Before the window opened, by the clock: the batch is what it was, and decisions go on.
    let back = "2026-11-23T09:05:00+01:00";
    assert_eq!(home.json(back, &["queue"]).len(), 4);
    home.json(back, &["decide", "trash", &ids[1]]);
    home.json(back, &["undo"]);
    home.json(back, &["decide", "spam", &ids[1]]);
    assert_eq!(subjects(&home.json(back, &["begin"])), subjects(&batch), "beginning again is going on");
    home.deliver("Maildir", "5.c", &letter(5, "Ann <ann@example.org>", "Matter 5", "Text."));
    home.json(back, &["add", "Maildir"]);
    assert_eq!(home.json(back, &["queue"]).len(), 4, "what arrives waits");
    home.json(back, &["commit"]);
    // The hour comes a second time: its window was read, and is not opened again.
    let again = home.run(OPEN, &["begin"]);
    assert_eq!(again.code, 3, "{}", again.out);
    let next = home.json("2026-11-23T16:02:00+01:00", &["begin"]);
    assert_eq!(subjects(&next), ["Matter 3", "Matter 4", "Matter 5"]);
}

#[test]
fn asleep_for_a_week_nothing_stacks_up() {
    let home = home();
    let ids: Vec<String> = home.json(OPEN, &["begin"]).iter().map(|one| one["id"].to_string()).collect();
    home.json(OPEN, &["decide", "done", &ids[0]]);
    for day in 24..=27 {
        let text = letter(day, "Ann <ann@example.org>", &format!("Matter {day}"), "Text.");
        home.deliver("Maildir", &format!("{day}.c"), &text);
    }
    let woken = "2026-11-30T10:05:00+01:00";
    home.json(woken, &["add", "Maildir"]);
    let next = home.json(woken, &["begin"]);
    let mut found = subjects(&next);
    assert_eq!(found[..3], ["Matter 2", "Matter 3", "Matter 4"], "carried over, once, and it leads");
    assert!(next[..3].iter().all(|one| one["carried"] == 1));
    found.sort_unstable();
    assert_eq!(found.len(), 7, "ten windows were missed, and this is all: {found:?}");
    home.json(woken, &["commit"]);
    assert_eq!(home.run("2026-11-30T10:20:00+01:00", &["begin"]).code, 3, "none of the missed ones is left");
}

#[test]
fn another_zone_in_the_middle_of_a_window_keeps_the_batch() {
    let home = home();
    let batch = home.json(OPEN, &["begin"]);
    let id = batch[0]["id"].to_string();
    home.write("config.toml", CONFIG.replace("Europe/Berlin", "America/New_York"));
    assert_eq!(subjects(&home.json(OPEN, &["queue"])), subjects(&batch));
    home.json(OPEN, &["decide", "done", &id]);
    home.json("2026-11-23T10:40:00+01:00", &["commit"]);
    // Ten o'clock comes there six hours later; both of that day's windows are theirs.
    let there = "2026-11-23T10:05:00-05:00";
    assert_eq!(home.json(there, &["begin"]).len(), 3);
    home.json(there, &["commit"]);
    assert_eq!(home.json("2026-11-23T16:05:00-05:00", &["begin"]).len(), 3);
}

/// What `TZ` says is followed where the settings name no zone, or it is said that it can't be; never is another one taken.
#[test]
fn the_zone_of_the_environment_is_followed_or_refused() {
    let home = Home::new();
    let check = |zone: &str| ran(home.command(OPEN, &["check", "--offline"]).env("TZ", zone));
    let opens = |zone: &str| ran(home.command("2026-07-01T00:00:00Z", &["checkins", "--days", "1"]).env("TZ", zone));
    home.write("config.toml", "[[checkin]]\nname = \"a\"\ndays = \"daily\"\nat = \"10:00\"\nfor = \"30m\"\n");
    let utc = |text: &str| {
        let out = ran(home.command("2026-07-01T00:00:00Z", &["--json", "checkins", "--days", "1"]).env("TZ", text)).out;
        let line: serde_json::Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
        line["opens"].as_str().unwrap().to_owned()
    };
    let own = home.write(
        "zone",
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/zones/Asia/Kathmandu")).unwrap(),
    );
    let own = own.display().to_string();
    for (text, zone, at) in [
        (":America/New_York", "America/New_York (TZ is \":America/New_York\")", "2026-07-01T10:00:00-04:00"),
        ("posix/Asia/Tokyo", "Asia/Tokyo (TZ is \"posix/Asia/Tokyo\")", "2026-07-01T10:00:00+09:00"),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "CET-1CEST,M3.5.0,M10.5.0/3", "2026-07-01T10:00:00+02:00"),
        ("<+03>-3", "<+03>-3", "2026-07-01T10:00:00+03:00"),
        ("", "UTC (TZ is \"\")", "2026-07-01T10:00:00+00:00"),
        (own.as_str(), own.as_str(), "2026-07-01T10:00:00+05:45"),
    ] {
        let said = check(text);
        assert_eq!(said.code, 0, "{text}: {} {}", said.out, said.err);
        assert!(
            said.out.lines().any(|line| line.strip_prefix("zone ").is_some_and(|it| it.trim() == zone)),
            "{}",
            said.out
        );
        assert_eq!(utc(text), at, "{text}");
    }
    for text in ["Mars/Olympus", "CET-", "/nowhere/zone", "Europe"] {
        let said = check(text);
        assert_eq!(said.code, 1, "{text}: {}", said.out);
        assert!(!said.out.contains("No problem found") && said.err.contains("the variable TZ: "), "{}", said.err);
        let refused = opens(text);
        assert_eq!((refused.code, refused.out.as_str()), (1, ""), "{text}: {}", refused.err);
        std::fs::rename(home.path("config.toml"), home.path("away.toml")).unwrap();
        let unconfigured = ran(home.command(OPEN, &["status"]).env_remove("TIDEBOX_CONFIG").env("TZ", text));
        assert_eq!(unconfigured.code, 2, "{text}: {}", unconfigured.out);
        std::fs::rename(home.path("away.toml"), home.path("config.toml")).unwrap();
    }
    // Where the settings name a zone, nobody asks the environment.
    home.write("config.toml", CONFIG);
    assert_eq!(opens("Mars/Olympus").code, 0);
}

/// What was put off to tomorrow's morning comes with that morning, wherever its reader is then and whatever its hour is.
#[test]
fn a_deferral_travels_with_its_check_in() {
    let zone = |zone: &str| CONFIG.replace("Europe/Berlin", zone);
    for (config, too_early, comes) in [
        (CONFIG.to_owned(), "2026-11-24T08:55:00Z", "2026-11-24T09:05:00Z"),
        (zone("Asia/Tokyo"), "2026-11-24T00:55:00Z", "2026-11-24T01:05:00Z"),
        (zone("America/New_York"), "2026-11-24T09:05:00Z", "2026-11-24T15:05:00Z"),
        (CONFIG.replace("10:00", "08:30"), "2026-11-24T07:25:00Z", "2026-11-24T07:35:00Z"),
        (CONFIG.replace("10:00", "11:30"), "2026-11-24T09:05:00Z", "2026-11-24T10:35:00Z"),
        (CONFIG.replace("morning", "dawn"), "2026-11-24T08:55:00Z", "2026-11-24T09:05:00Z"),
    ] {
        let home = home();
        let ids: Vec<String> = home.json(OPEN, &["begin"]).iter().map(|one| one["id"].to_string()).collect();
        home.json(OPEN, &["decide", "defer", "--to", "tomorrow", &ids[0]]);
        home.json(OPEN, &["decide", "done", &ids[1], &ids[2], &ids[3]]);
        home.json(OPEN, &["commit"]);
        home.write("config.toml", &config);
        let early = home.run(too_early, &["--json", "begin"]);
        assert!(!early.out.contains("Matter"), "{config}: {}", early.out);
        assert_eq!(subjects(&home.json(comes, &["begin"])), ["Matter 1"], "{config}");
    }
}

/// An opening in the hour that is left out comes at its end; one in the hour that comes twice, once.
#[test]
fn a_change_of_clocks_opens_a_window_once() {
    let home = home();
    home.write("config.toml", "timezone = \"Europe/Berlin\"\n[[checkin]]\nname = \"night\"\ndays = \"daily\"\nat = \"02:30\"\nfor = \"45m\"\n");
    let opens = |from: &str| -> Vec<String> {
        let all = home.json("2027-01-01T00:00:00Z", &["checkins", "--from", from, "--days", "1"]);
        all.iter().map(|one| one["opens"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(opens("2027-03-28"), ["2027-03-28T03:00:00+02:00"]);
    assert_eq!(opens("2027-10-31"), ["2027-10-31T02:30:00+02:00"]);
    // In the hour that comes twice, the window of the first time was read; the second has none.
    let begun = home.json("2027-10-31T02:35:00+02:00", &["begin"]);
    assert_eq!(begun.len(), 4);
    home.json("2027-10-31T02:40:00+02:00", &["commit"]);
    assert_eq!(home.run("2027-10-31T02:35:00+01:00", &["begin"]).code, 3);
}

/// Rehearsing another year on one's own store leaves no trace in what counts as missed.
#[test]
fn looking_from_another_year_does_not_make_the_store_older() {
    use chrono::Duration;
    let home = home();
    // Whether a birth has come yet is a matter of the clock on the wall.
    let now = tidebox::clock::Clock::real().now();
    let at = |days: i64| (now + Duration::days(days)).format("%Y-%m-%dT13:00:00Z").to_string();
    let mut store = tidebox::store::Store::open(&home.path("own.db")).unwrap();
    store.record_created_at(tidebox::domain::moment::Moment { now: now - Duration::days(2), wall: now }).unwrap();
    let born = store.created_at().unwrap();
    for days in [-400, -3, 1, 400] {
        home.run(&at(days), &["--store", "own.db", "search", "matter"]);
        home.run(&at(days), &["--store", "own.db", "add", "Maildir"]);
        assert_eq!(store.created_at().unwrap(), born, "{days} days");
    }
    // A store that was made in a rehearsal of the future begins when it is really used.
    let mut store = tidebox::store::Store::open(&home.path("future.db")).unwrap();
    store.record_created_at(tidebox::domain::moment::Moment { now: now + Duration::days(90), wall: now }).unwrap();
    store.record_created_at(tidebox::domain::moment::Moment::real(now)).unwrap();
    assert_eq!(store.created_at().unwrap().map(|born| born.timestamp()), Some(now.timestamp()));
}

/// On the screen: the clock of a rehearsal starts again where it was, and the batch in hand stays.
#[test]
fn the_screen_goes_on_after_the_clock_was_set_back() {
    let home = home();
    let mut terminal = Terminal::open(&home, OPEN, &[], 100, 30);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("Matter 1");
    terminal.keys("a");
    terminal.wait("1 of 4");
    terminal.keys("\x03");
    assert_eq!(terminal.ended(), 0);
    let mut terminal = Terminal::open(&home, "2026-11-23T09:05:00+01:00", &[], 100, 30);
    terminal.wait("Matter 2");
    terminal.keys("d");
    terminal.wait("2 of 4");
    terminal.keys("\x03");
    assert_eq!(terminal.ended(), 0);
    let verdicts: Vec<_> =
        home.json(OPEN, &["queue"]).iter().map(|one| one["verdict"].as_str().map(str::to_owned)).collect();
    assert_eq!(verdicts, [Some("done".to_owned()), Some("trash".to_owned()), None, None]);
}
