//! A query as SQL: what the full-text index can answer becomes one MATCH, the rest becomes conditions on the
//! message's row.
//!
//! `domain::query` says what a query means; `Query::holds` and this file must give the same answer, which a property
//! test of the suite holds them to. Bounds on the date become bounds on the id as well, since ids follow dates.

use chrono::{DateTime, Utc};
use rusqlite::Connection;
use rusqlite::types::Value;

use super::failure::StoreError;
use super::instant::{ceiling, placed};
use super::marks;
use super::meta::counter;
use super::thread::hash;
use crate::domain::ids::ThreadId;
use crate::domain::query::{IdTerm, Query, Term, TextField, Thing, named};
use crate::domain::words;

mod address;
mod beginnings;
mod few;
mod matching;
mod rare;
mod state;

use beginnings::IndexedBeginning;
use matching::{BEGINNING, WORDS, combine, phrase};

const ALWAYS: &str = "1";
const NEVER: &str = "0";

/// A query, ready for a SELECT from `visible AS v`. Parameters ?1 and ?2 are left to the caller: the lowest id that is
/// asked for, and the lowest above that is not.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SqlCondition {
    /// The MATCH, where it finds every message that the query can choose.
    pub matching: Option<String>,
    /// The full-text index that it is asked of.
    pub index: &'static str,
    /// The further conditions on `v`.
    pub rest: String,
    /// The parameters of `rest`, from ?3 on.
    pub parameters: Vec<Value>,
    /// Whether `rest` asks an index for every message of a range of ids: then its cost grows with that range.
    pub asks_index: bool,
    /// The lowest id that the query can choose; ids from `to` on it cannot choose.
    pub from: i64,
    pub to: i64,
}

/// From where on a query is answered in another way.
struct Sizes {
    /// So many messages are few.
    few: usize,
    /// A store of so many bytes is large.
    large: i64,
}

/// What a query's names and times mean in this store at this moment.
struct Compiler {
    now: DateTime<Utc>,
    drift: i64,
    sources: Vec<(i64, String)>,
    lanes: Vec<(i64, String)>,
    folders: Vec<(i64, String)>,
    /// What became of the conversations that are asked for.
    threads: Vec<(ThreadId, ThreadId)>,
    /// Those folders that have few messages, so that these can be gathered.
    few_in: Vec<i64>,
    /// Whether every message has its marks.
    marked: bool,
    /// Whether every message has the beginnings of its words.
    begun: bool,
    beginnings: Vec<IndexedBeginning>,
    /// The numbers of Message-IDs that are asked for, with the messages that have one as another does.
    namesakes: Vec<(i64, i64)>,
    parameters: Vec<Value>,
    asks_index: bool,
    /// Whether the messages that can be chosen are few and known, so that the index is asked for each of them.
    each: bool,
}

impl SqlCondition {
    pub(super) fn compile(connection: &Connection, query: &Query, now: DateTime<Utc>) -> Result<Self, StoreError> {
        Self::compile_by(connection, query, now, &Sizes { few: few::FEW, large: beginnings::LARGE })
    }

