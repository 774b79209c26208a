//! The two lines at the bottom: what just happened, and what is possible now.
//!
//! ```text
//!  Done: Notes on the engine · u takes it back
//!  a done  d trash  s defer  l later  u undo                                       ? help  q leave
//! ```

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Clear, Widget as _};

use super::end_words::{self, EndKeys};
use super::line_writer::LineWriter;
use crate::domain::printable::Printable;
use crate::ui::action::Action;
use crate::ui::geometry::{self, Focus};
use crate::ui::state::conversation::ConversationView;
use crate::ui::state::notice::Tone;
use crate::ui::state::sheet::Sheet;
use crate::ui::state::{Demo, State, hints};
use crate::ui::when;

pub fn draw(state: &State, buffer: &mut Buffer, size: (u16, u16)) {
    let frame = geometry::frame(size);
    // A panel has hints of its own.
    if state.overlay.is_none() && !state.hints_covered() {
        hints(state, buffer);
    }
    notice(state, buffer, frame.notice);
    end_notice(state, buffer, frame.notice);
    if frame.notice != frame.hints && state.overlay.is_none() && state.said().is_none() {
        position(state, buffer, frame.notice);
    }
}

/// Which message of a conversation is read, and which rows of a long letter are in sight.
fn position(state: &State, buffer: &mut Buffer, area: Rect) {
    let (Some(listed), Some(sheet), Some(pane)) = (state.listed(), Sheet::of(state), state.panes().letter) else {
        return;
    };
    let reading = listed.reading();
    if reading.focus != Focus::Letter {
        return;
    }
    let Range { start, end } = sheet.in_hand();
    let (top, bottom) = (reading.scroll.max(start), (reading.scroll + usize::from(pane.height)).min(end));
    let rows = when::position(top - start, bottom.saturating_sub(top), end - start);
    let message = state.read_conversation().map(ConversationView::place).filter(|(_, count)| *count > 1);
    let message = message.map(|(place, count)| format!("message {place} of {count}"));
    let said: Vec<String> = message.into_iter().chain(rows).collect();
    if said.is_empty() {
        return;
    }
    let text = Printable::from(format!("  {} ", said.join(" · ")));
    let width = u16::try_from(text.width()).unwrap_or(u16::MAX).min(area.width);
    let place = Rect { x: area.right() - width, width, ..area };
    let taken = (place.x..place.right()).any(|x| buffer.cell((x, place.y)).is_some_and(|cell| cell.symbol() != " "));
    if let Some(mut line_writer) = LineWriter::at(buffer, place, 0).filter(|_| !taken) {
        line_writer.text(&text, state.settings.theme.dim);
    }
}

/// What the end of the window means, while it is near: in the line of the notices, or above it, where that is taken.
fn end_notice(state: &State, buffer: &mut Buffer, area: Rect) {
    let Some((notice, work)) = state.end_notice.as_ref().zip(state.window_batch()) else { return };
    let key = |action| state.keymap.shown(action);
    let keys = EndKeys { close: key(Action::Review).unwrap_or_default(), more_time: key(Action::MoreTime) };
    let text = end_words::sentences(&notice.end, &work.triage, &keys, state.now, state.settings.zone);
    let taken = state.said().is_some() || area == geometry::frame(state.size).hints;
    let area = if taken { Rect { y: area.y.saturating_sub(1), ..area } } else { area };
    several_lines(&Printable::from(text), state.settings.theme.text, buffer, area);
}

fn notice(state: &State, buffer: &mut Buffer, area: Rect) {
    let theme = &state.settings.theme;
    let Some(mut line_writer) = LineWriter::at(buffer, area, 0) else { return };
    let Some(notice) = state.said() else {
        if let Some(text) = about_the_demo(state) {
            line_writer.skip(1).say(&text, theme.dim);
        }
        return;
    };
    // Nothing is said to be done before it is durable.
    let notice_style = if state.holds_keys() { theme.dim } else { theme.text };
    let way_back = notice.way_back.as_ref().map_or_else(String::new, |way| format!(" · {way}"));
    let style = match notice.tone {
        Tone::Calm => notice_style,
        Tone::Warm => theme.warm,
    };
    let room = line_writer.room().saturating_sub(2 + Printable::from(way_back.as_str()).width());
    if notice.tone == Tone::Warm && notice.text.width() > room {
        return several_lines(&notice.text, style, buffer, area);
    }
    line_writer.skip(1).text(&notice.text.cut(room), style).say(&way_back, theme.dim);
}

/// That this is the demo, wherever there is a line for it: shorter beside how far a message is read.
fn about_the_demo(state: &State) -> Option<String> {
    let frame = geometry::frame(state.size);
    let demo = state.demo.filter(|_| frame.notice != frame.hints)?;
    if state.listed().is_some_and(|listed| listed.reading().focus == Focus::Letter) {
        return Some("This is the demo.".to_owned());
    }
    let leave = if demo == Demo::FromWelcome { "q leads back to the first screen." } else { "" };
    Some(format!("This is the demo: the messages are invented, nothing of yours is touched. {leave}"))
}

/// What did not work, and what to do, is never cut: it takes lines from what stands above it.
fn several_lines(text: &Printable, style: Style, buffer: &mut Buffer, area: Rect) {
    let lines = text.wrap(usize::from(area.width.saturating_sub(2)));
    let count = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(area.bottom().saturating_sub(1));
    let over = Rect { y: area.bottom().saturating_sub(count), height: count, ..area };
    Clear.render(over.intersection(buffer.area), buffer);
    for (row, line) in lines.iter().take(usize::from(count)).enumerate() {
        if let Some(mut line_writer) = LineWriter::at(buffer, over, row) {
            line_writer.skip(1).text(line, style);
        }
    }
}

/// What the keys do here.
pub fn hints(state: &State, buffer: &mut Buffer) {
    let theme = &state.settings.theme;
    let Some(area) = hints::line(state) else { return };
    for hint in hints::hints(state) {
        let Some(mut line_writer) = LineWriter::at(buffer, area, 0) else { return };
        line_writer.to(usize::from(hint.column)).say(&hint.key, theme.accent).skip(1).say(hint.word, theme.dim);
    }
}
