//! Holds `src/domain/replay`: every figure of a replay beside a slow counting of the same, what is left out, and the own check: on
//! arrivals that do not depend on the schedule the other half of the days is as expected.

use chrono::{DateTime, Days as DayCount, NaiveDate, TimeDelta, Utc};
use tidebox::domain::arrival::{Arrival, Mattered};
use tidebox::domain::outage::Outage;
use tidebox::domain::replay::{
    IN_TIME, Replay, ReplayFacts, ReplaySchedule, WhatIf, cannot_know, rule_told, table, too_few_told,
};
use tidebox::domain::schedule::{Calendar, Zone, parse_away, parse_schedules, usual, wall};

use crate::support::year::{YearPlan, arrivals, end};

const SCHEDULES: &str = "9:00 13:00 17:00 or 11:00 or 8:00 10:00 12:00 14:00 16:00 18:00 daily for 20m";

fn own(zone: &str) -> Calendar {
    let empty = Calendar { zone: Zone::built_in(zone).unwrap(), checkins: Vec::new(), away: Vec::new() };
    let (days, length) = usual(&empty);
    let typed = parse_schedules("10:00 16:00 mon-fri", &days, length).unwrap().remove(0);
    Calendar { checkins: typed.checkins(&empty), ..empty }
}

fn plan(seed: u64, zone: &str) -> YearPlan {
    let first = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    YearPlan { seed, first, days: 182, a_day: 60.0, calendar: own(zone), asked_of_hundred: 10 }
}

fn schedules(own: &Calendar) -> Vec<ReplaySchedule> {
    let (days, length) = usual(own);
    let mine = ReplaySchedule { label: "mine".to_owned(), calendar: own.clone(), lanes: Vec::new() };
    let typed = parse_schedules(SCHEDULES, &days, length).unwrap();
    let typed = typed.iter().map(|one| ReplaySchedule::typed(one, one.shown(&days, length), own));
    std::iter::once(mine).chain(typed).collect()
}

fn run(plan: &YearPlan, arrivals: &[Arrival], outages: &[Outage]) -> WhatIf {
    let since = wall::midnight(plan.calendar.zone, plan.first).unwrap() - TimeDelta::days(1);
    let facts = ReplayFacts { arrivals, outages, since, now: end(plan), calendar: &plan.calendar, within: IN_TIME };
    Replay::new(facts).unwrap().what_if(&schedules(&plan.calendar))
}

/// "On data whose arrivals do not depend on the schedule the prediction for the other half of the days is within its stated interval
/// in at least 18 of 20 seeds": for each schedule, for the half wait and for the size of a batch.
#[test]
fn the_other_half_of_the_days_is_as_expected_in_18_of_20_years() {
    let mut within = [[0; 2]; 4];
    for seed in 0..20 {
        let plan = plan(seed, "Europe/Berlin");
        let found = run(&plan, &arrivals(&plan), &[]);
        for (counts, one) in within.iter_mut().zip(&found.schedules) {
            let (low, high) = one.half_wait_expected.unwrap();
            let half = one.shown.half_wait.unwrap();
            assert!(
                low < high && high - low < 3 * 3_600,
                "{}: an interval that says something: {low} to {high}",
                one.label
            );
            counts[0] += u32::from((low..=high).contains(&half));
            counts[1] += u32::from(one.batch_expected.unwrap().contains(one.shown.batch_mean.unwrap()));
        }
    }
    assert!(within.as_flattened().iter().all(|count| *count >= 18), "{within:?}");
    assert!(within.as_flattened().iter().any(|count| *count < 20), "an interval that nothing ever misses is too wide");
}

/// A rhythm that changes between the halves must be missed: the interval is not so wide that everything lies in it.
#[test]
fn what_is_not_as_expected_lies_outside() {
    let mut plan = plan(3, "UTC");
    plan.a_day = 80.0;
    let mut moved = arrivals(&plan);
    for arrival in &mut moved {
        let date = wall::date_of(Zone::UTC, arrival.at);
        // On the days that are shown everything comes an hour and a half before the first check-in of the person.
        if chrono::Datelike::num_days_from_ce(&date) % 2 == 1 {
            arrival.at = date.and_hms_opt(8, 30, 0).unwrap().and_utc();
        }
    }
    moved.sort_by_key(|arrival| arrival.at);
    let found = run(&plan, &moved, &[]);
    let mine = &found.schedules[0];
    let (low, high) = mine.half_wait_expected.unwrap();
    assert_eq!(mine.shown.half_wait, Some(5_400));
    assert!(!(low..=high).contains(&5_400), "{low} to {high}");
}

