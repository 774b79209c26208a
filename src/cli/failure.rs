//! Why a command failed, in words: what kind, what, where, and what to do next. And its exit code.

use std::io::{self, Write};
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::config::ConfigError;
use crate::domain::ids::Id;
use crate::domain::printable::Printable;
use crate::domain::schedule::TimeMistake;
use crate::job::verify::named;
use crate::job::{JobError, trouble};
use crate::store::{self, StoreError};

#[derive(Debug)]
pub struct Failure {
    kind: Kind,
    what: String,
    /// The file that it is about, if there is one.
    file: Option<String>,
    hint: Option<String>,
    /// Lines that show the place, for a person.
    place: Option<Box<str>>,
    /// For a configuration: every mistake with its place.
    mistakes: Vec<serde_json::Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The door is closed.
    Held,
    /// A wrong argument.
    Usage,
    /// The arguments are right, but there is no such thing, or this cannot be done with it.
    Request,
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
            Self::Request => "request",
            Self::Config => "config",
            Self::Store => "store",
            Self::Source => "source",
            Self::Io => "io",
            Self::Signal(_) => "signal",
        }
    }
}

impl Failure {
    fn new(kind: Kind, what: impl Into<String>, hint: Option<String>) -> Self {
        Self { kind, what: what.into(), file: None, hint, place: None, mistakes: Vec::new() }
    }

    /// At a file.
    fn at(self, path: &Path) -> Self {
        Self { file: Some(path.display().to_string()), ..self }
    }

