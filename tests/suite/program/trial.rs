//! Holds `src/session/setup.rs`, `src/session/figures_worker.rs`, `src/job/what_if.rs`, `src/job/door.rs`, `src/cli/trial.rs`, `src/ui/screens/whatif.rs`: other check-ins and trials by the
//! real program: what mattered is named where it may be, a trial is begun on the screen, and its end is asked about at the door.

use std::fs;

use crate::support::pty::Terminal;
use crate::support::{Home, letter};

const CLOSED: &str = "2026-11-23T08:30:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
/// 2026-11-23, 7:00 UTC.
const MORNING: i64 = 1_795_417_200;

/// Arrivals of three weeks; one message of two of these days mattered, and is held again.
fn home() -> Home {
    let home = Home::new();
    home.deliver(
        "Maildir",
        "1.held",
        &letter(1, "Sendermark Smith <addressmark@example.org>", "Subjectmark", "Bodymark."),
    );
    assert_eq!(home.run(CLOSED, &["add", "Maildir"]).code, 0);
    let first = MORNING - 21 * 86_400;
    home.sqlite(&format!(
        "UPDATE message SET received = {MORNING};
         INSERT OR REPLACE INTO fact (name, value) VALUES ('facts since', {});
         WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < 400)
         INSERT INTO arrival (at, message, source, lane, let_through, began, came_out)
         SELECT {first} + n * 4000, 1000 + n, m.source, m.lane, 0, 1, {MORNING} FROM number, message AS m;
         INSERT INTO arrival (at, message, source, lane, let_through, began, came_out)
         SELECT {MORNING} - day * 86400, m.id, m.source, m.lane, 0, 1, {MORNING} FROM message AS m, (SELECT 5 AS day UNION SELECT 6);
         INSERT INTO matter (message, batch, place, weight, asked, answer) SELECT id, 1, 0, 1, {MORNING}, 'yes' FROM message;",
        first - 86_400
    ));
    home
}

fn marked(text: &str) -> bool {
    ["sendermark", "addressmark", "subjectmark", "bodymark"].iter().any(|mark| text.to_lowercase().contains(mark))
}

fn settings(home: &Home) -> String {
    fs::read_to_string(home.path("config.toml")).unwrap_or_default()
}

/// What mattered, as the screen shows it at an instant.
fn cases(home: &Home, at: &str) -> String {
    let mut terminal = Terminal::open(home, at, &[], 120, 36);
    terminal.wait("? help");
    terminal.keys("w");
    terminal.wait("half wait");
    terminal.keys("\r");
    let text = terminal.wait("What mattered, at");
    terminal.kill();
    text
}

#[test]
fn what_mattered_and_is_held_again_is_counted_and_not_named() {
    let home = home();
    let shown = cases(&home, CLOSED);
    assert!(!marked(&shown) && shown.contains("held again, or gone"), "{shown}");
    for form in [&["whatif", "9:00", "--cases"] as &[&str], &["--json", "whatif", "9:00", "--within", "2h"]] {
        let ran = home.run(CLOSED, form);
        assert!(ran.code == 0 && !marked(&ran.out), "{form:?}: {}{}", ran.out, ran.err);
    }
    assert_eq!(home.run(OPEN, &["begin"]).code, 0);
    assert_eq!(home.run(OPEN, &["commit"]).code, 0);
    let shown = cases(&home, "2026-11-23T11:30:00+01:00");
    assert!(shown.contains("Sendermark Smith: Subjectmark"), "{shown}");
}

#[test]
fn in_time_is_what_the_settings_or_the_option_say() {
    let home = home();
    let within = |words: &[&str]| home.json(CLOSED, &[&["whatif", "9:00"], words].concat())[0]["within"].clone();
    assert_eq!((within(&[]), within(&["--within", "1h30m"])), (10_800.into(), 5_400.into()));
    let ran = home.run(CLOSED, &["whatif", "--within", "soon"]);
    assert!(ran.code == 2 && ran.err.contains("--within"), "{}", ran.err);
}

/// From the screen into the settings, through its two weeks, to the answer at the door.
#[test]
fn a_trial_is_begun_on_the_screen_and_kept_or_ended_at_the_door() {
    for (key, said) in [("K", "Kept: your check-ins are 9:00 13:00 17:00"), ("E", "your check-ins are 10:00 16:00")] {
        let home = home();
        let mut terminal = Terminal::open(&home, CLOSED, &[], 120, 36);
        terminal.wait("? help");
        terminal.keys("w");
        terminal.wait("half wait");
        terminal.keys("jt");
        terminal.wait("Try 9:00 13:00 17:00");
        terminal.keys("y");
        terminal.wait("Tried from tomorrow until");
        terminal.keys("q");
        terminal.wait("Trying 9:00 13:00 17:00 from tomorrow on");
        terminal.keys("q");
        assert_eq!(terminal.ended(), 0);
        let written = settings(&home);
        assert!(written.contains("[trial]") && written.contains("until = 2026-12-07"), "{written}");
        let status = &home.json(CLOSED, &["status"])[0];
        assert_eq!((&status["trial"]["state"], &status["trial"]["own"]), (&"ahead".into(), &"10:00 16:00".into()));
        let last = "2026-12-07T18:30:00+01:00";
        let told = home.run(last, &["status"]);
        assert!(told.out.contains("Today is the last day of the trial of 9:00 13:00 17:00."), "{}", told.out);
        let checked = home.run(last, &["check", "--offline"]);
        assert!(checked.out.contains("the last day of the trial"), "{}", checked.out);
        let mut terminal = Terminal::open(&home, last, &[], 120, 36);
        terminal.wait("Today is the last day of the trial");
        terminal.keys(key);
        terminal.wait(said);
        terminal.wait_gone("Today is the last day");
        terminal.keys("q");
        assert_eq!(terminal.ended(), 0);
        let written = settings(&home);
        assert!(!written.contains("[trial]"), "{written}");
        assert_eq!(written.contains("at = \"13:00\""), key == "K", "{written}");
        assert_eq!(home.json(last, &["status"])[0]["trial"], serde_json::Value::Null);
    }
}
