//! Real mail servers, started by the tests that need one. Each is an ordinary process in a folder of its own, on free
//! ports of this machine. It ends with the test that started it or, if the test is killed, with the process of the
//! tests.
//!
//! `scripts/test-servers` installs them. If one is not installed, its tests say so and pass, unless `TIDEBOX_SERVERS`
//! is `required`. Here is also a proxy that can stand between a client and a server (`proxy`), and two clients that
//! share no code with the program: `client`, and `readback`, which is Python's imaplib.
#![allow(dead_code, reason = "tests of mail on servers use it as they come")]

pub mod certificates;
pub mod client;
mod cyrus;
mod dovecot;
pub mod labels;
pub mod letters;
pub mod pigeonhole;
pub mod pretender;
mod process;
pub mod proxy;
mod pymap;
pub mod readback;
pub mod scripts;
pub mod sending_commands;
pub mod smtp_peer;
pub mod submission;
mod unpacked;
pub mod web;

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};

use certificates::Certificates;
use client::Client;
use process::Process;

/// The password of every account.
pub const PASSWORD: &str = "secret";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The most common server.
    Dovecot,
    /// Another server with as many extensions, and with different responses.
    Cyrus,
    /// A server with few extensions: no CONDSTORE, no SPECIAL-USE, no keywords.
    Pymap,
}

/// A running server.
pub struct Server {
    pub kind: Kind,
    /// Without TLS, and with STARTTLS.
    pub port: u16,
    /// With TLS from the first byte; pymap has none.
    pub tls_port: u16,
    folder: PathBuf,
    certificates: &'static Certificates,
    process: Mutex<Process>,
}

/// An account on a server, for one test.
#[derive(Clone)]
pub struct Account {
    pub server: Arc<Server>,
    pub user: String,
}

impl Server {
    /// Starts a server, if it is installed.
    pub fn start(kind: Kind) -> Option<Arc<Self>> {
        let program = match kind {
            Kind::Dovecot => dovecot::program(),
            Kind::Cyrus => cyrus::program(),
            Kind::Pymap => pymap::program(),
        };
        let program = found(program, &format!("{kind:?}"))?;
        let folder = folder(&format!("{kind:?}"));
        let certificates = certificates::shared();
        certificates.good.write(&folder);
        // Another test may take a free port before the server does.
        for attempt in 0.. {
            let [port, tls_port] = free_ports();
            let command = match kind {
                Kind::Dovecot => dovecot::command(&program, &folder, port, tls_port),
                Kind::Cyrus => cyrus::command(&program, &folder, port, tls_port),
                Kind::Pymap => pymap::command(&program, port),
            };
            give_away(&folder);
            let process = Process::start(&command, &folder);
            match Process::greeted(port) {
                Ok(()) => {
                    let process = Mutex::new(process);
                    return Some(Arc::new(Self { kind, port, tls_port, folder, certificates, process }));
                }
                Err(problem) => assert!(attempt < 3, "{kind:?} does not start: {problem}\n{}", logged(&folder)),
            }
        }
        None
    }

    /// The server that the tests of this process share: each test has its own account there.
    pub fn shared(kind: Kind) -> Option<Arc<Self>> {
        static DOVECOT: OnceLock<Option<Arc<Server>>> = OnceLock::new();
        static CYRUS: OnceLock<Option<Arc<Server>>> = OnceLock::new();
        let shared = match kind {
            Kind::Dovecot => &DOVECOT,
            Kind::Cyrus => &CYRUS,
            Kind::Pymap => return Self::start(kind),
        };
        let server = shared.get_or_init(|| Self::start(kind)).clone();
        if server.is_none() {
            eprintln!("{kind:?} is not installed (scripts/test-servers brings it): this test shows nothing");
        }
        server
    }

    /// An account with this name, which no other test may use.
    pub fn account(self: &Arc<Self>, user: &str) -> Account {
        match self.kind {
            Kind::Dovecot => {}
            Kind::Cyrus => cyrus::make_user(&self.folder, user),
            Kind::Pymap => assert_eq!(user, pymap::USER, "pymap has one account"),
        }
        Account { server: Arc::clone(self), user: user.to_owned() }
    }

    /// Kills all of its processes at once, as a power cut would.
    pub fn kill(&self) {
        self.process.lock().unwrap().say("down");
    }

    /// Kills it and starts it again, with the same folder and ports.
    pub fn restart(&self) {
        let mut process = self.process.lock().unwrap();
        // A killed process may still hold a port or a file when the next one starts.
        for attempt in 0.. {
            process.say("again");
            match Process::greeted(self.port) {
                Ok(()) => return,
                Err(problem) => assert!(attempt < 3, "{problem}\n{}", logged(&self.folder)),
            }
        }
    }

    /// The certificate that a client must trust to connect to it.
    pub fn authority(&self) -> PathBuf {
        self.certificates.authority.clone()
    }
}

impl Account {
    /// An account on the shared server of this kind.
    pub fn on(kind: Kind, user: &str) -> Option<Self> {
        let user = if kind == Kind::Pymap { pymap::USER } else { user };
        Some(Server::shared(kind)?.account(user))
    }

    /// Its section of a configuration, without TLS, through this port: the server's own, or a proxy's.
    pub fn plain_source(&self, name: &str, port: u16) -> String {
        format!(
            "[[source]]\nname = \"{name}\"\nkind = \"imap\"\nbacklog = \"all\"\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n\
             user = \"{}\"\npassword = {{ command = [\"echo\", \"{PASSWORD}\"] }}\n",
            self.user
        )
    }

