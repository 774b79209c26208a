//! Holds `src/source/imap`, `src/net/tls.rs`, `src/source/imap/login.rs`: servers that misbehave, row by row: whatever
//! they do, the password goes nowhere it should not, nothing is lost, nothing hangs, and a person is told in plain
//! words.

use super::{AFTER, EARLY, OPEN, bounded, home_with, stored};
use crate::support::servers::certificates;
use crate::support::servers::letters::{letter, message_id};
use crate::support::servers::pretender::{Bit, Mail, Manners, Pretender, Tls};
use crate::support::{Home, Ran};

const PLAIN: &str = "security = \"none\"";

fn mails(count: usize) -> Vec<Mail> {
    (1..=count).map(|number| Mail::new(number as u64, letter(number))).collect()
}

fn ids(count: usize) -> Vec<String> {
    let mut ids: Vec<String> = (1..=count).map(message_id).collect();
    ids.sort();
    ids
}

fn with_ca(security: &str) -> String {
    format!("security = \"{security}\"\nca = \"{}\"", certificates::shared().authority.display())
}

/// One reading of a server with these manners, in a home of its own.
fn sync(manners: Manners, security: &str) -> (Pretender, Home, Ran) {
    let server = Pretender::start(manners);
    let home = home_with(&server.source(security));
    let ran = bounded(&home, EARLY, &["sync"]);
    assert!(!ran.err.contains('\u{1b}') && !ran.out.contains('\u{1b}'), "{ran:?}");
    (server, home, ran)
}

#[track_caller]
fn refused(what: &str, manners: Manners, security: &str, told: &str) {
    let (server, home, ran) = sync(manners, security);
    assert_eq!(ran.code, 1, "{what}: {ran:?}");
    assert!(ran.err.contains(told), "{what}: {}", ran.err);
    let said = server.said();
    assert!(!said.iter().any(|said| said.contains("LOGIN") || said.contains("AUTHENTICATE")), "{what}: {said:?}");
    assert!(stored(&home).is_empty(), "{what}");
}

fn with_tls(tls: Tls, identity: &'static certificates::Identity) -> Manners {
    let capabilities = "IMAP4rev1 STARTTLS AUTH=PLAIN";
    Manners { tls, identity: Some(identity), capabilities, mails: mails(3), ..Manners::default() }
}

#[test]
fn starttls_that_is_missing_refused_or_injected_ends_before_the_password() {
    let good = || with_tls(Tls::Start, &certificates::shared().good);
    let security = with_ca("starttls");
    let none = Manners { capabilities: "IMAP4rev1 AUTH=PLAIN", ..Manners::default() };
    refused("missing", none, &security, "STARTTLS");
    refused("NO", good().instead("STARTTLS", vec![Bit::Say("TAG NO not today\r\n".into())]), &security, "STARTTLS");
    let injected = "TAG OK begin\r\n* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] harmless\r\n";
    refused("injected", good().instead("STARTTLS", vec![Bit::Say(injected.into())]), &security, "interferes");
    let before = "* PREAUTH come in\r\nTAG OK begin\r\n";
    refused("injected before", good().instead("STARTTLS", vec![Bit::Say(before.into())]), &security, "interferes");
    let (server, home, ran) = sync(good(), &security);
    assert_eq!((ran.code, stored(&home)), (0, ids(3)), "and without all that it works: {ran:?}, {:?}", server.said());
}

#[test]
fn a_greeting_that_is_none_ends_before_the_password() {
    let greeting = |bits: Vec<Bit>| Manners { greeting: bits, mails: mails(1), ..Manners::default() };
    let say = |text: &str| vec![Bit::Say(text.into())];
    refused("PREAUTH", greeting(say("* PREAUTH come in\r\n")), PLAIN, "greets as if logged in");
    refused("BYE", greeting(say("* BYE full up\r\n")), PLAIN, "full up");
    refused("another protocol", greeting(say("220 mail.example.org ESMTP\r\n")), PLAIN, "does not");
    refused("garbage", greeting(vec![Bit::Raw(vec![0xFF; 4096]), Bit::Close]), PLAIN, "localhost");
    refused("nothing", greeting(vec![Bit::Close]), PLAIN, "localhost");
    refused("an endless line", greeting(vec![Bit::Flood(b"x".repeat(4096), 1000)]), PLAIN, "without an end");
}

