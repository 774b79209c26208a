//! `[[source]]`: where messages come from.

use std::path::PathBuf;

use toml::de::DeTable;

use super::imap;
use super::mailbox::{self, Hold, WriteBack};
use super::mistake::{ConfigMistake, quoted};
use super::names::Names;
use super::paths::Paths;
use super::source_kind::{Backlog, Seen, SourceKind, everything};
use super::table::{FoundMistakes, TomlTable};
use super::{command, feed, folders};

/// One configured source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceConfig {
    pub name: String,
    pub kind: SourceKind,
    pub backlog: Backlog,
    pub seen: Seen,
    /// What a commit changes there. In a source that is not a mailbox it changes nothing.
    pub write_back: WriteBack,
    pub hold: Hold,
    /// The name under which the mail server of this source writes its results (RFC 8601 §2.5).
    pub authserv_id: Option<String>,
}

impl SourceConfig {
    /// A source with the defaults for everything else.
    #[must_use]
    pub fn new(name: String, kind: SourceKind) -> Self {
        let (backlog, write_back, hold) = (Backlog::default(), WriteBack::default(), Hold::default());
        Self { name, kind, backlog, seen: Seen::default(), write_back, hold, authserv_id: None }
    }
}

impl SourceConfig {
    /// Whether commits change anything there.
    #[must_use]
    pub fn is_written_to(&self) -> bool {
        self.write_back.on && self.kind.is_mailbox()
    }
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
    /// The keys of such a source. The first one says where it is.
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

const COMMON: [&str; 5] = ["name", "kind", "backlog", "seen", "authserv_id"];
const AUTHSERV_ID: &str = "the name of your mail server in quotes, as it stands in its Authentication-Results";

pub(super) fn read(root: &TomlTable<'_>, paths: Paths<'_>, found: &mut FoundMistakes) -> Vec<SourceConfig> {
    let mut names = Names::default();
    let mut sources = Vec::new();
    for (table, span) in root.tables("source", found).unwrap_or_default() {
        let known = KINDS
            .into_iter()
            .find(|(name, _)| table.get("kind").and_then(|kind| kind.get_ref().as_str()) == Some(name));
        let section = TomlTable::open("[[source]]", table, span, &allowed(table, known.map(|(_, kind)| kind)), found);
        let name = names.take(&section, found);
        let kind = kind(&section, paths, found);
        let backlog = backlog(&section, found).unwrap_or_default();
        let seen = section.word("seen", &[("hold", Seen::Hold), ("history", Seen::History)], found).unwrap_or_default();
        let write_back = mailbox::read_write_back(&section, found);
        let hold = mailbox::read_hold(&section, &write_back, found);
        let authserv_id = authserv_id(&section, found);
        if let (Some(name), Some(kind)) = (name, kind) {
            sources.push(SourceConfig {
                name: name.text.into_owned(),
                kind,
                backlog,
                seen,
                write_back,
                hold,
                authserv_id,
            });
        }
    }
    sources
}

/// The name of the server whose results count, of the file or of a source.
pub(super) fn authserv_id(section: &TomlTable<'_>, found: &mut FoundMistakes) -> Option<String> {
    let text = section.text("authserv_id", AUTHSERV_ID, found)?;
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, ';' | '"' | '(' | ')' | '<' | '>' | '@' | ',');
    if text.text.is_empty() || !text.text.chars().all(plain) {
        let mistake = ConfigMistake::at(text.span, format!("{} is no name of a mail server", quoted(&text.text)));
        found.push(mistake.expected(AUTHSERV_ID));
        return None;
    }
    Some(text.text.into_owned())
}

/// The keys that a source may have, of whatever kind.
#[cfg(test)]
pub(super) fn all_keys() -> Vec<&'static str> {
    COMMON.into_iter().chain(KINDS.iter().flat_map(|(_, kind)| kind.keys())).collect()
}

/// The keys that a source of this kind may have, and those keys of the table that belong to other kinds: they get a better
/// message than "there is no such key".
fn allowed<'t>(table: &'t DeTable<'_>, kind: Option<Kind>) -> Vec<&'t str> {
    let others: Vec<&str> = KINDS.iter().flat_map(|(_, kind)| kind.keys()).collect();
    let here = table.keys().map(|key| key.get_ref().as_ref()).filter(|key| others.contains(key));
    let own = kind.map_or(others.clone(), Kind::keys);
    COMMON.into_iter().chain(own).chain(here).collect()
}

fn kind(section: &TomlTable<'_>, paths: Paths<'_>, found: &mut FoundMistakes) -> Option<SourceKind> {
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
fn strangers(section: &TomlTable<'_>, kind: Kind, found: &mut FoundMistakes) {
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

fn path(section: &TomlTable<'_>, paths: Paths<'_>, found: &mut FoundMistakes) -> Option<PathBuf> {
    let text = section.needed("path", PATH, found)?;
    paths.read(&text, found)
}

fn backlog(section: &TomlTable<'_>, found: &mut FoundMistakes) -> Option<Backlog> {
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
