//! What lies over a screen: a panel at the bottom with a line above it, and nothing around it.
//!
//! ```text
//!  ─────────────────────────────────────────────────────────
//!    defer to
//!
//!  ▌ n  this afternoon, 16:00         the next check-in
//!    t  tomorrow morning, 10:00       the first from tomorrow on
//!
//!    2  tomorrow morning, 10:00       that many check-ins ahead
//!    3  tomorrow afternoon, 16:00
//!
//!    /  a date
//!
//!    enter take it  / a date  esc back
//! ```
//!
//! Which row is what is decided in `state::panel`; the hints in the last one are drawn with those of every screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::field::typed;
use super::line_writer::LineWriter;
use super::mistaken;
use super::panel::{MARGIN, mark};
use crate::domain::defer_choices::lane_names;
use crate::domain::printable::Printable;
use crate::domain::reasons::Explanation;
use crate::domain::until::Until;
use crate::ui::state::State;
use crate::ui::state::defer_choices::Way;
use crate::ui::state::notice::sentence;
use crate::ui::state::overlay::{
    DateEntry, Leads, Overlay, Pick, PickChoice, Picker, Prompt, PromptKind, PromptOutcome, Purpose,
};
use crate::ui::state::panel::{Panel, Row, question, told_lines};
use crate::ui::theme::Theme;
use crate::ui::when;

pub fn draw(state: &State, overlay: &Overlay, buffer: &mut Buffer) {
    let Some(panel) = Panel::of(state) else { return };
    ground(state, &panel, buffer);
    let rows: Vec<(Row, Rect)> = panel.rows.iter().enumerate().map(|(place, row)| (*row, panel.place(place))).collect();
    match overlay {
        Overlay::Help { .. } | Overlay::View(_) => {}
        Overlay::Palette(palette) => super::palette::draw(state, palette, &rows, buffer),
        Overlay::Defer(picker) => defer(state, picker, &rows, buffer),
        Overlay::Prompt(prompt) => line(state, prompt, &rows, buffer),
        Overlay::Recipients(prompt) => super::recipients::draw(state, prompt, &rows, buffer),
        Overlay::Pick(pick) => choices(state, pick, &rows, buffer),
        Overlay::Draft(panel) => super::draft_panel::draw(state, panel, &rows, buffer),
        Overlay::Why(told) => explanation(state, told, &rows, buffer),
        Overlay::Confirm(confirm) => {
            let lines = rows.iter().filter(|(row, _)| matches!(row, Row::Title | Row::Told(_)));
            for ((_, place), line) in lines.zip(question(confirm, state.size.0)) {
                if let Some(mut line_writer) = LineWriter::at(buffer, *place, 0) {
                    line_writer.skip(MARGIN).text(&line, state.settings.theme.text);
                }
            }
        }
    }
}

/// What is told, with what each line is about before it.
fn explanation(state: &State, told: &Explanation, rows: &[(Row, Rect)], buffer: &mut Buffer) {
    let theme = &state.settings.theme;
    let lines = told_lines(state, told);
    let widest = lines.iter().map(|(about, _)| about.len()).max().unwrap_or(0);
    for (row, place) in rows {
        let Some(mut line_writer) = LineWriter::at(buffer, *place, 0) else { return };
        line_writer.skip(MARGIN);
        match row {
            Row::Title => drop(line_writer.say("why it is here", theme.dim)),
            Row::Told(line) => {
                if let Some((about, text)) = lines.get(*line) {
                    let pad = widest - about.len() + 2;
                    line_writer.say(about, theme.accent).skip(pad);
                    let room = line_writer.room();
                    line_writer.text(&text.cut(room), theme.text);
                }
            }
            _ => {}
        }
    }
}

/// An empty panel, with the line above it.
pub fn ground(state: &State, panel: &Panel, buffer: &mut Buffer) {
    Clear.render(panel.area.intersection(buffer.area), buffer);
    if let Some(mut line_writer) = LineWriter::at(buffer, panel.area, 0) {
        let width = line_writer.room();
        line_writer.fill('─', width, state.settings.theme.rule);
    }
    // Two lines right over each other would be one too many.
    let rule = state.listed().and_then(|_| state.panes().rule);
    if let Some(rule) = rule.filter(|rule| rule.bottom() == panel.area.y && rule.width > 1) {
        Clear.render(rule.intersection(buffer.area), buffer);
    }
}

