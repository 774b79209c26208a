//! Holds `src/store/follow_up.rs`, `src/store/answer_time.rs`, `src/store/begin.rs`, `src/store/deferred.rs`: what was put off to be answered, over several days, and how long answers take.

use proptest::prelude::*;
use tidebox::domain::batch::BatchLayout;
use tidebox::domain::follow_up::{FollowUp, FollowUpKind};
use tidebox::domain::found_copy::CopyOrigin;
use tidebox::domain::ids::{BatchId, Id};
use tidebox::domain::message::Stage;
use tidebox::domain::triage::{Decision, Triage, Until};
use tidebox::domain::write_back::WriteBackPlan;

use tidebox::store::{Admission, Beginning, LaneTurn, StoreError};

use crate::support::letterbox::{Letterbox, act, at, ids, letter, letters, members, no_calendar, window};

const DAY: i64 = 24 * 60;

struct Days {
    post: Letterbox,
    number: u32,
}

impl Days {
    fn new() -> Self {
        Self { post: Letterbox::new(), number: 0 }
    }

    fn begin(&mut self, checkin: &str, minutes: i64) -> BatchId {
        self.number = 0;
        self.post.begin(checkin, at(minutes)).expect("a batch").id()
    }

    fn decide(&mut self, batch: BatchId, decision: Decision, of: &[Id], minutes: i64) {
        self.number += 1;
        let act = act(&self.post.store, batch, self.number, decision, of);
        self.post.store.record(batch, &act, at(minutes)).expect("recorded");
    }

    fn commit(&mut self, batch: BatchId, minutes: i64) -> u32 {
        let plan = WriteBackPlan::default();
        self.post.store.commit(batch, &plan, at(minutes)).expect("committed").to_answer
    }

    /// A batch of some lanes; the members in their order.
    fn lanes(&mut self, checkin: &str, minutes: i64, lanes: &[(&str, bool)]) -> Option<Vec<Id>> {
        self.number = 0;
        let turn = |(name, comes_out): &(&str, bool)| LaneTurn {
            name: (*name).to_owned(),
            comes_out: *comes_out,
            bundle: Vec::new(),
        };
        let lanes: Vec<LaneTurn> = lanes.iter().map(turn).collect();
        let beginning = Beginning {
            occasion: window(checkin, at(minutes)),
            lanes: &lanes,
            calendar: &no_calendar(),
            carry_limit: None,
            layout: BatchLayout::default(),
            now: at(minutes),
        };
        let batch = self.post.store.begin(&beginning).expect("begun")?;
        let all = members(&self.post.store, &batch);
        self.post.store.commit(batch.id(), &WriteBackPlan::default(), at(minutes + 1)).expect("committed");
        Some(all)
    }

    /// One message, deferred to a window far away, or until somebody answers it.
    fn awaiting(&mut self) -> Id {
        let asked = ids(&self.post.admit(&[letter(1).ready()], at(5)))[0];
        let batch = self.begin("first", 10);
        self.decide(batch, Decision::Defer(far_away()), &[asked], 11);
        self.commit(batch, 20);
        asked
    }

    fn deferred(&self) -> Vec<(Id, bool)> {
        let deferred = self.post.store.deferred().expect("asked").into_iter();
        deferred.map(|(message, until)| (message.id, until.or_reply)).collect()
    }

    fn follow_up(&self, id: Id) -> Option<FollowUp> {
        self.post.store.message(id).expect("visible").follow_up
    }
}

