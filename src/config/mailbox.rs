//! What a commit changes in a mailbox, and how its mail is held: settings of sources of kind `imap` and `maildir`.

use std::time::Duration;

/// What decisions become where the message lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteBack {
    /// Whether anything is changed there at all.
    pub on: bool,
    pub done: DoneMeans,
    /// Folders by their names, where the server does not tell what they are for or others are meant.
    pub archive: Option<String>,
    pub trash: Option<String>,
    pub junk: Option<String>,
}

impl Default for WriteBack {
    fn default() -> Self {
        Self { on: true, done: DoneMeans::default(), archive: None, trash: None, junk: None }
    }
}

/// What becomes of what is done, and of what is muted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DoneMeans {
    /// It goes to the archive, marked read.
    #[default]
    Archive,
    /// It stays where it is, marked read.
    Read,
}

/// Who waits for a check-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HoldMode {
    /// tidebox alone.
    #[default]
    Soft,
    /// Every program that reads the mailbox: what arrives waits in a folder of its own.
    Hard,
}

/// How the mail of a mailbox is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub mode: HoldMode,
    /// The folder in which a hard hold keeps it.
    pub folder: String,
    /// After tidebox did not run for so long, everything that a hard hold keeps goes back.
    pub fail_open_after: Duration,
}

impl Default for Hold {
    fn default() -> Self {
        Self { mode: HoldMode::Soft, folder: "Held".to_owned(), fail_open_after: Duration::from_hours(48) }
    }
}
