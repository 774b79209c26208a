//! `[[source]]`: where messages come from.

use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::de::DeValue;

use super::imap::ImapConfig;
use super::mailbox::{Hold, WriteBack};
use super::mistake::{ConfigMistake, quoted};
use super::names::Names;
use super::paths::Paths;
use super::section::{Found, Section};

/// One configured source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceConfig {
    pub name: String,
    pub kind: SourceKind,
    pub backlog: Backlog,
    /// What a commit changes there; nothing in sources that are no mailboxes.
    pub write_back: WriteBack,
    pub hold: Hold,
}

impl SourceConfig {
    /// A source of which nothing else is said.
    #[must_use]
    pub fn new(name: String, kind: SourceKind) -> Self {
        let (backlog, write_back, hold) = (Backlog::default(), WriteBack::default(), Hold::default());
        Self { name, kind, backlog, write_back, hold }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceKind {
    Maildir {
        path: PathBuf,
    },
    Mbox {
        path: PathBuf,
    },
    Jsonl {
        path: PathBuf,
    },
    /// A command and its arguments, run without a shell; what it prints is read.
    Exec {
        command: Vec<String>,
    },
    Imap(Box<ImapConfig>),
    /// RSS, Atom or JSON Feed, read from the web this often at most.
    Feed {
        url: String,
        every: Duration,
    },
}

impl SourceKind {
    /// The kind as the file names it.
    #[must_use]
    pub fn text(&self) -> &'static str {
        match self {
            Self::Maildir { .. } => "maildir",
            Self::Mbox { .. } => "mbox",
            Self::Jsonl { .. } => "jsonl",
            Self::Exec { .. } => "exec",
            Self::Imap(_) => "imap",
            Self::Feed { .. } => "feed",
        }
    }

    /// Whether it is read over the network by tidebox itself.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        matches!(self, Self::Imap(_) | Self::Feed { .. })
    }

    /// What to call such a source: as its folder, file or program is called.
    pub(super) fn suggested_name(&self) -> String {
        let path = match self {
            Self::Exec { command } => command.first().map(Path::new),
            Self::Imap(account) => Some(Path::new(&account.user)),
            Self::Feed { url, .. } => Some(Path::new(url)),
            Self::Maildir { path } | Self::Mbox { path } | Self::Jsonl { path } => Some(path.as_path()),
        };
        let name = path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        name.unwrap_or_default().trim_start_matches('.').to_owned()
    }

    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Maildir { path } | Self::Mbox { path } | Self::Jsonl { path } => Some(path),
            Self::Exec { .. } | Self::Imap(_) | Self::Feed { .. } => None,
        }
    }
}

/// What becomes of unread mail that a source holds when it is first read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backlog {
    /// All of it is held.
    All,
    /// All of it is history.
    None,
    /// What is older than so many days is history.
    Days(u32),
}

impl Default for Backlog {
    fn default() -> Self {
        Self::Days(14)
    }
}

const KINDS: [(&str, Kind); 4] =
    [("maildir", Kind::Maildir), ("mbox", Kind::Mbox), ("jsonl", Kind::Jsonl), ("exec", Kind::Exec)];
const PATH: &str = "the path of a folder or a file, in quotes";
const COMMAND: &str = "a command in quotes, or a list of its words";
const BACKLOG: &str = "a number of days such as `\"14d\"`, `\"all\"` or `\"none\"`";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Maildir,
    Mbox,
    Jsonl,
    Exec,
}

pub(super) fn read(root: &Section<'_>, paths: Paths<'_>, found: &mut Found) -> Vec<SourceConfig> {
    let mut names = Names::default();
    let mut sources = Vec::new();
    for (table, span) in root.tables("source", found).unwrap_or_default() {
        let section = Section::open("[[source]]", table, span, &["name", "kind", "path", "command", "backlog"], found);
        let name = names.take(&section, found);
        let kind = kind(&section, paths, found);
        let backlog = backlog(&section, found).unwrap_or_default();
        if let (Some(name), Some(kind)) = (name, kind) {
            let (write_back, hold) = (WriteBack::default(), Hold::default());
            sources.push(SourceConfig { name: name.text.into_owned(), kind, backlog, write_back, hold });
        }
    }
    sources
}

fn kind(section: &Section<'_>, paths: Paths<'_>, found: &mut Found) -> Option<SourceKind> {
    if section.get("kind").is_none() {
        found.push(section.missing("kind", "one of `maildir`, `mbox`, `jsonl`, `exec` in quotes"));
        return None;
    }
    let kind = section.word("kind", &KINDS, found)?;
    let (theirs, other) = if kind == Kind::Exec { ("command", "path") } else { ("path", "command") };
    if let Some(value) = section.get(other) {
        let what = format!("a source of this kind has no `{other}`");
        found.push(ConfigMistake::at(value.span(), what).hint(format!("it has a `{theirs}`")));
    }
    if kind == Kind::Exec {
        return Some(SourceKind::Exec { command: command(section, found)? });
    }
    let text = section.needed("path", PATH, found)?;
    let path = paths.read(&text, found)?;
    Some(match kind {
        Kind::Mbox => SourceKind::Mbox { path },
        Kind::Jsonl => SourceKind::Jsonl { path },
        Kind::Maildir | Kind::Exec => SourceKind::Maildir { path },
    })
}

/// A list is taken as it is; a text is split as a shell would split it, and never run by one.
fn command(section: &Section<'_>, found: &mut Found) -> Option<Vec<String>> {
    let Some(value) = section.get("command") else {
        found.push(section.missing("command", COMMAND));
        return None;
    };
    let texts = section.texts("command", COMMAND, found)?;
    let words = match (value.get_ref(), texts.as_slice()) {
        (DeValue::String(text), _) => {
            let words = shlex::split(text);
            if words.is_none() {
                let mistake = ConfigMistake::at(value.span(), "a quote within this command is never closed");
                found.push(mistake.hint("write it as a list of words instead"));
            }
            words?
        }
        (_, texts) => texts.iter().map(|text| text.text.clone().into_owned()).collect(),
    };
    if words.first().is_none_or(String::is_empty) || words.iter().any(|word| word.contains('\0')) {
        found.push(ConfigMistake::at(value.span(), "this command names no program").expected(COMMAND));
        return None;
    }
    Some(words)
}

fn backlog(section: &Section<'_>, found: &mut Found) -> Option<Backlog> {
    let text = section.text("backlog", BACKLOG, found)?;
    let backlog = match text.text.as_ref() {
        "all" => Some(Backlog::All),
        "none" => Some(Backlog::None),
        days => {
            days.strip_suffix('d').and_then(|days| days.parse().ok()).filter(|&days| days <= 36_500).map(Backlog::Days)
        }
    };
    if backlog.is_none() {
        let what = format!("`backlog` cannot be {}", quoted(&text.text));
        found.push(ConfigMistake::at(text.span, what).expected(BACKLOG));
    }
    backlog
}
