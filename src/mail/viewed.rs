//! Parts of a message as plain text: every header field, the source, an attachment that is text.

use super::letter::attachment;
use super::{attachments, charset, encoded_word, header, html, invitation, part, vcard};
use crate::domain::limits::{HEADER_BLOCK_BYTES, SEARCHABLE_BYTES};

/// So much of a file is looked at to tell text from other bytes.
const LOOKED_AT: usize = 4 * 1024;

/// Every header field in its order, unfolded, its encoded words decoded.
#[must_use]
pub fn header_text(raw: &[u8]) -> String {
    let (_, body) = header::split(raw, |_| false);
    let block = raw.get(..body.min(HEADER_BLOCK_BYTES)).unwrap_or(raw);
    let mut out = String::new();
    let mut field = String::new();
    for line in charset::decode(block, None).0.lines() {
        if line.starts_with([' ', '\t']) && !field.is_empty() {
            field.push_str(line);
            continue;
        }
        put(&field, &mut out);
        line.clone_into(&mut field);
    }
    put(&field, &mut out);
    out
}

fn put(field: &str, out: &mut String) {
    if !field.trim().is_empty() {
        out.push_str(&encoded_word::decode(field));
        out.push('\n');
    }
}

/// The message as it was sent, as text; the second value tells whether there is more of it than is shown.
#[must_use]
pub fn source_text(raw: &[u8]) -> (String, bool) {
    shown(raw, None)
}

/// An attachment, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedFile {
    /// A name that is safe to write.
    pub name: String,
    /// Its media type (RFC 2046), in small letters.
    pub kind: String,
    pub bytes: Vec<u8>,
    charset: Option<String>,
}

/// The attachment of this place, counted from 0 as in the letter's list.
#[must_use]
pub fn attached_file(raw: &[u8], place: usize) -> Option<AttachedFile> {
    let (head, at) = header::split(raw, |_| false);
    let parts = part::walk(&head, raw.get(at..).unwrap_or_default());
    let part = attachments::parts(&parts).nth(place)?;
    let (kind, charset) = (part.kind.value.clone(), part.kind.parameter("charset").map(str::to_owned));
    let (name, bytes) = attachment(raw, place)?;
    Some(AttachedFile { name, kind, bytes, charset })
}

impl AttachedFile {
    /// It as text, where it is text of any kind; the second value tells whether there is more of it than is shown.
    #[must_use]
    pub fn text(&self) -> Option<(String, bool)> {
        if !self.is_text() {
            return None;
        }
        let (text, more) = shown(&self.bytes, self.charset.as_deref());
        let told = match self.kind.as_str() {
            "text/html" => html::text(&text),
            "text/calendar" | "application/ics" => invitation::words(&text),
            "text/vcard" | "text/x-vcard" | "text/directory" => vcard::words(&text),
            _ => String::new(),
        };
        Some((if told.trim().is_empty() { text } else { told }, more))
    }

    /// Whether it says so; where it says nothing of use, whether its beginning has none of the bytes that text never has.
    fn is_text(&self) -> bool {
        let kind = self.kind.as_str();
        let said = kind.starts_with("text/") && kind != "text/rtf" || kind.starts_with("message/");
        let wide = self.charset.as_deref().is_some_and(|name| name.to_ascii_lowercase().starts_with("utf-16"));
        let beginning = self.bytes.get(..LOOKED_AT).unwrap_or(&self.bytes);
        let control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B);
        let clean = wide || !beginning.iter().any(control);
        let valid = match std::str::from_utf8(beginning) {
            Ok(_) => true,
            // A letter may be cut at the end of what is looked at.
            Err(error) => error.error_len().is_none(),
        };
        let binary = ["image/", "audio/", "video/", "font/"].iter().any(|kind| self.kind.starts_with(kind));
        clean && (said || valid && !binary && !beginning.starts_with(b"%PDF"))
    }
}

fn shown(bytes: &[u8], charset: Option<&str>) -> (String, bool) {
    let cut = bytes.get(..SEARCHABLE_BYTES).unwrap_or(bytes);
    (charset::decode(cut, charset).0, cut.len() < bytes.len())
}

#[cfg(test)]
mod tests {
    use super::{attached_file, header_text, source_text};

    #[test]
    fn every_header_field_is_told_on_one_line_and_decoded() {
        let mail = b"Received: from a\r\n\tby b\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nX-Odd:\r\n\r\nNot: this\r\n";
        assert_eq!(header_text(mail), "Received: from a\tby b\nSubject: Grüße\nX-Odd:\n");
        assert_eq!(source_text(mail), (String::from_utf8(mail.to_vec()).unwrap(), false));
        let long = vec![b'a'; 2 * 1024 * 1024];
        assert!(source_text(&long).1);
    }

    #[test]
    fn an_attachment_is_text_by_its_kind_or_by_its_bytes() {
        let mail = |kind: &str, body: &str| {
            format!(
                "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: {kind}\nContent-Disposition: \
                 attachment; filename=x\n\n{body}\n--b--\n"
            )
        };
        let text = |kind: &str, body: &str| attached_file(mail(kind, body).as_bytes(), 0).unwrap().text();
        assert_eq!(text("text/x-patch", "+a"), Some(("+a".into(), false)));
        assert_eq!(text("application/octet-stream", "plain ü"), Some(("plain ü".into(), false)));
        assert_eq!(text("application/json", "{}"), Some(("{}".into(), false)));
        assert_eq!(text("text/html", "<p>a<script>b</script></p>").unwrap().0.trim(), "a");
        assert_eq!(text("application/octet-stream", "a\0b"), None);
        assert_eq!(text("application/pdf", "%PDF-1.7"), None);
        assert_eq!(text("image/png", "abc"), None);
        assert_eq!(attached_file(mail("text/plain", "a").as_bytes(), 1), None);
    }
}
