//! The page of the replayed schedules: the table and what belongs to the row in hand; what mattered; how it was counted.

use ratatui::buffer::Buffer;

use super::typing::TypedLine;
use super::{Page, WhatIfScreen};
use crate::domain::message::MessageSummary;
use crate::domain::printable::Printable;
use crate::domain::replay::{
    MatteredCase, ReplayedSchedules, ScheduleFigures, WhatIf, batch_told, cannot_know, choice_told, days_told,
    expected_told, how_counted, openings_told, rule_told, too_few_told, wait_told,
};
use crate::ui::geometry;
use crate::ui::state::State;
use crate::ui::view::field::typed;
use crate::ui::view::line_writer::LineWriter;
use crate::ui::view::paper::Paper;
use crate::ui::when::{self, position};

/// The page is no wider than this, in columns.
const WIDEST: u16 = 118;
/// The row of the first schedule, from 0: the heading stands above it.
pub(super) const FIRST: usize = 1;
/// The columns of the table's figures, each with the space before it, from the left to the right; the schedule has the rest.
const COLUMNS: [usize; 5] = [10, 11, 15, 13, 7];
/// From so many columns on, the figures stand so much further apart.
const WIDE: u16 = 104;
const APART: usize = 3;
/// No schedule has more columns.
const LABEL: usize = 40;
/// So many lanes are told of at most; the command tells of all.
const LANES: usize = 8;
/// Columns of the name of a lane.
const LANE: usize = 14;
/// Columns of an instant (`Mon 16 Nov 16:52`), and of how long something waited.
const INSTANT: usize = 18;
const WAITED: usize = 13;
const EXAMPLE: &str =
    "times, and days and a length if they differ, such as 9:00 13:00 17:00 mon-fri for 40m; `or` between several";

/// Draws the page, from the row on at which it stands.
pub(super) fn draw(state: &State, screen: &WhatIfScreen, buffer: &mut Buffer, size: (u16, u16)) {
    let (theme, frame) = (&state.settings.theme, geometry::frame(size));
    let paper = lay_out(state, screen, size);
    let place = position(screen.top, usize::from(frame.body.height), usize::from(paper.y)).unwrap_or_default();
    if let Some(mut line_writer) = LineWriter::at(buffer, frame.head, 0) {
        let (title, beside) = title(screen);
        let room = line_writer.room().saturating_sub(place.chars().count() + 3);
        let title = title.cut(room);
        line_writer.skip(1).text(&title, theme.accent);
        if title.width() + 3 + beside.width() <= room {
            line_writer.skip(3).text(&beside, theme.dim);
        }
        line_writer.right(&format!("{place} "), theme.dim);
    }
    paper.show(buffer, frame.body, screen.top);
}

/// What the page is, and what is to be known of all of it.
fn title(screen: &WhatIfScreen) -> (Printable, Printable) {
    let none = || Printable::from("");
    let Some((_, found)) = screen.found() else { return ("What if you looked …".into(), none()) };
    let within = wait_told(found.within);
    match (screen.page, found.schedules.get(screen.at)) {
        (Page::Cases, Some(one)) => {
            let counted = format!("{} of {} in time, within {within}", one.shown.in_time, one.shown.mattered);
            (format!("What mattered, at {}", one.label).into(), counted.into())
        }
        (Page::Counted, _) => ("How it was counted".into(), none()),
        _ => {
            let days = format!("{} to {} · in time: within {within}", date(found.days.from), date(found.days.to));
            ("What if you looked …".into(), days.into())
        }
    }
}

fn date(date: chrono::NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

/// How many rows the page has.
pub(super) fn rows(state: &State, screen: &WhatIfScreen, size: (u16, u16)) -> usize {
    usize::from(lay_out(state, screen, size).y)
}

fn lay_out<'t>(state: &'t State, screen: &WhatIfScreen, size: (u16, u16)) -> Paper<'t> {
    let mut paper = Paper::new(&state.settings.theme, geometry::frame(size).body.width.min(WIDEST));
    let replayed = screen.replayed.as_deref();
    match (screen.page, replayed.map(|replayed| (replayed, &replayed.found)), &screen.problem) {
        (Page::Counted, found, _) => {
            explained(&mut paper, found.and_then(|(_, found)| found.as_ref().ok()));
        }
        (_, _, Some(problem)) => {
            paper.paragraph(problem.what.as_str());
            if let Some(hint) = &problem.hint {
                paper.paragraph(hint.as_str());
            }
        }
        (_, Some((_, Err(few))), _) => paper.paragraph(&too_few_told(few)),
        (Page::Cases, Some((replayed, Ok(found))), _) => cases(state, &mut paper, screen.at, replayed, found),
        (Page::Schedules, Some((replayed, Ok(found))), _) => schedules(state, &mut paper, screen, (replayed, found)),
        (_, None, None) => {}
    }
    paper
}

