//! Changes that the program makes to the file when it is asked to: it writes the example where there is none, and adds a
//! source.

use std::fmt::Write as _;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use crate::domain::schedule::Zone;
use crate::domain::text_enum::TextEnum as _;
use chrono::DateTime;
use toml::de::DeTable;

use super::error::ConfigError;
use super::example::EXAMPLE;
use super::imap::ImapConfig;
use super::mailbox::{DoneMeans, WriteBack};
use super::reach::is_nothing_at;
use super::secret::Secret;
use super::source_kind::{FEED_INTERVAL, SourceKind};
use super::sources::SourceConfig;
use super::{Config, ParseContext, location, names, parse, text};

/// Writes the example to a path at which nothing is. Only its owner can read it, because somebody may put a password in it.
///
/// # Errors
/// If there is a file already (it is left as it is), or if it cannot be written.
pub fn write_example(path: &Path) -> Result<(), ConfigError> {
    create(path).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => ConfigError::Exists { path: path.to_owned() },
        _ => ConfigError::Write { path: path.to_owned(), source },
    })
}

fn create(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    // Written to a temporary file, of mode 0600, and then renamed: half a configuration would be full of mistakes.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".tidebox-config-").tempfile_in(folder)?;
    file.write_all(EXAMPLE.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map(drop).map_err(|error| error.error)
}

/// Adds text at the end of a file. If only a part fits on the disk, that part is removed again.
fn append(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).open(path)?;
    let before = file.metadata()?.len();
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).inspect_err(|_| {
        let _ = file.set_len(before);
    })
}

/// A source as it would stand in a file, and what that file would mean by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftSource {
    /// The table, from `[[source]]` to its last line.
    pub table: String,
    pub source: SourceConfig,
}

/// What a source would look like in a file, read back by the rules of all settings. Nothing is written.
///
/// # Errors
/// Where the file has mistakes or cannot be read, and where the source does not fit into it.
pub fn draft_source(path: &Path, source: &SourceConfig) -> Result<DraftSource, ConfigError> {
    let text = if is_nothing_at(path) { EXAMPLE.to_owned() } else { text::read(path)? };
    let table = table_of(source)?;
    // A file that writes its sources as one inline list cannot be added to at its end.
    let read = parsed(path, &format!("{text}\n\n{table}"))?.sources.pop();
    Ok(DraftSource { table, source: read.unwrap_or_else(|| source.clone()) })
}

/// Adds a source at the end of the file, and changes nothing else in it. Where there is no file, the example becomes one.
///
/// # Errors
/// Where the file has mistakes, or has a source of that name meanwhile, or cannot be read or written.
pub fn write_source(path: &Path, draft: &DraftSource) -> Result<(), ConfigError> {
    match write_example(path) {
        Ok(()) | Err(ConfigError::Exists { .. }) => {}
        Err(error) => return Err(error),
    }
    let text = text::read(path)?;
    let end = if text.is_empty() || text.ends_with('\n') { "\n" } else { "\n\n" };
    let table = format!("{end}{}", draft.table);
    parsed(path, &format!("{text}{table}"))?;
    append(path, &table).map_err(|source| ConfigError::Write { path: path.to_owned(), source })
}

/// Adds a mailbox, and gives the name that it got: its folder's or file's. What is a source already only gives its name.
///
/// # Errors
/// Where the file has mistakes, or cannot be read or written.
pub fn add_source(path: &Path, kind: &SourceKind) -> Result<String, ConfigError> {
    let sources = if is_nothing_at(path) { Vec::new() } else { parsed(path, &text::read(path)?)?.sources };
    if let Some(there) = sources.iter().find(|source| source.kind == *kind) {
        return Ok(there.name.clone());
    }
    let name = free_name(&kind.suggested_name(), &sources);
    let draft = draft_source(path, &SourceConfig::new(name, kind.clone()))?;
    write_source(path, &draft)?;
    Ok(draft.source.name)
}

