//! Where content may stand: which elements are opened around it that the page left out, and which ones end before it.

use super::Tidy;
use crate::domain::limits::HTML_ELEMENTS;
use crate::mail::html::Tag;

impl Tidy {
    /// Opens what has to be around text and most elements here: a row and a cell in a table, an item in a list.
    pub(super) fn make_place(&mut self) {
        loop {
            match self.top().map(|it| it.tag) {
                Some(Tag::Table) => self.push(Tag::Row, self.row(), "", true),
                Some(Tag::Section) if self.in_table() => self.push(Tag::Row, self.row(), "", true),
                Some(Tag::Row) => self.push(Tag::Cell, self.cell(), "", true),
                Some(Tag::Bullets | Tag::Numbers) => self.push(Tag::Item, "li", "", true),
                _ => return,
            }
        }
    }

    /// Opens and closes what this element needs around it.
    pub(super) fn place_for(&mut self, tag: Tag) {
        match tag {
            Tag::Cell => {
                if !self.back_to(|it| matches!(it, Tag::Row | Tag::Table | Tag::Section)) || self.is_astray() {
                    self.make_place();
                    self.push(Tag::Table, "div", "", true);
                }
                if self.top().is_some_and(|it| it.tag != Tag::Row) {
                    self.push(Tag::Row, self.row(), "", true);
                }
            }
            Tag::Row => {
                if !self.back_to(|it| matches!(it, Tag::Table | Tag::Section)) || self.is_astray() {
                    self.make_place();
                    self.push(Tag::Table, "div", "", true);
                }
            }
            Tag::Item => {
                if !self.back_to(|it| matches!(it, Tag::Bullets | Tag::Numbers)) {
                    self.make_place();
                    self.push(Tag::Bullets, "ul", "", true);
                }
            }
            Tag::Section | Tag::Body => {}
            _ => self.make_place(),
        }
    }

    /// Whether the innermost open element is a table, sections (`tbody`, `thead`) not counted.
    pub(super) fn in_table(&self) -> bool {
        self.open.iter().rev().find(|it| it.tag != Tag::Section).is_some_and(|it| it.tag == Tag::Table)
    }

    /// Whether the innermost open element is a section that is in no table.
    fn is_astray(&self) -> bool {
        self.top().is_some_and(|it| it.tag == Tag::Section) && !self.in_table()
    }

    /// Whether blanks here only separate items or cells, so that they are not part of the text.
    pub(super) fn is_between(&self) -> bool {
        self.top().is_some_and(|it| match it.tag {
            Tag::Bullets | Tag::Numbers | Tag::Table | Tag::Row => true,
            Tag::Section => self.in_table(),
            _ => it.ended && !it.parted,
        })
    }

    /// Whether text here is preformatted and in a cell. html2text estimates the width of such a cell as if each run of blanks
    /// were one blank.
    pub(super) fn verbatim_cell(&self) -> bool {
        let mut around = self.open.iter().rev().map(|it| it.written);
        around.any(|it| it == "pre") && around.any(|it| it == "td")
    }

    /// Closes a list that was opened only because an item stood outside of any list, once that item has ended. Returns
    /// whether there was such a list.
    pub(super) fn end_list(&mut self) -> bool {
        let [.., list, item] = self.open.as_slice() else { return false };
        let ends = item.ended && list.implied;
        if ends {
            self.pop();
            self.pop();
        }
        ends
    }

    /// Begins a new line for content that follows an item and belongs to no item.
    pub(super) fn part_from_item(&mut self) {
        if self.end_list() {
            return;
        }
        let Some(item) = self.open.last_mut().filter(|it| it.ended && !it.parted) else { return };
        item.parted = true;
        if self.elements < HTML_ELEMENTS {
            self.elements += 1;
            self.out.push_str("<br>");
        } else {
            self.out.push(' ');
        }
    }

    /// Closes the elements that were opened here and not by the page, until one of a wanted kind is innermost. Returns
    /// whether one was found.
    pub(super) fn back_to(&mut self, wanted: fn(Tag) -> bool) -> bool {
        while let Some(top) = self.top() {
            if wanted(top.tag) {
                return true;
            }
            if !top.implied && !top.ended {
                return false;
            }
            self.pop();
        }
        false
    }
}
