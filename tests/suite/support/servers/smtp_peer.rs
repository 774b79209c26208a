//! A mail server for outgoing mail that answers correctly, except where a test tells it to answer otherwise, to cut the
//! connection or to stay silent. It counts what it has taken, whether its answer arrived or not.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Where a conversation is: what the client has just done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moment {
    Greeting,
    /// A command line.
    Line(String),
    /// So many bytes of the message have come, and its end has not.
    Within(usize),
    /// The line with a dot alone.
    Dot,
}

impl Moment {
    /// Whether it is a command with this verb.
    pub fn is(&self, verb: &str) -> bool {
        matches!(self, Self::Line(line) if line.get(..verb.len()).is_some_and(|it| it.eq_ignore_ascii_case(verb)))
    }
}

/// What happens instead of a correct answer.
#[derive(Debug, Clone)]
pub enum Answer {
    Say(Vec<u8>),
    SayAndClose(Vec<u8>),
    /// The connection is reset.
    Reset,
    Silence,
}

pub fn say(text: &str) -> Answer {
    Answer::Say(text.as_bytes().to_vec())
}

pub fn say_and_close(text: &str) -> Answer {
    Answer::SayAndClose(text.as_bytes().to_vec())
}

/// When a connection ends by force: after so many bytes in one direction.
#[derive(Debug, Clone, Copy)]
pub enum Cut {
    /// The client gets no more.
    Sent(usize),
    /// The server reads no more.
    Received(usize),
}

/// A message as it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The command MAIL.
    pub mail: String,
    pub recipients: Vec<String>,
    /// Without the dots that were doubled.
    pub bytes: Vec<u8>,
}

#[derive(Debug, Default)]
pub struct Seen {
    pub taken: Vec<Taken>,
    pub lines: Vec<String>,
}

type Script = Box<dyn Fn(&Moment) -> Option<Answer> + Send + Sync>;

pub struct SmtpPeer {
    pub port: u16,
    seen: Arc<Mutex<Seen>>,
    script: Arc<Mutex<Script>>,
    cut: Arc<Mutex<Option<Cut>>>,
}

/// What it offers, unless it is told otherwise.
pub const OFFERS: &[&str] =
    &["PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 1000000", "ENHANCEDSTATUSCODES", "AUTH PLAIN LOGIN XOAUTH2"];

impl SmtpPeer {
    pub fn start(offers: &[&str], script: impl Fn(&Moment) -> Option<Answer> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let offers: Vec<String> = offers.iter().map(ToString::to_string).collect();
        let peer =
            Self { port, seen: Arc::default(), script: Arc::new(Mutex::new(Box::new(script))), cut: Arc::default() };
        let (seen, script, cut) = (Arc::clone(&peer.seen), Arc::clone(&peer.script), Arc::clone(&peer.cut));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let (offers, seen, script) = (offers.clone(), Arc::clone(&seen), Arc::clone(&script));
                let cut = *cut.lock().unwrap();
                std::thread::spawn(move || {
                    let mut talk = Talk { stream, offers, seen, script, cut, sent: 0, received: 0, buffer: Vec::new() };
                    let _ = talk.run();
                    talk.linger();
                });
            }
        });
        peer
    }

    pub fn correct(offers: &[&str]) -> Self {
        Self::start(offers, |_| None)
    }

    /// From the next connection on.
    pub fn cut(&self, cut: Option<Cut>) {
        *self.cut.lock().unwrap() = cut;
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.seen.lock().unwrap().taken.clone()
    }

    pub fn forget(&self) {
        *self.seen.lock().unwrap() = Seen::default();
    }

    /// The command lines that it got, of all connections.
    pub fn lines(&self) -> Vec<String> {
        self.seen.lock().unwrap().lines.clone()
    }

    /// How many messages it has taken for a recipient.
    pub fn count(&self, recipient: &str) -> usize {
        let taken = self.taken();
        taken.iter().flat_map(|it| &it.recipients).filter(|it| *it == recipient).count()
    }
}

