//! Holds `src/job/month.rs`, `src/store/month.rs`, `src/domain/month`: a month that was lived through in a real store, with dice that are always the same; every
//! figure equals what the dice know, worked out in another way.

use chrono::{DateTime, Datelike, Duration, TimeDelta, Timelike, Utc};
use tidebox::config::Config;
use tidebox::domain::address::Address;
use tidebox::domain::concern::{Concern, ConcernKind};
use tidebox::domain::exception::HitRating;
use tidebox::domain::found_copy::CopyOrigin;
use tidebox::domain::ids::{BatchId, Id};
use tidebox::domain::matter::MatterAnswer;
use tidebox::domain::moment::Moment;
use tidebox::domain::month::facts::SourceGap;
use tidebox::domain::month::svg::svg;
use tidebox::domain::month::{CalendarMonth, Month, MonthPair};
use tidebox::domain::opening::Opening;
use tidebox::domain::query::Query;
use tidebox::domain::schedule::Zone;
use tidebox::domain::triage::Decision;
use tidebox::domain::write_back::WriteBackPlan;
use tidebox::job::month::month;

use crate::support::letterbox::{Letterbox, act, letter, members};

/// In which clocks are set back on the 25th.
const MONTH: &str = "2026-10";
const LANES: [&str; 3] = ["people", "lists", "a lane of mine"];

fn zone() -> Zone {
    Zone::built_in("Europe/Berlin").unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Dice that are the same everywhere (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % limit
    }
}

/// What the dice know of one message.
#[derive(Clone)]
struct Came {
    at: DateTime<Utc>,
    lane: &'static str,
    let_through: bool,
    out: DateTime<Utc>,
}

/// What the dice know of a month.
#[derive(Default)]
struct Truth {
    came: Vec<Came>,
    windows: Vec<DateTime<Utc>>,
    carried: u32,
    oldest: Option<Duration>,
    spent: i64,
    keys: u32,
    decisions: u32,
    yes: u32,
    no: u32,
    useful: u32,
}

/// Lives from 28 September to 6 November: batches of the default check-ins, each decided to all but its first messages.
fn lived(seed: u64) -> (Letterbox, Truth) {
    let mut dice = Dice(seed);
    let mut post = Letterbox::new();
    let begins = at("2026-09-28T00:00:00Z");
    post.store.record_created_at(Moment::real(begins)).unwrap();
    post.store.remember_position(post.source, "1", begins).unwrap();
    let config = Config::embedded(zone());
    let span = CalendarMonth::parse(MONTH).unwrap().span(zone());
    let opens: Vec<DateTime<Utc>> =
        config.calendar.windows(begins, at("2026-11-06T00:00:00Z")).into_iter().map(|window| window.opens).collect();
    let mut truth = Truth::default();
    let (mut now, mut number) = (begins, 0);
    for (nth, open) in opens.iter().copied().enumerate() {
        loop {
            // Bursts: some come within minutes, some hours apart.
            let gap = if dice.below(3) == 0 { dice.below(300) } else { 400 + dice.below(14_000) };
            let next = now + Duration::seconds(1 + i64::try_from(gap).unwrap());
            if next > open {
                break;
            }
            now = next;
            number += 1;
            let lane = LANES[usize::try_from(dice.below(3)).unwrap()];
            let let_through = dice.below(12) == 0;
            let mut one = letter(number).dated(Some(now), now).lane(lane);
            if let_through {
                one = one.let_through("family");
            }
            let id = post.admit(&[one.ready()], now)[0].id;
            let within = span.contains(&now);
            if let_through && dice.below(2) == 0 {
                post.store.rate_hit(id, HitRating::Useful).unwrap();
                truth.useful += u32::from(within);
            }
            if within {
                truth.came.push(Came { at: now, lane, let_through, out: if let_through { now } else { open } });
            }
        }
        now = now.max(open);
        let Some(batch) = post.begin(if nth % 2 == 0 { "morning" } else { "afternoon" }, open) else { continue };
        let all = members(&post.store, &batch);
        let (left, decided) = all.split_at(all.len().min(usize::try_from(dice.below(3)).unwrap()));
        if !decided.is_empty() {
            let act = act(&post.store, batch.id(), 1, Decision::Done, decided);
            post.store.record(batch.id(), &act, open + Duration::minutes(9)).unwrap();
        }
        let spent = 60 + i64::try_from(dice.below(900)).unwrap();
        let until = open + Duration::seconds(spent);
        let decisions = u32::try_from(decided.len()).unwrap();
        let opening = Opening { batch: batch.id(), since: open, until, keys: 2 * decisions + 1, decisions };
        post.store.note_opening(&opening).unwrap();
        let plan = WriteBackPlan { sample: 2, ..WriteBackPlan::default() };
        let committed = open + Duration::minutes(20);
        post.store.commit(batch.id(), &plan, committed).unwrap();
        let (yes, no) = asked(&mut post, batch.id(), committed, &mut dice);
        if span.contains(&open) {
            truth.windows.push(open);
            truth.carried += u32::try_from(left.len()).unwrap();
            let ages = left.iter().map(|id| open - post.store.message(*id).unwrap().received);
            truth.oldest = truth.oldest.max(ages.max());
            truth.spent += spent;
            truth.keys += opening.keys;
            truth.decisions += decisions;
            (truth.yes, truth.no) = (truth.yes + yes, truth.no + no);
        }
    }
    (post, truth)
}

