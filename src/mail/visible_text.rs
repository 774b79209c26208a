//! The text of a message as the reader shows it, without its layout: what the search finds and the rules ask.

use super::body::{Piece, Pieces};
use super::flowed::unflowed;
use super::header::{Header, unfold};
use super::{charset, encoded_word, html};
use crate::domain::limits::{PARTS_SHOWN, SEARCHABLE_BYTES};

pub(super) fn text(pieces: &Pieces<'_, '_>) -> String {
    let mut text = String::new();
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
            text.push_str(charset::cut(&html::text(&piece.text), room));
        } else {
            text.push_str(charset::cut(&plain(piece), room));
        }
    }
    text
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
