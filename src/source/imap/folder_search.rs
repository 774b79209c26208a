//! Looking for messages in the folder that is open, by what they are: where their numbers say nothing, or may lie.
//!
//! They are asked for by their Message-ID. What has none, or one that can't be searched for, is looked for among the
//! newest messages of the folder, which is where a message is that was moved there. Two messages may share a Message-ID, by
//! accident or by intent, so that alone is never enough.

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

/// Of the newest messages, so many are looked through.
const NEWEST: u32 = 1_000;
/// From so many messages on, the newest are looked through first: one answer then finds most of them.
const MANY: usize = 20;
/// Of messages with one Message-ID, so many are looked at.
const ALIKE: usize = 20;
/// Bytes that are asked for at once.
const AT_ONCE: u64 = 8 * 1024 * 1024;
/// By so much a copy may be larger, because programs have added fields to its header that do not count: `X-TUID`, `StatusResponse`,
/// `Content-Length`, `X-Keywords` …
const ADDED: u64 = 16 * 1024;
/// By so much a copy may be larger or smaller that is known by nothing but its text, in bytes.
const ABOUT: u64 = 1024;

/// Of each candidate: what tells whether it is the one.
const ITEMS: &str = "(UID FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])";

const LOOKING: &str = "looking for a message";

/// A message that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SearchTarget<'a> {
    pub(super) message_id: Option<&'a str>,
    pub(super) fingerprint: Fingerprint,
    /// Of the original, in bytes.
    pub(super) size: u64,
}

impl<'a> SearchTarget<'a> {
    pub(super) fn of(lost: &'a Lost) -> Self {
        let Lost { message_id, fingerprint, size, .. } = lost;
        Self { message_id: message_id.as_deref(), fingerprint: *fingerprint, size: *size }
    }

    /// Adds to a search what finds it: its Message-ID, else its size.
    pub(super) fn searched_by(&self, search: ImapCommand) -> ImapCommand {
        if let Some(id) = self.searched() {
            return search.word("HEADER MESSAGE-ID").string(id);
        }
        let (low, high) = (self.size.saturating_sub(ABOUT + 1), self.size.saturating_add(ABOUT + 1));
        search.word(&format!("(LARGER {low} SMALLER {high})"))
    }

    /// Its id as a search takes it. Servers compare bytes of the header with it, so that one from which something was
    /// cleaned out may not be found; one in other letters would need a character set, which not every server takes.
    fn searched(&self) -> Option<&'a str> {
        self.message_id.filter(|id| id.chars().all(|c| c.is_ascii_graphic()) && id.contains('@'))
    }
}

/// What makes sure that a message is the one, beside its Message-ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certainty {
    /// Its size: enough where we have just put it there.
    Size,
    /// Its bytes.
    Fingerprint,
}

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MatchedMessage {
    pub(super) uid: u32,
    pub(super) flags: Flags,
}

/// Looks for messages in the open folder: for each, all that it is, in rising order.
pub(super) fn seek(
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
    // Without its header it is only news of its flags.
    let told = told.filter_map(|(uid, it)| {
        let (header, flags) = (it.body.as_ref()?, it.flags.clone()?);
        Some((uid, Candidate { message_id: message_id(header), size: it.size, flags }))
    });
    Ok(told.collect())
}

/// The last of those that a search found.
fn newest(uids: &[u32]) -> impl Iterator<Item = u32> {
    uids.iter().rev().take(ALIKE).copied()
}

/// The Message-ID that a header tells, cleaned as everywhere.
pub(super) fn message_id(header: &[u8]) -> Option<String> {
    mail::parse(header).envelope.message_id
}

/// Adds the candidates that are what is wanted and was not found yet.
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
    for ((at, doubt), same) in unsure.into_iter().zip(same(transport, &doubts)?) {
        if let (true, Some(found), Some(candidate)) = (same, found.get_mut(at), candidates.get(&doubt.uid)) {
            found.push(place(doubt.uid, candidate));
        }
    }
    for places in found {
        places.sort_by_key(|place| place.uid);
    }
    Ok(())
}

/// A message of the open folder that may be the one that is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct UnsureMatch<'a> {
    pub(super) uid: u32,
    /// In bytes, as the server says.
    pub(super) size: Option<u64>,
    pub(super) wanted: SearchTarget<'a>,
}

impl UnsureMatch<'_> {
    /// As many bytes as the one that is looked for can have by now.
    fn most(&self) -> u64 {
        self.wanted.size.saturating_add(ADDED).clamp(1, u64::from(u32::MAX))
    }

    /// Of one that is much larger the header is asked for: it may have been taken in by that alone.
    fn by_head(&self) -> bool {
        self.size.is_some_and(|size| size > self.most())
    }

    fn ask(&self) -> ImapCommand {
        let uid = self.uid;
        let what = if self.by_head() { "HEADER]".to_owned() } else { format!("]<0.{}>", self.most()) };
        ImapCommand::new(format!("UID FETCH {uid} (UID BODY.PEEK[{what})"), LOOKING).about(1)
    }

    fn is_it(&self, body: &[u8]) -> bool {
        match self.size.filter(|_| self.by_head()) {
            Some(size) => header_only::is(body, size, self.wanted.fingerprint),
            None => mail::fingerprint(body) == self.wanted.fingerprint,
        }
    }
}

/// Whether messages of the open folder are those that are looked for, by what is in them. What is not there is not.
pub(super) fn same(transport: &mut dyn ImapTransport, doubts: &[UnsureMatch<'_>]) -> Result<Vec<bool>, ImapError> {
    let mut told = Vec::with_capacity(doubts.len());
    let mut rest = doubts;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = |doubt: &&UnsureMatch<'_>| {
            bytes += doubt.most();
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
