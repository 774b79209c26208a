//! HTML as a letter: headings, emphasis, lists, simple tables, quotes, numbered links. Nothing is fetched; what the page
//! hides is left out, and the letter says so.
//!
//! html2text does the layout of the page as `Tidy` writes it anew. Where it panics all the same, the bare text is shown.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::layout::Layout;
use super::link::LinkNumbers;
use super::sanitize::{BLANK, Tidy};
use super::{guarded, tables, text, tree};
use crate::domain::letter::{LineKind, TextStyle};
use crate::domain::limits::HTML_BYTES;
use crate::mail::flowed::Flow;
use crate::mail::html::{self, Showing};
use html2text::RcDom;
use html2text::config;
use html2text::render::{TaggedLine, TextDecorator};
use unicode_width::UnicodeWidthStr;

/// Stand at the beginning of headings and quotes between html2text and us; single bytes, as it counts widths by bytes.
const HEADING: char = '\u{1}';
const QUOTE: char = '\u{2}';

/// Lines that are wider than the letter by more than this are so on purpose, such as preformatted text.
const MOST_OVER: usize = 12;

/// Lays out what a page shows, or what it hides as well. Tells how many words were left out.
pub(super) fn lay(layout: &mut Layout, page: &str, showing: Showing) -> usize {
    let (plans, least) = tables::plans(page, showing, layout.width());
    let mut tidy = Tidy::new(plans);
    let hidden = html::walk(page, showing, &mut tidy);
    let (tidied, said, cut) = tidy.finish();
    if cut {
        layout.note_cut("HTML's structure");
    }
    if tidied.len() >= HTML_BYTES {
        layout.note_cut("HTML");
    }
    let links = Rc::new(RefCell::new(std::mem::take(&mut layout.links)));
    let rendered = guarded(|| tree::tree(&tidied)).and_then(|tree| fitting(&tree, (layout.width(), least), &links));
    layout.links = links.take();
    if let Some(laid) = rendered {
        put(layout, &laid);
    } else {
        layout.note_cut("HTML's structure");
        let bare = if showing == Showing::Seen { html::text(page) } else { html::text_with_hidden(page) };
        text::lay(layout, &bare, Flow::default());
    }
    for (target, text) in said {
        layout.links.says(&target, &text);
    }
    hidden
}

type Rendered = Vec<TaggedLine<Vec<Mark>>>;

/// Tables may come out somewhat wider than asked for, and breaking their lines again would leave single words on lines of
/// their own: then it is asked for less.
fn fitting(tree: &RcDom, (width, least): (usize, usize), links: &Rc<RefCell<LinkNumbers>>) -> Option<Rendered> {
    let laid = guarded(|| render(tree, (width, least), links)).flatten()?;
    let columns = |line: &TaggedLine<Vec<Mark>>| line.tagged_strings().map(|piece| piece.s.width()).sum::<usize>();
    let over = laid.iter().map(columns).max().unwrap_or(0).saturating_sub(width);
    if (1..=MOST_OVER).contains(&over)
        && let Some(narrower) = guarded(|| render(tree, (width - over, least), links)).flatten()
    {
        return Some(narrower);
    }
    Some(laid)
}

/// `least` is the width that a text in a cell gets at least.
fn render(tree: &RcDom, (width, least): (usize, usize), links: &Rc<RefCell<LinkNumbers>>) -> Option<Rendered> {
    let decorator = Decorator { links: Rc::clone(links), open: Rc::default(), count: Rc::default() };
    let config = config::with_decorator(decorator).allow_width_overflow().use_doc_css().no_table_borders();
    let config = if least > 0 { config.min_wrap_width(least) } else { config };
    config.render_to_lines(config.dom_to_render_tree(tree).ok()?, width).ok()
}

/// What html2text says about a piece of text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Mark {
    #[default]
    Plain,
    Strong,
    Emphasis,
    Verbatim,
    Link(LinkMark),
}

/// A link in the text. The layout joins pieces with equal marks, and each link is to stay a piece of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LinkMark {
    /// Among all links in the order of the text.
    place: usize,
    /// Its number, where there was one left.
    number: Option<usize>,
}

#[derive(Debug, Clone)]
struct Decorator {
    links: Rc<RefCell<LinkNumbers>>,
    /// The links that are open, innermost last.
    open: Rc<RefCell<Vec<Option<usize>>>>,
    /// How many links there were so far.
    count: Rc<Cell<usize>>,
}

impl TextDecorator for Decorator {
    type Annotation = Mark;

    fn decorate_link_start(&mut self, url: &str) -> (String, Mark) {
        let number = self.links.borrow_mut().number(url);
        self.open.borrow_mut().push(number);
        let place = self.count.get();
        self.count.set(place + 1);
        (String::new(), Mark::Link(LinkMark { place, number }))
    }

