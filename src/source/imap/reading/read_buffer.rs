//! Handing over what is read: messages at once, and copies that are gone only at the very end. So a message that moved
//! to another folder is reported there before it is reported as gone from the old one.

use std::fmt;
use std::ops::ControlFlow;

use super::Interruption;
use super::item::{FolderReading, Item};
use crate::domain::flags::Flags;
use crate::domain::found_copy::{CopyFlags, FoundCopy, Location, MailboxEvent};
use crate::domain::printable::Printable;
use crate::source::imap::failure::printable_text;
use crate::source::imap::key::UidKey;
use crate::source::imap::refusal::is_transient;
use crate::source::imap::status::StatusResponse;
use crate::source::{EventSink, FetchedMessage, ReadOutcome, SourceEvent, SyncContext};

/// How many columns of a folder's name are shown.
const NAME: usize = 100;

pub(super) struct ReadBuffer<'r> {
    since: &'r SyncContext<'r>,
    each: &'r mut EventSink<'r>,
    pub(super) outcome: ReadOutcome,
    /// The receiver wants no more.
    stopped: bool,
    /// Copies that are gone: the index of their folder, their keys, and whether it is certain that somebody removed
    /// them.
    gone: Vec<(usize, UidKey, bool)>,
    folders: Vec<String>,
    /// The server gives nothing out for now, because it was asked too often. So messages are not asked for one by one.
    pub(super) throttled: bool,
}

impl<'r> ReadBuffer<'r> {
    pub(super) fn new(since: &'r SyncContext<'r>, each: &'r mut EventSink<'r>) -> Self {
        let outcome = ReadOutcome::default();
        Self { since, each, outcome, stopped: false, gone: Vec::new(), folders: Vec::new(), throttled: false }
    }

    /// Fails if the receiver wants no more.
    pub(super) fn goes_on(&self) -> Result<(), Interruption> {
        if self.stopped { Err(Interruption::Stopped) } else { Ok(()) }
    }

    /// Reports that something of a folder could not be read.
    pub(super) fn problem(&mut self, folder: &str, what: impl fmt::Display) {
        self.outcome.problems.add(Printable::from(folder).cut(NAME), what);
    }

    /// Counts messages that the server does not give out.
    pub(super) fn owe(&mut self, uids: &[u32]) {
        let owed = self.outcome.withheld.get_or_insert_default();
        owed.count = owed.count.saturating_add(u32::try_from(uids.len()).unwrap_or(u32::MAX));
    }

    /// Keeps the server's text when it refuses a request for messages.
    pub(super) fn refused(&mut self, status: &StatusResponse) {
        self.outcome.withheld.get_or_insert_default().text = printable_text(&status.text);
        self.throttled |= is_transient(status);
    }

    /// Counts messages that are known and were not handed over.
    pub(super) fn pass(&mut self, messages: u32) {
        self.since.skipped.add(u64::from(messages), 0);
        self.outcome.skipped += u64::from(messages);
    }

    /// The first known copies with UIDs between two UIDs, both included, in rising order.
    pub(super) fn known(
        &self,
        folder: &str,
        (validity, first, last): (u32, u32, u32),
        most: usize,
    ) -> Vec<(u32, Option<Flags>)> {
        let key = |uid| UidKey { validity, uid }.to_string();
        let known = self.since.known.between(folder, &key(first), &key(last), most);
        known.into_iter().filter_map(|(key, flags)| Some((UidKey::read(&key)?.uid, flags))).collect()
    }

    /// The known copies of a folder with another UIDVALIDITY than the present one, the first ones after this key.
    pub(super) fn stale(&self, folder: &str, validity: u32, after: &str, most: usize) -> Vec<String> {
        // Between `.` and `~` there are only the digits of UIDs in our keys.
        let (today, later) = (format!("{validity:010}."), format!("{validity:010}.~"));
        let mut stale = Vec::new();
        if after < today.as_str() {
            stale = self.since.known.between(folder, after, &today, most);
        }
        if stale.len() < most {
            let after = if after < later.as_str() { &later } else { after };
            stale.extend(self.since.known.between(folder, after, "~", most));
        }
        stale.into_iter().map(|(key, _)| key).collect()
    }

    /// Hands a message over.
    pub(super) fn hand(
        &mut self,
        reading: &FolderReading<'_>,
        validity: u32,
        item: Item,
        raw: Vec<u8>,
    ) -> ControlFlow<()> {
        let copy = FoundCopy {
            location: reading.location(UidKey { validity, uid: item.uid }),
            received: item.arrived.unwrap_or(self.since.now),
            flags: CopyFlags::Kept(item.flags),
            origin: reading.origin(validity),
        };
        self.bring(FetchedMessage::new(raw, copy))
    }

    /// Reports that the flags of a copy have changed.
    pub(super) fn flags(
        &mut self,
        reading: &FolderReading<'_>,
        validity: u32,
        uid: u32,
        flags: Flags,
    ) -> Result<(), Interruption> {
        let _ = self.bring(MailboxEvent::Flags { location: reading.location(UidKey { validity, uid }), flags });
        self.goes_on()
    }

    /// Reports what is known of the mailbox.
    pub(super) fn event(&mut self, event: MailboxEvent) -> Result<(), Interruption> {
        let _ = self.bring(event);
        self.goes_on()
    }

    /// Notes that a copy is gone; this is reported at the end.
    pub(super) fn gone(&mut self, reading: &FolderReading<'_>, key: UidKey, sure: bool) {
        if self.folders.last() != Some(&reading.folder.name) {
            self.folders.push(reading.folder.name.clone());
        }
        self.gone.push((self.folders.len() - 1, key, sure));
    }

    /// Reports what is gone.
    pub(super) fn tell_gone(&mut self) -> Result<(), Interruption> {
        for (folder, key, sure) in std::mem::take(&mut self.gone) {
            if let Some(folder) = self.folders.get(folder).cloned() {
                let location = Location { folder, key: key.to_string() };
                let _ = self.bring(MailboxEvent::Gone { location, sure });
                self.goes_on()?;
            }
        }
        Ok(())
    }

    fn bring(&mut self, event: impl Into<SourceEvent>) -> ControlFlow<()> {
        let taken = (self.each)(event.into());
        self.stopped |= taken.is_break();
        taken
    }
}

impl fmt::Debug for ReadBuffer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("outcome", &self.outcome).finish_non_exhaustive()
    }
}
