//! Holds `src/source/exec.rs`, `src/process`: commands that print messages: their position, their failures, how they
//! end.

use std::fs;

use tidebox::mail;
use tidebox::source::exec::Exec;
use tidebox::source::{FetchedMessage, SourceError};

use super::super::support::signal::{self, Signal};
use super::Taken;

fn shell(script: &str) -> Exec {
    Exec::new(&["sh".to_owned(), "-c".to_owned(), script.to_owned()], "ci")
}

#[test]
fn a_command_prints_messages_and_its_position() {
    let script = r#"echo "{\"subject\": \"since ${TIDEBOX_POSITION:-the beginning}\", \"body\": \"x\"}"; echo '{"position": "7"}'"#;
    let mut taken = Taken::default();
    let subjects =
        |handed: &[FetchedMessage]| handed.iter().map(|it| mail::parse(&it.raw).envelope.subject).collect::<Vec<_>>();
    assert_eq!(subjects(&taken.read(&mut shell(script)).0), ["since the beginning"]);
    assert_eq!(taken.position.as_deref(), Some("7"));
    assert_eq!(subjects(&taken.read(&mut shell(script)).0), ["since 7"]);
}

#[test]
fn of_a_command_that_fails_what_came_whole_counts() {
    let script = r#"echo '{"subject": "whole"}'; printf '{"subject": "ha'; exit 3"#;
    let (handed, outcome) = Taken::default().read(&mut shell(script));
    assert_eq!(handed.len(), 1);
    assert_eq!(outcome.unwrap_err().to_string(), "sh failed (exit status: 3)");
}

/// The standard error of a command may quote a message that it worked on, and that message may be held (rule 1).
#[test]
fn what_a_command_complains_of_is_not_repeated() {
    let script = r#"echo '{"subject": "the takeover"}'; echo 'cannot parse: the takeover' >&2; exit 3"#;
    for limited in [shell(script), shell(&format!("{script} & sleep 600")).limited(1, 1000)] {
        let error = Taken::default().read(&mut { limited }).1.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("takeover"), "{error:?}");
        assert!(error.hint().is_some_and(|hint| hint.contains("by hand")));
    }
}

#[test]
fn a_command_that_does_not_end_is_stopped_with_what_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pid");
    let script = format!("sleep 600 & echo $! > {}; echo '{{\"subject\": \"x\"}}'; wait", path.display());
    let (handed, outcome) = Taken::default().read(&mut shell(&script).limited(1, 1000));
    assert_eq!(handed.len(), 1);
    assert!(matches!(outcome, Err(SourceError::Slow { seconds: 1, .. })));
    let child = fs::read_to_string(path).unwrap();
    let gone = || match fs::read_to_string(format!("/proc/{}/stat", child.trim())) {
        Ok(state) => state.contains(") Z "),
        Err(_) => true,
    };
    while !gone() {
        std::thread::yield_now();
    }
}

#[test]
fn a_command_that_prints_for_ever_is_stopped() {
    let script = r#"while true; do echo '{"subject": "again", "external_id": 1}'; done"#;
    let (handed, outcome) = Taken::default().read(&mut shell(script).limited(60, 100_000));
    assert_eq!(handed.len(), 1);
    assert!(matches!(outcome, Err(SourceError::Endless { .. })));
}

/// A position that can't be passed to any program would keep the command from ever being started again.
#[test]
fn a_position_that_cannot_be_given_is_refused_and_one_that_was_kept_is_let_go_of() {
    let long = "p".repeat(300_000);
    for bad in [format!("{{\"position\": \"{long}\"}}"), r#"{"position": "a\\u0000b"}"#.to_owned()] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("line");
        fs::write(&path, bad.replace("\\\\", "\\")).unwrap();
        let script = format!(r#"echo '{{"position": "7"}}'; cat {}; echo; echo '{{"subject": "x"}}'"#, path.display());
        let mut taken = Taken::default();
        let (handed, outcome) = taken.read(&mut shell(&script));
        let outcome = outcome.unwrap();
        assert_eq!((handed.len(), outcome.problems.count), (1, 1));
        assert!(outcome.problems.list[0].what.contains("the one before stays"), "{outcome:?}");
        assert_eq!(taken.position.as_deref(), Some("7"));
    }
    for kept in [long.as_str(), "a\0b"] {
        let mut taken = Taken { position: Some(kept.to_owned()), ..Taken::default() };
        let (handed, outcome) = taken.read(&mut shell(r#"echo "{\"subject\": \"since <$TIDEBOX_POSITION>\"}""#));
        assert_eq!(mail::parse(&handed[0].raw).envelope.subject, "since <>");
        assert!(outcome.unwrap().notes[0].contains("began without one"));
        assert_eq!(taken.position.as_deref(), Some(""), "it is not tried again");
    }
}

#[test]
fn half_a_line_at_the_end_of_a_command_is_told() {
    let (handed, outcome) = Taken::default().read(&mut shell(r#"echo '{"subject": "x"}'; printf '{"subject": "ha'"#));
    assert_eq!((handed.len(), outcome.unwrap().problems.list[0].place.as_str()), (1, "line 2"));
}

#[test]
fn a_command_that_is_not_there_or_prints_no_text_is_told() {
    let mut missing = Exec::new(&["/nowhere/at all".to_owned()], "x");
    assert!(matches!(Taken::default().read(&mut missing).1, Err(SourceError::Start { .. })));
    let outcome = Taken::default().read(&mut shell(r"printf '\177\000\001'")).1.unwrap();
    assert_eq!(outcome.problems.list[0].what, "no JSON, at column 1");
}

#[test]
fn what_a_command_leaves_behind_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pid");
    let script = format!("setsid sleep 600 & echo $! > {}; echo '{{\"subject\": \"x\"}}'", path.display());
    let (handed, outcome) = Taken::default().read(&mut shell(&script));
    assert_eq!((handed.len(), outcome.is_ok()), (1, true), "{outcome:?}");
    let left = fs::read_to_string(path).unwrap();
    // The process still existed: otherwise the signal could not be sent.
    signal::send(left.trim().parse().unwrap(), Signal::TERM);
}
