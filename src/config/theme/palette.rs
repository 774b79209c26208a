//! The roles of a screen, and a colour for each.

use super::colour::Colour;

/// What a part of the screen is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// What is read.
    Text,
    /// Context: dates, signatures, hints.
    Dim,
    /// Who writes; always bold.
    Writer,
    /// Where you are and what you can do.
    Accent,
    /// Time running out, and what cannot be undone.
    Warm,
    /// Behind the row under the cursor.
    Selection,
    /// What others are quoted with.
    Quote,
    /// Lines that separate.
    Rule,
    /// Behind everything; `default` leaves the terminal's own.
    Ground,
}

impl Role {
    pub const ALL: [Self; 9] = [
        Self::Text,
        Self::Dim,
        Self::Writer,
        Self::Accent,
        Self::Warm,
        Self::Selection,
        Self::Quote,
        Self::Rule,
        Self::Ground,
    ];

    /// Those that are read.
    pub const READ: [Self; 6] = [Self::Text, Self::Dim, Self::Writer, Self::Accent, Self::Warm, Self::Quote];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Dim => "dim",
            Self::Writer => "writer",
            Self::Accent => "accent",
            Self::Warm => "warm",
            Self::Selection => "selection",
            Self::Quote => "quote",
            Self::Rule => "rule",
            Self::Ground => "ground",
        }
    }
}

/// A colour for every role; for those that none was given, the terminal's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Palette {
    colours: [Colour; Role::ALL.len()],
}

impl Palette {
    #[must_use]
    pub fn of(&self, role: Role) -> Colour {
        self.colours.get(role as usize).copied().unwrap_or_default()
    }

    /// The same with other colours for some roles.
    #[must_use]
    pub fn with(mut self, changes: &[(Role, Colour)]) -> Self {
        for (role, colour) in changes {
            if let Some(place) = self.colours.get_mut(*role as usize) {
                *place = *colour;
            }
        }
        self
    }
}
