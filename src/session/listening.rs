//! Listening: the next thing that happens, from the keys, from the threads behind, or from the clock.

use std::time::Duration;

use chrono::{DateTime, Timelike, Utc};
use crossterm::event as keys;

use super::background::{BackgroundQuery, Heard};
use super::store_worker::Task;
use super::{Next, Run, SessionError};
use crate::ui::event::Event;
use crate::ui::state::Cadence;
use crate::ui::theme::background;

/// How often the loop looks for events, the time and signals while nothing happens. Keys and responses wake it at once. Each
/// look costs up to a millisecond of processor time, since the last millisecond of a wait is not slept.
const IDLE: Duration = Duration::from_secs(1);
/// How often it looks around while it holds keys back.
const SOON: Duration = Duration::from_millis(50);
/// How often it looks for keys while it waits for an answer.
const BUSY: Duration = Duration::from_millis(2);
/// How long to look for a key that may be there already. crossterm looks again and again until this time is over, without
/// sleeping, as the system's `poll` counts in milliseconds: so every microsecond here delays each key, and each frame, by as
/// much. It is long enough for one look.
const AT_ONCE: Duration = Duration::from_micros(20);

/// So many keys at once can be typed, by somebody who is quick while the screen is slow. With more, they are a burst.
const TYPED: usize = 3;
/// So many keys are taken at once at most: what a terminal holds for its reader (4,096 bytes, on Linux).
const AT_MOST: usize = 4_096;

impl Run {
    /// Waits for the next thing to happen, and takes in everything that is there by then.
    pub(super) fn listen(&mut self) -> Result<Next, SessionError> {
        let mut next = self.take_unread()?;
        if !matches!(next, Next::Stay) {
            return Ok(next);
        }
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
        self.unread.extend(as_events(keys, together));
        self.unread.extend(events);
        self.take_unread()
    }

    /// Carries out what was read. What comes behind a key that stops the program waits until the program goes on.
    fn take_unread(&mut self) -> Result<Next, SessionError> {
        while let Some(event) = self.unread.pop_front() {
            let next = self.take(event)?;
            if !matches!(next, Next::Stay) {
                return Ok(next);
            }
        }
        Ok(Next::Stay)
    }

    /// Sorts the terminal's events: keys, and all others. Keys that are part of its answer about its background are taken out.
    fn hear(&mut self, said: keys::Event, events: &mut Vec<Event>, keys: &mut Vec<keys::KeyEvent>) {
        match said {
            keys::Event::Key(key) if key.kind != keys::KeyEventKind::Release => {
                match self.asked.as_mut().map_or(Heard::Keys(vec![key]), |asked| asked.hear(key)) {
                    Heard::Nothing | Heard::Answer(None) => {}
                    Heard::Keys(heard) => keys.extend(heard),
                    Heard::Answer(Some(colour)) => events.push(Event::Background(background::of(colour))),
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
        let all_read = self.all_read.is_done();
        if let Some(waiting) = self.begin_waits.take_if(|it| all_read || it.since.elapsed() > it.patience) {
            let _ = self.store_worker.send(Task::Store(waiting.number, waiting.request));
        }
        if !is_due(self.shown, now, self.state.wants_ticks()) {
            return Ok(Next::Stay);
        }
        self.shown = Some(now);
        self.take(Event::Tick(now))
    }
}

/// Keys as the screen takes them in: one by one where they can have been typed, else together.
fn as_events(keys: Vec<keys::KeyEvent>, together: bool) -> Vec<Event> {
    if together { vec![Event::Burst(keys)] } else { keys.into_iter().map(Event::Key).collect() }
}

/// Whether the next tick is due, where the last one was at `shown`.
fn is_due(shown: Option<DateTime<Utc>>, now: DateTime<Utc>, cadence: Cadence) -> bool {
    let Some(shown) = shown else { return true };
    match cadence {
        Cadence::Second => shown != now,
        Cadence::Minute => shown.minute() != now.minute() || (now - shown).num_seconds().abs() >= 60,
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration};
    use crossterm::event::{KeyCode, KeyEvent};

    use super::{as_events, is_due};
    use crate::ui::event::Event;
    use crate::ui::state::Cadence;

    #[test]
    fn typed_keys_come_one_by_one_and_pasted_ones_together() {
        let keys: Vec<KeyEvent> = "ab".chars().map(|c| KeyEvent::from(KeyCode::Char(c))).collect();
        let typed = as_events(keys.clone(), false);
        assert!(matches!(typed.as_slice(), [Event::Key(a), Event::Key(b)] if [*a, *b] == keys.as_slice()));
        assert!(matches!(as_events(keys.clone(), true).as_slice(), [Event::Burst(all)] if *all == keys));
        assert!(as_events(Vec::new(), false).is_empty());
    }

    #[test]
    fn the_time_is_told_when_the_minute_or_a_countdown_moves_on() {
        let noon = DateTime::from_timestamp(1_764_331_200, 0).unwrap();
        let later = |seconds| noon + Duration::seconds(seconds);
        assert!(is_due(None, noon, Cadence::Minute));
        assert!(!is_due(Some(noon), later(59), Cadence::Minute));
        assert!(is_due(Some(noon), later(60), Cadence::Minute));
        // The clock was set: the minute is the same, the hour is not.
        assert!(is_due(Some(noon), later(3_600), Cadence::Minute));
        assert!(is_due(Some(noon), later(-3_600), Cadence::Minute));
        assert!(is_due(Some(noon), later(1), Cadence::Second));
        assert!(!is_due(Some(noon), noon, Cadence::Second));
    }
}
