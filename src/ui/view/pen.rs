//! Writing on one line of the screen, piece by piece, never beyond its end.
//!
//! Every piece begins at a column of its own, so that a terminal and this program may disagree about how wide a
//! character is without anything behind it moving.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::domain::printable::Printable;

pub struct Pen<'a> {
    buffer: &'a mut Buffer,
    x: u16,
    y: u16,
    start: u16,
    end: u16,
}

impl<'a> Pen<'a> {
    /// A pen at the beginning of a row of an area; `None` below its end.
    pub fn at(buffer: &'a mut Buffer, area: Rect, row: usize) -> Option<Self> {
        let area = area.intersection(buffer.area);
        let row = u16::try_from(row).ok().filter(|row| *row < area.height)?;
        Some(Self { buffer, x: area.x, y: area.y + row, start: area.x, end: area.right() })
    }

    /// How many columns are left.
    pub fn room(&self) -> usize {
        usize::from(self.end - self.x)
    }

    /// Writes text from outside, as much as there is room for.
    pub fn text(&mut self, text: &Printable, style: Style) -> &mut Self {
        let cut = text.cut(self.room());
        let width = cut.width().min(self.room());
        self.buffer.set_stringn(self.x, self.y, cut.as_str(), width, style);
        self.x += u16::try_from(width).unwrap_or(0);
        self
    }

    /// The same in exactly so many columns.
    pub fn text_in(&mut self, text: &Printable, columns: usize, style: Style) -> &mut Self {
        let end = self.x + u16::try_from(columns.min(self.room())).unwrap_or(0);
        self.text(&text.cut(columns), style);
        self.x = end.max(self.x);
        self
    }

    /// Writes words of our own.
    pub fn say(&mut self, text: &str, style: Style) -> &mut Self {
        self.text(&Printable::from(text), style)
    }

    /// Leaves so many columns empty.
    pub fn skip(&mut self, columns: usize) -> &mut Self {
        self.x += u16::try_from(columns.min(self.room())).unwrap_or(0);
        self
    }

    /// Goes to a column counted from the area's left; never back.
    pub fn to(&mut self, column: usize) -> &mut Self {
        let target = u16::try_from(column).ok().and_then(|column| self.start.checked_add(column)).unwrap_or(self.end);
        self.x = target.clamp(self.x, self.end);
        self
    }

    /// Writes words of our own so that they end at the area's right.
    pub fn right(&mut self, text: &str, style: Style) -> &mut Self {
        let width = Printable::from(text).width();
        self.skip(self.room().saturating_sub(width)).say(text, style)
    }

    /// Writes words of our own in the middle of the area.
    pub fn centred(&mut self, text: &Printable, style: Style) -> &mut Self {
        self.skip(self.room().saturating_sub(text.width()) / 2).text(text, style)
    }
}

#[cfg(test)]
mod tests {
    use super::Pen;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    proptest::proptest! {
        /// Whatever is written, what stands behind the area stays as it was, and wide characters are not cut in two.
        #[test]
        fn nothing_is_written_beyond_the_end(text in "[a-z來週👩\u{301}ß ]{0,30}", width in 0u16..12, column in 0usize..20) {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 1));
            buffer.set_string(0, 0, "#".repeat(20), Style::new());
            if let Some(mut pen) = Pen::at(&mut buffer, Rect::new(3, 0, width, 1), 0) {
                pen.to(column).say(&text, Style::new()).text_in(&text.as_str().into(), 5, Style::new()).right(&text, Style::new());
            }
            for x in (0..3).chain(3 + width..20) {
                proptest::prop_assert_eq!(buffer[(x, 0)].symbol(), "#");
            }
        }
    }
}
