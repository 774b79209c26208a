//! Holds `src/cli/complete.rs`, `src/cli/complete/people.rs`, `src/cli/completion`, `src/store/completing.rs`: what can be typed is offered in bash, zsh and
//! fish, each of which runs here; what is held never is, and a store that is locked or absent only makes the offer shorter.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use crate::support::pty::{Terminal, command};
use crate::support::{CONFIG, Home, letter, program, ran};

const CLOSED: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
const MORE: &str = "\n[[checkin]]\nname = \"reading hour\"\ndays = \"sun\"\nat = \"17:00\"\nfor = \"1h\"\n\
                    [[lane]]\nname = \"people\"\n[[exception]]\nname = \"family\"\nmatch = \"subject:urgent\"\n";
/// A subject that a shell would obey if it read it as its own language.
const ODD: &str = "%F $(touch made) `touch made` 'q' \"q\" : a";

/// A home with `tidebox` on its path and these letters, of which "urgent" ones came through.
fn home(subjects: &[&str]) -> Home {
    let home = Home::new();
    home.write("config.toml", format!("{CONFIG}{MORE}"));
    for (number, subject) in (1..).zip(subjects) {
        home.deliver("Maildir", &format!("{number}.s"), &letter(number, "Ann <ann@example.org>", subject, "Text."));
    }
    assert_eq!(home.run(CLOSED, &["add", "Maildir"]).code, 0);
    home.write("bin/README", "");
    symlink(program(), home.path("bin/tidebox")).unwrap();
    for (shell, file) in [("bash", "tidebox.bash"), ("zsh", "_tidebox"), ("fish", "tidebox.fish")] {
        home.write(file, home.run(CLOSED, &["completions", shell]).out);
    }
    home
}

fn path(home: &Home) -> String {
    format!("{}:{}", home.path("bin").display(), std::env::var("PATH").unwrap_or_default())
}

/// The values that are offered for the last of these words.
fn offered(home: &Home, at: &str, words: &[&str]) -> Vec<String> {
    let done = home.run(at, &[&["complete", "--"], words].concat());
    assert_eq!((done.code, done.err.as_str()), (0, ""), "{words:?}");
    done.out.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect()
}

fn ids(home: &Home, at: &str, arguments: &[&str]) -> Vec<String> {
    home.json(at, arguments).iter().map(|message| message["id"].to_string()).collect()
}

/// Whether a shell is there; where it is not, the test shows nothing and says so, unless it is insisted on.
fn is_there(shell: &str) -> bool {
    if Command::new(shell).arg("--version").stdout(Stdio::null()).status().is_ok() {
        return true;
    }
    let required = std::env::var_os("TIDEBOX_SHELLS").is_some_and(|word| word == "required");
    assert!(!required, "{shell} is not installed");
    eprintln!("{shell} is not installed: this test shows nothing");
    false
}

#[test]
fn each_argument_is_offered_what_it_takes() {
    let home = home(&["one", "two", "urgent three"]);
    let through = ids(&home, CLOSED, &["queue", "--exceptions"]);
    assert_eq!(offered(&home, CLOSED, &["decide", "done", ""]), through, "held messages are not offered");
    let batch = ids(&home, OPEN, &["begin"]);
    assert_eq!(offered(&home, OPEN, &["decide", "done", ""]), batch);
    assert_eq!(offered(&home, OPEN, &["decide", "done", &batch[0], ""]), batch[1..], "each once");
    assert_eq!(offered(&home, OPEN, &["decide", "d"]), ["done", "defer"]);
    assert_eq!(offered(&home, OPEN, &["show", &batch[1][..batch[1].len() - 1]]).len(), 1, "by their beginning");
    home.json(OPEN, &["decide", "defer", "--to", "tomorrow", &batch[0]]);
    home.json(OPEN, &["decide", "mute", &batch[1]]);
    home.json(OPEN, &["commit"]);
    for (words, values) in [
        (&["wake", ""][..], &batch[..1]),
        (&["reschedule", ""], &batch[..1]),
        (&["unmute", ""], &batch[1..2]),
        (&["peek", "--show", ""], &[]),
        (&["search", &format!("id:{}", &batch[0])], &[format!("id:{}", batch[0])]),
    ] {
        assert_eq!(offered(&home, OPEN, words), values, "{words:?}");
    }
    let mut all = offered(&home, OPEN, &["reopen", ""]);
    all.reverse();
    assert_eq!(all, batch, "the newest first");
}

