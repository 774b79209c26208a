//! Going through a folder, page by page, from its newest message to its oldest, and comparing what exists with what is
//! known. A folder is read in this way for the first time, when its UIDVALIDITY has changed, and when its server does
//! not report changes.
//!
//! Pages are ranges of message sequence numbers. When a message is removed meanwhile, only the numbers of newer
//! messages change, and those were looked at already. No more than one page is in memory, however many messages there
//! are.

use std::ops::{ControlFlow, Range};

use super::bodies::Wanted;
use super::item::{FolderReading, ITEMS, Item, NEWEST};
use super::{AccountReading, Interruption, OWED};
use crate::domain::flags::Flags;
use crate::source::imap::command::ImapCommand;
use crate::source::imap::failure::ImapError;
use crate::source::imap::fetch_response::FetchResponse;
use crate::source::imap::key::UidKey;
use crate::source::imap::position::{FolderPosition, validity};
use crate::source::imap::session::{Access, Selected};
use crate::source::imap::untagged::Untagged;

/// Messages in a page.
const PAGE: u32 = 2_000;
/// How many copies are looked up at once.
const KNOWN: usize = 1_000;
/// Without mod-sequences, the flags of so many of the newest messages are compared every time, and of as many others in
/// turn.
const LOOKED_AT: u32 = 2 * PAGE;

/// The state of going through a folder.
struct FolderWalk<'f> {
    reading: FolderReading<'f>,
    opened: Selected,
    validity: u32,
    /// The highest UID that was not looked at yet.
    below: u32,
    /// The lowest sequence number that was looked at.
    seq: u32,
    /// Messages that were not there last time, and copies that are gone.
    new: u32,
    gone: u32,
    /// Messages that exist, as the server says, and of which it sent no response.
    untold: u32,
    owed: Vec<u32>,
    highest: u32,
}

/// The result of comparing a page with what is known.
#[derive(Default)]
struct Compared {
    wanted: Vec<Item>,
    flags: Vec<(u32, Flags)>,
    known: u32,
}

impl FolderWalk<'_> {
    /// Whether all changes since the last reading are found, so that older pages need not be looked at.
    fn is_explained(&self) -> bool {
        let Some(mark) = self.reading.mark.as_ref().filter(|mark| mark.validity == self.validity) else { return false };
        let looked_at = self.opened.exists.saturating_sub(self.seq.saturating_sub(1));
        let enough = mark.modseq.is_some() || looked_at >= LOOKED_AT;
        enough
            && self.below < mark.next
            && mark.owed.iter().all(|uid| *uid > self.below)
            && mark.exists.saturating_add(self.new) == self.opened.exists.saturating_add(self.gone)
    }

    /// The next page: its first and last sequence number.
    fn next(&self) -> Option<(u32, u32)> {
        self.next_of(PAGE)
    }

    fn next_of(&self, messages: u32) -> Option<(u32, u32)> {
        let last = self.seq.checked_sub(1).filter(|last| *last > 0)?;
        Some((last.saturating_sub(messages - 1).max(1), last))
    }
}

fn ask((first, last): (u32, u32)) -> ImapCommand {
    let messages = usize::try_from(last - first + 1).unwrap_or(usize::MAX);
    ImapCommand::new(format!("FETCH {first}:{last} {ITEMS}"), "looking through a folder").about(messages)
}

