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

use ratatui::buffer::Buffer;

use super::line_writer::LineWriter;
use super::{letter, list, queue, search};
use crate::domain::message::MessageSummary;
use crate::domain::peek::Peek;
use crate::domain::printable::Printable;
use crate::ui::geometry;
use crate::ui::state::State;
use crate::ui::state::field::Field;
use crate::ui::state::message_list::{CursorList, MessageList};
use crate::ui::state::peek::{GateChoice, Peeking, left};
use crate::ui::when;

pub fn draw(state: &State, peeking: &Peeking, buffer: &mut Buffer, size: (u16, u16)) {
    match peeking {
        Peeking::Gate { since, choice } => {
            gate(state, left(*since, state.settings.peek_delay, state.now), *choice, buffer, size);
        }
        Peeking::Reason { field } => reason(state, field, buffer, size),
        Peeking::Opening => {}
        Peeking::Open { peek, shelf } => open(state, peek, shelf, buffer, size),
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
    if let Some(mut pen) = LineWriter::at(buffer, body, row) {
        pen.centred(&Printable::from(title), theme.writer);
    }
    row += 2;
    for line in
        texts.iter().flat_map(|text| Printable::from(*text).wrap(usize::from(body.width.saturating_sub(6).min(60))))
    {
        if let Some(mut pen) = LineWriter::at(buffer, body, row) {
            pen.centred(&line, theme.text);
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
        let Some(mut pen) = LineWriter::at(buffer, body, row + line) else { return };
        let style = match this {
            GateChoice::Look if left.is_some() => theme.dim,
            this if this == choice => theme.accent,
            _ => theme.text,
        };
        pen.to(column).say(if this == choice { "▌ " } else { "  " }, theme.accent).say(text, style);
    }
}

fn reason(state: &State, field: &Field, buffer: &mut Buffer, size: (u16, u16)) {
    let row = sentences(state, &["What for? It is written down. Enter looks, esc does not."], buffer, size);
    let body = geometry::frame(size).body;
    let margin = usize::from(body.width.saturating_sub(60) / 2).max(2);
    if let Some(mut pen) = LineWriter::at(buffer, body, row) {
        pen.to(margin).say("because ", state.settings.theme.accent);
        search::typed(field, true, state, &mut pen, margin);
    }
}

fn open(state: &State, peek: &Peek, shelf: &MessageList, buffer: &mut Buffer, size: (u16, u16)) {
    let theme = &state.settings.theme;
    if let Some(mut pen) = LineWriter::at(buffer, geometry::frame(size).head, 0) {
        let clock = format!("locks in {} ", when::clock(peek.until - state.now));
        pen.skip(1).say("peek", theme.accent).skip(3);
        let room = pen.room().saturating_sub(clock.len() + 2);
        pen.text(&Printable::from(&peek.reason).cut(room), theme.dim).right(&clock, theme.warm);
    }
    if shelf.is_empty() {
        return list::empty("Nothing is held.", theme, buffer, geometry::frame(size).body);
    }
    let desk = geometry::panes(size, shelf.reading().focus);
    if let Some(area) = desk.list {
        list::shelf(
            shelf,
            |_, entry: &MessageSummary| format!("{:>3}", when::age(entry.placed, state.now)),
            theme,
            buffer,
            area,
        );
    }
    if let Some(area) = desk.rule {
        queue::rule(state, buffer, area);
    }
    if let Some(area) = desk.letter {
        letter::draw(state, buffer, area);
    }
}
