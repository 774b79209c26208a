//! A message that leaves: its bytes, 7-bit, with CRLF line ends.
//!
//! Each one is read back by the reader of this program before anybody gets it, and refused where that reads something else than
//! was meant: so no name, subject or file name can add a field, a recipient or a part.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset};
use mail_builder::MessageBuilder;
use mail_builder::headers::Header as _;
use mail_builder::headers::address::Address as BuilderAddress;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::mime::{BodyPart, MimePart};

use super::answered::answered_message;
use super::body::Pieces;
use super::flowed_out::flowed;
use super::transfer_encoding::to_quoted_printable;
use super::{header, msgid, part, to_base64};
use crate::domain::address::Address;
use crate::domain::answering::can_be_written_to;

/// A line of 7-bit text is no longer (RFC 5322 §2.1.1), without its line end.
const LINE_BYTES: usize = 998;
/// Base64 is written in lines of this length (RFC 2045 §6.8).
const BASE64_LINE: usize = 76;

/// What somebody wrote, ready to become bytes. Bcc is no part of it: those recipients are named to the server alone.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMessage {
    pub from: Address,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    pub reply_to: Vec<Address>,
    pub subject: String,
    pub date: DateTime<FixedOffset>,
    /// Without brackets, as all ids here.
    pub message_id: String,
    pub in_reply_to: Option<String>,
    pub references: Vec<String>,
    /// Other fields, such as `X-…`, in their order.
    pub fields: Vec<(String, String)>,
    /// As it was written, with LF or CRLF.
    pub text: String,
    pub files: Vec<FileToSend>,
}

/// A file that goes with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileToSend {
    pub name: String,
    /// Its media type, `image/png`; `message/rfc822` is a message that is forwarded as it is.
    pub kind: String,
    pub bytes: Vec<u8>,
}

/// Why no message was made of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    #[error("{0} is no address that mail can be sent to: correct it")]
    Address(String),
    /// What was built reads as something else than was meant.
    #[error("its {what} would be read as something else by others ({read}): write it in a simpler way")]
    Differs { what: &'static str, read: String },
    #[error("the field {0} is none that can be added")]
    Field(String),
}

/// A calendar that goes with a message as another version of its text (RFC 6047 §2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarVersion {
    /// `REPLY`, as in the calendar.
    pub method: &'static str,
    /// In lines that end with CRLF.
    pub text: String,
}

/// Builds the bytes (RFC 5322, RFC 2045). All text is format=flowed, as quoted-printable where it is not ASCII.
///
/// # Errors
/// Where an address or a field cannot be written, or what was built would be read as something else than was meant.
pub fn build(message: &NewMessage) -> Result<Vec<u8>, BuildError> {
    build_with(message, None)
}

/// The same, with a calendar beside the text.
///
/// # Errors
/// As `build`.
pub fn build_with_calendar(message: &NewMessage, calendar: &CalendarVersion) -> Result<Vec<u8>, BuildError> {
    build_with(message, Some(calendar))
}

fn build_with(message: &NewMessage, calendar: Option<&CalendarVersion>) -> Result<Vec<u8>, BuildError> {
    let message = normal(message)?;
    let mut builder = MessageBuilder::new()
        .header("Date", Raw::new(rfc5322(message.date)))
        .header("From", list(std::slice::from_ref(&message.from)))
        .message_id(message.message_id.as_str());
    for (name, people) in [("To", &message.to), ("Cc", &message.cc), ("Reply-To", &message.reply_to)] {
        if !people.is_empty() {
            builder = builder.header(name, list(people));
        }
    }
    builder = builder.header("Subject", Text::new(message.subject.as_str()));
    if let Some(id) = &message.in_reply_to {
        builder = builder.header("In-Reply-To", ids(std::slice::from_ref(id)));
    }
    if !message.references.is_empty() {
        builder = builder.header("References", ids(&message.references));
    }
    for (name, value) in &message.fields {
        builder = builder.header(name.as_str(), Text::new(value.as_str()));
    }
    let text = flowed(&message.text);
    let versions = match calendar {
        None => text_part(&text),
        Some(calendar) => MimePart::new("multipart/alternative", vec![text_part(&text), calendar_part(calendar)]),
    };
    let body = match message.files.as_slice() {
        [] => versions,
        files => {
            let parts = std::iter::once(versions).chain(files.iter().map(file_part)).collect::<Vec<_>>();
            MimePart::new("multipart/mixed", parts)
        }
    };
    // Writing to memory does not fail.
    let bytes = builder.body(body).write_to_vec().unwrap_or_default();
    compare(&message, (&text, calendar), &bytes)?;
    Ok(bytes)
}

