//! Finding, making and recognising the file. Nothing here ever replaces, empties or removes one (rule 7).

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::connection::{Durability, connect, connect_to_read};
use super::connection_registry::{self, Claim};
use super::failure::StoreError;
use super::{Store, leftovers, migrate};

impl Store {
    /// Opens the store, and makes it where there is none: a file of mode 0600; folders that have to be made get mode
    /// 0700.
    ///
    /// # Errors
    /// Where the file cannot be made, is not a store, is damaged, or belongs to a newer program. It is left as it was.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_for(path, Durability::Full)
    }

    /// Opens the store with commits that survive this much.
    ///
    /// # Errors
    /// As `open`.
    pub fn open_for(path: &Path, durability: Durability) -> Result<Self, StoreError> {
        let _alone = connection_registry::opening();
        if !connection_registry::any(path) {
            match recognise(path)? {
                Found::Store => {}
                Found::Nothing => make(path)?,
                Found::Empty => fill(path)?,
            }
        }
        attach(path, durability)
    }

    /// Opens the store if there is one.
    ///
    /// # Errors
    /// As `open`.
    pub fn open_existing(path: &Path) -> Result<Option<Self>, StoreError> {
        let _alone = connection_registry::opening();
        if connection_registry::any(path) {
            return attach(path, Durability::Full).map(Some);
        }
        match recognise(path)? {
            Found::Store => attach(path, Durability::Full).map(Some),
            Found::Nothing | Found::Empty => Ok(None),
        }
    }

    /// Whether there is an empty file at the path and nothing of SQLite's beside it: for SQLite that is an empty
    /// database, and here it is made a store.
    #[must_use]
    pub fn is_empty_file(path: &Path) -> bool {
        let _alone = connection_registry::opening();
        !connection_registry::any(path) && matches!(recognise(path), Ok(Found::Empty))
    }

    /// An empty store in memory, for reading where none was made yet. What is written to it is lost.
    ///
    /// # Errors
    /// Where there is no memory for it.
    pub fn nowhere(path: &Path) -> Result<Self, StoreError> {
        let named = |error: rusqlite::Error| StoreError::from(error).during("opening an empty store", path);
        let mut connection = Connection::open_in_memory().map_err(named)?;
        migrate::up_to_date(&mut connection).map_err(named)?;
        let (path, claim) = (path.to_owned(), Claim::new(path));
        Ok(Self { path, connection, durability: Durability::Full, _claim: claim })
    }
}

enum Found {
    Nothing,
    /// Whether a file is empty, and no journal or log lies beside it, as a running program would have there.
    Empty,
    Store,
}

/// What can be told from the file itself, before SQLite may write to it. Never while this program has it open: see `connection_registry`.
fn recognise(path: &Path) -> Result<Found, StoreError> {
    let failed = |source| StoreError::File { doing: "read", path: path.to_owned(), source };
    let not = |what| Err(StoreError::NotAStore { path: path.to_owned(), what });
    // SQLite follows links too, and keeps what it writes beside the file that they lead to.
    let real = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if !BESIDE.iter().all(|ending| is_plain_or_absent(&beside(real, ending))) {
        return not("what SQLite would write beside it (-wal, -shm or -journal) is there and is no plain file");
    }
    let facts = match fs::metadata(path) {
        Ok(facts) => facts,
        // SQLite would take a log that was left behind for the new store's own.
        Err(error) if error.kind() == ErrorKind::NotFound && has_log(real) => {
            return not("the file is gone, and its log (-wal) is still there");
        }
        Err(error) if error.kind() == ErrorKind::NotFound && leads_nowhere(path) => {
            return not("a link on the way to it leads nowhere; nothing was made there");
        }
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(failed(error)),
    };
    if !facts.is_file() {
        return not("it is not a file");
    }
    let mut head = Vec::with_capacity(100);
    fs::File::open(path).and_then(|file| file.take(100).read_to_end(&mut head)).map_err(failed)?;
    if head.is_empty() {
        if ["-wal", "-journal"].iter().any(|ending| beside(real, ending).exists()) {
            return not("it is empty, and a log or a journal of SQLite (-wal, -journal) is beside it");
        }
        return Ok(Found::Empty);
    }
    let Ok(head) = <[u8; 100]>::try_from(head) else {
        return not("it is too short");
    };
    if !head.starts_with(b"SQLite format 3\0") {
        return not("it holds something else");
    }
    let [.., p0, p1] = head[..18] else { return Ok(Found::Store) };
    let page = match u64::from(u16::from_be_bytes([p0, p1])) {
        1 => 65_536,
        size => size,
    };
    let pages = u64::from(u32::from_be_bytes([head[28], head[29], head[30], head[31]]));
    let should = page * pages;
    // With a write-ahead log beside it, the file alone may be older than the store; SQLite sees to that.
    if !has_log(real) && facts.len() < should {
        return Err(StoreError::Truncated { path: path.to_owned(), has: facts.len(), should });
    }
    Ok(Found::Store)
}

