//! A message's parts (RFC 2046): one pass over the lines, with a stack of open boundaries instead of recursion.
//!
//! Whatever a message says, the pass takes linear time and bounded memory: at most `PARTS` parts, at most `NESTING`
//! levels. Nothing is decoded here.

use std::collections::HashMap;

use memchr::memchr;

use super::content_field::{FieldWithParameters, field};
use super::header::{self, Header};
use super::transfer_encoding::Encoding;
use crate::domain::limits::{NESTING, PARTS};

/// A part without parts of its own, or the container of others.
#[derive(Debug)]
pub(super) struct MimePart<'a> {
    pub(super) kind: FieldWithParameters,
    pub(super) disposition: Option<FieldWithParameters>,
    pub(super) encoding: Encoding,
    /// Its Content-ID (RFC 2045 §7), as it stands in the header.
    content_id: Option<&'a [u8]>,
    /// As it stands in the message, not decoded; of a container, everything in it.
    pub(super) bytes: &'a [u8],
    /// The container's place in the list.
    pub(super) parent: Option<usize>,
    pub(super) container: bool,
    /// The header of the message that begins here: of an attached message's root.
    pub(super) message: Option<Header<'a>>,
}

impl MimePart<'_> {
    /// Whether it has this Content-ID, which is given without the angle brackets.
    pub(super) fn is_called(&self, id: &[u8]) -> bool {
        let own = self.content_id.map(<[u8]>::trim_ascii).unwrap_or_default();
        let own = own.strip_prefix(b"<").and_then(|own| own.strip_suffix(b">")).unwrap_or(own);
        !id.is_empty() && own == id
    }
}

#[derive(Debug, Default)]
pub(super) struct MimeParts<'a> {
    pub(super) list: Vec<MimePart<'a>>,
    /// A boundary was missing or never closed.
    pub(super) broken: bool,
    /// What passed a limit.
    pub(super) cut: Option<&'static str>,
}

struct Open {
    /// Its place in the list.
    place: usize,
    /// Without the dashes; empty for an attached message, which ends where the parts around it go on.
    boundary: Vec<u8>,
    /// With the blanks that it has in its field, where it has some.
    last: Option<Vec<u8>>,
    start: usize,
    children: usize,
}

struct Walk<'a> {
    bytes: &'a [u8],
    parts: MimeParts<'a>,
    open: Vec<Open>,
    /// At which depths of the stack each boundary is open: a line of dashes is looked up, not compared with all of them.
    boundaries: HashMap<Vec<u8>, Vec<usize>>,
    /// The part that is being read: its place, and where its bytes begin.
    leaf: Option<(usize, usize)>,
}

/// The parts of a body, given the header above it.
pub(super) fn walk<'a>(root: &Header<'a>, body: &'a [u8]) -> MimeParts<'a> {
    let mut walk =
        Walk { bytes: body, parts: MimeParts::default(), open: Vec::new(), boundaries: HashMap::new(), leaf: None };
    let mut at = walk.enter(root, 0, None);
    while at < body.len() {
        // Without an open boundary there is none to look for.
        if walk.open.is_empty() {
            at = body.len();
            break;
        }
        let rest = body.get(at..).unwrap_or_default();
        let length = memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let line = rest.get(..length).unwrap_or_default();
        match walk.boundary(line) {
            None => at += length,
            Some((depth, closing)) => {
                walk.close(depth, at);
                at += length;
                if walk.parts.list.len() >= PARTS {
                    walk.parts.cut = Some("parts");
                    break;
                }
                at = if closing { walk.end_container(at) } else { walk.begin(at) };
            }
        }
    }
    walk.finish(at)
}

impl<'a> Walk<'a> {
    /// Which open boundary a line is (its depth in the stack), and whether it is the closing one.
    fn boundary(&self, line: &[u8]) -> Option<(usize, bool)> {
        let text = line.strip_prefix(b"--")?.trim_ascii_end();
        let deepest = |text: &[u8]| self.boundaries.get(text).and_then(|depths| depths.last().copied());
        let closed = text.strip_suffix(b"--").and_then(deepest).map(|depth| (depth, true));
        closed.max(deepest(text).map(|depth| (depth, false)))
    }

    /// Begins the part whose header stands at `at`; gives the place where reading goes on.
    fn begin(&mut self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        // A part may begin with its body: then the first line is empty, and no other is skipped.
        if rest.starts_with(b"\n") || rest.starts_with(b"\r\n") {
            let blank = if rest.starts_with(b"\n") { 1 } else { 2 };
            return self.enter(&Header::default(), at + blank, None);
        }
        let (header, body) = header::split(rest, |line| self.boundary(line).is_some());
        self.enter(&header, at + body, None)
    }