/// What a file says of the screen, for another file: everything but sources, check-ins and what is about them. First the single
/// values, then the tables; both are empty where there is no file.
///
/// # Errors
/// Where the file cannot be read. Its mistakes are those that `load` reports.
pub fn of_the_screen(path: &Path) -> Result<(String, String), ConfigError> {
    let mut all = if is_nothing_at(path) {
        toml::Table::new()
    } else {
        text::read(path)?.parse::<toml::Table>().unwrap_or_default()
    };
    for key in ["timezone", "away", "store", "checkin", "lane", "exception", "mute", "source", "notify"] {
        all.remove(key);
    }
    let (tables, values): (toml::Table, toml::Table) = all.into_iter().partition(|(_, value)| value.is_table());
    Ok((values.to_string(), tables.to_string()))
}

/// Lets what is done stay where it is in a source, marked read: writes `done = "read"` behind its name. Nothing else changes.
///
/// # Errors
/// Where the file has mistakes, has no such source that could be changed so, or cannot be read or written.
pub fn keep_done_in_place(path: &Path, name: &str) -> Result<(), ConfigError> {
    let text = text::read(path)?;
    let before = parsed(path, &text)?;
    let changed = with_done_read(&text, name).unwrap_or_else(|| text.clone());
    let after = parsed(path, &changed)?;
    let is_kept = |config: &Config| {
        config.sources.iter().any(|source| source.name == name && source.write_back.done == DoneMeans::Read)
    };
    if is_kept(&before) {
        return Ok(());
    }
    if !is_kept(&after) {
        let what = format!("the settings of {name} could not be changed");
        let source = io::Error::other(what);
        return Err(ConfigError::Write { path: path.to_owned(), source });
    }
    replace(path, &changed).map_err(|source| ConfigError::Write { path: path.to_owned(), source })
}

/// The text with `done = "read"` in the table of a source: in place of another value, else behind the name.
fn with_done_read(text: &str, name: &str) -> Option<String> {
    let (root, _) = DeTable::parse_recoverable(text);
    let sources = root.get_ref().get("source")?.get_ref().as_array()?;
    let is_meant = |table: &&DeTable<'_>| {
        table.get("name").and_then(|it| it.get_ref().as_str()).is_some_and(|known| known == name)
    };
    let table = sources.iter().filter_map(|it| it.get_ref().as_table()).find(is_meant)?;
    let mut changed = text.to_owned();
    match table.get("done") {
        Some(done) => changed.replace_range(done.span(), "\"read\""),
        None => changed.insert_str(table.get("name")?.span().end, "\ndone = \"read\""),
    }
    Some(changed)
}

/// Replaces a file at once: whoever reads it finds the old text or the new one. A link stays one.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = path.canonicalize()?;
    let mode = path.metadata()?.permissions();
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".tidebox-config-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(mode)?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// A name that no source has yet: this one, or with a number.
#[must_use]
pub fn free_name(wanted: &str, sources: &[SourceConfig]) -> String {
    names::free(wanted, sources.iter().map(|source| source.name.as_str()))
}

/// The text of a file, read for its sources: neither zone nor moment matters for them.
pub(super) fn parsed(path: &Path, text: &str) -> Result<Config, ConfigError> {
    let home = location::home();
    let context = ParseContext { now: DateTime::UNIX_EPOCH, zones: &Zone::UTC, home: home.as_deref() };
    Ok(parse(path, text, context, &mut |_| Vec::new())?)
}

fn table_of(source: &SourceConfig) -> Result<String, ConfigError> {
    let mut table = String::from("[[source]]\n");
    let mut line = |key: &str, value: toml::Value| {
        let _ = writeln!(table, "{key} = {value}");
    };
    line("name", source.name.as_str().into());
    line("kind", source.kind.source_type().name().into());
    match &source.kind {
        SourceKind::Exec { command } => line("command", command.clone().into()),
        SourceKind::Maildir { path, .. } | SourceKind::Mbox { path } | SourceKind::Jsonl { path } => {
            let text = path.to_str().ok_or_else(|| ConfigError::NotText { path: path.clone() })?;
            line("path", text.into());
            match &source.kind {
                SourceKind::Maildir { folders, .. } if source.kind != SourceKind::maildir(path.clone()) => {
                    line("folders", folders.clone().into());
                }
                _ => {}
            }
        }
        SourceKind::Imap(account) => {
            for (key, value) in account_lines(account)? {
                line(key, value);
            }
        }
        SourceKind::Feed { url, every } => {
            line("url", url.as_str().into());
            if *every != FEED_INTERVAL {
                line("every", format!("{}s", every.as_secs()).into());
            }
        }
    }
    for (key, value) in write_back_lines(&source.write_back) {
        let _ = writeln!(table, "{key} = {value}");
    }
    Ok(table)
}

