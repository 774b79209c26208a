//! The HTML of a message as a page for a browser that loads nothing from outside.
//!
//! Nothing of the letter's HTML is trusted, and none of it is judged. It stands in a page of our own, as the text of a frame
//! (`srcdoc`). The browser itself keeps two rules there: the frame is a sandbox without any permission, so it runs no script,
//! sends no form, opens nothing and is not refreshed to another address; and the policy of our page, which the frame inherits
//! (Content Security Policy Level 3, §7.8), allows styles and pictures that are written into the page and nothing else. The letter's own policies,
//! its base address, its document type and its character set act only within the frame, and can allow nothing more.
//!
//! Two things are no loading in the sense of that policy, so they are taken out or turned off: `link` elements, which may ask to look up
//! or connect to a host, and looking up the hosts of links before a click.

use std::collections::HashMap;

use super::body::Pieces;
use super::{header, html, part, percent};
use crate::domain::limits::{INLINE_BYTES, MESSAGE_BYTES};

/// Pictures that a browser shows and that can hold nothing but a picture.
const INLINE: [&str; 6] = ["image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp", "image/bmp"];

const HEAD: &str = "<!doctype html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
                    content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n\
                    <meta http-equiv=\"x-dns-prefetch-control\" content=\"off\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
                    <title>";
const BODY: &str = "</title>\n</head>\n<body style=\"margin:0\">\n<iframe sandbox \
                    style=\"position:fixed;inset:0;width:100%;height:100%;border:0\" srcdoc=\"";
const END: &str = "\"></iframe>\n</body>\n</html>\n";

/// The page; `None` where the message has no HTML.
#[must_use]
pub fn browser_page(raw: &[u8], title: &str) -> Option<String> {
    let raw = raw.get(..MESSAGE_BYTES).unwrap_or(raw);
    let (head, at) = header::split(raw, |_| false);
    let parts = part::walk(&head, raw.get(at..).unwrap_or_default());
    let pieces = Pieces::of(&parts);
    let mut text = String::new();
    for piece in pieces.chosen(true).filter(|piece| piece.html) {
        if !text.is_empty() {
            text.push_str("<hr>");
        }
        text.push_str(&html::without_links(&piece.text));
    }
    if text.is_empty() {
        return None;
    }
    let pictures = Pictures { parts: &parts };
    let mut page = String::with_capacity(text.len() * 2 + HEAD.len());
    page.push_str(HEAD);
    escape(title, &mut page);
    page.push_str(BODY);
    pictures.write_in(&text, &mut page);
    page.push_str(END);
    Some(page)
}

/// Writes text so that it stands within a quoted attribute, or between tags, as it is (HTML Standard, §13.3).
fn escape(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // In this place a browser reads it as a line feed.
            '\r' => out.push('\n'),
            letter => out.push(letter),
        }
    }
}

/// The pictures that the message brings along, by their Content-ID (RFC 2392).
struct Pictures<'p, 'a> {
    parts: &'p part::MimeParts<'a>,
}

impl Pictures<'_, '_> {
    /// Writes the HTML with its `cid:` addresses as the pictures themselves, as long as these are not too much.
    fn write_in(&self, html: &str, out: &mut String) {
        // By address the place of the part, and by place what is written for it.
        let mut places: HashMap<&str, Option<usize>> = HashMap::new();
        let mut written: HashMap<usize, Option<String>> = HashMap::new();
        let mut room = INLINE_BYTES;
        let mut rest = html;
        while let Some(at) = next_address(rest).filter(|_| places.len() <= PICTURES) {
            let (before, after) = rest.split_at(at);
            escape(before, out);
            let end = after.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | ')' | '&'));
            let (address, behind) = after.split_at(end.unwrap_or(after.len()));
            let place = *places.entry(address).or_insert_with(|| self.find(address.get(4..).unwrap_or_default()));
            let picture = place.and_then(|place| written.entry(place).or_insert_with(|| self.data(place)).as_deref());
            match picture.filter(|picture| picture.len() <= room) {
                Some(picture) => {
                    room -= picture.len();
                    out.push_str(picture);
                }
                None => escape(address, out),
            }
            rest = behind;
        }
        escape(rest, out);
    }

    /// The place of the part with this id.
    fn find(&self, id: &str) -> Option<usize> {
        let id = percent::decode_text(id);
        self.parts.list.iter().position(|part| !part.container && part.is_called(id.as_bytes()))
    }

    /// The picture as a `data:` address (RFC 2397).
    fn data(&self, place: usize) -> Option<String> {
        let part = self.parts.list.get(place)?;
        let kind = INLINE.iter().find(|kind| part.kind.is(kind))?;
        let (bytes, _) = part.encoding.decode(part.bytes);
        Some(format!("data:{kind};base64,{}", super::to_base64(&bytes)))
    }
}

/// So many different pictures are looked for in one letter.
const PICTURES: usize = 1_000;

