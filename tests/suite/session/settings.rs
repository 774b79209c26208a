//! Holds `src/session/settings.rs`: the configuration file changes while the screen is open.

use std::fs;

use crate::support::pty::Terminal;
use crate::support::{CONFIG, Home, letter};

const OPEN: &str = "2026-11-23T10:05:00+01:00";
const EARLY: &str = "2026-11-23T09:00:00+01:00";

fn home() -> Home {
    let home = Home::new();
    home.deliver_matters(3);
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
    terminal.wait("The breakfast check-in is open");
    // The keys, and what is shown of them.
    let keys = format!("{CONFIG}\n[keys]\ndone = \"Z\"\n");
    save(&home, &keys);
    terminal.wait("Settings reloaded");
    terminal.wait("The morning check-in is open");
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
    terminal.wait("Settings reloaded");
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
    terminal.wait("Settings reloaded");
    terminal.wait_gone("`fry`");
    let log = fs::read_to_string(home.path(".local/state/tidebox/tidebox.log")).unwrap();
    assert!(log.contains("config: reading the file") && log.contains("mistakes=3"), "{log}");
    assert!(!log.contains("fry"), "{log}");
}

/// A schedule whose only check-in has this name.
fn named(name: &str) -> String {
    format!(
        "timezone = \"Europe/Berlin\"\n[[checkin]]\nname = \"{name}\"\ndays = \"daily\"\nat = \"10:00\"\nfor = \"45m\"\n[theme]\nbackground = \"dark\"\n"
    )
}

/// The settings behind links: each link on the way can be replaced, again and again, and so can what it leads to.
#[test]
#[cfg(unix)]
fn links_on_the_way_to_the_settings_are_watched() {
    use std::os::unix::fs::symlink;
    let home = home();
    for (generation, name) in [("g1", "alpha"), ("g2", "beta"), ("g3", "gamma")] {
        home.write(&format!("{generation}/tidebox/config.toml"), named(name));
    }
    // As Kubernetes does it: the file is a link through a folder that is a link.
    symlink("g1", home.path("data")).unwrap();
    fs::create_dir(home.path("conf")).unwrap();
    symlink("../data/tidebox/config.toml", home.path("conf/config.toml")).unwrap();
    let config = home.path("conf/config.toml").display().to_string();
    let mut terminal = Terminal::open(&home, OPEN, &["--config", &config], 120, 36);
    terminal.wait("The alpha check-in is open");
    let swap = |to: &str| {
        symlink(to, home.path("new")).unwrap();
        fs::rename(home.path("new"), home.path("data")).unwrap();
    };
    swap("g2");
    terminal.wait("The beta check-in is open");
    // What it leads to now is watched, too: changed in place, and replaced.
    home.write("g2/tidebox/config.toml", named("delta"));
    terminal.wait("The delta check-in is open");
    fs::rename(home.write("g2/tidebox/next", named("epsilon")), home.path("g2/tidebox/config.toml")).unwrap();
    terminal.wait("The epsilon check-in is open");
    swap("g3");
    terminal.wait("The gamma check-in is open");
    // The folder behind the link goes away for a moment, and comes back with another file in it.
    fs::rename(home.path("g3"), home.path("old")).unwrap();
    terminal.wait("stays in force");
    home.write("g3/tidebox/config.toml", named("zeta"));
    terminal.wait("The zeta check-in is open");
}

/// A folder for the settings that is made while the screen is open.
#[test]
fn settings_that_are_made_later_are_found() {
    let home = home();
    fs::remove_file(home.path("config.toml")).unwrap();
    let mut terminal =
        Terminal::open_with(&home, OPEN, &[], 120, 36, &[("TIDEBOX_CONFIG", ""), ("XDG_CONFIG_HOME", "")]);
    terminal.wait("The morning check-in is open");
    home.write(".config/tidebox/config.toml", named("later"));
    terminal.wait("The later check-in is open");
}

/// Mail behind links, and in a folder that is made later, is noticed at once by a screen that is open.
#[test]
#[cfg(unix)]
fn links_on_the_way_to_a_source_are_watched() {
    use std::os::unix::fs::symlink;
    let home = home();
    home.write("spool/ann", "");
    symlink("spool", home.path("mail")).unwrap();
    symlink("mail/ann", home.path("mbox")).unwrap();
    let sources = "show_held = true\n".to_owned()
        + CONFIG
        + "\n[[source]]\nname = \"box\"\nkind = \"mbox\"\npath = \"mbox\"\n\n[[source]]\nname = \"dir\"\nkind = \"maildir\"\npath = \"later/Maildir\"\n";
    home.write("config.toml", sources);
    let at = "2026-11-23T09:10:00+01:00";
    let mut terminal = Terminal::open(&home, at, &[], 120, 36);
    terminal.wait("3 messages are held");
    let mut held = |count: u32| {
        terminal.wait_until(&format!("{count} held"), |_| {
            home.json(at, &["status", "--counts"])[0]["held"].as_u64() == Some(count.into())
        });
    };
    let mbox = |number: u32| {
        let mail = letter(number, "Ann <ann@example.org>", "Boxed", "Text.").replace("\r\n", "\n");
        format!("From a@example.org Mon Nov 23 08:00:00 2026\n{mail}\n")
    };
    fs::write(home.path("spool/ann"), mbox(11)).unwrap();
    held(4);
    home.deliver("later/Maildir", "1.l", &letter(12, "Ann <ann@example.org>", "Later", "Text."));
    held(5);
    home.write("spool2/ann", mbox(11) + &mbox(13));
    symlink("spool2", home.path("new")).unwrap();
    fs::rename(home.path("new"), home.path("mail")).unwrap();
    held(6);
    home.deliver("later/Maildir", "2.l", &letter(14, "Ann <ann@example.org>", "Later still", "Text."));
    held(7);
}
