//! Commands and their responses. Several commands are under way at once, so that a slow round trip costs little. An
//! untagged response is assigned to the command that it fits (`attribution`), or else to the first one that is not
//! completed.
//!
//! Nothing is accepted that was not asked for: an unknown tag ends the connection, and so do more responses than the
//! commands can explain.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::time::Duration;

use super::attribution::ExpectedResponse;
use super::capabilities::Literals;
use super::command::{ImapCommand, OPENING};
use super::failure::{ImapError, printable_text};
use super::framing::{FramedStream, NextResponse, RawResponse};
use super::status::StatusResponse;
use super::untagged::{self, ServerResponse, Untagged};

/// How many bytes of commands may be under way. A server reads so many even while it is writing.
const UNANSWERED: usize = 16 * 1024;
/// How many responses a command may cause, besides ten for each message that it is about.
const LINES: usize = 1_000;
const LINES_A_MESSAGE: usize = 10;

#[derive(Debug)]
pub(super) struct Pipeline {
    stream: FramedStream,
    /// The number in the tag of the last command.
    number: u64,
    pub(super) literals: Literals,
    /// How many responses may still come.
    lines: usize,
    /// Whether a folder may be open.
    pub(super) is_open: bool,
}

/// The tagged response to a command, and the untagged ones that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CommandReply {
    pub(super) status: StatusResponse,
    pub(super) untagged: Vec<Untagged>,
}

/// Commands that are under way, and the status of those that are completed, in the order of sending.
#[derive(Default)]
struct CommandBatch {
    waiting: VecDeque<PendingCommand>,
    over: Vec<Option<StatusResponse>>,
}

/// A command that is not completed.
struct PendingCommand {
    tag: Vec<u8>,
    number: usize,
    bytes: usize,
    /// How many responses it may still cause.
    lines: usize,
    about: ExpectedResponse,
}

/// What a response led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Kept,
    /// A continuation request: the server waits for the next part of a command.
    Continue,
    /// The receiver wants no more.
    Stop,
}

/// Receives each untagged response, with the index of the command that it seems to belong to.
pub(super) type OnUntagged<'a> = dyn FnMut(usize, Untagged) -> ControlFlow<()> + 'a;

impl CommandBatch {
    /// Whether a command may be sent while others are under way. One that needs continuation requests is sent alone, so
    /// that it is clear which command the server asks to continue.
    fn has_room(&self, bytes: usize, parts: usize, about: &ExpectedResponse) -> bool {
        let ahead: usize = self.waiting.iter().map(|one| one.bytes).sum();
        let clear = self.waiting.iter().all(|one| about.goes_beside(&one.about));
        self.waiting.is_empty() || (clear && ahead + bytes <= UNANSWERED && parts == 1)
    }

    /// The index of the command that an untagged response belongs to.
    fn about(&mut self, untagged: &Untagged) -> Option<usize> {
        let first = self.waiting.front()?;
        let (number, alone) = (first.number, first.about.is_opening() || self.waiting.len() == 1);
        let before = self.waiting.iter_mut().take_while(|one| !one.about.is_opening());
        let fits = before.filter(|_| !alone).find_map(|one| one.about.fits(untagged).then_some(one.number));
        Some(fits.unwrap_or(number))
    }

    /// Notes the completion of a command, in whatever order they are completed; `false` if no command has this tag.
    fn end(&mut self, tag: &[u8], status: StatusResponse) -> bool {
        let Some(at) = self.waiting.iter().position(|one| one.tag == tag) else { return false };
        let over = self.waiting.remove(at).and_then(|one| self.over.get_mut(one.number));
        over.is_some_and(|over| {
            *over = Some(status);
            true
        })
    }
}

impl Pipeline {
    pub(super) fn new(stream: FramedStream) -> Self {
        Self { stream, number: 0, literals: Literals::Wait, lines: LINES, is_open: false }
    }

    pub(super) fn host(&self) -> &str {
        self.stream.host()
    }

    pub(super) fn stream(&mut self) -> &mut FramedStream {
        &mut self.stream
    }

    pub(super) fn into_stream(self) -> FramedStream {
        self.stream
    }

    /// Sends commands and collects the replies to each.
    pub(super) fn run(&mut self, commands: &[ImapCommand]) -> Result<Vec<CommandReply>, ImapError> {
        let mut gathered: Vec<Vec<Untagged>> = commands.iter().map(|_| Vec::new()).collect();
        let statuses = self.each(commands, &mut |number, untagged| {
            if let Some(replies) = gathered.get_mut(number) {
                replies.push(untagged);
            }
            ControlFlow::Continue(())
        })?;
        Ok(statuses.into_iter().zip(gathered).map(|(status, untagged)| CommandReply { status, untagged }).collect())
    }

    /// Sends one command.
    pub(super) fn run_one(&mut self, command: &ImapCommand) -> Result<CommandReply, ImapError> {
        let replies = self.run(std::slice::from_ref(command))?;
        replies.into_iter().next().ok_or_else(|| self.stream.protocol_error("a response is missing"))
    }

    /// Sends one command, and fails if the server does not answer OK.
    pub(super) fn run_ok(&mut self, command: &ImapCommand) -> Result<CommandReply, ImapError> {
        let doing = command.doing();
        let reply = self.run_one(command)?;
        if reply.status.is_ok() { Ok(reply) } else { Err(self.no(doing, &reply.status)) }
    }

    pub(super) fn no(&self, doing: &'static str, status: &StatusResponse) -> ImapError {
        ImapError::No { host: self.host().to_owned(), doing, text: printable_text(&status.text) }
    }

