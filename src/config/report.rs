//! Mistakes as a person reads them: the line of the file, a mark under the mistake, and what to write instead.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::mistake::{ConfigMistake, Mistakes};

impl Mistakes {
    /// The report, as rustc would print it. Each mistake shows one line of the file, so that a long file costs no more than
    /// a short one.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let path = self.path.display().to_string();
        let each = self.found.iter().map(|mistake| renderer.render(&[group(&path, &self.text, mistake)]));
        let mut report = each.collect::<Vec<_>>().join("\n\n");
        if self.left_out > 0 {
            let more = Level::NOTE.primary_title(format!("{} more mistakes are not shown", self.left_out));
            report.push_str("\n\n");
            report.push_str(&renderer.render(&[Group::with_title(more)]));
        }
        report
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Mistakes {}

fn group<'a>(path: &'a str, text: &'a str, mistake: &'a ConfigMistake) -> Group<'a> {
    let title = Level::ERROR.primary_title(&mistake.what);
    let (line, number, span) = line_of(text, &mistake.span);
    let mark =
        AnnotationKind::Primary.span(span).label(mistake.expected.as_ref().map(|what| format!("expected {what}")));
    let group = title.element(Snippet::source(line).line_start(number).path(path).annotation(mark));
    match &mistake.hint {
        Some(hint) => group.element(Level::HELP.message(hint)),
        None => group,
    }
}

/// The line on which a span begins, its number, and the part of the span on that line, counted from the start of the line.
fn line_of<'a>(text: &'a str, span: &Range<usize>) -> (&'a str, usize, Range<usize>) {
    let start = text[..span.start].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let number = text[..start].bytes().filter(|&byte| byte == b'\n').count() + 1;
    let from = (span.start - start).min(line.len());
    let to = (span.end - start).clamp(from, line.len());
    (line, number, from..to)
}
