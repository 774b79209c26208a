//! One line of JSON: which fields it has, and their values.
//!
//! The fields are found before any of them is parsed. So a line with the original bytes is taken in whatever its other
//! fields hold: `tidebox export` writes some of the same names with other types.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::domain::limits::POSITION_BYTES;
use crate::mail;

/// What a line says.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) said: LineContent,
    pub(super) external_id: Option<String>,
    /// Times are kept as they are written; one that can't be read is reported later.
    pub(super) sent_at: Option<Time>,
    pub(super) received: Option<Time>,
    pub(super) read: Option<bool>,
    pub(super) position: Option<String>,
}

#[derive(Debug, Default)]
pub(super) enum LineContent {
    Original(Vec<u8>),
    Parts(Parts),
    /// Not a message.
    #[default]
    Nothing,
}

/// What a message is made of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) sender: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) body: Option<String>,
    pub(super) thread: Option<String>,
    pub(super) link: Option<String>,
    pub(super) list: Option<String>,
}

/// A time as it is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Time {
    Number(String),
    Text(String),
}

/// What is wrong with a line. Nothing of the line is quoted, because it may hold a message that is to be held.
#[derive(Debug)]
pub(super) enum LineError {
    Json(serde_json::Error),
    List,
    /// The name of a field, and what it should be.
    Field(&'static str, &'static str),
    LongPosition(usize),
    /// A position that contains a zero byte.
    ZeroInPosition,
    Nothing,
}

impl LineError {
    /// Whether the line is correct as far as it goes: its writer may not be done.
    pub(super) fn is_incomplete(&self) -> bool {
        matches!(self, Self::Json(error) if error.is_eof())
    }
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => {
                let what = match error.classify() {
                    serde_json::error::Category::Data => "no object with the fields of a message",
                    serde_json::error::Category::Eof => "cut short",
                    serde_json::error::Category::Syntax | serde_json::error::Category::Io => "no JSON",
                };
                write!(f, "{what}, at column {}", error.column())
            }
            Self::List => f.write_str("no object with the fields of a message, but a list"),
            Self::Field(name, kind) => write!(f, "`{name}` is no {kind}"),
            Self::LongPosition(bytes) => {
                write!(f, "a position of {bytes} bytes, more than {POSITION_BYTES}; the one before stays")
            }
            Self::ZeroInPosition => f.write_str("a position with a byte of zero in it; the one before stays"),
            Self::Nothing => f.write_str("neither raw nor any of sender, subject and body"),
        }
    }
}

impl Line {
    /// Reads a line of text.
    pub(super) fn read(text: &str) -> Result<Self, LineError> {
        // serde would read the elements of an array as the fields in their order.
        if text.starts_with('[') {
            return Err(LineError::List);
        }
        let fields: Fields<'_> = serde_json::from_str(text).map_err(LineError::Json)?;
        let received = time("received", fields.received);
        let read = truth("read", fields.read);
        let flags = string("flags", fields.flags).map(|flags| flags.map(|flags| flags.contains('S')));
        let position = name("position", fields.position);
        let external_id = name("external_id", fields.external_id);
        if let Some(raw) = string("raw", fields.raw)? {
            return Ok(Self {
                said: LineContent::Original(original(&raw)),
                external_id: external_id.ok().flatten(),
                sent_at: None,
                received: received.ok().flatten(),
                read: read.ok().flatten().or(flags.ok().flatten()),
                position: position.ok().flatten(),
            });
        }
        let parts = Parts {
            sender: string("sender", fields.sender)?,
            subject: string("subject", fields.subject)?,
            body: string("body", fields.body)?,
            thread: name("thread", fields.thread)?,
            link: string("link", fields.link)?,
            list: string("list", fields.list)?,
        };
        let any = parts.sender.is_some() || parts.subject.is_some() || parts.body.is_some();
        let position = position?;
        if !any && position.is_none() {
            return Err(LineError::Nothing);
        }
        Ok(Self {
            said: if any { LineContent::Parts(parts) } else { LineContent::Nothing },
            external_id: external_id?,
            sent_at: time("sent_at", fields.sent_at)?,
            received: received?,
            read: read?.or(flags?),
            position,
        })
    }

