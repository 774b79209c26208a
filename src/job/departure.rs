//! When what waits for a check-in leaves: at the commit of its batch, and where there is no batch, since nothing had come or nobody was
//! there, at the close of the check-in. So what was said when it was staged is kept whether mail comes or not.

use chrono::{DateTime, Utc};

use super::JobError;
use crate::config::Config;
use crate::domain::ids::OutgoingId;
use crate::domain::lane::LaneCalendars;
use crate::domain::outbox::{DepartureTime, DepartureTimeKind};
use crate::domain::schedule::Window;
use crate::store::{Store, WaitingForClose};

/// The check-in at whose close it leaves: the first one that opens at `from` or later. What leaves at the next check-in
/// waits for one of the lane of the message that it is about. `staged_in_until` is the close of the batch in which it was staged, where
/// that is not the one at whose close it leaves.
pub(super) fn checkin(
    config: &Config,
    (leaves, lane): (DepartureTimeKind, Option<&str>),
    from: DateTime<Utc>,
    staged_in_until: Option<DateTime<Utc>>,
) -> Option<Window> {
    let calendars = LaneCalendars { calendar: &config.calendar, lanes: &config.lanes };
    let calendar = match lane {
        Some(lane) if leaves == DepartureTimeKind::Next => calendars.of(lane),
        _ => config.calendar.clone(),
    };
    calendar.coming(from).find(|window| staged_in_until.is_none_or(|until| window.opens >= until))
}

/// What is due since its check-in closed without a commit, each with that instant. While a batch is open nothing is: its commit decides.
///
/// # Errors
/// Where the store cannot be read.
pub(super) fn passed(
    store: &Store,
    config: &Config,
    now: DateTime<Utc>,
) -> Result<Vec<(OutgoingId, DateTime<Utc>)>, JobError> {
    let closes = store.waiting_for_a_close()?.into_iter().filter_map(|one| Some((one.id, closes(config, &one)?)));
    Ok(closes.filter(|(_, closes)| *closes <= now).collect())
}

/// When the next message leaves that waits for its time or for a close; `None` where none does.
///
/// # Errors
/// Where the store cannot be read.
pub fn next(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, JobError> {
    let waiting = store.waiting_for_a_close()?;
    let closes = waiting.iter().filter_map(|one| closes(config, one)).filter(|closes| *closes > now);
    Ok(closes.chain(store.next_departure(now)?).min())
}

fn closes(config: &Config, one: &WaitingForClose) -> Option<DateTime<Utc>> {
    let until = one.staged_in_until.filter(|_| one.leaves == DepartureTimeKind::Next);
    checkin(config, (one.leaves, one.lane.as_deref()), one.since, until).map(|window| window.closes)
}

/// What kind of time this is.
pub(super) const fn kind(leaving: DepartureTime) -> DepartureTimeKind {
    match leaving {
        DepartureTime::Close => DepartureTimeKind::Close,
        DepartureTime::Next => DepartureTimeKind::Next,
        DepartureTime::At(_) => DepartureTimeKind::At,
    }
}
