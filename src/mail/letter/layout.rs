//! Text with looks, broken into lines of the letter's width.

use crate::domain::cluster::clusters;
use crate::domain::letter::{LetterLine, LetterLink, LineKind, Span, TextStyle};
use crate::domain::limits::{LETTER_LINES, QUOTE_DEPTH};
use crate::domain::printable::Printable;
use crate::domain::wrap::wrap;

use super::link::LinkNumbers;

#[derive(Debug)]
pub(super) struct Layout {
    width: usize,
    lines: Vec<LetterLine>,
    pub(super) links: LinkNumbers,
    cut: Option<&'static str>,
}

impl Layout {
    pub(super) fn new(width: u16) -> Self {
        Self { width: usize::from(width), lines: Vec::new(), links: LinkNumbers::default(), cut: None }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Whether there is no room for more lines.
    pub(super) fn full(&self) -> bool {
        self.lines.len() >= LETTER_LINES
    }

    pub(super) fn note_cut(&mut self, what: &'static str) {
        self.cut = Some(what);
    }

    /// An empty line, unless there is one already.
    pub(super) fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.spans.is_empty()) {
            self.push(LetterLine { kind: LineKind::Text, spans: Vec::new() });
        }
    }

    /// Breaks a paragraph into lines. Those of a quote carry its marks; those after the first are indented by `hang`.
    pub(super) fn paragraph(&mut self, kind: LineKind, hang: usize, spans: &[(String, TextStyle)]) {
        let marks = match kind {
            LineKind::Quote(depth) => "> ".repeat(usize::from(depth.min(QUOTE_DEPTH))),
            _ => String::new(),
        };
        let columns = self.width.saturating_sub(marks.len()).max(8);
        let hang = hang.min(columns / 2);
        let Cleaned { text, mut looks, breaks } = cleaned(spans);
        let whole = text.as_str();
        whole_characters(whole, &mut looks);
        let head = wrap(whole, columns, &breaks);
        let tail = match head.get(1) {
            Some(second) if hang > 0 => {
                let from = offset(whole, second);
                let breaks: Vec<usize> = breaks.iter().filter_map(|at| at.checked_sub(from)).collect();
                wrap(whole.get(from..).unwrap_or_default(), columns - hang, &breaks)
            }
            _ => head.iter().skip(1).copied().collect(),
        };
        for (place, piece) in head.iter().take(1).chain(&tail).enumerate() {
            // Most lines have one span, and a list that grows by itself has room for four: many letters are kept.
            let mut line = Vec::with_capacity(1);
            if !marks.is_empty() {
                line.push(Span { text: Printable::from(marks.as_str()), look: TextStyle::Added });
            }
            if place > 0 && hang > 0 {
                line.push(Span { text: Printable::from(" ".repeat(hang)), look: TextStyle::Plain });
            }
            let at = offset(whole, piece);
            slice(whole, &looks, at, at + piece.len(), &mut line);
            line.shrink_to_fit();
            self.push(LetterLine { kind, spans: line });
            if self.full() {
                break;
            }
        }
    }

    fn push(&mut self, line: LetterLine) {
        if self.full() {
            self.cut = Some("text");
        } else {
            self.lines.push(line);
        }
    }

    pub(super) fn finish(mut self) -> (Vec<LetterLine>, Vec<LetterLink>, Option<&'static str>) {
        while self.lines.last().is_some_and(|line| line.spans.iter().all(|span| span.text.as_str().trim().is_empty())) {
            self.lines.pop();
        }
        let (links, whole) = self.links.finish();
        let cut = self.cut.or((!whole).then_some("links"));
        (self.lines, links, cut)
    }
}

/// The text of a paragraph, where each of its looks ends, and where it may be broken beside its spaces.
struct Cleaned {
    text: String,
    looks: Vec<(usize, TextStyle)>,
    breaks: Vec<usize>,
}

