//! Holds `src/store/open.rs`, `src/store/connection.rs`, `src/store/failure.rs`: a store that may be read and not
//! written to: reading goes on, and what needs writing says so.

#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::support::pty::Terminal;
use crate::support::{Home, Ran, lines};
use tidebox::domain::source_type::SourceType;

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
const LATER: &str = "2026-11-23T12:00:00+01:00";

/// Somebody without rights: ourselves where we have none, else `nobody`, whom no rule lets pass as it lets the
/// superuser. That one needs the program where it may be reached.
struct Reader {
    program: PathBuf,
    drop: bool,
    _folder: tempfile::TempDir,
}

impl Reader {
    fn new(home: &Home) -> Self {
        let folder = tempfile::tempdir().unwrap();
        open_to_all(folder.path(), 0o755);
        let program = folder.path().join("tidebox");
        fs::copy(env!("CARGO_BIN_EXE_tidebox"), &program).unwrap();
        open_to_all(&program, 0o755);
        let drop = fs::write(home.path("locked/probe"), "x").is_ok();
        let _ = fs::remove_file(home.path("locked/probe"));
        Self { program, drop, _folder: folder }
    }

    fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        if self.drop {
            // A part of util-linux.
            words.extend(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"].map(str::to_owned));
        }
        words.push(self.program.display().to_string());
        words
    }

    fn run(&self, home: &Home, at: &str, arguments: &[&str]) -> Ran {
        let words = self.words();
        let mut command = std::process::Command::new(&words[0]);
        command.args(&words[1..]).args(arguments).current_dir(home.path(""));
        command.env_clear().envs(environment(home, at)).stdin(Stdio::null());
        crate::support::ran(&command.output().unwrap())
    }
}

fn environment(home: &Home, at: &str) -> Vec<(&'static str, String)> {
    let mut all = home.environment(at);
    all.retain(|(name, _)| *name != "TIDEBOX_STORE");
    all.push(("TIDEBOX_STORE", home.path("locked/tide box%?.db").display().to_string()));
    all
}

