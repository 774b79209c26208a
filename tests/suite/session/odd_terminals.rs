//! Holds `src/session/terminal.rs`, `src/session/examine.rs`, `src/session/signals.rs`, `src/session/listening.rs`:
//! terminals that are small, old, storming or stopped, and commands that must not outlive the screen (rows F10, F11).

use tidebox::clock::Stopwatch;

use crate::support::pty::Terminal;
use crate::support::signal::{self, Signal};
use crate::support::{CONFIG, Home, letter};

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

fn home() -> Home {
    let home = Home::new();
    for number in 1..=9 {
        home.deliver(
            "Maildir",
            &format!("{number}.t"),
            &letter(number, "Zoë <zoe@example.org>", &format!("Matter {number}"), "Grüße."),
        );
    }
    home.json(EARLY, &["add", "Maildir"]);
    home
}

fn decided(home: &Home) -> usize {
    home.json(OPEN, &["queue"]).iter().filter(|one| one["verdict"].is_string()).count()
}

/// Without a name for the terminal, without UTF-8 as its language: it is drawn, decisions are kept, and it is given back.
#[test]
fn a_dumb_terminal_and_a_plain_language_do() {
    for environment in [
        &[("TERM", "dumb")][..],
        &[("LANG", "C")],
        &[("LC_ALL", "POSIX"), ("TERM", "")],
        &[("TERM", "linux"), ("NO_COLOR", "1")],
    ] {
        let home = home();
        let mut terminal = Terminal::open_with(&home, OPEN, &[], 80, 24, environment);
        terminal.wait("begin");
        terminal.keys("\r");
        terminal.wait("Matter 1");
        terminal.keys("a");
        terminal.wait("1 of 9");
        terminal.keys("\x03");
        assert_eq!(terminal.ended(), 0, "{environment:?}");
        assert!(terminal.given_back(), "{environment:?}");
        assert_eq!(decided(&home), 1, "{environment:?}");
    }
}

/// From one cell to many and back, faster than anybody drags a window, with a decision in between: none is lost, none is
/// made twice.
#[test]
fn a_storm_of_sizes_loses_no_key() {
    let home = home();
    let mut terminal = Terminal::open(&home, OPEN, &[], 100, 30);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("Matter 1");
    for round in 1..=8_u16 {
        for step in 0..25_u16 {
            let (columns, rows) = [(1, 1), (2, 40), (200, 2), (37, 11), (300, 90)][usize::from(step) % 5];
            terminal.resize(columns + step % 3, rows + round % 2);
        }
        terminal.keys("a");
        terminal.resize(100, 30);
        terminal.wait(&format!("{round} of 9"));
    }
    terminal.keys("\x03");
    assert_eq!(terminal.ended(), 0);
    assert!(terminal.given_back());
    assert_eq!(decided(&home), 8);
}

#[test]
fn it_can_begin_in_a_single_cell() {
    let home = home();
    let mut terminal = Terminal::open(&home, OPEN, &[], 1, 1);
    while !terminal.is_taken() {
        Terminal::pause();
    }
    terminal.resize(100, 30);
    terminal.wait("begin");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}

/// Stopped and continued while a decision is on its way.
#[test]
fn stopping_in_the_middle_of_decisions_loses_none() {
    let home = home();
    let mut terminal = Terminal::open(&home, OPEN, &[], 100, 30);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("Matter 1");
    terminal.keys("ad\x1a");
    wait_until_stopped(&mut terminal);
    // Killed while it is stopped: what was decided before is there.
    terminal.signal(Signal::KILL);
    terminal.ended();
    assert_eq!(decided(&home), 2);
}

/// What was typed behind the key that stops the program is carried out when it goes on.
#[test]
fn a_key_that_came_with_the_one_that_stops_is_not_lost() {
    let home = home();
    let mut terminal = Terminal::open(&home, OPEN, &[], 100, 30);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("Matter 1");
    terminal.keys("a\x1aq");
    wait_until_stopped(&mut terminal);
    terminal.signal(Signal::CONT);
    assert_eq!(terminal.ended(), 0);
    assert!(terminal.given_back());
    assert_eq!(decided(&home), 1);
}

fn wait_until_stopped(terminal: &mut Terminal) {
    let state = format!("/proc/{}/stat", terminal.process());
    let stopped = |_: &str| {
        std::fs::read_to_string(&state)
            .is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| rest.starts_with(" T")))
    };
    terminal.wait_until("a stopped program", stopped);
}

