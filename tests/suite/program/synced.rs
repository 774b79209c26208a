//! Holds `src/source/maildir`, `src/store/reconcile.rs`, `src/store/hold.rs`: a Maildir that another program keeps the
//! same as an account on a real server, with tidebox deciding in the Maildir and a phone acting on the server:
//! afterwards all three say the same of every message, none is lost and none is there twice.
//!
//! Numbers are unlucky throughout: every folder has messages with the numbers that the inbox has, and some numbers were used
//! there once and are free.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::accounts::home_with;
use crate::support::Home;
use crate::support::servers::client::Client;
use crate::support::servers::{Account, Kind, PASSWORD, readback};

/// The letters, in three rounds.
const LETTERS: usize = 50;
const ROUNDS: [(&str, &str); 3] = [
    ("2026-11-23T09:00:00+01:00", "2026-11-23T10:05:00+01:00"),
    ("2026-11-23T15:00:00+01:00", "2026-11-23T16:05:00+01:00"),
    ("2026-11-24T09:00:00+01:00", "2026-11-24T10:05:00+01:00"),
];
const LATER: &str = "2026-11-24T12:00:00+01:00";
/// Messages that lay in the archive, the trash and the junk before.
const OLD: usize = 60;

#[test]
fn a_maildir_that_mbsync_keeps() {
    Keeper::Mbsync { maps: false }.days("mbsync");
}

#[test]
fn a_maildir_that_mbsync_keeps_with_its_numbers_in_a_file() {
    Keeper::Mbsync { maps: true }.days("mbsync-map");
}

#[test]
fn a_maildir_that_offlineimap_keeps() {
    Keeper::OfflineImap.days("offlineimap");
}

/// What keeps the Maildir the same as the account.
#[derive(Debug, Clone, Copy)]
enum Keeper {
    /// `maps` keeps the numbers in a file (`AltMap`) instead of in the names; the folders are those of Maildir++ then.
    Mbsync {
        maps: bool,
    },
    OfflineImap,
}

impl Keeper {
    fn program(self) -> &'static str {
        if matches!(self, Self::OfflineImap) { "offlineimap" } else { "mbsync" }
    }

    fn is_there(self) -> bool {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        let found = std::env::split_paths(&paths).any(|folder| folder.join(self.program()).is_file());
        assert!(
            found || std::env::var_os("TIDEBOX_SERVERS").is_none_or(|word| word != "required"),
            "{} is not installed; scripts/test-servers brings it",
            self.program()
        );
        if !found {
            eprintln!("{} is not installed (scripts/test-servers brings it): this test shows nothing", self.program());
        }
        found
    }

    fn days(self, user: &str) {
        if !self.is_there() {
            return;
        }
        let Some(account) = Account::on(Kind::Dovecot, user) else { return };
        let mail = "Mail";
        let home = home_with(&format!(
            "[[source]]\nname = \"home\"\nkind = \"maildir\"\npath = \"{mail}\"\nbacklog = \"all\"\n"
        ));
        let text = fs::read_to_string(home.path("config.toml")).unwrap();
        let path = home.path(mail);
        fs::create_dir_all(&path).unwrap();
        home.write("config.toml", text.replace("path = \"Mail\"", &format!("path = \"{}\"", path.display())));
        let client = account.client();
        let mut days = Days { keeper: self, account, client, home, path, places: BTreeMap::new() };
        days.fill();
        for round in 0..ROUNDS.len() {
            days.round(round);
        }
        days.agree();
    }
}

/// One account, its Maildir, and where each message is to be.
struct Days {
    keeper: Keeper,
    account: Account,
    client: Client,
    home: Home,
    path: PathBuf,
    places: BTreeMap<String, &'static str>,
}

impl Days {
    fn fill(&mut self) {
        for (at, folder) in ["Archive", "Trash", "Junk"].into_iter().enumerate() {
            let numbers = (1..=OLD).map(|number| 1_000 * (at + 1) + number);
            self.client.append(folder, "\\Seen", numbers.clone().map(mail));
            self.places.extend(numbers.map(|number| (id(number), folder)));
        }
        self.settings();
        self.keep();
        // Some of their numbers become free again: a mail program here deletes some files, a phone expunges others.
        let mut files = self.files();
        files.retain(|(path, _)| self.folder(path) == "Archive");
        for (path, id) in files.iter().take(10) {
            fs::remove_file(path).unwrap();
            self.places.remove(id);
        }
        self.keep();
        let listed = self.client.list("Trash");
        let uids: Vec<u32> = listed.iter().take(10).map(|one| one.uid).collect();
        self.client.expunge(&uids);
        for one in listed.iter().take(10) {
            self.places.remove(&one.message_id);
        }
        self.keep();
    }

