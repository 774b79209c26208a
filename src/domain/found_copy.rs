//! A copy of a message as its source found it: where it lies, its flags, and how it came there.

use chrono::{DateTime, Utc};

use super::flags::Flags;

/// Where a copy lies within its source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// As the source names it; empty where it has no folders.
    pub folder: String,
    /// The name of the copy within its folder, which stays the same when flags change: the unique part of a Maildir's
    /// file name, UIDVALIDITY and UID of IMAP, the external id of a JSON line.
    pub key: String,
}

impl Location {
    /// A location in a source that has no folders.
    #[must_use]
    pub fn without_folder(key: String) -> Self {
        Self { folder: String::new(), key }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct FoundCopy {
    pub location: Location,
    /// When it arrived there, if the source knows that; else when it was taken in.
    pub received: DateTime<Utc>,
    pub flags: CopyFlags,
    pub origin: CopyOrigin,
}

impl FoundCopy {
    /// A new copy of which its source knows nothing more.
    #[must_use]
    pub fn new(location: Location, received: DateTime<Utc>) -> Self {
        Self { location, received, flags: CopyFlags::default(), origin: CopyOrigin::default() }
    }
}

/// What a source knows of a copy's flags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum CopyFlags {
    /// All the flags that a mailbox keeps of it.
    Kept(Flags),
    /// Only whether it was read. The source keeps no flags that can change.
    SeenOnly(bool),
    /// Nothing.
    #[default]
    Unknown,
}

impl CopyFlags {
    /// The flags, where the source is a mailbox that keeps them.
    #[must_use]
    pub fn kept(&self) -> Option<&Flags> {
        match self {
            Self::Kept(flags) => Some(flags),
            Self::SeenOnly(_) | Self::Unknown => None,
        }
    }

    /// Whether it was read there; `None` where the source does not know. Drafts and messages marked as deleted count
    /// as read, since nobody waits for them.
    #[must_use]
    pub fn is_read(&self) -> Option<bool> {
        match self {
            Self::Kept(flags) => Some(flags.seen || flags.deleted || flags.draft),
            Self::SeenOnly(seen) => Some(*seen),
            Self::Unknown => None,
        }
    }
}

impl From<Option<bool>> for CopyFlags {
    fn from(seen: Option<bool>) -> Self {
        seen.map_or(Self::Unknown, Self::SeenOnly)
    }
}

/// How a copy came to lie where it was found, as far as its source can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CopyOrigin {
    /// It came after the last reading of its folder.
    #[default]
    New,
    /// Its folder is read for the first time, so it is part of the backlog.
    FirstReading,
    /// Its folder was read and has been made anew since: its messages have other keys, so nothing in it has come back.
    Recreated,
    /// Its folder is not for incoming mail: archive, trash, junk or drafts.
    NotIncoming,
    /// Its folder is for what the person has sent.
    Sent,
}

impl CopyOrigin {
    /// Whether it lies in a folder for incoming mail.
    #[must_use]
    pub fn is_incoming(self) -> bool {
        !matches!(self, Self::NotIncoming | Self::Sent)
    }
}

/// What lies in a folder that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderContents {
    Incoming,
    Sent,
    /// Archive, trash, junk or drafts.
    Aside,
}

impl FolderContents {
    /// How a copy came to lie in such a folder; `came` is how, if the folder is for incoming mail.
    #[must_use]
    pub fn origin(self, came: CopyOrigin) -> CopyOrigin {
        match self {
            Self::Incoming => came,
            Self::Sent => CopyOrigin::Sent,
            Self::Aside => CopyOrigin::NotIncoming,
        }
    }
}

/// What a mailbox tells besides new messages: about its folders, and about known copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailboxEvent {
    /// These folders are read for incoming mail, and no others. A mailbox tells this first.
    Incoming(Vec<String>),
    /// These folders are read as sent mail, and no others.
    Sent(Vec<String>),
    /// The flags of a copy have changed.
    Flags { location: Location, flags: Flags },
    /// A copy is no longer there. `sure` means that somebody has taken it away; it is false where the whole folder
    /// was made anew or emptied at once.
    Gone { location: Location, sure: bool },
}

#[cfg(test)]
mod tests {
    use super::CopyFlags;
    use crate::domain::flags::Flags;

    #[test]
    fn drafts_and_what_waits_for_removal_count_as_read() {
        let read = |text: &str| CopyFlags::Kept(Flags::read(text)).is_read();
        for text in ["S", "T", "D", "FS"] {
            assert_eq!(read(text), Some(true), "{text}");
        }
        assert_eq!((read(""), read("FR")), (Some(false), Some(false)));
        assert_eq!(CopyFlags::from(Some(true)).is_read(), Some(true));
        assert_eq!(CopyFlags::from(None).is_read(), None);
    }
}
