//! Holds `src/outgoing/login.rs`, `src/outgoing/failure.rs`: who logs in by which mechanism, what a refusal means, and that no
//! password is shown.

use tidebox::config::{Auth, SmtpConfig};

use super::{MESSAGE, Noted, addresses, login, sent_with, server, text, word};
use crate::support::servers::smtp_peer::{Answer, Moment, OFFERS, SmtpPeer, say, say_and_close};

fn with_login(peer: &SmtpPeer, auth: Auth, secret: Option<&str>) -> (String, String) {
    let config = SmtpConfig { login: Some(login(auth)), ..server(peer.port) };
    let (outcomes, _) = sent_with(&config, secret, &addresses(&["ann"]), MESSAGE, Noted::default());
    let told = text(&outcomes[0]).to_owned();
    assert!(secret.is_none_or(|secret| !told.contains(secret)), "{told}");
    (word(&outcomes[0]), told)
}

fn lines_of_auth(peer: &SmtpPeer) -> Vec<String> {
    peer.lines().into_iter().filter(|line| line.starts_with("AUTH") || line.starts_with("answered")).collect()
}

#[test]
fn the_mechanism_that_is_offered_or_asked_for_is_used() {
    for (offers, auth, secret, wanted, first) in [
        (OFFERS, Auth::Password, "secret", "accepted", "AUTH PLAIN AG1lAHNlY3JldA=="),
        (&["AUTH LOGIN"], Auth::Password, "secret", "accepted", "AUTH LOGIN"),
        (&["AUTH=LOGIN"], Auth::Login, "secret", "accepted", "AUTH LOGIN"),
        (OFFERS, Auth::Login, "secret", "accepted", "AUTH LOGIN"),
        (OFFERS, Auth::XOAuth2, "good", "accepted", "AUTH XOAUTH2 dXNlcj1tZQFhdXRoPUJlYXJlciBnb29kAQE="),
        (OFFERS, Auth::Password, "wr0ng", "refused auth 535 5.7.8", "AUTH PLAIN"),
        (OFFERS, Auth::Login, "wr0ng", "refused auth 535 5.7.8", "AUTH LOGIN"),
        (OFFERS, Auth::ScramSha256, "secret", "refused auth", ""),
        (&["PIPELINING"], Auth::Password, "secret", "refused auth", ""),
        (OFFERS, Auth::Password, "se\0cret", "refused auth", ""),
    ] {
        let peer = SmtpPeer::correct(offers);
        let (found, told) = with_login(&peer, auth, Some(secret));
        assert_eq!(found, wanted, "{auth:?} {told}");
        let lines = lines_of_auth(&peer);
        assert!(lines.first().map_or("", String::as_str).starts_with(first), "{lines:?}");
        assert_eq!(peer.taken().len(), usize::from(wanted == "accepted"));
    }
    let peer = SmtpPeer::correct(OFFERS);
    assert_eq!(with_login(&peer, Auth::Password, None).0, "refused auth");
}

/// A token that is refused is answered with an empty line, and what the server says of it is shown.
#[test]
fn a_token_that_is_refused_ends_the_exchange_with_an_empty_line() {
    let peer = SmtpPeer::correct(OFFERS);
    let (found, told) = with_login(&peer, Auth::XOAuth2, Some("stale"));
    assert_eq!(found, "refused auth 535 5.7.8");
    assert!(told.contains("refused the token") && told.contains("(401)"), "{told}");
    assert_eq!(lines_of_auth(&peer)[1], "answered \"\"");
}

/// A token that makes the command longer than a line may be follows the server's challenge.
#[test]
fn a_long_token_waits_for_the_challenge() {
    let peer = SmtpPeer::correct(OFFERS);
    let token = format!("good{}", "x".repeat(2_000));
    assert_eq!(with_login(&peer, Auth::XOAuth2, Some(&token)).0, "accepted");
    assert_eq!(lines_of_auth(&peer), ["AUTH XOAUTH2"]);
}

#[test]
fn what_stops_a_login_is_told_apart_from_a_wrong_password() {
    type Script = fn(&Moment) -> Option<Answer>;
    let cases: [(Script, &str); 6] = [
        (|it| it.is("AUTH").then(|| say("454 4.7.0 not now\r\n")), "deferred auth 454 4.7.0"),
        (|it| it.is("AUTH").then(|| say_and_close("421 busy\r\n")), "deferred auth 421"),
        (|it| it.is("AUTH").then(|| say_and_close("23")), "deferred auth"),
        (|it| it.is("AUTH").then(|| say("534-5.7.9 log in\r\n534 5.7.9 with a browser\r\n")), "refused auth 534 5.7.9"),
        (|it| it.is("AUTH").then(|| say("250 ok\r\n")), "refused auth"),
        (|it| (it.is("AUTH") || it.is("*")).then(|| say("334 bm8=\r\n")), "refused auth"),
    ];
    for (script, wanted) in cases {
        let peer = SmtpPeer::start(OFFERS, script);
        let (found, told) = with_login(&peer, Auth::Password, Some("s3cret"));
        assert_eq!(found, wanted, "{told}");
        assert!(peer.taken().is_empty());
    }
}
