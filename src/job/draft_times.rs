//! When a message leaves, and when what it answers comes back: in the words of the person, and as the check-ins have it.

use chrono::{DateTime, Utc};

use crate::config::Config;
use crate::domain::answering::Departure;
use crate::domain::defer_choices::DeferScope;
use crate::domain::outbox::DepartureTime;
use crate::domain::schedule::pause_end;
use crate::domain::text_enum::TextEnum as _;
use crate::domain::until::Until;

/// What can be written for when a message leaves.
const LEAVES: &str = "write close, next, now, a day (fri, 1 dec, 2026-12-01), a time (18:00, 2026-12-01 18:00) or the name of a \
    check-in";
/// What can be written for when what is answered comes back.
const REMIND: &str = "write a day (tomorrow, fri, 1 dec, 2026-12-01, 2w) or the name of a check-in";

/// When it leaves, in the person's words or as its identity says.
pub(super) fn leaving(
    config: &Config,
    text: &str,
    default: Departure,
    now: DateTime<Utc>,
) -> Result<DepartureTime, (String, String)> {
    let departure = match text.trim() {
        "" => Some(default),
        word => Departure::ALL.iter().copied().find(|known| known.name().eq_ignore_ascii_case(word)),
    };
    match departure {
        Some(Departure::Close) => Ok(DepartureTime::Close),
        Some(Departure::Next) => Ok(DepartureTime::Next),
        Some(Departure::Now) => Ok(DepartureTime::At(now)),
        None => {
            let scope = DeferScope::new(&config.calendar, &config.lanes, Vec::new());
            let day = text.trim().trim_end_matches("'s first");
            match scope.named(day, now) {
                Ok(target) => Ok(DepartureTime::At(target.until.opens)),
                // A time of the clock. What was meant to leave by now leaves at once.
                Err(mistake) => pause_end(text, config.calendar.zone, now)
                    .map(|at| DepartureTime::At(at.max(now)))
                    .map_err(|_| (format!("`Leaves` is not understood: {}", mistake.what), LEAVES.to_owned())),
            }
        }
    }
}

/// When what is answered comes back, in the person's words. `lanes` are those of what it answers; `None` where it answers nothing.
pub(super) fn reminds(
    config: &Config,
    text: &str,
    lanes: Option<Vec<String>>,
    now: DateTime<Utc>,
) -> Result<Option<Until>, (String, String)> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let Some(lanes) = lanes else {
        let what = "`Remind` brings back what is answered, and this answers no message".to_owned();
        return Err((what, "delete the line".to_owned()));
    };
    let scope = DeferScope::new(&config.calendar, &config.lanes, lanes);
    match scope.named(text.trim_end_matches("'s first"), now) {
        Ok(target) => Ok(Some(target.until)),
        Err(mistake) => Err((format!("`Remind` is not understood: {}", mistake.what), REMIND.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::leaving;
    use crate::config::Config;
    use crate::domain::answering::Departure;
    use crate::domain::outbox::DepartureTime;
    use crate::domain::schedule::Zone;

    #[test]
    fn a_day_a_check_in_or_a_time_says_when_it_leaves_and_what_is_over_is_at_once() {
        // A Monday; the check-ins of the default are at 10:00 and 16:00.
        let now: DateTime<Utc> = "2026-11-23T10:05:00Z".parse().unwrap();
        let config = Config::embedded(Zone::UTC);
        let at = |text: &str| leaving(&config, text, Departure::Next, now);
        assert_eq!((at(" "), at("Close")), (Ok(DepartureTime::Next), Ok(DepartureTime::Close)));
        for (text, wanted) in [
            ("now", "2026-11-23T10:05:00Z"),
            ("tomorrow's first", "2026-11-24T10:00:00Z"),
            ("tomorrow", "2026-11-24T10:00:00Z"),
            ("afternoon", "2026-11-23T16:00:00Z"),
            ("2026-11-27", "2026-11-27T10:00:00Z"),
            ("18:00", "2026-11-23T18:00:00Z"),
            ("9:00", "2026-11-24T09:00:00Z"),
            ("2026-12-01 18:30", "2026-12-01T18:30:00Z"),
            ("2026-11-20", "2026-11-23T10:05:00Z"),
        ] {
            assert_eq!(at(text), Ok(DepartureTime::At(wanted.parse().unwrap())), "{text}");
        }
        assert!(at("whenever").unwrap_err().0.contains("whenever"));
    }
}
