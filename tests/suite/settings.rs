//! The configuration file changes while the screen is open.

use std::fs;

use super::support::pty::Terminal;
use super::support::{CONFIG, Home, letter};

const OPEN: &str = "2026-11-23T10:05:00+01:00";
const EARLY: &str = "2026-11-23T09:00:00+01:00";

fn home() -> Home {
    let home = Home::new();
    for number in 1..=3 {
        let mail = letter(number, "Ann <ann@example.org>", &format!("Matter {number}"), "Text.");
        home.deliver("Maildir", &format!("{number}.w"), &mail);
    }
    assert_eq!(home.run(EARLY, &["add", "--all", "Maildir"]).code, 0);
    home
}

/// As editors save: beside the file, and then over it.
fn save(home: &Home, text: &str) {
    let beside = home.write("config.toml.new", text);
    fs::rename(beside, home.path("config.toml")).unwrap();
}

#[test]
fn a_change_is_in_force_at_once() {
    let home = home();
    let mut terminal = Terminal::open(&home, OPEN, &[], 120, 36);
    terminal.wait("begin");
    // The schedule.
    save(&home, &CONFIG.replace("name = \"morning\"", "name = \"breakfast\""));
    terminal.wait("breakfast is open");
    // The keys, and what is shown of them.
    let keys = format!("{CONFIG}\n[keys]\ndone = \"Z\"\n");
    save(&home, &keys);
    terminal.wait("read anew");
    terminal.wait("morning is open");
    terminal.keys("\r");
    terminal.wait("Matter 1");
    terminal.wait("Z done");
    terminal.keys("Z");
    terminal.wait("1 of 3");
    // The theme: red, one of the sixteen, for what can be done.
    save(&home, &format!("{keys}\n[lane_less]\n"));
    terminal.wait("config.toml:");
    save(&home, &keys.replace("[theme]\n", "[theme]\naccent = \"red\"\n"));
    terminal.wait_gone("config.toml:");
    let colour = terminal.with_screen(|screen| screen.cell(35, 1).unwrap().fgcolor());
    assert_eq!(colour, vt100::Color::Idx(1));
    // What is frozen stays frozen.
    save(&home, &format!("{keys}\n[[lane]]\nname = \"ann\"\nmatch = \"from:ann\"\ncheckins = [\"afternoon\"]\n"));
    terminal.wait("read anew");
    terminal.wait("1 of 3");
    terminal.keys("Z");
    terminal.wait("2 of 3");
}

#[test]
fn a_mistake_changes_nothing_and_is_shown_until_it_is_gone() {
    let home = home();
    let mut terminal = Terminal::open(&home, OPEN, &[], 120, 36);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("Matter 1");
    let mistaken = CONFIG.replace("\"mon-fri\"", "\"mon-fry\"").replace("[peek]", "[peak]");
    save(&home, &mistaken);
    let line = CONFIG.lines().position(|line| line.starts_with("days")).unwrap() + 1;
    let screen = terminal.wait(&format!("config.toml:{line}:8 `fry` is not a weekday"));
    assert!(screen.contains("did you mean `fri`?") && screen.contains("`tidebox check` tells 2 more"), "{screen}");
    // The old settings are in force; the note comes back when what was just done has been said.
    terminal.keys("a");
    terminal.wait("1 of 3");
    terminal.keys("j");
    terminal.wait("`fry` is not a weekday");
    save(&home, CONFIG);
    terminal.wait("read anew");
    terminal.wait_gone("`fry`");
    let log = fs::read_to_string(home.path(".local/state/tidebox/tidebox.log")).unwrap();
    assert!(log.contains("config: reading the file") && log.contains("mistakes=3"), "{log}");
    assert!(!log.contains("fry"), "{log}");
}
