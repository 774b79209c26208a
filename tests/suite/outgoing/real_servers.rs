//! Holds `src/outgoing`: what real servers answer, and that every byte arrives.

use std::time::Duration;

use tidebox::config::{Auth, Security, SendConfig, SmtpConfig};
use tidebox::outgoing::{SendLimits, Submission, send};

use super::{MESSAGE, Noted, account, addresses, sent, server, words};
use crate::support::servers::PASSWORD;
use crate::support::servers::smtp_peer::{Answer, Moment, OFFERS, SmtpPeer, say};
use crate::support::servers::submission::{SubmissionKind, SubmissionServer};

/// What a server does instead of a correct answer.
type Script = fn(&Moment) -> Option<Answer>;

fn about(subject: &str) -> Vec<u8> {
    let text = format!("Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@me.example>\r\nSubject: {subject}\r\n");
    [text.as_bytes(), MESSAGE].concat()
}

fn outcomes(config: &SmtpConfig, secret: &str, names: &[&str], message: &[u8]) -> Vec<String> {
    let (way, secret, recipients) = (SendConfig::Smtp(Box::new(config.clone())), secret.into(), addresses(names));
    let submission = Submission { from: "me@example.org", recipients: &recipients, message };
    // Real servers take their time, above all where a password is wrong.
    let patient = Duration::from_secs(20);
    let limits = SendLimits { answer: patient, after_dot: patient, command: patient };
    words(&send(&way, Some(&secret), &submission, &limits, &mut Noted::default()))
}

#[test]
fn exim_takes_it_over_tls_and_starttls_and_tells_of_each_recipient() {
    let Some(exim) = SubmissionServer::start(SubmissionKind::Exim) else { return };
    let names = ["ann@sink.test", "reject@sink.test", "tempfail@sink.test", "bob@sink.test"];
    let wanted = ["accepted", "refused rcpt 550 5.1.1", "deferred rcpt 451 4.3.0", "accepted"];
    for security in [Security::Tls, Security::StartTls] {
        let config = account(&exim, security);
        let before = exim.kept().len();
        let message = about("plain");
        assert_eq!(outcomes(&config, PASSWORD, &names, &message), wanted);
        let kept = exim.kept_once(before + 2);
        assert_eq!(kept.len(), before + 2, "one for each");
        let with_lf = String::from_utf8(message).unwrap().replace("\r\n", "\n").into_bytes();
        assert!(kept.iter().all(|it| it.bytes.ends_with(&with_lf)), "{}", kept[0].bytes.escape_ascii());
        let one = &names[..1];
        assert_eq!(outcomes(&config, PASSWORD, one, &about("TEMPFAIL")), ["deferred dot 451 4.3.0"]);
        assert_eq!(outcomes(&config, PASSWORD, one, &about("REJECT")), ["refused dot 550 5.6.0"]);
        assert_eq!(outcomes(&config, "wrong", one, &about("plain")), ["refused auth 535"]);
        let mut by_login = config.clone();
        by_login.login.as_mut().unwrap().auth = Auth::Login;
        assert_eq!(outcomes(&by_login, PASSWORD, &["reject@sink.test"], &about("plain")), [wanted[1]]);
        // Trust is asked for before a password.
        let untrusted = SmtpConfig { ca: None, ..config };
        assert_eq!(outcomes(&untrusted, PASSWORD, one, &about("plain")), ["refused tls"]);
    }
}

#[test]
fn every_byte_arrives_and_an_answer_that_is_lost_is_unknown() {
    let Some(sink) = SubmissionServer::start(SubmissionKind::Aiosmtpd) else { return };
    let config = server(sink.port);
    let (found, _) = sent(&config, &["ann", "reject", "bob"], MESSAGE);
    assert_eq!(words(&found), ["accepted", "refused rcpt 550 5.1.1", "accepted"]);
    let kept = sink.kept();
    assert_eq!(kept.len(), 1);
    assert_eq!((&kept[0].bytes[..], &kept[0].recipients[..]), (MESSAGE, &addresses(&["ann", "bob"])[..]));
    let (found, _) = sent(&config, &["cut", "reject"], MESSAGE);
    assert_eq!(words(&found), ["unknown", "refused rcpt 550 5.1.1"]);
    assert_eq!(
        sink.kept().iter().map(|it| &it.bytes[..]).collect::<Vec<_>>(),
        [MESSAGE, MESSAGE],
        "it was taken, once"
    );
}

