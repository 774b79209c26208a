//! Holds `src/mail/parse.rs`, `src/mail/letter`, `src/mail/lookalike.rs`, `src/mail/sender.rs`: each row of hostile
//! mail, by its name, and what is expected of it beyond doing no harm.

use chrono::{DateTime, Utc};
use tidebox::domain::address::Address;
use tidebox::domain::defect::Defect::{
    BrokenEncoding, BrokenParts, Cut, Elsewhere, Empty, Encrypted, LooksLike, NoHeader, Repeated, UnknownCharset,
    UnreadableDate,
};
use tidebox::domain::envelope::Envelope;
use tidebox::domain::ids::{Id, ThreadId};
use tidebox::domain::letter::{Body, Letter};
use tidebox::domain::message::{Message, MessageSummary, Stage};
use tidebox::domain::words;
use tidebox::mail;

use super::raw;

/// A message that is nothing but its subject.
pub fn message(subject: &str) -> Message {
    let received: DateTime<Utc> = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    Message {
        id: Id(1),
        message_id: None,
        thread: ThreadId(1),
        source: "home".into(),
        lane: "people".into(),
        from: Address::new("Mallory", "mallory@evil.example"),
        to: Vec::new(),
        subject: subject.into(),
        date: None,
        received,
        attachments: 0,
        invitation: false,
        list: None,
        stage: Stage::History,
        carried: 0,
        returned: 0,
        follow_up: None,
        reopened: false,
        exception: None,
        size: 0,
        defects: Vec::new(),
    }
}

fn parsed(name: &str) -> Envelope {
    mail::parse(&raw(name)).envelope
}

fn letter(name: &str, body: Option<Body>) -> Letter {
    mail::letter(Id(1), &raw(name), 80, body)
}

fn lines(letter: &Letter) -> Vec<String> {
    letter.lines.iter().map(|line| line.spans.iter().map(|span| span.text.as_str()).collect()).collect()
}

fn text(name: &str) -> String {
    lines(&letter(name, None)).join("\n")
}

fn noted(name: &str, what: &str) -> bool {
    letter(name, None).notes.iter().any(|note| note.as_str().contains(what))
}

#[test]
fn terminal_tricks_leave_their_words() {
    for (name, must) in [
        ("T04-osc8-body", "click �]8;;http://evil.example/pwned"),
        ("T08-dcs-apc-unterminated", "next line visible?"),
        ("T10-cr-bs-overwrite", "rm -rf /��������ls"),
        ("T10-cr-bs-overwrite", "safe\nEVIL"),
        ("T07-c1-raw-latin1-body", "before ›2J �0;tœ after"),
        ("T14-esc-html-entities", "one[2J›31m two"),
        ("T15-nul-tab", "���tail"),
        ("T17-qp-esc-body", "�[2J shown"),
        ("M18-uuencode-inline", "begin 644"),
    ] {
        assert!(text(name).contains(must), "{name}: {must:?} is missing in\n{}", text(name));
    }
    assert_eq!(letter("T10-cr-bs-overwrite", None).subject.as_str(), "Pay mallory�Pay alice  ");
    assert_eq!(letter("T12-esc-filename", None).attachments[0].name.as_str(), "a_[2Jpwned.txt");
}

#[test]
fn words_around_controls_are_found_and_hidden_ones_are_not() {
    let found = words::words(&parsed("T15-nul-tab").subject);
    assert_eq!(found, ["nul", "in", "subject"]);
    let hidden = words::words(&parsed("U07-tag-chars").subject);
    assert_eq!(hidden, ["hi"], "tags are not text");
}

#[test]
fn long_lines_and_towers_stay_within_bounds() {
    let long = letter("T18-long-line", None);
    assert!(long.lines.len() > 1_000 && lines(&long).iter().all(|line| line.len() <= 80));
    let tower = letter("T19-zalgo", None);
    assert!(tower.subject.as_str().chars().count() < 12, "{:?}", tower.subject);
}

#[test]
fn senders_that_pass_for_others_are_told() {
    for (name, why) in [
        ("U03-zero-width-domain", "hides invisible characters"),
        ("U04-homoglyph", "xn--80ak6aa92e.example"),
        ("U05-name-is-address", "the name says ceo@example.org, the address is mallory@evil.example"),
    ] {
        assert!(parsed(name).defects.iter().any(|it| matches!(it, LooksLike(_))), "{name}");
        assert!(noted(name, why), "{name}: {:?}", letter(name, None).notes);
    }
    assert!(noted("R08-reply-to-differs", "answers go to another domain"));
    let one_line = letter("U06-newline-name", None);
    assert_eq!(one_line.from_name.as_str().lines().count(), 1);
    assert!(parsed("U06-newline-name").to.iter().all(|it| it.address != "everyone"));
    assert_eq!(letter("U02-rlo-filename", None).attachments[0].name.as_str(), "invoice_fdp.exe");
    let punycode = letter("U04-homoglyph", None);
    assert!(punycode.from_address.as_str().contains("xn--"), "as it is written");
}

#[test]
fn what_cannot_be_seen_is_said() {
    let name = "U09-invisible-subject";
    let shown = MessageSummary::of(&Message { subject: parsed(name).subject, ..message("") }).subject;
    assert_eq!(shown.as_str(), "(no visible subject)");
    assert_eq!(letter(name, None).subject, shown);
    for blank in ["", " \t ", "\u{200b}\u{2063}", "\u{2800}\u{2800}", "\u{3164}", "\u{a0}\u{2003}\u{3000}", "\u{e0020}"]
    {
        assert_eq!(MessageSummary::of(&message(blank)).subject.as_str(), "(no visible subject)", "{blank:?}");
    }
}

