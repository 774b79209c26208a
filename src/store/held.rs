//! The folders into which a hard hold has put mail, whatever they are called today: mail comes back even if the
//! setting was changed, the folder renamed or the source removed meanwhile.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds};
use super::source;
use super::text::word_or_null;
use crate::domain::attempt::AttemptState;
use crate::domain::ids::{Id, SourceId};

/// Whether a folder of `folder AS f` is one into which mail was put.
pub(super) const IS_HELD: &str = "EXISTS (SELECT 1 FROM fact WHERE name = 'held folder ' || f.id)";

/// Mail of one source that was put into one folder and, as far as is known, has not come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutAside {
    pub source: String,
    pub folder: String,
    pub messages: u32,
    /// When the first of it was put there.
    pub since: DateTime<Utc>,
    pub stands: Stands,
}

/// The state of mail that was put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stands {
    /// It waits for its check-in, or for the next round.
    Waits,
    /// It is no longer where it was put, and was not found.
    Lost,
    /// It could not be brought back for now, for this reason.
    Fails(String),
    /// It cannot be brought back until a person does something.
    Refused { what: String, hint: String },
}

/// The door asks this, so the query begins with the few folders into which mail was put and looks at what
/// lies in them (`CROSS JOIN` keeps that order). It never scans all copies.
const PUT_ASIDE: &str = "SELECT s.name, f.name, c.gone IS NOT NULL, k.since, j.state, j.why, j.number
         FROM folder AS f CROSS JOIN fact AS h ON h.name = 'held folder ' || f.id
         CROSS JOIN copy AS c ON c.folder = f.id CROSS JOIN message AS m ON m.id = c.message
         CROSS JOIN kept_back AS k ON k.message = m.id AND k.source = f.source CROSS JOIN source AS s ON s.id = f.source
         LEFT JOIN journal AS j ON j.folder = c.folder AND j.key = c.key AND j.closed IS NULL
              AND j.cause = 'release' AND j.tries > 0 AND j.why <> ''
         WHERE m.stage IN ('held', 'in batch', 'let through', 'carried over', 'deferred')
           AND NOT EXISTS (SELECT 1 FROM copy AS o JOIN folder AS p ON p.id = o.folder
                           WHERE o.message = m.id AND o.gone IS NULL AND p.source <> f.source)
         ORDER BY f.source, f.id, m.id";

impl Store {
    /// The mail that was put aside and has not come back, without messages that were decided about since or lie in
    /// another source too.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn put_aside(&self) -> Result<Vec<PutAside>, StoreError> {
        self.read("asking what is put aside", |connection| {
            let mut statement = connection.prepare_cached(PUT_ASIDE)?;
            let mut found: Vec<PutAside> = Vec::new();
            let rows = statement.query_map([], |row| {
                let (lost, number): (bool, Option<i64>) = (row.get(2)?, row.get(6)?);
                let state = word_or_null(row, 4, "journal", number.unwrap_or_default())?;
                let why: String = row.get::<_, Option<String>>(5)?.unwrap_or_default();
                let stands = match state {
                    Some(AttemptState::Refused) => {
                        let (what, hint) = why.rsplit_once("; ").unwrap_or((&why, ""));
                        Stands::Refused { what: what.to_owned(), hint: hint.to_owned() }
                    }
                    Some(_) => Stands::Fails(why),
                    None if lost => Stands::Lost,
                    None => Stands::Waits,
                };
                let since = instant(row.get(3)?);
                Ok(PutAside { source: row.get(0)?, folder: row.get(1)?, messages: 1, since, stands })
            })?;
            for row in rows {
                let one = row?;
                let alike = |it: &&mut PutAside| {
                    (&it.source, &it.folder, &it.stands) == (&one.source, &one.folder, &one.stands)
                };
                match found.iter_mut().find(alike) {
                    Some(many) => {
                        many.messages += 1;
                        many.since = many.since.min(one.since);
                    }
                    None => found.push(one),
                }
            }
            Ok(found)
        })
    }

    /// Makes moves of a hold due again that failed before, so that its mail is either put aside or back, not half of
    /// it.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn retry_hold(&mut self, from: SourceId, now: DateTime<Utc>) -> Result<(), StoreError> {
        let waits = self.read("asking what a hold waits for", |connection| {
            Ok(connection
                .prepare_cached(
                    "SELECT 1 FROM journal WHERE closed IS NULL AND source = ?1 AND cause IN ('hold', 'release')
                     AND tries > 0 AND next_try > ?2",
                )?
                .exists((from.0, seconds(now)))?)
        })?;
        if !waits {
            return Ok(());
        }
        self.write("trying a hold again", |tx| {
            tx.prepare_cached(
                "UPDATE journal SET next_try = ?2 WHERE closed IS NULL AND source = ?1 AND cause IN ('hold', 'release')
                 AND tries > 0 AND next_try > ?2",
            )?
            .execute((from.0, seconds(now)))?;
            Ok(())
        })
    }
}

/// Whether this store has put a message aside and not given it back.
pub(super) fn put_by_us(tx: &Transaction<'_>, from: SourceId, message: Id) -> Result<bool, StoreError> {
    let mut ours =
        tx.prepare_cached("SELECT 1 FROM kept_back WHERE message = ?1 AND source = ?2 AND released IS NULL")?;
    Ok(ours.exists((message.0, from.0))?)
}

/// Records that mail is put into a folder.
pub(super) fn note(tx: &Transaction<'_>, from: SourceId, folder: &str) -> Result<(), StoreError> {
    let folder = source::folder(tx, from, folder)?;
    tx.prepare_cached(
        "INSERT INTO fact (name, value) VALUES ('held folder ' || ?1, ?2) ON CONFLICT (name) DO NOTHING",
    )?
    .execute((folder, from.0))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{PUT_ASIDE, Store};

    /// Only the folders, of which there are few, are scanned.
    #[test]
    fn what_is_put_aside_is_asked_without_going_through_all_copies() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("tidebox.db")).unwrap();
        let plan: Vec<String> = store
            .read("asking for the plan", |connection| {
                let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {PUT_ASIDE}"))?;
                Ok(statement.query_map([], |row| row.get(3))?.collect::<Result<_, _>>()?)
            })
            .unwrap();
        let scans: Vec<_> = plan.iter().filter(|step| step.starts_with("SCAN")).collect();
        assert!(matches!(scans[..], [one] if one.starts_with("SCAN f")), "{plan:#?}");
        let asks_first = plan.get(1).is_some_and(|step| step.starts_with("SEARCH h"));
        assert!(asks_first, "whether mail was put there is asked before a folder is looked into: {plan:#?}");
    }
}
