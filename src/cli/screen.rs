//! The screen, as the commands open it.

use super::context::CommandContext;
use super::failure::Failure;
use crate::session::{self, Leaving, SessionError, SessionStart};
use crate::ui::state::{Demo, Start};
use crate::ui::theme::Look;

/// Opens the screen, and says why it was left.
pub fn open(context: CommandContext, start: Start, demo: Option<Demo>) -> Result<Leaving, Failure> {
    let opening = SessionStart {
        config: context.config,
        config_path: context.config_path,
        store_path: context.store_path,
        keymap: context.keymap.unwrap_or_default(),
        look: Look::for_terminal(&|name| std::env::var(name).ok()),
        clock: context.clock,
        start,
        demo,
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
