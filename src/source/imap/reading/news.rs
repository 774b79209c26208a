//! What happened in folders since they were read last, on servers with mod-sequences (RFC 7162). All folders are asked
//! in one round trip, and their messages are fetched together.

use std::ops::ControlFlow;

use super::bodies::Wanted;
use super::item::{FolderReading, ITEMS, Item};
use super::{AccountReading, Interruption, OWED};
use crate::domain::flags::Flags;
use crate::source::imap::command::{ImapCommand, OPENING};
use crate::source::imap::failure::printable_text;
use crate::source::imap::key::UidKey;
use crate::source::imap::pipeline::CommandReply;
use crate::source::imap::position::{FolderPosition, validity};
use crate::source::imap::session::{Access, Selected, Session};
use crate::source::imap::uids;
use crate::source::imap::untagged::Untagged;

/// How many folders are asked in one round trip.
const FOLDERS: usize = 64;
/// If there are more changes in a folder, they are not collected: the folder is gone through in pages.
const CHANGES: usize = 10_000;
/// How many copies are looked up at once.
const KNOWN: usize = 1_000;

/// What a server reports about a folder.
#[derive(Debug)]
struct FolderChanges<'f> {
    reading: FolderReading<'f>,
    mark: FolderPosition,
    /// The responses to its opening.
    opening: Vec<Untagged>,
    items: Vec<Item>,
    flags: Vec<(u32, Flags)>,
    gone: Vec<(u32, u32)>,
    /// The UIDs of new messages, rising.
    new: Vec<u32>,
    /// Nothing can be concluded: there is too much of it, or it makes no sense.
    unclear: bool,
}

impl FolderChanges<'_> {
    fn note(&mut self, untagged: Untagged, is_opening: bool) {
        match untagged {
            Untagged::Fetched(fetched) => {
                let Some(uid) = fetched.uid else { return };
                let is_new = uid >= self.mark.next || self.mark.owed.contains(&uid);
                match fetched.flags {
                    // New messages come with all items that were asked for; their flags alone may come besides.
                    _ if is_new && fetched.size.is_some() => self.items.extend(Item::of(fetched)),
                    Some(flags) if !is_new => self.flags.push((uid, flags)),
                    _ => {}
                }
            }
            Untagged::Vanished { uids, .. } => self.gone.extend(uids),
            // It names a sequence number, which can't be assigned to a UID here.
            Untagged::Expunged(_) => self.unclear = true,
            untagged @ (Untagged::Status(_) | Untagged::Exists(_)) if is_opening => self.opening.push(untagged),
            _ => {}
        }
        self.unclear |= self.flags.len().max(self.items.len()).max(self.gone.len()) > CHANGES;
        if self.unclear {
            (self.flags, self.items, self.gone) = Default::default();
        }
    }

    /// The commands that ask for changes.
    fn commands(&self, session: &Session) -> Vec<ImapCommand> {
        let FolderPosition { validity, next, modseq, owed, .. } = &self.mark;
        let (modseq, messages) = (modseq.unwrap_or(1), self.reading.counts.messages.unwrap_or(0));
        let messages = usize::try_from(messages).unwrap_or(usize::MAX);
        let encoded = &self.reading.folder.encoded;
        let mut commands = if session.qresync {
            let since = format!("(QRESYNC ({validity} {modseq}))");
            vec![ImapCommand::new("EXAMINE", OPENING).string(encoded).word(&since).about(messages)]
        } else {
            let known = next.saturating_sub(1).max(1);
            let since = format!("UID FETCH 1:{known} (UID FLAGS) (CHANGEDSINCE {modseq})");
            let since = ImapCommand::new(since, "asking for changes").about(messages);
            vec![session.select_command(encoded, Access::Read), since]
        };
        let ask = |set: String| {
            ImapCommand::new(format!("UID FETCH {set} {ITEMS}"), "asking for new messages").about(messages)
        };
        if self.reading.counts.next != Some(*next) {
            commands.push(ask(format!("{next}:*")));
        }
        commands.extend(uids::sets(owed).into_iter().map(ask));
        commands
    }
}

