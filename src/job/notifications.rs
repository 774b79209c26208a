//! Notifications, each sent once: a check-in has opened, or an exception has let a message through. There are no
//! others.

use chrono::{DateTime, Utc};

use super::JobError;
use super::begin::before_us;
use super::pause::Shutter;
use crate::config::Config;
use crate::domain::message::Message;
use crate::domain::schedule::Window;
use crate::store::Store;

#[derive(Debug, Clone, PartialEq)]
pub enum Notification {
    /// A window has opened and nobody has begun it.
    Opened(Window),
    /// An exception has let this through.
    LetThrough(Box<Message>),
}

/// The notifications that are to be sent now. They count as sent from now on, also after a restart. A window that
/// opened while the machine slept is notified as long as it is open.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn due_notifications(
    store: &mut Store,
    config: &Config,
    now: DateTime<Utc>,
) -> Result<Vec<Notification>, JobError> {
    if store.is_read_only() {
        return Ok(Vec::new());
    }
    let mut due = Vec::new();
    // An opening in the future was notified in a rehearsal.
    let told = store.opening_told()?.filter(|told| *told <= now);
    let shutter = Shutter::at(store, now)?;
    for window in config.calendar.all_open_at(now) {
        let is_new = told.is_none_or(|told| window.opens > told);
        if is_new && shutter.lets_begin(&window)? && !before_us(store, &window)? && !store.was_read(&window)? {
            due.push(Notification::Opened(window));
        }
    }
    let latest = due.iter().filter_map(|notification| match notification {
        Notification::Opened(window) => Some(window.opens),
        Notification::LetThrough(_) => None,
    });
    if let Some(latest) = latest.max() {
        store.note_opening_told(latest)?;
    }
    due.extend(store.take_unnotified(now)?.into_iter().map(|message| Notification::LetThrough(Box::new(message))));
    Ok(due)
}

#[cfg(test)]
mod tests {
    use crate::domain::schedule::Zone;
    use chrono::{DateTime, Utc};

    use super::{Notification, due_notifications};
    use crate::config::Config;
    use crate::domain::moment::Moment;
    use crate::store::Store;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn an_opening_is_told_once_also_after_a_restart_and_late_while_it_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let config = Config::embedded(Zone::UTC);
        let names = |now| {
            // Opened anew each time, as after a restart.
            let mut store = Store::open(&path).unwrap();
            store.record_created_at(Moment::real(at("2026-11-20T08:00:00Z"))).unwrap();
            let due = due_notifications(&mut store, &config, at(now)).unwrap();
            due.into_iter()
                .map(|notification| match notification {
                    Notification::Opened(window) => window.checkin,
                    Notification::LetThrough(message) => message.subject,
                })
                .collect::<Vec<_>>()
        };
        let none: [&str; 0] = [];
        assert_eq!(names("2026-11-23T09:59:59Z"), none);
        assert_eq!(names("2026-11-23T10:00:00Z"), ["morning"]);
        assert_eq!(names("2026-11-23T10:00:30Z"), none);
        assert_eq!(names("2026-11-23T15:00:00Z"), none);
        assert_eq!(names("2026-11-23T16:44:59Z"), ["afternoon"], "the machine slept until its last second");
        assert_eq!(names("2026-11-24T11:00:00Z"), none, "over, so nothing is told of it");
        // After a rehearsal of next year's check-ins, this week's are still notified.
        assert_eq!(names("2027-11-23T10:00:00Z"), ["morning"]);
        assert_eq!(names("2026-11-25T10:00:00Z"), ["morning"]);
        assert_eq!(names("2026-11-25T10:00:30Z"), none);
    }

    #[test]
    fn an_opening_in_a_pause_is_told_at_its_end_while_the_window_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("store.db")).unwrap();
        store.record_created_at(Moment::real(at("2026-11-20T08:00:00Z"))).unwrap();
        let config = Config::embedded(Zone::UTC);
        store.pause(at("2026-11-23T09:30:00Z"), at("2026-11-23T10:20:00Z")).unwrap();
        let mut due = |now| due_notifications(&mut store, &config, at(now)).unwrap().len();
        assert_eq!(["2026-11-23T10:00:00Z", "2026-11-23T10:19:59Z"].map(&mut due), [0, 0]);
        assert_eq!(["2026-11-23T10:20:00Z", "2026-11-23T10:21:00Z"].map(&mut due), [1, 0]);
    }
}
