//! Beginning a window: which one can be begun now, and freezing its batch.

use chrono::{DateTime, TimeDelta, Utc};

use super::{JobError, hold};
use crate::config::Config;
use crate::domain::batch::{Batch, BatchOccasion};
use crate::domain::schedule::{Calendar, Window, wall};
use crate::store::{BatchKind, Beginning, LaneTurn, Store, Triaged};

/// What can be begun at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// A batch was begun and is not committed: it can be continued.
    GoOn(Batch),
    /// A window can be begun; its time would be over at `until`. A missed window can be begun until `before`, if
    /// another window or a day away ever comes.
    Begin { window: Window, until: DateTime<Utc>, late: bool, before: Option<DateTime<Utc>> },
    /// Nothing. The next window opens then, if there is one.
    Wait { next: Option<Window> },
}

/// What can be begun or continued now. A window that nobody began can be begun late, until the next one opens. One
/// that opened before the store was made does not count as missed, and on an away date nothing can be begun.
pub fn turn(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<Turn, JobError> {
    if let Some((batch, _)) = store.open_batch(BatchKind::Window)? {
        return Ok(Turn::GoOn(batch));
    }
    let calendar = &config.calendar;
    let next = calendar.next_after(now);
    for window in calendar.all_open_at(now) {
        if !store.was_read(&window)? {
            let until = window.closes;
            return Ok(Turn::Begin { window, until, late: false, before: Some(until) });
        }
    }
    let late = if calendar.away_until(now).is_none() { missed(calendar, now) } else { Vec::new() };
    for window in late {
        if !before_us(store, &window)? && !store.was_read(&window)? {
            let ends = now + (window.closes - window.opens);
            let until = next.as_ref().map_or(ends, |next| next.opens.min(ends));
            let before = begun_before(calendar, now, next.as_ref());
            return Ok(Turn::Begin { window, until, late: true, before });
        }
    }
    Ok(Turn::Wait { next })
}

/// Until when a missed window can be begun: the opening of the next one, or the beginning of the first day away.
fn begun_before(calendar: &Calendar, now: DateTime<Utc>, next: Option<&Window>) -> Option<DateTime<Utc>> {
    let away = calendar.away.iter().filter_map(|away| wall::midnight(calendar.zone, away.from));
    away.filter(|begins| *begins > now).chain(next.map(|next| next.opens)).min()
}

/// Whether a window opened before the store was made.
pub(super) fn before_us(store: &Store, window: &Window) -> Result<bool, JobError> {
    Ok(store.created_at()?.is_none_or(|created| window.opens < created))
}

/// The windows that opened last and are over. There are several where check-ins open at the same instant, each with
/// its own lanes.
fn missed(calendar: &Calendar, now: DateTime<Utc>) -> Vec<Window> {
    let Some(latest) = calendar.latest_before(now) else { return Vec::new() };
    let mut together = calendar.windows(latest.opens, latest.opens + TimeDelta::seconds(1));
    together.retain(|window| window.closes <= now);
    together
}

/// What came of beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// The batch, new or continued.
    Batch(Batch),
    /// The window is open and nothing is held for it: no batch was made.
    Nothing(Window),
    Closed {
        next: Option<Window>,
    },
}

/// Begins the window that is open, or continues its batch.
pub fn begin(store: &mut Store, config: &Config, now: DateTime<Utc>) -> Result<Begun, JobError> {
    match turn(store, config, now)? {
        Turn::GoOn(batch) => Ok(Begun::Batch(batch)),
        Turn::Wait { next } => Ok(Begun::Closed { next }),
        Turn::Begin { window, until, .. } => {
            let lanes = turns(store, config, &window.checkin, now)?;
            let occasion =
                BatchOccasion::Window { checkin: window.checkin.clone(), opens: window.opens, closes: until };
            let batch = store.begin(&Beginning { occasion, lanes: &lanes, calendar: &config.calendar, now })?;
            hold::release_begun(store, config, now)?;
            Ok(batch.map_or(Begun::Nothing(window), Begun::Batch))
        }
    }
}

/// Begins, or continues, a batch of what exceptions let through; `None` where they let nothing through.
pub fn begin_exceptions(store: &mut Store, config: &Config, now: DateTime<Utc>) -> Result<Option<Batch>, JobError> {
    if let Some((batch, _)) = store.open_batch(BatchKind::Exceptions)? {
        return Ok(Some(batch));
    }
    let lanes = LaneTurn::at(&config.lanes, "", now);
    Ok(store.begin(&Beginning {
        occasion: BatchOccasion::Exceptions,
        lanes: &lanes,
        calendar: &config.calendar,
        now,
    })?)
}

/// Which lanes a check-in releases: those that have it, and those whose own latest window nobody began, with the
/// messages that this window would have released. So a missed window merges into the next one that is begun. A window
/// that is still open is not missed, and can be begun itself.
fn turns(store: &Store, config: &Config, checkin: &str, now: DateTime<Utc>) -> Result<Vec<LaneTurn>, JobError> {
    let mut turns = LaneTurn::at(&config.lanes, checkin, now);
    for (turn, lane) in turns.iter_mut().zip(&config.lanes) {
        if turn.arrived_by.is_some() {
            continue;
        }
        let mut own = config.calendar.clone();
        own.checkins.retain(|checkin| lane.comes_out_at(&checkin.name));
        if let Some(window) = own.latest_before(now)
            && window.closes <= now
            && !before_us(store, &window)?
            && !store.was_read(&window)?
        {
            turn.arrived_by = Some(window.opens);
        }
    }
    Ok(turns)
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

    use super::{Turn, turn, turns};
    use crate::config::Config;
    use crate::domain::lane::Lane;
    use crate::domain::moment::Moment;
    use crate::domain::schedule::{CheckIn, Days, Zone, parse_away, parse_length, parse_time};
    use crate::store::Store;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// The usual check-ins and one on Sundays, with a lane that only this one releases.
    fn with_sunday() -> Config {
        let mut config = Config::embedded(Zone::UTC);
        config.calendar.checkins.push(CheckIn {
            name: "sunday".into(),
            days: Days::parse("sun").unwrap(),
            at: vec![parse_time("11:00").unwrap()],
            length: parse_length("1h").unwrap(),
            zone: Zone::UTC,
        });
        config.lanes = vec![Lane { name: "news".into(), matches: None, checkins: vec!["sunday".into()] }];
        config
    }

    fn born(folder: &tempfile::TempDir, on: &str) -> Store {
        let mut store = Store::open(&folder.path().join("store.db")).unwrap();
        store.record_created_at(Moment::real(at(on))).unwrap();
        store
    }

    #[test]
    fn a_lane_merges_only_where_its_own_window_was_missed() {
        let folder = tempfile::tempdir().unwrap();
        let store = born(&folder, "2026-11-25T08:00:00Z");
        let config = with_sunday();
        let by = |now| turns(&store, &config, "morning", at(now)).unwrap()[0].arrived_by;
        assert_eq!(by("2026-11-25T10:05:00Z"), None, "the Sunday before the store was there was nobody's to miss");
        assert_eq!(by("2026-11-29T11:59:59Z"), None, "its own window is open");
        assert_eq!(by("2026-11-30T10:05:00Z"), Some(at("2026-11-29T11:00:00Z")), "this one was missed");
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
