//! Walks through a page: which element is inside which other one, and what of it a browser would show.
//!
//! Elements are nested as browsers nest them (HTML Standard §13.2.6), as far as it changes what is shown: elements that end
//! without an end tag, formatting that is opened again, tables within tables. Of elements that are nested deeper than
//! `HTML_DEPTH` only the text counts, as in browsers, where the limit is 512. So each tag is compared with no more than
//! `HTML_DEPTH` open elements.

mod implied_ends;

use std::borrow::Cow;

use super::computed_style::ComputedStyle;
use super::css::{Element, StyleSheet};
use super::tokens::{Token, TokenKind, attributes, name, tokens};
use super::{Tag, entities, style};
use crate::domain::limits::{HTML_DEPTH, HTML_STYLE_STEPS};

/// Receives the content of a page in order. Each `open` is followed by its `close`, except for elements that have no
/// content.
pub(in crate::mail) trait PageVisitor {
    fn open(&mut self, opened: &ElementStart<'_>);
    fn close(&mut self, tag: Tag);
    /// Text with character references replaced. `spaces` says that its spaces and line ends are kept, as in `<pre>`.
    fn text(&mut self, text: &str, spaces: bool);
    /// A picture; `words` is its `alt` text.
    fn picture(&mut self, words: &str);
    /// Whether the visitor needs no more of the page.
    fn full(&self) -> bool {
        false
    }
}

/// An element that begins.
#[derive(Debug)]
pub(in crate::mail) struct ElementStart<'h> {
    pub(in crate::mail) tag: Tag,
    /// The start tag as the page has it, from `<` to `>`.
    written: &'h str,
    /// Whether spaces and line ends are kept in it; `None` where that is as in the element around it.
    pub(in crate::mail) spaces: Option<bool>,
}

impl<'h> ElementStart<'h> {
    /// Whether the page calls it so.
    pub(in crate::mail) fn is(&self, wanted: &str) -> bool {
        name(self.written).eq_ignore_ascii_case(wanted)
    }

    /// The value of an attribute.
    pub(in crate::mail) fn value(&self, wanted: &str) -> Option<Cow<'h, str>> {
        value(self.written, wanted)
    }
}

fn value<'h>(written: &'h str, wanted: &str) -> Option<Cow<'h, str>> {
    let mut all = attributes(written);
    all.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| entities::value(value))
}

/// How much of a page is visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mail) enum Showing {
    /// Only what a browser would show.
    Seen,
    /// Also what the page hides.
    Hidden,
}

/// Walks through a page. Returns how many words were left out because the page hides them.
pub(in crate::mail) fn walk(html: &str, showing: Showing, page: &mut impl PageVisitor) -> usize {
    let tokens = tokens(html.strip_prefix('\u{FEFF}').unwrap_or(html));
    let html = html.strip_prefix('\u{FEFF}').unwrap_or(html);
    let text = |it: &Token| html.get(it.from as usize..it.to as usize).unwrap_or_default();
    let mut sheet = StyleSheet::default();
    for token in tokens.iter().filter(|it| it.kind == TokenKind::Sheet) {
        sheet.add(text(token));
    }
    let mut walk = Walk::new(html, showing, sheet, page);
    for token in &tokens {
        if walk.page.full() {
            break;
        }
        match token.kind {
            TokenKind::Text => walk.text(text(token), entities::read),
            TokenKind::LiteralText => walk.text(text(token), entities::literal),
            TokenKind::Open => walk.open(text(token)),
            TokenKind::Close => walk.close(text(token)),
            TokenKind::Sheet => {}
        }
    }
    walk.close_to(0, false);
    walk.hidden
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    tag: Tag,
    look: ComputedStyle,
    /// Whether the visitor was told of it.
    told: bool,
    /// How many child elements it has so far.
    children: u32,
}

