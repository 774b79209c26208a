//! Holds `src/domain/schedule`: the schedule over every zone of the IANA database, around every change of its clocks
//! from 2000 to 2040.
//!
//! What is right is worked out here from nothing but a zone's offset at an instant, which is the half of a time zone
//! that cannot be ambiguous; the schedule itself goes the other way, from the wall to the instant.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{
    DateTime, Datelike, Days as DayCount, Duration, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc, Weekday,
};
use proptest::prelude::*;
use tidebox::domain::schedule::zone_name::names;
use tidebox::domain::schedule::{Away, Calendar, CheckIn, Days, Window, Zone, parse_away};

/// Between two changes of its clocks a zone has one offset: from an instant on, so many seconds east.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    from: i64,
    offset: i64,
}

fn built_in(name: &str) -> Zone {
    Zone::built_in(name).unwrap()
}

fn offset(zone: Zone, at: i64) -> i64 {
    let utc = DateTime::from_timestamp(at, 0).unwrap().naive_utc();
    i64::from(zone.offset_from_utc_datetime(&utc).fix().local_minus_utc())
}

fn year(year: i32) -> i64 {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap().and_time(NaiveTime::MIN).and_utc().timestamp()
}

/// The stretches of a zone from 2000 to the end of 2040: two looks a day, and halving where they differ.
fn stretches(zone: Zone) -> Vec<Stretch> {
    const STEP: i64 = 12 * 3_600;
    let mut found = vec![Stretch { from: year(2000) - 30 * 86_400, offset: offset(zone, year(2000)) }];
    let mut at = year(2000);
    while at < year(2041) {
        let before = found.last().unwrap().offset;
        if offset(zone, at + STEP) != before {
            let (mut old, mut new) = (at, at + STEP);
            while new - old > 1 {
                let middle = i64::midpoint(old, new);
                if offset(zone, middle) == before { old = middle } else { new = middle }
            }
            found.push(Stretch { from: new, offset: offset(zone, new) });
        }
        at += STEP;
    }
    found
}

/// The first instant at which a clock shows `wall` or later, by trying one stretch after the other.
fn first_instant(stretches: &[Stretch], wall: NaiveDateTime) -> i64 {
    let wall = wall.and_utc().timestamp();
    let ends = stretches.iter().skip(1).map(|next| next.from).chain([i64::MAX]);
    let mut tried = stretches.iter().zip(ends);
    tried
        .find_map(|(stretch, end)| (wall - stretch.offset < end).then(|| (wall - stretch.offset).max(stretch.from)))
        .unwrap()
}

fn utc(at: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(at, 0).unwrap()
}

fn wall(seconds: i64) -> NaiveDateTime {
    utc(seconds).naive_utc()
}

fn daily(zone: Zone, at: impl IntoIterator<Item = NaiveTime>) -> Calendar {
    let days = Days::parse("daily").unwrap();
    let length = Duration::minutes(45);
    let checkin = CheckIn { name: "tide".to_owned(), days, at: at.into_iter().collect(), length, zone };
    Calendar { zone, checkins: vec![checkin], away: Vec::new() }
}

/// Zones as files, as a system has them: with few changes and with many, with a rule for what comes after, and without.
fn from_files() -> Vec<Zone> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/zones"));
    let areas = std::fs::read_dir(folder).unwrap().map(|area| area.unwrap().path());
    let files = areas.flat_map(|area| std::fs::read_dir(area).unwrap()).map(|file| file.unwrap().path());
    let read = |path: PathBuf| {
        let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
        Zone::from_file(name, &std::fs::read(&path).unwrap()).unwrap()
    };
    files.map(read).collect()
}

/// Runs a test for every zone, on all processors.
fn for_every_zone(test: impl Fn(Zone) + Sync) {
    let zones: Vec<Zone> = names().map(built_in).chain(from_files()).collect();
    let taken = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(zone) = zones.get(taken.fetch_add(1, Ordering::Relaxed)) {
                    test(*zone);
                }
            });
        }
    });
    assert!(taken.into_inner() >= zones.len());
}

/// A zone that is read from a file has the changes of the one that is built in, until the files were made: what was decided
/// later, as in Morocco, is known to the newer release alone.
#[test]
fn a_file_says_the_same_as_what_is_built_in() {
    let zones = from_files();
    assert!(zones.len() > 8, "{zones:?}");
    for zone in zones {
        let known = built_in(zone.name());
        let old = |it: &Stretch| it.from < year(2026);
        let of = |zone| stretches(zone).into_iter().filter(old).map(|it| (it.from, it.offset)).collect::<Vec<_>>();
        assert_eq!(of(zone), of(known), "{zone}");
    }
}

