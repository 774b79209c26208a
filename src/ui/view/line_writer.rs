//! Writing on one line of the screen, piece by piece, never beyond its end.
//!
//! Every character begins at a column of its own, and those whose width terminals disagree about are drawn in a form
//! that they agree about: joined pictures by their first one, without skin tones and picture selectors.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::domain::cluster::{clusters, width};
use crate::domain::printable::Printable;
use crate::ui::theme::Theme;

pub struct LineWriter<'a> {
    buffer: &'a mut Buffer,
    x: u16,
    y: u16,
    start: u16,
    end: u16,
}

impl<'a> LineWriter<'a> {
    /// A writer at the beginning of a row of an area; `None` below its end.
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
        self.text_with(text, style, &[], style)
    }

    /// The same, in another style at these places, which are in bytes and in order.
    pub fn text_with(&mut self, text: &Printable, style: Style, places: &[Range<usize>], there: Style) -> &mut Self {
        let cut = (text.width() > self.room()).then(|| text.cut(self.room()));
        let text = cut.as_ref().unwrap_or(text).as_str();
        let mut places = places.iter().peekable();
        let mut style_at = |at: usize| {
            while places.next_if(|place| place.end <= at).is_some() {}
            if places.peek().is_some_and(|place| place.start <= at) { there } else { style }
        };
        if text.chars().all(simple) {
            for ((at, c), cell) in text.char_indices().zip(self.cells()) {
                cell.set_char(c).set_style(style_at(at));
            }
            self.x += u16::try_from(text.chars().count()).unwrap_or(0);
            return self;
        }
        for (at, cluster) in clusters(text) {
            let width = width(cluster);
            if width > self.room() {
                break;
            }
            self.cluster(&agreed(cluster), width, style_at(at));
        }
        self
    }

    /// The cells that are left of the line.
    fn cells(&mut self) -> impl Iterator<Item = &mut Cell> {
        let width = usize::from(self.buffer.area.width);
        let (row, column) = (usize::from(self.y - self.buffer.area.y), usize::from(self.x - self.buffer.area.x));
        self.buffer.content.iter_mut().skip(row * width + column).take(usize::from(self.end - self.x))
    }

    /// Draws one of our own characters, which takes one column, as often as this, as far as there is room.
    pub fn fill(&mut self, c: char, columns: usize, style: Style) -> &mut Self {
        for cell in self.cells().take(columns) {
            cell.set_char(c).set_style(style);
        }
        self.skip(columns)
    }

    /// One character in exactly so many columns.
    fn cluster(&mut self, symbol: &str, width: usize, style: Style) {
        let end = self.x + u16::try_from(width).unwrap_or(0);
        let (drawn, _) = self.buffer.set_stringn(self.x, self.y, symbol, width, style);
        for x in drawn..end {
            let cell = &mut self.buffer[(x, self.y)];
            let behind = cell.bg;
            cell.reset();
            cell.set_bg(behind).set_style(style);
        }
        // What a wide character covers must differ from an empty cell: then ratatui writes it when the character
        // goes, for terminals that leave half of it standing. The mark itself is never written.
        for x in self.x + 1..drawn {
            self.buffer[(x, self.y)].modifier = Modifier::HIDDEN;
        }
        self.x = end;
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

    /// Lays the selection behind the whole row, where the cursor is in it.
    pub fn under(&mut self, here: bool, theme: &Theme) -> &mut Self {
        if here {
            let row = Rect { x: self.start, y: self.y, width: self.end.saturating_sub(self.start), height: 1 };
            self.buffer.set_style(row, theme.selection);
        }
        self
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

/// Whether a character takes one column on every terminal and joins no other. Most texts have no others,
/// and need no look at what joins.
fn simple(c: char) -> bool {
    // ASCII, the ellipsis, lines and blocks.
    matches!(c, ' '..='~' | '…' | '\u{2500}'..='\u{259F}')
}

/// A form of the character that every terminal gives the same width, at most the character's own.
fn agreed(cluster: &str) -> Cow<'_, str> {
    let disputed = |c: char| matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}');
    if !cluster.chars().skip(1).any(disputed) {
        return Cow::Borrowed(cluster);
    }
    // Within a word joiners only shape its letters; some terminals draw the next one over the last, or drop what follows.
    let letters = cluster.starts_with(char::is_alphanumeric);
    let first = if letters { cluster } else { cluster.split('\u{200D}').next().unwrap_or_default() };
    Cow::Owned(first.chars().enumerate().filter(|(place, c)| *place == 0 || !disputed(*c)).map(|(_, c)| c).collect())
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use super::{LineWriter, agreed, clusters, width};
    use crate::domain::printable::{MARK, Printable};
    use ratatui::backend::{Backend, CrosstermBackend};
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn pictures_are_drawn_in_a_form_that_terminals_agree_about() {
        for (text, drawn) in [
            ("👩\u{200D}👩\u{200D}👧", "👩"),
            ("❤\u{FE0F}", "❤"),
            ("👍🏽", "👍"),
            ("1\u{FE0F}\u{20E3}", "1\u{20E3}"),
            ("é", "é"),
            ("ক\u{9CD}\u{200D}ষ", "ক\u{9CD}ষ"),
            ("ی\u{200C}", "ی"),
            ("e\u{301}", "e\u{301}"),
        ] {
            assert_eq!(agreed(text), drawn);
        }
        let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 1));
        let area = buffer.area;
        LineWriter::at(&mut buffer, area, 0).unwrap().say("❤\u{FE0F}x来y", Style::new());
        let symbols: Vec<&str> = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(symbols, ["❤", " ", "x", "来", " ", "y", " ", " "]);
    }

    #[test]
    fn a_character_is_drawn_as_often_as_there_is_room() {
        let mut buffer = Buffer::empty(Rect::new(2, 1, 8, 2));
        let area = Rect::new(3, 1, 6, 2);
        let mut line_writer = LineWriter::at(&mut buffer, area, 1).unwrap();
        line_writer.say("x", Style::new()).fill('─', 2, Style::new()).say("y", Style::new()).fill(
            '╌',
            99,
            Style::new(),
        );
        let drawn: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(drawn, "         x──y╌╌ ");
    }

    /// The half that a wide character leaves behind is written, whatever the terminal does with it.
    #[test]
    fn what_a_wide_character_covered_is_written_when_it_goes() {
        let area = Rect::new(0, 0, 6, 1);
        let mut before = Buffer::empty(area);
        LineWriter::at(&mut before, area, 0).unwrap().say("来来", Style::new());
        let after = Buffer::empty(area);
        let written: Vec<u16> = before.diff(&after).into_iter().map(|(x, ..)| x).collect();
        assert_eq!(written, [0, 1, 2, 3]);
    }

    proptest::proptest! {
        /// What a terminal shows of a row is what was written, each character at the column that was counted for it.
        #[test]
        fn a_terminal_shows_each_character_in_its_place(
            text in "([a-z]|[\\u{a1}-\\u{36f}]|[\\u{590}-\\u{1fff}]|[\\u{2e80}-\\u{33ff}]|क्|\\u{600}|👩\u{200D}|❤\u{FE0F}|👍🏽|🇩|1\u{FE0F}\u{20E3}|\\PC){0,30}"
        ) {
            // The emulator shows nothing for the mark of the forbidden; anything else of one column does as well.
            let text = Printable::from(Printable::from(text).as_str().replace(MARK, "?"));
            let mut buffer = Buffer::empty(Rect::new(0, 0, 80, 1));
            let area = buffer.area;
            LineWriter::at(&mut buffer, area, 0).unwrap().text(&text, Style::new()).say("|", Style::new());
            let mut bytes = Vec::new();
            let cells = Buffer::empty(area);
            let changed = cells.diff(&buffer);
            CrosstermBackend::new(&mut bytes).draw(changed.into_iter()).unwrap();
            let mut parser = vt100::Parser::new(NonZeroU16::MIN.saturating_add(1), NonZeroU16::new(80).unwrap(), 0);
            parser.process(&bytes);
            let cell = |x: usize| parser.screen().cell(0, u16::try_from(x).unwrap()).map(|cell| cell.contents().to_owned()).unwrap_or_default();
            let mut x = 0;
            for (_, cluster) in clusters(text.cut(80).as_str()) {
                let drawn = agreed(cluster);
                let first: String = drawn.chars().take(1).filter(|c| *c != ' ').collect();
                proptest::prop_assert!(cell(x).trim_start_matches(' ').starts_with(&first), "{:?} at {}: {:?} of {:?}", cluster, x, cell(x), text);
                x += width(cluster);
            }
            if x < 80 {
                proptest::prop_assert_eq!(cell(x), "|", "{:?}", text);
            }
        }

        /// Whatever is written, what stands behind the area stays as it was, and wide characters are not cut in two.
        #[test]
        fn nothing_is_written_beyond_the_end(text in "[a-z來週👩\u{301}ß ]{0,30}", width in 0u16..12, column in 0usize..20) {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 1));
            buffer.set_string(0, 0, "#".repeat(20), Style::new());
            if let Some(mut line_writer) = LineWriter::at(&mut buffer, Rect::new(3, 0, width, 1), 0) {
                line_writer.to(column).say(&text, Style::new()).text_in(&text.as_str().into(), 5, Style::new());
                line_writer.fill('─', column, Style::new()).right(&text, Style::new()).fill('─', 30, Style::new());
            }
            for x in (0..3).chain(3 + width..20) {
                proptest::prop_assert_eq!(buffer[(x, 0)].symbol(), "#");
            }
        }
    }
}
