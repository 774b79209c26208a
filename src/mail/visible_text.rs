//! The text of a message as the reader shows it, without its layout: what the search finds and the rules ask.

use super::body::{Piece, Pieces};
use super::flowed::unflowed;
use super::header::{Header, unfold};
use super::{charset, encoded_word, html};
use crate::domain::limits::{PARTS_SHOWN, SEARCHABLE_BYTES};

#[derive(Debug, Default)]
pub(super) struct VisibleText {
    pub(super) text: String,
    /// Whether it has the address of a page of the web, or words that lead to one.
    pub(super) links: bool,
}

pub(super) fn text(pieces: &Pieces<'_, '_>) -> VisibleText {
    let (mut text, mut links) = (String::new(), false);
    for piece in pieces.chosen(pieces.shows_html()).take(PARTS_SHOWN) {
        if !text.is_empty() {
            text.push('\n');
        }
        for (_, value) in piece.message.into_iter().flat_map(heading) {
            text.push_str(&value);
            text.push('\n');
        }
        let room = SEARCHABLE_BYTES.saturating_sub(text.len());
        if piece.html {
            let (words, leads) = html::text_and_links(&piece.text);
            links |= leads;
            text.push_str(charset::cut(&words, room));
        } else {
            text.push_str(charset::cut(&plain(piece), room));
        }
    }
    let links = links || has_page(&text);
    VisibleText { text, links }
}

/// Whether the address of a page stands in a text.
fn has_page(text: &str) -> bool {
    text.match_indices("://").any(|(at, _)| {
        let scheme = |length: usize| at.checked_sub(length).and_then(|from| text.get(from..));
        ["https", "http"].iter().any(|name| scheme(name.len()).is_some_and(html::begins_as_page))
    })
}

fn plain<'p>(piece: &'p Piece<'_, '_>) -> std::borrow::Cow<'p, str> {
    unflowed(&piece.text, &piece.part.kind)
}

/// What is shown above a message within a message.
pub(super) fn heading(message: &Header<'_>) -> Vec<(&'static str, String)> {
    let fields = [("from", "From"), ("date", "Date"), ("subject", "Subject")];
    let value = |value| encoded_word::decode(charset::cut(&charset::guess(&unfold(value), None), 1_024));
    fields.into_iter().filter_map(|(name, called)| Some((called, value(message.first(name)?)))).collect()
}

#[cfg(test)]
mod tests {
    use crate::mail::parse;

    #[test]
    fn links_are_found_in_texts_and_behind_words() {
        let links = |body: &str| parse(format!("Subject: x\n{body}").as_bytes()).envelope.links;
        let html = |page: &str| links(&format!("Content-Type: text/html\n\n{page}"));
        assert!(links("\nsee HTTPS://a.example/x") && links("\n(http://a.example)"));
        assert!(!links("\nsee a.example, mailto:a@b.example or ftp://a.example") && !links("\n://"));
        assert!(html("<p>read <a href=' https://a.example'>this</a>"));
        assert!(!html("<p>read <a href='mailto:a@b.example'>this</a>") && !html("<a href='#top'>up</a>"));
        assert!(!html("<div hidden><a href='https://a.example'>this</a></div>text"));
    }
}
