//! Holds `src/store/facts.rs`, `src/store/arrival.rs`, `src/store/opening.rs`, `src/store/outage.rs`, `src/store/matter.rs`, `src/store/line_note.rs`: what the month is counted from.

use std::collections::HashSet;
use std::ops::Range;

use chrono::{DateTime, Duration, Utc};
use tidebox::domain::arrival::Arrival;
use tidebox::domain::concern::{Concern, ConcernKind};
use tidebox::domain::exception::HitRating;
use tidebox::domain::found_copy::CopyOrigin;
use tidebox::domain::ids::{BatchId, Id};
use tidebox::domain::line_note::LineNote;
use tidebox::domain::matter::MatterAnswer;
use tidebox::domain::moment::Moment;
use tidebox::domain::opening::Opening;
use tidebox::domain::source_type::SourceType;
use tidebox::domain::write_back::WriteBackPlan;
use tidebox::store::{Admission, ForgottenFacts, Store};

use crate::support::letterbox::{Letterbox, at, ids, letter, letters, sqlite3};

fn all() -> Range<DateTime<Utc>> {
    DateTime::<Utc>::MIN_UTC..DateTime::<Utc>::MAX_UTC
}

/// A mailbox that was read whole at minute 0.
fn followed() -> Letterbox {
    let mut post = Letterbox::new();
    post.store.remember_position(post.source, "1", at(0)).expect("noted");
    post
}

fn arrivals(store: &Store) -> Vec<Arrival> {
    store.arrivals(&all()).expect("arrivals")
}

fn commit(store: &mut Store, batch: BatchId, sample: u32, minutes: i64) {
    let plan = WriteBackPlan { sample, ..WriteBackPlan::default() };
    store.commit(batch, &plan, at(minutes)).expect("committed");
}

/// A copy that came in another way.
fn came(mut one: Admission, origin: CopyOrigin) -> Admission {
    one.message.copy.origin = origin;
    one
}

#[test]
fn only_what_came_after_a_whole_reading_has_arrived() {
    let mut post = Letterbox::new();
    post.admit(&letters(0..3), at(5));
    assert_eq!(arrivals(&post.store), [], "the first reading");
    post.store.remember_position(post.source, "1", at(6)).expect("noted");
    let new = post.admit(&[letter(7).ready()], at(9));
    post.admit(&[letter(8).history().ready()], at(9));
    for (number, origin) in [
        (20, CopyOrigin::FirstReading),
        (21, CopyOrigin::Recreated),
        (22, CopyOrigin::NotIncoming),
        (23, CopyOrigin::Sent),
    ] {
        post.admit(&[came(letter(number).ready(), origin)], at(30));
    }
    // What is known already does not arrive once more.
    post.admit(&[letter(7).found("INBOX", "elsewhere").ready()], at(31));
    let by_hand = post.store.source_at("home", SourceType::Mbox, "mbox").expect("a source");
    post.store.remember_position(by_hand, "1", at(6)).expect("noted");
    post.store.admit(by_hand, &[letter(24).ready()], None, at(40)).expect("admitted");
    let found = arrivals(&post.store);
    assert_eq!(found.iter().map(|one| one.message).collect::<Vec<_>>(), ids(&new));
    let one = &found[0];
    assert_eq!((one.at, &*one.source, &*one.lane), (at(7), "home", "people"));
    assert!(one.held && one.began_thread && !one.let_through && one.came_out.is_none() && one.mattered.is_none());
}

#[test]
fn an_instant_that_cannot_be_is_that_of_the_taking_in() {
    let mut post = followed();
    let year = Duration::days(365);
    // Moved into the mailbox, with the instant of years ago; by a server whose clock is fast; by one that is a little slow; truly.
    for (number, received) in [(1, at(1) - year), (2, at(1) + year), (3, at(-4)), (4, at(50))] {
        post.admit(&[letter(number).dated(None, received).ready()], at(60));
    }
    let instants: Vec<_> = arrivals(&post.store).iter().map(|one| one.at).collect();
    assert_eq!(instants, [at(-4), at(50), at(60), at(60)]);
    // When the clock is set back, what is read then counts from that reading on.
    post.store.remember_position(post.source, "1", at(-500)).expect("noted");
    post.admit(&[letter(5).dated(None, at(-450)).ready()], at(-400));
    assert_eq!(arrivals(&post.store)[0].at, at(-450));
}

