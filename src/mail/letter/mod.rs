//! A message laid out for reading.
//!
//! Everything that ends on a screen passes through `Printable` after all decoding. The lines fit the width; a quote's
//! lines carry their `> `, so that a view draws lines as they are. Links are numbered `[1]` behind their text, the
//! numbers being places in the letter's list of links.

mod html;
mod layout;
mod link;
mod style;
mod tangle;
mod text;
mod top;
mod unseen;

use std::panic::{AssertUnwindSafe, catch_unwind};

use self::layout::Layout;
use super::body::{Piece, Pieces};
use super::envelope::Envelope;
use super::header::{self, unfold};
use super::parse::{around, body_defects};
use super::part::{self, Parts};
use super::{attached, charset, file_name, word};
use crate::domain::defect::Defect;
use crate::domain::ids::Id;
use crate::domain::letter::{Attached, Body, Letter, LineKind, Look};
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
    let mut envelope = Envelope::read(&header, around(&parts));
    for defect in body_defects(&header, &parts, &pieces) {
        if !envelope.defects.contains(&defect) {
            envelope.defects.push(defect);
        }
    }
    let html = match body {
        Some(Body::Html | Body::HtmlOfBoth) => true,
        Some(Body::Text | Body::TextOfBoth | Body::None) => false,
        None => pieces.both() && !pieces.text_suffices(),
    };
    let shown = match (pieces.both(), html) {
        (true, false) => Body::TextOfBoth,
        (true, true) => Body::HtmlOfBoth,
        (false, _) if pieces.is_empty() => Body::None,
        (false, _) if pieces.any_html() => Body::Html,
        (false, _) => Body::Text,
    };
    let mut layout = Layout::new(width.max(NARROWEST));
    for (number, piece) in pieces.chosen(html).enumerate() {
        if layout.full() || number >= PARTS_SHOWN {
            layout.note_cut("text");
            break;
        }
        if number > 0 {
            layout.gap();
        }
        lay(&mut layout, piece);
    }
    let attachments = listed(&parts);
    let (laid, links, cut) = layout.finish();
    let cautions = links.iter().enumerate().filter_map(|(place, link)| {
        let caution = link.caution.as_ref().filter(|it| it.as_str().starts_with("the text says"))?;
        Some(Printable::from(format!("careful: link [{}]: {caution}", place + 1)))
    });
    let mut notes: Vec<Printable> = envelope.defects.iter().map(|defect| Printable::from(defect.to_string())).collect();
    notes.extend(top::notes(&envelope));
    notes.extend(cautions.take(5));
    if let Some(cut) = cut {
        notes.push(Printable::from(Defect::Cut(cut).to_string()));
    }
    Letter {
        id,
        width,
        from_name: Printable::from(charset::cut(&envelope.from.name, 512)),
        from_address: Printable::address(charset::cut(&envelope.from.address, 512)),
        headers: top::lines(&envelope, width),
        subject: top::subject(&envelope.subject),
        lines: laid,
        links,
        attachments,
        notes,
        body: shown,
    }
}

/// One attachment by its place in the letter's list: a name that is safe to write, and its bytes, decoded.
#[must_use]
pub fn attachment(raw: &[u8], place: usize) -> Option<(String, Vec<u8>)> {
    let (header, at) = header::split(raw, |_| false);
    let parts = part::walk(&header, raw.get(at..).unwrap_or_default());
    let part = attached::parts(&parts).nth(place)?;
    let name = file_name::clean(&attached::name(part), &part.kind.value, place);
    let bytes = if part.container { part.bytes.to_vec() } else { part.encoding.decode(part.bytes).0.into_owned() };
    Some((name, bytes))
}

fn lay(layout: &mut Layout, piece: &Piece<'_, '_>) {
    if let Some(message) = piece.message {
        for (name, called) in [("from", "From"), ("date", "Date"), ("subject", "Subject")] {
            if let Some(value) = message.first(name) {
                let value = word::decode(charset::cut(&charset::guess(&unfold(value), None), 1_024));
                layout.paragraph(LineKind::Text, 0, &[(format!("{called}: "), Look::Added), (value, Look::Strong)]);
            }
        }
        layout.gap();
    }
    if piece.html {
        html::lay(layout, &piece.text);
    } else {
        text::lay(layout, &piece.text, text::Flow::of(&piece.part.kind));
    }
}

fn listed(parts: &Parts<'_>) -> Vec<Attached> {
    let (list, _) = attached::list(parts);
    let shown = list.into_iter().take(PARTS_SHOWN).enumerate();
    shown
        .map(|(place, it)| Attached {
            name: Printable::file_name(&file_name::clean(&it.name, &it.kind, place)),
            kind: Printable::from(charset::cut(&it.kind, 80)),
            size: it.size,
        })
        .collect()
}

/// Runs what an outside library does with a message's bytes; its panic is an answer like another.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}
