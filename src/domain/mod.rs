//! What is true of messages and time, whatever program asks: no input, no output, no clock.
//!
//! Everything here is a value or a function of values. The rooms above bring bytes, rows, keys and
//! the present instant; what may be shown, what belongs to a batch and when a window opens is decided here.

pub mod address;
pub mod attempt;
pub mod batch;
pub mod cluster;
pub mod commit_preview;
pub mod concern;
pub mod defect;
pub mod defer_choices;
pub mod deferral;
pub mod door;
pub mod envelope;
pub mod exception;
pub mod fingerprint;
pub mod flags;
pub mod folder;
pub mod found_copy;
pub mod ids;
pub mod keyword;
pub mod lane;
pub mod letter;
pub mod limits;
pub mod list_tag;
pub mod mailbox_change;
pub mod message;
pub mod moment;
pub mod muted;
pub mod nearest;
pub mod pause;
pub mod peek;
pub mod positions;
pub mod printable;
pub mod problem;
pub mod query;
pub mod question;
pub mod receipt;
pub mod remote_state;
pub mod reopening;
pub mod retry;
pub mod schedule;
pub mod source_type;
pub mod text_enum;
pub mod topic;
pub mod triage;
pub mod trust;
pub mod until;
pub mod url;
pub mod utf7;
pub mod verdict;
pub mod watch_event;
pub mod words;
pub mod wrap;
pub mod write_back;
pub mod write_back_summary;
