//! Holds `src/ui/screens/whatif.rs`, `src/ui/screens/whatif`, `src/ui/view/paper.rs`, `src/ui/update/trial.rs`, `src/domain/replay/replayed.rs`: other check-ins on the screen, what mattered,
//! schedules that are typed, and trials from their question to their end.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use tidebox::config::Config;
use tidebox::domain::message::MessageSummary;
use tidebox::domain::replay::{IN_TIME, Replay, ReplayFacts, ReplaySchedule, ReplayedSchedules};
use tidebox::domain::schedule::{
    TrialStanding, TrialState, TypedSchedule, parse_schedules, shown_schedule, usual, wall,
};
use tidebox::ui::request::{Request, SetupRequest};
use tidebox::ui::state::Start;
use tidebox::ui::theme::Theme;

use super::desk::Desk;
use super::facts::zone;
use super::{batch, door};
use crate::support::year::{YearPlan, arrivals};

/// Schedules replayed on a year that is made up; of every fifth message that mattered nothing may be shown.
pub fn replayed(
    typed: Option<Vec<TypedSchedule>>,
    entries: &[MessageSummary],
    since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> ReplayedSchedules {
    let own = Config::embedded(zone()).calendar;
    let (days, length) = usual(&own);
    let read = |text: &str| parse_schedules(text, &days, length).unwrap();
    let typed = typed.unwrap_or_else(|| read("9:00 13:00 17:00 or 11:00 or 9:00 11:00 13:00 15:00 17:00 daily"));
    let first = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    let plan = YearPlan { seed: 4, first, days: 174, a_day: 45.0, calendar: own.clone(), asked_of_hundred: 5 };
    let all = arrivals(&plan);
    let since = since.unwrap_or_else(|| wall::midnight(zone(), first).unwrap() - TimeDelta::days(1));
    let facts = ReplayFacts { arrivals: &all, outages: &[], since, now, calendar: &own, within: IN_TIME };
    let mine = ReplaySchedule { label: shown_schedule(&own), calendar: own.clone(), lanes: Vec::new() };
    let others = typed.iter().map(|one| ReplaySchedule::typed(one, one.shown(&days, length), &own));
    let schedules: Vec<_> = std::iter::once(mine).chain(others).collect();
    let found = Replay::new(facts).map(|replay| replay.what_if(&schedules));
    let cases = found.as_ref().map_or(0, |found| found.mattered.len());
    let cases = (0..cases).map(|place| entries.get(place % entries.len()).filter(|_| place % 5 != 1).cloned());
    ReplayedSchedules { typed, found, cases: cases.collect(), own: shown_schedule(&own), days, length }
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn trial(desk: &mut Desk, until: &str, state: TrialState) {
    desk.facts.trial = Some(TrialStanding {
        schedule: "9:00 13:00 17:00".to_owned(),
        own: "10:00 16:00".to_owned(),
        since: date(until) - TimeDelta::days(13),
        until: date(until),
        state,
    });
}

/// The requests about settings that wait.
fn set_up(desk: &mut Desk) -> Vec<SetupRequest> {
    let waiting = desk.waiting().into_iter();
    waiting
        .filter_map(|effect| if let Request::Setup(request) = effect.request { Some(request) } else { None })
        .collect()
}

#[test]
fn schedules_side_by_side() {
    picture!(door((120, 36), |_| {}, "w j"));
    picture!(door((80, 24), |_| {}, "w j j"));
    picture!(door((100, 30), |_| {}, "g c w"));
}

#[test]
fn what_mattered_is_listed_for_the_schedule_in_hand() {
    picture!(door((80, 24), |_| {}, "w j enter"));
    let desk = door((120, 36), |_| {}, "w enter esc");
    assert!(desk.picture().contains("half wait"), "{}", desk.picture());
    // What may not be shown has no words.
    let desk = door((120, 60), |_| {}, "w enter");
    assert!(desk.picture().contains("held again, or gone"), "{}", desk.picture());
}

#[test]
fn it_says_how_it_is_counted() {
    picture!(door((80, 24), |_| {}, "w ?"));
    let desk = door((80, 24), |_| {}, "w i i");
    assert!(desk.picture().contains("half wait"), "{}", desk.picture());
    let desk = door((80, 24), |_| {}, "w ? ?");
    assert!(desk.picture().contains("moving"), "every key: {}", desk.picture());
}

#[test]
fn without_facts_it_says_what_will_be_here_and_when() {
    let young = |desk: &mut Desk| desk.facts_since = Some(desk.state.now - TimeDelta::days(3));
    picture!(door((80, 24), young, "w j enter e a d t"));
}

/// One more, one that is changed, one that is taken away; they are still there when the screen is opened again.
#[test]
fn schedules_are_typed_changed_and_taken_away() {
    let mut desk = door((120, 36), |_| {}, "w a");
    desk.play("type:8:00_mon-fri_or_12:00_for_30m enter");
    let shown = desk.picture();
    assert!(shown.contains("▌ 12:00 daily for 30m") || shown.contains("▌ 12:00 for 30m"), "{shown}");
    desk.play("q w");
    assert!(desk.picture().contains("12:00 for 30m"), "{}", desk.picture());
    desk.play("j e");
    assert!(desk.picture().contains("Change to   9:00 13:00 17:00"), "{}", desk.picture());
    desk.play("ctrl-u type:7:30 enter");
    assert!(desk.picture().contains("▌ 7:30 "), "{}", desk.picture());
    desk.play("d");
    assert!(!desk.picture().contains(" 7:30 "), "{}", desk.picture());
    desk.play("g g d");
    assert!(desk.picture().contains("they stay in the table"), "{}", desk.picture());
    // Of one's own check-ins the times are the beginning of one more.
    desk.play("e");
    assert!(desk.picture().contains("One more    10:00 16:00"), "{}", desk.picture());
}

#[test]
fn what_is_no_schedule_is_said_while_it_is_typed() {
    let mut desk = door((80, 24), |_| {}, "w a");
    desk.play("type:9:00_9:00 enter");
    picture!(&desk);
    desk.play("esc");
    assert!(!desk.picture().contains("One more"), "{}", desk.picture());
    let mut desk = door((120, 36), |_| {}, "w a");
    desk.play("type:1:00_or_2:00_or_3:00_or_4:00_or_5:00_or_6:00_or_7:00_or_8:00 enter");
    assert!(desk.picture().contains("at most 10 schedules"), "{}", desk.picture());
}

#[test]
fn a_schedule_is_tried_after_a_question() {
    let mut desk = door((80, 24), |_| {}, "w t");
    assert!(desk.picture().contains("your own check-ins already"), "{}", desk.picture());
    desk.play("j t");
    picture!(&desk);
    desk.mute = true;
    desk.play("n");
    assert!(set_up(&mut desk).is_empty());
    desk.play("t y");
    let asked = set_up(&mut desk);
    assert!(
        matches!(asked.as_slice(), [SetupRequest::BeginTrial(one)] if one.whole().starts_with("9:00 13:00 17:00 ")),
        "{asked:?}"
    );
    desk.mute = false;
    let mut desk = door((80, 24), |desk| trial(desk, "2026-12-01", TrialState::Running), "w j t");
    assert!(desk.picture().contains("is tried until"), "{}", desk.picture());
    desk.play("t y");
    assert!(set_up(&mut desk).is_empty());
}

#[test]
fn the_door_says_calmly_that_a_schedule_is_tried() {
    picture!(door((80, 24), |desk| trial(desk, "2026-12-01", TrialState::Running), ""));
    let mut desk = door((80, 24), |desk| trial(desk, "2026-12-01", TrialState::Running), "E");
    assert!(desk.picture().contains("End the trial of 9:00 13:00 17:00 now?"), "{}", desk.picture());
    desk.mute = true;
    desk.play("y");
    assert_eq!(set_up(&mut desk), [SetupRequest::EndTrial]);
}

/// At its end it is asked about at the door, and one key answers.
#[test]
fn the_end_of_a_trial_is_asked_about_at_the_door() {
    let ends = |desk: &mut Desk| trial(desk, "2026-11-23", TrialState::Asked);
    picture!(door((80, 24), ends, ""));
    for (key, request) in [("K", SetupRequest::KeepTrial), ("E", SetupRequest::EndTrial)] {
        let mut desk = door((80, 24), ends, "");
        desk.mute = true;
        desk.play(key);
        assert_eq!(set_up(&mut desk), [request]);
    }
    let desk = door((80, 24), |desk| trial(desk, "2026-11-21", TrialState::Asked), "");
    assert!(desk.picture().contains("The trial of 9:00 13:00 17:00 ended Sat 21 Nov."), "{}", desk.picture());
    let desk = door((80, 24), ends, "K");
    assert!(desk.picture().contains("Kept: your check-ins are 9:00 13:00 17:00 now."), "{}", desk.picture());
    // Where nothing is tried the keys say so.
    let desk = door((80, 24), |_| {}, "K");
    assert!(desk.picture().contains("No schedule is tried."), "{}", desk.picture());
}

/// Whoever begins in the batch that was left is told there, once.
#[test]
fn in_a_batch_it_is_said_once_that_a_trial_has_ended() {
    let mut desk = Desk::new((120, 36));
    trial(&mut desk, "2026-11-23", TrialState::Asked);
    desk.in_batch = true;
    desk.start(Start::Door);
    let told = "at the door K keeps it, E goes back.";
    assert!(desk.picture().contains(told), "{}", desk.picture());
    desk.play("j");
    assert!(!desk.picture().contains(told), "{}", desk.picture());
    desk.start(Start::Door);
    assert!(!desk.picture().contains(told), "{}", desk.picture());
}

#[test]
fn it_leads_back_to_the_batch_it_was_opened_from() {
    let desk = batch((120, 36), "w");
    assert!(desk.picture().contains("What if you looked"), "{}", desk.picture());
    let desk = batch((120, 36), "w q");
    assert!(desk.picture().contains("Grace Hopper"), "{}", desk.picture());
}

/// Nothing is too small to be drawn, and without colours the row in hand is marked.
#[test]
fn every_size_is_drawn() {
    let plain = |desk: &mut Desk| desk.state.settings.theme = Theme::plain();
    for size in [(32, 8), (40, 12), (60, 20), (200, 60), (80, 9)] {
        let mut desk = door(size, plain, "w j j j j G k ctrl-d enter G k esc ? G esc");
        desk.play("a type:9:00");
        assert!(!desk.picture().is_empty());
    }
    let desk = door((80, 24), plain, "w j");
    assert!(desk.picture().contains("▌ 9:00 13:00 17:00"), "{}", desk.picture());
}