fn open_to_all(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A batch that was begun, in a folder that is then locked.
fn home() -> Home {
    let home = Home::new();
    open_to_all(&home.path(""), 0o755);
    home.deliver_matters(3);
    fs::create_dir(home.path("locked")).unwrap();
    for (at, arguments) in [(EARLY, &["add", "Maildir"][..]), (OPEN, &["begin"]), (OPEN, &["search", "matter"])] {
        let done = home.command(at, arguments).envs(environment(&home, at)).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    lock(&home, true);
    home
}

fn lock(home: &Home, shut: bool) {
    for entry in fs::read_dir(home.path("locked")).unwrap().flatten() {
        open_to_all(&entry.path(), if shut { 0o444 } else { 0o644 });
    }
    open_to_all(&home.path("locked"), if shut { 0o555 } else { 0o755 });
}

#[test]
fn reading_goes_on_and_writing_says_why_it_cannot() {
    let home = home();
    let reader = Reader::new(&home);
    let before = fs::read(home.path("locked/tide box%?.db")).unwrap();
    for at in [OPEN, LATER] {
        for arguments in [&["queue"][..], &["search", "matter"], &["export"], &["--json", "status"]] {
            let ran = reader.run(&home, at, arguments);
            assert_eq!(ran.code, 0, "{at} {arguments:?}: {}", ran.err);
        }
        let checked = reader.run(&home, at, &["check", "--store-too"]);
        assert_eq!(checked.code, 1, "nothing can be decided: {}", checked.out);
        assert!(checked.err.contains("1 problem found") && checked.err.contains("cannot be written to"), "{checked:?}");
        assert!(checked.out.contains("whole (every page, rule and original)"), "{}", checked.out);
    }
    let found = lines(&reader.run(&home, OPEN, &["--json", "search", "matter"]).out);
    assert_eq!(found.len(), 3);
    let id = found[0]["id"].to_string();
    assert!(reader.run(&home, OPEN, &["show", &id]).out.contains("Text."));
    for arguments in [&["decide", "done", &id][..], &["commit"], &["undo"], &["add", "Maildir"], &["peek", "why"]] {
        let ran = reader.run(&home, OPEN, arguments);
        assert!(ran.code == 1 || ran.code == 2, "{arguments:?}: {ran:?}");
        assert!(!ran.err.contains("mistake of tidebox"), "{arguments:?}: {}", ran.err);
    }
    let refused = reader.run(&home, OPEN, &["decide", "done", &id]);
    assert!(refused.err.contains("cannot be written to") && refused.err.contains("tide box%?.db"), "{}", refused.err);
    assert!(refused.err.contains("check that the store and its folder can be written to by you"), "{}", refused.err);
    lock(&home, false);
    assert_eq!(fs::read(home.path("locked/tide box%?.db")).unwrap(), before, "nothing was changed");
    let names: Vec<_> = fs::read_dir(home.path("locked")).unwrap().flatten().map(|it| it.file_name()).collect();
    assert_eq!(names, ["tide box%?.db"], "and nothing was left beside it");
}

#[test]
fn the_screen_opens_for_reading_and_says_that_nothing_can_be_kept() {
    let home = home();
    let reader = Reader::new(&home);
    let words = reader.words();
    let mut command = portable_pty::CommandBuilder::new(&words[0]);
    command.args(&words[1..]);
    command.env_clear();
    for (name, value) in environment(&home, OPEN) {
        command.env(name, value);
    }
    command.env("TERM", "xterm-256color");
    command.cwd(home.path(""));
    let mut terminal = Terminal::spawn(command, 120, 36);
    terminal.wait("morning");
    terminal.keys("\r");
    terminal.wait("Matter 1");
    terminal.keys("a");
    let screen = terminal.wait("cannot be written to");
    assert!(screen.contains("0 of 3"), "{screen}");
    terminal.keys("\x03");
    assert_eq!(terminal.ended(), 0);
    assert!(terminal.given_back());
    lock(&home, false);
}

/// A message, a folder and a configuration that may not be read: each is named, and the rest goes on.
#[test]
fn what_may_not_be_read_is_named_and_the_rest_goes_on() {
    let home = home();
    lock(&home, false);
    let reader = Reader::new(&home);
    let own = home.path("own");
    fs::create_dir(&own).unwrap();
    open_to_all(&own, 0o777);
    let store = own.join("t.db").display().to_string();
    let shut = home.path("Maildir/new/2.w");
    open_to_all(&shut, 0o000);
    let ran = reader.run(&home, EARLY, &["--store", &store, "--json", "add", "Maildir"]);
    let counts = &lines(&ran.out)[0];
    assert_eq!((ran.code, counts["admitted"].as_u64(), counts["failed"].as_u64()), (1, Some(2), Some(1)), "{ran:?}");
    assert!(ran.err.contains("2.w") && ran.err.contains("ermission denied"), "{}", ran.err);
    open_to_all(&shut, 0o644);
    let ran = reader.run(&home, EARLY, &["--store", &store, "--json", "add", "Maildir"]);
    assert_eq!((ran.code, lines(&ran.out)[0]["admitted"].as_u64()), (0, Some(1)), "{ran:?}");
    open_to_all(&home.path("Maildir/new"), 0o000);
    let ran = reader.run(&home, EARLY, &["--store", &store, "add", "Maildir"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("Maildir/new") && ran.err.contains("ermission denied"), "{}", ran.err);
    open_to_all(&home.path("Maildir/new"), 0o755);
    open_to_all(&home.path("config.toml"), 0o000);
    let ran = reader.run(&home, EARLY, &["status"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("config.toml") && ran.err.contains("you may read it"), "{}", ran.err);
    open_to_all(&home.path("config.toml"), 0o644);
}

/// A store with a log that was not folded in needs writing even to be read; that is said, and nothing is guessed.
#[test]
fn a_log_that_cannot_be_folded_in_is_not_read_past() {
    let home = home();
    lock(&home, false);
    let kept = rusqlite_with_log(&home);
    lock(&home, true);
    let reader = Reader::new(&home);
    let ran = reader.run(&home, OPEN, &["search", "matter"]);
    // Where SQLite may share the log's index it reads; where not, it says so. It never reads the file without the log.
    match ran.code {
        0 => assert_eq!(ran.out.lines().filter(|line| line.contains("Matter")).count(), 3, "{}", ran.out),
        code => {
            assert_eq!(code, 1, "{ran:?}");
            assert!(ran.err.contains("tide box%?.db") && ran.err.lines().count() >= 2, "{}", ran.err);
        }
    }
    lock(&home, false);
    drop(kept);
}

/// Leaves a log behind as a crash does: a copy of the files while they are open.
fn rusqlite_with_log(home: &Home) -> tempfile::TempDir {
    let aside = tempfile::tempdir().unwrap();
    let store = home.path("locked/tide box%?.db");
    let mut open = tidebox::store::Store::open(&store).unwrap();
    open.source("more", SourceType::Maildir).unwrap();
    let names: Vec<_> = fs::read_dir(home.path("locked")).unwrap().flatten().map(|it| it.file_name()).collect();
    for name in &names {
        fs::copy(home.path("locked").join(name), aside.path().join(name)).unwrap();
    }
    drop(open);
    for name in &names {
        if name.to_string_lossy().ends_with("-shm") {
            continue;
        }
        fs::copy(aside.path().join(name), home.path("locked").join(name)).unwrap();
    }
    assert!(home.path("locked/tide box%?.db-wal").exists());
    aside
}