#[test]
fn a_certificate_that_is_not_right_ends_before_the_password() {
    let certificates = certificates::shared();
    for (what, identity) in [
        ("the certificate of localhost is for another name: mail.example.org", &certificates.other_host),
        ("the certificate of localhost has expired", &certificates.expired),
        ("the certificate of localhost is invalid", &certificates.self_signed),
    ] {
        for (tls, security) in [(Tls::FirstByte, "tls"), (Tls::Start, "starttls")] {
            refused(what, with_tls(tls, identity), &with_ca(security), what);
        }
    }
    refused("nobody is trusted", with_tls(Tls::FirstByte, &certificates.good), "security = \"tls\"", "certificate");
    let (_server, home, ran) = sync(with_tls(Tls::FirstByte, &certificates.good), &with_ca("tls"));
    assert_eq!((ran.code, stored(&home)), (0, ids(3)), "{ran:?}");
}

#[test]
fn no_password_goes_where_no_login_is_offered() {
    let odd = Manners { capabilities: "IMAP4rev1 LOGINDISABLED AUTH=GSSAPI AUTH=X-ODD", ..Manners::default() };
    refused("LOGINDISABLED", odd, PLAIN, "no way to log in");
}

#[test]
fn a_password_that_is_refused_is_not_tried_over_and_over() {
    let no = || vec![Bit::Say("TAG NO [AUTHENTICATIONFAILED] wrong \u{1b}[31mpassword\r\n".into())];
    let manners = Manners { capabilities: "IMAP4rev1", ..Manners::default() }
        .instead("LOGIN", no())
        .instead("AUTHENTICATE", no());
    let (server, home, ran) = sync(manners, PLAIN);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("refused the password"), "{}", ran.err);
    assert!(!ran.err.contains("secret") && !ran.out.contains("secret"), "{ran:?}");
    let tries = server.said().iter().filter(|said| said.contains("LOGIN") || said.contains("AUTHENTICATE")).count();
    assert!(tries <= 3, "{:?}", server.said());
    assert!(
        !home.path("tidebox.log").exists()
            || !std::fs::read_to_string(home.path("tidebox.log")).unwrap().contains("secret")
    );
}

#[test]
fn lengths_that_lie_end_the_connection_and_not_the_program() {
    for answer in [
        "* 1 FETCH (UID 1 FLAGS () BODY[] {4294967295}\r\nx",
        "* 1 FETCH (UID 1 FLAGS () BODY[] {99999999999999999999}\r\nx",
        "* 1 FETCH (UID 1 FLAGS () BODY[] {-1}\r\nx",
        "* 1 FETCH (UID 1 FLAGS () BODY[] {many}\r\nx",
    ] {
        let manners = Manners { mails: mails(2), ..Manners::default() }
            .instead("FETCH", vec![Bit::Say(answer.into()), Bit::Close]);
        let (server, home, ran) = sync(manners, PLAIN);
        assert_eq!(ran.code, 1, "{answer}: {ran:?}");
        assert!(stored(&home).is_empty());
        server.change(|manners| manners.instead.clear());
        assert_eq!(bounded(&home, EARLY, &["sync"]).code, 0);
        assert_eq!(stored(&home), ids(2), "{answer}: and then it goes on");
        home.assert_whole();
    }
}

#[test]
fn a_line_without_end_ends_the_connection() {
    let manners = Manners { mails: mails(2), ..Manners::default() }
        .instead("FETCH", vec![Bit::Flood(b"* 1 FETCH (FLAGS (x ".repeat(200), 2000)]);
    let (_server, _home, ran) = sync(manners, PLAIN);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("without an end"), "{}", ran.err);
}

