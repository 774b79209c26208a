//! What can happen between a client and a server: a proxy that cuts, stalls, delays, garbles and swallows. It also
//! keeps the client's commands, so that a test can count them.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use tidebox::clock::Stopwatch;

/// The direction of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From the server to the client.
    In,
    /// From the client to the server.
    Out,
}

#[derive(Debug, Clone)]
pub enum Fault {
    None,
    /// After so many bytes in this direction, both ends are reset.
    Reset(Way, u64),
    /// After so many bytes in this direction, both ends are closed in order.
    Close(Way, u64),
    /// After so many bytes in this direction, nothing is passed on, and nothing is closed.
    Stall(Way, u64),
    /// After so many bytes in this direction, these bytes are inserted.
    Insert(Way, u64, Vec<u8>),
    /// At most so many bytes at a time, in both directions.
    Chunks(usize),
    /// Each piece is delayed by this time, in both directions; several pieces wait at the same time, not one after the
    /// other.
    Delay(Duration),
    /// Once the client has sent this, the server receives it, and nothing of its answer comes back.
    Swallow(String),
}

/// A proxy that runs until it is dropped.
pub struct Proxy {
    pub port: u16,
    inner: Arc<Inner>,
}

struct Inner {
    to: u16,
    fault: Mutex<Fault>,
    /// How many of the next connections have the fault.
    faulty: AtomicU32,
    /// Bytes so far, in and out, over all connections.
    bytes: [AtomicU64; 2],
    connections: AtomicU32,
    said: Mutex<Vec<u8>>,
    over: AtomicBool,
    open: Mutex<Vec<Arc<TcpStream>>>,
}

impl Proxy {
    /// A proxy in front of this port.
    pub fn to(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let inner = Arc::new(Inner {
            to: port,
            fault: Mutex::new(Fault::None),
            faulty: AtomicU32::new(0),
            bytes: [AtomicU64::new(0), AtomicU64::new(0)],
            connections: AtomicU32::new(0),
            said: Mutex::new(Vec::new()),
            over: AtomicBool::new(false),
            open: Mutex::new(Vec::new()),
        });
        let port = listener.local_addr().unwrap().port();
        let of_thread = Arc::clone(&inner);
        thread::spawn(move || {
            for client in listener.incoming() {
                if of_thread.over.load(Ordering::SeqCst) {
                    return;
                }
                if let Ok(client) = client {
                    let inner = Arc::clone(&of_thread);
                    thread::spawn(move || inner.connection(client));
                }
            }
        });
        Self { port, inner }
    }

    /// The next `connections` connections have this fault; later ones have none.
    pub fn fault(&self, fault: Fault, connections: u32) {
        *self.inner.fault.lock().unwrap() = fault;
        self.inner.faulty.store(connections, Ordering::SeqCst);
    }

    /// From now on every connection has this fault.
    pub fn always(&self, fault: Fault) {
        self.fault(fault, u32::MAX);
    }

