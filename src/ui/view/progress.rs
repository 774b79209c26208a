//! The line at the top of the batch and of the review: its name, how far it has come, and how much time is left.
//!
//! ```text
//!  morning  ━━━━━━━━━━━━╌╌╌╌╌╌╌╌╌  3 selected      +2 next time   12/18   23 of 41   26 min left
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::line_writer::LineWriter;
use crate::domain::batch::BatchOccasion;
use crate::domain::printable::Printable;
use crate::ui::action::Action;
use crate::ui::state::State;
use crate::ui::state::batch_view::{BatchView, Pass};
use crate::ui::when;

/// From here on, what is left of the time is in the warm colour. In minutes.
const RUNNING_OUT: i64 = 5;
/// The columns between two fields at the right.
const GAP: usize = 3;
/// The columns of the time: `59 min left`. One that takes more is rare.
const TIME: usize = 11;
/// From so many columns on, the place of the cursor is told.
const FOR_POSITION: usize = 60;

/// The name and the bar at the left; position, progress and time at the right, each at a place that nothing moves; between
/// them what comes and goes. Where there is no room, the less important parts are left out.
pub fn draw(state: &State, work: &BatchView, buffer: &mut Buffer, area: Rect) {
    let theme = &state.settings.theme;
    let Some(mut line_writer) = LineWriter::at(buffer, area, 0) else { return };
    let whole = line_writer.room();
    let fields = fields(state, work, whole);
    let taken: usize = fields.iter().map(|field| GAP + field.columns).sum();
    line_writer.skip(1).text(&name(work).cut(whole / 4), theme.accent);
    let room = line_writer.room().saturating_sub(taken + 4);
    let told = Printable::from(pass_and_selection(work, room));
    // What this pass is about comes before the bar.
    let bar = (whole / 5).min(42).min(room.saturating_sub(told.width() + 2));
    if bar >= 8 {
        let full = (bar * work.triage.decided()).checked_div(work.triage.batch().size()).unwrap_or(bar);
        line_writer.skip(2).fill('━', full, theme.accent).fill('╌', bar - full, theme.rule);
    }
    let room = line_writer.room().saturating_sub(taken + 3);
    line_writer.skip(2).text(&told.cut(room), theme.text);
    let arrived = Printable::from(since(state, work));
    if line_writer.room() >= taken + GAP + arrived.width() {
        line_writer.to(whole - taken - 1 - arrived.width()).text(&arrived, theme.dim);
    }
    let mut end = whole - (taken + 1).min(whole);
    for field in fields {
        end += GAP + field.columns;
        line_writer.to(end.saturating_sub(field.text.len())).say(&field.text, field.style);
    }
}

/// A part of the line with a place of its own, at whose right end its text stands.
struct LineField {
    columns: usize,
    text: String,
    style: Style,
}

/// Where the cursor is, how much is decided, and how much time is left.
fn fields(state: &State, work: &BatchView, whole: usize) -> Vec<LineField> {
    let theme = &state.settings.theme;
    let total = work.triage.batch().size();
    let digits = total.to_string().len();
    let mut fields = Vec::new();
    let (place, shown) = work.place_of_all();
    if place > 0 && whole >= FOR_POSITION {
        fields.push(LineField { columns: 2 * digits + 1, text: format!("{place}/{shown}"), style: theme.dim });
    }
    let progress = format!("{} of {total}", work.triage.decided());
    fields.push(LineField { columns: 2 * digits + 4, text: progress, style: theme.text });
    let (left, running_out) = time_left(state, work);
    if !left.is_empty() {
        let style = if running_out { theme.warm } else { theme.text };
        fields.push(LineField { columns: left.len().max(TIME), text: left, style });
    }
    fields
}

/// What this pass is about, where that is not everything, and how much is selected; for so many columns.
fn pass_and_selection(work: &BatchView, room: usize) -> String {
    let pass = match (work.pass(), work.filter()) {
        (_, Some(text)) => format!("filter: {text}"),
        (Pass::Second, None) => to_answer(work, room),
        (Pass::First, None) if !work.triage.later().is_empty() => when::to_answer(work.triage.later().len(), None),
        _ => String::new(),
    };
    let chosen = match work.chosen_now().len() {
        0 => String::new(),
        chosen => format!("{chosen} selected"),
    };
    [chosen, pass].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ")
}

/// What the second pass has left, and how long that takes, as far as there is room for it beside what is selected.
fn to_answer(work: &BatchView, room: usize) -> String {
    let (left, pace) = (work.triage.later().len(), work.pace);
    let whole = when::to_answer(left, pace);
    match pace {
        Some(pace) if whole.len() > room => when::to_answer_shortly(left, pace),
        _ => whole,
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