/// A source that is a command, and what it started, end with the screen and with a `sync` that is interrupted.
#[cfg(target_os = "linux")]
#[test]
fn a_command_does_not_outlive_who_reads_it() {
    let home = home();
    let script = home.write("slow", "sleep 600 & echo $! > child; echo $$ > leader; wait\n");
    let source = format!(
        "{CONFIG}\n[[source]]\nname = \"slow\"\nkind = \"exec\"\ncommand = [\"sh\", {:?}]\n",
        script.display().to_string()
    );
    home.write("config.toml", source);
    let started = || {
        let watch = Stopwatch::start();
        loop {
            let read = |name: &str| {
                std::fs::read_to_string(home.path(name)).ok().and_then(|text| text.trim().parse::<u32>().ok())
            };
            if let (Some(child), Some(leader)) = (read("child"), read("leader")) {
                return [child, leader];
            }
            assert!(watch.elapsed().as_secs() < 20, "the command was never started");
            Terminal::pause();
        }
    };
    let assert_gone = |processes: [u32; 2], why: &str| {
        let watch = Stopwatch::start();
        while processes.iter().any(|process| alive(*process)) {
            assert!(watch.elapsed().as_secs() < 20, "after {why} it goes on");
            Terminal::pause();
        }
        let _ = std::fs::remove_file(home.path("child"));
        let _ = std::fs::remove_file(home.path("leader"));
    };
    for way in [None, Some(Signal::TERM), Some(Signal::HUP)] {
        let mut terminal = Terminal::open(&home, EARLY, &[], 80, 24);
        terminal.wait("morning, in");
        let processes = started();
        match way {
            Some(signal) => terminal.signal(signal),
            None => terminal.keys("\x03"),
        }
        terminal.ended();
        assert_gone(processes, &format!("{way:?} on the screen"));
    }
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let mut sync = home.command(EARLY, &["--json", "sync"]);
        let mut sync = sync.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
        let processes = started();
        signal::send(sync.id(), signal);
        assert_gone(processes, &format!("{signal:?} to sync"));
        assert!(!sync.wait().unwrap().success());
    }
}

#[cfg(target_os = "linux")]
fn alive(process: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

/// What comes through a pipe: without an end in sight, drip by drip, binary, broken off in the middle.
#[test]
fn standard_input_is_taken_as_it_comes() {
    use std::io::Write as _;
    use std::process::Stdio;
    let home = home();
    let mails: String = (20..23)
        .map(|number| {
            format!(
                "From x@example.org Fri Nov 20 08:02:00 2026\n{}\n",
                letter(number, "Ann <ann@example.org>", &format!("Piped {number}"), "Text.").replace("\r\n", "\n")
            )
        })
        .collect();
    // Drip by drip, and the last message cut off in its header: what is whole is kept, and so is what came of the last.
    let cut = &mails[..mails.len() - 120];
    let mut child = home
        .command(EARLY, &["--json", "add", "--format", "mbox", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for piece in cut.as_bytes().chunks(7) {
        stdin.write_all(piece).unwrap();
        stdin.flush().unwrap();
    }
    drop(stdin);
    let done = child.wait_with_output().unwrap();
    let said = crate::support::lines(&String::from_utf8_lossy(&done.stdout)).remove(0);
    assert_eq!((said["read"].as_u64(), said["failed"].as_u64()), (Some(3), Some(0)), "{said}");
    // Binary is refused by name.
    for noise in [vec![0_u8; 4096], (0..=255).cycle().take(50_000).collect::<Vec<u8>>()] {
        let refused = home.run_with(EARLY, &["add", "-"], &noise);
        assert_eq!(refused.code, 1, "{refused:?}");
        assert!(refused.err.contains("standard input") && refused.err.lines().count() >= 2, "{}", refused.err);
    }
    // Nobody reads the end of something endless; stopped, what came by then is there.
    let mut child = home
        .command(EARLY, &["add", "--format", "mbox", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for number in 100..400 {
        let mail = letter(number, "Ann <ann@example.org>", &format!("Endless {number}"), "Text.").replace("\r\n", "\n");
        stdin.write_all(format!("From x@example.org Fri Nov 20 08:02:00 2026\n{mail}\n").as_bytes()).unwrap();
    }
    stdin.flush().unwrap();
    let watch = Stopwatch::start();
    while messages(&home) < 64 {
        assert!(watch.elapsed().as_secs() < 30, "nothing is taken in while the stream goes on");
        Terminal::pause();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    drop(stdin);
    assert_eq!(home.run(EARLY, &["check", "--store-too"]).code, 0);
}

/// How many there are, what is held among them.
fn messages(home: &Home) -> u64 {
    home.json(OPEN, &["check"])[0]["facts"]["messages"].as_str().and_then(|text| text.parse().ok()).unwrap()
}

/// Text that is pasted where the terminal does not mark it comes as keys, all at once. What it decides can be taken back; it
/// reviews, commits and leaves nothing.
#[test]
fn a_burst_of_keys_does_nothing_that_cannot_be_taken_back() {
    let home = home();
    let mut terminal = Terminal::open(&home, OPEN, &[], 100, 30);
    terminal.wait("begin");
    // At the door it would begin the batch, and leave.
    terminal.keys("\r\rq\rq");
    terminal.wait("Many keys came at once");
    Terminal::pause();
    terminal.keys("\r");
    terminal.wait("Matter 1");
    terminal.keys("dead Cat!\n\r\rCq\r");
    let screen = terminal.wait("Many keys came at once");
    assert!(!screen.contains("closes the batch"), "{screen}");
    assert!(home.json(OPEN, &["queue"]).len() == 9, "nothing was committed");
    // A long text, in more pieces than one.
    terminal.keys(&"Cat Cat\rq".repeat(400));
    std::thread::sleep(std::time::Duration::from_millis(400));
    assert_eq!(home.json(OPEN, &["queue"]).len(), 9);
    terminal.wait("Many keys came at once");
    // One after the other, however fast a person is, they are keys.
    for key in ["z", "z", "z", "C"] {
        Terminal::pause();
        terminal.keys(key);
    }
    terminal.wait("kept here");
    terminal.keys("C");
    terminal.wait("The morning check-in is closed");
    assert_eq!(home.run(OPEN, &["queue"]).code, 3);
}
