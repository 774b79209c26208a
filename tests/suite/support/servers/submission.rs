//! Servers for outgoing mail: Exim, which is a real one, aiosmtpd, which keeps every byte as it came, and Dovecot's submission,
//! which stands before another one.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::certificates::{self, Certificates};
use super::process::Process;
use super::unpacked::{TOLD, Unpacked};
use super::{PASSWORD, as_ordinary_user, cache, found, free_ports, give_away, logged, runs_as};

/// The only account.
pub const USER: &str = "alice";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubmissionKind {
    Exim,
    /// Without TLS.
    Aiosmtpd,
    /// The same, and it puts a copy of each message into the folder Sent of an account on this server for IMAP before it answers.
    /// It is the account whose name begins the address of the sender.
    Filing {
        imap: u16,
    },
    /// A proxy before the server at this port, which is the one that takes the mail.
    Dovecot {
        relay: u16,
    },
}

/// A message that a server has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Exim delivers to each by itself.
    pub recipients: Vec<String>,
    /// Without the line with the envelope; with the fields that the server added.
    pub bytes: Vec<u8>,
}

impl Kept {
    /// The first line tells the envelope: the sink and Exim both put it there.
    fn read(file: &[u8]) -> Self {
        let end = file.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let (line, rest) = (String::from_utf8_lossy(&file[..end]), &file[end..]);
        let recipients = line.split_once(':').unwrap().1.split(',').map(|it| it.trim().to_owned()).collect();
        Self { recipients, bytes: rest.to_vec() }
    }
}

/// A running server.
pub struct SubmissionServer {
    pub port: u16,
    /// With TLS from the first byte; aiosmtpd has none.
    pub tls_port: u16,
    folder: PathBuf,
    certificates: &'static Certificates,
    exim: Option<Vec<String>>,
    _process: Process,
}

impl SubmissionServer {
    /// Starts a server, if it is installed.
    pub fn start(kind: SubmissionKind) -> Option<Self> {
        let folder = super::folder(match kind {
            SubmissionKind::Exim => "exim",
            SubmissionKind::Aiosmtpd | SubmissionKind::Filing { .. } => "sink",
            SubmissionKind::Dovecot { .. } => "relay",
        });
        let certificates = certificates::shared();
        certificates.good.write(&folder);
        for attempt in 0.. {
            let [port, tls_port] = free_ports();
            let mut exim = None;
            let command = match kind {
                SubmissionKind::Exim => {
                    let words = configured_exim(&folder, port, tls_port)?;
                    exim = Some(words.clone());
                    as_ordinary_user([words, ["-bdf", "-q1s"].map(str::to_owned).to_vec()].concat())
                }
                SubmissionKind::Aiosmtpd => sink(&folder, port, None)?,
                SubmissionKind::Filing { imap } => sink(&folder, port, Some(imap))?,
                SubmissionKind::Dovecot { relay } => {
                    let proxies = Path::new("/usr/lib/dovecot/submission").is_file();
                    let program = super::dovecot::program().filter(|_| proxies);
                    let program = super::found(program, "Dovecot's submission")?;
                    super::dovecot::submission(&program, &folder, port, tls_port, relay)
                }
            };
            give_away(&folder);
            let process = Process::start(&command, &folder);
            match Process::greeted(port) {
                Ok(()) => return Some(Self { port, tls_port, folder, certificates, exim, _process: process }),
                Err(problem) => assert!(attempt < 3, "{kind:?} does not start: {problem}\n{}", logged(&folder)),
            }
        }
        None
    }

    /// Exim as a command that takes the options of sendmail.
    pub fn sendmail(&self) -> Vec<String> {
        as_ordinary_user(self.exim.clone().expect("only Exim is such a command"))
    }

    /// What it has taken, in no order.
    pub fn kept(&self) -> Vec<Kept> {
        let Ok(files) = fs::read_dir(self.folder.join("out/new")) else { return Vec::new() };
        files.map(|file| Kept::read(&fs::read(file.unwrap().path()).unwrap())).collect()
    }

    /// The same, once there are as many as that.
    pub fn kept_once(&self, count: usize) -> Vec<Kept> {
        for _ in 0..600 {
            if self.kept().len() >= count {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        self.kept()
    }

    /// From now on nothing counts as taken that was taken before.
    pub fn forget(&self) {
        for file in fs::read_dir(self.folder.join("out/new")).unwrap() {
            fs::remove_file(file.unwrap().path()).unwrap();
        }
    }

    /// What it says of itself in its log.
    pub fn log(&self) -> String {
        logged(&self.folder)
    }

    /// The certificate that a client must trust to connect to it.
    pub fn authority(&self) -> PathBuf {
        self.certificates.authority.clone()
    }
}

/// It delivers what is for `sink.test` into a Maildir, and refuses by the local part and by the subject.
fn configured_exim(folder: &Path, port: u16, tls_port: u16) -> Option<Vec<String>> {
    let mut words = Unpacked::find("exim", "usr/sbin/exim4")?.command_with_user(folder, "Debian-exim")?;
    let told = TOLD.replace(' ', " : ");
    let (user, group) = runs_as();
    let d = folder.display();
    let text = format!(
        r"primary_hostname = localhost
spool_directory = {d}/spool
log_file_path = {d}/%slog
pid_file_path = {d}/exim.pid
exim_user = {user}
exim_group = {group}
never_users =
deliver_drop_privilege
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port} : {tls_port}
tls_on_connect_ports = {tls_port}
tls_advertise_hosts = *
tls_certificate = {d}/certificate.pem
tls_privatekey = {d}/key.pem
auth_advertise_hosts = *
host_lookup =
rfc1413_hosts =
smtputf8_advertise_hosts = *
acl_smtp_rcpt = rcpt
acl_smtp_data = data
trusted_users = {user}
keep_environment = {told}
begin acl
rcpt:
  deny    !authenticated = *
          message = 5.7.0 authentication required
  defer   local_parts = tempfail
          message = 4.3.0 try later
  deny    local_parts = reject
          message = 5.1.1 no such user
  drop    local_parts = drop
  accept
data:
  defer   condition = ${{if match{{$h_subject:}}{{TEMPFAIL}}}}
          message = 4.3.0 queue full
  deny    condition = ${{if match{{$h_subject:}}{{REJECT}}}}
          message = 5.6.0 content refused
  accept
begin routers
sent:
  driver = accept
  transport = maildir
begin transports
maildir:
  driver = appendfile
  directory = {d}/out
  maildir_format
  envelope_to_add
  user = {user}
  group = {group}
begin retry
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{USER}}}}}{{eq{{$auth3}}{{{PASSWORD}}}}}}}}}
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if and{{{{eq{{$auth1}}{{{USER}}}}}{{eq{{$auth2}}{{{PASSWORD}}}}}}}}}
"
    );
    let path = folder.join("exim.conf");
    fs::write(&path, text).unwrap();
    words.extend(["-C".to_owned(), path.display().to_string()]);
    Some(words)
}

fn sink(folder: &Path, port: u16, filing: Option<u16>) -> Option<Vec<String>> {
    let out = folder.join("out");
    fs::create_dir_all(out.join("new")).unwrap();
    let python = cache().join("venv/bin/python3");
    let python = found(cache().join("venv/bin/aiosmtpd").is_file().then_some(python), "aiosmtpd")?;
    let script = folder.join("sink.py");
    fs::write(&script, include_str!("sink.py")).unwrap();
    let mut words = [python, script, out].map(|it| it.display().to_string()).to_vec();
    words.push(port.to_string());
    words.extend(filing.map(|port| port.to_string()));
    Some(as_ordinary_user(words))
}
