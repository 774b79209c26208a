//! A message on its way in: read and understood, not yet in the store.

use chrono::{DateTime, Utc};

use super::address::Address;
use super::defect::Defect;
use super::trust::SenderTrust;

/// What makes two copies the same message, whichever sources they came through: a SHA-256 over the parts of a message that travel unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity(pub [u8; 32]);

/// One message, parsed. Text is decoded and otherwise as the message gave it.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    pub identity: Identity,
    /// The Message-ID without angle brackets, where there is a usable one (RFC 5322 §3.6.4).
    pub message_id: Option<String>,
    /// Message-IDs this one refers to: References, then In-Reply-To, oldest first, cleaned like `message_id`.
    pub references: Vec<String>,
    pub from: Address,
    /// How far a rule may rely on `from`.
    pub trust: SenderTrust,
    /// To and Cc together, in that order.
    pub to: Vec<Address>,
    pub subject: String,
    /// The Date field; `None` where it is missing or unreadable.
    pub date: Option<DateTime<Utc>>,
    /// The List-Id's identifier without brackets (RFC 2919), in lower case.
    pub list: Option<String>,
    /// Whether a program sent it by itself: a notice, a receipt, an answer of a machine (RFC 3834).
    pub automatic: bool,
    /// Whether a List-Unsubscribe field is there (RFC 2369).
    pub unsubscribe: bool,
    pub attachments: Vec<Attachment>,
    /// The readable text, for searching; HTML already reduced to text.
    pub text: String,
    pub defects: Vec<Defect>,
    /// The original bytes.
    pub raw: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// As the message names it; empty where it does not.
    pub name: String,
    /// The media type, `image/png`.
    pub kind: String,
    /// In bytes, decoded.
    pub size: u64,
}

/// Whether the mailbox it came from says that it was read there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    Read,
    Unread,
    /// The source has no such marks.
    None,
}

/// Where a message was found, and what its source says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// The folder within the source; empty where there are none.
    pub folder: String,
    /// What names this copy within the folder and stays the same when flags change: a Maildir's unique part, an mbox's offset, a JSON line's external id.
    pub key: String,
    pub mark: Mark,
    /// When it arrived there, as far as the source knows; else when it was read.
    pub received: DateTime<Utc>,
}

impl Arrival {
    /// The instant that places this message among others: its date, unless that is missing, before
    /// 1970 (no mail is that old), or later than its arrival.
    #[must_use]
    pub fn placed(&self, received: DateTime<Utc>) -> DateTime<Utc> {
        match self.date {
            Some(date) if date >= DateTime::UNIX_EPOCH && date <= received => date,
            _ => received,
        }
    }
}
