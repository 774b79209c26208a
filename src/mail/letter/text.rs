//! Plain text as a letter: quotes by their `>`, the signature by its dashes, flowed paragraphs joined, paragraphs that would
//! overflow broken anew, the armour of `OpenPGP` marked, links numbered.

use linkify::{LinkFinder, LinkKind};
use unicode_width::UnicodeWidthChar;

use super::armour::Armour;
use super::layout::Layout;
use super::reflow;
use crate::domain::letter::{LineKind, TextStyle};
use crate::domain::limits::LINE_COLUMNS;
use crate::mail::flowed::{Flow, lines, quoted};

/// A longer address is shown by its beginning: its number leads to the whole.
const URL_COLUMNS: usize = 72;

pub(super) fn lay(layout: &mut Layout, text: &str, flow: Flow) {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(true);
    let mut page = Page { layout, finder, signature: false, armour: Armour::default(), run: Vec::new(), depth: 0 };
    // A paragraph whose next line belongs to it: its depth and what there is of it.
    let mut open: Option<(u8, String)> = None;
    for line in lines(text) {
        if page.layout.full() {
            page.layout.note_cut("text");
            return;
        }
        let (depth, content) = quoted(line, flow.flowed);
        let dashes = content == "-- ";
        let flows = flow.flowed && content.ends_with(' ') && !dashes;
        if let Some((held, mut paragraph)) = open.take() {
            if held == depth && !dashes {
                paragraph.push_str(content);
                if flows && paragraph.len() < LINE_COLUMNS {
                    shed(&mut paragraph, flow);
                    open = Some((depth, paragraph));
                } else {
                    page.put(depth, &paragraph);
                }
                continue;
            }
            page.put(held, &paragraph);
        }
        if dashes && depth == 0 {
            page.end_run();
            page.signature = true;
        }
        if flows {
            let mut paragraph = content.to_owned();
            shed(&mut paragraph, flow);
            page.end_run();
            open = Some((depth, paragraph));
        } else if flow.flowed && depth == 0 {
            // In flowed text the end of a line that is not flowed is meant.
            page.put(depth, content);
        } else {
            page.line(depth, content);
        }
    }
    if let Some((depth, paragraph)) = open {
        page.put(depth, &paragraph);
    }
    page.end_run();
}

/// A text on its way into the layout.
struct Page<'l, 't> {
    layout: &'l mut Layout,
    finder: LinkFinder,
    /// Whether the signature has begun.
    signature: bool,
    armour: Armour,
    /// Lines of the same depth that may be one paragraph.
    run: Vec<&'t str>,
    depth: u8,
}

impl<'t> Page<'_, 't> {
    /// A line whose end may be its writer's or his program's. An empty one ends the paragraph.
    fn line(&mut self, depth: u8, content: &'t str) {
        if depth != self.depth {
            self.end_run();
            self.depth = depth;
        }
        if self.signature || content.trim().is_empty() || self.armour.begins_or_goes_on(content) {
            self.put(depth, content);
        } else {
            self.run.push(content);
        }
    }

    fn end_run(&mut self) {
        let run = std::mem::take(&mut self.run);
        let columns = self.layout.width().saturating_sub(2 * usize::from(self.depth));
        for paragraph in reflow::joined(&run, columns) {
            if self.layout.full() {
                return self.layout.note_cut("text");
            }
            self.lay(self.depth, &paragraph);
        }
    }

    /// Lays out what is before this, and this as it is.
    fn put(&mut self, depth: u8, content: &str) {
        self.end_run();
        self.lay(depth, content);
        self.depth = depth;
    }

    fn lay(&mut self, depth: u8, content: &str) {
        let content = expand_tabs(content.trim_end_matches([' ', '\t']));
        let armour = depth == 0 && self.armour.takes(&content);
        let kind = match depth {
            0 if armour => LineKind::Armour,
            0 if self.signature => LineKind::Signature,
            0 if columned(&content) => LineKind::Verbatim,
            0 => LineKind::Text,
            depth => LineKind::Quote(depth),
        };
        let hang = if kind == LineKind::Text { hang_of(&content) } else { 0 };
        let spans = linked(self.layout, &self.finder, &content);
        self.layout.paragraph(kind, hang, &spans);
    }
}

fn shed(paragraph: &mut String, flow: Flow) {
    if flow.delete_space {
        paragraph.pop();
    }
}

/// Whether a line is laid out by its spaces: code, tables, drawings.
fn columned(line: &str) -> bool {
    line.starts_with("    ") || line.trim_start().contains("   ")
}

/// Where the second line of a list's item begins.
fn hang_of(line: &str) -> usize {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let item = line.trim_start_matches(' ');
    let mark = ["- ", "* ", "• "].iter().find(|mark| item.starts_with(**mark));
    mark.map_or(indent, |_| indent + 2)
}

fn expand_tabs(line: &str) -> String {
    if !line.contains('\t') {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len() + 16);
    let mut column = 0;
    for c in line.chars() {
        if c == '\t' {
            let spaces = 8 - column % 8;
            out.extend(std::iter::repeat_n(' ', spaces));
            column += spaces;
        } else {
            out.push(c);
            column += c.width().unwrap_or(0);
        }
    }
    out
}