#[test]
fn when_a_source_was_read_is_noted_once_an_hour_where_nothing_changes() {
    let mut post = followed();
    let other = post.another();
    let mut before = other.data_version().expect("asked");
    let mut read = |minutes: i64, writes: bool| {
        post.store.remember_position(post.source, "1", at(minutes)).expect("noted");
        let now = other.data_version().expect("asked");
        assert_eq!(now != before, writes, "{minutes}");
        before = now;
    };
    read(1, false);
    read(59, false);
    read(61, true);
    read(90, false);
    read(30, true);
}

#[test]
fn it_comes_out_with_its_batch_or_at_once() {
    let mut post = followed();
    let new = ids(&post.admit(
        &[
            letter(1).ready(),
            letter(2).answers(&["m1@example.org"]).ready(),
            letter(3).let_through("family").ready(),
            letter(4).answers(&["unknown@example.org"]).ready(),
        ],
        at(5),
    ));
    let facts = |store: &Store| -> Vec<(Id, bool, bool, Option<DateTime<Utc>>)> {
        arrivals(store).iter().map(|one| (one.message, one.began_thread, one.held, one.came_out)).collect()
    };
    let before = [
        (new[0], true, true, None),
        (new[1], false, true, None),
        (new[2], true, false, Some(at(5))),
        (new[3], false, true, None),
    ];
    assert_eq!(facts(&post.store), before);
    let batch = post.begin("morning", at(10)).expect("a batch");
    let came: Vec<_> = facts(&post.store).iter().map(|one| (one.2, one.3)).collect();
    assert_eq!(came, [(false, Some(at(10))), (false, Some(at(10))), (false, Some(at(5))), (false, Some(at(10)))]);
    // What is carried over came out once.
    commit(&mut post.store, batch.id(), 0, 11);
    post.begin("evening", at(100)).expect("a batch");
    assert!(arrivals(&post.store).iter().all(|one| one.came_out <= Some(at(10))));
    let some = post.store.arrivals(&(at(2)..at(4))).expect("arrivals");
    assert_eq!(some.iter().map(|one| one.message).collect::<Vec<_>>(), new[1..3]);
    assert!(!post.store.verify().expect("checked").iter().any(|wrong| wrong.contains("arrival")));
}

#[test]
fn a_sample_is_drawn_once_from_what_waited_and_stands_for_all_of_it() {
    let mut post = followed();
    post.admit(&[letter(0).let_through("family").ready()], at(5));
    let waited = ids(&post.admit(&letters(1..11), at(20)));
    let batch = post.begin("morning", at(30)).expect("a batch").id();
    commit(&mut post.store, batch, 3, 40);
    post.reopen();
    let sample = post.store.matter_sample(batch).expect("a sample");
    let chosen: HashSet<Id> = sample.iter().map(|one| one.message).collect();
    assert_eq!(chosen.len(), 3);
    assert!(chosen.iter().all(|id| waited.contains(id)));
    assert!((sample.iter().map(|one| one.weight).sum::<f64>() - 10.0).abs() < 1e-9);
    assert!(sample.iter().all(|one| one.answer.is_none()));
    // It stays, also when the batch is committed again, and what is carried over is never asked about again.
    commit(&mut post.store, batch, 3, 41);
    assert_eq!(post.store.matter_sample(batch).expect("a sample"), sample);
    let next = post.begin("evening", at(100)).expect("a batch").id();
    commit(&mut post.store, next, 3, 110);
    assert_eq!(post.store.matter_sample(next).expect("a sample"), []);

    let [first, second, third] = [sample[0].message, sample[1].message, sample[2].message];
    let mut say = |id, answer, minutes| post.store.answer_matter(id, answer, at(minutes)).expect("kept");
    assert_eq!(say(first, MatterAnswer::No, 120), Some(batch));
    assert_eq!(say(first, MatterAnswer::Yes, 121), Some(batch));
    assert_eq!(say(second, MatterAnswer::No, 122), Some(batch));
    assert_eq!(say(third, MatterAnswer::Skipped, 123), Some(batch));
    assert_eq!(say(Id(1), MatterAnswer::No, 124), None);
    assert_eq!(post.store.matter_counts().expect("counted"), (1, 1));
    let said = post.store.matter_answers(&(at(122)..at(123))).expect("answers");
    assert_eq!(
        said.iter().map(|one| (one.message, one.answer)).collect::<Vec<_>>(),
        [(second, Some((MatterAnswer::No, at(122))))]
    );
    let mattered = |id| arrivals(&post.store).iter().find(|one| one.message == id).and_then(|one| one.mattered);
    assert!(mattered(first).is_some_and(|one| one.yes && (one.weight - 10.0 / 3.0).abs() < 1e-9));
    assert!(mattered(second).is_some_and(|one| !one.yes));
    assert_eq!(mattered(third), None);
}

