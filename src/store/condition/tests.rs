//! What of a query the index answers, what the row, and between which ids.

use chrono::{DateTime, Utc};

use super::SqlCondition;
use crate::domain::query;
use crate::domain::schedule::Zone;
use crate::store::Store;

fn now() -> DateTime<Utc> {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn compiled(text: &str) -> SqlCondition {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("tidebox.db")).unwrap();
    let query = query::parse(text, Zone::UTC, now()).unwrap_or_else(|mistake| panic!("{text}: {}", mistake.what));
    store.read("compiling", |connection| SqlCondition::compile(connection, &query, now())).unwrap()
}

#[test]
fn words_are_asked_of_the_index_alone_in_one_question() {
    for (text, matching) in [
        ("engine", r#"(("engine"))"#),
        ("ada \"second table\"", r#"(("ada") AND ("second table"))"#),
        ("subject:plan* engine", r#"((subject : "plan" *) AND ("engine"))"#),
        ("engine -table -ada", r#"((("engine")) NOT (("table") OR ("ada")))"#),
        ("(ada or grace) engine", r#"((("ada") OR ("grace")) AND ("engine"))"#),
    ] {
        let found = compiled(text);
        assert_eq!(found.matching.as_deref(), Some(matching), "{text}");
        assert_eq!((found.rest.as_str(), found.asks_index), ("1", false), "{text}");
    }
}

/// A walk over the index begins with what has a word. What lacks one is asked row by row.
#[test]
fn what_only_leaves_words_out_is_asked_of_each_row() {
    let found = compiled("-engine");
    assert_eq!(found.matching, None);
    assert!(found.rest.starts_with("NOT v.id IN (SELECT rowid FROM words WHERE words MATCH ?3"), "{}", found.rest);
    assert!(found.asks_index);
}

#[test]
fn what_the_index_does_not_know_is_left_to_the_row() {
    let found = compiled("engine has:attachment");
    assert_eq!(found.matching.as_deref(), Some(r#"(("engine"))"#));
    assert_eq!((found.rest.as_str(), found.asks_index), ("v.attachments > 0", false));
    let either = compiled("engine or has:attachment");
    assert_eq!(either.matching, None, "one half cannot be found by the index");
    assert!(either.rest.contains("v.attachments > 0 OR v.id IN"), "{}", either.rest);
}

#[test]
fn dates_and_ids_bound_the_ids_that_are_looked_at() {
    let second = |text: &str| text.parse::<DateTime<Utc>>().unwrap().timestamp();
    let found = compiled("after:2026-10-01 before:2026-11-01 engine");
    assert_eq!(found.from, second("2026-10-01T00:00:00Z"));
    assert!(found.to > second("2026-11-01T00:00:00Z"), "an id may lie above its second: {}", found.to);
    assert!(found.to < second("2026-11-01T00:10:00Z"), "but not far: {}", found.to);
    let one = compiled("id:1790000000");
    assert_eq!((one.from, one.to), (1_790_000_000, 1_790_000_001));
    // Of several possibilities none bounds the others.
    let either = compiled("after:2026-10-01 or engine");
    assert_eq!((either.from, either.to), (1, i64::MAX));
}

/// FTS5 has room for few groups within groups.
#[test]
fn what_is_too_deep_for_the_index_is_taken_apart() {
    let nested =
        |levels: usize| (0..levels).fold("core".to_owned(), |inner, level| format!("(w{level} or (x{level} {inner}))"));
    assert!(compiled(&nested(6)).matching.is_some());
    let deep = compiled(&nested(9));
    assert_eq!(deep.matching, None);
    assert!(deep.parameters.len() > 1 && deep.asks_index, "{deep:?}");
}

#[test]
fn what_a_query_says_never_becomes_sql() {
    let hostile = "x' OR 1=1 --";
    let found = compiled(&format!("from:\"{hostile}@example.org\""));
    assert!(!found.rest.contains("1=1"), "{}", found.rest);
    let named = compiled("source:\"a'); DROP TABLE message; --\" lane:\"b' OR '1\"");
    assert_eq!(named.rest, "v.source_id IN () AND v.lane_id IN ()");
}
