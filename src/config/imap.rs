//! A source of kind `imap`: an account on a server, how to reach it, and how to log in.

use std::path::PathBuf;
use std::time::Duration;

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
    /// How often the server is asked where it cannot tell by itself.
    pub poll: Duration,
    /// Of a larger message only the header is fetched, in bytes.
    pub largest: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Security {
    /// TLS from the first byte (RFC 8314), port 993.
    #[default]
    Tls,
    /// TLS after STARTTLS, and nothing before it; port 143.
    StartTls,
    /// None at all: for a server on this machine only.
    None,
}

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

/// Where the password, or the token, comes from. It is never written in the file itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    /// What this command prints first, run without a shell.
    Command(Vec<String>),
    /// This variable of the environment.
    Variable(String),
    /// The system's keyring, under this name.
    Keyring(String),
}
