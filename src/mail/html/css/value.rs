//! Values of the properties that decide whether something is seen.

/// A value, as far as seeing goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::mail::html) enum Value {
    /// `inherit`.
    Inherit,
    /// `initial`, `unset`, `auto` and the like: nothing special.
    Initial,
    /// For properties with two states: `display: none`, `visibility: hidden`, `overflow: hidden`.
    Yes,
    No,
    /// `display: inline`: no box of its own.
    Inline,
    Px(f32),
    /// A length relative to the font size around it.
    Em(f32),
    Paint(Paint),
}

/// A colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mail::html) enum Paint {
    Rgb([u8; 3]),
    Transparent,
    /// A picture, or a colour that is not known here.
    Unknown,
}

/// Two colours that differ by no more than this, in each of red, green and blue, make letters invisible.
const ALIKE: u8 = 10;

impl Paint {
    /// Whether letters of one colour are invisible on the other.
    pub(in crate::mail::html) fn hides_on(self, behind: Self) -> bool {
        match (self, behind) {
            // A background may be clipped to the letters.
            (Self::Transparent, behind) => behind != Self::Unknown,
            (Self::Rgb(letters), Self::Rgb(behind)) => letters.iter().zip(behind).all(|(a, b)| a.abs_diff(b) <= ALIKE),
            _ => false,
        }
    }
}

/// A length or a share: `0`, `12px`, `.5em`, `-9999px`, `80%`. A number alone counts as pixels, as in old pages.
pub(super) fn length(text: &str) -> Option<Value> {
    let end = text.bytes().position(|byte| !matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+')).unwrap_or(text.len());
    let number: f32 = text.get(..end)?.parse().ok()?;
    let unit = text.get(end..)?;
    Some(match unit {
        "" | "px" => Value::Px(number),
        "pt" => Value::Px(number * 4.0 / 3.0),
        "pc" | "rem" | "vw" | "vh" | "vmin" | "vmax" => Value::Px(number * 16.0),
        "in" => Value::Px(number * 96.0),
        "cm" => Value::Px(number * 37.8),
        "mm" => Value::Px(number * 3.78),
        "em" => Value::Em(number),
        "ex" | "ch" => Value::Em(number / 2.0),
        "%" => Value::Em(number / 100.0),
        _ => return None,
    })
}

/// The size of letters: a length, or a name of one.
pub(super) fn size(text: &str) -> Option<Value> {
    Some(match text {
        "xx-small" => Value::Px(9.0),
        "x-small" => Value::Px(10.0),
        "small" => Value::Px(13.0),
        "medium" => Value::Px(16.0),
        "large" => Value::Px(18.0),
        "x-large" => Value::Px(24.0),
        "xx-large" | "xxx-large" => Value::Px(32.0),
        "smaller" => Value::Em(0.83),
        "larger" => Value::Em(1.2),
        _ if text.contains('(') => Value::Initial,
        _ => match length(text)? {
            Value::Px(number) | Value::Em(number) if number < 0.0 => return None,
            value => value,
        },
    })
}

/// `0`, `0.0`, `0%`: what can't be seen through. Anything else that is a number is seen.
pub(super) fn opacity(text: &str) -> Option<Value> {
    match length(text)? {
        Value::Px(number) | Value::Em(number) => Some(if number <= 0.01 { Value::Yes } else { Value::No }),
        _ => None,
    }
}

/// A colour; `None` where it is none.
pub(super) fn paint(text: &str) -> Option<Paint> {
    if let Some(hex) = text.strip_prefix('#') {
        return hexadecimal(hex);
    }
    if let Some((function, numbers)) = text.split_once('(') {
        return Some(match function {
            "rgb" | "rgba" => function_of(numbers).unwrap_or(Paint::Unknown),
            _ => Paint::Unknown,
        });
    }
    NAMES.iter().find(|(name, _)| *name == text).map(|(_, rgb)| Paint::Rgb(*rgb)).or_else(|| match text {
        "transparent" => Some(Paint::Transparent),
        _ => (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic())).then_some(Paint::Unknown),
    })
}

/// A colour in an attribute of old pages, which leave its sign out (`bgcolor=ffffff`).
pub(in crate::mail::html) fn attribute_paint(text: &str) -> Option<Paint> {
    let bare = matches!(text.len(), 3 | 6) && text.bytes().all(|it| it.is_ascii_hexdigit());
    if bare { hexadecimal(text) } else { paint(&text.to_ascii_lowercase()) }
}

