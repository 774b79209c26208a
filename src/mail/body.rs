//! Which parts of a message are its text, in which order, and which stand in for each other.

use std::collections::BTreeMap;

use super::charset::DecodeResult;
use super::header::Header;
use super::part::{MimePart, MimeParts};
use super::{charset, html, invitation, rtf, vcard};
use crate::domain::defect::Defect;
use crate::domain::limits::TEXT_BYTES;

/// One readable part.
#[derive(Debug)]
pub(super) struct Piece<'p, 'a> {
    pub(super) part: &'p MimePart<'a>,
    pub(super) html: bool,
    /// Decoded.
    pub(super) text: String,
    /// The number of its multipart/alternative (RFC 2046 §5.1.4): pieces with the same number are versions of one text.
    group: Option<usize>,
    /// The header of the attached message that begins with this piece.
    pub(super) message: Option<&'p Header<'a>>,
}

/// The readable parts, with what was wrong in decoding them.
#[derive(Debug, Default)]
pub(super) struct Pieces<'p, 'a> {
    list: Vec<Piece<'p, 'a>>,
    /// For each group of alternatives: whether it has a text version, and whether it has an HTML version, that is not empty.
    groups: BTreeMap<usize, (bool, bool)>,
    pub(super) defects: Vec<Defect>,
}

impl<'p, 'a> Pieces<'p, 'a> {
    pub(super) fn of(parts: &'p MimeParts<'a>) -> Self {
        let mut pieces = Self::default();
        // A header waits for the first readable piece below it.
        let mut message = None;
        for (place, part) in parts.list.iter().enumerate() {
            if shut(parts, part) {
                continue;
            }
            message = part.message.as_ref().or(message);
            let alone = parts.list.len() == 1;
            let group = alternative(parts, place);
            if part.container || !readable(part, group.is_some(), alone) {
                continue;
            }
            let (text, defect) = decode(part);
            pieces.defects.extend(defect);
            let html = part.kind.is("text/html") || begins_as_html(&text);
            if let Some(group) = group.filter(|_| !text.trim().is_empty()) {
                let forms = pieces.groups.entry(group).or_default();
                if html {
                    forms.1 = true;
                } else {
                    forms.0 = true;
                }
            }
            pieces.list.push(Piece { part, html, text, group, message: message.take() });
        }
        if pieces.is_empty() {
            pieces.tell_what_is_no_text(parts);
        }
        pieces.defects.dedup();
        pieces
    }

    /// The words of the invitation or the card, for a message that has no other text.
    fn tell_what_is_no_text(&mut self, parts: &'p MimeParts<'a>) {
        for part in parts.list.iter().filter(|part| !part.container && !shut(parts, part)) {
            let Some(words) = words_of(part) else { continue };
            let (whole, defect) = decode(part);
            let text = Some(words(&whole)).filter(|text| !text.is_empty()).unwrap_or(whole);
            // An invitation is often there twice, as a part and as a file.
            if text.trim().is_empty() || self.list.iter().any(|known| known.text == text) {
                continue;
            }
            self.defects.extend(defect);
            self.list.push(Piece { part, html: false, text, group: None, message: None });
        }
    }

    /// Whether the message has both a text version and an HTML version.
    pub(super) fn both(&self) -> bool {
        self.list.iter().any(|piece| !piece.html && self.has_sibling(piece))
    }

    /// Whether the HTML version is shown although there is a text version, because the text says much less.
    pub(super) fn shows_html(&self) -> bool {
        self.both() && !self.text_suffices()
    }

    /// Whether the text version is worth showing: it says about as much as the HTML one.
    fn text_suffices(&self) -> bool {
        let letters = |html: bool, enough: usize| -> usize {
            let chosen = self.list.iter().filter(|piece| piece.html == html && self.has_sibling(piece));
            let count = if html { html::letters } else { letters_of };
            chosen.fold(0, |found, piece| found + count(&piece.text, enough - found))
        };
        let text = letters(false, ENOUGH);
        text > 0 && (text >= ENOUGH || letters(true, text * 4 + 200) < text * 4 + 200)
    }

