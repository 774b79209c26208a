//! Where a letter has what was asked for: `view` shows it, and the keys for the next and the one before lead to it.

use std::ops::Range;

use super::letter_rows::SheetRow;
use crate::domain::letter::Letter;
use crate::domain::query::{Highlights, TextField};

/// So many rows are looked through at once.
const ROWS: usize = 64;

/// The places in the text of each of these rows, in bytes. Words in a row count also where a line ends between them, as far
/// as they stand in these rows.
#[must_use]
pub fn in_rows(letter: &Letter, rows: &[SheetRow], highlights: &Highlights) -> Vec<Vec<Range<usize>>> {
    let mut places = vec![Vec::new(); rows.len()];
    if highlights.is_empty() {
        return places;
    }
    let mut text = String::new();
    let mut ends = Vec::with_capacity(rows.len());
    for row in rows {
        if let SheetRow::Line(line) = row {
            let spans = letter.lines.get(*line).map(|line| line.spans.as_slice()).unwrap_or_default();
            text.extend(spans.iter().map(|span| span.text.as_str()));
        }
        ends.push(text.len());
        text.push('\n');
    }
    let (mut row, mut begins) = (0, 0);
    for found in highlights.places(TextField::Body, &text) {
        let mut from = found.start;
        while let (Some(end), Some(places)) = (ends.get(row).copied(), places.get_mut(row)) {
            if from < end.min(found.end) {
                places.push(from - begins..end.min(found.end) - begins);
            }
            if found.end <= end {
                break;
            }
            from = from.max(end + 1);
            (row, begins) = (row + 1, end + 1);
        }
    }
    places
}

/// The first of the rows from `from` on that has something.
#[must_use]
pub fn next(letter: &Letter, rows: &[SheetRow], highlights: &Highlights, from: usize) -> Option<usize> {
    (from..rows.len()).step_by(ROWS).find_map(|start| within(letter, rows, highlights, start).next())
}

/// The last of the rows before `before` that has something.
#[must_use]
pub fn previous(letter: &Letter, rows: &[SheetRow], highlights: &Highlights, before: usize) -> Option<usize> {
    let rows = rows.get(..before).unwrap_or(rows);
    (0..rows.len()).step_by(ROWS).rev().find_map(|start| within(letter, rows, highlights, start).last())
}

/// Those of `ROWS` rows that have something.
fn within(
    letter: &Letter,
    rows: &[SheetRow],
    highlights: &Highlights,
    start: usize,
) -> impl Iterator<Item = usize> + use<> {
    // A row of words may go on in the rows behind these.
    let end = (start + ROWS + highlights.longest()).min(rows.len());
    let found = in_rows(letter, rows.get(start..end).unwrap_or_default(), highlights);
    let found = found.into_iter().take(ROWS).enumerate().filter(|(_, places)| !places.is_empty());
    found.map(move |(row, _)| start + row)
}
