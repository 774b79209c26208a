//! A message laid out for reading: clean header lines, the text broken into lines of a width, links numbered.
//!
//! `mail` makes a letter from original bytes, off the screen's thread; a view only draws it.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::ids::Id;
use super::printable::Printable;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub id: Id,
    /// The width in columns that `lines` were broken for.
    pub width: u16,
    pub from_name: Printable,
    pub from_address: Printable,
    /// The other header lines worth showing, in order: To, Cc, Reply-To where it differs, List. One row each.
    pub headers: Vec<(&'static str, Printable)>,
    pub subject: Printable,
    pub lines: Vec<Line>,
    pub links: Vec<Link>,
    pub attachments: Vec<Attached>,
    /// What is wrong with the message or was left out, each a short sentence.
    pub notes: Vec<Printable>,
    /// Which body the lines were made of, where there was a choice.
    pub body: Body,
}

/// Which of a message's bodies is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Body {
    #[default]
    Text,
    /// The text; an HTML version is there too.
    TextOfBoth,
    Html,
    /// The HTML; a text version is there too.
    HtmlOfBoth,
    None,
}

/// One line, no wider than the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub kind: LineKind,
    pub spans: Vec<Span>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineKind {
    Text,
    /// Quoted, this many levels deep. Neighbouring quote lines fold together.
    Quote(u8),
    /// From the signature's dashes (RFC 3676 §4.3) to the end.
    Signature,
    Heading,
    /// Preformatted: columns and code, broken only where they do not fit.
    Verbatim,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub text: Printable,
    pub look: Look,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Look {
    #[default]
    Plain,
    Strong,
    Emphasis,
    /// The text of a link; its number follows as `[n]`.
    Link,
    /// The `[n]` behind a link, and other additions of ours.
    Added,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it goes, whole, as an opener gets it.
    pub target: String,
    /// Where it goes, as it is shown: the real host (punycode where it was written so), nothing hidden.
    pub shown: Printable,
    /// Why it can't be followed from here: a scheme other than http, https or mailto; or what to beware of.
    pub caution: Option<Printable>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Its name, or `attachment-1` where it has none.
    pub name: Printable,
    pub kind: Printable,
    pub size: u64,
}

/// Breaks a line of text so that no piece is wider than `columns`: after spaces where there are any, else between
/// characters. Wide characters are never cut in two. An empty text gives one empty line.
#[must_use]
pub fn wrap(text: &str, columns: usize) -> Vec<&str> {
    let columns = columns.max(2);
    let mut lines = Vec::new();
    let mut start = 0;
    let mut width = 0;
    // The last place where a break would not split a word: the byte behind its space, and the width up to there.
    let mut place: Option<(usize, usize)> = None;
    for (at, cluster) in text.grapheme_indices(true) {
        let wide = cluster.width();
        if cluster == " " && width + wide > columns {
            lines.push(text[start..at].trim_end_matches(' '));
            (start, width, place) = (at + 1, 0, None);
            continue;
        }
        while width + wide > columns && at > start {
            let (next, behind) = place.take().unwrap_or((at, width));
            lines.push(text[start..next].trim_end_matches(' '));
            (start, width) = (next, width - behind);
        }
        width += wide;
        let end = at + cluster.len();
        if cluster == " " || (wide == 2 && cluster.chars().next().is_some_and(|c| c > '\u{2E80}' && c < '\u{1F000}')) {
            place = Some((end, width));
        }
    }
    lines.push(text[start..].trim_end_matches(' '));
    lines
}

#[cfg(test)]
mod tests {
    use super::wrap;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn breaks_at_spaces_and_within_what_has_none() {
        assert_eq!(wrap("the quick brown fox", 10), ["the quick", "brown fox"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("来週の打ち合わせ", 6), ["来週の", "打ち合", "わせ"]);
        assert_eq!(wrap("", 6), [""]);
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_wider_and_nothing_but_spaces_is_lost(text in "[a-zA-Z ß来週の😀]{0,80}", columns in 2usize..30) {
            let lines = wrap(&text, columns);
            proptest::prop_assert!(lines.iter().all(|line| line.width() <= columns), "{lines:?}");
            let without = |text: &str| text.replace(' ', "");
            proptest::prop_assert_eq!(without(&lines.concat()), without(&text));
        }
    }
}