    pub(super) fn any_html(&self) -> bool {
        self.list.iter().any(|piece| piece.html)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.iter().all(|piece| piece.text.trim().is_empty())
    }

    /// The pieces to show, the HTML ones or the text ones where both say the same.
    pub(super) fn chosen(&self, html: bool) -> impl Iterator<Item = &Piece<'p, 'a>> {
        let said = |piece: &&Piece<'_, '_>| !piece.text.trim().is_empty();
        self.list.iter().filter(said).filter(move |piece| piece.html == html || !self.has_sibling(piece))
    }

    /// Whether the same text is also there in the other form.
    fn has_sibling(&self, piece: &Piece<'_, '_>) -> bool {
        let forms = piece.group.and_then(|group| self.groups.get(&group));
        forms.is_some_and(|(text, html)| if piece.html { *text } else { *html })
    }
}

/// Whether it is in an attached message, which is not shown.
fn shut(parts: &MimeParts<'_>, part: &MimePart<'_>) -> bool {
    let mut above = part.parent;
    while let Some(container) = above.and_then(|place| parts.list.get(place)) {
        let attached = container.disposition.as_ref().is_some_and(|it| it.is("attachment"));
        if attached && container.kind.value.starts_with("message/") {
            return true;
        }
        above = container.parent;
    }
    false
}

/// The innermost multipart/alternative around a part, within the message that the part belongs to.
fn alternative(parts: &MimeParts<'_>, place: usize) -> Option<usize> {
    let mut above = parts.list.get(place)?.parent;
    while let Some(at) = above {
        let container = parts.list.get(at)?;
        if container.kind.is("multipart/alternative") {
            return Some(at);
        }
        if container.kind.value.starts_with("message/") {
            return None;
        }
        above = container.parent;
    }
    None
}

fn readable(part: &MimePart<'_>, alternative: bool, alone: bool) -> bool {
    let kind = part.kind.value.as_str();
    let plain = matches!(kind, "text/plain" | "text/html");
    if part.disposition.as_ref().is_some_and(|it| it.is("attachment")) {
        return plain && alone;
    }
    let report = matches!(kind, "message/delivery-status" | "message/disposition-notification" | "message/partial");
    // Other kinds of text are readable as they are; but as one of several alternatives they are meant for a program.
    let text = kind.starts_with("text/") && !alternative;
    plain
        || report
        || text && !matches!(kind, "text/calendar" | "text/vcard" | "text/x-vcard" | "text/directory" | "text/rtf")
}

/// The function that makes words of a part that is meant for a program (a calendar, a card).
fn words_of(part: &MimePart<'_>) -> Option<fn(&str) -> String> {
    match part.kind.value.as_str() {
        "text/calendar" | "application/ics" => Some(invitation::words),
        "text/vcard" | "text/x-vcard" | "text/directory" => Some(vcard::words),
        "text/rtf" | "application/rtf" => Some(rtf::words),
        _ => None,
    }
}

fn decode(part: &MimePart<'_>) -> (String, Option<Defect>) {
    let cut = part.bytes.get(..TEXT_BYTES).unwrap_or(part.bytes);
    let (bytes, whole) = part.encoding.decode(cut);
    let sniffed = if part.kind.is("text/html") { meta_charset(&bytes) } else { None };
    let name = part.kind.parameter("charset").or(sniffed.as_deref());
    let (mut text, reading) = charset::decode(&bytes, name);
    let behind = part.encoding.behind(cut);
    if !behind.is_empty() && cut.len() == part.bytes.len() {
        let gap = if part.kind.is("text/html") { "<br>" } else { "\n" };
        text.push_str(gap);
        text.push_str(&charset::guess(behind, None));
    }
    let defect = if cut.len() < part.bytes.len() {
        Some(Defect::Cut("text"))
    } else if !whole {
        Some(Defect::BrokenEncoding)
    } else {
        let name = || charset::cut(name.unwrap_or_default(), 60).to_owned();
        match reading {
            DecodeResult::Fits => None,
            DecodeResult::Unknown => Some(Defect::UnknownCharset(name())),
            DecodeResult::Untrue => Some(Defect::UntrueCharset(name())),
        }
    };
    (text, defect)
}

