//! Holds `src/domain/query`, `src/store/condition.rs`, `src/store/search.rs`: one language, two readings: a query asked
//! of messages in memory and of the store gives the same ones.

#![allow(clippy::disallowed_types, reason = "these tests look behind the store's back")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tidebox::domain::schedule::Zone;

use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;
use rusqlite::Connection;
use tidebox::domain::address::Address;
use tidebox::domain::envelope::Attachment;
use tidebox::domain::flags::Flags;
use tidebox::domain::found_copy::CopyFlags;
use tidebox::domain::ids::{BatchId, Id, ThreadId};
use tidebox::domain::limits::{QUERY_DEPTH, QUERY_TERMS};
use tidebox::domain::positions::{Position, Positions};
use tidebox::domain::query::{
    AddressField, AddressPattern, IdTerm, Query, StateTerm, Subject, Term, TextField, Thing, When, parse,
};
use tidebox::domain::source_type::SourceType;
use tidebox::domain::text_enum::TextEnum;
use tidebox::domain::words;
use tidebox::store::{Admission, Admitted, Beginning, LaneTurn, Store, StoreError};

use crate::support::letterbox::{Letterbox, at, letter, no_calendar, window};

/// Folded, some become two words or more, and some become another's: \u{212a} is the Kelvin sign, which is a k.
const WORDS: [&str; 16] = [
    "a", "ab", "abc", "abcd", "plan", "Zoë", "会議", "or", "NOT", "3.5", "plan-b", "İzmir", "ΟΔΟΣ", "straße",
    "\u{212a}", "ﬁne",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..5).prop_map(|words| words.join(" "))
}

fn address() -> impl Strategy<Value = Address> {
    let all = vec![
        "ann@example.org",
        "Ann@Example.ORG",
        "ann+list@example.org",
        "b@ample.org",
        "ann@mail.example.org",
        "ann+urgent@other.test",
        "mail.example.org",
        "a+list@x+list@b.org",
        "Ünï@exämple.org",
        "\u{212a}@b.org",
        "İ@b.org",
        "ΣΑΣ@b.org",
        "x@y@b.org",
        "nobody",
        "",
    ];
    (text(), prop::sample::select(all)).prop_map(|(name, address)| Address::new(name, address))
}

fn minute() -> impl Strategy<Value = DateTime<Utc>> {
    prop_oneof![
        (0..400_000_i64).prop_map(at),
        (0..20_i64).prop_map(at),
        Just(DateTime::UNIX_EPOCH - Duration::days(9_000))
    ]
}

fn file() -> impl Strategy<Value = Attachment> {
    let kinds = vec![
        ("plan.pdf", "application/pdf"),
        ("a b.PNG", "application/octet-stream"),
        ("", "text/calendar"),
        ("Zoë plan-b.jpg", "image/jpeg"),
        ("", "message/rfc822"),
    ];
    prop::sample::select(kinds).prop_map(|(name, kind)| Attachment { name: name.into(), kind: kind.into(), size: 1 })
}

fn flags() -> impl Strategy<Value = CopyFlags> {
    prop_oneof![
        1 => Just(CopyFlags::Unknown),
        4 => prop::sample::select(vec!["", "S", "FS", "R", "DFRS", " $TideLater $TideDone", "F $TideLater"])
            .prop_map(|text| CopyFlags::Kept(Flags::read(text))),
    ]
}

