//! Commands and their answers. Several commands are under way at once, so that a long line to the server costs little.
//! An answer counts as said about the command that it fits (`attribution`), else about the first that is not over.
//!
//! Nothing is believed that was not asked for: a tag of no command ends the connection, and so do more lines than the
//! commands can be the reason of.

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

/// Bytes of commands that no answer has come to. A server reads so much whatever it is writing meanwhile.
const UNANSWERED: usize = 16 * 1024;
/// Lines that a command may be the reason of, besides ten for each message that it is about.
const LINES: usize = 1_000;
const LINES_A_MESSAGE: usize = 10;

#[derive(Debug)]
pub(super) struct Pipeline {
    wire: FramedStream,
    /// Of the last command.
    number: u64,
    pub(super) literals: Literals,
    /// Lines that may still come before they are too many.
    lines: usize,
    /// Whether a folder may be open.
    pub(super) is_open: bool,
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CommandReply {
    pub(super) status: StatusResponse,
    pub(super) untagged: Vec<Untagged>,
}

/// Commands that are under way, and what came of those that are over, in the order of sending.
#[derive(Default)]
struct CommandBatch {
    waiting: VecDeque<PendingCommand>,
    over: Vec<Option<StatusResponse>>,
}

/// A command that no end has come of.
struct PendingCommand {
    tag: Vec<u8>,
    number: usize,
    bytes: usize,
    /// Lines that it may still be the reason of.
    lines: usize,
    about: ExpectedResponse,
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Kept,
    /// The server waits for more of a command.
    GoOn,
    /// Whoever is told wants no more.
    Enough,
}

/// What is told of an answer: the number of the command that it seems to be about, and what it is.
pub(super) type OnUntagged<'a> = dyn FnMut(usize, Untagged) -> ControlFlow<()> + 'a;

impl CommandBatch {
    /// Whether a command may go beside those that are under way. One that has to be let in goes alone, so that it is plain
    /// what the server waits for.
    fn has_room(&self, bytes: usize, parts: usize, about: &ExpectedResponse) -> bool {
        let ahead: usize = self.waiting.iter().map(|one| one.bytes).sum();
        let clear = self.waiting.iter().all(|one| about.goes_beside(&one.about));
        self.waiting.is_empty() || (clear && ahead + bytes <= UNANSWERED && parts == 1)
    }

    /// The number of the command that an answer is about.
    fn about(&mut self, untagged: &Untagged) -> Option<usize> {
        let first = self.waiting.front()?;
        let (number, alone) = (first.number, first.about.is_opening() || self.waiting.len() == 1);
        let before = self.waiting.iter_mut().take_while(|one| !one.about.is_opening());
        let fits = before.filter(|_| !alone).find_map(|one| one.about.fits(untagged).then_some(one.number));
        Some(fits.unwrap_or(number))
    }

    /// Notes the end of a command, in whatever order they end; `false` where none of this tag is under way.
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
    pub(super) fn new(wire: FramedStream) -> Self {
        Self { wire, number: 0, literals: Literals::Wait, lines: LINES, is_open: false }
    }

    pub(super) fn host(&self) -> &str {
        self.wire.host()
    }

    pub(super) fn framing(&mut self) -> &mut FramedStream {
        &mut self.wire
    }

    pub(super) fn into_wire(self) -> FramedStream {
        self.wire
    }

    /// Sends commands and gathers what comes of each.
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
    pub(super) fn one(&mut self, command: &ImapCommand) -> Result<CommandReply, ImapError> {
        let replies = self.run(std::slice::from_ref(command))?;
        replies.into_iter().next().ok_or_else(|| self.wire.unusable("an answer is missing"))
    }

    /// Sends one command that has to be done.
    pub(super) fn done(&mut self, command: &ImapCommand) -> Result<CommandReply, ImapError> {
        let doing = command.doing();
        let reply = self.one(command)?;
        if reply.status.is_ok() { Ok(reply) } else { Err(self.no(doing, &reply.status)) }
    }

    pub(super) fn no(&self, doing: &'static str, status: &StatusResponse) -> ImapError {
        ImapError::No { host: self.host().to_owned(), doing, text: printable_text(&status.text) }
    }

