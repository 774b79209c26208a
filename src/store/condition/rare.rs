//! What few messages are or have, so that a search can begin with them instead of walking through all.

use rusqlite::{Connection, OptionalExtension};

use super::{BEGINNING, Compiler, WORDS, named, names, state};
use crate::domain::ids::ThreadId;
use crate::domain::query::{Query, Term};
use crate::store::failure::StoreError;

/// A larger message is in an index of its own; the number stands in the schema too.
const LARGE: u64 = 1_048_576;
/// Folders with no more copies than this, together, are read whole.
const FEW_COPIES: i64 = 4_000;
/// The rarity of what the index finds.
pub(super) const BY_INDEX: u8 = 4;

impl Compiler {
    /// How many a search has to begin with, roughly: the lower, the fewer. `None` where that may be most of the store.
    pub(super) fn rarity(&self, query: &Query) -> Option<u8> {
        match query {
            Query::Term(Term::Thread(_)) => Some(0),
            Query::Term(Term::Folder { name, prefix }) => {
                let mut chosen = self.folders.iter().filter(|(_, folder)| named(name, *prefix, folder));
                chosen.all(|(id, _)| self.few_in.contains(id)).then_some(1)
            }
            Query::Term(Term::Larger(size)) => (*size >= LARGE).then_some(2),
            Query::Term(Term::Is(state)) => state::ids(*state).map(|_| 3),
            Query::Or(parts) if !parts.is_empty() => {
                let each = parts.iter().map(|part| self.asked(part).map(|_| BY_INDEX).or_else(|| self.rarity(part)));
                each.collect::<Option<Vec<u8>>>()?.into_iter().max()
            }
            // Whatever one of them can choose, all of them choose no more.
            Query::And(parts) => self.rarest(parts).map(|(rarity, _)| rarity),
            _ => None,
        }
    }

    /// The rarest of parts of which all must be true, and how rare it is.
    fn rarest<'q>(&self, parts: &'q [Query]) -> Option<(u8, &'q Query)> {
        let rarity = |part: &Query| self.rarity(part).or_else(|| self.asked(part).map(|_| BY_INDEX));
        parts.iter().filter_map(|part| Some((rarity(part)?, part))).min_by_key(|(rarity, _)| *rarity)
    }

    /// The index that can answer the query alone, and its MATCH.
    fn asked(&self, query: &Query) -> Option<(&'static str, String)> {
        let beginning = self.beginning_of(query).map(|matching| (BEGINNING, matching));
        beginning.or_else(|| self.match_of(query).map(|matching| (WORDS, matching)))
    }

    /// The ids that the query can choose, from ?1 up to, but without, ?2, where `rarity` says that they are few.
    pub(super) fn ids(&mut self, query: &Query) -> Option<String> {
        match query {
            Query::Term(Term::Thread(thread)) => Some(format!(
                "SELECT id FROM message INDEXED BY message_thread WHERE thread = {} AND id >= ?1 AND id < ?2",
                self.thread(*thread)
            )),
            Query::Term(Term::Folder { name, prefix }) => {
                let chosen = super::one_of("folder", &self.folders, name, *prefix);
                // With the sign the folder's own order is used, and not the index of messages.
                Some(format!(
                    "SELECT message FROM copy WHERE {chosen} AND gone IS NULL AND +message >= ?1 AND +message < ?2"
                ))
            }
            Query::Term(Term::Larger(size)) => Some(format!(
                "SELECT id FROM message INDEXED BY message_large WHERE size > {size} AND size > {LARGE} AND id >= ?1 AND id < ?2"
            )),
            Query::Term(Term::Is(state)) => state::ids(*state),
            Query::Or(parts) => {
                let mut all = Vec::with_capacity(parts.len());
                for part in parts {
                    all.push(self.asked_or_rare(part)?);
                }
                Some(all.join(" UNION ALL "))
            }
            Query::And(parts) => {
                let (_, part) = self.rarest(parts)?;
                self.asked_or_rare(part)
            }
            _ => None,
        }
    }

    fn asked_or_rare(&mut self, query: &Query) -> Option<String> {
        match self.asked(query) {
            Some((index, matching)) => Some(self.matching(index, &matching)),
            None => self.ids(query),
        }
    }
}

/// Every folder, where the query asks for one.
pub(super) fn folders(connection: &Connection, query: &Query) -> Result<Vec<(i64, String)>, StoreError> {
    if patterns(query).is_empty() { Ok(Vec::new()) } else { names(connection, "SELECT id, name FROM folder") }
}

fn patterns(query: &Query) -> Vec<(String, bool)> {
    let mut all = Vec::new();
    query.terms(&mut |term| {
        if let Term::Folder { name, prefix } = term {
            all.push((name.clone(), *prefix));
        }
    });
    all
}

/// Those of the folders that the query asks for which have few copies, counted no further than needed.
pub(super) fn few_in(
    connection: &Connection,
    query: &Query,
    folders: &[(i64, String)],
) -> Result<Vec<i64>, StoreError> {
    let (patterns, mut few, mut left) = (patterns(query), Vec::new(), FEW_COPIES);
    if patterns.is_empty() {
        return Ok(few);
    }
    let mut counted =
        connection.prepare_cached("SELECT count(*) FROM (SELECT 1 FROM copy WHERE folder = ?1 LIMIT ?2)")?;
    for (id, name) in folders {
        if patterns.iter().any(|(pattern, prefix)| named(pattern, *prefix, name)) {
            let count: i64 = counted.query_row([*id, left + 1], |row| row.get(0))?;
            if count > left {
                break;
            }
            left -= count;
            few.push(*id);
        }
    }
    Ok(few)
}

/// Of each conversation that a query asks for, the one that it belongs to since it was joined with others.
pub(super) fn threads(connection: &Connection, query: &Query) -> Result<Vec<(ThreadId, ThreadId)>, StoreError> {
    let mut all = Vec::new();
    query.terms(&mut |term| {
        if let Term::Thread(thread) = term {
            all.push((*thread, *thread));
        }
    });
    if all.is_empty() {
        return Ok(all);
    }
    let mut next = connection.prepare_cached("SELECT into_thread FROM thread_joined WHERE thread = ?1")?;
    for (_, thread) in &mut all {
        while let Some(into) = next.query_row([thread.0], |row| row.get(0)).optional()? {
            *thread = ThreadId(into);
        }
    }
    Ok(all)
}
