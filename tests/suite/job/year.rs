//! Holds `src/job/month.rs`, `src/store/month.rs`, `src/domain/month`, `src/domain/statistics`: a year that was lived through in a real store, in all the ways in which messages come, wait, are
//! decided and are answered; every figure of every month, and of the month beside it, equals what the dice know, worked out in another way.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use chrono::{DateTime, Datelike, Duration, NaiveDate, TimeDelta, Timelike, Utc};
use tidebox::domain::month::facts::SourceGap;
use tidebox::domain::month::{AnswerTimes, CalendarMonth, Month};
use tidebox::domain::schedule::Zone;
use tidebox::job::month::month;

use crate::support::lived_year::{Came, LANES, PEOPLE, RULES, Said, Truth, Year};

fn zone() -> Zone {
    Zone::built_in("Europe/Berlin").unwrap()
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap()
}

/// The shortest time within which so many thousandths happened, by moving the weight of whatever was lost from sight to those that were
/// watched longer (Efron's reading of Kaplan and Meier). A case is a time and whether it happened.
fn quantile(cases: &[(i64, bool)], thousandths: u32) -> Option<i64> {
    let mut cases = cases.to_vec();
    // What happened at an instant comes before what was lost sight of at it.
    cases.sort_unstable_by_key(|(time, happened)| (*time, !happened));
    let mut weights = vec![1.0 / f64::from(number(cases.len())); cases.len()];
    let mut sum = 0.0;
    for place in 0..cases.len() {
        let (time, happened) = cases[place];
        let after = cases.len() - place - 1;
        if happened {
            sum += weights[place];
            // Whatever happens at the same instant counts together.
            let last = cases.get(place + 1).is_none_or(|next| *next != (time, true));
            if last && sum >= f64::from(thousandths) / 1_000.0 - 1e-9 {
                return Some(time);
            }
        } else if after > 0 {
            let share = weights[place] / f64::from(number(after));
            weights[place + 1..].iter_mut().for_each(|weight| *weight += share);
        }
    }
    None
}

fn local(at: DateTime<Utc>) -> DateTime<Zone> {
    at.with_timezone(&zone())
}

/// How many instants have none of the others within the five minutes before it.
fn occasions(instants: &[DateTime<Utc>]) -> u32 {
    let alone = |(place, at): (usize, &DateTime<Utc>)| {
        !instants[..place].iter().any(|other| (*at - *other).num_seconds() <= 300)
    };
    number(instants.iter().enumerate().filter(|one| alone(*one)).count())
}

fn seconds(time: Option<TimeDelta>) -> Option<i64> {
    time.map(|time| time.num_seconds())
}

/// The truth about one month.
struct Told<'t> {
    truth: &'t Truth,
    span: Range<DateTime<Utc>>,
    came: Vec<Came>,
    now: DateTime<Utc>,
}

/// When a turn began, and when it was answered.
type Turn = (DateTime<Utc>, Option<DateTime<Utc>>);

impl<'t> Told<'t> {
    fn of(truth: &'t Truth, month: CalendarMonth, now: DateTime<Utc>) -> Self {
        let midnight = |date: NaiveDate| {
            date.and_hms_opt(0, 0, 0).unwrap().and_local_timezone(zone()).unwrap().with_timezone(&Utc)
        };
        let first = month.first_day();
        let after = (first + Duration::days(31)).with_day(1).unwrap();
        let span = midnight(first)..midnight(after);
        let mut came: Vec<Came> = truth.came.iter().filter(|one| span.contains(&one.at)).copied().collect();
        came.sort_by_key(|one| one.at);
        Self { truth, span, came, now }
    }

