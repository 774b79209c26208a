//! How many colours the terminal has, by what its environment says of it: `NO_COLOR`, `TERM`, `COLORTERM`, `WT_SESSION`.

use super::Variable;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None: weight alone tells things apart.
    Plain,
    /// The sixteen that a person has made to their liking.
    Sixteen,
    /// The 256 of xterm, whose last 240 are the same everywhere.
    Many,
    /// Red, green and blue of eight bits each.
    True,
}

/// Terminals of full colour whose names do not say so, also where the network has lost `COLORTERM`.
const COLOURFUL: [&str; 6] = ["kitty", "alacritty", "foot", "wezterm", "ghostty", "direct"];

impl Depth {
    #[must_use]
    pub fn of(variable: Variable<'_>) -> Self {
        let said = |name: &str| variable(name).unwrap_or_default();
        let term = said("TERM");
        // Windows Terminal has no TERM, and says who it is in a variable of its own.
        let windows = !said("WT_SESSION").is_empty();
        if !said("NO_COLOR").is_empty() || (matches!(term.as_str(), "" | "dumb") && !windows) {
            return Self::Plain;
        }
        let named = COLOURFUL.iter().any(|name| term.contains(name));
        if windows || named || matches!(said("COLORTERM").as_str(), "truecolor" | "24bit") {
            return Self::True;
        }
        if term.contains("256color") { Self::Many } else { Self::Sixteen }
    }

    /// In words, for a report.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Plain => "no colours",
            Self::Sixteen => "16 colours",
            Self::Many => "256 colours",
            Self::True => "full colour",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Depth;

    #[test]
    fn a_terminal_gets_what_it_can_show() {
        let of = |variables: &[(&str, &str)]| {
            let find =
                |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
            Depth::of(&find)
        };
        for (variables, depth) in [
            (&[("TERM", "xterm-256color")][..], Depth::Many),
            (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")], Depth::True),
            (&[("TERM", "xterm-256color"), ("COLORTERM", "yes")], Depth::Many),
            (&[("TERM", "xterm-kitty")], Depth::True),
            (&[("TERM", "xterm-direct")], Depth::True),
            (&[("TERM", "xterm"), ("COLORTERM", "24bit")], Depth::True),
            (&[("TERM", "linux")], Depth::Sixteen),
            (&[("TERM", "xterm")], Depth::Sixteen),
            (&[("TERM", "dumb"), ("COLORTERM", "truecolor")], Depth::Plain),
            (&[], Depth::Plain),
            (&[("WT_SESSION", "1")], Depth::True),
            (&[("TERM", "xterm-256color"), ("NO_COLOR", "1")], Depth::Plain),
            (&[("TERM", "xterm-256color"), ("NO_COLOR", "")], Depth::Many),
        ] {
            assert_eq!(of(variables), depth, "{variables:?}");
        }
    }
}
