//! Holds `src/outgoing/session.rs`, `src/net/failure.rs`: a server for outgoing mail whose certificate is for another host, is over, or is
//! signed by nobody gets neither the password nor the message, and the words say why (row S03).

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use tidebox::config::{Auth, Security, SmtpConfig};

use super::{MESSAGE, Noted, addresses, login, sent_with, server, text, words};
use crate::support::servers::certificates::{Identity, shared};
use crate::support::servers::pretender::secured;

/// Takes connections and returns what it read after the handshake of each.
fn listening(identity: &'static Identity, security: Security) -> (u16, thread::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let read = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        if security == Security::StartTls {
            before_tls(&stream);
        }
        let mut read = Vec::new();
        let mut stream = secured(stream, identity);
        let _ = stream.write_all(b"220 localhost\r\n").and_then(|()| stream.flush());
        let _ = stream.read_to_end(&mut read);
        read
    });
    (port, read)
}

fn before_tls(mut stream: &TcpStream) {
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    for answer in ["220 localhost\r\n", "250-localhost\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n", "220 go\r\n"] {
        stream.write_all(answer.as_bytes()).unwrap();
        if !answer.starts_with("220 go") {
            lines.read_line(&mut line).unwrap();
        }
    }
    assert_eq!(line, "EHLO [127.0.0.1]\r\nSTARTTLS\r\n");
}

#[test]
fn a_certificate_that_is_not_to_be_trusted_ends_it_before_the_password() {
    let all = shared();
    let cases =
        [(&all.other_host, "is for another name"), (&all.expired, "has expired"), (&all.self_signed, "is invalid")];
    for security in [Security::Tls, Security::StartTls] {
        for (identity, why) in cases {
            let (port, read) = listening(identity, security);
            let config = SmtpConfig {
                host: "localhost".to_owned(),
                security,
                ca: Some(all.authority.clone()),
                login: Some(login(Auth::Plain)),
                ..server(port)
            };
            let (outcomes, noted) =
                sent_with(&config, Some("secret"), &addresses(&["ann", "bob"]), MESSAGE, Noted::default());
            assert_eq!(words(&outcomes), ["refused tls", "refused tls"], "{outcomes:?}");
            let said = text(&outcomes[0]);
            assert!(said.contains(why) && !said.contains("secret"), "{said}");
            assert!(noted.dots.is_empty());
            assert_eq!(read.join().unwrap(), b"", "{why}: nothing was said to it");
        }
    }
}