    /// Sends commands and passes each untagged response on as it comes. After a `Break` the connection can't be used
    /// any more, because the commands under way are not waited for.
    pub(super) fn each(
        &mut self,
        commands: &[ImapCommand],
        tell: &mut OnUntagged<'_>,
    ) -> Result<Vec<StatusResponse>, ImapError> {
        self.is_open |= commands.iter().any(|command| command.doing() == OPENING);
        let mut flight = CommandBatch::default();
        let mut next = commands.iter();
        let mut unsent = next.next();
        // Commands that are sent with one write.
        let mut together = Vec::new();
        loop {
            while let Some(command) = unsent {
                let tag = self.tag();
                let parts = command.parts(&tag, self.literals);
                let bytes = parts.iter().map(Vec::len).sum();
                let about = ExpectedResponse::of(command);
                if !flight.has_room(bytes, parts.len(), &about) {
                    break;
                }
                let lines = LINES + LINES_A_MESSAGE.saturating_mul(command.messages());
                let (tag, number) = (tag.into_bytes(), flight.over.len());
                flight.waiting.push_back(PendingCommand { tag, number, bytes, lines, about });
                flight.over.push(None);
                match parts.as_slice() {
                    [part] => together.extend_from_slice(part),
                    parts => self.send(parts, &mut flight, tell)?,
                }
                unsent = next.next();
            }
            if !together.is_empty() {
                self.stream.send(&together)?;
                together.clear();
            }
            if flight.waiting.is_empty() && unsent.is_none() {
                return Ok(flight.over.into_iter().flatten().collect());
            }
            let answer = self.stream.response()?;
            match self.take(answer, &mut flight, tell)? {
                Progress::Kept => {}
                Progress::Continue => {
                    return Err(self.stream.protocol_error("it asks to continue a command that is complete"));
                }
                Progress::Stop => return Ok(flight.over.into_iter().flatten().collect()),
            }
        }
    }

    fn tag(&mut self) -> String {
        self.number += 1;
        format!("t{}", self.number)
    }

    /// Sends the parts of a command. Before each part but the first, the server must send a continuation request, or it
    /// completes the command.
    fn send(
        &mut self,
        parts: &[Vec<u8>],
        flight: &mut CommandBatch,
        tell: &mut OnUntagged<'_>,
    ) -> Result<(), ImapError> {
        for (number, part) in parts.iter().enumerate() {
            self.stream.send(part)?;
            while number + 1 < parts.len() {
                let answer = self.stream.response()?;
                if self.take(answer, flight, tell)? == Progress::Continue {
                    break;
                }
                if flight.waiting.is_empty() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Takes in one response.
    fn take(
        &mut self,
        answer: RawResponse,
        flight: &mut CommandBatch,
        tell: &mut OnUntagged<'_>,
    ) -> Result<Progress, ImapError> {
        match untagged::read(answer) {
            Some(ServerResponse::Tagged { tag, status }) => {
                if flight.end(&tag, status) {
                    return Ok(Progress::Kept);
                }
                Err(self.stream.protocol_error("it completes a command that was not sent"))
            }
            Some(ServerResponse::Untagged(Untagged::Bye(status))) => {
                Err(ImapError::Bye { host: self.host().to_owned(), text: printable_text(&status.text) })
            }
            Some(ServerResponse::Untagged(untagged)) => {
                let Some(number) = flight.about(&untagged) else { return Ok(Progress::Kept) };
                let Some(reason) = flight.waiting.iter_mut().find(|one| one.lines > 0) else {
                    return Err(self.stream.protocol_error("it sends far more than it was asked for"));
                };
                reason.lines -= 1;
                Ok(if tell(number, untagged).is_break() { Progress::Stop } else { Progress::Kept })
            }
            Some(ServerResponse::Continuation(_)) => Ok(Progress::Continue),
            None => Err(self.stream.protocol_error("it sends a line that is no response")),
        }
    }

    /// Sends a command that stays under way, such as IDLE, and returns its tag.
    pub(super) fn begin(&mut self, command: &ImapCommand) -> Result<Vec<u8>, ImapError> {
        let tag = self.tag();
        self.lines = LINES;
        for part in command.parts(&tag, self.literals) {
            self.stream.send(&part)?;
        }
        Ok(tag.into_bytes())
    }

    /// The next response to a command that stays under way.
    pub(super) fn receive(&mut self) -> Result<ServerResponse, ImapError> {
        let answer = self.stream.response()?;
        self.tell_apart(answer)
    }

    /// The next response to a command that stays under way, if one comes within `most`.
    pub(super) fn receive_within(&mut self, most: Duration) -> Result<Option<ServerResponse>, ImapError> {
        match self.stream.receive_within(most)? {
            NextResponse::TimedOut => Ok(None),
            NextResponse::Response(answer) => self.tell_apart(answer).map(Some),
        }
    }

    /// Ends a command that stays under way with this word, and waits until it is completed.
    pub(super) fn end(&mut self, word: &[u8], tag: &[u8]) -> Result<(), ImapError> {
        self.stream.send(word)?;
        loop {
            match self.receive()? {
                ServerResponse::Tagged { tag: of, .. } if of == tag => return Ok(()),
                ServerResponse::Tagged { .. } => {
                    return Err(self.stream.protocol_error("it completes a command that was not sent"));
                }
                _ => {}
            }
        }
    }

    fn tell_apart(&mut self, answer: RawResponse) -> Result<ServerResponse, ImapError> {
        self.lines = self
            .lines
            .checked_sub(1)
            .ok_or_else(|| self.stream.protocol_error("it sends far more than it was asked for"))?;
        match untagged::read(answer) {
            Some(ServerResponse::Untagged(Untagged::Bye(status))) => {
                Err(ImapError::Bye { host: self.host().to_owned(), text: printable_text(&status.text) })
            }
            told => told.ok_or_else(|| self.stream.protocol_error("it sends a line that is no response")),
        }
    }
}
