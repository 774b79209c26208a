//! Holds `src/source/imap/login.rs`, `src/net/sasl.rs`: logging in, by each mechanism, on Dovecot, and on servers that
//! play a part.

use super::{EARLY, bounded, home_with, stored};
use crate::support::servers::letters::letter;
use crate::support::servers::pretender::{Bit, Mail, Manners, Pretender};
use crate::support::servers::{Account, Kind, PASSWORD};
use crate::support::{Home, Ran};

const PLAIN: &str = "security = \"none\"";
const TOKEN: &str = "ya29.S3CR3T";

fn offering(capabilities: &'static str) -> Manners {
    Manners { capabilities, mails: vec![Mail::new(1, letter(1))], ..Manners::default() }
}

fn challenge(text: &str) -> Bit {
    Bit::Challenge(text.to_owned())
}

fn say(text: &str) -> Bit {
    Bit::Say(text.to_owned())
}

/// Reads a server. No secret is in what is said and logged, in whatever form.
#[track_caller]
fn sync(server: &Pretender, source: &str) -> (Home, Ran) {
    let home = home_with(source);
    let ran = bounded(&home, EARLY, &["sync"]);
    let log = std::fs::read_to_string(home.path("tidebox.log")).unwrap_or_default();
    for secret in [PASSWORD, TOKEN] {
        let told = format!("{}{}{log}", ran.out, ran.err);
        assert!(!told.contains(secret), "{told} {:?}", server.said());
    }
    (home, ran)
}

fn with_token(server: &Pretender, auth: &str) -> String {
    let password = format!("password = {{ command = [\"echo\", \"{PASSWORD}\"] }}");
    let token = format!("auth = \"{auth}\"\ntoken = {{ command = [\"echo\", \"{TOKEN}\"] }}");
    server.source(PLAIN).replace(&password, &token)
}

#[test]
fn dovecot_lets_in_by_each_mechanism() {
    let Some(account) = Account::on(Kind::Dovecot, "mechanisms") else { return };
    account.client().append("INBOX", "", [letter(1)]);
    for auth in ["password", "plain", "login", "scram-sha-256"] {
        let source =
            account.tls_source("real").replace("kind = \"imap\"", &format!("kind = \"imap\"\nauth = \"{auth}\""));
        let home = home_with(&source);
        let ran = bounded(&home, EARLY, &["sync"]);
        assert_eq!((ran.code, stored(&home).len()), (0, 1), "{auth}: {}", ran.err);
        let wrong = home_with(&source.replace(PASSWORD, "wrong"));
        let ran = bounded(&wrong, EARLY, &["sync"]);
        assert!(ran.code == 1 && ran.err.contains("refused the password"), "{auth}: {ran:?}");
    }
}

#[test]
fn a_server_whose_proof_is_false_is_not_the_one_that_knows_the_password() {
    let proofs = |last: Vec<Bit>| {
        let first = vec![challenge(""), challenge("r=NONCEmore,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")];
        let bits = first.into_iter().chain(last).collect();
        Pretender::start(offering("IMAP4rev1 AUTH=SCRAM-SHA-256 AUTH=PLAIN").instead("AUTHENTICATE SCRAM", bits))
    };
    let unproved = [
        vec![challenge("v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), say("TAG OK welcome\r\n")],
        vec![challenge("v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), say("TAG NO broken off\r\n")],
        vec![say("TAG OK welcome, without any proof\r\n")],
    ];
    for last in unproved {
        let server = proofs(last);
        let (home, ran) = sync(&server, &server.source(PLAIN));
        assert!(ran.code == 1 && ran.err.contains("did not prove that it knows the password"), "{ran:?}");
        assert!(!server.was_told("AUTHENTICATE PLAIN") && stored(&home).is_empty(), "{:?}", server.said());
    }
    let server = proofs(vec![challenge("e=invalid-proof"), say("TAG BAD broken off\r\n")]);
    let (_, ran) = sync(&server, &server.source(PLAIN));
    assert!(ran.code == 1 && ran.err.contains("refused the password: invalid-proof"), "{ran:?}");
    assert_eq!(server.said().last().map(String::as_str), Some("answer *"), "it is broken off");
}

#[test]
fn a_server_that_breaks_off_or_asks_for_too_much_is_told_as_what_it_is() {
    let scram = |bits: Vec<Bit>| {
        let server = Pretender::start(offering("IMAP4rev1 AUTH=SCRAM-SHA-256").instead("AUTHENTICATE", bits));
        sync(&server, &server.source(PLAIN)).1
    };
    let ended = scram(vec![challenge(""), Bit::Close]);
    assert!(ended.code == 1 && ended.err.contains("connection"), "{ended:?}");
    let bye = scram(vec![challenge(""), say("* BYE not now\r\n"), Bit::Close]);
    assert!(bye.code == 1 && bye.err.contains("ended the connection: not now"), "{bye:?}");
    let busy = scram(vec![challenge(""), challenge("r=NONCEmore,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4294967295")]);
    assert!(busy.code == 1 && busy.err.contains("rounds of hashing"), "{busy:?}");
    let another = scram(vec![challenge(""), challenge("r=another,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]);
    assert!(another.code == 1 && another.err.contains("did not prove"), "{another:?}");
}

#[test]
fn tokens_go_as_servers_want_them_and_an_error_is_a_refusal() {
    for (auth, mechanism, capabilities) in [
        ("xoauth2", "XOAUTH2", "IMAP4rev1 SASL-IR AUTH=XOAUTH2"),
        ("oauthbearer", "OAUTHBEARER", "IMAP4rev1 AUTH=OAUTHBEARER"),
    ] {
        let server = Pretender::start(offering(capabilities));
        let (home, ran) = sync(&server, &with_token(&server, auth));
        assert_eq!((ran.code, stored(&home).len()), (0, 1), "{auth}: {}", ran.err);
        let command = server.said().into_iter().find(|said| said.starts_with("AUTHENTICATE")).unwrap();
        let words: Vec<&str> = command.split(' ').collect();
        assert_eq!((words[1], words.len()), (mechanism, if auth == "xoauth2" { 3 } else { 2 }), "{command}");

        let mut bits =
            vec![challenge("{\"status\":\"invalid_token\"}"), say("TAG NO [AUTHENTICATIONFAILED] expired\r\n")];
        if words.len() == 2 {
            bits.insert(0, challenge(""));
        }
        let server = Pretender::start(offering(capabilities).instead("AUTHENTICATE", bits));
        let (_, ran) = sync(&server, &with_token(&server, auth));
        assert!(ran.code == 1 && ran.err.contains("refused the token: expired"), "{auth}: {ran:?}");
        let answer = if auth == "xoauth2" { "answer " } else { "answer \u{1}" };
        assert_eq!(server.said().last().map(String::as_str), Some(answer), "the error is acknowledged");
    }
}

/// What SCRAM forbids goes by PLAIN as it was typed (docs/imap.md); it is plain that nothing else is sent for it.
#[test]
fn a_password_that_can_not_be_prepared_goes_by_plain_where_it_may() {
    let server = Pretender::start(
        offering("IMAP4rev1 AUTH=PLAIN").instead("AUTHENTICATE", vec![challenge(""), say("TAG OK in\r\n")]),
    );
    let source = server.source(PLAIN).replace(&format!("\"echo\", \"{PASSWORD}\""), "\"printf\", \"a\\\\001b\"");
    let (home, ran) = sync(&server, &source);
    assert_eq!((ran.code, stored(&home).len()), (0, 1), "{}", ran.err);
    assert!(server.said().contains(&"answer \0me\0a\u{1}b".to_owned()), "{:?}", server.said());
}
