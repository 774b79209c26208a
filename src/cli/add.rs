//! `tidebox add`: takes in mailboxes and messages; where they come from, nothing is moved or changed.

use std::path::Path;

use super::arguments::{Add, Format};
use super::failure::Failure;
use super::output::print;
use super::place::Place;
use super::progress::Progress;
use super::{journal, json};
use crate::clock::{Clock, Stopwatch};
use crate::config::{Backlog, Seen};
use crate::domain::door::came_back;
use crate::domain::printable::Printable;
use crate::job::JobError;
use crate::job::intake::Intake;
use crate::job::ruling::Filing;
use crate::job::summary::Summary;
use crate::source::Source;
use crate::source::detect::{self, Format as Kind};

pub fn run(place: &Place, options: &Add) -> Result<(), Failure> {
    let mut store = place.intake()?;
    let filing = match (options.all, options.history) {
        (true, _) => Filing::HoldAll,
        (_, true) => Filing::History,
        _ => Filing::Backlog(Backlog::All, Seen::History),
    };
    let watch = Stopwatch::start();
    let mut total = Summary::default();
    let mut stopped = false;
    for path in &options.paths {
        let name = options.source.clone().unwrap_or_else(|| name_of(path));
        let (kind, mut source) = open(path, options.format, &name)?;
        let id = store.source(&name, &kind)?;
        // A Maildir's position counts what it passes over; others are read to the end, so that what is known is counted.
        let position = if kind == Kind::Maildir.to_string() { store.read_up_to(id)? } else { None };
        let mut progress = Progress::new(&name, source.gauge(), place.json);
        let intake = Intake {
            config: &place.config,
            source: id,
            name: &name,
            filing,
            backlog_before: None,
            first_read: None,
            now: place.now(),
            wall: Clock::real().now(),
            frugal: false,
        };
        let summary = intake.take_in(&mut store, source.as_mut(), position.as_deref(), &mut progress);
        progress.finish();
        total.add(summary?);
        stopped = progress.stopped();
        if stopped {
            break;
        }
    }
    report(place, &total, watch.elapsed().as_secs_f64(), stopped)
}

fn open(path: &Path, format: Option<Format>, name: &str) -> Result<(String, Box<dyn Source>), Failure> {
    let named = format.map(|format| match format {
        Format::Maildir => Kind::Maildir,
        Format::Mbox => Kind::Mbox,
        Format::Eml => Kind::Eml,
        Format::Jsonl => Kind::Jsonl,
    });
    if path == Path::new("-") {
        let stdin = std::io::BufReader::with_capacity(1 << 20, std::io::stdin());
        let source = detect::stream(stdin, named, name).map_err(JobError::from)?;
        return Ok(("stdin".to_owned(), source));
    }
    let kind = match named {
        Some(kind) => kind,
        None => detect::of_path(path).map_err(JobError::from)?,
    };
    Ok((kind.to_string(), detect::open_whole(path, kind, name)))
}

/// A source is called after its file or folder.
fn name_of(path: &Path) -> String {
    if path == Path::new("-") {
        return "stdin".to_owned();
    }
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    whole.file_stem().map_or_else(|| whole.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// Says what came of it: a line for people, an object for scripts. Failures make it exit with 1, after all the rest was taken in.
pub fn report(place: &Place, total: &Summary, seconds: f64, stopped: bool) -> Result<(), Failure> {
    if place.json {
        print(&format!("{}\n", json::line(&json::summary(total, seconds))))?;
    } else {
        let mut text = format!("{} read, {} new", total.read, total.admitted);
        if total.known > 0 {
            text.push_str(&format!(", {} seen before", total.known));
        }
        if total.defective > 0 {
            text.push_str(&format!(", {} with defects (kept whole)", total.defective));
        }
        print(&format!("{text}. {seconds:.1} s\n"))?;
        for note in &total.notes {
            print(&format!("{}.\n", Printable::from(note)))?;
        }
        match total.returned.held {
            0 => {}
            1 => print("1 message came back to where incoming mail lies, and is held again.\n")?,
            held => print(&format!("{held} messages came back to where incoming mail lies, and are held again.\n"))?,
        }
        if total.returned.waiting > 0 {
            print(&format!("{}\n", came_back(total.returned.waiting)))?;
        }
        journal::tell(&total.written)?;
    }
    if stopped {
        return Err(Failure::stopped());
    }
    if total.failed == 0 { Ok(()) } else { Err(Failure::unread(total.failed, &total.failures)) }
}