/// The same bytes with another date, which is the first field of what `build` made.
#[must_use]
pub fn redated(bytes: &[u8], date: DateTime<FixedOffset>) -> Vec<u8> {
    let end = bytes.windows(2).position(|it| it == b"\r\n").unwrap_or(bytes.len());
    let mut out = format!("Date: {}", rfc5322(date)).into_bytes();
    out.extend_from_slice(bytes.get(end..).unwrap_or_default());
    out
}

/// The same bytes with a Bcc field at the end of the header: for the copy that the person keeps. What is no address is left out.
#[must_use]
pub fn with_bcc(bytes: &[u8], bcc: &[Address]) -> Vec<u8> {
    let named = |it: &Address| Some(Address::new(one_line(&it.name), for_envelope(&it.address).ok()?));
    let bcc: Vec<Address> = bcc.iter().filter_map(named).collect();
    let Some(end) = bytes.windows(4).position(|it| it == b"\r\n\r\n").filter(|_| !bcc.is_empty()) else {
        return bytes.to_vec();
    };
    let (head, rest) = bytes.split_at(end + 2);
    let mut out = head.to_vec();
    out.extend_from_slice(b"Bcc: ");
    list(&bcc).write_header(&mut out, "Bcc: ".len());
    out.extend_from_slice(rest);
    out
}

/// `Mon, 23 Nov 2026 10:00:00 +0100` (RFC 5322 §3.3).
fn rfc5322(date: DateTime<FixedOffset>) -> String {
    date.format("%a, %d %b %Y %H:%M:%S %z").to_string()
}

/// The address as a server takes it: its domain in ASCII (RFC 5890).
///
/// # Errors
/// Where mail cannot be sent to it: something is missing, or its domain is none (IDNA, RFC 5891).
pub fn for_envelope(address: &str) -> Result<String, BuildError> {
    let odd = || BuildError::Address(address.to_owned());
    let address = address.trim();
    let (local, domain) = address.rsplit_once('@').filter(|_| can_be_written_to(address)).ok_or_else(odd)?;
    let quoted = is_quoted_string(local);
    if !quoted && local.contains(|c: char| "<>(),;:\\\"[]@".contains(c)) {
        return Err(odd());
    }
    if domain.is_ascii() {
        let inside = domain.strip_prefix('[').and_then(|inside| inside.strip_suffix(']'));
        let of = |text: &str, others: &[u8]| text.bytes().all(|it| it.is_ascii_alphanumeric() || others.contains(&it));
        let (literal, plain) = (inside.is_some_and(|inside| of(inside, b".:-")), of(domain, b".-_"));
        return if literal || plain { Ok(format!("{local}@{domain}")) } else { Err(odd()) };
    }
    let domain = idna::domain_to_ascii(domain).map_err(|_| odd())?;
    Ok(format!("{local}@{domain}"))
}

/// Whether it is a local part in quotes, which ends where it seems to end (RFC 5321 §4.1.2): otherwise what follows a quote within
/// it would be read as something of its own.
fn is_quoted_string(local: &str) -> bool {
    let Some(inside) = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return false };
    let mut escaped = false;
    for c in inside.chars() {
        match c {
            '"' if !escaped => return false,
            '\\' if !escaped => escaped = true,
            _ => escaped = false,
        }
    }
    !escaped
}

