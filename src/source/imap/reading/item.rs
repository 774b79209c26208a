//! What is known of a folder, and of a message in it, before the message is fetched.

use std::ops::Range;

use chrono::{DateTime, Utc};

use crate::domain::flags::Flags;
use crate::domain::found_copy::{CopyOrigin, Location};
use crate::source::imap::fetch_response::FetchResponse;
use crate::source::imap::folders::ImapFolder;
use crate::source::imap::key::UidKey;
use crate::source::imap::position::FolderPosition;
use crate::source::imap::untagged::StatusItems;

/// What is asked of a message before it is fetched.
pub(super) const ITEMS: &str = "(UID FLAGS INTERNALDATE RFC822.SIZE)";

/// A message that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) uid: u32,
    pub(super) flags: Flags,
    /// In bytes, as the server says.
    pub(super) size: u64,
    pub(super) arrived: Option<DateTime<Utc>>,
}

/// A folder while it is read.
#[derive(Debug, Clone)]
pub(super) struct Folding<'f> {
    pub(super) folder: &'f ImapFolder,
    pub(super) counts: StatusItems,
    /// How it was when it was read last.
    pub(super) mark: Option<FolderPosition>,
    /// UIDs of what was handed over by this very reading.
    pub(super) fresh: Range<u32>,
    /// Whether nothing in it is incoming mail.
    pub(super) aside: bool,
    /// Whether it is the folder of a hard hold: what lies there has come just now, also when it is read for the first time.
    pub(super) is_held: bool,
}

impl Item {
    /// What a server told of a message, if it has a UID.
    pub(super) fn of(fetched: FetchResponse) -> Option<Self> {
        let FetchResponse { uid, flags, size, arrived, .. } = fetched;
        Some(Self { uid: uid?, flags: flags.unwrap_or_default(), size: size.unwrap_or(0), arrived })
    }

    /// Puts them in order, each once.
    pub(super) fn sorted(mut items: Vec<Self>) -> Vec<Self> {
        items.sort_by_key(|item| item.uid);
        items.dedup_by_key(|item| item.uid);
        items
    }
}

impl Folding<'_> {
    /// How its messages came to lie there, now that it has this UIDVALIDITY.
    pub(super) fn origin(&self, validity: u32) -> CopyOrigin {
        match &self.mark {
            _ if self.aside => CopyOrigin::NotIncoming,
            None if self.is_held => CopyOrigin::New,
            None => CopyOrigin::FirstReading,
            Some(mark) if mark.validity != validity => CopyOrigin::Recreated,
            Some(_) => CopyOrigin::New,
        }
    }

    pub(super) fn location(&self, key: UidKey) -> Location {
        Location { folder: self.folder.name.clone(), key: key.to_string() }
    }

    /// Whether nothing happened in it, as far as that can be told without opening it.
    pub(super) fn is_unchanged(&self) -> bool {
        let Some(mark) = &self.mark else { return false };
        let StatusItems { messages, next, validity, modseq } = self.counts;
        // Without numbers of changes, flags may have changed without a trace.
        modseq.is_some()
            && modseq == mark.modseq
            && messages == Some(mark.exists)
            && next == Some(mark.next)
            && validity == Some(mark.validity)
            // What was not given out is asked for again each time.
            && mark.owed.is_empty()
    }

    /// Whether its server can tell what happened since.
    pub(super) fn tells_news(&self) -> bool {
        let same = |mark: &FolderPosition| self.counts.validity.is_none_or(|validity| validity == mark.validity);
        self.mark.as_ref().is_some_and(|mark| mark.modseq.is_some() && same(mark))
    }

    /// How many messages there seem to be to be read.
    pub(super) fn unread(&self) -> u64 {
        let there = self.counts.messages.unwrap_or(0);
        u64::from(there.saturating_sub(self.mark.as_ref().map_or(0, |mark| mark.exists)))
    }
}
