//! What the thread of a source does between two rounds: it waits for news, or leaves alone what failed, until a message comes.

use std::ops::ControlFlow;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crossbeam_channel::RecvTimeoutError;

use super::Worker;
use crate::clock::Stopwatch;
use crate::job::health::AttemptReason;
use crate::source::WaitEnd;
use crate::watch::LOCAL_INTERVAL;
use crate::watch::messages::RemoteMessage;

/// Where the server announces new mail sooner than this after a reading, again and again, and there is none, the server or
/// this program counts wrongly.
const SPURIOUS: Duration = Duration::from_secs(1);
/// So often it is believed.
pub(super) const BELIEVED: u32 = 5;
/// Then it is read this often.
const DOUBTED: Duration = Duration::from_secs(6);
/// After a connection that ended by itself, while all was well.
const ENDED: Duration = Duration::from_secs(3);
/// The same where it ended as soon as something was waited for: each new one is a login, and servers count those.
const ENDED_AT_ONCE: Duration = Duration::from_secs(8);

/// What to do until the next round.
pub(super) enum Rest {
    /// All is well: wait for news there, for so long at most.
    Listen(Duration),
    /// Something failed: leave it alone for so long.
    Leave(Duration),
}

impl Worker {
    /// How long to wait for news at most.
    pub(super) fn pause(&self) -> Duration {
        self.from.kind.interval().unwrap_or(LOCAL_INTERVAL)
    }

    /// Waits until there is something to do; `Break` where that is to stop.
    pub(super) fn rest(&mut self, rest: &Rest) -> ControlFlow<()> {
        self.woken_at_once = false;
        match rest {
            Rest::Listen(most) => self.listen(*most),
            Rest::Leave(time) => self.leave(*time, |message| *message != RemoteMessage::JournalDue),
        }
    }

    /// Waits for news from there, and for messages.
    fn listen(&mut self, most: Duration) -> ControlFlow<()> {
        let listening = Stopwatch::start();
        loop {
            // Before messages are looked for: one that is sent from here on ends the waiting.
            self.interrupt.store(false, Ordering::SeqCst);
            if let Ok(message) = self.inbox.try_recv() {
                return self.handle(message);
            }
            let left = most.saturating_sub(listening.elapsed());
            let Some(mailbox) = self.source.mailbox() else { return self.leave(left, |_| true) };
            match mailbox.wait(left, &self.interrupt) {
                Ok(WaitEnd::Stopped) => {}
                Ok(WaitEnd::News) => {
                    self.woken_at_once = listening.elapsed() < SPURIOUS;
                    let doubted = self.woken_at_once && self.spurious >= BELIEVED;
                    return if doubted { self.leave(DOUBTED, |_| true) } else { ControlFlow::Continue(()) };
                }
                Ok(WaitEnd::Time) => return ControlFlow::Continue(()),
                // A connection that ended is no trouble yet: the next round makes another, and that may fail.
                Err(_) => {
                    let pause = match listening.elapsed() {
                        // Not everything works: the server may have had enough of us.
                        _ if self.told.is_some() => self.backoff.failed(),
                        lasted if lasted < SPURIOUS => ENDED_AT_ONCE,
                        _ => ENDED,
                    };
                    return self.leave(pause, |_| true);
                }
            }
        }
    }

    /// Leaves it alone for so long, or until a message comes that counts. The journal waits while nothing works.
    fn leave(&mut self, time: Duration, counts: fn(&RemoteMessage) -> bool) -> ControlFlow<()> {
        let leaving = Stopwatch::start();
        loop {
            match self.inbox.recv_timeout(time.saturating_sub(leaving.elapsed())) {
                Ok(message) if counts(&message) => return self.handle(message),
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return ControlFlow::Continue(()),
                Err(RecvTimeoutError::Disconnected) => return ControlFlow::Break(()),
            }
        }
    }

    fn handle(&mut self, message: RemoteMessage) -> ControlFlow<()> {
        let messages: Vec<RemoteMessage> = std::iter::once(message).chain(self.inbox.try_iter()).collect();
        self.reads = messages.iter().any(|message| *message != RemoteMessage::JournalDue);
        for message in messages {
            match message {
                RemoteMessage::Stop => return ControlFlow::Break(()),
                RemoteMessage::ReadRequested => {
                    self.source = (self.open)(&self.from);
                    self.occasion = AttemptReason::Person;
                    (self.requested, self.tells_again) = (true, true);
                    self.backoff.forget();
                }
                RemoteMessage::ClockJumped => {
                    self.source = (self.open)(&self.from);
                    self.backoff.forget();
                }
                RemoteMessage::WindowSoon => self.occasion = self.occasion.max(AttemptReason::BeforeWindow),
                RemoteMessage::Read | RemoteMessage::JournalDue => {}
            }
        }
        ControlFlow::Continue(())
    }
}
