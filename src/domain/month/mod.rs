//! A month of the person's own mail: what came and when, how long it waited, what it took, and how answers went.
//!
//! Everything is counted from lists of values (`facts`), in the zone of the person; nothing is estimated where it can be counted, and what
//! is not over counts as far as it is known. What each figure means, and how it was counted, is one sentence in `figures`. The words
//! that a screen, a command and a picture have in common are in `words`; the picture to share is in `svg`.

mod answering;
mod arriving;
mod calendar_month;
pub mod facts;
pub mod figures;
mod spans;
mod spent;
pub mod svg;
mod waiting;
mod windows;
pub mod words;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

pub use answering::{AnswerTimes, CorrespondentAnswers, ENOUGH, WATCHED};
pub use arriving::{APART, Arriving, WeekHours};
pub use calendar_month::CalendarMonth;
pub use spans::Spans;
pub use spent::TimeSpent;
pub use waiting::{LaneWaits, LongestWait, WaitTimes};
pub use windows::{WeekWindow, windows_of};

use crate::domain::arrival::Arrival;
use crate::domain::line_note::LineNote;
use crate::domain::outage::Outage;
use crate::domain::schedule::{Zone, wall};
use crate::domain::statistics::{ENOUGH_TO_TELL, Interval, wilson};
use facts::{MatterAnswers, MonthFacts, RatedRule, SourceGap};

/// Everything that is told of a month.
#[derive(Debug, Clone, PartialEq)]
pub struct Month {
    pub month: CalendarMonth,
    pub zone: Zone,
    /// What came until then is counted: the end of the month, or now.
    pub until: DateTime<Utc>,
    pub is_over: bool,
    /// Since when facts are kept; `None` where none are.
    pub since: Option<DateTime<Utc>>,
    /// On how many dates a window opened so far.
    pub days: u32,
    /// How many windows opened so far.
    pub checkins: u32,
    pub windows: Vec<WeekWindow>,
    pub arriving: Arriving,
    /// How many messages came on each date of the month, from the first.
    pub by_day: Vec<u32>,
    pub waiting: WaitTimes,
    pub lanes: Vec<LaneWaits>,
    pub matter: Matter,
    pub time: TimeSpent,
    pub carried: Carried,
    /// Exceptions that let something through, as they are in the facts.
    pub exceptions: Vec<RatedRule>,
    pub answers: Vec<CorrespondentAnswers>,
    pub gaps: Vec<SourceGap>,
    /// What is said about a correspondent with whom mail becomes a chat. It is not counted from the facts: who counts a month adds it.
    pub line: Option<LineNote>,
}

/// A month, and the one before it to compare.
#[derive(Debug, Clone, PartialEq)]
pub struct MonthPair {
    pub month: Month,
    pub before: Month,
}

/// Whether earlier would have changed anything, of those messages that were asked about.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matter {
    pub answers: MatterAnswers,
    /// The share of yes, with 90 % certainty (Wilson); `None` where too few were asked to tell.
    pub interval: Option<Interval>,
}

impl Matter {
    fn of(answers: MatterAnswers) -> Self {
        let asked = answers.yes.saturating_add(answers.no);
        let interval = if asked < ENOUGH_TO_TELL { None } else { wilson(answers.yes, asked) };
        Self { answers, interval }
    }

    /// How many questions have an answer.
    #[must_use]
    pub fn asked(&self) -> u32 {
        self.answers.yes.saturating_add(self.answers.no)
    }
}

/// What was carried over at the commits of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Carried {
    /// Each message as often as it was carried over.
    pub over: u32,
    /// How long the oldest had been there, since it arrived.
    pub oldest: Option<TimeDelta>,
}

impl Month {
    /// Counts a month.
    #[must_use]
    pub fn of(mut facts: MonthFacts) -> Self {
        let zone = facts.zone;
        let span = facts.month.span(zone);
        let until = span.end.min(facts.now).max(span.start);
        facts.arrivals.retain(|arrival| span.contains(&arrival.at));
        facts.arrivals.sort_unstable_by_key(|arrival| (arrival.at, arrival.message));
        facts.windows.sort_unstable();
        let open = Spans::of(facts.windows.iter().copied());
        let opened: Vec<DateTime<Utc>> = facts.windows.iter().map(|(opens, _)| *opens).collect();
        let within: Vec<_> = facts.windows.iter().copied().filter(|(opens, _)| span.contains(opens)).collect();
        let so_far = || within.iter().map(|(opens, _)| *opens).filter(|opens| *opens <= facts.now);
        let mut dates: Vec<NaiveDate> = so_far().map(|opens| wall::date_of(zone, opens)).collect();
        dates.dedup();
        let looks = facts.looks.iter().filter(|(at, _)| span.contains(at)).map(|(_, kind)| *kind);
        let closed: Vec<_> = facts.closed.iter().filter(|batch| span.contains(&batch.committed)).copied().collect();
        let openings = facts.openings.iter().filter(|opening| span.contains(&opening.since));
        let watched_until = facts.now.min(span.end + WATCHED);
        let watched = answering::Watched { own: watched_until, theirs: watched_until.min(facts.seen_until) };
        Self {
            month: facts.month,
            zone,
            until,
            is_over: span.end <= facts.now,
            since: facts.since,
            days: arriving::number(dates.len()),
            checkins: arriving::number(so_far().count()),
            windows: windows::by_weekday(&within, zone),
            arriving: Arriving::of(&facts.arrivals, &open, looks, zone),
            by_day: by_day(&facts.arrivals, facts.month, zone),
            waiting: WaitTimes::of(facts.arrivals.iter(), facts.now),
            lanes: waiting::by_lane(&facts.arrivals, &facts.lanes, facts.now),
            matter: Matter::of(facts.matter),
            time: TimeSpent::of(openings, &closed, zone),
            carried: Carried {
                over: closed.iter().map(|batch| batch.carried_over).sum(),
                oldest: closed.iter().filter_map(|batch| batch.oldest).max(),
            },
            exceptions: facts.exceptions,
            answers: answering::answers(&facts.exchange, &span, watched, &opened),
            gaps: gaps(&facts.outages, (span.start, until), zone),
            line: None,
        }
    }

