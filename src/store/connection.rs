//! One connection to the file: how it is opened, how it waits, and how hard it writes.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::Store;

/// From so many pages on (some 4 MB), the write-ahead log is copied back into the file when there is time.
const LONG_PAGES: i64 = 1_000;

/// What a commit of this connection survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Durability {
    /// Power loss too: for decisions of a person.
    Full,
    /// Every crash of a program, but not every power loss: the last commits may be missing after one. For taking
    /// messages in, since the source's position is then missing too, and the messages are read again.
    Replayable,
}

/// Opens a file that is there, without yet asking what is in it.
pub(super) fn connect(path: &Path, durability: Durability) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_handler(Some(wait))?;
    connection.set_prepared_statement_cache_capacity(96);
    keep_plans(&connection)?;
    connection.execute_batch(
        "PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA temp_store = MEMORY;
         PRAGMA mmap_size = 0;
         PRAGMA journal_size_limit = 67108864;",
    )?;
    // A decision never waits for the write-ahead log to be copied back: that happens after a begin and after a commit,
    // while taking in, and behind the screen. It must not wait for much of it to reach the disk before it either, so
    // taking in copies back often.
    connection.execute_batch(match durability {
        Durability::Full => "PRAGMA synchronous = FULL; PRAGMA cache_size = -2000; PRAGMA wal_autocheckpoint = 0;",
        Durability::Replayable => {
            "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32000; PRAGMA wal_autocheckpoint = 1000;"
        }
    })?;
    #[cfg(target_os = "macos")]
    connection.execute_batch("PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;")?;
    Ok(connection)
}

/// Opens a file read-only that cannot be written to and that nobody has open.
pub(super) fn connect_to_read(path: &Path) -> rusqlite::Result<Connection> {
    let mut address = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => address.push(char::from(*byte)),
            byte => {
                let _ = write!(address, "%{byte:02X}");
            }
        }
    }
    address.push_str("?immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(address, flags)?;
    keep_plans(&connection)?;
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;")?;
    Ok(connection)
}

/// A statement keeps its plan, whatever is bound to it. Without that SQLite looks at what is bound, and prepares a statement anew
/// each time that another range is: for the rows of a screen that took longer than to read them.
fn keep_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// Copies as much of the write-ahead log back as nobody is using. What is left over is left for the next time.
pub(super) fn checkpoint(connection: &Connection) {
    let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
}

/// How many pages of the write-ahead log were not copied back yet; 0 where that is not known.
fn behind(connection: &Connection) -> i64 {
    let numbers = connection
        .query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)));
    numbers.map_or(0, |(log, copied)| log - copied)
}

impl Store {
    /// Keeps fewer pages of the file in memory from now on, and none of those that it keeps now: for what takes its time
    /// anyway, and for a process that waits most of its life.
    pub fn take_little_memory(&self) {
        // Only speed depends on it, so a failure does not matter.
        let _ = self.connection.execute_batch("PRAGMA cache_size = -6000; PRAGMA shrink_memory;");
    }

    /// Keeps so many kB of the file in memory at most from now on: for a thread that reads a message now and then, where what it read
    /// before is hardly read again.
    pub fn keep_few_pages(&self, kilobytes: u16) {
        // Only memory depends on it, so a failure does not matter.
        let _ = self.connection.execute_batch(&format!("PRAGMA cache_size = -{kilobytes};"));
    }

    /// Copies the write-ahead log back where it has grown. Only for threads that nobody waits for.
    pub fn shorten_log(&self) {
        if behind(&self.connection) > LONG_PAGES {
            checkpoint(&self.connection);
        }
    }
}

/// Waits for another process or thread to finish writing: closely at first, since transactions here are short, then
/// at ease, and for half a minute before giving up.
fn wait(tries: i32) -> bool {
    let pause = match tries {
        ..400 => Duration::from_micros(250),
        400..1_000 => Duration::from_millis(2),
        1_000..3_900 => Duration::from_millis(10),
        _ => return false,
    };
    std::thread::sleep(pause);
    true
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::connect_to_read;

    /// SQLite reads the path as part of a URI, so characters with a meaning in URIs are escaped.
    #[test]
    fn a_store_of_any_name_is_opened_for_reading() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["plain.db", "a b.db", "a?mode=rwc.db", "a#b.db", "100%25.db", "é来&x=1.db"] {
            let path = folder.path().join(name);
            Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (7)").unwrap();
            let reading = connect_to_read(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
            let read: i64 = reading.query_row("SELECT a FROM t", [], |row| row.get(0)).unwrap();
            assert_eq!(read, 7, "{name}");
            assert!(reading.execute("INSERT INTO t VALUES (8)", []).is_err(), "{name}");
        }
    }
}
