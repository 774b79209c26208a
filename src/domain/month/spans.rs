//! Stretches of time that do not overlap, in order: when windows were open, when a batch was in hand.

use chrono::{DateTime, TimeDelta, Utc};

/// Stretches, each from its beginning up to, and without, its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spans(Vec<(DateTime<Utc>, DateTime<Utc>)>);

impl Spans {
    /// Of any stretches in any order: what overlaps or touches becomes one, and what ends before it begins is left out.
    #[must_use]
    pub fn of(stretches: impl IntoIterator<Item = (DateTime<Utc>, DateTime<Utc>)>) -> Self {
        let mut all: Vec<_> = stretches.into_iter().filter(|(from, to)| from < to).collect();
        all.sort_unstable();
        let mut joined: Vec<(DateTime<Utc>, DateTime<Utc>)> = Vec::with_capacity(all.len());
        for (from, to) in all {
            match joined.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        Self(joined)
    }

    #[must_use]
    pub fn contains(&self, at: DateTime<Utc>) -> bool {
        let begun = self.0.partition_point(|(from, _)| *from <= at);
        begun.checked_sub(1).and_then(|last| self.0.get(last)).is_some_and(|(_, to)| at < *to)
    }

    /// How long they are together.
    #[must_use]
    pub fn length(&self) -> TimeDelta {
        self.0.iter().map(|(from, to)| *to - *from).sum()
    }

    pub fn iter(&self) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> + '_ {
        self.0.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::Spans;
    use chrono::{DateTime, TimeDelta, Utc};

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    #[test]
    fn what_overlaps_is_counted_once() {
        let spans = Spans::of([(at(10), at(40)), (at(0), at(5)), (at(30), at(35)), (at(40), at(45)), (at(9), at(2))]);
        assert_eq!(spans.iter().collect::<Vec<_>>(), [(at(0), at(5)), (at(10), at(45))]);
        assert_eq!(spans.length(), TimeDelta::minutes(40));
        let inside = [-1, 0, 4, 5, 9, 10, 44, 45].map(|minute| spans.contains(at(minute)));
        assert_eq!(inside, [false, true, true, false, false, true, true, false]);
        assert!(!Spans::default().contains(at(0)));
    }
}
