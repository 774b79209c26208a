//! The page of a month: rows of words and pictures, laid out for a width, of which as many are shown as there is room for.

use ratatui::buffer::Buffer;

use super::{MonthScreen, pictures};
use crate::domain::month::figures::Figure;
use crate::domain::month::words::{self, Naming};
use crate::domain::month::{CorrespondentAnswers, MonthPair};
use crate::domain::printable::Printable;
use crate::domain::text_enum::TextEnum as _;
use crate::ui::geometry;
use crate::ui::state::State;
use crate::ui::view::line_writer::LineWriter;
use crate::ui::view::paper::Paper;
use crate::ui::when::{position, sentence_case};

/// The page is no wider than this, in columns.
const WIDEST: u16 = 118;
/// So many correspondents and rules are told of at most; the command tells of all.
const LISTED: usize = 8;

/// From so many columns on a name stands beside what is told of it, in a column of this width.
const BESIDE: u16 = 104;
const NAME: usize = 26;

/// Draws the page, from the row on at which it stands.
pub(super) fn draw(state: &State, month: &MonthScreen, buffer: &mut Buffer, size: (u16, u16)) {
    let (theme, frame) = (&state.settings.theme, geometry::frame(size));
    let paper = lay_out(state, month, size);
    let (rows, height) = (usize::from(paper.y), usize::from(frame.body.height));
    if let Some(mut line_writer) = LineWriter::at(buffer, frame.head, 0) {
        line_writer.skip(1).say(&month.wanted.title(), theme.accent);
        if let Some(pair) = month.pair() {
            line_writer.skip(3).say(&words::days(&pair.month), theme.dim);
        }
        if let Some(place) = position(month.top, height, rows) {
            line_writer.right(&format!("{place} "), theme.dim);
        }
    }
    paper.show(buffer, frame.body, month.top);
}

/// How many rows the page has.
pub(super) fn rows(state: &State, month: &MonthScreen, size: (u16, u16)) -> usize {
    usize::from(lay_out(state, month, size).y)
}

fn lay_out<'t>(state: &'t State, month: &MonthScreen, size: (u16, u16)) -> Paper<'t> {
    let mut paper = Paper::new(&state.settings.theme, geometry::frame(size).body.width.min(WIDEST));
    match (month.pair(), &month.problem) {
        _ if month.explains => explained(&mut paper),
        (Some(pair), _) if pair.month.is_empty() => nothing(&mut paper, pair),
        (Some(pair), _) => figures(&mut paper, pair),
        (None, Some(problem)) => {
            paper.words("", problem.what.as_str());
            if let Some(hint) = &problem.hint {
                paper.words("", hint.as_str());
            }
        }
        (None, None) => {}
    }
    paper
}

fn nothing(paper: &mut Paper<'_>, pair: &MonthPair) {
    for sentence in words::nothing(&pair.month) {
        paper.words("", &sentence);
    }
    for gap in &pair.month.gaps {
        paper.words("", &sentence_case(&words::gap(gap, Naming::Full)));
    }
    if let Some(line) = &pair.month.line {
        paper.blank();
        paper.words("", &line.words);
    }
}

fn figures(paper: &mut Paper<'_>, pair: &MonthPair) {
    let (month, before) = (&pair.month, Some(&pair.before));
    if let Some(since) = month.begins_late() {
        paper.context("Counted", &format!("since {}: facts are kept from then on", words::moment(since, month.zone)));
    }
    paper.words("Messages", &words::came(month, before));
    paper.words("", &words::occasions(month, before));
    paper.words("", &words::interruptions(month, before));
    paper.blank();
    pictures::hours(paper, month);
    paper.blank();
    paper.words("Waiting", &words::waiting(month, before));
    if let Some(longest) = &month.waiting.longest {
        paper.words("", &words::longest(longest, month.zone, Naming::Full));
    }
    pictures::waits(paper, month);
    paper.blank();
    paper.words("Mattered?", &words::matter(&month.matter));
    for case in &month.matter.answers.cases {
        paper.words("", &words::case(case));
    }
    paper.words("Time", &words::time(month, before));
    paper.words("", &words::closed(month, before));
    for (place, rule) in month.exceptions.iter().take(LISTED).enumerate() {
        paper.words(if place == 0 { "Rules" } else { "" }, &words::exception(rule, Naming::Full));
    }
    paper.more(month.exceptions.len().saturating_sub(LISTED), "month");
    if !month.answers.is_empty() {
        paper.blank();
    }
    for (place, one) in month.answers.iter().take(LISTED).enumerate() {
        answers(paper, if place == 0 { "Answers" } else { "" }, one);
    }
    paper.more(month.answers.len().saturating_sub(LISTED), "month");
    if let Some(line) = &month.line {
        paper.blank();
        paper.words("Chats", &line.words);
    }
    for (place, gap) in month.gaps.iter().enumerate() {
        if place == 0 {
            paper.blank();
        }
        paper.warn(if place == 0 { "Not read" } else { "" }, &words::gap(gap, Naming::Full));
    }
}

/// Both ways, the second one under the first; where there is little room, under the name.
fn answers(paper: &mut Paper<'_>, title: &str, one: &CorrespondentAnswers) {
    let beside = paper.buffer.area.width >= BESIDE;
    let name = Printable::from(one.called()).cut(NAME - 2);
    let ways = [("you answered", &one.by_you), ("they answered", &one.by_them)];
    let told = ways.into_iter().filter_map(|(way, times)| Some((way, words::answer_times(times.as_ref()?))));
    if !beside {
        paper.words(title, name.as_str());
    }
    for (place, (way, times)) in told.enumerate() {
        let (title, name) = if place == 0 && beside { (title, name.as_str()) } else { ("", "") };
        let column = if beside { NAME - Printable::from(name).width() } else { 2 };
        paper.words(title, &format!("{name}{}{way} {times}", " ".repeat(column)));
    }
}

fn explained(paper: &mut Paper<'_>) {
    for (place, figure) in Figure::ALL.iter().enumerate() {
        if place > 0 {
            paper.blank();
        }
        paper.heading(&sentence_case(figure.name()));
        paper.paragraph(figure.how());
    }
}
