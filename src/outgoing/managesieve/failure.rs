//! Why a script could not be put on a server, in words that tell a person what to do. No secret is part of them.

use super::reply::SieveReplyError;
use crate::net::NetError;
use crate::outgoing::connection::NoReply;

/// Nothing was changed on the server, unless it says so.
#[derive(Debug, thiserror::Error)]
pub enum ManageSieveError {
    #[error(transparent)]
    Net(#[from] NetError),
    #[error("{host}: {error}")]
    NoReply { host: String, error: NoReply },
    #[error("{host}: {error}")]
    Illegible { host: String, error: SieveReplyError },
    #[error("{host} serves nobody now{}", behind(said))]
    NotNow { host: String, said: String },
    #[error("{host} offers no encryption with STARTTLS for scripts")]
    NoStartTls { host: String },
    #[error("somebody between here and {host} interferes with the connection")]
    Injected { host: String },
    #[error("{host} speaks TLS from the first byte on port {port}")]
    TlsAtOnce { host: String, port: u16 },
    #[error("{host} offers no way to log in for scripts that tidebox may use")]
    NoWay { host: String, asked: bool },
    #[error("{host} refused the {}{}", if *token { "token" } else { "password" }, behind(said))]
    Login { host: String, token: bool, said: String },
    #[error("the user's name or the password has a character that this way to log in forbids")]
    Unsendable,
    #[error("the system gives no random numbers")]
    NoRandom,
    #[error("{host} did not prove that it knows the password")]
    Unproved { host: String },
    #[error("{host} does not keep to the rules of logging in: {what}")]
    BrokenLogin { host: String, what: &'static str },
    #[error("the Sieve of {host} has no {}", missing.join(", "))]
    Lacks { host: String, missing: Vec<&'static str> },
    #[error("{host} has no room for a script of {size} bytes{}", behind(said))]
    NoRoom { host: String, size: usize, said: String },
    #[error("{host} does not understand the script{}", behind(said))]
    Invalid { host: String, said: String },
    #[error("{host} refused {command}{}", behind(said))]
    Refused { host: String, command: &'static str, later: bool, said: String },
    #[error("the script {script} on {host} was {}: it stays as it is", if *edited { "changed by somebody else" } else { "not written by tidebox" })]
    NotOurs { host: String, script: &'static str, edited: bool },
    #[error("the active script {by} on {host} includes {script}: it stays as it is")]
    IncludedBy { host: String, script: &'static str, by: String },
    /// It said that it took the script, and gives another one out.
    #[error("{host} does not give the script back as it was sent")]
    OtherScript { host: String },
}

impl ManageSieveError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Net(NetError::NotTls { .. }) => {
                "scripts usually have port 4190 with STARTTLS: leave `security` out under `upload`"
            }
            Self::Net(error) => error.hint(),
            Self::NoReply { .. } | Self::NotNow { .. } | Self::Refused { later: true, .. } => {
                "nothing was changed there; it is tried again"
            }
            Self::Illegible { .. } => "check `host` and `port` under `upload`: it may be no server for scripts",
            Self::NoStartTls { .. } => "nothing was sent; somebody may be intercepting the connection",
            Self::Injected { .. } => "nothing was sent; try another network",
            Self::TlsAtOnce { .. } => "nothing was sent; set `security = \"tls\"` under `upload`",
            Self::NoWay { asked: true, .. } => "set `auth = \"password\"` under `upload`",
            Self::NoWay { asked: false, .. } => "it may want a token: see `auth = \"xoauth2\"`",
            Self::Login { token: true, .. } => "see what the command for `token` prints: it may have to log in anew",
            Self::Login { .. } => "check `user` and `password`, of the source or under `upload`",
            Self::Unsendable => "set `auth = \"plain\"` under `upload`, or take the character out",
            Self::NoRandom => "try again",
            Self::Unproved { .. } | Self::BrokenLogin { .. } => "it may not be your server: check `host`",
            Self::Lacks { .. } => "this server cannot answer for you; take `upload` out of the settings",
            Self::NoRoom { .. } => "delete a script that you do not need there",
            Self::Invalid { .. } | Self::Refused { .. } => "nothing was changed there; ask whoever runs the server",
            Self::NotOurs { edited: true, .. } => {
                "give your changed script another name there, or delete it; then upload again"
            }
            Self::NotOurs { .. } => "rename or delete it there; then upload again",
            Self::IncludedBy { .. } => "take its `include` out of that script first; then remove it again",
            Self::OtherScript { .. } => "the server's script may be incomplete: look at it there, or upload again",
        }
    }

    /// Whether it may go away by itself, so that a person need not know of it at once.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Net(error) => error.is_transient(),
            Self::NoReply { .. } | Self::NotNow { .. } | Self::NoRandom => true,
            Self::Refused { later, .. } => *later,
            _ => false,
        }
    }
}

fn behind(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(": {said}") }
}