fn defer(state: &State, picker: &Picker, rows: &[(Row, Rect)], buffer: &mut Buffer) {
    let theme = &state.settings.theme;
    let ways = picker.ways();
    let windows: Vec<Printable> = ways.iter().map(|way| leads_to(state, &way.until)).collect();
    let widest = windows.iter().map(Printable::width).max().unwrap_or(0);
    for (row, place) in rows {
        let Some(mut line_writer) = LineWriter::at(buffer, *place, 0) else { return };
        match row {
            Row::Title => {
                line_writer.skip(MARGIN);
                match caution(picker) {
                    Some(caution) => drop(line_writer.text(&caution, theme.warm)),
                    None => drop(line_writer.text(&title(picker), theme.dim)),
                }
            }
            Row::Way(place) => {
                let (Some(way), Some(window)) = (ways.get(*place), windows.get(*place)) else { return };
                let Way { key, what, .. } = way;
                let here = *place == picker.at && picker.date.is_none();
                mark(state, here, &mut line_writer);
                line_writer
                    .say(&format!("{key}  "), theme.accent)
                    .text_in(window, widest, if here { theme.here } else { theme.text })
                    .skip(3);
                // What is told of each choice stands in columns, where there is room for two of them.
                let notes = ways.iter().map(|way| way.what.len()).max().unwrap_or(0);
                let told = picker.choices.as_ref().is_some_and(|choices| choices.reads.is_some());
                let columns = if told && notes + READS <= line_writer.room() { notes } else { what.len() };
                line_writer.text_in(&Printable::from(*what), columns, theme.dim);
                reads(state, picker, way, &mut line_writer);
            }
            Row::Date => {
                let here = picker.date.is_some() || picker.at >= ways.len();
                mark(state, here, &mut line_writer);
                line_writer.say("/  ", theme.accent);
                match &picker.date {
                    None => drop(line_writer.say("a date", if here { theme.here } else { theme.text })),
                    Some(date) => date_line(state, date, &mut line_writer),
                }
            }
            _ => {}
        }
    }
}

/// The columns of `reads Mon 14:00`, with the space before it.
const READS: usize = 18;

/// When the sender reads mail after a check-in, where they publish it and there is room: `Ann reads at 14:00`.
fn reads(state: &State, picker: &Picker, way: &Way, line_writer: &mut LineWriter<'_>) {
    const NAME: usize = 20;
    /// Below so many columns all choices go without the name, so that they look alike.
    const NAMED: u16 = 100;
    let Some(reading) = picker.choices.as_ref().and_then(|choices| choices.reads.as_ref()) else { return };
    let Some(at) = reading.next_after(way.until.opens) else { return };
    let (there, here) = (at.with_timezone(&state.settings.zone), way.until.opens.with_timezone(&state.settings.zone));
    let when = match (there.date_naive() - here.date_naive()).num_days() {
        0 => there.format("at %H:%M").to_string(),
        1..=6 => there.format("%a %H:%M").to_string(),
        _ => there.format("%-d %b %H:%M").to_string(),
    };
    let short = Printable::from(format!("reads {when}"));
    let long = Printable::from(format!("{} {short}", Printable::from(reading.name.as_str()).cut(NAME)));
    let room = line_writer.room();
    let forms = [(state.size.0 >= NAMED).then_some(long), Some(short)];
    if let Some(words) = forms.into_iter().flatten().find(|words| words.width() + 3 <= room) {
        line_writer.skip(3).text(&words, state.settings.theme.dim);
    }
}

/// What is deferred, to check-ins of which lanes, where those are not all, and what that means.
fn title(picker: &Picker) -> Printable {
    if let Purpose::Remind { again, .. } = picker.purpose {
        let forget = if again { " r takes the reminder back." } else { "" };
        return Printable::from(format!("If nobody has replied by then, what you answered comes back.{forget}"));
    }
    let what = match picker.purpose.count() {
        1 => "It comes".to_owned(),
        count => format!("{count} messages come"),
    };
    let of = match picker.choices.as_ref().map(|choices| &choices.lanes) {
        Some(lanes) if !lanes.is_empty() => format!(" of the {}", lane_names(lanes)),
        _ => String::new(),
    };
    let or = if picker.or_reply { ", or before that when somebody replies" } else { "" };
    Printable::from(format!("To which check-in{of}? {what} back then{or}."))
}

/// That the typed date leads to a check-in that is none of the lane, or that there is none to offer.
fn caution(picker: &Picker) -> Option<Printable> {
    if let Some(DateEntry { leads: Leads::To(target), .. }) = &picker.date {
        return target.caution().map(Printable::from);
    }
    let none = picker.choices.as_ref().filter(|choices| choices.ahead.is_empty() && choices.lanes.len() > 1)?;
    Some(Printable::from(format!("the {} have no check-in in common: a date chooses one", lane_names(&none.lanes))))
}

fn date_line(state: &State, date: &DateEntry, line_writer: &mut LineWriter<'_>) {
    let theme = &state.settings.theme;
    line_writer.say("a date: ", theme.text);
    typed(&date.field, true, state, line_writer, 36);
    line_writer.skip(3);
    match &date.leads {
        Leads::Nowhere => drop(line_writer.say("2026-12-01, 1 dec, fri", theme.dim)),
        Leads::Asked => {}
        Leads::To(target) => drop(line_writer.text(&leads_to(state, &target.until), theme.here)),
        Leads::Refused(problem) => drop(line_writer.text(&sentence(problem), theme.warm)),
    }
}

