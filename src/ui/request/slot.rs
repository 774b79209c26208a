//! What an open request is about. A screen waits for the response to a slot, and a newer request takes the place of an older one.

use super::{
    DoorRequest, FiguresRequest, LetterKey, LetterRequest, OutgoingRequest, Request, SetupRequest, StoreRequest,
};
use crate::domain::conversation::ConversationKey;
use crate::domain::ids::Id;

/// What an open request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    Arrive,
    Overview,
    Batch,
    /// What exceptions let through.
    Exceptions,
    Rows,
    Threads,
    /// An act, an undo or a redo.
    Act,
    DeferChoices,
    DeferTarget,
    Pause,
    Expect,
    WindowEnd,
    CommitPreview,
    Commit,
    Hits,
    Matter,
    Deferred,
    Finished,
    Muted,
    Why,
    Rules,
    Unsubscribe,
    Peek,
    AddSource,
    Letter(LetterKey),
    Conversation(ConversationKey),
    FirstWords(Id),
    /// A part of a message.
    View,
    /// A message for a command.
    Pipe,
    Filter,
    Select,
    Alike,
    Search,
    /// The figures of a month.
    Month,
    /// The one sentence of a month.
    Line,
    /// Schedules, replayed.
    WhatIf,
    /// The form of an account.
    Account,
    /// The list of drafts, or of the outbox, and what is done to one of them.
    Outgoing,
    /// Who can be meant by what is typed.
    Recipients,
    /// A draft on its way to the editor.
    Draft,
    /// An editor that has the terminal.
    Editor,
    /// A request whose response is only a line on the screen; no key waits for it.
    Errand,
}

impl Slot {
    /// Whether a newer request of this slot makes the response to the older one stale. Of the others several may be open.
    #[must_use]
    pub fn holds_one(self) -> bool {
        !matches!(self, Self::Act | Self::Rows | Self::AddSource | Self::Errand)
    }
}

impl Request {
    /// The slot that it takes while it is open; `None` where nothing answers it.
    #[must_use]
    pub fn slot(&self) -> Option<Slot> {
        Some(match self {
            Self::Store(request) => request.slot(),
            Self::Setup(SetupRequest::AddSource { .. }) => Slot::AddSource,
            Self::Setup(_) => Slot::Errand,
            Self::Letter(request) => request.slot(),
            Self::Search(_) => Slot::Search,
            Self::Figures(FiguresRequest::Month(_)) => Slot::Month,
            Self::Figures(FiguresRequest::Line(_)) => Slot::Line,
            Self::Figures(FiguresRequest::WhatIf(_)) => Slot::WhatIf,
            Self::Account(_) => Slot::Account,
            Self::Editor(_) | Self::Composer(_) => Slot::Editor,
            Self::Shell(_) => return None,
        })
    }
}

impl StoreRequest {
    fn slot(&self) -> Slot {
        match self {
            Self::Arrive { .. } => Slot::Arrive,
            Self::Overview => Slot::Overview,
            Self::Begin | Self::BeginFirst | Self::Reload(_) => Slot::Batch,
            Self::BeginExceptions => Slot::Exceptions,
            Self::Rows { .. } => Slot::Rows,
            Self::Threads { .. } => Slot::Threads,
            Self::Record { .. } | Self::Undo { .. } | Self::Redo { .. } => Slot::Act,
            Self::DeferChoices(_) => Slot::DeferChoices,
            Self::DeferTarget { .. } => Slot::DeferTarget,
            Self::Door(DoorRequest::Expect(_) | DoorRequest::EndExpected) => Slot::Expect,
            Self::Door(_) => Slot::Pause,
            Self::Outgoing(request) => request.slot(),
            Self::WindowEnd(_) => Slot::WindowEnd,
            Self::CommitPreview(_) => Slot::CommitPreview,
            Self::Commit(_) => Slot::Commit,
            Self::Deferred => Slot::Deferred,
            Self::Hits(_) | Self::RateHit { .. } => Slot::Hits,
            Self::Matter(_) | Self::AnswerMatter { .. } => Slot::Matter,
            Self::Finished(_) => Slot::Finished,
            Self::Muted => Slot::Muted,
            Self::Why(_) => Slot::Why,
            Self::Rules(_) => Slot::Rules,
            Self::UnsubscribeOffers { .. } => Slot::Unsubscribe,
            Self::Peek { .. } => Slot::Peek,
            Self::MoreTime(_)
            | Self::Wake(_)
            | Self::Reopen(_)
            | Self::Unmute(_)
            | Self::Reschedule { .. }
            | Self::EndPeek => Slot::Errand,
        }
    }
}

impl OutgoingRequest {
    fn slot(&self) -> Slot {
        match self {
            Self::Stage { decides: Some(_), .. } | Self::AnswerInvitation { decides: Some(_), .. } => Slot::Act,
            Self::Edit(_)
            | Self::EditAnswerTo(_)
            | Self::Begin { .. }
            | Self::Check { .. }
            | Self::InvitationOffer(_)
            | Self::AnswerInvitation { decides: None, .. }
            | Self::Stage { decides: None, .. } => Slot::Draft,
            Self::Suggest { .. } => Slot::Recipients,
            Self::DropFile(_) => Slot::Errand,
            Self::List
            | Self::Recall(_)
            | Self::SendAgain(_)
            | Self::CallSent(_)
            | Self::Discard(_)
            | Self::Remind(..) => Slot::Outgoing,
        }
    }
}

impl LetterRequest {
    fn slot(&self) -> Slot {
        match self {
            Self::Layout(key) => Slot::Letter(*key),
            Self::Conversation(key) => Slot::Conversation(*key),
            Self::FirstWords(id) => Slot::FirstWords(*id),
            Self::Filter { .. } => Slot::Filter,
            Self::Select { .. } => Slot::Select,
            Self::Alike { .. } => Slot::Alike,
            Self::View(_) => Slot::View,
            Self::Original { .. } => Slot::Pipe,
            Self::SaveAttachment { .. } | Self::OpenLink(_) | Self::OpenAttachment { .. } | Self::OpenHtml(_) => {
                Slot::Errand
            }
        }
    }
}