    fn enter(&mut self, header: &Header<'a>, at: usize, message: Option<Header<'a>>) -> usize {
        let parent = self.open.last_mut().map(|open| {
            open.children += 1;
            open.place
        });
        let digest =
            parent.and_then(|place| self.parts.list.get(place)).is_some_and(|it| it.kind.is("multipart/digest"));
        let mut kind = header.first("content-type").map_or_else(FieldWithParameters::default, field);
        if !kind.value.contains('/') {
            if digest { "message/rfc822" } else { "text/plain" }.clone_into(&mut kind.value);
        }
        let encoding = header.first("content-transfer-encoding").map_or(Encoding::Plain, Encoding::named);
        let named = kind.parameter("boundary").unwrap_or_default();
        let boundary = named.trim_end().as_bytes().to_vec();
        // In quotes it may end with blanks, which stand before the dashes of its last line.
        let last = (named.len() > boundary.len()).then(|| named.as_bytes().to_vec());
        let multipart = kind.value.starts_with("multipart/");
        let attached =
            matches!(kind.value.as_str(), "message/rfc822" | "message/global") && encoding == Encoding::Plain;
        let deep = self.open.len() >= NESTING;
        if deep && (multipart || attached) {
            self.parts.cut = Some("parts within parts");
        }
        let place = self.parts.list.len();
        let container = !deep && (attached || multipart && !boundary.is_empty());
        if multipart && boundary.is_empty() {
            self.parts.broken = true;
            "text/plain".clone_into(&mut kind.value);
        }
        let disposition = header.first("content-disposition").map(field);
        let content_id = header.first("content-id");
        self.parts.list.push(MimePart {
            kind,
            disposition,
            encoding,
            content_id,
            bytes: &[],
            parent,
            container,
            message,
        });
        if !container {
            self.leaf = Some((place, at));
            return at;
        }
        self.leaf = None;
        let boundary = if attached { Vec::new() } else { boundary };
        let last = last.filter(|_| !attached);
        for boundary in [Some(&boundary).filter(|_| !attached), last.as_ref()].into_iter().flatten() {
            self.boundaries.entry(boundary.clone()).or_default().push(self.open.len());
        }
        self.open.push(Open { place, boundary, last, start: at, children: 0 });
        if !attached || self.parts.list.len() >= PARTS {
            return at;
        }
        let rest = self.bytes.get(at..).unwrap_or_default();
        let (inner, body) = header::split(rest, |line| self.boundary(line).is_some());
        self.enter(&inner, at + body, Some(inner.clone()))
    }

    /// Ends what is being read at a boundary line, and what was opened within the part of that boundary.
    fn close(&mut self, depth: usize, at: usize) {
        let end = before_line_end(self.bytes, at);
        self.end_leaf(end);
        while self.open.len() > depth + 1 {
            if let Some(open) = self.pop() {
                self.parts.broken |= !open.boundary.is_empty();
                self.seal(&open, end);
            }
        }
    }

    fn pop(&mut self) -> Option<Open> {
        let open = self.open.pop()?;
        for boundary in [Some(&open.boundary), open.last.as_ref()].into_iter().flatten() {
            if let Some(depths) = self.boundaries.get_mut(boundary) {
                depths.pop();
            }
        }
        Some(open)
    }

    fn end_container(&mut self, at: usize) -> usize {
        if let Some(open) = self.pop() {
            self.seal(&open, at);
        }
        at
    }

    fn end_leaf(&mut self, end: usize) {
        if let Some((place, start)) = self.leaf.take()
            && let Some(part) = self.parts.list.get_mut(place)
        {
            part.bytes = self.bytes.get(start..end.max(start)).unwrap_or_default();
        }
    }

    fn seal(&mut self, open: &Open, end: usize) {
        if let Some(part) = self.parts.list.get_mut(open.place) {
            part.bytes = self.bytes.get(open.start..end.max(open.start)).unwrap_or_default();
            if open.children == 0 {
                // Its boundary never came, so its content counts as text.
                self.parts.broken = true;
                part.container = false;
                "text/plain".clone_into(&mut part.kind.value);
            }
        }
    }

