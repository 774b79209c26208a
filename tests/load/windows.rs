//! The person: in every window the batch is begun, and decided in five ways, from a script and on the screen in turn.

use std::time::Duration;

use portable_pty::CommandBuilder;
use tidebox::clock::Stopwatch;

use super::Run;
use super::process::program;
use crate::support::pty::Terminal;

/// What is said of every ten letters of a batch; the others are left.
const SAID: [&str; 8] = ["done", "done", "done", "done", "trash", "spam", "later", "mute"];

pub fn decide(run: &Run) -> String {
    let (mut begun, mut decided, mut screens) = (0, 0, 0);
    let mut random = fastrand::Rng::with_seed(7);
    while run.goes_on_after(Duration::from_secs(3)) {
        let ran = program(run, &["--json", "begin"]).output().unwrap();
        if ran.status.code() != Some(0) {
            continue;
        }
        begun += 1;
        if begun % 2 == 0 {
            screens += u32::from(on_the_screen(run, begun % 4 == 0));
        }
        let rows = String::from_utf8(ran.stdout).unwrap();
        let ids: Vec<String> = crate::support::lines(&rows).iter().map(|row| row["id"].to_string()).collect();
        for id in ids {
            let Some(verb) = SAID.get(random.usize(0..10)) else { continue };
            let ran = program(run, &["decide", verb, &id]).output().unwrap();
            decided += u32::from(ran.status.success());
        }
        let ran = program(run, &["commit"]).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success() || said.contains("no batch is open"), "commit: {said}");
    }
    format!("{begun} begun, {decided} decisions by commands, {screens} screens killed")
}

/// Some keys on the screen; then it is left, or killed.
fn on_the_screen(run: &Run, kill: bool) -> bool {
    let mut command = CommandBuilder::new(crate::support::program());
    command.env_clear();
    for (name, value) in run.home.environment("") {
        if name != "TIDEBOX_AT" {
            command.env(name, value);
        }
    }
    command.env("TERM", "xterm-256color");
    command.cwd(run.home.path(""));
    let mut screen = Terminal::spawn(command, 100, 30);
    let waited = Stopwatch::start();
    while !screen.text().contains(" of ") && waited.elapsed() < Duration::from_secs(10) {
        Terminal::pause();
    }
    for key in ["a", "d", "j", "a", "l"] {
        screen.keys(key);
        Terminal::pause();
    }
    if kill {
        screen.kill();
    } else {
        screen.keys("\x03");
        screen.ended();
    }
    kill
}
