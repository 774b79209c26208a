//! What a commit changes in a mailbox, and how its mail is held: settings of sources of kind `imap` and `maildir`.

use std::time::Duration;

use super::length;
use super::mistake::{ConfigMistake, quoted};
use super::table::{FoundMistakes, Text, TomlTable};
use crate::domain::folder::SpecialUse;

/// How decisions change the mailbox in which the message lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteBack {
    /// Whether anything is changed there at all.
    pub on: bool,
    pub done: DoneMeans,
    /// Folders for which `done` means something else: names, or patterns as in `folders`.
    pub done_in: Vec<(String, DoneMeans)>,
    /// Names of folders, for when the server does not say which one it is, or another one is meant.
    pub archive: Option<String>,
    pub trash: Option<String>,
    pub junk: Option<String>,
    pub drafts: Option<String>,
    pub sent: SentFolderChoice,
}

/// The folder whose messages are read as what the person has sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SentFolderChoice {
    /// The one that the server or its name tells.
    #[default]
    ByRole,
    Named(String),
    /// None is read.
    LeftOut,
}

impl SentFolderChoice {
    /// Its name, where the settings say one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            Self::ByRole | Self::LeftOut => None,
        }
    }
}

impl WriteBack {
    /// The folders that are named, by what they are for.
    pub fn named(&self) -> impl Iterator<Item = (SpecialUse, &str)> {
        let all = [
            (SpecialUse::Archive, self.archive.as_deref()),
            (SpecialUse::Trash, self.trash.as_deref()),
            (SpecialUse::Junk, self.junk.as_deref()),
            (SpecialUse::Drafts, self.drafts.as_deref()),
            (SpecialUse::Sent, self.sent.name()),
        ];
        all.into_iter().filter_map(|(purpose, name)| Some((purpose, name?)))
    }
}

impl Default for WriteBack {
    fn default() -> Self {
        Self {
            on: true,
            done: DoneMeans::default(),
            done_in: Vec::new(),
            archive: None,
            trash: None,
            junk: None,
            drafts: None,
            sent: SentFolderChoice::ByRole,
        }
    }
}

/// What happens in the mailbox to messages that are done or muted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DoneMeans {
    /// The message goes to the archive, marked read.
    #[default]
    Archive,
    /// The message stays where it is, marked read.
    Read,
}

/// Which programs wait for a check-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HoldMode {
    /// tidebox alone.
    #[default]
    Soft,
    /// Every program that reads the mailbox: mail that arrives waits in a separate folder.
    Hard,
}

/// How the mail of a mailbox is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub mode: HoldMode,
    /// The folder in which a hard hold keeps it.
    pub folder: String,
    /// If tidebox did not run for this long, everything in that folder goes back.
    pub fail_open_after: Duration,
}

impl Default for Hold {
    fn default() -> Self {
        Self { mode: HoldMode::Soft, folder: "Held".to_owned(), fail_open_after: Duration::from_hours(48) }
    }
}

/// The keys of every source in which a commit can change something.
pub(super) const KEYS: [&str; 7] = ["write_back", "done", "archive", "trash", "junk", "drafts", "sent"];
/// The keys of those in which mail can be held.
pub(super) const HOLD_KEYS: [&str; 3] = ["hold", "held_folder", "fail_open_after"];

const FOLDER: &str = "the name of a folder, such as `\"Archive\"`";
const OPEN_AFTER: &str = "a length from `\"1h\"` to `\"30d\"`";

pub(super) fn read_write_back(section: &TomlTable<'_>, found: &mut FoundMistakes) -> WriteBack {
    let words = [("archive", DoneMeans::Archive), ("read", DoneMeans::Read)];
    // One word for all folders, or a table of folders with a word each.
    let by_folder = section.words_by_name("done", &words, found);
    let done = if by_folder.is_none() { section.word("done", &words, found) } else { None };
    WriteBack {
        on: section.flag("write_back", found).unwrap_or(true),
        done: done.unwrap_or_default(),
        done_in: by_folder.unwrap_or_default(),
        archive: folder(section, "archive", found).map(|folder| folder.text.into_owned()),
        trash: folder(section, "trash", found).map(|folder| folder.text.into_owned()),
        junk: folder(section, "junk", found).map(|folder| folder.text.into_owned()),
        drafts: folder(section, "drafts", found).map(|folder| folder.text.into_owned()),
        sent: sent(section, found),
    }
}

pub(super) fn read_hold(section: &TomlTable<'_>, write_back: &WriteBack, found: &mut FoundMistakes) -> Hold {
    let mut hold = Hold::default();
    let modes = [("soft", HoldMode::Soft), ("hard", HoldMode::Hard)];
    hold.mode = section.word("hold", &modes, found).unwrap_or_default();
    if let (HoldMode::Hard, false, Some(value)) = (hold.mode, write_back.on, section.get("hold")) {
        let mistake =
            ConfigMistake::at(value.span(), "a hard hold moves messages, and `write_back = false` forbids that");
        found.push(mistake.expected("`\"soft\"`, or `write_back = true`"));
    }
    if let Some(name) = folder(section, "held_folder", found) {
        let taken = write_back.named().any(|(_, other)| other == name.text);
        if taken || name.text.eq_ignore_ascii_case("INBOX") {
            let what = format!("{} is not a folder for held messages alone", quoted(&name.text));
            found.push(ConfigMistake::at(name.span, what).expected("a folder that nothing else is kept in"));
        } else {
            hold.folder = name.text.into_owned();
        }
    }
    if let Some(seconds) = length::seconds(section, "fail_open_after", 3600..=30 * 86_400, OPEN_AFTER, found) {
        hold.fail_open_after = Duration::from_secs(seconds);
    }
    hold
}

/// The name of the folder for sent mail, or whether it is read at all.
fn sent(section: &TomlTable<'_>, found: &mut FoundMistakes) -> SentFolderChoice {
    match section.get("sent").and_then(|value| value.get_ref().as_bool()) {
        Some(true) => SentFolderChoice::ByRole,
        Some(false) => SentFolderChoice::LeftOut,
        None => folder(section, "sent", found)
            .map_or(SentFolderChoice::ByRole, |folder| SentFolderChoice::Named(folder.text.into_owned())),
    }
}

/// The name of one folder, as the mailbox has it.
fn folder<'a>(section: &TomlTable<'a>, key: &str, found: &mut FoundMistakes) -> Option<Text<'a>> {
    let text = section.text(key, FOLDER, found)?;
    let pattern = text.text.contains(['*', '%']);
    if pattern || text.text.trim().is_empty() || text.text.chars().any(char::is_control) {
        let what = if pattern { "a pattern names no one folder" } else { "this is no folder" };
        found.push(ConfigMistake::at(text.span, what).expected(FOLDER));
        return None;
    }
    Some(text)
}