/// Answers the questions of a receipt.
fn asked(post: &mut Letterbox, batch: BatchId, now: DateTime<Utc>, dice: &mut Dice) -> (u32, u32) {
    let (mut yes, mut no) = (0, 0);
    for sample in post.store.matter_sample(batch).unwrap() {
        let answer = match dice.below(6) {
            0 => MatterAnswer::Yes,
            1 => MatterAnswer::Skipped,
            _ => MatterAnswer::No,
        };
        post.store.answer_matter(sample.message, answer, now).unwrap();
        yes += u32::from(answer == MatterAnswer::Yes);
        no += u32::from(answer == MatterAnswer::No);
    }
    (yes, no)
}

fn counted(post: &Letterbox, now: &str) -> MonthPair {
    month(&post.store, &Config::embedded(zone()), CalendarMonth::parse(MONTH).unwrap(), at(now)).unwrap()
}

/// The value that at least so many thousandths do not exceed, by counting.
fn quantile(values: &[i64], thousandths: usize) -> Option<i64> {
    let not_above = |limit: i64| values.iter().filter(|value| **value <= limit).count() * 1_000;
    values.iter().copied().filter(|value| not_above(*value) >= values.len() * thousandths).min()
}

/// How many instants have none of the others within the five minutes before it.
fn first_ones(instants: &[DateTime<Utc>]) -> u32 {
    let first = |(place, at): &(usize, &DateTime<Utc>)| {
        !instants[..*place].iter().any(|other| (**at - *other).num_seconds() <= 300)
    };
    u32::try_from(instants.iter().enumerate().filter(first).count()).unwrap()
}

fn held_to_the_truth(month: &Month, truth: &Truth) {
    let came = &truth.came;
    assert!(came.len() > 200, "only {}", came.len());
    assert_eq!(month.arriving.messages as usize, came.len());
    assert_eq!((month.days, month.checkins), (22, 44), "October 2026 has 22 working days");
    for (weekday, hours) in month.arriving.by_hour.iter().enumerate() {
        for (hour, count) in hours.iter().enumerate() {
            let here = |one: &&Came| {
                let local = one.at.with_timezone(&zone());
                (local.weekday().num_days_from_monday() as usize, local.hour() as usize) == (weekday, hour)
            };
            assert_eq!(*count as usize, came.iter().filter(here).count(), "{weekday} {hour}");
        }
    }
    assert_eq!(month.by_day.len(), 31);
    assert_eq!(month.by_day.iter().sum::<u32>() as usize, came.len());
    // The default check-ins are open for 45 minutes.
    let is_open =
        |at: DateTime<Utc>| truth.windows.iter().any(|open| *open <= at && at < *open + Duration::minutes(45));
    let outside: Vec<&Came> = came.iter().filter(|one| !is_open(one.at)).collect();
    let instants = |only_through: bool| -> Vec<DateTime<Utc>> {
        outside.iter().filter(|one| one.let_through || !only_through).map(|one| one.at).collect()
    };
    assert_eq!(month.arriving.occasions, first_ones(&instants(false)));
    assert_eq!(month.arriving.by_rules, first_ones(&instants(true)));
    let through = u32::try_from(came.iter().filter(|one| one.let_through).count()).unwrap();
    assert_eq!(month.arriving.let_through, through);
    let waits = |lane: Option<&str>| -> Vec<i64> {
        let of = |one: &&Came| !one.let_through && lane.is_none_or(|lane| lane == one.lane);
        came.iter().filter(of).map(|one| (one.out - one.at).num_seconds()).collect()
    };
    let seconds = |time: Option<TimeDelta>| time.map(|time| time.num_seconds());
    let all = waits(None);
    assert_eq!((month.waiting.held as usize, month.waiting.still_held), (all.len(), 0));
    assert_eq!(seconds(month.waiting.half), quantile(&all, 500));
    assert_eq!(seconds(month.waiting.nine_in_ten), quantile(&all, 900));
    let longest = month.waiting.longest.as_ref().unwrap();
    assert_eq!(Some(longest.waited.num_seconds()), all.iter().copied().max());
    assert_eq!(longest.sender.as_deref(), Some("Ann Lee"));
    assert_eq!(month.lanes.iter().map(|one| one.lane.as_str()).collect::<Vec<_>>(), LANES);
    for one in &month.lanes {
        assert_eq!(seconds(one.waiting.half), quantile(&waits(Some(&one.lane)), 500), "{}", one.lane);
        assert_eq!(seconds(one.waiting.nine_in_ten), quantile(&waits(Some(&one.lane)), 900), "{}", one.lane);
    }
    let time = &month.time;
    assert_eq!((time.whole.num_seconds(), time.keys, time.decisions), (truth.spent, truth.keys, truth.decisions));
    assert_eq!((time.days, time.batches, time.on_time), (22, 44, 44));
    assert_eq!(month.carried.over, truth.carried);
    // A wait of the record is counted up to the commit, twenty minutes after the opening.
    assert_eq!(month.carried.oldest, truth.oldest.map(|age| age + Duration::minutes(20)));
    let answers = &month.matter.answers;
    assert_eq!((answers.yes, answers.no), (truth.yes, truth.no));
    assert!(
        month
            .matter
            .interval
            .is_some_and(|interval| { interval.contains(f64::from(truth.yes) / f64::from(truth.yes + truth.no)) })
    );
    let rule = &month.exceptions[0];
    assert_eq!(
        (rule.name.as_str(), rule.let_through, rule.useful, rule.false_alarms),
        ("family", through, truth.useful, 0)
    );
}