impl<'r> AccountReading<'r> {
    /// Reads what happened in folders. Returns those of which that can't be found out in this way.
    pub(super) fn news(&mut self, reading: Vec<FolderReading<'r>>) -> Result<Vec<FolderReading<'r>>, Interruption> {
        let mut unclear = Vec::new();
        let mut news: Vec<FolderChanges<'r>> = reading
            .into_iter()
            .filter_map(|reading| {
                let mark = reading.mark.clone()?;
                let (opening, items, flags, gone, new) = Default::default();
                Some(FolderChanges { reading, mark, opening, items, flags, gone, new, unclear: false })
            })
            .collect();
        for some in news.chunks_mut(FOLDERS) {
            unclear.extend(self.some_news(some)?);
        }
        Ok(unclear)
    }

    fn some_news(&mut self, news: &mut [FolderChanges<'r>]) -> Result<Vec<FolderReading<'r>>, Interruption> {
        let asked = news.iter().enumerate();
        let asked =
            asked.flat_map(|(at, one)| one.commands(self.session).into_iter().map(move |command| (at, command)));
        let (of, commands): (Vec<usize>, Vec<ImapCommand>) = asked.unzip();
        let statuses = self.session.each(&commands, &mut |number, untagged| {
            if let Some(one) = of.get(number).and_then(|at| news.get_mut(*at)) {
                one.note(untagged, commands.get(number).is_some_and(|command| command.doing() == OPENING));
            }
            ControlFlow::Continue(())
        })?;
        let mut unclear = Vec::new();
        let (mut wanted, mut clear) = (Vec::new(), Vec::new());
        for (at, one) in news.iter_mut().enumerate() {
            let of_it = of.iter().zip(&statuses).filter(|(folder, _)| **folder == at).map(|(_, status)| status);
            let mut of_it = of_it.cloned();
            let Some(opened) = of_it.next() else { continue };
            if !opened.is_ok() {
                let what = format!("it can't be opened: {}", printable_text(&opened.text));
                self.buffer.problem(&one.reading.folder.name, what);
                continue;
            }
            let opened = Selected::of(&CommandReply { status: opened, untagged: std::mem::take(&mut one.opening) });
            let same = validity(&opened) == one.mark.validity && opened.modseq.is_some();
            if one.unclear || !same || of_it.any(|status| !status.is_ok()) {
                unclear.push(one.reading.clone());
                continue;
            }
            let items = self.not_known(one);
            wanted.push(Wanted::new(&one.reading, one.mark.validity, items));
            clear.push((one, opened));
        }
        self.bodies(&mut wanted, false, None)?;
        for ((one, opened), wanted) in clear.into_iter().zip(wanted) {
            if wanted.same {
                unclear.extend(self.changes(one, &opened, wanted.items.into_keys().collect())?);
            }
        }
        Ok(unclear)
    }

    /// The new messages that were not taken in by an earlier, interrupted reading.
    fn not_known(&mut self, news: &mut FolderChanges<'r>) -> Vec<Item> {
        let name = &news.reading.folder.name;
        let mut items = Item::sorted(std::mem::take(&mut news.items));
        news.new = items.iter().map(|item| item.uid).filter(|uid| *uid >= news.mark.next).collect();
        items.retain(|item| self.buffer.known(name, (news.mark.validity, item.uid, item.uid), 1).is_empty());
        items
    }

    /// Reports what changed, and notes the new position. If the changes do not explain how many messages there are now,
    /// the folder is to be gone through in pages.
    fn changes(
        &mut self,
        news: &mut FolderChanges<'r>,
        opened: &Selected,
        owed: Vec<u32>,
    ) -> Result<Option<FolderReading<'r>>, Interruption> {
        let (changed, vanished) = (std::mem::take(&mut news.flags), std::mem::take(&mut news.gone));
        let FolderChanges { reading, mark, .. } = &*news;
        let (name, validity) = (&reading.folder.name, mark.validity);
        for (uid, flags) in changed {
            let known = self.buffer.known(name, (validity, uid, uid), 1);
            if known.into_iter().next().is_some_and(|(_, known)| known.as_ref() != Some(&flags)) {
                self.buffer.flags(reading, validity, uid, flags)?;
            }
        }
        let mut gone = 0;
        for (first, last) in vanished {
            let mut from = Some(first);
            while let Some(first) = from.filter(|first| *first <= last) {
                let known = self.buffer.known(name, (validity, first, last), KNOWN);
                from = known.last().filter(|_| known.len() == KNOWN).and_then(|(uid, _)| uid.checked_add(1));
                gone += u32::try_from(known.len()).unwrap_or(u32::MAX);
                for (uid, _) in known {
                    self.buffer.gone(reading, UidKey { validity, uid }, true);
                }
            }
        }
        let next =
            opened.next.unwrap_or_else(|| mark.next.max(news.new.last().map_or(0, |last| last.saturating_add(1))));
        let new = u32::try_from(news.new.iter().filter(|uid| **uid < next).count()).unwrap_or(u32::MAX);
        let there = mark.exists.saturating_add(new);
        self.buffer.owe(&owed);
        if owed.len() <= OWED {
            let mark = FolderPosition { owed, ..FolderPosition::of(opened, next) };
            self.position.folders.insert(name.clone(), mark);
        }
        if there.saturating_sub(gone) == opened.exists {
            return Ok(None);
        }
        let mark = FolderPosition { next, exists: there.saturating_sub(gone), ..mark.clone() };
        let fresh = news.mark.next..next;
        Ok(Some(FolderReading { mark: Some(mark), fresh, ..reading.clone() }))
    }
}
