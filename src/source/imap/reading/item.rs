//! What is known of a folder, and of a message in it, before the message is fetched.

use std::ops::Range;

use chrono::{DateTime, Utc};

use crate::domain::flags::Flags;
use crate::domain::found_copy::{CopyOrigin, FolderContents, Location};
use crate::source::imap::fetch_response::FetchResponse;
use crate::source::imap::folders::ImapFolder;
use crate::source::imap::key::UidKey;
use crate::source::imap::position::FolderPosition;
use crate::source::imap::untagged::StatusItems;

/// The items that are asked for before a message is fetched.
pub(super) const ITEMS: &str = "(UID FLAGS INTERNALDATE RFC822.SIZE)";

/// How much sent mail is read before what arrives.
pub(super) const NEWEST: u32 = 1_000;

/// A message that exists in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) uid: u32,
    pub(super) flags: Flags,
    /// Its size in bytes, as the server says.
    pub(super) size: u64,
    pub(super) arrived: Option<DateTime<Utc>>,
}

/// A folder while it is read.
#[derive(Debug, Clone)]
pub(super) struct FolderReading<'f> {
    pub(super) folder: &'f ImapFolder,
    pub(super) counts: StatusItems,
    /// Its position when it was read last.
    pub(super) mark: Option<FolderPosition>,
    /// UIDs of messages that this reading has handed over.
    pub(super) fresh: Range<u32>,
    pub(super) contents: FolderContents,
    /// Whether it is the folder of a hard hold: its messages count as new mail even when it is read for the first time.
    pub(super) is_held: bool,
}

impl Item {
    /// From a FETCH response, if it has a UID.
    pub(super) fn of(fetched: FetchResponse) -> Option<Self> {
        let FetchResponse { uid, flags, size, arrived, .. } = fetched;
        Some(Self { uid: uid?, flags: flags.unwrap_or_default(), size: size.unwrap_or(0), arrived })
    }

    /// Sorts items by UID and removes duplicates.
    pub(super) fn sorted(mut items: Vec<Self>) -> Vec<Self> {
        items.sort_by_key(|item| item.uid);
        items.dedup_by_key(|item| item.uid);
        items
    }
}

impl FolderReading<'_> {
    /// How its messages came to lie there, given its present UIDVALIDITY.
    pub(super) fn origin(&self, validity: u32) -> CopyOrigin {
        self.contents.origin(match &self.mark {
            None if self.is_held => CopyOrigin::New,
            None => CopyOrigin::FirstReading,
            Some(mark) if mark.validity != validity => CopyOrigin::Recreated,
            Some(_) => CopyOrigin::New,
        })
    }

    pub(super) fn location(&self, key: UidKey) -> Location {
        Location { folder: self.folder.name.clone(), key: key.to_string() }
    }

    /// Whether nothing happened in it, as far as STATUS can tell.
    pub(super) fn is_unchanged(&self) -> bool {
        let Some(mark) = &self.mark else { return false };
        let StatusItems { messages, next, validity, modseq } = self.counts;
        // Without mod-sequences, flags may have changed without a trace.
        modseq.is_some()
            && modseq == mark.modseq
            && messages == Some(mark.exists)
            && next == Some(mark.next)
            && validity == Some(mark.validity)
            // Messages that were not given out are asked for again each time.
            && mark.owed.is_empty()
    }

    /// Whether its server can report what happened since the last reading.
    pub(super) fn tells_news(&self) -> bool {
        let same = |mark: &FolderPosition| self.counts.validity.is_none_or(|validity| validity == mark.validity);
        self.mark.as_ref().is_some_and(|mark| mark.modseq.is_some() && same(mark))
    }

    /// Whether it has more sent mail than is read before what arrives, because it is read for the first time.
    pub(super) fn is_much_sent_mail(&self) -> bool {
        let many = self.counts.messages.is_some_and(|messages| messages > NEWEST);
        self.contents == FolderContents::Sent && self.mark.is_none() && many
    }

    /// An estimate of how many messages are to be read.
    pub(super) fn unread(&self) -> u64 {
        let there = self.counts.messages.unwrap_or(0);
        u64::from(there.saturating_sub(self.mark.as_ref().map_or(0, |mark| mark.exists)))
    }
}
