//! `tidebox add`: takes in mailboxes and messages. Nothing is moved or changed where they lie.

use clap::{Args, ValueEnum};

use std::path::{Path, PathBuf};

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::output::{note, print};
use super::progress::Progress;
use super::{json, report};
use crate::clock::Stopwatch;
use crate::config::{Backlog, Seen};
use crate::domain::printable::Printable;
use crate::domain::source_type::SourceType;
use crate::job::JobError;
use crate::job::disposition::{BacklogPolicy, IntakeRules};
use crate::job::intake::{self, Intake};
use crate::job::open::resolved_path;
use crate::job::roles;
use crate::job::summary::Summary;
use crate::source::detect::{self, Format};
use crate::source::tree::{self, LeftOut, TreePart};
use crate::source::{Source, SourceError};
use crate::store::Store;

/// Take in Maildirs, mbox files, .eml files, JSON lines, and folders of any of them
#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is moved or changed where it lies, and taking in the same thing twice changes nothing. For a folder, it says what
each file was. If a path cannot be read, the others are still taken in, and the exit code is 1.

Examples:
  tidebox add ~/Maildir
  tidebox add --history ~/exports      search will find all of it; nothing is held
  tidebox add ~/.thunderbird/abcd.default/Mail
  tidebox export --format jsonl | tidebox --store other.db add -")]
pub struct AddCommand {
    /// Maildirs, mbox files, .eml files, JSON lines, folders of any of them; - reads standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// What the paths are; otherwise tidebox finds it out
    #[arg(long, value_enum)]
    pub format: Option<FormatName>,
    /// The name of the source; otherwise that of the file or folder
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Hold every message, also those marked read
    #[arg(long, conflicts_with = "history")]
    pub all: bool,
    /// File every message as history
    #[arg(long)]
    pub history: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatName {
    Maildir,
    Mbox,
    /// One message, or a folder of them
    Eml,
    /// JSON lines
    Jsonl,
}

/// Up to this many files are listed; the others are only counted.
const TOLD: usize = 50;

pub fn run(global: &GlobalArguments, options: &AddCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut adding =
        Adding { context, options, store: context.intake()?, total: Summary::default(), files: Vec::new() };
    let watch = Stopwatch::start();
    let mut stopped = false;
    for path in &options.paths {
        stopped = match adding.path(path) {
            Ok(stopped) => stopped,
            // If one cannot be read, the others are still taken in.
            Err(JobError::Source(error)) if options.paths.len() > 1 => {
                adding.total.fail(intake::failure_text(&error));
                false
            }
            Err(error) => return Err(error.into()),
        };
        if stopped {
            break;
        }
    }
    let Adding { total, files, store, .. } = adding;
    let seconds = watch.elapsed().as_secs_f64();
    if context.json {
        let mut object = json::summary(&total, seconds);
        object["files"] = files.iter().map(Met::object).collect();
        print(&format!("{}\n", json::line(&object)))?;
        return report::ended(&total, stopped);
    }
    tell(&files)?;
    tell_missing(context, &store, &options.paths)?;
    report::summary(context, &total, seconds, stopped)
}

/// A file or folder that was found in a folder, and what it was.
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
    context: &'a CommandContext,
    options: &'a AddCommand,
    store: Store,
    total: Summary,
    /// What was found in folders that are not mailboxes themselves.
    files: Vec<Met>,
}

