//! A page written anew: what is seen of it and nothing else, in few kinds of elements, each closed where it belongs.
//!
//! The layout behind it has quirks that a page may not reach: it drops what stands between the items of a list and between
//! the cells of a table, and it takes quadratic time where elements close each other.

use unicode_width::UnicodeWidthStr;

use crate::domain::limits::{HTML_BYTES, HTML_ELEMENTS};
use crate::mail::html::{ElementStart, PageVisitor, STRUCK, Tag};

#[derive(Debug, Default)]
pub(super) struct Tidy {
    figures: bool,
    out: String,
    open: Vec<Open>,
    elements: usize,
    /// How much there is to be seen: texts and ends of lines.
    seen: usize,
    /// How many texts with more than blanks in them were written, no-break spaces counted as blanks.
    texts: usize,
    /// How many columns all words take.
    columns: usize,
    /// The places in `links` of those that are open.
    within: Vec<usize>,
    /// Each link: where it goes, and what its text says.
    pub(super) links: Vec<(String, String)>,
    /// Whether there was more than can be laid out with its structure.
    pub(super) cut: bool,
}

#[derive(Debug)]
struct Open {
    tag: Tag,
    /// What is written for it; nothing where it changes nothing.
    written: &'static str,
    /// Begun here, and not in the page.
    implied: bool,
    /// Where it begins, and how much was to be seen before it.
    from: usize,
    seen: usize,
    texts: usize,
    columns: usize,
    /// The columns of a cell, where they are more than one.
    span: Option<usize>,
    /// An item that has ended in the page; what stands between items is put into the one before, on a line of its own.
    ended: bool,
    parted: bool,
}

/// Columns that a cell may reach over.
const SPAN: usize = 50;

impl Tidy {
    /// `figures` says that tables are there for figures, and not for the layout of the page.
    pub(super) fn new(figures: bool) -> Self {
        Self { figures, ..Self::default() }
    }

