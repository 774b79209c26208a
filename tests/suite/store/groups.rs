//! Holds `src/store/group.rs`, `src/store/begin.rs`, `src/domain/group.rs`: a conversation is one run of positions of its batch.

#![allow(clippy::disallowed_types, reason = "these tests look behind the store's back")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tidebox::domain::batch::{Batch, BatchLayout, BatchOrder};
use tidebox::domain::ids::Id;
use tidebox::domain::positions::{Position, Positions};
use tidebox::domain::triage::{Decision, Until};
use tidebox::domain::write_back::WriteBackPlan;
use tidebox::store::{Beginning, LaneTurn};

use crate::support::letterbox::{Letterbox, act, at, ids, letter, members, no_calendar, window};

const LANES: [&str; 2] = ["people", "news"];

/// One message of a made-up day: its thread, its lane, and what was made of it in the batch before; `None` where it is new.
#[derive(Debug, Clone)]
struct Made {
    thread: usize,
    lane: usize,
    before: Option<Before>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Before {
    Deferred,
    CarriedOver,
}

fn made() -> impl Strategy<Value = Made> {
    let before = prop_oneof![Just(None), Just(Some(Before::Deferred)), Just(Some(Before::CarriedOver))];
    (0usize..6, 0usize..2, before).prop_map(|(thread, lane, before)| Made { thread, lane, before })
}

/// A batch of these messages, begun with this layout in a store of its own.
fn begun(day: &[Made], layout: BatchLayout) -> (Letterbox, Option<Batch>) {
    let mut post = Letterbox::new();
    let of = |(number, one): (i64, &Made)| {
        let begins = format!("thread{}@example.org", one.thread);
        letter(number).answers(&[&begins]).subject("Re: One thing").lane(LANES[one.lane]).ready()
    };
    let numbered = || (1i64..).zip(day);
    let old: Vec<_> = numbered().filter(|(_, one)| one.before.is_some()).map(of).collect();
    let admitted = ids(&post.admit(&old, at(100)));
    if let Some(first) = post.begin("morning", at(110)) {
        let until = Until { checkin: "evening".into(), opens: at(500), wall: None, or_reply: false };
        let before: Vec<_> = day.iter().filter_map(|one| one.before).collect();
        let deferred: Vec<Id> = admitted
            .iter()
            .zip(&before)
            .filter(|(_, before)| **before == Before::Deferred)
            .map(|(id, _)| *id)
            .collect();
        if !deferred.is_empty() {
            let defer = act(&post.store, first.id(), 1, Decision::Defer(until), &deferred);
            post.store.record(first.id(), &defer, at(111)).expect("recorded");
        }
        post.store.commit(first.id(), &WriteBackPlan::default(), at(112)).expect("committed");
    }
    let new: Vec<_> = numbered().filter(|(_, one)| one.before.is_none()).map(of).collect();
    post.admit(&new, at(200));
    let lanes = LANES.map(|name| LaneTurn { name: name.into(), comes_out: true, bundle: Vec::new() });
    let beginning = Beginning {
        occasion: window("evening", at(500)),
        lanes: &lanes,
        calendar: &no_calendar(),
        carry_limit: None,
        layout,
        now: at(500),
    };
    let batch = post.store.begin(&beginning).expect("begun");
    (post, batch)
}

/// The heading that each position stands under.
fn headings(post: &Letterbox, batch: &Batch) -> Vec<String> {
    let sections = post.store.sections(batch.id()).expect("sections");
    let under = |at| sections.iter().find(|it| it.first <= at && at <= it.last).expect("a heading");
    batch.positions().iter().map(|at| under(at).heading.title().to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Each thread is one run under each heading; it stands where its first message would stand without groups, and nothing goes
    /// under another heading.
    #[test]
    fn a_thread_is_one_run_where_its_first_message_would_stand(day in prop::collection::vec(made(), 1..24), newest: bool) {
        let order = if newest { BatchOrder::NewestFirst } else { BatchOrder::OldestFirst };
        let (flat_post, flat) = begun(&day, BatchLayout { order, threads: false, ..BatchLayout::default() });
        let (post, batch) = begun(&day, BatchLayout { order, threads: true, ..BatchLayout::default() });
        let (Some(flat), Some(batch)) = (flat, batch) else { panic!("something is due") };
        prop_assert!(flat_post.store.groups(flat.id()).unwrap().is_empty());
        prop_assert_eq!(headings(&flat_post, &flat), headings(&post, &batch), "as much stands under each heading");
        let groups = post.store.groups(batch.id()).unwrap();
        let items = post.store.items(batch.id(), &batch.positions()).unwrap();
        let titles = headings(&post, &batch);
        let thread: BTreeMap<Id, _> = items.iter().map(|(_, message)| (message.id, message.thread)).collect();
        let mut seen = BTreeSet::new();
        let mut leaders = Vec::new();
        for (at, message) in &items {
            let title = &titles[at.0 as usize - 1];
            let group = groups.at(*at);
            let begins = group.is_none_or(|group| group.first == *at);
            if begins {
                prop_assert!(seen.insert((title.clone(), message.thread)), "a thread is in one place under a heading");
                let of_it: Vec<_> = group.map_or_else(|| Positions::from(*at), |group| group.positions()).iter().collect();
                for member in &of_it {
                    prop_assert_eq!(&titles[member.0 as usize - 1], title);
                    prop_assert_eq!(items[member.0 as usize - 1].1.thread, message.thread);
                }
                let dates: Vec<_> = of_it.iter().map(|member| items[member.0 as usize - 1].1.placed()).collect();
                prop_assert!(dates.is_sorted(), "within it, by date");
                leaders.push((title.clone(), message.thread));
            }
        }
        let mut expected = Vec::new();
        for (title, id) in headings(&flat_post, &flat).into_iter().zip(members(&flat_post.store, &flat)) {
            let one = (title, thread[&id]);
            if !expected.contains(&one) {
                expected.push(one);
            }
        }
        prop_assert_eq!(leaders, expected, "lanes and what leads in them stay");
    }
}

#[test]
fn groups_are_frozen_with_their_batch() {
    let thread = |number| letter(number).answers(&["begins@example.org"]).subject("Re: One thing").ready();
    let mut post = Letterbox::new();
    post.admit(&[thread(1), letter(2).ready(), thread(3), letter(4).ready()], at(5));
    let batch = post.begin("morning", at(10)).expect("a batch");
    let groups = post.store.groups(batch.id()).expect("groups");
    let found: Vec<_> = groups.iter().map(|group| (group.first, group.last)).collect();
    assert_eq!(found, [(Position(1), Position(2))]);
    for attempt in [
        "INSERT INTO batch_group VALUES (1, 3, 4, 'conversation', '')",
        "UPDATE batch_group SET last = 3",
        "DELETE FROM batch_group",
    ] {
        let refused = post.sqlite3(attempt).expect_err("refused");
        assert!(refused.contains("frozen"), "{attempt}: {refused}");
    }
}

#[test]
fn a_row_counts_what_can_be_seen_of_the_conversation_and_names_who_is_in_this_batch() {
    let mut post = Letterbox::new();
    let thread = |number: i64, name: &str| {
        let answer = letter(number).answers(&["begins@example.org"]).subject("Re: One thing");
        answer.change(|envelope| envelope.from.name = name.into())
    };
    post.admit(
        &[
            thread(1, "Old").history().ready(),
            thread(2, "Ann").ready(),
            thread(3, "Bob").ready(),
            thread(4, "Ann").ready(),
        ],
        at(5),
    );
    let batch = post.begin("morning", at(10)).expect("a batch");
    post.admit(&[thread(20, "Held").ready()], at(21));
    let found = post.store.rows(batch.id(), &Positions::between(Position(1), Position(3))).expect("rows").groups;
    let [(group, summary)] = found.as_slice() else { panic!("one group: {found:?}") };
    assert_eq!((group.first, group.last), (Position(1), Position(3)));
    let people: Vec<_> = summary.people.iter().map(|name| name.as_str().to_owned()).collect();
    assert_eq!((people, summary.in_all), (vec!["Ann".to_owned(), "Bob".to_owned()], 4));
    // Where more is held than is looked through, each message of the conversation is asked.
    let many: Vec<_> = (100..170).map(|number| letter(number).ready()).collect();
    post.admit(&many, at(200));
    let found = post.store.rows(batch.id(), &Positions::between(Position(1), Position(3))).expect("rows").groups;
    assert_eq!(found.first().map(|(_, summary)| summary.in_all), Some(4));
    assert_eq!(summary.combined.id, post.store.members(batch.id(), &Positions::from(Position(3))).expect("members")[0]);
}