#[test]
fn what_is_left_to_answer_leads_its_lane_and_says_since_when_until_it_is_finished_with() {
    let mut days = Days::new();
    let all = ids(&days.post.admit(&letters(1..5), at(5)));
    let monday = days.begin("monday", 10);
    days.decide(monday, Decision::Later, &[all[2]], 11);
    days.decide(monday, Decision::Skip, &[all[0]], 12);
    assert_eq!(days.commit(monday, 20), 1);
    let since_monday = Some(FollowUp { kind: FollowUpKind::ToAnswer, since: at(11) });
    assert_eq!((days.follow_up(all[2]), days.follow_up(all[0])), (since_monday, None));
    assert_eq!(days.post.store.tally().expect("asked").to_answer, 1);

    let fresh = ids(&days.post.admit(&letters(20..21), at(DAY)));
    let tuesday = days.begin("tuesday", DAY + 10);
    let batch = days.post.store.batch(tuesday).expect("asked").expect("there").0;
    let order = members(&days.post.store, &batch);
    assert_eq!(order, [all[2], all[0], all[1], all[3], fresh[0]], "before what was only not decided");
    assert_eq!(days.post.store.tally().expect("asked").to_answer, 0, "it is in hand");
    days.decide(tuesday, Decision::Later, &[all[2], all[1]], DAY + 11);
    days.decide(tuesday, Decision::Done, &[fresh[0]], DAY + 12);
    assert_eq!(days.commit(tuesday, DAY + 20), 2);
    assert_eq!(days.follow_up(all[2]), since_monday, "since the first time");

    let wednesday = days.begin("wednesday", 2 * DAY);
    days.decide(wednesday, Decision::Skip, &[all[1]], 2 * DAY + 1);
    days.decide(wednesday, Decision::Done, &[all[2]], 2 * DAY + 2);
    assert_eq!(days.commit(wednesday, 2 * DAY + 5), 0);
    assert_eq!(days.follow_up(all[2]), None, "it is done");
    let since_tuesday = Some(FollowUp { kind: FollowUpKind::ToAnswer, since: at(DAY + 11) });
    assert_eq!(days.follow_up(all[1]), since_tuesday, "to leave it once more takes nothing back");
    days.post.reopen();
    assert_eq!(days.follow_up(all[1]), since_tuesday);
}

#[test]
fn ten_answers_of_the_second_pass_make_a_pace() {
    let mut days = Days::new();
    let all = ids(&days.post.admit(&letters(1..12), at(5)));
    let batch = days.begin("morning", 10);
    days.decide(batch, Decision::Later, &all, 11);
    for (minutes, id) in (0..).zip(&all) {
        days.decide(batch, Decision::Done, &[*id], 14 + 3 * minutes);
    }
    assert_eq!(days.post.store.answer_pace().expect("asked"), None, "nothing counts before the commit");
    days.commit(batch, 90);
    let pace = days.post.store.answer_pace().expect("asked").expect("eleven answers");
    assert_eq!((pace.minutes(1), pace.minutes(9)), (3, 27));

    // An hour each: only the newest hundred count, and of them the middle one.
    days.post.sqlite3("INSERT INTO answer_time (took) SELECT 1200 FROM generate_series(1, 60)").expect("written");
    assert_eq!(days.post.store.answer_pace().expect("asked").expect("more").minutes(1), 20);
}

fn far_away() -> Until {
    Until { checkin: "evening".into(), opens: at(30 * DAY), wall: None, or_reply: true }
}

fn answer(number: i64) -> Admission {
    letter(number).answers(&["m1@example.org"]).ready()
}

#[test]
fn an_answer_brings_back_what_waits_for_it_with_the_answer_and_tells_nothing_before() {
    let mut days = Days::new();
    let asked = days.awaiting();
    let reply = ids(&days.post.admit(&[answer(DAY)], at(DAY)))[0];
    assert_eq!(days.deferred(), [(asked, true)], "as before the answer came");
    let message = days.post.store.message(asked).expect("visible");
    assert_eq!((message.stage, message.follow_up), (Stage::Deferred, None));
    assert!(matches!(days.post.store.message(reply), Err(StoreError::Held(_))));
    let other = ids(&days.post.admit(&[letter(DAY + 1).ready()], at(DAY + 1)))[0];
    let all = days.lanes("morning", DAY + 10, &[("people", true)]).expect("a batch");
    assert_eq!(all, [asked, reply, other], "the conversation is together");
    assert_eq!(days.follow_up(asked), Some(FollowUp { kind: FollowUpKind::Replied, since: at(DAY) }));
    assert_eq!(days.deferred(), []);
}

