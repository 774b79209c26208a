//! What lies over a screen: a panel at the bottom with a line above it, and nothing around it.
//!
//! ```text
//!  ─────────────────────────────────────────────────────────
//!    defer to
//!  ▌ n  this afternoon, 16:00         the next check-in
//!    t  tomorrow morning, 10:00       tomorrow's first
//!    3  tomorrow afternoon, 16:00     that many check-ins ahead
//!    /  a date
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::pen::Pen;
use super::search::typed;
use crate::domain::printable::Printable;
use crate::domain::triage::Until;
use crate::ui::state::State;
use crate::ui::state::notice::sentence;
use crate::ui::state::overlay::{Confirm, DateEntry, Leads, Overlay, Pick, Picker, Prompt, PromptKind};
use crate::ui::state::ways::ways;
use crate::ui::when;

pub fn draw(state: &State, overlay: &Overlay, buffer: &mut Buffer, size: (u16, u16)) {
    match overlay {
        Overlay::Help { .. } => {}
        Overlay::Defer(picker) => defer(state, picker, buffer, size),
        Overlay::Prompt(prompt) => line(state, prompt, buffer, size),
        Overlay::Pick(pick) => choices(state, pick, buffer, size),
        Overlay::Confirm(confirm) => question(state, confirm, buffer, size),
    }
}

/// Clears so many rows at the bottom, draws the line above them, and returns what is beneath it.
fn panel(state: &State, rows: usize, buffer: &mut Buffer, size: (u16, u16)) -> Rect {
    let rows = u16::try_from(rows).unwrap_or(size.1).min(size.1.saturating_sub(2)).max(1);
    let area = Rect { x: 0, y: size.1.saturating_sub(rows + 1), width: size.0, height: rows + 1 };
    Clear.render(area.intersection(buffer.area), buffer);
    if let Some(mut pen) = Pen::at(buffer, area, 0) {
        let width = pen.room();
        pen.say(&"─".repeat(width), state.settings.theme.dim);
    }
    Rect { y: area.y + 1, height: rows, ..area }
}

fn defer(state: &State, picker: &Picker, buffer: &mut Buffer, size: (u16, u16)) {
    let theme = &state.settings.theme;
    let ways = state.places.as_ref().map(ways).unwrap_or_default();
    let area = panel(state, ways.len() + 3, buffer, size);
    let title = match picker.purpose.count() {
        1 => "defer to".to_owned(),
        count => format!("defer {count} messages to"),
    };
    if let Some(mut pen) = Pen::at(buffer, area, 0) {
        pen.skip(3).say(&title, theme.dim);
    }
    // Where there is little room, the rows around the cursor are shown.
    let room = usize::from(area.height).saturating_sub(2);
    let skip = crate::ui::state::shelf::follow(
        0,
        picker.at.min(ways.len().saturating_sub(1)),
        ways.len(),
        room.saturating_sub(1),
    );
    for (row, (place, way)) in ways.iter().enumerate().skip(skip).take(room.saturating_sub(1)).enumerate() {
        let Some(mut pen) = Pen::at(buffer, area, row + 1) else { return };
        let here = place == picker.at && picker.date.is_none();
        pen.skip(1).say(if here { "▌ " } else { "  " }, theme.accent).say(&format!("{}  ", way.key), theme.accent);
        pen.text_in(&leads_to(state, &way.until), 26, if here { theme.here } else { theme.text });
        pen.skip(2).say(way.what, theme.dim);
    }
    let row = 1 + ways.len().saturating_sub(skip).min(room.saturating_sub(1));
    if let Some(mut pen) = Pen::at(buffer, area, row) {
        let here = picker.date.is_some() || picker.at >= ways.len();
        pen.skip(1).say(if here { "▌ " } else { "  " }, theme.accent).say("/  ", theme.accent);
        match &picker.date {
            None => drop(pen.say("a date", theme.text)),
            Some(date) => date_line(state, date, &mut pen),
        }
    }
}

fn date_line(state: &State, date: &DateEntry, pen: &mut Pen<'_>) {
    let theme = &state.settings.theme;
    pen.say("a date: ", theme.text);
    typed(&date.field, true, state, pen, 36);
    pen.skip(3);
    match &date.leads {
        Leads::Nowhere => drop(pen.say("2026-12-01, 1 dec, fri", theme.dim)),
        Leads::Asked => {}
        Leads::To(until) => drop(pen.text(&leads_to(state, until), theme.here).say("  enter", theme.accent)),
        Leads::Refused(problem) => drop(pen.text(&sentence(problem), theme.warm)),
    }
}

/// `this afternoon, 16:00`.
fn leads_to(state: &State, until: &Until) -> Printable {
    Printable::from(when::window(&until.checkin, until.opens, state.now, state.settings.zone))
}

fn line(state: &State, prompt: &Prompt, buffer: &mut Buffer, size: (u16, u16)) {
    let theme = &state.settings.theme;
    let area = panel(state, 2, buffer, size);
    let (title, hint) = match prompt.kind {
        PromptKind::Filter => ("filter", "enter keeps it, esc shows everything again"),
        PromptKind::Pattern => ("select", "from:ann subject:plan has:attachment older:2w; enter selects"),
    };
    if let Some(mut pen) = Pen::at(buffer, area, 0) {
        pen.skip(1).say(title, theme.accent).skip(2);
        typed(&prompt.field, true, state, &mut pen, 0);
    }
    if let Some(mut pen) = Pen::at(buffer, area, 1) {
        pen.skip(1);
        match &prompt.problem {
            Some(problem) => pen.text(&sentence(problem), theme.warm),
            None => pen.say(hint, theme.dim),
        };
    }
}

fn choices(state: &State, pick: &Pick, buffer: &mut Buffer, size: (u16, u16)) {
    let theme = &state.settings.theme;
    let area = panel(state, pick.choices.len() + 1, buffer, size);
    if let Some(mut pen) = Pen::at(buffer, area, 0) {
        pen.skip(1).say(pick.title, theme.accent).skip(2).say(&pick.typed, theme.text).right("esc back ", theme.dim);
    }
    let fitting = pick.choices.iter().filter(|choice| choice.label.starts_with(&pick.typed));
    for (row, choice) in fitting.enumerate() {
        let Some(mut pen) = Pen::at(buffer, area, row + 1) else { return };
        pen.skip(3).text_in(&Printable::from(&choice.label), 4, theme.accent);
        let caution = choice.caution.as_ref().map_or(0, |caution| caution.width() + 2);
        let room = pen.room().saturating_sub(caution);
        pen.text(&choice.shown.cut(room), theme.text);
        if let Some(caution) = &choice.caution {
            pen.skip(2).text(caution, theme.warm);
        }
    }
}

fn question(state: &State, confirm: &Confirm, buffer: &mut Buffer, size: (u16, u16)) {
    let theme = &state.settings.theme;
    let area = panel(state, 2, buffer, size);
    if let Some(mut pen) = Pen::at(buffer, area, 0) {
        pen.skip(1).text(&confirm.question, theme.text);
    }
    if let Some(mut pen) = Pen::at(buffer, area, 1) {
        pen.skip(1)
            .say("y", theme.accent)
            .say(" yes, as one act that can be taken back   ", theme.dim)
            .say("n", theme.accent)
            .say(" no", theme.dim);
    }
}
