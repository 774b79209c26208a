//! What tidebox does: one file for each verb.
//!
//! A job takes a store, the configuration and the present instant, does one thing, and says what came of it. It
//! knows no terminal, no arguments and no exit codes: the screen's session and the command line call the same jobs.

pub mod account;
pub mod address_book;
pub mod answer_invitation;
pub mod ask;
mod attach;
pub mod begin;
mod beside;
mod byte_budget;
pub mod check;
pub mod check_sending;
pub mod close;
pub mod commit_preview;
pub mod compose;
pub mod contact_hours;
pub mod decide;
pub mod defer;
pub mod deliver;
pub mod departure;
pub mod disposition;
pub mod door;
pub mod draft_file;
mod draft_times;
pub mod expect;
pub mod found;
pub mod gather;
pub mod handover;
pub mod health;
pub mod hold;
pub mod hours;
pub mod hours_upload;
pub mod incoming;
pub mod intake;
mod invitation;
pub mod leave_lists;
pub mod line;
pub mod login;
pub mod marking;
pub mod matter;
pub mod month;
pub mod notifications;
pub mod older_invitations;
pub mod open;
pub mod outbox_health;
pub mod pause;
mod prepare;
pub mod private_files;
pub mod rating;
pub mod read;
pub mod reopen;
pub mod roles;
pub mod rule;
pub mod sample;
pub mod save;
pub mod sent_copy;
pub mod service;
pub mod source_failure;
pub mod stage;
mod step;
pub mod summary;
mod text_fields;
pub mod trouble;
pub mod unsubscribe;
pub mod verify;
pub mod view;
pub mod what_if;
pub mod why;
pub mod wider_search;
pub mod window_end;
pub mod write_back;
mod write_back_plan;
pub mod written;

use crate::source::SourceError;
use crate::store::StoreError;

/// Why a job could not be done.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The door is closed: what was asked for has to wait for a check-in.
    #[error("{what}")]
    Closed { what: String, hint: String },
    /// What was asked for is not possible here.
    #[error("{what}")]
    Wrong { what: String, hint: String },
}

impl JobError {
    /// What to do next, where there is something to say.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Store(error) => error.hint().map(str::to_owned),
            Self::Source(error) => error.hint().map(str::to_owned),
            Self::Closed { hint, .. } | Self::Wrong { hint, .. } => Some(hint.clone()),
        }
    }
}