fn schedules(state: &State, paper: &mut Paper<'_>, screen: &WhatIfScreen, told: (&ReplayedSchedules, &WhatIf)) {
    let (_, found) = told;
    table(paper, screen.at, found);
    if let Some(typing) = &screen.typing {
        paper.blank();
        line(state, paper, typing);
    }
    paper.blank();
    let Some(one) = found.schedules.get(screen.at) else { return };
    lanes(paper, one);
    if let Some(expected) = expected_told(one) {
        paper.words("Expected", &expected);
    }
    paper.blank();
    if let Some(rule) = &found.rule {
        paper.words("One rule", &rule_told(rule, one.shown.mattered));
    }
    if let Some(sentence) = choice_told(found) {
        paper.words("Chosen", &sentence);
    }
    paper.words("Unknown", &cannot_know(found).join(" "));
    paper.context("Days", &days_told(found).join(" "));
    let trial = state.door.as_ref().and_then(|door| door.trial.as_ref());
    if let Some(sentence) = trial.and_then(|trial| trial.sentence(state.today(), &|at| when::date(at, state.today()))) {
        paper.words("Trial", &sentence);
    }
}

/// The table: its heading, then a row for each schedule.
fn table(paper: &mut Paper<'_>, at: usize, found: &WhatIf) {
    let theme = paper.theme;
    let mattered = found.schedules.first().map_or(0, |own| own.shown.mattered);
    let heading =
        ["longest", "half wait", &format!("of {mattered} in time"), "batch (big)", "a day"].map(str::to_owned);
    row(paper, None, ("", &heading), theme.dim);
    for (place, one) in found.schedules.iter().enumerate() {
        let label = if place == 0 { format!("{}  now", one.label) } else { one.label.clone() };
        let shown = &one.shown;
        let wait = |seconds: Option<i64>| seconds.map_or_else(|| "none".to_owned(), wait_told);
        let in_time = if mattered == 0 { "none".to_owned() } else { shown.in_time.to_string() };
        let (batch, opened) = (batch_told(shown), openings_told(shown));
        let figures = [wait(shown.longest), wait(shown.half_wait), in_time, batch, opened];
        let style = if place == at { theme.here } else { theme.text };
        row(paper, Some(place == at), (&label, &figures), style);
    }
}

/// A row of the table: the schedule from the left, its figures from the right.
fn row(paper: &mut Paper<'_>, here: Option<bool>, told: (&str, &[String; 5]), style: ratatui::style::Style) {
    let (label, figures) = told;
    let theme = paper.theme;
    let apart = if paper.buffer.area.width >= WIDE { APART } else { 0 };
    let columns: Vec<usize> = COLUMNS.iter().map(|column| column + apart).collect();
    let room = usize::from(paper.buffer.area.width).saturating_sub(4 + columns.iter().sum::<usize>()).min(LABEL);
    if let Some(mut line_writer) = paper.line() {
        line_writer.under(here == Some(true), theme).skip(1);
        line_writer.say(if here == Some(true) { "▌ " } else { "  " }, theme.accent);
        line_writer.text_in(&Printable::from(label).cut(room), room, style);
        for (figure, column) in figures.iter().zip(columns) {
            line_writer.say(&format!("{figure:>column$}"), style);
        }
    }
    paper.blank();
}

/// The line in which a schedule is typed, and what is wrong with it.
fn line(state: &State, paper: &mut Paper<'_>, typing: &TypedLine) {
    let theme = paper.theme;
    let title = if typing.place.is_some() { "Change to" } else { "One more" };
    if let Some(mut line_writer) = paper.line() {
        line_writer.skip(1).say(title, theme.accent).to(Paper::text_column());
        typed(&typing.field, true, state, &mut line_writer, 1);
    }
    paper.blank();
    match &typing.mistake {
        Some(mistake) => paper.warn("", mistake.as_str()),
        None => paper.context("", EXAMPLE),
    }
}

