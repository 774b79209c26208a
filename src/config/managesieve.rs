//! `upload` under `[hours]`: the server to which the Sieve script goes (RFC 5804), as the account of a source has it where nothing
//! else is said.

use std::borrow::Cow;
use std::path::PathBuf;

use toml::de::DeValue;

use super::identities::inner;
use super::imap::{self, ImapConfig};
use super::mistake::{ConfigMistake, quoted};
use super::paths::Paths;
use super::secret::Secret;
use super::server::{self, Auth, Security};
use super::table::{FoundMistakes, Text, TomlTable};

/// A server for scripts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManageSieveConfig {
    /// The source whose account it is.
    pub source: String,
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// A certificate, in PEM, that is trusted beside the platform's.
    pub ca: Option<PathBuf>,
    pub user: String,
    pub auth: Auth,
    pub secret: Secret,
}

const KEYS: [&str; 9] = ["source", "host", "port", "security", "ca", "user", "auth", "password", "token"];
/// RFC 5804 §1.8.
const PORT: u16 = 4190;
const UPLOAD: &str = "a table, such as `upload = { source = \"work\" }`";
const SOURCE: &str = "the name of a source of kind `imap`";

pub(super) fn read(
    root: &TomlTable<'_>,
    hours: &TomlTable<'_>,
    paths: Paths<'_>,
    found: &mut FoundMistakes,
) -> Option<ManageSieveConfig> {
    let upload = inner(hours, ("upload", "`upload`"), &KEYS, UPLOAD, found)?;
    let name = upload.needed("source", SOURCE, found)?;
    let (names, account) = account(root, &name.text, paths);
    if !names.contains(&name.text.as_ref()) {
        let what = format!("there is no account {} among the sources", quoted(&name.text));
        let mistake = ConfigMistake::at(name.span.clone(), what).among(&name.text, names.iter().copied());
        found.push(if names.is_empty() { mistake.hint("a source of kind `imap` has an account") } else { mistake });
        return None;
    }
    let host =
        if upload.get("host").is_some() { Some(server::host(&upload, "imap.example.org", found)?) } else { None };
    let port = upload.number("port", 1, u16::MAX, found).unwrap_or(PORT);
    let ca = server::ca(&upload, paths, found);
    let user = if upload.get("user").is_some() { Some(server::user(&upload, found)?) } else { None };
    let has = |key: &str| upload.get(key).is_some();
    // What is wrong in the source is told there.
    let account = account?;
    let host = host.unwrap_or_else(|| Text { text: Cow::Owned(account.host.clone()), span: name.span.clone() });
    let security = match account.security {
        _ if has("security") => server::security(&upload, Some(&host), found),
        Security::None if host.text == account.host => Security::None,
        // The standard knows no other way to encrypt (RFC 5804 §1.8).
        _ => Security::StartTls,
    };
    let auth = match account.auth {
        _ if has("auth") || has("password") || has("token") => server::auth(&upload, found),
        // A command of IMAP.
        Auth::Login => Auth::Password,
        auth => auth,
    };
    let own = has("password") || has("token") || auth.secret() != account.auth.secret();
    let secret = if own { server::secret(&upload, auth, paths, found)? } else { account.secret };
    let (ca, user) = (ca.or(account.ca), user.unwrap_or(account.user));
    Some(ManageSieveConfig {
        source: name.text.into_owned(),
        host: host.text.into_owned(),
        port,
        security,
        ca,
        user,
        auth,
        secret,
    })
}

/// The names of the accounts, and the one with this name. Their mistakes are told where sources are read.
fn account<'a>(root: &TomlTable<'a>, name: &str, paths: Paths<'_>) -> (Vec<&'a str>, Option<ImapConfig>) {
    let (mut names, mut found) = (Vec::new(), None);
    let Some(DeValue::Array(sources)) = root.get("source").map(toml::Spanned::get_ref) else { return (names, found) };
    for source in sources {
        let Some(table) = source.get_ref().as_table() else { continue };
        let text = |key: &str| table.get(key).and_then(|value| value.get_ref().as_str());
        let Some(own) = text("name").filter(|_| text("kind") == Some("imap")) else { continue };
        names.push(own);
        if own == name && found.is_none() {
            let elsewhere = &mut FoundMistakes::new();
            let section = TomlTable::open("[[source]]", table, source.span(), &imap::KEYS, elsewhere);
            found = imap::read(&section, paths, elsewhere);
        }
    }
    (names, found)
}
