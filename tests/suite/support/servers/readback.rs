//! The content of an account, read by an independent client: Python's imaplib.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

/// The folders by name, with their messages.
pub type Mailbox = BTreeMap<String, Vec<Message>>;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Message {
    pub uid: u32,
    pub flags: BTreeSet<String>,
    /// Its Message-ID.
    pub id: String,
    /// The SHA-256 of the whole message.
    pub sha256: String,
}

impl Message {
    pub fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|one| one.eq_ignore_ascii_case(flag))
    }
}

pub fn read(port: u16, user: &str) -> Mailbox {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/support/servers/readback.py");
    let port = port.to_string();
    let done = Command::new("python3").arg(script).args([&port, user, super::PASSWORD]).output().expect("python3");
    assert!(done.status.success(), "imaplib: {}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

/// The folders that hold a message with this Message-ID, once for each copy.
pub fn places<'a>(mailbox: &'a Mailbox, message_id: &str) -> Vec<(&'a str, &'a Message)> {
    let all = mailbox.iter().flat_map(|(folder, messages)| messages.iter().map(move |one| (folder.as_str(), one)));
    all.filter(|(_, message)| message.id == message_id).collect()
}
