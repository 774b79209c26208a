//! Holds `src/domain/printable`, `src/ui/view`, `src/cli/listing.rs`, `src/cli/json.rs`: what reaches a real terminal,
//! byte by byte, from a store that is full of hostile mail: on every screen, and from every command that prints.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use tidebox::domain::ids::Id;
use tidebox::domain::letter::{Body, Letter};
use tidebox::mail;

use super::grammar::{Kind, offences};
use super::{Case, cases, disguises, raw};
use crate::support::Home;
use crate::support::pty::Terminal;

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

/// Programs that something hostile might want to have started; each writes down that it was.
const TRAPS: [&str; 12] =
    ["xdg-open", "open", "gio", "wslview", "sh", "bash", "curl", "wget", "gunzip", "uudecode", "sendmail", "gpg"];

/// A hostile message in the store, told from the others by whom it says it is to.
struct Sent {
    name: String,
    raw: Vec<u8>,
    to: String,
    case: Option<Case>,
}

fn sent(port: u16) -> Vec<Sent> {
    let here = format!("127.0.0.1:{port}");
    let bait = String::from_utf8(raw("H01-remote-content")).unwrap().replace("127.0.0.1:9", &here);
    let known = cases().into_iter().map(|case| (case.name.clone(), raw(&case.name), Some(case)));
    let disguised = disguises::some().into_iter().map(|(name, raw)| (name, raw, None));
    let all = known.chain(disguised).chain([("bait".to_owned(), bait.into_bytes(), None)]);
    all.enumerate()
        .map(|(number, (name, raw, case))| {
            let to = format!("n{number:03}@marks.example");
            Sent { name, raw: [format!("To: {to}\n").into_bytes(), raw].concat(), to, case }
        })
        .collect()
}

