//! What the screen's parts look like, by their role. One accent, one warm colour; everything works without either.
//!
//! `config::theme` knows which colours a person chose. Here they become styles: for the colours that this terminal has
//! (`depth`, `fit`) and for a dark or a light background (`background`).

pub mod background;
mod depth;
mod fit;

use ratatui::style::{Color, Modifier, Style};

pub use depth::Depth;
pub use fit::fit;

use crate::config::{Background, Colour, Palette, Role, ThemeConfig};

/// The value of an environment variable.
pub type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Where you are and what you can do.
    pub accent: Style,
    /// Time running out, and what cannot be undone.
    pub warm: Style,
    /// Context: dates, signatures, hints.
    pub dim: Style,
    /// Who writes.
    pub writer: Style,
    /// What is read.
    pub text: Style,
    /// The text of the row under the cursor.
    pub here: Style,
    /// What lies behind that row, from end to end.
    pub selection: Style,
    /// What others are quoted with.
    pub quote: Style,
    /// Lines that separate.
    pub rule: Style,
    /// Behind everything, where the theme paints it.
    pub ground: Style,
}

impl Default for Theme {
    fn default() -> Self {
        Look::default().theme(&ThemeConfig::default())
    }
}

impl Theme {
    /// Without any colour: weight alone tells things apart.
    #[must_use]
    pub fn plain() -> Self {
        Self { warm: Style::new().add_modifier(Modifier::UNDERLINED), ..Self::of(&Palette::default()) }
    }

    /// What was asked for, within a text of this style. Weight and a line tell it where there is no colour, and also in what
    /// has one of the two.
    #[must_use]
    pub fn found(&self, within: Style) -> Style {
        within.patch(self.accent).add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    /// The palette as styles. Context that has no colour of its own is drawn with less weight.
    fn of(palette: &Palette) -> Self {
        let style = |role: Role| colour(palette.of(role)).map_or(Style::new(), |colour| Style::new().fg(colour));
        let context = |role: Role| match colour(palette.of(role)) {
            Some(colour) => Style::new().fg(colour),
            None => Style::new().add_modifier(Modifier::DIM),
        };
        let behind = |role: Role| colour(palette.of(role)).map_or(Style::new(), |colour| Style::new().bg(colour));
        let selection = behind(Role::Selection);
        Self {
            accent: style(Role::Accent),
            warm: style(Role::Warm),
            dim: context(Role::Dim),
            writer: style(Role::Writer).add_modifier(Modifier::BOLD),
            text: style(Role::Text),
            // Where no selection is painted, the accent says where you are.
            here: if selection == Style::new() { style(Role::Accent) } else { style(Role::Text) },
            selection,
            quote: context(Role::Quote),
            rule: context(Role::Rule),
            ground: behind(Role::Ground).patch(style(Role::Text)),
        }
    }
}

fn colour(colour: Colour) -> Option<Color> {
    match colour {
        Colour::Own => None,
        Colour::Indexed(number) => Some(Color::Indexed(number)),
        Colour::Rgb([r, g, b]) => Some(Color::Rgb(r, g, b)),
    }
}

/// What is known of the terminal that the screen is drawn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    pub depth: Depth,
    /// The background that the terminal reported, or its environment; dark until one is known.
    pub ground: Background,
    /// Whether it is likely to answer when it is asked.
    answers: bool,
}

impl Default for Look {
    /// A dark terminal of full colour that is not asked.
    fn default() -> Self {
        Self { depth: Depth::True, ground: Background::Dark, answers: false }
    }
}

impl Look {
    /// By the environment.
    #[must_use]
    pub fn for_terminal(variable: Variable<'_>) -> Self {
        Self {
            depth: Depth::of(variable),
            ground: background::guessed(variable).unwrap_or(Background::Dark),
            answers: background::answers(variable),
        }
    }

    /// Whether the theme depends on the terminal's background, and the terminal is likely to report it.
    #[must_use]
    pub fn asks(&self, chosen: &ThemeConfig) -> bool {
        self.answers && self.depth != Depth::Plain && chosen.background.is_none()
    }

    /// The nearest colour to one of a picture that this terminal has; `None` where it has too few.
    #[must_use]
    pub fn shade(&self, rgb: [u8; 3]) -> Option<Color> {
        match self.depth {
            Depth::True => colour(Colour::Rgb(rgb)),
            Depth::Many => Some(Color::Indexed(fit::indexed(rgb))),
            Depth::Plain | Depth::Sixteen => None,
        }
    }

    /// The chosen theme on this terminal.
    #[must_use]
    pub fn theme(&self, chosen: &ThemeConfig) -> Theme {
        let ground = chosen.background.unwrap_or(self.ground);
        match self.depth {
            Depth::Plain => Theme::plain(),
            depth => Theme::of(&fit(&chosen.palette(ground), ground, depth)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Depth, Look, Theme};
    use crate::config::{Background, ThemeConfig};
    use ratatui::style::{Modifier, Style};

    #[test]
    fn without_colours_no_style_has_one() {
        let plain = Look { depth: Depth::Plain, ..Look::default() }.theme(&ThemeConfig::named("paper"));
        assert_eq!(plain, Theme::plain());
        let styles = [plain.accent, plain.warm, plain.dim, plain.writer, plain.text, plain.here, plain.selection];
        for style in styles.into_iter().chain([plain.quote, plain.rule, plain.ground]) {
            assert_eq!((style.fg, style.bg), (None, None));
        }
        assert!(plain.dim.add_modifier.contains(Modifier::DIM) && plain.writer.add_modifier.contains(Modifier::BOLD));
    }

    #[test]
    fn what_a_person_chose_goes_before_what_the_terminal_says() {
        let dark = Look::default();
        let light = Look { ground: Background::Light, ..dark };
        let mut chosen = ThemeConfig::default();
        chosen.background = Some(Background::Light);
        assert_eq!(dark.theme(&chosen), light.theme(&ThemeConfig::default()));
        assert_ne!(dark.theme(&chosen), dark.theme(&ThemeConfig::default()));
        let asking = Look { answers: true, ..dark };
        assert!(asking.asks(&ThemeConfig::default()) && !asking.asks(&chosen));
        assert!(!Look { depth: Depth::Plain, ..asking }.asks(&ThemeConfig::default()));
    }

    #[test]
    fn a_theme_without_a_ground_paints_none() {
        assert_eq!(Theme::default().ground, Style::new());
        assert_ne!(Look::default().theme(&ThemeConfig::named("paper")).ground, Style::new());
    }
}
