//! Standard output: for what was asked for, and nothing else.

use std::io::{self, IsTerminal, Write};

use super::failure::Failure;
use crate::domain::printable::Printable;

/// Refuses to put the bytes of messages on a terminal, which would obey what they say (rule 5).
pub fn away_from_terminals(instead: &str) -> Result<(), Failure> {
    if io::stdout().is_terminal() {
        return Err(Failure::usage("original bytes are not for a terminal, which would obey them", instead));
    }
    Ok(())
}

/// Prints text. A reader that has seen enough (`| head`) is no failure.
pub fn print(text: &str) -> Result<(), Failure> {
    bytes(text.as_bytes())
}

/// Prints bytes as they are.
pub fn bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Says something beside what was asked for, on standard error.
pub fn note(line: &str) {
    let _ = writeln!(io::stderr(), "tidebox: {}", Printable::from(line));
}
