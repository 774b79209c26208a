//! The pictures of a month: when messages came, and how long they waited. Each tells the same without colour.

use ratatui::layout::Rect;
use ratatui::text::Line as TextLine;
use ratatui::widgets::canvas::Canvas;
use ratatui::widgets::{Bar, BarChart, BarGroup, Sparkline, Widget as _};

use crate::domain::month::{LaneWaits, Month, WeekWindow, words};
use crate::domain::printable::Printable;
use crate::ui::view::line_writer::LineWriter;
use crate::ui::view::paper::Paper;

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
    let weeks = alike(&month.windows);
    let rows = u16::try_from(weeks.len()).unwrap_or(0);
    let area = paper.room(9 + rows);
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
        let row = u16::try_from(window.weekday).unwrap_or(0) + 1;
        paper.buffer.set_style(columns(*window, area, row), theme.accent);
    }
    // Beneath the bars, since a full bar leaves no room for a mark.
    for ((days, windows), row) in weeks.iter().zip(8..) {
        paper.label(area.y + row, &Printable::from(weekdays(days)));
        for window in windows {
            let place = columns(*window, area, row);
            for position in place.positions() {
                paper.buffer.set_string(position.x, position.y, "━", theme.accent);
            }
        }
    }
    if area.width >= WEEK + DATES {
        dates(paper, month, Rect { x: area.x + WEEK + 2, width: area.width - WEEK - 2, ..area });
    }
    if let Some(mut line_writer) = LineWriter::at(&mut paper.buffer, area, usize::from(8 + rows)) {
        line_writer.say(if rows > 0 { "by the hour; ━ a check-in was open" } else { "by the hour" }, theme.dim);
    }
}

/// The columns of a window in a row of the week.
fn columns(window: WeekWindow, area: Rect, row: u16) -> Rect {
    let column = |minutes: u32| u16::try_from(minutes * u32::from(HOUR) / 60).unwrap_or(0);
    let (from, to) = (column(window.from), column(window.to + 59 / u32::from(HOUR)).min(24 * HOUR));
    Rect::new(area.x + from, area.y + row, to.saturating_sub(from).max(1), 1).intersection(area)
}

/// The weekdays with the same windows together, from 0, Monday, those of the earliest day first; days without a window are left out.
fn alike(windows: &[WeekWindow]) -> Vec<(Vec<u32>, Vec<WeekWindow>)> {
    let mut all: Vec<(Vec<u32>, Vec<WeekWindow>)> = Vec::new();
    for day in 0..7 {
        let of_day: Vec<WeekWindow> = windows.iter().filter(|window| window.weekday == day).copied().collect();
        let times = |windows: &[WeekWindow]| windows.iter().map(|one| (one.from, one.to)).collect::<Vec<_>>();
        if of_day.is_empty() {
            continue;
        }
        match all.iter_mut().find(|(_, known)| times(known) == times(&of_day)) {
            Some((days, _)) => days.push(day),
            None => all.push((vec![day], of_day)),
        }
    }
    all
}

/// `every day`, `Mon–Fri`, `Sat Sun`: weekdays from 0, Monday, ascending.
fn weekdays(days: &[u32]) -> String {
    let name = |day: &u32| usize::try_from(*day).ok().and_then(|day| WEEKDAYS.get(day)).copied().unwrap_or_default();
    match days {
        [_, _, _, _, _, _, _] => "every day".to_owned(),
        [first, .., last]
            if days.len() > 2 && usize::try_from(last - first).is_ok_and(|apart| apart + 1 == days.len()) =>
        {
            format!("{}–{}", name(first), name(last))
        }
        // Three letters are too many for more than two days in the column of the labels.
        [_, _, _, ..] => days.iter().map(|day| name(day).get(..2).unwrap_or_default()).collect::<Vec<_>>().join(" "),
        few => few.iter().map(name).collect::<Vec<_>>().join(" "),
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

#[cfg(test)]
mod tests {
    use super::{alike, weekdays};
    use crate::domain::month::WeekWindow;

    #[test]
    fn weekdays_with_the_same_windows_are_one_row() {
        let window = |weekday, from| WeekWindow { weekday, from, to: from + 45 };
        let mut windows: Vec<WeekWindow> = (0..5).flat_map(|day| [window(day, 600), window(day, 960)]).collect();
        windows.push(window(6, 600));
        let found = alike(&windows);
        let told: Vec<(String, usize)> = found.iter().map(|(days, windows)| (weekdays(days), windows.len())).collect();
        assert_eq!(told, [("Mon–Fri".to_owned(), 2), ("Sun".to_owned(), 1)]);
        for (days, told) in [
            (vec![0, 1, 2, 3, 4, 5, 6], "every day"),
            (vec![5, 6], "Sat Sun"),
            (vec![0, 2, 4], "Mo We Fr"),
            (vec![1, 2, 3], "Tue–Thu"),
        ] {
            assert_eq!(weekdays(&days), told);
        }
        assert!(alike(&[]).is_empty());
    }
}