    /// Whether there is nothing to tell: facts are not kept yet, or nothing has happened since they are.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.arriving.messages == 0 && self.time.batches == 0 && self.arriving.looks() == 0 && self.answers.is_empty()
    }

    /// Since when facts are kept, where that is in this month or later: what came before is not counted.
    #[must_use]
    pub fn begins_late(&self) -> Option<DateTime<Utc>> {
        let begins = self.month.span(self.zone).start;
        self.since.filter(|since| *since > begins)
    }
}

/// How many messages came on each date of a month that has come so far or is still to come.
fn by_day(arrivals: &[Arrival], month: CalendarMonth, zone: Zone) -> Vec<u32> {
    let first = month.first_day();
    let length = (month.after().first_day() - first).num_days();
    let mut days = vec![0; usize::try_from(length).unwrap_or(0)];
    for arrival in arrivals {
        let day = usize::try_from((wall::date_of(zone, arrival.at) - first).num_days());
        if let Some(day) = day.ok().and_then(|day| days.get_mut(day)) {
            *day += 1;
        }
    }
    days
}

/// The dates on which sources could not be read for a while, in order. Outages of one source on the same or on neighbouring dates are one gap.
fn gaps(outages: &[Outage], (from, until): (DateTime<Utc>, DateTime<Utc>), zone: Zone) -> Vec<SourceGap> {
    let mut gaps: Vec<SourceGap> = Vec::new();
    let mut outages: Vec<&Outage> = outages.iter().collect();
    outages.sort_by_key(|outage| (&outage.source, outage.since));
    for outage in outages {
        let (since, end) = (outage.since.max(from), outage.until.unwrap_or(until).min(until));
        if since >= end {
            continue;
        }
        // What ends with a midnight does not reach into the date that begins there.
        let last = wall::date_of(zone, end - TimeDelta::seconds(1));
        let gap = SourceGap { source: outage.source.clone(), from: wall::date_of(zone, since), to: last };
        match gaps.last_mut() {
            Some(before) if before.source == gap.source && gap.from <= before.to.succ_opt().unwrap_or(before.to) => {
                before.to = before.to.max(gap.to);
            }
            _ => gaps.push(gap),
        }
    }
    gaps.sort_by_key(|gap| gap.from);
    gaps
}

#[cfg(test)]
mod tests {
    use super::facts::{MatterAnswers, SourceGap};
    use super::{Matter, gaps};
    use crate::domain::outage::Outage;
    use chrono::{DateTime, NaiveDate, Utc};

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-11-{text}:00Z").parse().unwrap()
    }

    #[test]
    fn outages_are_told_by_the_dates_that_they_touch() {
        let outage = |source: &str, since, until: Option<&str>| Outage {
            source: source.to_owned(),
            since: at(since),
            until: until.map(at),
        };
        let outages = [
            outage("work", "12T22:00", Some("13T23:00")),
            outage("work", "14T08:00", Some("14T09:00")),
            outage("home", "29T08:00", None),
            outage("home", "05T10:00", Some("05T09:00")),
            outage("work", "20T08:00", Some("20T09:00")),
        ];
        let date = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let gap = |source: &str, from, to| SourceGap { source: source.to_owned(), from: date(from), to: date(to) };
        let found = gaps(&outages, (at("01T00:00"), at("30T12:00")), "Europe/Berlin".into());
        assert_eq!(found, [gap("work", 12, 14), gap("work", 20, 20), gap("home", 29, 30)]);
    }

    #[test]
    fn of_fewer_than_twenty_answers_no_share_is_told() {
        let matter = |yes, no| Matter::of(MatterAnswers { yes, no, skipped: 9, cases: Vec::new() });
        assert_eq!(matter(3, 16).interval, None);
        assert_eq!(matter(3, 61).interval.unwrap().in_a_hundred(), (2, 11));
        assert_eq!((matter(3, 61).asked(), matter(0, 20).interval.is_some()), (64, true));
    }
}