/// One connection.
struct Talk {
    stream: TcpStream,
    offers: Vec<String>,
    seen: Arc<Mutex<Seen>>,
    script: Arc<Mutex<Script>>,
    cut: Option<Cut>,
    sent: usize,
    received: usize,
    buffer: Vec<u8>,
}

/// The conversation is over.
struct Over;

impl Talk {
    fn run(&mut self) -> Result<(), Over> {
        self.answer(&Moment::Greeting, "220 localhost ESMTP\r\n")?;
        let (mut mail, mut recipients) = (String::new(), Vec::new());
        loop {
            let line = self.line()?;
            let (verb, rest) = line.split_at(line.find(' ').unwrap_or(line.len()));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => {
                    let mut lines = vec!["localhost".to_owned()];
                    lines.extend(self.offers.iter().cloned());
                    let last = lines.len() - 1;
                    let mark = |at: usize| if at == last { ' ' } else { '-' };
                    let text: String =
                        lines.iter().enumerate().map(|(at, line)| format!("250{}{line}\r\n", mark(at))).collect();
                    self.answer(&Moment::Line(line), &text)?;
                }
                "AUTH" => self.log_in(&line)?,
                "MAIL" => {
                    (mail, recipients) = (line.clone(), Vec::new());
                    self.answer(&Moment::Line(line), "250 2.1.0 ok\r\n")?;
                }
                "RCPT" => {
                    let address = rest.trim_start_matches(" TO:<").trim_end_matches('>').to_owned();
                    let usual = match address.as_str() {
                        it if it.starts_with("reject") => "550-5.1.1 no such user here\r\n550 5.1.1 really\r\n",
                        it if it.starts_with("later") => "451 4.3.0 try later\r\n",
                        _ => "250 2.1.5 ok\r\n",
                    };
                    if self.answer(&Moment::Line(line), usual)?.trim_ascii_start().starts_with(b"2") {
                        recipients.push(address);
                    }
                }
                "DATA" => {
                    let usual = if recipients.is_empty() { "554 5.5.1 nobody\r\n" } else { "354 go\r\n" };
                    if self.answer(&Moment::Line(line), usual)?.trim_ascii_start().starts_with(b"354") {
                        let bytes = self.message()?;
                        let taken = Taken { mail: mail.clone(), recipients: std::mem::take(&mut recipients), bytes };
                        let said = self.script.lock().unwrap()(&Moment::Dot);
                        // What it refuses it has not taken; whatever else comes, it has.
                        let refused =
                            matches!(&said, Some(Answer::Say(text)) if matches!(text.first(), Some(b'4' | b'5')));
                        if !refused {
                            self.seen.lock().unwrap().taken.push(taken);
                        }
                        self.give(said, "250 2.0.0 queued as ABC123\r\n")?;
                    }
                }
                "QUIT" => {
                    self.answer(&Moment::Line(line), "221 bye\r\n")?;
                    return Err(Over);
                }
                _ => drop(self.answer(&Moment::Line(line), "250 ok\r\n")?),
            }
        }
    }

    /// PLAIN, LOGIN and tokens, with the password `secret` and the token `good`.
    fn log_in(&mut self, line: &str) -> Result<(), Over> {
        let mut words = line.split(' ').skip(1);
        let (mechanism, initial) = (words.next().unwrap_or_default().to_owned(), words.next().map(str::to_owned));
        let said = self.script.lock().unwrap()(&Moment::Line(line.to_owned()));
        if said.is_some() {
            return self.give(said, "").map(drop);
        }
        let mut told = String::new();
        if mechanism == "LOGIN" {
            for asked in ["Username:", "Password:"] {
                self.send(format!("334 {}\r\n", STANDARD.encode(asked)).as_bytes())?;
                told.push_str(&decoded(&self.line()?));
                told.push('\0');
            }
        } else if let Some(initial) = initial {
            told = decoded(&initial);
        } else {
            self.send(b"334 \r\n")?;
            told = decoded(&self.line()?);
        }
        let right = if mechanism == "XOAUTH2" { told.contains("auth=Bearer good") } else { told.contains("secret") };
        if !right && mechanism == "XOAUTH2" {
            let said = STANDARD.encode("{\"status\":\"401\",\"schemes\":\"bearer\"}");
            self.send(format!("334 {said}\r\n").as_bytes())?;
            let answer = self.line()?;
            self.seen.lock().unwrap().lines.push(format!("answered {answer:?}"));
        }
        let end = if right { "235 2.7.0 welcome\r\n" } else { "535 5.7.8 wrong\r\n" };
        self.send(end.as_bytes())
    }

    /// The message up to the dot.
    fn message(&mut self) -> Result<Vec<u8>, Over> {
        loop {
            let all = &self.buffer;
            let end = if all.starts_with(b".\r\n") {
                Some(0)
            } else {
                all.windows(5).position(|it| it == b"\r\n.\r\n").map(|at| at + 2)
            };
            if let Some(end) = end {
                let bytes = self.buffer.drain(..end + 3).collect::<Vec<_>>();
                let text = &bytes[..end];
                let plain = |line: &[u8]| line.strip_prefix(b".").unwrap_or(line).to_vec();
                return Ok(text.split_inclusive(|byte| *byte == b'\n').flat_map(plain).collect());
            }
            let moment = Moment::Within(self.buffer.len());
            let said = self.script.lock().unwrap()(&moment);
            if said.is_some() {
                self.give(said, "")?;
                return Err(Over);
            }
            self.fill()?;
        }
    }

    fn answer(&mut self, moment: &Moment, usual: &str) -> Result<Vec<u8>, Over> {
        let said = self.script.lock().unwrap()(moment);
        self.give(said, usual)
    }

    fn give(&mut self, said: Option<Answer>, usual: &str) -> Result<Vec<u8>, Over> {
        match said {
            None => self.send(usual.as_bytes()).map(|()| usual.as_bytes().to_vec()),
            Some(Answer::Say(bytes)) => self.send(&bytes).map(|()| bytes),
            Some(Answer::SayAndClose(bytes)) => {
                self.send(&bytes)?;
                Err(Over)
            }
            Some(Answer::Reset) => {
                let _ = socket2::SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
                Err(Over)
            }
            Some(Answer::Silence) => {
                while self.fill().is_ok() {}
                Err(Over)
            }
        }
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), Over> {
        let most = match self.cut {
            Some(Cut::Sent(most)) => most.saturating_sub(self.sent).min(bytes.len()),
            _ => bytes.len(),
        };
        let written = self.stream.write_all(&bytes[..most]);
        self.sent += most;
        if written.is_err() || most < bytes.len() { Err(Over) } else { Ok(()) }
    }

    fn line(&mut self) -> Result<String, Over> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                let line = String::from_utf8_lossy(&line).trim_end().to_owned();
                self.seen.lock().unwrap().lines.push(line.clone());
                return Ok(line);
            }
            self.fill()?;
        }
    }

    fn fill(&mut self) -> Result<(), Over> {
        let mut piece = [0; 4096];
        let most = match self.cut {
            Some(Cut::Received(most)) => most.saturating_sub(self.received).min(piece.len()),
            _ => piece.len(),
        };
        let read = if most == 0 { 0 } else { self.stream.read(&mut piece[..most]).map_err(|_| Over)? };
        if read == 0 {
            return Err(Over);
        }
        self.received += read;
        self.buffer.extend_from_slice(&piece[..read]);
        Ok(())
    }

    /// Ends the connection so that what was sent arrives, also where not all was read.
    fn linger(&mut self) {
        let reset = socket2::SockRef::from(&self.stream).linger().is_ok_and(|it| it == Some(Duration::ZERO));
        if reset {
            return;
        }
        let _ = self.stream.shutdown(Shutdown::Write);
        let _ = self.stream.set_read_timeout(Some(Duration::from_secs(2)));
        let mut rest = [0; 4096];
        while self.stream.read(&mut rest).is_ok_and(|read| read > 0) {}
    }
}

fn decoded(text: &str) -> String {
    String::from_utf8_lossy(&STANDARD.decode(text).unwrap_or_default()).into_owned()
}
