//! Holds `src/session/background.rs`, `src/ui/theme/background.rs`: the terminal's background: a terminal that answers
//! gets the theme for it at once, one that does not loses nothing, and no answer is ever taken for keys or typed into
//! the shell.

use crate::support::pty::{self, Terminal};
use crate::support::{CONFIG, Home};

const CLOSED: &str = "2026-11-23T13:12:00+01:00";
const QUESTION: &[u8] = b"\x1b]11;?\x07";
const WHITE: &str = "\x1b]11;rgb:ffff/ffff/ffff\x07";
/// What crossterm asks on the way out, and what every terminal answers to it.
const WHAT_ARE_YOU: &[u8] = b"\x1b[c";
const A_TERMINAL: &str = "\x1b[?62;22c";
/// The accent of the default theme, on dark and on light.
const DARK: &[u8] = b"38;2;102;184;221";
const LIGHT: &[u8] = b"38;2;0;95;135";

fn home() -> Home {
    let home = Home::new();
    home.write("config.toml", CONFIG.replace("[theme]\nbackground = \"dark\"\n", ""));
    // Used before, so that the door is shown and not the welcome.
    home.json(CLOSED, &["sync"]);
    home
}

fn said(terminal: &Terminal, bytes: &[u8]) -> bool {
    terminal.bytes().windows(bytes.len()).any(|window| window == bytes)
}

fn wait_for(terminal: &mut Terminal, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let raw = terminal.shared_bytes();
    terminal.wait_until(&text, |_| raw.lock().unwrap().windows(bytes.len()).any(|window| window == bytes));
}

const FULL: [(&str, &str); 1] = [("COLORTERM", "truecolor")];

#[test]
fn a_light_terminal_gets_the_light_theme() {
    let home = home();
    let mut terminal = Terminal::open_with(&home, CLOSED, &[], 100, 30, &FULL);
    // Painted before any answer.
    wait_for(&mut terminal, DARK);
    assert!(said(&terminal, QUESTION) && !said(&terminal, LIGHT));
    terminal.keys(WHITE);
    wait_for(&mut terminal, LIGHT);
    let text = terminal.wait("help");
    assert!(!text.contains("rgb"), "{text}");
    // Answered, so nothing is waited for on the way out.
    terminal.keys("\x03");
    assert_eq!(terminal.ended(), 0);
    assert!(!said(&terminal, WHAT_ARE_YOU));
}

#[test]
fn the_answer_may_come_in_pieces_and_among_keys() {
    let home = home();
    let mut terminal = Terminal::open_with(&home, CLOSED, &[], 100, 30, &FULL);
    wait_for(&mut terminal, DARK);
    terminal.keys("?\x1b");
    terminal.keys("]11;rgb:ff");
    terminal.keys("ff/ffff/ffff\x07");
    wait_for(&mut terminal, LIGHT);
    let help = terminal.wait("moving");
    assert!(!help.contains("rgb"), "the answer was taken for a search in the help:\n{help}");
}

#[test]
fn an_answer_that_comes_late_is_not_typed_into_the_shell() {
    let home = home();
    let script = "\"$TIDEBOX\"; echo over; read -r typed; echo \"typed:<$typed>\"";
    let mut command = pty::command(&home, CLOSED, ["sh", "-c", script]);
    command.env("TIDEBOX", env!("CARGO_BIN_EXE_tidebox"));
    let mut terminal = Terminal::spawn(command, 100, 30);
    terminal.wait("help");
    terminal.keys("\x03");
    // It has been asked what it is, and answers both questions only now.
    wait_for(&mut terminal, WHAT_ARE_YOU);
    terminal.keys(WHITE);
    terminal.keys(A_TERMINAL);
    terminal.wait("over");
    terminal.keys("mine\n");
    terminal.wait("typed:<mine>");
}

#[test]
fn who_need_not_be_asked_is_not_asked() {
    let chosen = Home::new();
    chosen.json(CLOSED, &["sync"]);
    let home = home();
    for (home, environment) in [
        (&chosen, &[("COLORTERM", "truecolor")][..]),
        (&home, &[("NO_COLOR", "1")]),
        (&home, &[("TERM", "linux")]),
        (&home, &[("TERM", "dumb")]),
    ] {
        let mut terminal = Terminal::open_with(home, CLOSED, &[], 100, 30, environment);
        terminal.wait("help");
        terminal.keys("\x03");
        assert_eq!(terminal.ended(), 0);
        assert!(!said(&terminal, QUESTION) && !said(&terminal, WHAT_ARE_YOU), "{environment:?}");
    }
}
