//! The request of RFC 8058: one POST to an https address that a stranger has written, with what follows from that.
//!
//! The host is looked up once. If any of its addresses is not public, nothing is connected; else the connection goes to one of
//! those addresses, and the name is not asked for again, since it could be answered differently (DNS rebinding). No redirect
//! is followed, no proxy is used, nothing is sent that tells who is asking, and of the answer only its status and the
//! place of a redirect are read.
//!
//! Connecting and sending are two steps, so that what is about to be sent can be written down between them.

use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, after, bounded, never, select_biased, unbounded};

use super::public_address::is_public;
use super::{NetError, RootCertificates, Stream, http};
use crate::domain::unsubscribe::OneClickUrl;

/// The largest time for all of it: looking up, connecting, sending, and the answer.
const ALTOGETHER: Duration = Duration::from_secs(15);
/// How much of an answer is read, in bytes.
const ANSWER_BYTES: usize = 64 * 1024;
/// What ends the fields of an answer.
const END: &[u8] = b"\r\n\r\n";
const BODY: &str = "List-Unsubscribe=One-Click";

/// Finds the addresses of a host.
pub trait HostResolver: Send + Sync {
    /// Every address, of IPv4 and IPv6.
    ///
    /// # Errors
    /// If the host is not known, or nobody can be asked.
    fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The system's resolver.
#[derive(Debug, Clone, Copy)]
struct SystemResolver;

impl HostResolver for SystemResolver {
    fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok((host, 0).to_socket_addrs()?.map(|it| it.ip()).collect())
    }
}

/// What such a request goes by.
#[derive(Clone)]
pub struct OneClickNetwork {
    resolver: Arc<dyn HostResolver>,
    is_allowed: fn(IpAddr) -> bool,
    trust: RootCertificates,
    within: Duration,
}

impl std::fmt::Debug for OneClickNetwork {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OneClickNetwork").field("within", &self.within).finish_non_exhaustive()
    }
}

impl OneClickNetwork {
    /// The public network, as the system knows it.
    ///
    /// # Errors
    /// If the system has no certificates.
    pub fn public() -> Result<Self, NetError> {
        Ok(Self::new(Arc::new(SystemResolver), is_public, RootCertificates::new(None)?, ALTOGETHER))
    }

    /// The time for all of one request.
    pub(super) fn within(&self) -> Duration {
        self.within
    }

    /// A network with another resolver, another judgement of addresses, other certificates, and another time for all.
    #[must_use]
    pub fn new(
        resolver: Arc<dyn HostResolver>,
        is_allowed: fn(IpAddr) -> bool,
        trust: RootCertificates,
        within: Duration,
    ) -> Self {
        Self { resolver, is_allowed, trust, within }
    }
}

