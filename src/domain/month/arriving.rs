//! When messages came, how often a counter would have changed, and how often the person was interrupted.

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};

use super::spans::Spans;
use crate::domain::arrival::Arrival;
use crate::domain::peek::PeekKind;
use crate::domain::schedule::{Zone, wall};

/// Messages that come no farther apart than this are one occasion.
pub const APART: TimeDelta = TimeDelta::minutes(5);

/// How many messages came on each weekday, from Monday, in each hour of the local clock.
pub type WeekHours = [[u32; 24]; 7];

/// The arrivals of a month.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arriving {
    pub messages: u32,
    pub by_hour: WeekHours,
    /// How often a counter of unread messages would have changed while no window was open.
    pub occasions: u32,
    /// How often rules let something through while no window was open.
    pub by_rules: u32,
    /// How many messages they let through, at whatever time.
    pub let_through: u32,
    pub peeks: u32,
    pub questions: u32,
    pub codes: u32,
}

impl Arriving {
    /// Of the arrivals of one month, in the order in which they came.
    pub(super) fn of(arrivals: &[Arrival], windows: &Spans, looks: impl Iterator<Item = PeekKind>, zone: Zone) -> Self {
        let mut arriving = Self { messages: number(arrivals.len()), ..Self::default() };
        for arrival in arrivals {
            if let Some(hour) = hour_of(&mut arriving.by_hour, zone, arrival.at) {
                *hour += 1;
            }
        }
        let outside = |arrival: &&Arrival| !windows.contains(arrival.at);
        let through = |arrival: &&Arrival| arrival.let_through;
        arriving.occasions = occasions(arrivals.iter().filter(outside).map(|arrival| arrival.at));
        arriving.by_rules = occasions(arrivals.iter().filter(outside).filter(through).map(|arrival| arrival.at));
        arriving.let_through = number(arrivals.iter().filter(through).count());
        for look in looks {
            *match look {
                PeekKind::Look => &mut arriving.peeks,
                PeekKind::Ask => &mut arriving.questions,
                PeekKind::Code => &mut arriving.codes,
            } += 1;
        }
        arriving
    }

    /// How often the person looked at what was held, in whatever way.
    #[must_use]
    pub fn looks(&self) -> u32 {
        self.peeks + self.questions + self.codes
    }

    /// How often the person was interrupted: by rules, and by looking.
    #[must_use]
    pub fn interruptions(&self) -> u32 {
        self.by_rules + self.looks()
    }
}

/// How many occasions there are among instants in order: one more wherever two are farther apart than `APART`.
fn occasions(instants: impl Iterator<Item = DateTime<Utc>>) -> u32 {
    let mut last = None;
    let mut occasions = 0;
    for at in instants {
        if last.is_none_or(|last| at - last > APART) {
            occasions += 1;
        }
        last = Some(at);
    }
    occasions
}

fn hour_of(hours: &mut WeekHours, zone: Zone, at: DateTime<Utc>) -> Option<&mut u32> {
    let shown = wall::shown(zone, at);
    hours.get_mut(shown.weekday().num_days_from_monday() as usize)?.get_mut(shown.hour() as usize)
}

/// A count that fits.
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Arriving, Spans};
    use crate::domain::arrival::Arrival;
    use crate::domain::ids::Id;
    use crate::domain::peek::PeekKind;
    use chrono::{DateTime, TimeDelta, Utc};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn arrival(at: DateTime<Utc>, let_through: bool) -> Arrival {
        Arrival {
            message: Id(1),
            at,
            source: "work".into(),
            lane: "people".into(),
            came_out: None,
            held: !let_through,
            let_through,
            began_thread: true,
            mattered: None,
        }
    }

    #[test]
    fn messages_five_minutes_apart_are_one_occasion_and_those_within_a_window_none() {
        let begin = at("2026-11-02T09:00:00Z");
        let minutes = [0, 5, 10, 16, 58, 61, 70, 100, 200];
        let arrivals = minutes.map(|minute| arrival(begin + TimeDelta::minutes(minute), minute == 16 || minute == 61));
        let windows = Spans::of([(begin + TimeDelta::minutes(60), begin + TimeDelta::minutes(100))]);
        let looks = [PeekKind::Look, PeekKind::Ask, PeekKind::Code, PeekKind::Look];
        let arriving = Arriving::of(&arrivals, &windows, looks.into_iter(), "UTC".into());
        // 0-5-10; 16; 58; [61 and 70 within the window]; 100, with which it closes; 200.
        assert_eq!((arriving.messages, arriving.occasions), (9, 5));
        assert_eq!(
            (arriving.by_rules, arriving.let_through),
            (1, 2),
            "what came through while it was open interrupts nobody"
        );
        assert_eq!((arriving.looks(), arriving.peeks, arriving.interruptions()), (4, 2, 5));
        assert_eq!(arriving.by_hour[0][9..13], [5, 3, 0, 1], "Monday, by the hour");
        assert_eq!(arriving.by_hour.iter().flatten().sum::<u32>(), 9);
    }

    #[test]
    fn an_hour_that_comes_twice_has_the_messages_of_both() {
        // In Berlin the clock showed 2 to 3 twice on 25 October 2026, and never on 29 March.
        let instants = ["2026-10-25T00:10:00Z", "2026-10-25T01:10:00Z", "2026-03-29T00:59:00Z", "2026-03-29T01:01:00Z"];
        let arrivals = instants.map(|text| arrival(at(text), false));
        let arriving = Arriving::of(&arrivals, &Spans::default(), std::iter::empty(), "Europe/Berlin".into());
        assert_eq!(arriving.by_hour[6][1..4], [1, 2, 1], "Sunday");
    }
}
