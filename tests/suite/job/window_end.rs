//! Holds `src/job/window_end.rs`, `src/job/close.rs`, `src/store/interactive_lock.rs`, `src/domain/window_end.rs`: the end of a
//! window closes its batch unless somebody has it on a screen; then it waits for the next window of any of its lanes, and ten more
//! minutes are ten more minutes for every program.

use chrono::{DateTime, Utc};
use tidebox::config::{CommitMode, Config};
use tidebox::domain::batch::Batch;
use tidebox::domain::lane::Lane;
use tidebox::domain::moment::Moment;
use tidebox::domain::schedule::{CheckIn, Days, Zone, parse_length, parse_time};
use tidebox::domain::triage::Decision;
use tidebox::domain::window_end::AtEnd;
use tidebox::job::begin::{Begun, Turn, begin, turn};
use tidebox::job::close::close_due;
use tidebox::job::decide;
use tidebox::job::door::door;
use tidebox::job::pause::pause;
use tidebox::job::window_end::{give_more_time, window_end};

use crate::support::letterbox::{Letterbox, letter};

/// An instant of Monday, 23 November 2026, in UTC.
fn at(clock: &str) -> DateTime<Utc> {
    format!("2026-11-23T{clock}Z").parse().unwrap()
}

fn checkin(name: &str, opens: &str, length: &str) -> CheckIn {
    CheckIn {
        name: name.to_owned(),
        days: Days::parse("mon-fri").unwrap(),
        at: vec![parse_time(opens).unwrap()],
        length: parse_length(length).unwrap(),
        zone: Zone::UTC,
    }
}

/// `work` comes out in the morning and in the afternoon, `news` at noon; the morning's batch with two messages of `work` is begun.
fn begun(commit: CommitMode, noon_is_for: &[&str]) -> (Letterbox, Config, Batch) {
    let mut letterbox = Letterbox::new();
    letterbox.store.record_created_at(Moment::real(at("08:00:00"))).unwrap();
    let mut config = Config::embedded(Zone::UTC);
    config.commit = commit;
    config.calendar.checkins =
        vec![checkin("morning", "10:00", "45m"), checkin("noon", "10:40", "1h"), checkin("afternoon", "12:00", "45m")];
    let lane = |name: &str, checkins: &[&str]| {
        let checkins = checkins.iter().map(|name| (*name).to_owned()).collect();
        Lane { name: name.to_owned(), matches: None, checkins, bundle: Vec::new() }
    };
    config.lanes = vec![lane("work", &["morning", "afternoon"]), lane("news", noon_is_for)];
    for lane in noon_is_for.contains(&"morning").then_some("news").into_iter().chain(["work", "work"]) {
        let number = i64::try_from(letterbox.store.counters().unwrap().messages).unwrap() + 1;
        let message = letter(number).dated(Some(at("09:00:00")), at("09:00:00")).lane(lane).ready();
        letterbox.admit(&[message], at("09:00:00"));
    }
    let begun = begin(&mut letterbox.store, &config, at("10:05:00")).unwrap();
    let Begun::Batch(batch) = begun else { panic!("{begun:?}") };
    let first = batch.positions().slice(0, 1);
    let act = tidebox::domain::triage::Triage::new(batch.clone()).act(Decision::Done, &first).unwrap();
    decide::record(&mut letterbox.store, &config, batch.id(), &act, at("10:10:00")).unwrap();
    (letterbox, config, batch)
}

/// When it was closed, where it is closed by now.
fn closed(letterbox: &mut Letterbox, config: &Config, now: &str) -> Option<DateTime<Utc>> {
    close_due(&mut letterbox.store, config, at(now)).unwrap().map(|receipt| receipt.committed)
}

#[test]
fn without_a_screen_the_end_closes_and_with_one_the_next_window_of_its_lanes() {
    let (mut letterbox, config, _) = begun(CommitMode::AtClose, &["noon"]);
    assert_eq!(closed(&mut letterbox, &config, "10:44:59"), None);
    assert_eq!(closed(&mut letterbox, &config, "11:50:00"), Some(at("10:45:00")));

    let (mut letterbox, config, batch) = begun(CommitMode::AtClose, &["noon"]);
    // Another program's connection, as a screen has it.
    let screen = letterbox.another().mark_on_screen(batch.id()).unwrap();
    for now in ["10:45:00", "11:41:00", "11:59:59"] {
        assert_eq!(closed(&mut letterbox, &config, now), None, "{now}: noon is none of its lanes'");
    }
    let act = decide::replay(&letterbox.store, batch.id()).unwrap();
    let act = act.act(Decision::Trash, &batch.positions().slice(1, 1)).unwrap();
    decide::record(&mut letterbox.store, &config, batch.id(), &act, at("11:30:00")).unwrap();
    let receipt = close_due(&mut letterbox.store, &config, at("12:00:00")).unwrap().unwrap();
    assert_eq!((receipt.committed, receipt.done, receipt.trash), (at("11:30:00"), 1, 1), "as of the last decision");
    drop(screen);
}

