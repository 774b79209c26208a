//! Holds `src/store/follow_up.rs`, `src/store/begin.rs`: what was put off to be answered, over several days, and how long answers take.

use tidebox::domain::follow_up::{FollowUp, FollowUpKind};
use tidebox::domain::ids::{BatchId, Id};
use tidebox::domain::triage::Decision;
use tidebox::domain::write_back::WriteBackPlan;

use crate::support::letterbox::{Letterbox, act, at, ids, letters, members};

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