/// What is said of commits beyond the defaults.
fn write_back_lines(said: &WriteBack) -> Vec<(&'static str, toml::Value)> {
    let mut lines = Vec::new();
    if said.done == DoneMeans::Read {
        lines.push(("done", "read".into()));
    }
    let folders = [("archive", &said.archive), ("trash", &said.trash), ("junk", &said.junk)];
    lines.extend(folders.into_iter().filter_map(|(key, name)| Some((key, name.as_deref()?.into()))));
    lines
}

/// The settings of an account that differ from the defaults, as keys and values.
fn account_lines(account: &ImapConfig) -> Result<Vec<(&'static str, toml::Value)>, ConfigError> {
    let standard = ImapConfig::new(&account.host, &account.user, account.secret.clone());
    let mut lines: Vec<(&str, toml::Value)> = vec![("host", account.host.as_str().into())];
    if account.security != standard.security {
        lines.push(("security", account.security.text().into()));
    }
    if account.port != account.security.imap_port() {
        lines.push(("port", i64::from(account.port).into()));
    }
    if let Some(ca) = &account.ca {
        let path = ca.to_str().ok_or_else(|| ConfigError::NotText { path: ca.clone() })?;
        lines.push(("ca", path.into()));
    }
    lines.push(("user", account.user.as_str().into()));
    if account.auth != standard.auth {
        lines.push(("auth", account.auth.text().into()));
    }
    let (origin, value) = match &account.secret {
        Secret::Command(words) => ("command", toml::Value::from(words.clone())),
        Secret::Variable(name) => ("env", name.as_str().into()),
        Secret::Keyring(name) => ("keyring", name.as_str().into()),
    };
    lines.push((account.auth.secret(), toml::Table::from_iter([(origin.to_owned(), value)]).into()));
    if account.folders != standard.folders {
        lines.push(("folders", account.folders.clone().into()));
    }
    if account.poll != standard.poll {
        lines.push(("poll", format!("{}s", account.poll.as_secs()).into()));
    }
    if account.largest != standard.largest {
        lines.push(("largest", format!("{} MB", account.largest / (1024 * 1024)).into()));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use crate::domain::schedule::Zone;
    use chrono::DateTime;

    use super::{EXAMPLE, add_source, keep_done_in_place, write_example};
    use crate::config::{Auth, Config, ConfigError, ImapConfig, Secret, Security, SourceConfig, SourceKind, load};

    fn read(path: &Path) -> Config {
        load(path, DateTime::UNIX_EPOCH, &Zone::UTC, &mut |_| Vec::new()).unwrap()
    }

    #[cfg(unix)]
    #[test]
    fn the_example_is_written_once_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tidebox").join("config.toml");
        write_example(&path).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(path.parent().unwrap()), mode(&path)), (0o700, 0o600));
        std::fs::write(&path, "commit = \"ask\"\n").unwrap();
        assert!(matches!(write_example(&path), Err(ConfigError::Exists { .. })));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "commit = \"ask\"\n");
    }

    #[test]
    fn a_source_is_added_and_nothing_else_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, "# mine\ncommit = \"ask\"  # wait").unwrap();
        let maildir = SourceKind::maildir("/mail/a\\b \"c\"".into());
        let feed = SourceKind::Exec { command: vec!["/bin/print".to_owned(), "it's \"here\"".to_owned()] };
        assert_eq!(add_source(&path, &maildir).unwrap(), "a\\b \"c\"");
        assert_eq!(add_source(&path, &feed).unwrap(), "print");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# mine\ncommit = \"ask\"  # wait\n\n[[source]]\n"));
        let kinds: Vec<_> = read(&path).sources.into_iter().map(|source| source.kind).collect();
        assert_eq!(kinds, [maildir.clone(), feed]);

        // Once more is no change; another of the same name gets its own.
        add_source(&path, &maildir).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        assert_eq!(add_source(&path, &SourceKind::Mbox { path: "/old/Print".into() }).unwrap(), "Print 2");
    }

    #[test]
    fn an_account_and_a_feed_read_as_they_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, "").unwrap();
        let command = Secret::Command(vec!["pass".to_owned(), "show".to_owned(), "it's \"work\"".to_owned()]);
        let plain = ImapConfig::new("imap.example.org", "ann@example.org", command);
        let other = ImapConfig {
            port: 1430,
            security: Security::StartTls,
            ca: Some("/etc/ca.pem".into()),
            auth: Auth::OAuthBearer,
            folders: vec!["INBOX".to_owned(), "lists/*".to_owned(), "-lists/old".to_owned()],
            poll: Duration::from_mins(90),
            largest: 5 * 1024 * 1024,
            ..ImapConfig::new("::1", "bob", Secret::Keyring("bob".to_owned()))
        };
        let variable = ImapConfig::new("localhost", "cy", Secret::Variable("CY".to_owned()));
        let feed = |every| SourceKind::Feed { url: "https://example.org/a?b=c".to_owned(), every };
        let kinds = [
            SourceKind::Imap(Box::new(plain)),
            SourceKind::Imap(Box::new(other)),
            SourceKind::Imap(Box::new(variable)),
            feed(Duration::from_hours(1)),
            feed(Duration::from_hours(24)),
        ];
        let names: Vec<String> = kinds.iter().map(|kind| add_source(&path, kind).unwrap()).collect();
        assert_eq!(names, ["ann@example.org", "bob", "cy", "example.org", "example.org 2"]);
        let read: Vec<_> = read(&path).sources.into_iter().map(|source| source.kind).collect();
        assert_eq!(read, kinds);
    }

    #[test]
    fn what_is_done_stays_in_place_where_that_is_asked_for_and_nothing_else_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let of = |name: &str, more: &str| {
            format!("[[source]]\nname = \"{name}\"  # mine\nkind = \"maildir\"\npath = \"/mail/{name}\"\n{more}\n")
        };
        let text = format!("# first\n{}{}", of("home", ""), of("work", "done = \"archive\" # so far\ntrash = \"Bin\""));
        std::fs::write(&path, &text).unwrap();
        keep_done_in_place(&path, "home").unwrap();
        keep_done_in_place(&path, "work").unwrap();
        let expected = text
            .replace("name = \"home\"", "name = \"home\"\ndone = \"read\"")
            .replace("done = \"archive\"", "done = \"read\"");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
        keep_done_in_place(&path, "home").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), expected, "once is enough");
        let error = keep_done_in_place(&path, "nobody").unwrap_err().to_string();
        assert!(error.contains("nobody"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
    }

    #[test]
    fn a_source_added_where_no_file_is_begins_with_the_example() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join("config.toml");
        let kind = SourceKind::Mbox { path: "/mail/mbox".into() };
        assert_eq!(add_source(&path, &kind).unwrap(), "mbox");
        assert!(std::fs::read_to_string(&path).unwrap().starts_with(EXAMPLE));
        let source = SourceConfig::new("mbox".to_owned(), kind);
        assert_eq!(read(&path), Config { sources: vec![source], ..Config::embedded(Zone::UTC) });
    }

    #[test]
    fn a_file_with_mistakes_is_not_added_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        for text in ["comit = \"ask\"\n", "source = [{ name = \"a\", kind = \"mbox\", path = \"b\" }]\n"] {
            std::fs::write(&path, text).unwrap();
            let added = add_source(&path, &SourceKind::Mbox { path: "/mail/mbox".into() });
            assert!(matches!(added, Err(ConfigError::Mistaken(_))));
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }
}