/// The message as it can be written: one line for what is one, domains in ASCII.
fn normal(message: &NewMessage) -> Result<NewMessage, BuildError> {
    let mut out = message.clone();
    out.subject = one_line(&message.subject);
    // A CR alone must not leave (RFC 5321 §2.3.8), and ends a line in files of old systems.
    out.text = message.text.replace("\r\n", "\n").replace('\r', "\n");
    let people = [&mut out.to, &mut out.cc, &mut out.reply_to].into_iter().flatten().chain([&mut out.from]);
    for person in people {
        *person = Address::new(one_line(&person.name), for_envelope(&person.address)?);
    }
    for (name, value) in &mut out.fields {
        let written = name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
        let own = header::is_written_by_builder(name);
        if name.is_empty() || !written || own {
            return Err(BuildError::Field(one_line(name)));
        }
        *value = one_line(value);
    }
    for file in &mut out.files {
        file.name = one_line(&file.name);
    }
    let ids = std::mem::take(&mut out.references);
    out.references = ids.into_iter().filter(|id| can_be_named(id, &out)).collect();
    out.in_reply_to = out.in_reply_to.take().filter(|id| can_be_named(id, &out));
    Ok(out)
}

/// Whether others read an id as it is meant, in ASCII as every server takes it: a broken one of somebody else's message is left out
/// of an answer (RFC 5322 §3.6.4), which could not be written otherwise.
fn can_be_named(id: &str, message: &NewMessage) -> bool {
    let people = [&message.from].into_iter().chain(&message.to).chain(&message.cc).chain(&message.reply_to);
    id.is_ascii()
        && id.len() <= LINE_BYTES / 2
        // It would be read as encoded text (RFC 2047), or as somebody's address.
        && !id.contains("=?")
        && people.into_iter().all(|it| !it.address.eq_ignore_ascii_case(id))
        && msgid::all(&format!("<{id}>")) == [id]
}

/// What stands on one line: control characters and line ends are blanks, and blanks in a row are one.
pub(super) fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Ids without brackets, as a field has them.
pub(super) fn ids(ids: &[String]) -> MessageId<'static> {
    MessageId::new_list(ids.iter().cloned().map(Cow::<str>::Owned))
}

pub(super) fn list(people: &[Address]) -> BuilderAddress<'static> {
    let one = |it: &Address| {
        let name = (!it.name.is_empty()).then(|| it.name.clone());
        BuilderAddress::new_address(name, it.address.clone())
    };
    BuilderAddress::new_list(people.iter().map(one).collect())
}

fn text_part(text: &str) -> MimePart<'static> {
    let short = text.split("\r\n").all(|line| line.len() <= LINE_BYTES);
    let plain = text.bytes().all(|byte| matches!(byte, b'\r' | b'\n' | b'\t' | b' '..=b'~'));
    let (encoding, body) =
        if short && plain { ("7bit", text.to_owned()) } else { ("quoted-printable", to_quoted_printable(text)) };
    let kind = ContentType::new("text/plain").attribute("charset", "utf-8").attribute("format", "flowed");
    MimePart::new(kind, BodyPart::Text(body.into())).transfer_encoding(encoding)
}

/// In base64 where it is not ASCII, so that no server changes a line of it.
fn calendar_part(calendar: &CalendarVersion) -> MimePart<'static> {
    let kind = ContentType::new("text/calendar").attribute("method", calendar.method).attribute("charset", "utf-8");
    let bytes = calendar.text.as_bytes();
    let (encoding, body) = if is_seven_bit(bytes) { ("7bit", bytes.to_vec()) } else { ("base64", base64_lines(bytes)) };
    MimePart::new(kind, BodyPart::Binary(body.into())).transfer_encoding(encoding)
}

/// A file in base64; a message as it is, since it must not be encoded (RFC 2046 §5.2.1).
pub(super) fn file_part(file: &FileToSend) -> MimePart<'static> {
    if file.kind == "message/rfc822" {
        let bytes = with_crlf(&file.bytes);
        let encoding = if is_seven_bit(&bytes) { "7bit" } else { "8bit" };
        return MimePart::new("message/rfc822", BodyPart::Binary(bytes.into()))
            .attachment(file.name.clone())
            .transfer_encoding(encoding);
    }
    MimePart::new(ContentType::new(file.kind.clone()), BodyPart::Binary(base64_lines(&file.bytes).into()))
        .attachment(file.name.clone())
        .transfer_encoding("base64")
}

