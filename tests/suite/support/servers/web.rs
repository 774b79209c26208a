//! A web server with TLS that answers in ways that a test chooses, and remembers what it was asked.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tidebox::net::RootCertificates;
use tidebox::net::one_click::{HostResolver, OneClickNetwork};

use super::certificates::shared;
use super::pretender::secured;

/// How the server answers.
#[derive(Debug, Clone, Copy)]
pub enum WebAnswer {
    /// With these bytes.
    Says(&'static str),
    /// With this status line, and a document of hours that tells one time, at noon of 24 November 2026.
    Hours,
    /// With this head, and then 64 MB.
    Endless(&'static str),
    /// It reads the request and says nothing for as long as the other side waits.
    Silent,
    /// It closes the connection before it has read anything, after the handshake.
    Closes,
    /// It reads the request and closes.
    ReadsAndCloses,
    /// It has a certificate for another host.
    OtherHost,
    /// It says nothing at all, not even to begin with TLS.
    Mute,
}

pub struct WebServer {
    pub port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    connected: Arc<Mutex<usize>>,
}

impl WebServer {
    /// Each connection is answered alike. The server ends with the process.
    pub fn start(answer: WebAnswer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (asked, connected) = (Arc::<Mutex<Vec<String>>>::default(), Arc::<Mutex<usize>>::default());
        let (requests, connections) = (Arc::clone(&asked), Arc::clone(&connected));
        thread::spawn(move || {
            for socket in listener.incoming() {
                let Ok(socket) = socket else { continue };
                *connections.lock().unwrap() += 1;
                let requests = Arc::clone(&requests);
                thread::spawn(move || serve(socket, answer, &requests));
            }
        });
        Self { port, asked, connected }
    }

    pub fn url(&self) -> String {
        format!("https://localhost:{}/leave?u=1", self.port)
    }

    /// The requests that came, whole.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        *self.connected.lock().unwrap()
    }
}

fn serve(socket: TcpStream, answer: WebAnswer, requests: &Mutex<Vec<String>>) {
    if matches!(answer, WebAnswer::Mute) {
        thread::sleep(Duration::from_secs(30));
        return;
    }
    let identity = if matches!(answer, WebAnswer::OtherHost) { &shared().other_host } else { &shared().good };
    let mut stream = secured(socket, identity);
    if matches!(answer, WebAnswer::Closes) {
        while stream.conn.is_handshaking() {
            if stream.conn.complete_io(&mut stream.sock).is_err() {
                return;
            }
        }
        return;
    }
    let mut request = Vec::new();
    let mut piece = [0; 1024];
    let is_whole = |it: &[u8]| {
        it.ends_with(b"List-Unsubscribe=One-Click") || (it.starts_with(b"GET ") && it.ends_with(b"\r\n\r\n"))
    };
    while !is_whole(&request) {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return,
            Ok(read) => request.extend_from_slice(&piece[..read]),
        }
    }
    requests.lock().unwrap().push(String::from_utf8(request).unwrap());
    match answer {
        WebAnswer::Says(text) => drop(stream.write_all(text.as_bytes())),
        WebAnswer::Hours => {
            let body = "{\"tidebox_hours\":1,\"made\":\"2026-11-23T06:00:00Z\",\"until\":\"2026-11-30T06:00:00Z\",\"times\":\
                [{\"opens\":\"2026-11-24T12:00:00Z\",\"closes\":\"2026-11-24T12:45:00Z\"}]}";
            drop(write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()));
        }
        WebAnswer::Endless(head) => {
            let _ = stream.write_all(head.as_bytes());
            let large = vec![b'x'; 64 * 1024];
            for _ in 0..1024 {
                if stream.write_all(&large).is_err() {
                    return;
                }
            }
        }
        WebAnswer::Silent => drop(stream.read(&mut piece)),
        _ => {}
    }
    stream.conn.send_close_notify();
    let _ = stream.flush();
}

/// A resolver that gives one answer after the other, and the last one from then on.
pub struct Answers(pub Vec<Vec<IpAddr>>, Mutex<usize>);

impl Answers {
    pub fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parsed = |one: &&[&str]| one.iter().map(|address| address.parse().unwrap()).collect();
        Arc::new(Self(answers.iter().map(parsed).collect(), Mutex::new(0)))
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        *self.1.lock().unwrap()
    }
}

impl HostResolver for Answers {
    fn addresses(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
        let mut asked = self.1.lock().unwrap();
        *asked += 1;
        let answer = self.0.get(*asked - 1).or(self.0.last());
        answer.cloned().ok_or_else(|| std::io::Error::other("no host of this name"))
    }
}

/// The addresses of the tests' servers count as public, and no others.
pub fn is_here(address: IpAddr) -> bool {
    address == IpAddr::from([127, 0, 0, 1])
}

/// A network in which each name leads to the tests' servers.
pub fn network_here(within: Duration) -> OneClickNetwork {
    network(Answers::new(&[&["127.0.0.1"]]), is_here, within)
}

pub fn network(resolver: Arc<dyn HostResolver>, is_allowed: fn(IpAddr) -> bool, within: Duration) -> OneClickNetwork {
    let trust = RootCertificates::new(Some(&shared().authority)).unwrap();
    OneClickNetwork::new(resolver, is_allowed, trust, within)
}
