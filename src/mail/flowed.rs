//! How the lines of a plain text belong together: `format=flowed` and `delsp` (RFC 3676), and how deep a line is quoted.

use std::borrow::Cow;

use super::charset;
use super::content_field::FieldWithParameters;
use crate::domain::limits::LINE_COLUMNS;

/// How the lines of a text form paragraphs (RFC 3676).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flow {
    pub(super) flowed: bool,
    /// The space that marks a flowed line is not part of the text.
    pub(super) delete_space: bool,
}

impl Flow {
    pub(super) fn of(kind: &FieldWithParameters) -> Self {
        let says = |name: &str, value: &str| kind.parameter(name).is_some_and(|it| it.eq_ignore_ascii_case(value));
        Self { flowed: says("format", "flowed"), delete_space: says("delsp", "yes") }
    }
}

/// The text with the lines joined that belong together without a space (`delsp=yes`): words may be cut between them. With
/// a space between them, lines need no joining for their words to be found.
pub(super) fn unflowed<'t>(text: &'t str, kind: &FieldWithParameters) -> Cow<'t, str> {
    let flow = Flow::of(kind);
    if !flow.flowed || !flow.delete_space {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut open: Option<u8> = None;
    for line in lines(text) {
        let (depth, content) = quoted(line, true);
        if open.is_some_and(|it| it != depth || content == "-- ") || open.is_none() && !out.is_empty() {
            out.push('\n');
        }
        let flows = content.ends_with(' ') && content != "-- ";
        out.push_str(if flows { content.strip_suffix(' ').unwrap_or(content) } else { content });
        open = flows.then_some(depth);
    }
    Cow::Owned(out)
}

/// The lines of a text, with any of the three line ends; a line that is too long is cut.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_suffix('\n').map_or(text, |it| it.strip_suffix('\r').unwrap_or(it));
    let split = text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'));
    split.flat_map(|line| {
        let mut rest = Some(line);
        std::iter::from_fn(move || {
            let line = rest?;
            let head = charset::cut(line, LINE_COLUMNS);
            rest = line.get(head.len()..).filter(|rest| !rest.is_empty());
            Some(head)
        })
    })
}

/// How deep a line is quoted, and what it says. `> >`, `>>` and `>` with words behind it are all quotes; in flowed
/// text only what stands at the very beginning counts, and a leading space is stuffing.
pub(super) fn quoted(line: &str, flowed: bool) -> (u8, &str) {
    let mut depth = 0u8;
    let mut rest = line;
    while let Some(after) = rest.strip_prefix('>') {
        depth = depth.saturating_add(1);
        rest = after;
        if !flowed && rest.starts_with(" >") {
            rest = rest.trim_start_matches(' ');
        }
    }
    if depth > 0 || flowed {
        rest = rest.strip_prefix(' ').unwrap_or(rest);
    }
    (depth, rest)
}
