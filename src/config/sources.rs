//! `[[source]]`: where messages come from.

use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::de::DeTable;

use super::imap::{self, ImapConfig};
use super::mailbox::{self, Hold, WriteBack};
use super::mistake::{ConfigMistake, quoted};
use super::names::Names;
use super::paths::Paths;
use super::section::{Found, Section};
use super::{command, feed, folders};

/// One configured source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceConfig {
    pub name: String,
    pub kind: SourceKind,
    pub backlog: Backlog,
    pub seen: Seen,
    /// What a commit changes there; nothing in sources that are no mailboxes.
    pub write_back: WriteBack,
    pub hold: Hold,
}

impl SourceConfig {
    /// A source of which nothing else is said.
    #[must_use]
    pub fn new(name: String, kind: SourceKind) -> Self {
        let (backlog, write_back, hold) = (Backlog::default(), WriteBack::default(), Hold::default());
        Self { name, kind, backlog, seen: Seen::default(), write_back, hold }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceKind {
    Maildir {
        path: PathBuf,
        /// The folders that are read, as of an account; all of them where nothing is said.
        folders: Vec<String>,
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

impl SourceConfig {
    /// Whether commits change something there.
    #[must_use]
    pub fn is_written_to(&self) -> bool {
        self.write_back.on && matches!(self.kind, SourceKind::Imap(_) | SourceKind::Maildir { .. })
    }
}

/// The pattern that means every folder.
fn everything() -> Vec<String> {
    vec!["*".to_owned()]
}

impl SourceKind {
    /// A Maildir with all its folders.
    #[must_use]
    pub fn maildir(path: PathBuf) -> Self {
        Self::Maildir { path, folders: everything() }
    }

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
            Self::Feed { url, .. } => Some(Path::new(feed::host(url))),
            Self::Maildir { path, .. } | Self::Mbox { path } | Self::Jsonl { path } => Some(path.as_path()),
        };
        let name = path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        name.unwrap_or_default().trim_start_matches('.').to_owned()
    }

    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Maildir { path, .. } | Self::Mbox { path } | Self::Jsonl { path } => Some(path),
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

/// What becomes of mail that comes after the first reading and was read elsewhere before it is read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Seen {
    /// It is held like any other: reading is no verdict.
    #[default]
    Hold,
    /// It is history.
    History,
}

const KINDS: [(&str, Kind); 6] = [
    ("maildir", Kind::Maildir),
    ("mbox", Kind::Mbox),
    ("jsonl", Kind::Jsonl),
    ("exec", Kind::Exec),
    ("imap", Kind::Imap),
    ("feed", Kind::Feed),
];
const PATH: &str = "the path of a folder or a file, in quotes";
const COMMAND: &str = "a command in quotes, or a list of its words";
const BACKLOG: &str = "a number of days such as `\"14d\"`, `\"all\"` or `\"none\"`";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Maildir,
    Mbox,
    Jsonl,
    Exec,
    Imap,
    Feed,
}

impl Kind {
    /// The keys that such a source has, the one that says where it is first.
    fn keys(self) -> Vec<&'static str> {
        let own: &[&[&str]] = match self {
            Self::Maildir => &[&["path", "folders"], &mailbox::KEYS],
            Self::Mbox | Self::Jsonl => &[&["path"]],
            Self::Exec => &[&["command"]],
            Self::Imap => &[&imap::KEYS, &mailbox::KEYS, &mailbox::HOLD_KEYS],
            Self::Feed => &[&feed::KEYS],
        };
        own.concat()
    }
}

const COMMON: [&str; 4] = ["name", "kind", "backlog", "seen"];

pub(super) fn read(root: &Section<'_>, paths: Paths<'_>, found: &mut Found) -> Vec<SourceConfig> {
    let mut names = Names::default();
    let mut sources = Vec::new();
    for (table, span) in root.tables("source", found).unwrap_or_default() {
        let known = KINDS
            .into_iter()
            .find(|(name, _)| table.get("kind").and_then(|kind| kind.get_ref().as_str()) == Some(name));
        let section = Section::open("[[source]]", table, span, &allowed(table, known.map(|(_, kind)| kind)), found);
        let name = names.take(&section, found);
        let kind = kind(&section, paths, found);
        let backlog = backlog(&section, found).unwrap_or_default();
        let seen = section.word("seen", &[("hold", Seen::Hold), ("history", Seen::History)], found).unwrap_or_default();
        let write_back = mailbox::read_write_back(&section, found);
        let hold = mailbox::read_hold(&section, &write_back, found);
        if let (Some(name), Some(kind)) = (name, kind) {
            sources.push(SourceConfig { name: name.text.into_owned(), kind, backlog, seen, write_back, hold });
        }
    }
    sources
}

/// The keys that a source of this kind may have; also those that it has and only other kinds may have, of which
/// something better is said than that there are none.
fn allowed<'t>(table: &'t DeTable<'_>, kind: Option<Kind>) -> Vec<&'t str> {
    let others: Vec<&str> = KINDS.iter().flat_map(|(_, kind)| kind.keys()).collect();
    let here = table.keys().map(|key| key.get_ref().as_ref()).filter(|key| others.contains(key));
    let own = kind.map_or(others.clone(), Kind::keys);
    COMMON.into_iter().chain(own).chain(here).collect()
}

fn kind(section: &Section<'_>, paths: Paths<'_>, found: &mut Found) -> Option<SourceKind> {
    if section.get("kind").is_none() {
        let names = KINDS.map(|(name, _)| format!("`{name}`")).join(", ");
        found.push(section.missing("kind", &format!("one of {names} in quotes")));
        return None;
    }
    let kind = section.word("kind", &KINDS, found)?;
    strangers(section, kind, found);
    Some(match kind {
        Kind::Maildir => {
            let (path, folders) = (path(section, paths, found), folders::read(section, found));
            SourceKind::Maildir { path: path?, folders: folders.unwrap_or_else(everything) }
        }
        Kind::Mbox => SourceKind::Mbox { path: path(section, paths, found)? },
        Kind::Jsonl => SourceKind::Jsonl { path: path(section, paths, found)? },
        Kind::Exec => SourceKind::Exec { command: command::read(section, COMMAND, paths, found)? },
        Kind::Imap => SourceKind::Imap(Box::new(imap::read(section, paths, found)?)),
        Kind::Feed => feed::read(section, found)?,
    })
}

/// Keys that belong to sources of other kinds.
fn strangers(section: &Section<'_>, kind: Kind, found: &mut Found) {
    let own = kind.keys();
    let mut told: Vec<&str> = Vec::new();
    for key in KINDS.iter().flat_map(|(_, other)| other.keys()).filter(|key| !own.contains(key)) {
        let Some(place) = section.key_place(key).filter(|_| !told.contains(&key)) else { continue };
        told.push(key);
        let theirs: Vec<String> = KINDS
            .iter()
            .filter(|(_, other)| other.keys().contains(&key))
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        let what = format!("a source of this kind has no `{key}`");
        let first = own.first().filter(|first| section.get(first).is_none());
        let hint = match first {
            Some(first) => format!("it has a `{first}`; `{key}` is for {}", theirs.join(", ")),
            None => format!("that is for {}", theirs.join(", ")),
        };
        found.push(ConfigMistake::at(place, what).hint(hint));
    }
}

fn path(section: &Section<'_>, paths: Paths<'_>, found: &mut Found) -> Option<PathBuf> {
    let text = section.needed("path", PATH, found)?;
    paths.read(&text, found)
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