#[test]
fn a_flood_of_lines_that_nobody_asked_for_ends_the_connection() {
    for line in
        ["* 4294967295 EXISTS\r\n", "* 1 EXPUNGE\r\n", "* 1 FETCH (UID 77 FLAGS (\\Seen))\r\n", "* LIST () \"/\" x\r\n"]
    {
        for command in ["EXAMINE", "LIST", "FETCH"] {
            let manners = Manners { mails: mails(2), ..Manners::default() }
                .instead(command, vec![Bit::Flood(line.into(), 2_000_000), Bit::AsUsual]);
            let (server, home, ran) = sync(manners, PLAIN);
            assert_eq!(ran.code, 1, "{line:?} at {command}: {ran:?}");
            server.change(|manners| manners.instead.clear());
            home.assert_whole();
        }
    }
}

#[test]
fn odd_uids_are_passed_over_and_the_rest_is_read() {
    let mut odd = mails(3);
    odd.push(Mail::new(0, letter(90)));
    odd.push(Mail::new(1 << 32, letter(91)));
    odd.push(Mail::new(u64::MAX - 1, letter(92)));
    odd.push(Mail::new(2, letter(93)));
    odd.reverse();
    let (_server, home, ran) = sync(Manners { mails: odd, ..Manners::default() }, PLAIN);
    let stored = stored(&home);
    for number in [1, 3] {
        assert!(stored.contains(&message_id(number)), "{number}: {ran:?} {stored:?}");
    }
    assert!(!stored.contains(&message_id(90)) && !stored.contains(&message_id(91)), "{stored:?}");
    home.assert_whole();
}

#[test]
fn a_folder_that_was_made_anew_is_read_anew_and_nothing_is_there_twice() {
    let (server, home, ran) = sync(Manners { mails: mails(5), ..Manners::default() }, PLAIN);
    assert_eq!((ran.code, stored(&home)), (0, ids(5)), "{ran:?}");
    server.change(|manners| {
        manners.validity += 1;
        // The same messages under other numbers, and one more.
        manners.mails = (1..=6).map(|number| Mail::new(20 - number as u64, letter(number))).rev().collect();
        manners.mails.sort_by_key(|mail| mail.uid);
    });
    assert_eq!(bounded(&home, EARLY, &["sync"]).code, 0);
    assert_eq!(stored(&home), ids(6));
    let copies = home.sqlite("SELECT count(*) FROM copy");
    assert_eq!(copies.trim(), "6", "those of the old numbering are forgotten");
    home.assert_whole();
}

#[test]
fn messages_that_nobody_asked_for_are_not_taken_in() {
    let unasked = format!("* 9 FETCH (UID 99 FLAGS () BODY[] {{{}}}\r\n{})\r\n", letter(99).len(), letter(99));
    let manners =
        Manners { mails: mails(3), ..Manners::default() }.instead("FETCH", vec![Bit::Say(unasked), Bit::AsUsual]);
    let (_server, home, ran) = sync(manners, PLAIN);
    assert!(!stored(&home).contains(&message_id(99)), "{ran:?}");
    for number in 1..=3 {
        assert!(stored(&home).contains(&message_id(number)), "{ran:?}");
    }
}

#[test]
fn names_of_folders_are_never_paths_nor_commands_to_the_terminal() {
    let huge = format!("() \"/\" \"{}\"", "x".repeat(100_000));
    for name in [
        "() \"/\" \"../../etc\"",
        "() \"/\" \"\u{1b}]0;gone\u{7}\"",
        "() \"/\" \"&AAA-\"",
        "() \"/\" \"&Jjo!\"",
        "() \"\\\\\" \"a\\\\\\\\b\"",
        "() NIL odd",
        "() \"/\" {3}\r\na\r\n",
        &huge,
    ] {
        let mut folders = Manners::default().folders;
        folders.push(name.to_owned());
        let manners = Manners { folders, mails: mails(2), ..Manners::default() };
        let (_server, home, ran) = sync(manners, "security = \"none\"\nfolders = [\"*\"]");
        for number in 1..=2 {
            assert!(stored(&home).contains(&message_id(number)), "{:?}: {ran:?}", name.get(..60));
        }
        assert!(!home.path("../../etc").join("new").exists());
        home.assert_whole();
    }
}