    /// The same with other sizes.
    fn compile_by(
        connection: &Connection,
        query: &Query,
        now: DateTime<Utc>,
        sizes: &Sizes,
    ) -> Result<Self, StoreError> {
        let begun = counter(connection, "unbegun")? == 0;
        let mut compiler = Compiler {
            now,
            drift: counter(connection, "drift")?,
            sources: names_for(
                connection,
                query,
                |term| matches!(term, Term::Source { .. }),
                "SELECT id, name FROM source",
            )?,
            lanes: names_for(connection, query, |term| matches!(term, Term::Lane { .. }), "SELECT id, name FROM lane")?,
            folders: rare::folders(connection, query)?,
            threads: rare::threads(connection, query)?,
            few_in: Vec::new(),
            marked: counter(connection, "unmarked")? == 0,
            begun,
            beginnings: beginnings::indexed(connection, query, begun, sizes.large)?,
            namesakes: namesakes(connection, query)?,
            parameters: Vec::new(),
            asks_index: false,
            each: false,
        };
        compiler.few_in = rare::few_in(connection, query, &compiler.folders)?;
        let parts = match query {
            Query::And(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        let (from, to) = compiler.bounds(parts);
        if let Some(few) = compiler.few(connection, parts, (from, to), sizes.few)? {
            return Ok(compiler.among(&few, query));
        }
        let (asked, rest) = compiler.all_of(parts, true);
        let (index, matching) = asked.map_or((WORDS, None), |(index, matching)| (index, Some(matching)));
        Ok(Self { matching, index, rest, parameters: compiler.parameters, asks_index: compiler.asks_index, from, to })
    }
}

impl Compiler {
    /// The range of ids in which all of these terms can be true.
    fn bounds(&self, parts: &[Query]) -> (i64, i64) {
        let (mut from, mut to) = (1, i64::MAX);
        for part in parts {
            match part {
                Query::Term(Term::After(when)) => from = from.max(ceiling(when.instant(self.now))),
                // An id is the second of its message, or above it by no more than the drift.
                Query::Term(Term::Before(when)) => {
                    to = to.min(ceiling(when.instant(self.now)).max(1).saturating_add(self.drift).saturating_add(1));
                }
                Query::Term(Term::Id(IdTerm::Own(id))) => {
                    from = from.max(id.0);
                    to = to.min(id.0.saturating_add(1));
                }
                _ => {}
            }
        }
        (from, to)
    }

    /// Splits terms that must all be true into one MATCH for the index and conditions on the row. `leading` says that these
    /// terms decide about all that the query chooses.
    fn all_of(&mut self, parts: &[Query], leading: bool) -> (Option<(&'static str, String)>, String) {
        let (mut with, mut without, mut rest, mut rows) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        // The same of the index of beginnings.
        let (mut begins, mut begins_not, mut listed) = (Vec::new(), Vec::new(), Vec::new());
        for part in parts {
            match part {
                // Of what a message has not, its row tells for less.
                Query::Not(inner) if matches!(**inner, Query::Term(Term::Has(_) | Term::Any(_))) => {
                    rest.push(self.row(part));
                }
                Query::Not(inner) => match (self.beginning_of(inner), self.match_of(inner)) {
                    (Some(found), _) => begins_not.push(found),
                    (None, Some(found)) => without.push(found),
                    (None, None) => rest.push(self.row(part)),
                },
                // The index finds the words of the address; then the row's whole address is compared.
                Query::Term(Term::Address { field, pattern }) if leading => {
                    // (Beyond ASCII, lower case is a matter of context, and words are lowered letter by letter.)
                    if pattern.text().is_ascii() {
                        with.extend(phrase(Some(field.words()), &words::words(pattern.text()), false));
                    }
                    rest.push(self.row(part));
                }
                Query::Term(Term::Has(Thing::List) | Term::Any(TextField::List)) => listed.push(part),
                _ => match (self.beginning_of(part), self.match_of(part)) {
                    (Some(found), _) => begins.push(found),
                    (None, Some(found)) => with.push(found),
                    (None, None) => rows.push(part),
                },
            }
        }
        // That there is a list is asked of the row too, once there is something else to begin with.
        for part in listed {
            match self.beginning_of(part).filter(|_| with.is_empty()) {
                Some(found) => begins.push(found),
                None => rows.push(part),
            }
        }
        // Where the index has nothing to begin with, one of the others may be rare enough to begin with.
        let rarity = |(place, part): (usize, &&Query)| Some((self.rarity(part)?, place));
        let by_row = leading && with.is_empty() && begins.is_empty();
        let rarest = rows.iter().enumerate().filter_map(rarity).min().filter(|_| by_row);
        if let Some(found) = rarest.and_then(|(_, place)| self.ids(rows[place])) {
            self.asks_index = true;
            rest.push(format!("v.id IN ({found})"));
        }
        rest.extend(rows.into_iter().map(|part| self.row(part)));
        // FTS5's NOT takes messages out of a result, but it cannot start with all messages that lack a word.
        if with.is_empty() && !without.is_empty() {
            let found = self.found(&format!("({})", std::mem::take(&mut without).join(" OR ")));
            rest.push(format!("NOT {found}"));
        }
        // With nothing else to begin with, the search begins with the beginnings.
        let first = with.is_empty() && !begins.is_empty();
        if !first {
            match combine(&begins, &begins_not) {
                Some(found) => rest.push(self.found_in(BEGINNING, &found, false)),
                None if begins_not.is_empty() => {}
                None => {
                    let found = self.found_in(BEGINNING, &begins_not.join(" OR "), false);
                    rest.push(format!("NOT {found}"));
                }
            }
        }
        rest.retain(|condition| condition != ALWAYS);
        let rest = if rest.is_empty() { ALWAYS.to_owned() } else { rest.join(" AND ") };
        let asked = if first {
            combine(&begins, &begins_not).map(|matching| (BEGINNING, matching))
        } else {
            combine(&with, &without).map(|matching| (WORDS, matching))
        };
        (asked, rest)
    }

    /// A query as a condition on `v`. None of the conditions is ever NULL, so NOT negates each of them.
    fn row(&mut self, query: &Query) -> String {
        if let Some(found) = self.beginning_for_row(query) {
            return self.found_in(BEGINNING, &found, self.each);
        }
        match query {
            Query::All => ALWAYS.to_owned(),
            Query::And(parts) => {
                let (asked, rest) = self.all_of(parts, false);
                match asked {
                    Some((index, matching)) => {
                        let found = self.found_in(index, &matching, self.each);
                        format!("({found} AND {rest})")
                    }
                    None => format!("({rest})"),
                }
            }
            Query::Or(parts) => {
                let (mut begins, mut found, mut any) = (Vec::new(), Vec::new(), Vec::new());
                for part in parts {
                    match (self.beginning_for_row(part), self.match_of(part)) {
                        (Some(one), _) => begins.push(one),
                        (None, Some(one)) => found.push(one),
                        (None, None) => any.push(self.row(part)),
                    }
                }
                for (index, all) in [(BEGINNING, begins), (WORDS, found)] {
                    if !all.is_empty() {
                        any.push(self.found_in(index, &all.join(" OR "), self.each));
                    }
                }
                if any.is_empty() { NEVER.to_owned() } else { format!("({})", any.join(" OR ")) }
            }
            Query::Not(inner) => format!("NOT ({})", self.row(inner)),
            Query::Term(term) => self.term(term),
        }
    }

    fn term(&mut self, term: &Term) -> String {
        match term {
            Term::Words { .. } => match self.words_of(term) {
                Some(matching) => self.found(&matching),
                None => NEVER.to_owned(),
            },
            Term::Address { field, pattern } => self.address(*field, pattern),
            Term::Any(field) => format!("(v.fields & {}) <> 0", marks::field_bit(*field)),
            Term::Source { name, prefix } => one_of("v.source_id", &self.sources, name, *prefix),
            Term::Lane { name, prefix } => one_of("v.lane_id", &self.lanes, name, *prefix),
            Term::Folder { name, prefix } => format!(
                "EXISTS (SELECT 1 FROM copy AS c WHERE c.message = v.id AND c.gone IS NULL AND {})",
                one_of("c.folder", &self.folders, name, *prefix)
            ),
            Term::Has(thing) => has(*thing),
            Term::Is(state) => state::condition(*state),
            Term::Kind(kind) => format!("(v.fields & {}) <> 0", marks::kind_bit(*kind)),
            Term::Larger(size) => format!("v.size > {size}"),
            Term::Smaller(size) => format!("v.size < {size}"),
            Term::Thread(thread) => format!("v.thread = {}", self.thread(*thread)),
            Term::Before(when) => format!("{} < {}", placed("v"), ceiling(when.instant(self.now))),
            Term::After(when) => format!("{} >= {}", placed("v"), ceiling(when.instant(self.now))),
            Term::Id(IdTerm::Own(id)) => format!("v.id = {}", id.0),
            Term::Id(IdTerm::MessageId(id)) => self.message_id(id),
        }
    }

    /// There is no index of Message-IDs. But a Message-ID leads to its thread, and threads are short. Where several
    /// messages have the same one, those after the first are in a table of their own.
    fn message_id(&mut self, id: &str) -> String {
        let exact = self.parameter(id.to_owned());
        let others =
            self.namesakes.iter().filter(|(name, _)| *name == hash(id)).map(|(_, message)| message.to_string());
        let others = others.collect::<Vec<_>>().join(", ");
        format!(
            "(v.message_id IS {exact} AND (v.id IN ({others}) OR v.thread IN (
                 WITH RECURSIVE named (thread) AS (
                     SELECT thread FROM thread_name WHERE hash = {}
                     UNION SELECT j.into_thread FROM thread_joined AS j JOIN named ON j.thread = named.thread)
                 SELECT thread FROM named)))",
            hash(id)
        )
    }

