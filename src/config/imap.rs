//! A source of kind `imap`: an account on a server, how to reach it, and how to log in.

use std::path::PathBuf;
use std::time::Duration;

use super::paths::Paths;
use super::secret::Secret;
use super::server::{self, Auth, Security};
use super::table::{FoundMistakes, TomlTable};
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
            port: Security::Tls.imap_port(),
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

/// The keys that only such a source has.
pub(super) const KEYS: [&str; 11] =
    ["host", "port", "security", "ca", "user", "auth", "password", "token", "folders", "poll", "largest"];

/// The largest message that tidebox takes.
const LARGEST: u64 = MESSAGE_BYTES as u64;
const MB: u64 = 1024 * 1024;
const POLL: &str = "a length from `\"1m\"` to `\"1d\"`";
const SIZE: &str = "a size from `\"1 MB\"` to `\"50 MB\"`";

pub(super) fn read(section: &TomlTable<'_>, paths: Paths<'_>, found: &mut FoundMistakes) -> Option<ImapConfig> {
    let host = server::host(section, "imap.example.org", found);
    let security = server::security(section, host.as_ref(), found);
    let port = section.number("port", 1, u16::MAX, found).unwrap_or(security.imap_port());
    let ca = server::ca(section, paths, found);
    let user = server::user(section, found);
    let auth = server::auth(section, found);
    let secret = server::secret(section, auth, paths, found);
    let folders = folders::read(section, found);
    let poll = length::seconds(section, "poll", 60..=86_400, POLL, found);
    let largest = length::bytes(section, "largest", MB..=LARGEST, SIZE, found);
    let standard = ImapConfig::new(&host?.text, &user?, secret?);
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
