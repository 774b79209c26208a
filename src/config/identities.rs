//! `[[identity]]`: as whom the person writes, how what they write is sent, and where the copy of it is kept.

use std::path::PathBuf;

use toml::de::DeValue;

use super::command;
use super::mistake::{ConfigMistake, quoted};
use super::paths::Paths;
use super::secret::Secret;
use super::server::{self, Auth, Security};
use super::table::{FoundMistakes, Text, TomlTable, kind};
use crate::domain::address::Address;
use crate::domain::answering::{Departure, OwnAddress, can_be_written_to, same_mailbox};
use crate::domain::printable::forbidden;
use crate::domain::text_enum::TextEnum as _;

/// An address of the person's own that they write as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The name, which may be empty, and the address.
    pub mailbox: Address,
    /// Other addresses of the same mailbox; a `*` stands for any letters, also none.
    pub aliases: Vec<String>,
    /// The file with the signature.
    pub signature: Option<PathBuf>,
    /// `None` if nothing can be sent as this identity.
    pub send: Option<SendConfig>,
    pub sent: SentFolder,
    pub sent_copy: SentCopy,
    /// When what is written leaves, if nothing else is said.
    pub leaves: Departure,
}

impl Identity {
    /// An identity with the defaults for everything else.
    #[must_use]
    pub fn new(name: &str, address: &str) -> Self {
        Self {
            mailbox: Address::new(name, address),
            aliases: Vec::new(),
            signature: None,
            send: None,
            sent: SentFolder::default(),
            sent_copy: SentCopy::default(),
            leaves: Departure::default(),
        }
    }

    /// The addresses that are this person's.
    #[must_use]
    pub fn own_address(&self) -> OwnAddress {
        OwnAddress { mailbox: self.mailbox.clone(), aliases: self.aliases.clone() }
    }
}

/// How messages are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendConfig {
    Smtp(Box<SmtpConfig>),
    /// A command that takes the options of sendmail, and its arguments. It is run without a shell.
    Command(Vec<String>),
}

/// A server for mail submission (RFC 6409).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpConfig {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// A certificate, in PEM, that is trusted beside the platform's.
    pub ca: Option<PathBuf>,
    /// `None` for a server that asks for no login.
    pub login: Option<SmtpLogin>,
}

/// Who logs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpLogin {
    pub user: String,
    pub auth: Auth,
    pub secret: Secret,
}

/// Where the copy of what was sent is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SentFolder {
    /// The name of a source that is a mailbox.
    pub source: Option<String>,
    /// The name of its folder; where it is left out, the folder for sent mail is found by its role.
    pub folder: Option<String>,
}

/// Who keeps the copy of what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SentCopy {
    /// The server, if it is known to do so or if the copy is found there, else tidebox.
    #[default]
    Auto,
    /// The server, always.
    Server,
    /// tidebox, always.
    Append,
    /// Nobody.
    None,
}

pub(super) const KEYS: [&str; 8] = ["address", "name", "aliases", "signature", "send", "sent", "sent_copy", "leaves"];
const SEND_KEYS: [&str; 9] = ["command", "host", "port", "security", "ca", "user", "auth", "password", "token"];
const LOGIN_KEYS: [&str; 4] = ["user", "auth", "password", "token"];
const SENT_KEYS: [&str; 2] = ["source", "folder"];
const SENT_COPY: [(&str, SentCopy); 4] =
    [("auto", SentCopy::Auto), ("server", SentCopy::Server), ("append", SentCopy::Append), ("none", SentCopy::None)];
/// The kinds of sources that are mailboxes.
const MAILBOXES: [&str; 2] = ["imap", "maildir"];

const ADDRESS: &str = "an address of yours, such as `\"me@example.org\"`";
const ALIASES: &str = "addresses, such as `\"info@example.org\"` or `\"*@my.example\"`, or a list of them";
const NAME: &str = "your name, as others see it";
const SIGNATURE: &str = "the path of a file, such as `\"~/.signature\"`";
const SEND: &str = "a server, `send = { host = \"smtp.example.org\", user = \"me\", password = { command = \"pass show \
    work\" } }`, or a command, `send = { command = \"msmtp -a work\" }`";
