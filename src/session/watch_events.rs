//! What the watch over the sources tells, passed on to the screen.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::Sender;

use crate::domain::watch_event::WatchEvent;
use crate::ui::event::Event;
use crate::watch::Listener;

/// Passes each event on to the screen, and sets `all_read` when every source was read once.
pub fn to(events: Sender<Event>, all_read: Arc<AtomicBool>) -> Listener {
    Listener::new(move |event| hear(event, &events, &all_read))
}

fn hear(event: WatchEvent, events: &Sender<Event>, all_read: &AtomicBool) {
    if matches!(event, WatchEvent::AllRead) {
        all_read.store(true, Ordering::SeqCst);
    }
    let _ = events.send(Event::Watch(event));
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::hear;
    use crate::domain::problem::Problem;
    use crate::domain::watch_event::WatchEvent;
    use crate::ui::event::Event;

    #[test]
    fn what_is_told_reaches_the_screen_and_the_end_of_the_first_reading_is_noted() {
        let (events, inbox) = crossbeam_channel::unbounded();
        let all_read = AtomicBool::new(false);
        let failed = vec![Problem::new("no connection")];
        hear(WatchEvent::Gathered { admitted: 2, failed: failed.clone() }, &events, &all_read);
        let told = inbox.try_recv().unwrap();
        assert!(matches!(told, Event::Watch(WatchEvent::Gathered { admitted: 2, failed: told }) if told == failed));
        assert!(!all_read.load(Ordering::SeqCst));
        hear(WatchEvent::AllRead, &events, &all_read);
        assert!(all_read.load(Ordering::SeqCst));
    }
}
