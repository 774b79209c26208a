//! What the watch over the sources tells, passed on to the screen, and whether everything was read.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crossbeam_channel::Sender;

use crate::domain::watch_event::WatchEvent;
use crate::ui::event::Event;
use crate::watch::Listener;

/// Whether every source was read, also one that was added since.
#[derive(Debug, Clone, Default)]
pub struct AllRead(Arc<AtomicU8>);

/// The first reading is under way; everything was read; a source was added, and the reading that was asked for since is under
/// way.
const FIRST: u8 = 0;
const DONE: u8 = 1;
const ADDED: u8 = 2;

impl AllRead {
    /// Whether a window that is begun now has everything that has arrived.
    pub fn is_done(&self) -> bool {
        self.0.load(Ordering::SeqCst) == DONE
    }

    /// A source was added, and a reading is asked for: its end counts, and no longer that of the first one, which may be under
    /// way without the new source.
    pub fn source_added(&self) {
        self.0.store(ADDED, Ordering::SeqCst);
    }

    fn hear(&self, event: &WatchEvent) {
        let waited_for = match event {
            WatchEvent::AllRead => FIRST,
            WatchEvent::Answered { .. } => ADDED,
            _ => return,
        };
        let _ = self.0.compare_exchange(waited_for, DONE, Ordering::SeqCst, Ordering::SeqCst);
    }
}

/// Passes each event on to the screen, and notes when every source was read.
pub fn to(events: Sender<Event>, all_read: AllRead) -> Listener {
    Listener::new(move |event| hear(event, &events, &all_read))
}

fn hear(event: WatchEvent, events: &Sender<Event>, all_read: &AllRead) {
    all_read.hear(&event);
    let _ = events.send(Event::Watch(event));
}

#[cfg(test)]
mod tests {
    use super::{AllRead, hear};
    use crate::domain::problem::Problem;
    use crate::domain::watch_event::WatchEvent;
    use crate::ui::event::Event;

    #[test]
    fn what_is_told_reaches_the_screen_and_the_end_of_the_first_reading_is_noted() {
        let (events, inbox) = crossbeam_channel::unbounded();
        let all_read = AllRead::default();
        let failed = vec![Problem::new("no connection")];
        hear(WatchEvent::Gathered { admitted: 2, failed: failed.clone() }, &events, &all_read);
        let told = inbox.try_recv().unwrap();
        assert!(matches!(told, Event::Watch(WatchEvent::Gathered { admitted: 2, failed: told }) if told == failed));
        assert!(!all_read.is_done());
        hear(WatchEvent::AllRead, &events, &all_read);
        assert!(all_read.is_done());
    }

    #[test]
    fn a_source_that_was_added_is_waited_for_whatever_ends_before() {
        let (events, _inbox) = crossbeam_channel::unbounded();
        let all_read = AllRead::default();
        all_read.source_added();
        hear(WatchEvent::AllRead, &events, &all_read);
        assert!(!all_read.is_done(), "the first reading began without it");
        hear(WatchEvent::Answered { failed: Vec::new() }, &events, &all_read);
        assert!(all_read.is_done());
        hear(WatchEvent::Answered { failed: Vec::new() }, &events, &all_read);
        assert!(all_read.is_done());
    }
}
