//! A message's attachments: what it brings besides its text.

use super::content_field::file_name;
use super::part::{MimePart, MimeParts};
use crate::domain::envelope::Attachment;
use crate::domain::limits::{NAME_BYTES, PARTS_SHOWN};

/// The parts that count as attachments, in order: those that say so or have a name, and whatever is no text.
pub(super) fn parts<'p, 'a>(parts: &'p MimeParts<'a>) -> impl Iterator<Item = &'p MimePart<'a>> {
    let inner = move |part: &MimePart<'_>| {
        // What is within an attached message belongs to it.
        let mut above = part.parent;
        while let Some(container) = above.and_then(|place| parts.list.get(place)) {
            if container.kind.value.starts_with("message/") {
                return true;
            }
            above = container.parent;
        }
        false
    };
    parts
        .list
        .iter()
        .enumerate()
        .filter(move |(place, part)| counts(part, *place) && !inner(part))
        .map(|(_, part)| part)
}

fn counts(part: &MimePart<'_>, place: usize) -> bool {
    let kind = part.kind.value.as_str();
    if kind.starts_with("multipart/") {
        return false;
    }
    if part.disposition.as_ref().is_some_and(|it| it.is("attachment")) {
        return !(place == 0 && matches!(kind, "text/plain" | "text/html") && name(part).is_empty());
    }
    if !name(part).is_empty() {
        return true;
    }
    let unseen = matches!(
        kind,
        "application/pgp-encrypted"
            | "application/pgp-signature"
            | "application/pkcs7-signature"
            | "application/x-pkcs7-signature"
            | "message/delivery-status"
            | "message/disposition-notification"
            | "message/partial"
            | "message/external-body"
            | "text/x-amp-html"
    );
    let text = kind.starts_with("text/")
        && !matches!(kind, "text/calendar" | "text/vcard" | "text/x-vcard" | "text/directory" | "text/rtf");
    !text && !unseen
}

pub(super) fn name(part: &MimePart<'_>) -> String {
    let name = file_name(&part.kind, part.disposition.as_ref());
    super::charset::cut(&name, NAME_BYTES).to_owned()
}

/// The facts of the attachments; the second value is false where there were too many to list.
pub(super) fn list(all: &MimeParts<'_>) -> (Vec<Attachment>, bool) {
    let mut list = Vec::new();
    for part in parts(all) {
        if list.len() == PARTS_SHOWN {
            return (list, false);
        }
        let size = if part.container { part.bytes.len() } else { part.encoding.decoded_size(part.bytes) };
        list.push(Attachment { name: name(part), kind: part.kind.value.clone(), size: size as u64 });
    }
    (list, true)
}

#[cfg(test)]
mod tests {
    use super::super::{header, part};
    use super::list;

    #[test]
    fn named_parts_and_what_is_no_text_are_attachments() {
        let text = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: image/png\n\
                    Content-Transfer-Encoding: base64\n\naGVsbG8K\n--b\nContent-Type: text/x-patch; name=fix.patch\n\n+a\n--b\n\
                    Content-Type: message/rfc822\n\nContent-Type: image/gif; name=inner.gif\n\nGIF\n--b--";
        let (header, body) = header::split(text.as_bytes(), |_| false);
        let parts = part::walk(&header, &text.as_bytes()[body..]);
        let (found, whole) = list(&parts);
        let found: Vec<_> = found.iter().map(|it| (it.name.as_str(), it.kind.as_str(), it.size)).collect();
        assert_eq!(found, [("", "image/png", 6), ("fix.patch", "text/x-patch", 2), ("", "message/rfc822", 44)]);
        assert!(whole);
    }
}
