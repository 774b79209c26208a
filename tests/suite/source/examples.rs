//! Holds `src/source/exec.rs`, `src/source/jsonl`: the examples of docs/examples, run as they are, with recorded
//! answers.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tidebox::mail;
use tidebox::source::exec::Exec;

use super::Taken;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples").join(name)
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn python_is_missing() -> bool {
    let missing = Command::new("python3").arg("--version").output().is_err();
    if missing {
        eprintln!("python3 is missing: the examples are not tried");
    }
    missing
}

/// A folder with a program `gh` that prints recorded answers of GitHub, and notes its arguments.
fn recorded_gh() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let gh = folder.path().join("gh");
    let script = format!(
        "#!/bin/sh\necho \"$@\" >> '{}'\ncat '{}'\n",
        folder.path().join("called").display(),
        fixture("exec/github-notifications.json").display()
    );
    fs::write(&gh, script).unwrap();
    fs::set_permissions(&gh, fs::Permissions::from_mode(0o700)).unwrap();
    folder
}

#[test]
fn notifications_of_github_become_messages() {
    if python_is_missing() {
        return;
    }
    let gh = recorded_gh();
    let path = format!("PATH={}:{}", gh.path().display(), std::env::var("PATH").unwrap());
    let words = ["env".to_owned(), path, example("github-notifications").display().to_string()];
    let mut taken = Taken::default();
    let (handed, outcome) = taken.read(&mut Exec::new(&words, "github"));
    assert_eq!(outcome.unwrap().problems.count, 0);
    assert_eq!(taken.position.as_deref(), Some("2026-11-22T10:15:00Z"));
    let read: Vec<_> = handed.iter().map(|it| mail::parse(&it.raw).envelope).collect();
    let subjects: Vec<&str> = read.iter().map(|it| it.subject.as_str()).collect();
    assert_eq!(
        subjects,
        [
            "[tide/harbour] Paint the pier",
            "[ann/boat] The bilge pump “hums” at night",
            "[tide/harbour] Nightly has failed"
        ]
    );
    assert_eq!(
        (read[0].from.name.as_str(), read[0].from.address.as_str()),
        ("tide/harbour", "notifications@github.com")
    );
    assert_eq!(read[0].list.as_deref(), Some("harbour.tide.github.com"));
    let text = |at: usize| String::from_utf8_lossy(&handed[at].raw).into_owned();
    assert!(
        text(0).contains("Your review is asked for.") && text(0).contains("https://github.com/tide/harbour/pull/7")
    );
    assert!(text(1).contains("https://github.com/ann/boat/issues/41"));
    assert!(text(2).contains("Because of: something_new.") && text(2).contains("https://github.com/tide/harbour\r\n"));

    // The second time it asks for what is newer, and what is known is skipped.
    let (handed, outcome) = taken.read(&mut Exec::new(&words, "github"));
    assert_eq!((handed.len(), outcome.unwrap().skipped), (0, 3));
    let called = fs::read_to_string(gh.path().join("called")).unwrap();
    let calls: Vec<&str> = called.lines().collect();
    assert!(!calls[0].contains("since") && calls[1].ends_with("-f since=2026-11-22T10:15:00Z"), "{called}");
}

#[test]
fn a_missing_or_failing_gh_is_a_failure_of_the_source() {
    if python_is_missing() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let python = Command::new("sh").args(["-c", "command -v python3"]).output().unwrap();
    let python = String::from_utf8(python.stdout).unwrap().trim().to_owned();
    let run = || {
        let path = format!("PATH={}", folder.path().display());
        let words =
            ["/usr/bin/env".to_owned(), path, python.clone(), example("github-notifications").display().to_string()];
        Taken::default().read(&mut Exec::new(&words, "github")).1.unwrap_err().to_string()
    };
    assert!(run().contains("failed"));
    let gh = folder.path().join("gh");
    fs::write(&gh, "#!/bin/sh\nexit 4\n").unwrap();
    fs::set_permissions(&gh, fs::Permissions::from_mode(0o700)).unwrap();
    assert!(run().contains("failed"));
}

#[test]
fn feeds_through_a_script_become_messages() {
    if python_is_missing() {
        return;
    }
    let url = |name: &str| format!("file://{}", fixture(&format!("feeds/{name}")).display());
    let words = [example("feeds").display().to_string(), url("rss2.xml"), url("atom.xml")];
    let mut taken = Taken::default();
    let (handed, outcome) = taken.read(&mut Exec::new(&words, "feeds"));
    outcome.unwrap();
    let subjects: Vec<_> = handed.iter().map(|it| mail::parse(&it.raw).envelope.subject).collect();
    assert_eq!(subjects.len(), 5, "{subjects:?}");
    assert!(subjects.contains(&"Plain words".to_owned()) && subjects.contains(&"An episode".to_owned()));
    let (handed, outcome) = taken.read(&mut Exec::new(&words, "feeds"));
    assert_eq!((handed.len(), outcome.unwrap().skipped), (0, 5));

    // A feed that can't be read does not keep the others from being read.
    let words = [example("feeds").display().to_string(), url("nowhere.xml"), url("atom.xml")];
    let (handed, outcome) = Taken::default().read(&mut Exec::new(&words, "feeds"));
    assert_eq!(handed.len(), 2);
    assert!(outcome.is_err());
}

#[test]
fn a_command_is_told_which_agreement_it_is() {
    let words = ["sh", "-c", "printf '{\"subject\": \"version %s\"}\\n' \"$TIDEBOX_PROTOCOL\""].map(str::to_owned);
    let (handed, _) = Taken::default().read(&mut Exec::new(&words, "x"));
    assert_eq!(mail::parse(&handed[0].raw).envelope.subject, "version 1");
}
