//! What if: ten schedules beside the person's own, over the arrivals of half a year of a store that gets a million in five years.

use chrono::NaiveDate;
use divan::Bencher;
use divan::counter::ItemsCount;
use tidebox::config::Config;
use tidebox::domain::replay::{IN_TIME, Replay, ReplayFacts, ReplaySchedule};
use tidebox::domain::schedule::{Calendar, Zone, parse_schedules, usual, wall};
use tidebox::job;
use tidebox::store::Store;

use crate::year::{YearPlan, arrivals, end};
use crate::{mailbox, month};

const TEN: &str = "9:00 or 11:00 or 9:00 17:00 or 9:00 13:00 17:00 or 8:00 12:00 16:00 or 10:00 15:00 or 7:00 19:00 or \
    9:00 11:00 13:00 15:00 17:00 or 8:00 10:00 12:00 14:00 16:00 18:00 or 12:00 18:00 daily";

/// What the command and the screen wait for: arrivals read from a store of a million messages in five years, ten schedules replayed on them,
/// and what mattered named.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn what_if_of_a_million(bencher: Bencher<'_, '_>) {
    let (store, config) =
        (Store::open(month::filled()).unwrap(), Config::embedded(Zone::built_in("Europe/Berlin").unwrap()));
    let (days, length) = usual(&config.calendar);
    let typed = parse_schedules(TEN, &days, length.min(chrono::TimeDelta::hours(1))).unwrap();
    let replayed = || {
        let found = job::what_if::what_if(&store, &config, Some(&typed), IN_TIME, mailbox::end()).unwrap().unwrap();
        job::what_if::summaries(&store, found.mattered.iter().map(|case| case.message)).len();
        found
    };
    assert!(replayed().schedules.len() == 11 && replayed().schedules.iter().all(|one| one.shown.messages > 10_000));
    bencher.counter(ItemsCount::new(month::MESSAGES.unsigned_abs())).bench_local(replayed);
}

/// From the arrivals in memory to all figures.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn what_if_ten_schedules(bencher: Bencher<'_, '_>) {
    let zone = Zone::built_in("Europe/Berlin").unwrap();
    let empty = Calendar { zone, checkins: Vec::new(), away: Vec::new() };
    let (days, length) = usual(&empty);
    let typed = |text: &str| parse_schedules(text, &days, length).unwrap();
    let calendar = Calendar { checkins: typed("10:00 16:00 mon-fri").remove(0).checkins(&empty), ..empty };
    let first = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    let plan = YearPlan { seed: 1, first, days: 182, a_day: 700.0, calendar: calendar.clone(), asked_of_hundred: 5 };
    let found = arrivals(&plan);
    assert!(found.len() > 95_000, "{}", found.len());
    let mine = ReplaySchedule { label: "mine".to_owned(), calendar: calendar.clone(), lanes: Vec::new() };
    let others = typed(TEN);
    let others = others.iter().map(|one| ReplaySchedule::typed(one, one.shown(&days, length), &calendar));
    let schedules: Vec<ReplaySchedule> = std::iter::once(mine).chain(others).collect();
    let since = wall::midnight(zone, first).unwrap() - chrono::TimeDelta::days(1);
    let facts =
        ReplayFacts { arrivals: &found, outages: &[], since, now: end(&plan), calendar: &calendar, within: IN_TIME };
    bencher.bench_local(|| Replay::new(facts).unwrap().what_if(&schedules));
}
