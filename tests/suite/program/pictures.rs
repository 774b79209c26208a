//! Holds `src/ui/view`, `src/ui/screens`, `src/ui/keymap/page.rs`: the pictures and the key table of the pages come from the program itself,
//! and these tests keep them current. `TIDEBOX_WRITE=1 cargo test --test suite readme` writes them anew.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::Home;
use crate::support::pty::Terminal;

/// A Monday morning, four minutes into the window of the demo.
pub const BEGUN: &str = "2026-11-23T10:04:00+01:00";

/// The same morning, before the window opens.
const CLOSED: &str = "2026-11-23T08:30:00+01:00";

fn project(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Compares a file with what it should be, or writes it where that is asked for.
pub fn keep_current(name: &str, expected: &str) {
    let path = project(name);
    if std::env::var_os("TIDEBOX_WRITE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, expected).unwrap();
    }
    let present = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        present == expected,
        "{name} is out of date; `TIDEBOX_WRITE=1 cargo test --test suite readme` writes it anew"
    );
}

#[test]
fn readme_pictures_are_current() {
    let home = Home::new();
    let full = [("COLORTERM", "truecolor")];
    let mut terminal = Terminal::open_with(&home, BEGUN, &["demo", "--folder", "shut"], 120, 32, &full);
    terminal.wait("begin");
    terminal.wait_gone("reading");
    drop(terminal);
    let shut = ["--store", "shut/tidebox.db", "--config", "shut/config.toml"];
    let mut terminal = Terminal::open_with(&home, CLOSED, &shut, 120, 32, &full);
    terminal.wait("in 1 h 30 min");
    terminal.settle();
    keep_current("docs/pictures/door.svg", &terminal.svg("The door: closed until 10:00"));
    drop(terminal);
    let mut terminal = Terminal::open_with(&home, BEGUN, &["demo", "--folder", "demo"], 120, 32, &full);
    terminal.wait("begin");
    terminal.wait_gone("reading");
    terminal.keys("\r");
    terminal.wait("Budget");
    for _ in 0..5 {
        terminal.keys("j");
    }
    terminal.wait("6/32");
    terminal.settle();
    keep_current("docs/pictures/queue.svg", &terminal.svg("The queue: the list and the letter beside it"));
}

#[test]
fn readme_key_table_is_current() {
    let table = tidebox::ui::keymap::key_table_markdown(&tidebox::ui::keymap::Keymap::default());
    let page = fs::read_to_string(project("docs/keys.md")).unwrap();
    keep_current("docs/keys.md", &between(&page, "keys", &table));
}

/// The text with what stands between two markers replaced.
fn between(text: &str, name: &str, new: &str) -> String {
    let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) = text.split_once(&start).expect("the page has the marker");
    let (_, after) = rest.split_once(&end).expect("and its end");
    format!("{before}{start}{}\n{end}{after}", new.trim_end())
}

/// In units of a picture: a column, a row, and the margin around the screen.
const WIDE: f64 = 8.4;
const HIGH: f64 = 18.0;
const MARGIN: f64 = 14.0;

/// The parts of a text between which two spaces or more stand, with the column at which each begins. Browsers draw several spaces as one
/// and leave out those at an end, with the places of their letters, so no run may have any.
fn apart(text: &str) -> Vec<(usize, &str)> {
    if !text.is_ascii() {
        return vec![(0, text)];
    }
    let mut parts = Vec::new();
    let mut at = 0;
    for part in text.split("  ") {
        let words = part.trim();
        if !words.is_empty() {
            parts.push((at + part.len() - part.trim_start().len(), words));
        }
        at += part.len() + 2;
    }
    parts
}

#[test]
fn runs_of_a_picture_have_no_spaces_that_a_browser_leaves_out() {
    assert_eq!(apart("  a b   c  "), [(2, "a b"), (8, "c")]);
    assert_eq!(apart("ab"), [(0, "ab")]);
    assert_eq!(apart("     "), []);
}

impl Terminal {
    /// Waits until the screen has stood still for a moment, so that a picture shows what a person would see.
    pub fn settle(&mut self) {
        let mut before = self.text();
        let mut still = 0;
        while still < 5 {
            std::thread::sleep(std::time::Duration::from_millis(60));
            let now = self.text();
            still = if now == before { still + 1 } else { 0 };
            before = now;
        }
    }

    /// The screen as a picture.
    pub fn svg(&self, title: &str) -> String {
        let (rows, columns) = self.with_screen(|screen| (screen.size().0.get(), screen.size().1.get()));
        format!("{}{}</g>\n</svg>\n", Self::svg_head(columns, rows, title), self.drawn())
    }

