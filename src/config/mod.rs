//! The TOML file, typed: what a person has decided about time, lanes, exceptions, sources and keys.
//!
//! This room reads the file, says everything that is wrong with it at once and to the letter, knows where it lives,
//! writes the commented example and adds a source to it. What a text about time means is `domain::schedule`'s; what a
//! query means is `domain::query`'s; what a key means is the screen's, which hands its mistakes back to be told with the others.
//!
//! Values are taken out of the parsed tree by hand, a file for each table, rather than through serde: serde loses the
//! place of what it refuses and stops at the first mistake.

mod checkins;
mod command;
mod error;
mod example;
mod exceptions;
mod feed;
mod folders;
mod imap;
mod inside;
mod keys;
mod lanes;
mod length;
mod location;
mod mailbox;
mod masked;
mod matching;
mod mistake;
mod names;
mod notifications;
mod paths;
mod peek;
mod reach;
mod report;
mod secret;
mod section;
mod sources;
mod syntax;
mod text;
mod theme;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use crate::domain::exception::Exception;
use crate::domain::lane::{self, Lane};
use crate::domain::schedule::{Calendar, Zone, Zones};

pub use error::ConfigError;
pub use example::{EXAMPLE, add_source, write_example};
pub use imap::{Auth, ImapConfig, Security};
pub use keys::{Binding, KeyConfig};
pub use location::{base, default_log, default_path, default_store, home};
pub use mailbox::{DoneMeans, Hold, HoldMode, WriteBack};
pub use mistake::{ConfigMistake, Mistakes, Place};
pub use notifications::NotifyConfig;
pub use peek::PeekConfig;
pub use reach::is_nothing_at;
pub use secret::Secret;
pub use sources::{Backlog, Seen, SourceConfig, SourceKind};
pub use theme::{BUILT_IN, Colour, Faint, Ground, LEAST, Palette, Role, ThemeConfig, contrast, luminance};

use section::Section;

/// Everything that the file says, with the defaults for what it leaves out.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub calendar: Calendar,
    /// In the order of a batch; the lane of the rest is always among them.
    pub lanes: Vec<Lane>,
    pub exceptions: Vec<Exception>,
    pub sources: Vec<SourceConfig>,
    pub keys: KeyConfig,
    pub theme: ThemeConfig,
    /// Whether the door tells how many messages are held.
    pub show_held: bool,
    pub commit: CommitMode,
    pub after_decision: AfterDecision,
    /// Where the store is, if not in its usual place.
    pub store: Option<PathBuf>,
    pub peek: PeekConfig,
    pub notify: NotifyConfig,
    /// Columns that the text of a letter takes at most.
    pub reader_width: u16,
    /// Whether clicks and the wheel are taken from the terminal.
    pub mouse: bool,
}

/// What happens to a batch at its window's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CommitMode {
    /// It is committed by itself.
    #[default]
    AtClose,
    /// The review waits for the person.
    Ask,
}

/// Where the cursor goes after a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AfterDecision {
    #[default]
    Next,
    Previous,
    /// To the next one, but back in the list.
    List,
}

/// What the file's meaning depends on beside its text.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    pub now: DateTime<Utc>,
    /// What is known of zones: the rules of each by its name, and the system's own, for a file that names none.
    pub zones: &'a dyn Zones,
    /// What `~` stands for.
    pub home: Option<&'a Path>,
}

/// What the screen thinks of the configured keys.
pub type CheckKeys<'a> = &'a mut dyn FnMut(&KeyConfig) -> Vec<ConfigMistake>;

impl Config {
    /// The configuration of a person who has none.
    #[must_use]
    pub fn embedded(zone: impl Into<Zone>) -> Self {
        Self {
            calendar: checkins::standard(zone.into()),
            lanes: lane::standard(),
            exceptions: Vec::new(),
            sources: Vec::new(),
            keys: KeyConfig::default(),
            theme: ThemeConfig::default(),
            show_held: false,
            commit: CommitMode::default(),
            after_decision: AfterDecision::default(),
            store: None,
            peek: PeekConfig::default(),
            notify: NotifyConfig::default(),
            reader_width: READER_WIDTH,
            mouse: true,
        }
    }
}

