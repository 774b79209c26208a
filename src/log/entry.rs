//! One line of the log: when, what kind, which operation, and facts that cannot carry anything of a message.
//!
//! There is no way to put free text in, because the text of an error may quote the input that caused it. A line is made of
//! words that stand in this program, of numbers, and of the paths of our own files.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    kind: &'static str,
    doing: &'static str,
    facts: Vec<(&'static str, Fact)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Fact {
    Number(i64),
    Word(&'static str),
    Path(PathBuf),
    Io(io::ErrorKind),
}

impl LogEntry {
    /// An entry of a kind (`store`, `source`, `config` …), and what the program was doing.
    #[must_use]
    pub fn of(kind: &'static str, doing: &'static str) -> Self {
        Self { kind, doing, facts: Vec::new() }
    }

    #[must_use]
    pub fn number(self, name: &'static str, number: impl Into<i64>) -> Self {
        self.with(name, Fact::Number(number.into()))
    }

    #[must_use]
    pub fn word(self, name: &'static str, word: &'static str) -> Self {
        self.with(name, Fact::Word(word))
    }

    /// The path of one of our own files, such as the store or the configuration. Never that of a message.
    #[must_use]
    pub fn file(self, path: &Path) -> Self {
        self.with("file", Fact::Path(path.to_owned()))
    }

    /// The reason that the operating system gave.
    #[must_use]
    pub fn refused(self, error: &io::Error) -> Self {
        let entry = self.with("why", Fact::Io(error.kind()));
        match error.raw_os_error() {
            Some(code) => entry.number("errno", code),
            None => entry,
        }
    }

    fn with(mut self, name: &'static str, fact: Fact) -> Self {
        self.facts.push((name, fact));
        self
    }

    /// The line with its line end. A path in the home folder is written with `~`.
    pub(super) fn line(&self, now: DateTime<Utc>, home: Option<&Path>) -> String {
        let now = now.format("%Y-%m-%dT%H:%M:%SZ");
        let mut line = format!("{now} {} {}: {}", env!("CARGO_PKG_VERSION"), self.kind, self.doing);
        for (name, fact) in &self.facts {
            // Writing to a string cannot fail.
            let _ = match fact {
                Fact::Number(number) => write!(line, " {name}={number}"),
                Fact::Word(word) => write!(line, " {name}={word}"),
                Fact::Path(path) => write!(line, " {name}={:?}", short(path, home)),
                Fact::Io(kind) => write!(line, " {name}={:?}", kind.to_string()),
            };
        }
        line.push('\n');
        line
    }
}

/// The path as a person may show it to others.
#[must_use]
pub fn short(path: &Path, home: Option<&Path>) -> String {
    let inside = home.filter(|home| home.parent().is_some()).and_then(|home| path.strip_prefix(home).ok());
    match inside {
        Some(inside) => Path::new("~").join(inside).display().to_string(),
        None => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{LogEntry, short};
    use chrono::DateTime;
    use std::io;
    use std::path::Path;

    #[test]
    fn a_line_is_one_line() {
        let entry = LogEntry::of("store", "recording an act")
            .number("code", 13)
            .word("state", "full")
            .file(Path::new("/home/ann/a\n\u{1b}[2J\u{202e}\"b"))
            .refused(&io::Error::from(io::ErrorKind::StorageFull));
        let line = entry.line(DateTime::UNIX_EPOCH, Some(Path::new("/home/ann")));
        let version = env!("CARGO_PKG_VERSION");
        let expected =
            r#"store: recording an act code=13 state=full file="~/a\n\u{1b}[2J\u{202e}\"b" why="no storage space""#;
        assert_eq!(line, format!("1970-01-01T00:00:00Z {version} {expected}\n"));
    }

    #[test]
    fn the_home_folder_is_a_tilde() {
        let home = Some(Path::new("/home/ann"));
        assert_eq!(short(Path::new("/home/ann/Maildir"), home), "~/Maildir");
        assert_eq!(short(Path::new("/home/anna/Maildir"), home), "/home/anna/Maildir");
        assert_eq!(short(Path::new("/srv/mail"), Some(Path::new("/"))), "/srv/mail");
        assert_eq!(short(Path::new("/srv/mail"), None), "/srv/mail");
    }
}
