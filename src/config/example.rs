//! The commented example, and changes that the program makes to the file when it is asked to.

use std::fmt::Write as _;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use super::error::ConfigError;
use super::sources::{Backlog, SourceConfig, SourceKind};
use super::{Surroundings, parse, text};

/// Every key with a sentence, at its default. A test holds it to the defaults.
pub const EXAMPLE: &str = include_str!("../../config.example.toml");

/// Writes the example to a path where nothing is, readable for its owner alone: passwords may come to stand in it.
///
/// # Errors
/// Where there is a file already, which is left as it is, and where it cannot be written.
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
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(EXAMPLE.as_bytes())?;
    file.sync_all()
}

/// Adds a source at the end of the file and changes nothing else in it. Where there is no file, the example becomes one.
///
/// # Errors
/// Where the file cannot be read or written, where it has mistakes, and where it would have one with this source: a
/// name that is taken, above all. Then nothing is written.
pub fn add_source(path: &Path, source: &SourceConfig, surroundings: Surroundings<'_>) -> Result<(), ConfigError> {
    match write_example(path) {
        Ok(()) | Err(ConfigError::Exists { .. }) => {}
        Err(error) => return Err(error),
    }
    let mut whole = text::read(path)?;
    let mut table = String::new();
    if !whole.is_empty() && !whole.ends_with('\n') {
        table.push('\n');
    }
    table.push_str(&table_of(source)?);
    whole.push_str(&table);
    parse(path, &whole, surroundings, &|_| Vec::new())?;
    let append = || OpenOptions::new().append(true).open(path)?.write_all(table.as_bytes());
    append().map_err(|source| ConfigError::Write { path: path.to_owned(), source })
}

fn table_of(source: &SourceConfig) -> Result<String, ConfigError> {
    let mut table = String::from("\n[[source]]\n");
    let mut line = |key: &str, value: toml::Value| {
        let _ = writeln!(table, "{key} = {value}");
    };
    line("name", source.name.as_str().into());
    line("kind", source.kind.text().into());
    match &source.kind {
        SourceKind::Exec { command } => line("command", command.clone().into()),
        SourceKind::Maildir { path } | SourceKind::Mbox { path } | SourceKind::Jsonl { path } => {
            let path = path.to_str().ok_or_else(|| ConfigError::NotText { path: path.clone() })?;
            line("path", path.into());
        }
    }
    match source.backlog {
        Backlog::All => line("backlog", "all".into()),
        Backlog::None => line("backlog", "none".into()),
        backlog if backlog == Backlog::default() => {}
        Backlog::Days(days) => line("backlog", format!("{days}d").into()),
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use chrono::DateTime;
    use chrono_tz::Tz;

    use super::{EXAMPLE, add_source, write_example};
    use crate::config::{Backlog, Config, ConfigError, SourceConfig, SourceKind, Surroundings, load};

    fn surroundings() -> Surroundings<'static> {
        Surroundings { now: DateTime::UNIX_EPOCH, zone: Tz::UTC, home: None }
    }

    fn read(path: &Path) -> Config {
        load(path, surroundings(), &|_| Vec::new()).unwrap()
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
        let home = SourceConfig {
            name: "home \"1\"".to_owned(),
            kind: SourceKind::Maildir { path: "/mail/a\\b \"c\"".into() },
            backlog: Backlog::default(),
        };
        let feed = SourceConfig {
            name: "feed".to_owned(),
            kind: SourceKind::Exec { command: vec!["print".to_owned(), "it's \"here\"".to_owned()] },
            backlog: Backlog::All,
        };
        add_source(&path, &home, surroundings()).unwrap();
        add_source(&path, &feed, surroundings()).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# mine\ncommit = \"ask\"  # wait\n\n[[source]]\n"));
        assert_eq!(read(&path).sources, [home.clone(), feed]);

        assert!(matches!(add_source(&path, &home, surroundings()), Err(ConfigError::Mistaken(_))));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }

    #[test]
    fn a_source_added_where_no_file_is_begins_with_the_example() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join("config.toml");
        let source = SourceConfig {
            name: "home".to_owned(),
            kind: SourceKind::Mbox { path: "/mail/mbox".into() },
            backlog: Backlog::Days(30),
        };
        add_source(&path, &source, surroundings()).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().starts_with(EXAMPLE));
        let config = read(&path);
        assert_eq!(config, Config { sources: vec![source], ..Config::standard(Tz::UTC) });
    }
}
