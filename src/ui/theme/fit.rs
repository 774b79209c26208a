//! A palette on a terminal with fewer colours: the nearest of those that it has, with no less contrast than is needed.

use super::depth::Depth;
use crate::config::{Background, Colour, LEAST, Palette, Role, contrast};

/// Below this part of its strongest light, the difference between red, green and blue is no hue but a grey.
const GREY: f64 = 0.25;

/// The palette as this depth can show it.
#[must_use]
pub fn fit(palette: &Palette, ground: Background, depth: Depth) -> Palette {
    match depth {
        Depth::Plain => Palette::default(),
        Depth::Sixteen => sixteen(palette, ground),
        Depth::Many => many(palette, ground),
        Depth::True => *palette,
    }
}

fn many(palette: &Palette, ground: Background) -> Palette {
    let behind = [Role::Selection, Role::Ground].map(|role| (role, nearest(palette.of(role), |_| true)));
    let fitted = palette.with(&behind);
    let changes: Vec<(Role, Colour)> = Role::ALL
        .into_iter()
        .filter(|role| !matches!(role, Role::Selection | Role::Ground))
        .map(|role| {
            let grounds: Vec<[u8; 3]> = if Role::READ.contains(&role) {
                [Role::Ground, Role::Selection].into_iter().flat_map(|on| fitted.behind(on, ground)).collect()
            } else {
                Vec::new()
            };
            let least = LEAST.min(palette.contrast(role, Role::Ground, ground));
            let readable = |rgb: [u8; 3]| grounds.iter().all(|behind| contrast(rgb, *behind) >= least);
            (role, nearest(palette.of(role), readable))
        })
        .collect();
    fitted.with(&changes)
}

/// The nearest of the 240 fixed colours that will do; the nearest of all where none does.
fn nearest(colour: Colour, will_do: impl Fn([u8; 3]) -> bool) -> Colour {
    let Colour::Rgb(wanted) = colour else { return colour };
    let known = |number: u8| Some((Colour::Indexed(number), Colour::Indexed(number).rgb()?));
    // Contrast costs more than distance, and the nearest will mostly do. Whatever red a colour of the cube has, the nearest green and
    // the nearest blue are the same.
    let [_, green, blue] = wanted.map(step);
    let near = (0..6).map(|red| cube([red, green, blue])).chain(GREYS).filter_map(known);
    if let Some((nearest, _)) = near.min_by_key(|(_, rgb)| distance(wanted, *rgb)).filter(|(_, rgb)| will_do(*rgb)) {
        return nearest;
    }
    let mut fixed: Vec<(Colour, [u8; 3])> = (16..=255).filter_map(known).collect();
    fixed.sort_by_key(|(_, rgb)| distance(wanted, *rgb));
    let found = fixed.iter().find(|(_, rgb)| will_do(*rgb)).or(fixed.first());
    found.map_or(colour, |(colour, _)| *colour)
}

/// The greys among xterm's colours, behind its cube of six reds, greens and blues (16 to 231).
const GREYS: std::ops::RangeInclusive<u8> = 232..=255;
/// How bright each of the six is.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The nearest of the six.
fn step(part: u8) -> u8 {
    (0..6_u8).min_by_key(|step| STEPS[usize::from(*step)].abs_diff(part)).unwrap_or(0)
}

/// The number of a colour of the cube.
fn cube([red, green, blue]: [u8; 3]) -> u8 {
    16 + red * 36 + green * 6 + blue
}

/// The nearest of the colours of xterm's cube and of its greys.
#[must_use]
pub fn indexed(rgb: [u8; 3]) -> u8 {
    let steps = rgb.map(step);
    let bright = steps.map(|step| STEPS[usize::from(step)]);
    let light = u16::midpoint(u16::midpoint(rgb[0].into(), rgb[2].into()), rgb[1].into());
    let grey = u8::try_from(light.saturating_sub(3) / 10).unwrap_or(0).min(23);
    let level = 8 + grey * 10;
    if distance(rgb, [level; 3]) < distance(rgb, bright) { GREYS.start() + grey } else { cube(steps) }
}