struct Walk<'h, 'p, P> {
    page: &'p mut P,
    showing: Showing,
    sheet: StyleSheet,
    /// The open elements, the outermost first; `elements` has the same ones in the form that CSS selectors need.
    frames: Vec<Frame>,
    elements: Vec<Element<'h>>,
    /// How many of the open elements are paragraphs.
    paragraphs: usize,
    /// Formatting elements that another element's end closed. They are opened again before the next text.
    anew: Vec<Element<'h>>,
    /// Whether the page has no document type: browsers then follow older rules (quirks mode).
    old: bool,
    base: ComputedStyle,
    /// How many more comparisons with open elements are allowed.
    steps: usize,
    hidden: usize,
}

/// At most so many formatting elements are opened again at once, and at most so many of one kind.
const ANEW: usize = 12;
const ALIKE: usize = 3;

impl<'h, 'p, P: PageVisitor> Walk<'h, 'p, P> {
    fn new(html: &'h str, showing: Showing, sheet: StyleSheet, page: &'p mut P) -> Self {
        let head = html.as_bytes().get(..1_024).unwrap_or(html.as_bytes());
        let base = if sheet.painted_elsewhere { ComputedStyle::PLAIN.on_anything() } else { ComputedStyle::PLAIN };
        Self {
            page,
            showing,
            sheet,
            frames: Vec::with_capacity(32),
            elements: Vec::with_capacity(32),
            paragraphs: 0,
            anew: Vec::new(),
            old: !head.windows(9).any(|it| it.eq_ignore_ascii_case(b"<!doctype")),
            base,
            steps: HTML_STYLE_STEPS,
            hidden: 0,
        }
    }

    fn top(&self) -> Option<Tag> {
        self.frames.last().map(|frame| frame.tag)
    }

    /// The style of text at this point. Browsers show text that is in a table, but in no cell, before the table, so it has the
    /// style of what is around the table.
    fn look(&mut self) -> ComputedStyle {
        if self.in_table() {
            let table = self.find(|tag, _| tag == Tag::Table, |_| false);
            let outside = table.and_then(|at| at.checked_sub(1)).and_then(|at| self.frames.get(at));
            return outside.map_or(self.base, |frame| frame.look);
        }
        self.frames.last().map_or(self.base, |frame| frame.look)
    }

    fn in_table(&self) -> bool {
        matches!(self.top(), Some(Tag::Table | Tag::Section | Tag::Row))
    }

    fn shown(&self, seen: bool) -> bool {
        seen || self.showing == Showing::Hidden
    }