    fn round(&mut self, round: usize) {
        let (before, open) = ROUNDS[round];
        let fresh: Vec<usize> = (0..LETTERS).filter(|number| number % ROUNDS.len() == round).collect();
        self.client.append("INBOX", "", fresh.iter().map(|number| mail(*number)));
        self.places.extend(fresh.iter().map(|number| (id(*number), "INBOX")));
        self.keep();
        // Another program here delivers one without a number, which gets it while the batch is open.
        let local = 900 + round;
        let inbox = self.inbox();
        fs::write(inbox.join("new").join(format!("17954280{local}.M1P1.host")), mail(local).replace("\r\n", "\n"))
            .unwrap();
        self.places.insert(id(local), "INBOX");
        self.tidebox(before, &["sync"]);
        let batch = self.home.json(open, &["begin"]);
        assert!(batch.len() > fresh.len(), "{:?}: {batch:?}", self.keeper);
        self.keep();

        // The phone archives and deletes some of what is in the batch, and one that waits from before.
        let mut taken = Vec::new();
        for (number, folder) in fresh.iter().zip(["Archive", "Trash", "Archive", "Trash"]) {
            self.phone(&id(*number), folder);
            taken.push(id(*number));
        }
        self.keep();

        let verbs =
            [("done", "Archive"), ("trash", "Trash"), ("spam", "Junk"), ("mute", "Archive"), ("later", "INBOX")];
        for (one, (verb, folder)) in batch.iter().zip(verbs.into_iter().cycle()) {
            let message_id = one["message_id"].as_str().unwrap().to_owned();
            self.home.json(open, &["decide", verb, &one["id"].to_string()]);
            // Whoever was first is right.
            if !taken.contains(&message_id) {
                self.places.insert(message_id, folder);
            }
        }
        self.home.json(open, &["commit"]);
        // Once the numbers come before the changes, and once behind them.
        if round == 1 {
            self.keep();
        }
        self.tidebox(open, &["sync"]);
        self.keep();
        self.keep();

        // What was put off to be answered: the phone archives one, and deletes another.
        let open_letters: Vec<String> =
            self.places.iter().filter(|(_, folder)| **folder == "INBOX").map(|(id, _)| id.clone()).collect();
        for (id, folder) in open_letters.iter().zip(["Archive", "Trash"]) {
            self.phone(id, folder);
        }
        self.keep();
        self.tidebox(open, &["sync"]);
    }

    fn phone(&mut self, message_id: &str, folder: &'static str) {
        self.client.select("INBOX");
        let uid = self.client.uid(message_id).unwrap_or_else(|| panic!("{:?}: no {message_id}", self.keeper));
        self.client.move_to(uid, folder);
        self.places.insert(message_id.to_owned(), folder);
    }

    /// The server, the Maildir and the store say the same of each message.
    fn agree(&mut self) {
        self.tidebox(LATER, &["sync"]);
        self.keep();
        let wanted: Vec<(String, &str)> = self.places.iter().map(|(id, folder)| (id.clone(), *folder)).collect();
        let mut there: Vec<(String, String)> = Vec::new();
        for (folder, messages) in readback::read(self.account.server.port, &self.account.user) {
            there.extend(messages.into_iter().map(|one| (one.id, folder.clone())));
        }
        there.sort();
        assert_eq!(there, owned(&wanted), "{:?}: on the server", self.keeper);
        let mut here: Vec<(String, String)> =
            self.files().into_iter().map(|(path, id)| (id, self.folder(&path))).collect();
        here.sort();
        assert_eq!(here, owned(&wanted), "{:?}: in the Maildir", self.keeper);

        let stored = self.home.sqlite("SELECT message_id || ' ' || stage FROM message ORDER BY 1");
        let stored: BTreeMap<&str, &str> = stored.lines().filter_map(|line| line.split_once(' ')).collect();
        for number in (0..LETTERS).chain(900..903) {
            let (id, stage) = (id(number), stored.get(id(number).as_str()).copied());
            let fits: &[&str] = match self.places[&id] {
                "Archive" => &["done", "muted"],
                "Trash" => &["trash"],
                "Junk" => &["spam"],
                _ => &["carried over"],
            };
            assert!(
                stage.is_some_and(|stage| fits.contains(&stage)),
                "{:?}: {id} is {stage:?}, not {fits:?}",
                self.keeper
            );
        }
        let copies = self.home.sqlite("SELECT count(*) FROM copy WHERE gone IS NULL");
        assert_eq!(copies.trim(), wanted.len().to_string(), "{:?}: each lies in one place", self.keeper);
        let left = self.home.sqlite("SELECT count(*) FROM journal WHERE closed IS NULL");
        assert_eq!(left.trim(), "0", "{:?}", self.keeper);
        self.home.assert_whole();
    }

