//! The beginnings of words that a query asks for, as words that the indexes have: of a beginning itself FTS5 gathers all places before
//! it tells the first.
//!
//! Those of two and of three letters stand in the index of beginnings. A longer one, and one in a field, is any of the words that begin
//! so, where the store is so large that it pays to look these up, and where they are few.

use rusqlite::{Connection, OptionalExtension};

use super::matching::{BEGINNING, WORDS, phrase};
use super::{Compiler, marks};
use crate::domain::query::{Query, Term, TextField, Thing};
use crate::store::failure::StoreError;

/// More words than this are not asked for in the place of a beginning. Each takes some 0.2 ms at 1,000,000 messages: to look it up,
/// and to begin reading where it stands.
const MOST: usize = 128;
/// In a file of fewer bytes FTS5 gathers a beginning as fast as its words are looked up.
pub(super) const LARGE: i64 = 1 << 30;

/// A beginning that a query asks for, and what is asked of an index in its place.
#[derive(Debug)]
pub(super) struct IndexedBeginning {
    term: Term,
    index: &'static str,
    matching: String,
}

/// Every beginning of the query for which an index has words. `begun` says whether all messages have their beginnings in the index of
/// those, and `large` from how many bytes on a store is large.
pub(super) fn indexed(
    connection: &Connection,
    query: &Query,
    begun: bool,
    large: i64,
) -> Result<Vec<IndexedBeginning>, StoreError> {
    let mut terms = Vec::new();
    query.terms(&mut |term| {
        if single(term).is_some() && !terms.contains(term) {
            terms.push(term.clone());
        }
    });
    let mut found = Vec::new();
    for term in terms {
        let Some((field, word)) = single(&term) else { continue };
        if let Some((index, matching)) = asked(connection, (field, word), begun, large)? {
            found.push(IndexedBeginning { term, index, matching });
        }
    }
    Ok(found)
}

/// The field and the letters of a term that is the beginning of one word, of two letters and more.
fn single(term: &Term) -> Option<(Option<TextField>, &str)> {
    match term {
        Term::Words { field, words, prefix: true } => match words.as_slice() {
            [word] if word.chars().nth(1).is_some() && word.chars().all(char::is_alphanumeric) => Some((*field, word)),
            _ => None,
        },
        _ => None,
    }
}

/// What is asked of which index in the place of a beginning.
fn asked(
    connection: &Connection,
    (field, word): (Option<TextField>, &str),
    begun: bool,
    large: i64,
) -> Result<Option<(&'static str, String)>, StoreError> {
    if field.is_none() && begun && word.chars().nth(3).is_none() {
        return Ok(Some((BEGINNING, format!("\"{word}\""))));
    }
    if bytes(connection)? < large {
        return Ok(None);
    }
    let (column, begins) = field.map(marks::column).unzip();
    let stored: String = begins.flatten().into_iter().chain(word.chars()).collect();
    let Some(words) = beginning_with(connection, &stored)? else { return Ok(None) };
    let any = any_of(&words, &stored);
    Ok(Some((WORDS, column.map_or_else(|| any.clone(), |column| format!("({column} : {any})")))))
}

/// The MATCH for any of these words; for the beginning as a word, which nothing has, where there are none.
fn any_of(words: &[String], beginning: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    if quoted.is_empty() { format!("(\"{beginning}\")") } else { format!("({})", quoted.join(" OR ")) }
}

/// The words of the index that begin so; `None` where they are more than `MOST`.
fn beginning_with(connection: &Connection, beginning: &str) -> Result<Option<Vec<String>>, StoreError> {
    // A row for each place of each word, in the order of the words. With LIMIT 1 only the first is read, and the next question begins
    // behind that word: so no place is read of a word that has been found.
    connection
        .prepare_cached("CREATE VIRTUAL TABLE IF NOT EXISTS temp.word USING fts5vocab (main, words, instance)")?
        .execute([])?;
    let mut next = connection.prepare_cached("SELECT term FROM temp.word WHERE term >= ?1 LIMIT 1")?;
    let (mut found, mut from) = (Vec::new(), beginning.to_owned());
    while let Some(word) = next.query_row([&from], |row| row.get::<_, String>(0)).optional()? {
        if !word.starts_with(beginning) {
            break;
        }
        if found.len() == MOST {
            return Ok(None);
        }
        // No word has this character.
        from = format!("{word}\u{1}");
        found.push(word);
    }
    Ok(Some(found))
}

fn bytes(connection: &Connection) -> Result<i64, StoreError> {
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    Ok(number("page_count")?.saturating_mul(number("page_size")?))
}

impl Compiler {
    /// What the index of beginnings has for this term, where it alone can answer it: a beginning, or that there is a list.
    pub(super) fn beginning_token(&self, term: &Term) -> Option<String> {
        match term {
            Term::Any(TextField::List) | Term::Has(Thing::List) if self.begun => Some(format!("\"{}\"", marks::LISTED)),
            _ => self.indexed(term, BEGINNING),
        }
    }

    /// Words as the index of words understands them; `None` where it has no such words.
    pub(super) fn words_of(&self, term: &Term) -> Option<String> {
        let Term::Words { field, words, prefix } = term else { return None };
        self.indexed(term, WORDS).or_else(|| phrase(*field, words, *prefix))
    }

    fn indexed(&self, term: &Term, index: &str) -> Option<String> {
        let found = self.beginnings.iter().find(|one| one.index == index && one.term == *term);
        found.map(|one| one.matching.clone())
    }
}
