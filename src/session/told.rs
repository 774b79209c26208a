//! What the watch over the sources tells, as news for the screen.

use crossbeam_channel::Sender;

use crate::ui::event::{Event, News, Problem};
use crate::watch::{Listener, Told, Trouble};

/// Passes on to the screen what is told.
pub fn to(events: Sender<Event>) -> Listener {
    Listener::new(move |told| {
        let _ = events.send(Event::News(news(told)));
    })
}

fn news(told: Told) -> News {
    match told {
        Told::Gathering { read } => News::Gathering { read },
        Told::Gathered { admitted, failed } => {
            News::Gathered { admitted, failed: failed.into_iter().map(problem).collect() }
        }
        Told::Arrived { waiting, let_through } => News::Arrived { waiting, let_through },
        Told::Door(door) => News::Door(door),
    }
}

pub fn problem(trouble: Trouble) -> Problem {
    Problem { what: trouble.what, hint: trouble.hint }
}
