//! The screen on a real terminal, under strace: killed and refused at each call while keys are pressed.

use std::time::Duration;

use tidebox::clock::Stopwatch;

use super::commands::OPEN;
use super::strace::{Fate, words};
use super::tell;
use crate::support::pty::{self, Terminal};
use crate::support::{Home, letter};

const LETTERS: u32 = 8;
/// Decisions, one undo among them; after each the screen says how many are decided.
const KEYS: [(&str, u32); 7] = [("a", 1), ("d", 2), ("u", 1), ("!", 2), ("a", 3), ("x", 3), ("a", 4)];

fn home() -> Home {
    let home = Home::new();
    for number in 0..LETTERS {
        home.deliver(
            "Maildir",
            &format!("{number}.s"),
            &letter(number, "Ann <ann@example.org>", &format!("Matter {number}"), "Text."),
        );
    }
    home.json(super::commands::EARLY, &["add", "Maildir"]);
    home.json(OPEN, &["begin"]);
    home
}

fn open(
    home: &Home,
    arguments: &[&str],
    environment: &[(&str, &str)],
    call: &str,
    number: u32,
    fate: Fate,
) -> Terminal {
    let words = words(call, number, fate);
    let mut command = pty::command(home, OPEN, words);
    command.arg(crate::support::program());
    command.args(arguments);
    for (name, value) in environment {
        command.env(name, value);
    }
    Terminal::spawn(command, 120, 36)
}

/// What came of waiting.
#[derive(PartialEq)]
enum Came {
    Seen,
    Ended,
}

