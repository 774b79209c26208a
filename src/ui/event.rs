//! What happens to the screen: keys, time, and answers to what it asked for.

use chrono::{DateTime, Utc};
use std::path::PathBuf;
use std::sync::Arc;

use super::keymap::Keymap;
use crate::config::{Config, Ground};
use crate::domain::batch::BatchSection;
use crate::domain::door::Door;
use crate::domain::ids::BatchId;
use crate::domain::letter::Letter;
use crate::domain::message::{BatchItem, Deferred, MessageSummary};
use crate::domain::peek::Peek;
use crate::domain::positions::Positions;
use crate::domain::printable::Printable;
use crate::domain::query::QueryMistake;
use crate::domain::receipt::Receipt;
use crate::domain::triage::{Triage, Until};

#[derive(Debug)]
pub enum Event {
    Key(crossterm::event::KeyEvent),
    /// Keys that were read at once, more than a person types between two looks.
    Burst(Vec<crossterm::event::KeyEvent>),
    /// One of those.
    InBurst {
        key: crossterm::event::KeyEvent,
        last: bool,
    },
    Mouse(crossterm::event::MouseEvent),
    Paste(String),
    Resize(u16, u16),
    /// The terminal has told what its background is.
    Ground(Ground),
    /// The present instant: once at the start and then whenever the minute, a countdown or a deadline moves on.
    Tick(DateTime<Utc>),
    /// The answer to the effect of this number. The screen drops those that it waits for no longer.
    Answer(u64, Answer),
    News(News),
}

#[derive(Debug)]
pub enum Answer {
    Door(Box<Door>),
    /// A batch, new or gone back to, with its acts so far, its headings in triage order, and its first rows that are open.
    Batch {
        triage: Box<Triage>,
        sections: Vec<BatchSection>,
        rows: Vec<BatchItem>,
    },
    /// More rows of a batch.
    Rows {
        batch: BatchId,
        rows: Vec<BatchItem>,
    },
    /// There is nothing to lay out; the batch was not made.
    NothingHeld,
    /// The door is closed: no window can be begun now.
    Closed,
    Letter(Box<Letter>),
    /// An act, an undo or a redo is durable.
    Settled,
    /// An act, an undo or a redo is durable. Somebody else has decided in this batch meanwhile; so it stands now.
    Merged(Box<Triage>),
    /// An act could not be kept; what the store knows was said in the batch follows.
    NotKept {
        problem: Problem,
        triage: Box<Triage>,
    },
    /// Where a deferral can lead from here.
    Places(Box<Places>),
    Committed(Box<Receipt>),
    Found {
        query: String,
        entries: Vec<MessageSummary>,
    },
    /// What was to be searched for is no query.
    Mistaken(QueryMistake),
    /// A newer question came first.
    GivenUp,
    /// Where those messages of the batch stand that were asked for.
    Selected(Positions),
    Deferred(Vec<Deferred>),
    /// So many were woken: they lead the next batch.
    Woken(usize),
    Peek {
        peek: Peek,
        entries: Vec<MessageSummary>,
    },
    PeekEnded,
    Mailboxes(Vec<Mailbox>),
    /// A file was written: the commented configuration.
    Wrote(PathBuf),
    /// A mailbox was added to the configuration.
    SourceAdded {
        name: Printable,
        config: PathBuf,
    },
    /// The text went to the terminal's clipboard.
    Copied,
    /// The system's opener has the link.
    Opened,
    /// There is no program here that opens links.
    NoOpener,
    /// An attachment was written to this file.
    Saved(PathBuf),
    Failed(Problem),
}

/// What the background has to say unasked.
#[derive(Debug)]
pub enum News {
    /// Sources are being read: so many messages so far.
    Gathering {
        read: u64,
    },
    Gathered {
        admitted: u64,
        failed: Vec<Problem>,
    },
    /// A reading as a whole, or something else, did not work.
    Failed(Vec<Problem>),
    /// What came of the reading that was asked for.
    Answered {
        failed: Vec<Problem>,
    },
    /// How many have arrived since the batch was frozen, and how many of them came through an exception.
    Arrived {
        waiting: u32,
        let_through: u32,
    },
    Door(Box<Door>),
    /// The configuration file was changed, and is in force.
    Configured {
        config: Arc<Config>,
        keymap: Box<Keymap>,
        /// The store that it names is another one, which is not in force.
        moved: bool,
        /// The sources are other ones.
        sources: bool,
    },
    /// The configuration file was changed and has a mistake: nothing of it is in force.
    Mistaken(Problem),
    /// Somebody else, a script or another screen, has decided in this batch; so it stands now.
    DecidedElsewhere(Box<Triage>),
    /// The window's time is over and the batch was committed.
    ClosedByItself(Box<Receipt>),
    /// Somebody else, a script or another screen, has committed this batch.
    ClosedElsewhere(Box<Receipt>),
}

/// The places that the deferral picker offers, each with its window; those that do not exist are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    pub next: Option<Until>,
    pub tomorrow: Option<Until>,
    pub next_week: Option<Until>,
    /// The coming windows, from the first: `ahead[1]` is two check-ins ahead.
    pub ahead: Vec<Until>,
}

/// A mailbox that was found on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    pub kind: &'static str,
    pub path: PathBuf,
    pub shown: Printable,
    /// How many messages it seems to have, where that is cheap to know.
    pub messages: Option<u64>,
}

/// Something that did not work: what, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub what: Printable,
    pub hint: Option<Printable>,
}
