//! Bytes to message and back: everything that knows how mail is written.
//!
//! `parse` reads original bytes and never refuses; `letter` lays a message out for reading; `attachment`
//! takes one out; `compose` writes a message for what came without original bytes. Outside libraries are used for
//! what they are good at (character sets, HTML), behind our own pass over header and
//! parts, which keeps the limits. Nothing here touches a file, the network or the clock.

mod address_list;
mod addresses;
mod answered;
mod attachments;
mod authentication;
mod automatic;
mod body;
mod browser_page;
mod build;
mod charset;
mod content_field;
mod content_line;
mod date;
mod draft_text;
mod encoded_word;
mod file_name;
mod fingerprint;
mod first_words;
mod flowed;
mod flowed_out;
mod handover;
mod header;
mod html;
mod invitation;
mod letter;
mod local_fields;
mod lookalike;
mod mailto;
pub mod mboxrd;
mod message_kind;
mod msgid;
mod parameters;
mod parse;
mod parsed_header;
mod part;
mod percent;
mod picture;
mod quote;
mod returned;
mod rtf;
mod sender;
mod service_notice;
mod status_fields;
mod synthetic;
mod transfer_encoding;
mod unsubscribe;
mod vcard;
mod viewed;
mod visible_text;

pub use answered::answered_message;
pub use browser_page::browser_page;
pub use build::{
    BuildError, CalendarVersion, FileToSend, NewMessage, build, build_with_calendar, for_envelope, is_seven_bit,
    redated, with_bcc,
};
pub use draft_text::{LARGEST_DRAFT, draft_text, read_draft, read_template};
pub use fingerprint::fingerprint;
pub use first_words::first_words;
pub use handover::{AnsweredIds, draft_message, mailto_url};
pub use invitation::invitation;
pub use letter::{attachment, letter, registrable};
pub use local_fields::{header_ends, without_added_fields};
pub use mailto::{MailtoLink, people, read_mailto};
pub use parse::parse;
pub use picture::{PictureError, picture};
pub use quote::{forwarded_text, quote, quote_passage};
pub use status_fields::seen;
pub use synthetic::{Script, compose};
pub use unsubscribe::{leaving_message, unsubscribe_offer};
pub use viewed::{AttachedFile, attached_file, header_text, source_text};

/// What is seen of HTML, as bare text.
#[must_use]
pub fn bare_text(html: &str) -> String {
    html::text(html)
}

/// Text as HTML shows it.
#[must_use]
pub fn html_text(text: &str) -> String {
    synthetic::escaped(text)
}

use chrono::{DateTime, Utc};

/// A date as mail and scripts write it: RFC 5322, `asctime` (an mbox's postmark), ISO 8601. `None` where it is none.
#[must_use]
pub fn date(text: &str) -> Option<DateTime<Utc>> {
    date::read(text)
}

/// Bytes as text, by the name of their character set, or as well as can be told without one. What is no letter in it becomes
/// U+FFFD.
#[must_use]
pub fn decoded(bytes: &[u8], charset: Option<&str>) -> String {
    charset::decode(bytes, charset).0
}

/// The bytes of base64; `None` where it is broken.
#[must_use]
pub fn base64(text: &str) -> Option<Vec<u8>> {
    let (bytes, whole) = transfer_encoding::base64(text.as_bytes());
    whole.then_some(bytes)
}

/// The Content-Length that a header claims, where it is a number. Only what is found there tells whether it is true.
#[must_use]
pub fn content_length(header: &[u8]) -> Option<usize> {
    let (header, _) = header::split(header, |_| false);
    std::str::from_utf8(header.first("content-length")?).ok()?.trim().parse().ok()
}

/// Bytes in base64 (RFC 4648 §4), on one line.
#[must_use]
pub fn to_base64(bytes: &[u8]) -> String {
    base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes)
}
