//! Waiting for news: by IDLE (RFC 2177), where the server has it, else just so.
//!
//! What has happened between the last reading and the waiting counts as news. The server has to say something every eighty
//! seconds, so that a line on which nobody is there any more is noticed within two minutes: routers forget lines without a
//! word, and then nothing that is sent comes back. (The keepalive of TCP would not do: what stands in between may answer it.)

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::command::ImapCommand;
use super::failure::ImapError;
use super::folders::ImapFolder;
use super::pipeline::Pipeline;
use super::position::{FolderPosition, validity};
use super::session::{Access, Session};
use super::untagged::{ServerResponse, Untagged};
use crate::net::ANSWER;
use crate::source::Woken;

/// How often it is looked whether to stop.
const LOOK: Duration = Duration::from_secs(2);
/// How long one IDLE lasts (RFC 2177 asks for less than 29 minutes), and how long nothing is asked without it.
const RENEW: Duration = Duration::from_secs(80);
/// How long the answer to that may take.
const PROBE: Duration = Duration::from_secs(25);

/// Waits for news of a folder, which was read up to this mark.
pub(super) fn wait(
    session: &mut Session,
    folder: &ImapFolder,
    mark: Option<&FolderPosition>,
    most: Duration,
    stop: &AtomicBool,
) -> Result<Woken, ImapError> {
    let opened = session.select(&folder.wire, Access::Read)?;
    let as_it_was = mark.is_some_and(|mark| {
        let next = opened.next.is_none_or(|next| next == mark.next);
        next && opened.exists == mark.exists && opened.modseq == mark.modseq && validity(&opened) == mark.validity
    });
    if !as_it_was {
        return Ok(Woken::News);
    }
    let (mut left, mut idles) = (most, session.capabilities().has("IDLE"));
    while !left.is_zero() {
        let turn = left.min(RENEW);
        let woken = if idles { probed(session.pipeline(), turn, stop)? } else { None };
        // It has no IDLE, or takes none now.
        idles &= woken.is_some();
        match woken {
            Some(Woken::Time) => {}
            Some(woken) => return Ok(woken),
            None => match asked_now_and_then(session, turn, stop)? {
                Woken::Time => {}
                woken => return Ok(woken),
            },
        }
        left = left.saturating_sub(turn);
    }
    Ok(Woken::Time)
}

/// Waits without IDLE, and asks then whether anybody is there; the answer tells what is new in the folder that is open.
fn asked_now_and_then(session: &mut Session, turn: Duration, stop: &AtomicBool) -> Result<Woken, ImapError> {
    if just_wait(turn, stop) == Woken::Stopped {
        return Ok(Woken::Stopped);
    }
    let reply = session.probe(PROBE)?;
    Ok(reply.untagged.iter().find_map(news).unwrap_or(Woken::Time))
}

/// Waits where nothing can be told.
pub(super) fn just_wait(most: Duration, stop: &AtomicBool) -> Woken {
    let mut left = most;
    while !left.is_zero() {
        if stop.load(Ordering::SeqCst) {
            return Woken::Stopped;
        }
        thread::sleep(left.min(LOOK));
        left = left.saturating_sub(LOOK);
    }
    Woken::Time
}

/// One IDLE in which nothing may take longer than the answer to a probe.
fn probed(pipeline: &mut Pipeline, most: Duration, stop: &AtomicBool) -> Result<Option<Woken>, ImapError> {
    pipeline.framing().be_patient(PROBE)?;
    let woken = idle(pipeline, most, stop)?;
    pipeline.framing().be_patient(ANSWER)?;
    Ok(woken)
}

/// One IDLE, from its beginning to its end; `None` where the server takes none.
fn idle(pipeline: &mut Pipeline, most: Duration, stop: &AtomicBool) -> Result<Option<Woken>, ImapError> {
    let tag = pipeline.begin(&ImapCommand::new("IDLE", "waiting for news"))?;
    let mut woken = None;
    loop {
        match pipeline.hear()? {
            ServerResponse::GoOn(_) => break,
            ServerResponse::Tagged { .. } => return Ok(None),
            ServerResponse::Untagged(untagged) => woken = woken.or(news(&untagged)),
        }
    }
    let mut left = most;
    while woken.is_none() && !left.is_zero() {
        if stop.load(Ordering::SeqCst) {
            woken = Some(Woken::Stopped);
            break;
        }
        match pipeline.hear_within(left.min(LOOK))? {
            Some(ServerResponse::Untagged(untagged)) => woken = news(&untagged),
            // The server ended it by itself.
            Some(ServerResponse::Tagged { .. }) => return Ok(Some(Woken::News)),
            Some(ServerResponse::GoOn(_)) => {}
            None => left = left.saturating_sub(LOOK),
        }
    }
    pipeline.end(b"DONE\r\n", &tag)?;
    Ok(Some(woken.unwrap_or(Woken::Time)))
}

/// Whether this says that something happened.
fn news(untagged: &Untagged) -> Option<Woken> {
    let happened = matches!(
        untagged,
        Untagged::Exists(_) | Untagged::Expunged(_) | Untagged::Vanished { .. } | Untagged::Fetched(_)
    );
    happened.then_some(Woken::News)
}