/// How far apart two colours are for the eye, roughly: green weighs most, and red more among the reds.
fn distance(one: [u8; 3], other: [u8; 3]) -> u32 {
    let part = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
    let red = u32::midpoint(u32::from(one[0]), u32::from(other[0]));
    (512 + red) * part(one[0], other[0]) + 1024 * part(one[1], other[1]) + (767 - red) * part(one[2], other[2])
}

/// Only the accent and what is warm keep a colour: of the sixteen that can be read as xterm has them, the one with the
/// nearest hue. The rest is the terminal's own, unless one of the sixteen was asked for by its name.
fn sixteen(palette: &Palette, ground: Background) -> Palette {
    let black_or_white = if ground == Background::Dark { [0; 3] } else { [255; 3] };
    let changes: Vec<(Role, Colour)> = Role::ALL
        .into_iter()
        .map(|role| {
            let colour = palette.of(role);
            let wanted = match colour {
                Colour::Own | Colour::Indexed(0..16) => return (role, colour),
                _ if matches!(role, Role::Accent | Role::Warm) => colour.rgb().and_then(hue),
                _ => None,
            };
            let near = wanted.and_then(|wanted| {
                (1..=14)
                    .map(Colour::Indexed)
                    .filter_map(|candidate| {
                        let rgb = candidate.rgb().filter(|rgb| contrast(*rgb, black_or_white) >= LEAST)?;
                        Some((candidate, apart(wanted, hue(rgb)?)))
                    })
                    .min_by(|(_, a), (_, b)| a.total_cmp(b))
            });
            (role, near.map_or(Colour::Own, |(candidate, _)| candidate))
        })
        .collect();
    palette.with(&changes)
}

/// The angle on the circle of colours, from 0 (red) to 360; `None` for greys.
fn hue(rgb: [u8; 3]) -> Option<f64> {
    let [r, g, b] = rgb.map(f64::from);
    let (most, least) = (r.max(g).max(b), r.min(g).min(b));
    let spread = most - least;
    if spread <= GREY * most {
        return None;
    }
    let sixth = if most <= r {
        (g - b) / spread
    } else if most <= g {
        2.0 + (b - r) / spread
    } else {
        4.0 + (r - g) / spread
    };
    Some((60.0 * sixth).rem_euclid(360.0))
}

/// How far apart two angles are.
fn apart(one: f64, other: f64) -> f64 {
    let far = (one - other).abs();
    far.min(360.0 - far)
}

#[cfg(test)]
mod tests {
    use super::super::depth::Depth;
    use super::{distance, fit, nearest};
    use crate::config::{BUILT_IN, Background, Colour, Role, ThemeConfig};

    const GROUNDS: [Background; 2] = [Background::Dark, Background::Light];

    #[test]
    fn the_nearest_is_nearer_than_every_other() {
        let mut dice = fastrand::Rng::with_seed(7);
        for _ in 0..2_000 {
            let wanted = [dice.u8(..), dice.u8(..), dice.u8(..)];
            let far = |colour: Colour| colour.rgb().map(|rgb| distance(wanted, rgb));
            let least = (16..=255).map(|number| far(Colour::Indexed(number))).min();
            assert_eq!(Some(far(nearest(Colour::Rgb(wanted), |_| true))), least, "{wanted:?}");
        }
    }

    #[test]
    fn every_theme_can_be_read_with_256_colours() {
        for name in BUILT_IN {
            for ground in GROUNDS {
                let fitted = fit(&ThemeConfig::named(name).palette(ground), ground, Depth::Many);
                assert_eq!(fitted.low_contrast(ground), [], "{name} on {ground:?}");
            }
        }
    }

    /// Every role of every theme in each depth. What is left to the terminal is `default`.
    #[test]
    fn every_theme_in_every_depth() {
        let mut table = String::new();
        for name in BUILT_IN {
            for ground in GROUNDS {
                let palette = ThemeConfig::named(name).palette(ground);
                for depth in [Depth::True, Depth::Many, Depth::Sixteen, Depth::Plain] {
                    let fitted = fit(&palette, ground, depth);
                    let shown: Vec<String> = Role::ALL
                        .iter()
                        .map(|role| format!("{} {}", role.name(), fitted.of(*role)))
                        .filter(|shown| !shown.ends_with(" default"))
                        .collect();
                    table.push_str(&format!("{name} {ground:?} {depth:?}: {}\n", shown.join(", ")));
                }
            }
        }
        insta::assert_snapshot!(table);
    }
}
