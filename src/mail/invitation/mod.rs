//! Invitations and other calendar files (iCalendar, RFC 5545): read as an invitation, and told as words.
//!
//! The reading is our own. Libraries that were tried use their own zone where a message describes one, or recurse into what is
//! nested; here one pass over the lines takes linear time whatever stands in them (`event`), and a zone counts by its IANA name,
//! by its Windows name or by its description, in this order, or its times stay as they were written (`zone`).

mod event;
mod repeated;
mod rule;
mod time;
mod words;
mod zone;

use std::borrow::Cow;

pub(super) use self::words::words;
use super::address_list::AddressFieldKind;
use super::addresses;
use super::attachments;
use super::charset;
use super::header::{self, Header};
use super::part::{self, MimePart, MimeParts};
use crate::domain::envelope::is_calendar;
use crate::domain::invitation::Invitation;
use crate::domain::limits::{INVITATION_BYTES, MESSAGE_BYTES, NAME_BYTES};

/// So many parts are looked at for an event. An invitation is often there twice, as a version of the text and as a file.
const CALENDARS: usize = 4;
/// The fields that tell to which address a message was delivered.
const DELIVERED_TO: [&str; 3] = ["delivered-to", "x-original-to", "envelope-to"];

/// The invitation that a message brings, where it brings one.
#[must_use]
pub fn invitation(raw: &[u8]) -> Option<Invitation> {
    let raw = raw.get(..MESSAGE_BYTES).unwrap_or(raw);
    let (header, at) = header::split(raw, |_| false);
    found(&header, &part::walk(&header, raw.get(at..).unwrap_or_default()))
}

/// The same, of a message that is taken apart already.
pub(super) fn found(header: &Header<'_>, parts: &MimeParts<'_>) -> Option<Invitation> {
    let calendars = attachments::parts(parts).filter(|part| is_calendar(&part.kind.value, &attachments::name(part)));
    let mut invitation = calendars.take(CALENDARS).find_map(read)?;
    invitation.delivered_to = delivered_to(header);
    Some(invitation)
}

fn read(part: &MimePart<'_>) -> Option<Invitation> {
    let CalendarText { text, cut, damaged } = calendar_text(part);
    let invitation = event::read(&text, part.kind.parameter("method"))?;
    Some(Invitation { cut, damaged, ..invitation })
}

/// A calendar part, decoded.
struct CalendarText {
    text: String,
    cut: bool,
    damaged: bool,
}

fn calendar_text(part: &MimePart<'_>) -> CalendarText {
    // The longest encoding in use takes three bytes for one.
    let read = part.bytes.get(..INVITATION_BYTES * 3).unwrap_or(part.bytes);
    let (bytes, whole) = part.encoding.decode(read);
    let kept = bytes.get(..INVITATION_BYTES).unwrap_or(&bytes);
    let cut = kept.len() < bytes.len() || read.len() < part.bytes.len();
    let name = part.kind.parameter("charset");
    let wide = name.is_some_and(|name| name.to_ascii_lowercase().starts_with("utf-16"));
    let unfolded = if wide { Cow::Borrowed(kept) } else { unfolded(kept) };
    CalendarText { text: charset::decode(&unfolded, name).0, cut, damaged: !whole && !cut }
}

/// Lines are folded by octets, so that a letter may be cut in two (RFC 5545 §3.1): they are put together before they are decoded.
fn unfolded(bytes: &[u8]) -> Cow<'_, [u8]> {
    let is_fold = |at: usize| matches!(bytes.get(at + 1), Some(b' ' | b'\t'));
    if !memchr::memchr_iter(b'\n', bytes).any(is_fold) {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for at in memchr::memchr_iter(b'\n', bytes).filter(|at| is_fold(*at)) {
        let line = bytes.get(from..at).unwrap_or_default();
        out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        from = at + 2;
    }
    out.extend_from_slice(bytes.get(from..).unwrap_or_default());
    Cow::Owned(out)
}

/// To whom the message was delivered: by the fields of those who deliver, else by To and Cc.
fn delivered_to(header: &Header<'_>) -> Vec<String> {
    let noted: Vec<&[u8]> = DELIVERED_TO.iter().filter_map(|name| header.noted(name)).collect();
    let fields =
        if noted.is_empty() { ["to", "cc"].iter().filter_map(|name| header.first(name)).collect() } else { noted };
    let people = fields.into_iter().flat_map(|field| addresses::read(field, None, AddressFieldKind::Recipient).0);
    let known = people.map(|person| person.address.address);
    known.filter(|address| !address.is_empty() && address.len() <= NAME_BYTES).collect()
}