/// Windows at wall-clock times before, in and after the gap or the overlap, and around midnight.
#[test]
fn around_every_change_each_date_has_each_of_its_windows_once_and_at_the_right_instant() {
    let changes = AtomicUsize::new(0);
    for_every_zone(|zone| {
        let stretches = stretches(zone);
        changes.fetch_add(stretches.len() - 1, Ordering::Relaxed);
        for change in 1..stretches.len() {
            let near = &stretches[change.saturating_sub(2)..stretches.len().min(change + 3)];
            around(zone, near, stretches[change - 1].offset, stretches[change]);
        }
    });
    let changes = changes.into_inner();
    assert!(changes > 15_000, "only {changes} changes were found");
}

fn around(zone: Zone, near: &[Stretch], before: i64, after: Stretch) {
    const DAY: i64 = 86_400;
    let change = after.from;
    let (low, high) = (change + before.min(after.offset), change + before.max(after.offset));
    let walls = [low - 3_600, low - 60, low, i64::midpoint(low, high) / 60 * 60, high - 60, high, high + 3_600];
    let midnight = [NaiveTime::MIN, NaiveTime::from_hms_opt(23, 59, 0).unwrap()];
    let times: BTreeSet<NaiveTime> = walls.into_iter().map(|at| wall(at).time()).chain(midnight).collect();

    let calendar = daily(zone, times.iter().copied());
    let (from, to) = (change - 2 * DAY, change + 2 * DAY);
    let dates = wall(from).date().checked_sub_days(DayCount::new(3)).unwrap().iter_days().take(10);
    let expected: Vec<i64> = dates
        .flat_map(|date| times.iter().map(move |time| date.and_time(*time)))
        .map(|wall| first_instant(near, wall))
        .filter(|opens| (from..to).contains(opens))
        .collect::<BTreeSet<i64>>()
        .into_iter()
        .collect();
    let windows = calendar.windows(utc(from), utc(to));
    let opens: Vec<i64> = windows.iter().map(|window| window.opens.timestamp()).collect();
    assert_eq!(opens, expected, "{zone}, around {}", utc(change));
    assert!(windows.iter().all(|window| window.closes - window.opens == Duration::minutes(45)));

    // In a gap the window opens at the change, in an overlap at the first of the two times.
    let inside = first_instant(near, wall(i64::midpoint(low, high) / 60 * 60));
    assert_eq!(
        inside,
        if before < after.offset { change } else { i64::midpoint(low, high) / 60 * 60 - before },
        "{zone}"
    );
    assert!(opens.contains(&inside));

    for now in [change - 1, change, change + 1, inside + 45 * 60] {
        agrees(&calendar, &windows, utc(now));
    }
}

/// What a calendar says of an instant is what its windows, all in a row, say of it.
fn agrees(calendar: &Calendar, windows: &[Window], now: DateTime<Utc>) {
    let ahead = windows.partition_point(|window| window.opens <= now);
    assert_eq!(calendar.next_after(now).as_ref(), windows.get(ahead), "next after {now} in {}", calendar.zone);
    assert_eq!(calendar.nth_after(now, 3).as_ref(), windows.get(ahead + 2), "third after {now} in {}", calendar.zone);
    let past = &windows[..ahead];
    assert_eq!(calendar.latest_before(now).as_ref(), latest(past.iter()), "latest before {now} in {}", calendar.zone);
    let open = past.iter().filter(|window| now < window.closes);
    assert_eq!(calendar.open_at(now).as_ref(), latest(open), "open at {now} in {}", calendar.zone);
}

/// The window that opened last; of several, the one that stands first.
fn latest<'a>(windows: impl DoubleEndedIterator<Item = &'a Window>) -> Option<&'a Window> {
    windows.rev().max_by_key(|window| window.opens)
}