#[test]
fn people_are_offered_by_their_addresses_and_names_behind_the_last_comma() {
    let home = home(&["urgent one", "two"]);
    home.deliver("Maildir", "9.s", &letter(9, "Cy Doe <cy@c.example>", "urgent three", "Text."));
    home.deliver("Maildir", "10.s", &letter(10, "Hidden <hidden@h.example>", "four", "Text."));
    home.json(CLOSED, &["add", "Maildir"]);
    assert_eq!(offered(&home, CLOSED, &["compose", "--to", "h"]), [""; 0], "what is held names nobody");
    for (words, values) in [
        (&["compose", "--to", "an"][..], &["ann@example.org"][..]),
        (&["compose", "--to", "An"], &["Ann <ann@example.org>"]),
        (&["compose", "--cc=Cy"], &["--cc=Cy Doe <cy@c.example>"]),
        (&["forward", "1", "--to", "cy@c.example, ann"], &["cy@c.example, ann@example.org"]),
        (&["compose", "--bcc", "Doe"], &[]),
    ] {
        assert_eq!(offered(&home, CLOSED, words), values, "{words:?}");
    }
    let mut all = offered(&home, CLOSED, &["compose", "--to", ""]);
    all.sort();
    assert_eq!(all, ["ann@example.org", "cy@c.example"]);
    home.json(OPEN, &["begin"]);
    assert_eq!(offered(&home, OPEN, &["compose", "--to", "h"]), ["hidden@h.example"]);
}

#[test]
fn names_of_the_settings_are_offered() {
    let home = home(&["one"]);
    let when = offered(&home, CLOSED, &["decide", "defer", "--to", ""]);
    for name in ["next", "tomorrow", "week", "2", "9", "morning", "afternoon", "reading hour"] {
        assert!(when.iter().any(|value| value == name), "{name}: {when:?}");
    }
    for (words, values) in [
        (&["decide", "defer", "--to=t"][..], &["--to=tomorrow"][..]),
        (&["reschedule", "1", "--to", "r"], &["reading hour"]),
        (&["search", "lane:p"], &["lane:people"]),
        (&["search", "-sub"], &[]),
        (&["search", "--", "-sub"], &["-subject:"]),
        (&["search", "source:"], &["source:Maildir"]),
        (&["add", "--source", "M"], &["Maildir"]),
        (&["account", "folders", ""], &["Maildir"]),
        (&["account", "add", "--provider", "Fastm"], &["Fastmail"]),
        (&["status", "--format", "t"], &["tmux"]),
        (&["completions", "z"], &["zsh"]),
        (&["manual", "service", "in"], &["install"]),
        (&["--sto"], &["--store"]),
        (&["che"], &["checkins", "check"]),
        (&["--store", ""], &[":files"]),
        (&["demo", "--folder", ""], &[":folders"]),
        (&["complet"], &["completions"]),
    ] {
        assert_eq!(offered(&home, CLOSED, words), values, "{words:?}");
    }
    assert_eq!(offered(&home, CLOSED, &["add", ""]).first(), Some(&home.path("Maildir").display().to_string()));
    assert_eq!(offered(&home, CLOSED, &["checkins", "--from", ""])[0], "2026-11-23T10:00");
}