const READER_WIDTH: u16 = 80;

const KEYS: [&str; 15] = [
    "timezone",
    "away",
    "show_held",
    "commit",
    "after_decision",
    "mouse",
    "store",
    "checkin",
    "lane",
    "exception",
    "source",
    "peek",
    "notify",
    "reader",
    "theme",
];

/// Reads the file. `zones` knows the system's zone, for a file that names none; `check_keys` is what the screen thinks of the
/// keys, whose mistakes are told with the others.
///
/// # Errors
/// Where it cannot be read, and where it has mistakes: then all of them.
pub fn load(
    path: &Path,
    now: DateTime<Utc>,
    zones: &dyn Zones,
    check_keys: CheckKeys<'_>,
) -> Result<Config, ConfigError> {
    let text = text::read(path)?;
    let home = location::home();
    Ok(parse(path, &text, Surroundings { now, zones, home: home.as_deref() }, check_keys)?)
}

/// Reads the text of a file. The path is what mistakes name, and where relative paths are meant from.
///
/// # Errors
/// All mistakes of the text.
pub fn parse(
    path: &Path,
    text: &str,
    surroundings: Surroundings<'_>,
    check_keys: CheckKeys<'_>,
) -> Result<Config, Mistakes> {
    let (table, notation) = syntax::read(text);
    let mut found = section::Found::new();
    let known: Vec<&str> = KEYS.into_iter().chain(["keys"]).collect();
    let root = Section::open("", table.get_ref(), 0..0, &known, &mut found);
    let config = read(&root, path, text, surroundings, &mut found);
    found.extend(check_keys(&config.keys));
    let found = syntax::without_echoes(text, notation, found);
    if found.is_empty() { Ok(config) } else { Err(Mistakes::new(path, text, found)) }
}

fn read(
    root: &Section<'_>,
    path: &Path,
    text: &str,
    surroundings: Surroundings<'_>,
    found: &mut section::Found,
) -> Config {
    let (calendar, checkins) = checkins::read(root, surroundings.zones, found);
    let reader = matching::Reader { file: text, zone: calendar.zone, now: surroundings.now };
    // Whole, so that it means the same wherever it is gone on with.
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let paths = paths::Paths { home: surroundings.home, folder: whole.parent().unwrap_or(Path::new("")) };
    let commit = [("close", CommitMode::AtClose), ("ask", CommitMode::Ask)];
    let after = [("next", AfterDecision::Next), ("previous", AfterDecision::Previous), ("list", AfterDecision::List)];
    Config {
        lanes: lanes::read(root, &checkins, reader, found),
        exceptions: exceptions::read(root, reader, found),
        sources: sources::read(root, paths, found),
        keys: keys::read(root, found),
        theme: theme::read(root, found),
        show_held: root.flag("show_held", found).unwrap_or(false),
        commit: root.word("commit", &commit, found).unwrap_or_default(),
        after_decision: root.word("after_decision", &after, found).unwrap_or_default(),
        store: root.text("store", "the path of a file in quotes", found).and_then(|text| paths.read(&text, found)),
        peek: peek::read(root, found),
        notify: notifications::read(root, paths, found),
        reader_width: reader_width(root, found),
        mouse: root.flag("mouse", found).unwrap_or(true),
        calendar,
    }
}

fn reader_width(root: &Section<'_>, found: &mut section::Found) -> u16 {
    let Some((table, span)) = root.table("reader", found) else { return READER_WIDTH };
    let section = Section::open("[reader]", table, span, &["width"], found);
    section.number("width", 20, 500, found).unwrap_or(READER_WIDTH)
}
