//! Looking before the window: the gate, the reason, and a list that locks itself again.
//!
//! ```text
//!                  Looking before 16:00
//!
//!                  You can look in 7 s.
//!      You give a reason and see what is held for a few minutes;
//!     then it locks itself again. That you looked is written down.
//!
//!                   ▌ not now
//!                     look
//! ```
//!
//! Not looking takes the fewest keys: "not now" is chosen from the start.

use chrono::{DateTime, Duration, Utc};
use crossterm::event::KeyCode;
use ratatui::buffer::Buffer;

use crate::domain::message::MessageSummary;
use crate::domain::peek::Peek;
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::ui::action::{Action, Mode};
use crate::ui::geometry;
use crate::ui::keymap::Key;
use crate::ui::request::{Slot, StoreRequest};
use crate::ui::response::{Response, StoreResponse};
use crate::ui::state::field::Field;
use crate::ui::state::message_list::{CursorList, MessageList};
use crate::ui::state::screen::{Cadence, Handlers, Screen};
use crate::ui::state::{DoorScreen, State};
use crate::ui::update::moving;
use crate::ui::view::field::typed;
use crate::ui::view::line_writer::LineWriter;
use crate::ui::view::{list, panes};
use crate::ui::when;

#[derive(Debug)]
pub enum Peeking {
    /// The delay. It counts from the first tick after the key, since the clock on the screen may be a minute old.
    Gate {
        since: Option<DateTime<Utc>>,
        choice: GateChoice,
    },
    /// Why, in the person's own words; written down.
    Reason {
        field: Field,
    },
    /// The store was asked, and has not answered yet.
    Opening,
    Open {
        peek: Peek,
        messages: Box<MessageList>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GateChoice {
    #[default]
    NotNow,
    Look,
}

/// How much of the delay is left; nothing once it is over.
fn left(since: Option<DateTime<Utc>>, delay: Duration, now: DateTime<Utc>) -> Option<Duration> {
    let left = since.map_or(delay, |since| since + delay - now);
    (left > Duration::zero()).then_some(left)
}

impl Screen for Peeking {
    fn mode(&self) -> Mode {
        Mode::Peek
    }

    fn handlers(&self) -> Handlers {
        Handlers { key, tick, respond, failed, ..Handlers::of(act) }
    }

    fn messages(&self) -> Option<&MessageList> {
        if let Self::Open { messages, .. } = self { Some(messages) } else { None }
    }

    fn messages_mut(&mut self) -> Option<&mut MessageList> {
        if let Self::Open { messages, .. } = self { Some(messages) } else { None }
    }

    fn field(&self) -> Option<&Field> {
        if let Self::Reason { field } = self { Some(field) } else { None }
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        if let Self::Reason { field } = self { Some(field) } else { None }
    }

    fn field_hints(&self) -> &'static [(&'static str, &'static str)] {
        &[("enter", "look"), ("esc", "not now")]
    }

    fn enter_is_final(&self) -> bool {
        matches!(self, Self::Reason { .. })
    }

    fn cadence(&self) -> Cadence {
        match self {
            Self::Gate { .. } | Self::Open { .. } => Cadence::Second,
            Self::Reason { .. } | Self::Opening => Cadence::Minute,
        }
    }

    fn hints(&self, _: &State) -> Vec<(Action, &'static str)> {
        let plain = |action: Action| (action, action.info().hint);
        match self {
            Self::Gate { .. } => vec![(Action::Open, "choose"), (Action::Down, "the other")],
            Self::Open { .. } => vec![plain(Action::Open), plain(Action::Page), (Action::Back, "lock")],
            Self::Reason { .. } | Self::Opening => Vec::new(),
        }
    }

    fn draw(&self, state: &State, buffer: &mut Buffer, size: (u16, u16)) {
        draw(state, self, buffer, size);
    }
}

/// The delay counts from the first tick; an open peek locks itself when its time is over.
fn tick(state: &mut State) {
    let now = state.now;
    match state.screen_as_mut::<Peeking>() {
        Some(Peeking::Gate { since, .. }) => {
            since.get_or_insert(now);
        }
        Some(Peeking::Open { peek, .. }) if peek.until <= now => {
            lock(state, "The time for looking is over. Locked again.");
        }
        _ => {}
    }
}

fn respond(state: &mut State, response: Response) {
    if let Response::Store(StoreResponse::Peek { peek, entries }) = response {
        state.show(Peeking::Open { peek, messages: Box::new(MessageList::of(entries)) });
    }
}

fn failed(state: &mut State, slot: Slot, _: &Problem) -> bool {
    if slot == Slot::Peek {
        state.show(DoorScreen);
    }
    false
}

fn act(state: &mut State, action: Action) {
    if moving::act(state, action) {
        return;
    }
    let (delay, now) = (state.settings.peek_delay, state.now);
    let Some(peeking) = state.screen_as_mut::<Peeking>() else { return };
    match (peeking, action) {
        (Peeking::Gate { choice, since }, Action::Down | Action::Up | Action::Top | Action::Bottom) => {
            let over = since.is_some() && left(*since, delay, now).is_none();
            *choice = match action {
                Action::Down | Action::Bottom if over => GateChoice::Look,
                _ => GateChoice::NotNow,
            };
        }
        (peeking @ Peeking::Gate { choice: GateChoice::Look, .. }, Action::Open) => {
            *peeking = Peeking::Reason { field: Field::default() }
        }
        (Peeking::Gate { .. } | Peeking::Opening, Action::Open | Action::Back | Action::Quit) => away(state),
        (Peeking::Open { .. }, Action::Back | Action::Quit) => {
            lock(state, "Locked again. That you looked is written down.");
        }
        _ => {}
    }
}

/// While the reason is typed.
fn key(state: &mut State, key: Key) -> bool {
    let Some(peeking) = state.screen_as_mut::<Peeking>() else { return false };
    let Peeking::Reason { field } = peeking else { return false };
    if field.key(key) {
        return true;
    }
    match key.code() {
        KeyCode::Enter if field.is_blank() => state.say("Without a reason the peek stays closed."),
        KeyCode::Enter => {
            let reason = field.text().trim().to_owned();
            *peeking = Peeking::Opening;
            state.ask(StoreRequest::Peek { reason });
        }
        KeyCode::Esc => away(state),
        _ => {}
    }
    true
}

fn away(state: &mut State) {
    // An answer that comes after all finds no question; the peek that it opened is ended.
    if state.requests.waits_for(Slot::Peek) {
        state.requests.forget(|question| question == Slot::Peek);
        state.ask(StoreRequest::EndPeek);
    }
    state.show(DoorScreen);
}

/// Closes an open peek; nothing of what it showed stays.
fn lock(state: &mut State, said: &str) {
    state.letters.forget();
    state.requests.forget(|question| matches!(question, Slot::Letter(_)));
    state.overlay = None;
    state.show(DoorScreen);
    state.say(said);
    state.ask(StoreRequest::EndPeek);
    state.ask(StoreRequest::Overview);
}

fn draw(state: &State, peeking: &Peeking, buffer: &mut Buffer, size: (u16, u16)) {
    match peeking {
        Peeking::Gate { since, choice } => {
            gate(state, left(*since, state.settings.peek_delay, state.now), *choice, buffer, size);
        }
        Peeking::Reason { field } => reason(state, field, buffer, size),
        Peeking::Opening => {}
        Peeking::Open { peek, messages } => open(state, peek, messages, buffer, size),
    }
}

fn sentences(state: &State, texts: &[&str], buffer: &mut Buffer, size: (u16, u16)) -> usize {
    let theme = &state.settings.theme;
    let body = geometry::frame(size).body;
    let mut row = usize::from(body.height / 6);
    let title = match state.door.as_ref().and_then(|door| door.next.as_ref()) {
        Some(next) => {
            format!("Looking before {}", when::coming(next.opens, state.now, state.settings.zone))
        }
        None => "Looking before the time".to_owned(),
    };
    if let Some(mut line_writer) = LineWriter::at(buffer, body, row) {
        line_writer.centred(&Printable::from(title), theme.writer);
    }
    row += 2;
    for line in
        texts.iter().flat_map(|text| Printable::from(*text).wrap(usize::from(body.width.saturating_sub(6).min(60))))
    {
        if let Some(mut line_writer) = LineWriter::at(buffer, body, row) {
            line_writer.centred(&line, theme.text);
        }
        row += 1;
    }
    row + 1
}

fn gate(state: &State, left: Option<chrono::Duration>, choice: GateChoice, buffer: &mut Buffer, size: (u16, u16)) {
    let theme = &state.settings.theme;
    let wait = match left {
        Some(left) => format!("You can look in {} s.", left.num_seconds().max(1)),
        None => "You can look now.".to_owned(),
    };
    let row = sentences(
        state,
        &[
            &wait,
            "You give a reason and see what is held for a few minutes; then it locks itself again. That you looked is written down.",
        ],
        buffer,
        size,
    );
    let body = geometry::frame(size).body;
    let column = usize::from(body.width / 2).saturating_sub(5);
    for (line, (this, text)) in [(GateChoice::NotNow, "not now"), (GateChoice::Look, "look")].into_iter().enumerate() {
        let Some(mut line_writer) = LineWriter::at(buffer, body, row + line) else { return };
        let style = match this {
            GateChoice::Look if left.is_some() => theme.dim,
            this if this == choice => theme.accent,
            _ => theme.text,
        };
        line_writer.to(column).say(if this == choice { "▌ " } else { "  " }, theme.accent).say(text, style);
    }
}

fn reason(state: &State, field: &Field, buffer: &mut Buffer, size: (u16, u16)) {
    let row = sentences(state, &["Why? The reason is written down. Enter looks, esc does not."], buffer, size);
    let body = geometry::frame(size).body;
    let margin = usize::from(body.width.saturating_sub(60) / 2).max(2);
    if let Some(mut line_writer) = LineWriter::at(buffer, body, row) {
        line_writer.to(margin).say("because ", state.settings.theme.accent);
        typed(field, true, state, &mut line_writer, margin);
    }
}

fn open(state: &State, peek: &Peek, messages: &MessageList, buffer: &mut Buffer, size: (u16, u16)) {
    let theme = &state.settings.theme;
    if let Some(mut line_writer) = LineWriter::at(buffer, geometry::frame(size).head, 0) {
        let clock = format!("locks in {} ", when::clock(peek.until - state.now));
        line_writer.skip(1).say("peek", theme.accent).skip(3);
        let room = line_writer.room().saturating_sub(clock.len() + 2);
        line_writer.text(&Printable::from(&peek.reason).cut(room), theme.dim).right(&clock, theme.warm);
    }
    if messages.is_empty() {
        return list::empty("Nothing is held.", theme, buffer, geometry::frame(size).body);
    }
    let age = |_, entry: &MessageSummary| format!("{:>3}", when::age(entry.placed, state.now));
    panes::draw(state, buffer, |buffer, area| list::messages(messages, age, theme, buffer, area));
}
