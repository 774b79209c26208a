//! Holds `src/session/mod.rs`, `src/session/watch_events.rs`, `src/watch/local.rs`: what happens around an open screen:
//! mail arrives in a watched Maildir, a script delivers, another process writes. None of it enters the batch, and no
//! action touches it.

use crate::support::pty::{self, Terminal};
use crate::support::signal::Signal;
use crate::support::{Home, letter};

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
const NEXT: &str = "2026-11-23T16:02:00+01:00";

fn home() -> Home {
    let home = Home::new();
    let source = format!(
        "{}\n[[source]]\nname = \"home\"\nkind = \"maildir\"\npath = \"{}\"\nbacklog = \"all\"\n",
        crate::support::CONFIG,
        home.path("Maildir").display()
    );
    home.write("config.toml", source);
    home.deliver_matters(3);
    assert_eq!(home.run(EARLY, &["sync"]).code, 0);
    home
}

#[test]
fn what_arrives_waits_and_is_told_quietly() {
    let home = home();
    let mut terminal = Terminal::open(&home, OPEN, &[], 120, 36);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("Matter 1");

    // A mail program delivers, to the very thread that is being read.
    let reply = letter(7, "Ben <ben@example.org>", "Re: Matter 1", "Late.")
        .replace("Subject:", "In-Reply-To: <letter-1@example.org>\r\nSubject:");
    home.deliver("Maildir", "7.w", &reply);
    terminal.wait("+1 next time");
    // A script delivers.
    home.sqlite(
        "INSERT INTO incoming (source, sender, subject, body) VALUES ('ci', 'ci@example.org', 'Red', 'Again.')",
    );
    let queue = terminal.wait("+2 next time");
    assert!(!queue.contains("Re: Matter 1") && !queue.contains("Red"), "{queue}");

    // An action on the whole thread, and one on everything, touch only what was frozen; the mute takes effect at the commit.
    terminal.keys("&");
    terminal.wait("1 of 3");
    terminal.keys("VG");
    terminal.keys("a");
    terminal.wait("3 of 3");
    terminal.keys("\x03");
    assert_eq!(terminal.ended(), 0);

    let batch = home.json(OPEN, &["queue"]);
    assert_eq!(batch.len(), 3);
    let verdicts: Vec<_> = batch.iter().map(|message| message["verdict"].as_str()).collect();
    assert_eq!(verdicts, [Some("mute"), Some("done"), Some("done")]);
    home.json(OPEN, &["commit"]);
    let next = home.json(NEXT, &["begin"]);
    let mut subjects: Vec<&str> = next.iter().map(|message| message["subject"].as_str().unwrap()).collect();
    subjects.sort_unstable();
    assert_eq!(subjects, ["Red"], "the reply is of a thread that was muted while it came");
    assert_eq!(home.sqlite("SELECT stage FROM message WHERE subject = 'Re: Matter 1'").trim(), "muted");
    assert!(next.iter().all(|message| message.get("verdict").is_none()));
}

#[test]
fn a_second_process_imports_while_keys_are_pressed() {
    let home = home();
    let mut mbox = String::new();
    for number in 0..3000 {
        mbox.push_str("From x@example.org Fri Nov 20 08:02:00 2026\n");
        let mail =
            letter(number + 100, "List <list@example.org>", &format!("Bulk {number}"), "Much.").replace("\r\n", "\n");
        mbox.push_str(&mail);
        mbox.push('\n');
    }
    home.write("bulk.mbox", mbox);
    let mut terminal = Terminal::open(&home, OPEN, &[], 100, 30);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("Matter 1");
    let mut import =
        home.command(OPEN, &["--json", "add", "bulk.mbox"]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    for round in 0..20 {
        terminal.keys("a");
        terminal.wait("1 of 3");
        terminal.keys("u");
        let screen = terminal.wait("0 of 3");
        assert!(!screen.contains("locked"), "round {round}: {screen}");
    }
    terminal.keys("\x03");
    assert_eq!(terminal.ended(), 0);
    let done = import.wait().unwrap();
    assert!(done.success());
    assert_eq!(home.json(OPEN, &["queue"]).len(), 3);
    assert_eq!(home.sqlite("SELECT count(*) FROM message WHERE stage = 'held'").trim(), "3000");
}

#[test]
fn a_kill_loses_no_decision_that_was_shown() {
    let home = home();
    let mut terminal = Terminal::open(&home, OPEN, &[], 100, 30);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("Matter 1");
    terminal.keys("a");
    terminal.wait("1 of 3");
    terminal.keys("d");
    terminal.wait("2 of 3");
    terminal.signal(Signal::KILL);
    terminal.ended();
    let verdicts: Vec<_> =
        home.json(OPEN, &["queue"]).iter().map(|m| m["verdict"].as_str().map(str::to_owned)).collect();
    assert_eq!(verdicts, [Some("done".to_owned()), Some("trash".to_owned()), None]);
}

#[test]
fn a_terminal_that_goes_away_ends_the_program() {
    use std::io::{Read, Write};
    use std::time::Duration;

    use portable_pty::{PtySize, native_pty_system};
    use tidebox::clock::Stopwatch;

    let home = home();
    let pair = native_pty_system().openpty(PtySize { rows: 30, cols: 100, pixel_width: 0, pixel_height: 0 }).unwrap();
    let command = pty::command(&home, OPEN, [env!("CARGO_BIN_EXE_tidebox")]);
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    // Read here, not on another thread: a hangup needs every end of this side closed.
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut writer = pair.master.take_writer().unwrap();
    let mut screen = vt100::Parser::new(pty::size(30), pty::size(100), 0);
    let mut wait = |what: &str| {
        let mut buffer = [0; 4096];
        while !screen.screen().contents().contains(what) {
            let read = reader.read(&mut buffer).unwrap();
            assert!(read > 0, "it ended before {what:?}");
            screen.process(&buffer[..read]);
        }
    };
    wait("begin");
    writer.write_all(b"\r").unwrap();
    wait("Matter 1");
    writer.write_all(b"a").unwrap();
    wait("1 of 3");
    drop((reader, writer, pair.master));
    let watch = Stopwatch::start();
    while child.try_wait().unwrap().is_none() {
        if watch.elapsed() > Duration::from_secs(20) {
            child.kill().unwrap();
            panic!("it reads the end of its input for ever");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(home.json(OPEN, &["queue"])[0]["verdict"], "done");
}
