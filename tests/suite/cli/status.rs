//! Holds `src/cli/status.rs`, `src/job/door.rs`: `tidebox status` for people, scripts and status lines.

use std::process::Command;

use crate::support::pty::{self, Terminal};
use crate::support::running::{Running, wait_until};
use crate::support::{CONFIG, Home, letter};

const CLOSED: &str = "2026-11-23T12:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

fn home() -> Home {
    let home = Home::new();
    home.write("config.toml", CONFIG.replace("\"afternoon\"", "\"R&D <#[bold]>\""));
    home.deliver("Maildir", "1.w", &letter(1, "Ann <ann@example.org>", "Matter 1", "Text."));
    home.json(CLOSED, &["add", "Maildir"]);
    home
}

fn said(home: &Home, at: &str, arguments: &[&str]) -> String {
    let mut all = vec!["status"];
    all.extend(arguments);
    let ran = home.run(at, &all);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    ran.out
}

#[test]
fn each_reader_gets_it_in_its_own_way_and_counts_only_when_asked_for() {
    let home = home();
    for (at, format, expected) in
        [(CLOSED, "tmux", "16:00\n"), (CLOSED, "starship", "16:00\n"), (OPEN, "tmux", "morning until 10:45\n")]
    {
        assert_eq!(said(&home, at, &["--format", format]), expected, "{format} {at}");
    }
    assert_eq!(said(&home, CLOSED, &["--format", "tmux", "--counts"]), "16:00 (1)\n");
    let plain = said(&home, CLOSED, &[]);
    assert_eq!(
        plain,
        "The door is closed until today 16:00: the R&D <#[bold]> check-in. The watch is not running: nothing is read until \
         you open tidebox or run `tidebox sync`.\n"
    );
    assert!(said(&home, CLOSED, &["--counts"]).contains(" 1 message is held. "));
    // A name of the settings is no markup for waybar, and no style for tmux.
    let open = "2026-11-23T16:05:00+01:00";
    let waybar: serde_json::Value = serde_json::from_str(&said(&home, open, &["--format", "waybar"])).unwrap();
    assert_eq!(waybar["text"], "R&amp;D &lt;#[bold]&gt; until 16:45");
    assert_eq!((&waybar["class"], &waybar["alt"]), (&"open".into(), &"open".into()));
    assert_eq!(said(&home, open, &["--format", "tmux"]), "R&D <##[bold]> until 16:45\n");
    assert_eq!(said(&home, open, &["--format", "starship"]), "R&D <#[bold]> until 16:45\n");
    let json = &home.json(CLOSED, &["status"])[0];
    assert_eq!((json.get("held"), &json["watch"]["running"]), (None, &false.into()));
    assert_eq!(home.json(CLOSED, &["status", "--counts"])[0]["held"], 1);
}

#[test]
fn a_prompt_stays_as_it_is_where_no_check_in_is_set() {
    let home = Home::new();
    home.write("config.toml", "timezone = \"UTC\"\naway = [\"2026-01-01..2036-12-31\"]\n");
    assert_eq!(said(&home, CLOSED, &["--format", "starship"]), "");
}

#[test]
fn it_says_whether_a_watch_runs() {
    let home = home();
    let watch = Running::watch(&home, CLOSED);
    wait_until("it says that one runs", || said(&home, CLOSED, &[]).ends_with(" The watch is running.\n"));
    let json = &home.json(CLOSED, &["status"])[0]["watch"];
    assert_eq!((&json["running"], &json["process"]), (&true.into(), &watch.process().into()));
}

/// As `docs/status.md` shows it.
#[test]
fn tmux_shows_it() {
    let home = home();
    if Command::new("tmux").arg("-V").output().is_err() {
        eprintln!("tmux is not here: its status line was not tried");
        return;
    }
    let program = crate::support::program().display().to_string();
    let settings = format!("set -g status-right \"#('{program}' status --format tmux)\"\nset -g status-interval 15\n");
    let settings = home.write("tmux.conf", settings);
    let mut command = pty::command(&home, CLOSED, ["tmux"]);
    command.arg("-S");
    command.arg(home.path("socket"));
    command.arg("-f");
    command.arg(settings);
    command.args(["new-session", "sleep 60"]);
    let mut terminal = Terminal::spawn(command, 100, 10);
    terminal.wait_until("the time of the next check-in", |text| text.trim_end().ends_with("16:00"));
    let stopped = Command::new("tmux").arg("-S").arg(home.path("socket")).arg("kill-server").status().unwrap();
    assert!(stopped.success());
}
