//! Looking for messages in the folder that is open, by what they are: where their numbers say nothing, or may lie.
//!
//! They are asked for by their Message-ID. What has none, or one that can't be searched for, is looked for among the
//! newest messages of the folder, which is where a message is that was moved there. Two messages may share a Message-ID, by
//! accident or by intent, so that alone is never enough.

use std::collections::BTreeMap;

use super::command::Command;
use super::exchange::Reply;
use super::failure::ImapError;
use super::session::Selected;
use super::talk::Talk;
use super::uids;
use crate::domain::arrival::Identity;
use crate::domain::flags::Flags;
use crate::mail;

/// Of the newest messages, so many are looked through.
const NEWEST: u32 = 1_000;
/// From so many messages on, the newest are looked through first: one answer then finds most of them.
const MANY: usize = 20;
/// Of messages with one Message-ID, so many are looked at.
const ALIKE: usize = 20;
/// Bytes that are asked for at once.
const AT_ONCE: u64 = 8 * 1024 * 1024;

/// Of each candidate: what tells whether it is the one.
const ITEMS: &str = "(UID FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])";

const LOOKING: &str = "looking for a message";

/// A message that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted<'a> {
    pub(super) message_id: Option<&'a str>,
    pub(super) identity: Identity,
    /// Of the original, in bytes.
    pub(super) size: u64,
}

impl<'a> Wanted<'a> {
    /// Its id as a search takes it. Servers compare bytes of the header with it, so that one from which something was
    /// cleaned out may not be found; one in other letters would need a character set, which not every server takes.
    fn searched(&self) -> Option<&'a str> {
        self.message_id.filter(|id| id.chars().all(|c| c.is_ascii_graphic()) && id.contains('@'))
    }
}

/// What makes sure that a message is the one, beside its Message-ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sure {
    /// Its size: enough where we have just put it there.
    Size,
    /// Its bytes.
    Identity,
}

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) uid: u32,
    pub(super) flags: Flags,
}

/// Looks for messages in the open folder: for each, all that it is, in rising order.
pub(super) fn seek(
    talk: &mut dyn Talk,
    opened: &Selected,
    wanted: &[Wanted<'_>],
    sure: Sure,
) -> Result<Vec<Vec<Place>>, ImapError> {
    let mut found: Vec<Vec<Place>> = vec![Vec::new(); wanted.len()];
    if opened.exists == 0 {
        return Ok(found);
    }
    if wanted.len() >= MANY || wanted.iter().any(|wanted| wanted.searched().is_none()) {
        let first = opened.exists.saturating_sub(NEWEST - 1).max(1);
        let newest = Command::new(format!("FETCH {first}:* {ITEMS}"), LOOKING).about(NEWEST as usize);
        let candidates = candidates(talk, &[newest])?;
        prove(talk, &candidates, wanted, sure, &mut found)?;
    }
    let open = wanted.iter().zip(&found).filter(|(_, found)| found.is_empty());
    let asked = open.filter_map(|(wanted, _)| wanted.searched());
    let asked: Vec<Command> =
        asked.map(|id| Command::new("UID SEARCH HEADER MESSAGE-ID", LOOKING).string(id)).collect();
    if !asked.is_empty() {
        let replies = talk.ask(&asked)?;
        let uids: Vec<u32> = replies.iter().flat_map(Reply::matched).flat_map(newest).collect();
        let fetch = |set: &String| Command::new(format!("UID FETCH {set} {ITEMS}"), LOOKING).about(uids.len());
        let candidates = candidates(talk, &uids::sets(&uids).iter().map(fetch).collect::<Vec<_>>())?;
        prove(talk, &candidates, wanted, sure, &mut found)?;
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

fn candidates(talk: &mut dyn Talk, fetches: &[Command]) -> Result<BTreeMap<u32, Candidate>, ImapError> {
    let replies = if fetches.is_empty() { Vec::new() } else { talk.ask(fetches)? };
    let told = replies.iter().flat_map(Reply::fetched);
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
    mail::parse(header.to_vec()).message_id
}

/// Adds the candidates that are what is wanted and was not found yet.
fn prove(
    talk: &mut dyn Talk,
    candidates: &BTreeMap<u32, Candidate>,
    wanted: &[Wanted<'_>],
    sure: Sure,
    found: &mut [Vec<Place>],
) -> Result<(), ImapError> {
    let place = |uid: u32, candidate: &Candidate| Place { uid, flags: candidate.flags.clone() };
    let mut by_id: BTreeMap<Option<&str>, Vec<(u32, &Candidate)>> = BTreeMap::new();
    for (uid, candidate) in candidates {
        by_id.entry(candidate.message_id.as_deref()).or_default().push((*uid, candidate));
    }
    let mut unsure: Vec<(usize, u32)> = Vec::new();
    for (at, wanted) in wanted.iter().enumerate() {
        let Some(found) = found.get_mut(at).filter(|found| found.is_empty()) else { continue };
        for (uid, candidate) in by_id.get(&wanted.message_id).into_iter().flatten() {
            let sized = candidate.size == Some(wanted.size);
            if sized && sure == Sure::Size && wanted.message_id.is_some() {
                found.push(place(*uid, candidate));
            } else if sized || wanted.message_id.is_some() {
                unsure.push((at, *uid));
            }
        }
    }
    let size = |at: usize| wanted.get(at).map_or(0, |wanted| wanted.size);
    let asked: Vec<(u32, u64)> = unsure.iter().map(|(at, uid)| (*uid, size(*at))).collect();
    for ((at, uid), identity) in unsure.into_iter().zip(identities(talk, &asked)?) {
        let same = identity.is_some() && identity == wanted.get(at).map(|wanted| wanted.identity);
        if let (true, Some(found), Some(candidate)) = (same, found.get_mut(at), candidates.get(&uid)) {
            found.push(place(uid, candidate));
        }
    }
    for places in found {
        places.sort_by_key(|place| place.uid);
    }
    Ok(())
}

/// The identities of messages of the open folder, each by as many of its first bytes as the one that is meant has. `None`
/// for what is not there.
pub(super) fn identities(talk: &mut dyn Talk, asked: &[(u32, u64)]) -> Result<Vec<Option<Identity>>, ImapError> {
    let mut found = Vec::with_capacity(asked.len());
    let mut rest = asked;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = |(_, size): &&(u32, u64)| {
            bytes += size;
            bytes <= AT_ONCE
        };
        let (some, after) = rest.split_at(rest.iter().take_while(fits).count().max(1).min(rest.len()));
        rest = after;
        let fetch = |(uid, size): &(u32, u64)| {
            let size = (*size).clamp(1, u64::from(u32::MAX));
            Command::new(format!("UID FETCH {uid} (UID BODY.PEEK[]<0.{size}>)"), LOOKING).about(1)
        };
        let commands: Vec<Command> = some.iter().map(fetch).collect();
        let replies = talk.ask(&commands)?;
        for (uid, _) in some {
            let mut told = replies.iter().flat_map(Reply::fetched).filter(|(told, _)| told == uid);
            found.push(told.find_map(|(_, it)| it.body.as_deref()).map(mail::identity));
        }
    }
    Ok(found)
}
