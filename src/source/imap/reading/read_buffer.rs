//! Handing over what is read: messages at once, and what is gone at the very end, so that a message that only moved from
//! one folder to another is in its new place before it is missed in the old one.

use std::fmt;
use std::ops::ControlFlow;

use super::Cut;
use super::item::{Folding, Item};
use crate::domain::flags::Flags;
use crate::domain::found_copy::{CopyFlags, FoundCopy, Location, MailboxEvent};
use crate::domain::printable::Printable;
use crate::source::imap::failure::printable_text;
use crate::source::imap::key::UidKey;
use crate::source::imap::refusal::passes;
use crate::source::imap::status::StatusResponse;
use crate::source::{EventSink, FetchedMessage, ReadOutcome, SourceEvent, SyncContext};

/// Of a folder's name, so many columns are told.
const NAME: usize = 100;

pub(super) struct ReadBuffer<'r> {
    since: &'r SyncContext<'r>,
    each: &'r mut EventSink<'r>,
    pub(super) outcome: ReadOutcome,
    /// Whoever takes what is brought wants no more.
    stopped: bool,
    /// Copies that are gone: the number of their folder, their keys, and whether somebody took them away.
    gone: Vec<(usize, UidKey, bool)>,
    folders: Vec<String>,
    /// The server gives nothing out for now: asking for each message apart would be more of what it has enough of.
    pub(super) throttled: bool,
}

impl<'r> ReadBuffer<'r> {
    pub(super) fn new(since: &'r SyncContext<'r>, each: &'r mut EventSink<'r>) -> Self {
        let outcome = ReadOutcome::default();
        Self { since, each, outcome, stopped: false, gone: Vec::new(), folders: Vec::new(), throttled: false }
    }

    /// Whether to go on.
    pub(super) fn goes_on(&self) -> Result<(), Cut> {
        if self.stopped { Err(Cut::Stopped) } else { Ok(()) }
    }

    /// Tells that something of a folder could not be read.
    pub(super) fn problem(&mut self, folder: &str, what: impl fmt::Display) {
        self.outcome.problems.add(Printable::from(folder).cut(NAME), what);
    }

    /// Counts messages that the server does not give out.
    pub(super) fn owe(&mut self, uids: &[u32]) {
        let owed = self.outcome.owed.get_or_insert_default();
        owed.count = owed.count.saturating_add(u32::try_from(uids.len()).unwrap_or(u32::MAX));
    }

    /// Keeps what the server says to a request for messages that it does not grant.
    pub(super) fn refused(&mut self, status: &StatusResponse) {
        self.outcome.owed.get_or_insert_default().said = printable_text(&status.text);
        self.throttled |= passes(status);
    }

    /// Counts messages that are known and were not handed over.
    pub(super) fn pass(&mut self, messages: u32) {
        self.since.passed.add(u64::from(messages), 0);
        self.outcome.skipped += u64::from(messages);
    }

    /// The copies that are known between two UIDs, both included, the first ones, in rising order.
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

    /// The copies of a folder that are known by other UIDs than those of today, the first ones after this key.
    pub(super) fn stale(&self, folder: &str, validity: u32, after: &str, most: usize) -> Vec<String> {
        // Nothing of ours stands between `.` and `~` but the digits of UIDs.
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
    pub(super) fn hand(&mut self, folding: &Folding<'_>, validity: u32, item: Item, raw: Vec<u8>) -> ControlFlow<()> {
        let copy = FoundCopy {
            location: folding.location(UidKey { validity, uid: item.uid }),
            received: item.arrived.unwrap_or(self.since.now),
            flags: CopyFlags::Kept(item.flags),
            origin: folding.origin(validity),
        };
        self.bring(FetchedMessage::new(raw, copy))
    }

    /// Tells that the flags of a copy are others now.
    pub(super) fn flags(&mut self, folding: &Folding<'_>, validity: u32, uid: u32, flags: Flags) -> Result<(), Cut> {
        let _ = self.bring(MailboxEvent::Flags { location: folding.location(UidKey { validity, uid }), flags });
        self.goes_on()
    }

    /// Tells which folders are read for incoming mail.
    pub(super) fn incoming(&mut self, names: Vec<String>) -> Result<(), Cut> {
        let _ = self.bring(MailboxEvent::Incoming(names));
        self.goes_on()
    }

    /// Notes that a copy is gone; it is told at the end.
    pub(super) fn gone(&mut self, folding: &Folding<'_>, key: UidKey, sure: bool) {
        if self.folders.last() != Some(&folding.folder.name) {
            self.folders.push(folding.folder.name.clone());
        }
        self.gone.push((self.folders.len() - 1, key, sure));
    }

    /// Tells what is gone.
    pub(super) fn tell_gone(&mut self) -> Result<(), Cut> {
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
