//! A source of kind `imap`: an account on a server, how to reach it, and how to log in.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::mistake::{ConfigMistake, quoted};
use super::paths::Paths;
use super::secret::{self, Secret};
use super::table::{FoundMistakes, Text, TomlTable};
use super::{folders, length};
use crate::domain::limits::MESSAGE_BYTES;

/// An account (RFC 9051).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImapConfig {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// A certificate, in PEM, that is trusted beside the platform's.
    pub ca: Option<PathBuf>,
    pub user: String,
    pub auth: Auth,
    pub secret: Secret,
    /// The folders that are read: names, or patterns with `*` (any) and `%` (any within one level), as in LIST (RFC 9051
    /// §6.3.9). One that begins with `-` leaves out what it matches.
    pub folders: Vec<String>,
    /// How often the server is asked for news if it cannot announce them (IDLE).
    pub poll: Duration,
    /// In bytes: of a message that is larger than this, only the header is fetched.
    pub largest: u64,
}

impl ImapConfig {
    /// An account with the defaults for everything else.
    #[must_use]
    pub fn new(host: &str, user: &str, secret: Secret) -> Self {
        Self {
            host: host.to_owned(),
            port: Security::Tls.port(),
            security: Security::Tls,
            ca: None,
            user: user.to_owned(),
            auth: Auth::Password,
            secret,
            folders: vec!["INBOX".to_owned()],
            poll: Duration::from_mins(5),
            largest: LARGEST,
        }
    }
}

/// Where an account is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAddress {
    pub host: String,
    pub port: u16,
    pub security: Security,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS from the first byte (RFC 8314), port 993.
    #[default]
    Tls,
    /// TLS after STARTTLS, and nothing before it; port 143.
    StartTls,
    /// No encryption: only for a server on this machine.
    None,
}

impl Security {
    /// The usual port of such servers.
    #[must_use]
    pub fn port(self) -> u16 {
        if self == Self::Tls { 993 } else { 143 }
    }

    /// As the file says it.
    #[must_use]
    pub fn text(self) -> &'static str {
        SECURITIES.iter().find(|(_, security)| *security == self).map_or("", |(text, _)| text)
    }
}

const SECURITIES: [(&str, Security); 3] =
    [("tls", Security::Tls), ("starttls", Security::StartTls), ("none", Security::None)];

/// How to log in (RFC 9051 §6.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Auth {
    /// The best of what the server offers, with a password.
    #[default]
    Password,
    /// The command LOGIN.
    Login,
    /// SASL PLAIN (RFC 4616).
    Plain,
    /// SASL SCRAM-SHA-256 (RFC 7677).
    ScramSha256,
    /// A token, as Gmail and Outlook take it.
    XOAuth2,
    /// A token (RFC 7628).
    OAuthBearer,
}

impl Auth {
    /// As the file says it.
    #[must_use]
    pub fn text(self) -> &'static str {
        AUTHS.iter().find(|(_, auth)| *auth == self).map_or("", |(text, _)| text)
    }

    /// The key under which the file says where the secret comes from; it is also the word for the secret.
    #[must_use]
    pub fn secret(self) -> &'static str {
        if matches!(self, Self::XOAuth2 | Self::OAuthBearer) { "token" } else { "password" }
    }
}

const AUTHS: [(&str, Auth); 6] = [
    ("password", Auth::Password),
    ("login", Auth::Login),
    ("plain", Auth::Plain),
    ("scram-sha-256", Auth::ScramSha256),
    ("xoauth2", Auth::XOAuth2),
    ("oauthbearer", Auth::OAuthBearer),
];

/// The keys that only such a source has.
pub(super) const KEYS: [&str; 11] =
    ["host", "port", "security", "ca", "user", "auth", "password", "token", "folders", "poll", "largest"];