    /// Ends every connection at once, as when the network goes down.
    pub fn cut_all(&self) {
        for stream in self.inner.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// How many bytes were passed on: from the server, and from the client.
    pub fn bytes(&self) -> (u64, u64) {
        let [inward, outward] = &self.inner.bytes;
        (inward.load(Ordering::SeqCst), outward.load(Ordering::SeqCst))
    }

    pub fn connections(&self) -> u32 {
        self.inner.connections.load(Ordering::SeqCst)
    }

    /// Resets the counts and the list of commands.
    pub fn forget(&self) {
        self.inner.said.lock().unwrap().clear();
        self.inner.connections.store(0, Ordering::SeqCst);
        for count in &self.inner.bytes {
            count.store(0, Ordering::SeqCst);
        }
    }

    /// What the client has sent since then, line by line, without tags.
    pub fn said(&self) -> Vec<String> {
        let said = self.inner.said.lock().unwrap();
        let text = String::from_utf8_lossy(&said);
        text.lines().map(|line| line.split_once(' ').map_or(line, |(_, rest)| rest).to_owned()).collect()
    }

    /// Those of them that change something in the account.
    pub fn changing(&self) -> Vec<String> {
        const CHANGING: [&str; 12] = [
            "UID STORE",
            "UID MOVE",
            "UID COPY",
            "UID EXPUNGE",
            "STORE",
            "MOVE",
            "COPY",
            "EXPUNGE",
            "APPEND",
            "CREATE",
            "DELETE",
            "CLOSE",
        ];
        let is_changing = |line: &String| {
            let line = line.to_uppercase();
            CHANGING.iter().any(|word| line == *word || line.starts_with(&format!("{word} ")))
        };
        self.said().into_iter().filter(is_changing).collect()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.inner.over.store(true, Ordering::SeqCst);
        self.cut_all();
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Inner {
    fn connection(self: &Arc<Self>, client: TcpStream) {
        self.connections.fetch_add(1, Ordering::SeqCst);
        let has_fault = self.faulty.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| match left {
            0 => None,
            u32::MAX => Some(left),
            _ => Some(left - 1),
        });
        let fault = if has_fault.is_ok() { self.fault.lock().unwrap().clone() } else { Fault::None };
        let Ok(server) = TcpStream::connect(("127.0.0.1", self.to)) else { return };
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let (client, server) = (Arc::new(client), Arc::new(server));
        self.open.lock().unwrap().extend([Arc::clone(&client), Arc::clone(&server)]);
        let swallowing = Arc::new(AtomicBool::new(false));
        let outward = {
            let (inner, fault, swallowing) = (Arc::clone(self), fault.clone(), Arc::clone(&swallowing));
            let (client, server) = (Arc::clone(&client), Arc::clone(&server));
            thread::spawn(move || inner.pump(Way::Out, &client, &server, &fault, &swallowing))
        };
        self.pump(Way::In, &server, &client, &fault, &swallowing);
        let _ = outward.join();
        self.open.lock().unwrap().retain(|one| !Arc::ptr_eq(one, &client) && !Arc::ptr_eq(one, &server));
    }

    /// Passes bytes from one end to the other until one of them closes, or the fault ends it.
    fn pump(&self, way: Way, from: &Arc<TcpStream>, to: &Arc<TcpStream>, fault: &Fault, swallowing: &AtomicBool) {
        let mut line = Delayed::new(Arc::clone(to), fault);
        let mut buffer = vec![0; 64 * 1024];
        let most = if let Fault::Chunks(most) = fault { *most } else { buffer.len() };
        let mut seen = 0_u64;
        let mut tail = Vec::new();
        let mut inserted = false;
        while let Ok(read @ 1..) = (&**from).read(&mut buffer[..most]) {
            let bytes = &buffer[..read];
            let mut piece = bytes.to_vec();
            if way == Way::Out {
                self.said.lock().unwrap().extend_from_slice(bytes);
            }
            let end = seen + read as u64;
            match fault {
                Fault::Reset(on, after) | Fault::Close(on, after) | Fault::Stall(on, after)
                    if *on == way && end >= *after =>
                {
                    piece.truncate(usize::try_from(after - seen).unwrap());
                    let _ = line.send(piece);
                    return Self::end(fault, from, to);
                }
                Fault::Insert(on, after, what) if *on == way && end >= *after && !inserted => {
                    inserted = true;
                    let at = usize::try_from(after - seen).unwrap();
                    piece.splice(at..at, what.iter().copied());
                }
                Fault::Swallow(word) => {
                    if way == Way::In && swallowing.load(Ordering::SeqCst) {
                        // The server has answered, so it has carried out the command.
                        let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
                        return;
                    }
                    if way == Way::Out {
                        tail.extend_from_slice(bytes);
                        if String::from_utf8_lossy(&tail).contains(word.as_str()) {
                            swallowing.store(true, Ordering::SeqCst);
                        }
                    }
                }
                _ => {}
            }
            seen = end;
            self.bytes[usize::from(way == Way::Out)].fetch_add(read as u64, Ordering::SeqCst);
            if line.send(piece).is_err() {
                break;
            }
        }
        drop(line);
        if !Self::was_reset(from) {
            let _ = (to.shutdown(Shutdown::Both), from.shutdown(Shutdown::Both));
        }
    }

    /// Whether a connection is being reset. Then nothing may be sent any more, and whoever drops it last resets it.
    fn was_reset(stream: &TcpStream) -> bool {
        matches!(socket2::SockRef::from(stream).linger(), Ok(Some(Duration::ZERO)))
    }

    fn end(fault: &Fault, from: &TcpStream, to: &TcpStream) {
        match fault {
            Fault::Stall(..) => {
                // Read and thrown away, so that neither end notices more than silence.
                let mut nothing = [0; 4096];
                while matches!((&*from).read(&mut nothing), Ok(1..)) {}
            }
            Fault::Reset(..) => {
                for stream in [from, to] {
                    reset(stream);
                }
            }
            _ => {
                let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
            }
        }
    }
}

/// Writes in one direction: at once, or each piece when its time has come, by a thread of its own.
enum Delayed {
    AtOnce(Arc<TcpStream>),
    Later {
        pieces: Option<mpsc::SyncSender<(Duration, Vec<u8>)>>,
        watch: Stopwatch,
        delay: Duration,
        writer: Option<thread::JoinHandle<()>>,
    },
}

impl Delayed {
    fn new(to: Arc<TcpStream>, fault: &Fault) -> Self {
        let Fault::Delay(delay) = fault else { return Self::AtOnce(to) };
        let (pieces, waiting) = mpsc::sync_channel::<(Duration, Vec<u8>)>(256);
        let watch = Stopwatch::start();
        let of_thread = watch;
        let writer = thread::spawn(move || {
            for (due, piece) in waiting {
                thread::sleep(due.saturating_sub(of_thread.elapsed()));
                if (&*to).write_all(&piece).is_err() {
                    return;
                }
            }
        });
        Self::Later { pieces: Some(pieces), watch, delay: *delay, writer: Some(writer) }
    }

    fn send(&mut self, piece: Vec<u8>) -> io::Result<()> {
        match self {
            Self::AtOnce(to) => (&**to).write_all(&piece),
            Self::Later { pieces, watch, delay, .. } => {
                let pieces = pieces.as_ref().ok_or(io::ErrorKind::BrokenPipe)?;
                pieces.send((watch.elapsed() + *delay, piece)).map_err(|_| io::ErrorKind::BrokenPipe.into())
            }
        }
    }
}

impl Drop for Delayed {
    fn drop(&mut self) {
        if let Self::Later { pieces, writer, .. } = self {
            drop(pieces.take());
            if let Some(writer) = writer.take() {
                let _ = writer.join();
            }
        }
    }
}

/// Ends a connection with a TCP reset.
fn reset(stream: &TcpStream) {
    let socket = socket2::SockRef::from(stream);
    let _ = socket.set_linger(Some(Duration::ZERO));
    let _ = socket.shutdown(Shutdown::Read);
}
