//! Holds `src/ui/view`, `src/ui/screens`, `src/job/sample`: the recorded session of the pages. A test plays a check-in of the demo on a
//! terminal of its own, and writes what the screen showed as an asciicast (version 2) and as a moving picture. The frames have
//! fixed times, so the same program makes the same files; `TIDEBOX_WRITE=1 cargo test --test suite readme` writes them anew.

use std::fmt::Write as _;

use super::pictures::{BEGUN, keep_current};
use crate::support::Home;
use crate::support::pty::Terminal;

const COLUMNS: u16 = 110;
const ROWS: u16 = 30;

/// What is typed, and for how many tenths of a second its frame stands.
const STEPS: [(&str, u32); 12] = [
    ("", 25),
    ("\r", 25),
    ("j", 8),
    ("a", 12),
    ("a", 12),
    ("d", 12),
    ("\r", 30),
    ("\x1b", 8),
    ("l", 12),
    ("u", 12),
    ("C", 35),
    ("\x1b", 15),
];

/// One state of the screen.
struct Frame {
    /// In tenths of a second: when it comes, and how long it stands.
    at: u32,
    tenths: u32,
    /// What a terminal is told to show it.
    text: String,
    /// Its letters as elements of SVG.
    drawn: String,
}

fn frames() -> Vec<Frame> {
    let home = Home::new();
    let full = [("COLORTERM", "truecolor")];
    let mut terminal = Terminal::open_with(&home, BEGUN, &["demo", "--folder", "demo"], COLUMNS, ROWS, &full);
    terminal.wait("begin");
    terminal.wait_gone("reading");
    let (mut frames, mut at) = (Vec::new(), 0);
    for (keys, tenths) in STEPS {
        if !keys.is_empty() {
            terminal.keys(keys);
        }
        terminal.settle();
        let text = terminal.with_screen(vt100::Screen::contents_formatted);
        frames.push(Frame { at, tenths, text, drawn: terminal.drawn() });
        at += tenths;
    }
    frames
}

/// The form is at <https://docs.asciinema.org/manual/asciicast/v2/>: an object that tells of the whole, then an event on each line.
fn asciicast(frames: &[Frame]) -> String {
    let header =
        serde_json::json!({ "version": 2, "width": COLUMNS, "height": ROWS, "title": "A check-in of tidebox" });
    let mut out = format!("{header}\n");
    for frame in frames {
        let event = serde_json::json!([f64::from(frame.at) / 10.0, "o", format!("\x1b[H\x1b[2J{}", frame.text)]);
        let _ = writeln!(out, "{event}");
    }
    out
}

/// The frames one after another, for ever; a program that shows no motion shows the third one.
fn moving(frames: &[Frame], head: &str) -> String {
    let whole: u32 = frames.iter().map(|frame| frame.tenths).sum();
    let share = |tenths: u32| f64::from(tenths) * 100.0 / f64::from(whole);
    let mut style = String::new();
    for (number, frame) in frames.iter().enumerate() {
        let (from, to) = (share(frame.at), share(frame.at + frame.tenths));
        let _ = write!(
            style,
            "@keyframes f{number}{{0%{{visibility:hidden}}{from:.2}%{{visibility:visible}}{to:.2}%{{visibility:hidden}}}}\n\
             #f{number}{{animation:f{number} {}s step-end infinite}}\n",
            f64::from(whole) / 10.0
        );
    }
    let mut out = format!("{head}<style>\n{style}</style>\n");
    for (number, frame) in frames.iter().enumerate() {
        let shown = if number == 2 { "visible" } else { "hidden" };
        let _ = write!(out, "<g id=\"f{number}\" visibility=\"{shown}\">\n{}</g>\n", frame.drawn);
    }
    out + "</g>\n</svg>\n"
}

#[test]
fn readme_recording_is_current() {
    let frames = frames();
    assert!(frames.windows(2).all(|pair| pair[0].text != pair[1].text), "a key that changes nothing");
    keep_current("docs/pictures/first-batch.cast", &asciicast(&frames));
    let head = Terminal::svg_head(COLUMNS, ROWS, "A check-in, from the door to the review");
    keep_current("docs/pictures/first-batch.svg", &moving(&frames, &head));
}
