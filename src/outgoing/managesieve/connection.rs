//! A connection with a server for scripts: commands go out, lines come in.

use std::io::{self, Read as _, Write as _};
use std::time::Duration;

use super::failure::ManageSieveError;
use super::reply::{SieveLine, SieveReply, SieveReplyLines, SieveStatus, first_line};
use crate::net::Stream;
use crate::outgoing::connection::NoReply;

/// How many bytes are read at once.
const BUFFER: usize = 16 * 1024;
/// The least time that is waited for the next piece of a line that has begun.
const LEAST: Duration = Duration::from_secs(2);
/// In how many pieces a line may come.
const PIECES: u32 = 1_000;
/// A longer string goes as a literal (RFC 5804 §4: at most 1,024 bytes between quotes).
const QUOTED_BYTES: usize = 1_000;

#[derive(Debug)]
pub(super) struct SieveConnection {
    stream: Stream,
    host: String,
    /// What was read and not yet used.
    waiting: Vec<u8>,
    /// How long a line may take to begin.
    patience: Duration,
}

impl SieveConnection {
    pub(super) fn new(stream: Stream, host: &str, patience: Duration) -> Self {
        Self { stream, host: host.to_owned(), waiting: Vec::new(), patience }
    }

    /// Whether bytes were read that nobody has asked for yet.
    pub(super) fn has_more(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The connection itself, without the bytes that were read.
    pub(super) fn into_stream(self) -> Stream {
        self.stream
    }

    /// Whether anything comes within `most`.
    pub(super) fn has_input_within(&mut self, most: Duration) -> Result<bool, ManageSieveError> {
        if self.has_more() {
            return Ok(true);
        }
        self.fill(most).map_err(|error| self.lost(error))
    }

    /// Sends a command, after everything that was asked before is answered, and returns the whole reply.
    pub(super) fn ask(&mut self, command: &str) -> Result<SieveReply, ManageSieveError> {
        self.send(command)?;
        self.reply()
    }

    /// Sends a line; the end is added.
    pub(super) fn send(&mut self, line: &str) -> Result<(), ManageSieveError> {
        if self.has_more() {
            return Err(self.lost(NoReply::Unasked));
        }
        let mut bytes = secrecy::zeroize::Zeroizing::new(Vec::with_capacity(line.len() + 2));
        bytes.extend_from_slice(line.as_bytes());
        bytes.extend_from_slice(b"\r\n");
        self.stream.write_all(&bytes).and_then(|()| self.stream.flush()).map_err(|error| {
            let seconds = crate::net::ANSWER.as_secs();
            self.lost(if is_late(&error) { NoReply::Silent(seconds) } else { NoReply::Lost(error) })
        })
    }

    /// The next reply. A farewell is an error, whenever it comes.
    pub(super) fn reply(&mut self) -> Result<SieveReply, ManageSieveError> {
        let mut lines = SieveReplyLines::default();
        loop {
            let line = self.line()?;
            if let Some(reply) = lines.push(line).map_err(|error| self.illegible(error))? {
                return Ok(reply);
            }
        }
    }

    /// The next line. Its first byte may take as long as a reply; the more pieces it comes in, the less time has each.
    pub(super) fn line(&mut self) -> Result<SieveLine, ManageSieveError> {
        for piece in 1..=PIECES {
            if let Some((used, line)) = first_line(&self.waiting).map_err(|error| self.illegible(error))? {
                self.waiting.drain(..used);
                return match line {
                    SieveLine::End(end) if end.status == SieveStatus::Bye => {
                        Err(ManageSieveError::NotNow { host: self.host.clone(), said: end.shown() })
                    }
                    line => Ok(line),
                };
            }
            let patience = (self.patience / piece).max(LEAST.min(self.patience));
            if !self.fill(patience).map_err(|error| self.lost(error))? {
                return Err(self.lost(NoReply::Silent(patience.as_secs())));
            }
        }
        Err(self.illegible(super::reply::SieveReplyError::TooLong))
    }

    /// Reads more; `false` if nothing came in time.
    fn fill(&mut self, most: Duration) -> Result<bool, NoReply> {
        self.stream.set_timeout(most).map_err(NoReply::Lost)?;
        let mut buffer = [0; BUFFER];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => return Err(NoReply::Lost(io::ErrorKind::UnexpectedEof.into())),
                Ok(read) => {
                    self.waiting.extend_from_slice(buffer.get(..read).unwrap_or_default());
                    return Ok(true);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_late(&error) => return Ok(false),
                Err(error) => return Err(NoReply::Lost(error)),
            }
        }
    }

    fn lost(&self, error: NoReply) -> ManageSieveError {
        ManageSieveError::NoReply { host: self.host.clone(), error }
    }

    fn illegible(&self, error: super::reply::SieveReplyError) -> ManageSieveError {
        ManageSieveError::Illegible { host: self.host.clone(), error }
    }
}

/// A string as a command has it: between quotes, or as a literal for which no server has to be waited (RFC 5804 §4).
pub(super) fn string(text: &str) -> String {
    if text.len() <= QUOTED_BYTES && !text.contains(['"', '\\', '\r', '\n', '\0']) {
        format!("\"{text}\"")
    } else {
        format!("{{{}+}}\r\n{text}", text.len())
    }
}

fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

#[cfg(test)]
mod tests {
    use super::string;

    #[test]
    fn what_quotes_cannot_hold_is_a_literal() {
        assert_eq!(string("tidebox-hours"), "\"tidebox-hours\"");
        assert_eq!(string("a\"b"), "{3+}\r\na\"b");
        assert_eq!(string("é\r\n"), "{4+}\r\né\r\n");
        assert!(string(&"x".repeat(1_001)).starts_with("{1001+}\r\n"));
    }
}
