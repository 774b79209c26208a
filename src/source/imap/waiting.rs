//! Waiting for news: by IDLE (RFC 2177), where the server has it, else just so.
//!
//! What has happened between the last reading and the waiting counts as news. The server is asked anew every twenty
//! minutes, because many end a connection that was silent for half an hour; that finds out too where nobody is there.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::command::Command;
use super::exchange::Exchange;
use super::failure::ImapError;
use super::folders::Folder;
use super::position::{Mark, validity};
use super::session::{Access, Session};
use super::untagged::{Told, Untagged};
use crate::source::Woken;

/// How often it is looked whether to stop.
const LOOK: Duration = Duration::from_secs(2);
/// How long one IDLE lasts (RFC 2177 asks for less than 29 minutes).
const RENEW: Duration = Duration::from_mins(20);

/// Waits for news of a folder, which was read up to this mark.
pub(super) fn wait(
    session: &mut Session,
    folder: &Folder,
    mark: Option<&Mark>,
    most: Duration,
    stop: &AtomicBool,
) -> Result<Woken, ImapError> {
    if !session.capabilities().has("IDLE") {
        return Ok(just_wait(most, stop));
    }
    let opened = session.select(&folder.wire, Access::Read)?;
    let as_it_was = mark.is_some_and(|mark| {
        let next = opened.next.is_none_or(|next| next == mark.next);
        next && opened.exists == mark.exists && opened.modseq == mark.modseq && validity(&opened) == mark.validity
    });
    if !as_it_was {
        return Ok(Woken::News);
    }
    let mut left = most;
    while !left.is_zero() {
        let turn = left.min(RENEW);
        match idle(session.exchange(), turn, stop)? {
            Woken::Time => left = left.saturating_sub(turn),
            woken => return Ok(woken),
        }
    }
    Ok(Woken::Time)
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

/// One IDLE, from its beginning to its end.
fn idle(exchange: &mut Exchange, most: Duration, stop: &AtomicBool) -> Result<Woken, ImapError> {
    let tag = exchange.begin(&Command::new("IDLE", "waiting for news"))?;
    let mut woken = None;
    loop {
        match exchange.hear()? {
            Told::GoOn(_) => break,
            // It takes no IDLE now; the next reading tells whether anything is wrong.
            Told::Tagged { .. } => return Ok(just_wait(most, stop)),
            Told::Untagged(untagged) => woken = woken.or(news(&untagged)),
        }
    }
    let mut left = most;
    while woken.is_none() && !left.is_zero() {
        if stop.load(Ordering::SeqCst) {
            woken = Some(Woken::Stopped);
            break;
        }
        match exchange.hear_within(left.min(LOOK))? {
            Some(Told::Untagged(untagged)) => woken = news(&untagged),
            // The server ended it by itself.
            Some(Told::Tagged { .. }) => return Ok(Woken::News),
            Some(Told::GoOn(_)) => {}
            None => left = left.saturating_sub(LOOK),
        }
    }
    exchange.end(b"DONE\r\n", &tag)?;
    Ok(woken.unwrap_or(Woken::Time))
}

/// Whether this says that something happened.
fn news(untagged: &Untagged) -> Option<Woken> {
    let happened = matches!(
        untagged,
        Untagged::Exists(_) | Untagged::Expunged(_) | Untagged::Vanished { .. } | Untagged::Fetched(_)
    );
    happened.then_some(Woken::News)
}