#[test]
fn every_figure_of_a_month_equals_the_truth() {
    for seed in [1, 77, 4_711] {
        let (post, truth) = lived(seed);
        let pair = counted(&post, "2026-11-10T12:00:00Z");
        assert!(pair.month.is_over && pair.before.arriving.messages > 0);
        held_to_the_truth(&pair.month, &truth);
        assert_eq!((pair.month.arriving.looks(), pair.month.gaps.len(), pair.month.answers.len()), (0, 0, 0));
    }
}

#[test]
fn looks_and_outages_are_told() {
    let (mut post, _) = lived(3);
    let store = &mut post.store;
    let begun = at("2026-10-14T11:00:00Z");
    store.start_peek("the train", begun, begun + Duration::minutes(5)).unwrap();
    store.ask_held("from:ann", &Query::All, at("2026-10-15T11:00:00Z")).unwrap();
    store.ask_held("from:ann", &Query::All, at("2026-10-16T11:00:00Z")).unwrap();
    store.look_for_code("shop", at("2026-10-31T22:59:00Z")).unwrap();
    store.look_for_code("shop", at("2026-10-31T23:01:00Z")).unwrap();
    let concern = Concern {
        source: String::new(),
        kind: ConcernKind::Away,
        what: "no".into(),
        hint: String::new(),
        count: 0,
        tries: 1,
        since: at("2026-10-12T08:00:00Z"),
        next: None,
        secret: None,
    };
    store.note_concern(post.source, &concern).unwrap();
    store.end_outage(post.source, at("2026-10-13T09:00:00Z")).unwrap();
    let month = counted(&post, "2026-11-10T12:00:00Z").month;
    let arriving = &month.arriving;
    assert_eq!(
        (arriving.peeks, arriving.questions, arriving.codes),
        (1, 2, 1),
        "the last one is in November in Berlin"
    );
    let date = |day| chrono::NaiveDate::from_ymd_opt(2026, 10, day).unwrap();
    assert_eq!(month.gaps, [SourceGap { source: "home".to_owned(), from: date(12), to: date(13) }]);
}

/// Who moves to another zone has the same messages by another clock: some are of another date, and none is lost or counted twice.
#[test]
fn a_zone_that_changed_moves_hours_and_loses_nothing() {
    let (post, truth) = lived(8);
    let told = |name: &str| {
        let config = Config::embedded(Zone::built_in(name).unwrap());
        ["2026-09", "2026-10", "2026-11"].map(|text| {
            let wanted = CalendarMonth::parse(text).unwrap();
            month(&post.store, &config, wanted, at("2026-12-01T12:00:00Z")).unwrap().month
        })
    };
    let (here, there) = (told("Europe/Berlin"), told("Pacific/Auckland"));
    let sum = |months: &[Month; 3]| months.iter().map(|month| month.arriving.messages).sum::<u32>();
    assert_eq!(sum(&here), sum(&there));
    assert_eq!(here[1].arriving.messages as usize, truth.came.len());
    assert_ne!(here[1].arriving.by_hour, there[1].arriving.by_hour);
    let lengths = |months: &[Month; 3]| months.iter().map(|month| month.time.whole).sum::<TimeDelta>();
    assert_eq!(lengths(&here), lengths(&there));
}

