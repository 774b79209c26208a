//! Holds `src/outgoing/sendmail.rs`: the commands that people have. What they end with where a server refuses, puts off, or is lost,
//! and what of a message arrives through them.

use tidebox::config::SendConfig;
use tidebox::outgoing::{Submission, send};

use super::{MESSAGE, Noted, addresses, limits, text, words};
use crate::support::servers::PASSWORD;
use crate::support::servers::sending_commands::{Postfix, msmtp};
use crate::support::servers::smtp_peer::{Answer, Moment, OFFERS, SmtpPeer, say};
use crate::support::servers::submission::{SubmissionKind, SubmissionServer, USER};

/// What a server does instead of a correct answer.
type Script = fn(&Moment) -> Option<Answer>;

fn by(command: &[String], recipients: &[String], message: &[u8]) -> Vec<super::DeliveryOutcome> {
    let submission = Submission { from: "me@example.org", recipients, message };
    send(&SendConfig::Command(command.to_vec()), None, &submission, &limits(), &mut Noted::default())
}

fn with_date() -> Vec<u8> {
    [b"Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@me.example>\r\nTo: ann@sink.test\r\n", MESSAGE].concat()
}

fn with_lf(message: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(message).replace("\r\n", "\n").into_bytes()
}

/// msmtp ends with 69 for what is put off, refused and lost alike: only what it tells for sure is believed, the rest is unknown.
#[test]
fn what_msmtp_ends_with_is_believed_only_where_it_tells() {
    let cases: [(&str, &[&str], Script, &str, usize); 7] = [
        ("taken", &["ann", "bob"], |_| None, "accepted", 1),
        ("one refused", &["ann", "reject"], |_| None, "refused data", 0),
        ("one put off", &["ann", "later"], |_| None, "unknown", 0),
        ("put off", &["ann"], |it| (*it == Moment::Dot).then(|| say("451 4.3.0 later\r\n")), "unknown", 0),
        ("too big", &["ann"], |it| (*it == Moment::Dot).then(|| say("552 5.3.4 too big\r\n")), "unknown", 0),
        ("lost", &["ann"], |it| (*it == Moment::Dot).then_some(Answer::Reset), "unknown", 1),
        ("silent", &["ann"], |it| (*it == Moment::Dot).then_some(Answer::Silence), "unknown", 1),
    ];
    for (name, recipients, script, wanted, count) in cases {
        let folder = tempfile::tempdir().unwrap();
        let peer = SmtpPeer::start(OFFERS, script);
        let settings = format!("host 127.0.0.1\nport {}\ntimeout 2\n", peer.port);
        let Some(command) = msmtp(folder.path(), &settings) else { return };
        let found = by(&command, &addresses(recipients), &with_date());
        assert!(words(&found).iter().all(|it| it == wanted), "{name}: {found:?}");
        assert_eq!(peer.count("ann@x.example"), count, "{name}");
        assert!(peer.taken().iter().all(|it| it.bytes == with_date()), "{name}");
    }
    let folder = tempfile::tempdir().unwrap();
    let Some(command) = msmtp(folder.path(), "host 127.0.0.1\nport 1\ntimeout 2\n") else { return };
    let found = by(&command, &addresses(&["ann"]), &with_date());
    assert_eq!(words(&found), ["deferred data"], "without a server it says that it is to be tried again");
}

#[test]
fn msmtp_with_tls_and_a_password_of_a_command_reaches_exim() {
    let Some(exim) = SubmissionServer::start(SubmissionKind::Exim) else { return };
    let folder = tempfile::tempdir().unwrap();
    let settings = |password: &str| {
        format!(
            "host localhost\nport {}\ntls on\ntls_starttls off\ntls_trust_file {}\nauth plain\nuser {USER}\n\
             passwordeval {password}\n",
            exim.tls_port,
            exim.authority().display()
        )
    };
    let Some(command) = msmtp(folder.path(), &settings(&format!("echo {PASSWORD}"))) else { return };
    let message = with_date();
    assert_eq!(words(&by(&command, &addresses(&["ann@sink.test", "bob@sink.test"]), &message)), ["accepted"; 2]);
    let kept = exim.kept_once(2);
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().all(|it| it.bytes.ends_with(&with_lf(&message))));
    for (password, said) in [("echo wrong", "authentication failed"), ("false", "")] {
        let command = msmtp(folder.path(), &settings(password)).unwrap();
        let found = by(&command, &addresses(&["ann@sink.test"]), &message);
        assert!(text(&found[0]).contains(said), "{found:?}");
        assert!(!words(&found)[0].starts_with("accepted"), "{found:?}");
    }
    assert_eq!(exim.kept().len(), 2);
}

#[test]
fn sendmail_of_exim_takes_the_message_as_it_is() {
    let Some(exim) = SubmissionServer::start(SubmissionKind::Exim) else { return };
    let message = with_date();
    assert_eq!(words(&by(&exim.sendmail(), &addresses(&["ann@sink.test", "-o@sink.test"]), &message)), ["accepted"; 2]);
    let kept = exim.kept_once(2);
    let mut recipients: Vec<String> = kept.iter().flat_map(|it| it.recipients.clone()).collect();
    recipients.sort();
    assert_eq!(recipients, ["-o@sink.test", "ann@sink.test"]);
    assert!(kept.iter().all(|it| it.bytes.ends_with(&with_lf(&message))), "{}", kept[0].bytes.escape_ascii());
}

#[test]
fn sendmail_of_postfix_takes_the_message_as_it_is_or_says_later() {
    let Some(postfix) = Postfix::new("") else { return };
    assert_eq!(words(&by(&postfix.command, &addresses(&["ann", "bob"]), MESSAGE)), ["accepted"; 2]);
    let taken = postfix.taken();
    assert_eq!(taken.len(), 1);
    for part in ["sender: me@example.org\n", "recipient: ann@x.example\n", "recipient: bob@x.example\n"] {
        assert!(taken[0].contains(part), "{}", taken[0]);
    }
    assert!(taken[0].contains(std::str::from_utf8(&with_lf(MESSAGE)).unwrap()), "{}", taken[0]);
    // More than it takes: Postfix says "temporary failure".
    let Some(small) = Postfix::new("message_size_limit = 2000\n") else { return };
    let large = [MESSAGE, "a line\r\n".repeat(1000).as_bytes()].concat();
    let found = by(&small.command, &addresses(&["ann"]), &large);
    assert_eq!(words(&found), ["deferred data"]);
    assert!(text(&found[0]).contains("too big"), "{found:?}");
    assert!(small.taken().is_empty());
}
