//! How the screen is divided for its size: the same answer for `update`, which scrolls, and `view`, which draws.
//!
//! ```text
//! 110 columns and more            fewer, in a list            fewer, in a letter
//! ┌ head ──────────────────┐      ┌ head ─────────┐           ┌ head ─────────┐
//! │ list      │ letter     │      │ list (1/3)    │           │ letter        │
//! │           │            │      │───────────────│           │               │
//! │           │            │      │ letter        │           │               │
//! ├ notice ────────────────┤      ├ notice ───────┤           ├ notice ───────┤
//! └ hints ─────────────────┘      └ hints ────────┘           └ hints ────────┘
//! ```

use ratatui::layout::Rect;

/// Below this, nothing but a line that says so fits.
pub const SMALLEST: (u16, u16) = (32, 8);
/// From this width on, list and letter stand side by side.
const SIDE_BY_SIDE: u16 = 110;
/// The columns that a letter gets before the list grows: most mail is broken at 72, and should not be broken again.
const FOR_LETTER: u16 = 76;
/// The text of a letter is never wider, in columns.
const COLUMN: u16 = 80;
/// From this height on, a screen can afford empty lines and a line of its own for notices.
const ROOMY: u16 = 16;

/// Where the keys for moving go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Focus {
    #[default]
    List,
    Letter,
}

/// The parts of every screen: a line at the top, the middle, a notice and the hints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    pub head: Rect,
    pub body: Rect,
    /// The line for what just happened; the hints' line where there is no room for both.
    pub notice: Rect,
    pub hints: Rect,
}

/// The middle of a screen with a list and a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panes {
    pub list: Option<Rect>,
    /// The line between the two: a column or a row.
    pub rule: Option<Rect>,
    pub letter: Option<Rect>,
}

/// Whether anything can be drawn at this size.
#[must_use]
pub fn enough(size: (u16, u16)) -> bool {
    size.0 >= SMALLEST.0 && size.1 >= SMALLEST.1
}

#[must_use]
pub fn frame(size: (u16, u16)) -> Frame {
    let (width, height) = size;
    let roomy = height >= ROOMY;
    let line = |y: u16| Rect::new(0, y.min(height.saturating_sub(1)), width, height.min(1));
    let top = if roomy { 2 } else { 1 };
    let bottom = if roomy { 2 } else { 1 };
    Frame {
        head: line(0),
        body: Rect::new(0, top.min(height), width, height.saturating_sub(top + bottom)),
        notice: line(height.saturating_sub(bottom)),
        hints: line(height.saturating_sub(1)),
    }
}

#[must_use]
pub fn panes(size: (u16, u16), focus: Focus) -> Panes {
    let body = frame(size).body;
    if body.width >= SIDE_BY_SIDE {
        let list = body.width.saturating_sub(FOR_LETTER).clamp(40, 64);
        let left = Rect { width: list, ..body };
        let rule = Rect { x: list, width: 1, ..body };
        let letter = Rect { x: list + 1, width: body.width - list - 1, ..body };
        return Panes { list: Some(left), rule: Some(rule), letter: Some(letter) };
    }
    if focus == Focus::Letter {
        return Panes { list: None, rule: None, letter: Some(body) };
    }
    if body.height < ROOMY {
        return Panes { list: Some(body), rule: None, letter: None };
    }
    let list = (body.height / 3).max(7);
    Panes {
        list: Some(Rect { height: list, ..body }),
        rule: Some(Rect { y: body.y + list, height: 1, ..body }),
        letter: Some(Rect { y: body.y + list + 1, height: body.height - list - 1, ..body }),
    }
}

/// The part of a letter's place that holds its text: a margin at each side, and a column that is pleasant to read.
#[must_use]
pub fn column(letter: Rect) -> Rect {
    let margin = if letter.width > 40 { 2 } else { 1 };
    Rect {
        x: letter.x + margin.min(letter.width),
        width: letter.width.saturating_sub(margin + 1).min(COLUMN),
        ..letter
    }
}

/// How wide letters are laid out at this size, whether or not one is open now.
#[must_use]
pub fn letter_width(size: (u16, u16)) -> u16 {
    panes(size, Focus::Letter).letter.map_or(COLUMN, |letter| column(letter).width.max(2))
}

/// Whether a list of this height has room for empty lines.
#[must_use]
pub fn roomy(height: u16) -> bool {
    height >= 14
}

/// The panel of so many rows at the bottom, with the line above it; two rows of what it lies over stay in sight.
#[must_use]
pub fn panel(size: (u16, u16), rows: usize) -> Rect {
    let rows = u16::try_from(rows).unwrap_or(u16::MAX).min(panel_rows(size)).max(1);
    let height = (rows + 1).min(size.1);
    Rect { x: 0, y: size.1 - height, width: size.0, height }
}

/// How many rows a panel has at most.
#[must_use]
pub fn panel_rows(size: (u16, u16)) -> u16 {
    size.1.saturating_sub(3).max(1)
}

/// The part of the review that holds its sentences.
#[must_use]
pub fn review(size: (u16, u16)) -> Rect {
    let body = frame(size).body;
    Rect { width: body.width.min(100), ..body }
}

/// How many rows of the review fit: its last lines are for what a commit means.
#[must_use]
pub fn review_rows(size: (u16, u16)) -> usize {
    usize::from(frame(size).body.height.saturating_sub(3))
}

#[cfg(test)]
mod tests {
    use super::{Focus, column, frame, letter_width, panel, panes};
    use ratatui::layout::Rect;

    #[test]
    fn a_third_for_the_list_where_both_stand_one_over_the_other() {
        let panes = panes((80, 24), Focus::List);
        assert_eq!(panes.list.unwrap().height, 7);
        assert_eq!(panes.letter.unwrap().height, 12);
        assert_eq!(letter_width((80, 24)), 77);
        assert_eq!(letter_width((120, 36)), 72);
        assert_eq!(letter_width((200, 50)), 80);
    }

    proptest::proptest! {
        #[test]
        fn every_part_lies_on_the_screen(width in 0u16..300, height in 0u16..100, letter: bool, rows in 0usize..60) {
            let whole = Rect::new(0, 0, width, height);
            let inside = |part: Rect| part.is_empty() || whole.union(part) == whole;
            let frame = frame((width, height));
            for part in [frame.head, frame.body, frame.notice, frame.hints, panel((width, height), rows)] {
                proptest::prop_assert!(inside(part), "{part:?}");
            }
            let panes = panes((width, height), if letter { Focus::Letter } else { Focus::List });
            for part in [panes.list, panes.rule, panes.letter, panes.letter.map(column)].into_iter().flatten() {
                proptest::prop_assert!(inside(part), "{part:?}");
            }
        }
    }
}
