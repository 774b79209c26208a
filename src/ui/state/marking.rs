//! Lines that are marked in an open message, to be quoted alone or copied.

use crate::domain::letter::{Letter, LetterLine, LineKind, TextStyle};
use crate::ui::request::LetterKey;

/// From the line where it was begun to the one that the keys have come to; numbers are places in the letter's lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marking {
    /// The letter as it was laid out: in another width its lines are others.
    pub of: LetterKey,
    pub from: usize,
    pub to: usize,
}

impl Marking {
    #[must_use]
    pub fn covers(self, line: usize) -> bool {
        (self.from.min(self.to)..=self.from.max(self.to)).contains(&line)
    }

    /// How many lines are marked.
    #[must_use]
    pub fn lines(self) -> usize {
        self.from.abs_diff(self.to) + 1
    }

    /// What the marked lines say, with the marks of quotes before those that the author quoted.
    #[must_use]
    pub fn text(self, letter: &Letter) -> String {
        let marked = letter.lines.iter().enumerate().filter(|(place, _)| self.covers(*place));
        marked.map(|(_, line)| said(line) + "\n").collect()
    }
}

fn said(line: &LetterLine) -> String {
    let text: String = line.spans.iter().filter(|it| it.look != TextStyle::Added).map(|it| it.text.as_str()).collect();
    match line.kind {
        LineKind::Quote(depth) => format!("{} {text}", ">".repeat(usize::from(depth))),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{Marking, said};
    use crate::domain::ids::Id;
    use crate::domain::letter::{LetterLine, LineKind, Span, TextStyle};
    use crate::ui::request::LetterKey;

    #[test]
    fn it_goes_from_the_line_where_it_was_begun_in_both_directions() {
        let of = LetterKey { id: Id(1), width: 60, body: None };
        for (from, to) in [(2, 4), (4, 2)] {
            let marking = Marking { of, from, to };
            assert_eq!((0..6).filter(|line| marking.covers(*line)).collect::<Vec<_>>(), [2, 3, 4]);
            assert_eq!(marking.lines(), 3);
        }
    }

    #[test]
    fn a_line_is_what_its_author_wrote() {
        let span = |text: &str, look| Span { text: text.into(), look };
        let spans = vec![span("> ", TextStyle::Added), span("see ", TextStyle::Plain), span("here", TextStyle::Link)];
        let line = |kind| LetterLine { kind, spans: spans.clone() };
        assert_eq!(said(&line(LineKind::Text)), "see here");
        assert_eq!(said(&line(LineKind::Quote(2))), ">> see here");
    }
}
