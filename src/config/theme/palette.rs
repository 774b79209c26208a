//! The roles of a screen, and a colour for each.

use super::colour::Colour;

/// The purpose of a part of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Text that is read.
    Text,
    /// Less important text: dates, signatures, hints.
    Dim,
    /// The name of the sender; always bold.
    Writer,
    /// The present position, and actions that can be taken.
    Accent,
    /// Time that runs out, and what cannot be undone.
    Warm,
    /// The background of the row under the cursor.
    Selection,
    /// Quoted text.
    Quote,
    /// Lines that separate.
    Rule,
    /// The background of the whole screen; `default` keeps that of the terminal.
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

    /// The roles of text.
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

/// A colour for every role. A role that was given none has the default of the terminal.
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
