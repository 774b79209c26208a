//! Which lines of the message in hand can be marked, and which are.

use super::State;
use super::letter_rows::SheetRow;
use super::marking::Marking;
use super::sheet::{LetterPart, Sheet, SheetPlace};
use crate::ui::geometry::Focus;

/// The lines of the text that have a row of their own in the letter in hand: each row of the sheet, with the line.
#[must_use]
pub fn lines(state: &State) -> Vec<(usize, usize)> {
    let Some(sheet) = Sheet::of(state) else { return Vec::new() };
    let begins = sheet.in_hand().start;
    // A letter of a conversation stands behind an empty row.
    let part = sheet.in_hand().find_map(|row| match sheet.place(row)? {
        SheetPlace::Row(part, within) => Some((row - within, part)),
        SheetPlace::Part(_) => None,
    });
    let Some((first, LetterPart { rows, .. })) = part.filter(|(first, _)| *first >= begins) else { return Vec::new() };
    let line = |(row, it): (usize, &SheetRow)| match it {
        SheetRow::Line(line) => Some((first + row, *line)),
        _ => None,
    };
    rows.iter().enumerate().filter_map(line).collect()
}

impl State {
    /// What is marked in the message in hand, while that is read as it was when it was marked.
    #[must_use]
    pub fn marking(&self) -> Option<Marking> {
        let listed = self.listed().filter(|listed| listed.reading().focus == Focus::Letter)?;
        listed.reading().marking.filter(|marking| Some(marking.of) == self.letter_key())
    }

    /// The text of it.
    #[must_use]
    pub fn marked_text(&self) -> Option<String> {
        let marking = self.marking()?;
        let letter = self.letter()?.ok()?;
        Some(marking.text(letter))
    }
}
