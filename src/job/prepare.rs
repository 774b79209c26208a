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

/// What goes into the store next.
pub enum Ready<'a> {
    Message(Box<PreparedMessage>, Permit<'a>),
    Mailbox(MailboxEvent),
}

/// One thread less than there are cores parses: the writer needs one. On two cores both are kept busy all the same.
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

/// Of the original bytes and the text only the packed and the folded form are kept: many messages wait for one transaction.
pub fn prepare(message: FetchedMessage, now: DateTime<Utc>) -> PreparedMessage {
    let FetchedMessage { raw, mut copy, defects } = message;
    // A file's time can lie in the future (another machine's clock, a rehearsal); nothing arrives later than now.
    copy.received = copy.received.min(now);
    let mut parsed = mail::parse(&raw);
    parsed.envelope.defects.extend(defects);
    let words = Indexed::of(&parsed);
    PreparedMessage { envelope: parsed.envelope, words, original: pack(&raw), copy }
}
