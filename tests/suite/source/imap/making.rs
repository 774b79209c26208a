//! Support for tests of changes: accounts with letters, changes of these, and the outcomes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tidebox::config::{Auth, ImapConfig, Secret, Security, SourceConfig, SourceKind};
use tidebox::domain::flags::Flags;
use tidebox::domain::ids::ChangeId;
use tidebox::domain::mailbox_change::{Change, Outcome, Target};
use tidebox::mail;
use tidebox::source::imap::Imap;
use tidebox::source::{Mailbox as _, SourceError};

use crate::support::servers::client::Client;
use crate::support::servers::letters::{letter, message_id};
use crate::support::servers::readback::Mailbox;
use crate::support::servers::{Account, Kind, PASSWORD};

pub const EVERY_KIND: [Kind; 3] = [Kind::Dovecot, Kind::Cyrus, Kind::Pymap];

/// The account as a source, through this port.
pub fn source(account: &Account, port: u16, with: impl FnOnce(&mut SourceConfig)) -> Imap {
    let config = ImapConfig {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::None,
        ca: None,
        user: account.user.clone(),
        auth: Auth::Password,
        secret: Secret::Command(vec!["echo".to_owned(), PASSWORD.to_owned()]),
        folders: vec!["INBOX".to_owned()],
        poll: Duration::from_mins(5),
        largest: 50_000_000,
    };
    let mut source = SourceConfig::new("work".to_owned(), SourceKind::Imap(Box::new(config.clone())));
    source.write_back.trash = (account.server.kind == Kind::Pymap).then(|| "Bin".to_owned());
    with(&mut source);
    Imap::new(&source, &config)
}

/// An account of this kind with letters 1 to `last` in its inbox, and with the folders that its server does not create.
pub fn account(kind: Kind, user: &str, last: usize) -> Option<(Account, Client)> {
    // Other tests have accounts on the same servers.
    let account = Account::on(kind, &format!("changes{user}"))?;
    let mut client = account.client();
    if kind == Kind::Pymap {
        // Its folder Trash can't be changed.
        for folder in ["Archive", "Bin", "Junk"] {
            client.command(&format!("CREATE {folder}"));
        }
    }
    client.append("INBOX", "", (1..=last).map(letter));
    Some((account, client))
}

/// The name of the trash on this kind of server.
pub fn trash(account: &Account) -> &'static str {
    if account.server.kind == Kind::Pymap { "Bin" } else { "Trash" }
}

pub fn validity(client: &mut Client, folder: &str) -> u32 {
    let lines = client.select(folder);
    let line = lines.iter().find(|line| line.contains("UIDVALIDITY")).unwrap();
    let digits = line.split_once("UIDVALIDITY ").unwrap().1;
    digits.split(']').next().unwrap().parse().unwrap()
}

/// A change of a letter in a folder, with what tidebox would know of it.
pub fn change(
    client: &mut Client,
    folder: &str,
    number: usize,
    target: Target,
    with: impl FnOnce(&mut Change),
) -> Change {
    let validity = validity(client, folder);
    let uid = client.uid(&message_id(number)).unwrap_or_else(|| panic!("letter {number} is not in {folder}"));
    let raw = letter(number);
    let envelope = mail::parse(raw.as_bytes()).envelope;
    let mut change = Change {
        number: ChangeId(i64::try_from(number).unwrap()),
        folder: folder.to_owned(),
        key: format!("{validity:010}.{uid:010}"),
        message_id: envelope.message_id,
        fingerprint: envelope.fingerprint,
        size: raw.len() as u64,
        expected: Flags::default(),
        target,
        seen: tidebox::domain::mailbox_change::SeenChange::Keep,
        keywords: BTreeSet::new(),
        mark: None,
        tried: false,
        aside: false,
    };
    with(&mut change);
    change
}

pub type Told = BTreeMap<i64, Outcome>;

/// Makes changes; returns the outcomes, and how it ended.
pub fn make(source: &mut Imap, changes: &[Change]) -> (Told, Result<(), SourceError>) {
    let mut told = BTreeMap::new();
    let ended = source.make(changes, &mut |number, outcome| {
        assert!(told.insert(number.0, outcome).is_none(), "told twice of {number}");
    });
    (told, ended)
}

/// The numbers of the letters in a folder with their flags, sorted.
pub fn holds(account: &Account, folder: &str) -> Vec<String> {
    held(&account.read_back(), folder)
}

/// The same, from what was read back of an account.
pub fn held(all: &Mailbox, folder: &str) -> Vec<String> {
    let messages = all.get(folder).map(Vec::as_slice).unwrap_or_default();
    let mut held: Vec<String> = messages
        .iter()
        .filter_map(|message| {
            let number = message.id.strip_prefix('m')?.split('@').next()?;
            let flags = message.flags.iter().filter(|flag| *flag != "\\Recent").map(String::as_str);
            Some(format!("{number} {}", flags.collect::<Vec<_>>().join(" ")).trim_end().to_owned())
        })
        .collect();
    held.sort();
    held
}
