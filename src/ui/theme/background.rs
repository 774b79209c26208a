//! Whether the terminal is dark or light: by the background colour that it reported, or by `COLORFGBG`, which some of them set.

use super::Variable;
use crate::config::{Background, luminance};

/// Where black and white text have the same contrast.
const MIDDLE: f64 = 0.179;

/// What a background of this colour is.
#[must_use]
pub fn of(rgb: [u8; 3]) -> Background {
    if luminance(rgb) > MIDDLE { Background::Light } else { Background::Dark }
}

/// `15;0` or `0;default;15`: the last one is the background, one of the sixteen.
pub(super) fn guessed(variable: Variable<'_>) -> Option<Background> {
    let said = variable("COLORFGBG")?;
    match said.rsplit(';').next()?.parse::<u8>().ok()? {
        0..=6 | 8 => Some(Background::Dark),
        7 | 9..=15 => Some(Background::Light),
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
    use crate::config::Background;

    #[test]
    fn a_background_is_dark_or_light() {
        for (rgb, ground) in [
            ([0, 0, 0], Background::Dark),
            ([0x28, 0x2c, 0x34], Background::Dark),
            ([0x00, 0x2b, 0x36], Background::Dark),
            ([0xfd, 0xf6, 0xe3], Background::Light),
            ([0x80, 0x80, 0x80], Background::Light),
            ([0xff, 0xff, 0xff], Background::Light),
        ] {
            assert_eq!(of(rgb), ground, "{rgb:?}");
        }
    }

    #[test]
    fn what_the_environment_says() {
        for (said, ground) in [
            ("15;0", Some(Background::Dark)),
            ("0;15", Some(Background::Light)),
            ("0;default;15", Some(Background::Light)),
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
