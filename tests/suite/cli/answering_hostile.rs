//! Holds `src/job/compose.rs`, `src/job/stage.rs`, `src/mail/build.rs`, `src/outgoing/envelope.rs`: letters that try to get something into
//! an answer to them, from the letter to the server (rows R01 to R12 of bad input): an answer has the fields and the recipients that it
//! was shown to have, and no others.

use crate::support::Home;
use crate::support::servers::smtp_peer::{OFFERS, SmtpPeer, Taken};

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

/// Letters of one batch, and the server that the answers go to.
struct Desk {
    home: Home,
    peer: SmtpPeer,
}

impl Desk {
    /// Letters by their subject's number, with these header fields and this text each.
    fn new(offers: &[&str], letters: &[(&str, &str)]) -> Self {
        let (home, peer) = (Home::new(), SmtpPeer::correct(offers));
        home.write(
            "config.toml",
            format!(
                "{}\n[[source]]\nname = \"mail\"\nkind = \"maildir\"\npath = \"Maildir\"\nbacklog = \"all\"\n\n\
                 [[identity]]\naddress = \"me@home.example\"\naliases = [\"*@my.example\"]\nsent_copy = \"none\"\n\
                 send = {{ host = \"127.0.0.1\", port = {}, security = \"none\" }}\n",
                crate::support::CONFIG,
                peer.port
            ),
        );
        for (number, (header, text)) in letters.iter().enumerate() {
            let mut mail = format!("Date: Fri, 20 Nov 2026 08:{number:02}:00 +0100\r\n{header}");
            for (field, value) in [
                ("Message-ID", format!("<{number}@a.example>")),
                ("Subject", format!("Letter {number}")),
                ("To", "me@home.example".to_owned()),
                ("From", "Ann <ann@a.example>".to_owned()),
            ] {
                if !header.to_lowercase().contains(&format!("{}:", field.to_lowercase())) {
                    mail.push_str(&format!("{field}: {value}\r\n"));
                }
            }
            home.deliver("Maildir", &format!("{number}.h"), &format!("{mail}X-Number: {number}\r\n\r\n{text}"));
        }
        assert_eq!(home.run(EARLY, &["sync"]).code, 0);
        assert_eq!(home.json(OPEN, &["begin"]).len(), letters.len());
        Self { home, peer }
    }

    /// The id of the letter with this number.
    fn id(&self, number: usize) -> String {
        let found = self.home.json(OPEN, &["queue"]);
        let date = format!("2026-11-20T07:{number:02}:00Z");
        let one = found.iter().find(|one| one["date"] == date.as_str());
        one.unwrap_or_else(|| panic!("{number}: {found:?}"))["id"].to_string()
    }

    /// Answers a letter at once, with what is needed to pass over warnings; what the server has taken of it.
    fn answer(&self, number: usize, more: &[&str]) -> Taken {
        let before = self.peer.taken().len();
        let id = self.id(number);
        let arguments = [&["reply", id.as_str(), "--leaves", "now", "--body", "-", "--anyway"], more].concat();
        let ran = self.home.run_with(OPEN, &arguments, b"Yes.\n");
        assert_eq!(ran.code, 0, "{number}: {ran:?}");
        let taken = self.peer.taken();
        assert_eq!(taken.len(), before + 1, "{number}: {ran:?}");
        taken[before].clone()
    }
}

/// The names of the fields that an answer has, in lower case.
fn fields(taken: &Taken) -> Vec<String> {
    let text = String::from_utf8(taken.bytes.clone()).expect("seven bits");
    let (header, _) = text.split_once("\r\n\r\n").expect("a header");
    let names = header.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    names.map(|line| line.split(':').next().unwrap_or_default().to_lowercase()).collect()
}

fn text(taken: &Taken) -> String {
    String::from_utf8_lossy(&taken.bytes).into_owned()
}

#[test]
fn nothing_of_a_letter_becomes_a_field_or_a_recipient_of_its_answer() {
    // R01, R02, R05, and the same through every other field that an answer is made of.
    let evil = "=?utf-8?B?Qm9iDQpCY2M6IHZpY3RpbUB4LmV4YW1wbGUNClg6?=";
    let letters: Vec<(String, &str)> = [
        format!("Reply-To: {evil} <bob@evil.example>\r\n"),
        "Subject: =?utf-8?B?UmU6IGhpDQpCY2M6IHZpY3RpbUB4LmV4YW1wbGUNCg0KaW5q?=\r\n =?utf-8?B?ZWN0ZWQgYm9keQ==?=\r\n"
            .to_owned(),
        "Message-ID: <a>\r\n\tBcc:victim@x.example\r\n <b@x>\r\n".to_owned(),
        format!("From: {evil} <bob@evil.example>\r\n"),
        format!(
            "References: <a@x> {evil}\r\n Bcc: <victim@x.example>\r\nIn-Reply-To: <a\r\n Bcc:victim@x.example>\r\n"
        ),
        "From: bob@evil.example (\r\n Bcc: victim@x.example)\r\n".to_owned(),
        "Reply-To: bob@evil.example,\r\n =?utf-8?Q?=0D=0ABcc:_victim=40x.example?=\r\n".to_owned(),
        "Reply-To: \"bob\\\r\n Bcc: victim@x.example\" <bob@evil.example>\r\n".to_owned(),
    ]
    .into_iter()
    .map(|header| (header, "plain body.\r\n"))
    .collect();
    let letters: Vec<(&str, &str)> = letters.iter().map(|(header, text)| (header.as_str(), *text)).collect();
    let desk = Desk::new(OFFERS, &letters);
    let ours = [
        "date",
        "from",
        "to",
        "subject",
        "message-id",
        "in-reply-to",
        "references",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
    ];
    for number in 0..letters.len() {
        let taken = desk.answer(number, &["--quote"]);
        let names = fields(&taken);
        assert!(names.iter().all(|name| ours.contains(&name.as_str())), "{number}: {names:?}");
        let mut once = names.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), names.len(), "{number}: each field once: {names:?}");
        let to = &taken.recipients;
        assert!(to == &["bob@evil.example"] || to == &["ann@a.example"], "{number}: {to:?}");
        assert!(!text(&taken).contains("\nBcc:"), "{number}: {}", text(&taken));
    }
}