/// Instants worked out by Python's zoneinfo, from a database of its own (`scripts/zone-sample.py`).
#[test]
fn python_finds_the_same_instants() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/zoneinfo-sample.jsonl");
    let sample = std::fs::read_to_string(path).unwrap();
    let mut lines = sample.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    assert_eq!(lines.next().unwrap()["made_by"], "scripts/zone-sample.py");
    let mut compared = 0;
    for line in lines {
        let zone = built_in(line["zone"].as_str().unwrap());
        for pair in line["instants"].as_array().unwrap() {
            let wall = NaiveDateTime::parse_from_str(pair[0].as_str().unwrap(), "%Y-%m-%dT%H:%M").unwrap();
            let instant =
                NaiveDateTime::parse_from_str(pair[1].as_str().unwrap(), "%Y-%m-%dT%H:%MZ").unwrap().and_utc();
            let windows = daily(zone, [wall.time()]).windows(instant, instant + Duration::minutes(1));
            assert_eq!(windows.len(), 1, "{zone} {wall}: Python says {instant}");
            assert_eq!(windows[0].opens, instant, "{zone} {wall}");
            compared += 1;
        }
    }
    assert!(compared > 2_500, "only {compared} instants were compared");
}

/// Apia had no 30 December 2011. Its windows open when the 31st begins, as one, like those of any gap.
#[test]
fn a_date_that_was_left_out_opens_once_at_the_beginning_of_the_next() {
    let hours = [10, 16].map(|hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap());
    let mut calendar = daily(built_in("Pacific/Apia"), hours);
    let (from, to) = ("2011-12-29T20:00:00Z".parse().unwrap(), "2011-12-31T10:00:00Z".parse().unwrap());
    let opens = |calendar: &Calendar| -> Vec<String> {
        let windows = calendar.windows(from, to);
        windows.iter().map(|window| window.opens.with_timezone(&window.zone).format("%d %H:%M").to_string()).collect()
    };
    assert_eq!(opens(&calendar), ["29 10:00", "29 16:00", "31 00:00", "31 10:00", "31 16:00"]);
    calendar.away = vec![parse_away("2011-12-30").unwrap()];
    assert_eq!(opens(&calendar), ["29 10:00", "29 16:00", "31 10:00", "31 16:00"]);
    calendar.away = vec![parse_away("2011-12-31").unwrap()];
    assert_eq!(opens(&calendar), ["29 10:00", "29 16:00"], "nor does it open on the 31st for the 30th");
}

/// In St. John's, clocks went from 0:01 on 7 November 2010 back to 23:01 on the 6th: the 7th began, the 6th went on.
#[test]
fn a_window_in_a_piece_of_a_date_that_comes_again_is_one_of_that_date() {
    let mut calendar = daily(Zone::UTC, [NaiveTime::from_hms_opt(3, 0, 0).unwrap()]);
    calendar.zone = built_in("America/St_Johns");
    let date = |day| NaiveDate::from_ymd_opt(2010, 11, day).unwrap();
    let opens = |day| calendar.on(date(day)).iter().map(|window| window.opens.to_rfc3339()).collect::<Vec<_>>();
    assert_eq!(opens(6), ["2010-11-06T03:00:00+00:00", "2010-11-07T03:00:00+00:00"]);
    assert_eq!(opens(7), ["2010-11-08T03:00:00+00:00"]);
    assert_eq!(calendar.first_on_or_after(date(7)), calendar.first_on(date(7)));
}

fn rules() -> impl Strategy<Value = Days> {
    let written = prop_oneof![
        Just("daily"),
        Just("mon-fri"),
        Just("sat,sun"),
        Just("fri-mon"),
        Just("1st mon"),
        Just("last fri"),
        Just("2nd,4th tue,last day"),
        Just("15th"),
        Just("31st"),
        Just("5th wed"),
    ];
    written.prop_map(|text| Days::parse(text).unwrap())
}

fn checkins() -> impl Strategy<Value = Vec<CheckIn>> {
    let time = (0u32..96).prop_map(|quarter| NaiveTime::from_hms_opt(quarter / 4, quarter % 4 * 15, 0).unwrap());
    let times = proptest::collection::vec(time, 1..4);
    let length = prop_oneof![1i64..120, Just(24 * 60)].prop_map(Duration::minutes);
    let zone = proptest::sample::select(names().map(built_in).collect::<Vec<_>>());
    let checkin = (rules(), times, length, zone);
    proptest::collection::vec(checkin, 0..4).prop_map(|checkins| {
        let named = checkins.into_iter().enumerate();
        named
            .map(|(place, (days, at, length, zone))| CheckIn { name: place.to_string(), days, at, length, zone })
            .collect()
    })
}

/// Some days away, in the month around a day that is given as days since the epoch.
fn away(day: i64) -> impl Strategy<Value = Vec<Away>> {
    let range = (-20i64..20, 0i64..9).prop_map(move |(from, length)| {
        let date = |days: i64| utc((day + days) * 86_400).date_naive();
        Away { from: date(from), to: date(from + length) }
    });
    proptest::collection::vec(range, 0..3)
}

