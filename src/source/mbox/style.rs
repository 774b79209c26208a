//! How an mbox separates its messages. It is decided once for the whole mbox, from its beginning.
//!
//! No rule is right for every program. Most write an empty line before each separator, some write none. Thunderbird
//! leaves out sender and date. And a letter that quotes the output of `git format-patch` has a line in it that looks
//! like a separator. So the separators at the beginning are counted, and what they have in common decides about the
//! rest.

use serde::{Deserialize, Serialize};

use super::separator::{LinesBelow, Shape};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Style {
    first: First,
    pub(super) spacing: Spacing,
    /// Lines end with a carriage return alone.
    #[serde(default)]
    pub(super) returns: bool,
}

/// The shape of the first separator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum First {
    Dated,
    Bare,
    Patch,
    Words,
}

/// What stands before a separator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Spacing {
    /// An empty line.
    Blank,
    /// Nothing: the line before it belongs to the message.
    None,
    /// There is only one message so far.
    Unknown,
}

/// The line before one that may be a separator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineBefore {
    Blank,
    /// The boundary that ends the last part of a message.
    LastBoundary,
    Text,
}

impl Style {
    /// The style, as far as the first line decides it.
    pub(super) fn of_first_line(beginning: &[u8]) -> Self {
        let beginning = first_line(beginning);
        let returns = ends_with_returns(beginning);
        let end = if returns { b'\r' } else { b'\n' };
        let mut lines = beginning.split(|byte| *byte == end).map(<[u8]>::trim_ascii_start);
        let first = match lines.find(|line| !line.is_empty()).and_then(Shape::of) {
            Some(Shape::Patch) => First::Patch,
            Some(Shape::Bare) => First::Bare,
            Some(Shape::Words) => First::Words,
            Some(Shape::Dated(_) | Shape::Loose(_)) | None => First::Dated,
        };
        Self { first, spacing: Spacing::Unknown, returns }
    }

    /// The same style, with what is known of the lines before separators.
    pub(super) fn spaced(self, spacing: Spacing) -> Self {
        Self { spacing, ..self }
    }

    /// Whether a line of this shape separates two messages, given the line before it and the lines below it.
    pub(super) fn separates(self, shape: Shape, before: LineBefore, follows: LinesBelow) -> bool {
        let blank = before == LineBefore::Blank;
        let enough = match before {
            LineBefore::Blank | LineBefore::LastBoundary => LinesBelow::Line,
            LineBefore::Text if self.spacing == Spacing::Blank => return self.is_patch(shape, follows),
            LineBefore::Text => LinesBelow::Header,
        };
        match (self.first, shape) {
            (First::Patch, _) | (_, Shape::Patch) => self.is_patch(shape, follows),
            // After an empty line, a postmark without a header begins an empty message, or one that is still being
            // written.
            (_, Shape::Dated(_)) => {
                follows >= enough || (blank && matches!(follows, LinesBelow::Blank | LinesBelow::Nothing))
            }
            (_, Shape::Loose(_)) | (First::Words, Shape::Words) => blank && follows == LinesBelow::Header,
            (First::Bare, Shape::Bare) => {
                follows >= enough.max(LinesBelow::Field) || (blank && follows == LinesBelow::Nothing)
            }
            (_, Shape::Bare) => follows == LinesBelow::Header,
            (_, Shape::Words) => false,
        }
    }

    /// An mbox of patches is separated only by lines of patches, and these lines separate no other mbox.
    fn is_patch(self, shape: Shape, follows: LinesBelow) -> bool {
        self.first == First::Patch && shape == Shape::Patch && follows >= LinesBelow::Line
    }
}

/// The first line that is not empty. If it ends with a carriage return, one byte more, since that may be half of a line
/// end.
pub(super) fn first_line(beginning: &[u8]) -> &[u8] {
    let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let from = beginning.iter().take_while(|byte| is_end(byte)).count();
    let length = beginning.iter().skip(from).position(is_end).map_or(beginning.len(), |at| from + at + 2);
    beginning.get(..length).unwrap_or(beginning)
}

/// Whether there are carriage returns and not a single line feed.
fn ends_with_returns(beginning: &[u8]) -> bool {
    beginning.contains(&b'\r') && !beginning.contains(&b'\n')
}