/// Of 400 messages 50 are drawn: the middle of their places is near that of all, which is 200 with a standard deviation of 15.
#[test]
fn a_sample_is_drawn_evenly() {
    let mut post = followed();
    let new = ids(&post.admit(&letters(1..401), at(500)));
    let batch = post.begin("morning", at(510)).expect("a batch").id();
    commit(&mut post.store, batch, 50, 520);
    let sample = post.store.matter_sample(batch).expect("a sample");
    let places: Vec<usize> =
        sample.iter().map(|one| new.iter().position(|id| *id == one.message).expect("it waited")).collect();
    let middle = places.iter().sum::<usize>() / places.len();
    assert!((110..=290).contains(&middle) && places.len() == 50, "{places:?}");
    assert!(!places.is_sorted(), "not the first ones, nor in order: {places:?}");
}

#[test]
fn a_rated_exception_mattered_or_not() {
    let mut post = followed();
    let new = ids(&post.admit(&[letter(1).let_through("a").ready(), letter(2).let_through("b").ready()], at(5)));
    post.store.rate_hit(new[0], HitRating::Useful).expect("rated");
    post.store.rate_hit(new[1], HitRating::FalseAlarm).expect("rated");
    let mattered: Vec<_> = arrivals(&post.store).iter().map(|one| one.mattered.map(|one| one.yes)).collect();
    assert_eq!(mattered, [Some(true), Some(false)]);
}

#[test]
fn an_outage_lasts_from_the_first_failure_to_the_next_whole_reading() {
    let mut post = followed();
    let source = post.source;
    let concern = |kind, since| Concern {
        source: String::new(),
        kind,
        what: "no".into(),
        hint: String::new(),
        count: 0,
        tries: 1,
        since: at(since),
        next: None,
        secret: None,
    };
    post.store.note_concern(source, &concern(ConcernKind::Owed, 1)).expect("noted");
    assert_eq!(post.store.outages(&all()).expect("asked"), [], "it is read");
    post.store.note_concern(source, &concern(ConcernKind::Away, 10)).expect("noted");
    post.store.note_concern(source, &concern(ConcernKind::Refused, 20)).expect("noted");
    let spans = |store: &Store, range: Range<DateTime<Utc>>| -> Vec<_> {
        store.outages(&range).expect("asked").into_iter().map(|one| (one.source, one.since, one.until)).collect()
    };
    assert_eq!(spans(&post.store, all()), [("home".to_owned(), at(10), None)]);
    post.store.end_outage(source, at(30)).expect("ended");
    post.store.end_outage(source, at(50)).expect("it was over");
    assert_eq!(spans(&post.store, all()), [("home".to_owned(), at(10), Some(at(30)))]);
    assert_eq!(spans(&post.store, at(30)..at(60)), [], "it was over when the range began");
    assert_eq!(spans(&post.store, at(0)..at(10)), [], "it began when the range was over");
    assert_eq!(spans(&post.store, at(29)..at(60)).len(), 1);
    // The clock is set back while a source cannot be read.
    post.store.note_concern(source, &concern(ConcernKind::Away, 90)).expect("noted");
    post.store.end_outage(source, at(80)).expect("ended");
    assert_eq!(spans(&post.store, at(85)..at(95)), [("home".to_owned(), at(90), Some(at(90)))]);
}

/// What was wrong with a source when facts began to be kept is an outage; nothing is made up of what came before.
#[test]
fn a_store_of_an_earlier_version_begins_with_what_is_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("old.db");
    let packed = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/store/version-025.db.zst");
    let packed = std::fs::read(packed).expect("bytes");
    std::fs::write(&path, zstd::bulk::decompress(&packed, 64 << 20).expect("unpacked")).expect("written");
    let concerns = "INSERT INTO concern (source, kind, what, hint, count, tries, since)
                    SELECT id, 'away', 'no', '', 0, 0, 1790000600 FROM source UNION ALL
                    SELECT id, 'owed', 'no', '', 2, 0, 1790000000 FROM source";
    sqlite3(&path, concerns).expect("written");
    let mut old = Store::open(&path).expect("upgraded");
    let outages = old.outages(&all()).expect("asked");
    assert_eq!(outages.iter().map(|one| (one.since, one.until)).collect::<Vec<_>>(), [(at(10), None)]);
    assert_eq!(arrivals(&old), []);
    assert_eq!(old.facts_since().expect("asked"), None);
    // What the first reading after that brings came before, as far as is known.
    let source = old.sources().expect("asked")[0].id;
    old.admit(source, &[letter(70).ready()], None, at(80)).expect("admitted");
    assert_eq!(arrivals(&old), []);
    old.remember_position(source, "9", at(81)).expect("noted");
    old.admit(source, &[letter(90).ready()], None, at(95)).expect("admitted");
    assert_eq!(arrivals(&old).iter().map(|one| one.at).collect::<Vec<_>>(), [at(90)]);
}

