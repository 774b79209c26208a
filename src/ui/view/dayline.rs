//! The day as a line, with its windows on it and a dot where now is.
//!
//! ```text
//!   6        10:00                  13:12          16:00                   22
//!   ·────────━━━━━───────────────────●─────────────╌╌╌╌╌────────────────────·
//!            ✓ read                 now
//! ```

use crate::domain::schedule::Zone;
use chrono::{DateTime, Timelike, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::line_writer::LineWriter;
use crate::domain::door::WindowState;
use crate::domain::schedule::Window;
use crate::ui::theme::Theme;

/// The hours that the line spans on an ordinary day.
const WAKING: (u32, u32) = (6, 22);

/// Draws the line in three rows.
pub fn draw(
    today: &[(Window, WindowState)],
    now: DateTime<Utc>,
    zone: Zone,
    theme: &Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    let span = Span::of(today, now, zone, usize::from(area.width));
    let mut above = Labels::default();
    let mut below = Labels::default();
    for (window, reading) in today {
        let at = span.column(window.opens);
        if window.opens.with_timezone(&zone).date_naive() == span.day {
            above.put(at, window.opens.with_timezone(&zone).format("%H:%M").to_string(), area.width);
        }
        below.put(at, state_word(*reading).to_owned(), area.width);
    }
    let here = span.column(now);
    below.put(here.saturating_sub(1), "now".to_owned(), area.width);
    above.put(here.saturating_sub(2), now.with_timezone(&zone).format("%H:%M").to_string(), area.width);
    above.put(0, span.from.to_string(), area.width);
    let end = span.to.to_string();
    above.put(usize::from(area.width).saturating_sub(end.len()), end, area.width);
    for (row, labels) in [(0, above), (2, below)] {
        for (column, text) in labels.placed {
            if let Some(mut line_writer) = LineWriter::at(buffer, area, row) {
                line_writer.to(column).say(&text, theme.dim);
            }
        }
    }
    line(&span, today, here, theme, buffer, area);
}

fn line(span: &Span, today: &[(Window, WindowState)], here: usize, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    for column in 0..usize::from(area.width) {
        let window = today.iter().find(|(window, _)| {
            let (from, to) = (span.column(window.opens), span.column(window.closes));
            from <= column && column < to.max(from + 1)
        });
        let ends = column == 0 || column + 1 == usize::from(area.width);
        let (mark, style) = match window {
            _ if column == here => ("●", theme.accent),
            Some((_, WindowState::Read | WindowState::Missed | WindowState::LeftOut | WindowState::Over)) => {
                ("━", theme.dim)
            }
            Some((_, WindowState::Open)) => ("━", theme.accent),
            Some((_, WindowState::Ahead)) => ("╌", theme.accent),
            None if ends => ("·", theme.rule),
            None => ("─", theme.rule),
        };
        if let Some(mut line_writer) = LineWriter::at(buffer, area, 1) {
            line_writer.to(column).say(mark, style);
        }
    }
}

fn state_word(reading: WindowState) -> &'static str {
    match reading {
        WindowState::Ahead | WindowState::Over => "",
        WindowState::Open => "open",
        WindowState::Read => "✓ read",
        WindowState::Missed => "missed",
        WindowState::LeftOut => "left out",
    }
}

/// Which hours the line shows, and where an instant falls on it.
struct Span {
    from: u32,
    to: u32,
    columns: usize,
    zone: Zone,
    day: chrono::NaiveDate,
}

impl Span {
    fn of(today: &[(Window, WindowState)], now: DateTime<Utc>, zone: Zone, columns: usize) -> Self {
        let day = now.with_timezone(&zone).date_naive();
        let mut span = Self { from: WAKING.0, to: WAKING.1, columns, zone, day };
        for instant in today.iter().flat_map(|(window, _)| [window.opens, window.closes]).chain([now]) {
            let minutes = span.minutes(instant);
            span.from = span.from.min(minutes / 60);
            span.to = span.to.max(minutes.div_ceil(60));
        }
        span
    }

    /// Minutes of the day that the clock on the wall shows; the neighbouring days end at its edges.
    fn minutes(&self, instant: DateTime<Utc>) -> u32 {
        let local = instant.with_timezone(&self.zone);
        match local.date_naive().cmp(&self.day) {
            std::cmp::Ordering::Less => 0,
            std::cmp::Ordering::Equal => local.hour() * 60 + local.minute(),
            std::cmp::Ordering::Greater => 24 * 60,
        }
    }

    fn column(&self, instant: DateTime<Utc>) -> usize {
        let (from, to) = (self.from * 60, self.to * 60);
        let into = self.minutes(instant).clamp(from, to) - from;
        let last = self.columns.saturating_sub(1);
        last * into as usize / (to - from).max(1) as usize
    }
}

/// Labels on one row; one that would touch another is left out.
#[derive(Default)]
struct Labels {
    placed: Vec<(usize, String)>,
}

impl Labels {
    fn put(&mut self, column: usize, text: String, width: u16) {
        let length = text.chars().count();
        let column = column.min(usize::from(width).saturating_sub(length));
        let free = self.placed.iter().all(|(at, other)| column + length < *at || at + other.chars().count() < column);
        if free && length > 0 {
            self.placed.push((column, text));
        }
    }
}
