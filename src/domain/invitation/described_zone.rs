//! A zone as a message describes it (VTIMEZONE, RFC 5545 §3.6.5): offsets, and the rules by which one follows another.

use chrono::{NaiveDateTime, TimeDelta};

use super::recurrence_rule::{RecurrenceRule, RuleEnd};

/// From one change of the clocks to another: STANDARD or DAYLIGHT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observance {
    /// The first change, by the clock before it.
    pub start: NaiveDateTime,
    /// The offsets before and after, in seconds east of UTC.
    pub from: i32,
    pub to: i32,
    /// When it comes again.
    pub rule: Option<RecurrenceRule>,
    /// Further changes, by the clock before them.
    pub dates: Vec<NaiveDateTime>,
}

/// All of them, at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedZone {
    observances: Vec<Observance>,
}

/// What the clock of a zone is ahead of UTC at a time that it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DescribedOffset {
    pub seconds: i32,
    /// The clock is put forward over this time; the offset is that before.
    pub in_gap: bool,
}

impl DescribedZone {
    /// `None` without an observance, or where a rule among them cannot be worked out.
    #[must_use]
    pub fn new(observances: Vec<Observance>) -> Option<Self> {
        let readable = observances.iter().all(|it| it.rule.as_ref().is_none_or(RecurrenceRule::is_understood));
        (readable && !observances.is_empty()).then_some(Self { observances })
    }

    /// The offset when the clock shows this. Before the first change it is the offset before it.
    #[must_use]
    pub fn offset(&self, written: NaiveDateTime) -> DescribedOffset {
        let changes = self.observances.iter().filter_map(|it| Some((it.latest(written)?, it)));
        let Some((at, observance)) = changes.max_by_key(|(at, _)| *at) else {
            let first = self.observances.iter().min_by_key(|observance| observance.start);
            return DescribedOffset { seconds: first.map_or(0, |observance| observance.from), in_gap: false };
        };
        let forward = i64::from(observance.to) - i64::from(observance.from);
        let in_gap = written - at < TimeDelta::seconds(forward);
        DescribedOffset { seconds: if in_gap { observance.from } else { observance.to }, in_gap }
    }
}

impl Observance {
    /// The latest change at or before a time, both by the clock before the change.
    fn latest(&self, written: NaiveDateTime) -> Option<NaiveDateTime> {
        let by_dates = self.dates.iter().copied().filter(|at| *at <= written).max();
        let by_start = Some(self.start).filter(|at| *at <= written);
        by_dates.max(by_start).max(self.latest_by_rule(written))
    }

    fn latest_by_rule(&self, written: NaiveDateTime) -> Option<NaiveDateTime> {
        let rule = self.rule.as_ref()?;
        let not_over = |at: &NaiveDateTime| match rule.end {
            Some(RuleEnd::At(end)) => *at - TimeDelta::seconds(self.from.into()) <= end.naive_utc(),
            Some(RuleEnd::Day(day)) => at.date() <= day,
            Some(RuleEnd::Local(end)) => *at <= end,
            Some(RuleEnd::Count(_)) | None => true,
        };
        // A rule that has ended gave its last change in the year of its end.
        let near = match rule.end {
            Some(RuleEnd::At(end)) => written.min(end.naive_utc()),
            Some(RuleEnd::Day(day)) => written.min(day.and_time(chrono::NaiveTime::MIN)),
            Some(RuleEnd::Local(end)) => written.min(end),
            Some(RuleEnd::Count(_)) | None => written,
        };
        let years_before = near.checked_sub_signed(TimeDelta::days(800)).unwrap_or(self.start);
        rule.walls(self.start, years_before).take_while(|at| *at <= written && not_over(at)).last()
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDateTime;

    use super::{DescribedZone, Observance};
    use crate::domain::invitation::{Frequency, RecurrenceRule};

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    fn yearly(start: &str, (from, to): (i32, i32), month: u8, nth: i8) -> Observance {
        let mut rule = RecurrenceRule::every(Frequency::Yearly);
        rule.by_month = vec![month];
        rule.by_day = vec![(nth, chrono::Weekday::Sun)];
        Observance { start: at(start), from: from * 3_600, to: to * 3_600, rule: Some(rule), dates: Vec::new() }
    }

    #[test]
    fn the_latest_change_counts_and_a_gap_is_told() {
        let summer = yearly("1601-03-25 02:00", (1, 2), 3, -1);
        let winter = yearly("1601-10-28 03:00", (2, 1), 10, -1);
        let zone = DescribedZone::new(vec![winter, summer]).unwrap();
        let offset = |text: &str| {
            let found = zone.offset(at(text));
            (found.seconds / 3_600, found.in_gap)
        };
        assert_eq!(offset("2026-01-15 12:00"), (1, false));
        assert_eq!(offset("2026-03-29 01:59"), (1, false));
        assert_eq!(offset("2026-03-29 02:30"), (1, true), "left out");
        assert_eq!(offset("2026-03-29 03:00"), (2, false));
        assert_eq!(offset("2026-10-25 02:59"), (2, false), "the first of two");
        assert_eq!(offset("2026-10-25 03:00"), (1, false));
        assert_eq!(offset("9999-07-01 12:00"), (2, false));
        assert_eq!(offset("1500-07-01 12:00"), (1, false), "before the first change");
    }
}
