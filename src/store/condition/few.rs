//! Where few messages are what a query asks for: then the search begins with these, and the index is asked for each of them.
//! Without that, `is:unread word` would look at every message that has the word.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::matching::{combine, takes_long};
use super::{ALWAYS, BEGINNING, Compiler, NEVER, SqlCondition, WORDS};
use crate::domain::query::{Query, Term};
use crate::store::failure::StoreError;

/// So many messages are few, chosen by measurement (docs/performance.md).
pub(super) const FEW: usize = 256;
/// No more parts of a query than these are counted.
const COUNTED: usize = 4;

impl Compiler {
    /// The messages that one of the parts can choose with ids from `from` up to, but without, `to`, in rising order, where they are no
    /// more than `most` and the query asks an index of words too. There may be some that the part does not choose.
    pub(super) fn few(
        &mut self,
        connection: &Connection,
        parts: &[Query],
        (from, to): (i64, i64),
        most: usize,
    ) -> Result<Option<Vec<i64>>, StoreError> {
        let (mut by_words, mut by_beginnings) = (false, false);
        for part in parts {
            part.terms(&mut |term| match term {
                one if self.beginning_token(one).is_some() => by_beginnings = true,
                Term::Words { .. } | Term::Address { .. } | Term::Has(_) => by_words = true,
                _ => {}
            });
        }
        if parts.len() < 2 || !(by_words || by_beginnings) {
            return Ok(None);
        }
        // What needs an index of words is not counted with these.
        let rarity = |(place, part)| Some((self.rarity(part).filter(|rarity| *rarity < super::rare::BY_INDEX)?, place));
        let mut rarest: Vec<(u8, usize)> = parts.iter().enumerate().filter_map(rarity).collect();
        rarest.sort_unstable();
        for (_, place) in rarest.into_iter().take(COUNTED) {
            let Some(ids) = self.ids(&parts[place]) else { continue };
            if let Some(few) = count(connection, &ids, vec![Value::Integer(from), Value::Integer(to)], most)? {
                return Ok(Some(few));
            }
        }
        // What both indexes are asked for: the one that finds few is asked first, and the other one for each of these.
        if by_words && by_beginnings {
            let begins: Vec<String> = parts.iter().filter_map(|part| self.beginning_of(part)).collect();
            let words: Vec<String> = parts.iter().filter_map(|part| self.match_of(part)).collect();
            for (index, all) in [(BEGINNING, begins), (WORDS, words)] {
                let Some(matching) = combine(&all, &[]).filter(|matching| !takes_long(matching)) else { continue };
                let ids = format!("SELECT rowid FROM {index} WHERE {index} MATCH ?3 AND rowid >= ?1 AND rowid < ?2");
                let parameters = vec![Value::Integer(from), Value::Integer(to), Value::Text(matching)];
                if let Some(few) = count(connection, &ids, parameters, most)? {
                    return Ok(Some(few));
                }
            }
        }
        Ok(None)
    }

    /// The query, of these messages alone.
    pub(super) fn among(mut self, few: &[i64], query: &Query) -> SqlCondition {
        let (Some(first), Some(last)) = (few.first(), few.last()) else {
            let rest = NEVER.to_owned();
            return SqlCondition {
                matching: None,
                index: WORDS,
                rest,
                parameters: Vec::new(),
                asks_index: false,
                from: 1,
                to: 1,
            };
        };
        let (from, to) = (*first, last.saturating_add(1));
        self.each = true;
        let ids = few.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        // As a parameter, so that the statement is the same whatever they are.
        let ids = self.parameter(format!("[{ids}]"));
        let mut rest = format!("v.id IN (SELECT value FROM json_each({ids}))");
        let condition = self.row(query);
        if condition != ALWAYS {
            rest = format!("{rest} AND {condition}");
        }
        // All that is asked is between these two ids: no search in ranges can make it less.
        SqlCondition { matching: None, index: WORDS, rest, parameters: self.parameters, asks_index: false, from, to }
    }
}

/// The ids that a SELECT finds, in rising order, where they are no more than `most`.
fn count(
    connection: &Connection,
    ids: &str,
    parameters: Vec<Value>,
    most: usize,
) -> Result<Option<Vec<i64>>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("SELECT * FROM ({ids}) LIMIT {}", most + 1))?;
    let rows = statement.query_map(params_from_iter(parameters), |row| row.get(0))?;
    let mut found = rows.collect::<Result<Vec<i64>, _>>()?;
    found.sort_unstable();
    Ok((found.len() <= most).then(|| {
        found.dedup();
        found
    }))
}
