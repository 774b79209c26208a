//! A filter that is typed over a list: plain words, not the query language.

use super::{Query, Term, TextField};
use crate::domain::words;

/// The query for messages that have all of these words, or words that begin with them, in what a list shows: the
/// sender's name and address, the subject, or the source's name. Without a word it chooses everything.
#[must_use]
pub fn filter(text: &str) -> Query {
    let folded = words::fold(text);
    let wanted: Vec<Query> = folded.split_whitespace().map(begins).collect();
    if wanted.is_empty() { Query::All } else { Query::And(wanted) }
}

fn begins(word: &str) -> Query {
    let within = |field| Query::Term(Term::Words { field: Some(field), words: vec![word.to_owned()], prefix: true });
    Query::Or(vec![
        within(TextField::From),
        within(TextField::Subject),
        Query::Term(Term::Source { name: word.to_owned(), prefix: true }),
    ])
}

#[cfg(test)]
mod tests {
    use super::{Query, filter};

    #[test]
    fn words_are_folded_and_nothing_is_an_operator() {
        assert_eq!(filter("  "), Query::All);
        let Query::And(words) = filter("Ünder -not:(from") else { panic!("several words") };
        assert_eq!(words.len(), 3, "{words:?}");
    }
}