/// How long each lane waits in the schedule in hand.
fn lanes(paper: &mut Paper<'_>, one: &ScheduleFigures) {
    let wait = |seconds: Option<i64>| seconds.map_or_else(|| "none".to_owned(), wait_told);
    let lanes: Vec<_> = one.shown.lanes.iter().filter(|lane| lane.messages > 0).collect();
    for (place, lane) in lanes.iter().take(LANES).enumerate() {
        let name = Printable::from(&lane.lane).cut(LANE - 2);
        let column = " ".repeat(LANE.saturating_sub(name.width()));
        let (half, nine, longest) = (wait(lane.half), wait(lane.nine_in_ten), wait(lane.longest));
        let told = format!("{name}{column}half {half} · nine in ten {nine} · longest {longest}");
        paper.words(if place == 0 { "Waiting" } else { "" }, &told);
    }
    if lanes.is_empty() {
        paper.words("Waiting", "No message of these days began a thread and waited.");
    }
    paper.more(lanes.len().saturating_sub(LANES), "whatif");
}

/// What mattered, a row each: when it came, what it is, when it would have been read, and how long it would have waited.
fn cases(state: &State, paper: &mut Paper<'_>, at: usize, replayed: &ReplayedSchedules, found: &WhatIf) {
    if found.mattered.is_empty() {
        for sentence in cannot_know(found).iter().skip(1) {
            paper.paragraph(sentence);
        }
        return;
    }
    let theme = paper.theme;
    let heading = ["came", "message", "read", "waited"].map(Printable::from);
    case_row(paper, [&heading[0], &heading[1], &heading[2], &heading[3]], theme.dim);
    for (case, summary) in found.mattered.iter().zip(&replayed.cases) {
        let (read, waited) = outcome(state, case, at, found.within);
        let came = instant(state, case.at);
        let what = summary.as_ref().map_or_else(|| "held again, or gone".into(), words);
        let style = if summary.is_some() { theme.text } else { theme.dim };
        case_row(paper, [&came, &what, &read, &waited], style);
    }
    paper.blank();
    for sentence in cannot_know(found).iter().skip(1) {
        paper.context("", sentence);
    }
}

fn words(summary: &MessageSummary) -> Printable {
    Printable::from(format!("{}: {}", summary.sender.cut(24), summary.subject))
}

/// When it would have been read, and how long it would have waited, with a word where that was too long.
fn outcome(state: &State, case: &MatteredCase, at: usize, within: i64) -> (Printable, Printable) {
    match case.waits.get(at).copied().flatten() {
        None => ("not within two months".into(), "late".into()),
        Some(0) => ("at once".into(), "".into()),
        Some(seconds) => {
            let read = chrono::TimeDelta::try_seconds(seconds).and_then(|wait| case.at.checked_add_signed(wait));
            let late = if seconds > within { " late" } else { "     " };
            let read = read.map_or_else(|| "".into(), |read| instant(state, read));
            (read, format!("{}{late}", wait_told(seconds)).into())
        }
    }
}

fn instant(state: &State, at: chrono::DateTime<chrono::Utc>) -> Printable {
    Printable::from(at.with_timezone(&state.settings.zone).format("%a %-d %b %H:%M").to_string())
}

fn case_row(paper: &mut Paper<'_>, told: [&Printable; 4], style: ratatui::style::Style) {
    let theme = paper.theme;
    let [came, what, read, waited] = told;
    let room = usize::from(paper.buffer.area.width).saturating_sub(2 + 2 * INSTANT + WAITED + 1);
    if let Some(mut line_writer) = paper.line() {
        line_writer.skip(2).text_in(came, INSTANT, theme.dim);
        line_writer.text_in(&what.cut(room.saturating_sub(1)), room, style).text_in(read, INSTANT, style);
        let waited = format!("{:>WAITED$}", waited.as_str());
        line_writer.say(&waited, style);
    }
    paper.blank();
}

fn explained(paper: &mut Paper<'_>, found: Option<&WhatIf>) {
    for sentence in how_counted(found.map_or(crate::domain::replay::IN_TIME, |found| found.within)) {
        paper.paragraph(&sentence);
    }
    if let Some(found) = found {
        paper.blank();
        paper.heading("Days");
        for sentence in days_told(found) {
            paper.paragraph(&sentence);
        }
    }
}
