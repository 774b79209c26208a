//! Going through a page: which elements are in which, what of it is seen.
//!
//! Elements are nested as browsers nest them (HTML Standard §13.2.6), as far as it changes what is seen: what closes by
//! itself, what is opened anew, tables within tables. Elements deeper than `HTML_DEPTH` count as the text that they hold, as
//! browsers do it from 512 on, so that each tag costs no more than that many looks.

use std::borrow::Cow;

use super::computed_style::ComputedStyle;
use super::css::{Element, StyleSheet};
use super::tokens::{Token, TokenKind, attributes, name, tokens};
use super::{Tag, entities, style};
use crate::domain::limits::{HTML_DEPTH, HTML_STYLE_STEPS};

/// What hears of a page. Elements are opened and closed in pairs, but for those that hold nothing.
pub(in crate::mail) trait PageVisitor {
    fn open(&mut self, opened: &ElementStart<'_>);
    fn close(&mut self, tag: Tag);
    /// Text with its references read; `spaces` says that its spaces and line ends count.
    fn text(&mut self, text: &str, spaces: bool);
    /// A picture, by the words that stand for it.
    fn picture(&mut self, words: &str);
    /// Whether nothing more is wanted.
    fn full(&self) -> bool {
        false
    }
}

/// An element that begins.
#[derive(Debug)]
pub(in crate::mail) struct ElementStart<'h> {
    pub(in crate::mail) tag: Tag,
    /// As it is written, from `<` to `>`.
    written: &'h str,
    /// Whether spaces and line ends count in it, where that is otherwise than around it.
    pub(in crate::mail) spaces: Option<bool>,
}

impl<'h> ElementStart<'h> {
    /// The value of an attribute.
    pub(in crate::mail) fn value(&self, wanted: &str) -> Option<Cow<'h, str>> {
        value(self.written, wanted)
    }
}

fn value<'h>(written: &'h str, wanted: &str) -> Option<Cow<'h, str>> {
    let mut all = attributes(written);
    all.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| entities::value(value))
}

/// What of a page is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mail) enum Showing {
    /// What a browser would show.
    Seen,
    /// What it hides, too.
    Hidden,
}

/// Goes through a page, and tells how many words were left out of it because the page hides them.
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
    /// Whether the page heard of it.
    told: bool,
    /// How many elements began in it.
    children: u32,
}

struct Walk<'h, 'p, P> {
    page: &'p mut P,
    showing: Showing,
    sheet: StyleSheet,
    /// The elements that are open, and the same as selectors see them.
    frames: Vec<Frame>,
    elements: Vec<Element<'h>>,
    /// How many of them are paragraphs.
    paragraphs: usize,
    /// What was closed before its time and goes on with the next text.
    anew: Vec<Element<'h>>,
    /// Pages without a document type are laid out in older ways.
    old: bool,
    base: ComputedStyle,
    /// Looks along the open elements that may still be spent.
    steps: usize,
    hidden: usize,
}

/// Of what is opened anew, so much at once, and so many alike.
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

    /// The look of what stands here. What stands in a table and in no cell is shown before the table.
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

    /// Closes what a beginning element closes. Where it has no place here, nothing comes of it.
    fn make_place(&mut self, tag: Tag, name: &str) -> bool {
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
            // One of the same kind ends, through paragraphs and plain blocks.
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
            Tag::Body | Tag::Void | Tag::Picture | Tag::Chance => None,
            Tag::Break => {
                self.push(Tag::Break, "<br>", "br");
                None
            }
            Tag::Table | Tag::Section | Tag::Row => self.find(|it, _| it == tag, |it| it == Tag::Table && it != tag),
            Tag::Cell | Tag::Caption => self.find(|it, _| it == tag, |it| it == Tag::Table),
            Tag::Heading(_) => self.find(|it, _| matches!(it, Tag::Heading(_)), Tag::walls),
            // What formats, and what stands apart, is closed with what is in it.
            _ if tag.apart() || tag.opened_anew() => {
                self.anew.retain(|it| !it.name.eq_ignore_ascii_case(name));
                self.find(|it, element| it == tag && element.name.eq_ignore_ascii_case(name), Tag::walls)
            }
            _ => self.find(|it, element| it == tag && element.name.eq_ignore_ascii_case(name), Tag::apart),
        };
        match found {
            Some(open) => self.close_to(open, !tag.walls()),
            // An end without a beginning is an empty paragraph.
            None if tag == Tag::Paragraph => {
                let open = self.frames.len();
                self.push(Tag::Paragraph, "<p>", "p");
                self.close_to(open, true);
            }
            None => {}
        }
    }

    /// The innermost open element that is wanted, looking out as far as one that stops.
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

    /// Closes elements until so many are open. With `anew`, what formats goes on behind, but for the outermost of them.
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
