//! The screen, as the commands open it.

use super::context::Place;
use super::failure::Failure;
use crate::session::{self, Leaving, Opening, SessionError};
use crate::ui::state::Start;
use crate::ui::theme::Look;

/// Opens the screen, and says why it was left.
pub fn open(place: Place, start: Start) -> Result<Leaving, Failure> {
    let opening = Opening {
        config: place.config,
        config_path: place.config_path,
        store_path: place.store_path,
        keymap: place.keymap,
        look: Look::for_terminal(&|name| std::env::var(name).ok()),
        clock: place.clock,
        start,
    };
    match session::run(opening)? {
        Leaving::Signal(signal) => Err(Failure::signal(signal)),
        leaving => Ok(leaving),
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
            SessionError::NotKept { ref problem, .. } => {
                Self::not_kept(error.to_string(), problem.hint.as_ref().map(ToString::to_string))
            }
        }
    }
}
