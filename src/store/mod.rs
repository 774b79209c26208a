//! The store: every message, its original bytes, and every decision, in one SQLite file.
//!
//! All SQL of the program is in this room. A `Store` is one connection; a method of it is one whole intention and one
//! transaction. Open several for several threads; any number of programs may share the file. `docs/store.md`
//! explains the tables; `schema/` holds them.
//!
//! | file | intention |
//! |---|---|
//! | `open`, `connection`, `migrate` | make or recognise the file, connect, bring it up to date |
//! | `source`, `admission`, `admit`, `free_id`, `thread`, `original`, `incoming`, `interactive_lock` | take messages in |
//! | `created`, `batch`, `begin`, `act`, `commit`, `commit_preview`, `deferred` | check-ins: freeze, decide, settle, come back |
//! | `journal_writer`, `journal`, `attempt`, `closing`, `copy`, `reconcile` | what is to be done outside, what came of it, what others did there |
//! | `sent`, `correspondents`, `sent_copy`, `answered` | what the person has sent, and to whom; the copies of it; what was answered, and where |
//! | `outgoing`, `reply_act`, `recalling`, `invitation_answer`, `sending`, `sending_block`, `sending_lock` | what the person writes, the acts by which answers were staged, and how it leaves: each try, what is in the way, one process at a time |
//! | `follow_up`, `answer_time`, `reminder` | what the person means to come back to, and how long their answers take; what comes back unanswered |
//! | `unsubscription`, `leaving_message` | lists that are left: how, and what came of it; by a message of the outbox |
//! | `hold`, `held` | what a hard hold keeps back for every program, and gives back; where it put it |
//! | `reopen`, `muted` | what was finished with comes back; muted threads |
//! | `read`, `conversation`, `search`, `condition` | what rule 1 lets through |
//! | `marks`, `beginning`, `marking` | what a search asks for besides words; older messages get it too |
//! | `invitation` | which messages are about one event, and which events are at one time |
//! | `peek` | what it does not, for a reason and for minutes |
//! | `pause` | the door shut for a while, or a window left out |
//! | `tally` | numbers for the door and for status |
//! | `contact_hours` | when correspondents read mail, as they publish it |
//! | `script_upload` | when the script of hours was put on the server, and since when that fails |
//! | `month`, `line` | lists that a month is counted from, beside the facts; threads in which the person wrote |
//! | `notified` | what notifications have told |
//! | `roles` | which folder of a mailbox is the archive, the trash, the junk |
//! | `facts`, `arrival`, `opening`, `outage`, `matter`, `line_note` | what the month is counted from: what came when, for how long batches were open, when sources could not be read, whether waiting mattered |
//! | `concern` | what is wrong with a source, for every process to say; what processes ask of each other |
//! | `text` | columns that hold one of a few words |
//! | `backup`, `home`, `export`, `verify` | looking after it |
//!
//! Rule 1 lives in the view `visible`: what is read for a person is read from there, and only methods that take a
//! `Peek` read past it.

#![allow(clippy::disallowed_types, reason = "this is the room of SQL")]

