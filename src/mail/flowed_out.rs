//! Text that leaves, as `format=flowed` (RFC 3676): long lines are broken so that a reader can join them again.
//!
//! What somebody wrote as a line of its own stays one: a blank at its end does not join it to the next.

use unicode_width::UnicodeWidthStr;

use super::flowed::quoted;

/// No line is longer, in columns, where it has a blank to break at (RFC 3676 §4.2 recommends at most 78 characters).
const LINE: usize = 72;

/// The text with CRLF line ends and one at its end, unless it is empty.
pub(super) fn flowed(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for line in text.trim_end().split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        // The dashes before a signature have their blank (RFC 3676 §4.3).
        if line == "-- " {
            out.push_str("-- \r\n");
            continue;
        }
        let (depth, content) = quoted(line, false);
        let marks = ">".repeat(usize::from(depth));
        let mut rest = content.trim_end();
        loop {
            let (head, behind) = broken(rest, LINE.saturating_sub(marks.len() + 1).max(20));
            out.push_str(&marks);
            // A blank before what would otherwise be taken for a mark of a quote, or for the beginning of a message (§4.4).
            let stuffed = depth > 0 && !head.is_empty() || head.starts_with([' ', '>']) || head.starts_with("From ");
            if stuffed {
                out.push(' ');
            }
            out.push_str(head);
            if behind.is_empty() {
                break;
            }
            out.push_str(" \r\n");
            rest = behind;
        }
        out.push_str("\r\n");
    }
    if text.trim_end().is_empty() { String::new() } else { out }
}

/// The beginning of a line that fits, and the rest without the one blank between them.
fn broken(line: &str, columns: usize) -> (&str, &str) {
    if line.width() <= columns {
        return (line, "");
    }
    let mut last = None;
    let mut width = 0;
    for (at, c) in line.char_indices() {
        // A line of blanks alone would be no line of its own.
        if c == ' ' && !line.get(..at).unwrap_or_default().trim().is_empty() {
            if last.is_some() && width > columns {
                break;
            }
            last = Some(at);
        }
        width += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if width > columns && last.is_some() {
            break;
        }
    }
    match last {
        Some(at) => {
            let head = line.get(..at).unwrap_or_default();
            let behind = line.get(at + 1..).unwrap_or_default();
            // More than one blank cannot be kept at a break: the rest of them would be lost.
            if head.ends_with(' ') || behind.starts_with(' ') { unbroken(line, at) } else { (head, behind) }
        }
        None => (line, ""),
    }
}

/// Breaks behind a place where blanks stand in a row, at the next single one.
fn unbroken(line: &str, from: usize) -> (&str, &str) {
    let bytes = line.as_bytes();
    let single = |at: &usize| {
        bytes.get(*at) == Some(&b' ')
            && bytes.get(at + 1) != Some(&b' ')
            && at.checked_sub(1).is_some_and(|it| bytes.get(it) != Some(&b' '))
    };
    match (from..line.len()).find(single) {
        Some(at) if at + 1 < line.len() => (line.get(..at).unwrap_or_default(), line.get(at + 1..).unwrap_or_default()),
        _ => (line, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::flowed;
    use crate::mail::flowed::{lines, quoted};

    /// The text as a reader joins it (RFC 3676 §4.1), each line with its depth.
    fn joined(text: &str) -> Vec<(u8, String)> {
        let mut out: Vec<(u8, String)> = Vec::new();
        let mut open = None;
        for line in lines(text) {
            let (depth, content) = quoted(line, true);
            let signature = content == "-- ";
            match out.last_mut() {
                Some((_, last)) if open == Some(depth) && !signature => last.push_str(content),
                _ => out.push((depth, content.to_owned())),
            }
            open = (content.ends_with(' ') && !signature).then_some(depth);
        }
        out
    }

    #[test]
    fn lines_come_back_as_they_were_written() {
        let long = "word ".repeat(60).trim_end().to_owned();
        let text = format!(
            "Hello,\n\n{long}\n> {long}\n>> deep\n From here\nFrom there\n>\n  indented  twice   \ntrailing   \n{}\n-- \nMe",
            "x".repeat(200)
        );
        let out = flowed(&text);
        assert!(out.lines().all(|line| line.len() <= 78 || line.starts_with("xxx")), "{out}");
        assert!(out.split("\r\n").all(|line| !line.contains('\n')));
        let expected: Vec<(u8, String)> = text
            .split('\n')
            .map(|line| {
                let (depth, content) = quoted(line, false);
                (depth, if content == "-- " { content.to_owned() } else { content.trim_end().to_owned() })
            })
            .collect();
        assert_eq!(joined(&out), expected);
    }

    proptest::proptest! {
        #[test]
        fn any_text_comes_back(text in "[a-c >\\-\u{e9}\u{6c34}\n]{0,400}") {
            let out = flowed(&text);
            let expected: Vec<(u8, String)> = text
                .trim_end()
                .split('\n')
                .map(|line| {
                    let (depth, content) = if line == "-- " { (0, line) } else { quoted(line, false) };
                    (depth, if line == "-- " { line.to_owned() } else { content.trim_end().to_owned() })
                })
                .collect();
            let got = joined(&out);
            proptest::prop_assert!(text.trim_end().is_empty() || got == expected, "{:?} {:?} {:?}", text, out, got);
        }
    }
}