fn calendars() -> impl Strategy<Value = (Calendar, DateTime<Utc>)> {
    let zone = proptest::sample::select(names().map(built_in).collect::<Vec<_>>());
    (zone, checkins(), year(2000)..year(2041)).prop_flat_map(|(zone, checkins, now)| {
        // Whole quarters are when things happen, so they are met more often than by chance.
        let now = prop_oneof![Just(now), Just(now - now % 900)];
        (Just((zone, checkins)), now).prop_flat_map(|((zone, checkins), now)| {
            let away = away(now / 86_400);
            away.prop_map(move |away| (Calendar { zone, checkins: checkins.clone(), away }, utc(now)))
        })
    })
}

proptest::proptest! {
    #[test]
    fn what_is_said_of_an_instant_agrees_with_the_windows_in_a_row((calendar, now) in calendars()) {
        // Of any rule above there is a third window within a year and a half, and a last one within half a year.
        let windows = calendar.windows(now - Duration::days(250), now + Duration::days(600));
        prop_assert!(windows.windows(2).all(|pair| (pair[0].opens, &pair[0].checkin) < (pair[1].opens, &pair[1].checkin)));
        agrees(&calendar, &windows, now);

        let open: Vec<Window> = calendar.all_open_at(now);
        prop_assert_eq!(open.first().cloned(), calendar.open_at(now));
        prop_assert!(open.iter().all(|window| windows.contains(window) && window.is_open_at(now)));
        let names: BTreeSet<&String> = windows.iter().filter(|window| window.is_open_at(now)).map(|window| &window.checkin).collect();
        prop_assert_eq!(open.iter().map(|window| &window.checkin).collect::<BTreeSet<_>>(), names);
    }

    #[test]
    fn a_row_of_windows_can_be_cut_anywhere((calendar, middle) in calendars()) {
        let (from, to) = (middle - Duration::days(40), middle + Duration::days(40));
        let mut halves = calendar.windows(from, middle);
        halves.extend(calendar.windows(middle, to));
        prop_assert_eq!(halves, calendar.windows(from, to));
        prop_assert_eq!(calendar.windows(to, from), []);
    }

    #[test]
    fn no_window_opens_on_a_day_away((calendar, now) in calendars()) {
        let month = |calendar: &Calendar| calendar.windows(now - Duration::days(40), now + Duration::days(40));
        let windows = month(&calendar);
        let closed = |date| calendar.away.iter().any(|away| away.contains(date));
        for window in month(&Calendar { away: Vec::new(), ..calendar.clone() }) {
            let opens = window.opens.with_timezone(&window.zone).date_naive();
            // One that is kept opens on no such day. One that is missing opens on one, or was put off from one.
            if windows.contains(&window) {
                prop_assert!(!closed(opens));
            } else {
                prop_assert!(closed(opens) || closed(opens.pred_opt().unwrap()));
            }
        }
        let today = now.with_timezone(&calendar.zone).date_naive();
        let until = calendar.away_until(now);
        prop_assert_eq!(until.is_some(), calendar.away.iter().any(|away| away.contains(today)));
        if let Some(back) = until.and_then(|last| last.succ_opt()) {
            prop_assert!(today < back && calendar.away.iter().all(|away| !away.contains(back)));
        }
    }

    #[test]
    fn a_day_has_the_windows_that_open_on_its_date((calendar, now) in calendars()) {
        let date_of = |window: &Window| window.opens.with_timezone(&calendar.zone).date_naive();
        let today = now.with_timezone(&calendar.zone).date_naive();
        let windows = calendar.windows(now - Duration::days(4), now + Duration::days(400));
        let on = |date| windows.iter().filter(|window| date_of(window) == date).cloned().collect::<Vec<_>>();
        prop_assert_eq!(calendar.today(now), on(today));
        prop_assert_eq!(calendar.first_on(today), on(today).first().cloned());

        let tomorrow = today.succ_opt().unwrap();
        let first_from = |date| windows.iter().find(|window| date_of(window) >= date).cloned();
        prop_assert_eq!(calendar.tomorrow_first(now), first_from(tomorrow));
        let monday = tomorrow.iter_days().find(|date| date.weekday() == Weekday::Mon).unwrap();
        prop_assert_eq!(calendar.next_week_first(now), first_from(monday));
    }
}