#[test]
fn the_next_window_of_any_of_its_lanes_counts() {
    let (mut letterbox, config, batch) = begun(CommitMode::AtClose, &["morning", "noon"]);
    let _screen = letterbox.store.mark_on_screen(batch.id());
    assert_eq!(closed(&mut letterbox, &config, "10:44:59"), None, "noon is open, and the time is not over");
    assert_eq!(closed(&mut letterbox, &config, "10:45:00"), Some(at("10:45:00")), "noon opened at 10:40");
}

#[test]
fn of_two_screens_each_keeps_it_open_and_one_that_is_gone_keeps_nothing() {
    let (mut letterbox, config, batch) = begun(CommitMode::AtClose, &["noon"]);
    let (one, other) = (letterbox.store.mark_on_screen(batch.id()), letterbox.another().mark_on_screen(batch.id()));
    assert_eq!(closed(&mut letterbox, &config, "10:50:00"), None);
    drop(one);
    assert_eq!(closed(&mut letterbox, &config, "10:50:00"), None);
    drop(other);
    // A screen that is open and shows something else keeps no batch open.
    let _door = letterbox.store.mark_interactive();
    assert_eq!(closed(&mut letterbox, &config, "10:50:00"), Some(at("10:45:00")));
}

#[test]
fn a_window_that_a_pause_keeps_shut_does_not_close_it() {
    let (mut letterbox, config, batch) = begun(CommitMode::AtClose, &["noon"]);
    let screen = letterbox.store.mark_on_screen(batch.id());
    pause(&mut letterbox.store, at("11:55:00"), at("13:00:00")).unwrap();
    assert_eq!(closed(&mut letterbox, &config, "12:30:00"), None);
    drop(screen);
    assert_eq!(closed(&mut letterbox, &config, "12:30:00"), Some(at("10:45:00")));
}

#[test]
fn what_the_end_means_is_told_as_it_then_comes() {
    let (letterbox, config, batch) = begun(CommitMode::AtClose, &["noon"]);
    let end = window_end(&letterbox.store, &config, &batch, at("10:40:00")).unwrap().unwrap();
    assert_eq!((end.ends, end.latest()), (at("10:45:00"), Some(at("12:00:00"))));
    assert_eq!(end.again.map(|next| next.opens), Some(at("12:00:00")));
    let (letterbox, config, batch) = begun(CommitMode::AtClose, &["morning", "noon"]);
    let end = window_end(&letterbox.store, &config, &batch, at("10:41:00")).unwrap().unwrap();
    assert_eq!(end.latest(), Some(at("10:45:00")), "noon is open, so the end closes it");
    assert_eq!(end.again, None, "its lanes have different check-ins");
    let (mut letterbox, config, batch) = begun(CommitMode::Ask, &["noon"]);
    let end = window_end(&letterbox.store, &config, &batch, at("10:40:00")).unwrap().unwrap();
    assert_eq!((end.then.clone(), end.latest()), (AtEnd::Asks, None));
    assert_eq!(closed(&mut letterbox, &config, "12:30:00"), None);
}

#[test]
fn more_time_is_there_for_every_program_and_has_a_limit() {
    let (mut letterbox, config, batch) = begun(CommitMode::AtClose, &["noon"]);
    let more =
        |letterbox: &mut Letterbox, now: &str| give_more_time(&mut letterbox.store, &config, batch.id(), at(now));
    let ends = |batch: &Batch| batch.closes().unwrap();
    assert_eq!(ends(&more(&mut letterbox, "10:40:00").unwrap()), at("10:55:00"));
    let mut another = letterbox.another();
    assert_eq!(close_due(&mut another, &config, at("10:54:59")).unwrap(), None);
    assert!(
        matches!(turn(&another, &config, at("10:50:00")).unwrap(), Turn::GoOn(known) if ends(&known) == at("10:55:00"))
    );
    let open = door(&another, &config, at("10:50:00")).unwrap().open.unwrap();
    assert_eq!((open.until, open.is_over(at("10:50:00"))), (Some(at("10:55:00")), false));

    for until in ["11:05:00", "11:15:00", "11:25:00", "11:35:00", "11:45:00"] {
        assert_eq!(ends(&more(&mut letterbox, "10:41:00").unwrap()), at(until));
    }
    let refused = more(&mut letterbox, "10:41:00").unwrap_err();
    assert_eq!(refused.to_string(), "this batch has got an hour more, which is the most");
    // When its time is over, they count from then on, up to the next check-in of its lanes.
    assert_eq!(ends(&more(&mut letterbox, "11:47:00").unwrap()), at("11:57:00"));
    assert_eq!(ends(&more(&mut letterbox, "11:48:00").unwrap()), at("12:00:00"));
    let refused = more(&mut letterbox, "11:49:00").unwrap_err();
    assert_eq!(refused.to_string(), "the afternoon check-in opens then, so this batch gets no more time");
    // Nobody takes time away, and what its window says stays.
    for sql in
        ["UPDATE batch SET extended = extended - 60", "UPDATE batch SET extended = NULL", "UPDATE batch SET closes = 0"]
    {
        assert!(letterbox.sqlite3(sql).is_err(), "{sql}");
    }
    assert_eq!(closed(&mut letterbox, &config, "12:10:00"), Some(at("12:00:00")));
    assert!(letterbox.sqlite3("UPDATE batch SET extended = extended + 60").is_err(), "it is committed");
}
