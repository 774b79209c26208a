//! Holds `src/cli/init.rs`, `src/cli/demo.rs`, `src/cli/begin.rs`, `src/ui/screens/welcome.rs`, `src/job/sample`: the first minute, on a machine without any configuration.

use portable_pty::CommandBuilder;

use crate::support::pty::Terminal;
use crate::support::{Home, letter};

fn fresh(home: &Home, arguments: &[&str], columns: u16, rows: u16) -> Terminal {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_tidebox"));
    command.env_clear();
    command.env("HOME", home.path("home").display().to_string());
    command.env("PATH", std::env::var("PATH").unwrap());
    command.env("TERM", "xterm-256color");
    command.args(arguments);
    command.cwd(home.path(""));
    Terminal::spawn(command, columns, rows)
}

#[test]
fn the_first_screen_says_what_this_is_and_shows_the_way() {
    let home = Home::new();
    home.deliver("home/Maildir", "1.f", &letter(1, "Ann <ann@example.org>", "Hello", "You."));
    for (columns, rows) in [(120, 36), (80, 24)] {
        let mut terminal = fresh(&home, &[], columns, rows);
        let screen = terminal.wait("Maildir");
        assert!(screen.contains("check-ins"), "{screen}");
        assert!(screen.contains("10:00 and 16:00"), "{screen}");
        terminal.keys("\x03");
        assert_eq!(terminal.ended(), 0);
        assert!(terminal.given_back());
        std::fs::remove_dir_all(home.path("home/.local")).unwrap();
    }
}

#[test]
fn a_mailbox_is_added_and_the_settings_are_written() {
    let home = Home::new();
    home.deliver("home/Maildir", "1.f", &letter(1, "Ann <ann@example.org>", "Hello", "You."));
    let mut terminal = fresh(&home, &[], 100, 30);
    terminal.wait("Maildir");
    terminal.keys("1");
    terminal.wait("added");
    terminal.keys("\r");
    terminal.wait("?");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    let config = std::fs::read_to_string(home.path("home/.config/tidebox/config.toml")).unwrap();
    assert!(config.contains("kind = \"maildir\""), "{config}");
    assert!(home.path("home/.local/share/tidebox/tidebox.db").exists());
    // From now on the screen begins at the door.
    let mut terminal = fresh(&home, &[], 100, 30);
    let screen = terminal.wait_until("a door", |text| text.contains(':') && text.contains("help"));
    assert!(!screen.contains("added"), "{screen}");
}

#[test]
fn the_demo_follows_from_the_first_screen() {
    let home = Home::new();
    std::fs::create_dir_all(home.path("home")).unwrap();
    let mut terminal = fresh(&home, &[], 100, 30);
    terminal.wait("sample messages");
    terminal.keys("t");
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("carried over");
    terminal.keys("\x03");
    assert_eq!(terminal.ended(), 0, "ctrl-c is out, also here");
}

/// Without a source and a message the first screen comes again, whatever was pressed before.
#[test]
fn the_first_screen_stays_until_there_is_mail() {
    let home = Home::new();
    std::fs::create_dir_all(home.path("home")).unwrap();
    for keys in ["q", "\rq", "w\x03", "\x03", "\r\rqq"] {
        let mut terminal = fresh(&home, &[], 100, 30);
        terminal.wait("sample messages");
        for key in keys.chars() {
            terminal.keys(&key.to_string());
            Terminal::pause();
        }
        assert_eq!(terminal.ended(), 0, "{keys:?}");
    }
    assert!(home.path("home/.config/tidebox/config.toml").exists(), "the settings were written meanwhile");
    let mut terminal = fresh(&home, &[], 100, 30);
    terminal.wait("sample messages");
}

/// The theme and the keys of the named file are used, its mistakes are told, and a named store is made and never filled twice.
#[test]
fn the_demo_looks_as_the_named_settings_say_and_its_store_is_where_it_is_named() {
    let at = "2026-11-23T10:05:00+01:00";
    let home = Home::new();
    home.write(
        "look.toml",
        "mouse = false\n[[source]]\nname = \"mine\"\nkind = \"mbox\"\npath = \"/nowhere\"\n[keys]\npreset = \"mutt\"\n[theme]\nname = \"paper\"\n",
    );
    let made = &home.json(at, &["--config", "look.toml", "demo", "--folder", "shown"])[0];
    let text = std::fs::read_to_string(made["config"].as_str().unwrap()).unwrap();
    assert!(
        text.contains("preset = \"mutt\"") && text.contains("name = \"paper\"") && text.contains("mouse = false"),
        "{text}"
    );
    assert!(!text.contains("/nowhere"), "sources are the demo's own: {text}");
    assert_eq!(home.run(at, &["--config", made["config"].as_str().unwrap(), "check"]).code, 0);

    home.write("broken.toml", "comit = 1\n");
    let broken = home.run(at, &["--config", "broken.toml", "demo", "--folder", "other"]);
    assert!(broken.code == 1 && broken.err.contains("there is no key `comit`"), "{} {}", broken.code, broken.err);

    let named = &home.json(at, &["--config", "look.toml", "--store", "sample.db", "demo"])[0];
    assert_eq!(named["store"], "sample.db");
    let found = home.run(at, &["--store", "sample.db", "search", "engine"]);
    assert_eq!(found.code, 0, "{}", found.err);
    let again = home.run(at, &["--config", "look.toml", "--store", "sample.db", "demo"]);
    assert!(again.code == 2 && again.err.contains("the demo fills no store but a new one"), "{}", again.err);
}