impl Adding<'_> {
    /// Takes in what is at a path. Returns whether somebody asked to stop.
    fn path(&mut self, path: &Path) -> Result<bool, JobError> {
        let name = self.options.source.clone().unwrap_or_else(|| name_of(path));
        let named = self.options.format.map(format_of);
        if path == Path::new("-") {
            let stdin = std::io::BufReader::with_capacity(1 << 20, std::io::stdin());
            let mut source = detect::stream(stdin, named, &name)?;
            return Ok(self.take(&name, (SourceType::Stdin, ""), source.as_mut(), false)?.1);
        }
        let (parts, left_out) = parts(path, named)?;
        let alone = left_out.is_empty() && matches!(parts.as_slice(), [part] if part.path == path);
        self.files.extend(left_out.into_iter().map(|it| Met { path: it.path, what: it.why.to_owned(), came: None }));
        for part in parts {
            let at = self.where_from(&part, &name);
            let mut source = part.open(&name);
            let (came, stopped) =
                self.take(&name, (part.format.source_type(), &at), source.as_mut(), part.format == Format::Maildir)?;
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

    /// If copies are only known by their names, the path is part of the source: files of the same name at another path are
    /// other messages. What a configured source reads belongs to that source.
    fn where_from(&self, part: &TreePart, name: &str) -> String {
        let configured = self.context.config.sources.iter().find(|source| source.name == name);
        let path = configured.and_then(|source| source.kind.path());
        let own = path.is_some_and(|path| resolved_path(path) == resolved_path(&part.path));
        match part.format {
            _ if own => String::new(),
            Format::Maildir | Format::Jsonl => resolved_path(&part.path),
            Format::Mbox | Format::Eml => part.format.to_string(),
        }
    }

    fn take(
        &mut self,
        name: &str,
        (kind, at): (SourceType, &str),
        source: &mut dyn Source,
        goes_on: bool,
    ) -> Result<(Summary, bool), JobError> {
        let id = self.store.source_at(name, kind, at)?;
        // The position of a Maildir counts what it skips. Other kinds are read to the end, so that known messages are counted.
        let position = if goes_on { self.store.read_up_to(id)? } else { None };
        let mut progress = Progress::new(name, source.gauge(), self.context.json);
        let backlog = match (self.options.all, self.options.history) {
            (true, _) => BacklogPolicy::HoldAll,
            (_, true) => BacklogPolicy::History,
            _ => BacklogPolicy::Backlog(Backlog::All, Seen::History),
        };
        let rules = IntakeRules::new(&self.context.config, name, backlog, self.context.clock.moment());
        let intake = Intake { source: id, rules, low_memory: false };
        let summary = intake.take_in(&mut self.store, source, position.as_deref(), &mut progress);
        progress.finish();
        let summary = summary?;
        self.total.add(summary.clone());
        Ok((summary, progress.stopped()))
    }
}

fn format_of(name: FormatName) -> Format {
    match name {
        FormatName::Maildir => Format::Maildir,
        FormatName::Mbox => Format::Mbox,
        FormatName::Eml => Format::Eml,
        FormatName::Jsonl => Format::Jsonl,
    }
}

/// The parts of a path that are taken in, and those that are left out.
fn parts(path: &Path, named: Option<Format>) -> Result<(Vec<TreePart>, Vec<LeftOut>), SourceError> {
    let folder = path.is_dir();
    match named {
        Some(kind) if !folder || matches!(kind, Format::Maildir | Format::Eml) => {
            return Ok((vec![TreePart::of(path, kind)], Vec::new()));
        }
        None if !folder => return Ok((vec![TreePart::of(path, detect::of_path(path)?)], Vec::new())),
        _ => {}
    }
    let tree::Tree { parts, mut left_out } = tree::scan(path)?;
    let (parts, others): (Vec<_>, Vec<_>) =
        parts.into_iter().partition(|part| named.is_none_or(|named| part.format == named));
    left_out.extend(others.into_iter().map(|part| LeftOut { path: part.path, why: "of another format" }));
    if parts.is_empty() {
        return Err(SourceError::Unclear { path: path.to_owned() });
    }
    Ok((parts, left_out))
}

/// Prints what each file in a folder was.
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

/// The name of a source: that of its file or folder.
fn name_of(path: &Path) -> String {
    if path == Path::new("-") {
        return "stdin".to_owned();
    }
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    whole.file_stem().map_or_else(|| whole.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// Says which folders commits will miss in mailboxes that were taken in and are sources of the settings too.
fn tell_missing(context: &CommandContext, store: &Store, paths: &[PathBuf]) -> Result<(), Failure> {
    let taken = |name: &str| {
        let mut sources = context.config.sources.iter().filter(|source| source.name == name);
        let path = sources.find_map(|source| source.kind.path()).map(resolved_path);
        path.is_some_and(|path| paths.iter().any(|taken| resolved_path(taken) == path))
    };
    for mailbox in roles::known(store, &context.config)?.iter().filter(|mailbox| taken(&mailbox.source)) {
        for (what, hint) in mailbox.missing().map(roles::without) {
            note(&format!("{}: {what} {hint}", mailbox.source));
        }
    }
    Ok(())
}