    /// Takes the position out, if it can be passed to a command.
    pub(super) fn take_position(&mut self) -> Result<Option<String>, LineError> {
        match self.position.take() {
            Some(position) if position.len() > POSITION_BYTES => Err(LineError::LongPosition(position.len())),
            Some(position) if position.contains('\0') => Err(LineError::ZeroInPosition),
            position => Ok(position),
        }
    }
}

/// The line as text, whatever its bytes. Bytes that are not UTF-8, and unpaired surrogates (which Python writes for
/// such bytes), become U+FFFD. A byte order mark and zero bytes at the ends, such as a crash leaves behind, are
/// removed.
pub(super) fn text(line: &[u8]) -> Cow<'_, str> {
    let mut line = line;
    for _ in 0..2 {
        let from = line.iter().take_while(|byte| **byte == 0 || byte.is_ascii_whitespace()).count();
        line = line.get(from..).unwrap_or_default();
        line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    }
    let end = line.iter().rposition(|byte| *byte != 0 && !byte.is_ascii_whitespace()).map_or(0, |at| at + 1);
    match String::from_utf8_lossy(line.get(..end).unwrap_or_default()) {
        text if !has_surrogates(text.as_bytes()) => text,
        text => Cow::Owned(without_lone_surrogates(text.into_owned())),
    }
}

fn has_surrogates(text: &[u8]) -> bool {
    text.windows(3).any(|window| window.starts_with(b"\\u") && matches!(window, [.., b'd' | b'D']))
}

/// The same text with `\ufffd` for each escape that is an unpaired surrogate.
fn without_lone_surrogates(text: String) -> String {
    let mut bytes = text.into_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte != b'\\' {
            at += 1;
            continue;
        }
        at += match (escape(&bytes, at), escape(&bytes, at + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                if let Some(place) = bytes.get_mut(at..at + 6) {
                    place.copy_from_slice(b"\\ufffd");
                }
                6
            }
            (Some(_), _) => 6,
            (None, _) => 2,
        };
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// The UTF-16 code unit that an escape stands for.
fn escape(text: &[u8], at: usize) -> Option<u16> {
    let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits.iter().all(u8::is_ascii_hexdigit).then_some(())?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// The bytes of `raw`. Base64 contains neither colon nor space, and every header contains one of them.
fn original(raw: &str) -> Vec<u8> {
    let letters =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_' | b'\r' | b'\n');
    let encoded = raw.bytes().all(letters);
    encoded.then(|| mail::base64(raw)).flatten().unwrap_or_else(|| raw.as_bytes().to_vec())
}

/// The fields of an object that are known here, as they are written. If a field stands there twice, the last one
/// counts.
#[derive(Default)]
struct Fields<'a> {
    raw: Option<&'a RawValue>,
    sender: Option<&'a RawValue>,
    subject: Option<&'a RawValue>,
    body: Option<&'a RawValue>,
    external_id: Option<&'a RawValue>,
    sent_at: Option<&'a RawValue>,
    thread: Option<&'a RawValue>,
    link: Option<&'a RawValue>,
    list: Option<&'a RawValue>,
    received: Option<&'a RawValue>,
    read: Option<&'a RawValue>,
    flags: Option<&'a RawValue>,
    position: Option<&'a RawValue>,
}

impl<'a> Fields<'a> {
    fn named(&mut self, name: &str) -> Option<&mut Option<&'a RawValue>> {
        Some(match name {
            "raw" => &mut self.raw,
            "sender" => &mut self.sender,
            "subject" => &mut self.subject,
            "body" => &mut self.body,
            "external_id" => &mut self.external_id,
            "sent_at" => &mut self.sent_at,
            "thread" => &mut self.thread,
            "link" => &mut self.link,
            "list" => &mut self.list,
            "received" => &mut self.received,
            "read" => &mut self.read,
            "flags" => &mut self.flags,
            "position" => &mut self.position,
            _ => return None,
        })
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Object)
    }
}

struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Fields::default();
        while let Some(name) = map.next_key::<String>()? {
            match fields.named(&name) {
                Some(place) => *place = Some(map.next_value()?),
                None => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        Ok(fields)
    }
}