impl<'r> AccountReading<'r> {
    /// Opens a folder to go through it; `None` where it is not there.
    fn walk(&mut self, reading: &FolderReading<'r>) -> Result<Option<FolderWalk<'r>>, Interruption> {
        let opened = match self.session.select(&reading.folder.encoded, Access::Read) {
            Err(error @ ImapError::NoFolder { .. }) => {
                self.buffer.problem(&reading.folder.name, error);
                return Ok(None);
            }
            opened => opened?,
        };
        Ok(Some(FolderWalk {
            reading: reading.clone(),
            validity: validity(&opened),
            below: u32::MAX,
            seq: opened.exists.saturating_add(1),
            opened,
            new: 0,
            gone: 0,
            untold: 0,
            owed: Vec::new(),
            highest: 0,
        }))
    }

    /// Hands over the newest messages of a folder that is read for the first time. Returns their UIDs; none where one of them did
    /// not come, so that all are asked for again with the rest.
    pub(super) fn newest(&mut self, reading: &FolderReading<'r>) -> Result<Range<u32>, Interruption> {
        let Some(mut walk) = self.walk(reading)? else { return Ok(0..0) };
        let Some((first, last)) = walk.next_of(NEWEST) else { return Ok(0..0) };
        let mut listed = self.list(Some((first, last)))?;
        listed.retain(|one| (first..=last).contains(&one.seq));
        let compared = self.compare(&mut walk, listed, last - first + 1, first == 1)?;
        let mut wanted = [Wanted::new(reading, walk.validity, compared.wanted)];
        self.bodies(&mut wanted, true, None)?;
        let came = wanted.iter().all(|one| one.items.is_empty());
        Ok(if came { walk.below.saturating_add(1)..walk.highest.saturating_add(1) } else { 0..0 })
    }

    /// Goes through a folder, as far as is needed to know what happened in it.
    pub(super) fn pages(&mut self, reading: &FolderReading<'r>) -> Result<(), Interruption> {
        let name = &reading.folder.name;
        let Some(mut walk) = self.walk(reading)? else { return Ok(()) };
        let mut page = walk.next();
        let mut listed = self.list(page)?;
        while let Some((first, last)) = page {
            // Responses that nobody asked for are not part of the page.
            listed.retain(|one| (first..=last).contains(&one.seq));
            if listed.is_empty() {
                self.buffer.problem(name, "the server does not tell what is in it");
                return Ok(());
            }
            let is_last = first == 1;
            let below = walk.below;
            let compared = self.compare(&mut walk, listed, last - first + 1, is_last)?;
            // Every message on this page was on an earlier one: the reading would never end.
            if walk.below.saturating_add(1) >= below && !is_last {
                self.buffer.problem(name, "the server tells of the same messages over and over");
                return Ok(());
            }
            walk.seq = first;
            page = walk.next().filter(|_| !walk.is_explained());
            self.buffer.pass(compared.known);
            let mut wanted = [Wanted::new(reading, walk.validity, compared.wanted)];
            listed = self.bodies(&mut wanted, true, page.map(ask))?;
            walk.owed.extend(wanted.into_iter().flat_map(|one| one.items.into_keys()));
            for (uid, flags) in compared.flags {
                self.buffer.flags(reading, walk.validity, uid, flags)?;
            }
        }
        let compared = self.in_turn(&mut walk)?;
        if walk.opened.exists == 0 {
            self.compare(&mut walk, Vec::new(), 0, true)?;
        }
        if reading.mark.as_ref().is_none_or(|mark| mark.validity != walk.validity) {
            self.stale(&walk);
        }
        let next = walk.opened.next.unwrap_or_else(|| walk.highest.saturating_add(1));
        self.buffer.owe(&walk.owed);
        if walk.owed.len() <= OWED {
            let mark = FolderPosition { owed: walk.owed, compared, ..FolderPosition::of(&walk.opened, next) };
            // Messages without a response are looked for again: next time there are more messages than are known.
            let told = mark.exists.saturating_sub(walk.untold);
            let again = reading.mark.as_ref().is_some_and(|mark| mark.exists == told);
            let mark = if again { mark } else { FolderPosition { exists: told, ..mark } };
            self.position.folders.insert(name.clone(), mark);
        }
        Ok(())
    }

    fn list(&mut self, page: Option<(u32, u32)>) -> Result<Vec<FetchResponse>, Interruption> {
        let Some(page) = page else { return Ok(Vec::new()) };
        let mut listed = Vec::new();
        self.session.each(&[ask(page)], &mut |_, untagged| {
            if let Untagged::Fetched(fetched) = untagged {
                listed.push(fetched);
            }
            ControlFlow::Continue(())
        })?;
        Ok(listed)
    }

    /// Compares a page with what is known between its lowest UID and that of the page before it.
    fn compare(
        &mut self,
        walk: &mut FolderWalk<'r>,
        listed: Vec<FetchResponse>,
        expected: u32,
        is_last: bool,
    ) -> Result<Compared, Interruption> {
        let mut items = Item::sorted(listed.into_iter().filter_map(Item::of).collect());
        items.retain(|item| item.uid <= walk.below);
        // If the server left out messages of the page, a missing message does not count as gone.
        let untold = expected.saturating_sub(u32::try_from(items.len()).unwrap_or(u32::MAX));
        let complete = untold == 0;
        walk.untold = walk.untold.saturating_add(untold);
        let lowest = items.first().map_or(walk.below, |item| item.uid);
        let first = if is_last { 1 } else { lowest };
        walk.highest = walk.highest.max(items.last().map_or(0, |item| item.uid));
        let next = walk.reading.mark.as_ref().map_or(0, |mark| mark.next);
        walk.new += u32::try_from(items.iter().filter(|item| item.uid >= next).count()).unwrap_or(u32::MAX);
        let compared = self.merge(walk, items, (first, walk.below), complete)?;
        walk.below = lowest.saturating_sub(1);
        Ok(compared)
    }

    /// Sorts the messages of a page: which are not known, which have other flags than known, and which are known and do
    /// not exist.
    fn merge(
        &mut self,
        walk: &mut FolderWalk<'r>,
        items: Vec<Item>,
        (first, last): (u32, u32),
        complete: bool,
    ) -> Result<Compared, Interruption> {
        let name = &walk.reading.folder.name;
        let mut compared = Compared::default();
        let mut items = items.into_iter().peekable();
        let mut from = Some(first);
        while let Some(first) = from.filter(|first| *first <= last) {
            let known = self.buffer.known(name, (walk.validity, first, last), KNOWN);
            from = known.last().filter(|_| known.len() == KNOWN).and_then(|(uid, _)| uid.checked_add(1));
            for (uid, flags) in known {
                while let Some(item) = items.next_if(|item| item.uid < uid) {
                    compared.wanted.push(item);
                }
                match items.next_if(|item| item.uid == uid) {
                    Some(item) => {
                        compared.known += 1;
                        if flags.as_ref() != Some(&item.flags) {
                            compared.flags.push((uid, item.flags));
                        }
                    }
                    None if complete => {
                        walk.gone += 1;
                        self.buffer.gone(&walk.reading, UidKey { validity: walk.validity, uid }, true);
                    }
                    None => {}
                }
            }
            self.buffer.goes_on()?;
        }
        compared.wanted.extend(items);
        compared.wanted.retain(|item| !walk.reading.fresh.contains(&item.uid));
        Ok(compared)
    }

    /// Compares the flags of one more page of those that were not compared this time. Returns where to go on next time.
    fn in_turn(&mut self, walk: &mut FolderWalk<'r>) -> Result<Option<u32>, Interruption> {
        let untold = walk.opened.modseq.is_none() && walk.seq > 1;
        let Some(mark) = walk.reading.mark.clone().filter(|_| untold) else { return Ok(None) };
        let place = mark.compared.unwrap_or(u32::MAX).min(walk.seq);
        let Some(last) = place.checked_sub(1).filter(|last| *last > 0) else { return Ok(None) };
        let first = last.saturating_sub(PAGE - 1).max(1);
        let items = Item::sorted(self.list(Some((first, last)))?.into_iter().filter_map(Item::of).collect());
        if let (Some(lowest), Some(highest)) = (items.first(), items.last()) {
            let between = (lowest.uid, highest.uid);
            let complete = u32::try_from(items.len()).is_ok_and(|listed| listed == last - first + 1);
            let compared = self.merge(walk, items, between, complete)?;
            for (uid, flags) in compared.flags {
                self.buffer.flags(&walk.reading, walk.validity, uid, flags)?;
            }
        }
        Ok((first > 1).then_some(first))
    }

    /// Copies that are known under an earlier UIDVALIDITY are gone, because all messages are known under the present
    /// one now.
    fn stale(&mut self, walk: &FolderWalk<'r>) {
        let mut after = String::new();
        loop {
            let stale = self.buffer.stale(&walk.reading.folder.name, walk.validity, &after, KNOWN);
            let Some(last) = stale.last() else { return };
            // The smallest text that is greater than the last key.
            after = format!("{last} ");
            for key in stale.iter().filter_map(|key| UidKey::read(key)) {
                self.buffer.gone(&walk.reading, key, false);
            }
        }
    }
}
