//! Commands that print messages: their position, their failures, their end.

use std::fs;

use tidebox::mail;
use tidebox::source::exec::Exec;
use tidebox::source::{Handed, SourceError};

use super::Taken;

fn shell(script: &str) -> Exec {
    Exec::new(&["sh".to_owned(), "-c".to_owned(), script.to_owned()], "ci")
}

#[test]
fn a_command_prints_messages_and_its_position() {
    let script = r#"echo "{\"subject\": \"since ${TIDEBOX_POSITION:-the beginning}\", \"body\": \"x\"}"; echo '{"position": "7"}'"#;
    let mut taken = Taken::default();
    let subjects = |handed: &[Handed]| handed.iter().map(|it| mail::parse(it.raw.clone()).subject).collect::<Vec<_>>();
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

/// What a command prints on its standard error may quote what it was at, and that may be held (rule 1).
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

#[test]
fn a_command_that_is_not_there_or_prints_no_text_is_told() {
    let mut missing = Exec::new(&["/nowhere/at all".to_owned()], "x");
    assert!(matches!(Taken::default().read(&mut missing).1, Err(SourceError::Start { .. })));
    let told = Taken::default().read(&mut shell(r"printf '\000\001'")).1.unwrap_err().to_string();
    assert!(told.contains("no text"), "{told}");
}

#[test]
fn what_a_command_leaves_behind_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pid");
    let script = format!("setsid sleep 600 & echo $! > {}; echo '{{\"subject\": \"x\"}}'", path.display());
    let (handed, outcome) = Taken::default().read(&mut shell(&script));
    assert_eq!((handed.len(), outcome.is_ok()), (1, true), "{outcome:?}");
    let left = fs::read_to_string(path).unwrap();
    assert!(std::process::Command::new("kill").arg(left.trim()).status().unwrap().success(), "it was still there");
}
