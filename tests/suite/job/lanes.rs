//! Holds `src/job/begin.rs`, `src/job/defer.rs`, `src/job/pause.rs`, `src/store/pause.rs`, `src/store/begin.rs`, `src/domain/lane.rs`, `src/domain/defer_choices.rs`: a
//! lane comes out at its own check-ins and at no other, whatever a person does or leaves undone, and nothing stays behind.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use tidebox::config::{CommitMode, Config};
use tidebox::domain::batch::{Batch, BatchOccasion};
use tidebox::domain::defer_choices::DeferSubject;
use tidebox::domain::ids::Id;
use tidebox::domain::lane::Lane;
use tidebox::domain::message::Stage;
use tidebox::domain::moment::Moment;
use tidebox::domain::pause::PauseKind;
use tidebox::domain::positions::Positions;
use tidebox::domain::schedule::{CheckIn, Days, Zone, parse_length, parse_time};
use tidebox::domain::source_type::SourceType;
use tidebox::domain::triage::Decision;
use tidebox::job::begin::{Begun, begin};
use tidebox::job::{close, decide, defer, pause};
use tidebox::store::{BatchKind, Store};

use crate::support::letterbox::{at, letter};

/// Two weeks, in minutes.
const WEEKS: i64 = 14 * 24 * 60;

fn checkin(name: &str, days: &str, times: &[&str], length: &str) -> CheckIn {
    CheckIn {
        name: name.to_owned(),
        days: Days::parse(days).unwrap(),
        at: times.iter().map(|time| parse_time(time).unwrap()).collect(),
        length: parse_length(length).unwrap(),
        zone: Zone::UTC,
    }
}

fn lane(name: &str, checkins: &[&str]) -> Lane {
    Lane {
        name: name.to_owned(),
        matches: None,
        checkins: checkins.iter().map(|name| (*name).to_owned()).collect(),
        bundle: Vec::new(),
    }
}

/// What a person does at some instant.
#[derive(Debug, Clone)]
enum Deed {
    /// A message of the lane with this number arrives.
    Arrives(usize),
    Begins,
    /// Says something of some of what is undecided: `which` picks the messages and the decision.
    Decides {
        which: u8,
        what: u8,
    },
    Closes,
    /// Looks at the clock: what is over closes by itself, unless it is to be asked.
    Looks,
    /// Keeps the door shut for so many minutes.
    Pauses(i64),
    /// Leaves a window out.
    Skips,
    /// Ends what pauses there are.
    GoesOn,
}

/// A person with a store, and what is known of each message beside it.
struct Person {
    store: Store,
    source: tidebox::domain::ids::SourceId,
    config: Config,
    /// The lane of each message, by the order of their arrival.
    lanes: BTreeMap<Id, String>,
    /// What was sent to a check-in by its name, which may be none of its lane.
    sent: BTreeSet<(Id, String)>,
    left_out: BTreeSet<(String, DateTime<Utc>)>,
    batches: u32,
    seen: BTreeMap<Id, Vec<String>>,
}

impl Person {
    fn new(lanes: Vec<Lane>, checkins: Vec<CheckIn>, commit: CommitMode, carry_limit: Option<u32>) -> Self {
        let mut store = Store::nowhere(Path::new("/in/memory")).unwrap();
        let source = store.source("home", SourceType::Maildir).unwrap();
        store.record_created_at(Moment::real(at(0))).unwrap();
        let mut config = Config::embedded(Zone::UTC);
        (config.lanes, config.calendar.checkins, config.commit) = (lanes, checkins, commit);
        config.carry_limit = carry_limit;
        let (lanes, sent, seen) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
        Self { store, source, config, lanes, sent, left_out: BTreeSet::new(), batches: 0, seen }
    }

