//! Where few messages are what a query asks for: then the search begins with these, and the index is asked for each of them.
//! Without that, `is:unread word` would look at every message that has the word.

use rusqlite::{Connection, params_from_iter};

use super::{ALWAYS, Compiler, NEVER, SqlCondition};
use crate::domain::query::{Query, Term};
use crate::store::failure::StoreError;

/// So many messages are few, chosen by measurement (docs/performance.md).
pub(super) const FEW: usize = 256;
/// No more parts of a query than these are counted.
const COUNTED: usize = 4;

impl Compiler {
    /// The messages that one of the parts can choose with ids from `from` up to, but without, `to`, in rising order, where they are no
    /// more than `most` and the query asks for words too. There may be some that the part does not choose.
    pub(super) fn few(
        &mut self,
        connection: &Connection,
        parts: &[Query],
        (from, to): (i64, i64),
        most: usize,
    ) -> Result<Option<Vec<i64>>, StoreError> {
        if parts.len() < 2 || !parts.iter().any(asks_for_words) {
            return Ok(None);
        }
        // What needs the index itself is not counted.
        let counted =
            |(place, part)| self.rarity(part).filter(|rarity| *rarity < super::rare::BY_INDEX).map(|r| (r, place));
        let mut rarest: Vec<(u8, usize)> = parts.iter().enumerate().filter_map(counted).collect();
        rarest.sort_unstable();
        for (_, place) in rarest.into_iter().take(COUNTED) {
            let Some(ids) = self.ids(&parts[place]) else { continue };
            let mut statement = connection.prepare_cached(&format!("SELECT * FROM ({ids}) LIMIT {}", most + 1))?;
            let rows = statement.query_map(params_from_iter([from, to]), |row| row.get(0))?;
            let mut found = rows.collect::<Result<Vec<i64>, _>>()?;
            if found.len() <= most {
                found.sort_unstable();
                found.dedup();
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The query, of these messages alone.
    pub(super) fn among(mut self, few: &[i64], query: &Query) -> SqlCondition {
        let (Some(first), Some(last)) = (few.first(), few.last()) else {
            let rest = NEVER.to_owned();
            return SqlCondition { matching: None, rest, parameters: Vec::new(), asks_index: false, from: 1, to: 1 };
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
        SqlCondition { matching: None, rest, parameters: self.parameters, asks_index: false, from, to }
    }
}

/// Whether the index has to be asked for it.
fn asks_for_words(query: &Query) -> bool {
    let mut asks = false;
    query.terms(&mut |term| asks |= matches!(term, Term::Words { .. } | Term::Address { .. } | Term::Has(_)));
    asks
}
