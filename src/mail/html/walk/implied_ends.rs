//! Which open elements end where another one begins, though the page did not close them (HTML Standard §13.2.6).

use super::Walk;
use crate::mail::html::{PageVisitor, Tag};

impl<P: PageVisitor> Walk<'_, '_, P> {
    /// Closes the open elements that the start tag of this element ends. Returns false where browsers ignore such a tag here.
    pub(super) fn make_place(&mut self, tag: Tag, name: &str) -> bool {
        match tag {
            Tag::Body => return self.frames.iter().all(|frame| frame.tag == Tag::Body),
            Tag::Section | Tag::Caption => {
                let Some(table) = self.find(|tag, _| tag == Tag::Table, |_| false) else { return false };
                self.close_to(table + 1, false);
            }
            Tag::Row => {
                let place = self.find(|tag, _| matches!(tag, Tag::Table | Tag::Section), |_| false);
                let Some(place) = place else { return false };
                self.close_to(place + 1, false);
            }
            Tag::Cell => {
                let place = self.find(|tag, _| matches!(tag, Tag::Table | Tag::Section | Tag::Row), |_| false);
                let Some(place) = place else { return false };
                self.close_to(place + 1, false);
                if self.top() != Some(Tag::Row) {
                    self.push(Tag::Row, "<tr>", "tr");
                }
            }
            Tag::Link => {
                if let Some(open) = self.find(|tag, _| tag == Tag::Link, Tag::walls) {
                    self.close_to(open, true);
                }
            }
            Tag::Table if self.in_table() => {
                if let Some(table) = self.find(|tag, _| tag == Tag::Table, |_| false) {
                    self.close_to(table, false);
                }
            }
            Tag::Table if self.old => {}
            _ if tag.apart() && tag != Tag::Break || name.eq_ignore_ascii_case("hr") => {
                self.make_place_for_block(tag, name);
            }
            _ => {}
        }
        true
    }

    fn make_place_for_block(&mut self, tag: Tag, name: &str) {
        if matches!(tag, Tag::Item | Tag::Term) {
            // The open item or term ends, also where paragraphs and plain blocks are open in it.
            let stops = |it: Tag| it.apart() && !matches!(it, Tag::Paragraph | Tag::Block | Tag::Item | Tag::Term);
            if let Some(open) = self.find(|it, _| it == tag, stops) {
                self.close_to(open, true);
            }
        }
        if self.paragraphs > 0
            && let Some(open) = self.find(|it, _| it == Tag::Paragraph, Tag::walls)
        {
            self.close_to(open, true);
        }
        let option = |name: &str| name.eq_ignore_ascii_case("option") || name.eq_ignore_ascii_case("optgroup");
        let again = match self.top() {
            Some(Tag::Heading(_)) => matches!(tag, Tag::Heading(_)),
            Some(Tag::Block) => {
                option(name) && self.elements.last().is_some_and(|it| it.name.eq_ignore_ascii_case("option"))
            }
            _ => false,
        };
        if again {
            self.close_to(self.frames.len() - 1, false);
        }
    }
}
