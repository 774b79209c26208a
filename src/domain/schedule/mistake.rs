//! What is wrong with a text that a person wrote about time.

use std::fmt;

use crate::domain::printable::Printable;

/// How many columns of the text are quoted.
const QUOTED: usize = 40;

/// A text that is not what is expected there. `Display` gives one line that is fit for a terminal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct TimeMistake {
    /// What was found: `` `mondy` is not a day ``.
    pub what: String,
    /// What would have been right, with an example.
    pub expected: &'static str,
    /// What was probably meant, in a form that is right.
    pub nearest: Option<String>,
}

impl TimeMistake {
    /// A mistake about a text, which is quoted in front of `what`.
    #[must_use]
    pub fn about(text: &str, what: impl fmt::Display, expected: &'static str) -> Self {
        Self { what: format!("{} {what}", quoted(text)), expected, nearest: None }
    }

    /// The same, with words in front that tell where the text is.
    #[must_use]
    pub fn in_front(self, words: &str) -> Self {
        Self { what: format!("{words}{}", self.what), ..self }
    }

    #[must_use]
    pub fn meant(mut self, nearest: Option<impl Into<String>>) -> Self {
        self.nearest = nearest.map(Into::into);
        self
    }
}

impl fmt::Display for TimeMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; expected {}", self.what, self.expected)?;
        self.nearest.as_ref().map_or(Ok(()), |nearest| write!(f, "; did you mean `{nearest}`?"))
    }
}

/// A text in backticks, made harmless and short.
fn quoted(text: &str) -> String {
    // No text is shown beyond this many characters, so none is cleaned beyond them.
    let head: String = text.chars().take(QUOTED * 4).collect();
    format!("`{}`", Printable::from(head.as_str()).cut(QUOTED))
}
