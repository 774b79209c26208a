//! Beginning a window: which one can be begun now, and freezing its batch.

use std::cmp::Reverse;

use chrono::{DateTime, TimeDelta, Utc};

use super::pause::Shutter;
use super::{JobError, hold, write_back_plan};
use crate::config::Config;
use crate::domain::batch::{Batch, BatchOccasion, FIRST_BATCH, FIRST_MINUTES};
use crate::domain::lane::Lane;
use crate::domain::schedule::{Calendar, Window, wall};
use crate::store::{BatchKind, Beginning, LaneTurn, Store, Triaged};

/// What can be begun at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// A batch was begun and is not committed: it can be continued. Its time may be over.
    GoOn(Batch),
    /// A window can be begun; its time would be over at `until`. A missed window can be begun until `before`, if another
    /// window of its lanes or a day away ever comes. `uncommitted` is a batch whose time is over: it must be committed first.
    Begin {
        window: Window,
        until: DateTime<Utc>,
        late: bool,
        before: Option<DateTime<Utc>>,
        uncommitted: Option<Batch>,
    },
    /// Nothing. The next window opens then, if there is one.
    Wait { next: Option<Window> },
}

/// A window that can be begun, and the lanes that it releases.
struct Opening {
    window: Window,
    until: DateTime<Utc>,
    late: bool,
    before: Option<DateTime<Utc>>,
    lanes: Vec<LaneTurn>,
}