fn message(number: i64) -> impl Strategy<Value = Admission> {
    let parts = (address(), prop::collection::vec(address(), 0..3), text(), text(), prop::option::of(text()));
    let facts = (prop::option::of(minute()), minute(), any::<[bool; 5]>(), 0..3_usize, 0..3_usize);
    let more = (prop::collection::vec(file(), 0..3), 0..3_usize, flags(), 0..3_usize, 0..3_000_usize);
    (parts, facts, more).prop_map(
        move |(
            (from, to, subject, body, list),
            (date, received, [named, unsubscribe, held, links, let_through], lane, answers),
            (files, copied, flags, folder, longer),
        )| {
            let one = letter(number)
                .subject(&subject)
                .text(&format!("{body} {}", "-".repeat(longer)))
                .dated(date, received)
                .lane(["people", "News", "näws"][lane])
                .called(named.then(|| format!("m{}@example.org", number % 7)).as_deref())
                .answers(&["m1@example.org", "m2@example.org"][..answers])
                .found(["INBOX", "Archive/2026", "İnbox"][folder], &number.to_string())
                .flagged(flags)
                .change(|envelope| {
                    envelope.copied = copied.min(to.len());
                    envelope.from = from;
                    envelope.to = to;
                    envelope.list = list;
                    envelope.unsubscribe = unsubscribe;
                    envelope.links = links;
                    envelope.attachments = files;
                });
            match (held, let_through) {
                (true, _) => one.ready(),
                (_, true) => one.let_through("family").ready(),
                _ => one.history().ready(),
            }
        },
    )
}

/// So many, that with the queries of a case and the number of cases there are a hundred thousand pairs.
const MESSAGES: i64 = 25;

fn messages() -> impl Strategy<Value = Vec<Admission>> {
    (0..MESSAGES).map(message).collect::<Vec<_>>()
}

fn field() -> impl Strategy<Value = TextField> {
    prop::sample::select(TextField::ALL.to_vec())
}

fn term() -> impl Strategy<Value = Term> {
    let when = || {
        prop_oneof![
            minute().prop_map(When::At),
            (0..30_000_000_i64).prop_map(|seconds| When::Ago(Duration::seconds(seconds))),
            (0..400_000_i64).prop_map(|minute| When::At(at(minute) + Duration::milliseconds(300))),
        ]
    };
    let pattern = prop::sample::select(vec![
        "ann@example.org",
        "ann+list@example.org",
        "list@example.org",
        "k@b.org",
        "i\u{307}@b.org",
        "σας@b.org",
        "@example.org",
        "@ample.org",
        "@exämple.org",
        "ünï@exämple.org",
        "@b.org",
        "@y@b.org",
        "x@y@b.org",
        "@org",
        "ann@",
        "ann+urgent@",
        "+list@",
        "+urgent@",
        "x@y@",
        "ünï@",
    ]);
    let name = prop::sample::select(vec!["people", "new", "news", "näws", "home", "wor", "work", ""]);
    prop_oneof![
        6 => (prop::option::of(field()), prop::collection::vec(prop::sample::select(WORDS.to_vec()), 1..4), any::<bool>())
            .prop_map(|(field, some, prefix)| Term::Words { field, words: words::words(&some.join(" ")), prefix }),
        2 => (prop::sample::select(vec![AddressField::From, AddressField::To, AddressField::Cc]), pattern)
            .prop_map(|(field, text)| Term::Address { field, pattern: AddressPattern::read(text).expect("a pattern") }),
        1 => field().prop_map(Term::Any),
        1 => (name.clone(), any::<bool>()).prop_map(|(name, prefix)| Term::Source { name: name.to_owned(), prefix }),
        1 => (name, any::<bool>()).prop_map(|(name, prefix)| Term::Lane { name: name.to_owned(), prefix }),
        1 => (prop::sample::select(vec!["inbox", "i\u{307}nbox", "arch", "", "elsewhere"]), any::<bool>())
            .prop_map(|(name, prefix)| Term::Folder { name: name.to_owned(), prefix }),
        2 => prop::sample::select(Thing::ALL.to_vec()).prop_map(Term::Has),
        3 => prop::sample::select(StateTerm::ALL.to_vec()).prop_map(Term::Is),
        1 => (0..3_200_u64).prop_map(Term::Larger),
        1 => (0..3_200_u64).prop_map(Term::Smaller),
        1 => minute().prop_map(|minute| Term::Thread(ThreadId(minute.timestamp()))),
        1 => (0..MESSAGES).prop_map(|number| Term::Thread(ThreadId(number))),
        1 => when().prop_map(Term::Before),
        1 => when().prop_map(Term::After),
        1 => minute().prop_map(|minute| Term::Id(IdTerm::Own(Id(minute.timestamp())))),
        1 => (0..9).prop_map(|n| Term::Id(IdTerm::MessageId(format!("m{n}@example.org")))),
    ]
}

