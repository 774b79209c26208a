//! How the screen is divided for its size: the same answer for `update`, which scrolls, and `view`, which draws.
//!
//! ```text
//! list and letter side by side        one over the other        one of them
//! ┌ head ──────────────────┐          ┌ head ─────────┐         ┌ head ─────────┐
//! │ list      │ letter     │          │ list          │         │ list, or      │
//! │           │            │          │───────────────│         │ letter        │
//! │           │            │          │ letter        │         │               │
//! ├ notice ────────────────┤          ├ notice ───────┤         ├ notice ───────┤
//! └ hints ─────────────────┘          └ hints ────────┘         └ hints ────────┘
//! ```
//!
//! Side by side where the list has `FOR_LIST` columns beside a letter of its full width (150 columns in all, as long as
//! `[reader] width` is 80). In a letter that is read, and where a person has chosen so, one of them has the whole middle.

use ratatui::layout::Rect;

/// Below this, nothing but a line that says so fits.
pub const SMALLEST: (u16, u16) = (32, 8);
/// The columns that a list needs before a letter may stand beside it: senders, subjects that can be told apart, ages.
const FOR_LIST: u16 = 66;
/// A letter beside the list is never narrower than this, whatever `[reader] width` says.
const FOR_LETTER: u16 = 60;
/// The empty columns around the text of a letter: two before it, one behind it.
const MARGINS: u16 = 3;
/// What a list or a letter keeps when the other is made larger, in columns and in rows.
const LEAST: (u16, u16) = (40, 5);
/// One step of the keys that change the letter's size, in columns and in rows.
const STEP: (i32, i32) = (4, 2);
/// From this height on, a screen can afford empty lines and a line of its own for notices.
const ROOMY: u16 = 16;

/// Where the keys for moving go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Focus {
    #[default]
    List,
    Letter,
}

/// Whether list and letter share the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Arrangement {
    /// Both, where there is room.
    #[default]
    Together,
    /// One of them: the list, or the letter that is read.
    Alone,
}

/// How list and letter share the screen: what the settings and the person say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaneLayout {
    pub arrangement: Arrangement,
    /// By how many steps the letter's pane is larger than at first; negative where it is smaller.
    pub steps: i16,
    /// The columns that the text of a letter has at most (`[reader] width`).
    pub column: u16,
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
pub fn panes(size: (u16, u16), focus: Focus, layout: PaneLayout) -> Panes {
    let body = frame(size).body;
    match (layout.arrangement, focus) {
        (Arrangement::Together, _) if body.width >= side_by_side(layout) => beside(body, layout),
        (_, Focus::Letter) => Panes { list: None, rule: None, letter: Some(body) },
        (Arrangement::Together, Focus::List) if body.height >= ROOMY => stacked(body, layout),
        (_, Focus::List) => Panes { list: Some(body), rule: None, letter: None },
    }
}

/// The width of a screen from which on list and letter stand side by side.
fn side_by_side(layout: PaneLayout) -> u16 {
    FOR_LIST + 1 + layout.column.max(FOR_LETTER).saturating_add(MARGINS).min(u16::MAX - FOR_LIST - 1)
}

/// The letter takes the columns of its text, the list what is left.
fn beside(body: Rect, layout: PaneLayout) -> Panes {
    let wanted = layout.column.max(FOR_LETTER).saturating_add(MARGINS);
    let letter = stepped(wanted, layout.steps, STEP.0, (LEAST.0, body.width - 1 - LEAST.0));
    let list = body.width - 1 - letter;
    Panes {
        list: Some(Rect { width: list, ..body }),
        rule: Some(Rect { x: list, width: 1, ..body }),
        letter: Some(Rect { x: list + 1, width: letter, ..body }),
    }
}

/// The list takes two fifths of the rows: it is looked at more often than any letter.
fn stacked(body: Rect, layout: PaneLayout) -> Panes {
    let wanted = body.height - 1 - (body.height * 2 / 5).max(7);
    let letter = stepped(wanted, layout.steps, STEP.1, (LEAST.1, body.height - 1 - LEAST.1));
    let list = body.height - 1 - letter;
    Panes {
        list: Some(Rect { height: list, ..body }),
        rule: Some(Rect { y: body.y + list, height: 1, ..body }),
        letter: Some(Rect { y: body.y + list + 1, height: letter, ..body }),
    }
}

fn stepped(wanted: u16, steps: i16, step: i32, (least, most): (u16, u16)) -> u16 {
    let most = most.max(least);
    let changed = i32::from(wanted) + i32::from(steps) * step;
    u16::try_from(changed.clamp(i32::from(least), i32::from(most))).unwrap_or(wanted)
}

/// The layout with the letter's pane one step larger or smaller; `None` where there is no room for that, or only one of
/// the two is on the screen.
#[must_use]
pub fn resized(size: (u16, u16), layout: PaneLayout, larger: bool) -> Option<PaneLayout> {
    let steps = if larger { layout.steps.checked_add(1)? } else { layout.steps.checked_sub(1)? };
    let changed = PaneLayout { steps, ..layout };
    let (before, after) = (panes(size, Focus::List, layout), panes(size, Focus::List, changed));
    (before.letter != after.letter).then_some(changed)
}