/// The same figures, counted message by message with the calendar itself.
#[test]
fn each_figure_is_that_of_a_slow_counting() {
    for zone in ["Europe/Berlin", "America/New_York", "Pacific/Apia"] {
        let mut plan = plan(7, zone);
        plan.a_day = 15.0;
        let all = arrivals(&plan);
        let found = run(&plan, &all, &[]);
        assert_eq!((found.days.shown + found.days.chosen_by, found.never), (182, 0));
        for (schedule, figures) in schedules(&plan.calendar).iter().zip(&found.schedules) {
            let is_shown =
                |at: DateTime<Utc>| chrono::Datelike::num_days_from_ce(&wall::date_of(plan.calendar.zone, at)) % 2 != 0;
            let wait = |arrival: &Arrival| {
                let at = arrival.at - TimeDelta::seconds(1);
                (schedule.calendar.next_after(at).unwrap().opens - arrival.at).num_seconds()
            };
            let first: Vec<&Arrival> = all.iter().filter(|one| one.began_thread && is_shown(one.at)).collect();
            let mut waits: Vec<i64> = first.iter().map(|one| wait(one)).collect();
            waits.sort_unstable();
            let shown = &figures.shown;
            assert_eq!(usize::try_from(shown.messages).unwrap(), waits.len());
            assert_eq!(shown.half_wait, waits.get((waits.len() - 1) / 2).copied(), "{zone} {}", schedule.label);
            assert_eq!(shown.longest, waits.last().copied());
            let mattered: Vec<&&Arrival> =
                first.iter().filter(|one| one.mattered.is_some_and(|said| said.yes)).collect();
            let in_time = mattered.iter().filter(|one| wait(one) <= 3 * 3_600).count();
            assert_eq!(
                (shown.mattered, shown.in_time),
                (u32::try_from(mattered.len()).unwrap(), u32::try_from(in_time).unwrap())
            );
            let lists = shown.lanes.iter().find(|lane| lane.lane == "lists").unwrap();
            let own = first.iter().filter(|one| &*one.lane == "lists").map(|one| wait(one)).max();
            assert_eq!(lists.longest, own);
        }
        let openings: Vec<f64> = found.schedules.iter().map(|one| one.shown.openings_a_day).collect();
        assert_eq!(openings, [2.0, 3.0, 1.0, 6.0]);
        assert!(
            found.schedules[3].shown.half_wait < found.schedules[2].shown.half_wait,
            "six openings wait less than one"
        );
    }
}

#[test]
fn batches_have_what_came_since_the_one_before() {
    let plan = YearPlan { days: 28, ..plan(1, "UTC") };
    let one = |at: DateTime<Utc>, began_thread: bool, let_through: bool| Arrival {
        message: tidebox::domain::ids::Id(1),
        at,
        source: "work".into(),
        lane: "people".into(),
        came_out: Some(at),
        held: false,
        let_through,
        began_thread,
        mattered: None,
    };
    // Each day three messages at 9:00, of which one answers and one is let through: two wait for 10:00, none for 16:00.
    let days = plan.first.iter_days().take(28);
    let all: Vec<Arrival> = days
        .flat_map(|date| {
            let at = date.and_hms_opt(9, 0, 0).unwrap().and_utc();
            [one(at, true, false), one(at, false, false), one(at, true, true)]
        })
        .collect();
    let found = run(&plan, &all, &[]);
    let shown = &found.schedules[0].shown;
    // Of a Monday, or of Tuesday to Friday: Saturday and Sunday wait until Monday.
    assert_eq!((shown.batch_nine_in_ten, shown.longest), (Some(2), Some(49 * 3_600)));
    assert_eq!(shown.messages, 14, "what is let through does not wait, and answers are not asked");
    let mut twice = all.clone();
    twice.retain(|arrival| !arrival.let_through);
    assert_eq!(run(&plan, &twice, &[]).schedules[0].shown.batch_mean, shown.batch_mean);
}

