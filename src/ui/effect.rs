//! What the screen wishes for. `session` grants each and answers with its number.

use chrono::NaiveDate;
use std::path::PathBuf;

use crate::domain::ids::{BatchId, Id};
use crate::domain::letter::Body;
use crate::domain::triage::Act;

#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    pub number: u64,
    pub wish: Wish,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Wish {
    /// The facts of the door.
    Door,
    /// Begin the open window (or go on with its batch).
    Begin,
    /// Begin or go on with a batch of what exceptions let through.
    BeginExceptions,
    /// The batch that is open, as the store knows it.
    Reload(BatchId),
    /// A letter laid out for a width; `body` asks for the other one of text and HTML.
    Letter { id: Id, width: u16, body: Option<Body> },
    Record { batch: BatchId, act: Act },
    /// Take back the act of this number.
    Undo { batch: BatchId, act: u32 },
    Redo { batch: BatchId, act: u32 },
    /// Where a deferral can lead.
    Places,
    /// The first window on or after a date, as typed: `2026-12-01`, `1 dec`, `fri`. Answered by `Places` with only `next` set.
    PlaceOf(String),
    Commit(BatchId),
    /// Search what is visible, newest first.
    Search { query: String, limit: usize },
    /// Which messages of the batch a query chooses.
    Select { batch: BatchId, query: String },
    Deferred,
    Wake(Vec<Id>),
    Reschedule { ids: Vec<Id>, on: NaiveDate },
    /// Open a peek for a reason.
    Peek { reason: String },
    EndPeek,
    /// Mailboxes in the usual places.
    Mailboxes,
    WriteConfig,
    AddSource { kind: &'static str, path: PathBuf },
    /// Read the sources now.
    Gather,
    /// Open a link with the system's opener.
    Open(String),
    Copy(String),
    /// Save an attachment (its place in the letter's list) to a folder.
    SaveAttachment { id: Id, place: usize },
    /// Try the demo instead: leave the screen, and open the sample store.
    Demo,
    Suspend,
    Quit,
}
