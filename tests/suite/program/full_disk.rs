//! Holds `src/store/failure.rs`, `src/store/open.rs`, `src/store/backup.rs`, `src/session/leaving.rs`: a disk with no
//! room, met at every place of what a command writes: kills that cut a write in two, and errors.
//!
//! A file-size limit of the process is what makes it so, without any rights: the write that would pass it is done as far
//! as there is room, and then the process is killed (SIGXFSZ) or, where that is ignored, told. `scripts/faults` does the
//! same at every system call, with the errors of a full and of a broken disk.

use std::process::Stdio;

use tidebox::store::Store;

use crate::support::pty::{self, Terminal};
use crate::support::{Home, Ran, letter, lines};

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
const LETTERS: u32 = 40;

/// What happens to the write that finds no room.
#[derive(Clone, Copy, PartialEq)]
enum Room {
    Kills,
    Refuses,
}

/// Runs the program where no file may grow beyond so many blocks of 512 bytes.
fn limited(home: &Home, at: &str, arguments: &[&str], room: Room, blocks: u64) -> Ran {
    let ignore = if room == Room::Refuses { "trap '' XFSZ; " } else { "" };
    let script = format!("ulimit -c 0; {ignore}ulimit -S -f {blocks}; exec \"$0\" \"$@\"");
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_tidebox")]).args(arguments).current_dir(home.path(""));
    command.env_clear().envs(home.environment(at)).stdin(Stdio::null());
    crate::support::ran(&command.output().unwrap())
}

fn home() -> Home {
    let home = Home::new();
    for number in 0..LETTERS {
        let text = letter(number, "Ann <ann@example.org>", &format!("Matter {number}"), &"Many words. ".repeat(80));
        home.deliver("Maildir", &format!("{number}.f"), &text);
    }
    home
}

/// A word for the person: what failed, where, and what to do; and no mistake of ours.
#[track_caller]
fn assert_told(ran: &Ran) {
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("tidebox.db") || ran.err.contains("tidebox-new"), "{}", ran.err);
    assert!(ran.err.lines().count() >= 2 && ran.err.contains("disk"), "it says what to do: {}", ran.err);
    assert!(!ran.err.contains("mistake of tidebox"), "{}", ran.err);
}

#[test]
fn taking_in_can_be_cut_anywhere_and_is_finished_the_next_time() {
    let golden = home();
    golden.json(EARLY, &["add", "Maildir"]);
    let subjects = |home: &Home| -> Vec<String> {
        home.json(OPEN, &["begin"]).iter().map(|one| format!("{} {}", one["id"], one["subject"])).collect()
    };
    let golden = subjects(&golden);
    for room in [Room::Kills, Room::Refuses] {
        let (mut met, mut blocks) = (0, 0);
        loop {
            let home = home();
            let ran = limited(&home, EARLY, &["add", "Maildir"], room, blocks);
            if ran.code == 0 {
                break;
            }
            met += 1;
            match room {
                Room::Kills => assert_eq!(ran.code, -1, "{ran:?}"),
                Room::Refuses => assert_told(&ran),
            }
            let check = home.run(EARLY, &["check", "--store-too"]);
            assert_eq!(check.code, 0, "at {blocks} blocks: {}{}", check.out, check.err);
            home.json(EARLY, &["add", "Maildir"]);
            assert_eq!(subjects(&home), golden, "at {blocks} blocks");
            blocks += 29;
        }
        assert!(met > 10, "only {met} places were met");
    }
}

#[test]
fn a_verdict_is_there_or_it_is_not_and_what_was_acknowledged_is() {
    for room in [Room::Kills, Room::Refuses] {
        let home = home();
        home.json(EARLY, &["add", "Maildir"]);
        let batch = home.json(OPEN, &["begin"]);
        // While somebody has the store open its log stays, and grows from verdict to verdict.
        let store = Store::open(&home.store()).unwrap();
        let (mut met, mut kept, mut more) = (0, 0, 0);
        for message in &batch {
            let length = std::fs::metadata(home.path("tidebox.db-wal")).map_or(0, |log| log.len());
            let id = message["id"].to_string();
            let ran = limited(&home, OPEN, &["--json", "decide", "done", &id], room, length / 512 + more);
            let queue = home.json(OPEN, &["queue"]);
            let verdict = &queue.iter().find(|one| one["id"] == message["id"]).unwrap()["verdict"];
            if ran.code == 0 {
                assert_eq!(
                    (verdict.as_str(), lines(&ran.out)[0]["changed"][0].as_i64()),
                    (Some("done"), message["id"].as_i64())
                );
                kept += 1;
                more = 0;
            } else {
                // Killed after its last write it would be there, and nobody was told.
                if room == Room::Refuses {
                    assert!(verdict.is_null(), "{queue:?}");
                    assert!(ran.err.contains("\"hint\":"), "{}", ran.err);
                }
                met += 1;
                more += 3;
            }
        }
        assert!(met > 10 && kept > 0, "{met} places were met, {kept} verdicts kept");
        assert_eq!(store.verify().unwrap(), Vec::<String>::new());
        assert_eq!(home.run(OPEN, &["commit"]).code, 0);
    }
}

/// The screen takes back what could not be kept, says so, and goes on when there is room.
#[cfg(target_os = "linux")]
#[test]
fn the_screen_takes_back_what_could_not_be_kept() {
    let home = home();
    home.json(EARLY, &["add", "Maildir"]);
    let words = ["sh", "-c", "trap '' XFSZ; exec \"$0\"", env!("CARGO_BIN_EXE_tidebox")];
    let command = pty::command(&home, OPEN, words);
    let mut terminal = Terminal::spawn(command, 120, 36);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("Matter 0");
    terminal.keys("a");
    terminal.wait("1 of 40");
    let room = |terminal: &Terminal, bytes: &str| {
        let process = terminal.process().to_string();
        let limit = format!("--fsize={bytes}:");
        let done = std::process::Command::new("prlimit").args(["--pid", &process, &limit]).status();
        assert!(done.expect("prlimit is a part of util-linux").success());
    };
    room(&terminal, "512");
    for key in ["a", "d", "u"] {
        terminal.keys(key);
        let screen = terminal.wait("disk");
        assert!(screen.contains("1 of 40"), "after {key}: {screen}");
        // The next key takes the word away.
        terminal.keys("j");
        terminal.wait_gone("disk");
    }
    room(&terminal, "unlimited");
    terminal.keys("d");
    terminal.wait("2 of 40");
    terminal.keys("u");
    terminal.wait("1 of 40");
    terminal.keys("\x03");
    assert_eq!(terminal.ended(), 0);
    let verdicts: Vec<_> =
        home.json(OPEN, &["queue"]).iter().filter_map(|one| one["verdict"].as_str().map(str::to_owned)).collect();
    assert_eq!(verdicts, ["done"]);
}

/// A listing into a full disk is no listing.
#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let home = home();
    home.json(EARLY, &["add", "Maildir"]);
    home.json(OPEN, &["begin"]);
    for arguments in [&["queue"][..], &["--json", "queue"], &["export"], &["checkins"], &["status"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let done = home.command(OPEN, arguments).stdout(full).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains("No space left"), "{arguments:?}: {said}");
    }
    let cut = limited(&home, OPEN, &["export", "--output", "all.mbox"], Room::Refuses, 80);
    assert_eq!(cut.code, 1);
    assert!(cut.err.contains("all.mbox") && !home.path("all.mbox").exists(), "{}", cut.err);
}
