//! What the watch over the sources tells, as news for the screen.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::Sender;

use crate::ui::event::{Event, News, Problem};
use crate::watch::{Listener, Told, Trouble};

/// Passes on to the screen what is told, and notes when everything was read once.
pub fn to(events: Sender<Event>, all_read: Arc<AtomicBool>) -> Listener {
    Listener::new(move |told| {
        if matches!(told, Told::AllRead) {
            all_read.store(true, Ordering::SeqCst);
        }
        if let Some(news) = news(told) {
            let _ = events.send(Event::News(news));
        }
    })
}

fn news(told: Told) -> Option<News> {
    Some(match told {
        Told::Gathering { read } => News::Gathering { read },
        Told::Gathered { admitted, failed } => {
            News::Gathered { admitted, failed: failed.into_iter().map(problem).collect() }
        }
        Told::Answered { failed } => News::Answered { failed: failed.into_iter().map(problem).collect() },
        Told::Arrived { waiting, let_through } => News::Arrived { waiting, let_through },
        Told::Door(door) => News::Door(door),
        // The facts of the door, which follow, say what came of writing back; the others show in what happens next.
        Told::Written(_) | Told::AllRead | Told::Recovered { .. } => return None,
    })
}

pub fn problem(trouble: Trouble) -> Problem {
    Problem { what: trouble.what, hint: trouble.hint }
}
