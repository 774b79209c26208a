//! Holds `src/source/imap`: that the servers of the tests do what the tests rely on: each starts, keeps mail, and is
//! gone afterwards.

use std::collections::BTreeSet;
use std::net::TcpStream;
use std::time::Duration;

use crate::support::servers::letters::{letter, message_id};
use crate::support::servers::proxy::{Fault, Proxy, Way};
use crate::support::servers::{Account, Kind, Server, readback};

#[test]
fn each_server_keeps_what_a_client_puts_there() {
    for kind in [Kind::Dovecot, Kind::Cyrus, Kind::Pymap] {
        let Some(account) = Account::on(kind, "smoke") else { continue };
        let mut client = account.client();
        let before = client.list("INBOX").len();
        client.append("INBOX", "\\Seen", (0..3).map(letter));
        client.append("INBOX", "", [letter(3)]);
        if kind == Kind::Pymap {
            client.ok("CREATE Archive");
        }
        let listed = client.list("INBOX");
        assert_eq!(listed.len(), before + 4, "{kind:?}");
        let second = client.uid(&message_id(1)).unwrap();
        client.move_to(second, "Archive");
        let third = client.uid(&message_id(2)).unwrap();
        client.store(third, "+FLAGS", "\\Flagged");
        let there = account.read_back();
        assert_eq!(readback::places(&there, &message_id(1)).len(), 1, "{kind:?}: {there:?}");
        assert_eq!(readback::places(&there, &message_id(1))[0].0, "Archive", "{kind:?}");
        assert!(readback::places(&there, &message_id(2))[0].1.has("\\Flagged"), "{kind:?}");
        assert!(!readback::places(&there, &message_id(3))[0].1.has("\\Seen"), "{kind:?}");
        let all = client.all();
        let seen = |folder: &str| all[folder].iter().map(|one| one.message_id.clone()).collect::<BTreeSet<_>>();
        let read = |folder: &str| there[folder].iter().map(|one| one.id.clone()).collect::<BTreeSet<_>>();
        assert_eq!((seen("INBOX"), seen("Archive")), (read("INBOX"), read("Archive")), "{kind:?}");
    }
}

#[test]
fn a_server_can_be_killed_and_started_again() {
    let Some(server) = Server::start(Kind::Dovecot) else { return };
    let account = server.account("again");
    account.client().append("INBOX", "", [letter(1)]);
    account.drop_in([letter(2)]);
    server.restart();
    assert_eq!(account.client().list("INBOX").len(), 2);
    let port = server.port;
    drop((server, account));
    // Another test's program may have this port for a moment.
    let is_gone = || TcpStream::connect(("127.0.0.1", port)).is_err();
    let asked = || std::iter::repeat_with(|| std::thread::sleep(std::time::Duration::from_millis(50))).take(200);
    assert!(is_gone() || asked().any(|()| is_gone()), "it is gone with the last of its tests");
}

#[test]
fn the_proxy_does_what_it_is_told() {
    use std::io::{ErrorKind, Read as _, Write as _};
    const OUT: &str = "a CAPABILITY\r\nb LOGOUT\r\n";
    let Some(server) = Server::shared(Kind::Dovecot) else { return };
    let proxy = Proxy::to(server.port);
    let talk = |what: &str| {
        let mut stream = TcpStream::connect(("127.0.0.1", proxy.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut all = vec![0; 4];
        stream.read_exact(&mut all)?;
        // Only the first write after a reset reports it.
        match stream.write_all(what.as_bytes()) {
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return Err(error),
            _ => {}
        }
        let ended = stream.read_to_end(&mut all);
        ended.map(|_| String::from_utf8_lossy(&all).into_owned())
    };
    let whole = talk(OUT).unwrap();
    assert!(whole.starts_with("* OK") && whole.contains("a OK") && whole.contains("b OK"), "{whole}");
    assert_eq!(proxy.said(), ["CAPABILITY", "LOGOUT"]);
    assert_eq!(proxy.bytes(), (whole.len() as u64, OUT.len() as u64));
    proxy.fault(Fault::Close(Way::In, 30), 1);
    assert_eq!(talk(OUT).unwrap(), whole[..30], "closed in order");
    assert_eq!(talk(OUT).unwrap(), whole, "only once");
    proxy.fault(Fault::Reset(Way::In, 30), 1);
    assert_eq!(talk(OUT).unwrap_err().kind(), ErrorKind::ConnectionReset);
    proxy.fault(Fault::Insert(Way::In, 4, b"!!".to_vec()), 1);
    assert!(talk(OUT).unwrap().starts_with("* OK!!"));
    for fault in [Fault::Chunks(1), Fault::Delay(Duration::from_millis(20))] {
        proxy.fault(fault, 1);
        assert_eq!(talk(OUT).unwrap(), whole);
    }
    proxy.fault(Fault::Swallow("LOGOUT".to_owned()), 1);
    assert!(!talk("b LOGOUT\r\n").unwrap().contains("b OK"));
    assert!(proxy.changing().is_empty());
}