/// A home with every hostile message held in its store, and traps in the place of other programs.
fn home(sent: &[Sent]) -> Home {
    let home = Home::new();
    for it in sent {
        home.write(&format!("mail/{}.eml", it.to), &it.raw);
    }
    for trap in TRAPS {
        let path = home.write(&format!("traps/{trap}"), "#!/bin/sh\n: > \"${0}.sprung\"\n");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    home
}

fn take_in(home: &Home) -> Vec<serde_json::Value> {
    let ran = home.run(EARLY, &["add", "mail"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    home.json(OPEN, &["begin"])
}

fn sprung(home: &Home) -> Vec<String> {
    let names =
        fs::read_dir(home.path("traps")).unwrap().flatten().map(|it| it.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.ends_with("sprung")).collect()
}

/// What the other version of a letter says at its end, where there is one.
fn other_version(letter: &Letter, raw: &[u8]) -> Option<&'static str> {
    let other = mail::letter(letter.id, raw, letter.width, Some(letter.other()?));
    Some(match (other.body, other.other()?) {
        (_, Body::Whole) => "H shows what the page hides, too",
        (Body::Whole, _) => "H shows the version without what is hidden",
        (Body::HtmlOfBoth, _) => "H shows the plain text",
        _ => "H shows the HTML version as text",
    })
}

/// On which row of the letter a text stands, if it is in its lines.
fn row_of(letter: &Letter, text: &str) -> Option<usize> {
    letter.lines.iter().position(|line| line.spans.iter().map(|it| it.text.as_str()).collect::<String>().contains(text))
}

#[track_caller]
fn clean(terminal: &Terminal, from: usize, what: &str) -> usize {
    let bytes = terminal.bytes();
    // The last sequence may still be on its way; it is read the next time.
    let end = bytes.iter().rposition(|byte| *byte == 0x1B).unwrap_or(0).max(from);
    let wrong = offences(&bytes[from..end], Kind::Screen);
    assert!(wrong.is_empty(), "{what}: {wrong:#?}");
    end
}

#[test]
fn nothing_hostile_reaches_the_terminal_from_any_screen() {
    // What a message asks to be fetched would be fetched from here.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let sent = sent(listener.local_addr().unwrap().port());
    let home = home(&sent);
    let batch = take_in(&home);
    assert_eq!(batch.len(), sent.len());

    let traps = home.path("traps").display().to_string();
    let mut terminal = Terminal::open_with(&home, OPEN, &[], 100, 60, &[("PATH", &traps)]);
    // A window that was begun is gone on with at once.
    terminal.wait(&format!("0 of {}", batch.len()));
    terminal.keys("gg\r");
    terminal.wait("q back");
    terminal.keys("\x1b[C");
    let mut seen = 0;
    for message in &batch {
        let it = sent.iter().find(|it| message["to"][0]["address"] == it.to.as_str()).unwrap();
        let letter = mail::letter(Id(1), &it.raw, 80, None);
        terminal.wait(&it.to);
        if let Some(case) = &it.case {
            read(&mut terminal, case, &letter);
        }
        seen = clean(&terminal, seen, &it.name);
        // Its quotes, its end; what can be copied, saved and opened, without doing so; its other version.
        terminal.keys("QG");
        for (key, sheet) in [("y", true), ("S", !letter.attachments.is_empty()), ("o", !letter.links.is_empty())] {
            terminal.keys(key);
            if sheet {
                terminal.wait("esc back");
                terminal.keys("\x1b");
                terminal.wait_gone("esc back");
            }
        }
        if let Some(other) = other_version(&letter, &it.raw) {
            terminal.keys("HG");
            terminal.wait(other);
        }
        seen = clean(&terminal, seen, &it.name);
        // A conversation is one row until it is unfolded.
        terminal.keys("QggJ\x1b[C");
    }

    // Decided on, searched for, reviewed, committed.
    terminal.keys("\x1b");
    Terminal::pause();
    terminal.keys("ggaaad#&!ll..sn\x1b");
    Terminal::pause();
    terminal.keys("/");
    terminal.wait("search");
    terminal.keys("from:mallory\r");
    terminal.wait("found");
    terminal.keys("jjj\rJJJJJJ");
    // Back to the door, however far it is, and in again.
    for _ in 0..4 {
        terminal.keys("\x1b");
        Terminal::pause();
    }
    terminal.wait("go on");
    terminal.keys("\r");
    terminal.wait(&format!(" of {}", batch.len()));
    terminal.keys("C");
    terminal.wait("closes the batch");
    terminal.keys(" j j j j j j j j jjjj");
    clean(&terminal, seen, "search and review");
    // By themselves: keys that come all at once commit nothing, so the ones before are done with first.
    terminal.settle();
    Terminal::pause();
    terminal.keys("C");
    terminal.wait("is closed.");
    terminal.keys("qqq");
    assert_eq!(terminal.ended(), 0);
    assert!(terminal.given_back());
    let bytes = terminal.bytes();
    let wrong = offences(&bytes, Kind::Screen);
    // Behind the last sequence there may be a line end of the shell's.
    assert!(wrong.is_empty(), "{wrong:#?}");
    terminal.with_screen(|screen| {
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert!(!screen.application_keypad() && !screen.application_cursor());
    });

    assert_eq!(sprung(&home), Vec::<String>::new(), "programs were started");
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err(), "something was fetched");
}

/// What the case says of the screen.
fn read(terminal: &mut Terminal, case: &Case, letter: &Letter) {
    for must in &case.must {
        if row_of(letter, must).is_some_and(|row| row > 40) {
            terminal.keys("G");
        }
        terminal.wait_until(&format!("{}: {must:?}", case.name), |text| text.contains(must));
    }
    let text = terminal.text();
    for never in &case.never {
        assert!(!text.contains(never), "{}: {never:?} is shown", case.name);
    }
}

#[test]
fn nothing_hostile_reaches_the_terminal_from_any_command() {
    let home = home(&sent(9));
    let batch = take_in(&home);
    let ids: Vec<String> = batch.iter().map(|message| message["id"].to_string()).collect();
    let mut commands: Vec<Vec<&str>> = vec![
        vec!["queue"],
        vec!["search", "from:mallory", "--limit", "500"],
        vec!["search", "\x1b[2J\u{202e}("],
        vec!["--json", "queue"],
        vec!["--json", "search", "from:mallory", "--limit", "500"],
        vec!["--json", "export", "--format", "jsonl"],
        vec!["show", "999"],
        vec!["decide", "done", "999"],
        vec!["status"],
    ];
    commands.extend(ids.iter().flat_map(|id| [vec!["show", id], vec!["--json", "show", id]]));
    for arguments in &commands {
        let ran = home.command(OPEN, arguments).output().unwrap();
        for said in [&ran.stdout, &ran.stderr] {
            let wrong = offences(said, Kind::Lines);
            assert!(wrong.is_empty(), "{arguments:?}: {wrong:#?}");
        }
    }
}
