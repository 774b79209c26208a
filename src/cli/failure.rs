//! Why a command failed, in words: what kind, what, where, and what to do next. And its exit code.

use std::io;
use std::path::Path;

use crate::config::ConfigError;
use crate::domain::printable::Printable;
use crate::job::JobError;
use crate::store::{self, StoreError};

#[derive(Debug)]
pub struct Failure {
    kind: Kind,
    what: String,
    /// The file it happened to, where there is one.
    place: Option<String>,
    hint: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The door is closed.
    Held,
    /// Yours: an argument that makes no sense.
    Usage,
    Config,
    Store,
    Source,
    /// A file, a pipe or the terminal.
    Io,
    Signal(i32),
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Usage => "usage",
            Self::Config => "config",
            Self::Store => "store",
            Self::Source => "source",
            Self::Io => "io",
            Self::Signal(_) => "signal",
        }
    }
}

impl Failure {
    pub fn usage(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { kind: Kind::Usage, what: what.into(), place: None, hint: Some(hint.into()) }
    }

    /// Arguments that make no sense, as their parser says it: what, and after that what to do.
    pub fn arguments(said: &str) -> Self {
        let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
        let what = lines.next().unwrap_or_default();
        let hint = lines.collect::<Vec<_>>().join("; ");
        Self::usage(what.strip_prefix("error: ").unwrap_or(what), hint)
    }

    pub fn held(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { kind: Kind::Held, what: what.into(), place: None, hint: Some(hint.into()) }
    }

    /// Somebody pressed Ctrl-C while messages were taken in.
    pub fn stopped() -> Self {
        Self {
            kind: Kind::Io,
            what: "stopped before the end; what was taken in is kept".to_owned(),
            place: None,
            hint: Some("run it again to go on from there".to_owned()),
        }
    }

    /// Some things could not be read; the rest was taken in.
    pub fn unread(count: u64, failures: &[String]) -> Self {
        const SHOWN: usize = 20;
        let mut what = format!("{count} could not be read:");
        for failure in failures.iter().take(SHOWN) {
            what.push_str("\n  ");
            what.push_str(failure);
        }
        let shown = failures.len().min(SHOWN) as u64;
        if count > shown {
            what.push_str(&format!("\n  and {} more", count - shown));
        }
        Self { kind: Kind::Source, what, place: None, hint: Some("everything else was taken in".to_owned()) }
    }

    /// A signal ended the screen; the exit code says which, as a shell would.
    pub fn signal(signal: i32) -> Self {
        Self { kind: Kind::Signal(signal), what: String::new(), place: None, hint: None }
    }

    /// What a check has found.
    pub fn problems(problems: &[String]) -> Self {
        let count = problems.len();
        let what =
            format!("{count} {} found:\n  {}", if count == 1 { "problem" } else { "problems" }, problems.join("\n  "));
        Self { kind: Kind::Source, what, place: None, hint: None }
    }

    pub fn io(doing: &str, path: &Path, error: &io::Error) -> Self {
        Self {
            kind: Kind::Io,
            what: format!("{doing} {}: {error}", path.display()),
            place: Some(path.display().to_string()),
            hint: None,
        }
    }

    pub fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::Held => 3,
            Kind::Usage => 2,
            Kind::Signal(signal) => u8::try_from(128 + signal).unwrap_or(1),
            _ => 1,
        }
    }

    /// Says it on standard error.
    #[expect(clippy::print_stderr, reason = "standard error is where a failure is said")]
    pub fn report(&self, json: bool) {
        if matches!(self.kind, Kind::Signal(_)) {
            return;
        }
        if json {
            let error = serde_json::json!({ "error": {
                "kind": self.kind.name(), "what": self.what, "where": self.place, "hint": self.hint,
            }});
            eprintln!("{}", super::json::line(&error));
            return;
        }
        for (at, line) in self.what.lines().enumerate() {
            let line = Printable::from(line);
            if at == 0 && self.kind != Kind::Config {
                eprintln!("tidebox: {line}");
            } else {
                eprintln!("{line}");
            }
        }
        if let Some(hint) = &self.hint {
            eprintln!("  {}", Printable::from(hint));
        }
    }
}

impl From<JobError> for Failure {
    fn from(error: JobError) -> Self {
        let hint = error.hint();
        match error {
            JobError::Store(error) => error.into(),
            JobError::Source(error) => Self { kind: Kind::Source, what: error.to_string(), place: None, hint },
            JobError::Closed { what, .. } => Self { kind: Kind::Held, what, place: None, hint },
            JobError::Wrong { what, .. } => Self { kind: Kind::Usage, what, place: None, hint },
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let kind = match error.kind() {
            store::Kind::Held => Kind::Held,
            store::Kind::Request => Kind::Usage,
            store::Kind::File | store::Kind::Ours => Kind::Store,
        };
        Self { kind, hint: error.hint().map(str::to_owned), what: error.to_string(), place: None }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self {
            kind: Kind::Config,
            what: error.to_string(),
            place: Some(error.path().display().to_string()),
            hint: error.hint(),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self { kind: Kind::Io, what: error.to_string(), place: None, hint: None }
    }
}