    fn text(&mut self, raw: &'h str, read: fn(&'h str) -> Cow<'h, str>) {
        let empty = raw.bytes().all(super::tokens::blank);
        if empty && self.in_table() {
            return;
        }
        if !empty {
            self.open_anew();
        }
        let look = self.look();
        let text = read(raw);
        if self.shown(look.shows_text()) {
            self.page.text(&text, look.spaces);
        } else {
            self.hidden += text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
        }
    }

    fn open(&mut self, written: &'h str) {
        let name = name(written);
        let tag = Tag::of(name);
        if !self.make_place(tag, name) {
            return;
        }
        if !tag.apart() && tag != Tag::Void {
            self.open_anew();
        }
        self.push(tag, written, name);
    }

    fn push(&mut self, tag: Tag, written: &'h str, name: &'h str) {
        let of_table = matches!(tag, Tag::Section | Tag::Row | Tag::Cell | Tag::Caption);
        let around = match self.frames.last() {
            Some(table) if of_table => table.look,
            _ => self.look(),
        };
        let first = self.frames.last_mut().is_none_or(|frame| {
            frame.children += 1;
            frame.children == 1
        });
        let mut element = Element { tag: written, name, class: "", id: "", first };
        let look = style::look(tag, &mut element, around, self.old, &mut self.sheet, &self.elements);
        let told = self.shown(!look.gone);
        if tag == Tag::Picture {
            if self.shown(look.shows_pictures())
                && let Some(words) = value(written, "alt").filter(|it| !it.trim().is_empty())
            {
                self.page.picture(words.trim());
            }
        } else if !tag.empty() && self.frames.len() < HTML_DEPTH {
            if told {
                self.page.open(&ElementStart {
                    tag,
                    written,
                    spaces: (look.spaces != around.spaces).then_some(look.spaces),
                });
            }
            self.paragraphs += usize::from(tag == Tag::Paragraph);
            self.frames.push(Frame { tag, look, told, children: 0 });
            self.elements.push(element);
        } else if told && tag != Tag::Void && (tag.empty() || tag.apart()) {
            let tag = if tag.empty() { tag } else { Tag::Break };
            self.page.open(&ElementStart { tag, written, spaces: None });
        }
    }

    fn close(&mut self, written: &'h str) {
        let name = name(written);
        let tag = Tag::of(name);
        let found = match tag {
            Tag::Body | Tag::Void | Tag::Picture | Tag::WordBreak => None,
            Tag::Break => {
                self.push(Tag::Break, "<br>", "br");
                None
            }
            Tag::Table | Tag::Section | Tag::Row => self.find(|it, _| it == tag, |it| it == Tag::Table && it != tag),
            Tag::Cell | Tag::Caption => self.find(|it, _| it == tag, |it| it == Tag::Table),
            Tag::Heading(_) => self.find(|it, _| matches!(it, Tag::Heading(_)), Tag::walls),
            // The end tag of a formatting element or a block also closes the elements inside it.
            _ if tag.apart() || tag.opened_anew() => {
                self.anew.retain(|it| !it.name.eq_ignore_ascii_case(name));
                self.find(|it, element| it == tag && element.name.eq_ignore_ascii_case(name), Tag::walls)
            }
            _ => self.find(|it, element| it == tag && element.name.eq_ignore_ascii_case(name), Tag::apart),
        };
        match found {
            Some(open) => self.close_to(open, !tag.walls()),
            // Browsers make an empty paragraph of `</p>` without `<p>`.
            None if tag == Tag::Paragraph => {
                let open = self.frames.len();
                self.push(Tag::Paragraph, "<p>", "p");
                self.close_to(open, true);
            }
            None => {}
        }
    }

    /// The index of the innermost open element that is `wanted`; the search goes outwards and ends at the first one that
    /// `stops` it.
    fn find(&mut self, wanted: impl Fn(Tag, &Element<'h>) -> bool, stops: impl Fn(Tag) -> bool) -> Option<usize> {
        for (place, (frame, element)) in self.frames.iter().zip(&self.elements).enumerate().rev() {
            self.steps = self.steps.checked_sub(1)?;
            if wanted(frame.tag, element) {
                return Some(place);
            }
            if stops(frame.tag) {
                return None;
            }
        }
        None
    }

    /// Closes elements until only `open` of them are open. With `anew`, the formatting elements among them, except for the
    /// outermost closed element, are opened again before the next text.
    fn close_to(&mut self, open: usize, anew: bool) {
        let mut again = Vec::new();
        while self.frames.len() > open {
            let (Some(frame), Some(element)) = (self.frames.pop(), self.elements.pop()) else { return };
            self.paragraphs -= usize::from(frame.tag == Tag::Paragraph);
            if frame.told {
                self.page.close(frame.tag);
            }
            if anew && self.frames.len() > open && frame.tag.opened_anew() {
                again.push(element);
            }
        }
        for element in again.into_iter().rev() {
            let alike = self.anew.iter().filter(|it| it.tag == element.tag).count();
            if self.anew.len() < ANEW && alike < ALIKE {
                self.anew.push(element);
            }
        }
        if !anew {
            self.anew.clear();
        }
    }

    fn open_anew(&mut self) {
        for element in std::mem::take(&mut self.anew) {
            self.push(Tag::of(element.name), element.tag, element.name);
        }
    }
}
