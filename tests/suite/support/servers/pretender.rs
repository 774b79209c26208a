//! A server that keeps a few messages in memory and answers correctly, except where a test tells it to refuse, lie,
//! flood, garble or stay silent. It keeps the commands that it received.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::certificates::Identity;

/// What is sent instead of a correct answer.
#[derive(Debug, Clone)]
pub enum Bit {
    /// Text; `TAG` in it stands for the tag of the command.
    Say(String),
    /// Bytes, sent as they are.
    Raw(Vec<u8>),
    /// The same bytes, this many times.
    Flood(Vec<u8>, u64),
    /// A SASL challenge, sent in base64, and the client's response. `NONCE` in it stands for the nonce in the client's
    /// last response.
    Challenge(String),
    /// The correct answer.
    AsUsual,
    Close,
    /// Nothing more, until the client closes the connection.
    Silence,
}

#[derive(Debug, Clone)]
pub struct Mail {
    pub uid: u64,
    pub flags: BTreeSet<String>,
    pub text: String,
}

impl Mail {
    pub fn new(uid: u64, text: impl Into<String>) -> Self {
        Self { uid, flags: BTreeSet::new(), text: text.into() }
    }
}

/// When TLS begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    No,
    FirstByte,
    Start,
}

/// How the server behaves. The entries of `instead` are tried in order; the first one counts whose words begin the
/// command, with or without UID before it.
pub struct Manners {
    pub greeting: Vec<Bit>,
    pub capabilities: &'static str,
    pub tls: Tls,
    pub identity: Option<&'static Identity>,
    pub validity: u64,
    pub mails: Vec<Mail>,
    pub folders: Vec<String>,
    pub instead: Vec<(&'static str, Vec<Bit>)>,
    /// Which folders keep keywords.
    pub keywords: bool,
    /// Whether commands that change something are answered with OK and not carried out.
    pub lies: bool,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            greeting: vec![Bit::Say("* OK at your service\r\n".into())],
            capabilities: "IMAP4rev1 AUTH=PLAIN IDLE MOVE UIDPLUS SPECIAL-USE LITERAL+",
            tls: Tls::No,
            identity: None,
            validity: 7,
            mails: Vec::new(),
            folders: ["() \"/\" INBOX", "(\\Archive) \"/\" Archive", "(\\Trash) \"/\" Trash", "(\\Junk) \"/\" Junk"]
                .map(str::to_owned)
                .to_vec(),
            instead: Vec::new(),
            keywords: true,
            lies: false,
        }
    }
}

impl Manners {
    pub fn instead(mut self, command: &'static str, bits: Vec<Bit>) -> Self {
        self.instead.push((command, bits));
        self
    }
}

pub struct Pretender {
    pub port: u16,
    inner: Arc<Inner>,
}

struct Inner {
    manners: Mutex<Manners>,
    said: Mutex<Vec<String>>,
    moved: Mutex<Vec<(String, Mail)>>,
    over: AtomicBool,
}

impl Pretender {
    pub fn start(manners: Manners) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let inner = Arc::new(Inner {
            manners: Mutex::new(manners),
            said: Mutex::default(),
            moved: Mutex::default(),
            over: AtomicBool::new(false),
        });
        let of_thread = Arc::clone(&inner);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if of_thread.over.load(Ordering::SeqCst) {
                    return;
                }
                let inner = Arc::clone(&of_thread);
                thread::spawn(move || inner.talk(stream));
            }
        });
        Self { port, inner }
    }

    /// Its section of a configuration. `security` is one line or several.
    pub fn source(&self, security: &str) -> String {
        format!(
            "[[source]]\nname = \"odd\"\nkind = \"imap\"\nbacklog = \"all\"\nhost = \"localhost\"\nport = {}\n{security}\nuser = \"me\"\n\
             password = {{ command = [\"echo\", \"{}\"] }}\n",
            self.port,
            super::PASSWORD
        )
    }

    /// Changes its behaviour from now on.
    pub fn change(&self, how: impl FnOnce(&mut Manners)) {
        how(&mut self.inner.manners.lock().unwrap());
    }

    /// Every command so far, without tags.
    pub fn said(&self) -> Vec<String> {
        self.inner.said.lock().unwrap().clone()
    }

    pub fn was_told(&self, words: &str) -> bool {
        self.said().iter().any(|said| said.to_uppercase().starts_with(words))
    }

    /// The messages that were moved, and their target folders.
    pub fn moved(&self) -> Vec<(String, Mail)> {
        self.inner.moved.lock().unwrap().clone()
    }
}

