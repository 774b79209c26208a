//! One connection to the file: how it is opened, how it waits, and how hard it writes.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

/// How much a commit of this connection survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Durability {
    /// Everything, power loss included: for what a person decides.
    Full,
    /// Every crash of a program. The last commits before a power loss may be missing, and then so is the source's
    /// position, so that they are read again: for taking in.
    Replayable,
}

/// Opens a file that is there, without yet asking what is in it.
pub(super) fn connect(path: &Path, durability: Durability) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_handler(Some(wait))?;
    connection.set_prepared_statement_cache_capacity(96);
    connection.execute_batch(
        "PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA temp_store = MEMORY;
         PRAGMA mmap_size = 0;
         PRAGMA journal_size_limit = 67108864;",
    )?;
    // A decision must not wait for the write-ahead log to be copied back: that happens after a begin, after a commit,
    // and while taking in. Its own limit is out of a batch's reach.
    connection.execute_batch(match durability {
        Durability::Full => "PRAGMA synchronous = FULL; PRAGMA cache_size = -2000; PRAGMA wal_autocheckpoint = 8000;",
        Durability::Replayable => {
            "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32000; PRAGMA wal_autocheckpoint = 2000;"
        }
    })?;
    #[cfg(target_os = "macos")]
    connection.execute_batch("PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;")?;
    Ok(connection)
}

/// Opens a file that nothing can be written to and nobody has open, for reading alone.
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
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;")?;
    Ok(connection)
}

/// Copies as much of the write-ahead log back as nobody is using. What is left over is left for the next time.
pub(super) fn checkpoint(connection: &Connection) {
    let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
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
