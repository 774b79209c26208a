//! Holds `src/store/open.rs`, `src/store/leftovers.rs`, `src/log/file.rs`, `src/config/editing.rs`, `src/store/sending_lock.rs`: what somebody else
//! may have left where tidebox writes, and who may read what it wrote (rows F01 and F02).

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::pty::{self, Terminal};
use crate::support::{Home, Ran, letter};

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

fn home() -> Home {
    let home = Home::new();
    home.deliver("Maildir", "1.p", &letter(1, "Ann <ann@example.org>", "Matter 1", "Text."));
    home
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Everything that tidebox writes, under a umask that hides nothing.
#[test]
fn nobody_else_can_read_what_is_written_whatever_the_umask() {
    let home = home();
    let open = |at: &str, arguments: &[&str]| -> Ran {
        let mut command = Command::new("sh");
        command.args(["-c", "umask 0; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_tidebox"), "--store", "data/deep/t.db"]);
        command.args(arguments).current_dir(home.path("")).env_clear().envs(home.environment(at));
        crate::support::ran(&command.stdin(Stdio::null()).output().unwrap())
    };
    for (at, arguments) in [
        (EARLY, &["add", "Maildir"][..]),
        (OPEN, &["begin"]),
        (OPEN, &["backup", "data/copy.db"]),
        (OPEN, &["export", "--output", "data/all.mbox"]),
    ] {
        let ran = open(at, arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.err);
    }
    let mut seen = 0;
    let mut folders = vec![home.path("data")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            let expected = if entry.path().is_dir() { 0o700 } else { 0o600 };
            assert_eq!(mode, expected, "{}", entry.path().display());
            seen += 1;
            if entry.path().is_dir() {
                folders.push(entry.path());
            }
        }
    }
    assert_eq!(seen, 4, "the folder, the store, the copy and the export");
}

#[test]
fn the_settings_are_written_for_their_owner_alone() {
    let home = home();
    let script = "umask 0; exec \"$0\"";
    let mut command = pty::command(&home, EARLY, ["sh", "-c", script, env!("CARGO_BIN_EXE_tidebox")]);
    command.env("TIDEBOX_CONFIG", "");
    command.env("XDG_CONFIG_HOME", home.path("new/config"));
    let mut terminal = Terminal::spawn(command, 100, 30);
    terminal.wait("settings file");
    terminal.keys("w");
    let written = home.path("new/config/tidebox/config.toml");
    terminal.wait_until("the settings", |_| written.exists());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&written), 0o600);
    assert_eq!(mode(written.parent().unwrap()), 0o700);
    let left: Vec<_> = fs::read_dir(written.parent().unwrap()).unwrap().flatten().map(|it| it.file_name()).collect();
    assert_eq!(left, ["config.toml"], "nothing is left beside it");
}

/// A link or a pipe where the store, its log, a backup or an export would be: refused with a word, and what the link
/// leads to is left as it was.
#[test]
fn links_and_pipes_in_the_way_are_refused() {
    let home = home();
    home.json(EARLY, &["add", "Maildir"]);
    let victim = home.write("victim", "important");
    let refused = |arguments: &[&str], word: &str| {
        let ran = home.run(OPEN, arguments);
        assert!(ran.code == 1 || ran.code == 2, "{arguments:?}: {ran:?}");
        assert!(ran.err.contains(word), "{arguments:?}: {}", ran.err);
        assert_eq!(fs::read_to_string(&victim).unwrap(), "important", "{arguments:?}");
    };
    symlink(&victim, home.path("link")).unwrap();
    symlink(home.path("nowhere"), home.path("dangling")).unwrap();
    pipe(&home.path("pipe"));
    for place in ["link", "dangling", "pipe"] {
        refused(&["backup", place], "does not exist yet");
        refused(&["export", "--output", place], place);
    }
    refused(&["--store", "pipe", "status"], "not a store");
    refused(&["--store", "link", "status"], "not a store");
    refused(&["--store", "dangling", "add", "Maildir"], "dangling");
    assert!(!home.path("nowhere").exists(), "nothing was made at the end of a link");
    for ending in ["-wal", "-shm", "-journal"] {
        let beside = home.path(&format!("tidebox.db{ending}"));
        symlink(&victim, &beside).unwrap();
        refused(&["search", "matter"], "no plain file");
        fs::remove_file(&beside).unwrap();
        pipe(&beside);
        refused(&["decide", "done", "1"], "no plain file");
        fs::remove_file(&beside).unwrap();
    }
    assert_eq!(home.json(OPEN, &["begin"]).len(), 1, "and all is well without them");
}

/// The same in the place of the lock of whoever sends: nothing leaves without the
/// lock, nothing is followed or waited for, and what was due leaves once the place is free.
#[test]
fn nothing_leaves_while_something_is_in_the_place_of_its_lock() {
    let home = home();
    let identity = "[[identity]]\naddress = \"me@example.org\"\nsent_copy = \"none\"\n\
                    send = { command = \"sh -c 'cat >> sent'\" }\n";
    home.write("config.toml", format!("{}\n{identity}", crate::support::CONFIG));
    home.json(EARLY, &["add", "Maildir"]);
    let victim = home.write("victim", "important");
    let place = home.path("tidebox.db-sending");
    let compose = ["compose", "--to", "ann@example.org", "--subject", "s", "--leaves", "now", "--body", "-"];
    for plant in [|victim: &Path, place: &Path| symlink(victim, place).unwrap(), |_: &Path, place: &Path| pipe(place)] {
        let _ = fs::remove_file(&place);
        plant(&victim, &place);
        home.run_with(OPEN, &compose, b"Yes.\n");
        let ran = home.run(OPEN, &["sync"]);
        assert!(ran.code == 1 && ran.err.contains("tidebox.db-sending"), "{ran:?}");
        assert_eq!(fs::read_to_string(&victim).unwrap(), "important");
        assert!(!home.path("sent").exists(), "nothing has left");
    }
    fs::remove_file(&place).unwrap();
    assert_eq!(home.json(OPEN, &["sync"])[0]["sending"]["sent"], 2);
    let sent = fs::read_to_string(home.path("sent")).unwrap();
    assert_eq!(sent.matches("Message-ID:").count(), 2, "{sent}");
}

/// A store behind a link works, and its log lies beside the file itself.
#[test]
fn a_store_may_be_reached_by_a_link() {
    let home = home();
    fs::create_dir(home.path("disk")).unwrap();
    home.json(EARLY, &["--store", "disk/real.db", "add", "Maildir"]);
    symlink(home.path("disk/real.db"), home.store()).unwrap();
    assert_eq!(home.json(OPEN, &["begin"]).len(), 1);
    assert_eq!(home.json(OPEN, &["--store", "disk/real.db", "queue"]).len(), 1);
}

/// A configuration that is a pipe would be waited for, and one that is a folder or locked up can't be read.
#[test]
fn a_configuration_that_is_no_file_is_said_at_once() {
    let home = home();
    pipe(&home.path("pipe"));
    fs::create_dir(home.path("folder")).unwrap();
    home.write("large.toml", "# x\n".repeat(2_500_000));
    for (place, word) in
        [("pipe", "pipe"), ("folder", "director"), ("nowhere.toml", "No such file"), ("large.toml", "larger")]
    {
        let ran = home.run(OPEN, &["--config", place, "status"]);
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(ran.err.contains(place) && ran.err.contains(word) && ran.err.lines().count() >= 2, "{}", ran.err);
    }
}
