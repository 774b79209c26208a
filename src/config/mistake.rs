//! What can be wrong with the configuration, each with its place, and all of them in one report.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::masked::masked;
use crate::domain::nearest::nearest;
use crate::domain::printable::Printable;

/// How many mistakes a report has at most. A file with more is not a configuration.
const REPORTED: usize = 100;
/// Up to this many names are all listed, even if one of them is similar.
const FEW: usize = 6;
/// How many columns of a wrong text are quoted at most.
const QUOTED: usize = 40;

/// One mistake: where it is (byte offsets into the file's text), what was found there, what was expected, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigMistake {
    pub span: Range<usize>,
    pub what: String,
    pub expected: Option<String>,
    pub hint: Option<String>,
}

impl ConfigMistake {
    pub fn at(span: Range<usize>, what: impl Into<String>) -> Self {
        Self { span, what: what.into(), expected: None, hint: None }
    }

    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Suggests the most similar of the right names. Lists all of them if they are few, or if none is similar.
    #[must_use]
    pub fn among<'a>(self, word: &str, names: impl IntoIterator<Item = &'a str> + Clone) -> Self {
        let near = nearest(word, names.clone());
        let all: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
        let told = !all.is_empty() && (near.is_none() || all.len() <= FEW);
        let several = if all.len() > 1 { "one of " } else { "" };
        let mistake = if told { self.expected(format!("{several}{}", all.join(", "))) } else { self };
        match near {
            Some(near) => mistake.hint(format!("did you mean `{near}`?")),
            None => mistake,
        }
    }
}

/// Text of the file in backticks, made safe for a terminal and short.
pub(super) fn quoted(text: &str) -> String {
    let head: String = text.chars().take(QUOTED * 4).collect();
    format!("`{}`", Printable::from(head).cut(QUOTED))
}

/// A place in the file as editors count it: line and column begin at 1, and a column is a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilePosition {
    pub line: usize,
    pub column: usize,
}

/// Every mistake of one file, in the order of the file. `Display` gives the whole report without colour (`report`). It keeps
/// the text of the file without its passwords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes {
    pub(super) path: PathBuf,
    /// The text of the file, with every secret replaced.
    pub(super) text: String,
    pub(super) found: Vec<ConfigMistake>,
    /// How many more there are.
    pub(super) left_out: usize,
}

impl Mistakes {
    pub(super) fn new(path: &Path, text: &str, mut found: Vec<ConfigMistake>) -> Self {
        for mistake in &mut found {
            mistake.span = within(text, &mistake.span);
        }
        found.sort_by_key(|mistake| mistake.span.start);
        let left_out = found.len().saturating_sub(REPORTED);
        found.truncate(REPORTED);
        Self { path: path.to_owned(), text: masked(text), found, left_out }
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many there are, together with those that are left out of the report.
    #[must_use]
    pub fn count(&self) -> usize {
        self.found.len() + self.left_out
    }

    /// The mistakes one by one, for a report in another form.
    pub fn each(&self) -> impl Iterator<Item = (FilePosition, &ConfigMistake)> {
        self.found.iter().map(|mistake| (self.place(mistake.span.start), mistake))
    }

    fn place(&self, at: usize) -> FilePosition {
        let before = &self.text[..at];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        FilePosition { line, column: before[line_start..].chars().count() + 1 }
    }
}

/// The span, moved to lie within the text and between its characters.
fn within(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start);
    let end = text.ceil_char_boundary(span.end.max(start));
    start..end
}
