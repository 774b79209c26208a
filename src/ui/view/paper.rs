//! Rows of words and pictures, written one under the other, of which as many are shown as there is room for.

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
pub(in crate::ui) struct Paper<'t> {
    pub(in crate::ui) buffer: Buffer,
    pub(in crate::ui) theme: &'t Theme,
    /// The next row.
    pub(in crate::ui) y: u16,
}

impl<'t> Paper<'t> {
    pub(in crate::ui) fn new(theme: &'t Theme, width: u16) -> Self {
        Self { buffer: Buffer::empty(Rect::new(0, 0, width, LONGEST)), theme, y: 0 }
    }

    /// Room for a picture of so many rows, where text stands; less where there is not so much left.
    pub(in crate::ui) fn room(&mut self, rows: u16) -> Rect {
        let area = Rect::new(TEXT, self.y, self.buffer.area.width.saturating_sub(TEXT + 1), rows);
        self.y = (self.y + rows).min(LONGEST);
        area.intersection(self.buffer.area)
    }

    pub(in crate::ui) fn blank(&mut self) {
        self.y = (self.y + 1).min(LONGEST);
    }

    /// Words of our own before the column of the text, ending there.
    pub(in crate::ui) fn label(&mut self, row: u16, text: &Printable) {
        let text = text.cut(usize::from(TEXT) - 3);
        let column = usize::from(TEXT) - 2 - text.width();
        let area = self.buffer.area;
        if let Some(mut line_writer) = LineWriter::at(&mut self.buffer, area, usize::from(row)) {
            line_writer.to(column).text(&text, self.theme.dim);
        }
    }

    pub(in crate::ui) fn heading(&mut self, text: &str) {
        let area = self.buffer.area;
        if let Some(mut line_writer) = LineWriter::at(&mut self.buffer, area, usize::from(self.y)) {
            line_writer.skip(1).say(text, self.theme.accent);
        }
        self.blank();
    }

    pub(in crate::ui) fn words(&mut self, title: &str, text: &str) {
        self.write(title, text, self.theme.text);
    }

    pub(in crate::ui) fn context(&mut self, title: &str, text: &str) {
        self.write(title, text, self.theme.dim);
    }

    pub(in crate::ui) fn warn(&mut self, title: &str, text: &str) {
        self.write(title, text, self.theme.warm);
    }

    /// That there are so many more than are listed, of which a command tells.
    pub(in crate::ui) fn more(&mut self, more: usize, command: &str) {
        if more > 0 {
            self.context("", &format!("and {more} more: `tidebox {command}` tells of all"));
        }
    }

    /// The column in which text begins.
    pub(in crate::ui) fn text_column() -> usize {
        usize::from(TEXT)
    }

    /// A writer for the next row; `None` where no row is left.
    pub(in crate::ui) fn line(&mut self) -> Option<LineWriter<'_>> {
        let area = self.buffer.area;
        LineWriter::at(&mut self.buffer, area, usize::from(self.y))
    }

    /// Copies what is written onto the screen, from a row on.
    pub(in crate::ui) fn show(&self, buffer: &mut Buffer, body: Rect, top: usize) {
        for row in 0..body.height {
            let from = u16::try_from(usize::from(row) + top).ok().filter(|from| *from < self.y);
            let Some(from) = from else { break };
            for column in 0..self.buffer.area.width.min(body.width) {
                if let (Some(cell), Some(drawn)) =
                    (buffer.cell_mut((body.x + column, body.y + row)), self.buffer.cell((column, from)))
                {
                    *cell = drawn.clone();
                }
            }
        }
    }

    /// Sentences under a heading.
    pub(in crate::ui) fn paragraph(&mut self, text: &str) {
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
