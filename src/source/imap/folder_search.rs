//! Finding messages in the open folder by their content, where their UIDs are unknown or can't be trusted.
//!
//! The server is asked for their Message-ID. A message without one, or with one that can't be searched for, is looked
//! for among the newest messages of the folder, because a message that was moved there is one of them. Two messages may
//! share a Message-ID, by accident or by intent, so that it is never enough alone.

use std::collections::BTreeMap;

use super::command::ImapCommand;
use super::failure::ImapError;
use super::header_only;
use super::pipeline::CommandReply;
use super::session::Selected;
use super::transport::ImapTransport;
use super::uids;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::flags::Flags;
use crate::domain::mailbox_change::Lost;
use crate::mail;

/// How many of the newest messages are looked through.
const NEWEST: u32 = 1_000;
/// If so many messages are looked for, the newest are looked through first, because most of them are found there with
/// one command.
const MANY: usize = 20;
/// How many messages with the same Message-ID are looked at.
const ALIKE: usize = 20;
/// How many bytes are asked for at once.
const AT_ONCE: u64 = 8 * 1024 * 1024;
/// By how many bytes a copy may be larger, because programs have added fields to its header that do not count:
/// `X-TUID`, `Status`, `Content-Length`, `X-Keywords` …
const ADDED: u64 = 16 * 1024;
/// By how many bytes a copy may be larger or smaller if only its text is known.
const ABOUT: u64 = 1024;

/// The items that tell whether a candidate is the message.
const ITEMS: &str = "(UID FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])";

const LOOKING: &str = "looking for a message";

/// A message that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SearchTarget<'a> {
    pub(super) message_id: Option<&'a str>,
    pub(super) fingerprint: Fingerprint,
    /// The size of the original, in bytes.
    pub(super) size: u64,
}

impl<'a> SearchTarget<'a> {
    pub(super) fn of(lost: &'a Lost) -> Self {
        let Lost { message_id, fingerprint, size, .. } = lost;
        Self { message_id: message_id.as_deref(), fingerprint: *fingerprint, size: *size }
    }

    /// Adds to a SEARCH what finds it: its Message-ID, or its size if it has none.
    pub(super) fn searched_by(&self, search: ImapCommand) -> ImapCommand {
        if let Some(id) = self.searched() {
            return search.word("HEADER MESSAGE-ID").string(id);
        }
        let (low, high) = (self.size.saturating_sub(ABOUT + 1), self.size.saturating_add(ABOUT + 1));
        search.word(&format!("(LARGER {low} SMALLER {high})"))
    }

    /// Its Message-ID, if it can be searched for. Servers compare it with the bytes of the header, so that an id from
    /// which something was cleaned out may not be found. An id that is not ASCII would need CHARSET, which not every
    /// server accepts.
    fn searched(&self) -> Option<&'a str> {
        self.message_id.filter(|id| id.chars().all(|c| c.is_ascii_graphic()) && id.contains('@'))
    }
}

/// What proves that a message with the same Message-ID is the one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certainty {
    /// The same size: enough where we have just put it there.
    Size,
    /// The same fingerprint.
    Fingerprint,
}

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MatchedMessage {
    pub(super) uid: u32,
    pub(super) flags: Flags,
}

