//! Servers for Sieve scripts (RFC 5804): Dovecot's, read back by a client in Python that shares no code with the program; and one
//! that a test tells what to answer.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use super::certificates::{self, Certificates};
use super::process::Process;
use super::{PASSWORD, free_ports, give_away, logged};

/// Dovecot with its server for scripts. Any user name is an account.
pub struct ScriptServer {
    pub port: u16,
    /// With TLS from the first byte.
    pub tls_port: u16,
    pub imap_port: u16,
    certificates: &'static Certificates,
    _process: Process,
}

/// The scripts of an account, and the active one.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Scripts {
    pub active: Option<String>,
    pub scripts: BTreeMap<String, String>,
}

impl ScriptServer {
    /// `None` where it is not installed.
    pub fn start() -> Option<Self> {
        let there = Path::new("/usr/lib/dovecot/managesieve").is_file();
        let program = super::found(super::dovecot::program().filter(|_| there), "Dovecot's ManageSieve")?;
        let folder = super::folder("scripts");
        let certificates = certificates::shared();
        certificates.good.write(&folder);
        for attempt in 0.. {
            let [port, tls_port, imap_port] = free_ports();
            let command = super::dovecot::managesieve(&program, &folder, [port, tls_port, imap_port]);
            give_away(&folder);
            let process = Process::start(&command, &folder);
            match Process::greeted(port) {
                Ok(()) => return Some(Self { port, tls_port, imap_port, certificates, _process: process }),
                Err(problem) => assert!(attempt < 3, "ManageSieve does not start: {problem}\n{}", logged(&folder)),
            }
        }
        None
    }

    pub fn authority(&self) -> PathBuf {
        self.certificates.authority.clone()
    }

    /// What is there, as the client in Python reads it.
    pub fn scripts(&self, user: &str) -> Scripts {
        serde_json::from_str(&self.python(user, &["list"])).unwrap()
    }

    /// Puts a script there, as somebody else would.
    pub fn put(&self, user: &str, name: &str, script: &str) {
        self.python(user, &["put", name, script]);
    }

    /// Makes a script the active one; none with an empty name.
    pub fn activate(&self, user: &str, name: &str) {
        self.python(user, &["activate", name]);
    }

    fn python(&self, user: &str, words: &[&str]) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/support/servers/scripts.py");
        let port = self.port.to_string();
        let done =
            Command::new("python3").arg(script).args([&port, user, PASSWORD]).args(words).output().expect("python3");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }
}

/// What happens instead of a correct answer to a command.
#[derive(Debug, Clone, Copy)]
pub enum SieveAnswer {
    Says(&'static str),
    /// These bytes, and the end.
    Cuts(&'static str),
    Silent,
    /// A literal of so many bytes is announced, and comes.
    Literal(usize),
}

/// A server with one account, whose answers a test replaces: it is asked about each command by its name, `GREETING` first.
pub struct SievePeer {
    pub port: u16,
    commands: Arc<Mutex<Vec<String>>>,
    scripts: Arc<Mutex<BTreeMap<String, String>>>,
}

type Replaced = fn(&str) -> Option<SieveAnswer>;

const GREETING: &str = "\"IMPLEMENTATION\" \"Peer\"\r\n\"SASL\" \"PLAIN\"\r\n\"SIEVE\" \"date envelope fileinto include relational vacation variables\"\r\n\
    \"VERSION\" \"1.0\"\r\nOK\r\n";

impl SievePeer {
    pub fn start(replaced: Replaced) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let peer = Self { port, commands: Arc::default(), scripts: Arc::default() };
        let (commands, scripts) = (Arc::clone(&peer.commands), Arc::clone(&peer.scripts));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let (commands, scripts) = (Arc::clone(&commands), Arc::clone(&scripts));
                std::thread::spawn(move || serve(&stream, replaced, &commands, &scripts));
            }
        });
        peer
    }

    /// The names of the commands that came.
    pub fn commands(&self) -> Vec<String> {
        self.commands.lock().unwrap().clone()
    }

    pub fn scripts(&self) -> BTreeMap<String, String> {
        self.scripts.lock().unwrap().clone()
    }
}

fn serve(
    stream: &TcpStream,
    replaced: Replaced,
    commands: &Mutex<Vec<String>>,
    scripts: &Mutex<BTreeMap<String, String>>,
) -> Option<()> {
    let mut out = stream;
    let mut reader = BufReader::new(stream);
    let (mut name, mut arguments) = ("GREETING".to_owned(), Vec::new());
    loop {
        match replaced(&name) {
            Some(SieveAnswer::Says(text)) => out.write_all(text.as_bytes()).ok()?,
            Some(SieveAnswer::Cuts(text)) => return out.write_all(text.as_bytes()).ok(),
            Some(SieveAnswer::Literal(bytes)) => {
                out.write_all(format!("{{{bytes}}}\r\n").as_bytes()).ok()?;
                out.write_all(&vec![b'x'; bytes]).ok()?;
                out.write_all(b"\r\nOK\r\n").ok()?;
            }
            Some(SieveAnswer::Silent) => {}
            None => out.write_all(correct(&name, &arguments, scripts).as_bytes()).ok()?,
        }
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        arguments.clear();
        // Of literals there is one, at the end.
        while let Some((before, size)) = line.trim_end().rsplit_once('{').filter(|_| line.trim_end().ends_with("+}")) {
            let mut literal = vec![0; size.trim_end_matches("+}").parse().unwrap()];
            reader.read_exact(&mut literal).ok()?;
            let (before, mut rest) = (before.to_owned(), String::new());
            reader.read_line(&mut rest).ok()?;
            arguments.push(String::from_utf8(literal).unwrap());
            line = format!("{before}{rest}");
        }
        let quoted = line.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        arguments.splice(0..0, quoted);
        line.split_whitespace().next().unwrap_or_default().clone_into(&mut name);
        commands.lock().unwrap().push(name.clone());
    }
}

fn correct(name: &str, arguments: &[String], scripts: &Mutex<BTreeMap<String, String>>) -> String {
    let mut scripts = scripts.lock().unwrap();
    let of = |place: usize| arguments.get(place).cloned().unwrap_or_default();
    match name {
        "GREETING" | "CAPABILITY" => GREETING.to_owned(),
        // `me` and `secret`.
        "AUTHENTICATE" if of(1) == "AG1lAHNlY3JldA==" => "OK\r\n".to_owned(),
        "AUTHENTICATE" => "NO \"Wrong\"\r\n".to_owned(),
        "LISTSCRIPTS" => scripts.keys().map(|name| format!("\"{name}\"\r\n")).collect::<String>() + "OK\r\n",
        "PUTSCRIPT" => {
            scripts.insert(of(0), of(1));
            "OK\r\n".to_owned()
        }
        "GETSCRIPT" => match scripts.get(&of(0)) {
            Some(script) => format!("{{{}}}\r\n{script}\r\nOK\r\n", script.len()),
            None => "NO (NONEXISTENT) \"none\"\r\n".to_owned(),
        },
        "DELETESCRIPT" => {
            scripts.remove(&of(0));
            "OK\r\n".to_owned()
        }
        _ => "OK \"done\"\r\n".to_owned(),
    }
}
