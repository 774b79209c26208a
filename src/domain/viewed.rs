//! A part of a message that is viewed by itself, beside the letter: its header fields, its source, one attachment.

use super::printable::Printable;

/// Which part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ViewedPart {
    /// Every header field, decoded.
    Headers,
    /// The message as it was sent.
    Source,
    /// The attachment of this place, counted from 0 as in the letter's list.
    Attachment(usize),
}

/// A part laid out for a width and a height.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartView {
    pub title: Printable,
    pub content: PartContent,
    /// What was left out.
    pub note: Option<Printable>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartContent {
    /// Lines that fit the width.
    Text(Vec<Printable>),
    Picture(Picture),
}

impl PartView {
    /// How many rows of the screen it takes.
    #[must_use]
    pub fn rows(&self) -> usize {
        match &self.content {
            PartContent::Text(lines) => lines.len(),
            PartContent::Picture(picture) => picture.rows(),
        }
    }
}

/// A picture in squares of one colour. A row of the screen shows two of them, one over the other, in each column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    columns: usize,
    /// Red, green and blue, from the top left, row by row.
    squares: Vec<[u8; 3]>,
}

impl Picture {
    /// `None` where the squares fill no whole rows.
    #[must_use]
    pub fn new(columns: usize, squares: Vec<[u8; 3]>) -> Option<Self> {
        let whole = columns > 0 && !squares.is_empty() && squares.len().is_multiple_of(columns);
        whole.then_some(Self { columns, squares })
    }

    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// How many rows of the screen it takes.
    #[must_use]
    pub fn rows(&self) -> usize {
        (self.squares.len() / self.columns).div_ceil(2)
    }

    /// The upper and the lower square at a place of the screen; the lower one is missing under an odd last row.
    #[must_use]
    pub fn at(&self, column: usize, row: usize) -> Option<([u8; 3], Option<[u8; 3]>)> {
        if column >= self.columns {
            return None;
        }
        let square = |row: usize| self.squares.get(row * self.columns + column).copied();
        Some((square(row * 2)?, square(row * 2 + 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::Picture;

    #[test]
    fn two_squares_share_a_place_and_an_odd_row_is_the_last() {
        let [a, b, c] = [[1; 3], [2; 3], [3; 3]];
        let picture = Picture::new(1, vec![a, b, c]).unwrap();
        assert_eq!((picture.columns(), picture.rows()), (1, 2));
        assert_eq!(picture.at(0, 0), Some((a, Some(b))));
        assert_eq!(picture.at(0, 1), Some((c, None)));
        assert_eq!((picture.at(0, 2), picture.at(1, 0)), (None, None));
        assert_eq!(
            (Picture::new(2, vec![a]), Picture::new(0, vec![a]), Picture::new(1, Vec::new())),
            (None, None, None)
        );
    }
}