/// Looks for messages in the open folder. Returns for each all that are equal to it, by rising UID.
pub(super) fn find_matches(
    transport: &mut dyn ImapTransport,
    opened: &Selected,
    wanted: &[SearchTarget<'_>],
    sure: Certainty,
) -> Result<Vec<Vec<MatchedMessage>>, ImapError> {
    let mut found: Vec<Vec<MatchedMessage>> = vec![Vec::new(); wanted.len()];
    if opened.exists == 0 {
        return Ok(found);
    }
    if wanted.len() >= MANY || wanted.iter().any(|wanted| wanted.searched().is_none()) {
        let first = opened.exists.saturating_sub(NEWEST - 1).max(1);
        let newest = ImapCommand::new(format!("FETCH {first}:* {ITEMS}"), LOOKING).about(NEWEST as usize);
        let candidates = candidates(transport, &[newest])?;
        prove(transport, &candidates, wanted, sure, &mut found)?;
    }
    let open = wanted.iter().zip(&found).filter(|(_, found)| found.is_empty());
    let asked = open.filter_map(|(wanted, _)| wanted.searched());
    let asked: Vec<ImapCommand> =
        asked.map(|id| ImapCommand::new("UID SEARCH HEADER MESSAGE-ID", LOOKING).string(id)).collect();
    if !asked.is_empty() {
        let replies = transport.ask(&asked)?;
        let uids: Vec<u32> = replies.iter().flat_map(CommandReply::matched).flat_map(newest).collect();
        let fetch = |set: &String| ImapCommand::new(format!("UID FETCH {set} {ITEMS}"), LOOKING).about(uids.len());
        let candidates = candidates(transport, &uids::sets(&uids).iter().map(fetch).collect::<Vec<_>>())?;
        prove(transport, &candidates, wanted, sure, &mut found)?;
    }
    Ok(found)
}

/// A message that may be one of those looked for.
#[derive(Debug)]
struct Candidate {
    message_id: Option<String>,
    size: Option<u64>,
    flags: Flags,
}

fn candidates(
    transport: &mut dyn ImapTransport,
    fetches: &[ImapCommand],
) -> Result<BTreeMap<u32, Candidate>, ImapError> {
    let replies = if fetches.is_empty() { Vec::new() } else { transport.ask(fetches)? };
    let told = replies.iter().flat_map(CommandReply::fetched);
    // A response without the header only reports a change of flags.
    let told = told.filter_map(|(uid, it)| {
        let (header, flags) = (it.body.as_ref()?, it.flags.clone()?);
        Some((uid, Candidate { message_id: message_id(header), size: it.size, flags }))
    });
    Ok(told.collect())
}

/// The last UIDs that a SEARCH found.
fn newest(uids: &[u32]) -> impl Iterator<Item = u32> {
    uids.iter().rev().take(ALIKE).copied()
}

/// The Message-ID in a header, cleaned as everywhere.
pub(super) fn message_id(header: &[u8]) -> Option<String> {
    mail::parse(header).envelope.message_id
}

/// Adds the candidates that are equal to a wanted message that was not found yet.
fn prove(
    transport: &mut dyn ImapTransport,
    candidates: &BTreeMap<u32, Candidate>,
    wanted: &[SearchTarget<'_>],
    sure: Certainty,
    found: &mut [Vec<MatchedMessage>],
) -> Result<(), ImapError> {
    let place = |uid: u32, candidate: &Candidate| MatchedMessage { uid, flags: candidate.flags.clone() };
    let mut by_id: BTreeMap<Option<&str>, Vec<(u32, &Candidate)>> = BTreeMap::new();
    for (uid, candidate) in candidates {
        by_id.entry(candidate.message_id.as_deref()).or_default().push((*uid, candidate));
    }
    let mut unsure: Vec<(usize, UnsureMatch<'_>)> = Vec::new();
    for (at, wanted) in wanted.iter().enumerate() {
        let Some(found) = found.get_mut(at).filter(|found| found.is_empty()) else { continue };
        for (uid, candidate) in by_id.get(&wanted.message_id).into_iter().flatten() {
            let about = candidate.size.is_some_and(|size| size.abs_diff(wanted.size) <= ABOUT);
            if candidate.size == Some(wanted.size) && sure == Certainty::Size && wanted.message_id.is_some() {
                found.push(place(*uid, candidate));
            } else if about || wanted.message_id.is_some() {
                unsure.push((at, UnsureMatch { uid: *uid, size: candidate.size, wanted: *wanted }));
            }
        }
    }
    let doubts: Vec<UnsureMatch<'_>> = unsure.iter().map(|(_, doubt)| *doubt).collect();
    for ((at, doubt), same) in unsure.into_iter().zip(are_equal(transport, &doubts)?) {
        if let (true, Some(found), Some(candidate)) = (same, found.get_mut(at), candidates.get(&doubt.uid)) {
            found.push(place(doubt.uid, candidate));
        }
    }
    for places in found {
        places.sort_by_key(|place| place.uid);
    }
    Ok(())
}

/// A message of the open folder that may be the wanted one.
#[derive(Debug, Clone, Copy)]
pub(super) struct UnsureMatch<'a> {
    pub(super) uid: u32,
    /// In bytes, as the server says.
    pub(super) size: Option<u64>,
    pub(super) wanted: SearchTarget<'a>,
}

impl UnsureMatch<'_> {
    /// The largest size that the wanted message may have by now.
    fn largest(&self) -> u64 {
        self.wanted.size.saturating_add(ADDED).clamp(1, u64::from(u32::MAX))
    }

    /// Whether only the header is asked for: the message is much larger, and may have been taken in by its header
    /// alone.
    fn is_header_only(&self) -> bool {
        self.size.is_some_and(|size| size > self.largest())
    }

    fn ask(&self) -> ImapCommand {
        let uid = self.uid;
        let what = if self.is_header_only() { "HEADER]".to_owned() } else { format!("]<0.{}>", self.largest()) };
        ImapCommand::new(format!("UID FETCH {uid} (UID BODY.PEEK[{what})"), LOOKING).about(1)
    }

    fn is_it(&self, body: &[u8]) -> bool {
        match self.size.filter(|_| self.is_header_only()) {
            Some(size) => header_only::is(body, size, self.wanted.fingerprint),
            None => mail::fingerprint(body) == self.wanted.fingerprint,
        }
    }
}

/// Whether messages of the open folder are equal to the wanted ones, by their content. `false` for a message that is
/// not there.
pub(super) fn are_equal(transport: &mut dyn ImapTransport, doubts: &[UnsureMatch<'_>]) -> Result<Vec<bool>, ImapError> {
    let mut told = Vec::with_capacity(doubts.len());
    let mut rest = doubts;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = |doubt: &&UnsureMatch<'_>| {
            bytes += doubt.largest();
            bytes <= AT_ONCE
        };
        let (some, after) = rest.split_at(rest.iter().take_while(fits).count().max(1).min(rest.len()));
        rest = after;
        let commands: Vec<ImapCommand> = some.iter().map(UnsureMatch::ask).collect();
        let replies = transport.ask(&commands)?;
        for doubt in some {
            let mut fetched = replies.iter().flat_map(CommandReply::fetched).filter(|(uid, _)| *uid == doubt.uid);
            told.push(fetched.any(|(_, it)| it.body.as_deref().is_some_and(|body| doubt.is_it(body))));
        }
    }
    Ok(told)
}
