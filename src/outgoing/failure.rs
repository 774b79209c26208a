//! Why nothing could be sent, in words that tell a person what to do. No secret is part of them.

use super::connection::NoReply;
use super::reply::SmtpReply;
use crate::domain::delivery::{DeliveryFailure, DeliveryOutcome, DeliveryStage};
use crate::net::NetError;

/// Why a connection could not be brought so far that a message could be sent. Nothing of a message has left.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    #[error(transparent)]
    Net(#[from] NetError),
    #[error("{host}: {error}")]
    NoReply { host: String, stage: DeliveryStage, error: NoReply },
    #[error("{host} serves nobody now: {}", reply.shown())]
    NotNow { host: String, stage: DeliveryStage, reply: SmtpReply },
    #[error("{host} does not want to talk to this computer: {}", reply.shown())]
    Unwelcome { host: String, reply: SmtpReply },
    #[error("{host} offers no encryption with STARTTLS")]
    NoStartTls { host: String },
    #[error("somebody between here and {host} interferes with the connection")]
    Injected { host: String },
    #[error("{host} speaks TLS from the first byte on port {port}")]
    TlsAtOnce { host: String, port: u16 },
    #[error("{host} offers no way to log in that tidebox may use")]
    NoWay { host: String, asked: bool },
    #[error("{host} refused the {}: {}{}", if *token { "token" } else { "password" }, reply.shown(), brackets(status))]
    Login {
        host: String,
        token: bool,
        reply: SmtpReply,
        /// What the server said of a token before it refused it.
        status: String,
    },
    #[error("the user's name or the password has a character that SCRAM-SHA-256 forbids (RFC 4013)")]
    Unpreparable,
    #[error("the user's name or the password has a character that no server accepts")]
    Unsendable,
    #[error("the system gives no random numbers")]
    NoRandom,
    #[error("{host} did not prove that it knows the password")]
    Unproved { host: String },
    #[error("{host} does not keep to the rules of logging in: {what}")]
    BrokenLogin { host: String, what: &'static str },
    #[error("there is no password to log in with")]
    NoSecret,
}

impl SmtpError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Net(error) => error.hint(),
            Self::NoReply { error: NoReply::Illegible(_) | NoReply::Unasked, .. } => {
                "check `host` and `port`: it may be no server for outgoing mail"
            }
            Self::NoReply { .. } | Self::NotNow { .. } => "nothing was sent; it is tried again",
            Self::Unwelcome { .. } => "nothing was sent; ask whoever runs the server",
            Self::NoStartTls { .. } => "nothing was sent; try `security = \"tls\"` with port 465",
            Self::Injected { .. } => "nothing was sent; try `security = \"tls\"`, or another network",
            Self::TlsAtOnce { .. } => "nothing was sent; set `security = \"tls\"`",
            Self::NoWay { asked: true, .. } => "leave `auth` out, so that the best way on offer is taken",
            Self::NoWay { asked: false, .. } => "it may want a token: see `auth = \"xoauth2\"`",
            Self::Login { token: true, .. } => "see what the command for `token` prints: it may have to log in anew",
            Self::Login { .. } => "check `user` and `password`; many providers want a password made for one program",
            Self::Unpreparable => "leave `auth` out, so that over TLS it goes by PLAIN or LOGIN",
            Self::Unsendable => "remove line breaks and zero bytes from both",
            Self::NoRandom => "try again",
            Self::Unproved { .. } | Self::BrokenLogin { .. } => "it may not be your server: check `host`",
            Self::NoSecret => "write `password = { command = \"pass show work\" }` under `send`",
        }
    }

    /// Whether it may go away by itself, so that a later try makes sense.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Net(error) => error.is_transient(),
            Self::NoReply { .. } | Self::NotNow { .. } | Self::NoRandom => true,
            _ => false,
        }
    }

    /// How far it had come.
    #[must_use]
    pub fn stage(&self) -> DeliveryStage {
        match self {
            Self::Net(error) if error.is_transient() => DeliveryStage::Connect,
            Self::Net(_) | Self::NoStartTls { .. } | Self::Injected { .. } | Self::TlsAtOnce { .. } => {
                DeliveryStage::Tls
            }
            Self::NoReply { stage, .. } | Self::NotNow { stage, .. } => *stage,
            Self::Unwelcome { .. } => DeliveryStage::Connect,
            _ => DeliveryStage::Auth,
        }
    }

    /// What that means for every recipient.
    #[must_use]
    pub fn outcome(&self) -> DeliveryOutcome {
        let reply = match self {
            Self::NotNow { reply, .. } | Self::Unwelcome { reply, .. } | Self::Login { reply, .. } => Some(reply),
            _ => None,
        };
        let failure = DeliveryFailure {
            stage: self.stage(),
            code: reply.map(|reply| reply.code),
            enhanced: reply.and_then(|reply| reply.enhanced),
            text: format!("{self} ({})", self.hint()),
        };
        if self.is_transient() { DeliveryOutcome::Deferred(failure) } else { DeliveryOutcome::Refused(failure) }
    }
}

fn brackets(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" ({text})") }
}
