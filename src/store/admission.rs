//! The shapes of a message on its way into the store: prepared, decided about, admitted. `admit` writes it.

use super::original::Packed;
use crate::domain::envelope::Envelope;
use crate::domain::found_copy::FoundCopy;
use crate::domain::ids::Id;
use crate::domain::invitation::InvitationFacts;
use crate::domain::message::Stage;
use crate::domain::query::Indexed;
use crate::domain::remote_state::RemoteState;

/// A message that is ready for the store, before it is decided what becomes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct PreparedMessage {
    pub envelope: Envelope,
    pub words: Indexed,
    pub original: Packed,
    pub copy: FoundCopy,
    pub invitation: Option<InvitationFacts>,
}

/// A message that is ready for the store, and what becomes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Admission {
    pub message: PreparedMessage,
    pub lane: String,
    pub disposition: Disposition,
}

/// What is to become of a new message. In a muted thread it becomes `Muted`, whatever this says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disposition {
    /// It waits for its check-in.
    Hold,
    /// It was read elsewhere or is older than the backlog.
    History,
    /// This exception lets it through the hold.
    LetThrough { exception: String },
    /// It is what the person expects, unless that has closed meanwhile; then it is held.
    Expected { number: i64, query: String },
    /// A rule of the person mutes it.
    Muted,
    /// It was decided about on another machine.
    DecidedElsewhere(RemoteState),
}

impl Disposition {
    /// Whether the exception of this name let it through.
    #[must_use]
    pub fn is_by(&self, name: &str) -> bool {
        matches!(self, Self::LetThrough { exception } if exception == name)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admitted {
    pub id: Id,
    pub outcome: AdmissionOutcome,
    /// The stage of the message; a known one keeps the stage that it has.
    pub stage: Stage,
}

impl Admitted {
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.outcome == AdmissionOutcome::New
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdmissionOutcome {
    New,
    /// It was in the store before. Only this copy of it is added.
    Known,
}
