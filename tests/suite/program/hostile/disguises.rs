//! Holds `src/domain/printable`, `src/mail/letter`: the same tricks in every disguise: each control sequence, in each
//! place of a message that can reach a screen, in each encoding that mail knows.

use std::fmt::Write as _;

use tidebox::domain::ids::Id;
use tidebox::domain::letter::Body;
use tidebox::domain::message::MessageSummary;
use tidebox::mail;

use super::grammar::{Kind, offences};

/// What a message may try to do to a terminal or to an eye.
pub const TRICKS: [&str; 40] = [
    "\x1b[2J",
    "\x1b[31;8m",
    "\x1b[6n",
    "\x1b[c",
    "\x1b[>q",
    "\x1b[5i",
    "\x1b[?1049l",
    "\x1b[?1003h",
    "\x1b[?25l",
    "\x1bc",
    "\x1b(0",
    "\x1b#8",
    "\x1b]0;pwned\x07",
    "\x1b]2;pwned\x1b\\",
    "\x1b]52;c;cHduZWQ=\x07",
    "\x1b]8;;http://evil.example\x1b\\",
    "\x1b]11;?\x07",
    "\x1b]1337;File=inline=1:aGk=\x07",
    "\x1bPq#0~-\x1b\\",
    "\x1b_Ga=T;AAAA\x1b\\",
    "\x1bP$qm\x1b\\",
    "\x1b^never closed",
    "\x1bXnever closed",
    "\u{9b}2J",
    "\u{9d}0;pwned\u{9c}",
    "\u{90}q\u{9c}",
    "\x08\x08\x08",
    "\x07",
    "\x0b\x0c",
    "\x0e\x0f",
    "\x7f",
    "\u{202e}fdp",
    "\u{2067}\u{2066}",
    "\u{200b}\u{2060}\u{feff}\u{ad}",
    "\u{e0041}\u{e0042}",
    "\u{2028}\u{2029}",
    "\u{61c}\u{200e}\u{200f}",
    "\u{fffe}\u{10ffff}\u{fdd0}",
    "\u{115f}\u{3164}\u{ffa0}",
    "\u{34f}\u{180e}",
];

/// A way to write text into a field.
type Way = (&'static str, fn(&str) -> String);

const FIELD_WAYS: [Way; 4] = [
    ("raw", str::to_owned),
    ("q-word", |text| format!("=?utf-8?Q?{}?=", hex(text.as_bytes(), "="))),
    ("b-word", |text| format!("=?UTF-8*en?b?{}?=", mail::to_base64(text.as_bytes()))),
    ("two words", |text| {
        let (head, tail) = text.as_bytes().split_at(text.len() / 2);
        format!("=?utf-8?B?{}?=\r\n =?utf-8?Q?{}?=", mail::to_base64(head), hex(tail, "="))
    }),
];

const NAME_WAYS: [Way; 5] = [
    ("quoted", |text| format!("filename=\"{text}.txt\"")),
    ("a word", |text| format!("filename=\"=?utf-8?B?{}?=\"", mail::to_base64(format!("{text}.txt").as_bytes()))),
    ("percent", |text| format!("filename*=utf-8''{}.txt", hex(text.as_bytes(), "%"))),
    ("in pieces", |text| {
        let (head, tail) = text.as_bytes().split_at(text.len() / 2);
        format!("filename*0*=utf-8''{};\r\n filename*1*={}.txt", hex(head, "%"), hex(tail, "%"))
    }),
    ("of the type", |text| format!("x=y\r\nContent-Type: a/b; name=\"{text}.txt\"")),
];

/// A way to write a body: what stands in the part's header, and the bytes.
type BodyWay = (&'static str, &'static str, fn(&str) -> Vec<u8>);

const BODY_WAYS: [BodyWay; 10] = [
    ("raw", "text/plain; charset=utf-8", |text| text.into()),
    ("flowed", "text/plain; format=flowed; delsp=yes", |text| format!("> {text} \r\n> more").into()),
    ("quoted-printable", "text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable", |text| {
        hex(text.as_bytes(), "=").into()
    }),
    ("base64", "text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64", |text| {
        mail::to_base64(text.as_bytes()).into()
    }),
    ("utf-16", "text/plain; charset=utf-16le\r\nContent-Transfer-Encoding: base64", |text| {
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        mail::to_base64(&units).into()
    }),
    ("unknown set", "text/plain; charset=\"x\x1b[2J\"", |text| text.into()),
    ("html", "text/html; charset=utf-8", |text| format!("<p>{text}</p>").into()),
    ("decimal entities", "text/html; charset=utf-8", |text| entities(text, |c| format!("&#{};", u32::from(c))).into()),
    ("hex entities", "text/html; charset=utf-8", |text| entities(text, |c| format!("&#x{:X};", u32::from(c))).into()),
    ("attributes", "text/html; charset=utf-8", |text| {
        format!("<a href='http://a.example/{text}'>{text}</a><img src=x alt='{text}'><pre title='{text}'>{text}</pre><h1>{text}</h1>").into()
    }),
];

fn hex(bytes: &[u8], before: &str) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{before}{byte:02X}");
        out
    })
}

fn entities(text: &str, each: fn(char) -> String) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_string() } else { each(c) }).collect()
}

