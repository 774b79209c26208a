//! Waiting for news: with IDLE (RFC 2177) where the server has it, otherwise by asking from time to time.
//!
//! What happened between the last reading and the start of the wait counts as news. The server has to answer something
//! every eighty seconds, so that a dead connection is noticed within two minutes: routers forget connections silently,
//! and then nothing that is sent arrives. (TCP keepalive would not be enough, because a device in between may answer
//! it.)

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
use crate::source::WaitEnd;

/// How often to look whether to stop.
const LOOK: Duration = Duration::from_secs(2);
/// How long one IDLE lasts (RFC 2177 asks for less than 29 minutes), and how long to wait between two questions without
/// IDLE.
const RENEW: Duration = Duration::from_secs(80);
/// How long the answer to that may take.
const PROBE: Duration = Duration::from_secs(25);

/// Waits for news of a folder that was read up to this position.
pub(super) fn wait(
    session: &mut Session,
    folder: &ImapFolder,
    mark: Option<&FolderPosition>,
    most: Duration,
    stop: &AtomicBool,
) -> Result<WaitEnd, ImapError> {
    let opened = session.select(&folder.encoded, Access::Read)?;
    let as_it_was = mark.is_some_and(|mark| {
        let next = opened.next.is_none_or(|next| next == mark.next);
        next && opened.exists == mark.exists && opened.modseq == mark.modseq && validity(&opened) == mark.validity
    });
    if !as_it_was {
        return Ok(WaitEnd::News);
    }
    let (mut left, mut idles) = (most, session.capabilities().has("IDLE"));
    while !left.is_zero() {
        let turn = left.min(RENEW);
        let woken = if idles { probed(session.pipeline(), turn, stop)? } else { None };
        // The server has no IDLE, or refuses it now.
        idles &= woken.is_some();
        match woken {
            Some(WaitEnd::Time) => {}
            Some(woken) => return Ok(woken),
            None => match poll(session, turn, stop)? {
                WaitEnd::Time => {}
                woken => return Ok(woken),
            },
        }
        left = left.saturating_sub(turn);
    }
    Ok(WaitEnd::Time)
}

/// Waits without IDLE, and then sends NOOP: the response reports what is new in the open folder.
fn poll(session: &mut Session, turn: Duration, stop: &AtomicBool) -> Result<WaitEnd, ImapError> {
    if just_wait(turn, stop) == WaitEnd::Stopped {
        return Ok(WaitEnd::Stopped);
    }
    let reply = session.probe(PROBE)?;
    Ok(reply.untagged.iter().find_map(news).unwrap_or(WaitEnd::Time))
}

/// Waits for the time only, where news can't be noticed.
pub(super) fn just_wait(most: Duration, stop: &AtomicBool) -> WaitEnd {
    let mut left = most;
    while !left.is_zero() {
        if stop.load(Ordering::SeqCst) {
            return WaitEnd::Stopped;
        }
        thread::sleep(left.min(LOOK));
        left = left.saturating_sub(LOOK);
    }
    WaitEnd::Time
}

/// One IDLE during which no response may take longer than the answer to a probe.
fn probed(pipeline: &mut Pipeline, most: Duration, stop: &AtomicBool) -> Result<Option<WaitEnd>, ImapError> {
    pipeline.stream().set_timeout(PROBE)?;
    let woken = idle(pipeline, most, stop)?;
    pipeline.stream().set_timeout(ANSWER)?;
    Ok(woken)
}

/// One IDLE from its beginning to its end; `None` if the server refuses it.
fn idle(pipeline: &mut Pipeline, most: Duration, stop: &AtomicBool) -> Result<Option<WaitEnd>, ImapError> {
    let tag = pipeline.begin(&ImapCommand::new("IDLE", "waiting for news"))?;
    let mut woken = None;
    loop {
        match pipeline.receive()? {
            ServerResponse::Continuation(_) => break,
            ServerResponse::Tagged { .. } => return Ok(None),
            ServerResponse::Untagged(untagged) => woken = woken.or(news(&untagged)),
        }
    }
    let mut left = most;
    while woken.is_none() && !left.is_zero() {
        if stop.load(Ordering::SeqCst) {
            woken = Some(WaitEnd::Stopped);
            break;
        }
        match pipeline.receive_within(left.min(LOOK))? {
            Some(ServerResponse::Untagged(untagged)) => woken = news(&untagged),
            // The server ended it.
            Some(ServerResponse::Tagged { .. }) => return Ok(Some(WaitEnd::News)),
            Some(ServerResponse::Continuation(_)) => {}
            None => left = left.saturating_sub(LOOK),
        }
    }
    pipeline.end(b"DONE\r\n", &tag)?;
    Ok(Some(woken.unwrap_or(WaitEnd::Time)))
}

/// Whether a response reports news.
fn news(untagged: &Untagged) -> Option<WaitEnd> {
    let happened = matches!(
        untagged,
        Untagged::Exists(_) | Untagged::Expunged(_) | Untagged::Vanished { .. } | Untagged::Fetched(_)
    );
    happened.then_some(WaitEnd::News)
}
