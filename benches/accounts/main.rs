//! An account by the clock: the first reading of a large folder, nothing new over many folders, a commit, each beside
//! `mbsync` on the same server in the same minutes, near and far. `scripts/bench-imap` runs it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    reason = "a measurement that cannot be made ends the run, and says where"
)]

#[path = "../../tests/suite/support/servers/mod.rs"]
mod servers;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use servers::letters::letter;
use servers::proxy::{Fault, Proxy};
use servers::{Account, Kind, Server};
use tidebox::clock::Stopwatch;

const CLOSED: &str = "2026-11-23T09:00:00Z";
const OPEN: &str = "2026-11-23T10:05:00Z";
const CONFIG: &str =
    "timezone = \"UTC\"\n[[checkin]]\nname = \"morning\"\ndays = \"daily\"\nat = \"10:00\"\nfor = \"45m\"\n";

/// How far away a server is, there and back.
const FAR: Duration = Duration::from_millis(40);
const FOLDERS: usize = 50;
const DECISIONS: usize = 300;

/// What a command took.
#[derive(Debug, Clone, Copy)]
struct Took {
    wall: Duration,
    /// The most memory that it had, in bytes.
    memory: u64,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if words.is_empty() {
        // `cargo bench` runs everything; this is for a script.
        println!("accounts: run by scripts/bench-imap");
        return;
    }
    let count: usize = words[0].parse().unwrap_or(20_000);
    let runs: usize = words.get(1).and_then(|word| word.parse().ok()).unwrap_or(3);
    let server = Server::start(Kind::Dovecot).expect("scripts/test-servers brings Dovecot");
    let proxy = Proxy::to(server.port);
    proxy.always(Fault::Delay(FAR / 2));
    let bench = Bench { near: server.port, far: proxy.port, folder: tempfile::tempdir().unwrap(), runs };
    bench.first(&server.account("first"), count);
    bench.nothing(&server.account("nothing"));
    bench.commit(&server.account("commit"));
}

struct Bench {
    near: u16,
    far: u16,
    folder: tempfile::TempDir,
    runs: usize,
}

impl Bench {
    fn first(&self, account: &Account, count: usize) {
        let mail = made(count);
        account.drop_maildir(&mail);
        // Dovecot reads what it was given once, for itself.
        let there = account.client().list("INBOX").len();
        assert_eq!(there, count);
        println!("\nThe first reading of {count} messages, {:.0} MB\n", size_of(&mail) as f64 / 1e6);
        for (place, port) in [("near", self.near), ("far", self.far)] {
            let store = |turn: usize| self.folder.path().join(format!("first-{place}-{turn}"));
            let ours = |turn| self.tidebox(account, port, &store(turn), CLOSED, &["sync"], "");
            let theirs = |turn| mbsync(account, port, &self.folder.path().join(format!("box-{place}-{turn}")), "INBOX");
            self.in_turn(place, &ours, &theirs);
        }
    }

    fn nothing(&self, account: &Account) {
        let mut client = account.client();
        for number in 0..FOLDERS {
            client.ok(&format!("CREATE folder{number:02}"));
            client.append_many(&format!("folder{number:02}"), (0..20).map(|one| letter(number * 20 + one)));
        }
        println!("\nNothing new, {FOLDERS} folders of 20 messages\n");
        for (place, port) in [("near", self.near), ("far", self.far)] {
            let folders = "folders = [\"folder*\"]\n";
            let store = self.folder.path().join(format!("nothing-{place}"));
            let maildir = self.folder.path().join(format!("nothing-box-{place}"));
            let ours = |_| self.tidebox(account, port, &store, CLOSED, &["sync"], folders);
            let theirs = |_| mbsync(account, port, &maildir, "folder*");
            // What there is, is read before.
            ours(0);
            theirs(0);
            self.in_turn(place, &ours, &theirs);
        }
    }

