//! A list of messages: headings with space above them, and one row for each message.
//!
//! ```text
//!    people
//!  ▌ Ada Lovelace     Notes on the engine        1d
//!   •Alan Turing      Lunch on Friday        carried over twice  4h
//!    Ann Example      It was done, and came back  ↩  3d
//! ```

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::line_writer::LineWriter;
use crate::domain::message::MessageSummary;
use crate::ui::geometry;
use crate::ui::state::batch_view::BatchView;
use crate::ui::state::lines::ListLine;
use crate::ui::state::message_list::{CursorList, MessageList};
use crate::ui::theme::Theme;
use crate::ui::when;

/// From so many columns on a row says in words that its message was carried over.
const IN_WORDS: u16 = 64;

/// What a row needs to know besides its message.
pub struct RowContext<'a> {
    pub entry: &'a MessageSummary,
    pub here: bool,
    pub chosen: bool,
    /// What stands at the right: dim, or warm where a decision is asked for.
    pub mark: String,
    pub asks: bool,
}

/// The list of a batch.
pub fn batch(work: &BatchView, now: DateTime<Utc>, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let chosen = work.chosen_now();
    let lines = work.lines(geometry::roomy(area.height));
    for line in 0..usize::from(area.height) {
        let Some(mut line_writer) = LineWriter::at(buffer, area, line) else { return };
        match lines.line(work.top + line) {
            None => return,
            Some(ListLine::Blank) => {}
            Some(ListLine::Heading(title)) => drop(line_writer.skip(3).text(&title.into(), theme.dim)),
            Some(ListLine::Row(position)) => {
                let here = work.at() == Some(position);
                match work.find(position) {
                    Some(entry) => {
                        let carried = carried_over(entry.carried, area.width);
                        let returned = if entry.returned > 0 { "↩ " } else { "" };
                        let reopened = if entry.reopened { "reopened  " } else { "" };
                        let mark = format!("{returned}{reopened}{carried}{:>3}", when::age(entry.placed, now));
                        let asks = work.triage.batch().asks_about(entry.carried);
                        let mark = if asks { format!("decide: {mark}") } else { mark };
                        let chosen = chosen.contains(position);
                        row(&RowContext { entry, here, chosen, mark, asks }, theme, line_writer);
                    }
                    // This row was asked for and has not come yet.
                    None => drop(line_writer.skip(1).say(if here { "▌" } else { " " }, theme.accent)),
                }
            }
        }
    }
}

/// A plain list; `mark` says what stands at the right of each row.
pub fn messages(
    messages: &MessageList,
    mark: impl Fn(usize, &MessageSummary) -> String,
    theme: &Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    for (line, (place, entry)) in
        messages.entries.iter().enumerate().skip(messages.top).take(usize::from(area.height)).enumerate()
    {
        let Some(line_writer) = LineWriter::at(buffer, area, line) else { return };
        row(
            &RowContext {
                entry,
                here: place == messages.place(),
                chosen: false,
                mark: mark(place, entry),
                asks: false,
            },
            theme,
            line_writer,
        );
    }
}

fn row(row: &RowContext<'_>, theme: &Theme, mut line_writer: LineWriter<'_>) {
    let whole = line_writer.room();
    let right = row.mark.chars().count() + 2;
    let sender = (whole / 3).clamp(8, 20);
    let subject = whole.saturating_sub(3 + sender + 2 + right);
    let (writer, text) =
        if row.here { (theme.writer.patch(theme.here), theme.here) } else { (theme.writer, theme.text) };
    line_writer
        .under(row.here, theme)
        .skip(1)
        .say(if row.here { "▌" } else { " " }, theme.accent)
        .say(if row.chosen { "•" } else { " " }, theme.accent)
        .text_in(&row.entry.sender, sender, writer)
        .skip(2)
        .text_in(&row.entry.subject, subject, text)
        .skip(1);
    line_writer
        .skip(line_writer.room().saturating_sub(right - 1))
        .say(&row.mark, if row.asks { theme.warm } else { theme.dim });
}

/// How often a message was carried over, in words where there is room for them beside the subject.
fn carried_over(times: u32, width: u16) -> String {
    match times {
        0 => String::new(),
        _ if width >= IN_WORDS => format!("{} ", when::carried_over(times)),
        _ => format!("↻{times} "),
    }
}

/// A word in the middle of an empty list.
pub fn empty(text: &str, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let lines = crate::domain::printable::Printable::from(text).wrap(usize::from(area.width.saturating_sub(6)).max(8));
    let first = usize::from(area.height / 3).min(usize::from(area.height).saturating_sub(lines.len()));
    for (row, line) in lines.iter().enumerate() {
        if let Some(mut line_writer) = LineWriter::at(buffer, area, first + row) {
            line_writer.centred(line, theme.dim);
        }
    }
}
