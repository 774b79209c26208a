//! Connecting to a host by the first of its addresses that answers (a small form of RFC 8305).

use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use super::{ANSWER, CONNECT, NetError, RootCertificates, Stream};

/// If one address has not answered after this time, the next one is tried at the same time.
const HEAD_START: Duration = Duration::from_millis(250);
/// How many addresses of a host are tried.
const ADDRESSES: usize = 8;

/// Connects, without TLS for now.
///
/// # Errors
/// If the name is unknown, or no address answers in time.
pub fn connect(host: &str, port: u16) -> Result<Stream, NetError> {
    let addresses = look_up(host, port)?;
    let mut waiting = addresses.len();
    let mut next = addresses.into_iter();
    let (told, tells) = channel();
    let mut waited = Duration::ZERO;
    let mut refused = None;
    while waiting > 0 && waited < CONNECT {
        let started = next.next().is_some_and(|address| start(address, told.clone()));
        let patience = if started { HEAD_START } else { CONNECT.saturating_sub(waited) };
        match tells.recv_timeout(patience) {
            Ok(Ok(stream)) => {
                return ready(stream).map_err(|error| NetError::Unreachable { host: host.to_owned(), port, error });
            }
            Ok(Err(error)) => {
                waiting -= 1;
                // Another address may accept what this one refuses. If all fail, the first reason is reported.
                refused.get_or_insert(error);
            }
            Err(RecvTimeoutError::Timeout) => waited += patience,
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    Err(match refused {
        Some(error) if waiting == 0 && error.kind() != io::ErrorKind::TimedOut => {
            NetError::Unreachable { host: host.to_owned(), port, error }
        }
        _ => NetError::TimedOut { host: host.to_owned(), port, seconds: CONNECT.as_secs() },
    })
}

/// Whether a host speaks TLS from the first byte on a port, found out by a separate connection. Only the start of a TLS
/// handshake is sent. An invalid certificate counts as TLS too.
#[must_use]
pub fn speaks_tls(host: &str, port: u16, trust: &RootCertificates, within: Duration) -> bool {
    let Ok(stream) = connect(host, port) else { return false };
    let secured = stream.secure_within(within, (host, port), trust);
    matches!(secured, Ok(_) | Err(NetError::Certificate { .. } | NetError::Handshake { .. }))
}

/// The addresses of a host, IPv6 and IPv4 in turn.
fn look_up(host: &str, port: u16) -> Result<Vec<SocketAddr>, NetError> {
    let unknown = || NetError::UnknownHost { host: host.to_owned() };
    let (told, tells) = channel();
    let name = (host.to_owned(), port);
    // The system's resolver has no time limit, so it runs in its own thread, and nobody waits for it longer than this.
    let asking = thread::Builder::new().name("name".into()).spawn(move || {
        let _ = told.send(name.to_socket_addrs().map(Iterator::collect::<Vec<_>>));
    });
    asking.map_err(|_| unknown())?;
    let found = match tells.recv_timeout(CONNECT) {
        Ok(Ok(found)) if !found.is_empty() => found,
        Ok(_) => return Err(unknown()),
        Err(_) => return Err(NetError::TimedOut { host: host.to_owned(), port, seconds: CONNECT.as_secs() }),
    };
    Ok(in_turn(&found))
}

fn in_turn(found: &[SocketAddr]) -> Vec<SocketAddr> {
    // The system's preferred address is first in the list: its family begins.
    let first_is_v6 = found.first().is_some_and(SocketAddr::is_ipv6);
    let (mut preferred, mut other) =
        found.iter().copied().partition::<Vec<SocketAddr>, _>(|it| it.is_ipv6() == first_is_v6);
    let mut turns = Vec::with_capacity(found.len());
    preferred.reverse();
    other.reverse();
    while !(preferred.is_empty() && other.is_empty()) {
        turns.extend(preferred.pop());
        turns.extend(other.pop());
    }
    turns.truncate(ADDRESSES);
    turns
}

fn start(address: SocketAddr, told: Sender<io::Result<TcpStream>>) -> bool {
    let trying = thread::Builder::new().name("connect".into()).spawn(move || {
        let _ = told.send(TcpStream::connect_timeout(&address, CONNECT));
    });
    trying.is_ok()
}

fn ready(stream: TcpStream) -> io::Result<Stream> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(ANSWER))?;
    stream.set_write_timeout(Some(ANSWER))?;
    Ok(Stream::plain(stream))
}

#[cfg(test)]
mod tests {
    use std::net::{SocketAddr, TcpListener};

    use super::{connect, in_turn};
    use crate::net::NetError;

    #[test]
    fn the_two_families_take_turns_and_the_preferred_one_begins() {
        let address = |text: &str| text.parse::<SocketAddr>().unwrap();
        let (a, b, c) = (address("[::1]:1"), address("[::2]:1"), address("127.0.0.1:1"));
        assert_eq!(in_turn(&[a, b, c]), [a, c, b]);
        assert_eq!(in_turn(&[c, a, b]), [c, a, b]);
        assert!(in_turn(&[]).is_empty());
    }

    #[test]
    fn an_address_that_refuses_is_not_the_last_word() {
        // `localhost` may have two addresses; this listens on one of them.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(connect("localhost", port).is_ok());
        drop(listener);
        assert!(matches!(connect("127.0.0.1", port), Err(NetError::Unreachable { .. })));
        assert!(matches!(connect("no-such-host.invalid", port), Err(NetError::UnknownHost { .. })));
    }
}