#[test]
fn nothing_is_decoded_twice() {
    let subject = parsed("U11-nested-encoded-word").subject;
    assert!(subject.starts_with("=?utf-8?Q?") && subject.contains("split mid☺"), "{subject:?}");
    assert!(parsed("U10-bad-utf8").subject.contains('\u{FFFD}') || parsed("U10-bad-utf8").subject.contains("bad"));
    assert!(!text("U10-bad-utf8").contains('\u{1b}') && text("U10-bad-utf8").contains("cut"));
}

#[test]
fn each_broken_message_says_what_was_wrong_with_it() {
    for (name, defect) in [
        ("M01-deep-multipart", Cut("parts within parts")),
        ("M06-deep-rfc822", Cut("parts within parts")),
        ("M03-many-address-headers", Cut("recipients")),
        ("M09-empty-boundary", BrokenParts),
        ("M10-duplicate-headers", Repeated("From")),
        ("M10-duplicate-headers", Repeated("Subject")),
        ("M11-bad-base64", BrokenEncoding),
        ("M17-qp-edge", BrokenEncoding),
        ("M16-nested-comments", UnreadableDate),
        ("M26b-date", UnreadableDate),
        ("M30-external-body", Elsewhere),
        ("M34-partial", Elsewhere),
        ("M35-encrypted", Encrypted),
    ] {
        let found = parsed(name).defects;
        assert!(found.contains(&defect), "{name}: {found:?}");
        assert!(noted(name, &defect.to_string()), "{name}: {defect} is not noted");
    }
    assert!(parsed("M22-odd-charset").defects.iter().any(|it| matches!(it, UnknownCharset(_))));
    assert!(noted("M02-many-parts", "too much to show whole"));
    assert!(mail::parse(b"only a body\n").envelope.defects.contains(&NoHeader));
    assert!(mail::parse(b"").envelope.defects.contains(&Empty));
}

#[test]
fn of_broken_messages_what_is_there_is_shown() {
    for (name, must) in [
        ("M07-boundary-never-closed", "only part, no end"),
        ("M08-boundary-prefix", "inner text"),
        ("M10-duplicate-headers", "which type?"),
        ("M21-line-endings", "crlf"),
        ("M24-lying-lengths", "short"),
        ("M36-from-space-body", "fake second message"),
        ("M32-deep-html", "deep"),
        ("H02-efail-split", "secret text"),
        ("H06-malformed-html", "unclosed"),
    ] {
        assert!(text(name).contains(must), "{name}:\n{}", text(name));
    }
    assert!(parsed("M05-huge-references").references.len() == 100);
    assert!(parsed("M25-raw-8bit-headers").subject.contains("Grüße"));
    assert!(!text("M22-odd-charset").contains("<script"), "UTF-7 makes no markup");
    assert!(
        parsed("M13-rfc2231-gaps").attachments.len() == 1
            && !letter("M13-rfc2231-gaps", None).attachments[0].name.is_empty()
    );
    assert!(!letter("M12-rfc2231-flood", None).attachments.iter().any(|it| it.name.is_empty()));
    // A bomb is listed by its own size, and left as it is.
    assert!(letter("M23-gzip-bomb", None).attachments.iter().all(|it| it.size < 10_000));
}

#[test]
fn dates_that_lie_do_not_order_anything() {
    let received = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    for variant in 'a'..='i' {
        let envelope = parsed(&format!("M26{variant}-date"));
        assert!(envelope.placed(received) <= received, "{variant}: {:?}", envelope.date);
    }
}

#[test]
fn ids_are_one_or_none_and_threads_hold_no_emptiness() {
    for variant in 'a'..='f' {
        let envelope = parsed(&format!("M28{variant}-message-id"));
        assert!(envelope.message_id.is_none_or(|id| !id.trim().is_empty() && id.len() <= 998), "{variant}");
        assert!(envelope.references.iter().all(|id| !id.trim().is_empty()), "{variant}");
    }
    let (a, b) = (parsed("M29a-reference-loop"), parsed("M29b-reference-loop"));
    assert!(
        !a.references.contains(a.message_id.as_ref().unwrap())
            && !b.references.contains(b.message_id.as_ref().unwrap())
    );
    assert_eq!(parsed("L03-list-id-flood").list.as_deref(), Some("x0.evil.example"));
}

#[test]
fn of_two_versions_the_text_is_shown_and_the_other_is_told() {
    let it = letter("M31-contradicting-alternative", None);
    assert_eq!(it.body, Body::TextOfBoth);
    assert_ne!(lines(&it), lines(&letter("M31-contradicting-alternative", Some(Body::Html))));
}

#[test]
fn pages_fetch_nothing_and_their_links_say_where_they_go() {
    let page = lines(&letter("H01-remote-content", Some(Body::Html))).join("\n");
    assert!(page.contains("visible pwned") && !page.contains("alert(1)") && !page.contains("@import"), "{page}");
    let followed: Vec<_> = letter("H03-link-schemes", None).links.into_iter().filter(|link| link.followed).collect();
    assert_eq!(followed.iter().map(|link| link.target.as_str()).collect::<Vec<_>>(), ["https://ok.example/"]);
    assert!(noted("H04-text-differs-from-href", "the text says bank.example, it goes to evil.example"));
    let hidden = text("H05-hidden-text");
    assert!(hidden.contains("shown") && !hidden.contains("HIDDEN"), "{hidden}");
}

#[test]
fn nothing_in_a_body_stands_where_our_own_words_stand() {
    // The reader leaves a margin; here only the width that it gave is held.
    let it = letter("U12-fake-ui", None);
    assert!(lines(&it).iter().any(|line| line.contains("Type your password")));
    assert!(it.lines.iter().all(|line| line.spans.iter().map(|span| span.text.width()).sum::<usize>() <= 80));
}
