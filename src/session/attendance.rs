//! For how long the batch in hand is open and somebody is there. Counted in memory: nothing is written when a key is pressed.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::BatchId;
use crate::domain::opening::Opening;

/// Whoever presses no key for longer is not there any more.
const IDLE: TimeDelta = TimeDelta::minutes(5);

/// What happened on the screen at one moment.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Moved {
    /// The batch in hand afterwards.
    pub batch: Option<BatchId>,
    /// How many keys were pressed; a click and a paste count as one.
    pub keys: u32,
    /// How many acts were asked for.
    pub decisions: u32,
}

/// The stretch that goes on, where one does.
#[derive(Debug, Default)]
pub(super) struct Attendance {
    stretch: Option<Opening>,
    /// The batch that was in hand last, also while nobody is there.
    batch: Option<BatchId>,
}

impl Attendance {
    /// Takes in what happened; returns a stretch that is over by it.
    pub(super) fn moved(&mut self, moved: Moved, now: DateTime<Utc>) -> Option<Opening> {
        let is_new = moved.batch != self.batch;
        self.batch = moved.batch;
        let mut over = self.leave_if_idle(now);
        // What was pressed or decided last is of the batch that was in hand before.
        if let Some(stretch) = &mut self.stretch {
            stretch.keys = stretch.keys.saturating_add(moved.keys);
            stretch.decisions = stretch.decisions.saturating_add(moved.decisions);
            if moved.keys > 0 || is_new {
                stretch.until = now;
            }
            if is_new {
                over = self.stretch.take();
            }
        }
        let starts = self.stretch.is_none() && (is_new || moved.keys > 0);
        if let (true, Some(batch)) = (starts, moved.batch) {
            let (keys, decisions) = if is_new { (0, 0) } else { (moved.keys, moved.decisions) };
            self.stretch = Some(Opening { batch, since: now, until: now, keys, decisions });
        }
        over
    }

    /// Somebody was there up to now without a key for the screen: an editor had the terminal.
    pub(super) fn stayed(&mut self, now: DateTime<Utc>) {
        if let Some(stretch) = &mut self.stretch {
            stretch.until = stretch.until.max(now);
        }
    }

    /// The screen is left.
    pub(super) fn leave(&mut self, now: DateTime<Utc>) -> Option<Opening> {
        let over = self.leave_if_idle(now);
        self.batch = None;
        let mut stretch = self.stretch.take();
        if let Some(stretch) = &mut stretch {
            stretch.until = now;
        }
        over.or(stretch)
    }

    /// A stretch ends with its last key where none followed for long, and where the clock was set back.
    fn leave_if_idle(&mut self, now: DateTime<Utc>) -> Option<Opening> {
        let goes_on = |stretch: &Opening| stretch.until <= now && now - stretch.until <= IDLE;
        if self.stretch.as_ref().is_some_and(|stretch| !goes_on(stretch)) { self.stretch.take() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{Attendance, Moved};
    use crate::domain::ids::BatchId;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap() + TimeDelta::seconds(seconds)
    }

    /// What each stretch was: its batch, from when to when in seconds, its keys and its decisions.
    type Stretch = (i64, i64, i64, u32, u32);

    /// Plays moments (second, batch, keys, decisions), 0 for no batch, and leaves at a second.
    fn stretches(moments: &[(i64, i64, u32, u32)], leaves: i64) -> Vec<Stretch> {
        let mut attendance = Attendance::default();
        let mut over = Vec::new();
        for &(second, batch, keys, decisions) in moments {
            let batch = (batch > 0).then_some(BatchId(batch));
            over.extend(attendance.moved(Moved { batch, keys, decisions }, at(second)));
        }
        over.extend(attendance.leave(at(leaves)));
        let second = |instant: DateTime<Utc>| (instant - at(0)).num_seconds();
        over.iter().map(|it| (it.batch.0, second(it.since), second(it.until), it.keys, it.decisions)).collect()
    }

    #[test]
    fn a_stretch_lasts_from_the_opening_to_the_commit() {
        // At the door; the batch comes; two decisions; the keys of the commit; the receipt.
        let moments =
            [(0, 0, 1, 0), (1, 7, 0, 0), (10, 7, 1, 1), (20, 7, 1, 1), (30, 7, 1, 0), (31, 0, 0, 0), (90, 0, 1, 0)];
        assert_eq!(stretches(&moments, 99), [(7, 1, 31, 3, 2)]);
    }

    #[test]
    fn whoever_presses_no_key_for_five_minutes_is_not_there() {
        let moments = [(0, 7, 0, 0), (10, 7, 1, 1), (60, 7, 0, 0), (310, 7, 1, 0), (611, 7, 0, 0), (2_000, 7, 1, 1)];
        assert_eq!(stretches(&moments, 2_010), [(7, 0, 310, 2, 1), (7, 2_000, 2_010, 1, 1)]);
    }

    #[test]
    fn another_batch_is_another_stretch() {
        let moments = [(0, 7, 0, 0), (10, 7, 1, 1), (20, 8, 0, 0), (30, 8, 1, 1), (40, 7, 0, 0)];
        assert_eq!(stretches(&moments, 50), [(7, 0, 20, 1, 1), (8, 20, 40, 1, 1), (7, 40, 50, 0, 0)]);
    }

    #[test]
    fn a_clock_that_is_set_back_ends_a_stretch_and_begins_another_one() {
        let moments = [(0, 7, 0, 0), (100, 7, 2, 0), (-3_600, 7, 1, 0), (-3_590, 7, 1, 1)];
        assert_eq!(stretches(&moments, -3_580), [(7, 0, 100, 2, 0), (7, -3_600, -3_580, 2, 1)]);
    }

    #[test]
    fn an_editor_keeps_the_stretch_going() {
        let mut attendance = Attendance::default();
        let batch = Some(BatchId(7));
        assert!(attendance.moved(Moved { batch, ..Moved::default() }, at(0)).is_none());
        attendance.stayed(at(1_200));
        assert!(attendance.moved(Moved { batch, keys: 1, decisions: 0 }, at(1_210)).is_none());
        assert_eq!(attendance.leave(at(1_220)).map(|it| it.until), Some(at(1_220)));
        assert!(attendance.leave(at(1_230)).is_none());
    }
}