#[test]
fn days_away_and_outages_are_left_out_and_said() {
    let mut plan = plan(5, "Europe/Berlin");
    plan.calendar.away = vec![parse_away("2026-07-01..2026-07-10").unwrap()];
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let out =
        |since: &str, until: Option<&str>| Outage { source: "work".to_owned(), since: at(since), until: until.map(at) };
    let outages = [
        out("2026-08-03T06:00:00Z", Some("2026-08-04T20:00:00Z")),
        // Half an hour is no day.
        out("2026-09-07T06:00:00Z", Some("2026-09-07T06:30:00Z")),
        // A clock that was set back in between.
        out("2026-09-08T06:00:00Z", Some("2026-09-08T05:00:00Z")),
    ];
    let all = arrivals(&plan);
    let found = run(&plan, &all, &outages);
    assert_eq!((found.days.left_out.away, found.days.left_out.outage), (10, 2));
    assert_eq!(found.days.shown + found.days.chosen_by, 182 - 12);
    // Nothing that came on these days counts.
    let mut fewer = all.clone();
    let zone = plan.calendar.zone;
    fewer.retain(|one| {
        let date = wall::date_of(zone, one.at).to_string();
        !("2026-07-01".."2026-07-11").contains(&date.as_str()) && !["2026-08-03", "2026-08-04"].contains(&date.as_str())
    });
    assert!(fewer.len() < all.len());
    for (one, other) in found.schedules.iter().zip(&run(&plan, &fewer, &outages).schedules) {
        assert_eq!(one, other);
    }
    let told = tidebox::domain::replay::days_told(&found).join("\n");
    assert!(told.contains("Days left out: 10 away, 2 on which a source could not be read."), "{told}");
}

#[test]
fn a_rule_is_chosen_on_one_half_and_shown_on_the_other() {
    let plan = YearPlan { a_day: 40.0, asked_of_hundred: 100, ..plan(11, "UTC") };
    let mut all = arrivals(&plan);
    for arrival in &mut all {
        // Only alerts that come after the last check-in of a day matter.
        let late = arrival.at.time() > chrono::NaiveTime::from_hms_opt(16, 0, 0).unwrap();
        arrival.mattered = Some(Mattered { yes: late && &*arrival.lane == "alerts", weight: 1.0 });
    }
    let found = run(&plan, &all, &[]);
    let rule = found.rule.clone().unwrap();
    let shown = &found.schedules[0].shown;
    assert_eq!((rule.lane.as_str(), rule.at_once), ("alerts", shown.mattered - shown.in_time));
    assert!(rule.interruptions_a_day > 1.0 && rule.interruptions_a_day < 10.0, "{}", rule.interruptions_a_day);
    let told = rule_told(&rule, shown.mattered);
    assert!(told.starts_with("With alerts let through: + "), "{told}");
    assert_eq!(found.best, Some(3), "six openings have most of it in time");
}

#[test]
fn without_enough_days_it_says_when_there_will_be() {
    let plan = YearPlan { days: 9, ..plan(1, "UTC") };
    let all = arrivals(&plan);
    let since = wall::midnight(plan.calendar.zone, plan.first).unwrap();
    let facts =
        ReplayFacts { arrivals: &all, outages: &[], since, now: end(&plan), calendar: &plan.calendar, within: IN_TIME };
    let few = Replay::new(facts).unwrap_err();
    assert_eq!((few.counted, few.enough_on.unwrap().to_string().as_str()), (8, "2026-06-16"));
    let told = too_few_told(&few);
    assert!(told.contains("needs 14 whole days; there are 8. Come back on 16 Jun 2026."), "{told}");
    // On that day it is enough.
    let later = end(&plan) + DayCount::new(6);
    assert!(Replay::new(ReplayFacts { now: later, ..facts }).is_ok());
    // A clock that lies before the first fact.
    let before = Replay::new(ReplayFacts { now: since - DayCount::new(400), ..facts }).unwrap_err();
    assert_eq!(before.counted, 0);
}

#[test]
fn the_table_fits_and_says_what_it_cannot_know() {
    let plan = plan(2, "Europe/Berlin");
    let found = run(&plan, &arrivals(&plan), &[]);
    let lines = table(&found);
    assert_eq!(lines.len(), 5);
    assert!(lines.iter().all(|line| line.chars().count() <= 80), "{lines:#?}");
    let told = cannot_know(&found).join(" ");
    assert!(told.contains("another rhythm") && told.contains("cases"), "{told}");
    // With nothing at all that came there are figures of nothing, and no panic.
    let nothing = run(&plan, &[], &[]);
    assert_eq!((nothing.schedules[0].shown.half_wait, nothing.best, nothing.rule.clone()), (None, None, None));
    assert!(table(&nothing)[1].contains("none"));
}
