//! What the screen's parts look like, by their role. One accent, one warm colour; everything works without either.
//!
//! Which of three looks it is depends on what the terminal says of itself. Where it has 256 colours, the fixed ones
//! are used, whose contrast is known on dark and on light; the first sixteen are whatever a person made of them.

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

/// A calm blue, `#0087af`: 4.6:1 on `#111111`, 4.1:1 on white.
const BLUE: Color = Color::Indexed(31);
/// An orange, `#d75f00`: 5.0:1 on `#111111`, 3.8:1 on white.
const ORANGE: Color = Color::Indexed(166);
/// The middle grey, `#767676`: 4.6:1 on black, 4.5:1 on white.
const GREY: Color = Color::Indexed(243);

/// Terminals with 256 colours whose names do not say so.
const COLOURFUL: [&str; 6] = ["kitty", "alacritty", "foot", "wezterm", "ghostty", "direct"];

impl Default for Theme {
    /// The fixed colours.
    fn default() -> Self {
        Self::of(BLUE, ORANGE, Style::new().fg(GREY))
    }
}

impl Theme {
    /// What suits a terminal, by its environment: `NO_COLOR`, `TERM`, `COLORTERM`, `WT_SESSION`.
    #[must_use]
    pub fn for_terminal(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let said = |name: &str| variable(name).unwrap_or_default();
        let term = said("TERM");
        // Windows Terminal has no TERM, and says who it is in a variable of its own.
        let windows = !said("WT_SESSION").is_empty();
        if !said("NO_COLOR").is_empty() || (matches!(term.as_str(), "" | "dumb") && !windows) {
            return Self::plain();
        }
        let named = term.contains("256color") || COLOURFUL.iter().any(|name| term.contains(name));
        let many = named || windows || matches!(said("COLORTERM").as_str(), "truecolor" | "24bit");
        if many { Self::default() } else { Self::sixteen() }
    }

    /// The terminal's own sixteen colours.
    #[must_use]
    pub fn sixteen() -> Self {
        Self::of(Color::Indexed(6), Color::Indexed(3), Style::new().add_modifier(Modifier::DIM))
    }

    /// Without any colour: weight alone tells things apart.
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

    fn of(accent: Color, warm: Color, dim: Style) -> Self {
        let (accent, warm) = (Style::new().fg(accent), Style::new().fg(warm));
        Self { accent, warm, dim, writer: Style::new().add_modifier(Modifier::BOLD), text: Style::new(), here: accent }
    }
}

#[cfg(test)]
mod tests {
    use super::{BLUE, GREY, ORANGE, Theme};
    use ratatui::style::Color;

    const BLACK: [u8; 3] = [0; 3];
    const NIGHT: [u8; 3] = [0x11; 3];
    const WHITE: [u8; 3] = [0xff; 3];

    /// The colour of a number in the cube or the greys of the 256, as xterm and its followers have them.
    fn rgb(colour: Color) -> [u8; 3] {
        let step = |level: u8| if level == 0 { 0 } else { 55 + 40 * level };
        match colour {
            Color::Indexed(n @ 16..232) => [(n - 16) / 36, (n - 16) / 6 % 6, (n - 16) % 6].map(step),
            Color::Indexed(n @ 232..) => [8 + 10 * (n - 232); 3],
            other => panic!("{other} has no fixed colour"),
        }
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(rgb: [u8; 3]) -> f64 {
        let [red, green, blue] = rgb.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(colour: Color, ground: [u8; 3]) -> f64 {
        let (a, b) = (luminance(rgb(colour)), luminance(ground));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn colours_can_be_read_on_dark_and_on_light() {
        assert!(contrast(GREY, BLACK) >= 4.5 && contrast(GREY, WHITE) >= 4.5);
        assert!(contrast(BLUE, NIGHT) >= 4.5 && contrast(BLUE, WHITE) >= 4.1);
        assert!(contrast(ORANGE, NIGHT) >= 4.5 && contrast(ORANGE, WHITE) >= 3.75);
    }

    #[test]
    fn a_terminal_gets_what_it_can_show() {
        let of = |variables: &[(&str, &str)]| {
            let find =
                |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
            Theme::for_terminal(&find)
        };
        assert_eq!(of(&[("TERM", "xterm-256color")]), Theme::default());
        assert_eq!(of(&[("TERM", "xterm-kitty")]), Theme::default());
        assert_eq!(of(&[("TERM", "xterm"), ("COLORTERM", "truecolor")]), Theme::default());
        assert_eq!(of(&[("TERM", "linux")]), Theme::sixteen());
        assert_eq!(of(&[("TERM", "dumb"), ("COLORTERM", "truecolor")]), Theme::plain());
        assert_eq!(of(&[]), Theme::plain());
        assert_eq!(of(&[("WT_SESSION", "1")]), Theme::default());
        assert_eq!(of(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")]), Theme::plain());
        assert_eq!(of(&[("TERM", "xterm-256color"), ("NO_COLOR", "")]), Theme::default());
    }
}
