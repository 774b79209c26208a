//! The schema's versions: numbered files, each run once, each in one transaction with its number.

use rusqlite::{Connection, TransactionBehavior};

/// Marks the file as ours (`PRAGMA application_id`): "tide".
pub(super) const APPLICATION_ID: i64 = 0x7469_6465;

/// Each file upgrades a store from the version before it. A file is never changed once it is released.
const SCHEMA: [&str; 28] = [
    include_str!("schema/001_first.sql"),
    include_str!("schema/002_journal.sql"),
    include_str!("schema/003_told.sql"),
    include_str!("schema/004_wall.sql"),
    include_str!("schema/005_concern.sql"),
    include_str!("schema/006_return.sql"),
    include_str!("schema/007_kin.sql"),
    include_str!("schema/008_place.sql"),
    include_str!("schema/009_act_run.sql"),
    include_str!("schema/010_pause.sql"),
    include_str!("schema/011_reopened.sql"),
    include_str!("schema/012_asking.sql"),
    include_str!("schema/013_query.sql"),
    include_str!("schema/014_more_time.sql"),
    include_str!("schema/015_group.sql"),
    include_str!("schema/016_invitation.sql"),
    include_str!("schema/017_bundle.sql"),
    include_str!("schema/018_sent.sql"),
    include_str!("schema/019_outgoing.sql"),
    include_str!("schema/020_unsubscription.sql"),
    include_str!("schema/021_sent_copy.sql"),
    include_str!("schema/022_sending.sql"),
    include_str!("schema/023_second_pass.sql"),
    include_str!("schema/024_answered.sql"),
    include_str!("schema/025_mailto.sql"),
    include_str!("schema/026_facts.sql"),
    include_str!("schema/027_beginning.sql"),
    include_str!("schema/028_one_view.sql"),
];

/// The version that this program reads and writes: the number of the last file.
pub(super) const VERSION: i64 = 28;
const _: () = assert!(VERSION.unsigned_abs() == SCHEMA.len() as u64);

pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

pub(super) fn application_id(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA application_id", [], |row| row.get(0))
}

/// Upgrades an older store. If two programs try at once, the second one finds it done.
pub(super) fn up_to_date(connection: &mut Connection) -> rusqlite::Result<()> {
    if version(connection)? >= VERSION {
        return Ok(());
    }
    // One of the steps replaces a table that others refer to, see https://www.sqlite.org/lang_altertable.html,
    // section 7.
    connection.pragma_update(None, "foreign_keys", false)?;
    let done = step_by_step(connection);
    connection.pragma_update(None, "foreign_keys", true)?;
    done
}

fn step_by_step(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = version(&transaction)?;
    for (number, sql) in (1_i64..).zip(SCHEMA).filter(|(number, _)| *number > from) {
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", number)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::{VERSION, up_to_date, version};

    #[test]
    fn a_second_run_changes_nothing() {
        let mut connection = rusqlite::Connection::open_in_memory().expect("memory");
        up_to_date(&mut connection).expect("first");
        let schema = |c: &rusqlite::Connection| -> i64 {
            c.query_row("PRAGMA schema_version", [], |row| row.get(0)).expect("pragma")
        };
        let before = schema(&connection);
        up_to_date(&mut connection).expect("second");
        assert_eq!(version(&connection).expect("version"), VERSION);
        assert_eq!(schema(&connection), before);
    }
}
