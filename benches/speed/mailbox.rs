//! Mail for the benchmarks: made up, always the same, and shaped like a mailbox (words by Zipf's law, threads, lists,
//! newsletters in HTML, an attachment now and then).

use std::collections::HashSet;
use std::fmt::Write;
use std::ops::ControlFlow;

use chrono::{DateTime, TimeDelta, Utc};
use tidebox::domain::found_copy::{FoundCopy, Location};
use tidebox::source::{EventSink, FetchedMessage, ReadOutcome, Source, SourceError, SyncContext};

const SYLLABLES: [&str; 24] = [
    "ba", "con", "de", "fi", "ga", "hel", "is", "jo", "ka", "lum", "me", "nor", "o", "pre", "qui", "ra", "sta", "te",
    "ul", "ver", "we", "xi", "yo", "zen",
];

/// The latest instant of this mail.
pub fn end() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_600)
}

/// Numbers that look random and are the same everywhere (xorshift64*).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % below
    }

    /// Small numbers are common: each step up to `below` is half as likely for twice as many.
    fn rank(&mut self, below: u64) -> u64 {
        let limit = 1 << self.roll(u64::from(below.ilog2()) + 1);
        self.roll(limit * 2).min(below - 1)
    }

    fn word(&mut self) -> String {
        let rank = self.rank(1 << 15);
        let mut left = rank + 24;
        let mut word = String::new();
        while left > 0 {
            word.push_str(SYLLABLES[usize::try_from(left % 24).unwrap_or(0)]);
            left /= 24;
        }
        word
    }

    fn words(&mut self, count: u64) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    fn paragraph(&mut self, out: &mut String) {
        for _ in 0..self.roll(6) + 2 {
            let count = self.roll(5) + 8;
            let line = self.words(count);
            let _ = write!(out, "{line}\r\n");
        }
        out.push_str("\r\n");
    }
}

/// How large the messages are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// One short paragraph.
    Small,
    /// Some 10 kB on average.
    Usual,
}

/// The `number`th of `total` messages, spread over three years.
pub fn message(number: u64, total: u64, size: Size) -> Vec<u8> {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ (number + 1).wrapping_mul(0xD6E8_FEB8_6659_FD93));
    let date = end() - TimeDelta::seconds(i64::try_from(94_000_000 / total * (total - number)).unwrap_or(0));
    let sender = dice.rank(400);
    let mut mail = String::with_capacity(16_000);
    let _ = write!(
        mail,
        "Received: from mx{sender}.example.net (mx.example.net [192.0.2.7])\r\n\tby mail.example.org with ESMTPS id {number:x}\r\n\
         From: {} <{}.{sender}@example.net>\r\nTo: Alice <alice@example.org>\r\nDate: {}\r\n\
         Message-ID: <{number:08x}@example.net>\r\n",
        dice.words(2),
        dice.word(),
        date.to_rfc2822(),
    );
    // Two of three answer one that came shortly before.
    if number > 20 && dice.roll(3) > 0 {
        let answered = number - 1 - dice.roll(20);
        let _ = write!(mail, "In-Reply-To: <{answered:08x}@example.net>\r\nSubject: Re: {}\r\n", dice.words(5));
    } else {
        let _ = write!(mail, "Subject: {}\r\n", dice.words(6));
    }
    mail.push_str("MIME-Version: 1.0\r\n");
    match (size, dice.roll(10)) {
        (Size::Usual, 0..2) => html(&mut dice, &mut mail, 30),
        (Size::Usual, 2) => attached(&mut dice, &mut mail),
        (Size::Usual, _) => plain(&mut dice, &mut mail, 6),
        (Size::Small, _) => plain(&mut dice, &mut mail, 1),
    }
    mail.into_bytes()
}

