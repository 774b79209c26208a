//! The places that the deferral picker offers, resolved to windows before one is chosen.

use chrono::{DateTime, Utc};

use crate::domain::schedule::{Calendar, Window};
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

/// A window that was named, as the only place.
pub fn only(window: &Window) -> Places {
    Places { next: Some(Until::of(window)), ..Places::default() }
}
