//! What stands on the terminal, and the next frame beside it: only cells that differ are written.
//!
//! `ratatui::Terminal` does the same, and makes room for two frames and compares them before the first one stands. A terminal that was
//! just wiped needs neither: every cell of it is blank.

use ratatui::backend::{Backend, ClearType};
use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::layout::{Rect, Size};
use ratatui::style::Color;

#[derive(Debug)]
pub(super) struct ScreenBuffer<B> {
    backend: B,
    /// The frame that stands there; none on a terminal that was wiped.
    shown: Option<Buffer>,
    /// The room of the frame before that one.
    spare: Option<Buffer>,
}

impl<B: Backend> ScreenBuffer<B> {
    /// A terminal that was wiped.
    pub(super) fn blank(backend: B) -> Self {
        Self { backend, shown: None, spare: None }
    }

    pub(super) fn size(&self) -> Result<Size, B::Error> {
        self.backend.size()
    }

    /// Where it is written to.
    pub(super) fn backend(&mut self) -> &mut B {
        &mut self.backend
    }

    /// Makes the next frame, as large as the terminal is now, and writes how it differs, without flushing it.
    pub(super) fn draw(&mut self, paint: impl FnOnce(&mut Buffer)) -> Result<(), B::Error> {
        let area = Rect::from((ratatui::layout::Position::ORIGIN, self.backend.size()?));
        if self.shown.as_ref().is_some_and(|shown| shown.area != area) {
            self.backend.clear_region(ClearType::All)?;
            (self.shown, self.spare) = (None, None);
        }
        let mut next = match self.spare.take() {
            Some(mut spare) => {
                spare.reset();
                spare
            }
            None => Buffer::empty(area),
        };
        paint(&mut next);
        match &self.shown {
            Some(shown) => self.backend.draw(shown.diff_iter(&next))?,
            None => self.backend.draw(painted(&next))?,
        }
        self.spare = self.shown.replace(next);
        Ok(())
    }
}

/// The cells of a frame that are not blank, each with its place. What a wide character covers is none.
fn painted(frame: &Buffer) -> impl Iterator<Item = (u16, u16, &Cell)> {
    let width = usize::from(frame.area.width).max(1);
    let mut covered = 0;
    frame.content.iter().enumerate().filter_map(move |(at, cell)| {
        if covered > 0 {
            covered -= 1;
            return None;
        }
        if is_blank(cell) {
            return None;
        }
        covered = cell.cell_width().saturating_sub(1);
        let place = |part: usize| u16::try_from(part).unwrap_or(u16::MAX);
        Some((place(at % width), place(at / width), cell))
    })
}

/// Whether a cell looks as on a wiped terminal.
fn is_blank(cell: &Cell) -> bool {
    cell.bg == Color::Reset && cell.modifier.is_empty() && cell.fg == Color::Reset && cell.symbol() == " "
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    use ratatui::buffer::{Buffer, Cell, CellWidth as _};
    use ratatui::style::{Color, Modifier, Style};

    use super::ScreenBuffer;

    const TEXTS: &[&str] = &["a", "letter", "日本語", "❤️x", "👩‍🚀", " ", "    ", "ｱ", "é", "x日"];

    fn style(number: usize) -> Style {
        match number % 5 {
            0 => Style::default(),
            1 => Style::default().fg(Color::Red),
            2 => Style::default().bg(Color::Indexed(74)),
            3 => Style::default().add_modifier(Modifier::REVERSED),
            _ => Style::default().add_modifier(Modifier::UNDERLINED),
        }
    }

    fn paint(buffer: &mut Buffer, pieces: &[(u16, u16, usize, usize)]) {
        for &(x, y, text, look) in pieces {
            let (x, y) = (x % buffer.area.width, y % buffer.area.height);
            buffer.set_string(x, y, TEXTS.get(text % TEXTS.len()).unwrap_or(&""), style(look));
        }
    }

    /// A buffer's cells, without those that a wide character covers.
    fn seen(buffer: &Buffer) -> Vec<Cell> {
        let mut covered = 0_u16;
        let mut cells = Vec::new();
        for cell in &buffer.content {
            if covered == 0 {
                cells.push(cell.clone());
                covered = cell.cell_width();
            }
            covered = covered.saturating_sub(1);
        }
        cells
    }

    proptest! {
        #[test]
        fn it_shows_what_the_terminal_of_ratatui_shows(
            frames in prop::collection::vec(
                (prop::collection::vec((0..20_u16, 0..6_u16, 0..100_usize, 0..100_usize), 0..12), 4..9_u16), 1..6)
        ) {
            let mut ours = ScreenBuffer::blank(TestBackend::new(20, 6));
            let mut theirs = Terminal::new(TestBackend::new(20, 6)).unwrap();
            for (pieces, rows) in &frames {
                ours.backend.resize(20, *rows);
                theirs.backend_mut().resize(20, *rows);
                ours.draw(|buffer| paint(buffer, pieces)).unwrap();
                theirs.draw(|frame| paint(frame.buffer_mut(), pieces)).unwrap();
                prop_assert_eq!(seen(ours.backend.buffer()), seen(theirs.backend().buffer()));
            }
        }
    }
}
