//! The panel over the bottom of a screen, row by row: `view` draws the rows, and a click finds them again.
//!
//! ```text
//! ─────────────────────────────────────────────
//!    title
//!  ▌ what can be chosen
//!    what can be chosen
//!    enter takes it  esc back
//! ```

use ratatui::layout::Rect;

use super::State;
use super::defer_choices::NAMED;
use super::message_list::follow;
use super::overlay::{Confirm, Overlay, Pick, Picker};
use super::palette::{self, CommandPalette};
use super::recipients::{RecipientPrompt, SUGGESTED};
use super::writing::DraftPanel;
use crate::domain::printable::Printable;
use crate::domain::reasons::Explanation;
use crate::ui::geometry;
use crate::ui::keymap::KeyTarget;

/// The columns before what is written in a panel: room for the cursor's mark. As many are left empty behind a question.
pub const MARGIN: usize = 3;

/// What a row of the panel is; numbers are places in the overlay's own lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    Blank,
    Title,
    /// The line that is typed.
    Field,
    /// What to type, or what is wrong with it.
    Note,
    Way(usize),
    /// A date of one's own.
    Date,
    Choice(usize),
    /// What there is to know of the choice above it, where that has a row of its own.
    Detail(usize),
    /// So many more choices than there is room for.
    More(usize),
    Fitting(usize),
    /// A line of what is told.
    Told(usize),
    /// How a sequence of keys can go on: the place among its continuations, and where that one leads.
    Continuation(usize, KeyTarget),
    Hints,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panel {
    /// With the line above the rows.
    pub area: Rect,
    pub rows: Vec<Row>,
}

/// The lines of a question, for a screen of so many columns.
#[must_use]
pub fn question(confirm: &Confirm, columns: u16) -> Vec<Printable> {
    confirm.question.wrap(usize::from(columns).saturating_sub(2 * MARGIN).max(1))
}

impl Panel {
    /// The panel of what lies over the screen; `None` for what covers it whole.
    #[must_use]
    pub fn of(state: &State) -> Option<Self> {
        let room = usize::from(geometry::panel_rows(state.size));
        let Some(overlay) = &state.overlay else { return sequence(state, room) };
        let rows = match overlay {
            Overlay::Help { .. } | Overlay::View(_) => return None,
            Overlay::Defer(picker) => deferral(state, picker, room),
            Overlay::Prompt(_) => apart(state, vec![Row::Field, Row::Note]),
            Overlay::Recipients(prompt) => recipients(state, prompt),
            Overlay::Pick(pick) => choices(state, pick),
            Overlay::Confirm(confirm) => {
                let lines = question(confirm, state.size.0).len();
                let lines = lines.min(room.saturating_sub(2 + gap(state))).max(1);
                apart(state, [Row::Title].into_iter().chain((1..lines).map(Row::Told)).collect())
            }
            Overlay::Why(told) => {
                let shown = told_lines(state, told).len().min(room.saturating_sub(2 + gap(state)));
                apart(state, [Row::Title].into_iter().chain((0..shown).map(Row::Told)).collect())
            }
            Overlay::Palette(palette) => fitting(state, palette),
            Overlay::Draft(panel) => draft(state, panel),
        };
        Some(Self { area: geometry::panel(state.size, rows.len()), rows })
    }

    /// Where a row stands.
    #[must_use]
    pub fn place(&self, row: usize) -> Rect {
        let y = u16::try_from(row).ok().and_then(|row| self.area.y.checked_add(row)?.checked_add(1));
        let y = y.unwrap_or(self.area.bottom()).min(self.area.bottom());
        Rect { y, height: u16::from(y < self.area.bottom()), ..self.area }
    }

    /// The row at this line of the screen.
    #[must_use]
    pub fn row(&self, y: u16) -> Option<Row> {
        self.rows.get(usize::from(y.checked_sub(self.area.y)?.checked_sub(1)?)).copied()
    }
}

/// The small card of a sequence that is begun; `None` where no key waits for the next one.
fn sequence(state: &State, room: usize) -> Option<Panel> {
    if state.pressed.is_empty() {
        return None;
    }
    let ways = state.keymap.continuations(state.mode(), &state.pressed).into_iter().enumerate();
    let ways =
        ways.map(|(place, (_, target))| Row::Continuation(place, target)).take(room.saturating_sub(1 + gap(state)));
    let rows = apart(state, ways.collect());
    Some(Panel { area: geometry::panel(state.size, rows.len()), rows })
}

/// The choices with a name, those with a number, and a date; with empty lines between the groups where there is room.
fn deferral(state: &State, picker: &Picker, room: usize) -> Vec<Row> {
    let ways = picker.ways();
    let named = ways.iter().take_while(|way| NAMED.contains(&way.key)).count();
    let whole = ways.len() + 7;
    let mut rows = vec![Row::Title];
    if whole <= usize::from(state.size.1) * 2 / 3 {
        for group in [0..named, named..ways.len()].into_iter().filter(|group| !group.is_empty()) {
            rows.push(Row::Blank);
            rows.extend(group.map(Row::Way));
        }
        rows.extend([Row::Blank, Row::Date, Row::Blank, Row::Hints]);
        return rows;
    }
    // Where there is little room, the rows around the cursor are shown.
    let shown = room.saturating_sub(3).max(1);
    let skip = follow(0, picker.at.min(ways.len().saturating_sub(1)), ways.len(), shown);
    rows.extend((skip..ways.len()).take(shown).map(Row::Way));
    rows.extend([Row::Date, Row::Hints]);
    rows
}