    /// The conversation of this number, or the one that it became.
    fn thread(&self, thread: ThreadId) -> ThreadId {
        self.threads.iter().find(|(asked, _)| *asked == thread).map_or(thread, |(_, now)| *now)
    }

    fn parameter(&mut self, value: String) -> String {
        self.parameters.push(Value::Text(value));
        format!("?{}", self.parameters.len() + 2)
    }
}

/// What the row says that the message has.
fn has(thing: Thing) -> String {
    match (thing, marks::thing_bit(thing)) {
        (_, Some(bit)) => format!("(v.fields & {bit}) <> 0"),
        (Thing::Attachment, _) => "v.attachments > 0".to_owned(),
        (Thing::Unsubscribe, _) => "v.unsubscribe <> 0".to_owned(),
        _ => format!("(v.fields & {}) <> 0", marks::field_bit(TextField::List)),
    }
}

fn one_of(what: &str, rows: &[(i64, String)], pattern: &str, prefix: bool) -> String {
    let ids: Vec<String> =
        rows.iter().filter(|(_, name)| named(pattern, prefix, name)).map(|(id, _)| id.to_string()).collect();
    format!("{what} IN ({})", ids.join(", "))
}

/// Of each Message-ID that a query asks for, the messages that have it as another one has.
fn namesakes(connection: &Connection, query: &Query) -> Result<Vec<(i64, i64)>, StoreError> {
    let mut wanted = Vec::new();
    query.terms(&mut |term| {
        if let Term::Id(IdTerm::MessageId(id)) = term {
            wanted.push(hash(id));
        }
    });
    let mut found = Vec::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    let mut statement =
        connection.prepare_cached("SELECT message FROM namesake WHERE hash = ?1 ORDER BY message DESC LIMIT 1000")?;
    for name in wanted {
        for message in statement.query_map([name], |row| row.get(0))? {
            found.push((name, message?));
        }
    }
    Ok(found)
}

/// All names of a kind, where a query has a term that asks for one.
fn names_for(
    connection: &Connection,
    query: &Query,
    asks: fn(&Term) -> bool,
    sql: &str,
) -> Result<Vec<(i64, String)>, StoreError> {
    let mut asked = false;
    query.terms(&mut |term| asked |= asks(term));
    if asked { names(connection, sql) } else { Ok(Vec::new()) }
}

fn names(connection: &Connection, sql: &str) -> Result<Vec<(i64, String)>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests;