fn query() -> impl Strategy<Value = Query> {
    let leaf = prop_oneof![12 => term().prop_map(Query::Term), 1 => Just(Query::All)];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let many = || prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            3 => many().prop_map(Query::And),
            2 => many().prop_map(Query::Or),
            2 => inner.prop_map(|part| Query::Not(Box::new(part))),
        ]
    })
}

/// A message that was taken in, and its source.
type Known = (Admission, Admitted, &'static str);

/// What became of a message, from the bare tables: the states of `is:`, and the numbers that its conversation has and had.
fn became(bare: &Connection, one: &Known) -> (Vec<StateTerm>, Vec<ThreadId>) {
    let (admission, admitted, _) = one;
    let (stage, carried, thread): (String, i64, i64) = bare
        .query_row("SELECT stage, carried, thread FROM message WHERE id = ?1", [admitted.id.0], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .expect("the message");
    let there = |sql: &str, number: i64| bare.prepare_cached(sql).expect("sql").exists([number]).expect("asked");
    let mut states = StateTerm::of_copies(admission.message.copy.flags.kept());
    let open = ["let through", "in batch", "carried over", "deferred"].contains(&stage.as_str());
    let by_stage = [
        (StateTerm::Done, "done"),
        (StateTerm::Trashed, "trash"),
        (StateTerm::Spam, "spam"),
        (StateTerm::Deferred, "deferred"),
        (StateTerm::History, "history"),
        (StateTerm::Elsewhere, "filed"),
        (StateTerm::Gone, "gone"),
        (StateTerm::Held, "held"),
    ];
    states.extend(by_stage.iter().filter(|(_, name)| *name == stage).map(|(state, _)| *state));
    let others = [
        (StateTerm::Open, open),
        (StateTerm::Carried, open && carried > 0),
        (StateTerm::LetThrough, there("SELECT 1 FROM hit WHERE message = ?1", admitted.id.0)),
        (StateTerm::Muted, there("SELECT 1 FROM muted_thread WHERE thread = ?1", thread)),
    ];
    states.extend(others.iter().filter(|(_, holds)| *holds).map(|(state, _)| *state));
    let mut threads = vec![ThreadId(thread)];
    let joined = bare.prepare_cached("SELECT thread FROM thread_joined WHERE into_thread = ?1");
    let mut joined = joined.expect("sql");
    let mut at = 0;
    while let Some(next) = threads.get(at).copied() {
        let more = joined.query_map([next.0], |row| Ok(ThreadId(row.get(0)?))).expect("asked");
        threads.extend(more.map(|thread| thread.expect("a thread")));
        at += 1;
    }
    (states, threads)
}

/// As the store tells it: whole seconds, and the id that it was given.
fn chosen(bare: &Connection, query: &Query, all: &[Known], now: DateTime<Utc>) -> Vec<Id> {
    let mut found: Vec<Id> =
        all.iter().filter(|one| holds(bare, query, one, now)).map(|(_, told, _)| told.id).collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found
}

fn holds(bare: &Connection, query: &Query, one: &Known, now: DateTime<Utc>) -> bool {
    let (states, threads) = became(bare, one);
    if states.contains(&StateTerm::Held) {
        return false;
    }
    let (Admission { message, lane, .. }, admitted, source) = one;
    let envelope = &message.envelope;
    query.holds(&Subject {
        id: Some(admitted.id),
        message_id: envelope.message_id.as_deref(),
        to: &envelope.to,
        cc: envelope.cc(),
        source,
        lane,
        folders: &[&message.copy.location.folder],
        things: &Thing::of(envelope),
        states: &states,
        threads: &threads,
        size: message.original.size() as u64,
        ..Subject::new(&envelope.from, &message.words, envelope.placed(message.copy.received), now)
    })
}

/// Gives messages that were history all kinds of stages, and mutes some conversations.
fn stir(bare: &Connection, all: &[Known]) {
    let stages = ["done", "trash", "spam", "deferred", "carried over", "history", "filed", "gone", "muted"];
    for ((_, admitted, _), stage) in all.iter().zip(stages.iter().cycle()) {
        let sql = "UPDATE message SET stage = ?2, carried = ?1 % 2 WHERE id = ?1 AND stage = 'history'";
        bare.execute(sql, (admitted.id.0, stage)).expect("stirred");
    }
    let sql = "INSERT OR IGNORE INTO muted_thread (thread, since) SELECT thread, 0 FROM message WHERE id % 5 = 0";
    bare.execute(sql, []).expect("muted");
}

/// What a search finds, so many at a time.
fn page_by_page(store: &Store, query: &Query, now: DateTime<Utc>, rows: usize) -> Vec<Id> {
    let mut paged: Vec<Id> = Vec::new();
    loop {
        let page = store.search(query, now, rows, paged.last().copied()).expect("found");
        let last = page.len() < rows;
        paged.extend(page.into_iter().map(|message| message.id));
        if last {
            return paged;
        }
    }
}

/// A search that asks the index for a range of ids at a time goes through all of them, however dense messages lie: here the newest half
/// comes in seconds, the rest in years.
#[test]
fn a_search_in_ranges_reaches_every_message() {
    const COUNT: i64 = 1_600;
    let place = |number: i64| if number < COUNT / 2 { number * 20_000 } else { COUNT * 10_000 + number };
    let all: Vec<Admission> = (0..COUNT)
        .map(|number| {
            let (when, text) = (at(place(number)), if number % 500 == 7 { "rare" } else { "common" });
            letter(number).history().dated(Some(when), when).text(text).ready()
        })
        .collect();
    let mut post = Letterbox::new();
    let ids: Vec<Id> = post.admit(&all, at(place(COUNT))).iter().map(|one| one.id).collect();
    let (rare, common): (Vec<(i64, Id)>, Vec<_>) =
        (0..COUNT).rev().zip(ids.into_iter().rev()).partition(|(number, _)| number % 500 == 7);
    let ids = |all: &[(i64, Id)]| all.iter().map(|(_, id)| *id).collect::<Vec<Id>>();
    let now = at(place(COUNT) + 1);
    for (text, expected) in [
        ("common or larger:5M", ids(&common)),
        ("rare or larger:5M", ids(&rare)),
        ("-rare smaller:1k larger:5M", Vec::new()),
    ] {
        let query = parse(text, Zone::UTC, now).expect(text);
        let found = post.store.search(&query, now, 9_999, None).expect(text);
        let found: Vec<Id> = found.into_iter().map(|message| message.id).collect();
        assert!(found == expected, "{text}: {} for {}", found.len(), expected.len());
        assert!(page_by_page(&post.store, &query, now, 301) == expected, "{text}");
    }
}

/// How many cases are tried: so many, or what `PROPTEST_CASES` says.
fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}

proptest! {
    // With `PROPTEST_CASES=2500` it is 100,000 queries, each over some messages.
    #![proptest_config(ProptestConfig { cases: cases(100), ..ProptestConfig::default() })]

    #[test]
    fn memory_and_store_choose_the_same(
        messages in messages(),
        queries in prop::collection::vec(query(), 40),
        rows in 1..5_usize,
    ) {
        let now = at(450_000);
        let mut post = Letterbox::new();
        let work = post.store.source("Work", SourceType::Mbox).expect("a source");
        let mut all: Vec<Known> = Vec::new();
        for (place, one) in messages.into_iter().enumerate() {
            let (source, name) = if place % 3 == 0 { (work, "Work") } else { (post.source, "home") };
            let admitted = post.store.admit(source, std::slice::from_ref(&one), None, now).expect("admitted")[0];
            all.push((one, admitted, name));
        }
        let bare = post.bare();
        stir(&bare, &all);
        let found = |store: &Store, query: &Query, limit, before| -> Vec<Id> {
            store.search(query, now, limit, before).expect("found").into_iter().map(|message| message.id).collect()
        };
        for (place, query) in queries.iter().enumerate() {
            if place == queries.len() / 2 {
                // As a store whose older messages wait for their short beginnings: the index of words is asked.
                bare.execute("UPDATE fact SET value = 1 WHERE name = 'unbegun'", []).expect("said");
            }
            let expected = chosen(&bare, query, &all, now);
            prop_assert_eq!(found(&post.store, query, 100, None), expected.clone(), "{:?}", query);
            if place % 4 == 0 {
                prop_assert_eq!(page_by_page(&post.store, query, now, rows), expected, "{:?}", query);
            }
        }
        bare.execute("UPDATE fact SET value = 0 WHERE name = 'unbegun'", []).expect("said");
        let batch = post.begin("morning", now);
        for query in &queries[..12] {
            let Some(batch) = &batch else { break };
            let expected = chosen(&bare, query, &all, now);
            prop_assert_eq!(found(&post.store, query, 100, None), expected.clone(), "{:?}", query);
            let in_batch = post.store.members(batch.id(), &batch.positions()).expect("members");
            let selected = post.store.select(batch.id(), query, now).expect("selected");
            let mut selected = post.store.members(batch.id(), &selected).expect("members");
            selected.sort_unstable_by(|a, b| b.cmp(a));
            let expected: Vec<Id> = expected.into_iter().filter(|id| in_batch.contains(id)).collect();
            prop_assert_eq!(selected, expected, "{:?}", query);
        }
    }
}

/// The most that can be typed is a tree that neither SQLite nor its index may find too deep or too long.
#[test]
fn the_largest_queries_are_answered() {
    let mut post = Letterbox::new();
    let one = letter(1).text("w7 w13").attached().history().ready();
    let other = letter(2).text("nothing of it").history().ready();
    let both = [one, other];
    let admitted = post.admit(&both, at(5));
    let all: Vec<_> = both.into_iter().zip(admitted).map(|(one, told)| (one, told, "home")).collect();
    let deep = |leaf: &dyn Fn(usize) -> String| {
        (0..QUERY_DEPTH).rev().fold("w7".to_owned(), |inner, level| {
            format!("{} {} ({inner})", leaf(level), if level.is_multiple_of(2) { "or" } else { "and" })
        })
    };
    let word = |level: usize| format!("w{}", if level.is_multiple_of(2) { level * 100 + 1 } else { 13 });
    let mixed = |level: usize| if level.is_multiple_of(3) { "has:unsubscribe".to_owned() } else { word(level) };
    let long =
        |between: &str, leaf: &dyn Fn(usize) -> String| (0..QUERY_TERMS).map(leaf).collect::<Vec<_>>().join(between);
    for text in [
        deep(&word),
        deep(&mixed),
        long(" or ", &|n| format!("w{n}")),
        long(" ", &|_| "w7".to_owned()),
        long(" ", &|n| format!("-x{n}")),
        long(" or ", &|n| format!("from:a{n}@example.org")),
        long(" or ", &|n| format!("-w{n}")),
        deep(&|level| if level.is_multiple_of(2) { format!("w{}*", level % 10) } else { word(level) }),
        long(" or ", &|n| if n.is_multiple_of(2) { format!("w{n}*") } else { format!("x{n}") }),
        long(" ", &|n| if n.is_multiple_of(2) { format!("-x{}*", n % 10) } else { "w1*".to_owned() }),
        long(" or ", &|n| format!("id:<m{n}@example.org>")),
        format!("{}w7", "not ".repeat(QUERY_DEPTH)),
    ] {
        let Ok(query) = parse(&text, Zone::UTC, at(9)) else { panic!("no query: {text}") };
        let found = post.store.search(&query, at(9), 50, None).unwrap_or_else(|error| panic!("{error}: {text}"));
        let found: Vec<Id> = found.into_iter().map(|message| message.id).collect();
        assert_eq!(found, chosen(&post.bare(), &query, &all, at(9)), "{text}");
    }
}

#[test]
fn a_question_that_nobody_waits_for_is_given_up() {
    let mut post = Letterbox::new();
    let many: Vec<_> = (1..1_000).map(|number| letter(number).history().ready()).collect();
    post.admit(&many, at(4_000));
    let over = Arc::new(AtomicBool::new(true));
    let told = Arc::clone(&over);
    post.store.give_up_when(move || told.load(Ordering::SeqCst)).expect("taken");
    let none = Query::Term(Term::Smaller(0));
    assert!(matches!(post.store.search(&none, at(4_000), 50, None), Err(StoreError::GivenUp)));
    over.store(false, Ordering::SeqCst);
    assert_eq!(post.store.search(&none, at(4_000), 50, None).expect("an answer"), []);
}

#[test]
fn a_page_of_search_needs_no_sort() {
    let mut post = Letterbox::new();
    post.admit(&[letter(1).history().ready()], at(2));
    let bare = post.bare();
    let plan = |sql: &str| -> String {
        let mut statement = bare.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("prepared");
        let rows = statement.query_map([], |row| row.get::<_, String>(3)).expect("a plan");
        rows.flatten().collect::<Vec<_>>().join("; ")
    };
    let by_words = plan(
        "SELECT v.id, v.subject FROM words AS w CROSS JOIN visible AS v
         WHERE w.words MATCH 'text' AND w.rowid >= 1 AND w.rowid < 9 AND v.id = w.rowid ORDER BY w.rowid DESC LIMIT 50",
    );
    assert!(by_words.contains("SCAN w VIRTUAL TABLE"), "{by_words}");
    assert!(by_words.contains("SEARCH m USING INTEGER PRIMARY KEY"), "{by_words}");
    assert!(!by_words.contains("TEMP B-TREE"), "{by_words}");
    let by_row =
        plan("SELECT v.id FROM visible AS v WHERE v.id >= 1 AND v.id < 9 AND v.attachments > 0 ORDER BY v.id DESC");
    assert!(by_row.contains("SEARCH m USING INTEGER PRIMARY KEY") && !by_row.contains("TEMP B-TREE"), "{by_row}");
}

#[test]
fn selecting_in_a_batch_keeps_to_the_batch() {
    let mut post = Letterbox::new();
    post.admit(
        &[letter(3).attached().lane("b").ready(), letter(1).lane("b").ready(), letter(2).attached().lane("a").ready()],
        at(5),
    );
    let turns = ["a", "b"].map(|name| LaneTurn { name: name.into(), comes_out: true, bundle: Vec::new() });
    let morning = Beginning {
        occasion: window("morning", at(9)),
        lanes: &turns,
        calendar: &no_calendar(),
        carry_limit: None,
        layout: tidebox::domain::batch::BatchLayout::default(),
        now: at(9),
    };
    let batch = post.store.begin(&morning).expect("begun").expect("a batch");
    post.admit(&[letter(12).attached().history().ready()], at(13));
    let attached = Query::Term(Term::Has(Thing::Attachment));
    let words = Query::Term(Term::Words { field: None, words: vec!["text".into()], prefix: false });
    let selected = |query: &Query| post.store.select(batch.id(), query, at(14)).expect("selected");
    let with_attachment: Positions = [1, 3].map(Position).into_iter().collect();
    assert_eq!(selected(&attached), with_attachment);
    assert_eq!(selected(&Query::And(vec![words.clone(), attached.clone()])), with_attachment);
    assert_eq!(selected(&words), batch.positions());
    assert_eq!(post.store.select(BatchId(8), &words, at(14)).expect("selected"), Positions::default());
}