    fn does(&mut self, deed: &Deed, now: DateTime<Utc>) -> Result<(), TestCaseError> {
        match deed {
            Deed::Arrives(lane) => self.arrives(*lane, now),
            Deed::Begins => self.begins(now)?,
            Deed::Decides { which, what } => self.decides(*which, *what, now)?,
            Deed::Closes => {
                if let Some((batch, _)) = self.store.open_batch(BatchKind::Window).unwrap()
                    && let Err(refused) = close::commit(&mut self.store, &self.config, batch.id(), now)
                {
                    prop_assert!(self.config.carry_limit.is_some() && refused.hint().is_some(), "{refused}");
                }
            }
            Deed::Pauses(minutes) => {
                drop(pause::pause(&mut self.store, now, now + TimeDelta::minutes(*minutes)).unwrap());
            }
            Deed::Skips => {
                if let PauseKind::Window { checkin, opens } =
                    pause::skip(&mut self.store, &self.config, now).unwrap().what
                {
                    self.left_out.insert((checkin, opens));
                }
            }
            Deed::GoesOn => {
                pause::end(&mut self.store, now).unwrap();
                self.left_out.retain(|(checkin, opens)| {
                    *opens + self.config.calendar.checkins.iter().find(|it| it.name == *checkin).unwrap().length <= now
                });
            }
            Deed::Looks => drop(close::close_due(&mut self.store, &self.config, now).unwrap()),
        }
        Ok(())
    }

    fn arrives(&mut self, lane: usize, now: DateTime<Utc>) {
        let name = self.config.lanes[lane % self.config.lanes.len()].name.clone();
        let number = i64::try_from(self.lanes.len()).unwrap() + 1;
        let message = letter(number).dated(Some(now), now).lane(&name).ready();
        let admitted = self.store.admit(self.source, &[message], None, now).unwrap();
        self.lanes.insert(admitted[0].id, name);
    }

    fn begins(&mut self, now: DateTime<Utc>) -> Result<(), TestCaseError> {
        close::close_due(&mut self.store, &self.config, now).unwrap();
        if let Begun::Batch(batch) = begin(&mut self.store, &self.config, now).unwrap()
            && batch.begun() == now
        {
            self.batches += 1;
            self.keeps_to_its_lanes(&batch, now)?;
        }
        Ok(())
    }

    /// Every message is there by right, and the layout is what it is to be.
    fn keeps_to_its_lanes(&mut self, batch: &Batch, now: DateTime<Utc>) -> Result<(), TestCaseError> {
        let BatchOccasion::Window { checkin, opens, .. } = batch.occasion() else { panic!("a window") };
        prop_assert!(!self.store.pauses(now).unwrap().iter().any(|pause| pause.shuts(now)), "begun in a pause, {now}");
        prop_assert!(!self.left_out.contains(&(checkin.clone(), *opens)), "{checkin} was left out, {now}");
        let mut last = None;
        let sections = self.store.sections(batch.id()).unwrap();
        for (position, message) in self.store.items(batch.id(), &batch.positions()).unwrap() {
            let name = &self.lanes[&message.id];
            let sent = self.sent.contains(&(message.id, checkin.clone()));
            prop_assert!(sent || self.has(name, checkin), "{name} at {checkin}, {now}");
            let section = sections.iter().position(|it| it.first <= position && position <= it.last).unwrap();
            let title = sections[section].heading.title();
            if title != "deferred to now" {
                // What is begun late is the last that the lane has had.
                let own = self.own(name);
                let newer = own.iter().flat_map(|it| self.openings(it, *opens, now)).find(|it| it > opens);
                let open = now < *opens + self.length(checkin);
                prop_assert!(open || newer.is_none(), "{name} had {newer:?} since {opens}, {now}");
            }
            prop_assert!(title == "deferred to now" || title == name, "{title} for {name}");
            let fresh = message.carried == 0 && self.seen.get(&message.id).is_none_or(Vec::is_empty);
            if let Some((before, old)) = last.replace((section, fresh))
                && title != "deferred to now"
                && before == section
            {
                prop_assert!(old <= fresh, "what was carried over leads: {name} at {checkin}");
            }
            self.seen.entry(message.id).or_default().push(checkin.clone());
        }
        let titles: BTreeSet<_> = sections.iter().map(|it| it.heading.title().to_owned()).collect();
        prop_assert_eq!(titles.len(), sections.len(), "each heading stands once");
        Ok(())
    }

    /// By the settings alone: whether a lane has a check-in, or none that is there.
    fn has(&self, lane: &str, checkin: &str) -> bool {
        self.own(lane).iter().any(|name| name == checkin)
    }

