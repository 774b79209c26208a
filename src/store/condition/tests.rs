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
    let found = compiled("engine is:trashed");
    assert_eq!(found.matching.as_deref(), Some(r#"(("engine"))"#));
    assert_eq!((found.rest.as_str(), found.asks_index), ("v.stage IN ('trash')", false));
    let either = compiled("engine or smaller:3k");
    assert_eq!(either.matching, None, "one half cannot be found by the index");
    assert!(either.rest.contains("v.size < 3072 OR v.id IN"), "{}", either.rest);
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

/// A mark in the index: no row is asked.
#[test]
fn what_a_message_has_is_asked_of_the_index() {
    let found = compiled("engine has:attachment");
    assert_eq!(found.matching.as_deref(), Some("((\"engine\") AND (list : \"\u{E003}a\"))"));
    assert_eq!((found.rest.as_str(), found.asks_index), ("1", false));
    let without = compiled("-has:attachment");
    assert_eq!((without.matching, without.rest.as_str()), (None, "NOT (v.attachments > 0)"));
    let files = compiled("filename:\"tide plan*\" cc:ann");
    let marks = "((list : \"\u{E001}tide \u{E001}plan\" *) AND (list : \"\u{E002}ann\"))";
    assert_eq!(files.matching.as_deref(), Some(marks));
}

/// Where the index has no words to begin with, what few messages are comes first.
#[test]
fn a_search_begins_with_what_is_rare() {
    for (text, begins) in [
        ("is:trashed smaller:1M", "v.id IN (SELECT id FROM message INDEXED BY message_stage"),
        ("is:done larger:5M", "v.id IN (SELECT id FROM message INDEXED BY message_large"),
        ("is:unread thread:7", "v.id IN (SELECT id FROM message INDEXED BY message_thread WHERE thread = 7"),
        ("is:flagged", "v.id IN (SELECT message FROM copy INDEXED BY copy_flagged"),
        ("folder:none is:read", "v.id IN (SELECT message FROM copy WHERE folder IN ()"),
        ("is:spam or engine", "v.id IN (SELECT id FROM message INDEXED BY message_stage"),
    ] {
        let found = compiled(text);
        assert!(found.rest.starts_with(begins) && found.asks_index, "{text}: {}", found.rest);
    }
    for text in ["is:history", "smaller:3k", "larger:3k", "is:read", "is:spam or smaller:3k"] {
        assert!(!compiled(text).rest.contains("INDEXED BY"), "{text}");
    }
}
