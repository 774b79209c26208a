//! What lies over a screen and takes the keys first: help, the palette, pickers, a line to type, a question.

use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::defer_choices::{Way, ways};
use super::field::Field;
use super::palette::CommandPalette;
use super::recipients::RecipientPrompt;
use super::viewer::Viewer;
use super::writing::DraftPanel;
use crate::domain::answering::ComposeIntent;
use crate::domain::defer_choices::{DeferChoices, DeferTarget};
use crate::domain::ids::{Id, OutgoingId};
use crate::domain::invitation::InvitationAnswer;
use crate::domain::positions::{Position, Positions};
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::domain::query::QueryMistake;
use crate::domain::reasons::Explanation;
use crate::domain::schedule::TypedSchedule;
use crate::domain::unsubscribe::NotVouched;
use crate::ui::request::{OutgoingRequest, RuleProposal, Slot};

#[derive(Debug)]
pub enum Overlay {
    Help {
        field: Field,
        top: usize,
    },
    Palette(CommandPalette),
    Defer(Picker),
    Prompt(Prompt),
    /// Who gets a message that is about to be written.
    Recipients(RecipientPrompt),
    Pick(Pick),
    Confirm(Confirm),
    View(Viewer),
    /// What leaves, or what is wrong in the file of a draft.
    Draft(DraftPanel),
    /// What was asked for about the row in hand; any key closes it.
    Why(Explanation),
}

/// Where to defer to.
#[derive(Debug)]
pub struct Picker {
    pub purpose: Purpose,
    /// What is offered; `None` until that is known.
    pub choices: Option<Box<DeferChoices>>,
    /// When it was asked for last.
    pub asked: Option<DateTime<Utc>>,
    pub at: usize,
    pub date: Option<DateEntry>,
    /// Whether an answer brings it back before that.
    pub or_reply: bool,
}

impl Picker {
    #[must_use]
    pub fn of(purpose: Purpose) -> Self {
        Self { purpose, choices: None, asked: None, at: 0, date: None, or_reply: false }
    }

    /// The ways that it offers, in order.
    #[must_use]
    pub fn ways(&self) -> Vec<Way> {
        self.choices.as_deref().map(ways).unwrap_or_default()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// A decision on these of the batch.
    Decide(Positions),
    /// Another window for what is deferred already.
    Reschedule(Vec<Id>),
    /// When what a message of the outbox answers comes back, if nobody has replied; `again` where it has a reminder.
    Remind { id: OutgoingId, answers: Id, again: bool },
}

impl Purpose {
    /// How many messages it is about.
    #[must_use]
    pub fn count(&self) -> usize {
        match self {
            Self::Decide(on) => on.len(),
            Self::Reschedule(ids) => ids.len(),
            Self::Remind { .. } => 1,
        }
    }
}

/// A date being typed; where it leads is shown before it can be taken.
#[derive(Debug, Default)]
pub struct DateEntry {
    pub field: Field,
    pub leads: Leads,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub enum Leads {
    #[default]
    Nowhere,
    Asked,
    To(DeferTarget),
    Refused(Problem),
}

/// A line at the bottom.
#[derive(Debug)]
pub struct Prompt {
    pub kind: PromptKind,
    pub field: Field,
    pub outcome: PromptOutcome,
    /// Whether Enter was pressed; what the line finds is still to come.
    pub finished: bool,
    /// Where the cursor was when the line was opened.
    pub from: Option<Position>,
}

/// What the line finds, as it stands now.
#[derive(Debug)]
pub enum PromptOutcome {
    /// Nothing is typed, or the response has not come.
    Unknown,
    /// So many rows, of so many that there are.
    Found {
        found: usize,
        of: usize,
    },
    /// It is no query.
    Mistaken(QueryMistake),
    Failed(Problem),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptKind {
    Filter,
    Pattern,
    /// How long the door stays shut.
    Pause,
    /// What is expected, and until when.
    Expect,
    /// The command that gets this message.
    Pipe(Id),
    /// A word to the organizer of an event, with the answer to the invitation in hand.
    Word,
}

impl PromptKind {
    /// Whether what is typed finds messages of the batch.
    #[must_use]
    pub fn is_query(self) -> bool {
        matches!(self, Self::Filter | Self::Pattern)
    }

