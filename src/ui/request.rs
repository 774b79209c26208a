//! What the screen asks for, in groups by who grants it: a request can only reach the thread that knows how to grant it.
//! The responses are in `ui::response`.
//!
//! Each request has a number; its response carries the same one. While a request is open it takes a `Slot`, which says
//! what its response will be about, and whether a newer request makes that response stale.

mod slot;
mod writing;

pub use slot::Slot;
pub use writing::{ComposerRequest, DraftOrigin, EditRequest, EditorInput, OutgoingRequest};

use std::path::PathBuf;

use crate::domain::conversation::ConversationKey;
use crate::domain::defer_choices::DeferSubject;
use crate::domain::exception::HitRating;
use crate::domain::ids::{BatchId, Id};
use crate::domain::letter::Body;
use crate::domain::matter::MatterAnswer;
use crate::domain::month::CalendarMonth;
use crate::domain::positions::{Position, Positions};
use crate::domain::rule_draft::RuleDraft;
use crate::domain::schedule::TypedSchedule;
use crate::domain::source_type::SourceType;
use crate::domain::triage::{Act, Until};
use crate::domain::viewed::ViewedPart;

/// The number of a request, from 1; no number is used twice while a screen is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestNumber(pub u64);

/// A request on its way to whoever grants it.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    pub number: RequestNumber,
    pub request: Request,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    Store(StoreRequest),
    Setup(SetupRequest),
    Letter(LetterRequest),
    Search(SearchRequest),
    Figures(FiguresRequest),
    Account(AccountRequest),
    Editor(EditRequest),
    Composer(ComposerRequest),
    Shell(ShellRequest),
}

/// For the thread that writes to the store.
#[derive(Debug, Clone, PartialEq)]
pub enum StoreRequest {
    /// Where to begin: the batch that was begun, while its time is not over, with so many of its rows; else the door. Answered by
    /// `Batch` or `Overview`.
    Arrive {
        rows: usize,
    },
    /// What the door shows.
    Overview,
    /// Begin the open window (or go on with its batch).
    Begin,
    /// Begin the first batch: what is held, at any hour, while no window of this store was ever committed.
    BeginFirst,
    /// Begin or go on with a batch of what exceptions let through.
    BeginExceptions,
    /// The batch that is open, as the store knows it.
    Reload(BatchId),
    /// The rows of a batch at these positions.
    Rows {
        batch: BatchId,
        at: Positions,
    },
    /// Where the whole threads of these stand in the batch.
    Threads {
        batch: BatchId,
        of: Positions,
    },
    /// Keep an act.
    Record {
        batch: BatchId,
        act: Act,
    },
    /// Take back the act of this number.
    Undo {
        batch: BatchId,
        act: u32,
    },
    /// Let the act of this number count again.
    Redo {
        batch: BatchId,
        act: u32,
    },
    /// The windows that a deferral of these is offered.
    DeferChoices(DeferSubject),
    /// The window that a text names for these: `2026-12-01`, `1 dec`, `fri`.
    DeferTarget {
        of: DeferSubject,
        text: String,
    },
    /// What changes when the door opens, and for what.
    Door(DoorRequest),
    /// Drafts, and what leaves.
    Outgoing(OutgoingRequest),
    /// What the end of this batch's window means.
    WindowEnd(BatchId),
    /// Ten more minutes for this batch.
    MoreTime(BatchId),
    /// What a commit of this batch would do now, or has done.
    CommitPreview(BatchId),
    Commit(BatchId),
    /// What is deferred.
    Deferred,
    /// Let these lead the next batch of their lane.
    Wake(Vec<Id>),
    /// Bring these back: they lead the next batch of their lane, or are undecided again in the open one.
    Reopen(Vec<Id>),
    /// What exceptions let through before this batch was committed.
    Hits(BatchId),
    /// What one of them was worth; answered as `Hits` of this batch is.
    RateHit {
        batch: BatchId,
        id: Id,
        rating: HitRating,
    },
    /// Which messages of a committed batch are asked about, whether it mattered that they waited.
    Matter(BatchId),
    /// What the person says of one of them; answered as `Matter` of this batch is.
    AnswerMatter {
        batch: BatchId,
        id: Id,
        answer: MatterAnswer,
    },
    /// What a committed batch has finished, and nobody has reopened.
    Finished(BatchId),
    /// The muted threads.
    Muted,
    /// Take the mute of the thread of this message back.
    Unmute(Id),
    /// Defer these to another window.
    Reschedule {
        ids: Vec<Id>,
        until: Until,
    },
    /// Open a peek for a reason.
    Peek {
        reason: String,
    },
    EndPeek,
    /// Why this message is where it is.
    Why(Id),
    /// The rules that can be made from this message.
    Rules(Id),
    /// What these messages of the batch offer to whoever wants to leave their lists.
    UnsubscribeOffers {
        batch: BatchId,
        at: Positions,
    },
}

