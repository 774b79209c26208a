//! Whether the terminal is dark or light: by the colour that it told, or by `COLORFGBG`, which some of them set.

use super::Variable;
use crate::config::{Ground, luminance};

/// Where black and white text have the same contrast.
const MIDDLE: f64 = 0.179;

/// What a background of this colour is.
#[must_use]
pub fn of(rgb: [u8; 3]) -> Ground {
    if luminance(rgb) > MIDDLE { Ground::Light } else { Ground::Dark }
}

/// `15;0` or `0;default;15`: the last one is the background, one of the sixteen.
pub(super) fn guessed(variable: Variable<'_>) -> Option<Ground> {
    let said = variable("COLORFGBG")?;
    match said.rsplit(';').next()?.parse::<u8>().ok()? {
        0..=6 | 8 => Some(Ground::Dark),
        7 | 9..=15 => Some(Ground::Light),
        _ => None,
    }
}

/// Whether the terminal is likely to answer a question about its background.
pub(super) fn answers(variable: Variable<'_>) -> bool {
    let term = variable("TERM").unwrap_or_default();
    let known = ["xterm", "rxvt", "tmux", "screen", "256color", "direct", "kitty", "alacritty", "foot", "ghostty"];
    cfg!(unix) && known.iter().any(|name| term.contains(name))
}

#[cfg(test)]
mod tests {
    use super::{answers, guessed, of};
    use crate::config::Ground;

    #[test]
    fn a_background_is_dark_or_light() {
        for (rgb, ground) in [
            ([0, 0, 0], Ground::Dark),
            ([0x28, 0x2c, 0x34], Ground::Dark),
            ([0x00, 0x2b, 0x36], Ground::Dark),
            ([0xfd, 0xf6, 0xe3], Ground::Light),
            ([0x80, 0x80, 0x80], Ground::Light),
            ([0xff, 0xff, 0xff], Ground::Light),
        ] {
            assert_eq!(of(rgb), ground, "{rgb:?}");
        }
    }

    #[test]
    fn what_the_environment_says() {
        for (said, ground) in [
            ("15;0", Some(Ground::Dark)),
            ("0;15", Some(Ground::Light)),
            ("0;default;15", Some(Ground::Light)),
            ("15;default", None),
            ("", None),
            ("0;99", None),
        ] {
            assert_eq!(guessed(&|_| Some(said.to_owned())), ground, "{said}");
        }
        for (term, asked) in
            [("xterm-256color", true), ("tmux-256color", true), ("linux", false), ("dumb", false), ("", false)]
        {
            assert_eq!(answers(&|_| Some(term.to_owned())), asked && cfg!(unix), "{term}");
        }
    }
}
