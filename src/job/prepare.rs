//! Making a message ready for the store: parsing it, folding its words, packing it. On every core.

use std::thread;

use chrono::{DateTime, Utc};
use crossbeam_channel::{Receiver, Sender};

use super::byte_budget::Permit;
use crate::domain::found_copy::MailboxEvent;
use crate::domain::query::Indexed;
use crate::mail;
use crate::source::FetchedMessage;
use crate::store::{PreparedMessage, pack};

/// What is to be written into the store next.
pub enum Ready<'a> {
    Message(Box<PreparedMessage>, Permit<'a>),
    Mailbox(MailboxEvent),
}

/// The number of threads that parse: one for each core, at most eight.
pub fn parsers() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get).clamp(1, 8)
}

pub fn prepare_all<'a>(
    fetched: &Receiver<(FetchedMessage, Permit<'a>)>,
    ready: &Sender<Ready<'a>>,
    now: DateTime<Utc>,
) {
    for (message, permit) in fetched {
        if ready.send(Ready::Message(Box::new(prepare(message, now)), permit)).is_err() {
            return;
        }
    }
}

/// Only the packed original and the folded text are kept, since many messages wait for one transaction.
pub fn prepare(message: FetchedMessage, now: DateTime<Utc>) -> PreparedMessage {
    let FetchedMessage { raw, mut copy, defects } = message;
    // A file's time can lie in the future (another machine's clock, a rehearsal); no message arrives later than now.
    copy.received = copy.received.min(now);
    let mut parsed = mail::parse(&raw);
    parsed.envelope.defects.extend(defects);
    let words = Indexed::of(&parsed);
    PreparedMessage { envelope: parsed.envelope, words, original: pack(&raw), copy, invitation: parsed.invitation }
}
