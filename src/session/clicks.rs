//! Asking the terminal for clicks and the wheel, and nothing more.
//!
//! crossterm's own command also asks for every movement, so that a hand that brushes the mouse wakes the program, and
//! dragging looks as if it were ours. With presses alone the terminal keeps its selection wherever it has a key for it,
//! which is Shift nearly everywhere.

use std::fmt;

use crossterm::Command;
#[cfg(windows)]
use crossterm::event::{DisableMouseCapture, EnableMouseCapture};

/// Presses, releases and the wheel (1000), as text that works beyond column 223 (1006).
pub struct TakeClicks;

impl Command for TakeClicks {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        f.write_str("\x1b[?1000h\x1b[?1006h")
    }

    #[cfg(windows)]
    fn execute_winapi(&self) -> std::io::Result<()> {
        EnableMouseCapture.execute_winapi()
    }

    #[cfg(windows)]
    fn is_ansi_code_supported(&self) -> bool {
        false
    }
}

/// Leaves the mouse to the terminal again.
pub struct LeaveClicks;

impl Command for LeaveClicks {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        f.write_str("\x1b[?1006l\x1b[?1000l")
    }

    #[cfg(windows)]
    fn execute_winapi(&self) -> std::io::Result<()> {
        DisableMouseCapture.execute_winapi()
    }

    #[cfg(windows)]
    fn is_ansi_code_supported(&self) -> bool {
        false
    }
}