    /// Sends commands and tells of each answer when it comes. Where it is told to break, the connection is of no use any
    /// more: what is under way is not waited for.
    pub(super) fn each(
        &mut self,
        commands: &[ImapCommand],
        tell: &mut OnUntagged<'_>,
    ) -> Result<Vec<StatusResponse>, ImapError> {
        self.is_open |= commands.iter().any(|command| command.doing() == OPENING);
        let mut flight = CommandBatch::default();
        let mut next = commands.iter();
        let mut unsent = next.next();
        // Commands that go out with one writing.
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
                self.wire.send(&together)?;
                together.clear();
            }
            if flight.waiting.is_empty() && unsent.is_none() {
                return Ok(flight.over.into_iter().flatten().collect());
            }
            let answer = self.wire.answer()?;
            match self.take(answer, &mut flight, tell)? {
                Progress::Kept => {}
                Progress::GoOn => return Err(self.wire.unusable("it waits for what nobody sends")),
                Progress::Enough => return Ok(flight.over.into_iter().flatten().collect()),
            }
        }
    }

    fn tag(&mut self) -> String {
        self.number += 1;
        format!("t{}", self.number)
    }

    /// Sends the parts of a command. After each but the last the server has to ask for more, or the command is over.
    fn send(
        &mut self,
        parts: &[Vec<u8>],
        flight: &mut CommandBatch,
        tell: &mut OnUntagged<'_>,
    ) -> Result<(), ImapError> {
        for (number, part) in parts.iter().enumerate() {
            self.wire.send(part)?;
            while number + 1 < parts.len() {
                let answer = self.wire.answer()?;
                if self.take(answer, flight, tell)? == Progress::GoOn {
                    break;
                }
                if flight.waiting.is_empty() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Takes an answer where it belongs.
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
                Err(self.wire.unusable("an end of a command that was not under way"))
            }
            Some(ServerResponse::Untagged(Untagged::Bye(status))) => {
                Err(ImapError::Bye { host: self.host().to_owned(), text: printable_text(&status.text) })
            }
            Some(ServerResponse::Untagged(untagged)) => {
                let Some(number) = flight.about(&untagged) else { return Ok(Progress::Kept) };
                let Some(reason) = flight.waiting.iter_mut().find(|one| one.lines > 0) else {
                    return Err(self.wire.unusable("it says far more than it was asked"));
                };
                reason.lines -= 1;
                Ok(if tell(number, untagged).is_break() { Progress::Enough } else { Progress::Kept })
            }
            Some(ServerResponse::GoOn(_)) => Ok(Progress::GoOn),
            None => Err(self.wire.unusable("a line that is no answer")),
        }
    }

    /// Sends a command that lasts, and tells its tag.
    pub(super) fn begin(&mut self, command: &ImapCommand) -> Result<Vec<u8>, ImapError> {
        let tag = self.tag();
        self.lines = LINES;
        for part in command.parts(&tag, self.literals) {
            self.wire.send(&part)?;
        }
        Ok(tag.into_bytes())
    }

    /// The next thing that is told of a command that lasts.
    pub(super) fn hear(&mut self) -> Result<ServerResponse, ImapError> {
        let answer = self.wire.answer()?;
        self.tell_apart(answer)
    }

    /// The next thing that is told of a command that lasts, if one comes in so much time.
    pub(super) fn hear_within(&mut self, most: Duration) -> Result<Option<ServerResponse>, ImapError> {
        match self.wire.hear_within(most)? {
            NextResponse::Nothing => Ok(None),
            NextResponse::Answer(answer) => self.tell_apart(answer).map(Some),
        }
    }

    /// Says that a command that lasts is over, and waits until it is.
    pub(super) fn end(&mut self, word: &[u8], tag: &[u8]) -> Result<(), ImapError> {
        self.wire.send(word)?;
        loop {
            match self.hear()? {
                ServerResponse::Tagged { tag: of, .. } if of == tag => return Ok(()),
                ServerResponse::Tagged { .. } => {
                    return Err(self.wire.unusable("an end of a command that was not under way"));
                }
                _ => {}
            }
        }
    }

    fn tell_apart(&mut self, answer: RawResponse) -> Result<ServerResponse, ImapError> {
        self.lines =
            self.lines.checked_sub(1).ok_or_else(|| self.wire.unusable("it says far more than it was asked"))?;
        match untagged::read(answer) {
            Some(ServerResponse::Untagged(Untagged::Bye(status))) => {
                Err(ImapError::Bye { host: self.host().to_owned(), text: printable_text(&status.text) })
            }
            told => told.ok_or_else(|| self.wire.unusable("a line that is no answer")),
        }
    }
}