/// The part of a letter's place that holds its text: a margin at each side, and a column that is pleasant to read.
#[must_use]
pub fn column(letter: Rect, layout: PaneLayout) -> Rect {
    let margin = if letter.width > 40 { 2 } else { 1 };
    Rect {
        x: letter.x + margin.min(letter.width),
        width: letter.width.saturating_sub(margin + 1).min(layout.column),
        ..letter
    }
}

/// How wide letters are laid out at this size, whether or not one is open now.
#[must_use]
pub fn letter_width(size: (u16, u16), layout: PaneLayout) -> u16 {
    panes(size, Focus::Letter, layout).letter.map_or(layout.column, |letter| column(letter, layout).width.max(2))
}

/// Whether a list of this height has room for empty lines.
#[must_use]
pub fn roomy(height: u16) -> bool {
    height >= 14
}

/// Whether a screen has room for an empty line within a panel.
#[must_use]
pub fn spacious(size: (u16, u16)) -> bool {
    size.1 >= ROOMY
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
    frame(size).body
}

/// How many rows of the review fit: its last lines are for what a commit means.
#[must_use]
pub fn review_rows(size: (u16, u16)) -> usize {
    usize::from(frame(size).body.height.saturating_sub(3))
}

#[cfg(test)]
mod tests {
    use super::{Arrangement, Focus, PaneLayout, Panes, column, frame, letter_width, panel, panes, resized};
    use ratatui::layout::Rect;

    const PLAIN: PaneLayout = PaneLayout { arrangement: Arrangement::Together, steps: 0, column: 80 };

    fn widths(size: (u16, u16), layout: PaneLayout) -> (u16, u16) {
        let Panes { list, letter, .. } = panes(size, Focus::List, layout);
        (list.map_or(0, |list| list.width), letter.map_or(0, |letter| letter.width))
    }

    #[test]
    fn two_fifths_for_the_list_where_both_stand_one_over_the_other() {
        let panes = panes((80, 24), Focus::List, PLAIN);
        assert_eq!(panes.list.unwrap().height, 8);
        assert_eq!(panes.letter.unwrap().height, 11);
        assert_eq!(letter_width((80, 24), PLAIN), 77);
        assert_eq!(letter_width((120, 36), PLAIN), 80);
        assert_eq!(letter_width((200, 50), PLAIN), 80);
    }

    #[test]
    fn side_by_side_only_where_both_have_room_and_the_list_takes_the_rest() {
        assert_eq!(widths((149, 40), PLAIN), (149, 149));
        assert_eq!(widths((150, 40), PLAIN), (66, 83));
        assert_eq!(widths((200, 60), PLAIN), (116, 83));
        let wide = PaneLayout { column: 120, ..PLAIN };
        assert_eq!(widths((160, 45), wide), (160, 160));
        assert_eq!(widths((200, 60), wide), (76, 123));
        assert_eq!(letter_width((160, 45), wide), 120);
        assert_eq!(letter_width((160, 45), PaneLayout { column: 40, ..PLAIN }), 40);
    }

    #[test]
    fn the_letter_s_pane_is_hidden_and_resized() {
        let alone = PaneLayout { arrangement: Arrangement::Alone, ..PLAIN };
        assert_eq!(widths((200, 60), alone), (200, 0));
        assert!(panes((200, 60), Focus::Letter, alone).list.is_none());
        assert_eq!(resized((200, 60), alone, true), None);
        let larger = resized((200, 60), PLAIN, true).unwrap();
        assert_eq!(widths((200, 60), larger), (112, 87));
        let mut smallest = PLAIN;
        while let Some(smaller) = resized((100, 30), smallest, false) {
            smallest = smaller;
        }
        assert_eq!(panes((100, 30), Focus::List, smallest).letter.unwrap().height, 5);
    }

    proptest::proptest! {
        #[test]
        fn every_part_lies_on_the_screen(
            width in 0u16..400, height in 0u16..100, letter: bool, alone: bool, steps in -200i16..200, text in 20u16..=200,
            rows in 0usize..60,
        ) {
            let whole = Rect::new(0, 0, width, height);
            let inside = |part: Rect| part.is_empty() || whole.union(part) == whole;
            let frame = frame((width, height));
            for part in [frame.head, frame.body, frame.notice, frame.hints, panel((width, height), rows)] {
                proptest::prop_assert!(inside(part), "{part:?}");
            }
            let arrangement = if alone { Arrangement::Alone } else { Arrangement::Together };
            let layout = PaneLayout { arrangement, steps, column: text };
            let focus = if letter { Focus::Letter } else { Focus::List };
            let panes = panes((width, height), focus, layout);
            let texts = panes.letter.map(|letter| column(letter, layout));
            for part in [panes.list, panes.rule, panes.letter, texts].into_iter().flatten() {
                proptest::prop_assert!(inside(part), "{part:?}");
            }
        }
    }
}
