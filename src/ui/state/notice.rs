//! The line that says what just happened.

use crate::domain::printable::Printable;
use crate::domain::problem::Problem;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub text: Printable,
    /// What takes it back; never cut off.
    pub way_back: Option<String>,
    pub tone: Tone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Calm,
    /// Something did not work.
    Warm,
}

impl Notice {
    #[must_use]
    pub fn calm(text: impl Into<String>) -> Self {
        Self { text: Printable::from(text.into()), way_back: None, tone: Tone::Calm }
    }

    /// Something that can be taken back.
    #[must_use]
    pub fn done(text: impl Into<String>, way_back: Option<String>) -> Self {
        Self { way_back, ..Self::calm(text) }
    }

    #[must_use]
    pub fn problem(problem: &Problem) -> Self {
        Self { text: sentence(problem), way_back: None, tone: Tone::Warm }
    }
}

/// A problem in one line: what, and what to do.
#[must_use]
pub fn sentence(problem: &Problem) -> Printable {
    match &problem.hint {
        Some(hint) => Printable::from(format!("{} · {hint}", problem.what)),
        None => problem.what.clone(),
    }
}
