//! What goes wrong before a connection is ready, in words that tell a person what to do.

use std::io;
use std::path::PathBuf;

use rustls::CertificateError;

use crate::domain::printable::Printable;

/// How many names of a certificate are shown, and how many columns of each.
const NAMES: usize = 5;
const NAME: usize = 80;

#[derive(Debug, thiserror::Error)]
pub enum NetError {
    #[error("no host called {host} is known")]
    UnknownHost { host: String },
    #[error("can't reach {host} on port {port}: {}", plain(error))]
    Unreachable { host: String, port: u16, error: io::Error },
    #[error("{host} did not answer on port {port} within {seconds} s")]
    TimedOut { host: String, port: u16, seconds: u64 },
    #[error("the certificate of {host} {why}{}", listed(names))]
    Certificate {
        host: String,
        why: Distrust,
        /// The names in the certificate, if the host is not one of them.
        names: Vec<String>,
    },
    #[error("{host} does not speak TLS on port {port}")]
    NotTls { host: String, port: u16 },
    #[error("{host} and tidebox have no version of TLS in common")]
    Handshake { host: String },
    #[error("can't read the certificate {}: {}", path.display(), plain(error))]
    Ca { path: PathBuf, error: io::Error },
    #[error("{} holds no certificate in PEM", path.display())]
    NoCa { path: PathBuf },
    #[error("this system has no certificates to trust")]
    NoRoots,
}

/// Why a certificate is not trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distrust {
    OtherHost,
    Expired,
    NotYet,
    Revoked,
    UnknownIssuer,
    Broken,
}

impl std::fmt::Display for Distrust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::OtherHost => "is for another name",
            Self::Expired => "has expired",
            Self::NotYet => "is not valid yet",
            Self::Revoked => "was revoked",
            Self::UnknownIssuer => "is not trusted here",
            Self::Broken => "is invalid",
        })
    }
}

impl NetError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::UnknownHost { .. } => "check `host`, and whether there is a network",
            Self::Unreachable { .. } | Self::TimedOut { .. } => {
                "check `host` and `port`, and whether there is a network; it is tried again"
            }
            Self::Certificate { why, .. } => match why {
                Distrust::OtherHost => {
                    "set `host` to a name in the server's certificate; if none is yours, another server has answered"
                }
                Distrust::Expired => "whoever runs the server has to renew it; check the clock of this computer too",
                Distrust::NotYet => "check the clock of this computer",
                Distrust::UnknownIssuer => {
                    "if the server is your own, name its certificate with `ca = \"FILE.pem\"`; otherwise somebody may be intercepting the connection"
                }
                Distrust::Revoked | Distrust::Broken => "nothing was sent; ask whoever runs the server",
            },
            Self::NotTls { .. } => {
                "TLS usually has port 993, or 465 for outgoing mail; for ports 143 and 587 set `security = \"starttls\"`"
            }
            Self::Handshake { .. } => "the server knows neither TLS 1.2 nor 1.3: nothing was sent",
            Self::Ca { .. } | Self::NoCa { .. } => "check `ca`: the path of a certificate in PEM",
            Self::NoRoots => {
                "install the system's certificates (ca-certificates), or name one with `ca = \"FILE.pem\"`"
            }
        }
    }

    /// Whether it may go away by itself, so that a later try makes sense.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::UnknownHost { .. } | Self::Unreachable { .. } | Self::TimedOut { .. })
    }

    /// The error for a failed handshake.
    pub(super) fn handshake(host: &str, port: u16, error: io::Error) -> Self {
        let host = host.to_owned();
        let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) else {
            return match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                    Self::TimedOut { host, port, seconds: super::CONNECT.as_secs() }
                }
                _ => Self::Unreachable { host, port, error },
            };
        };
        match tls {
            rustls::Error::InvalidCertificate(certificate) => {
                Self::Certificate { host, why: distrust(certificate), names: names(certificate) }
            }
            rustls::Error::NoCertificatesPresented => {
                Self::Certificate { host, why: Distrust::Broken, names: Vec::new() }
            }
            rustls::Error::InvalidMessage(_) => Self::NotTls { host, port },
            _ => Self::Handshake { host },
        }
    }
}

fn distrust(error: &CertificateError) -> Distrust {
    match error {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Distrust::OtherHost,
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Distrust::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Distrust::NotYet,
        CertificateError::Revoked => Distrust::Revoked,
        // `Other` stands for self-signed certificates that are not the configured one.
        CertificateError::UnknownIssuer | CertificateError::Other(_) => Distrust::UnknownIssuer,
        _ => Distrust::Broken,
    }
}

/// The names in a certificate, if the host is not one of them.
fn names(error: &CertificateError) -> Vec<String> {
    let CertificateError::NotValidForNameContext { presented, .. } = error else { return Vec::new() };
    // rustls gives them as `DnsName("mail.example.org")`.
    let bare = |name: &String| match name.split_once('(') {
        Some((_, inside)) => inside.trim_end_matches(')').trim_matches('"').to_owned(),
        None => name.clone(),
    };
    presented.iter().take(NAMES).map(|name| Printable::from(bare(name)).cut(NAME).to_string()).collect()
}

/// The names as the end of a sentence.
fn listed(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) }
}

/// The system's reason without its number.
pub(super) fn plain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => "no answer in time".to_owned(),
        io::ErrorKind::UnexpectedEof => "the connection was closed".to_owned(),
        kind => match error.raw_os_error() {
            Some(_) => kind.to_string(),
            None => error.to_string(),
        },
    }
}
