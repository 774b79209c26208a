//! `tidebox export`: what was released, as mboxrd or JSON lines. What is held stays held; `backup` copies everything.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json::{self, MessageJson};
use super::output;
use super::search;
use crate::domain::ids::Id;
use crate::domain::message::Message;
use crate::job::trouble;
use crate::mail::mboxrd;
use crate::store::StoreError;

/// Write what was released as mbox or JSON lines
#[derive(Debug, Args)]
#[command(after_help = "\
What is held is left out.

Examples:
  tidebox export --output messages.mbox
  tidebox export --query 'from:ada after:2026-01-01' > ada.mbox
  tidebox export --format jsonl | jq -r .subject")]
pub struct ExportCommand {
    /// The format; otherwise mbox, or JSON lines with --json
    #[arg(long, value_enum)]
    pub format: Option<ExportFormat>,
    /// Only messages that match this query
    #[arg(long, value_name = "QUERY")]
    pub query: Option<String>,
    /// The file to write; otherwise standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// mboxrd
    Mbox,
    /// JSON lines, with the original in base64
    Jsonl,
}

pub fn run(global: &GlobalArguments, options: &ExportCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let query = options.query.as_deref().map(|text| search::query(context, text)).transpose()?;
    let format = options.format.unwrap_or(if context.json { ExportFormat::Jsonl } else { ExportFormat::Mbox });
    if options.output.is_none() && format == ExportFormat::Mbox {
        output::away_from_terminals("name a file with --output, or use a pipe")?;
    }
    let store = context.open_store()?;
    let out: BufWriter<Box<dyn Write>> = BufWriter::new(match &options.output {
        Some(path) => {
            let mut opening = OpenOptions::new();
            opening.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut opening, 0o600);
            Box::new(opening.open(path).map_err(|error| Failure::io("writing", path, &error))?)
        }
        None => Box::new(io::stdout().lock()),
    });
    let mut writing = Writing { out, format, damaged: Vec::new(), failed: None };
    match query {
        None => store.export(|message, raw| writing.message(&message, raw))?,
        Some(query) => {
            // The search begins with the newest message, and a mailbox with the oldest.
            for message in store.search(&query, context.now(), usize::MAX >> 1, None)?.iter().rev() {
                if writing.message(message, store.original(message.id)).is_break() {
                    break;
                }
            }
        }
    }
    writing.end(options.output.as_deref())
}

/// An export that is being written.
struct Writing {
    out: BufWriter<Box<dyn Write>>,
    format: ExportFormat,
    /// Messages whose originals are damaged. They are left out.
    damaged: Vec<Id>,
    /// The error that ended it.
    failed: Option<Failed>,
}

enum Failed {
    Writing(io::Error),
    Reading(StoreError),
}

impl Writing {
    fn message(&mut self, message: &Message, raw: Result<Vec<u8>, StoreError>) -> ControlFlow<()> {
        let written = match raw {
            Ok(raw) => match self.format {
                ExportFormat::Mbox => mboxrd::write(&mut self.out, &message.from.address, message.received, &raw),
                ExportFormat::Jsonl => writeln!(self.out, "{}", line(message, &raw)),
            }
            .map_err(Failed::Writing),
            Err(error) if error.is_damage() => {
                trouble::store(&error);
                self.damaged.push(message.id);
                Ok(())
            }
            Err(error) => Err(Failed::Reading(error)),
        };
        self.failed = written.err();
        if self.failed.is_none() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    fn end(mut self, output: Option<&Path>) -> Result<(), Failure> {
        let ended = match self.failed.take() {
            None => self.out.flush().map_err(Failed::Writing),
            Some(failed) => Err(failed),
        };
        let failure = match ended {
            Ok(()) if self.damaged.is_empty() => return Ok(()),
            Ok(()) => return Err(Failure::damaged(&self.damaged)),
            Err(Failed::Writing(error)) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            Err(Failed::Writing(error)) => match output {
                Some(path) => Failure::io("writing", path, &error),
                None => error.into(),
            },
            Err(Failed::Reading(error)) => error.into(),
        };
        if let Some(path) = output {
            // This command made the file. Half an export could be taken for a complete one, so it is removed.
            let _ = std::fs::remove_file(path);
        }
        Err(failure)
    }
}

fn line(message: &Message, raw: &[u8]) -> String {
    let mut value = serde_json::to_value(MessageJson::from(message)).unwrap_or_default();
    value["raw"] = crate::mail::to_base64(raw).into();
    json::line(&value)
}
