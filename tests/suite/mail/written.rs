//! Holds `src/mail/parse.rs`, `src/mail/parsed_header.rs`, `src/mail/encoded_word.rs`, `src/mail/date.rs`,
//! `src/mail/address_list.rs`: one message, written in all the ways that programs write it, is read as the same.

use std::fmt::Write as _;

use proptest::prelude::*;
use tidebox::domain::address::Address;
use tidebox::mail;

/// A way to write, chosen freely: each number picks one of several at some place.
type Ways = Vec<u8>;

struct Writer {
    ways: std::iter::Cycle<std::vec::IntoIter<u8>>,
}

impl Writer {
    fn new(ways: Ways) -> Self {
        Self { ways: ways.into_iter().cycle() }
    }

    fn one_of<T: Copy>(&mut self, several: &[T]) -> T {
        several[usize::from(self.ways.next().unwrap()) % several.len()]
    }

    /// Blanks, a fold, a comment: what may stand between any two words of a structured field (RFC 5322 §3.2.2).
    fn blank(&mut self) -> &'static str {
        self.one_of(&[" ", "\r\n ", "\r\n\t", "  ", " (a (nested) \\) comment) ", "\r\n (folded\r\n\t comment)\r\n "])
    }

    /// Blanks that are part of the text: folded or not, they are one when narrowed.
    fn space(&mut self) -> &'static str {
        self.one_of(&[" ", "\r\n ", "\r\n\t", " "])
    }

    /// Text as encoded words that are cut anywhere, in the middle of letters too.
    fn words(&mut self, text: &str) -> String {
        let mut out = String::new();
        let size = usize::from(self.one_of(&[1_u8, 2, 3, 7, 30]));
        let set = self.one_of(&["utf-8", "UTF-8", "utf8", "utf-8*en"]);
        for bytes in text.as_bytes().chunks(size) {
            if !out.is_empty() {
                out.push_str(self.one_of(&[" ", "\r\n ", "\r\n\t", "  "]));
            }
            let data = if self.one_of(&[true, false]) {
                format!("B?{}", mail::to_base64(bytes))
            } else {
                let mut quoted = String::from("Q?");
                for byte in bytes {
                    match byte {
                        b' ' => quoted.push('_'),
                        byte if byte.is_ascii_alphanumeric() => quoted.push(char::from(*byte)),
                        byte => _ = write!(quoted, "={byte:02X}"),
                    }
                }
                quoted
            };
            let _ = write!(out, "=?{set}?{data}?=");
        }
        out
    }

    fn quoted(text: &str) -> String {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }

    fn text(&mut self, text: &str) -> String {
        if self.one_of(&[true, false]) && !text.contains("=?") {
            let mut out = String::new();
            for word in text.split(' ') {
                if !out.is_empty() {
                    out.push_str(self.space());
                }
                out.push_str(word);
            }
            return out;
        }
        self.words(text)
    }

    fn local(&mut self, local: &str) -> String {
        let atoms = |c: char| c.is_ascii_alphanumeric() || "-_+.".contains(c);
        if local.chars().all(atoms) && self.one_of(&[true, true, false]) {
            local.to_owned()
        } else {
            Self::quoted(local)
        }
    }

    fn mailbox(&mut self, it: &Address) -> String {
        let (local, domain) = it.address.rsplit_once('@').unwrap();
        let bare = local.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
        let bare = bare.map(|it| it.replace("\\\"", "\"").replace("\\\\", "\\"));
        let local = bare.as_deref().unwrap_or(local);
        let address = format!("{}@{domain}", self.local(local));
        let name = if self.one_of(&[true, false]) { Self::quoted(&it.name) } else { self.words(&it.name) };
        if it.name.is_empty() {
            let route = self.one_of(&["", "", "@relay.example:", "@a.example,@b.example:"]);
            return match self.one_of(&[0, 1]) {
                0 => address,
                _ => format!("<{route}{address}>"),
            };
        }
        match self.one_of(&[0, 1, 2]) {
            0 => format!("{name}{}<{address}>", self.one_of(&[" ", "", "\r\n ", "\r\n\t"])),
            1 => format!("{name} <{address}>{}", self.blank()),
            _ => format!("{address} ({})", self.words(&it.name)),
        }
    }

    fn mailboxes(&mut self, all: &[Address]) -> String {
        let written: Vec<String> = all.iter().map(|it| self.mailbox(it)).collect();
        let list = written.join(self.one_of(&[", ", ",", ",\r\n ", ", , ", " ,\r\n\t"]));
        match self.one_of(&[0, 0, 1, 2]) {
            0 => list,
            1 => format!("A group: {list};"),
            _ => format!("nobody:;, \"Every:body\": {list};"),
        }
    }

    /// An instant in one of the zones and forms that are about.
    fn date(&mut self, seconds: i64) -> String {
        let (zone, minutes) = self.one_of(&[
            ("+0000", 0),
            ("-0000", 0),
            ("GMT", 0),
            ("UT", 0),
            ("Z", 0),
            ("EST", -300),
            ("PDT", -420),
            ("+0530", 330),
            ("-1130", -690),
            ("+02:00", 120),
            ("+1400", 840),
            ("CEST", 120),
        ]);
        let local = chrono::DateTime::from_timestamp(seconds + minutes * 60, 0).unwrap();
        let form = self.one_of(&[
            "%a, %d %b %Y %H:%M:%S",
            "%d %b %Y %H:%M:%S",
            "%a,%e %B %Y %H:%M:%S",
            "%A, %d-%b-%Y %H:%M:%S",
            "%a %b %e %H:%M:%S %Y",
            "%Y-%m-%d %H:%M:%S",
            "%a, %d %b %Y %I:%M:%S %p",
            "%a, %d %b %Y %H : %M : %S",
        ]);
        let date = local.format(form).to_string();
        // ISO 8601 has its zones in figures.
        if form.starts_with("%Y") {
            return local.format("%Y-%m-%dT%H:%M:%S").to_string() + &offset(minutes);
        }
        let date = if form.contains("%I") || !date.contains(" : ") { date.replace(' ', self.space()) } else { date };
        format!("{date}{}{zone}{}", self.one_of(&[" ", "\r\n ", " (night) "]), self.one_of(&["", " (local)", "\r\n "]))
    }
}

