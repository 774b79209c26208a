//! The bare limits as whole programs: what the same work costs with nothing around it. `scripts/bench` runs them beside
//! `tidebox` in the same minutes; each takes the place of a command.
//!
//! - `limits intake MAILDIR DATABASE`: reads, parses and packs on every core, and inserts a row, a blob and the words.
//! - `limits screen DATABASE`: opens, reads fifty rows by number, paints them; `j` moves, `e` commits one row and paints, `q` quits.
//! - `limits commit DATABASE COUNT`: commits a row every ten milliseconds, and prints how long each took, in milliseconds.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measurement that cannot be made ends the run; bare SQLite and the bare clock are what it is about"
)]

#[path = "../speed/bare.rs"]
mod bare;

use std::fs;
use std::io::{Read, Write, stdin, stdout};
use std::path::Path;
use std::time::{Duration, Instant};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["intake", maildir, database] => bare::intake(Path::new(database), mails(Path::new(maildir))),
        ["screen", database] => screen(Path::new(database)),
        ["commit", database, count] => commits(Path::new(database), count.parse().unwrap()),
        // `cargo bench` runs everything; these are for a script.
        _ => println!("limits: run by scripts/bench"),
    }
}

fn mails(maildir: &Path) -> impl Iterator<Item = Vec<u8>> + Send + use<> {
    let mut paths: Vec<_> = ["new", "cur"]
        .iter()
        .flat_map(|part| fs::read_dir(maildir.join(part)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.into_iter().map(|path| fs::read(path).unwrap())
}

fn screen(database: &Path) {
    let connection = bare::connect(database, "FULL");
    let rows = bare::page(&connection);
    crossterm::terminal::enable_raw_mode().unwrap();
    let mut at = 0;
    let mut frame = String::from("\x1b[?1049h\x1b[2J");
    for number in 0..rows.len().min(38) {
        line(&mut frame, &rows, number, at);
    }
    print(&frame);
    let mut key = [0];
    while stdin().read(&mut key).unwrap() > 0 && key[0] != b'q' {
        if key[0] == b'e' {
            bare::commit(&connection);
        }
        let mut frame = String::new();
        let before = at;
        at = (at + 1) % rows.len().clamp(1, 38);
        line(&mut frame, &rows, before, at);
        line(&mut frame, &rows, at, at);
        print(&frame);
    }
    print("\x1b[?1049l");
    crossterm::terminal::disable_raw_mode().unwrap();
}

fn line(frame: &mut String, rows: &[bare::Row], number: usize, at: usize) {
    let Some((id, sender, subject, date)) = rows.get(number) else { return };
    let colour = if number == at { 7 } else { 0 };
    let date = date.unwrap_or_default();
    frame.push_str(&format!("\x1b[{};1H\x1b[{colour}m{id} {date} {sender:.20} {subject:.60}\x1b[0m", number + 1));
}

fn print(frame: &str) {
    let mut out = stdout().lock();
    out.write_all(frame.as_bytes()).unwrap();
    out.flush().unwrap();
}

fn commits(database: &Path, count: u32) {
    let mut connection = bare::connect(database, "FULL");
    connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    // As a decision waits: looking every quarter of a millisecond.
    connection
        .busy_handler(Some(|_| {
            std::thread::sleep(Duration::from_micros(250));
            true
        }))
        .unwrap();
    for _ in 0..count {
        std::thread::sleep(Duration::from_millis(10));
        let begun = Instant::now();
        bare::commit(&connection);
        println!("{:.3}", begun.elapsed().as_secs_f64() * 1000.0);
    }
}