type Of<'a> = Option<&'a RawValue>;

fn string(name: &'static str, value: Of<'_>) -> Result<Option<String>, LineError> {
    let Some(value) = value else { return Ok(None) };
    serde_json::from_str(value.get()).map_err(|_| LineError::Field(name, "text"))
}

fn truth(name: &'static str, value: Of<'_>) -> Result<Option<bool>, LineError> {
    let Some(value) = value else { return Ok(None) };
    serde_json::from_str(value.get()).map_err(|_| LineError::Field(name, "true or false"))
}

/// A text that a script may also write as a number.
fn name(name: &'static str, value: Of<'_>) -> Result<Option<String>, LineError> {
    match value.map(RawValue::get) {
        Some(number) if is_number(number) => Ok(Some(number.to_owned())),
        _ => string(name, value).map_err(|_| LineError::Field(name, "text and no number")),
    }
}

fn time(name: &'static str, value: Of<'_>) -> Result<Option<Time>, LineError> {
    match value.map(RawValue::get) {
        Some(number) if is_number(number) => Ok(Some(Time::Number(number.to_owned()))),
        _ => Ok(string(name, value).map_err(|_| LineError::Field(name, "time"))?.map(Time::Text)),
    }
}

fn is_number(text: &str) -> bool {
    text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{Line, LineContent, text};

    #[test]
    fn halves_of_pairs_become_marks_and_whole_pairs_stay() {
        for (line, expected) in [
            (r#""Gr\udcfc\udcdfe""#, "Gr\u{fffd}\u{fffd}e"),
            (r#""cut \ud83d""#, "cut \u{fffd}"),
            (r#""\uD83D\uDE00 \ud83d\ud83d\ude00""#, "\u{1f600} \u{fffd}\u{1f600}"),
            (r#""a \\udcfc b""#, r"a \udcfc b"),
        ] {
            assert_eq!(serde_json::from_str::<String>(&text(line.as_bytes())).unwrap(), expected, "{line}");
        }
        assert_eq!(text(b"\xEF\xBB\xBF{}\r\n"), "{}");
        assert_eq!(text(b"\0\0\0{}\n"), "{}");
        assert_eq!(text(b"\"Gr\xfc\xdfe\""), "\"Gr\u{fffd}\u{fffd}e\"");
    }

    /// Whatever stands beside the original bytes.
    #[test]
    fn with_raw_no_other_field_refuses_a_line() {
        for beside in [
            r#""from": {"name": "A", "address": "a@b.example"}"#,
            r#""id": 1790000000, "thread": 7, "date": null, "list": null, "attachments": 0"#,
            r#""sender": 5, "subject": [], "body": {}, "external_id": {}, "read": "x", "received": {}, "position": []"#,
            r#""sender": "x", "sender": "y", "deep": [[[[{"a": 1e999}]]]]"#,
            r#""received": "nonsense", "flags": 5"#,
        ] {
            let line = Line::read(&format!("{{{beside}, \"raw\": \"Subject: x\\n\\ny\\n\"}}")).unwrap();
            assert!(matches!(line.said, LineContent::Original(raw) if raw == b"Subject: x\n\ny\n"), "{beside}");
        }
        assert_eq!(Line::read(r#"{"raw": 5}"#).unwrap_err().to_string(), "`raw` is no text");
    }

    #[test]
    fn what_is_wrong_is_said_by_the_name_of_its_field() {
        for (line, said) in [
            (r#"{"subject": 5}"#, "`subject` is no text"),
            (r#"{"subject": "x", "read": "yes"}"#, "`read` is no true or false"),
            (r#"{"subject": "x", "sent_at": []}"#, "`sent_at` is no time"),
            (r#"{"id": "x", "from": "y", "text": "z"}"#, "neither raw nor any of sender, subject and body"),
            (r#"["x"]"#, "no object with the fields of a message, but a list"),
        ] {
            assert_eq!(Line::read(line).unwrap_err().to_string(), said, "{line}");
        }
        assert!(Line::read(r#"{"subject": "ha"#).unwrap_err().is_incomplete());
    }
}
