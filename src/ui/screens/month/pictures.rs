//! The pictures of a month: when messages came, and how long they waited. Each tells the same without colour.

use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::Line as TextLine;
use ratatui::widgets::canvas::Canvas;
use ratatui::widgets::{Bar, BarChart, BarGroup, Sparkline, Widget as _};

use super::paper::Paper;
use crate::domain::month::{LaneWaits, Month, words};
use crate::domain::printable::Printable;
use crate::ui::view::line_writer::LineWriter;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// The columns of an hour.
const HOUR: u16 = 2;
/// The columns of a week's hours, and of the number behind them.
const WEEK: u16 = 24 * HOUR + 7;
/// The dates of the month stand beside the week where there are so many columns more.
const DATES: u16 = 40;
/// Of so many lanes it is shown how long they waited; the command tells of all.
const LANES: usize = 12;

/// The hours of the week, a line of bars for each weekday; where there is room, the dates of the month beside them.
pub(super) fn hours(paper: &mut Paper<'_>, month: &Month) {
    let theme = paper.theme;
    let area = paper.room(9);
    let labels: Vec<u16> = (0..24).step_by(3).collect();
    for hour in labels {
        if let Some(mut line_writer) = LineWriter::at(&mut paper.buffer, area, 0) {
            line_writer.to(usize::from(hour * HOUR)).say(&hour.to_string(), theme.dim);
        }
    }
    let most = month.arriving.by_hour.iter().flatten().copied().max().unwrap_or(0).max(1);
    for ((row, day), hours) in (1..).zip(WEEKDAYS).zip(&month.arriving.by_hour) {
        paper.label(area.y + row, &Printable::from(day));
        let bars = hours.iter().flat_map(|count| std::iter::repeat_n(u64::from(*count), usize::from(HOUR)));
        let place = Rect { y: area.y + row, height: 1, width: 24 * HOUR, ..area }.intersection(area);
        let bars: Vec<u64> = bars.collect();
        Sparkline::default().data(bars).max(u64::from(most)).style(theme.text).render(place, &mut paper.buffer);
        let sum: u32 = hours.iter().sum();
        if let Some(mut line_writer) = LineWriter::at(&mut paper.buffer, area, usize::from(row)) {
            line_writer.to(usize::from(24 * HOUR)).say(&format!("{:>6}", words::number(sum)), theme.dim);
        }
    }
    for window in &month.windows {
        let column = |minutes: u32| u16::try_from(minutes * u32::from(HOUR) / 60).unwrap_or(0);
        let (from, to) = (column(window.from), column(window.to + 59 / u32::from(HOUR)));
        let row = u16::try_from(window.weekday).unwrap_or(0) + 1;
        let place = Rect::new(area.x + from, area.y + row, to.saturating_sub(from).max(1), 1).intersection(area);
        paper.buffer.set_style(place, theme.accent.add_modifier(Modifier::UNDERLINED));
    }
    if area.width >= WEEK + DATES {
        dates(paper, month, Rect { x: area.x + WEEK + 2, width: area.width - WEEK - 2, ..area });
    }
    if let Some(mut line_writer) = LineWriter::at(&mut paper.buffer, area, 8) {
        line_writer.say("by the hour; underlined: a check-in was open", theme.dim);
    }
}

/// A bar for each date of the month, and each seventh date under it.
fn dates(paper: &mut Paper<'_>, month: &Month, area: Rect) {
    let theme = paper.theme;
    let bar = |count: &u32| Bar::default().value(u64::from(*count)).text_value(String::new());
    let bars: Vec<Bar<'_>> = month.by_day.iter().map(bar).collect();
    BarChart::default()
        .data(BarGroup::default().bars(&bars))
        .bar_width(1)
        .bar_gap(0)
        .bar_style(theme.dim)
        .value_style(theme.dim)
        .render(Rect { y: area.y + 1, height: 7, ..area }, &mut paper.buffer);
    if let Some(mut line_writer) = LineWriter::at(&mut paper.buffer, area, 8) {
        for date in (1..=month.by_day.len()).step_by(7) {
            line_writer.to(date - 1).say(&date.to_string(), theme.dim);
        }
    }
}

/// How long messages waited, lane by lane on one scale: a line to nine in ten, with a mark at half.
#[allow(clippy::cast_precision_loss, reason = "a picture; seconds are far below 2^52")]
pub(super) fn waits(paper: &mut Paper<'_>, month: &Month) {
    let end = |lane: &LaneWaits| lane.waiting.nine_in_ten.or(lane.waiting.half).map_or(0, |time| time.num_seconds());
    let lanes: Vec<&LaneWaits> = month.lanes.iter().filter(|lane| lane.waiting.half.is_some()).take(LANES).collect();
    let Some(scale) = lanes.iter().map(|lane| end(lane)).max().filter(|scale| *scale > 0) else { return };
    let theme = paper.theme;
    for lane in lanes {
        paper.label(paper.y, &Printable::from(lane.lane.as_str()));
        let area = paper.room(1);
        let (half, last) = (lane.waiting.half.map_or(0, |time| time.num_seconds()), end(lane));
        let columns = last * i64::from(area.width.saturating_sub(1)) / scale;
        let line = format!("├{}", "─".repeat(usize::try_from(columns - 1).unwrap_or(0)));
        Canvas::default()
            .x_bounds([0.0, scale as f64])
            .y_bounds([0.0, 1.0])
            .paint(|paint| {
                paint.print(0.0, 0.5, TextLine::styled(line.clone(), theme.dim));
                if lane.waiting.nine_in_ten.is_some() {
                    paint.print(last as f64, 0.5, TextLine::styled("┤", theme.dim));
                }
                paint.print(half as f64, 0.5, TextLine::styled("■", theme.accent));
            })
            .render(area, &mut paper.buffer);
    }
    let axis = paper.room(1);
    if let Some(mut line_writer) = LineWriter::at(&mut paper.buffer, axis, 0) {
        let at = |share: i64| words::length(chrono::TimeDelta::seconds(scale / 2 * share));
        line_writer.say("0", theme.dim).to(usize::from(axis.width / 2)).say(&at(1), theme.dim).right(&at(2), theme.dim);
    }
}
