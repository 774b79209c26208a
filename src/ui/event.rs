//! What happens to the screen: keys, time, and responses to what it asked for.

use chrono::{DateTime, Utc};
use std::sync::Arc;

use super::keymap::Keymap;
use super::request::RequestNumber;
use super::response::Response;
use crate::config::{Background, Config};
use crate::domain::problem::Problem;
use crate::domain::receipt::{ClosedBy, Receipt};
use crate::domain::triage::Triage;
use crate::domain::watch_event::WatchEvent;

#[derive(Debug)]
pub enum Event {
    Key(crossterm::event::KeyEvent),
    /// Keys that were read at once, more than a person types between two looks.
    Burst(Vec<crossterm::event::KeyEvent>),
    /// One of those.
    InBurst {
        key: crossterm::event::KeyEvent,
        last: bool,
    },
    Mouse(crossterm::event::MouseEvent),
    Paste(String),
    Resize(u16, u16),
    /// The terminal has reported its background.
    Background(Background),
    /// The present instant: once at the start and then whenever the minute, a countdown or a deadline moves on.
    Tick(DateTime<Utc>),
    /// The response to the request of this number, or why there is none. Those that nothing waits for are dropped.
    Response(RequestNumber, Result<Response, Problem>),
    /// What the watch over the sources tells.
    Watch(WatchEvent),
    News(BackgroundEvent),
}

/// What the threads behind the screen tell unasked, besides what the watch tells.
#[derive(Debug)]
pub enum BackgroundEvent {
    /// The configuration file was changed, and is in force.
    Configured {
        config: Arc<Config>,
        keymap: Box<Keymap>,
        /// The store that it names is another one, which is not in force.
        moved: bool,
        /// The sources are other ones.
        sources: bool,
    },
    /// The configuration file was changed and has a mistake: nothing of it is in force.
    Mistaken(Problem),
    /// Somebody else, a script or another screen, has decided in this batch; so it stands now.
    DecidedElsewhere(Box<Triage>),
    /// This batch was committed, not by this screen's person: at its end, or by somebody else.
    Closed { receipt: Box<Receipt>, by: ClosedBy },
}