/// What can be begun or continued now. A window that nobody began can be begun late, until the next one of its lanes opens.
/// One that opened before the store was made does not count as missed, and on an away date nothing can be begun.
pub fn turn(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<Turn, JobError> {
    let batch = store.open_batch(BatchKind::Window)?.map(|(batch, _)| batch);
    match batch {
        Some(batch) if !batch.is_over(now) => Ok(Turn::GoOn(batch)),
        batch => {
            let since = batch.as_ref().and_then(opened);
            // A window that was missed before that batch's window could have been begun instead of it.
            let newer = |it: &Opening| !it.late || since.is_none_or(|since| since < it.window.opens);
            let opening = openings(store, config, now)?.into_iter().find(newer);
            Ok(match (opening, batch) {
                (Some(Opening { window, until, late, before, .. }), uncommitted) => {
                    Turn::Begin { window, until, late, before, uncommitted }
                }
                (None, Some(batch)) => Turn::GoOn(batch),
                (None, None) => Turn::Wait { next: Shutter::at(store, now)?.next(&config.calendar)? },
            })
        }
    }
}

fn opened(batch: &Batch) -> Option<DateTime<Utc>> {
    match batch.occasion() {
        BatchOccasion::Window { opens, .. } => Some(*opens),
        BatchOccasion::Exceptions => None,
    }
}

/// The windows that can be begun now: those that are open, the one that opened last first, then those that were missed.
fn openings(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<Vec<Opening>, JobError> {
    let (calendar, shutter) = (&config.calendar, Shutter::at(store, now)?);
    let mut openings = Vec::new();
    for window in calendar.all_open_at(now) {
        if shutter.lets_begin(&window)? && !store.was_read(&window)? {
            let comes_out = |lane: &Lane| lane.comes_out_at(&window.checkin, calendar);
            let (until, lanes) = (window.closes, turns(&config.lanes, comes_out));
            openings.push(Opening { window, until, late: false, before: Some(until), lanes });
        }
    }
    if calendar.away_until(now).is_none() {
        let next = calendar.next_after(now);
        for Missed { window, lanes, before } in missed(store, config, now)? {
            if !shutter.lets_begin(&window)? {
                continue;
            }
            let ends = now + (window.closes - window.opens);
            let until = next.as_ref().map_or(ends, |next| next.opens.min(ends));
            let lanes = turns(&config.lanes, |lane| lanes.contains(&lane.name));
            openings.push(Opening { window, until, late: true, before, lanes });
        }
    }
    Ok(openings)
}

/// The window at which a lane comes out next, once the batch that is open is committed: one that can be begun now, or the next
/// one that opens.
pub(super) fn next_of_lane(
    store: &Store,
    config: &Config,
    lane: &str,
    now: DateTime<Utc>,
) -> Result<Option<Window>, JobError> {
    for Opening { window, lanes, .. } in openings(store, config, now)? {
        // A lane that is not configured comes out at every check-in.
        if lanes.iter().find(|turn| turn.name == lane).is_none_or(|turn| turn.comes_out) {
            return Ok(Some(window));
        }
    }
    let lane = config.lanes.iter().find(|known| known.name == lane);
    let calendar = lane.map_or_else(|| config.calendar.clone(), |lane| lane.calendar(&config.calendar));
    Shutter::at(store, now)?.next(&calendar)
}

/// The turns of all lanes, in their order.
fn turns(lanes: &[Lane], comes_out: impl Fn(&Lane) -> bool) -> Vec<LaneTurn> {
    let turn =
        |lane: &Lane| LaneTurn { name: lane.name.clone(), comes_out: comes_out(lane), bundle: lane.bundle.clone() };
    lanes.iter().map(turn).collect()
}

/// A window that is over and was not begun.
struct Missed {
    window: Window,
    /// The lanes that it still releases: those that have had no other window since.
    lanes: Vec<String>,
    /// Until when it can be begun.
    before: Option<DateTime<Utc>>,
}

/// The windows that were missed, the latest first. Of each lane only its latest window counts, so that missed windows do not
/// pile up. A missed window releases only its own lanes, so that nothing comes out at a check-in of other lanes.
fn missed(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<Vec<Missed>, JobError> {
    let mut missed: Vec<Missed> = Vec::new();
    for lane in &config.lanes {
        let own = lane.calendar(&config.calendar);
        let Some(window) = own.latest_before(now).filter(|window| window.closes <= now) else { continue };
        if before_us(store, &window)? || store.was_read(&window)? {
            continue;
        }
        let before = begun_before(&own, now);
        match missed.iter_mut().find(|known| known.window == window) {
            Some(known) => {
                known.lanes.push(lane.name.clone());
                // It can be begun as long as one of its lanes waits for it. `None` is for ever.
                known.before = known.before.zip(before).map(|(one, other)| one.max(other));
            }
            None => missed.push(Missed { window, lanes: vec![lane.name.clone()], before }),
        }
    }
    missed.sort_by_key(|missed| Reverse(missed.window.opens));
    Ok(missed)
}

/// Until when the latest window of a lane can be begun: the opening of its next one, or the beginning of the first day away.
fn begun_before(own: &Calendar, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let away = own.away.iter().filter_map(|away| wall::midnight(own.zone, away.from));
    away.filter(|begins| *begins > now).chain(own.next_after(now).map(|next| next.opens)).min()
}

/// Whether a window opened before the store was made.
pub(super) fn before_us(store: &Store, window: &Window) -> Result<bool, JobError> {
    Ok(store.created_at()?.is_none_or(|created| window.opens < created))
}

/// What came of beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// The batch, new or continued.
    Batch(Batch),
    /// The window is open and nothing is held for it: no batch was made.
    Nothing(Window),
    /// A batch whose time is over is not committed. It must be committed before this window can be begun.
    Uncommitted {
        batch: Batch,
        window: Window,
    },
    Closed {
        next: Option<Window>,
    },
}

/// Begins the window that is open, or continues its batch.
pub fn begin(store: &mut Store, config: &Config, now: DateTime<Utc>) -> Result<Begun, JobError> {
    match turn(store, config, now)? {
        Turn::GoOn(batch) => Ok(Begun::Batch(batch)),
        Turn::Wait { next } => Ok(Begun::Closed { next }),
        Turn::Begin { window, uncommitted: Some(batch), .. } => Ok(Begun::Uncommitted { batch, window }),
        Turn::Begin { window, .. } => {
            // If nothing is held for the missed window, an earlier missed window of other lanes may have something.
            for Opening { window, until, lanes, .. } in openings(store, config, now)? {
                let occasion = BatchOccasion::Window { checkin: window.checkin, opens: window.opens, closes: until };
                if let Some(batch) = freeze(store, config, occasion, &lanes, now)? {
                    hold::release_begun(store, config, now)?;
                    return Ok(Begun::Batch(batch));
                }
            }
            hold::release_begun(store, config, now)?;
            Ok(Begun::Nothing(window))
        }
    }
}

/// Freezes what comes out on this occasion, as the settings have it; `None` where there is nothing.
fn freeze(
    store: &mut Store,
    config: &Config,
    occasion: BatchOccasion,
    lanes: &[LaneTurn],
    now: DateTime<Utc>,
) -> Result<Option<Batch>, JobError> {
    let (calendar, carry_limit, layout) = (&config.calendar, config.carry_limit, config.batch_layout);
    if let BatchOccasion::Window { checkin, opens, .. } = &occasion {
        let turn = |lane: &str| lanes.iter().find(|turn| turn.name == lane).is_none_or(|turn| turn.comes_out);
        let comes_out = |lane: &str, chosen: &str| chosen == checkin || turn(lane);
        store.bring_unanswered(calendar, comes_out, &write_back_plan::plan(config), (now.max(*opens), now))?;
    }
    Ok(store.begin(&Beginning { occasion, lanes, calendar, carry_limit, layout, now })?)
}

/// Begins the first batch, which needs no check-in: what is held comes out, of every lane, at this hour. It can be begun
/// while no window of this store was ever committed. A batch that is open already is continued; where a check-in is open
/// now, that is begun.
///
/// # Errors
/// `NotFirst` where a window was committed, or where the store cannot be read or written.
pub fn begin_first(store: &mut Store, config: &Config, now: DateTime<Utc>) -> Result<Begun, JobError> {
    match turn(store, config, now)? {
        Turn::Wait { .. } | Turn::Begin { late: true, uncommitted: None, .. } => {
            let occasion = BatchOccasion::first(now);
            let closes = now + TimeDelta::minutes(FIRST_MINUTES);
            let window = Window { checkin: FIRST_BATCH.to_owned(), opens: now, closes, zone: config.calendar.zone };
            let lanes = turns(&config.lanes, |_| true);
            let batch = freeze(store, config, occasion, &lanes, now)?;
            hold::release_begun(store, config, now)?;
            Ok(batch.map_or(Begun::Nothing(window), Begun::Batch))
        }
        Turn::GoOn(_) | Turn::Begin { .. } => begin(store, config, now),
    }
}

/// Whether the first batch can be begun now: no window was ever committed, and none is open or begun.
pub fn is_first_possible(store: &Store, turn: &Turn) -> Result<bool, JobError> {
    let free = matches!(turn, Turn::Wait { .. } | Turn::Begin { late: true, uncommitted: None, .. });
    Ok(free && !store.was_ever_committed()?)
}

/// Begins, or continues, a batch of what exceptions let through; `None` where they let nothing through.
pub fn begin_exceptions(store: &mut Store, config: &Config, now: DateTime<Utc>) -> Result<Option<Batch>, JobError> {
    if let Some((batch, _)) = store.open_batch(BatchKind::Exceptions)? {
        return Ok(Some(batch));
    }
    let lanes = turns(&config.lanes, |_| false);
    Ok(store.begin(&Beginning {
        occasion: BatchOccasion::Exceptions,
        lanes: &lanes,
        calendar: &config.calendar,
        carry_limit: None,
        layout: config.batch_layout,
        now,
    })?)
}

/// The batch that scripts mean when they name none: that of the open window, else that of the exceptions.
pub fn current(store: &Store) -> Result<Option<Triaged>, JobError> {
    Ok(match store.open_batch(BatchKind::Window)? {
        Some(batch) => Some(batch),
        None => store.open_batch(BatchKind::Exceptions)?,
    })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::{Begun, Turn, begin, missed, turn};
    use crate::config::Config;
    use crate::domain::lane::Lane;
    use crate::domain::moment::Moment;
    use crate::domain::schedule::{CheckIn, Days, Zone, parse_away, parse_length, parse_time};
    use crate::store::Store;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// The usual check-ins and one on Sundays, with a lane that comes out at that one alone, and one that comes out at all.
    fn with_sunday() -> Config {
        let mut config = Config::embedded(Zone::UTC);
        config.calendar.checkins.push(CheckIn {
            name: "sunday".into(),
            days: Days::parse("sun").unwrap(),
            at: vec![parse_time("11:00").unwrap()],
            length: parse_length("1h").unwrap(),
            zone: Zone::UTC,
        });
        config.lanes = vec![
            Lane { name: "news".into(), matches: None, checkins: vec!["sunday".into()], bundle: Vec::new() },
            Lane { name: "people".into(), matches: None, checkins: Vec::new(), bundle: Vec::new() },
        ];
        config
    }

    fn born(folder: &tempfile::TempDir, on: &str) -> Store {
        let mut store = Store::open(&folder.path().join("store.db")).unwrap();
        store.record_created_at(Moment::real(at(on))).unwrap();
        store
    }

    /// What was missed, and of which lanes.
    fn told(store: &Store, config: &Config, now: &str) -> Vec<String> {
        let missed = missed(store, config, at(now)).unwrap();
        missed.iter().map(|it| format!("{} {}: {}", it.window.checkin, it.window.opens, it.lanes.join(", "))).collect()
    }

    #[test]
    fn of_each_lane_the_latest_window_is_missed_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let store = born(&folder, "2026-11-25T08:00:00Z");
        let config = with_sunday();
        assert_eq!(
            told(&store, &config, "2026-11-25T09:00:00Z"),
            [""; 0],
            "those before the store was there were nobody's"
        );
        assert_eq!(told(&store, &config, "2026-11-29T11:59:59Z"), [""; 0], "it is open");
        let sunday = "sunday 2026-11-29 11:00:00 UTC: news";
        assert_eq!(told(&store, &config, "2026-11-29T12:00:00Z"), [format!("{sunday}, people")]);
        let later = told(&store, &config, "2026-12-05T12:00:00Z");
        assert_eq!(later, ["afternoon 2026-12-04 16:00:00 UTC: people", sunday], "its next one is on Sunday");
        assert_eq!(
            told(&store, &config, "2026-11-30T11:00:00Z"),
            ["morning 2026-11-30 10:00:00 UTC: people", sunday],
            "each keeps to its lanes"
        );
    }

    #[test]
    fn a_missed_window_of_a_lane_can_be_begun_until_that_lane_has_its_next() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = born(&folder, "2026-11-25T08:00:00Z");
        let config = with_sunday();
        let turned = |store: &Store, now| match turn(store, &config, at(now)).unwrap() {
            Turn::Begin { window, late, before, .. } => (window.checkin, late, before),
            other => panic!("{other:?}"),
        };
        let until = Some(at("2026-12-06T11:00:00Z"));
        assert_eq!(turned(&store, "2026-11-29T13:00:00Z"), ("sunday".to_owned(), true, until), "the news wait a week");
        assert_eq!(turned(&store, "2026-11-30T10:10:00Z").0, "morning", "what is open goes first");
        assert_eq!(turned(&store, "2026-11-30T11:00:00Z").2, Some(at("2026-11-30T16:00:00Z")));
        let begun = begin(&mut store, &config, at("2026-11-30T11:00:00Z")).unwrap();
        assert!(matches!(begun, Begun::Nothing(window) if window.checkin == "morning"), "none of them has anything");
    }

    #[test]
    fn a_missed_window_can_be_begun_until_the_next_one_opens_or_a_day_away_begins() {
        let folder = tempfile::tempdir().unwrap();
        let store = born(&folder, "2026-11-20T08:00:00Z");
        let mut config = with_sunday();
        let before = |config: &Config, now| match turn(&store, config, at(now)).unwrap() {
            Turn::Begin { late: true, before, .. } => before,
            other => panic!("{other:?}"),
        };
        for now in ["2026-11-23T10:50:00Z", "2026-11-23T13:00:00Z", "2026-11-23T15:59:59Z"] {
            assert_eq!(before(&config, now), Some(at("2026-11-23T16:00:00Z")), "{now}");
        }
        config.calendar.away = vec![parse_away("2026-11-24..2026-11-30").unwrap()];
        assert_eq!(before(&config, "2026-11-23T17:00:00Z"), Some(at("2026-11-24T00:00:00Z")));
        config.calendar.away = vec![parse_away("2026-12-01..2099-12-31").unwrap()];
        assert_eq!(before(&config, "2026-11-30T17:00:00Z"), Some(at("2026-12-01T00:00:00Z")));
    }

    #[test]
    fn nothing_is_begun_late_on_an_away_date() {
        let folder = tempfile::tempdir().unwrap();
        let store = born(&folder, "2026-11-20T08:00:00Z");
        let mut config = with_sunday();
        let late =
            |config: &Config, now| matches!(turn(&store, config, at(now)).unwrap(), Turn::Begin { late: true, .. });
        assert!(late(&config, "2026-11-23T08:00:00Z"));
        config.calendar.away = vec![parse_away("2026-11-23").unwrap()];
        assert!(!late(&config, "2026-11-23T08:00:00Z"), "the door is closed that day");
        assert!(late(&config, "2026-11-24T08:00:00Z"), "and it is not lost");
    }
}