/// A new store is written under a temporary name first, so that nobody ever opens half of one. If another program was
/// quicker, its file is kept.
fn make(path: &Path) -> Result<(), StoreError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    private_folder(folder)?;
    let failed = |source| StoreError::File { doing: "make the store", path: path.to_owned(), source };
    leftovers::remove(folder);
    let file = tempfile::Builder::new().prefix(leftovers::NEW).tempfile_in(folder).map_err(failed)?;
    let named = |error: StoreError| error.during("making the store", path);
    let mut connection = Connection::open(file.path()).map_err(|error| named(error.into()))?;
    connection
        .execute_batch("PRAGMA journal_mode = MEMORY;")
        .and_then(|()| migrate::up_to_date(&mut connection))
        .and_then(|()| connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())))
        .map_err(|error| named(error.into()))?;
    connection.close().map_err(|(_, error)| named(error.into()))?;
    file.as_file().sync_all().map_err(failed)?;
    match file.persist_noclobber(path) {
        Ok(_) => {}
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(failed(error.error)),
    }
    // The file's name has to survive a power loss too, so the folder is synced, on file systems that can do that.
    let _ = fs::File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Makes a store of an empty file, in place. If another program does the same at the same time, one of them comes
/// second and finds it done.
fn fill(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        let failed = |source| StoreError::File { doing: "keep to yourself", path: path.to_owned(), source };
        fs::set_permissions(path, mode).map_err(failed)?;
    }
    let named = |error: rusqlite::Error| StoreError::from(error).during("making the store", path);
    let mut connection = connect(path, Durability::Full).map_err(named)?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(named)?;
    if tables > 0 {
        // Another program was quicker. What it has made is looked at next.
        return Ok(());
    }
    migrate::up_to_date(&mut connection)
        .and_then(|()| connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())))
        .map_err(named)
}

/// Whether a part of a path is a symbolic link to something that does not exist.
fn leads_nowhere(path: &Path) -> bool {
    path.ancestors().any(|part| fs::read_link(part).is_ok() && fs::metadata(part).is_err())
}

fn private_folder(folder: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| StoreError::File {
        doing: "make the folder",
        path: folder.to_owned(),
        source,
    })
}

/// Connects to a file that was recognised as a store. If neither the file nor its folder can be written to, it is
/// opened read-only, unless there is a write-ahead log beside it: reading that needs the right to write.
pub(super) fn attach(path: &Path, durability: Durability) -> Result<Store, StoreError> {
    let claim = Claim::new(path);
    let connected = connect(path, durability).map_err(StoreError::from).and_then(|it| bring_up_to_date(path, it));
    let connection = match connected {
        Err(error) if error.needs_writing() && !beside(path, "-wal").exists() => {
            connect_to_read(path).map_err(StoreError::from).and_then(|it| bring_up_to_date(path, it))
        }
        other => other,
    };
    let connection = connection.map_err(|error| error.during("opening the store", path))?;
    Ok(Store { path: path.to_owned(), connection, durability, _claim: claim })
}

fn bring_up_to_date(path: &Path, mut connection: Connection) -> Result<Connection, StoreError> {
    let (ours, version) = migrate::application_id(&connection)
        .and_then(|id| Ok((id == migrate::APPLICATION_ID, migrate::version(&connection)?)))?;
    if !ours {
        return Err(StoreError::NotAStore { path: path.to_owned(), what: "it is a database of another program" });
    }
    if version > migrate::VERSION {
        return Err(StoreError::Newer { path: path.to_owned(), theirs: version, ours: migrate::VERSION });
    }
    migrate::up_to_date(&mut connection)?;
    Ok(connection)
}

/// Whether there is a write-ahead log beside a path, with something in it.
pub(super) fn has_log(path: &Path) -> bool {
    fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0)
}

/// What SQLite calls the files that it keeps beside a store.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// A symbolic link that somebody has put there would lead the writing to another file.
fn is_plain_or_absent(path: &Path) -> bool {
    fs::symlink_metadata(path).map_or(true, |facts| facts.is_file())
}