mod act;
mod admission;
mod admit;
mod alike;
mod answer_time;
mod answered;
mod arrival;
mod ask;
mod attempt;
mod away;
mod backup;
mod batch;
mod begin;
mod beginning;
mod closing;
mod commit;
mod commit_preview;
mod completing;
mod concern;
mod condition;
mod connection;
mod connection_registry;
mod contact_hours;
mod conversation;
mod copy;
mod correspondents;
mod created;
mod deferred;
mod expectation;
mod export;
mod facts;
mod failure;
mod follow_up;
mod free_id;
mod group;
mod held;
mod hold;
mod home;
mod incoming;
mod instant;
mod interactive_lock;
mod invitation;
mod invitation_answer;
mod journal;
mod journal_writer;
mod leaving_message;
mod leftovers;
mod line;
mod line_note;
mod marking;
mod marks;
mod matter;
mod meta;
mod migrate;
mod month;
mod muted;
mod notified;
mod open;
mod opening;
mod original;
mod outage;
mod outgoing;
mod pause;
mod peek;
mod rating;
mod read;
mod recalling;
mod reconcile;
mod released;
mod reminder;
mod remote_state;
mod reopen;
mod reply_act;
mod roles;
mod script_upload;
mod search;
mod sending;
mod sending_block;
mod sending_lock;
mod sent;
mod sent_copy;
mod service_notice;
mod source;
mod tally;
#[cfg(test)]
mod test_store;
mod text;
mod thread;
mod unsubscription;
mod verify;
mod waiting_for_close;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use crate::domain::batch::BatchKind;
pub use act::ActsSoFar;
pub use admission::{Admission, AdmissionOutcome, Admitted, Disposition, PreparedMessage};
pub use answered::{AnsweredElsewhere, ElsewhereSoFar};
pub use ask::{AskOutcome, HeldCount};
pub use away::{MOST_RETURNED, Returned};
pub use batch::Triaged;
pub use begin::{Beginning, LaneTurn};
pub use commit_preview::{CopyChange, ForeseenChanges};
pub use connection::Durability;
pub use contact_hours::ContactHours;
pub use facts::ForgottenFacts;
pub use failure::{FailureKind, StoreError};
pub use group::PlaceInBatch;
pub use held::{PutAside, Stands};
pub use hold::{GiveBack, HardHold, LaneSchedule};
pub use incoming::IncomingRow;
pub use interactive_lock::InteractiveLock;
pub use invitation::{BusyTime, UnreadInvitations};
pub use invitation_answer::StagedAnswer;
pub use journal::{JournalRow, Listed};
pub use meta::StoreFacts;
pub use original::{Packed, pack};
pub use outgoing::StagedRevision;
pub use released::Coming;
pub use script_upload::{ScriptFailure, ScriptUpload};
pub use search::FoundMessage;
pub use sending::{SendAttempt, UnknownVerdict};
pub use sending_block::SendingBlock;
pub use sending_lock::SendingLock;
pub use sent_copy::{CopyPlan, CopyState, DoubtfulMessage, DueCopy, UnplannedCopy};
pub use source::SourceRow;
pub use tally::Tally;
pub use unsubscription::{DueUnsubscription, UnsubscribeWay, UnsubscriptionRow};
pub use waiting_for_close::WaitingForClose;

/// One connection to the store.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    connection: Connection,
    durability: Durability,
    /// Declared after `connection`, so that it is dropped after it.
    _claim: connection_registry::Claim,
}

impl Store {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it can only be read: the file and its folder belong to somebody else, or the disk is read-only.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.connection.is_readonly("main").unwrap_or(false)
    }

    /// A number that changes whenever another connection, in this program or another, has changed the store.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn data_version(&self) -> Result<i64, StoreError> {
        self.read("asking for changes", |connection| {
            Ok(connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
        })
    }

    /// One transaction that writes. It takes the write lock at its start, so that it never fails halfway because
    /// another program writes.
    fn write<T>(
        &mut self,
        doing: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.release_snapshot();
        let Self { path, connection, .. } = self;
        let all = || {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let out = work(&transaction)?;
            transaction.commit()?;
            Ok(out)
        };
        all().map_err(|error: StoreError| error.during(doing, path))
    }

    /// All that is read from now on sees the store as it is at the first of it, until `release_snapshot`, or until something is written:
    /// one transaction in the place of one for each question.
    pub fn hold_snapshot(&self) {
        // Only speed depends on it, so a failure does not matter.
        let _ = self.connection.execute_batch("BEGIN");
    }

    /// What is read from now on sees what others have written.
    pub fn release_snapshot(&self) {
        if !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch("COMMIT");
        }
    }

    /// One transaction that reads: all of it sees the store as it was at its first statement.
    fn read<T>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let all = || {
            if !self.connection.is_autocommit() {
                return work(&self.connection);
            }
            let transaction = self.connection.unchecked_transaction()?;
            let out = work(&transaction)?;
            transaction.finish()?;
            Ok(out)
        };
        all().map_err(|error: StoreError| error.during(doing, &self.path))
    }
}