impl Drop for Pretender {
    fn drop(&mut self) {
        self.inner.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// A line from the client, or `None` if it has left.
type Line = Option<String>;

impl Inner {
    fn talk(&self, mut stream: TcpStream) {
        let _ = stream.set_read_timeout(Some(Duration::from_mins(2)));
        let (tls, identity) = {
            let manners = self.manners.lock().unwrap();
            (manners.tls, manners.identity)
        };
        if tls == Tls::FirstByte {
            let Some(identity) = identity else { return };
            self.serve(&mut secured(stream, identity), true);
            return;
        }
        let starts = self.serve(&mut stream, true);
        if let (true, Some(identity)) = (starts, identity) {
            self.serve(&mut secured(stream, identity), false);
        }
    }

    /// Answers until the client leaves; returns whether to go on with TLS.
    fn serve<S: Read + Write>(&self, stream: &mut S, greets: bool) -> bool {
        let mut reader = BufReader::with_capacity(1 << 16, stream);
        if greets {
            let greeting = self.manners.lock().unwrap().greeting.clone();
            if !self.bits(&mut reader, &greeting, "*", &mut |_| true) {
                return false;
            }
        }
        while let Some(line) = self.line(&mut reader) {
            let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
            self.said.lock().unwrap().push(command.to_owned());
            let upper = command.to_uppercase();
            let instead = {
                let manners = self.manners.lock().unwrap();
                let bare = upper.strip_prefix("UID ").unwrap_or(&upper);
                let found = manners.instead.iter().find(|(words, _)| bare.starts_with(words));
                found.map(|(_, bits)| bits.clone())
            };
            let mut usual = |reader: &mut BufReader<&mut S>| self.usual(reader, tag, command);
            let goes_on = match instead {
                Some(bits) => self.bits(&mut reader, &bits, tag, &mut usual),
                None => usual(&mut reader),
            };
            if !goes_on {
                return false;
            }
            if upper == "STARTTLS" && self.manners.lock().unwrap().tls == Tls::Start {
                return true;
            }
        }
        false
    }

    /// Sends bits; returns whether the connection goes on.
    fn bits<S: Read + Write>(
        &self,
        reader: &mut BufReader<&mut S>,
        bits: &[Bit],
        tag: &str,
        usual: &mut dyn FnMut(&mut BufReader<&mut S>) -> bool,
    ) -> bool {
        let mut answer = String::new();
        for bit in bits {
            let goes_on = match bit {
                Bit::Challenge(text) => match self.challenge(reader, text, &answer) {
                    Some(next) => {
                        answer = next;
                        true
                    }
                    None => false,
                },
                Bit::Say(text) => reader.get_mut().write_all(text.replace("TAG", tag).as_bytes()).is_ok(),
                Bit::Raw(bytes) => reader.get_mut().write_all(bytes).is_ok(),
                Bit::Flood(bytes, times) => {
                    let many = bytes.repeat(usize::try_from((*times).min(1000)).unwrap());
                    (0..times.div_ceil(1000)).all(|_| reader.get_mut().write_all(&many).is_ok())
                }
                Bit::AsUsual => usual(reader),
                Bit::Close => false,
                Bit::Silence => {
                    let mut nothing = [0; 512];
                    while matches!(reader.read(&mut nothing), Ok(1..)) {}
                    false
                }
            };
            if !goes_on {
                return false;
            }
        }
        reader.get_mut().flush().is_ok()
    }

    /// Sends a challenge. The client's response is decoded and kept with the commands.
    fn challenge<S: Read + Write>(&self, reader: &mut BufReader<&mut S>, text: &str, before: &str) -> Option<String> {
        let nonce = before.split(',').find_map(|field| field.strip_prefix("r=")).unwrap_or_default();
        let challenge = STANDARD.encode(text.replace("NONCE", nonce));
        reader.get_mut().write_all(format!("+ {challenge}\r\n").as_bytes()).ok()?;
        reader.get_mut().flush().ok()?;
        let answer = self.line(reader)?;
        let answer = STANDARD.decode(&answer).map_or(answer, |bytes| String::from_utf8_lossy(&bytes).into_owned());
        self.said.lock().unwrap().push(format!("answer {answer}"));
        Some(answer)
    }

    /// One command, with its literals as quoted strings.
    fn line<S: Read + Write>(&self, reader: &mut BufReader<&mut S>) -> Line {
        let mut whole = String::new();
        loop {
            let mut line = Vec::new();
            if !matches!(reader.read_until(b'\n', &mut line), Ok(1..)) || self.over.load(Ordering::SeqCst) {
                return None;
            }
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            let literal = line.strip_suffix('}').and_then(|rest| rest.rsplit_once('{'));
            let Some((before, size)) = literal else { return Some(whole + &line) };
            let plus = size.ends_with('+');
            let mut bytes = vec![0; size.trim_end_matches('+').parse().ok()?];
            if !plus {
                reader.get_mut().write_all(b"+ go on\r\n").ok()?;
                reader.get_mut().flush().ok()?;
            }
            reader.read_exact(&mut bytes).ok()?;
            whole.push_str(before);
            whole.push_str(&format!("\"{}\"", String::from_utf8_lossy(&bytes)));
        }
    }

    /// Sends the correct answer; returns whether the connection goes on.
    fn usual<S: Read + Write>(&self, reader: &mut BufReader<&mut S>, tag: &str, command: &str) -> bool {
        let upper = command.to_uppercase();
        if upper.starts_with("AUTHENTICATE") && upper.split(' ').count() == 2 {
            let _ = reader.get_mut().write_all(b"+ \r\n").and_then(|()| reader.get_mut().flush());
            let mut answer = String::new();
            let _ = reader.read_line(&mut answer);
        }
        if upper == "IDLE" {
            let _ = reader.get_mut().write_all(b"+ idling\r\n").and_then(|()| reader.get_mut().flush());
            if self.line(reader).is_none() {
                return false;
            }
        }
        let mut manners = self.manners.lock().unwrap();
        let mut answer = String::new();
        let words: Vec<&str> = upper.split(' ').collect();
        match words.as_slice() {
            ["CAPABILITY", ..] => answer = format!("* CAPABILITY {}\r\n", manners.capabilities),
            ["LIST", ..] => manners.folders.iter().for_each(|folder| answer += &format!("* LIST {folder}\r\n")),
            ["SELECT" | "EXAMINE", folder, ..] => answer = selected(&manners, folder.contains("INBOX")),
            ["STATUS", folder, ..] => {
                let mails = if folder.contains("INBOX") { manners.mails.as_slice() } else { &[] };
                let next = mails.iter().map(|mail| mail.uid).max().unwrap_or(0) + 1;
                answer = format!(
                    "* STATUS {folder} (MESSAGES {} UIDNEXT {next} UIDVALIDITY {})\r\n",
                    mails.len(),
                    manners.validity
                );
            }
            ["UID", "SEARCH", ..] => {
                let uids: Vec<String> = manners.mails.iter().map(|mail| mail.uid.to_string()).collect();
                answer = format!("* SEARCH {}\r\n", uids.join(" "));
            }
            ["UID", "FETCH", set, rest @ ..] => {
                let asked = rest.join(" ");
                for (place, mail) in (1..).zip(&manners.mails).filter(|(_, mail)| is_in(mail.uid, set)) {
                    answer += &fetched(place, mail, &asked);
                }
            }
            ["FETCH", set, rest @ ..] => {
                let asked = rest.join(" ");
                for (place, mail) in (1..).zip(&manners.mails).filter(|(place, _)| is_in(*place as u64, set)) {
                    answer += &fetched(place, mail, &asked);
                }
            }
            ["UID", "MOVE", set, folder, ..] if !manners.lies => {
                let gone: Vec<Mail> = manners.mails.iter().filter(|mail| is_in(mail.uid, set)).cloned().collect();
                for mail in gone {
                    let place = manners.mails.iter().position(|one| one.uid == mail.uid).unwrap();
                    let mut moved = self.moved.lock().unwrap();
                    moved.push((folder.trim_matches('"').to_owned(), mail.clone()));
                    answer += &format!("* OK [COPYUID 9 {} {}] moved\r\n", mail.uid, moved.len());
                    answer += &format!("* {} EXPUNGE\r\n", place + 1);
                    manners.mails.remove(place);
                }
            }
            ["UID", "STORE", set, how, rest @ ..] if !manners.lies => {
                let original: Vec<&str> = command.split(' ').collect();
                let flags = original[original.len() - rest.len()..].join(" ");
                let keywords = manners.keywords;
                for (place, mail) in (1..).zip(&mut manners.mails).filter(|(_, mail)| is_in(mail.uid, set)) {
                    for flag in flags.trim_matches(['(', ')']).split(' ') {
                        if how.starts_with('-') {
                            mail.flags.remove(flag);
                        } else if keywords || flag.starts_with('\\') {
                            mail.flags.insert(flag.to_owned());
                        }
                    }
                    answer += &fetched(place, mail, "FLAGS");
                }
            }
            ["LOGOUT", ..] => answer.push_str("* BYE see you\r\n"),
            _ => {}
        }
        answer += &format!("{tag} OK done\r\n");
        let _ = reader.get_mut().write_all(answer.as_bytes()).and_then(|()| reader.get_mut().flush());
        words.first() != Some(&"LOGOUT")
    }
}

fn selected(manners: &Manners, has_mails: bool) -> String {
    let mails = if has_mails { manners.mails.as_slice() } else { &[] };
    let next = mails.iter().map(|mail| mail.uid).max().unwrap_or(0) + 1;
    let any = if manners.keywords { " \\*" } else { "" };
    format!(
        "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n\
         * OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft{any})] kept\r\n\
         * {} EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY {}] valid\r\n* OK [UIDNEXT {next}] next\r\n",
        mails.len(),
        manners.validity
    )
}

fn fetched(place: usize, mail: &Mail, asked: &str) -> String {
    let flags: Vec<&str> = mail.flags.iter().map(String::as_str).collect();
    let mut items = format!("UID {} FLAGS ({})", mail.uid, flags.join(" "));
    if asked.contains("INTERNALDATE") {
        items += " INTERNALDATE \"20-Nov-2026 08:00:00 +0000\"";
    }
    if asked.contains("RFC822.SIZE") {
        items += &format!(" RFC822.SIZE {}", mail.text.len());
    }
    if let Some((_, section)) = asked.split_once("BODY.PEEK[").or_else(|| asked.split_once("BODY[")) {
        let text = if section.starts_with("HEADER") {
            mail.text.split_inclusive("\r\n\r\n").next().unwrap_or_default()
        } else {
            mail.text.as_str()
        };
        let section = section.split(']').next().unwrap_or_default();
        let origin = asked.rsplit_once('<').map_or("", |_| "<0>");
        items += &format!(" BODY[{section}]{origin} {{{}}}\r\n{text}", text.len());
    }
    format!("* {place} FETCH ({items})\r\n")
}

/// Whether a UID is in a set such as `1,4:6,9:*`.
fn is_in(uid: u64, set: &str) -> bool {
    let number = |text: &str| text.parse().unwrap_or(u64::MAX);
    set.split(',').any(|part| match part.split_once(':') {
        Some((first, last)) => (number(first)..=number(last)).contains(&uid),
        None => number(part) == uid,
    })
}

/// A server's side of TLS over a connection.
pub fn secured(stream: TcpStream, identity: &Identity) -> rustls::StreamOwned<rustls::ServerConnection, TcpStream> {
    use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(identity.key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config =
        versions.with_no_client_auth().with_single_cert(vec![identity.certificate.der().clone()], key).unwrap();
    rustls::StreamOwned::new(rustls::ServerConnection::new(Arc::new(config)).unwrap(), stream)
}
