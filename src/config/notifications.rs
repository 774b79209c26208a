//! `[notify]`: how a person is told that a check-in opens, and that an exception lets a message through. Nothing else causes a
//! notification.

use super::command;
use super::paths::Paths;
use super::table::{FoundMistakes, TomlTable};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifyConfig {
    /// Whether the system's own notifications are used.
    pub desktop: bool,
    /// A command for when a check-in opens, and its arguments, run without a shell.
    pub on_open: Option<Vec<String>>,
    /// The same for each message that an exception lets through.
    pub on_exception: Option<Vec<String>>,
}

impl Default for NotifyConfig {
    fn default() -> Self {
        Self { desktop: true, on_open: None, on_exception: None }
    }
}

/// The keys of the table.
pub(super) const KEYS: [&str; 3] = ["desktop", "on_open", "on_exception"];

const COMMAND: &str = "a command in quotes, or a list of its words";

pub(super) fn read(root: &TomlTable<'_>, paths: Paths<'_>, found: &mut FoundMistakes) -> NotifyConfig {
    let Some((table, span)) = root.table("notify", found) else { return NotifyConfig::default() };
    let section = TomlTable::open("[notify]", table, span, &KEYS, found);
    NotifyConfig {
        desktop: section.flag("desktop", found).unwrap_or(true),
        on_open: command::under(&section, "on_open", COMMAND, paths, found),
        on_exception: command::under(&section, "on_exception", COMMAND, paths, found),
    }
}