#[test]
fn while_the_answer_is_held_its_question_stays_away() {
    let mut days = Days::new();
    let asked = days.awaiting();
    let reply = ids(&days.post.admit(&[letter(DAY).answers(&["m1@example.org"]).lane("lists").ready()], at(DAY)))[0];
    assert_eq!(days.lanes("work", DAY + 10, &[("people", true), ("lists", false)]), None);
    assert_eq!(days.deferred(), [(asked, true)]);
    assert_eq!(days.lanes("lists", DAY + 70, &[("people", false), ("lists", true)]), Some(vec![reply]));
    assert_eq!(days.deferred(), [(asked, true)], "it keeps to its own check-ins");
    let all = days.lanes("work again", 2 * DAY, &[("people", true), ("lists", false)]).expect("a batch");
    assert_eq!(all, [asked], "the answer can be seen by now");
}

#[test]
fn what_somebody_else_did_not_write_lately_is_no_answer() {
    let mut days = Days::new();
    let before = letter(2).answers(&["m1@example.org"]).ready();
    days.post.admit(&[letter(1).ready(), before], at(5));
    let batch = days.begin("first", 10);
    let all = days.post.store.members(batch, &[1, 2].map(tidebox::domain::positions::Position).into_iter().collect());
    let all = all.expect("members");
    days.decide(batch, Decision::Defer(far_away()), &[all[0]], 11);
    days.decide(batch, Decision::Done, &[all[1]], 12);
    days.commit(batch, 20);
    let mut own = letter(DAY).answers(&["m1@example.org", "m2@example.org"]).history().ready();
    own.message.copy.origin = CopyOrigin::Sent;
    days.post.admit(&[own, letter(DAY + 1).ready()], at(DAY));
    let next = days.lanes("second", DAY + 10, &[("people", true)]).expect("a batch");
    assert_eq!(next.len(), 1, "one that is about something else");
    assert_eq!(days.deferred(), [(all[0], true)]);
    let last = days.lanes("evening", 30 * DAY, &[("people", true)]).expect("a batch");
    assert!(last.contains(&all[0]), "nobody answered, and its window has come");
    assert_eq!(days.follow_up(all[0]), None);
}

/// That somebody is away ends no deferral, whether it was let through or comes out now; what they write after that does.
#[test]
fn what_a_program_answers_ends_no_deferral() {
    let mut days = Days::new();
    let asked = days.awaiting();
    let away = |number| letter(number).answers(&["m1@example.org"]).change(|envelope| envelope.automatic = true);
    days.post.admit(&[away(30).let_through("family").ready()], at(30));
    days.post.admit(&[away(DAY).ready()], at(DAY));
    assert_eq!(days.lanes("second", DAY + 10, &[("people", true)]).map(|all| all.contains(&asked)), Some(false));
    assert_eq!(days.deferred(), [(asked, true)]);
    days.post.admit(&[answer(2 * DAY)], at(2 * DAY));
    let all = days.lanes("third", 2 * DAY + 10, &[("people", true)]).expect("a batch");
    assert!(all.contains(&asked) && days.deferred().is_empty(), "{all:?}");
}

/// What answered by itself while the person was away lies among the sent mail, and is no answer of theirs.
#[test]
fn what_answered_for_the_person_answers_nothing() {
    for (automatic, stage) in [(true, Stage::Deferred), (false, Stage::Done)] {
        let mut days = Days::new();
        let asked = days.awaiting();
        let mut own = letter(DAY).answers(&["m1@example.org"]).change(|it| it.automatic = automatic).history().ready();
        own.message.copy.origin = CopyOrigin::Sent;
        days.post.admit(&[own], at(DAY));
        assert_eq!(days.post.store.message(asked).expect("visible").stage, stage);
        assert_eq!(days.post.store.answered(asked).expect("asked").is_none(), automatic);
        // Whom a program answered, the person has not written to.
        let written_to = days.post.sqlite3("SELECT count(*) FROM correspondent").expect("asked");
        assert_eq!(written_to.trim(), if automatic { "0" } else { "1" });
    }
}