/// Where the next `cid:` stands.
fn next_address(html: &str) -> Option<usize> {
    let bytes = html.as_bytes();
    memchr::memchr_iter(b':', bytes)
        .filter_map(|colon| colon.checked_sub(3))
        .find(|at| bytes.get(*at..at + 3).is_some_and(|it| it.eq_ignore_ascii_case(b"cid")))
}

#[cfg(test)]
mod tests {
    use super::browser_page;

    fn page(html: &str) -> String {
        let mail = format!("Content-Type: text/html; charset=utf-8\n\n{html}");
        browser_page(mail.as_bytes(), "A \"title\" </title><script>").unwrap()
    }

    /// The text of the frame as a browser reads it, and what stands around it.
    fn taken_apart(page: &str) -> (String, String) {
        let (before, rest) = page.split_once(" srcdoc=\"").unwrap();
        let (text, behind) = rest.split_once('"').unwrap();
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        (text, format!("{before} {behind}"))
    }

    #[test]
    fn whatever_the_letter_says_stands_within_the_frame_and_behind_the_policy() {
        for html in [
            "<p>Hello</p>",
            "<meta http-equiv=refresh content=\"0; url=http://127.0.0.1:9/\">",
            "<base href=\"http://127.0.0.1:9/\"><img src=a.png>",
            "<meta http-equiv=Content-Security-Policy content=\"default-src *\"><img src=http://127.0.0.1:9/a>",
            "\"></iframe><img src=http://127.0.0.1:9/a>",
            "&quot;&gt;</iframe><img src=http://127.0.0.1:9/a>",
            "<!doctype html PUBLIC \"-//x\"><!-- --!><script>alert(1)</script>",
            "\u{feff}+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
            "</body></html><svg onload=alert(1)><style>@import 'http://127.0.0.1:9/';</style>",
            "<plaintext>",
            "<textarea>",
            "<!--",
            "<iframe srcdoc='",
            "\0\r\n\u{2028}",
        ] {
            let page = page(html);
            let (text, around) = taken_apart(&page);
            assert_eq!(text, html.replace('\r', "\n"), "it is the letter's own text, whole");
            assert!(around.is_ascii() && around.starts_with("<!doctype html>"), "{around}");
            // One policy, before anything else that could load, and one frame without any permission.
            let policy = around.find("content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'").unwrap();
            assert!(policy < 250 && around.matches("http-equiv").count() == 2, "{around}");
            assert!(around.contains("<iframe sandbox style=") && around.matches("<iframe").count() == 1, "{around}");
            for forbidden in ["<script", "src=", "http:", "href", "refresh", "allow-"] {
                assert!(!around.contains(forbidden), "{forbidden} in {around}");
            }
        }
    }

    #[test]
    fn hints_to_connect_are_taken_out() {
        let (text, _) =
            taken_apart(&page("<LINK rel=preconnect href=http://127.0.0.1:9><p>a</p><link/rel=dns-prefetch href=//b>"));
        assert_eq!(text, "<p>a</p>");
        let (text, _) = taken_apart(&page("<style>/* <link> */</style><!-- <link> --><linked>a"));
        assert_eq!(text, "<style>/* <link> */</style><!-- <link> --><linked>a");
    }

    const RELATED: &str = "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<img src=\"cid:a%40b\"><b \
                           style=\"background:url(CID:a@b)\">x</b><img src=cid:unknown><img src='cid:page'>\n--b\nContent-Type: \
                           image/png\nContent-ID: <a@b>\nContent-Transfer-Encoding: base64\n\niVBORw==\n--b\nContent-Type: \
                           image/svg+xml\nContent-ID: <page>\n\n<svg/>\n--b--\n";

    #[test]
    fn pictures_that_came_along_are_written_into_it_and_nothing_else_is() {
        let (text, _) = taken_apart(&browser_page(RELATED.as_bytes(), "").unwrap());
        assert_eq!(text.matches("data:image/png;base64,iVBORw==").count(), 2, "{text}");
        assert!(text.contains("src=cid:unknown") && text.contains("'cid:page'"), "{text}");
    }

    /// A small letter must not become a large page, however often it names its picture.
    #[test]
    fn a_picture_named_very_often_is_written_only_so_often() {
        let picture = "A".repeat(4 * 1024 * 1024);
        let many = "<img src=cid:a@b>".repeat(1_000);
        let mail = RELATED.replace("iVBORw==", &picture).replace("<img src=cid:unknown>", &many);
        let page = browser_page(mail.as_bytes(), "").unwrap();
        assert!(page.len() < crate::domain::limits::INLINE_BYTES + 1_000_000, "{}", page.len());
        assert!(page.contains("src=cid:a@b"), "the others are left as they are");
    }

    #[test]
    fn a_message_without_html_has_no_page() {
        assert_eq!(browser_page(b"Subject: a\n\nplain", "a"), None);
    }
}