    fn decorate_link_end(&mut self) -> String {
        self.open.borrow_mut().pop().flatten().map(suffix).unwrap_or_default()
    }

    fn decorate_em_start(&self) -> (String, Mark) {
        (String::new(), Mark::Emphasis)
    }

    fn decorate_em_end(&self) -> String {
        String::new()
    }

    fn decorate_strong_start(&self) -> (String, Mark) {
        (String::new(), Mark::Strong)
    }

    fn decorate_strong_end(&self) -> String {
        String::new()
    }

    fn decorate_strikeout_start(&self) -> (String, Mark) {
        (String::new(), Mark::Plain)
    }

    fn decorate_strikeout_end(&self) -> String {
        String::new()
    }

    fn decorate_code_start(&self) -> (String, Mark) {
        (String::new(), Mark::Plain)
    }

    fn decorate_code_end(&self) -> String {
        String::new()
    }

    fn decorate_preformat_first(&self) -> Mark {
        Mark::Verbatim
    }

    fn decorate_preformat_cont(&self) -> Mark {
        Mark::Verbatim
    }

    fn decorate_image(&mut self, _: &str, title: &str) -> (String, Mark) {
        (format!("[{}]", title.trim()), Mark::Plain)
    }

    fn header_prefix(&self, _: usize) -> String {
        HEADING.to_string()
    }

    fn quote_prefix(&self) -> String {
        format!("{QUOTE} ")
    }

    fn unordered_item_prefix(&self) -> String {
        "* ".to_owned()
    }

    fn ordered_item_prefix(&self, place: i64) -> String {
        format!("{place}. ")
    }

    fn make_subblock_decorator(&self) -> Self {
        self.clone()
    }
}

fn suffix(number: usize) -> String {
    format!(" [{number}]")
}

fn put(layout: &mut Layout, rendered: &Rendered) {
    for line in rendered {
        if layout.full() {
            layout.note_cut("text");
            break;
        }
        let (kind, hang, spans) = read(line);
        if spans.iter().all(|(text, _)| text.trim().is_empty()) && !matches!(kind, LineKind::Quote(_)) {
            layout.gap();
        } else {
            layout.paragraph(kind, hang, &spans);
        }
    }
}

/// One line of html2text's as ours.
fn read(line: &TaggedLine<Vec<Mark>>) -> (LineKind, usize, Vec<(String, TextStyle)>) {
    let (mut quotes, mut heading, mut verbatim, mut begun) = (0u8, false, false, false);
    let mut spans: Vec<(String, TextStyle)> = Vec::new();
    for piece in line.tagged_strings() {
        let mut text = piece.s.as_str();
        while !begun {
            if let Some(rest) = text.strip_prefix(QUOTE) {
                quotes = quotes.saturating_add(1);
                text = rest.strip_prefix(' ').unwrap_or(rest);
            } else if let Some(rest) = text.strip_prefix(HEADING) {
                heading = true;
                text = rest;
            } else {
                begun = !text.is_empty();
                break;
            }
        }
        // Quotes within lists and tables keep their mark where they stand.
        let text = text.replace(QUOTE, ">").replace(HEADING, "").replace(BLANK, " ");
        if text.is_empty() {
            continue;
        }
        verbatim |= piece.tag.contains(&Mark::Verbatim);
        let leads =
            piece.tag.iter().rev().find_map(|mark| if let Mark::Link(it) = mark { Some(it.number) } else { None });
        match leads {
            Some(Some(number)) => {
                let end = suffix(number);
                let added = text.strip_suffix(end.as_str()).or_else(|| text.strip_suffix(end.trim_start()));
                let visible = added.unwrap_or(&text);
                spans.push((visible.to_owned(), TextStyle::Link));
                if let Some(end) = text.get(visible.len()..).filter(|end| !end.is_empty()) {
                    spans.push((end.to_owned(), TextStyle::Added));
                }
            }
            _ if piece.tag.contains(&Mark::Strong) => spans.push((text, TextStyle::Strong)),
            _ if piece.tag.contains(&Mark::Emphasis) => spans.push((text, TextStyle::Emphasis)),
            _ => spans.push((text, TextStyle::Plain)),
        }
    }
    if let Some((last, _)) = spans.last_mut() {
        last.truncate(last.trim_end_matches(' ').len());
    }
    spans.retain(|(text, _)| !text.is_empty());
    let kind = match (quotes, heading, verbatim) {
        (1.., ..) => LineKind::Quote(quotes),
        (_, true, _) => LineKind::Heading,
        (.., true) => LineKind::Verbatim,
        _ => LineKind::Text,
    };
    let indent = spans.first().map_or(0, |(text, _)| text.len() - text.trim_start_matches(' ').len());
    (kind, indent, spans)
}

