//! What of a query the index answers, what the row, and between which ids.

use chrono::{DateTime, Utc};

use rusqlite::params_from_iter;
use rusqlite::types::Value;

use super::few::FEW;
use super::{Sizes, SqlCondition};
use crate::domain::found_copy::{CopyOrigin, Location};
use crate::domain::query::{self, Indexed, Query};
use crate::domain::remote_state::RemoteState;
use crate::domain::schedule::Zone;
use crate::store::Store;
use crate::store::test_store::{TestStore, inbox};

fn now() -> DateTime<Utc> {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn parsed(text: &str) -> Query {
    query::parse(text, Zone::UTC, now()).unwrap_or_else(|mistake| panic!("{text}: {}", mistake.what))
}

fn compiled(text: &str) -> SqlCondition {
    let folder = tempfile::tempdir().unwrap();
    compiled_in(&Store::open(&folder.path().join("tidebox.db")).unwrap(), text)
}

fn compiled_in(store: &Store, text: &str) -> SqlCondition {
    let query = parsed(text);
    store.read("compiling", |connection| SqlCondition::compile(connection, &query, now())).unwrap()
}

#[test]
fn words_are_asked_of_the_index_alone_in_one_question() {
    for (text, matching) in [
        ("engine", r#"(("engine"))"#),
        // Beginnings of one letter and of more than three, in a field or behind other words.
        ("c* condens* subject:co* \"a co\"*", r#"(("c" *) AND ("condens" *) AND (subject : "co" *) AND ("a co" *))"#),
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
    let found = compiled("engine is:history");
    assert_eq!(found.matching.as_deref(), Some(r#"(("engine"))"#));
    assert_eq!((found.rest.as_str(), found.asks_index), ("v.stage IN ('history')", false));
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

/// Forty messages with words that many have, some have and few have; every other one is read.
fn filled() -> TestStore {
    let mut post = TestStore::new();
    for number in 1..=40_u8 {
        let has = |every: u8, word: &'static str| if number.is_multiple_of(every) { word } else { "" };
        let body = [has(1, "engine"), has(2, "coral code"), has(9, "zebra"), has(13, "zen дом 会議"), has(3, "at co")];
        let words = Indexed {
            from: "ann ann example org".into(),
            subject: format!("letter {number}"),
            list: has(10, "rust users").into(),
            body: body.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "),
            ..Indexed::default()
        };
        let copy = if number == 7 { "Archive" } else { "INBOX" };
        let copy = Location { folder: copy.into(), ..inbox(&number.to_string()) };
        post.deliver_words(number, words, copy, has(2, "S"), CopyOrigin::New);
    }
    post
}

/// What a compiled query chooses, newest first, held or not.
fn answer(post: &TestStore, text: &str, few: usize) -> (Vec<i64>, SqlCondition) {
    answer_by(post, text, &Sizes { few, large: i64::MAX })
}

fn answer_by(post: &TestStore, text: &str, sizes: &Sizes) -> (Vec<i64>, SqlCondition) {
    let query = parsed(text);
    let chosen = post.store.read("asking", |connection| {
        let condition = SqlCondition::compile_by(connection, &query, now(), sizes)?;
        let mut parameters = vec![Value::Integer(condition.from), Value::Integer(condition.to)];
        parameters.extend(condition.parameters.iter().cloned());
        let asked = condition.index;
        let index = condition.matching.clone().map_or_else(String::new, |matching| {
            parameters.push(Value::Text(matching));
            let last = parameters.len();
            format!(
                "AND v.id IN (SELECT rowid FROM {asked} WHERE {asked} MATCH ?{last} AND rowid >= ?1 AND rowid < ?2)"
            )
        });
        let sql = format!(
            "SELECT v.id FROM facts AS v WHERE v.id >= ?1 AND v.id < ?2 AND {} {index} ORDER BY v.id DESC",
            condition.rest
        );
        let mut statement = connection.prepare(&sql)?;
        let rows = statement.query_map(params_from_iter(parameters), |row| row.get(0))?;
        let ids = rows.collect::<Result<Vec<i64>, _>>()?;
        Ok((ids, condition))
    });
    chosen.unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Whether the search begins with few messages, with none, or elsewhere, the answer is the same.
#[test]
fn beginning_with_few_messages_changes_no_answer() {
    let mut post = filled();
    let spam = post.letter(50);
    post.become_as(spam, &RemoteState::Spam);
    for (text, count) in [
        ("is:unread engine", 20),
        ("is:unread coral", 0),
        ("is:unread -coral engine", 20),
        ("is:unread -engine", 1),
        ("is:unread (coral or zebra)", 2),
        ("is:unread (zebra or larger:1M)", 2),
        ("is:unread zeb*", 2),
        ("is:unread -zeb* ann", 19),
        ("is:flagged engine", 0),
        ("folder:archive engine", 1),
        ("folder:archive -engine", 0),
        ("(is:unread or folder:archive) engine", 20),
        ("larger:1M engine", 0),
        ("is:unread is:spam letter", 1),
        ("is:spam letter", 1),
        ("is:unread subject:letter from:ann@example.org", 21),
        ("is:unread -has:attachment engine", 20),
    ] {
        let (expected, whole) = answer(&post, text, 0);
        let (found, few) = answer(&post, text, FEW);
        assert_eq!(found, expected, "{text}");
        assert_eq!(found.len(), count, "{text}");
        assert!(
            few.rest == "0" || few.rest.starts_with("v.id IN (SELECT value FROM json_each(?3))"),
            "{text}: {few:?}"
        );
        assert!(!few.asks_index || text.contains('*'), "no range needs to be walked: {text}");
        assert!(few.rest == "0" || !whole.rest.contains("json_each"), "{text}: {whole:?}");
    }
}

#[test]
fn few_messages_are_counted_before_the_index_is_asked() {
    let post = filled();
    let begins = |text: &str, most: usize| answer(&post, text, most).1;
    let none = begins("is:flagged engine", FEW);
    assert_eq!((none.matching, none.rest.as_str(), none.from, none.to), (None, "0", 1, 1), "none is flagged");
    let few = begins("is:unread engine", FEW);
    assert!(few.rest.contains("EXISTS (SELECT 1 FROM words WHERE words MATCH ?4 AND rowid = v.id)"), "{few:?}");
    let each: Vec<i64> = answer(&post, "is:unread", FEW).0;
    assert_eq!((few.from, few.to), (*each.last().unwrap(), each[0] + 1), "nothing else is looked at");
    // A beginning is asked for once, since the index gathers all its places each time.
    let rest = begins("is:unread subject:lett*", FEW).rest;
    assert!(rest.contains("v.id IN (SELECT rowid FROM words WHERE words MATCH"), "{rest}");
    // Twenty are unread: with a limit of nineteen these are not few.
    assert!(begins("is:unread engine", 20).matching.is_none());
    assert!(begins("is:unread engine", 19).matching.is_some());
    // Of two parts the one with few is found, whichever was thought to be the rarer one.
    assert!(begins("folder:inbox is:flagged engine", 10).rest == "0");
    // Without words nothing is counted, and what is not few stays with the index.
    assert!(!begins("is:unread smaller:3k", FEW).rest.contains("json_each"));
    assert!(begins("is:read engine", FEW).matching.is_some());
}

const BEGINNINGS: [(&str, usize); 24] = [
    ("co*", 27),
    ("cor* co*", 20),
    ("en*", 40),
    ("ze*", 7),
    ("zx*", 0),
    ("до*", 3),
    ("-co*", 13),
    ("co* ze*", 6),
    ("co* -ze*", 21),
    ("ze* or at*", 15),
    ("ze* engine", 7),
    ("ze* -coral", 4),
    ("engine -ze*", 33),
    ("zen or cor*", 22),
    ("(ze* coral) or (at* zebra)", 5),
    ("-(ze* coral) engine", 37),
    ("co* is:unread", 7),
    ("co* is:flagged", 0),
    ("-co* is:unread", 13),
    ("en* zebr* co*", 4),
    ("(en* zebr*) or folder:archive", 5),
    ("list:*", 4),
    ("has:list co*", 4),
    ("-list:* ze*", 7),
];

/// Whichever index is asked, and whatever the search begins with, the answer is the same.
#[test]
fn short_beginnings_change_no_answer() {
    let mut post = filled();
    let unbegun = |post: &mut TestStore, below: i64| {
        let set = post
            .store
            .write("saying", |tx| Ok(tx.execute("UPDATE fact SET value = ?1 WHERE name = 'unbegun'", [below])?));
        assert_eq!(set.unwrap(), 1);
    };
    for (text, count) in BEGINNINGS {
        let now: Vec<_> = [0, 3, FEW].map(|most| answer(&post, text, most)).into();
        unbegun(&mut post, 1);
        let before = answer(&post, text, 0);
        unbegun(&mut post, 0);
        assert_eq!(before.0.len(), count, "{text}: {before:?}");
        assert!(!format!("{before:?}").contains("beginning"), "{text}");
        // Where nothing is flagged, no index is asked at all.
        assert!(text.contains("flagged") || format!("{:?}", now[0]).contains("beginning"), "{text}: {:?}", now[0]);
        for found in now {
            assert_eq!(found.0, before.0, "{text}: {:?}", found.1);
        }
    }
}

#[test]
fn short_beginnings_are_asked_of_their_own_index() {
    let post = filled();
    let asked = |text: &str, most: usize| answer(&post, text, most).1;
    let alone = asked("co* ze* -at*", FEW);
    assert_eq!((alone.index, alone.matching.as_deref()), ("beginning", Some(r#"(("co" AND "ze") NOT ("at"))"#)));
    assert_eq!((alone.rest.as_str(), alone.asks_index), ("1", false), "no row is asked");
    let list = asked("list:*", FEW);
    assert_eq!((list.index, list.matching.as_deref()), ("beginning", Some("(\"\u{E003}m\")")));
    let without = asked("-list:* list:* engine", 0);
    assert_eq!(without.rest, "NOT ((v.fields & 8) <> 0) AND (v.fields & 8) <> 0", "their rows tell that for less");
    // Of a word and a beginning the one that few have comes first, and the other index is asked for each of these.
    let few = asked("engine ze*", 10);
    assert!(few.matching.is_none() && !few.asks_index, "{few:?}");
    assert!(few.rest.contains("EXISTS (SELECT 1 FROM words WHERE words MATCH"), "{few:?}");
    assert!(few.rest.contains("v.id IN (SELECT rowid FROM beginning WHERE beginning MATCH"), "{few:?}");
    assert!(asked("zebra en*", 10).rest.starts_with("v.id IN (SELECT value FROM json_each(?3))"));
    // Where both are many, a range of ids after another.
    let many = asked("engine co*", 10);
    assert_eq!((many.index, many.matching.as_deref(), many.asks_index), ("words", Some("((\"engine\"))"), true));
    assert!(many.rest.starts_with("v.id IN (SELECT rowid FROM beginning WHERE beginning MATCH"), "{}", many.rest);
}

/// In a large store any other beginning is one of the words that begin so.
#[test]
fn a_beginning_is_any_of_the_words_that_begin_so() {
    let mut post = filled();
    for number in 41..=60_u8 {
        let words = Indexed {
            body: format!("engineering engines{number} zebra zebraж"),
            cc: "corals".into(),
            files: "coral plan".into(),
            ..Indexed::default()
        };
        post.deliver_words(number, words, inbox(&number.to_string()), "", CopyOrigin::New);
    }
    let large = |text: &str, few: usize| answer_by(&post, text, &Sizes { few, large: 0 });
    for (text, matching, count) in [
        ("engine*", None, 60),
        ("engineer*", Some(r#"(("engineering"))"#), 20),
        ("engineers*", Some(r#"(("engineers"))"#), 0),
        ("zebraж*", Some(r#"(("zebraж"))"#), 20),
        ("engineer* -zebra", Some(r#"((("engineering")) NOT (("zebra")))"#), 0),
        ("subject:lett*", Some(r#"((subject : ("letter")))"#), 40),
        ("subject:engi*", None, 0),
        ("cc:cor*", Some("((list : (\"\u{E002}corals\")))"), 20),
        ("filename:coral*", Some("((list : (\"\u{E001}coral\")))"), 20),
        ("body:ze*", Some(r#"((body : ("zebra" OR "zebraж" OR "zen")))"#), 27),
        ("engineer* or smaller:3k", None, 60),
        ("is:unread engineer*", None, 20),
        ("zebr* subject:lett*", None, 4),
        ("cora* or zeb*", None, 42),
        ("en* engineer*", None, 20),
        ("e*", Some(r#"(("e" *))"#), 60),
    ] {
        for few in [0, 3, FEW] {
            let (found, condition) = large(text, few);
            assert_eq!(found, answer(&post, text, 0).0, "{text}");
            assert_eq!(found.len(), count, "{text}");
            if matching.is_some() && few == 0 {
                assert_eq!((condition.matching.as_deref(), condition.index), (matching, "words"), "{text}");
            }
        }
    }
    // Words that are too many are not looked up, and many are not asked for each message.
    for number in 61..=80_u8 {
        let body = (0..7).map(|place| format!("longword{number}x{place} manyword{place} ")).collect();
        let words = Indexed { body, ..Indexed::default() };
        post.deliver_words(number, words, inbox(&number.to_string()), "", CopyOrigin::New);
    }
    let large = |text: &str, few: usize| answer_by(&post, text, &Sizes { few, large: 0 });
    let (found, condition) = large("longword*", 0);
    assert_eq!((found.len(), condition.matching.as_deref()), (20, Some(r#"(("longword" *))"#)));
    let (found, condition) = large("is:unread longword7*", FEW);
    assert_eq!(found.len(), 10, "{condition:?}");
    assert!(condition.rest.contains("v.id IN (SELECT rowid FROM words WHERE words MATCH"), "{condition:?}");
    let (found, condition) = large("is:unread manyword*", FEW);
    assert_eq!(found.len(), 20, "{condition:?}");
    assert!(condition.rest.contains("EXISTS (SELECT 1 FROM words WHERE words MATCH"), "{condition:?}");
}