/// `fff`, `ffffff`, with or without how much is seen through it.
fn hexadecimal(hex: &str) -> Option<Paint> {
    if !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let pair = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    let single = |at: usize| u8::from_str_radix(hex.get(at..=at)?, 16).ok().map(|digit| digit * 17);
    let of = |digit: &dyn Fn(usize) -> Option<u8>, step: usize| -> Option<Paint> {
        let alpha = digit(3 * step).unwrap_or(255);
        let rgb = [digit(0)?, digit(step)?, digit(2 * step)?];
        Some(if alpha < 5 { Paint::Transparent } else { Paint::Rgb(rgb) })
    };
    match hex.len() {
        3 | 4 => of(&single, 1),
        6 | 8 => of(&pair, 2),
        _ => None,
    }
}

/// `255, 255, 255)`, `255 255 255 / 0)`, `100%, 100%, 100%)`.
fn function_of(numbers: &str) -> Option<Paint> {
    let mut channels = numbers.trim_end_matches(')').split([',', '/', ' ']).filter(|it| !it.is_empty()).map(|it| {
        let share = it.strip_suffix('%');
        let number: f32 = share.unwrap_or(it).parse().ok()?;
        Some(if share.is_some() { number * 2.55 } else { number })
    });
    let mut next = || channels.next().flatten();
    let rgb = [next()?, next()?, next()?].map(byte);
    let alpha = next().unwrap_or(1.0);
    Some(if alpha <= 0.01 { Paint::Transparent } else { Paint::Rgb(rgb) })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255 after clamping")]
fn byte(number: f32) -> u8 {
    number.clamp(0.0, 255.0).round() as u8
}

/// The names that letters are hidden with: whites, blacks, greys. Of any other one it is only known that it is a colour.
const NAMES: [(&str, [u8; 3]); 24] = [
    ("white", [255, 255, 255]),
    ("black", [0, 0, 0]),
    ("snow", [255, 250, 250]),
    ("ivory", [255, 255, 240]),
    ("whitesmoke", [245, 245, 245]),
    ("ghostwhite", [248, 248, 255]),
    ("floralwhite", [255, 250, 240]),
    ("azure", [240, 255, 255]),
    ("mintcream", [245, 255, 250]),
    ("gainsboro", [220, 220, 220]),
    ("lightgray", [211, 211, 211]),
    ("lightgrey", [211, 211, 211]),
    ("silver", [192, 192, 192]),
    ("gray", [128, 128, 128]),
    ("grey", [128, 128, 128]),
    ("red", [255, 0, 0]),
    ("green", [0, 128, 0]),
    ("blue", [0, 0, 255]),
    ("navy", [0, 0, 128]),
    ("maroon", [128, 0, 0]),
    ("yellow", [255, 255, 0]),
    ("orange", [255, 165, 0]),
    ("purple", [128, 0, 128]),
    ("teal", [0, 128, 128]),
];

#[cfg(test)]
mod tests {
    use super::{Paint, Value, length, opacity, paint, size};

    #[test]
    fn colours_are_read_in_all_their_forms() {
        let white = Some(Paint::Rgb([255; 3]));
        for text in [
            "#fff",
            "#FFFFFF",
            "#ffff",
            "#ffffffff",
            "white",
            "rgb(255,255,255)",
            "rgb(255 255 255 / 1)",
            "rgba(100%,100%,100%,.5)",
        ] {
            assert_eq!(paint(text), white, "{text}");
        }
        for text in ["transparent", "#fff0", "#12345600", "rgba(1,2,3,0)"] {
            assert_eq!(paint(text), Some(Paint::Transparent), "{text}");
        }
        assert_eq!(paint("hsl(1,2%,3%)"), Some(Paint::Unknown));
        assert_eq!(paint("rebeccapurple"), Some(Paint::Unknown));
        for text in ["#ff", "#ggg", "12", ""] {
            assert_eq!(paint(text), None, "{text}");
        }
        assert!(Paint::Rgb([250; 3]).hides_on(Paint::Rgb([255; 3])) && !Paint::Rgb([0; 3]).hides_on(Paint::Unknown));
    }

    #[test]
    fn lengths_have_units() {
        assert_eq!(length("-9999px"), Some(Value::Px(-9999.0)));
        assert_eq!(length(".5em"), Some(Value::Em(0.5)));
        assert_eq!(length("50%"), Some(Value::Em(0.5)));
        assert_eq!((length("px"), length("1furlong"), size("-1px")), (None, None, None));
        assert_eq!((opacity("0.00"), opacity("0.4"), opacity("none")), (Some(Value::Yes), Some(Value::No), None));
    }
}
