//! What the screen's requests are answered with, in the same groups as the requests.

use std::path::PathBuf;
use std::sync::Arc;

use crate::domain::address::Address;
use crate::domain::alike::Alike;
use crate::domain::answer_pace::AnswerPace;
use crate::domain::answering::DraftMistake;
use crate::domain::batch::BatchSection;
use crate::domain::commit_preview::CommitPreview;
use crate::domain::conversation::Conversation;
use crate::domain::defer_choices::{DeferChoices, DeferTarget};
use crate::domain::door::Overview;
use crate::domain::exception::ExceptionHits;
use crate::domain::expectation::Expectation;
use crate::domain::group::{BatchItem, Groups};
use crate::domain::ids::{BatchId, OutgoingId};
use crate::domain::letter::Letter;
use crate::domain::line_note::LineNote;
use crate::domain::mailbox_change::FolderRole;
use crate::domain::matter::MatterQuestions;
use crate::domain::message::{Deferred, MessageSummary, SearchHit};
use crate::domain::month::MonthPair;
use crate::domain::muted::{MutedEntry, Unmuted};
use crate::domain::outgoing_summary::{InvitationOffer, LeavingSummary, OutgoingSummary};
use crate::domain::pause::Pause;
use crate::domain::peek::Peek;
use crate::domain::positions::{Position, Positions};
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::domain::query::{Highlights, QueryMistake, WiderSearch};
use crate::domain::question::Question;
use crate::domain::reasons::Explanation;
use crate::domain::receipt::Receipt;
use crate::domain::reopening::Reopened;
use crate::domain::replay::ReplayedSchedules;
use crate::domain::rule_draft::RuleKind;
use crate::domain::schedule::{TrialDeed, TrialStanding, Window};
use crate::domain::source_type::SourceType;
use crate::domain::triage::Triage;
use crate::domain::unsubscribe::UnsubscribeOffer;
use crate::domain::viewed::PartView;
use crate::domain::window_end::WindowEnd;
use crate::ui::request::{ComposerRequest, DraftOrigin, RuleProposal, grouped};

#[derive(Debug)]
pub enum Response {
    Store(StoreResponse),
    Setup(SetupResponse),
    Letter(LetterResponse),
    Search(SearchResponse),
    Figures(FiguresResponse),
    Account(AccountResponse),
    Editor(EditResponse),
    Composer(ComposerResponse),
}

/// What was counted.
#[derive(Debug)]
pub enum FiguresResponse {
    Month(Box<MonthPair>),
    /// What is said of this month at a receipt.
    Line(Option<LineNote>),
    WhatIf(Box<ReplayedSchedules>),
}

/// The page of the form that comes next.
pub type AccountResponse = Box<AccountPage>;

#[derive(Debug)]
pub enum StoreResponse {
    Overview(Box<Overview>),
    /// A batch, new or gone back to, with its acts so far, its headings and its groups in triage order, and its first rows that are
    /// open.
    Batch {
        triage: Box<Triage>,
        sections: Vec<BatchSection>,
        groups: Groups,
        rows: Vec<BatchItem>,
        /// How long an answer takes, where that is known.
        pace: Option<AnswerPace>,
    },
    /// There is nothing to lay out; the batch was not made.
    NothingHeld,
    /// The door is closed: no window can be begun now.
    Closed,
    /// More rows of a batch.
    Rows {
        batch: BatchId,
        rows: Vec<BatchItem>,
    },
    /// The positions of all messages of the threads that those of `of` belong to.
    Threads {
        of: Positions,
        threads: Positions,
    },
    /// An act, an undo or a redo is durable. Of what was left undecided: the window at which it comes again, where all of it
    /// comes at the same one.
    Kept {
        comes_again: Option<Window>,
    },
    /// An act, an undo or a redo is durable. Somebody else has decided in this batch meanwhile; so it stands now.
    Merged(Box<Triage>),
    /// An act could not be kept; what the store knows was said in the batch follows.
    NotKept {
        problem: Problem,
        triage: Box<Triage>,
    },
    DeferChoices(Box<DeferChoices>),
    DeferTarget(DeferTarget),
    /// A pause is in force, or all are ended where there is none; and the door as it is now.
    Paused {
        pause: Option<Pause>,
        door: Box<Overview>,
    },
    /// What is expected now; and the door with it.
    Expected {
        made: Option<Expectation>,
        door: Box<Overview>,
    },
    /// What the person writes and what is not finished; and what was done to one of them just now.
    Outgoing {
        list: Vec<OutgoingSummary>,
        done: Option<OutgoingDeed>,
    },
    /// What is being written, on its way.
    Draft(DraftResponse),
    WindowEnd(Box<WindowEnd>),
    /// The batch has more time; this is what its end means now.
    MoreTime(Box<WindowEnd>),
    CommitPreview(Box<CommitPreview>),
    Committed(Box<Receipt>),
    /// What exceptions let through before a batch was committed.
    Hits(ExceptionHits),
    /// Which messages of a committed batch are asked about, and what was answered.
    Matter(MatterQuestions),
    Deferred(Vec<Deferred>),
    /// The windows of some were chosen anew; this is what is deferred now.
    Rescheduled(Vec<Deferred>),
    /// So many were woken: they lead the next batch of their lane.
    Woken(usize),
    Reopened(Reopened),
    /// What a committed batch has finished, in its order.
    Finished(Vec<MessageSummary>),
    Muted(Vec<MutedEntry>),
    Unmuted(Vec<Unmuted>),
    Peek {
        peek: Peek,
        entries: Vec<MessageSummary>,
    },
    PeekEnded,
    Why(Explanation),
    /// The lists of a row can be left: each by the message at its position. So many others of the row cannot.
    UnsubscribeOffers {
        ways: Vec<(Position, UnsubscribeOffer)>,
        without: usize,
    },
    /// The rules that can be made from a message.
    Rules(Vec<RuleProposal>),
}

