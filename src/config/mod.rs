//! The TOML file, typed: what a person has decided about time, lanes, exceptions, sources and keys.
//!
//! This module reads the file and reports all its mistakes together, each with its exact place. It knows the path of the file,
//! writes the commented example and adds a source to it. What a text about time means is `domain::schedule`'s; what a
//! query means is `domain::query`'s; what a key means is the screen's, which hands its mistakes back to be told with the others.
//!
//! Values are taken out of the parsed tree by hand, a file for each table, rather than through serde: serde loses the
//! place of what it refuses and stops at the first mistake.

mod batch;
mod checkins;
mod command;
mod compose;
mod contacts;
mod editing;
mod error;
mod example;
mod exceptions;
mod feed;
mod folders;
mod hours;
mod identities;
mod imap;
mod inside;
mod keys;
mod lanes;
mod length;
mod location;
mod mailbox;
mod managesieve;
mod masked;
mod matching;
mod mistake;
mod mutes;
mod names;
mod notifications;
mod paths;
mod peek;
mod proof;
mod providers;
mod reach;
mod report;
mod rule_editing;
mod secret;
mod server;
mod settings;
mod shown_keys;

mod source_kind;
mod sources;
mod syntax;
mod table;
mod text;
mod theme;
mod trial;
mod trial_editing;
mod views;

use std::path::Path;

use chrono::{DateTime, Utc};

use crate::domain::answering::OwnAddresses;
use crate::domain::lane::LaneCalendars;
use crate::domain::query::QueryContext;
use crate::domain::schedule::Zones;

pub use compose::{ComposeConfig, QuotePlace};
pub use contacts::ContactConfig;
pub use editing::{
    DraftSource, add_source, draft_source, free_name, keep_done_in_place, of_the_screen, write_example, write_source,
};
pub use error::ConfigError;
pub use example::{EXAMPLE, ExampleLine, ExamplePart, example_parts};
pub use hours::{HoursConfig, HoursFile, HoursFormat};
pub use identities::{Identity, SendConfig, SentCopy, SentFolder, SmtpConfig, SmtpLogin};
pub use imap::ImapConfig;
pub use keys::{Binding, KeyConfig, ViewBinding};
pub use location::{base, default_log, default_path, default_store, home, with_tilde};
pub use mailbox::{DoneMeans, Hold, HoldMode, SentFolderChoice, WriteBack};
pub use managesieve::ManageSieveConfig;
pub use mistake::{ConfigMistake, FilePosition, Mistakes};
pub use notifications::NotifyConfig;
pub use peek::PeekConfig;
pub use proof::ProofConfig;
pub use providers::{LoginName, Provider, SecretKind};
pub use reach::is_nothing_at;
pub use rule_editing::{remove_exception, write_rule};
pub use secret::Secret;
pub use server::{Auth, Security, ServerAddress, is_server_name};
pub use settings::{AfterDecision, CommitMode, Config};
pub use source_kind::{Backlog, Seen, SourceKind};
pub use sources::SourceConfig;
pub use theme::{BUILT_IN, Background, Colour, LEAST, LowContrast, Palette, Role, ThemeConfig, contrast, luminance};
pub use trial_editing::{begin_trial, end_trial, keep_trial};

use settings::{KEYS, SettingsReader};
use table::TomlTable;

impl Config {
    /// The check-ins, and which lane comes out at which of them.
    #[must_use]
    pub fn lane_calendars(&self) -> LaneCalendars<'_> {
        LaneCalendars { calendar: &self.calendar, lanes: &self.lanes }
    }

    /// What a query means at an instant: in the zone of the settings, with their views.
    #[must_use]
    pub fn query_context(&self, now: DateTime<Utc>) -> QueryContext<'_> {
        QueryContext::new(self.calendar.zone, now).with_views(&self.views)
    }

    /// The name under which the mail server of a source writes its results.
    #[must_use]
    pub fn authserv_id_of(&self, source: &str) -> Option<&str> {
        let own = self.sources.iter().find(|known| known.name == source).and_then(|it| it.authserv_id.as_deref());
        own.or(self.authserv_id.as_deref())
    }

    /// The person's own addresses, in the order of the file.
    #[must_use]
    pub fn own_addresses(&self) -> OwnAddresses {
        OwnAddresses(self.identities.iter().map(Identity::own_address).collect())
    }
}

/// What the meaning of the file depends on, besides its text.
#[derive(Debug, Clone, Copy)]
pub struct ParseContext<'a> {
    pub now: DateTime<Utc>,
    /// What is known of zones: the rules of each by its name, and the system's own, for a file that names none.
    pub zones: &'a dyn Zones,
    /// What `~` stands for.
    pub home: Option<&'a Path>,
}

/// Checks the configured keys; the screen provides it.
pub type CheckKeys<'a> = &'a mut dyn FnMut(&KeyConfig) -> Vec<ConfigMistake>;

/// Reads the file. `zones` knows the system's zone, for a file that names none; `check_keys` is what the screen thinks of the
/// keys, whose mistakes are told with the others.
///
/// # Errors
/// If the file cannot be read; or if it has mistakes, and then all of them.
pub fn load(
    path: &Path,
    now: DateTime<Utc>,
    zones: &dyn Zones,
    check_keys: CheckKeys<'_>,
) -> Result<Config, ConfigError> {
    let text = text::read(path)?;
    let home = location::home();
    Ok(parse(path, &text, ParseContext { now, zones, home: home.as_deref() }, check_keys)?)
}

/// Reads the text of a file. The path is what mistakes name, and where relative paths are meant from.
///
/// # Errors
/// All mistakes of the text.
pub fn parse(
    path: &Path,
    text: &str,
    context: ParseContext<'_>,
    check_keys: CheckKeys<'_>,
) -> Result<Config, Mistakes> {
    let (table, notation) = syntax::read(text);
    let mut found = table::FoundMistakes::new();
    let root = TomlTable::open("", table.get_ref(), 0..0, KEYS, &mut found);
    // An absolute path stays right if the working directory changes.
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let paths = paths::Paths { home: context.home, folder: whole.parent().unwrap_or(Path::new("")) };
    let config = SettingsReader::new(&root, paths, text, context, &mut found).config();
    found.extend(check_keys(&config.keys));
    let found = syntax::without_echoes(text, notation, found);
    if found.is_empty() { Ok(config) } else { Err(Mistakes::new(path, text, found)) }
}
