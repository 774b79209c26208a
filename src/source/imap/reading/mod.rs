//! Reading an account: what is new in its folders, and what has changed of the known copies.
//!
//! All folders are asked for their STATUS at once. Those in which something happened are asked what it was, again all
//! at once (`news`). If the server can't tell, because a folder is read for the first time, has a new UIDVALIDITY, or
//! has no mod-sequences, the folder is gone through in pages, from its newest message on (`pages`). Messages are
//! fetched in bulk (`bodies`). Nothing is changed: folders are opened with EXAMINE.
//!
//! A reading that is interrupted begins anew next time; the messages that it handed over are known then.

mod bodies;
mod item;
mod news;
mod pages;
mod read_buffer;

use std::collections::HashSet;

use self::item::FolderReading;
use self::read_buffer::ReadBuffer;
use super::command::ImapCommand;
use super::failure::{ImapError, printable_text};
use super::folders::ImapFolder;
use super::position::AccountPosition;
use super::session::Session;
use super::untagged::Untagged;
use crate::domain::found_copy::{FolderContents, MailboxEvent};
use crate::source::{EventSink, Extent, ReadOutcome, SyncContext};

/// The items of STATUS that are asked for.
const COUNTS: &str = "(MESSAGES UIDNEXT UIDVALIDITY)";
const COUNTS_AND_CHANGES: &str = "(MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)";

/// How many messages of a folder that the server does not give out are remembered, to ask for them again. With more of
/// them, the folder counts as not read.
const OWED: usize = 200;

/// One reading of an account.
#[derive(Debug)]
pub(super) struct AccountReading<'r> {
    session: &'r mut Session,
    buffer: ReadBuffer<'r>,
    position: AccountPosition,
    /// In bytes. Only the header of a larger message is fetched.
    largest: u64,
    /// Messages that are larger than their server said, by folder and UID: only their headers are fetched.
    oversized: &'r HashSet<(String, u32)>,
    /// The name of the folder of a hard hold.
    held: Option<&'r str>,
}

/// Why a reading did not come to its end.
#[derive(Debug)]
pub(super) enum Interruption {
    /// The receiver wants no more. The connection can't be used any more.
    Stopped,
    /// A message is larger than its server said.
    TooLarge {
        folder: String,
        uid: u32,
        error: ImapError,
    },
    Failed(ImapError),
}

impl From<ImapError> for Interruption {
    fn from(error: ImapError) -> Self {
        Self::Failed(error)
    }
}

impl<'r> AccountReading<'r> {
    pub(super) fn new(
        session: &'r mut Session,
        since: &'r SyncContext<'r>,
        each: &'r mut EventSink<'r>,
        (largest, oversized): (u64, &'r HashSet<(String, u32)>),
        held: Option<&'r str>,
    ) -> Self {
        let position = AccountPosition::read(since.position);
        Self { session, buffer: ReadBuffer::new(since, each), position, largest, oversized, held }
    }

    /// Reads these folders, each with what lies in it. `tell` gets an estimate of how much there is. Returns the new
    /// position.
    pub(super) fn read(
        mut self,
        folders: &[(&'r ImapFolder, FolderContents)],
        missing: &[&str],
        gauge: impl FnOnce(Extent),
    ) -> Result<(ReadOutcome, AccountPosition), Interruption> {
        for name in missing {
            self.buffer.problem(name, "there is no such folder; what was taken in of it is kept");
        }
        let of = |wanted: FolderContents| -> Vec<String> {
            let those = folders.iter().filter(|(_, contents)| *contents == wanted);
            those.map(|(folder, _)| folder.name.clone()).collect()
        };
        self.buffer.event(MailboxEvent::Incoming(of(FolderContents::Incoming)))?;
        let sent_mail = MailboxEvent::Sent(of(FolderContents::Sent));
        self.buffer.event(sent_mail.clone())?;
        let mut reading = self.counts(folders)?;
        gauge(Extent::Messages(reading.iter().map(FolderReading::unread).sum()));
        reading.retain(|one| {
            if one.is_unchanged() {
                self.buffer.pass(one.mark.as_ref().map_or(0, |mark| mark.exists));
            }
            !one.is_unchanged()
        });
        let (sent, others): (Vec<_>, Vec<_>) =
            reading.into_iter().partition(|one| one.contents == FolderContents::Sent);
        // Much sent mail must not keep waiting what arrives: its newest messages tell most of whom the person writes to.
        let (mut much, few): (Vec<_>, Vec<_>) = sent.into_iter().partition(FolderReading::is_much_sent_mail);
        if !much.is_empty() || !few.is_empty() {
            self.each(few)?;
            for one in &mut much {
                one.fresh = self.newest(one)?;
            }
            // An event waits until what came before it is taken in; so sent mail is known when the rules are asked.
            self.buffer.event(sent_mail)?;
        }
        self.each(others)?;
        self.each(much)?;
        self.buffer.tell_gone()?;
        let outcome = ReadOutcome { position: self.position.text(), ..self.buffer.outcome };
        Ok((outcome, self.position))
    }

    /// Reads these folders, in the way in which each can be read.
    fn each(&mut self, reading: Vec<FolderReading<'r>>) -> Result<(), Interruption> {
        let (news, mut pages): (Vec<_>, Vec<_>) = reading.into_iter().partition(FolderReading::tells_news);
        pages.extend(self.news(news)?);
        pages.iter().try_for_each(|one| self.pages(one))
    }

    /// Asks for the STATUS of all folders.
    fn counts(&mut self, folders: &[(&'r ImapFolder, FolderContents)]) -> Result<Vec<FolderReading<'r>>, ImapError> {
        let asked = if self.session.condstore { COUNTS_AND_CHANGES } else { COUNTS };
        // For the open folder, servers report an old STATUS.
        let mut commands = self.session.unselect_commands();
        let before = commands.len();
        commands.extend(
            folders.iter().map(|(it, _)| ImapCommand::new("STATUS", "asking for news").string(&it.encoded).word(asked)),
        );
        let replies = self.session.run(&commands)?;
        let mut reading = Vec::new();
        for ((folder, contents), reply) in folders.iter().zip(replies.into_iter().skip(before)) {
            let counts = reply.untagged.into_iter().find_map(|untagged| match untagged {
                Untagged::Counts { counts, .. } => Some(counts),
                _ => None,
            });
            match counts {
                Some(counts) if reply.status.is_ok() => {
                    let mark = self.position.folders.get(&folder.name).cloned();
                    let is_held = self.held == Some(folder.name.as_str());
                    reading.push(FolderReading { folder, counts, mark, fresh: 0..0, contents: *contents, is_held });
                }
                _ => {
                    self.buffer
                        .problem(&folder.name, format!("it can't be read: {}", printable_text(&reply.status.text)));
                }
            }
        }
        Ok(reading)
    }
}
