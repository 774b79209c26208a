//! Rows of words and pictures, written one under the other.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::domain::printable::Printable;
use crate::ui::theme::Theme;
use crate::ui::view::line_writer::LineWriter;

/// Where text begins, behind the titles.
const TEXT: u16 = 13;
/// No page has more rows.
const LONGEST: u16 = 300;

/// Rows that are written one under the other.
pub(super) struct Paper<'t> {
    pub(super) buffer: Buffer,
    pub(super) theme: &'t Theme,
    /// The next row.
    pub(super) y: u16,
}

impl<'t> Paper<'t> {
    pub(super) fn new(theme: &'t Theme, width: u16) -> Self {
        Self { buffer: Buffer::empty(Rect::new(0, 0, width, LONGEST)), theme, y: 0 }
    }

    /// Room for a picture of so many rows, where text stands; less where there is not so much left.
    pub(super) fn room(&mut self, rows: u16) -> Rect {
        let area = Rect::new(TEXT, self.y, self.buffer.area.width.saturating_sub(TEXT + 1), rows);
        self.y = (self.y + rows).min(LONGEST);
        area.intersection(self.buffer.area)
    }

    pub(super) fn blank(&mut self) {
        self.y = (self.y + 1).min(LONGEST);
    }

    /// Words of our own before the column of the text, ending there.
    pub(super) fn label(&mut self, row: u16, text: &Printable) {
        let text = text.cut(usize::from(TEXT) - 3);
        let column = usize::from(TEXT) - 2 - text.width();
        let area = self.buffer.area;
        if let Some(mut line_writer) = LineWriter::at(&mut self.buffer, area, usize::from(row)) {
            line_writer.to(column).text(&text, self.theme.dim);
        }
    }

    pub(super) fn heading(&mut self, text: &str) {
        let area = self.buffer.area;
        if let Some(mut line_writer) = LineWriter::at(&mut self.buffer, area, usize::from(self.y)) {
            line_writer.skip(1).say(text, self.theme.accent);
        }
        self.blank();
    }

    pub(super) fn words(&mut self, title: &str, text: &str) {
        self.write(title, text, self.theme.text);
    }

    pub(super) fn context(&mut self, title: &str, text: &str) {
        self.write(title, text, self.theme.dim);
    }

    pub(super) fn warn(&mut self, title: &str, text: &str) {
        self.write(title, text, self.theme.warm);
    }

    /// That there are so many more than are listed.
    pub(super) fn more(&mut self, more: usize) {
        if more > 0 {
            self.context("", &format!("and {more} more: `tidebox month` tells of all"));
        }
    }

    /// Sentences under a heading.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.write_at(3, "", text, self.theme.text);
    }

    fn write(&mut self, title: &str, text: &str, style: Style) {
        self.write_at(TEXT, title, text, style);
    }

    fn write_at(&mut self, column: u16, title: &str, text: &str, style: Style) {
        let width = usize::from(self.buffer.area.width.saturating_sub(column + 1)).max(1);
        let mut title = title;
        for line in Printable::from(text).wrap(width) {
            let area = self.buffer.area;
            if let Some(mut line_writer) = LineWriter::at(&mut self.buffer, area, usize::from(self.y)) {
                line_writer
                    .skip(1)
                    .say(std::mem::take(&mut title), self.theme.accent)
                    .to(usize::from(column))
                    .text(&line, style);
            }
            self.blank();
        }
    }
}