/// Of the store worker, about the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DoorRequest {
    /// Keep the door shut for a length, or until a time, as it was typed.
    Pause(String),
    /// Leave out the window that is open and not begun, else the next one.
    LeaveOut,
    EndPauses,
    /// Let one message through, as it was typed: `from:ann until 18:00`.
    Expect(String),
    /// Take back everything that is expected.
    EndExpected,
}

/// For the same thread, about the configuration.
#[derive(Debug, Clone, PartialEq)]
pub enum SetupRequest {
    /// Mailboxes in the usual places.
    Mailboxes,
    WriteConfig,
    AddSource {
        kind: SourceType,
        path: PathBuf,
    },
    /// Write a rule into the settings.
    WriteRule(Box<RuleProposal>),
    /// Take an exception out of the settings.
    RemoveException {
        name: String,
    },
    /// Make the folders that commits need and that are missing in the mailbox of this source.
    MakeFolders {
        source: String,
    },
    /// What is done stays where it is in this source, marked read: no archive is needed.
    KeepInPlace {
        source: String,
    },
    /// Let this schedule stand in for the person's own check-ins for two weeks, from tomorrow on.
    BeginTrial(TypedSchedule),
    /// Make the schedule that is tried the person's own.
    KeepTrial,
    /// Back to the person's own check-ins now.
    EndTrial,
}

/// A rule, and the lane of the message that it is made from: a lane is put before that one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleProposal {
    pub draft: RuleDraft,
    pub lane: String,
}

/// For the thread that lays letters out and selects by queries. It changes nothing in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LetterRequest {
    Layout(LetterKey),
    /// What the conversation of a row consists of.
    Conversation(ConversationKey),
    /// How the text of a message begins.
    FirstWords(Id),
    /// Which messages of the batch a query chooses, for a filter; its last word counts by its beginning.
    Filter {
        batch: BatchId,
        query: String,
    },
    /// What in the batch is like the message at this position.
    Alike {
        batch: BatchId,
        of: Position,
    },
    /// The same as a filter, to select them.
    Select {
        batch: BatchId,
        query: String,
    },
    /// Save the attachment of this index, counted from 0 as in the letter's list.
    SaveAttachment {
        id: Id,
        index: usize,
    },
    /// Open a link with the system's opener.
    OpenLink(String),
    /// Lay out one part of a message by itself.
    View(ViewKey),
    /// Open a copy of the attachment of this index with the system's opener.
    OpenAttachment {
        id: Id,
        index: usize,
    },
    /// Open the HTML of a message in the browser.
    OpenHtml(Id),
    /// The message as it was sent, for a command.
    Original {
        id: Id,
        command: String,
    },
}

/// A letter depends on the width that it is laid out for, in columns, and on the body that was asked for; `None` is
/// whatever `mail` thinks best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LetterKey {
    pub id: Id,
    pub width: u16,
    pub body: Option<Body>,
}

/// A part of a message depends on the width and the height that it is laid out for, in columns and rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ViewKey {
    pub id: Id,
    pub part: ViewedPart,
    pub size: (u16, u16),
}

/// For the threads that search: at most so many of what is visible, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchRequest {
    pub query: String,
    pub limit: usize,
}

/// For the thread that counts. It changes nothing in the store, but that it remembers what it says of a month.
#[derive(Debug, Clone, PartialEq)]
pub enum FiguresRequest {
    /// A month, and the one before it.
    Month(CalendarMonth),
    /// What is said of this month at the receipt of a batch, if it is said there.
    Line(BatchId),
    /// Other schedules, replayed; a few common ones where none is named.
    WhatIf(Option<Vec<TypedSchedule>>),
}

/// For the thread of a form that sets an account up. Each is answered with the page that comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountRequest {
    /// A new form.
    Begin,
    /// The answer to the question of the page; an empty one means what is proposed.
    Answer(String),
    /// The work that the page names is to be done.
    GoOn,
    /// To the question before.
    Back,
}

/// For the loop around the screen itself. Nothing answers these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShellRequest {
    /// Read the sources now.
    Gather,
    /// Give the terminal to a command, which reads these bytes.
    Pipe {
        command: String,
        message: Vec<u8>,
    },
    /// Put a text on the terminal's clipboard.
    Copy(String),
    /// Try the demo instead: leave the screen, and open the sample store.
    Demo,
    /// Leave the demo for the first screen, from which it was begun.
    Welcome,
    Suspend,
    Quit,
}

/// A group of requests or of responses as the one type of all.
macro_rules! grouped {
    ($all:ident: $($group:ident($part:ident)),+) => {
        $(impl From<$part> for $all {
            fn from(part: $part) -> Self {
                Self::$group(part)
            }
        })+
    };
}

pub(super) use grouped;

grouped!(Request: Store(StoreRequest), Setup(SetupRequest), Letter(LetterRequest), Search(SearchRequest), Figures(FiguresRequest), Account(AccountRequest), Editor(EditRequest), Composer(ComposerRequest), Shell(ShellRequest));
