//! What a commit would do now: the messages of a batch by what was decided about them and by what then becomes of their copies.

use super::mailbox_change::FolderRole;
use super::positions::Positions;
use super::schedule::Window;
use super::triage::{Decision, Until};
use super::verdict::DecisionKind;

/// What a commit of a batch would do at one moment, with the sources as they are then.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommitPreview {
    /// Each message of the batch is in one of them.
    pub groups: Vec<PreviewGroup>,
    /// The messages whose lists are left, and how many lists that are.
    pub unsubscribed: Positions,
    pub lists: usize,
    /// What was written and leaves when the batch is committed.
    pub leaving: LeavingCount,
    /// Of a batch that is committed: how many drafts were written meanwhile and stay drafts.
    pub drafts: usize,
    /// Of a batch that is committed: how many answers are drafts whose messages were answered elsewhere, so that they did not leave by
    /// themselves.
    pub overtaken: usize,
    /// This store is a copy of another one: the changes in mailboxes wait.
    pub is_copy: bool,
}

/// How many messages leave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeavingCount {
    pub answers: usize,
    pub others: usize,
    /// Of the answers, those whose message was answered elsewhere meanwhile.
    pub overtaken: usize,
}

impl LeavingCount {
    #[must_use]
    pub fn all(self) -> usize {
        self.answers + self.others
    }
}

/// Messages of a batch about which the same was decided and to whose copies the same happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewGroup {
    pub verdict: PreviewVerdict,
    /// One for each source in which the messages have copies; empty where a decision moves nothing.
    pub copies: Vec<CopyOutlook>,
    pub at: Positions,
}

/// What was decided about messages, and where it brings them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PreviewVerdict {
    /// Done, answered, trash, muted or spam.
    Finished(DecisionKind),
    Deferred(Until),
    /// Answer later, skipped or undecided (`Reopen`): they lead their lane at this window, where one is known.
    Carried(DecisionKind, Option<Window>),
    /// The same, and they were carried over as often as the settings allow: the commit waits for a decision about them.
    Asks(DecisionKind, u32),
}

/// What becomes of the copies in a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CopyOutlook {
    /// The source's name.
    pub source: String,
    pub fate: CopyFate,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CopyFate {
    /// They go to the folder of this name.
    Moves(String),
    /// They go to the folder for this role; its name is not known yet.
    MovesTo(FolderRole),
    /// They stay until the mailbox has a folder for this role.
    Waits(FolderRole),
    /// They stay, and are marked read.
    MarkedRead,
    /// They stay as they are: somebody has filed them.
    Stays,
    /// They stay as they are: the settings say `write_back = false`.
    WriteBackOff,
    /// The source is no mailbox: nothing is ever changed there.
    NoMailbox,
    /// The source is not in the settings any more.
    Removed,
}

impl PreviewVerdict {
    /// The same as a decision of a batch; `Reopen` for what is undecided.
    #[must_use]
    pub fn decision(&self) -> DecisionKind {
        match self {
            Self::Finished(kind) | Self::Carried(kind, _) | Self::Asks(kind, _) => *kind,
            Self::Deferred(_) => DecisionKind::Defer,
        }
    }

    /// What a decision comes to; `next` is the window at which what is not decided comes out again.
    #[must_use]
    pub fn of(decision: Option<&Decision>, next: Option<Window>) -> Self {
        match decision {
            Some(Decision::Defer(until)) => Self::Deferred(until.clone()),
            Some(finished @ (Decision::Done | Decision::Reply | Decision::Trash | Decision::Mute | Decision::Spam)) => {
                Self::Finished(finished.kind())
            }
            Some(open @ (Decision::Later | Decision::Skip)) => Self::Carried(open.kind(), next),
            // What is said of a list decides nothing about the message.
            Some(Decision::Reopen | Decision::Unsubscribe | Decision::StaySubscribed) | None => {
                Self::Carried(DecisionKind::Reopen, next)
            }
        }
    }
}
