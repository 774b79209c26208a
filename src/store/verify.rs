//! Whether the store is intact: SQLite's own check, that of the full-text index, and what must be true between the
//! tables.

use rusqlite::Connection;

use super::Store;
use super::failure::StoreError;
use super::open::attach;

/// Each statement counts rows that must not be there.
const LAWS: [(&str, &str); 10] = [
    (
        "messages without their original bytes",
        "SELECT count(*) FROM message AS m WHERE NOT EXISTS (SELECT 1 FROM original WHERE message = m.id)",
    ),
    ("messages without an identity", "SELECT abs((SELECT count(*) FROM message) - (SELECT count(*) FROM identity))"),
    (
        "messages that the index does not know",
        "SELECT abs((SELECT count(*) FROM message) - (SELECT count(*) FROM words_docsize))",
    ),
    (
        "messages whose beginnings the index does not know",
        "SELECT count(*) FROM message AS m WHERE id >= (SELECT value FROM fact WHERE name = 'unbegun')
         AND NOT EXISTS (SELECT 1 FROM beginning_docsize WHERE id = m.id)",
    ),
    ("batches that were never sealed", "SELECT count(*) FROM batch WHERE NOT sealed"),
    (
        "messages in a batch by their stage, but in no open one",
        "SELECT count(*) FROM message AS m WHERE stage = 'in batch' AND NOT EXISTS (
             SELECT 1 FROM batch_item AS i JOIN batch AS b ON b.id = i.batch WHERE i.message = m.id AND b.committed IS NULL)",
    ),
    (
        "acts that name no message",
        "SELECT count(*) FROM act AS a WHERE NOT EXISTS (SELECT 1 FROM act_run WHERE batch = a.batch AND act = a.number)",
    ),
    (
        "deferred messages without a window",
        "SELECT abs((SELECT count(*) FROM message WHERE stage = 'deferred') - (SELECT count(*) FROM deferred))",
    ),
    (
        "changes outside that two decisions ask for at once",
        "SELECT count(*) FROM (SELECT 1 FROM journal WHERE closed IS NULL AND tries = 0 GROUP BY folder, key HAVING count(*) > 1)",
    ),
    (
        "changes outside of copies of another source",
        "SELECT count(*) FROM journal AS j JOIN folder AS f ON f.id = j.folder WHERE f.source <> j.source",
    ),
];

impl Store {
    /// Everything that is wrong with the store, in plain words; empty where it is intact.
    ///
    /// It looks through a connection of its own: `PRAGMA integrity_check` reaches the full-text index with what its
    /// connection last knew of it (seen in SQLite 3.54), and after another's writes calls a sound one damaged.
    ///
    /// # Errors
    /// Where it cannot even be read.
    pub fn verify(&self) -> Result<Vec<String>, StoreError> {
        let mut fresh = attach(&self.path, self.durability)?;
        let mut wrong = fresh.read("checking the store", law_breaches)?;
        if fresh.is_read_only() {
            return Ok(wrong);
        }
        // An index checks itself when it is told to by an INSERT, though that changes nothing.
        for index in ["words", "beginning"] {
            let checked = fresh.write("checking the full-text index", |tx| {
                Ok(tx.execute(&format!("INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 0)"), [])?)
            });
            if let Err(error) = checked {
                wrong.push(error.to_string());
            }
        }
        Ok(wrong)
    }
}

fn law_breaches(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut wrong = Vec::new();
    let mut statement = connection.prepare("PRAGMA integrity_check")?;
    for row in statement.query_map([], |row| row.get::<_, String>(0))? {
        let said = row?;
        if said != "ok" {
            wrong.push(said);
        }
    }
    let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
    for row in statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(2)?)))? {
        let (from, to) = row?;
        wrong.push(format!("a row of {from} refers to a row of {to} that is not there"));
    }
    for (what, sql) in LAWS {
        let count: i64 = connection.query_row(sql, [], |row| row.get(0))?;
        if count > 0 {
            wrong.push(format!("{count} {what}"));
        }
    }
    Ok(wrong)
}