#[test]
fn an_answer_that_came_while_the_batch_was_open_or_through_an_exception_counts() {
    let mut days = Days::new();
    let asked = ids(&days.post.admit(&[letter(1).ready()], at(5)))[0];
    let batch = days.begin("first", 10);
    days.post.admit(&[letter(11).answers(&["m1@example.org"]).let_through("family").ready()], at(11));
    days.decide(batch, Decision::Defer(far_away()), &[asked], 12);
    days.commit(batch, 20);
    let all = days.lanes("second", DAY, &[("people", true)]).expect("a batch");
    assert_eq!((all.len(), all[0]), (2, asked));
}

#[test]
fn that_an_answer_ends_a_deferral_is_kept_with_the_act_and_can_be_chosen_anew() {
    let mut days = Days::new();
    let asked = ids(&days.post.admit(&[letter(1).ready()], at(5)))[0];
    let batch = days.begin("first", 10);
    days.decide(batch, Decision::Defer(far_away()), &[asked], 11);
    days.post.reopen();
    let (head, acts) = days.post.store.batch(batch).expect("asked").expect("there");
    let mut triage = Triage::replay(head, acts);
    assert_eq!(triage.last().map(|act| act.decision.clone()), Some(Decision::Defer(far_away())));
    days.post.store.undo(batch, 1).expect("taken back");
    assert!(triage.undo().is_some());
    days.post.store.redo(batch, 1).expect("again");
    days.commit(batch, 20);
    let plain = Until { or_reply: false, ..far_away() };
    days.post.store.reschedule(&[asked], &plain, &WriteBackPlan::default(), at(30)).expect("moved");
    days.post.admit(&[answer(40)], at(40));
    assert_eq!(days.lanes("second", DAY, &[("people", true)]).map(|all| all.len()), Some(1), "the answer alone");
    assert_eq!(days.deferred(), [(asked, false)]);
    let plan = WriteBackPlan::default();
    days.post.store.reschedule(&[asked], &far_away(), &plan, at(DAY + 30)).expect("moved");
    let all = days.lanes("third", 2 * DAY, &[("people", true)]).expect("a batch");
    assert!(all.contains(&asked), "what came since it was deferred first counts");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// However answers and check-ins of the two lanes follow each other: what waits comes out exactly once, never before an answer can be
    /// seen, and never while the door has told anything of a held one.
    #[test]
    fn it_comes_out_once_and_never_before_the_answer(steps in prop::collection::vec((0u8..4, any::<bool>(), any::<bool>()), 1..12)) {
        let mut days = Days::new();
        let asked = days.awaiting();
        let (mut seen, mut out) = (false, false);
        let mut held: Vec<&str> = Vec::new();
        for (step, (what, people, lists)) in (1..).zip(steps) {
            let now = step * DAY;
            match what {
                0 => {
                    let lane = if people { "people" } else { "lists" };
                    days.post.admit(&[letter(now).answers(&["m1@example.org"]).lane(lane).ready()], at(now));
                    held.push(lane);
                }
                1 => drop(days.post.admit(&[letter(now).ready()], at(now))),
                _ => {
                    let come = |lane: &str| if lane == "people" { people } else { lists };
                    seen |= held.iter().any(|lane| come(lane));
                    held.retain(|lane| !come(lane));
                    let all = days.lanes(&format!("c{now}"), now, &[("people", people), ("lists", lists)]);
                    let comes = all.is_some_and(|all| all.contains(&asked));
                    if !out {
                        prop_assert_eq!(comes, seen && people);
                    }
                    out |= comes;
                }
            }
            prop_assert_eq!(days.deferred(), if out { vec![] } else { vec![(asked, true)] });
        }
    }
}