    /// How a picture of a screen of this size begins.
    pub fn svg_head(columns: u16, rows: u16, title: &str) -> String {
        let width = f64::from(columns).mul_add(WIDE, 2.0 * MARGIN);
        let height = f64::from(rows).mul_add(HIGH, 2.0 * MARGIN);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\">\n<title>{title}</title>\n\
             <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#16181d\"/>\n\
             <g font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"14\" xml:space=\"preserve\">\n"
        )
    }

    /// What is on the screen, each run of letters at its own column, so that no font can shift it.
    pub fn drawn(&self) -> String {
        self.with_screen(|screen| {
            let (rows, columns) = screen.size();
            let (rows, columns) = (rows.get(), columns.get());
            let mut out = String::new();
            for row in 0..rows {
                let baseline = f64::from(row).mul_add(HIGH, MARGIN + 13.0);
                let mut column = 0;
                while column < columns {
                    let Some(cell) = screen.cell(row, column) else { break };
                    let style = Style::of(cell);
                    let mut text = cell.contents().to_owned();
                    let start = column;
                    column += if cell.is_wide() { 2 } else { 1 };
                    // Plain letters of one look go together; anything wider stands alone at its own place.
                    if text.is_ascii() {
                        if text.is_empty() {
                            text.push(' ');
                        }
                        while let Some(next) = screen.cell(row, column) {
                            if !next.contents().is_ascii() || Style::of(next) != style {
                                break;
                            }
                            text.push_str(if next.contents().is_empty() { " " } else { next.contents() });
                            column += 1;
                        }
                    }
                    let x = f64::from(start).mul_add(WIDE, MARGIN);
                    let run = f64::from(column - start) * WIDE;
                    if let Some(back) = style.back {
                        let top = f64::from(row).mul_add(HIGH, MARGIN);
                        let _ = writeln!(out, "<rect x=\"{x:.1}\" y=\"{top:.1}\" width=\"{run:.1}\" height=\"{HIGH:.1}\" fill=\"{back}\"/>");
                    }
                    if text.trim().is_empty() {
                        continue;
                    }
                    let bold = if style.bold { " font-weight=\"bold\"" } else { "" };
                    let slanted = if style.italic { " font-style=\"italic\"" } else { "" };
                    for (place, words) in apart(&text) {
                        let x = (place as f64).mul_add(WIDE, x);
                        let escaped = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                        // Each letter at its own column: one wide letter stands for two.
                        let places: Vec<String> = if words.is_ascii() {
                            (0..words.len()).map(|place| format!("{:.1}", (place as f64).mul_add(WIDE, x))).collect()
                        } else {
                            vec![format!("{x:.1}")]
                        };
                        let _ = writeln!(
                            out,
                            "<text x=\"{}\" y=\"{baseline:.1}\" fill=\"{}\"{bold}{slanted}>{escaped}</text>",
                            places.join(" "),
                            style.fore
                        );
                    }
                }
            }
            out
        })
    }
}

#[derive(Clone, PartialEq)]
struct Style {
    fore: String,
    back: Option<String>,
    bold: bool,
    italic: bool,
}

impl Style {
    fn of(cell: &vt100::Cell) -> Self {
        let fore =
            colour(cell.fgcolor()).unwrap_or_else(|| if cell.dim() { "#858b98".into() } else { "#d6dae2".into() });
        let back = colour(cell.bgcolor());
        if cell.inverse() {
            return Self {
                fore: back.unwrap_or_else(|| "#16181d".into()),
                back: Some(fore),
                bold: cell.bold(),
                italic: cell.italic(),
            };
        }
        Self { fore, back, bold: cell.bold(), italic: cell.italic() }
    }
}

/// The sixteen colours as a calm dark terminal shows them.
fn colour(colour: vt100::Color) -> Option<String> {
    const NAMED: [&str; 16] = [
        "#1d2026", "#e06c75", "#98c379", "#e0af68", "#6ca6e8", "#c678dd", "#56b6c2", "#d6dae2", "#858b98", "#f0828c",
        "#b3d89c", "#f0c987", "#8bbcf2", "#d79bea", "#7fcdd6", "#ffffff",
    ];
    match colour {
        vt100::Color::Default => None,
        vt100::Color::Idx(index @ 0..=15) => NAMED.get(usize::from(index)).map(|named| (*named).to_owned()),
        // xterm's cube of six levels a colour, and its greys behind it.
        vt100::Color::Idx(index @ 16..=231) => {
            let level = |place: u8| match (index - 16) / place % 6 {
                0 => 0,
                step => 55 + 40 * step,
            };
            Some(format!("#{:02x}{:02x}{:02x}", level(36), level(6), level(1)))
        }
        vt100::Color::Idx(index) => Some(format!("#{0:02x}{0:02x}{0:02x}", 8 + (index - 232) * 10)),
        vt100::Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
    }
}