    fn own(&self, lane: &str) -> Vec<String> {
        let all: Vec<String> = self.config.calendar.checkins.iter().map(|it| it.name.clone()).collect();
        let named =
            self.config.lanes.iter().find(|it| it.name == lane).map(|it| it.checkins.clone()).unwrap_or_default();
        let own: Vec<String> = all.iter().filter(|name| named.contains(name)).cloned().collect();
        if own.is_empty() { all } else { own }
    }

    fn openings(&self, checkin: &str, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let windows = self.config.calendar.windows(from, to + TimeDelta::seconds(1));
        windows.into_iter().filter(|window| window.checkin == checkin).map(|window| window.opens).collect()
    }

    fn length(&self, checkin: &str) -> TimeDelta {
        self.config.calendar.checkins.iter().find(|it| it.name == checkin).unwrap().length
    }

    fn decides(&mut self, which: u8, what: u8, now: DateTime<Utc>) -> Result<(), TestCaseError> {
        let Some((batch, _)) = self.store.open_batch(BatchKind::Window).unwrap() else { return Ok(()) };
        let triage = decide::replay(&self.store, batch.id()).unwrap();
        let open = triage.undecided();
        if open.is_empty() {
            return Ok(());
        }
        let first = usize::from(which) % open.len();
        let on: Positions = open.slice(first, 1 + usize::from(which) / 64);
        let ids = self.store.members(batch.id(), &on).unwrap();
        let scope = defer::scope(&self.store, &self.config, &DeferSubject::Positions(batch.id(), on)).unwrap();
        let choices = scope.choices(now);
        for until in choices.ahead.iter().chain(&choices.next).chain(&choices.tomorrow).chain(&choices.next_week) {
            for id in &ids {
                prop_assert!(self.has(&self.lanes[id], &until.checkin), "{} offered at {now}", until.checkin);
            }
        }
        let decision = match what % 8 {
            0 | 1 => Decision::Done,
            2 => Decision::Skip,
            3 => Decision::Later,
            4 | 5 => {
                // At most three weeks ahead, so that some weeks bring all of it.
                let n = usize::from(what / 8);
                let Some(until) = choices.ahead.get(n % choices.ahead.len().clamp(1, 3)) else { return Ok(()) };
                Decision::Defer(until.clone())
            }
            6 => {
                let all = &self.config.calendar.checkins;
                let name = all[usize::from(what / 8) % all.len()].name.clone();
                let Ok(target) = scope.named(&name, now) else { return Ok(()) };
                for id in &ids {
                    prop_assert_eq!(target.strange_to.contains(&self.lanes[id]), !self.has(&self.lanes[id], &name));
                    self.sent.insert((*id, name.clone()));
                }
                Decision::Defer(target.until)
            }
            _ => Decision::Trash,
        };
        let skips = decision == Decision::Skip;
        let decided = decide::decide(&mut self.store, &self.config, decision, &ids, now);
        prop_assert!(decided.is_ok() || (skips && self.config.carry_limit.is_some()), "{:?}", decided.err());
        Ok(())
    }

    /// Every window of some weeks is begun, and all that it has is done: nothing may be left then.
    fn catches_up(&mut self, from: i64) -> Result<(), TestCaseError> {
        self.does(&Deed::GoesOn, at(from))?;
        let (from, to) = (at(from), at(from + 5 * 7 * 24 * 60));
        for window in self.config.calendar.windows(from, to) {
            let now = window.opens;
            self.does(&Deed::Closes, now)?;
            // Windows that open at once are begun one after the other.
            for _ in 0..self.config.calendar.checkins.len() {
                self.begins(now)?;
                if let Some((batch, _)) = self.store.open_batch(BatchKind::Window).unwrap() {
                    let all = self.store.members(batch.id(), &batch.positions()).unwrap();
                    decide::decide(&mut self.store, &self.config, Decision::Done, &all, now).unwrap();
                    self.does(&Deed::Closes, now)?;
                }
            }
        }
        for (id, lane) in &self.lanes {
            let stage = self.store.message(*id).map(|message| message.stage);
            prop_assert!(matches!(stage, Ok(Stage::Done | Stage::Trash)), "{id} of {lane}: {stage:?}");
        }
        Ok(())
    }
}

