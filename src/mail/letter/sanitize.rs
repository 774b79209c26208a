//! Writes a page again as simple HTML for html2text: only what a browser would show, in few kinds of elements, each closed
//! in the right place.
//!
//! html2text has faults that no page may trigger: it drops text between the items of a list and between the cells of a
//! table, and it takes quadratic time where elements close each other.

mod placement;
mod table;

pub(super) use self::table::BLANK;
use unicode_width::UnicodeWidthStr;

use super::tables::{TablePlan, column_span};
use crate::domain::limits::{HTML_BYTES, HTML_ELEMENTS};
use crate::mail::html::{ElementStart, PageVisitor, STRUCK, Tag};

#[derive(Debug, Default)]
pub(super) struct Tidy {
    plans: Vec<TablePlan>,
    /// How many tables the page has opened so far.
    begun: usize,
    out: String,
    open: Vec<Open>,
    elements: usize,
    /// How many texts and line breaks were written so far.
    seen: usize,
    /// How many texts with more than blanks in them were written, no-break spaces counted as blanks.
    texts: usize,
    /// How many columns all words take.
    columns: usize,
    /// The open links, as indices into `links`.
    within: Vec<usize>,
    /// The target and the text of each link.
    pub(super) links: Vec<(String, String)>,
    /// Whether the page had more elements than are laid out, so that some were written as their text alone.
    pub(super) cut: bool,
}

#[derive(Debug)]
struct Open {
    tag: Tag,
    /// The name of the HTML element that is written for it; empty where none is written.
    written: &'static str,
    /// Whether it was opened here, because something needed it, and not by the page.
    implied: bool,
    /// Where its start tag begins in `out`, and the three counts of `Tidy` at that moment.
    from: usize,
    seen: usize,
    texts: usize,
    columns: usize,
    /// The number of columns that a cell spans, where it is more than one.
    span: Option<usize>,
    /// Of a table, which of the page's it is, and how many cells it has so far; of a table its rows, of a row its columns.
    table: Option<usize>,
    cells: usize,
    children: usize,
    /// Whether nothing of it is written.
    drops: bool,
    /// Whether the page closed this item. Content between two items is written into the first one, on a new line; `parted`
    /// says that this line was begun.
    ended: bool,
    parted: bool,
}

/// The classes of a quotation in an answer, by the programs that write them.
const CITES: [&str; 7] =
    ["gmail_quote", "protonmail_quote", "yahoo_quoted", "moz-cite", "mail_quote", "cite", "email-quote"];
/// The line that names the writer of a quotation is looked for in so many bytes before it.
const ATTRIBUTION: usize = 400;

/// Whether a page, as far as it is written, ends with a line that names a writer and a date, or an address, and a colon.
fn attributes_writing(out: &str) -> bool {
    let from = (0..=ATTRIBUTION.min(out.len())).rev().map(|back| out.len() - back).find(|at| out.is_char_boundary(*at));
    let tail = from.and_then(|from| out.get(from..)).unwrap_or_default();
    let mut said = String::new();
    let mut in_tag = false;
    for c in tail.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            _ if !in_tag => said.push(c),
            _ => {}
        }
    }
    let said = said.trim_end();
    let last: String = said.chars().rev().take(120).collect();
    said.ends_with(':') && (last.contains('@') || last.chars().filter(char::is_ascii_digit).count() >= 6)
}

