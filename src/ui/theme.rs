//! What the screen's parts look like, by their role. One accent, one warm colour; everything works without either.

use ratatui::style::{Color, Modifier, Style};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Where you are and what you can do.
    pub accent: Style,
    /// Time running out, and what cannot be undone.
    pub warm: Style,
    /// Context: dates, quotes, signatures, hints.
    pub dim: Style,
    /// Who writes.
    pub writer: Style,
    /// What is read.
    pub text: Style,
    /// The row under the cursor.
    pub here: Style,
}

impl Default for Theme {
    /// The terminal's own sixteen colours, so that it fits whatever a person has chosen for them.
    fn default() -> Self {
        Self {
            accent: Style::new().fg(Color::Indexed(6)),
            warm: Style::new().fg(Color::Indexed(3)),
            dim: Style::new().add_modifier(Modifier::DIM),
            writer: Style::new().add_modifier(Modifier::BOLD),
            text: Style::new(),
            here: Style::new().fg(Color::Indexed(6)),
        }
    }
}

impl Theme {
    /// Without any colour (`NO_COLOR`): weight alone tells things apart.
    #[must_use]
    pub fn plain() -> Self {
        Self {
            accent: Style::new(),
            warm: Style::new().add_modifier(Modifier::UNDERLINED),
            dim: Style::new().add_modifier(Modifier::DIM),
            writer: Style::new().add_modifier(Modifier::BOLD),
            text: Style::new(),
            here: Style::new(),
        }
    }
}
