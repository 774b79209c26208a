//! The line at the top of the batch and of the review: its name, how far it has come, and how much time is left.
//!
//! ```text
//!  morning   ━━━━━━━━━━━━╌╌╌╌╌╌╌╌╌   23 of 41    26 min left      +2 next time
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::line_writer::LineWriter;
use crate::domain::batch::BatchOccasion;
use crate::domain::printable::Printable;
use crate::ui::action::Action;
use crate::ui::state::State;
use crate::ui::state::batch_view::{BatchView, Pass};
use crate::ui::when;

/// From here on, what is left of the time is in the warm colour. In minutes.
const RUNNING_OUT: i64 = 5;

/// Name, progress, time left, and how many messages wait for the next check-in. Where there is no room, the less important
/// parts are left out.
pub fn draw(state: &State, work: &BatchView, buffer: &mut Buffer, area: Rect) {
    let theme = &state.settings.theme;
    let total = work.triage.batch().size();
    let decided = work.triage.decided();
    let Some(mut line_writer) = LineWriter::at(buffer, area, 0) else { return };
    let whole = line_writer.room();
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
    line_writer.skip(1).text(&name(work).cut(whole / 4), theme.accent).text(&Printable::from(pass), theme.dim);
    let count = format!("{decided} of {total}");
    let bar = (whole / 3).min(42).min(line_writer.room().saturating_sub(count.len() + left.len() + 12));
    if bar >= 8 {
        let full = (bar * decided).checked_div(total).unwrap_or(bar);
        line_writer.skip(3).say(&"━".repeat(full), theme.accent).say(&"╌".repeat(bar - full), theme.rule);
    }
    line_writer.skip(3).say(&count, theme.text);
    line_writer.skip(4).say(&left, if running_out { theme.warm } else { theme.text });
    let arrived = since(state, work);
    if line_writer.room() > Printable::from(arrived.as_str()).width() + 2 {
        line_writer.right(&format!("{arrived} "), theme.dim);
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
