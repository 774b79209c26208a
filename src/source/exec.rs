//! A command that prints messages as lines of JSON (see `jsonl`).
//!
//! It is started without a shell, gets its last position in `TIDEBOX_POSITION`, and may print a line
//! `{"position": "…"}` to be given next time; `TIDEBOX_PROTOCOL` tells which agreement this is (docs/sources.md). It may
//! take so long and print so much; then it is stopped together with everything that it started, and so it is when tidebox
//! ends. What it printed whole counts, also when it fails. What it complains of on its standard error is read by nobody:
//! it may quote a message that is held (rule 1).

use std::io::{self, BufReader, ErrorKind};
use std::time::Duration;

use super::jsonl::JsonReading;
use super::{EventSink, ReadOutcome, Source, SourceError, SyncContext};
use crate::domain::limits::{COMMAND_OUTPUT_BYTES, COMMAND_SECONDS};
use crate::domain::printable::Printable;
use crate::process::RunningProgram;

/// The version of what a command and tidebox have agreed on.
const PROTOCOL: &str = "1";

#[derive(Debug)]
pub struct Exec {
    name: String,
    command: Vec<String>,
    seconds: u64,
    bytes: usize,
}

impl Exec {
    /// `command` is the program and its arguments; `name` is the source's.
    #[must_use]
    pub fn new(command: &[String], name: &str) -> Self {
        let command = command.to_vec();
        Self { name: name.to_owned(), command, seconds: COMMAND_SECONDS, bytes: COMMAND_OUTPUT_BYTES }
    }

    /// Other limits than the usual ones: seconds, and bytes of output.
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

/// Whether a program could not be started because of what it was to be given: too much, or with a byte of zero in it.
fn is_unfit(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ArgumentListTooLong | ErrorKind::InvalidInput)
}

impl Source for Exec {
    fn read(&mut self, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError> {
        let position = since.position.unwrap_or_default();
        let (started, unfit) = match self.start(position) {
            // No program can be given it, so that this one would never be started again.
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
                reading.tell_half();
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