/// The largest message that tidebox takes.
const LARGEST: u64 = MESSAGE_BYTES as u64;
const MB: u64 = 1024 * 1024;
const HOST: &str = "the name of a server, such as `\"imap.example.org\"`";
const USER: &str = "the name that you log in with, such as `\"me@example.org\"`";
const POLL: &str = "a length from `\"1m\"` to `\"1d\"`";
const SIZE: &str = "a size from `\"1 MB\"` to `\"50 MB\"`";

pub(super) fn read(section: &TomlTable<'_>, paths: Paths<'_>, found: &mut FoundMistakes) -> Option<ImapConfig> {
    let host = section.needed("host", HOST, found);
    let host = host.filter(|host| is_host(host, found));
    let security = section.word("security", &SECURITIES, found).unwrap_or_default();
    if let Some(host) = host.as_ref().filter(|host| security == Security::None && !is_here(&host.text)) {
        let place = section.get("security").map_or_else(|| host.span.clone(), toml::Spanned::span);
        let mistake = ConfigMistake::at(place, format!("{} is not this machine", quoted(&host.text)));
        found.push(
            mistake
                .expected("`\"tls\"` or `\"starttls\"`")
                .hint("without encryption others could read the password; this is only allowed for `localhost`"),
        );
    }
    let port = section.number("port", 1, u16::MAX, found).unwrap_or(security.port());
    let ca = section.text("ca", "the path of a certificate in PEM", found).and_then(|text| paths.read(&text, found));
    let user = section.needed("user", USER, found).filter(|user| is_user(user, found));
    let auth = section.word("auth", &AUTHS, found).unwrap_or_default();
    let secret = secret(section, auth, paths, found);
    let folders = folders::read(section, found);
    let poll = length::seconds(section, "poll", 60..=86_400, POLL, found);
    let largest = length::bytes(section, "largest", MB..=LARGEST, SIZE, found);
    let standard = ImapConfig::new(&host?.text, &user?.text, secret?);
    Some(ImapConfig {
        port,
        security,
        ca,
        auth,
        folders: folders.unwrap_or(standard.folders),
        poll: poll.map_or(standard.poll, Duration::from_secs),
        largest: largest.unwrap_or(standard.largest),
        ..standard
    })
}

/// Where the secret for this way of logging in comes from. The key of the other kind of secret is a mistake.
fn secret(section: &TomlTable<'_>, auth: Auth, paths: Paths<'_>, found: &mut FoundMistakes) -> Option<Secret> {
    let (key, other) = if auth.secret() == "token" { ("token", "password") } else { ("password", "token") };
    if let Some(place) = section.key_place(other) {
        let what = format!("logging in with `auth = \"{}\"` takes a {key}, no {other}", auth.text());
        let hint = if key == "token" {
            "write `token = { command = \"…\" }`, or leave `auth` out"
        } else {
            "write `password = { command = \"pass show work\" }`, or `auth = \"xoauth2\"` for a token"
        };
        found.push(ConfigMistake::at(place, what).hint(hint));
        section.get(key)?;
    }
    secret::read(section, key, paths, found)
}

/// Whether a text can be the name of a server, or its address.
#[must_use]
pub fn is_server_name(text: &str) -> bool {
    let name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    text.parse::<IpAddr>().is_ok() || (!text.is_empty() && text.len() <= 253 && text.chars().all(name))
}

fn is_host(host: &Text<'_>, found: &mut FoundMistakes) -> bool {
    let text = host.text.as_ref();
    if is_server_name(text) {
        return true;
    }
    let mistake = ConfigMistake::at(host.span.clone(), format!("{} is no name of a server", quoted(text)));
    let mistake = mistake.expected(HOST);
    found.push(if text.contains(':') {
        mistake.hint("the name alone; a port stands under `port`, encryption under `security`")
    } else {
        mistake
    });
    false
}

/// Whether a host is this machine.
fn is_here(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn is_user(user: &Text<'_>, found: &mut FoundMistakes) -> bool {
    let fit = !user.text.trim().is_empty() && !user.text.chars().any(char::is_control);
    if !fit {
        found.push(ConfigMistake::at(user.span.clone(), "nobody is called that").expected(USER));
    }
    fit
}