#[test]
fn nothing_is_made_waited_for_or_said_where_there_is_nothing_to_offer() {
    let home = home(&["urgent one"]);
    let with_store = |store: &str| offered(&home, CLOSED, &["--store", store, "show", ""]);
    assert_eq!(with_store("tidebox.db").len(), 1);
    assert!(with_store("nowhere.db").is_empty() && !home.path("nowhere.db").exists());
    assert!(with_store("config.toml").is_empty());
    assert!(offered(&home, CLOSED, &["show", "x"]).is_empty());
    assert!(offered(&home, CLOSED, &["nonsense", ""]).is_empty());
    assert_eq!(offered(&home, CLOSED, &["--config", "nowhere.toml", "show", ""]).len(), 0);
    // Somebody keeps the store to themselves.
    let mut other = Command::new("sqlite3");
    let mut other = other.arg(home.store()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let locks = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; SELECT 'locked';\n";
    other.stdin.as_mut().unwrap().write_all(locks.as_bytes()).unwrap();
    let mut said = BufReader::new(other.stdout.take().unwrap()).lines();
    assert!(said.any(|line| line.unwrap() == "locked"));
    assert!(with_store("tidebox.db").is_empty());
    drop(other.stdin.take());
    other.wait().unwrap();
    assert_eq!(with_store("tidebox.db").len(), 1);
    home.write("config.toml", "mistaken");
    assert!(offered(&home, CLOSED, &["show", ""]).is_empty());
    assert_eq!(offered(&home, CLOSED, &["decide", "do"]), ["done"], "what the program knows itself");
}

/// Calls the function as readline does: with the words as it parts them, and the part that it would replace.
fn bash(home: &Home, at: &str, words: &str, replaced: &str, kind: &str) -> String {
    let script = format!(
        "source ./tidebox.bash; COLUMNS=200; COMP_TYPE={kind}; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n\
         _tidebox tidebox {replaced} \"${{COMP_WORDS[COMP_CWORD - 1]}}\" 2>&1; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    let mut bash = Command::new("bash");
    bash.args(["-c", &script])
        .env_clear()
        .envs(home.environment(at))
        .env("PATH", path(home))
        .current_dir(home.path(""));
    let done = ran(&bash.output().unwrap());
    assert_eq!((done.code, done.err.as_str()), (0, ""), "{words}");
    done.out
}

#[test]
fn bash_completes() {
    let home = home(&[ODD, "Matter two", "urgent three"]);
    let through = ids(&home, CLOSED, &["queue", "--exceptions"]);
    assert_eq!(bash(&home, CLOSED, "tidebox show ''", "''", "9").trim(), through[0], "one is inserted");
    let batch = ids(&home, OPEN, &["begin"]);
    let listed = bash(&home, OPEN, "tidebox decide done ''", "''", "63");
    assert_eq!(listed.lines().count(), 3, "{listed}");
    assert!(listed.contains(&format!("{}  {ODD}, Ann\n", batch[0])), "{listed}");
    assert_eq!(
        bash(&home, OPEN, "tidebox decide done ''", "''", "37"),
        batch.join("\n") + "\n",
        "a menu inserts values"
    );
    assert!(!home.path("made").exists(), "a subject is no command");
    for (words, replaced, reply) in [
        ("tidebox decide do", "do", "done"),
        ("tidebox decide defer --to = to", "to", "tomorrow"),
        ("tidebox decide defer --to rea", "rea", "reading\\ hour"),
        ("tidebox decide defer --to \\\"rea", "\\\"rea", "reading hour"),
        ("tidebox search lane : p", "p", "people"),
        ("tidebox search lane:", "lane:", "lane:people"),
        ("tidebox compose --to ann @ ex", "ex", "example.org"),
        ("tidebox compose --to \\\"Ann", "\\\"Ann", "Ann <ann@example.org>"),
        ("tidebox --store conf", "conf", "config.toml"),
        ("tidebox demo --folder bi", "bi", "bin"),
    ] {
        assert_eq!(bash(&home, CLOSED, words, replaced, "9").lines().next(), Some(reply), "{words}");
    }
    assert_eq!(bash(&home, CLOSED, "tidebox decide done con", "con", "9").trim(), "", "no file names for ids");
}

#[test]
fn bash_completes_what_is_typed() {
    let home = home(&[ODD, "Matter two"]);
    let batch = ids(&home, OPEN, &["begin"]);
    let mut shell = shell(&home, &["bash", "--norc", "--noprofile", "-i"]);
    shell.keys("source ./tidebox.bash; PS1='ready> '\r");
    shell.wait("\nready>");
    shell.keys("tidebox decide do\t");
    shell.wait("decide done ");
    // The first inserts what both have in common, the second finds nothing more, the third lists.
    shell.keys("\t\t\t");
    let text = shell.wait("Matter two, Ann");
    assert!(text.contains(&batch[0]) && text.contains("%F $(touch made)"), "{text}");
    leave(shell);
    assert!(!home.path("made").exists());
}

fn shell(home: &Home, words: &[&str]) -> Terminal {
    let mut command = command(home, OPEN, words);
    command.env("PATH", path(home));
    Terminal::spawn(command, 120, 36)
}

fn leave(mut shell: Terminal) {
    shell.keys("\x15exit\r");
    shell.ended();
}

#[test]
fn zsh_completes() {
    if !is_there("zsh") {
        return;
    }
    let home = home(&[ODD, "Matter two"]);
    let batch = ids(&home, OPEN, &["begin"]);
    let mut shell = shell(&home, &["zsh", "-f", "-i"]);
    // Both ways in which it may be read: from the function path, and sourced.
    shell.keys("fpath=($PWD $fpath); autoload -U compinit; compinit -u -D; PS1='ready> '\r");
    shell.wait("\nready>");
    shell.keys("tidebox decide do\t");
    shell.wait("decide done ");
    shell.keys("\t\t");
    let text = shell.wait("Matter two, Ann");
    assert!(text.contains(&batch[0]) && text.contains("%F $(touch made)"), "{text}");
    shell.keys("\x15source ./_tidebox\r");
    for (typed, becomes) in [
        ("tidebox decide defer --to rea", "--to reading\\ hour"),
        ("tidebox decide defer --to=tom", "--to=tomorrow"),
        ("tidebox search lane:p", "lane:people"),
        ("tidebox --store conf", "--store config.toml"),
        ("tidebox --store=conf", "--store=config.toml"),
    ] {
        shell.keys(&format!("\x15{typed}\t"));
        shell.wait(becomes);
    }
    leave(shell);
    assert!(!home.path("made").exists(), "a subject is no command");
}

#[test]
fn fish_completes() {
    if !is_there("fish") {
        return;
    }
    let home = home(&[ODD, "Matter two"]);
    let batch = ids(&home, OPEN, &["begin"]);
    let asked = |line: &str| {
        let mut fish = Command::new("fish");
        fish.args(["--no-config", "-c", "source ./tidebox.fish; complete -C $argv[1]", line]);
        fish.env_clear().envs(home.environment(OPEN)).env("PATH", path(&home)).current_dir(home.path(""));
        let done = ran(&fish.output().unwrap());
        assert_eq!((done.code, done.err.as_str()), (0, ""), "{line}");
        done.out
    };
    assert_eq!(asked("tidebox decide done "), format!("{}\t{ODD}, Ann\n{}\tMatter two, Ann\n", batch[0], batch[1]));
    assert!(!home.path("made").exists(), "a subject is no command");
    for (line, value) in [
        ("tidebox decide do", "done"),
        ("tidebox decide defer --to rea", "reading hour"),
        ("tidebox decide defer --to=tom", "--to=tomorrow"),
        ("tidebox search lane:p", "lane:people"),
        ("tidebox --store conf", "config.toml"),
    ] {
        assert_eq!(asked(line).split(['\t', '\n']).next(), Some(value), "{line}");
    }
    assert_eq!(asked("tidebox decide done con"), "", "no file names for ids");
}