/// The character set that an HTML document names within itself.
fn meta_charset(html: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(html.get(..1024).unwrap_or(html)).to_ascii_lowercase();
    let (_, after) = head.split_once("charset=")?;
    let name = after.trim_start_matches(['"', '\'']);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_')).unwrap_or(name.len());
    name.get(..end).filter(|name| !name.is_empty()).map(str::to_owned)
}

/// Some programs send HTML and call it text.
fn begins_as_html(text: &str) -> bool {
    let head = charset::cut(text.trim_start(), 64).to_ascii_lowercase();
    head.starts_with("<!doctype html") || head.starts_with("<html")
}

/// A text with at least so many letters counts as a version of its own.
const ENOUGH: usize = 160;

/// How many letters a text has, as far as `enough`.
fn letters_of(text: &str, enough: usize) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).take(enough).count()
}

#[cfg(test)]
mod tests {
    use super::super::{header, part};
    use super::Pieces;

    fn chosen(text: &str, html: bool) -> (Vec<String>, bool, bool) {
        let (header, body) = header::split(text.as_bytes(), |_| false);
        let parts = part::walk(&header, &text.as_bytes()[body..]);
        let pieces = Pieces::of(&parts);
        (pieces.chosen(html).map(|it| it.text.clone()).collect(), pieces.both(), pieces.text_suffices())
    }

    const BOTH: &str = "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nPlain words\n--b\nContent-Type: \
                        text/html\n\n<p>HTML words</p>\n--b\nContent-Type: text/x-amp-html\n\n<x>\n--b--\n";

    #[test]
    fn of_alternatives_one_is_chosen() {
        assert_eq!(chosen(BOTH, false), (vec!["Plain words".into()], true, true));
        assert_eq!(chosen(BOTH, true).0, ["<p>HTML words</p>"]);
    }

    #[test]
    fn a_stub_of_text_does_not_suffice() {
        let long = BOTH.replace("HTML words", &"many words ".repeat(100));
        assert!(!chosen(&long, false).2);
        assert_eq!(chosen(&BOTH.replace("Plain words", " "), false).0, ["<p>HTML words</p>"]);
    }

    #[test]
    fn a_letter_that_is_only_an_invitation_or_a_card_says_what_it_is() {
        let event = "BEGIN:VEVENT\nSUMMARY:Tide walk\nEND:VEVENT\n";
        let told = |text: &str| chosen(text, false).0;
        assert_eq!(told(&format!("Content-Type: text/calendar; method=REQUEST\n\n{event}")), ["Tide walk"]);
        let twice = format!(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\n \n--c\n\
             Content-Type: text/calendar\n\n{event}--c--\n--b\nContent-Type: application/ics; name=a.ics\nContent-Disposition: \
             attachment\n\n{event}--b--\n"
        );
        assert_eq!(told(&twice), ["Tide walk"]);
        assert_eq!(told("Content-Type: text/x-vcard\n\nBEGIN:VCARD\nFN:Ann\nEND:VCARD\n"), ["Ann"]);
        assert_eq!(told("Content-Type: text/directory\n\nsomething else\n"), ["something else\n"]);
        assert_eq!(told("Content-Type: application/rtf\n\n{\\rtf1 Hello}"), ["Hello"]);
        let beside = format!(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: text/calendar\n\n{event}--b--"
        );
        assert_eq!(told(&beside), ["plain"]);
    }

    #[test]
    fn parts_in_a_row_are_all_shown_and_attached_ones_are_not() {
        let text = "Content-Type: multipart/mixed; boundary=h\n\n--h\nContent-Type: text/html\n\n<b>x\n--h\n\nplain\n--h\n\
                    Content-Disposition: attachment\n\nno\n--h\nContent-Type: message/rfc822\n\nSubject: in\n\ninner\n--h\n\
                    Content-Type: message/rfc822\nContent-Disposition: attachment\n\nSubject: out\n\nouter\n--h--";
        assert_eq!(chosen(text, false), (vec!["<b>x".into(), "plain".into(), "inner".into()], false, false));
    }
}
