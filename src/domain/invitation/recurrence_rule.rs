//! How an event or a change of clocks repeats (RRULE, RFC 5545 §3.3.10), worked out in times of the clock.
//!
//! Understood is what calendars write: days, weeks, months and years, with weekdays, days of the month, months and places among
//! these. Of any other rule only the words are told, and no dates. Every walk is bounded: so many periods, so many times.

use std::collections::VecDeque;

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, NaiveDateTime, Utc, Weekday};

/// So many periods are walked through at most: eleven years of days.
const PERIODS: usize = 4_000;
/// So many times are given at most.
const TIMES: usize = 20_000;
/// No calendar goes further (RFC 3339 has four digits for a year).
const LAST_YEAR: i32 = 9_999;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// When a rule ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleEnd {
    /// With so many times, the first one among them.
    Count(u32),
    /// With this instant, this day or this time of the clock, which are part of it.
    At(DateTime<Utc>),
    Day(NaiveDate),
    Local(NaiveDateTime),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecurrenceRule {
    pub frequency: Frequency,
    /// At least 1.
    pub interval: u32,
    pub end: Option<RuleEnd>,
    /// Weekdays, each with its place in the month (`-1` is the last) or 0 for all of them.
    pub by_day: Vec<(i8, Weekday)>,
    /// Days of the month, 1 to 31; negative ones count from its end.
    pub by_month_day: Vec<i8>,
    pub by_month: Vec<u8>,
    /// Places among the times of one period; negative ones count from its end.
    pub by_set_position: Vec<i16>,
    pub week_start: Weekday,
    /// The rule as it is written, where there is something in it that is not understood.
    pub not_understood: Option<String>,
}

impl RecurrenceRule {
    #[must_use]
    pub fn every(frequency: Frequency) -> Self {
        Self {
            frequency,
            interval: 1,
            end: None,
            by_day: Vec::new(),
            by_month_day: Vec::new(),
            by_month: Vec::new(),
            by_set_position: Vec::new(),
            week_start: Weekday::Mon,
            not_understood: None,
        }
    }

    #[must_use]
    pub fn is_understood(&self) -> bool {
        self.not_understood.is_none()
    }