#[cfg(test)]
mod tests {
    use super::{Showing, lay};
    use crate::domain::letter::{LetterLine, LetterLink, LineKind};
    use crate::mail::letter::layout::Layout;

    fn letter(html: &str) -> (Vec<(LineKind, String)>, Vec<LetterLink>) {
        let mut layout = Layout::new(40);
        lay(&mut layout, html, Showing::Seen);
        let (laid, links, _) = layout.finish();
        let text = |line: &LetterLine| line.spans.iter().map(|span| span.text.as_str()).collect();
        (laid.iter().map(|line| (line.kind, text(line))).collect(), links)
    }

    fn texts(html: &str) -> Vec<String> {
        letter(html).0.into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn structure_is_kept() {
        let (lines, _) = letter(
            "<h1>Title</h1><p>One <b>two</b></p><ul><li>a<li>b</ul><blockquote type=cite>said<blockquote>deep</blockquote></blockquote>\
             <pre>x  y\n  z</pre>",
        );
        let kinds: Vec<_> = lines.iter().filter(|(_, text)| !text.trim().is_empty()).cloned().collect();
        let text = |text: &str| text.to_owned();
        assert_eq!(
            kinds,
            [
                (LineKind::Heading, text("Title")),
                (LineKind::Text, text("One two")),
                (LineKind::Text, text("* a")),
                (LineKind::Text, text("* b")),
                (LineKind::Quote(1), text("> said")),
                (LineKind::Quote(1), text("> ")),
                (LineKind::Quote(2), text("> > deep")),
                (LineKind::Verbatim, text("x  y")),
                (LineKind::Verbatim, text("  z")),
            ]
        );
    }

    /// What a newsletter quotes is part of its text; only what is answered to is a quote.
    #[test]
    fn only_what_is_answered_to_is_a_quote() {
        let kinds = |html: &str| {
            letter(html)
                .0
                .into_iter()
                .filter(|(_, text)| !text.trim().is_empty())
                .map(|(kind, _)| kind)
                .collect::<Vec<_>>()
        };
        let (text, quote) = (LineKind::Text, LineKind::Quote(1));
        assert_eq!(kinds("<p>She says:</p><blockquote>one<br>two</blockquote><p>end"), [text, text, text, text]);
        assert_eq!(kinds("<blockquote class='pull-quote'>one<blockquote>two</blockquote></blockquote>"), [text, text]);
        assert_eq!(texts("<p>a</p><blockquote>one</blockquote>").last().unwrap(), "  one");
        for cited in ["type='CITE'", "class='x gmail_quote'", "cite='mid:1@a.example'", "class='protonmail_quote'"] {
            assert_eq!(kinds(&format!("<p>x</p><blockquote {cited}>one</blockquote>")), [text, quote], "{cited}");
        }
        let wrote =
            "<p>On Mon, 23 Nov 2026 at 10:12, Ann &lt;ann@example.org&gt; wrote:<br></p><blockquote>one</blockquote>";
        assert_eq!(kinds(wrote).last(), Some(&quote));
    }

    #[test]
    fn links_are_numbered_and_cautions_given() {
        let (laid, links) = letter(
            "<p><a href='https://a.example/'>here</a>, <a href='https://evil.example/x'>https://bank.example</a> and \
             <a href='javascript:x'>no</a></p>",
        );
        let all = laid.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" ");
        assert_eq!(all, "here [1], https://bank.example [2] and no [3]");
        assert_eq!(links[0].caution, None);
        assert!(links[1].caution.as_ref().unwrap().as_str().contains("it goes to evil.example"));
        assert!(links[2].caution.is_some());
    }

    #[test]
    fn what_is_hidden_stays_hidden_and_images_are_their_words() {
        assert_eq!(texts("<span style='display:none'>H1</span><span hidden>H2</span>shown"), ["shown"]);
        assert_eq!(texts("<img alt='a cat' src='http://127.0.0.1:9/x'><img src='y'>"), ["[a cat]"]);
        assert!(texts("one&#27;[2Jtwo")[0].chars().all(|c| !c.is_control()));
    }

    #[test]
    fn what_breaks_the_layout_is_shown_without_it() {
        assert_eq!(texts("<table><td colspan=3 >one<td rowspan=2>two").join(" ").split_whitespace().count(), 2);
        let deep = format!("{}deep{}", "<div>".repeat(5_000), "</div>".repeat(5_000));
        assert_eq!(texts(&deep), ["deep"]);
    }
}
