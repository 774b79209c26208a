//! Questions about what is held, and the look for a login code. Each is written down before it is answered (rule 1).

use chrono::{DateTime, Duration, Utc};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::Store;
use super::condition::SqlCondition;
use super::failure::StoreError;
use super::instant::{ceiling, instant, seconds};
use super::peek::{open, write_down};
use super::read::{COLUMNS, message};
use crate::domain::message::Message;
use crate::domain::peek::{Peek, PeekKind};
use crate::domain::query::Query;

/// One question is answered in so much time.
const PAUSE: Duration = Duration::minutes(1);
/// A look for a code is over after so long, if nothing ends it before.
const CODE: Duration = Duration::minutes(1);
/// How much older by its date a message that has just arrived may be, in seconds.
const LATE: i64 = 2 * 86_400;
/// Of what has just arrived, so many are looked at.
const ARRIVED: i64 = 200;

/// What a question comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskOutcome {
    Answered(HeldCount),
    /// One was answered less than a minute ago; the next one is at this instant.
    TooSoon {
        next: DateTime<Utc>,
    },
}

/// How many held messages a query chooses, and since when the first of them is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HeldCount {
    pub count: u32,
    pub since: Option<DateTime<Utc>>,
}

impl Store {
    /// Writes a question down, and answers it. A question that comes too soon is not written down.
    ///
    /// # Errors
    /// Where the store cannot be written or read.
    pub fn ask_held(&mut self, question: &str, query: &Query, now: DateTime<Utc>) -> Result<AskOutcome, StoreError> {
        let next = self.write("writing a question down", |tx| {
            let last: Option<i64> = tx
                .prepare_cached(
                    "SELECT since FROM peek WHERE kind = 'ask' AND since > ?1 AND since <= ?2 ORDER BY since DESC LIMIT 1",
                )?
                .query_row((seconds(now - PAUSE), seconds(now)), |row| row.get(0))
                .optional()?;
            if last.is_none() {
                write_down(tx, PeekKind::Ask, question, (now, now))?;
            }
            Ok(last.map(|last| instant(last) + PAUSE))
        })?;
        if let Some(next) = next {
            return Ok(AskOutcome::TooSoon { next });
        }
        self.read("answering a question", |connection| {
            counted(connection, query, now, "v.stage = 'held'").map(AskOutcome::Answered)
        })
    }

    /// Writes down that a login code is looked for, and opens the look.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn look_for_code(&mut self, reason: &str, now: DateTime<Utc>) -> Result<Peek, StoreError> {
        self.write("writing down that a code is looked for", |tx| {
            write_down(tx, PeekKind::Code, reason, (now, now + CODE))
        })
    }

    /// What arrived since an instant, held or not, the newest first.
    ///
    /// # Errors
    /// `PeekOver` where the look is not open now, or where the store cannot be read.
    pub fn arrived_since(
        &self,
        look: &Peek,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Message>, StoreError> {
        self.read("looking for a code", |connection| {
            open(connection, look, now)?;
            // What is held has an index; of the rest the ids tell about when it was written.
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM facts AS v
                 WHERE v.id IN (SELECT id FROM message WHERE stage = 'held' UNION SELECT id FROM message WHERE id >= ?3)
                   AND v.received >= ?1 AND v.received <= ?2
                 ORDER BY v.received DESC, v.id DESC LIMIT {ARRIVED}"
            ))?;
            let rows = statement.query_map((ceiling(since), seconds(now), seconds(since) - LATE), message)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Whether a message that a query chooses was there before an instant, held or not.
    ///
    /// # Errors
    /// `PeekOver` where the look is not open now, or where the store cannot be read.
    pub fn came_before(
        &self,
        look: &Peek,
        query: &Query,
        before: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.read("looking for a sender", |connection| {
            open(connection, look, now)?;
            let earlier = format!("v.received < {}", ceiling(before));
            Ok(counted(connection, query, now, &earlier)?.count > 0)
        })
    }

    /// Whether there is any message from before an instant.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn remembers(&self, before: DateTime<Utc>) -> Result<bool, StoreError> {
        self.read("asking for older messages", |connection| {
            Ok(connection
                .prepare_cached("SELECT 1 FROM message WHERE received < ?1 LIMIT 1")?
                .exists([ceiling(before)])?)
        })
    }
}

/// How many messages of `facts` a query and a further condition choose, and when the first of them arrived.
fn counted(connection: &Connection, query: &Query, now: DateTime<Utc>, also: &str) -> Result<HeldCount, StoreError> {
    let condition = SqlCondition::compile(connection, query, now)?;
    let mut parameters = vec![Value::Integer(condition.from), Value::Integer(condition.to)];
    parameters.extend(condition.parameters.iter().cloned());
    let (index, rest) = (condition.index, &condition.rest);
    let sql = match &condition.matching {
        Some(matching) => {
            parameters.push(Value::Text(matching.clone()));
            format!(
                "SELECT count(*), min(v.received) FROM {index} AS w CROSS JOIN facts AS v
                 WHERE w.{index} MATCH ?{} AND w.rowid >= ?1 AND w.rowid < ?2 AND v.id = w.rowid AND {also} AND {rest}",
                parameters.len()
            )
        }
        None => format!(
            "SELECT count(*), min(v.received) FROM facts AS v WHERE {also} AND v.id >= ?1 AND v.id < ?2 AND {rest}"
        ),
    };
    let mut statement = connection.prepare(&sql)?;
    Ok(statement.query_row(params_from_iter(parameters), |row| {
        let since: Option<i64> = row.get(1)?;
        Ok(HeldCount { count: row.get(0)?, since: since.map(instant) })
    })?)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, Utc};

    use super::{AskOutcome, HeldCount};
    use crate::domain::peek::PeekKind;
    use crate::domain::query::Query;
    use crate::store::Store;

    #[test]
    fn one_question_a_minute_is_answered_whichever_connection_asks() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let at = |second: i64| DateTime::<Utc>::UNIX_EPOCH + Duration::seconds(1_790_000_000 + second);
        let ask = |second: i64| Store::open(&path).unwrap().ask_held("from:ann", &Query::All, at(second)).unwrap();
        let none = AskOutcome::Answered(HeldCount::default());
        let too_soon = AskOutcome::TooSoon { next: at(60) };
        assert_eq!([ask(0), ask(1), ask(59), ask(60)], [none, too_soon, too_soon, none]);
        // A clock that was set back does not forbid questions until it has caught up.
        assert_eq!(ask(-500), none);
        let store = Store::open(&path).unwrap();
        assert_eq!(store.current_peek(at(60)).unwrap(), None, "a question opens nothing");
        let log: Vec<(PeekKind, String)> =
            store.peeks().unwrap().into_iter().map(|one| (one.kind, one.reason)).collect();
        assert_eq!(log, vec![(PeekKind::Ask, "from:ann".to_owned()); 3]);
    }
}