/// Cleans the pieces of a paragraph as the whole that their writer made; what was added to it has no part in that.
fn cleaned(spans: &[(String, TextStyle)]) -> Cleaned {
    let own = spans.iter().filter(|(_, look)| *look != TextStyle::Added);
    let joined = Printable::joined(own.map(|(text, _)| text.as_str()));
    let (mut ends, mut breaks) = (joined.ends.into_iter(), joined.breaks.into_iter().peekable());
    let mut cleaned = Cleaned { text: String::new(), looks: Vec::with_capacity(spans.len()), breaks: Vec::new() };
    let mut from = 0;
    for (text, look) in spans {
        if *look == TextStyle::Added {
            cleaned.text.push_str(text);
        } else {
            let end = ends.next().unwrap_or(from);
            while let Some(at) = breaks.next_if(|at| *at <= end) {
                cleaned.breaks.push(cleaned.text.len() + at.saturating_sub(from));
            }
            cleaned.text.push_str(joined.text.as_str().get(from..end).unwrap_or_default());
            from = end;
        }
        cleaned.looks.push((cleaned.text.len(), *look));
    }
    cleaned
}

/// Moves the places where looks change to the ends of the characters that they would cut in two: a mark or a skin tone
/// belongs to what it stands on.
fn whole_characters(whole: &str, looks: &mut [(usize, TextStyle)]) {
    let mut clusters = clusters(whole);
    let mut end = 0;
    for (place, _) in looks {
        while end < *place
            && let Some((at, cluster)) = clusters.next()
        {
            end = at + cluster.len();
        }
        *place = end.max(*place);
    }
}

/// Where a piece of a text begins within it.
fn offset(whole: &str, piece: &str) -> usize {
    (piece.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize).min(whole.len())
}

/// The spans of a range of the paragraph.
fn slice(whole: &str, looks: &[(usize, TextStyle)], from: usize, to: usize, line: &mut Vec<Span>) {
    let mut start = from;
    let first = looks.partition_point(|(end, _)| *end <= from);
    for (end, look) in looks.iter().skip(first) {
        if start >= to {
            break;
        }
        let stop = (*end).min(to);
        if let Some(text) = whole.get(start..stop).filter(|text| !text.is_empty()) {
            line.push(Span { text: Printable::from(text), look: *look });
        }
        start = stop;
    }
}

#[cfg(test)]
mod tests {
    use super::Layout;
    use crate::domain::letter::{LineKind, TextStyle};
    use crate::domain::printable::Printable;

    fn lay(width: u16, kind: LineKind, hang: usize, spans: &[(&str, TextStyle)]) -> Vec<String> {
        let mut layout = Layout::new(width);
        let spans: Vec<_> = spans.iter().map(|(text, look)| ((*text).to_owned(), *look)).collect();
        layout.paragraph(kind, hang, &spans);
        let (lines, ..) = layout.finish();
        lines.iter().map(|line| line.spans.iter().map(|span| span.text.as_str()).collect()).collect()
    }

    #[test]
    fn paragraphs_break_across_looks() {
        let spans = [("the quick ", TextStyle::Plain), ("brown", TextStyle::Strong), (" fox", TextStyle::Plain)];
        assert_eq!(lay(10, LineKind::Text, 0, &spans), ["the quick", "brown fox"]);
        assert_eq!(
            lay(12, LineKind::Text, 2, &[("- one two three four", TextStyle::Plain)]),
            ["- one two", "  three four"]
        );
    }

    #[test]
    fn quotes_carry_their_marks_on_every_line() {
        assert_eq!(lay(12, LineKind::Quote(1), 0, &[("one two three", TextStyle::Plain)]), ["> one two", "> three"]);
    }

    #[test]
    fn words_without_spaces_break_where_their_writer_said() {
        let lao = [("ພາສາ\u{200B}ລາວ\u{200B}ພາສາ", TextStyle::Plain)];
        assert_eq!(lay(9, LineKind::Text, 0, &lao), ["ພາສາລາວ", "ພາສາ"]);
        assert_eq!(
            lay(12, LineKind::Text, 2, &[("https://a.example/\u{200B}bcd", TextStyle::Link)]).concat(),
            "https://a.ex  ample/bcd"
        );
    }

    #[test]
    fn no_character_is_cut_in_two_by_its_look() {
        let spans: Vec<_> =
            ["👍", "🏽", "a", "🏽"].iter().cycle().take(80).map(|it| (*it, TextStyle::Strong)).collect();
        let columns = |line: &String| Printable::from(line.as_str()).width();
        assert!(lay(20, LineKind::Text, 0, &spans).iter().all(|line| columns(line) <= 20));
    }

    #[test]
    fn nothing_raw_passes() {
        assert_eq!(lay(40, LineKind::Text, 0, &[("a\x1b[2Jb", TextStyle::Plain)]), ["a\u{FFFD}[2Jb"]);
    }
}
