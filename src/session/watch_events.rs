//! What the watch over the sources tells, as news for the screen.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::Sender;

use crate::ui::event::{BackgroundEvent, Event};
use crate::watch::{Listener, WatchEvent};

/// Passes on to the screen what is told, and notes when everything was read once.
pub fn to(events: Sender<Event>, all_read: Arc<AtomicBool>) -> Listener {
    Listener::new(move |event| {
        if matches!(event, WatchEvent::AllRead) {
            all_read.store(true, Ordering::SeqCst);
        }
        if let Some(news) = news(event) {
            let _ = events.send(Event::News(news));
        }
    })
}

fn news(event: WatchEvent) -> Option<BackgroundEvent> {
    Some(match event {
        WatchEvent::Gathering { read } => BackgroundEvent::Gathering { read },
        WatchEvent::Gathered { admitted, failed } => BackgroundEvent::Gathered { admitted, failed },
        WatchEvent::Failed(failed) => BackgroundEvent::Failed(failed),
        WatchEvent::Answered { failed } => BackgroundEvent::Answered { failed },
        WatchEvent::Arrived { waiting, let_through } => BackgroundEvent::Arrived { waiting, let_through },
        WatchEvent::Door(door) => BackgroundEvent::Door(door),
        // The facts of the door, which follow, say what came of writing back; the others show in what happens next.
        WatchEvent::Written(_) | WatchEvent::AllRead | WatchEvent::Recovered { .. } => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::news;
    use crate::domain::problem::Problem;
    use crate::ui::event::BackgroundEvent;
    use crate::watch::WatchEvent;

    #[test]
    fn failures_reach_the_screen_and_what_shows_by_itself_does_not() {
        let failed = vec![Problem::new("no connection")];
        let told = news(WatchEvent::Gathered { admitted: 2, failed: failed.clone() });
        assert!(matches!(told, Some(BackgroundEvent::Gathered { admitted: 2, failed: told }) if told == failed));
        let told = news(WatchEvent::Failed(failed.clone()));
        assert!(matches!(told, Some(BackgroundEvent::Failed(told)) if told == failed));
        assert!(news(WatchEvent::AllRead).is_none());
        assert!(news(WatchEvent::Recovered { source: "work".into() }).is_none());
    }
}