    fn finish(mut self, at: usize) -> MimeParts<'a> {
        self.end_leaf(at.min(self.bytes.len()));
        while let Some(open) = self.pop() {
            self.parts.broken |= !open.boundary.is_empty() && self.parts.cut.is_none();
            self.seal(&open, self.bytes.len());
        }
        self.parts
    }
}

/// The line end before a boundary belongs to the boundary (RFC 2046 §5.1.1).
fn before_line_end(bytes: &[u8], at: usize) -> usize {
    let head = bytes.get(..at).unwrap_or_default();
    let head = head.strip_suffix(b"\n").unwrap_or(head);
    head.strip_suffix(b"\r").unwrap_or(head).len()
}

#[cfg(test)]
mod tests {
    use super::super::header::split;
    use super::walk;

    fn leaves(text: &str) -> (Vec<(String, String)>, bool, Option<&'static str>) {
        let (header, body) = split(text.as_bytes(), |_| false);
        let parts = walk(&header, &text.as_bytes()[body..]);
        let leaves = parts.list.iter().filter(|part| !part.container);
        let leaves = leaves.map(|it| (it.kind.value.clone(), String::from_utf8_lossy(it.bytes).into_owned()));
        (leaves.collect(), parts.broken, parts.cut)
    }

    fn leaf(kind: &str, text: &str) -> (String, String) {
        (kind.to_owned(), text.to_owned())
    }

    #[test]
    fn parts_are_told_apart_by_whole_lines() {
        let text = "Content-Type: multipart/mixed; boundary=aa\n\nno part\n--aa\nContent-Type: multipart/alternative; \
                    boundary=aaa\n\n--aaa\nContent-Type: text/plain\n\ninner --aa text\n--aaa--\n--aa\n\nouter\n--aa--\nend";
        let (found, broken, cut) = leaves(text);
        assert_eq!(found, [leaf("text/plain", "inner --aa text"), leaf("text/plain", "outer")]);
        assert!(!broken && cut.is_none());
    }

    #[test]
    fn a_boundary_that_never_comes_or_never_closes_loses_nothing() {
        let (found, broken, _) = leaves("Content-Type: multipart/mixed; boundary=a\n\n--a\n\nonly part, no end");
        assert_eq!((found, broken), (vec![leaf("text/plain", "only part, no end")], true));
        let (found, broken, _) = leaves("Content-Type: multipart/mixed; boundary=a\n\nno parts");
        assert_eq!((found, broken), (vec![leaf("text/plain", "no parts")], true));
        let (found, broken, _) = leaves("Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nx\n----\n");
        assert_eq!((found, broken), (vec![leaf("text/plain", "--\n\nx\n----\n")], true));
    }

    #[test]
    fn a_boundary_that_ends_with_a_blank_ends_its_parts() {
        for line in ["--a --", "--a --  ", "--a--"] {
            let text =
                format!("Content-Type: multipart/mixed; boundary=\"a \"\n\n--a \n\none\n--a\n\ntwo\n{line}\nbehind\n");
            let (found, broken, _) = leaves(&text);
            assert_eq!((found, broken), (vec![leaf("text/plain", "one"), leaf("text/plain", "two")], false), "{line}");
        }
    }

    #[test]
    fn attached_messages_end_where_the_parts_around_them_go_on() {
        let text = "Content-Type: multipart/digest; boundary=d\n\n--d\n\nSubject: one\n\nfirst\n--d\nContent-Type: \
                    message/rfc822\n\nSubject: two\n\nsecond\n--d--\n";
        let (found, broken, _) = leaves(text);
        assert_eq!(found, [leaf("text/plain", "first"), leaf("text/plain", "second")]);
        assert!(!broken);
    }

    #[test]
    fn of_two_parts_with_one_boundary_the_inner_one_ends_first() {
        let text = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\n\
                    inner\n--a--\n--a\n\nouter\n--a--";
        assert_eq!(leaves(text).0, [leaf("text/plain", "inner"), leaf("text/plain", "outer")]);
    }

    #[test]
    fn nesting_and_numbers_end_at_their_limits() {
        let deep: String =
            (0..30_000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
        let (found, _, cut) = leaves(&deep);
        assert!(found.len() < 110, "{}", found.len());
        assert_eq!(cut, Some("parts within parts"));
        let inner = "Content-Type: message/rfc822\n\n".repeat(30_000);
        assert_eq!(leaves(&inner).2, Some("parts within parts"));
        let many = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\nx\n".repeat(60_000));
        let (found, _, cut) = leaves(&many);
        assert_eq!((found.len(), cut), (9_999, Some("parts")));
    }
}