const COMMAND: &str = "a command that takes the options of sendmail, such as `\"msmtp -a work\"`";
const SENT: &str = "a table, such as `sent = { source = \"work\", folder = \"Sent\" }`";
const FOLDER: &str = "the name of a folder, such as `\"Sent\"`";

pub(super) fn read(root: &TomlTable<'_>, paths: Paths<'_>, found: &mut FoundMistakes) -> Vec<Identity> {
    let mut identities: Vec<Identity> = Vec::new();
    for (table, span) in root.tables("identity", found).unwrap_or_default() {
        let section = TomlTable::open("[[identity]]", table, span, &KEYS, found);
        let address = address(&section, &identities, found);
        let read = Identity {
            mailbox: Address::new(name(&section, found).unwrap_or_default(), address.clone().unwrap_or_default()),
            aliases: aliases(&section, found),
            signature: section.text("signature", SIGNATURE, found).and_then(|text| paths.read(&text, found)),
            send: send(&section, paths, found),
            sent: sent(root, &section, found),
            sent_copy: section.word("sent_copy", &SENT_COPY, found).unwrap_or_default(),
            leaves: leaves(&section, found),
        };
        if address.is_some() {
            identities.push(read);
        }
    }
    identities
}

fn address(section: &TomlTable<'_>, before: &[Identity], found: &mut FoundMistakes) -> Option<String> {
    let text = section.needed("address", ADDRESS, found)?;
    let written = text.text.as_ref();
    if !can_be_written_to(written) || written.contains(['<', '>', ',']) || written.chars().any(forbidden) {
        let what = format!("{} is no address", quoted(written));
        let mistake = ConfigMistake::at(text.span, what).expected(ADDRESS);
        found.push(if written.contains('<') { mistake.hint("your name stands under `name`") } else { mistake });
        return None;
    }
    if before.iter().any(|other| same_mailbox(&other.mailbox.address, written)) {
        let what = format!("there is an identity with the address {} already", quoted(written));
        found.push(ConfigMistake::at(text.span, what).hint("each has its own address"));
        return None;
    }
    Some(text.text.into_owned())
}

fn name(section: &TomlTable<'_>, found: &mut FoundMistakes) -> Option<String> {
    let text = section.text("name", NAME, found)?;
    if text.text.chars().any(forbidden) {
        let what = format!("{} is not fit for a name", quoted(&text.text));
        found.push(ConfigMistake::at(text.span, what).expected("characters without control characters"));
        return None;
    }
    Some(text.text.trim().to_owned())
}

fn aliases(section: &TomlTable<'_>, found: &mut FoundMistakes) -> Vec<String> {
    let texts = section.texts("aliases", ALIASES, found).unwrap_or_default();
    let fit = |text: &Text<'_>, found: &mut FoundMistakes| {
        let alias = text.text.as_ref();
        // One that every address is would take other people for the person.
        let everybody = alias.rsplit_once('@').is_none_or(|(_, domain)| domain.trim_matches(['*', '.']).is_empty());
        let fits = can_be_written_to(alias) && !everybody && !alias.chars().any(forbidden);
        if !fits {
            let what = format!("{} is no address of yours", quoted(alias));
            found.push(ConfigMistake::at(text.span.clone(), what).expected(ALIASES));
        }
        fits
    };
    texts.into_iter().filter(|text| fit(text, found)).map(|text| text.text.into_owned()).collect()
}

/// The table under a key, and its keys.
pub(super) fn inner<'a>(
    section: &TomlTable<'a>,
    (key, name): (&str, &'static str),
    keys: &[&str],
    expected: &str,
    found: &mut FoundMistakes,
) -> Option<TomlTable<'a>> {
    let value = section.get(key)?;
    if let DeValue::Table(table) = value.get_ref() {
        return Some(TomlTable::open(name, table, value.span(), keys, found));
    }
    // The value is not quoted: somebody may have written a password there.
    let place = section.key_place(key).unwrap_or_else(|| value.span());
    found.push(ConfigMistake::at(place, format!("`{key}` is {}", kind(value.get_ref()))).expected(expected));
    None
}

