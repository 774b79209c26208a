//! A connection with a mail server: commands go out, replies come in.

use std::io::{self, Read as _, Write as _};
use std::time::Duration;

use super::reply::{ReplyError, ReplyParser, SmtpReply};
use crate::net::Stream;

/// How many bytes are read at once.
const BUFFER: usize = 8 * 1024;
/// The least time that is waited for the next piece of a reply that has begun.
const LEAST: Duration = Duration::from_secs(2);
/// In how many pieces a reply may come. Servers send it in one.
const PIECES: u32 = 1_000;

/// Why no reply came.
#[derive(Debug, thiserror::Error)]
pub enum NoReply {
    #[error("the connection was lost")]
    Lost(#[source] io::Error),
    #[error("it did not answer for {0} s")]
    Silent(u64),
    #[error("{0}")]
    Illegible(ReplyError),
    /// It sent something when it had nothing to say.
    #[error("it answers what it was not asked")]
    Unasked,
}

#[derive(Debug)]
pub(super) struct SmtpConnection {
    stream: Stream,
    buffer: Vec<u8>,
    /// The part of the buffer that was read and not yet used.
    start: usize,
    end: usize,
    /// How long a reply may take.
    patience: Duration,
}

impl SmtpConnection {
    pub(super) fn new(stream: Stream, patience: Duration) -> Self {
        Self { stream, buffer: vec![0; BUFFER], start: 0, end: 0, patience }
    }

    /// Whether bytes were read that nobody has asked for yet.
    pub(super) fn has_more(&self) -> bool {
        self.start < self.end
    }

    /// The connection itself, without the bytes that were read.
    pub(super) fn into_stream(self) -> Stream {
        self.stream
    }

    /// Sends commands, after everything that was asked before is answered: with a reply too many, all that follow would
    /// be taken for answers to other commands.
    pub(super) fn command(&mut self, lines: &str) -> Result<(), NoReply> {
        if self.has_more() {
            return Err(NoReply::Unasked);
        }
        self.send(lines.as_bytes())
    }

    pub(super) fn send(&mut self, bytes: &[u8]) -> Result<(), NoReply> {
        self.stream.write_all(bytes).and_then(|()| self.stream.flush()).map_err(|error| {
            if is_late(&error) { NoReply::Silent(crate::net::ANSWER.as_secs()) } else { NoReply::Lost(error) }
        })
    }

    pub(super) fn reply(&mut self) -> Result<SmtpReply, NoReply> {
        self.reply_within(self.patience)
    }

    /// The next reply. Its first byte may take `most`; the more pieces it comes in, the less time has each.
    pub(super) fn reply_within(&mut self, most: Duration) -> Result<SmtpReply, NoReply> {
        let mut parser = ReplyParser::default();
        for piece in 1..=PIECES {
            let waiting = self.buffer.get(self.start..self.end).unwrap_or_default();
            let (used, reply) = parser.push(waiting).map_err(NoReply::Illegible)?;
            self.start += used;
            if let Some(reply) = reply {
                return Ok(reply);
            }
            let patience = (most / piece).max(LEAST.min(most));
            if !self.fill(patience)? {
                return Err(NoReply::Silent(patience.as_secs()));
            }
        }
        Err(NoReply::Illegible(ReplyError::TooLong))
    }

    /// Whether anything comes within `most`.
    pub(super) fn has_input_within(&mut self, most: Duration) -> Result<bool, NoReply> {
        Ok(self.has_more() || self.fill(most)?)
    }

    /// Reads more into the buffer, which is empty; `false` if nothing came in time.
    fn fill(&mut self, most: Duration) -> Result<bool, NoReply> {
        self.stream.set_timeout(most).map_err(NoReply::Lost)?;
        (self.start, self.end) = (0, 0);
        loop {
            match self.stream.read(&mut self.buffer) {
                Ok(0) => return Err(NoReply::Lost(io::ErrorKind::UnexpectedEof.into())),
                Ok(read) => {
                    self.end = read;
                    return Ok(true);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_late(&error) => return Ok(false),
                Err(error) => return Err(NoReply::Lost(error)),
            }
        }
    }
}

fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}
