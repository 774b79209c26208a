//! The places that the deferral picker offers, resolved to windows before one is chosen.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::schedule::Calendar;
use crate::domain::triage::Until;
use crate::ui::event::Places;

/// How many check-ins ahead can be named by a digit.
const AHEAD: usize = 9;

pub fn places(calendar: &Calendar, now: DateTime<Utc>) -> Places {
    let ahead: Vec<Until> = calendar
        .coming(now)
        .skip_while(|window| window.opens <= now)
        .take(AHEAD)
        .map(|window| Until::of(&window))
        .collect();
    Places {
        next: ahead.first().cloned(),
        tomorrow: calendar.tomorrow_first(now).map(|window| Until::of(&window)),
        next_week: calendar.next_week_first(now).map(|window| Until::of(&window)),
        ahead,
    }
}

/// The first window on a date or after it, as the only place.
pub fn place_on(calendar: &Calendar, date: NaiveDate, now: DateTime<Utc>) -> Places {
    let window = calendar.first_on_or_after(date).filter(|window| window.opens > now);
    Places { next: window.map(|window| Until::of(&window)), ..Places::default() }
}