/// The hints behind these rows, after an empty line where there is room for one.
fn apart(state: &State, mut rows: Vec<Row>) -> Vec<Row> {
    rows.resize(rows.len() + gap(state), Row::Blank);
    rows.push(Row::Hints);
    rows
}

/// How many empty lines stand before the hints of a panel.
fn gap(state: &State) -> usize {
    usize::from(geometry::spacious(state.size))
}

/// The choices that can be meant, from the first one that is in sight: half of the screen stays as it was.
fn choices(state: &State, pick: &Pick) -> Vec<Row> {
    let fitting: Vec<usize> = (0..pick.choices.len()).filter(|place| pick.fits(*place)).collect();
    let shown = choices_shown(state, pick, fitting.len());
    let mut rows = vec![Row::Title];
    let top = pick.top.min(fitting.len() - shown);
    for place in fitting.iter().skip(top).take(shown).copied() {
        rows.push(Row::Choice(place));
        rows.extend(pick.in_detail().then_some(Row::Detail(place)));
    }
    if fitting.len() > shown {
        rows.push(Row::More(fitting.len() - shown));
    }
    apart(state, rows)
}

/// The lines of what leaves, from the first one that is in sight.
fn draft(state: &State, panel: &DraftPanel) -> Vec<Row> {
    let (lines, shown) = told_rows(state, panel);
    let mut rows = vec![Row::Title];
    rows.resize(1 + gap(state), Row::Blank);
    rows.extend((panel.top..lines).take(shown).map(Row::Told));
    if shown < lines {
        rows.push(Row::More(lines - shown));
    }
    apart(state, rows)
}

/// How many lines there are of what leaves, and how many of them are in sight at once.
#[must_use]
pub fn told_rows(state: &State, panel: &DraftPanel) -> (usize, usize) {
    let lines = panel.lines(usize::from(state.size.0).saturating_sub(4)).len();
    let room = usize::from(geometry::panel_rows(state.size)).saturating_sub(2 + 2 * gap(state)).max(1);
    (lines, if lines <= room { lines } else { room.saturating_sub(1).max(1) })
}

/// How many of so many choices are in sight at once.
#[must_use]
pub fn choices_shown(state: &State, pick: &Pick, count: usize) -> usize {
    let half = usize::from(geometry::panel_rows(state.size).min(state.size.1 / 2));
    let room = half.saturating_sub(2 + gap(state)).max(1);
    let each = if pick.in_detail() { 2 } else { 1 };
    if count * each <= room { count } else { (room.saturating_sub(1) / each).max(1) }
}

/// What is told, line by line, as wide as the screen: what the line is about, empty where it goes on, and its text.
#[must_use]
pub fn told_lines(state: &State, told: &Explanation) -> Vec<(&'static str, Printable)> {
    let widest = told.lines.iter().map(|(about, _)| about.len()).max().unwrap_or(0);
    // Before the text the margin and what it is about, with two blanks between; behind it one blank.
    let columns = usize::from(state.size.0).saturating_sub(widest + 6).max(1);
    let lines = told.lines.iter().flat_map(|(about, text)| {
        let wrapped = text.wrap(columns).into_iter().enumerate();
        wrapped.map(move |(place, line)| (if place == 0 { *about } else { "" }, line))
    });
    lines.collect()
}

/// As high while it narrows as it was when it opened, so that nothing jumps.
fn fitting(state: &State, palette: &CommandPalette) -> Vec<Row> {
    let shown = fitting_rows(state);
    let found = palette::fitting(state, &palette.field.text()).len();
    let mut rows = vec![Row::Field];
    rows.extend((palette.top..found).take(shown).map(Row::Fitting));
    rows.resize(shown + 1, Row::Blank);
    apart(state, rows)
}

/// Who gets it, and those who can be meant around the one that is proposed. As high with few of them as with many.
fn recipients(state: &State, prompt: &RecipientPrompt) -> Vec<Row> {
    let room = usize::from(geometry::panel_rows(state.size).min(state.size.1 / 2)).saturating_sub(2 + gap(state));
    let shown = room.clamp(1, SUGGESTED);
    let found = prompt.suggested.len();
    let mut rows = vec![Row::Field];
    if prompt.problem.is_some() || found == 0 {
        rows.push(Row::Note);
    } else {
        let top = follow(0, prompt.at.unwrap_or(0), found, shown);
        rows.extend((top..found).take(shown).map(Row::Fitting));
    }
    rows.resize(shown + 1, Row::Blank);
    apart(state, rows)
}

/// How many rows of the palette fit.
#[must_use]
pub fn fitting_rows(state: &State) -> usize {
    let room = usize::from(geometry::panel_rows(state.size)).saturating_sub(2 + gap(state)).max(1);
    palette::fitting(state, "").len().min(usize::from(state.size.1 / 2)).min(room)
}