    fn within<'a, T>(
        &'a self,
        all: &'a [T],
        at: impl Fn(&T) -> DateTime<Utc> + 'a,
    ) -> impl Iterator<Item = &'a T> + 'a {
        all.iter().filter(move |one| self.span.contains(&at(one)))
    }

    fn arrivals(&self, month: &Month) {
        let arriving = &month.arriving;
        assert_eq!(arriving.messages, number(self.came.len()));
        for (weekday, hours) in arriving.by_hour.iter().enumerate() {
            for (hour, count) in hours.iter().enumerate() {
                let here = |one: &&Came| {
                    (local(one.at).weekday().num_days_from_monday() as usize, local(one.at).hour() as usize)
                        == (weekday, hour)
                };
                assert_eq!(*count, number(self.came.iter().filter(here).count()), "{weekday} {hour}");
            }
        }
        for (day, count) in (1..).zip(&month.by_day) {
            assert_eq!(*count, number(self.came.iter().filter(|one| local(one.at).day() == day).count()), "date {day}");
        }
        let open = |at: DateTime<Utc>| {
            self.truth.windows.iter().any(|opens| *opens <= at && at < *opens + Duration::minutes(45))
        };
        let outside = |through: bool| -> Vec<DateTime<Utc>> {
            self.came.iter().filter(|one| !open(one.at) && (one.let_through || !through)).map(|one| one.at).collect()
        };
        assert_eq!((arriving.occasions, arriving.by_rules), (occasions(&outside(false)), occasions(&outside(true))));
        assert_eq!(arriving.let_through, number(self.came.iter().filter(|one| one.let_through).count()));
        let looked = |kind: usize| number(self.within(&self.truth.looks[kind], |at| *at).count());
        assert_eq!((arriving.peeks, arriving.questions, arriving.codes), (looked(0), looked(1), looked(2)));
        assert_eq!(arriving.interruptions(), arriving.by_rules + looked(0) + looked(1) + looked(2));
        let opened: Vec<_> =
            self.within(&self.truth.windows, |opens| *opens).filter(|opens| **opens <= self.now).collect();
        let dates: BTreeSet<NaiveDate> = opened.iter().map(|opens| local(**opens).date_naive()).collect();
        assert_eq!((month.checkins, month.days), (number(opened.len()), number(dates.len())));
    }

    fn waits(&self, month: &Month) {
        let cases = |lane: Option<&str>| -> Vec<(i64, bool)> {
            let held = self.came.iter().filter(|one| !one.let_through && lane.is_none_or(|lane| lane == one.lane));
            held.map(|one| ((one.out.unwrap_or(self.now) - one.at).num_seconds(), one.out.is_some())).collect()
        };
        let all = cases(None);
        let waiting = &month.waiting;
        assert_eq!(waiting.held, number(all.len()));
        assert_eq!(waiting.still_held, number(all.iter().filter(|(_, out)| !out).count()));
        assert_eq!(seconds(waiting.half), quantile(&all, 500));
        assert_eq!(seconds(waiting.nine_in_ten), quantile(&all, 900));
        let longest = waiting.longest.as_ref().unwrap();
        assert_eq!(Some(longest.waited.num_seconds()), all.iter().map(|(waited, _)| *waited).max());
        let named = self.came.iter().find(|one| one.id == longest.message).unwrap();
        assert_eq!(
            (longest.came, longest.came_out, longest.sender.is_some()),
            (named.at, named.out, named.out.is_some())
        );
        assert_eq!(month.lanes.iter().map(|lane| lane.lane.as_str()).collect::<Vec<_>>(), LANES);
        for lane in &month.lanes {
            let cases = cases(Some(&lane.lane));
            assert_eq!(lane.waiting.held, number(cases.len()));
            assert_eq!(seconds(lane.waiting.half), quantile(&cases, 500), "{}", lane.lane);
            assert_eq!(seconds(lane.waiting.nine_in_ten), quantile(&cases, 900), "{}", lane.lane);
        }
    }

    fn batches(&self, month: &Month) {
        let openings: Vec<_> = self.within(&self.truth.openings, |one| one.0).collect();
        let spent: i64 = openings.iter().map(|one| (one.1 - one.0).num_seconds()).sum();
        let dates: BTreeSet<NaiveDate> = openings.iter().map(|one| local(one.0).date_naive()).collect();
        let time = &month.time;
        assert_eq!((time.whole.num_seconds(), time.days), (spent, number(dates.len())));
        assert_eq!(
            (time.keys, time.decisions),
            (openings.iter().map(|one| one.2).sum(), openings.iter().map(|one| one.3).sum())
        );
        let closed: Vec<_> = self.within(&self.truth.closed, |one| one.at).collect();
        let on_time = closed.iter().filter(|one| one.at <= one.opens + Duration::minutes(45)).count();
        assert_eq!((time.batches, time.on_time), (number(closed.len()), number(on_time)));
        assert_eq!(month.carried.over, closed.iter().map(|one| one.left).sum::<u32>());
        let oldest = closed.iter().filter_map(|one| Some((one.at - one.oldest?).num_seconds())).max();
        assert_eq!(seconds(month.carried.oldest), oldest);
    }

    fn asked(&self, month: &Month) {
        let said = |wanted: Option<bool>| {
            number(self.within(&self.truth.mattered, |one| one.0).filter(|one| one.1 == wanted).count())
        };
        let answers = &month.matter.answers;
        assert_eq!((answers.yes, answers.no, answers.skipped), (said(Some(true)), said(Some(false)), said(None)));
        assert_eq!(answers.cases.len(), (answers.yes as usize).min(5));
        let asked = f64::from(answers.yes + answers.no);
        let (z, share) = (1.644_853_626_951_472_7_f64, f64::from(answers.yes) / asked);
        match month.matter.interval {
            None => assert!(asked < 20.0),
            Some(interval) => {
                // Each end is a share of which the observed one is 1.645 of its own standard deviations away.
                for end in [interval.low, interval.high].into_iter().filter(|end| *end > 0.0) {
                    let away = (share - end).abs() / (end * (1.0 - end) / asked).sqrt();
                    assert!(asked >= 20.0 && (away - z).abs() < 1e-6, "{away}");
                }
            }
        }
        for rule in RULES {
            let hits: Vec<_> = self.within(&self.truth.hits, |hit| hit.at).filter(|hit| hit.rule == rule).collect();
            let rated = |wanted| number(hits.iter().filter(|hit| hit.useful == Some(wanted)).count());
            let told = month.exceptions.iter().find(|one| one.name == rule);
            let told = told.map(|one| (one.let_through, one.useful, one.false_alarms));
            assert_eq!(told, (!hits.is_empty()).then(|| (number(hits.len()), rated(true), rated(false))), "{rule}");
        }
    }

    fn gaps(&self, month: &Month) {
        let mut gaps: Vec<SourceGap> = Vec::new();
        for (since, until) in &self.truth.outages {
            let (since, until) = ((*since).max(self.span.start), (*until).min(self.span.end));
            if since < until {
                let date = |at: DateTime<Utc>| local(at).date_naive();
                gaps.push(SourceGap {
                    source: "home".to_owned(),
                    from: date(since),
                    to: date(until - Duration::seconds(1)),
                });
            }
        }
        assert_eq!(month.gaps, gaps);
    }

    fn answers(&self, month: &Month) -> usize {
        let watched = (self.span.end + Duration::days(30)).min(self.now);
        let seen = watched.min(self.truth.last_begun.unwrap());
        let visible = |said: &&Said| said.came.is_none_or(|place| self.truth.came[place].out.is_some());
        // Of each correspondent, what the person answered and what they did: when a turn began, and when it was answered.
        let mut turns: BTreeMap<&str, [Vec<Turn>; 2]> = BTreeMap::new();
        for (with, said) in &self.truth.threads {
            let said: Vec<&Said> = said.iter().filter(|said| said.own || said.came.is_some()).filter(visible).collect();
            for (place, one) in said.iter().enumerate() {
                if place > 0 && said[place - 1].own == one.own || !self.span.contains(&one.at) {
                    continue;
                }
                let answer = said[place..].iter().find(|other| other.own != one.own).map(|other| other.at);
                turns.entry(PEOPLE[*with]).or_default()[usize::from(one.own)].push((one.at, answer));
            }
        }
        let times = |turns: &[(DateTime<Utc>, Option<DateTime<Utc>>)], end: DateTime<Utc>, and_then: i64| {
            if turns.len() < 5 {
                return None;
            }
            let cases: Vec<(DateTime<Utc>, DateTime<Utc>, bool)> = turns
                .iter()
                .map(|(at, answer)| match answer {
                    Some(answer) if *answer <= end => (*at, *answer, true),
                    _ => (*at, end, false),
                })
                .collect();
            let opened = |from: DateTime<Utc>, to: DateTime<Utc>| {
                let between = self.truth.windows.iter().filter(|opens| from < **opens && **opens <= to).count();
                i64::try_from(between).unwrap() + and_then
            };
            let lengths: Vec<_> = cases.iter().map(|(from, to, over)| ((*to - *from).num_seconds(), *over)).collect();
            let checkins: Vec<_> = cases.iter().map(|(from, to, over)| (opened(*from, *to), *over)).collect();
            Some(AnswerTimes {
                turns: number(turns.len()),
                answered: number(cases.iter().filter(|(.., over)| *over).count()),
                half: quantile(&lengths, 500).map(TimeDelta::seconds),
                nine_in_ten: quantile(&lengths, 900).map(TimeDelta::seconds),
                half_checkins: quantile(&checkins, 500).map(|count| u32::try_from(count).unwrap()),
            })
        };
        let mut expected = BTreeMap::new();
        for (with, [theirs, own]) in &turns {
            let both = (times(theirs, watched, 0), times(own, seen, 1));
            if both.0.is_some() || both.1.is_some() {
                expected.insert((*with).to_owned(), both);
            }
        }
        let told: BTreeMap<String, _> =
            month.answers.iter().map(|one| (one.address.clone(), (one.by_you, one.by_them))).collect();
        assert_eq!(told, expected, "{}", month.month);
        let counted = |one: &(Option<AnswerTimes>, Option<AnswerTimes>)| {
            [one.0, one.1].into_iter().flatten().map(|times| times.turns as usize).sum::<usize>()
        };
        expected.values().map(counted).sum()
    }

    /// How many turns were compared.
    fn equals(&self, month: &Month) -> usize {
        self.arrivals(month);
        self.waits(month);
        self.batches(month);
        self.asked(month);
        self.gaps(month);
        self.answers(month)
    }
}