/// Why there is no connection. Nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum OneClickError {
    #[error(transparent)]
    Net(#[from] NetError),
    #[error("{host} has the address {address}, which is not on the public network")]
    Forbidden { host: String, address: IpAddr },
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneClickAnswer {
    /// The status code (RFC 9110 §15).
    pub status: u16,
    /// The host that a redirect leads to; the same host where it names none.
    pub redirects_to: Option<String>,
}

enum Progress {
    Connected,
    Failed(OneClickError),
    Answered(io::Result<OneClickAnswer>),
}

/// A connection over which the request can be sent. Dropping it sends nothing.
#[derive(Debug)]
pub struct OneClickConnection {
    go: Sender<()>,
    progress: Receiver<Progress>,
    over: Receiver<Instant>,
    socket: OpenSocket,
}

/// The socket of the thread that waits on it, so that the wait can be ended from outside.
#[derive(Debug, Clone, Default)]
pub(super) struct OpenSocket(Arc<Mutex<Option<TcpStream>>>);

impl OpenSocket {
    fn set(&self, socket: &TcpStream) -> io::Result<()> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(socket.try_clone()?);
        Ok(())
    }

    pub(super) fn close(&self) {
        if let Some(socket) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
}

/// Connects to the host of an address.
///
/// # Errors
/// If that is not possible, or not allowed.
pub fn connect(url: &OneClickUrl, network: &OneClickNetwork) -> Result<OneClickConnection, OneClickError> {
    let over = after(network.within);
    let (told, progress) = unbounded();
    let (go, goes) = bounded(1);
    let socket = OpenSocket::default();
    let (host, port, seconds) = (url.host(), url.port(), network.within.as_secs());
    let late = || OneClickError::Net(NetError::TimedOut { host: host.clone(), port, seconds });
    let exchange = Exchange { url: url.clone(), network: network.clone(), socket: socket.clone() };
    // The system's resolver has no time limit, so nobody waits for this thread longer than the limit.
    let started = thread::Builder::new().name("one-click".into()).spawn(move || exchange.run(&told, &goes));
    started.map_err(|error| NetError::Unreachable { host: host.clone(), port, error })?;
    select_biased! {
        recv(progress) -> told => match told {
            Ok(Progress::Connected) => Ok(OneClickConnection { go, progress, over, socket }),
            Ok(Progress::Failed(error)) => Err(error),
            Ok(Progress::Answered(_)) | Err(_) => Err(late()),
        },
        recv(over) -> _ => {
            socket.close();
            Err(late())
        }
    }
}

impl OneClickConnection {
    /// Sends the request and reads the answer's beginning.
    ///
    /// # Errors
    /// If no answer came in time, or what came is none: then it is not known what the other side has done.
    pub fn send(mut self) -> io::Result<OneClickAnswer> {
        let over = std::mem::replace(&mut self.over, never());
        // While the channel is empty, this neither waits nor fails but where the thread has ended.
        let _ = self.go.send(());
        select_biased! {
            recv(self.progress) -> told => match told {
                Ok(Progress::Answered(answer)) => answer,
                _ => Err(io::ErrorKind::ConnectionAborted.into()),
            },
            recv(over) -> _ => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

impl Drop for OneClickConnection {
    fn drop(&mut self) {
        self.socket.close();
    }
}

/// The thread that does it.
struct Exchange {
    url: OneClickUrl,
    network: OneClickNetwork,
    socket: OpenSocket,
}

impl Exchange {
    fn run(&self, told: &Sender<Progress>, go: &Receiver<()>) {
        let mut stream = match reach(&self.url, &self.network, &self.socket) {
            Ok(stream) => stream,
            Err(error) => return drop(told.send(Progress::Failed(error))),
        };
        if told.send(Progress::Connected).is_ok() && go.recv().is_ok() {
            let _ = told.send(Progress::Answered(self.post(&mut stream)));
        }
    }

    fn post(&self, stream: &mut Stream) -> io::Result<OneClickAnswer> {
        let (target, host, length) = (self.url.target(), self.url.host_field(), BODY.len());
        let request = format!(
            "POST {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: tidebox\r\nAccept: */*\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{BODY}"
        );
        stream.write_all(request.as_bytes())?;
        stream.flush()?;
        let mut answer = Vec::new();
        let mut piece = [0; 4096];
        loop {
            let read = stream.read(&mut piece);
            let before = answer.len().saturating_sub(END.len());
            answer.extend_from_slice(piece.get(..*read.as_ref().unwrap_or(&0)).unwrap_or_default());
            let ended = !matches!(read, Ok(1..)) || answer.len() >= ANSWER_BYTES;
            let more = answer.get(before..).unwrap_or_default();
            if !ended && memchr::memmem::find(more, END).is_none() {
                continue;
            }
            match (read_answer(&answer, &self.url.host(), ended), read) {
                (Some(answer), _) => return Ok(answer),
                (None, Err(error)) => return Err(error),
                (None, Ok(_)) if ended => return Err(io::ErrorKind::InvalidData.into()),
                (None, Ok(_)) => {}
            }
        }
    }
}

/// Connects to one of the addresses of the host, if all of them are allowed. They are asked for once.
///
/// # Errors
/// If that is not possible, or not allowed.
pub(super) fn reach(
    url: &OneClickUrl,
    network: &OneClickNetwork,
    socket: &OpenSocket,
) -> Result<Stream, OneClickError> {
    let (host, port) = (url.host(), url.port());
    let addresses = addresses(&host, network)?;
    if let Some(address) = addresses.iter().copied().find(|address| !(network.is_allowed)(*address)) {
        return Err(OneClickError::Forbidden { host, address });
    }
    let mut refused = NetError::UnknownHost { host: host.clone() };
    for address in addresses {
        match TcpStream::connect_timeout(&SocketAddr::new(address, port), network.within / 3) {
            Ok(connected) => {
                let lost = |error| NetError::Unreachable { host: host.clone(), port, error };
                socket.set(&connected).map_err(lost)?;
                return Ok(Stream::plain(connected).secure_within(network.within, (&host, port), &network.trust)?);
            }
            Err(error) => refused = NetError::Unreachable { host: host.clone(), port, error },
        }
    }
    Err(refused.into())
}

fn addresses(host: &str, network: &OneClickNetwork) -> Result<Vec<IpAddr>, NetError> {
    if let Ok(address) = host.parse() {
        return Ok(vec![address]);
    }
    let unknown = |_| NetError::UnknownHost { host: host.to_owned() };
    network.resolver.addresses(host).map_err(unknown)
}

/// The answer, as far as it is here; `None` where more has to come. One that broke off after its first line is an answer. What is
/// said before the answer itself (RFC 9110 §15.2) is passed over.
fn read_answer(bytes: &[u8], host: &str, ended: bool) -> Option<OneClickAnswer> {
    let text = String::from_utf8_lossy(bytes);
    let mut rest = &*text;
    loop {
        let (first, after) = rest.split_once('\n')?;
        let status = first.strip_prefix("HTTP/1.")?.split_whitespace().nth(1)?;
        let status: u16 = status.parse().ok().filter(|status| (100..=599).contains(status) && first.len() >= 12)?;
        let end = if after.starts_with("\r\n") { Some(0) } else { after.find("\r\n\r\n").map(|at| at + 2) };
        let head = match end {
            Some(end) => after.get(..end)?,
            None if ended => after,
            None => return None,
        };
        if status >= 200 {
            let redirects_to = (300..400).contains(&status).then(|| location(head, host));
            return Some(OneClickAnswer { status, redirects_to });
        }
        rest = after.get(end? + 2..)?;
    }
}

/// The host that the field `Location` leads to (RFC 9110 §10.2.2).
fn location(head: &str, host: &str) -> String {
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    let location =
        fields.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("location")).map(|(_, value)| value.trim());
    location.map(http::host).filter(|there| !there.is_empty()).unwrap_or_else(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{OneClickAnswer, read_answer};

    #[test]
    fn of_an_answer_the_status_and_the_place_of_a_redirect_are_read() {
        let read = |text: &str, ended: bool| read_answer(text.as_bytes(), "a.example", ended);
        let answer = |status, to: Option<&str>| Some(OneClickAnswer { status, redirects_to: to.map(str::to_owned) });
        for (text, ended, wanted) in [
            ("HTTP/1.1 200 OK\r\n\r\n", false, answer(200, None)),
            ("HTTP/1.0 204 \r\nX: y\r\n\r\nbody", false, answer(204, None)),
            ("HTTP/1.1 200 OK\r\nX: y\r\n", false, None),
            ("HTTP/1.1 200 OK\r\nX: y\r\n", true, answer(200, None)),
            ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\n\r\n", false, answer(202, None)),
            ("HTTP/1.1 100 Continue\r\nX: y\r\n\r\n", false, None),
            ("HTTP/1.1 302 Found\r\nlocation: https://B.example/x\r\n\r\n", false, answer(302, Some("b.example"))),
            ("HTTP/1.1 303 See Other\r\nLocation: /done\r\n\r\n", false, answer(303, Some("a.example"))),
            ("HTTP/1.1 301 Moved\r\n", true, answer(301, Some("a.example"))),
            ("HTTP/1.1 20", true, None),
            ("HTTP/1.1 2000 OK\r\n\r\n", true, None),
            ("220 mail.example ESMTP\r\n\r\n", true, None),
            ("", true, None),
        ] {
            assert_eq!(read(text, ended), wanted, "{text:?} {ended}");
        }
    }
}
