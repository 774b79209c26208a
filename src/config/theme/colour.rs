//! One colour as the configuration writes it: the default of the terminal, one of its 16, one of 256, or red, green and blue.

use std::fmt;

use toml::Spanned;
use toml::de::DeValue;

use crate::config::mistake::{ConfigMistake, quoted};

pub(super) const EXPECTED: &str =
    "a colour such as `\"#66b8dd\"`, a name such as `\"bright-blue\"`, a number from 0 to 255, or `\"default\"`";

/// The names of the 16 colours, in the order of their numbers.
const NAMES: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright-black",
    "bright-red",
    "bright-green",
    "bright-yellow",
    "bright-blue",
    "bright-magenta",
    "bright-cyan",
    "bright-white",
];

/// The 16 colours of xterm. A terminal may be set to show others.
const SIXTEEN: [[u8; 3]; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colour {
    /// The default of the terminal, for text or background.
    #[default]
    Own,
    /// One of the 256. What the first 16 look like is a setting of the terminal.
    Indexed(u8),
    Rgb([u8; 3]),
}

impl Colour {
    /// Red, green and blue as the terminal shows them; `None` for its default.
    #[must_use]
    pub fn rgb(self) -> Option<[u8; 3]> {
        let step = |level: u8| if level == 0 { 0 } else { 55 + 40 * level };
        match self {
            Self::Own => None,
            Self::Rgb(rgb) => Some(rgb),
            Self::Indexed(n @ 232..) => Some([8 + 10 * (n - 232); 3]),
            Self::Indexed(n @ 16..) => Some([(n - 16) / 36, (n - 16) / 6 % 6, (n - 16) % 6].map(step)),
            Self::Indexed(n) => SIXTEEN.get(usize::from(n)).copied(),
        }
    }

    pub(super) fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, ConfigMistake> {
        let wrong = |what: String| ConfigMistake::at(value.span(), what);
        match value.get_ref() {
            DeValue::Integer(integer) => u8::from_str_radix(integer.as_str(), integer.radix())
                .map(Self::Indexed)
                .map_err(|_| wrong(format!("there is no colour {}", quoted(integer.as_str()))).expected(EXPECTED)),
            DeValue::String(text) => Self::parse(text).ok_or_else(|| {
                let what = wrong(format!("{} is no colour", quoted(text)));
                let names = NAMES.iter().copied().chain(["default"]);
                let near = crate::domain::nearest::nearest(text, names).filter(|_| !text.starts_with('#'));
                match near {
                    Some(near) => what.expected(EXPECTED).hint(format!("did you mean `{near}`?")),
                    None => what.expected(EXPECTED),
                }
            }),
            other => Err(wrong(format!("this is {}, no colour", crate::config::table::kind(other))).expected(EXPECTED)),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        if text == "default" {
            return Some(Self::Own);
        }
        if let Some(place) = NAMES.iter().position(|name| *name == text) {
            return u8::try_from(place).ok().map(Self::Indexed);
        }
        let Some(digits) = text.strip_prefix('#') else { return text.parse().ok().map(Self::Indexed) };
        let nibbles: Vec<u8> =
            digits.chars().map(|c| c.to_digit(16).and_then(|n| u8::try_from(n).ok())).collect::<Option<_>>()?;
        match nibbles[..] {
            [r, g, b] => Some(Self::Rgb([r, g, b].map(|n| n * 17))),
            [_, _, _, _, _, _] => {
                let pairs: Vec<u8> =
                    nibbles.chunks_exact(2).map(|pair| pair.iter().fold(0, |n, d| n * 16 + d)).collect();
                pairs.try_into().ok().map(Self::Rgb)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own => f.write_str("default"),
            Self::Indexed(n) => match NAMES.get(usize::from(*n)) {
                Some(name) => f.write_str(name),
                None => write!(f, "{n}"),
            },
            Self::Rgb([r, g, b]) => write!(f, "#{r:02x}{g:02x}{b:02x}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Colour;

    #[test]
    fn a_colour_is_what_it_is_shown_as() {
        for text in ["default", "black", "bright-white", "16", "255", "#0087af"] {
            assert_eq!(Colour::parse(text).map(|colour| colour.to_string()).as_deref(), Some(text));
        }
        assert_eq!(Colour::parse("#0af"), Some(Colour::Rgb([0, 0xaa, 0xff])));
        for text in ["", "#", "#12", "#1234567", "#ggg", "256", "-1", "Red", "#é"] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_256_are_as_xterm_has_them() {
        assert_eq!(Colour::Indexed(31).rgb(), Some([0, 0x87, 0xaf]));
        assert_eq!(Colour::Indexed(231).rgb(), Some([0xff; 3]));
        assert_eq!(Colour::Indexed(243).rgb(), Some([0x76; 3]));
        assert_eq!(Colour::Own.rgb(), None);
    }
}