    /// What its requests are about.
    #[must_use]
    pub fn slot(self) -> Slot {
        match self {
            Self::Filter => Slot::Filter,
            Self::Pattern => Slot::Select,
            Self::Pause => Slot::Pause,
            Self::Expect => Slot::Expect,
            Self::Pipe(_) => Slot::Pipe,
            Self::Word => Slot::Draft,
        }
    }
}

/// One of several things, by its label.
#[derive(Debug)]
pub struct Pick {
    pub title: Printable,
    pub choices: Vec<PickChoice>,
    pub typed: String,
    /// The first of those that fit that is in sight.
    pub top: usize,
}

impl Pick {
    /// Whether the choice of this place can still be meant by what was typed.
    #[must_use]
    pub fn fits(&self, place: usize) -> bool {
        self.choices.get(place).is_some_and(|choice| choice.label.starts_with(&self.typed))
    }

    /// Whether there is so much to know of each choice that it has a row of its own.
    #[must_use]
    pub fn in_detail(&self) -> bool {
        self.choices.iter().any(|choice| matches!(choice.what, Picked::Rule(_)))
    }
}

#[derive(Debug, Clone)]
pub struct PickChoice {
    pub label: String,
    /// What the message calls it; empty where it has no words of its own.
    pub words: Printable,
    pub shown: Printable,
    pub caution: Option<Printable>,
    pub what: Picked,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Picked {
    Open(String),
    /// A link that is not followed.
    Refused,
    Copy(String),
    Rule(Box<RuleProposal>),
    /// Something about what the person has written.
    Outgoing(OutgoingRequest),
    /// Something to write.
    Write(ComposeIntent),
    /// What is answered to the invitation in hand.
    Invitation(InvitationAnswer),
    /// A word goes with that.
    Word,
    Save {
        id: Id,
        place: usize,
    },
    View {
        id: Id,
        place: usize,
    },
    OpenFile {
        id: Id,
        place: usize,
    },
}

/// A question before something large.
#[derive(Debug)]
pub struct Confirm {
    pub question: Printable,
    pub yes: Confirmed,
}

/// What follows when the answer is yes.
#[derive(Debug, Clone, PartialEq)]
pub enum Confirmed {
    /// These are done: what is left under a heading.
    Sweep {
        title: String,
        on: Positions,
    },
    /// The first batch is begun.
    BeginFirst,
    /// An attachment is opened.
    OpenFile {
        id: Id,
        place: usize,
    },
    /// The list of this message is left; with the reason why nobody vouches for its sender, where that is so.
    Unsubscribe {
        on: Positions,
        unvouched: Option<NotVouched>,
    },
    /// What the person has written is thrown away.
    Discard {
        draft: Option<OutgoingId>,
        left: Option<PathBuf>,
    },
    /// The answer to the invitation in hand leaves at once.
    AnswerInvitation(InvitationAnswer),
    /// Send it once more to those who were refused.
    SendAgain(OutgoingId),
    /// It is left although nobody vouches for its sender.
    UnsubscribeUnvouched(Positions),
    /// A schedule stands in for the person's own check-ins for two weeks.
    Try(TypedSchedule),
    /// A trial becomes the person's own, or ends, before its time is over.
    KeepTrial,
    EndTrial,
}

impl Confirmed {
    /// Whether only the key that says yes does, since no is the usual answer.
    #[must_use]
    pub fn is_careful(&self) -> bool {
        matches!(
            self,
            Self::UnsubscribeUnvouched(_) | Self::Discard { .. } | Self::SendAgain(_) | Self::AnswerInvitation(_)
        )
    }
}