    fn commit(&self, account: &Account) {
        println!("\nA commit of {DECISIONS} decisions\n");
        for (place, port) in [("near", self.near), ("far", self.far)] {
            let mut all = Vec::new();
            for turn in 0..self.runs {
                account
                    .client()
                    .append_many("INBOX", (0..DECISIONS).map(|one| letter(7 * (one + turn * DECISIONS) + 1)));
                let store = self.folder.path().join(format!("commit-{place}-{turn}"));
                let write_back = "write_back = true\n";
                self.tidebox(account, port, &store, CLOSED, &["sync"], write_back);
                self.tidebox(account, port, &store, OPEN, &["begin"], write_back);
                let ids = output(&self.command(account, port, &store, OPEN, &["--json", "queue"], write_back));
                let ids: Vec<String> = ids
                    .lines()
                    .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].to_string())
                    .collect();
                assert_eq!(ids.len(), DECISIONS);
                for (verb, some) in ["done", "trash", "defer"].iter().zip(ids.chunks(DECISIONS / 3)) {
                    let to: &[&str] = if *verb == "defer" { &["--to", "tomorrow"] } else { &[] };
                    let some: Vec<&str> = some.iter().map(String::as_str).collect();
                    let words = [&["decide", verb], to, &some].concat();
                    self.tidebox(account, port, &store, OPEN, &words, write_back);
                }
                all.push(self.tidebox(account, port, &store, OPEN, &["commit"], write_back));
                let mut client = account.client();
                let left = client.list("INBOX");
                let deferred = left.iter().filter(|one| one.flags.iter().any(|flag| flag.starts_with("$Tide"))).count();
                assert_eq!((left.len(), deferred), (DECISIONS / 3, DECISIONS / 3), "all of it was made there");
                client.expunge(&left.iter().map(|one| one.uid).collect::<Vec<_>>());
            }
            println!("{place:<5} tidebox {}", told(&all));
        }
    }

    /// Both, one after the other, so that a busy minute meets both.
    fn in_turn(&self, place: &str, ours: &dyn Fn(usize) -> Took, theirs: &dyn Fn(usize) -> Took) {
        let (mut our, mut their) = (Vec::new(), Vec::new());
        for turn in 1..=self.runs {
            our.push(ours(turn));
            their.push(theirs(turn));
        }
        let share = median(&our).wall.as_secs_f64() / median(&their).wall.as_secs_f64();
        println!("{place:<5} tidebox {}", told(&our));
        println!("{:<5} mbsync  {}  tidebox takes {share:.2} of it", "", told(&their));
    }

    fn tidebox(&self, account: &Account, port: u16, store: &Path, at: &str, words: &[&str], more: &str) -> Took {
        took(&mut self.command(account, port, store, at, words, more))
    }

    fn command(&self, account: &Account, port: u16, store: &Path, at: &str, words: &[&str], more: &str) -> Command {
        fs::create_dir_all(store).unwrap();
        let config = store.join("config.toml");
        fs::write(&config, format!("{CONFIG}{}{more}", account.plain_source("work", port))).unwrap();
        let program = std::env::var_os("TIDEBOX_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_tidebox").into());
        let mut command = Command::new(program);
        command.args(words).env("TIDEBOX_CONFIG", config).env("TIDEBOX_STORE", store.join("tidebox.db"));
        command.env("TIDEBOX_AT", at).env("HOME", self.folder.path());
        command
    }
}

fn mbsync(account: &Account, port: u16, maildir: &Path, pattern: &str) -> Took {
    fs::create_dir_all(maildir).unwrap();
    let config = maildir.join("mbsyncrc");
    let path = maildir.display();
    fs::write(
        &config,
        format!(
            "IMAPAccount a\nHost 127.0.0.1\nPort {port}\nUser {}\nPass {}\nSSLType None\n\nIMAPStore far\nAccount a\n\n\
             MaildirStore near\nPath {path}/mail/\nInbox {path}/mail/INBOX\nSubFolders Verbatim\n\n\
             Channel c\nFar :far:\nNear :near:\nPatterns {pattern}\nCreate Near\nSync Pull\nSyncState *\n",
            account.user,
            servers::PASSWORD
        ),
    )
    .unwrap();
    fs::create_dir_all(maildir.join("mail")).unwrap();
    took(Command::new("mbsync").arg("-c").arg(&config).arg("-q").arg("-a"))
}

/// Runs a command to its end.
fn took(command: &mut Command) -> Took {
    let watch = Stopwatch::start();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut memory = 0;
    let done = loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let most = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        let most: u64 = most.trim().trim_end_matches(" kB").parse().unwrap_or(0);
        memory = memory.max(most * 1024);
        if let Some(done) = child.try_wait().unwrap() {
            break done;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let wall = watch.elapsed();
    let mut said = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut said).unwrap();
    assert!(done.success(), "{command:?}: {said}");
    Took { wall, memory }
}

fn output(command: &Command) -> String {
    let mut again = Command::new(command.get_program());
    again.args(command.get_args()).envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    String::from_utf8(again.output().unwrap().stdout).unwrap()
}

fn median(all: &[Took]) -> Took {
    let mut all = all.to_vec();
    all.sort_by_key(|one| one.wall);
    all[all.len() / 2]
}

fn told(all: &[Took]) -> String {
    let memory = all.iter().map(|one| one.memory).max().unwrap_or(0);
    let each: Vec<String> = all.iter().map(|one| format!("{:.2}", one.wall.as_secs_f64())).collect();
    format!("{:>7.2} s  {:>6.1} MB  ({})", median(all).wall.as_secs_f64(), memory as f64 / 1e6, each.join(", "))
}

/// A Maildir of so many made-up messages, kept for the next time.
fn made(count: usize) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join(format!("target/bench-mail-{count}"));
    if !folder.exists() {
        let making = root.join("target/bench-mail-making");
        let _ = fs::remove_dir_all(&making);
        let script = root.join("scripts/make_mail.py");
        let done = Command::new("python3").arg(script).arg(count.to_string()).arg(&making).status().unwrap();
        assert!(done.success());
        fs::rename(making, &folder).unwrap();
    }
    folder
}

fn size_of(maildir: &Path) -> u64 {
    let parts = ["new", "cur"].map(|part| fs::read_dir(maildir.join(part)).unwrap());
    parts.into_iter().flatten().map(|entry| entry.unwrap().metadata().unwrap().len()).sum()
}
