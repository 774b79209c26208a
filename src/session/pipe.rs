//! Giving a message to a command of the person: the terminal is the command's meanwhile, with its keys, and what it printed
//! stays until Enter is pressed.

use std::io::{self, BufRead as _, Write as _};
use std::process::ExitStatus;

use super::terminal::TerminalGuard;
use super::{Run, SessionError, leaving};
use crate::domain::printable::Printable;
use crate::process::run_in_terminal;
use crate::ui::event::Event;

/// Runs the command and comes back to the screen. A signal that asks to leave ends the command; the loop leaves then.
pub(super) fn pipe(
    run: &mut Run,
    screen: &mut TerminalGuard,
    command: &str,
    message: Vec<u8>,
) -> Result<(), SessionError> {
    // A command may be a long one, and may be killed together with us.
    leaving::keep(&run.store_worker);
    let signals = &run.signals;
    screen.lend(|| {
        let ended = run_in_terminal(command, message, || {
            if signals.stop() {
                TerminalGuard::stop()?;
            }
            signals.forget_interrupts();
            Ok(signals.leave().is_none())
        });
        signals.forget_interrupts();
        if signals.leave().is_none() {
            wait_for_enter(&told(command, ended));
            signals.forget_interrupts();
        }
    })?;
    let (columns, rows) = screen.size()?;
    run.take(Event::Resize(columns, rows))?;
    Ok(())
}

/// How the command ended, in words.
fn told(command: &str, ended: io::Result<ExitStatus>) -> String {
    let command = Printable::from(command);
    match ended {
        Ok(status) if status.success() => format!("`{command}` is done."),
        Ok(status) => match status.code() {
            Some(code) => format!("`{command}` ended with status {code}."),
            None => format!("`{command}` was ended by a signal."),
        },
        Err(error) => format!("`{command}` could not be run: {error}."),
    }
}

/// A line of its own, so that what was typed and not read by the command is taken from the terminal too.
fn wait_for_enter(said: &str) {
    let mut out = io::stdout().lock();
    let asked = write!(out, "\n{said} Press Enter to go back to tidebox.").and_then(|()| out.flush());
    if asked.is_ok() {
        let _ = io::stdin().lock().read_line(&mut String::new());
    }
}
