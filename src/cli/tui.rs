//! `tidebox` without a command: the screen.

use super::failure::Failure;
use super::place::Place;
use crate::session::{self, Leaving, Opening, SessionError};
use crate::ui::state::Start;
use crate::ui::theme::Theme;

pub fn run(place: Place) -> Result<(), Failure> {
    let start = if place.configured || place.store_path.exists() { Start::Door } else { Start::Welcome };
    open(place, start)
}

/// Opens the screen; when it asks for the demo, that follows.
pub fn open(place: Place, start: Start) -> Result<(), Failure> {
    let clock = place.clock;
    let opening = Opening {
        config: place.config,
        config_path: place.config_path,
        store_path: place.store_path,
        keymap: place.keymap,
        theme: Theme::for_terminal(&|name| std::env::var(name).ok()),
        clock,
        start,
    };
    match session::run(opening)? {
        Leaving::Quit => Ok(()),
        Leaving::Demo => super::demo::run_after(clock),
        Leaving::Signal(signal) => Err(Failure::signal(signal)),
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Store(error) => error.into(),
            SessionError::NoTerminal(_) => Self::usage(
                error.to_string(),
                "every command works without one: `tidebox status`, `tidebox begin`, `tidebox --help`",
            ),
            SessionError::Terminal(error) => error.into(),
        }
    }
}