#[test]
fn an_opening_never_ends_before_it_began() {
    let mut post = followed();
    post.admit(&letters(1..3), at(5));
    let batch = post.begin("morning", at(10)).expect("a batch").id();
    let opening = |since, until| Opening { batch, since: at(since), until: at(until), keys: 9, decisions: 2 };
    post.store.note_opening(&opening(20, 15)).expect("kept");
    post.store.note_opening(&opening(11, 14)).expect("kept");
    assert_eq!(post.store.openings(&all()).expect("asked"), [opening(11, 14), opening(20, 20)]);
    assert_eq!(post.store.openings(&(at(11)..at(20))).expect("asked"), [opening(11, 14)]);
    let nowhere = Opening { batch: BatchId(99), ..opening(1, 2) };
    assert!(post.store.note_opening(&nowhere).is_err(), "of no batch");
}

#[test]
fn a_month_has_one_sentence_and_never_another_one() {
    let mut post = Letterbox::new();
    let note = |words: &str| LineNote {
        month: "2026-11".into(),
        address: "ann@example.org".into(),
        words: words.into(),
        shown: at(1),
    };
    assert_eq!(post.store.line_note("2026-11").expect("asked"), None);
    assert!(post.store.keep_line_note(&note("first")).expect("kept"));
    assert!(!post.store.keep_line_note(&note("second")).expect("kept"));
    assert_eq!(post.store.line_note("2026-11").expect("asked"), Some(note("first")));
    assert!(post.store.keep_line_note(&LineNote { month: "November".into(), ..note("x") }).is_err());
}

#[test]
fn all_facts_are_forgotten_and_nothing_else() {
    let mut post = followed();
    post.store.record_created_at(Moment::real(at(0))).expect("noted");
    assert_eq!(post.store.facts_since().expect("asked"), Some(at(0)));
    assert_eq!(post.store.forget_facts(at(1)).expect("nothing"), ForgottenFacts::default());
    let new = ids(&post.admit(&[letter(1).let_through("family").ready(), letter(2).ready(), letter(3).ready()], at(5)));
    let batch = post.begin("morning", at(10)).expect("a batch").id();
    commit(&mut post.store, batch, 2, 20);
    post.store.answer_matter(new[1], MatterAnswer::No, at(21)).expect("said");
    post.store.note_opening(&Opening { batch, since: at(10), until: at(20), keys: 1, decisions: 0 }).expect("kept");
    post.store.rate_hit(new[0], HitRating::Useful).expect("rated");
    let receipt = post.store.last_receipt().expect("asked");
    let forgotten = post.store.forget_facts(at(30)).expect("forgotten");
    let expected = ForgottenFacts { arrivals: 3, openings: 1, questions: 2, answers: 1, ..ForgottenFacts::default() };
    assert_eq!(forgotten, expected);
    assert_eq!(post.store.facts_since().expect("asked"), Some(at(30)));
    assert!(arrivals(&post.store).is_empty() && post.store.openings(&all()).expect("asked").is_empty());
    assert_eq!(post.store.last_receipt().expect("asked"), receipt);
    assert_eq!(post.store.rated_exceptions().expect("asked").len(), 1);
    // What comes from then on is kept.
    post.admit(&[letter(31).ready()], at(32));
    assert_eq!(arrivals(&post.store).len(), 1);
}

#[test]
fn since_when_facts_are_kept_is_replaced_only_where_it_has_not_come() {
    let mut post = Letterbox::new();
    assert_eq!(post.store.facts_since().expect("asked"), None);
    for (now, since) in [(900, 900), (100, 100), (50, 100), (200, 100)] {
        post.store.record_created_at(Moment { now: at(now), wall: at(100) }).expect("noted");
        assert_eq!(post.store.facts_since().expect("asked"), Some(at(since)), "as of {now}");
    }
}