fn plain(dice: &mut Dice, mail: &mut String, paragraphs: u64) {
    mail.push_str("List-Id: <talk.example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
    for _ in 0..=dice.roll(paragraphs * 2) {
        dice.paragraph(mail);
    }
}

/// A newsletter: a style sheet, tables within tables, links.
fn html(dice: &mut Dice, mail: &mut String, blocks: u64) {
    mail.push_str("List-Unsubscribe: <https://news.example/u>\r\nContent-Type: text/html; charset=utf-8\r\n\r\n");
    mail.push_str("<!doctype html><html><head><style>\r\n");
    for class in 0..60 {
        let _ = write!(mail, ".c{class}{{font-family:Arial,sans-serif;font-size:{class}px;line-height:1.4}}\r\n");
    }
    mail.push_str("</style></head><body><table width=600><tr><td>\r\n");
    for block in 0..dice.roll(blocks) + blocks / 2 {
        let (title, text, count) = (dice.words(4), dice.words(40), dice.roll(9));
        let _ = write!(
            mail,
            "<table><tr><td class=\"c{count}\"><h2>{title}</h2><p>{text} <a href=\"https://news.example/{block}?u=1\">more &raquo;</a>\
             </p><img src=\"https://news.example/{block}.png\" alt=\"{count}\" width=1 height=1></td></tr></table>\r\n"
        );
    }
    mail.push_str("</td></tr></table></body></html>\r\n");
}

fn attached(dice: &mut Dice, mail: &mut String) {
    mail.push_str("Content-Type: multipart/mixed; boundary=\"=_b\"\r\n\r\n--=_b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
    dice.paragraph(mail);
    mail.push_str(
        "--=_b\r\nContent-Type: application/pdf; name=\"plan.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n",
    );
    let bytes: Vec<u8> = (0..dice.roll(60_000)).map(|_| u8::try_from(dice.roll(256)).unwrap_or(0)).collect();
    for line in tidebox::mail::to_base64(&bytes).as_bytes().chunks(76) {
        mail.push_str(std::str::from_utf8(line).unwrap_or_default());
        mail.push_str("\r\n");
    }
    mail.push_str("--=_b--\r\n");
}

/// The first message of a kind that its text tells.
pub fn one_with(mark: &str) -> Vec<u8> {
    let mark = mark.as_bytes();
    (100..1_000)
        .map(|number| message(number, 1_000, Size::Usual))
        .find(|mail| mail.windows(mark.len()).any(|it| it == mark))
        .unwrap_or_default()
}

/// A source that has its messages in memory.
#[derive(Debug)]
pub struct Mailbox(pub Vec<Vec<u8>>);

impl Mailbox {
    pub fn of(total: u64, size: Size) -> Self {
        Self((0..total).map(|number| message(number, total, size)).collect())
    }
}

impl Mailbox {
    /// A large morning: conversations, newsletters, jobs that fail and pass again, and a forge's notices, a quarter of each.
    pub fn morning(total: u64) -> Self {
        Self(
            (0..total)
                .map(|number| if number % 4 == 0 { message(number, total, Size::Small) } else { notice(number, total) })
                .collect(),
        )
    }
}

/// What a program sends. Of each kind some hundred things take turns.
fn notice(number: u64, total: u64) -> Vec<u8> {
    let mut dice = Dice(0x517C_C1B7_2722_0A95 ^ (number + 1).wrapping_mul(0xD6E8_FEB8_6659_FD93));
    let date = end() - TimeDelta::seconds(i64::try_from(10 * (total - number)).unwrap_or(0));
    let thing = dice.roll(200);
    let fields = match number % 4 {
        1 => format!(
            "From: News {thing} <newsletter@news{thing}.example>\r\nSubject: {} #{number}\r\nList-Id: <news{thing}.example>\r\n\
             List-Unsubscribe: <https://news.example/u>",
            dice.words(4)
        ),
        2 => {
            let state = if dice.roll(2) == 0 { "failed" } else { "passed" };
            format!(
                "From: CI <builds@ci.example>\r\nSubject: Build job{thing} {state} #{number}\r\nAuto-Submitted: auto-generated"
            )
        }
        _ => format!(
            "From: Bo <notifications@github.com>\r\nSubject: Re: [tide/r{thing}] {} (#{thing})\r\nX-GitHub-Reason: subscribed\r\n\
             List-Id: tide/r{thing} <r{thing}.tide.github.com>\r\nReferences: <tide/r{thing}/{}@github.com>",
            dice.words(3),
            dice.roll(8)
        ),
    };
    let text = if dice.roll(4) == 0 { format!("Closed #{thing}.") } else { dice.words(20) };
    let (date, kind) = (date.to_rfc2822(), "text/plain; charset=utf-8");
    format!(
        "{fields}\r\nDate: {date}\r\nMessage-ID: <n{number:08x}@example.net>\r\nContent-Type: {kind}\r\n\r\n{text}\r\n"
    )
    .into_bytes()
}

impl Source for Mailbox {
    fn read(&mut self, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError> {
        let known: HashSet<String> = since.known.all("");
        for (number, raw) in self.0.iter().enumerate() {
            let key = number.to_string();
            if known.contains(&key) {
                continue;
            }
            let copy = FoundCopy::new(Location::without_folder(key), end());
            if each(FetchedMessage::new(raw.clone(), copy).into()) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(ReadOutcome::default())
    }
}
