//! Holds `src/session/terminal.rs`, `src/session/clicks.rs`, `src/session/open_link.rs`: what a real terminal is asked
//! for, and given back: the mouse above all. And what happens where a program is missing or Ctrl-C comes twice.

use std::io::Write as _;
use std::process::Stdio;

use crate::support::pty::Terminal;
use crate::support::signal::{self, Signal};
use crate::support::{CONFIG, Home, letter};

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

fn home() -> Home {
    let home = Home::new();
    for number in 1..=4 {
        let subject = format!("Matter {number}");
        let mail = letter(number, "Ann <ann@example.org>", &subject, "See https://example.org/plan, and tell me.");
        home.deliver("Maildir", &format!("{number}.t"), &mail);
    }
    assert_eq!(home.run(EARLY, &["add", "Maildir"]).code, 0);
    home
}

fn asked(terminal: &Terminal, mode: &str) -> bool {
    let bytes = terminal.bytes();
    bytes.windows(mode.len()).any(|window| window == mode.as_bytes())
}

fn mouse(terminal: &Terminal) -> bool {
    terminal.with_screen(|screen| screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None)
}

/// A press of the left button on the text, and its release.
fn click(terminal: &mut Terminal, text: &str) {
    let screen = terminal.wait(text);
    let (row, line) = screen.lines().enumerate().find(|(_, line)| line.contains(text)).unwrap();
    let column = line[..line.find(text).unwrap()].chars().count() + 1;
    terminal.keys(&format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m", row = row + 1));
}

#[test]
fn clicks_and_the_wheel_are_asked_for_and_no_movement() {
    let home = home();
    let mut terminal = Terminal::open(&home, OPEN, &[], 120, 36);
    click(&mut terminal, "enter begin");
    terminal.wait("Matter 1");
    assert!(mouse(&terminal));
    assert!(asked(&terminal, "\x1b[?1000h") && asked(&terminal, "\x1b[?1006h"));
    for movement in ["1002", "1003", "1005", "1015"] {
        assert!(!asked(&terminal, movement), "{movement}");
    }
    click(&mut terminal, "Matter 3");
    click(&mut terminal, "a done");
    terminal.wait("Done: Matter 3");
    click(&mut terminal, "u undo");
    terminal.wait("Taken back, no longer done: Matter 3");
    click(&mut terminal, "q leave");
    assert_eq!(terminal.ended(), 0);
    assert!(terminal.given_back());
    assert!(!mouse(&terminal));
}

#[test]
fn with_the_setting_off_the_mouse_stays_with_the_terminal() {
    let home = home();
    home.write("config.toml", format!("mouse = false\n{CONFIG}"));
    let mut terminal = Terminal::open(&home, OPEN, &[], 120, 36);
    terminal.wait("begin");
    assert!(!asked(&terminal, "\x1b[?1000h") && !mouse(&terminal));
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}

#[test]
fn the_mouse_is_given_back_while_it_is_suspended_and_taken_again() {
    let home = home();
    let mut terminal = Terminal::open(&home, OPEN, &[], 80, 24);
    terminal.wait("begin");
    assert!(mouse(&terminal));
    terminal.keys("\x1a");
    assert!(terminal.given_back());
    assert!(!mouse(&terminal));
    let status = format!("/proc/{}/stat", terminal.process());
    terminal.wait_until("a stopped program", |_| {
        std::fs::read_to_string(&status)
            .is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| rest.starts_with(" T")))
    });
    terminal.signal(Signal::CONT);
    terminal.wait("begin");
    click(&mut terminal, "enter begin");
    terminal.wait("Matter 1");
    assert!(mouse(&terminal));
}

#[test]
fn without_a_program_for_links_the_way_out_is_named() {
    let home = home();
    let nothing = home.path("nothing");
    std::fs::create_dir_all(&nothing).unwrap();
    let mut terminal =
        Terminal::open_with(&home, OPEN, &[], 100, 30, &[("PATH", nothing.to_str().unwrap()), ("BROWSER", "")]);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("and tell me");
    terminal.keys("o");
    terminal.wait("esc back");
    terminal.keys("1");
    terminal.wait("No program here opens links · y copies it instead");
}

/// The words of `/proc/PID/status` that begin a line with `name`, as a number of base 16.
fn signals(process: u32, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|mask| u64::from_str_radix(mask.trim_start_matches(':').trim(), 16).ok()).unwrap_or(0)
}

#[test]
fn the_second_ctrl_c_ends_what_waits_for_its_input() {
    const INTERRUPT: u64 = 1 << 1;
    let home = home();
    let mut child = home
        .command(EARLY, &["add", "-", "--format", "mbox"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let process = child.id();
    let mut mailbox = child.stdin.take().unwrap();
    mailbox.write_all(b"From x@example.org Fri Nov 20 08:02:00 2026\nSubject: Plan\n\nTo be").unwrap();
    let interrupt = || signal::send(process, Signal::INT);
    let until = |is: &dyn Fn() -> bool| {
        let watch = tidebox::clock::Stopwatch::start();
        while !is() {
            assert!(watch.elapsed() < std::time::Duration::from_secs(20), "waited in vain");
            std::thread::yield_now();
        }
    };
    until(&|| signals(process, "SigCgt") & INTERRUPT != 0);
    interrupt();
    until(&|| signals(process, "ShdPnd") & INTERRUPT == 0);
    assert!(child.try_wait().unwrap().is_none(), "the first is heard at the end of a transaction");
    interrupt();
    let code = child.wait().unwrap().code();
    assert_eq!(code, Some(130));
    assert_eq!(home.run(EARLY, &["status"]).code, 0);
}

/// A terminal would obey what stands in a message; a pipe does not.
#[test]
fn original_bytes_are_not_put_on_a_terminal() {
    let home = home();
    let id = home.json(OPEN, &["begin"])[0]["id"].to_string();
    for arguments in [&["show", "--raw", &id][..], &["export"]] {
        let mut terminal = Terminal::open(&home, OPEN, arguments, 100, 24);
        assert_eq!(terminal.ended(), 2, "{arguments:?}");
        let screen = terminal.wait("are not printed on a terminal");
        assert!(!screen.contains("Matter"), "{screen}");
        assert!(home.run(OPEN, arguments).out.contains("Matter"), "through a pipe it comes");
    }
}

/// What is typed wrongly is repeated, and acts on no terminal.
#[test]
fn a_mistaken_argument_is_repeated_without_what_acts_on_a_terminal() {
    let home = home();
    for argument in ["\x1b[2Jx", "\u{9b}2Jx", "\x07x"] {
        let mut terminal = Terminal::open(&home, OPEN, &["show", argument], 120, 36);
        assert_eq!(terminal.ended(), 2);
        terminal.wait("x'");
        for forbidden in ["\x1b[2J", "\u{9b}", "\x07"] {
            assert!(!asked(&terminal, forbidden), "{argument:?}: {:?}", String::from_utf8_lossy(&terminal.bytes()));
        }
    }
}