    /// The same with TLS, at the server itself.
    pub fn tls_source(&self, name: &str) -> String {
        format!(
            "[[source]]\nname = \"{name}\"\nkind = \"imap\"\nbacklog = \"all\"\nhost = \"localhost\"\nport = {}\nca = \"{}\"\n\
             user = \"{}\"\npassword = {{ command = [\"echo\", \"{PASSWORD}\"] }}\n",
            self.server.tls_port,
            self.server.authority().display(),
            self.user
        )
    }

    /// Another client of the same account, logged in.
    pub fn client(&self) -> Client {
        let mut client = Client::connect(self.server.port);
        client.login(&self.user, PASSWORD);
        client
    }

    /// The whole content, as Python's imaplib reads it.
    pub fn read_back(&self) -> readback::Mailbox {
        readback::read(self.server.port, &self.user)
    }

    /// Another account with the same mail and the same UIDs. Only with Dovecot, while nobody uses this account.
    pub fn copied(&self, user: &str) -> Self {
        assert_eq!(self.server.kind, Kind::Dovecot, "only Dovecot keeps a Maildir here");
        let mail = self.server.folder.join("mail");
        copy_all(&mail.join(&self.user), &mail.join(user));
        give_away(&mail.join(user));
        Self { server: Arc::clone(&self.server), user: user.to_owned() }
    }

    /// Puts the messages of a Maildir into INBOX. Only with Dovecot, and not while it is read.
    pub fn drop_maildir(&self, maildir: &Path) {
        let home = self.server.folder.join("mail").join(&self.user);
        copy_all(maildir, &home.join("Maildir"));
        give_away(&home);
    }

    /// Puts messages into INBOX by writing files, as fast as the disk allows. Only with Dovecot, and not while it is
    /// read.
    pub fn drop_in(&self, mails: impl IntoIterator<Item = String>) {
        assert_eq!(self.server.kind, Kind::Dovecot, "only Dovecot keeps a Maildir here");
        let home = self.server.folder.join("mail").join(&self.user);
        let maildir = home.join("Maildir");
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(maildir.join(part)).unwrap();
        }
        for (number, mail) in mails.into_iter().enumerate() {
            let path = maildir.join("new").join(format!("{}.{number:06}.test", 1_700_000_000 + number));
            fs::write(&path, mail).unwrap();
        }
        give_away(&home);
    }
}

/// Copies a folder with its content.
fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => copy_all(&entry.path(), &target),
            kind if kind.is_file() => drop(fs::copy(entry.path(), target).unwrap()),
            _ => {}
        }
    }
}

/// What `scripts/test-servers` brings, if it is there; else it is said that a test shows nothing.
fn found<T>(program: Option<T>, name: &str) -> Option<T> {
    if program.is_none() {
        let required = std::env::var_os("TIDEBOX_SERVERS").is_some_and(|word| word == "required");
        assert!(!required, "{name} is not installed; scripts/test-servers brings it");
        eprintln!("{name} is not installed (scripts/test-servers brings it): this test shows nothing");
    }
    program
}

/// A new folder for a server. Its path is short, because the path of a socket in it may have at most 107 bytes.
fn folder(name: &str) -> PathBuf {
    let name = format!("tb-{}-", name.to_lowercase());
    let folder = tempfile::Builder::new().prefix(&name).tempdir_in("/tmp").unwrap().keep();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o711)).unwrap();
    folder
}

/// If the tests are run by root, the servers run as the user `nobody`, and this gives them their files.
fn give_away(path: &Path) {
    const NOBODY: u32 = 65_534;
    if !is_root() {
        return;
    }
    chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give_away(&entry.unwrap().path());
        }
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// The names of the user and the group that a server runs as.
fn runs_as() -> (String, String) {
    (told_by_id("-un"), told_by_id("-gn"))
}

/// What `id` says of the user that a server runs as.
fn told_by_id(flag: &str) -> String {
    let mut command = std::process::Command::new("id");
    command.arg(flag);
    if is_root() {
        command.arg("nobody");
    }
    String::from_utf8(command.output().unwrap().stdout).unwrap().trim().to_owned()
}

/// The command, without the rights of root.
fn as_ordinary_user(command: Vec<String>) -> Vec<String> {
    if !is_root() {
        return command;
    }
    let (user, group) = runs_as();
    let mut all = vec!["setpriv".to_owned(), format!("--reuid={user}"), format!("--regid={group}")];
    all.push("--clear-groups".to_owned());
    all.extend(command);
    all
}

/// Where `scripts/test-servers` puts what it unpacks.
fn cache() -> PathBuf {
    std::env::var_os("TIDEBOX_SERVER_CACHE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/servers"), PathBuf::from)
}

/// Python with a parser of iCalendar files; `None` where it was not brought.
pub fn icalendar() -> Option<PathBuf> {
    let python = cache().join("venv/bin/python3");
    let mut asks = Command::new(&python);
    let there = asks.args(["-c", "import icalendar"]).stderr(Stdio::null()).status().is_ok_and(|ended| ended.success());
    found(there.then_some(python), "Python's icalendar")
}

/// Free ports outside the range from which the system gives ports to connections: a port in that range might be taken
/// while its server is being restarted.
fn free_ports<const N: usize>() -> [u16; N] {
    let free = || loop {
        let port = fastrand::u16(20_000..32_000);
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)) {
            return listener;
        }
    };
    let listening = [(); N].map(|()| free());
    listening.map(|listener| listener.local_addr().unwrap().port())
}

/// The last lines of a server's log.
fn logged(folder: &Path) -> String {
    let mut text = String::new();
    for name in ["dovecot.log", "cyrus.log", "mainlog", "paniclog", "output.log"] {
        text.push_str(&fs::read_to_string(folder.join(name)).unwrap_or_default());
    }
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
