//! Standard output: for what was asked for, and nothing else.

use std::io::{self, IsTerminal, Write};

use super::failure::Failure;
use crate::domain::printable::Printable;

/// Refuses to print the original bytes of messages on a terminal, which would obey control characters in them (rule 5).
pub fn away_from_terminals(instead: &str) -> Result<(), Failure> {
    if io::stdout().is_terminal() {
        return Err(Failure::usage(
            "original bytes are not printed on a terminal, which would obey control characters in them",
            instead,
        ));
    }
    Ok(())
}

/// Prints text. It is no failure if the reader stops early (`| head`).
pub fn print(text: &str) -> Result<(), Failure> {
    bytes(text.as_bytes())
}

/// Prints bytes unchanged.
pub fn bytes(bytes: &[u8]) -> Result<(), Failure> {
    write(&mut io::stdout().lock(), bytes)
}

fn write(out: &mut impl Write, bytes: &[u8]) -> Result<(), Failure> {
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Prints a note on standard error.
pub fn note(line: &str) {
    let _ = writeln!(io::stderr(), "tidebox: {}", Printable::from(line));
}

#[cfg(test)]
mod tests {
    use std::io::{self, ErrorKind, Write};

    use super::write;

    /// Takes what fits into its room, and fails then.
    struct Pipe {
        room: usize,
        failure: ErrorKind,
    }

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(self.room);
            self.room -= taken;
            if taken == 0 { Err(self.failure.into()) } else { Ok(taken) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_has_seen_enough_is_no_failure_and_a_full_disk_is_one() {
        let print =
            |room, failure| write(&mut Pipe { room, failure }, b"one\ntwo\n").map_err(|failed| failed.exit_code());
        assert_eq!(print(99, ErrorKind::StorageFull), Ok(()));
        assert_eq!(print(4, ErrorKind::BrokenPipe), Ok(()));
        assert_eq!(print(4, ErrorKind::StorageFull), Err(1));
    }
}