    fn tidebox(&self, at: &str, arguments: &[&str]) {
        let ran = self.home.run(at, arguments);
        assert_eq!(ran.code, 0, "{:?} {arguments:?}: {}{}", self.keeper, ran.out, ran.err);
    }

    /// Writes the settings of the program that keeps the Maildir.
    fn settings(&self) {
        let (port, user, mail) = (self.account.server.port, &self.account.user, self.path.display());
        let state = self.home.path("state");
        fs::create_dir_all(&state).unwrap();
        let state = state.display();
        let text = match self.keeper {
            Keeper::Mbsync { maps } => {
                let (inbox, folders, map) =
                    if maps { (String::new(), "Maildir++", "yes") } else { ("/INBOX".to_owned(), "Verbatim", "no") };
                let path = if maps { String::new() } else { format!("Path {mail}/\n") };
                format!(
                    "IMAPAccount a\nHost 127.0.0.1\nPort {port}\nUser {user}\nPass {PASSWORD}\nSSLType None\nAuthMechs LOGIN\n\n\
                     IMAPStore r\nAccount a\n\nMaildirStore l\n{path}Inbox {mail}{inbox}\nSubFolders {folders}\nAltMap {map}\n\n\
                     Channel c\nFar :r:\nNear :l:\nPatterns *\nCreate Both\nExpunge Both\nSyncState {state}/\n"
                )
            }
            Keeper::OfflineImap => format!(
                "[general]\naccounts = a\nmetadata = {state}\n\n[Account a]\nlocalrepository = l\nremoterepository = r\n\n\
                 [Repository l]\ntype = Maildir\nlocalfolders = {mail}\nsep = /\n\n\
                 [Repository r]\ntype = IMAP\nremotehost = 127.0.0.1\nremoteport = {port}\nremoteuser = {user}\n\
                 remotepass = {PASSWORD}\nssl = no\nstarttls = no\nauth_mechanisms = PLAIN\n"
            ),
        };
        self.home.write("keeper", text);
    }

    /// Lets the program make both sides the same. It must not stumble.
    fn keep(&self) {
        let settings = self.home.path("keeper");
        let mut command = Command::new("timeout");
        command.args(["120", self.keeper.program(), "-c"]).arg(&settings).env("HOME", self.home.path(""));
        match self.keeper {
            Keeper::Mbsync { .. } => command.arg("-a"),
            Keeper::OfflineImap => command.args(["-o", "-u", "quiet"]),
        };
        let done = command.output().unwrap();
        let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{:?}: {}\n{said}", self.keeper, done.status);
    }

    fn inbox(&self) -> PathBuf {
        if matches!(self.keeper, Keeper::Mbsync { maps: true }) { self.path.clone() } else { self.path.join("INBOX") }
    }

    /// Every file of the Maildir with its Message-ID.
    fn files(&self) -> Vec<(PathBuf, String)> {
        let mut found = Vec::new();
        let mut open = vec![self.path.clone()];
        while let Some(folder) = open.pop() {
            for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    open.push(path);
                } else if path.parent().is_some_and(|parent| parent.ends_with("cur") || parent.ends_with("new")) {
                    let text = String::from_utf8(fs::read(&path).unwrap()).unwrap();
                    let id = text.split_once("Message-ID: <").unwrap().1.split_once('>').unwrap().0.to_owned();
                    found.push((path, id));
                }
            }
        }
        found.sort();
        found
    }

    /// The folder of a file, as the server calls it.
    fn folder(&self, path: &Path) -> String {
        let folder = path.parent().and_then(Path::parent).unwrap();
        let name = folder.strip_prefix(&self.path).unwrap().to_string_lossy().into_owned();
        if name.is_empty() { "INBOX".to_owned() } else { name.trim_start_matches('.').to_owned() }
    }
}

fn owned(pairs: &[(String, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(id, folder)| (id.clone(), (*folder).to_owned())).collect()
}

/// Each stands alone: none answers another.
fn mail(number: usize) -> String {
    format!(
        "From: Person {number} <person{number}@example.org>\r\nTo: me@example.org\r\nSubject: Matter {number}\r\n\
         Date: Mon, 23 Nov 2026 {:02}:{:02}:00 +0100\r\nMessage-ID: <{}>\r\n\r\nText of matter {number}.\r\n{}",
        number / 60 % 8,
        number % 60,
        id(number),
        "One more line of it.\r\n".repeat(number % 9),
    )
}

fn id(number: usize) -> String {
    format!("matter-{number:04}@test.example")
}
