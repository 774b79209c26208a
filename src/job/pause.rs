//! Pauses: which windows can be begun in spite of them, and what the person asks of them. Exceptions come through meanwhile, and
//! a batch that is begun stays as it is.

use chrono::{DateTime, TimeDelta, Utc};

use super::JobError;
use crate::config::Config;
use crate::domain::pause::Pause;
use crate::domain::schedule::{Calendar, Window, Zone, parse_pause, pause_end};
use crate::store::Store;

/// A pause is no longer than this; `away` in the settings is for what is longer.
pub const LONGEST: TimeDelta = TimeDelta::days(31);
/// So many windows in a row are looked at for one that is not left out.
const LOOKED_AT: usize = 64;

/// What pauses leave of a calendar at an instant.
#[derive(Debug, Clone)]
pub struct Shutter<'s> {
    store: &'s Store,
    now: DateTime<Utc>,
    /// Since when and until when the door is shut, if it is.
    shut: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl<'s> Shutter<'s> {
    /// # Errors
    /// Where the store cannot be read.
    pub fn at(store: &'s Store, now: DateTime<Utc>) -> Result<Self, JobError> {
        let shut = store.pauses(now)?.into_iter().find(|pause| pause.shuts(now));
        Ok(Self { store, now, shut: shut.map(|pause| (pause.since, pause.until)) })
    }

    /// Whether the door is shut, whatever window is open.
    #[must_use]
    pub fn is_shut(&self) -> bool {
        self.shut.is_some()
    }

    /// Whether a window can be begun as far as pauses go.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn lets_begin(&self, window: &Window) -> Result<bool, JobError> {
        Ok(!self.is_shut() && !self.store.is_left_out(window)?)
    }

    /// The windows of a calendar that can be begun between now and an instant, those that are open among them.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn windows(&self, calendar: &Calendar, to: DateTime<Utc>) -> Result<Vec<Window>, JobError> {
        let shut_until = self.shut.map_or(self.now, |(_, until)| until);
        let mut windows = Vec::new();
        for window in calendar.windows(self.now, to).into_iter().filter(|window| window.closes > shut_until) {
            if !self.store.is_left_out(&window)? {
                windows.push(Window { opens: window.opens.max(shut_until.min(window.closes)), ..window });
            }
        }
        Ok(windows)
    }

    /// The first window that can be begun after this moment. One that opens while the door is shut and is still open when the
    /// pause ends opens then.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn next(&self, calendar: &Calendar) -> Result<Option<Window>, JobError> {
        let shut_until = self.shut.map_or(self.now, |(_, until)| until);
        let open = calendar
            .all_open_at(self.now)
            .into_iter()
            .filter(|window| shut_until > self.now && window.closes > shut_until);
        let coming = calendar.coming(self.now).filter(|window| window.opens > self.now && window.closes > shut_until);
        for window in open.chain(coming).take(LOOKED_AT) {
            if !self.store.is_left_out(&window)? && !self.store.was_read(&window)? {
                return Ok(Some(Window { opens: window.opens.max(shut_until), ..window }));
            }
        }
        Ok(None)
    }

    /// The window of a calendar that opened last, of those that pauses did not keep shut.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn opened(&self, calendar: &Calendar) -> Result<Option<Window>, JobError> {
        let mut at = self.shut.map_or(self.now, |(since, _)| since);
        for _ in 0..LOOKED_AT {
            match calendar.latest_before(at) {
                Some(window) if self.store.is_left_out(&window)? => at = window.opens - TimeDelta::seconds(1),
                latest => return Ok(latest),
            }
        }
        Ok(None)
    }
}

/// When a pause ends that is typed as a length (`3h`, `2d`) or as a time (`14:00`).
///
/// # Errors
/// `Wrong` where it is neither.
pub fn end_of(text: &str, zone: Zone, now: DateTime<Utc>) -> Result<DateTime<Utc>, JobError> {
    let end = parse_pause(text).map(|length| now + length).or_else(|_| pause_end(text, zone, now));
    end.map_err(|mistake| JobError::Wrong {
        what: mistake.what,
        hint: "write how long (45m, 3h, 2d), or until when (14:00, 2026-11-30 10:00)".to_owned(),
    })
}

/// Keeps the door shut until an instant.
///
/// # Errors
/// `Wrong` where the instant is over already or too far away, or where the store cannot be written.
pub fn pause(store: &mut Store, now: DateTime<Utc>, until: DateTime<Utc>) -> Result<Pause, JobError> {
    let wrong = |what: &str, hint: &str| Err(JobError::Wrong { what: what.to_owned(), hint: hint.to_owned() });
    if until <= now {
        return wrong("this time is over already", "for example `tidebox pause --until 14:00`, or `tidebox pause 3h`");
    }
    if until - now > LONGEST {
        return wrong("a pause lasts 31 days at most", "`away` in the settings keeps the door shut on any dates");
    }
    Ok(store.pause(now, until)?)
}

/// Leaves out the window that is open and not begun, else the next one; returns it.
///
/// # Errors
/// `Wrong` where no window is coming, or where the store cannot be read or written.
pub fn skip(store: &mut Store, config: &Config, now: DateTime<Utc>) -> Result<Pause, JobError> {
    let mut open = None;
    for window in config.calendar.all_open_at(now) {
        if open.is_none() && !store.is_left_out(&window)? && !store.was_read(&window)? {
            open = Some(window);
        }
    }
    let window = match open {
        Some(window) => Some(window),
        None => coming(store, config, now)?,
    };
    let Some(window) = window else {
        let hint = "`tidebox checkins` lists what is coming".to_owned();
        return Err(JobError::Wrong { what: "no check-in is coming that could be left out".to_owned(), hint });
    };
    Ok(store.leave_out(&window, now)?)
}

/// The next window as the calendar has it, without those that are left out.
fn coming(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<Option<Window>, JobError> {
    for window in config.calendar.coming(now).filter(|window| window.opens > now).take(LOOKED_AT) {
        if !store.is_left_out(&window)? {
            return Ok(Some(window));
        }
    }
    Ok(None)
}

/// Ends all pauses that are in force; returns how many that were.
///
/// # Errors
/// Where the store cannot be written.
pub fn end(store: &mut Store, now: DateTime<Utc>) -> Result<usize, JobError> {
    Ok(store.end_pauses(now)?)
}