    fn table(&self) -> &'static str {
        if self.figures { "table" } else { "div" }
    }

    fn row(&self) -> &'static str {
        if self.figures { "tr" } else { "div" }
    }

    /// The cells of a page's layout stand behind each other, with a space between them.
    fn cell(&self) -> &'static str {
        if self.figures { "td" } else { "" }
    }

    pub(super) fn finish(mut self) -> (String, Vec<(String, String)>, bool) {
        while self.pop().is_some() {}
        (self.out, self.links, self.cut)
    }

    fn top(&self) -> Option<&Open> {
        self.open.last()
    }

    fn push(&mut self, tag: Tag, written: &'static str, attributes: &str, implied: bool) {
        let (from, seen, texts, columns) = (self.out.len(), self.seen, self.texts, self.columns);
        let written = if self.elements < HTML_ELEMENTS { written } else { "" };
        if !written.is_empty() {
            self.elements += 1;
            self.out.push('<');
            self.out.push_str(written);
            self.out.push_str(attributes);
            self.out.push('>');
        } else if tag.apart() {
            self.cut |= self.elements >= HTML_ELEMENTS;
            self.out.push(' ');
        }
        self.open.push(Open {
            tag,
            written,
            implied,
            from,
            seen,
            texts,
            columns,
            span: None,
            ended: false,
            parted: false,
        });
    }

    fn pop(&mut self) -> Option<Tag> {
        let open = self.open.pop()?;
        if open.tag == Tag::Link && !open.written.is_empty() {
            self.within.pop();
        }
        self.narrow(&open);
        let stands = !matches!(open.tag, Tag::Row | Tag::Cell | Tag::Item | Tag::Section | Tag::Body);
        if open.tag.apart() && stands && open.seen == self.seen {
            // The layout drops what is empty, and what stands around it would run together.
            self.out.truncate(open.from);
            let behind_text = !self.out.ends_with(['>', ' ', '\n']);
            self.out.push_str(if behind_text && self.elements < HTML_ELEMENTS { "<br>" } else { " " });
        } else if open.written == "a" && open.texts == self.texts {
            // The layout drops a link without text, and the breaks and blanks in it: they stay, without the link.
            if let Some(tag_end) = self.out.get(open.from..).and_then(|it| it.find('>')) {
                self.out.replace_range(open.from..=open.from + tag_end, "");
            }
        } else if !open.written.is_empty() {
            // The layout drops a blank at the end of a link; behind it, it stays.
            let text = self.out.trim_end_matches([' ', '\n', '\t', '\r']).len();
            let blank = open.tag == Tag::Link && text < self.out.len();
            if blank {
                self.out.truncate(text);
            }
            self.out.push_str("</");
            self.out.push_str(open.written);
            self.out.push('>');
            if blank {
                self.out.push(' ');
            }
        } else if open.tag.apart() {
            self.out.push(' ');
        }
        Some(open.tag)
    }

    /// The layout shares the width of a cell among its columns, and leaves out what gives none to each.
    fn narrow(&mut self, cell: &Open) {
        let columns = self.columns - cell.columns;
        if let Some(span) = cell.span.filter(|span| columns < *span)
            && let Some(start) = self.out.get(cell.from..).and_then(|it| it.find(&colspan(span)))
        {
            let (from, narrower) = (cell.from + start, colspan(columns.max(1)));
            self.out.replace_range(from..from + narrower.len(), &narrower);
        }
    }

    /// The layout takes zero-width spaces for itself. Another sign goes through it in their place, which is marked or dropped
    /// with the whole line around it.
    fn breaks(&mut self, text: String) -> String {
        let count = text.matches('\u{200B}').count();
        if count == 0 {
            return text;
        }
        self.elements += count;
        text.replace('\u{200B}', if self.elements < HTML_ELEMENTS { "\u{2060}<wbr>" } else { "\u{2060}" })
    }

    /// What stands in a table stands in a cell, what stands in a list in an item.
    fn make_place(&mut self) {
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

    /// Opens and closes what an element needs around it.
    fn place_for(&mut self, tag: Tag) {
        match tag {
            Tag::Cell => {
                if !self.back_to(|it| matches!(it, Tag::Row | Tag::Table)) {
                    self.make_place();
                    self.push(Tag::Table, self.table(), "", true);
                }
                if self.top().is_some_and(|it| it.tag == Tag::Table) {
                    self.push(Tag::Row, self.row(), "", true);
                }
            }
            Tag::Row => {
                if !self.back_to(|it| it == Tag::Table) {
                    self.make_place();
                    self.push(Tag::Table, self.table(), "", true);
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

    /// Whether the sections that are open on top are those of a table.
    fn in_table(&self) -> bool {
        self.open.iter().rev().find(|it| it.tag != Tag::Section).is_some_and(|it| it.tag == Tag::Table)
    }

    /// Whether blanks here stand between items or cells, and are no text.
    fn is_between(&self) -> bool {
        self.top().is_some_and(|it| match it.tag {
            Tag::Bullets | Tag::Numbers | Tag::Table | Tag::Row => true,
            Tag::Section => self.in_table(),
            _ => it.ended && !it.parted,
        })
    }

    /// Whether what stands here is preformatted text in a cell, whose width the layout estimates with its blanks run together.
    fn verbatim_cell(&self) -> bool {
        let mut around = self.open.iter().rev().map(|it| it.written);
        around.any(|it| it == "pre") && around.any(|it| it == "td")
    }

    /// A list that was begun for an item ends with it. Whether there was one.
    fn end_list(&mut self) -> bool {
        let [.., list, item] = self.open.as_slice() else { return false };
        let ends = item.ended && list.implied;
        if ends {
            self.pop();
            self.pop();
        }
        ends
    }

    /// What stands behind an item, and is in none, begins a line.
    fn part_from_item(&mut self) {
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

    /// Closes what was begun here, down to one of the wanted kinds. Whether there is one.
    fn back_to(&mut self, wanted: fn(Tag) -> bool) -> bool {
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

impl PageVisitor for Tidy {
    fn open(&mut self, opened: &ElementStart<'_>) {
        let tag = opened.tag;
        match tag {
            Tag::Item | Tag::Cell | Tag::Row | Tag::Section | Tag::Body => {}
            _ if tag.apart() => _ = self.end_list(),
            _ => self.part_from_item(),
        }
        self.place_for(tag);
        match tag {
            Tag::Break => {
                self.seen += 1;
                if self.elements < HTML_ELEMENTS {
                    self.elements += 1;
                    self.out.push_str("<br>");
                } else {
                    self.cut = true;
                    self.out.push(' ');
                }
                return;
            }
            Tag::Chance if self.elements < HTML_ELEMENTS => {
                self.elements += 1;
                return self.out.push_str("<wbr>");
            }
            Tag::Chance => return,
            _ => {}
        }
        let mut attributes = String::new();
        let mut span = None;
        let written = match tag {
            Tag::Link => match opened.value("href") {
                // Places within the page itself lead nowhere from here.
                Some(target) if !target.trim().is_empty() && !target.starts_with('#') => {
                    attributes = format!(" href=\"{}\"", escaped(&target).replace('"', "&quot;"));
                    if self.elements < HTML_ELEMENTS {
                        self.within.push(self.links.len());
                        self.links.push((target.into_owned(), String::new()));
                    }
                    "a"
                }
                _ => "",
            },
            Tag::Strong => "b",
            Tag::Emphasis => "i",
            Tag::Code => "code",
            Tag::Paragraph => "p",
            Tag::Block | Tag::Term | Tag::Caption => "div",
            Tag::Heading(1) => "h1",
            Tag::Heading(2) => "h2",
            Tag::Heading(_) => "h3",
            Tag::Bullets => "ul",
            Tag::Numbers => {
                if let Some(start) = opened.value("start").and_then(|it| it.trim().parse::<u32>().ok()) {
                    attributes = format!(" start=\"{start}\"");
                }
                "ol"
            }
            Tag::Item => "li",
            Tag::Quote => "blockquote",
            Tag::Verbatim => "pre",
            Tag::Table => self.table(),
            Tag::Row => self.row(),
            Tag::Cell => {
                span = opened.value("colspan").and_then(|it| it.trim().parse::<usize>().ok());
                span = span.filter(|it| self.figures && (2..=SPAN).contains(it));
                attributes.extend(span.map(|span| format!(" {}", colspan(span))));
                self.cell()
            }
            Tag::Inline if opened.spaces.is_some() => "span",
            _ => "",
        };
        if let Some(spaces) = opened.spaces.filter(|_| tag != Tag::Verbatim && !written.is_empty()) {
            attributes.push_str(if spaces {
                " style=\"white-space:pre-wrap\""
            } else {
                " style=\"white-space:normal\""
            });
        }
        self.push(tag, written, &attributes, false);
        if let Some(cell) = self.open.last_mut().filter(|it| it.written == "td") {
            cell.span = span;
        }
        if tag == Tag::Struck {
            self.text(STRUCK, false);
        }
    }

    fn close(&mut self, tag: Tag) {
        if tag == Tag::Struck {
            self.text(STRUCK, false);
        }
        // What was begun here stands above what the page closes.
        let Some(place) = self.open.iter().rposition(|it| it.tag == tag && !it.implied && !it.ended) else { return };
        while self.open.len() > place + 1 {
            self.pop();
        }
        match self.open.last_mut() {
            Some(item) if tag == Tag::Item => item.ended = true,
            _ => {
                self.pop();
            }
        }
    }

    fn text(&mut self, text: &str, _: bool) {
        let empty = text.bytes().all(|byte| byte.is_ascii_whitespace());
        if empty && (self.is_between() || self.out.is_empty()) {
            return;
        }
        if !empty {
            self.part_from_item();
        }
        self.make_place();
        self.seen += usize::from(!empty);
        self.texts += usize::from(!text.trim().is_empty());
        self.columns += text.split_whitespace().map(UnicodeWidthStr::width).sum::<usize>();
        if let Some((_, said)) = self.within.last().and_then(|place| self.links.get_mut(*place)) {
            said.push_str(text);
        }
        let digits = match self.top().map(|it| it.tag) {
            Some(Tag::Raised) => Some(RAISED),
            Some(Tag::Lowered) => Some(LOWERED),
            _ => None,
        };
        let text = self.breaks(escaped(text));
        let text = if self.verbatim_cell() { text.replace(' ', "\u{A0}") } else { text };
        match digits {
            Some(digits) => self.out.extend(text.chars().map(|c| {
                let digit = c.to_digit(10).and_then(|digit| usize::try_from(digit).ok());
                digit.and_then(|digit| digits.get(digit).copied()).unwrap_or(c)
            })),
            None => self.out.push_str(&text),
        }
    }

    fn picture(&mut self, words: &str) {
        self.text(&format!("[{words}]"), false);
    }

    fn full(&self) -> bool {
        self.out.len() >= HTML_BYTES
    }
}

const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
const LOWERED: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];

/// Of the same length for each number up to `SPAN`, so that it can be changed where it stands.
fn colspan(span: usize) -> String {
    format!("colspan=\"{span:02}\"")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