/// A message with a text in one place: the place's name, and its bytes. What stands in `text` is looked for on the screen.
fn messages(text: &str) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let from = "From: Mallory <mallory@evil.example>\r\n";
    for (way, written) in FIELD_WAYS {
        let it = written(text);
        for (place, header) in [
            ("subject", format!("{from}Subject: {it}\r\n")),
            ("from", format!("From: {it} <mallory@evil.example>\r\n")),
            ("from alone", format!("From: {it}\r\n")),
            ("to and cc", format!("{from}To: {it} <a@b.example>\r\nCc: {it}\r\n")),
            ("reply-to", format!("{from}Reply-To: \"{it}\" <r@elsewhere.example>\r\n")),
            ("list", format!("{from}List-Id: {it} <{it}.example>\r\nList-Unsubscribe: <{it}>\r\n")),
            ("ids", format!("{from}Message-ID: <{it}@x>\r\nReferences: <{it}@y>\r\nIn-Reply-To: {it}\r\n")),
            ("date", format!("{from}Date: Tue, 2 Jan 2024 10:00:00 +0000 ({it})\r\n")),
            ("kinds", format!("{from}Content-Type: text/{it}; charset={it}\r\nContent-Transfer-Encoding: {it}\r\n")),
            (
                "attached message",
                format!("{from}Content-Type: message/rfc822\r\n\r\nFrom: {it} <a@b.example>\r\nSubject: {it}\r\n"),
            ),
        ] {
            all.push((format!("{place}, {way}"), format!("{header}\r\nplain body\r\n").into_bytes()));
        }
    }
    for (way, written) in NAME_WAYS {
        let head = format!("{from}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nplain body\r\n--b\r\n");
        let part = format!("Content-Disposition: attachment; {}\r\n\r\nfile\r\n--b--\r\n", written(text));
        all.push((format!("file name, {way}"), (head + &part).into_bytes()));
    }
    for (way, kind, written) in BODY_WAYS {
        let mut raw = format!("{from}Subject: body\r\nContent-Type: {kind}\r\n\r\n").into_bytes();
        raw.extend(written(text));
        all.push((format!("body, {way}"), raw));
    }
    all
}

/// Messages that hold every trick between them; one of each place and way, each with some of the tricks.
pub fn some() -> Vec<(String, Vec<u8>)> {
    let places = messages("x").len();
    (0..places)
        .map(|place| {
            let some: String = (0..3).map(|n| format!("k{}", TRICKS[(place + n * 13) % TRICKS.len()])).collect();
            messages(&format!("{some}end")).swap_remove(place)
        })
        .collect()
}

#[test]
fn no_trick_comes_through_in_any_disguise() {
    let mut tried = 0;
    for trick in TRICKS {
        for (place, raw) in messages(&format!("kept{trick}seen")) {
            let envelope = mail::parse(&raw).envelope;
            let letters =
                [(80, None), (34, Some(Body::Html))].map(|(width, body)| mail::letter(Id(1), &raw, width, body));
            for (narrow, letter) in letters.iter().enumerate() {
                let text = crate::mail::corpus::shown(letter);
                let wrong = offences(text.as_bytes(), Kind::Lines);
                assert!(wrong.is_empty(), "{trick:?} in {place}: {wrong:?}");
                if ["subject", "from,", "to and", "file name", "body", "attached"]
                    .iter()
                    .any(|it| place.starts_with(it))
                {
                    // Of a file's name the folders come off.
                    let folders = place.starts_with("file") && trick.contains(['/', '\\']);
                    assert!(
                        folders || text.contains("kept"),
                        "{trick:?} in {place}: what is before it is lost in\n{text}"
                    );
                    // A bare field of people has a syntax of its own; what ends a person there ends the name.
                    let syntax =
                        place.ends_with("raw") && trick.contains([';', ',', ':', '(', ')', '<', '>', '\\', '"']);
                    let ended = syntax && !place.starts_with("subject") && !place.starts_with("body");
                    assert!(
                        ended || narrow == 1 || text.contains("seen"),
                        "{trick:?} in {place}: what is behind it is lost in\n{text}"
                    );
                }
            }
            for defect in &envelope.defects {
                let said = tidebox::domain::printable::Printable::from(defect.to_string());
                assert!(offences(said.as_str().as_bytes(), Kind::Lines).is_empty(), "{trick:?} in {place}");
            }
            for id in envelope.message_id.iter().chain(&envelope.references).chain(&envelope.list) {
                assert!(offences(id.as_bytes(), Kind::Lines).is_empty(), "{trick:?} in {place}: {id:?}");
            }
            tried += 1;
        }
    }
    assert!(tried > 2_000, "{tried}");
}

/// What a list shows of a message.
#[test]
fn rows_of_lists_are_clean_as_well() {
    for trick in TRICKS {
        let mut message = super::rows::message("subject");
        message.subject = format!("kept{trick}seen");
        message.from.name = format!("kept{trick}seen");
        message.from.address = format!("a{trick}@b.example");
        message.source = format!("s{trick}");
        message.exception = Some(format!("e{trick}"));
        let entry = MessageSummary::of(&message);
        for text in [&entry.subject, &entry.sender, &entry.address, &entry.source, entry.exception.as_ref().unwrap()] {
            assert!(offences(text.as_str().as_bytes(), Kind::Lines).is_empty(), "{trick:?}: {text:?}");
        }
        assert!(entry.subject.as_str().contains("kept") && entry.subject.as_str().contains("seen"));
    }
}
