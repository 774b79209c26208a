//! What is seen of HTML. The reader, the search and the rules all use this one reading of a page.
//!
//! A page is cut into tags and text, its style sheets are gathered, and then it is walked through once. Whoever wants
//! something of it is a `Page` and hears, in order, of each element and each text that a browser would show. Nothing else
//! decides what is shown, so what is read is what is found.

mod computed_style;
mod css;
mod entities;
mod style;
mod tag;
mod tokens;
mod walk;
mod words;

pub(super) use self::tag::Tag;
pub(super) use self::walk::{ElementStart, PageVisitor, Showing, walk};
pub(super) use self::words::begins_as_page;
use self::words::{LetterCount, TextCollector};
use crate::domain::limits::SEARCHABLE_BYTES;

/// Stands before and behind what is struck out.
pub(super) const STRUCK: &str = "~";

/// The text of a page that is seen, without its layout: blocks on lines of their own, pictures by their words.
pub(super) fn text(html: &str) -> String {
    text_and_links(html).0
}

/// The same, and whether a link that is seen leads to a page of the web.
pub(super) fn text_and_links(html: &str) -> (String, bool) {
    let mut words = TextCollector::new(SEARCHABLE_BYTES);
    walk(html, Showing::Seen, &mut words);
    let links = words.links;
    (words.finish(), links)
}

/// The same with what the page hides.
pub(super) fn text_with_hidden(html: &str) -> String {
    let mut words = TextCollector::new(SEARCHABLE_BYTES);
    walk(html, Showing::Hidden, &mut words);
    words.finish()
}

/// A page without its `link` elements. Everything else stands in it as it was written.
pub(super) fn without_links(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut at = 0;
    for token in tokens::tokens(html).into_iter().filter(|token| token.kind == tokens::TokenKind::Open) {
        let (from, to) = (token.from as usize, token.to as usize);
        if html.get(from..to).is_some_and(|tag| tokens::name(tag).eq_ignore_ascii_case("link")) {
            out.push_str(html.get(at..from).unwrap_or_default());
            at = to;
        }
    }
    out.push_str(html.get(at..).unwrap_or_default());
    out
}

/// How many letters and digits of a page are seen, as far as `enough`.
pub(super) fn letters(html: &str, enough: usize) -> usize {
    let mut count = LetterCount::new(enough);
    walk(html, Showing::Seen, &mut count);
    count.found
}

#[cfg(test)]
mod tests;
