//! A part of a message that covers the screen: the header fields, the source, an attachment.

use ratatui::layout::Rect;

use crate::domain::ids::Id;
use crate::domain::viewed::{PartView, ViewedPart};
use crate::ui::geometry;
use crate::ui::request::ViewKey;

#[derive(Debug)]
pub struct Viewer {
    pub id: Id,
    pub part: ViewedPart,
    /// What was asked for last.
    pub asked: Option<ViewKey>,
    /// `None` until it has come.
    pub view: Option<PartView>,
    /// The first row that is shown.
    pub top: usize,
}

impl Viewer {
    #[must_use]
    pub fn of(id: Id, part: ViewedPart) -> Self {
        Self { id, part, asked: None, view: None, top: 0 }
    }

    /// What it shows on a screen of this size.
    #[must_use]
    pub fn key(&self, size: (u16, u16)) -> ViewKey {
        let body = body(size);
        ViewKey { id: self.id, part: self.part, size: (body.width, body.height) }
    }

    /// The last row that can stand at the top.
    #[must_use]
    pub fn last_top(&self, size: (u16, u16)) -> usize {
        self.view.as_ref().map_or(0, PartView::rows).saturating_sub(usize::from(body(size).height))
    }
}

/// Where it stands.
#[must_use]
pub fn body(size: (u16, u16)) -> Rect {
    let body = geometry::frame(size).body;
    // As beside a letter: nothing in it can pass for a part of the screen.
    Rect { x: body.x + 2, width: body.width.saturating_sub(3), ..body }
}