/// `this afternoon, 16:00`.
fn leads_to(state: &State, until: &Until) -> Printable {
    Printable::from(when::window(&until.checkin, until.opens, state.now, state.settings.zone))
}

fn line(state: &State, prompt: &Prompt, rows: &[(Row, Rect)], buffer: &mut Buffer) {
    let theme = &state.settings.theme;
    let title = match prompt.kind {
        PromptKind::Filter => "filter",
        PromptKind::Pattern => "select",
        PromptKind::Pause => "pause",
        PromptKind::Expect => "expect",
        PromptKind::Pipe(_) => "pipe to",
        PromptKind::Word => "with a word",
    };
    let found = match prompt.outcome {
        PromptOutcome::Found { found, of } => format!("{found} of {of}  "),
        _ => String::new(),
    };
    for (row, place) in rows {
        let Some(mut line_writer) = LineWriter::at(buffer, *place, 0) else { return };
        match (row, &prompt.outcome) {
            (Row::Field, _) => {
                line_writer.skip(MARGIN).say(title, theme.accent).skip(2);
                typed(&prompt.field, true, state, &mut line_writer, found.len());
                line_writer.right(&found, theme.text);
            }
            (Row::Note, PromptOutcome::Mistaken(mistake)) => {
                let indent = MARGIN + title.len() + 2;
                mistaken::mark(state, &prompt.field.text(), mistake, (indent, found.len()), line_writer);
            }
            (Row::Note, PromptOutcome::Failed(problem)) => {
                line_writer.skip(MARGIN).text(&sentence(problem), theme.warm);
            }
            (Row::Note, _) => {
                let what = match prompt.kind {
                    PromptKind::Expect => "what, and until when: from:ann until 18:00",
                    PromptKind::Pause => "how long (45m, 3h, 2d), or until when (14:00)",
                    PromptKind::Pipe(_) => "a command, such as git am; it reads the message as it was sent",
                    PromptKind::Word => "one line, which the organizer reads with your answer",
                    _ => "words, or from:ann subject:plan has:attachment older:2w",
                };
                line_writer.skip(MARGIN).say(what, theme.dim);
            }
            _ => {}
        }
    }
}

/// What the message calls it, then where it leads, of which as much as the host is always left room for.
fn choice_text(choice: &PickChoice, room: usize, theme: &Theme, line_writer: &mut LineWriter<'_>) {
    if choice.words.is_empty() {
        line_writer.text(&choice.shown.cut(room), theme.text);
        return;
    }
    let target = choice.shown.width().min(room / 2);
    let words = choice.words.cut(room.saturating_sub(target + 2));
    line_writer.text(&words, theme.text).skip(2);
    line_writer.text(&choice.shown.cut(room.saturating_sub(words.width() + 2)), theme.dim);
}

fn choices(state: &State, pick: &Pick, rows: &[(Row, Rect)], buffer: &mut Buffer) {
    let theme = &state.settings.theme;
    let labels = pick.choices.iter().map(|choice| choice.label.len()).max().unwrap_or(0);
    for (row, place) in rows {
        let Some(mut line_writer) = LineWriter::at(buffer, *place, 0) else { return };
        match row {
            Row::Title => {
                line_writer.skip(MARGIN);
                let room = line_writer.room().saturating_sub(pick.typed.len() + 3);
                line_writer.text(&pick.title.cut(room), theme.dim).skip(2).say(&pick.typed, theme.text);
            }
            Row::Choice(place) => {
                let Some(choice) = pick.choices.get(*place) else { return };
                line_writer.skip(MARGIN).text_in(&Printable::from(&choice.label), labels + 2, theme.accent);
                let caution = choice.caution.as_ref().map_or(0, |caution| caution.width() + 2);
                let room = line_writer.room().saturating_sub(caution + 1);
                if pick.in_detail() {
                    line_writer.text(&choice.words.cut(room), theme.text);
                } else {
                    choice_text(choice, room, theme, &mut line_writer);
                }
                if let Some(caution) = &choice.caution {
                    line_writer.skip(2).text(caution, theme.warm);
                }
            }
            Row::Detail(place) => {
                let Some(choice) = pick.choices.get(*place) else { return };
                line_writer.skip(MARGIN + labels + 2);
                let room = line_writer.room().saturating_sub(1);
                line_writer.text(&choice.shown.cut(room), theme.dim);
            }
            Row::More(count) => {
                let more = when::count(*count, "more: ↓ ↑, or type its number", "more: ↓ ↑, or type their numbers");
                line_writer.skip(MARGIN + labels + 2).say(&more, theme.dim);
            }
            _ => {}
        }
    }
}
