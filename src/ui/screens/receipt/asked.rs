//! The rows of a receipt that ask: what came through exceptions, and whether it mattered that others waited.

use ratatui::style::Style;

use crate::domain::printable::Printable;
use crate::ui::action::Action;
use crate::ui::state::State;
use crate::ui::state::receipt::{Closing, ReceiptRow};
use crate::ui::when;

/// Sentences are no wider than this, in columns.
const WIDEST: usize = 76;
/// So many of those that came through are listed at once.
const LISTED: usize = 5;
/// So many of those that waited.
const ASKED: usize = 3;

/// What came through, each with the rule that let it and what it was worth; and the rule that was wrong too often.
pub(super) fn through(state: &State, closing: &Closing) -> Vec<(String, Style)> {
    let (theme, hits) = (&state.settings.theme, &closing.through.hits);
    let mut lines = Vec::new();
    let rows = hits.iter().enumerate().map(|(place, hit)| {
        let rating = hit.rating.map(|rating| format!(" · {rating}")).unwrap_or_default();
        let text = format!("{}: {}, {}", hit.exception, hit.sender, hit.subject);
        row(state, place == closing.at, &text, &rating)
    });
    let first = closing.at.min(hits.len().saturating_sub(1)).saturating_sub(LISTED - 1);
    lines.extend(rows.skip(first).take(LISTED));
    lines.extend(more(state, hits.len().saturating_sub(LISTED)));
    if let Some(rated) = closing.through.doubtful.first() {
        let alarms = when::count(rated.false_alarms as usize, "false alarm", "false alarms");
        let key = state.keymap.shown(Action::RemoveException).unwrap_or_default();
        let what = format!(
            "{} had {alarms} and {} useful: {key} takes it out of the settings.",
            Printable::from(&rated.name),
            rated.useful
        );
        lines.push((Printable::from(what).cut(wide(state)).to_string(), theme.warm));
    }
    lines
}

/// Some of those that waited, each with how long it did and what the person says; the share of all; and the way to a rule.
pub(super) fn waited(state: &State, closing: &Closing) -> Vec<(String, Style)> {
    let (theme, asked) = (&state.settings.theme, &closing.asked.questions);
    if asked.is_empty() {
        return Vec::new();
    }
    let them = if asked.len() == 1 { "this" } else { "these" };
    let mut lines = vec![(format!("Would it have changed anything to see {them} earlier?"), theme.text)];
    let before = closing.through.hits.len();
    let rows = asked.iter().enumerate().map(|(place, question)| {
        let answer = question.answer.map(|answer| format!(" · {answer}")).unwrap_or_default();
        let end = format!(" · waited {}{answer}", when::stretch(question.waited));
        row(state, before + place == closing.at, &format!("{}, {}", question.sender, question.subject), &end)
    });
    let first = (closing.at + 1).saturating_sub(before + ASKED).min(asked.len().saturating_sub(ASKED));
    lines.extend(rows.skip(first).take(ASKED));
    lines.extend(more(state, asked.len().saturating_sub(ASKED)));
    lines.extend(closing.asked.told().map(|told| (told, theme.dim)));
    if let (Some(question), Some(key)) = (closing.mattered(), state.keymap.shown(Action::Rule)) {
        let told = |subject: &Printable| format!("{key} makes a rule, so that mail like “{subject}” comes sooner.");
        let room = wide(state).saturating_sub(Printable::from(told(&"".into())).width());
        let what = told(&question.subject.cut(room));
        lines.push((Printable::from(what).cut(wide(state)).to_string(), theme.warm));
    }
    lines
}

/// The hints about the row in hand.
pub(super) fn hints(closing: &Closing) -> Vec<(Action, &'static str)> {
    match closing.row(closing.at) {
        Some(ReceiptRow::Hit(_)) => {
            [Action::Useful, Action::FalseAlarm].map(|action| (action, action.info().hint)).to_vec()
        }
        Some(ReceiptRow::Question(_)) => {
            vec![(Action::Useful, "yes"), (Action::FalseAlarm, "no"), (Action::Skip, "do not say")]
        }
        None => Vec::new(),
    }
}

/// How wide a sentence may be, in columns.
pub(super) fn wide(state: &State) -> usize {
    usize::from(state.size.0).saturating_sub(4).clamp(1, WIDEST)
}

fn row(state: &State, here: bool, text: &str, end: &str) -> (String, Style) {
    let theme = &state.settings.theme;
    let room = wide(state).saturating_sub(2 + end.chars().count());
    let (mark, style) = if here { ("▌", theme.here) } else { (" ", theme.text) };
    (format!("{mark} {}{end}", Printable::from(text).cut(room)), style)
}

fn more(state: &State, count: usize) -> Option<(String, Style)> {
    (count > 0).then(|| (format!("  and {}", when::count(count, "more", "more")), state.settings.theme.dim))
}