fn send(section: &TomlTable<'_>, paths: Paths<'_>, found: &mut FoundMistakes) -> Option<SendConfig> {
    let send = inner(section, ("send", "`send`"), &SEND_KEYS, SEND, found)?;
    if send.get("command").is_none() && send.get("host").is_none() {
        let mistake = ConfigMistake::at(send.span.clone(), "this says neither which server sends nor which command");
        found.push(mistake.expected(SEND));
        return None;
    }
    if send.get("command").is_none() {
        return smtp(&send, paths, found).map(|smtp| SendConfig::Smtp(Box::new(smtp)));
    }
    let others = SEND_KEYS.iter().filter(|key| **key != "command");
    for place in others.filter_map(|key| send.key_place(key)) {
        let mistake = ConfigMistake::at(place, "a command that sends takes no settings of a server");
        found.push(mistake.hint("leave out this, or `command`"));
    }
    command::read(&send, COMMAND, paths, found).map(SendConfig::Command)
}

fn smtp(send: &TomlTable<'_>, paths: Paths<'_>, found: &mut FoundMistakes) -> Option<SmtpConfig> {
    let host = server::host(send, "smtp.example.org", found);
    let security = server::security(send, host.as_ref(), found);
    let port = send.number("port", 1, u16::MAX, found).unwrap_or(security.smtp_port());
    let ca = server::ca(send, paths, found);
    let login = if LOGIN_KEYS.iter().any(|key| send.get(key).is_some()) {
        let user = server::user(send, found);
        let auth = server::auth(send, found);
        let secret = server::secret(send, auth, paths, found);
        Some(SmtpLogin { user: user?, auth, secret: secret? })
    } else {
        None
    };
    Some(SmtpConfig { host: host?.text.into_owned(), port, security, ca, login })
}

fn sent(root: &TomlTable<'_>, section: &TomlTable<'_>, found: &mut FoundMistakes) -> SentFolder {
    let Some(sent) = inner(section, ("sent", "`sent`"), &SENT_KEYS, SENT, found) else { return SentFolder::default() };
    let folder = sent.text("folder", FOLDER, found).filter(|text| {
        let fit =
            !text.text.trim().is_empty() && !text.text.contains(['*', '%']) && !text.text.contains(char::is_control);
        if !fit {
            found.push(ConfigMistake::at(text.span.clone(), "this is no folder").expected(FOLDER));
        }
        fit
    });
    let mailboxes = mailboxes(root);
    let source = sent.text("source", "the name of a source that is a mailbox", found).filter(|text| {
        let known = mailboxes.contains(&text.text.as_ref());
        if !known {
            let what = format!("there is no mailbox {} among the sources", quoted(&text.text));
            found.push(ConfigMistake::at(text.span.clone(), what).among(&text.text, mailboxes.iter().copied()));
        }
        known
    });
    SentFolder { source: source.map(|it| it.text.into_owned()), folder: folder.map(|it| it.text.into_owned()) }
}

/// The names of the sources that are mailboxes. Their own mistakes are told where they are read.
fn mailboxes<'a>(root: &TomlTable<'a>) -> Vec<&'a str> {
    let Some(DeValue::Array(sources)) = root.get("source").map(toml::Spanned::get_ref) else { return Vec::new() };
    let tables = sources.iter().filter_map(|source| source.get_ref().as_table());
    let text = |table: &'a toml::de::DeTable<'a>, key: &str| table.get(key).and_then(|value| value.get_ref().as_str());
    let is_mailbox = |table: &&'a toml::de::DeTable<'a>| text(table, "kind").is_some_and(|it| MAILBOXES.contains(&it));
    tables.filter(is_mailbox).filter_map(|table| text(table, "name")).collect()
}

fn leaves(section: &TomlTable<'_>, found: &mut FoundMistakes) -> Departure {
    let words: Vec<(&'static str, Departure)> = Departure::ALL.iter().map(|leaves| (leaves.name(), *leaves)).collect();
    section.word("leaves", &words, found).unwrap_or_default()
}
