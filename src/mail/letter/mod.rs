//! A message laid out for reading.
//!
//! Everything that ends on a screen passes through `Printable` after all decoding. The lines fit the width; a quote's
//! lines carry their `> `, so that a view draws lines as they are. Links are numbered `[1]` behind their text, the
//! numbers being places in the letter's list of links.

mod armour;
mod header_rows;
mod host;
mod html;
mod layout;
mod link;
mod reflow;
mod sanitize;
mod tables;
mod text;
mod tree;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use self::host::registrable;
use self::layout::Layout;
use super::body::{Piece, Pieces};
use super::flowed::Flow;
use super::header;
use super::html::Showing;
use super::parse::{around, body_defects};
use super::parsed_header::ParsedHeader;
use super::part::{self, MimeParts};
use super::{attachments, charset, file_name, invitation, visible_text};
use crate::domain::defect::Defect;
use crate::domain::envelope::is_calendar;
use crate::domain::ids::Id;
use crate::domain::invitation::Invitation;
use crate::domain::letter::{Attached, Body, Letter, LineKind, TextStyle};
use crate::domain::limits::{MESSAGE_BYTES, PARTS_SHOWN};
use crate::domain::printable::Printable;

/// Narrower than this nothing can be read; a view cuts what passes its edge.
const NARROWEST: u16 = 20;

/// Lays a message out for a width in columns. `body` is the wish where there is a choice; without one the text is
/// shown, unless it says much less than the HTML.
#[must_use]
pub fn letter(id: Id, raw: &[u8], width: u16, body: Option<Body>) -> Letter {
    let raw = raw.get(..MESSAGE_BYTES).unwrap_or(raw);
    let (header, at) = header::split(raw, |_| false);
    let parts = part::walk(&header, raw.get(at..).unwrap_or_default());
    let pieces = Pieces::of(&parts);
    let mut envelope = ParsedHeader::read(&header, around(&parts));
    for defect in body_defects(&header, &parts, &pieces) {
        if !envelope.defects.contains(&defect) {
            envelope.defects.push(defect);
        }
    }
    let html = match body {
        Some(Body::Html | Body::HtmlOfBoth | Body::Whole) => true,
        Some(Body::Text | Body::TextOfBoth | Body::None) => false,
        None => pieces.shows_html(),
    };
    let showing = if body == Some(Body::Whole) { Showing::Hidden } else { Showing::Seen };
    let shown = match (pieces.both(), html) {
        _ if body == Some(Body::Whole) && pieces.any_html() => Body::Whole,
        (true, false) => Body::TextOfBoth,
        (true, true) => Body::HtmlOfBoth,
        (false, _) if pieces.is_empty() => Body::None,
        (false, _) if pieces.any_html() => Body::Html,
        (false, _) => Body::Text,
    };
    let invitation = invitation::found(&header, &parts);
    let mut layout = Layout::new(width.max(NARROWEST));
    let mut hidden = 0;
    for (number, piece) in pieces.chosen(html).enumerate() {
        if layout.full() || number >= PARTS_SHOWN {
            layout.note_cut("text");
            break;
        }
        if number > 0 {
            layout.gap();
        }
        hidden += lay(&mut layout, piece, text_of(piece, invitation.as_ref()), showing);
    }
    let attachments = listed(&parts);
    let (laid, links, cut) = layout.finish();
    let cautions = links.iter().enumerate().filter_map(|(place, link)| {
        let caution = link.caution.as_ref().filter(|it| link::contradicts(it))?;
        Some(Printable::from(format!("careful: link [{}]: {caution}", place + 1)))
    });
    let mut notes: Vec<Printable> = envelope.defects.iter().map(|defect| Printable::from(defect.to_string())).collect();
    notes.extend(header_rows::notes(&envelope));
    notes.extend(cautions.take(5));
    if hidden > 0 {
        let words = if hidden == 1 { "1 word".to_owned() } else { format!("{hidden} words") };
        notes.push(Printable::from(format!("{words} that the page hides left out")));
    }
    let empty = Printable::from(Defect::Empty.to_string());
    if laid.is_empty() && shown != Body::None && attachments.is_empty() && !notes.contains(&empty) {
        notes.push(empty);
    }
    if let Some(cut) = cut {
        notes.push(Printable::from(Defect::Cut(cut).to_string()));
    }
    Letter {
        id,
        width,
        from_name: Printable::from(charset::cut(&envelope.from.name, 512)),
        from_address: Printable::address(charset::cut(&envelope.from.address, 512)),
        headers: header_rows::lines(&envelope, width),
        subject: header_rows::subject(&envelope.subject),
        lines: laid,
        links,
        attachments,
        notes,
        body: shown,
        hidden,
        invitation: invitation.map(|it| Box::new(it.into())),
    }
}

/// One attachment by its place in the letter's list: a name that is safe to write, and its bytes, decoded.
#[must_use]
pub fn attachment(raw: &[u8], place: usize) -> Option<(String, Vec<u8>)> {
    let (header, at) = header::split(raw, |_| false);
    let parts = part::walk(&header, raw.get(at..).unwrap_or_default());
    let part = attachments::parts(&parts).nth(place)?;
    let name = file_name::clean(&attachments::name(part), &part.kind.value, place);
    let bytes = if part.container { part.bytes.to_vec() } else { part.encoding.decode(part.bytes).0.into_owned() };
    Some((name, bytes))
}

/// The text of a piece. Of an invitation that is a card, what the card does not tell.
fn text_of<'t>(piece: &'t Piece<'_, '_>, invitation: Option<&'t Invitation>) -> &'t str {
    let told = invitation.filter(|it| it.others == 0 && is_calendar(&piece.part.kind.value, ""));
    told.map_or(&piece.text, |invitation| &invitation.description)
}

/// Lays out one piece with its text. Tells how many words of it were left out because it hides them.
fn lay(layout: &mut Layout, piece: &Piece<'_, '_>, text: &str, showing: Showing) -> usize {
    if let Some(message) = piece.message {
        for (called, value) in visible_text::heading(message) {
            layout.paragraph(
                LineKind::Text,
                0,
                &[(format!("{called}: "), TextStyle::Added), (value, TextStyle::Strong)],
            );
        }
        layout.gap();
    }
    if piece.html {
        return html::lay(layout, text, showing);
    }
    text::lay(layout, text, Flow::of(&piece.part.kind));
    0
}

fn listed(parts: &MimeParts<'_>) -> Vec<Attached> {
    let (list, _) = attachments::list(parts);
    let shown = list.into_iter().take(PARTS_SHOWN).enumerate();
    shown
        .map(|(place, it)| Attached {
            name: Printable::file_name(&file_name::clean(&it.name, &it.kind, place)),
            kind: Printable::from(charset::cut(&it.kind, 80)),
            size: it.size,
        })
        .collect()
}

/// Runs an outside library on a message's bytes. A panic in it becomes an error value.
pub(in crate::mail) fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}