    pub fn usage(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Kind::Usage, what, Some(hint.into()))
    }

    /// With lines that show where in the argument it is.
    pub fn showing(self, place: impl Into<Box<str>>) -> Self {
        Self { place: Some(place.into()), ..self }
    }

    /// Wrong arguments, in the words of their parser: first what is wrong, then what to do.
    pub fn arguments(error: &clap::Error) -> Self {
        let said = error.to_string();
        if error.kind() == ErrorKind::MissingRequiredArgument
            && let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg)
        {
            let noun = if missing.len() == 1 { "this argument is" } else { "these arguments are" };
            let usage = said.lines().find(|line| line.starts_with("Usage:")).unwrap_or_default();
            return Self::usage(format!("{noun} missing: {}", missing.join(" ")), usage);
        }
        let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
        let what = lines.next().unwrap_or_default();
        let hint = lines.collect::<Vec<_>>().join("; ");
        Self::usage(what.strip_prefix("error: ").unwrap_or(what), hint)
    }

    /// The store that was named is not there, and the command does not make one.
    pub fn no_store(path: &Path) -> Self {
        let hint = "nothing was made; `tidebox --store FILE init` makes a store there, `add` and `sync` do too";
        Self::new(Kind::Request, format!("there is no store at {}", path.display()), Some(hint.to_owned())).at(path)
    }

    /// The time zone of the system is not known.
    pub fn zone(mistake: &TimeMistake) -> Self {
        let hint = "set TZ to the name of a zone, or name yours in the configuration: timezone = \"Europe/Berlin\"";
        Self::usage(mistake.to_string(), hint)
    }

    pub fn held(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Kind::Held, what, Some(hint.into()))
    }

    /// A server, or the settings, did not take it.
    pub fn refused(what: impl Into<String>, hint: impl Into<String>) -> Self {
        let hint: String = hint.into();
        Self::new(Kind::Source, what, Some(hint).filter(|hint| !hint.is_empty()))
    }

    /// There is no such thing.
    pub fn absent(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Kind::Request, what, Some(hint.into()))
    }

    /// What was written is not ready to leave.
    pub fn unready(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Kind::Request, what, Some(hint.into()))
    }

    /// Another process does it already.
    pub fn busy(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Kind::Request, what, Some(hint.into()))
    }

    /// The service could not be installed, removed or queried.
    pub fn service(what: impl Into<String>, hint: Option<String>) -> Self {
        Self::new(Kind::Io, what, hint)
    }

    /// Somebody pressed Ctrl-C while messages were taken in.
    pub fn stopped() -> Self {
        let hint = "run it again to go on from there".to_owned();
        Self::new(Kind::Io, "stopped before the end; what was taken in is kept", Some(hint))
    }

    /// Some files or sources could not be read; the others were taken in.
    pub fn unread(count: u64, failures: &[String]) -> Self {
        const SHOWN: usize = 20;
        trouble::unread(count);
        let mut what = format!("{count} could not be read:");
        for failure in failures.iter().take(SHOWN) {
            what.push_str("\n  ");
            what.push_str(failure);
        }
        let shown = failures.len().min(SHOWN) as u64;
        if count > shown {
            what.push_str(&format!("\n  and {} more", count - shown));
        }
        Self::new(Kind::Source, what, Some("everything else was taken in".to_owned()))
    }

    /// The originals of these messages are damaged, so they were left out; the others were written.
    pub fn damaged(ids: &[Id]) -> Self {
        let count = ids.len();
        let noun = if count == 1 { "message is" } else { "messages are" };
        let what = format!("{count} {noun} damaged in the store and left out: {}", named(ids));
        let hint = "all others were written; a backup, or the mailbox they came from, may still have what is missing";
        Self::new(Kind::Store, what, Some(hint.to_owned()))
    }

    /// A decision that was made on the screen is not in the store.
    pub fn not_kept(what: impl Into<String>, hint: Option<String>) -> Self {
        Self::new(Kind::Store, what, hint)
    }

    /// Some mail could not be moved now.
    pub fn unmoved(failures: &[String]) -> Self {
        let what = format!("not everything could be moved:\n  {}", failures.join("\n  "));
        Self::new(
            Kind::Source,
            what,
            Some("it is tried again by itself; docs/hold.md tells how to do it by hand".to_owned()),
        )
    }

    /// A signal ended the screen; the exit code says which, as a shell would.
    pub fn signal(signal: i32) -> Self {
        Self::new(Kind::Signal(signal), "", None)
    }

    /// The problems that `check` found.
    pub fn problems(problems: &[String]) -> Self {
        let count = problems.len();
        let noun = if count == 1 { "problem" } else { "problems" };
        Self::new(Kind::Source, format!("{count} {noun} found:\n  {}", problems.join("\n  ")), None)
    }

    pub fn io(doing: &str, path: &Path, error: &io::Error) -> Self {
        trouble::io(error);
        Self::new(Kind::Io, format!("{doing} {}: {error}", path.display()), None).at(path)
    }

    /// How many mistakes of the configuration it reports.
    pub fn mistakes(&self) -> usize {
        self.mistakes.len()
    }

    /// In which lines of the configuration its mistakes are, without a word of them.
    pub fn mistaken_lines(&self) -> String {
        let lines: Vec<String> = self.mistakes.iter().map(|mistake| mistake["line"].to_string()).collect();
        if lines.is_empty() {
            "it cannot be read".to_owned()
        } else {
            format!("mistakes in lines {}", lines.join(", "))
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

    /// Prints it on standard error. If that is closed, only the exit code tells of it.
    pub fn report(&self, json: bool) {
        if matches!(self.kind, Kind::Signal(_)) {
            return;
        }
        let text = if json { self.object() } else { self.words() };
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    fn object(&self) -> String {
        let mut error = serde_json::json!({
            "kind": self.kind.name(), "what": self.what, "where": self.file, "hint": self.hint,
        });
        if !self.mistakes.is_empty() {
            error["mistakes"] = self.mistakes.clone().into();
        }
        super::json::line(&serde_json::json!({ "error": error })) + "\n"
    }

    fn words(&self) -> String {
        let mut out = String::new();
        for (at, line) in self.what.lines().enumerate() {
            // A report on the configuration names its places itself.
            let name = if at == 0 && self.mistakes.is_empty() { "tidebox: " } else { "" };
            out.push_str(&format!("{name}{}\n", Printable::from(line)));
        }
        for line in self.place.iter().flat_map(|place| place.lines()) {
            out.push_str(&format!("  {}\n", Printable::from(line)));
        }
        if let Some(hint) = &self.hint {
            out.push_str(&format!("  {}\n", Printable::from(hint)));
        }
        out
    }
}

impl From<JobError> for Failure {
    fn from(error: JobError) -> Self {
        let hint = error.hint();
        match error {
            JobError::Store(error) => error.into(),
            JobError::Source(error) => {
                trouble::source(&error);
                Self::new(Kind::Source, error.to_string(), hint)
            }
            JobError::Closed { what, .. } => Self::new(Kind::Held, what, hint),
            JobError::Wrong { what, .. } => Self::new(Kind::Request, what, hint),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        trouble::store(&error);
        let kind = match error.kind() {
            store::FailureKind::Held => Kind::Held,
            store::FailureKind::Request => Kind::Request,
            store::FailureKind::File | store::FailureKind::Ours => Kind::Store,
        };
        Self::new(kind, error.to_string(), error.hint().map(str::to_owned))
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        trouble::config(&error);
        let mut failure = Self::new(Kind::Config, error.to_string(), error.hint()).at(error.path());
        if let ConfigError::Mistaken(mistakes) = &error {
            failure.mistakes = mistakes
                .each()
                .map(|(file, mistake)| {
                    serde_json::json!({
                        "line": file.line, "column": file.column, "what": mistake.what,
                        "expected": mistake.expected, "hint": mistake.hint,
                    })
                })
                .collect();
        }
        failure
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        trouble::io(&error);
        Self::new(Kind::Io, error.to_string(), None)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::Failure;
    use crate::cli::arguments::Arguments;
    use crate::domain::ids::{BatchId, Id};
    use crate::job::JobError;
    use crate::store::StoreError;

    fn wrong() -> JobError {
        JobError::Wrong { what: "no such message".to_owned(), hint: "look again".to_owned() }
    }

    #[test]
    fn each_failure_has_its_exit_code_and_its_kind() {
        let closed = JobError::Closed { what: "the door is closed".to_owned(), hint: "wait".to_owned() };
        let unreadable = StoreError::Unreadable { doing: "reading", what: "nonsense".to_owned() };
        for (failure, code, kind) in [
            (Failure::usage("what", "hint"), 2, "usage"),
            (Failure::held("what", "hint"), 3, "held"),
            (StoreError::Held(Id(7)).into(), 3, "held"),
            (StoreError::PeekOver.into(), 3, "held"),
            (closed.into(), 3, "held"),
            (wrong().into(), 1, "request"),
            (StoreError::Unknown(Id(7)).into(), 1, "request"),
            (StoreError::Committed(BatchId(1)).into(), 1, "request"),
            (unreadable.into(), 1, "store"),
            (Failure::stopped(), 1, "io"),
            (Failure::signal(15), 143, "signal"),
            (Failure::signal(2), 130, "signal"),
        ] {
            let object: serde_json::Value = serde_json::from_str(&failure.object()).unwrap();
            assert_eq!((failure.exit_code(), object["error"]["kind"].as_str()), (code, Some(kind)), "{failure:?}");
        }
    }

    #[test]
    fn what_it_says_is_named_once_and_what_to_do_stands_below_it() {
        assert_eq!(Failure::from(wrong()).words(), "tidebox: no such message\n  look again\n");
        let failures = ["a.eml: nonsense".to_owned(), "b.eml: nonsense".to_owned()];
        assert_eq!(
            Failure::unread(5, &failures).words(),
            "tidebox: 5 could not be read:\n  a.eml: nonsense\n  b.eml: nonsense\n  and 3 more\n  everything else was taken in\n"
        );
    }

    #[test]
    fn nothing_that_it_repeats_acts_on_a_terminal() {
        let failure = Failure::usage("no folder \u{1b}[2J\u{202e}x", "try \u{9b}31m");
        for said in [failure.words(), failure.object()] {
            assert!(!said.chars().any(|c| c != '\n' && crate::domain::printable::forbidden(c)), "{said:?}");
        }
    }

    #[test]
    fn what_the_parser_says_of_arguments_is_parted_into_what_and_what_to_do() {
        let told = |arguments: &[&str]| {
            let error = Arguments::try_parse_from(arguments).unwrap_err();
            let object: serde_json::Value = serde_json::from_str(&Failure::arguments(&error).object()).unwrap();
            object["error"].clone()
        };
        let unknown = told(&["tidebox", "--hlep"]);
        assert_eq!(unknown["what"], "unexpected argument '--hlep' found");
        assert!(
            unknown["hint"].as_str().unwrap().starts_with("tip: a similar argument exists: '--help'; Usage: tidebox")
        );
        let missing = told(&["tidebox", "decide"]);
        assert_eq!(missing["what"], "these arguments are missing: <VERB> <ID>...");
        assert_eq!(told(&["tidebox", "show"])["what"], "this argument is missing: <ID>");
    }
}
