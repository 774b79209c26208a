//! A change of one copy in a mailbox that follows from a decision, and what came of trying to make it. Sources make
//! such changes; the store keeps them in its journal until they are proved to be made.

use std::collections::{BTreeMap, BTreeSet};

use super::fingerprint::Fingerprint;
use super::flags::Flags;
use super::ids::{ChangeId, Id};
use super::keyword::Keyword;
use super::text_enum::text_enum;

/// A folder by what it is for (RFC 6154 calls this its special use).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FolderRole {
    Archive,
    Trash,
    Junk,
    /// The folder in which a hard hold keeps new mail.
    Held,
}

impl FolderRole {
    /// Those that a decision may need.
    pub const OF_DECISIONS: [Self; 3] = [Self::Archive, Self::Trash, Self::Junk];

    /// The key of a source's settings that names its folder.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::Trash => "trash",
            Self::Junk => "junk",
            Self::Held => "held_folder",
        }
    }

    /// What such a folder is called as a rule, and where it is made.
    #[must_use]
    pub fn usual_name(self) -> &'static str {
        match self {
            Self::Archive => "Archive",
            Self::Trash => "Trash",
            Self::Junk => "Junk",
            Self::Held => "Held",
        }
    }

    /// By what command such a folder is made, as the end of `make it`. The one of a hard hold is made by itself.
    #[must_use]
    pub fn command(self) -> &'static str {
        if self == Self::Held { "" } else { " with `tidebox account folders --make`" }
    }
}

/// The folder of a mailbox for each role of which that is known; `None` where there is none.
pub type RoleFolders = BTreeMap<FolderRole, Option<String>>;

/// Where a copy goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// It stays where it is.
    Stay,
    Role(FolderRole),
    /// The folder of this name, as the source names it.
    Folder(String),
}

text_enum! {
    /// A target without the name of its folder.
    pub enum TargetKind {
        Stay = "stay",
        Archive = "archive",
        Trash = "trash",
        Junk = "junk",
        Held = "held",
        Folder = "folder",
    }
}

impl Target {
    #[must_use]
    pub fn kind(&self) -> TargetKind {
        match self {
            Self::Stay => TargetKind::Stay,
            Self::Role(FolderRole::Archive) => TargetKind::Archive,
            Self::Role(FolderRole::Trash) => TargetKind::Trash,
            Self::Role(FolderRole::Junk) => TargetKind::Junk,
            Self::Role(FolderRole::Held) => TargetKind::Held,
            Self::Folder(_) => TargetKind::Folder,
        }
    }

    /// The name of the folder, where the target has one.
    #[must_use]
    pub fn folder(&self) -> Option<&str> {
        match self {
            Self::Folder(name) => Some(name),
            Self::Stay | Self::Role(_) => None,
        }
    }

    /// The target of this kind; `folder` gives the name where one is needed.
    pub fn of<E>(kind: TargetKind, folder: impl FnOnce() -> Result<String, E>) -> Result<Self, E> {
        Ok(match kind {
            TargetKind::Stay => Self::Stay,
            TargetKind::Archive => Self::Role(FolderRole::Archive),
            TargetKind::Trash => Self::Role(FolderRole::Trash),
            TargetKind::Junk => Self::Role(FolderRole::Junk),
            TargetKind::Held => Self::Role(FolderRole::Held),
            TargetKind::Folder => Self::Folder(folder()?),
        })
    }
}

/// What a change does with the mark that a copy was read (`\\Seen`, RFC 9051 §2.3.2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum SeenChange {
    /// It stays as it is.
    #[default]
    Keep,
    Set,
    /// It becomes unread again: only where a message is reopened that a commit has marked read.
    Clear,
}

impl SeenChange {
    /// Marks a copy read, or leaves its mark as it is.
    #[must_use]
    pub fn set_if(read: bool) -> Self {
        if read { Self::Set } else { Self::Keep }
    }

    /// Whether a copy with this mark is to be marked read.
    #[must_use]
    pub fn sets(self, seen: bool) -> bool {
        self == Self::Set && !seen
    }

    /// Whether a copy with this mark is to be marked unread.
    #[must_use]
    pub fn clears(self, seen: bool) -> bool {
        self == Self::Clear && seen
    }
}

/// The mark that a copy gets when its message was answered or forwarded from here. Such a change touches nothing else of the
/// copy, and no verdict that somebody gave meanwhile speaks against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnswerMark {
    /// `\\Answered` (RFC 9051 §2.3.2); `R` in a Maildir.
    Answered,
    /// `$Forwarded` (RFC 9051 §2.3.2); `P` in a Maildir.
    Forwarded,
}

impl AnswerMark {
    #[must_use]
    pub fn is_on(self, flags: &Flags) -> bool {
        match self {
            Self::Answered => flags.answered,
            Self::Forwarded => flags.forwarded,
        }
    }
}

/// One change of one copy. Making it twice is making it once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub number: ChangeId,
    /// The copy, as its source named it when it was taken in.
    pub folder: String,
    pub key: String,
    /// By this the message is found where the key does not help: in another folder, or after a crash.
    pub message_id: Option<String>,
    pub fingerprint: Fingerprint,
    /// Of the original, in bytes.
    pub size: u64,
    /// The flags of the copy when the person decided. If somebody else has decided something else about it since, it
    /// is left as it is.
    pub expected: Flags,
    pub target: Target,
    pub seen: SeenChange,
    /// The keywords of ours that the copy has afterwards.
    pub keywords: BTreeSet<Keyword>,
    /// Where this is all that the change is about.
    pub mark: Option<AnswerMark>,
    /// Whether it was tried before, so that it may have been made already.
    pub tried: bool,
    /// Whether it lies where a hard hold has put it. Where that folder is no longer there, it is looked for in every folder
    /// of the account: the folder may have another name now.
    pub aside: bool,
}

/// What came of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is proved to be made, by this attempt or an earlier one.
    Made {
        /// Where the copy is now: folder and key. `None` where the source did not tell.
        at: Option<(String, String)>,
        flags: Flags,
    },
    /// Somebody else was first: they have decided about the message or moved it. Nothing was changed.
    Overtaken(Found),
    /// It is made, except for the keywords, which this mailbox does not keep.
    KeywordsNotKept { at: Option<(String, String)>, flags: Flags },
    /// It cannot be made until a person does something about it.
    Refused { what: String, hint: String },
    /// It could not be made this time, or it is not known whether it was made. It is tried again.
    Unproved { what: String },
}

/// Where a message was found that had moved or changed since it was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// In a folder that is read or has a role.
    At { folder: String, key: String, role: Option<FolderRole>, flags: Flags },
    /// Somebody filed it in this folder, which is neither read nor has a role.
    Filed { folder: String },
    /// Nowhere.
    Nowhere,
}

/// A message that was not where it was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    pub id: Id,
    /// Folder and key that it had, where a hard hold had put it there.
    pub aside: Option<(String, String)>,
    pub message_id: Option<String>,
    pub fingerprint: Fingerprint,
    /// Of the original, in bytes.
    pub size: u64,
}