#[test]
fn what_a_server_says_is_shown_clean_and_cut() {
    let long = format!("TAG NO [ALERT] \u{1b}[2J\u{1b}]52;c;aGk=\u{7}{}\u{9b}31m\r\n", "very ".repeat(100_000));
    // Where only LIST fails, there still is an INBOX to read.
    for command in ["LOGIN", "EXAMINE", "FETCH"] {
        let manners = Manners { mails: mails(2), capabilities: "IMAP4rev1", ..Manners::default() }
            .instead(command, vec![Bit::Say(long.clone())]);
        let (_server, _home, ran) = sync(manners, PLAIN);
        assert_eq!(ran.code, 1, "{command}: {ran:?}");
        assert!(ran.err.len() < 4_000, "{command}: {} bytes", ran.err.len());
        assert!(!ran.err.contains(['\u{1b}', '\u{7}', '\u{9b}']), "{command}: {:?}", ran.err);
    }
}

/// A server of which all is read, and where a batch is begun; everything in it has this verdict.
fn decided(manners: Manners, verb: &str) -> (Pretender, Home) {
    let server = Pretender::start(manners);
    let home = home_with(&server.source("security = \"none\"\nwrite_back = true"));
    home.json(EARLY, &["sync"]);
    let ids: Vec<String> = home.json(OPEN, &["begin"]).iter().map(|one| one["id"].to_string()).collect();
    assert!(!ids.is_empty());
    let mut arguments = vec!["decide", verb];
    arguments.extend(ids.iter().map(String::as_str));
    home.json(OPEN, &arguments);
    (server, home)
}

fn states(home: &Home) -> Vec<String> {
    home.sqlite("SELECT DISTINCT state FROM journal").lines().map(str::to_owned).collect()
}

#[test]
fn a_yes_that_did_nothing_proves_nothing() {
    for verb in ["done", "trash"] {
        let manners = Manners { mails: mails(3), lies: true, ..Manners::default() };
        let (server, home) = decided(manners, verb);
        bounded(&home, OPEN, &["commit"]);
        assert!(!states(&home).contains(&"made".to_owned()), "{verb}: {:?}", states(&home));
        assert!(server.moved().is_empty());
        server.change(|manners| manners.lies = false);
        assert_eq!(bounded(&home, AFTER, &["sync"]).code, 0);
        assert_eq!(states(&home), ["made"], "{verb}");
        let moved = server.moved();
        assert_eq!(moved.len(), 3, "{verb}: each once: {moved:?}");
        bounded(&home, AFTER, &["sync"]);
        assert_eq!(server.moved().len(), moved.len(), "{verb}: and that is that");
    }
}

#[test]
fn keywords_that_are_dropped_are_told_of() {
    let manners = Manners { mails: mails(2), keywords: false, ..Manners::default() };
    let (_server, home) = decided(manners, "later");
    bounded(&home, OPEN, &["commit"]);
    bounded(&home, AFTER, &["sync"]);
    assert_eq!(states(&home), ["not kept"]);
}

#[test]
fn another_message_under_a_known_number_is_left_alone() {
    let (server, home) = decided(Manners { mails: mails(2), ..Manners::default() }, "trash");
    server.change(|manners| manners.mails[0].text = letter(50));
    bounded(&home, OPEN, &["commit"]);
    bounded(&home, AFTER, &["sync"]);
    let moved: Vec<String> = server.moved().into_iter().map(|(_, mail)| mail.text).collect();
    assert_eq!(moved, [letter(2)], "{:?}", home.sqlite("SELECT state, why FROM journal"));
}
