//! The batch: progress and time at the top, the list, the letter.
//!
//! ```text
//!  morning   ━━━━━━━━━━━━╌╌╌╌╌╌╌╌╌   23 of 41    26 min left      +2 next time
//!
//!    carried over                   │  Ada Lovelace  <ada@example.org>
//!    Grace Hopper   Budget   ↻2  9d │  To    you and 3 others
//!                                   │
//!    people                         │  Notes on the engine
//!  ▌ Ada Lovelace   Notes        1d │
//!    Alan Turing    Lunch        4h │  I have read your sketch twice and I think
//!
//!  Done: Budget, third try · u takes it back
//!  a done  d trash  s defer  l later  u undo                           ? help  q back
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::line_writer::LineWriter;
use super::{letter, list};
use crate::domain::batch::BatchOccasion;
use crate::domain::printable::Printable;
use crate::ui::action::Action;
use crate::ui::geometry;
use crate::ui::state::State;
use crate::ui::state::batch_view::{BatchView, Pass};
use crate::ui::state::message_list::CursorList;
use crate::ui::when;

/// From here on, what is left of the time is in the warm colour. In minutes.
const RUNNING_OUT: i64 = 5;

pub fn draw(state: &State, buffer: &mut Buffer, size: (u16, u16)) {
    let Some(work) = &state.work else { return };
    let theme = &state.settings.theme;
    head(state, work, buffer, geometry::frame(size).head);
    let desk = geometry::panes(size, work.reading().focus);
    if let Some(area) = desk.list {
        if work.is_empty() {
            list::empty(&nothing(state, work), theme, buffer, area);
        } else {
            list::batch(work, state.now, theme, buffer, area);
        }
    }
    if let Some(area) = desk.rule {
        rule(state, buffer, area);
    }
    if let Some(area) = desk.letter {
        letter::draw(state, buffer, area);
    }
}

fn nothing(state: &State, work: &BatchView) -> String {
    let key = |action: Action| state.keymap.shown(action).unwrap_or_default();
    match work.filter() {
        Some(_) if work.pass() != Pass::Over => {
            format!("Nothing here has these words. {} drops the filter.", key(Action::Back))
        }
        _ => format!("Everything is decided. {} reviews and commits.", key(Action::Review)),
    }
}

/// The line between list and letter.
pub fn rule(state: &State, buffer: &mut Buffer, area: Rect) {
    let theme = &state.settings.theme;
    for row in 0..usize::from(area.height) {
        if let Some(mut pen) = LineWriter::at(buffer, area, row) {
            let width = pen.room();
            pen.say(&if area.width == 1 { "│".to_owned() } else { "─".repeat(width) }, theme.rule);
        }
    }
}

/// Name, progress, time left, and what waits for the next time. The less important gives way where there is no room.
pub fn head(state: &State, work: &BatchView, buffer: &mut Buffer, area: Rect) {
    let theme = &state.settings.theme;
    let total = work.triage.batch().size();
    let decided = work.triage.decided();
    let Some(mut pen) = LineWriter::at(buffer, area, 0) else { return };
    let whole = pen.room();
    let (left, running_out) = time_left(state, work);
    let mut pass = match (work.pass(), work.filter()) {
        (_, Some(text)) => format!("  filter: {text}"),
        (Pass::Second, None) => "  second pass".to_owned(),
        _ => String::new(),
    };
    match work.chosen_now().len() {
        0 => {}
        chosen => pass.push_str(&format!("  {chosen} selected")),
    }
    pen.skip(1).text(&name(work).cut(whole / 4), theme.accent).text(&Printable::from(pass), theme.dim);
    let count = format!("{decided} of {total}");
    let bar = (whole / 3).min(42).min(pen.room().saturating_sub(count.len() + left.len() + 12));
    if bar >= 8 {
        let full = (bar * decided).checked_div(total).unwrap_or(bar);
        pen.skip(3).say(&"━".repeat(full), theme.accent).say(&"╌".repeat(bar - full), theme.rule);
    }
    pen.skip(3).say(&count, theme.text);
    pen.skip(4).say(&left, if running_out { theme.warm } else { theme.text });
    let arrived = since(state, work);
    if pen.room() > Printable::from(arrived.as_str()).width() + 2 {
        pen.right(&format!("{arrived} "), theme.dim);
    }
}

fn name(work: &BatchView) -> Printable {
    match work.triage.batch().occasion() {
        BatchOccasion::Window { checkin, .. } => Printable::from(checkin),
        BatchOccasion::Exceptions => "came through".into(),
    }
}

fn time_left(state: &State, work: &BatchView) -> (String, bool) {
    let Some(closes) = work.triage.batch().closes() else { return (String::new(), false) };
    let left = closes - state.now;
    if left <= chrono::Duration::zero() {
        return ("the time is over".to_owned(), true);
    }
    (format!("{} left", when::stretch(left)), left <= chrono::Duration::minutes(RUNNING_OUT))
}

fn since(state: &State, work: &BatchView) -> String {
    let (waiting, through) = work.since;
    let window = matches!(work.triage.batch().occasion(), BatchOccasion::Window { .. });
    match (waiting, through) {
        (_, through) if through > 0 && window => {
            let key = state.keymap.shown(Action::Exceptions).unwrap_or_default();
            let it = if through == 1 { "it" } else { "them" };
            format!("{through} came through: {key} reads {it}")
        }
        (waiting, _) if waiting > 0 => format!("+{waiting} next time"),
        _ => String::new(),
    }
}