/// The line with its addresses as links, each followed by its number.
fn linked(layout: &mut Layout, finder: &LinkFinder, line: &str) -> Vec<(String, TextStyle)> {
    if !line.contains(':') {
        return vec![(line.to_owned(), TextStyle::Plain)];
    }
    let mut spans = Vec::new();
    for span in finder.spans(line) {
        let text = span.as_str();
        let scheme = text.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let number = match span.kind() {
            Some(LinkKind::Url) if matches!(scheme.as_str(), "http" | "https" | "mailto") => layout.links.number(text),
            _ => None,
        };
        let Some(number) = number else {
            spans.push((text.to_owned(), TextStyle::Plain));
            continue;
        };
        let short = crate::domain::printable::Printable::address(text).cut(URL_COLUMNS.min(layout.width().max(20) - 8));
        spans.push((short.to_string(), TextStyle::Link));
        spans.push((format!(" [{number}]"), TextStyle::Added));
    }
    spans
}

#[cfg(test)]
mod tests {
    use LineKind::{Quote, Signature, Text, Verbatim};

    use super::{Flow, lay};
    use crate::domain::letter::{LetterLink, LineKind};
    use crate::mail::letter::layout::Layout;

    fn letter(text: &str, flowed: bool) -> (Vec<(LineKind, String)>, Vec<LetterLink>) {
        let mut layout = Layout::new(60);
        lay(&mut layout, text, Flow { flowed, delete_space: false });
        let (laid, links, _) = layout.finish();
        let text =
            |line: &crate::domain::letter::LetterLine| line.spans.iter().map(|span| span.text.as_str()).collect();
        (laid.iter().map(|line| (line.kind, text(line))).collect(), links)
    }

    #[test]
    fn quotes_signature_and_columns_are_told_apart() {
        let (lines, _) = letter("Ann wrote:\n> > deep\n>> too\n> quote\n\nMy answer\n    code\n-- \nBob\n", false);
        let kinds: Vec<_> = lines.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, [Text, Quote(2), Quote(2), Quote(1), Text, Text, Verbatim, Signature, Signature]);
        assert_eq!(lines[1].1, "> > deep");
    }

    #[test]
    fn addresses_are_numbered_once_each() {
        let (laid, links) = letter("See https://a.example/x, and https://b.example.\nAgain https://a.example/x", false);
        assert_eq!(laid[0].1, "See https://a.example/x [1], and https://b.example [2].");
        assert_eq!(laid[1].1, "Again https://a.example/x [1]");
        assert_eq!(links.len(), 2);
    }

    #[test]
    fn flowed_lines_are_joined_and_others_are_not() {
        let (lines, _) = letter("one \ntwo\nthree\n> q \n> r\n", true);
        let texts: Vec<_> = lines.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["one two", "three", "> q r"]);
        assert_eq!(letter("one \ntwo", false).0.len(), 2);
    }

    #[test]
    fn fixed_lines_that_overflow_are_broken_anew_and_keep_their_quotes() {
        let prose = "I have read your sketch twice and I think that the second\ntable can go, since what matters is the order of the\noperations.";
        let quoted = prose.replace('\n', "\n> ");
        let mut layout = Layout::new(48);
        lay(&mut layout, &format!("{prose}\n\n> {quoted}\n>> deeper\n"), Flow::default());
        let lines: Vec<String> =
            layout.finish().0.iter().map(|line| line.spans.iter().map(|span| span.text.as_str()).collect()).collect();
        assert_eq!(
            lines,
            [
                "I have read your sketch twice and I think that",
                "the second table can go, since what matters is",
                "the order of the operations.",
                "",
                "> I have read your sketch twice and I think that",
                "> the second table can go, since what matters is",
                "> the order of the operations.",
                "> > deeper",
            ]
        );
    }

    #[test]
    fn armour_is_told_from_text() {
        let text = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n=aB1c\n\
                    -----END PGP SIGNATURE-----\nPS\n";
        let kinds: Vec<_> = letter(text, false).0.into_iter().map(|(kind, _)| kind).collect();
        let armour = LineKind::Armour;
        assert_eq!(kinds, [armour, armour, armour, Text, armour, armour, armour, armour, armour, Text]);
        // What is no armour ends it, so that nothing can be hidden in one that never ends.
        let kinds: Vec<_> = letter("-----BEGIN PGP MESSAGE-----\nPay at once!\nmore", false)
            .0
            .into_iter()
            .map(|(kind, _)| kind)
            .collect();
        assert_eq!(kinds, [armour, Text, Text]);
    }

    #[test]
    fn every_kind_of_line_end_ends_a_line() {
        let texts: Vec<_> = letter("a\nb\r\nc\rd\r\n", false).0.into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["a", "b", "c", "d"]);
    }

    #[test]
    fn endless_lines_end() {
        let (lines, _) = letter(&"x".repeat(2_000_000), false);
        assert_eq!(lines.len(), 10_000);
    }
}