#[derive(Debug)]
pub enum SetupResponse {
    Mailboxes {
        found: Vec<FoundMailbox>,
        /// The names of the sources that the configuration has.
        sources: Vec<Printable>,
    },
    /// The commented configuration was written to this file, told as a person writes it.
    Wrote(Printable),
    /// A mailbox was added to the configuration.
    SourceAdded {
        name: Printable,
        config: Printable,
        /// The folders that commits need and that it does not have.
        missing: Vec<FolderRole>,
    },
    /// The folders that were missing in a mailbox were made; these are still missing.
    FoldersMade { made: Vec<Printable>, missing: Vec<FolderRole> },
    /// What is done stays where it is from now on, marked read.
    KeptInPlace,
    /// A rule stands in the settings under this name.
    RuleWritten { kind: RuleKind, name: Printable },
    /// Something was done about a trial, which stood so when it was begun, or before it was kept or ended.
    Trial { trial: TrialStanding, deed: TrialDeed },
    /// The exception of this name is out of the settings.
    ExceptionRemoved(Printable),
}

/// A mailbox that was found on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundMailbox {
    pub kind: SourceType,
    pub path: PathBuf,
    pub shown: Printable,
    /// How many messages it seems to have, where that is cheap to know.
    pub messages: Option<u64>,
    /// Whether the configuration has it already.
    pub added: bool,
}

#[derive(Debug)]
pub enum LetterResponse {
    Layout(Box<Letter>),
    Conversation(Arc<Conversation>),
    FirstWords(Printable),
    /// What a filter or a pattern finds in the batch.
    Filtered(Result<FoundRows, QueryMistake>),
    Selected(Result<FoundRows, QueryMistake>),
    /// What is like a message of the batch.
    Alike(Alike),
    /// An attachment was written to this file.
    Saved(PathBuf),
    /// The system's opener has the link.
    Opened,
    /// The system's opener has this copy.
    OpenedCopy(PathBuf),
    /// There is no program here that opens this copy.
    NoOpenerFor(PathBuf),
    /// A part of a message.
    Viewed(Box<PartView>),
    /// A message as it was sent, for a command.
    Original {
        command: String,
        message: Vec<u8>,
    },
    /// There is no program here that opens links.
    NoOpener,
}

/// What a query finds in the batch, and what it shows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRows {
    pub positions: Positions,
    pub highlights: Highlights,
}

/// What the form of an account shows.
#[derive(Debug)]
pub struct AccountPage {
    /// What is known so far, each with its name.
    pub known: Vec<(&'static str, Printable)>,
    /// What was found out with the last work, in sentences.
    pub said: Vec<Printable>,
    pub stage: AccountStage,
}

#[derive(Debug)]
pub enum AccountStage {
    Asks {
        question: Question,
        /// Why the answer before was none.
        complaint: Option<String>,
        is_first: bool,
    },
    /// Something is to be done, in these words.
    Works(String),
    GivenUp,
    /// It can't be done, or the settings can't be read any more.
    Impossible(Problem),
    /// The source is in the settings.
    Written {
        name: Printable,
        config: Printable,
    },
}

/// What is being written, on its way between the store and the editor.
#[derive(Debug)]
pub enum DraftResponse {
    /// The file of a draft, for the editor.
    File { origin: DraftOrigin, text: String, name: String },
    /// What is begun is for another mail program.
    HandOver(Box<ComposerRequest>),
    /// What is wrong in the file.
    Mistaken(Vec<DraftMistake>),
    /// Nothing is: this leaves.
    Checked(Box<LeavingSummary>),
    /// It is staged.
    Staged,
    /// The invitation can be answered.
    Invitation(Box<InvitationOffer>),
    /// The answer to an invitation is staged, and decided about no row.
    InvitationAnswered,
    /// The file is removed.
    Dropped,
    /// Who can be meant by what is typed, the likeliest first.
    Suggested(Vec<Address>),
    /// There is no draft of an answer to this message, and none that leaves.
    NoAnswer,
}

/// What was done to a message that the person writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutgoingDeed {
    Recalled,
    SentAgain,
    CalledSent,
    Discarded,
    Reminds,
    ForgetsReminder,
}

/// What came of an editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditResponse {
    /// The draft in the store; `None` if nothing was saved.
    pub draft: Option<OutgoingId>,
    pub outcome: EditOutcome,
}

/// What came of another mail program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComposerResponse {
    pub program: Printable,
    /// How it failed.
    pub failed: Option<Printable>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditOutcome {
    /// The person has finished: what is in the file. Where the store could not keep that, the file is left where it is.
    Written { text: Vec<u8>, left: Option<PathBuf> },
    /// Nothing was changed.
    Unchanged { at_once: bool },
    /// The editor ended with a failure, which is how a person says that it is not to go on.
    Failed { how: Printable },
    /// There is no file any more that could be read.
    Gone { why: Printable },
    /// The store could not keep it; the file is left where it is.
    NotKept { problem: Problem, left: PathBuf },
}

#[derive(Debug)]
pub enum SearchResponse {
    Found {
        hits: Vec<SearchHit>,
        highlights: Highlights,
        /// What finds more, where there were few.
        wider: Option<WiderSearch>,
    },
    /// What was to be searched for is no query.
    Mistaken(QueryMistake),
    /// A newer question came first.
    GivenUp,
}

grouped!(Response: Store(StoreResponse), Setup(SetupResponse), Letter(LetterResponse), Search(SearchResponse), Figures(FiguresResponse), Account(AccountResponse), Editor(EditResponse), Composer(ComposerResponse));