fn a_deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (0..9_usize).prop_map(Deed::Arrives),
        4 => Just(Deed::Begins),
        4 => (any::<u8>(), any::<u8>()).prop_map(|(which, what)| Deed::Decides { which, what }),
        1 => Just(Deed::Closes),
        1 => Just(Deed::Looks),
        1 => (1..2000_i64).prop_map(Deed::Pauses),
        1 => Just(Deed::Skips),
        1 => Just(Deed::GoesOn),
    ]
}

/// Check-ins named a, b, c …, each on some days and hours.
fn check_ins() -> impl Strategy<Value = Vec<CheckIn>> {
    let days = prop::sample::select(vec!["daily", "mon-fri", "sat,sun", "sun", "mon,wed", "tue,thu,sat"]);
    let hours =
        prop::collection::vec(prop::sample::select(vec!["0:30", "9:00", "10:00", "16:00", "20:00", "23:30"]), 1..3);
    let length = prop::sample::select(vec!["15m", "45m", "2h", "12h"]);
    prop::collection::vec((days, hours, length), 1..5).prop_map(|all| {
        let each = all.into_iter().zip(["a", "b", "c", "d"]);
        each.map(|((days, hours, length), name)| checkin(name, days, &hours, length)).collect()
    })
}

/// Lanes with some of those check-ins, with none, and with one that is gone.
fn some_lanes() -> impl Strategy<Value = Vec<Lane>> {
    let names = prop::collection::vec(prop::sample::select(vec!["a", "b", "c", "d", "gone"]), 0..3);
    prop::collection::vec(names, 1..5).prop_map(|all| {
        let each = all.into_iter().zip(["people", "work", "news", "notices"]);
        each.map(|(checkins, name)| lane(name, &checkins)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_message_comes_out_at_a_check_in_of_other_lanes(
        lanes in some_lanes(),
        checkins in check_ins(),
        asks in any::<bool>(),
        limit in prop::option::of(1..4_u32),
        deeds in prop::collection::vec((1..600_i64, a_deed()), 20..120),
    ) {
        let commit = if asks { CommitMode::Ask } else { CommitMode::AtClose };
        let mut person = Person::new(lanes, checkins, commit, limit);
        let mut minute = 1;
        for (later, deed) in deeds {
            minute += later;
            if minute > WEEKS {
                break;
            }
            person.does(&deed, at(minute))?;
        }
        person.catches_up(minute + 1)?;
    }
}

/// Work in the office, people in the evening, news on Sunday: two weeks of a person who misses windows, defers and leaves
/// undecided what there is.
#[test]
fn work_stays_in_the_office_for_two_weeks() {
    let checkins = vec![
        checkin("office", "mon-fri", &["9:30", "16:00"], "45m"),
        checkin("evening", "daily", &["20:00"], "1h"),
        checkin("reading", "sun", &["18:00"], "2h"),
    ];
    let lanes = vec![lane("people", &["evening"]), lane("work", &["office"]), lane("news", &["reading"])];
    let mut person = Person::new(lanes, checkins, CommitMode::AtClose, None);
    for hour in 0..14 * 24 {
        let minute = hour * 60;
        for lane in 0..3 {
            person.does(&Deed::Arrives(lane), at(minute)).unwrap();
        }
        // Of three windows one is missed; of what is begun a little is decided, and some of it deferred.
        if hour % 3 != 0 {
            for deed in [Deed::Begins, Deed::Decides { which: 70, what: 0 }, Deed::Decides { which: 5, what: 4 }] {
                person.does(&deed, at(minute + 7)).unwrap();
            }
        }
    }
    assert!(person.batches > 20, "{} batches", person.batches);
    let times = |lane: &str| {
        let of = person.seen.iter().filter(|(id, _)| person.lanes[id] == lane);
        of.map(|(_, seen)| seen.len()).max().unwrap()
    };
    assert!(times("work") > 3 && times("people") > 3, "some were carried over and over");
    person.catches_up(WEEKS).unwrap();
}
