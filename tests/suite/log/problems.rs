//! Holds `src/log`, `src/job/trouble.rs`: the log of problems: what goes wrong is in it, and no word of a message is.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Home, letter};

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
/// Stands in every part of the messages, and of what is asked for.
const MARK: &str = "Xyzzymark";

fn log(home: &Home) -> PathBuf {
    home.path(".local/state/tidebox/tidebox.log")
}

fn nasty() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mail/nasty")
}

#[test]
fn without_a_problem_there_is_no_log() {
    let home = Home::new();
    assert_eq!(home.run(OPEN, &["status"]).code, 0);
    assert_eq!(home.run(OPEN, &["check"]).code, 0);
    // Asking for what is not there, too early or wrongly, is no problem of the program.
    assert_eq!(home.run(OPEN, &["show", "17"]).code, 1);
    assert_eq!(home.run(OPEN, &["show", "seventeen"]).code, 2);
    assert_eq!(home.run(EARLY, &["begin"]).code, 3);
    assert!(!log(&home).exists());
}

#[test]
fn no_word_of_a_message_reaches_it() {
    let home = Home::new();
    let marked = letter(1, &format!("{MARK} <{MARK}@example.org>"), MARK, MARK);
    home.deliver(MARK, &format!("1.{MARK}"), &marked);
    // Every hostile message, marked in its header and at its end, held and let through.
    for entry in fs::read_dir(nasty()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "eml") {
            let mut bytes = format!("X-Mark: {MARK}\r\nSubject: {MARK}\r\n").into_bytes();
            bytes.extend(fs::read(&path).unwrap());
            bytes.extend(format!("\r\n{MARK}\r\n").into_bytes());
            home.write(&format!("letters/{MARK}-{}", path.file_name().unwrap().to_string_lossy()), bytes);
        }
    }
    home.write("broken.jsonl", format!("{{\"subject\": \"{MARK}\n"));
    home.run(EARLY, &["add", "--all", MARK]);
    home.run(EARLY, &["add", "--all", "letters"]);
    assert_eq!(home.run(EARLY, &["add", "--format", "jsonl", "broken.jsonl"]).code, 1);
    assert_eq!(home.run(EARLY, &["add", &format!("no-such-{MARK}")]).code, 1);
    let failing = format!(
        "{}\n[[source]]\nname = \"{MARK}\"\nkind = \"exec\"\ncommand = [\"sh\", \"-c\", \"echo {MARK} >&2; exit 7\"]\n",
        crate::support::CONFIG
    );
    home.write("config.toml", failing);
    assert_eq!(home.run(EARLY, &["sync"]).code, 1);
    home.write("config.toml", format!("# {MARK}\nname = \"{MARK}\"\n[[lane]]\nname = \"x\"\nmatch = \"{MARK}:\"\n"));
    assert_eq!(home.run(EARLY, &["status"]).code, 1);
    home.write("config.toml", crate::support::CONFIG);
    let first = home.json(OPEN, &["begin"])[0]["id"].as_i64().unwrap().to_string();
    home.run(OPEN, &["show", &first]);
    home.run(OPEN, &["search", MARK]);
    home.run(OPEN, &["search", &format!("({MARK}")]);
    // The store breaks while there is something in it.
    home.sqlite("DROP TABLE batch_item");
    assert_ne!(home.run(OPEN, &["queue"]).code, 0);
    fs::write(home.store(), MARK).unwrap();
    assert_eq!(home.run(OPEN, &["queue"]).code, 1);

    let text = fs::read_to_string(log(&home)).unwrap();
    for said in
        ["source: reading failed=1", "source: opening", "source: its command failed", "config: reading", "store: "]
    {
        assert!(text.contains(said), "{said}:\n{text}");
    }
    assert!(!text.to_lowercase().contains(&MARK.to_lowercase()), "{text}");
    assert!(!text.contains("example.org"), "{text}");
    for line in text.lines() {
        assert!(line.len() < 400 && line.chars().all(|c| !c.is_control()), "{line:?}");
    }
}

#[test]
fn a_log_that_is_refused_disturbs_nobody() {
    let home = Home::new();
    let victim = home.write("victim", "untouched");
    let link = home.path("link");
    std::os::unix::fs::symlink(&victim, &link).unwrap();
    home.write("config.toml", "comit = 1\n");
    for place in [link.to_str().unwrap(), "/dev/null/log", "/dev/full"] {
        let ran = home.run(OPEN, &["--log-file", place, "status"]);
        assert!(ran.code == 1 && ran.err.contains("comit"), "{place}: {}", ran.err);
    }
    assert_eq!(fs::read_to_string(&victim).unwrap(), "untouched");
    let ran = home.run(OPEN, &["--log-file", "mine/own.log", "status"]);
    assert_eq!(ran.code, 1);
    assert!(fs::read_to_string(home.path("mine/own.log")).unwrap().contains("mistakes=1"));
}
