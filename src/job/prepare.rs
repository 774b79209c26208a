//! Making a message ready for the store: parsing it, folding its words, packing it. On every core.

use std::thread;

use chrono::{DateTime, Utc};
use crossbeam_channel::{Receiver, Sender};

use super::in_flight::Share;
use crate::domain::arrival::{Arrival, Origin};
use crate::domain::flags::Flags;
use crate::domain::query::Indexed;
use crate::mail;
use crate::source::{Before, Handed};
use crate::store::{News, Packed, pack};

/// A message made ready, but for what only the store can say.
pub struct Prepared {
    pub arrival: Arrival,
    pub origin: Origin,
    pub words: Indexed,
    pub packed: Packed,
    pub flags: Option<Flags>,
    /// Whether it lies where no incoming mail is.
    pub aside: bool,
    /// What was known of its folder.
    pub before: Before,
}

/// What goes into the store next.
pub enum Ready<'a> {
    Message(Box<Prepared>, Share<'a>),
    News(News),
}

/// One thread less than there are cores parses: the writer needs one. On two cores both are kept busy all the same.
pub fn parsers() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get).clamp(1, 8)
}

pub fn prepare<'a>(raw: &Receiver<(Handed, Share<'a>)>, ready: &Sender<Ready<'a>>, now: DateTime<Utc>) {
    for (handed, share) in raw {
        if ready.send(Ready::Message(Box::new(prepare_one(handed, now)), share)).is_err() {
            return;
        }
    }
}

pub fn prepare_one(handed: Handed, now: DateTime<Utc>) -> Prepared {
    let Handed { raw, mut origin, flags, aside, before, defects } = handed;
    // A file's time can lie in the future (another machine's clock, a rehearsal); nothing arrives later than now.
    origin.received = origin.received.min(now);
    let mut arrival = mail::parse(raw);
    arrival.defects.extend(defects);
    let words = Indexed::of(&arrival);
    let packed = pack(&arrival.raw);
    // Many wait for one transaction, and these are in `packed` and `words` now.
    arrival.raw = Vec::new();
    arrival.text = String::new();
    Prepared { arrival, origin, words, packed, flags, aside, before }
}
