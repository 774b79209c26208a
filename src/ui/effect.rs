//! What the screen wishes for. `session` grants each and answers with its number.

use std::path::PathBuf;

use crate::domain::ids::{BatchId, Id};
use crate::domain::letter::Body;
use crate::domain::positions::Positions;
use crate::domain::triage::{Act, Until};

#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    pub number: u64,
    pub wish: Wish,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Wish {
    /// Where to begin: the batch that was begun, while its time is not over; else the door. Answered by `Batch` or `Door`.
    Arrive,
    /// The facts of the door.
    Door,
    /// Begin the open window (or go on with its batch).
    Begin,
    /// Begin or go on with a batch of what exceptions let through.
    BeginExceptions,
    /// The batch that is open, as the store knows it.
    Reload(BatchId),
    /// A letter laid out for a width; `body` asks for the other one of text and HTML.
    Letter {
        id: Id,
        width: u16,
        body: Option<Body>,
    },
    /// The rows of a batch at these positions.
    Rows {
        batch: BatchId,
        at: Positions,
    },
    /// Where the whole threads of these stand in the batch. Answered by `Selected`.
    Threads {
        batch: BatchId,
        of: Positions,
    },
    Record {
        batch: BatchId,
        act: Act,
    },
    /// Take back the act of this number.
    Undo {
        batch: BatchId,
        act: u32,
    },
    Redo {
        batch: BatchId,
        act: u32,
    },
    /// Where a deferral can lead.
    Places,
    /// The first window on or after a date, as typed: `2026-12-01`, `1 dec`, `fri`. Answered by `Places` with only `next` set.
    PlaceOf(String),
    Commit(BatchId),
    /// Search what is visible, newest first.
    Search {
        query: String,
        limit: usize,
    },
    /// Which messages of the batch have all of these words in sender, address, subject or source, each at least by its
    /// beginning. Answered by `Selected`.
    Filter {
        batch: BatchId,
        text: String,
    },
    /// Which messages of the batch a query chooses.
    Select {
        batch: BatchId,
        query: String,
    },
    Deferred,
    /// Answered by `Woken`.
    Wake(Vec<Id>),
    /// To another window. Answered by `Deferred`, the list as it is then.
    Reschedule {
        ids: Vec<Id>,
        until: Until,
    },
    /// Open a peek for a reason.
    Peek {
        reason: String,
    },
    EndPeek,
    /// Mailboxes in the usual places.
    Mailboxes,
    WriteConfig,
    AddSource {
        kind: &'static str,
        path: PathBuf,
    },
    /// Read the sources now.
    Gather,
    /// Open a link with the system's opener.
    Open(String),
    Copy(String),
    /// Save an attachment (its place in the letter's list) to a folder.
    SaveAttachment {
        id: Id,
        place: usize,
    },
    /// Try the demo instead: leave the screen, and open the sample store.
    Demo,
    Suspend,
    Quit,
}