fn base64_lines(bytes: &[u8]) -> Vec<u8> {
    let encoded = to_base64(bytes).into_bytes();
    let mut out = Vec::with_capacity(encoded.len() + encoded.len() / BASE64_LINE * 2 + 2);
    for line in encoded.chunks(BASE64_LINE) {
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// Whether bytes go through any server as they are: ASCII without NUL, in lines of at most 998 bytes.
#[must_use]
pub fn is_seven_bit(bytes: &[u8]) -> bool {
    let plain = |line: &[u8]| line.len() <= LINE_BYTES + 1 && line.iter().all(|byte| (1..=127).contains(byte));
    bytes.split(|byte| *byte == b'\n').all(plain)
}

/// All line ends as CRLF.
fn with_crlf(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 32);
    let mut rest = bytes;
    while let Some(at) = memchr::memchr2(b'\r', b'\n', rest) {
        out.extend_from_slice(rest.get(..at).unwrap_or_default());
        out.extend_from_slice(b"\r\n");
        let both = rest.get(at..at + 2) == Some(b"\r\n");
        rest = rest.get(at + if both { 2 } else { 1 }..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out
}

/// Reads what was built, and compares.
fn compare(
    message: &NewMessage,
    (text, calendar): (&str, Option<&CalendarVersion>),
    bytes: &[u8],
) -> Result<(), BuildError> {
    let read = answered_message(bytes);
    let same = |what: &'static str, meant: &[Address], read: &[Address]| {
        if meant == read { Ok(()) } else { Err(BuildError::Differs { what, read: named(read) }) }
    };
    same("sender", std::slice::from_ref(&message.from), std::slice::from_ref(&read.from))?;
    same("list of recipients", &message.to, &read.to)?;
    same("list of recipients in Cc", &message.cc, &read.cc)?;
    same("Reply-To", &message.reply_to, &read.reply_to)?;
    let said = |what: &'static str, meant: &str, read: &str| {
        if meant == read { Ok(()) } else { Err(BuildError::Differs { what, read: read.to_owned() }) }
    };
    said("subject", &message.subject, &read.subject)?;
    said("Message-ID", &message.message_id, read.message_id.as_deref().unwrap_or_default())?;
    let mut ids = message.references.clone();
    ids.extend(message.in_reply_to.clone().filter(|id| !message.references.contains(id)));
    said("list of references", &ids.join(" "), &read.references.join(" "))?;
    let (head, at) = header::split(bytes, |_| false);
    let parts = part::walk(&head, bytes.get(at..).unwrap_or_default());
    let pieces = Pieces::of(&parts);
    let read = pieces.chosen(false).next().map(|piece| piece.text.replace("\r\n", "\n")).unwrap_or_default();
    // The line end before a boundary belongs to the boundary (RFC 2046 §5.1.1).
    if read.trim_end_matches('\n') != text.replace("\r\n", "\n").trim_end_matches('\n') {
        return Err(BuildError::Differs { what: "text", read: read.chars().take(80).collect() });
    }
    let mut parts = super::attachments::parts(&parts);
    if let Some(calendar) = calendar {
        let part = parts.next().filter(|part| part.kind.value == "text/calendar");
        let (read, whole) = part.map(|part| part.encoding.decode(part.bytes)).unwrap_or_default();
        let same = whole && read.trim_ascii_end() == calendar.text.as_bytes().trim_ascii_end();
        if !same {
            let read = String::from_utf8_lossy(&read).chars().take(80).collect();
            return Err(BuildError::Differs { what: "calendar", read });
        }
    }
    let mut names = parts.map(super::attachments::name);
    for file in &message.files {
        let name = names.next().unwrap_or_default();
        if name != file.name {
            return Err(BuildError::Differs { what: "file name", read: name });
        }
    }
    if names.next().is_some() && message.files.iter().all(|file| file.kind != "message/rfc822") {
        return Err(BuildError::Differs { what: "number of files", read: "more than were attached".to_owned() });
    }
    Ok(())
}

fn named(people: &[Address]) -> String {
    people.iter().map(|it| it.address.as_str()).collect::<Vec<_>>().join(", ")
}
