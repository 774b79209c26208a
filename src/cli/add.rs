//! `tidebox add`: takes in mailboxes and messages; where they come from, nothing is moved or changed.

use std::path::{Path, PathBuf};

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
use crate::job::intake::{self, Intake};
use crate::job::open::resolved_path;
use crate::job::ruling::Filing;
use crate::job::summary::Summary;
use crate::source::detect::{self, Format as Kind};
use crate::source::tree::{self, LeftOut, Part};
use crate::source::{Source, SourceError};
use crate::store::Store;

/// Files that are told one by one; more are counted.
const TOLD: usize = 50;

pub fn run(place: &Place, options: &Add) -> Result<(), Failure> {
    let mut adding = Adding { place, options, store: place.intake()?, total: Summary::default(), files: Vec::new() };
    let watch = Stopwatch::start();
    let mut stopped = false;
    for path in &options.paths {
        stopped = match adding.path(path) {
            Ok(stopped) => stopped,
            // One that cannot be read stops none of the others.
            Err(JobError::Source(error)) if options.paths.len() > 1 => {
                adding.total.fail(intake::said(&error));
                false
            }
            Err(error) => return Err(error.into()),
        };
        if stopped {
            break;
        }
    }
    let Adding { total, files, .. } = adding;
    let seconds = watch.elapsed().as_secs_f64();
    if place.json {
        let mut object = json::summary(&total, seconds);
        object["files"] = files.iter().map(Met::object).collect();
        print(&format!("{}\n", json::line(&object)))?;
        return ended(&total, stopped);
    }
    tell(&files)?;
    report(place, &total, seconds, stopped)
}

/// A file or folder that was met within a folder, and what it was.
struct Met {
    path: PathBuf,
    what: String,
    came: Option<Summary>,
}

impl Met {
    fn object(&self) -> serde_json::Value {
        let numbers = self.came.as_ref().map(|came| (came.read, came.admitted));
        serde_json::json!({
            "path": self.path.to_string_lossy(), "what": self.what, "taken": numbers.is_some(),
            "read": numbers.map(|it| it.0), "admitted": numbers.map(|it| it.1),
        })
    }
}

struct Adding<'a> {
    place: &'a Place,
    options: &'a Add,
    store: Store,
    total: Summary,
    /// What was met in folders that are no mailbox themselves.
    files: Vec<Met>,
}

impl Adding<'_> {
    /// Takes in what a path holds; whether somebody asked to stop.
    fn path(&mut self, path: &Path) -> Result<bool, JobError> {
        let name = self.options.source.clone().unwrap_or_else(|| name_of(path));
        let named = self.options.format.map(kind);
        if path == Path::new("-") {
            let stdin = std::io::BufReader::with_capacity(1 << 20, std::io::stdin());
            let mut source = detect::stream(stdin, named, &name)?;
            return Ok(self.take(&name, ("stdin", ""), source.as_mut(), false)?.1);
        }
        let (parts, left_out) = parts(path, named)?;
        let alone = left_out.is_empty() && matches!(parts.as_slice(), [part] if part.path == path);
        self.files.extend(left_out.into_iter().map(|it| Met { path: it.path, what: it.why.to_owned(), came: None }));
        for part in parts {
            let at = self.where_from(&part, &name);
            let kind = part.format.to_string();
            let mut source = part.open(&name);
            let (came, stopped) = self.take(&name, (&kind, &at), source.as_mut(), part.format == Kind::Maildir)?;
            if !alone {
                let what = part.files().map_or_else(
                    || part.format.words().to_owned(),
                    |count| match count {
                        1 => "one message".to_owned(),
                        count => format!("{count} single messages"),
                    },
                );
                self.files.push(Met { path: part.path, what, came: Some(came) });
            }
            if stopped {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Where copies are known by their names alone, these belong to the place. What a configured source reads is its own.
    fn where_from(&self, part: &Part, name: &str) -> String {
        let configured = self.place.config.sources.iter().find(|source| source.name == name);
        let path = configured.and_then(|source| source.kind.path());
        let own = path.is_some_and(|path| resolved_path(path) == resolved_path(&part.path));
        match part.format {
            _ if own => String::new(),
            Kind::Maildir | Kind::Jsonl => resolved_path(&part.path),
            Kind::Mbox | Kind::Eml => part.format.to_string(),
        }
    }

    fn take(
        &mut self,
        name: &str,
        (kind, at): (&str, &str),
        source: &mut dyn Source,
        goes_on: bool,
    ) -> Result<(Summary, bool), JobError> {
        let id = self.store.source_at(name, kind, at)?;
        // A Maildir's position counts what it passes over; others are read to the end, so that what is known is counted.
        let position = if goes_on { self.store.read_up_to(id)? } else { None };
        let mut progress = Progress::new(name, source.gauge(), self.place.json);
        let intake = Intake {
            config: &self.place.config,
            source: id,
            name,
            filing: match (self.options.all, self.options.history) {
                (true, _) => Filing::HoldAll,
                (_, true) => Filing::History,
                _ => Filing::Backlog(Backlog::All, Seen::History),
            },
            backlog_before: None,
            first_read: None,
            now: self.place.now(),
            wall: Clock::real().now(),
            frugal: false,
        };
        let summary = intake.take_in(&mut self.store, source, position.as_deref(), &mut progress);
        progress.finish();
        let summary = summary?;
        self.total.add(summary.clone());
        Ok((summary, progress.stopped()))
    }
}

fn kind(format: Format) -> Kind {
    match format {
        Format::Maildir => Kind::Maildir,
        Format::Mbox => Kind::Mbox,
        Format::Eml => Kind::Eml,
        Format::Jsonl => Kind::Jsonl,
    }
}

/// What is to be taken in of a path, and what of it is not.
fn parts(path: &Path, named: Option<Kind>) -> Result<(Vec<Part>, Vec<LeftOut>), SourceError> {
    let folder = path.is_dir();
    match named {
        Some(kind) if !folder || matches!(kind, Kind::Maildir | Kind::Eml) => {
            return Ok((vec![Part::of(path, kind)], Vec::new()));
        }
        None if !folder => return Ok((vec![Part::of(path, detect::of_path(path)?)], Vec::new())),
        _ => {}
    }
    let tree::Tree { parts, mut left_out } = tree::look(path)?;
    let (parts, others): (Vec<_>, Vec<_>) =
        parts.into_iter().partition(|part| named.is_none_or(|named| part.format == named));
    left_out.extend(others.into_iter().map(|part| LeftOut { path: part.path, why: "of another format" }));
    if parts.is_empty() {
        return Err(SourceError::Unclear { path: path.to_owned() });
    }
    Ok((parts, left_out))
}

/// Says of each file within a folder what it was.
fn tell(files: &[Met]) -> Result<(), Failure> {
    for met in files.iter().take(TOLD) {
        let came = match &met.came {
            Some(came) => format!("{} read, {} new", came.read, came.admitted),
            None => "left out".to_owned(),
        };
        let path = met.path.to_string_lossy();
        print(&format!("{}: {}, {came}\n", Printable::from(path.as_ref()), met.what))?;
    }
    match files.len().saturating_sub(TOLD) {
        0 => Ok(()),
        more => print(&format!("and {more} more (--json tells each)\n")),
    }
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
    ended(total, stopped)
}

fn ended(total: &Summary, stopped: bool) -> Result<(), Failure> {
    if stopped {
        return Err(Failure::stopped());
    }
    if total.failed == 0 { Ok(()) } else { Err(Failure::unread(total.failed, &total.failures)) }
}