#[test]
fn odd_addresses_are_data_or_refused_with_a_reason() {
    // R04, R10, R11, and the addresses that other programs refuse.
    let letters = [
        ("Reply-To: <-oQ/tmp/x@evil.example>\r\n", ""),
        ("Reply-To: \"very (odd)\\\\ name\" <\"x y\"@q.example>\r\n", ""),
        ("Reply-To: a..b.@docomo.example\r\n", ""),
        ("Reply-To: <jo@b\u{fc}cher.example>\r\n", ""),
        ("Reply-To: \u{7528}\u{6237}@\u{4f8b}\u{5b50}.example\r\n", ""),
        ("Reply-To: Team: (all) bob@b.example, \"c d\" <cy@c.example>;\r\n", ""),
    ];
    let wanted: [&[&str]; 6] = [
        &["-oQ/tmp/x@evil.example"],
        &["\"x y\"@q.example"],
        &["a..b.@docomo.example"],
        &["jo@xn--bcher-kva.example"],
        &["\u{7528}\u{6237}@xn--fsqu00a.example"],
        &["bob@b.example", "cy@c.example"],
    ];
    let desk = Desk::new(OFFERS, &letters);
    for (number, to) in wanted.iter().enumerate() {
        assert_eq!(&desk.answer(number, &[]).recipients, to, "{number}");
    }
    // Without SMTPUTF8 the one that needs it is refused, with words, and no other.
    let desk = Desk::new(&["PIPELINING"], &letters[3..5]);
    assert_eq!(desk.answer(0, &[]).recipients, wanted[3]);
    let id = desk.id(1);
    desk.home.run_with(OPEN, &["reply", &id, "--leaves", "now", "--body", "-", "--anyway"], b"Yes.\n");
    assert_eq!(desk.peer.taken().len(), 1);
    let row = &desk.home.json(OPEN, &["outbox"])[0];
    assert_eq!(row["state"], "refused", "{row}");
    let words = row["recipients"][0]["words"].as_str().unwrap_or_default();
    assert!(words.contains("only addresses in ASCII before the @"), "{words}");
}

#[test]
fn answers_to_nobody_to_oneself_or_to_very_many_are_asked_about() {
    // R03, R08, R09, R12.
    let many: Vec<String> = (0..600).map(|number| format!("p{number}@x.example")).collect();
    let flood = format!("Cc: {}\r\n", many.join(",\r\n "));
    let letters = [
        (flood.as_str(), ""),
        ("Reply-To: undisclosed-recipients:;\r\n", ""),
        ("Reply-To:\r\n", ""),
        (
            "From: me@home.example\r\nReply-To: me@home.example\r\nAuto-Submitted: auto-replied\r\nPrecedence: bulk\r\n",
            "",
        ),
        ("Reply-To: eve@e.example\r\n", ""),
    ];
    let desk = Desk::new(OFFERS, &letters);
    let ids: Vec<String> = (0..letters.len()).map(|number| desk.id(number)).collect();
    let asked = desk.home.run_with(OPEN, &["reply", &ids[0], "--all", "--leaves", "now", "--body", "-"], b"Yes.\n");
    assert!(asked.code == 1 && asked.err.contains("--anyway") && asked.err.contains("601"), "{}", asked.err);
    assert_eq!(desk.peer.taken().len(), 0, "nothing leaves before the person says so");
    assert_eq!(desk.answer(1, &[]).recipients, ["ann@a.example"], "From where nobody is named");
    assert_eq!(desk.answer(2, &[]).recipients, ["ann@a.example"]);
    // Nothing is ever answered by itself, neither here nor elsewhere.
    let before = desk.peer.taken().len();
    assert_eq!(desk.home.run(OPEN, &["sync"]).code, 0);
    assert_eq!(desk.peer.taken().len(), before);
    assert_eq!(desk.answer(4, &[]).recipients, ["eve@e.example"]);
    assert_eq!(desk.home.run(OPEN, &["commit"]).code, 0);
    let all = desk.peer.taken().into_iter().flat_map(|it| it.recipients).collect::<Vec<_>>();
    assert!(!all.contains(&"me@home.example".to_owned()) && all.len() == 3, "{all:?}");
}

#[test]
fn dots_and_bare_line_ends_in_a_quote_arrive_as_they_were_shown() {
    // R06.
    let body = ".\r\n..\r\n.a\r\nRCPT TO:<x@y.example>\r\n\n.\n\r.\r\r\n.\r\nFrom here\r\nQUIT\r\n";
    let desk = Desk::new(OFFERS, &[("", body)]);
    let taken = desk.answer(0, &["--quote"]);
    let text = text(&taken);
    let (_, quoted) = text.split_once("\r\n\r\n").expect("a body");
    for line in ["> .", "> ..", "> .a", "> RCPT TO:<x@y.example>", "> From here", "> QUIT"] {
        assert!(quoted.split("\r\n").any(|it| it.trim_end() == line), "{line}: {quoted:?}");
    }
    assert!(!quoted.replace("\r\n", "").contains(['\r', '\n']), "every line ends with CRLF: {quoted:?}");
    assert_eq!(taken.recipients, ["ann@a.example"]);
}