/// On a Saturday no check-in of the default opens. The first batch has no need of one, once.
#[test]
fn a_first_batch_comes_out_at_any_hour_until_a_window_was_closed() {
    let (saturday, later) = ("2026-11-28T12:00:00+01:00", "2026-11-28T12:20:00+01:00");
    let home = Home::new();
    home.deliver("Maildir", "1.f", &letter(1, "Ann <ann@example.org>", "Hello", "You."));
    home.deliver("Maildir", "2.f", &letter(2, "rust-list <list@example.org>", "A release", "News."));
    let nothing = home.run(saturday, &["begin", "--first"]);
    assert_eq!(nothing.code, 0, "{}", nothing.err);
    assert!(nothing.out.contains("there is nothing for a first batch"), "{}", nothing.out);
    assert_eq!(home.run(saturday, &["add", "Maildir"]).code, 0);
    assert_eq!(home.run(saturday, &["begin"]).code, 3, "no check-in is open");

    let batch = home.json(saturday, &["begin", "--first"]);
    assert_eq!(batch.len(), 2, "every lane comes out");
    assert_eq!(home.json(later, &["begin", "--first"]), batch, "it is frozen, and gone on with");
    assert_eq!(home.json(later, &["begin"]), batch);
    let open = &home.json(later, &["status", "--format", "json"])[0]["open"];
    assert_eq!((&open["checkin"], &open["begun"]), (&"first batch".into(), &true.into()));
    assert_eq!(open["closes"], "2026-11-28T11:45:00Z");

    assert_eq!(home.run(later, &["commit"]).code, 0);
    let again = home.run(later, &["begin", "--first"]);
    assert_eq!(again.code, 3, "{}", again.out);
    assert!(again.err.contains("while no check-in of this store was ever closed"), "{}", again.err);
}

/// It ends as every batch does; where a check-in is open, that one is begun.
#[test]
fn a_first_batch_closes_after_its_time_and_a_check_in_that_is_open_goes_before_it() {
    let home = Home::new();
    home.deliver("Maildir", "1.f", &letter(1, "Ann <ann@example.org>", "Hello", "You."));
    assert_eq!(home.run("2026-11-28T12:00:00+01:00", &["add", "Maildir"]).code, 0);
    assert_eq!(home.json("2026-11-28T12:00:00+01:00", &["begin", "--first"]).len(), 1);
    assert!(home.run("2026-11-28T12:46:00+01:00", &["status"]).out.starts_with("The door is closed"));
    assert_eq!(home.run("2026-11-28T12:47:00+01:00", &["begin", "--first"]).code, 3);

    let home = Home::new();
    home.deliver("Maildir", "1.f", &letter(1, "Ann <ann@example.org>", "Hello", "You."));
    assert_eq!(home.run("2026-11-27T09:00:00+01:00", &["add", "Maildir"]).code, 0);
    assert_eq!(home.json("2026-11-27T10:05:00+01:00", &["begin", "--first"]).len(), 1);
    let open = &home.json("2026-11-27T10:06:00+01:00", &["status", "--format", "json"])[0]["open"];
    assert_eq!(open["checkin"], "morning");
}

#[test]
fn without_a_terminal_it_says_so() {
    let home = Home::new();
    let ran = home.run("2026-11-23T10:05:00+01:00", &[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("needs a terminal") && ran.err.contains("tidebox status"), "{}", ran.err);
}

#[test]
fn a_window_that_was_over_before_the_first_use_was_missed_by_nobody() {
    let home = Home::new();
    home.deliver("Maildir", "1.f", &letter(1, "Ann <ann@example.org>", "Hello", "You."));
    assert_eq!(home.run("2026-11-23T13:00:00+01:00", &["add", "Maildir"]).code, 0);
    let mut terminal = Terminal::open(&home, "2026-11-23T13:00:00+01:00", &[], 100, 30);
    let door = terminal.wait("16:00");
    assert!(!door.contains("missed"), "{door}");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    // The next day it is theirs to miss.
    let mut terminal = Terminal::open(&home, "2026-11-24T13:00:00+01:00", &[], 100, 30);
    terminal.wait("missed");
}

/// Its letters are invented; who looks at them all the same is nobody's business, whatever the umask.
#[cfg(unix)]
#[test]
fn the_demo_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    let mut command = std::process::Command::new("sh");
    command.env_clear().envs(home.environment("2026-11-23T10:05:00+01:00")).current_dir(home.path(""));
    let program = crate::support::program().display().to_string();
    command.args(["-c", &format!("umask 0; exec {program} --json demo --folder shown")]);
    assert!(command.output().unwrap().status.success());
    for (name, mode) in [("shown", 0o700), ("shown/Maildir", 0o700), ("shown/config.toml", 0o600)] {
        let facts = std::fs::metadata(home.path(name)).unwrap();
        assert_eq!(facts.permissions().mode() & 0o777, mode, "{name}");
    }
}