fn offset(minutes: i64) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

fn words() -> impl Strategy<Value = String> {
    proptest::collection::vec("[A-Za-z0-9äßéñŁжд日本語한글ไ:;,.!'()@<>\\[\\]?=&-]{1,8}", 1..5)
        .prop_map(|words| words.join(" "))
}

fn address() -> impl Strategy<Value = Address> {
    let local = prop_oneof![
        4 => "[a-z][a-z0-9]{0,6}([-_+.][a-z0-9]{1,4}){0,2}",
        1 => "[a-z]{1,3}[ ,@:()<>;\"\\\\][a-z]{1,3}".prop_map(|local| Writer::quoted(&local)),
    ];
    let domain = prop_oneof!["[a-z]{1,6}\\.example", "mail\\.[a-z]{1,6}\\.example", Just("[192.0.2.1]".to_owned())];
    let name = prop_oneof![1 => Just(String::new()), 4 => words()];
    (name, local, domain).prop_map(|(name, local, domain)| Address::new(name, format!("{local}@{domain}")))
}

fn narrow(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn subjects(subject in words(), ways in proptest::collection::vec(any::<u8>(), 1..60)) {
        let raw = format!("Subject: {}\r\n\r\nx", Writer::new(ways).text(&subject));
        prop_assert_eq!(narrow(&mail::parse(raw.as_bytes()).envelope.subject), subject, "{}", raw);
    }

    #[test]
    fn dates(seconds in -2_000_000_000_i64..5_000_000_000, ways in proptest::collection::vec(any::<u8>(), 1..30)) {
        let raw = format!("Date: {}\r\n\r\nx", Writer::new(ways).date(seconds));
        let read = mail::parse(raw.as_bytes()).envelope.date.map(|date| date.timestamp());
        prop_assert_eq!(read, Some(seconds), "{}", raw);
    }

    #[test]
    fn people(all in proptest::collection::vec(address(), 1..4), ways in proptest::collection::vec(any::<u8>(), 1..60)) {
        let raw = format!("To: {}\r\n\r\nx", Writer::new(ways).mailboxes(&all));
        let read = mail::parse(raw.as_bytes()).envelope.to;
        let read: Vec<Address> = read.into_iter().map(|it| Address::new(narrow(&it.name), it.address)).collect();
        prop_assert_eq!(read, all, "{}", raw);
    }

    #[test]
    fn names_of_files(name in words(), ways in proptest::collection::vec(any::<u8>(), 1..60)) {
        let mut writer = Writer::new(ways);
        let percent = |bytes: &[u8]| bytes.iter().map(|byte| format!("%{byte:02x}")).collect::<String>();
        let written = match writer.one_of(&[0, 1, 2, 3]) {
            0 => format!("filename={}", Writer::quoted(&name)),
            1 => format!("filename=\"{}\"", writer.words(&name)),
            2 => format!("filename=x.txt; filename*=UTF-8''{}", percent(name.as_bytes())),
            _ => {
                let pieces = name.as_bytes().chunks(5).enumerate().map(|(place, bytes)| {
                    format!("filename*{place}*={}{}", if place == 0 { "utf-8'en'" } else { "" }, percent(bytes))
                });
                pieces.collect::<Vec<_>>().join(writer.one_of(&["; ", ";\r\n\t", ";"]))
            }
        };
        let raw = format!("Content-Type: image/png\r\nContent-Disposition: attachment; {written}\r\n\r\nx");
        let read = mail::parse(raw.as_bytes()).envelope.attachments;
        prop_assert_eq!(narrow(&read[0].name), name, "{}", raw);
    }
}