    /// The times that it gives, in order, `start` first, which counts among them whatever the rule says. What lies long before
    /// `from` is passed over where that can be done without counting.
    #[must_use]
    pub fn walls(&self, start: NaiveDateTime, from: NaiveDateTime) -> Walls<'_> {
        let left = match self.end {
            Some(RuleEnd::Count(count)) => usize::try_from(count).unwrap_or(usize::MAX).min(TIMES),
            _ => TIMES,
        };
        let passed = if matches!(self.end, Some(RuleEnd::Count(_))) { 0 } else { self.periods_between(start, from) };
        let periods = if self.is_understood() { PERIODS } else { 0 };
        Walls { rule: self, start, period: passed, periods, times: VecDeque::from([start]), left }
    }

    /// How many periods lie surely before `from`.
    fn periods_between(&self, start: NaiveDateTime, from: NaiveDateTime) -> u32 {
        let days = (from - start).num_days();
        let years = i64::from(from.year()) - i64::from(start.year());
        let periods = match self.frequency {
            Frequency::Daily => days,
            Frequency::Weekly => days / 7,
            Frequency::Monthly => years * 12 + i64::from(from.month()) - i64::from(start.month()),
            Frequency::Yearly => years,
        };
        u32::try_from(periods / i64::from(self.interval.max(1)) - 1).unwrap_or(0)
    }

    /// The dates of the period with this number, ascending. `None` behind the end of the calendar.
    fn dates(&self, start: NaiveDate, period: u32) -> Option<Vec<NaiveDate>> {
        let steps = period.checked_mul(self.interval.max(1))?;
        let mut dates = match self.frequency {
            Frequency::Daily => {
                let day = start.checked_add_days(Days::new(steps.into()))?;
                Some(day).filter(|day| self.fits_month_day(*day) && self.fits_weekday(*day)).into_iter().collect()
            }
            Frequency::Weekly => {
                let monday = start.week(self.week_start).checked_first_day()?;
                let first = monday.checked_add_days(Days::new(u64::from(steps) * 7))?;
                let wanted = |day: &NaiveDate| {
                    let named = self.by_day.iter().any(|(_, weekday)| *weekday == day.weekday());
                    named || self.by_day.is_empty() && day.weekday() == start.weekday()
                };
                first.iter_days().take(7).filter(wanted).collect()
            }
            Frequency::Monthly => {
                let first = start.with_day(1)?.checked_add_months(Months::new(steps))?;
                self.in_month(first, start)
            }
            Frequency::Yearly => {
                let year = start.year().checked_add(i32::try_from(steps).ok()?)?;
                let months: Vec<u32> = match self.by_month.is_empty() {
                    false => self.by_month.iter().map(|month| u32::from(*month)).collect(),
                    true if self.by_month_day.is_empty() => vec![start.month()],
                    true => (1..=12).collect(),
                };
                let first_days = months.into_iter().filter_map(|month| NaiveDate::from_ymd_opt(year, month, 1));
                first_days.flat_map(|first| self.in_month(first, start)).collect()
            }
        };
        dates.retain(|day| {
            self.by_month.is_empty() || self.by_month.iter().any(|month| u32::from(*month) == day.month())
        });
        dates.sort_unstable();
        dates.dedup();
        Some(self.placed(dates))
    }

    /// The dates of one month.
    fn in_month(&self, first: NaiveDate, start: NaiveDate) -> Vec<NaiveDate> {
        let days = first.iter_days().take_while(|day| day.month() == first.month() && day.year() == first.year());
        match (self.by_day.is_empty(), self.by_month_day.is_empty()) {
            (true, true) => days.filter(|day| day.day() == start.day()).collect(),
            _ => days.filter(|day| self.fits_weekday(*day) && self.fits_month_day(*day)).collect(),
        }
    }

    fn fits_month_day(&self, day: NaiveDate) -> bool {
        let (number, last) = (day.day(), i64::from(day.num_days_in_month()));
        let is = |wanted: &i8| {
            let wanted = i64::from(*wanted);
            i64::from(number) == if wanted < 0 { last + 1 + wanted } else { wanted }
        };
        self.by_month_day.is_empty() || self.by_month_day.iter().any(is)
    }

    fn fits_weekday(&self, day: NaiveDate) -> bool {
        let (before, after) = ((day.day() - 1) / 7 + 1, (u32::from(day.num_days_in_month()) - day.day()) / 7 + 1);
        let is = |(nth, weekday): &(i8, Weekday)| {
            let place = if *nth < 0 { after } else { before };
            *weekday == day.weekday() && (*nth == 0 || u32::from(nth.unsigned_abs()) == place)
        };
        self.by_day.is_empty() || self.by_day.iter().any(is)
    }

    /// Those of a period's dates that BYSETPOS names.
    fn placed(&self, dates: Vec<NaiveDate>) -> Vec<NaiveDate> {
        if self.by_set_position.is_empty() {
            return dates;
        }
        let count = i64::try_from(dates.len()).unwrap_or(i64::MAX);
        let wanted = |place: i64| {
            self.by_set_position.iter().any(|it| {
                let it = i64::from(*it);
                place == if it < 0 { count + it } else { it - 1 }
            })
        };
        dates.into_iter().zip(0..).filter(|(_, place)| wanted(*place)).map(|(day, _)| day).collect()
    }
}

/// The times of a rule, worked out one period after the other.
#[derive(Debug)]
pub struct Walls<'a> {
    rule: &'a RecurrenceRule,
    start: NaiveDateTime,
    period: u32,
    /// How many periods may still be walked through.
    periods: usize,
    /// Those of the last period that are still to be given.
    times: VecDeque<NaiveDateTime>,
    left: usize,
}

impl Walls<'_> {
    /// Whether the walk has ended at its bound, and not with the rule.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.periods == 0 && self.left > 0
    }
}

impl Iterator for Walls<'_> {
    type Item = NaiveDateTime;

    fn next(&mut self) -> Option<NaiveDateTime> {
        if self.left == 0 {
            return None;
        }
        while self.times.is_empty() {
            self.periods = self.periods.checked_sub(1)?;
            let dates = self.rule.dates(self.start.date(), self.period)?;
            self.period = self.period.checked_add(1)?;
            let time = self.start.time();
            self.times.extend(dates.into_iter().map(|day| day.and_time(time)).filter(|at| *at > self.start));
            if self.times.back().is_some_and(|last| last.year() > LAST_YEAR) {
                return None;
            }
        }
        self.left -= 1;
        self.times.pop_front()
    }
}
