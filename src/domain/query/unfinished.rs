//! A query that is still being typed.

use super::{Query, QueryContext, QueryMistake, Term, parse_in};

/// Reads a query as it stands while it is typed: the word at its end counts by its beginning as soon as it has `letters`
/// letters, as if `*` followed it, so that `eng` finds `engine`. What is excluded (`-eng`), addresses, dates and ids count as
/// they stand.
///
/// # Errors
/// Where the text is not a query: what is wrong, and where.
pub fn parse_unfinished(text: &str, context: &QueryContext<'_>, letters: usize) -> Result<Query, QueryMistake> {
    let mut query = parse_in(text, context)?;
    let last = text.chars().rev().take_while(|c| c.is_alphanumeric()).count();
    if last >= letters.max(1) {
        leave_open(&mut query);
    }
    Ok(query)
}

/// The last word becomes the beginning of a word.
fn leave_open(query: &mut Query) {
    match query {
        Query::And(parts) | Query::Or(parts) => {
            if let Some(last) = parts.last_mut() {
                leave_open(last);
            }
        }
        Query::Term(
            Term::Words { prefix, .. }
            | Term::Source { prefix, .. }
            | Term::Lane { prefix, .. }
            | Term::Folder { prefix, .. },
        ) => *prefix = true,
        Query::All | Query::Not(_) | Query::Term(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::{QueryContext, parse_in, parse_unfinished};
    use crate::domain::schedule::Zone;

    #[test]
    fn the_last_word_counts_by_its_beginning() {
        let context = QueryContext::new(Zone::UTC, DateTime::UNIX_EPOCH);
        for (typed, means, letters) in [
            ("eng", "eng*", 1),
            ("ada eng", "ada eng*", 1),
            ("from:ad", "from:ad*", 1),
            ("from:(ada or gr", "from:(ada or gr", 1),
            ("(ada or gr) eng", "(ada or gr) eng*", 1),
            ("lane:ne", "lane:ne*", 1),
            ("folder:arch", "folder:arch*", 1),
            ("filename:pl", "filename:pl*", 1),
            ("larger:5M", "larger:5M", 1),
            ("ada ", "ada", 1),
            ("\"second table\"", "\"second table\"", 1),
            ("ada -eng", "ada -eng", 1),
            ("ada not eng", "ada not eng", 1),
            ("older:2w", "older:2w", 1),
            ("has:attachment", "has:attachment", 1),
            ("from:ada@example.org", "from:ada@example.org", 1),
            ("id:12", "id:12", 1),
            ("en", "en", 3),
            ("eng", "eng*", 3),
            ("", "", 1),
        ] {
            assert_eq!(parse_unfinished(typed, &context, letters), parse_in(means, &context), "{typed}");
        }
    }
}
