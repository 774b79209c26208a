//! How well the colours of a palette can be read: the contrast of WCAG 2.2, from 1 (none) to 21 (black on white).

use super::Background;
use super::colour::Colour;
use super::palette::{Palette, Role};

/// The least contrast that text needs.
pub const LEAST: f64 = 4.5;

/// The extremes of the backgrounds that terminals come with. A theme without a background is measured against them.
const DARK: [[u8; 3]; 2] = [[0; 3], [0x28, 0x2c, 0x34]];
const LIGHT: [[u8; 3]; 2] = [[0xfd, 0xf6, 0xe3], [0xff; 3]];
/// The default text of terminals, where it has the least contrast.
const OWN_ON_DARK: [u8; 3] = [0xc0; 3];
const OWN_ON_LIGHT: [u8; 3] = [0x4a; 3];

/// A role that is hard to read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LowContrast {
    pub role: Role,
    /// The background behind it: `ground` or `selection`.
    pub on: Role,
    pub contrast: f64,
}

impl Palette {
    /// The roles of text whose contrast on `ground` or on `selection` is less than `LEAST`.
    #[must_use]
    pub fn low_contrast(&self, ground: Background) -> Vec<LowContrast> {
        let pairs = Role::READ.iter().flat_map(|role| [(*role, Role::Ground), (*role, Role::Selection)]);
        pairs
            .map(|(role, on)| LowContrast { role, on, contrast: self.contrast(role, on, ground) })
            .filter(|faint| faint.contrast < LEAST)
            .collect()
    }

    /// The contrast of one role on another; where several are possible, the least.
    #[must_use]
    pub fn contrast(&self, role: Role, on: Role, ground: Background) -> f64 {
        let own = if ground == Background::Dark { OWN_ON_DARK } else { OWN_ON_LIGHT };
        let text = self.of(role).rgb().unwrap_or(own);
        self.behind(on, ground).iter().map(|behind| contrast(text, *behind)).fold(f64::INFINITY, f64::min)
    }

    /// What can be behind a text: the colour of that role, or of `ground`, or the backgrounds that terminals have.
    #[must_use]
    pub fn behind(&self, on: Role, ground: Background) -> Vec<[u8; 3]> {
        match (self.of(on), self.of(Role::Ground)) {
            (Colour::Own, Colour::Own) if ground == Background::Dark => DARK.to_vec(),
            (Colour::Own, Colour::Own) => LIGHT.to_vec(),
            (Colour::Own, colour) | (colour, _) => colour.rgb().into_iter().collect(),
        }
    }
}

/// The contrast of two colours.
#[must_use]
pub fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance, from 0 to 1.
#[must_use]
pub fn luminance(rgb: [u8; 3]) -> f64 {
    let [red, green, blue] = rgb.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.0722f64.mul_add(blue, 0.2126f64.mul_add(red, 0.7152 * green))
}

#[cfg(test)]
mod tests {
    use super::super::{BUILT_IN, Background, Role, ThemeConfig};
    use super::{LEAST, contrast};

    #[test]
    fn the_contrast_is_that_of_wcag() {
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 1e-9);
        assert!((contrast([0x76; 3], [255; 3]) - 4.542).abs() < 1e-3);
    }

    #[test]
    fn every_built_in_theme_can_be_read() {
        for name in BUILT_IN {
            let theme = ThemeConfig::named(name);
            for ground in [Background::Dark, Background::Light] {
                let palette = theme.palette(ground);
                assert_eq!(palette.low_contrast(ground), [], "{name} on {ground:?}");
                let least = if name == "contrast" { 7.0 } else { LEAST };
                for role in Role::READ {
                    let found = palette.contrast(role, Role::Ground, ground);
                    assert!(found >= least, "{name} on {ground:?}: {} has {found:.2}", role.name());
                }
            }
        }
    }
}