impl Tidy {
    /// `plans` are those of the page's tables, in their order.
    pub(super) fn new(plans: Vec<TablePlan>) -> Self {
        Self { plans, ..Self::default() }
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
            table: None,
            cells: 0,
            children: 0,
            drops: false,
            ended: false,
            parted: false,
        });
    }

    fn pop(&mut self) -> Option<Tag> {
        if self.top().is_some_and(|it| it.written == "td") {
            self.end_cell();
        }
        let open = self.open.pop()?;
        if open.tag == Tag::Link && !open.written.is_empty() {
            self.within.pop();
        }
        if open.drops {
            self.out.truncate(open.from);
            return Some(open.tag);
        }
        self.narrow(&open);
        let stands = !matches!(open.tag, Tag::Row | Tag::Cell | Tag::Item | Tag::Section | Tag::Body);
        if open.tag.apart() && stands && open.seen == self.seen {
            // html2text drops an empty element, so the words before and after it would become one word.
            self.out.truncate(open.from);
            let behind_text = !self.out.ends_with(['>', ' ', '\n']);
            self.out.push_str(if behind_text && self.elements < HTML_ELEMENTS { "<br>" } else { " " });
        } else if open.written == "a" && open.texts == self.texts {
            // html2text drops a link without text together with the line breaks and blanks in it. So only its tags are removed.
            if let Some(tag_end) = self.out.get(open.from..).and_then(|it| it.find('>')) {
                self.out.replace_range(open.from..=open.from + tag_end, "");
            }
        } else if !open.written.is_empty() {
            // html2text drops a blank at the end of a link, so it is written after the link.
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
        if open.tag == Tag::Table {
            self.set_apart(open.written);
        }
        Some(open.tag)
    }

    /// Whether a quotation is what somebody answers to: mail programs mark it, or name its writer before it (`On Mon, 23 Nov
    /// 2026 at 10:12, Ann <ann@example.org> wrote:`).
    fn is_citation(&self, opened: &ElementStart<'_>) -> bool {
        let marked = opened.value("cite").is_some()
            || opened.value("type").is_some_and(|it| it.trim().eq_ignore_ascii_case("cite"))
            || ["class", "id"].into_iter().filter_map(|name| opened.value(name)).any(|it| {
                it.split_ascii_whitespace()
                    .any(|class| CITES.iter().any(|cites| class.to_ascii_lowercase().starts_with(cites)))
            });
        marked || self.open.iter().any(|it| it.written == "blockquote") || attributes_writing(&self.out)
    }

    /// html2text uses zero-width spaces for its own purposes. They are written as U+2060 and `<wbr>`; when the line is made
    /// printable, U+2060 is treated as the zero-width space would be.
    fn breaks(&mut self, text: String) -> String {
        let count = text.matches('\u{200B}').count();
        if count == 0 {
            return text;
        }
        self.elements += count;
        text.replace('\u{200B}', if self.elements < HTML_ELEMENTS { "\u{2060}<wbr>" } else { "\u{2060}" })
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
            // After a blank, the line may be broken anyway. html2text does not count that blank in the width of a cell.
            Tag::WordBreak if self.out.ends_with(' ') => return,
            Tag::WordBreak if self.elements < HTML_ELEMENTS => {
                self.elements += 1;
                return self.out.push_str("<wbr>");
            }
            Tag::WordBreak => return,
            _ => {}
        }
        let mut attributes = String::new();
        let mut span = None;
        let written = match tag {
            Tag::Link => match opened.value("href") {
                // A link to a place in the page itself cannot be followed from a terminal.
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
            Tag::Quote if self.is_citation(opened) => "blockquote",
            // A quotation that belongs to the text is set in, and never folded.
            Tag::Quote if self.open.iter().any(|it| it.written == "dd") => "div",
            Tag::Quote => "dd",
            Tag::Verbatim => "pre",
            Tag::Table => self.next_table(),
            Tag::Row => self.row(),
            Tag::Cell => {
                let cell = self.cell();
                span = Some(column_span(opened)).filter(|span| cell == "td" && *span > 1);
                attributes.extend(span.map(|span| format!(" {}", table::colspan(span))));
                cell
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
        if tag == Tag::Table {
            self.set_apart(written);
        }
        self.push(tag, written, &attributes, false);
        if let Some(cell) = self.open.last_mut().filter(|it| it.written == "td") {
            cell.span = span;
        }
        match tag {
            Tag::Table => self.begin_table(),
            Tag::Row => self.begin_row(),
            Tag::Cell => self.begin_cell(column_span(opened)),
            Tag::Struck => self.text(STRUCK, false),
            _ => {}
        }
    }

    fn close(&mut self, tag: Tag) {
        if tag == Tag::Struck {
            self.text(STRUCK, false);
        }
        // Elements that were opened here are closed together with the element around them that the page closes.
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

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
