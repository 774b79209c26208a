//! What the screen asks for about the messages that the person writes.

use std::path::PathBuf;

use crate::domain::answering::{AnswerScope, ComposeIntent};
use crate::domain::ids::{BatchId, Id, OutgoingId};
use crate::domain::invitation::InvitationAnswer;
use crate::domain::outbox::OutgoingRelation;
use crate::domain::printable::Printable;
use crate::domain::triage::{Act, Until};

/// Of the store worker, about what the person writes.
#[derive(Debug, Clone, PartialEq)]
pub enum OutgoingRequest {
    /// All that is not finished.
    List,
    /// Begin to write: the editor's file, which the store keeps once something is saved in it.
    /// `to` is whom it goes to as that was typed (`Ann <ann@a.example>, ben@b.example`), empty where nobody was asked; of a
    /// passage only that is quoted.
    Begin { intent: ComposeIntent, to: String, passage: Option<String> },
    /// Who can be meant by what is typed; `anew` where what is known of correspondents is to be read again.
    Suggest { typed: String, anew: bool },
    /// What is wrong in a file, or who gets it and when it leaves; `scope` is to whom an answer was begun, where that is known.
    Check { origin: DraftOrigin, scope: Option<AnswerScope>, text: Vec<u8> },
    /// Stage what was checked last, and keep the act that decides about the row that it answers.
    Stage { draft: OutgoingId, decides: Option<(BatchId, Act)> },
    /// To whom an answer to the invitation of this message would go, and when.
    InvitationOffer(Id),
    /// Stage an answer to the invitation of a message; with the act that decides about its row.
    AnswerInvitation { message: Id, answer: InvitationAnswer, comment: String, decides: Option<(BatchId, Act)> },
    /// Remove the file that was left since the store could not keep what is in it.
    DropFile(PathBuf),
    /// The file of a message that is to be edited; it is a draft from then on.
    Edit(OutgoingId),
    /// The same of what answers this message.
    EditAnswerTo(Id),
    /// Take it back: it is a draft again.
    Recall(OutgoingId),
    /// Send it again: nobody can say whether it left, somebody was refused, or it waits for another try.
    SendAgain(OutgoingId),
    /// Nobody can say whether it left: the person calls it sent.
    CallSent(OutgoingId),
    /// Throw a draft away, or what can be taken back.
    Discard(OutgoingId),
    /// Remind of it if nobody has replied by then; `None` takes the reminder back.
    Remind(OutgoingId, Option<Until>),
}

/// For the loop: the terminal is given to an editor, with the file of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditRequest {
    pub draft: DraftOrigin,
    pub source: EditorInput,
    /// What the file is called, so that it is known in the editor: `reply Notes on the engine`.
    pub name: String,
}

/// For the loop: the terminal is given to another mail program, with what is to be written in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComposerRequest {
    /// The command, with `{draft}` and `{mailto}` in it.
    pub words: Vec<String>,
    pub draft: Vec<u8>,
    pub mailto: String,
    /// What the file is called.
    pub name: String,
    /// What the program is called, for words about it.
    pub program: Printable,
}

/// Whether the store has a draft already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftOrigin {
    Kept(OutgoingId),
    /// It is not kept before something is saved in the editor.
    New {
        about: Option<(OutgoingRelation, Id)>,
    },
}

/// What the editor begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditorInput {
    Text(String),
    /// The file of before, which has what the store could not keep.
    File(PathBuf),
}