#[test]
fn raw_letters_are_read_as_the_body_says() {
    for (set, bytes, text) in [
        ("iso-8859-2", b"\xb3\xf3d\xbc".as_slice(), "łódź"),
        ("windows-1251", b"\xcf\xf0\xe8\xe2\xe5\xf2", "Привет"),
        ("koi8-r", b"\xf0\xd2\xc9\xd7\xc5\xd4", "Привет"),
        ("shift_jis", b"\x93\xfa\x96\x7b", "日本"),
        ("euc-kr", b"\xc7\xd1\xb1\xdb", "한글"),
        ("gb18030", b"\xd6\xd0\xb9\xfa", "中国"),
        ("big5", b"\xa4\xa4\xb0\xea", "中國"),
        ("iso-2022-jp", b"\x1b$BF|K\\\x1b(B", "日本"),
        ("utf-8", "日本".as_bytes(), "日本"),
        ("us-ascii", b"caf\xe9", "café"),
    ] {
        let mut raw = b"Subject: ".to_vec();
        raw.extend_from_slice(bytes);
        raw.extend_from_slice(b"\r\nFrom: \"");
        raw.extend_from_slice(bytes);
        raw.extend_from_slice(
            format!("\" <a@b.example>\r\nContent-Type: text/plain; charset={set}\r\n\r\nx").as_bytes(),
        );
        let read = mail::parse(&raw).envelope;
        assert_eq!((read.subject.as_str(), read.from.name.as_str()), (text, text), "{set}");
        assert_eq!(read.from.address, "a@b.example", "{set}");
    }
}

/// Each of these took quadratic time in some reader of mail. Here a hundred kilobytes of it are read within the patience of a
/// test; were any of it quadratic, it would take many minutes.
#[test]
fn floods_are_read_in_linear_time() {
    let fields =
        ["From: ", "To: ", "Subject: ", "Date: ", "Message-ID: ", "References: ", "Content-Type: ", "List-Id: "];
    let pieces =
        ["(", "\"", "<", "=?utf-8?Q?a?= ", "=?a?Q?", ";a=", "; a*1=b", "\\(", "a@b,", ":", "<a@b> ", "\r\n ", "1 "];
    for field in fields {
        for piece in pieces {
            _ = mail::parse(format!("{field}{}\r\n\r\nx", piece.repeat(100_000 / piece.len())).as_bytes());
        }
    }
    for line in ["X-A: b\r\n", "To: a@b\r\n", "Subject: x\r\n", "no field\r\n", " \r\n", "Content-Type: text/html\r\n"]
    {
        _ = mail::parse(line.repeat(30_000).as_bytes());
    }
}
