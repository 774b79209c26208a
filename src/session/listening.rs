//! Listening: the next thing that happens, from the keys, from the threads behind, or from the clock.

use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::Timelike;
use crossterm::event as keys;

use super::background::{BackgroundQuery, Heard};
use super::store_worker::Task;
use super::{Next, Run, SessionError};
use crate::ui::event::Event;
use crate::ui::request::StoreRequest;
use crate::ui::state::Cadence;
use crate::ui::theme::background;

/// How long beginning a window waits for the sources to be read, so that what has arrived is in the batch.
const GATHER_FIRST: Duration = Duration::from_secs(5);
/// How often the screen looks around when nothing happens: for news from behind, for the clock, for signals. Keys and
/// answers wake it at once. Each look costs up to a millisecond, because the last one of the wait is not slept through.
const IDLE: Duration = Duration::from_secs(1);
/// How often it looks around while it holds keys back.
const SOON: Duration = Duration::from_millis(50);
/// How often it looks for keys while it waits for an answer.
const BUSY: Duration = Duration::from_millis(2);
/// How long to look for a key that may be there already: less than the millisecond that the system's `poll` counts in,
/// so that it looks once and does not wait.
const AT_ONCE: Duration = Duration::from_micros(100);

/// So many keys at once can be typed, by somebody who is quick while the screen is slow. With more, they are a burst.
const TYPED: usize = 3;
/// So many keys are taken at once at most: what a terminal holds for its reader (4,096 bytes, on Linux).
const AT_MOST: usize = 4_096;

impl Run {
    /// Waits for the next thing to happen, and takes in everything that is there by then.
    pub(super) fn listen(&mut self) -> Result<Next, SessionError> {
        let mut next = Next::Stay;
        if self.state.waits_for_responses() {
            // A response is on its way and wakes us at once; keys are looked for in between.
            if let Ok(event) = self.inbox.recv_timeout(BUSY) {
                next = self.take(event)?;
            }
        } else if keys::poll(if self.asked.as_ref().is_some_and(BackgroundQuery::holds) { SOON } else { IDLE })? {
            next = self.take_input()?;
        }
        while matches!(next, Next::Stay) && keys::poll(AT_ONCE)? {
            next = self.take_input()?;
        }
        for key in self.asked.as_mut().map(BackgroundQuery::overdue).unwrap_or_default() {
            if matches!(next, Next::Stay) {
                next = self.take(Event::Key(key))?;
            }
        }
        while matches!(next, Next::Stay) {
            match self.inbox.try_recv() {
                Ok(event) => next = self.take(event)?,
                Err(_) => break,
            }
        }
        if matches!(next, Next::Stay) {
            next = self.tick()?;
        }
        Ok(next)
    }

    /// Takes what the terminal has, all that is there at once. A person types one key at a time; where there are more than
    /// a few, they were pasted, and come to the screen together.
    fn take_input(&mut self) -> Result<Next, SessionError> {
        let (mut events, mut keys) = (Vec::new(), Vec::new());
        self.hear(keys::read()?, &mut events, &mut keys);
        // Not zero: crossterm, reading the terminal itself (`use-dev-tty`), would then not look at all.
        while keys.len() < AT_MOST && events.is_empty() && keys::poll(AT_ONCE)? {
            self.hear(keys::read()?, &mut events, &mut keys);
        }
        // What comes behind as many keys as there can be belongs to them.
        let goes_on = std::mem::replace(&mut self.burst_goes_on, keys.len() >= AT_MOST);
        let together = keys.len() > TYPED || (goes_on && !keys.is_empty());
        let keys: Vec<Event> =
            if together { vec![Event::Burst(keys)] } else { keys.into_iter().map(Event::Key).collect() };
        for event in keys.into_iter().chain(events) {
            let next = self.take(event)?;
            if !matches!(next, Next::Stay) {
                return Ok(next);
            }
        }
        Ok(Next::Stay)
    }

    /// Sorts what the terminal says: keys, unless they belong to what it says of its background, and else.
    fn hear(&mut self, said: keys::Event, events: &mut Vec<Event>, keys: &mut Vec<keys::KeyEvent>) {
        match said {
            keys::Event::Key(key) if key.kind != keys::KeyEventKind::Release => {
                match self.asked.as_mut().map_or(Heard::Keys(vec![key]), |asked| asked.hear(key)) {
                    Heard::Nothing | Heard::Answer(None) => {}
                    Heard::Keys(heard) => keys.extend(heard),
                    Heard::Answer(Some(colour)) => events.push(Event::Ground(background::of(colour))),
                }
            }
            keys::Event::Mouse(mouse) => events.push(Event::Mouse(mouse)),
            keys::Event::Paste(text) => events.push(Event::Paste(text)),
            keys::Event::Resize(columns, rows) => {
                self.resized = true;
                events.push(Event::Resize(columns, rows));
            }
            _ => {}
        }
    }

    /// Tells the screen the time, once a minute or, while a countdown is shown, once a second.
    fn tick(&mut self) -> Result<Next, SessionError> {
        let now = self.clock.now();
        if now.minute() != self.minute {
            self.minute = now.minute();
            let _ = self.store_worker.send(Task::Minute);
        }
        if let Some((_, waited)) = &self.begin_waits
            && (self.all_read.load(Ordering::SeqCst) || waited.elapsed() > GATHER_FIRST)
            && let Some((number, _)) = self.begin_waits.take()
        {
            let _ = self.store_worker.send(Task::Store(number, StoreRequest::Begin));
        }
        let due = match (self.shown, self.state.wants_ticks()) {
            (None, _) => true,
            (Some(shown), Cadence::Second) => shown != now,
            (Some(shown), Cadence::Minute) => shown.minute() != now.minute() || (now - shown).num_seconds().abs() >= 60,
        };
        if !due {
            return Ok(Next::Stay);
        }
        self.shown = Some(now);
        self.take(Event::Tick(now))
    }
}