/// Dovecot asks the server behind it and answers with its words.
#[test]
fn dovecot_passes_it_on_and_tells_of_each_recipient() {
    let Some(sink) = SubmissionServer::start(SubmissionKind::Aiosmtpd) else { return };
    let Some(dovecot) = SubmissionServer::start(SubmissionKind::Dovecot { relay: sink.port }) else { return };
    let names = ["ann", "reject", "later", "bob"];
    // aiosmtpd does not say that its replies have enhanced codes, so Dovecot puts its own before them.
    let wanted = ["accepted", "refused rcpt 550 5.0.0", "deferred rcpt 451 4.0.0", "accepted"];
    for (count, security) in [Security::Tls, Security::StartTls].into_iter().enumerate() {
        let config = account(&dovecot, security);
        assert_eq!(outcomes(&config, PASSWORD, &names, MESSAGE), wanted, "{}", dovecot.log());
        let kept = sink.kept();
        assert_eq!(kept.len(), count + 1, "once");
        for one in &kept {
            assert!(one.bytes.ends_with(MESSAGE), "{}", one.bytes.escape_ascii());
            assert_eq!(one.recipients, addresses(&["ann", "bob"]));
        }
        assert_eq!(outcomes(&config, "wrong", &["ann"], MESSAGE), ["refused auth 535 5.7.8"]);
    }
}

/// What Dovecot says after the dot when the server behind it went away is no refusal: the message may have been taken.
#[test]
fn what_dovecot_lost_behind_it_is_unknown_and_not_called_unsent() {
    let cases: [(&str, Script, &str, usize); 4] = [
        ("taken, then reset", |it| (*it == Moment::Dot).then_some(Answer::Reset), "unknown", 1),
        ("taken, then silent", |it| (*it == Moment::Dot).then_some(Answer::Silence), "unknown", 1),
        ("full", |it| (*it == Moment::Dot).then(|| say("452 4.3.1 full\r\n")), "deferred dot 452 4.3.1", 0),
        ("refused", |it| (*it == Moment::Dot).then(|| say("550 5.6.0 no\r\n")), "refused dot 550 5.6.0", 0),
    ];
    for (name, script, wanted, count) in cases {
        let relay = SmtpPeer::start(OFFERS, script);
        let Some(dovecot) = SubmissionServer::start(SubmissionKind::Dovecot { relay: relay.port }) else { return };
        let config = account(&dovecot, Security::Tls);
        assert_eq!(outcomes(&config, PASSWORD, &["ann"], MESSAGE), [wanted], "{name}\n{}", dovecot.log());
        assert_eq!(relay.count("ann@x.example"), count, "{name}");
    }
}

/// Dovecot 2.3 ends by a failed assertion where the server behind it refuses in two lines. So the connection is lost while
/// recipients are asked for: nobody gets the message, and it can be tried again.
#[test]
fn dovecot_that_dies_between_two_recipients_has_sent_nothing() {
    let relay = SmtpPeer::correct(OFFERS);
    let Some(dovecot) = SubmissionServer::start(SubmissionKind::Dovecot { relay: relay.port }) else { return };
    let found = outcomes(&account(&dovecot, Security::Tls), PASSWORD, &["ann", "reject", "bob"], MESSAGE);
    let lost = found.iter().all(|it| ["deferred mail", "deferred rcpt"].contains(&it.as_str()));
    // Newer ones answer.
    let answers = found == ["accepted", "refused rcpt 550 5.1.1", "accepted"];
    let count = relay.count("ann@x.example");
    assert!((lost && count == 0) || (answers && count == 1), "{found:?}, {count}\n{}", dovecot.log());
}
