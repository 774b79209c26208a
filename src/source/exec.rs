//! A command that prints messages as lines of JSON (see `jsonl`).
//!
//! The command is started without a shell. It gets its last position in `TIDEBOX_POSITION`, and may print a line
//! `{"position": "…"}` that it will be given next time; `TIDEBOX_PROTOCOL` is the version of this agreement
//! (docs/sources.md). Its time and its output are limited: at the limit, and when tidebox ends, it is stopped together
//! with everything that it started. Messages that it printed in full count even when it fails afterwards. Its standard
//! error is read by nobody, because it may quote a message that is held (rule 1).

use std::io::{self, BufReader, ErrorKind};
use std::time::Duration;

use super::jsonl::JsonReading;
use super::{EventSink, ReadOutcome, Source, SourceError, SyncContext};
use crate::domain::limits::{COMMAND_OUTPUT_BYTES, COMMAND_SECONDS};
use crate::domain::printable::Printable;
use crate::process::RunningProgram;

/// The version of the agreement between a command and tidebox.
const PROTOCOL: &str = "1";

#[derive(Debug)]
pub struct Exec {
    name: String,
    command: Vec<String>,
    seconds: u64,
    bytes: usize,
}

impl Exec {
    /// `command` is the program and its arguments; `name` is the name of the source.
    #[must_use]
    pub fn new(command: &[String], name: &str) -> Self {
        let command = command.to_vec();
        Self { name: name.to_owned(), command, seconds: COMMAND_SECONDS, bytes: COMMAND_OUTPUT_BYTES }
    }

    /// Sets other limits: `seconds` of running time, and `bytes` of output.
    #[must_use]
    pub fn limited(self, seconds: u64, bytes: usize) -> Self {
        Self { seconds, bytes, ..self }
    }

    fn start(&self, position: &str) -> io::Result<RunningProgram> {
        let variables = [("TIDEBOX_POSITION", position), ("TIDEBOX_PROTOCOL", PROTOCOL)];
        RunningProgram::start(&self.command, &variables, Duration::from_secs(self.seconds))
    }

    fn called(&self) -> String {
        Printable::from(self.command.first().map_or("(no command)", String::as_str)).to_string()
    }
}

/// Whether a program could not be started because the position is too long or contains a zero byte.
fn is_unfit(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ArgumentListTooLong | ErrorKind::InvalidInput)
}

impl Source for Exec {
    fn read(&mut self, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError> {
        let position = since.position.unwrap_or_default();
        let (started, unfit) = match self.start(position) {
            // The position is dropped: with it, the command could never be started again.
            Err(error) if !position.is_empty() && is_unfit(&error) => (self.start(""), true),
            started => (started, false),
        };
        let mut program = started.map_err(|error| SourceError::Start { command: self.called(), error })?;
        let mut reading = JsonReading::new(&self.name, since);
        let mut over = false;
        let mut broken = false;
        let output = program.output(self.bytes, &mut over);
        let mut each = |handed| {
            let flow = each(handed);
            broken = flow.is_break();
            flow
        };
        let result = reading.lines(BufReader::with_capacity(64 * 1024, output), &mut each);
        let end = program.end(over || broken || result.is_err());
        let command = self.called();
        if end.timed_out {
            return Err(SourceError::Slow { command, seconds: self.seconds });
        }
        if over {
            return Err(SourceError::Endless { command, bytes: self.bytes });
        }
        if let Err(error) = result {
            return Err(SourceError::Failed { command, status: error.to_string() });
        }
        match end.status {
            Ok(status) if status.success() || broken => {
                reading.report_incomplete();
                let mut outcome = reading.outcome;
                if unfit {
                    outcome.notes.push(format!(
                        "{command} could not be given its last position, of {} bytes; it began without one",
                        position.len()
                    ));
                    outcome.position.get_or_insert_default();
                }
                Ok(outcome)
            }
            Ok(status) => Err(SourceError::Failed { command, status: status.to_string() }),
            Err(error) => Err(SourceError::Start { command, error }),
        }
    }
}
