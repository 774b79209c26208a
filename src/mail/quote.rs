//! The text of a message as a quote in an answer: what its author wrote, without the signature and without the footer of a list.

use super::flowed::quoted;
use super::letter::letter;
use crate::domain::ids::Id;
use crate::domain::letter::{LetterLine, LineKind, TextStyle};

/// The columns of a quoted line, without its mark: with three more levels of quotes it still fits into 80.
const COLUMNS: u16 = 72;
/// A footer of a list stands within so many of the last lines.
const FOOTER_LINES: usize = 12;
/// So many lines are quoted. Nobody answers more; the whole is one key away.
const QUOTED_LINES: usize = 2_000;

/// The quote: each line with its mark, those that the author quoted with one more. Empty where there is nothing to quote.
#[must_use]
pub fn quote(raw: &[u8]) -> String {
    let letter = letter(Id(0), raw, COLUMNS, None);
    let own = letter.lines.iter().filter(|line| !matches!(line.kind, LineKind::Signature | LineKind::Armour));
    let lines: Vec<(usize, String)> = own.map(|line| (depth(line), text_of(line))).take(QUOTED_LINES).collect();
    let kept = lines.get(..footer(&lines)).unwrap_or(&lines);
    quote_of(kept.iter().map(|(depth, text)| (*depth, text.as_str())))
}

/// The whole text, for somebody else to read: quotes with their marks, the signature too.
#[must_use]
pub fn forwarded_text(raw: &[u8]) -> String {
    let letter = letter(Id(0), raw, COLUMNS, None);
    let mut out = String::new();
    for line in &letter.lines {
        let marks = ">".repeat(depth(line));
        let gap = if marks.is_empty() { "" } else { " " };
        out.push_str(format!("{marks}{gap}{}", text_of(line)).trim_end());
        out.push('\n');
    }
    out
}

/// A passage as a quote, line by line.
#[must_use]
pub fn quote_passage(passage: &str) -> String {
    quote_of(passage.lines().map(|line| {
        let (depth, text) = quoted(line, false);
        (usize::from(depth), text)
    }))
}

/// Without empty lines at both ends, and with one where there are several.
fn quote_of<'l>(lines: impl Iterator<Item = (usize, &'l str)>) -> String {
    let mut out = String::new();
    let mut gap = false;
    for (depth, line) in lines {
        let line = line.trim_end();
        if line.is_empty() {
            gap = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push_str(">\n");
        }
        out.push_str(&">".repeat(depth + 1));
        out.push(' ');
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// How deep the author of the message quoted a line.
fn depth(line: &LetterLine) -> usize {
    if let LineKind::Quote(depth) = line.kind { usize::from(depth) } else { 0 }
}

/// What a line says, without the marks of a quote, the numbers of links, and what else the reader adds.
fn text_of(line: &LetterLine) -> String {
    let said = line.spans.iter().filter(|span| span.look != TextStyle::Added);
    said.map(|span| span.text.as_str()).collect()
}

/// Where the footer of a list begins, or the end: a line of underscores or dashes near the end, with more behind it.
fn footer(lines: &[(usize, String)]) -> usize {
    let from = lines.len().saturating_sub(FOOTER_LINES);
    let rule = |(_, line): &(usize, String)| {
        let line = line.trim();
        line.len() >= 20 && (line.bytes().all(|byte| byte == b'_') || line.bytes().all(|byte| byte == b'-'))
    };
    let at = lines.get(from..).unwrap_or_default().iter().position(rule).map(|at| from + at);
    at.filter(|at| *at > 0).unwrap_or(lines.len())
}

#[cfg(test)]
mod tests {
    use super::{quote, quote_passage};

    #[test]
    fn what_the_author_wrote_is_quoted_and_nothing_else() {
        let plain = "Subject: x\n\nHello,\n\n\nBob wrote:\n> old\n>> older\n\nyes.\n\n-- \nAnn\n+49 30\n";
        assert_eq!(quote(plain.as_bytes()), "> Hello,\n>\n> Bob wrote:\n>> old\n>>> older\n>\n> yes.\n");
        let list = "Subject: x\n\nYes.\n_______________________________________________\nUsers mailing list\nhttps://l.example/\n";
        assert_eq!(quote(list.as_bytes()), "> Yes.\n");
        let html = "Content-Type: text/html\n\n<p>See <a href='https://a.example/'>the plan</a>.</p><blockquote type='cite'>old</blockquote>";
        assert_eq!(quote(html.as_bytes()), "> See the plan.\n>\n>> old\n");
        assert_eq!(quote(b"Subject: x\n\n-- \nAnn\n"), "");
        assert_eq!(quote(b""), "");
    }

    #[test]
    fn long_lines_are_broken_and_keep_their_depth() {
        let long =
            format!("Content-Type: text/plain; format=flowed\n\n{}\n> {}\n", "word ".repeat(40), "quoted ".repeat(30));
        let quoted = quote(long.as_bytes());
        assert!(quoted.lines().all(|line| line.len() <= 76), "{quoted}");
        assert!(quoted.lines().filter(|line| line.contains("quoted")).all(|line| line.starts_with(">> ")));
        assert_eq!(quoted.matches("word").count(), 40);
    }

    #[test]
    fn a_passage_is_quoted_alone() {
        assert_eq!(quote_passage("\none\n> two\n\n"), "> one\n>> two\n");
    }
}
