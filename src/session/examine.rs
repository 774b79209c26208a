//! What can be found out about the terminal without taking the screen.

use std::io::{self, IsTerminal};

use super::{SessionError, background};

/// What can be found out about the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terminal {
    /// Columns and rows; `None` where this is no terminal.
    pub size: Option<(u16, u16)>,
    /// The terminal's background, where it was asked and has answered.
    pub background: Option<[u8; 3]>,
}

/// Looks at the terminal without taking the screen, and asks it for its background where that is wanted.
#[must_use]
pub fn examine(ask: bool) -> Terminal {
    if require_terminal().is_err() {
        return Terminal::default();
    }
    let background = if ask { background::ask() } else { None };
    Terminal { size: crossterm::terminal::size().ok(), background }
}

pub(super) fn require_terminal() -> Result<(), SessionError> {
    if !io::stdin().is_terminal() {
        return Err(SessionError::NoTerminal("input"));
    }
    if !io::stdout().is_terminal() {
        return Err(SessionError::NoTerminal("output"));
    }
    Ok(())
}