/// What is held is counted as a wait that goes on, and is not named, however long it is.
#[test]
fn the_longest_wait_is_named_only_when_it_is_over() {
    let mut post = Letterbox::new();
    post.store.remember_position(post.source, "1", at("2026-10-01T00:00:00Z")).unwrap();
    let came = at("2026-10-02T08:00:00Z");
    let id = post.admit(&[letter(1).dated(Some(came), came).ready()], came)[0].id;
    let held = counted(&post, "2026-10-05T08:00:00Z").month.waiting;
    let longest = held.longest.unwrap();
    assert_eq!((held.held, held.still_held, held.half, longest.sender), (1, 1, None, None));
    assert_eq!((longest.message, longest.waited.num_hours()), (id, 72));
    post.begin("morning", at("2026-10-05T09:00:00Z")).unwrap();
    let out = counted(&post, "2026-10-05T09:00:00Z").month.waiting;
    assert_eq!(out.longest.unwrap().sender.as_deref(), Some("Ann Lee"));
    assert_eq!(out.half.map(|half| half.num_hours()), Some(73));
}

/// Six turns both ways with known lengths; the seventh answer is held, so it does not count.
#[test]
fn answers_are_counted_both_ways_and_never_by_what_is_held() {
    let mut post = Letterbox::new();
    let day = |day: i64, hour: i64| at("2026-10-01T00:00:00Z") + Duration::days(day) + Duration::hours(hour);
    let mut admit = |number: i64, when: DateTime<Utc>, parent: Option<&str>, own: bool| -> Id {
        let mut one = letter(number).dated(Some(when), when);
        if let Some(parent) = parent {
            one = one.answers(&[parent]);
        }
        if !own {
            return post.admit(&[one.ready()], when)[0].id;
        }
        let one = one.change(|envelope| {
            envelope.from = Address::new("", "me@example.net");
            envelope.to = vec![Address::new("Ann Lee", "Ann@example.org")];
        });
        let mut ready = one.found("Sent", &format!("s{number}")).history().ready();
        ready.message.copy.origin = CopyOrigin::Sent;
        post.admit(&[ready], when)[0].id
    };
    for thread in 0..6 {
        let number = 10 * thread;
        admit(number + 1, day(thread, 6), None, true);
        let asked = format!("m{}@example.org", number + 1);
        // Theirs after 1 to 6 hours, the person's after three more.
        admit(number + 2, day(thread, 7 + thread), Some(&asked), false);
        admit(number + 3, day(thread, 10 + thread), Some(&asked), true);
    }
    post.begin("morning", day(10, 8)).unwrap();
    let counted_at = |post: &Letterbox| counted(post, "2026-10-20T00:00:00Z").month.answers;
    let before = counted_at(&post);
    assert_eq!((before.len(), before[0].called()), (1, "Ann Lee"));
    let hours = |time: Option<TimeDelta>| time.map(|time| time.num_hours());
    let (by_you, by_them) = (before[0].by_you.unwrap(), before[0].by_them.unwrap());
    assert_eq!((by_you.turns, by_you.answered, hours(by_you.half)), (6, 6, Some(3)));
    // Twelve turns of the person's own: the second one of each thread has no answer.
    assert_eq!((by_them.turns, by_them.answered, hours(by_them.half)), (12, 6, Some(6)));
    let when = day(12, 8);
    post.admit(&[letter(99).dated(Some(when), when).answers(&["m3@example.org"]).ready()], when);
    assert_eq!(counted_at(&post), before, "it is held");
}

#[test]
fn a_store_without_facts_says_what_will_be_there() {
    let post = Letterbox::new();
    let pair = counted(&post, "2026-10-05T09:00:00Z");
    assert!(pair.month.is_empty() && pair.before.is_empty());
    let told = tidebox::domain::month::words::nothing(&pair.month).join(" ");
    assert!(told.starts_with("No facts are kept yet") && told.contains("how long they waited"), "{told}");
    assert!(svg(&pair.month, Some(&pair.before)).contains("Nothing to tell yet."));
}

/// A reader of XML that is not ours takes the picture, and nothing in it names anybody.
#[test]
fn the_picture_is_well_formed_and_has_no_name() {
    let (post, _) = lived(5);
    let pair = counted(&post, "2026-11-10T12:00:00Z");
    assert!(pair.month.waiting.longest.as_ref().is_some_and(|longest| longest.sender.is_some()));
    let picture = svg(&pair.month, Some(&pair.before));
    let mut reader = quick_xml::Reader::from_str(&picture);
    reader.config_mut().check_end_names = true;
    let mut texts = 0;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Text(_) => texts += 1,
            _ => {}
        }
    }
    assert!(texts > 20, "{texts}");
    let picture = picture.replace("font-family", "");
    for name in ["Ann", "Lee", "example.org", "home", "family", "mine", "Subject", "morning", "afternoon"] {
        assert!(!picture.contains(name), "{name}: {picture}");
    }
    assert!(picture.contains(">people<") && picture.contains(">lane 3<"), "{picture}");
}
