//! What the settings of every mail server have in common, be it read from or sent through: where it is, how the connection
//! is encrypted, and how to log in.

use std::net::IpAddr;
use std::path::PathBuf;

use super::mistake::{ConfigMistake, quoted};
use super::paths::Paths;
use super::secret::{self, Secret};
use super::table::{FoundMistakes, Text, TomlTable};

/// Where a server is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAddress {
    pub host: String,
    pub port: u16,
    pub security: Security,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS from the first byte (RFC 8314).
    #[default]
    Tls,
    /// TLS after STARTTLS, and nothing before it.
    StartTls,
    /// No encryption: only for a server on this machine.
    None,
}

impl Security {
    /// The usual port of such IMAP servers.
    #[must_use]
    pub fn imap_port(self) -> u16 {
        if self == Self::Tls { 993 } else { 143 }
    }

    /// The usual port of such servers for mail submission (RFC 8314 §3.3, RFC 6409 §3.1), or of one on this machine.
    #[must_use]
    pub fn smtp_port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }

    /// As the file says it.
    #[must_use]
    pub fn text(self) -> &'static str {
        SECURITIES.iter().find(|(_, security)| *security == self).map_or("", |(text, _)| text)
    }
}

const SECURITIES: [(&str, Security); 3] =
    [("tls", Security::Tls), ("starttls", Security::StartTls), ("none", Security::None)];

/// How to log in (RFC 9051 §6.2.2, RFC 4954 §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Auth {
    /// The best of what the server offers, with a password.
    #[default]
    Password,
    /// With IMAP the command LOGIN, with SMTP the SASL mechanism of that name.
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

const USER: &str = "the name that you log in with, such as `\"me@example.org\"`";

/// The `host`; `example` is a name of such a server.
pub(super) fn host<'a>(section: &TomlTable<'a>, example: &str, found: &mut FoundMistakes) -> Option<Text<'a>> {
    let expected = format!("the name of a server, such as `\"{example}\"`");
    let host = section.needed("host", &expected, found)?;
    if is_server_name(&host.text) {
        return Some(host);
    }
    // An address with a name and a password in it is not quoted.
    let what = if host.text.contains('@') { "this".to_owned() } else { quoted(&host.text) };
    let what = format!("{what} is no name of a server");
    let mistake = ConfigMistake::at(host.span.clone(), what).expected(expected);
    found.push(if host.text.contains(':') {
        mistake.hint("the name alone; a port stands under `port`, encryption under `security`")
    } else {
        mistake
    });
    None
}

/// The `security`. Only a server on this machine may have none.
pub(super) fn security(section: &TomlTable<'_>, host: Option<&Text<'_>>, found: &mut FoundMistakes) -> Security {
    let security = section.word("security", &SECURITIES, found).unwrap_or_default();
    if let Some(host) = host.filter(|host| security == Security::None && !is_here(&host.text)) {
        let place = section.get("security").map_or_else(|| host.span.clone(), toml::Spanned::span);
        let mistake = ConfigMistake::at(place, format!("{} is not this machine", quoted(&host.text)));
        found.push(
            mistake
                .expected("`\"tls\"` or `\"starttls\"`")
                .hint("without encryption others could read the password; this is only allowed for `localhost`"),
        );
    }
    security
}

/// The `ca`: a certificate that is trusted beside the platform's.
pub(super) fn ca(section: &TomlTable<'_>, paths: Paths<'_>, found: &mut FoundMistakes) -> Option<PathBuf> {
    section.text("ca", "the path of a certificate in PEM", found).and_then(|text| paths.read(&text, found))
}

/// The `user`.
pub(super) fn user(section: &TomlTable<'_>, found: &mut FoundMistakes) -> Option<String> {
    let user = section.needed("user", USER, found)?;
    if user.text.trim().is_empty() || user.text.chars().any(char::is_control) {
        found.push(ConfigMistake::at(user.span, "nobody is called that").expected(USER));
        return None;
    }
    Some(user.text.into_owned())
}

/// The `auth`.
pub(super) fn auth(section: &TomlTable<'_>, found: &mut FoundMistakes) -> Auth {
    section.word("auth", &AUTHS, found).unwrap_or_default()
}

/// Where the secret for this way of logging in comes from. The key of the other kind of secret is a mistake.
pub(super) fn secret(
    section: &TomlTable<'_>,
    auth: Auth,
    paths: Paths<'_>,
    found: &mut FoundMistakes,
) -> Option<Secret> {
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

/// Whether a host is this machine.
fn is_here(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