/// How much was compared.
struct Compared {
    year: Year,
    messages: u32,
    turns: usize,
}

/// Compares so many months, from the second one after the beginning on.
fn compared(seed: u64, first: NaiveDate, months: u32, until: DateTime<Utc>) -> Compared {
    let year = Year::live(seed, zone(), first, until);
    let mut compared = Compared { year, messages: 0, turns: 0 };
    let mut wanted = CalendarMonth::of(first).after().after();
    for _ in 0..months {
        let Year { post, config, truth, .. } = &compared.year;
        let pair = month(&post.store, config, wanted, until).unwrap();
        assert_eq!((pair.month.month, pair.before.month), (wanted, wanted.before()));
        compared.turns += Told::of(truth, wanted, until).equals(&pair.month);
        // The one beside it is the same as when it is looked at by itself.
        Told::of(truth, wanted.before(), until).equals(&pair.before);
        assert_eq!(pair.month.is_over, wanted < CalendarMonth::at(until, zone()));
        compared.messages += pair.month.arriving.messages;
        wanted = wanted.after();
    }
    compared
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// All of 2026, in which a day has 23 hours and another one 25, and the beginning of the month after it, which is not over; the last instant is
/// a Monday before the check-in, with what came at the weekend.
#[test]
fn every_figure_of_a_year_equals_the_truth() {
    let first = NaiveDate::from_ymd_opt(2025, 11, 24).unwrap();
    let Compared { year, messages, turns } = compared(20_261, first, 13, at("2027-01-18T08:30:00Z"));
    let truth = &year.truth;
    let held = truth.came.iter().filter(|one| one.out.is_none()).count();
    let [peeks, questions, codes] = truth.looks.each_ref().map(Vec::len);
    assert!(messages > 1_000 && turns > 250 && held > 0, "{messages} messages, {turns} turns, {held} held");
    assert!(truth.outages.len() > 10 && truth.left_by_outbox > 30 && peeks * questions * codes > 100);
}

#[test]
fn and_of_two_months_by_other_dice() {
    for seed in [9, 4_711] {
        let first = NaiveDate::from_ymd_opt(2026, 1, 15).unwrap();
        let Compared { messages, .. } = compared(seed, first, 2, at("2026-04-22T08:00:00Z"));
        assert!(messages > 100, "{messages}");
    }
}
