//! What goes wrong with an account, in words that tell a person what to do. The server's own words are made printable
//! and cut; passwords and tokens are never part of them.

use std::io;

use crate::domain::printable::Printable;
use crate::net::NetError;

/// How many columns of a server's text are shown.
const SAID: usize = 200;

#[derive(Debug, thiserror::Error)]
pub enum ImapError {
    #[error(transparent)]
    Net(#[from] NetError),
    #[error("the connection to {host} was lost")]
    Lost { host: String, error: io::Error },
    #[error("{host} did not answer for {seconds} s")]
    Silent { host: String, seconds: u64 },
    #[error("{host} ended the connection{}", colon(text))]
    Bye { host: String, text: String },
    #[error("{host} does not answer as an IMAP server does: {what}")]
    Odd { host: String, what: &'static str },
    #[error("{host} sends a message that is too large to be read")]
    TooLarge { host: String, uid: Option<u32> },
    #[error("{host} offers no encryption with STARTTLS")]
    NoStartTls { host: String },
    #[error("somebody between here and {host} interferes with the connection")]
    Injected { host: String },
    #[error("{host} offers no way to log in that tidebox may use")]
    NoWay { host: String, asked: Option<&'static str> },
    #[error("{host} refused the {}{}", if *token { "token" } else { "password" }, colon(text))]
    Refused { host: String, token: bool, scram: bool, text: String },
    #[error("{host} refused this {} before, so it was not sent again", if *token { "token" } else { "password" })]
    Known { host: String, token: bool },
    #[error("the user's name or the password has a character that SCRAM-SHA-256 forbids (RFC 4013)")]
    Unpreparable,
    #[error("{host} speaks TLS from the first byte on port {port}")]
    TlsAtOnce { host: String, port: u16 },
    #[error("{host} did not prove that it knows the password")]
    Unproved { host: String },
    #[error("{host} accepts no logins now{}", colon(text))]
    NotNow { host: String, text: String },
    #[error("{host} wants you to log in with a browser first{}", colon(text))]
    Browser { host: String, text: String },
    #[error("{host} refused a command for {doing}{}", colon(text))]
    No { host: String, doing: &'static str, text: String },
    #[error("{host} does not open the folder{}", colon(text))]
    NoFolder { host: String, text: String },
    #[error("the user's name or the password has a character that no server accepts")]
    Unsendable,
}

impl ImapError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Net(error) => error.hint(),
            Self::Lost { .. }
            | Self::Silent { .. }
            | Self::Bye { .. }
            | Self::NotNow { .. }
            | Self::TooLarge { .. } => "what was taken in is kept; it is tried again",
            Self::Odd { .. } => "check `host` and `port`; what was taken in is kept, and it is tried again",
            Self::NoStartTls { .. } => "nothing was sent; try `security = \"tls\"` with port 993",
            Self::Injected { .. } => "nothing was sent; try `security = \"tls\"`, or another network",
            Self::NoWay { asked: Some(_), .. } => "leave `auth` out, so that the best way on offer is taken",
            Self::NoWay { asked: None, .. } => "it may want a token: see `auth = \"xoauth2\"`",
            Self::Refused { token: true, .. } | Self::Known { token: true, .. } => {
                "see what the command for `token` prints: it may have to log in anew"
            }
            Self::Refused { scram: true, .. } => {
                "check `user` and `password`; many providers want a password made for one program. If both are right, try `auth = \"plain\"`"
            }
            Self::Refused { .. } => "check `user` and `password`; many providers want a password made for one program",
            Self::Known { .. } => "correct it where it is kept; `tidebox check` tries the same one at once",
            Self::Unpreparable => "leave `auth` out, so that over TLS it goes by PLAIN or LOGIN",
            Self::TlsAtOnce { .. } => "nothing was sent; set `security = \"tls\"`",
            Self::Browser { .. } => "log in once on the provider's page; it is tried again by itself",
            Self::Unproved { .. } => "it may not be your server: check `host`",
            Self::No { .. } => "it is tried again",
            Self::NoFolder { .. } => "check `folders`; what was taken in of it is kept",
            Self::Unsendable => "remove line breaks and zero bytes from both",
        }
    }

    /// Whether it may go away by itself, so that a later try makes sense.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Net(error) => error.is_transient(),
            Self::Lost { .. }
            | Self::Silent { .. }
            | Self::Bye { .. }
            | Self::Odd { .. }
            | Self::TooLarge { .. }
            | Self::NotNow { .. }
            | Self::Browser { .. }
            | Self::No { .. }
            | Self::NoFolder { .. } => true,
            _ => false,
        }
    }

    /// The operation, for the log: always words of this program.
    #[must_use]
    pub fn doing(&self) -> &'static str {
        match self {
            Self::Net(NetError::Certificate { .. } | NetError::NotTls { .. } | NetError::Handshake { .. }) => {
                "securing the connection"
            }
            Self::Net(NetError::Ca { .. } | NetError::NoCa { .. } | NetError::NoRoots) => "finding whom to trust",
            Self::Net(_) => "connecting",
            Self::Lost { .. } => "the connection was lost",
            Self::Silent { .. } => "the server was silent",
            Self::Bye { .. } => "the server ended the connection",
            Self::Odd { .. } => "the server broke the protocol",
            Self::TooLarge { .. } => "an answer was too large",
            Self::NoStartTls { .. } => "the server offers no STARTTLS",
            Self::Injected { .. } => "something was injected before TLS",
            Self::NoWay { .. } => "the server offers no way to log in",
            Self::Refused { .. } | Self::Known { .. } => "the server refused the login",
            Self::TlsAtOnce { .. } => "the server speaks TLS at once",
            Self::Browser { .. } => "the server wants a browser",
            Self::Unproved { .. } => "the server did not prove itself",
            Self::NotNow { .. } => "the server accepts no logins now",
            Self::No { doing, .. } => doing,
            Self::NoFolder { .. } => "opening a folder",
            Self::Unsendable | Self::Unpreparable => "sending the password",
        }
    }

    /// The system's error, if there is one.
    #[must_use]
    pub fn system(&self) -> Option<&io::Error> {
        match self {
            Self::Lost { error, .. } | Self::Net(NetError::Unreachable { error, .. } | NetError::Ca { error, .. }) => {
                Some(error)
            }
            _ => None,
        }
    }
}

/// The text of a server, fit to be shown.
pub(super) fn printable_text(text: &[u8]) -> String {
    let text = text.get(..SAID * 4).unwrap_or(text);
    Printable::from(String::from_utf8_lossy(text).trim()).cut(SAID).as_str().to_owned()
}

fn colon(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(": {text}") }
}
