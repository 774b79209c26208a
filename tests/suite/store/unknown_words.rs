//! Holds `src/store/text.rs`: where a text column says what no value of its enum is called, that is an error which
//! names the table, the row and the text; it is never taken for one of the values.

#![allow(clippy::disallowed_types, reason = "these tests alter the store behind its back")]

use tidebox::domain::concern::{Concern, ConcernKind};
use tidebox::domain::ids::{BatchId, Id};
use tidebox::domain::triage::Decision;
use tidebox::domain::write_back::{Finished, WriteBackPlan, WriteBackPolicy};
use tidebox::store::{FailureKind, Listed, Store, StoreError};

use crate::support::letterbox::{Letterbox, act, at, ids, letters};

/// A store with something in every column of this kind: a batch that is committed, with changes outside, and an open one.
fn full() -> Letterbox {
    let mut post = Letterbox::new();
    let first = ids(&post.admit(&letters(1..3), at(5)));
    let batch = post.begin("morning", at(10)).expect("a batch").id();
    let done = act(&post.store, batch, 1, Decision::Done, &first);
    post.store.record(batch, &done, at(11)).expect("recorded");
    let policy = WriteBackPolicy { finished: Finished::Archived, finished_in: Vec::new(), keywords: true };
    let plan = WriteBackPlan { sources: [("home".to_owned(), policy)].into(), ..WriteBackPlan::default() };
    post.store.commit(batch, &plan, at(12)).expect("committed");
    let all = ids(&post.admit(&letters(21..25), at(25)));
    let batch = post.begin("evening", at(30)).expect("a batch").id();
    for (number, decision) in (1..).zip([Decision::Done, Decision::Trash]) {
        let act = act(&post.store, batch, number, decision, &all[..1]);
        post.store.record(batch, &act, at(31)).expect("recorded");
    }
    let concern = Concern {
        source: "home".into(),
        kind: ConcernKind::Wrong,
        what: "no".into(),
        hint: String::new(),
        count: 0,
        tries: 0,
        since: at(10),
        next: None,
        secret: None,
    };
    post.store.note_concern(post.source, &concern).expect("noted");
    post.bare()
        .execute_batch("INSERT INTO came_back VALUES ((SELECT min(id) FROM message), 1, 'done', 1, 2)")
        .expect("put");
    post
}

/// Does what a hand may do to the file, past what the schema allows.
fn alter(post: &Letterbox, sql: &str) {
    let bare = post.bare();
    bare.execute_batch("PRAGMA ignore_check_constraints = ON").expect("set");
    let triggers: Vec<String> = bare
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        .and_then(|mut found| found.query_map([], |row| row.get(0))?.collect())
        .expect("triggers");
    for trigger in triggers {
        bare.execute_batch(&format!("DROP TRIGGER {trigger}")).expect("dropped");
    }
    assert!(bare.execute(sql, []).expect("altered") > 0, "{sql}");
}

fn lowest(store: &Store) -> Id {
    store
        .search(&tidebox::domain::query::Query::All, at(99), 99, None)
        .map_or(Id(1), |found| found.iter().map(|message| message.id).min().unwrap_or(Id(1)))
}

const OPEN: BatchId = BatchId(2);

type Reads = fn(&mut Store) -> Result<(), StoreError>;

/// What is altered, the key of the row as SQL, and what reads it.
const CASES: [(&str, &str, &str, Reads); 13] = [
    ("act", "verb = 'frobbed' WHERE batch = 2 AND number = 2", "SELECT '(2, 2)'", |store| store.batch(OPEN).map(drop)),
    ("act", "standing = 'frobbed' WHERE batch = 2 AND number = 1", "SELECT '(2, 1)'", |store| {
        store.batch(OPEN).map(drop)
    }),
    ("act", "standing = 'frobbed' WHERE batch = 2 AND number = 2", "SELECT '(2, 2)'", |store| store.undo(OPEN, 2)),
    ("batch", "kind = 'frobbed' WHERE id = 1", "SELECT '1'", |store| store.receipt(BatchId(1)).map(drop)),
    ("batch_item", "heading = 'frobbed' WHERE batch = 2 AND position = 3", "SELECT '(2, 3)'", |store| {
        store.sections(OPEN).map(drop)
    }),
    ("came_back", "stage = 'frobbed'", "SELECT '(' || min(id) || ', 1)' FROM message", |store| {
        store.comeback(lowest(store)).map(drop)
    }),
    ("concern", "kind = 'frobbed'", "SELECT 'home'", |store| store.concerns().map(drop)),
    ("message", "stage = 'frobbed' WHERE id = (SELECT max(id) FROM message)", "SELECT max(id) FROM message", |store| {
        let (batch, _) = store.batch(OPEN)?.expect("there");
        store.items(OPEN, &batch.positions()).map(drop)
    }),
    ("journal", "cause = 'frobbed' WHERE number = 2", "SELECT '2'", |store| store.journal(Listed::Latest(9)).map(drop)),
    ("journal", "state = 'frobbed' WHERE number = 1", "SELECT '1'", |store| store.journal(Listed::Latest(9)).map(drop)),
    ("journal", "target = 'frobbed' WHERE number = 1", "SELECT '1'", |store| {
        let source = store.sources()?[0].id;
        store.due_changes(source, at(40), 9).map(drop)
    }),
    ("journal", "target = 'folder', target_folder = 'x', state = 'frobbed' WHERE number = 2", "SELECT '2'", |store| {
        store.journal(Listed::Latest(9)).map(drop)
    }),
    ("source", "kind = 'frobbed'", "SELECT '1'", |store| store.sources().map(drop)),
];

#[test]
fn a_word_that_means_nothing_is_an_error_with_its_table_row_and_text() {
    for (table, set, key, reads) in CASES {
        let mut post = full();
        reads(&mut post.store).unwrap_or_else(|error| panic!("before {table} {set}: {error}"));
        let mut post = full();
        let key = post.sqlite3(key).expect("a key").trim().to_owned();
        alter(&post, &format!("UPDATE {table} SET {set}"));
        let error = reads(&mut post.store).expect_err(set);
        let said = error.to_string();
        assert!(said.contains("\"frobbed\"") && said.contains(&*post.path().to_string_lossy()), "{said}");
        assert!(error.kind() == FailureKind::File && error.is_damage() && error.hint().is_some(), "{said}");
        let StoreError::UnknownWord { table: named, row, text, .. } = error else { panic!("{set}: {said}") };
        assert_eq!((named, row.as_str(), text.as_str()), (table, key.as_str(), "frobbed"), "{set}");
    }
}

/// What an act said is never guessed: an altered batch is not committed, and nothing of it is changed.
#[test]
fn a_batch_with_an_act_that_says_nothing_is_not_committed() {
    let mut post = full();
    alter(&post, "UPDATE act SET verb = 'frobbed' WHERE batch = 2");
    let refused = post.store.commit(OPEN, &WriteBackPlan::default(), at(50));
    assert!(matches!(refused, Err(StoreError::UnknownWord { table: "act", .. })), "{refused:?}");
    let open = "SELECT count(*) FROM message WHERE stage = 'in batch'";
    assert_eq!(post.sqlite3(open).expect("asked"), "4\n");
}