/// Until the screen says one of these, or the program is gone.
#[track_caller]
fn wait(terminal: &mut Terminal, point: &str, words: &[&str]) -> Came {
    let watch = Stopwatch::start();
    loop {
        let text = terminal.text();
        if words.iter().any(|word| text.contains(word)) {
            return Came::Seen;
        }
        if terminal.is_gone() {
            return Came::Ended;
        }
        assert!(
            watch.elapsed() < Duration::from_secs(30),
            "{point}: waited in vain for {words:?}; the screen says:\n{text}"
        );
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// How many are decided, as the store knows it.
fn decided(home: &Home) -> u32 {
    let queue = home.json(OPEN, &["queue"]);
    u32::try_from(queue.iter().filter(|one| one["verdict"].is_string()).count()).unwrap()
}

#[track_caller]
fn assert_whole(home: &Home, point: &str) {
    let check = home.run(OPEN, &["check", "--store-too"]);
    assert_eq!(check.code, 0, "{point}: {}{}", check.out, check.err);
}

/// Whatever was on the screen when it was killed is in the store; one key more may be, which nobody had seen yet.
pub fn killed() -> u32 {
    let mut total = 0;
    for call in ["pwrite64", "fsync", "write", "openat"] {
        let mut number = 0;
        loop {
            number += 1;
            let home = home();
            let point = format!("killed at {call} {number}");
            let mut terminal = open(&home, &[], &[], call, number, Fate::Kill);
            let (mut shown, mut next) = (0, 0);
            let mut gone = wait(&mut terminal, &point, &["Matter 0"]) == Came::Ended;
            for (key, count) in KEYS {
                if gone {
                    break;
                }
                next = count;
                terminal.keys(key);
                gone = wait(&mut terminal, &point, &[&format!("{count} of {LETTERS}")]) == Came::Ended;
                if !gone {
                    shown = count;
                }
            }
            if !gone {
                terminal.keys("\x03");
                terminal.ended();
            }
            let kept = decided(&home);
            assert!(
                kept == shown || gone && kept == next,
                "{point}: {shown} were shown, {next} asked for, {kept} kept"
            );
            assert_whole(&home, &point);
            assert_eq!(home.run(OPEN, &["commit"]).code, 0, "{point}");
            if !gone {
                break;
            }
        }
        tell(&format!("keys, {call}"), number - 1, 0);
        total += number - 1;
    }
    assert!(total > 10, "only {total} points were met");
    total
}

/// A decision that could not be kept is taken back on the screen, with a sentence; the others stand.
pub fn refused() -> u32 {
    let mut total = 0;
    for (call, fate) in [
        ("pwrite64", Fate::Error("ENOSPC")),
        ("pwrite64", Fate::Error("EIO")),
        ("pwrite64", Fate::ErrorsOn("ENOSPC")),
        ("fsync", Fate::Error("EIO")),
    ] {
        let (mut told, mut quiet, mut number) = (0, 0, 0);
        while quiet < 24 {
            number += 1;
            let home = home();
            let point = format!("{fate:?} at {call} {number}");
            let mut terminal = open(&home, &[], &[], call, number, fate);
            let mut noticed = false;
            // Where the batch itself cannot be gone back to, that is said at the door.
            if wait(&mut terminal, &point, &["Matter 0", "disk"]) == Came::Seen {
                let opened = terminal.text().contains("Matter 0");
                let mut shown = 0;
                while opened && shown < 3 {
                    terminal.keys("a");
                    let one_more = format!("{} of {LETTERS}", shown + 1);
                    wait(&mut terminal, &point, &[&one_more, "disk"]);
                    let text = terminal.text();
                    if text.contains("disk") {
                        noticed = true;
                        assert!(text.contains(&format!("{shown} of {LETTERS}")), "{point}: {text}");
                        if matches!(fate, Fate::ErrorsOn(_)) {
                            break;
                        }
                        terminal.keys("k");
                        terminal.wait_gone("disk");
                    } else {
                        shown += 1;
                    }
                }
                terminal.keys("\x03");
                terminal.ended();
                assert_eq!(decided(&home), shown, "{point}: what was shown and what is there");
            } else {
                // It could not even open: said on standard error, which is this terminal.
                noticed = true;
                terminal.wait("disk");
            }
            assert_whole(&home, &point);
            told += u32::from(noticed);
            quiet = if noticed { 0 } else { quiet + 1 };
        }
        assert!(told > 0, "{fate:?} at {call}: no error was ever told");
        tell(&format!("keys, {call} {fate:?}"), number, told);
        total += number;
    }
    total
}

/// The settings are there whole or not at all, and a mailbox is in them or is not.
pub fn settings() -> u32 {
    let mut total = 0;
    for (call, fate) in [
        ("openat", Fate::Kill),
        ("write", Fate::Kill),
        ("fsync", Fate::Kill),
        ("renameat2", Fate::Kill),
        ("write", Fate::Error("ENOSPC")),
        ("fsync", Fate::Error("EIO")),
        ("renameat2", Fate::Error("EIO")),
    ] {
        let mut number = 0;
        loop {
            number += 1;
            let home = Home::new();
            home.deliver("Maildir", "1.s", &letter(1, "Ann <ann@example.org>", "Matter 1", "Text."));
            let folder = home.path("settings").display().to_string();
            let environment = [("TIDEBOX_CONFIG", ""), ("XDG_CONFIG_HOME", folder.as_str())];
            let point = format!("{fate:?} at {call} {number}");
            let mut terminal = open(&home, &[], &environment, call, number, fate);
            let mut gone = wait(&mut terminal, &point, &["maildir"]) == Came::Ended;
            for (key, words) in [("1", ["Added", "taken in", "annot"]), ("w", ["already", "config.toml", "annot"])] {
                if !gone {
                    terminal.keys(key);
                    gone = wait(&mut terminal, &point, &words) == Came::Ended;
                }
            }
            if !gone {
                terminal.keys("\x03");
                terminal.ended();
            }
            let written = home.path("settings/tidebox/config.toml");
            if written.exists() {
                let read = home.run(OPEN, &["--config", &written.display().to_string(), "checkins"]);
                assert_eq!(read.code, 0, "{point}: {}", read.err);
                let text = std::fs::read_to_string(&written).unwrap();
                assert!(text.len() > 1_000, "{point}: half of the settings");
            }
            // Errors end nothing: past the number of calls that one run makes, nothing more is met.
            if fate == Fate::Kill && !gone || fate != Fate::Kill && number > 40 {
                break;
            }
        }
        tell(&format!("settings, {call} {fate:?}"), number - 1, 0);
        total += number - 1;
    }
    total
}
