//! Declarations: which properties are given which values, as far as they decide whether something is seen.

use super::value::{Paint, Value, length, opacity, paint, size};

/// The properties that are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mail::html) enum Property {
    Display,
    Visibility,
    Opacity,
    FontSize,
    Color,
    Background,
    Indent,
    /// `absolute` or `fixed`: what is placed by its distances.
    Placed,
    /// `relative`: moved by its distances.
    Moved,
    Left,
    Top,
    Right,
    Bottom,
    MarginLeft,
    MarginTop,
    /// `clip`, which counts for what is placed.
    Clip,
    ClipPath,
    Transform,
    Overflow,
    Width,
    MaxWidth,
    Height,
    MaxHeight,
    Spaces,
}

pub(in crate::mail::html) const PROPERTIES: usize = Property::Spaces as usize + 1;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::mail::html) struct Declaration {
    pub(in crate::mail::html) property: Property,
    pub(in crate::mail::html) value: Value,
    pub(in crate::mail::html) important: bool,
}

/// Hands over each declaration of a block or of a `style` attribute that is valid and counts here.
pub(in crate::mail::html) fn declarations(text: &str, mut each: impl FnMut(Declaration)) {
    let cleaned;
    let text = if text.contains("/*") {
        cleaned = super::without_comments(text);
        cleaned.as_str()
    } else {
        text
    };
    for declaration in split(text) {
        let Some((name, value)) = declaration.split_once(':') else { continue };
        let name = name.trim();
        if name.len() > LONGEST || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let mut lower = [0u8; LONGEST];
        let Some(place) = lower.get_mut(..name.len()) else { continue };
        place.copy_from_slice(name.as_bytes());
        place.make_ascii_lowercase();
        let Some(name) = std::str::from_utf8(place).ok().filter(|name| counts(name)) else { continue };
        let value = value.trim().to_ascii_lowercase();
        let (value, important) = match value.rsplit_once('!') {
            Some((value, mark)) if mark.trim() == "important" => (value.trim_end(), true),
            _ => (value.as_str(), false),
        };
        if value.len() <= LONGEST_VALUE {
            one(name, value, &mut |property, value| each(Declaration { property, value, important }));
        }
    }
}

/// Whether a property may decide about what is seen: most that pages set do not, and are not read.
fn counts(name: &str) -> bool {
    matches!(
        name,
        "display"
            | "visibility"
            | "opacity"
            | "font-size"
            | "font"
            | "color"
            | "background-color"
            | "background"
            | "background-image"
            | "text-indent"
            | "position"
            | "left"
            | "top"
            | "right"
            | "bottom"
            | "margin-left"
            | "margin-top"
            | "margin"
            | "clip"
            | "clip-path"
            | "-webkit-clip-path"
            | "transform"
            | "-webkit-transform"
            | "overflow"
            | "overflow-x"
            | "overflow-y"
            | "width"
            | "max-width"
            | "height"
            | "max-height"
            | "white-space"
    )
}

/// The longest name of a property that counts, and room for it.
const LONGEST: usize = 24;
/// A longer value is a picture within the style.
const LONGEST_VALUE: usize = 4_096;

/// Declarations end with semicolons that stand in no brackets and no quotes (`url(data:image/png;base64,…)`).
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (mut open, mut quote) = (0usize, None);
        for (at, byte) in text.bytes().enumerate() {
            match (quote, byte) {
                (Some(mark), _) => quote = Some(mark).filter(|mark| *mark != byte),
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'(') => open += 1,
                (None, b')') => open = open.saturating_sub(1),
                (None, b';') if open == 0 => {
                    rest = text.get(at + 1..);
                    return text.get(..at);
                }
                _ => {}
            }
        }
        rest = None;
        Some(text)
    })
}

fn one(name: &str, value: &str, each: &mut impl FnMut(Property, Value)) {
    let mut single = |property, read: fn(&str) -> Option<Value>| {
        if let Some(value) = wide(value).or_else(|| read(value)) {
            each(property, value);
        }
    };
    match name {
        "display" => single(Property::Display, display),
        "visibility" => single(Property::Visibility, |it| match it {
            "hidden" | "collapse" => Some(Value::Yes),
            "visible" => Some(Value::No),
            _ => None,
        }),
        "opacity" => single(Property::Opacity, opacity),
        "font-size" => single(Property::FontSize, size),
        "font" => single(Property::FontSize, |it| {
            let mut sizes = it.split_ascii_whitespace().filter_map(|word| size(word.split('/').next().unwrap_or(word)));
            // A weight in numbers (`700 12px a`) is no size.
            sizes.rfind(|it| !matches!(it, Value::Px(weight) if *weight >= 100.0)).or(Some(Value::Initial))
        }),
        "color" => single(Property::Color, |it| paint(it).map(Value::Paint)),
        "background-color" => single(Property::Background, |it| paint(it).map(Value::Paint)),
        "background" | "background-image" => background(name, value, each),
        "text-indent" => single(Property::Indent, |it| length(it.split_ascii_whitespace().next()?)),
        "position" => {
            let (placed, moved) = match value {
                "absolute" | "fixed" => (Value::Yes, Value::Yes),
                "relative" | "sticky" => (Value::No, Value::Yes),
                "static" | "initial" | "unset" => (Value::No, Value::No),
                _ => return,
            };
            each(Property::Placed, placed);
            each(Property::Moved, moved);
        }
        "left" => single(Property::Left, distance),
        "top" => single(Property::Top, distance),
        "right" => single(Property::Right, distance),
        "bottom" => single(Property::Bottom, distance),
        "margin-left" => single(Property::MarginLeft, distance),
        "margin-top" => single(Property::MarginTop, distance),
        "margin" => {
            let sides: Vec<_> = value.split_ascii_whitespace().filter_map(distance).collect();
            if let (Some(top), Some(left)) = (sides.first(), sides.get(3).or(sides.get(1)).or(sides.first())) {
                each(Property::MarginTop, *top);
                each(Property::MarginLeft, *left);
            }
        }
        "clip" => single(Property::Clip, clip),
        "clip-path" | "-webkit-clip-path" => single(Property::ClipPath, clip_path),
        "transform" | "-webkit-transform" => single(Property::Transform, |it| Some(transform(it))),
        "overflow" | "overflow-x" | "overflow-y" => single(Property::Overflow, |it| {
            it.split_ascii_whitespace()
                .map(|it| matches!(it, "hidden" | "clip"))
                .next()
                .map(|it| if it { Value::Yes } else { Value::No })
        }),
        "width" => single(Property::Width, distance),
        "max-width" => single(Property::MaxWidth, distance),
        "height" => single(Property::Height, distance),
        "max-height" => single(Property::MaxHeight, distance),
        "white-space" => single(Property::Spaces, |it| match it {
            "pre" | "pre-wrap" | "pre-line" | "break-spaces" => Some(Value::Yes),
            "normal" | "nowrap" => Some(Value::No),
            _ => None,
        }),
        _ => {}
    }
}

/// What every property may be.
fn wide(value: &str) -> Option<Value> {
    match value {
        "inherit" => Some(Value::Inherit),
        "initial" | "unset" | "revert" | "revert-layer" => Some(Value::Initial),
        _ => None,
    }
}

/// A value of `display` that is none is left out, as browsers do.
fn display(value: &str) -> Option<Value> {
    Some(match value {
        "none" => Value::Yes,
        "inline" | "contents" | "ruby" | "ruby-text" => Value::Inline,
        "block"
        | "inline-block"
        | "flex"
        | "inline-flex"
        | "grid"
        | "inline-grid"
        | "list-item"
        | "flow-root"
        | "-webkit-box"
        | "-webkit-flex"
        | "-webkit-inline-box"
        | "-webkit-inline-flex"
        | "block flow" => Value::No,
        _ if value == "table" || value.starts_with("table-") || value == "inline-table" => Value::No,
        _ => return None,
    })
}

fn distance(value: &str) -> Option<Value> {
    match value {
        "auto" | "none" | "max-content" | "min-content" | "fit-content" => Some(Value::Initial),
        _ if value.contains('(') => Some(Value::Initial),
        _ => length(value),
    }
}

fn background(name: &str, value: &str, each: &mut impl FnMut(Property, Value)) {
    if value.contains('(') && (value.contains("url(") || value.contains("gradient(") || value.contains("image")) {
        return each(Property::Background, Value::Paint(Paint::Unknown));
    }
    if name == "background-image" {
        return;
    }
    if let Some(wide) = wide(value) {
        return each(Property::Background, wide);
    }
    // The colour among its words; without one, the background has none.
    let mut words = pieces(value).filter(|word| {
        !matches!(
            *word,
            "none"
                | "repeat"
                | "fixed"
                | "scroll"
                | "center"
                | "top"
                | "left"
                | "right"
                | "bottom"
                | "cover"
                | "contain"
        )
    });
    let colour = words.find_map(paint).unwrap_or(Paint::Transparent);
    each(Property::Background, Value::Paint(colour));
}

/// Words, with what stands in brackets kept together.
fn pieces(value: &str) -> impl Iterator<Item = &str> {
    let mut open = 0usize;
    value.split(move |c: char| {
        match c {
            '(' => open += 1,
            ')' => open = open.saturating_sub(1),
            _ => {}
        }
        c.is_ascii_whitespace() && open == 0
    })
}

/// The numbers between brackets.
fn numbers(value: &str) -> Vec<f32> {
    let inner = value.split_once('(').map_or("", |(_, inner)| inner).trim_end_matches(')');
    let number = |it: &str| match length(it)? {
        Value::Px(number) => Some(number),
        Value::Em(number) => Some(number * 100.0),
        _ => None,
    };
    inner.split([',', ' ']).filter(|it| !it.is_empty()).filter_map(number).collect()
}

/// `rect(top, right, bottom, left)` of less than two pixels.
fn clip(value: &str) -> Option<Value> {
    if value == "auto" {
        return Some(Value::No);
    }
    let sides = if value.starts_with("rect(") { numbers(value) } else { return None };
    let &[top, right, bottom, left] = sides.as_slice() else { return Some(Value::No) };
    Some(if bottom - top <= 1.0 || right - left <= 1.0 { Value::Yes } else { Value::No })
}

fn clip_path(value: &str) -> Option<Value> {
    let numbers = numbers(value);
    let all = |wanted: fn(&f32) -> bool| !numbers.is_empty() && numbers.iter().all(wanted);
    // Shares of the box: half from each side leaves nothing.
    let nothing = match value.split('(').next()? {
        "inset" => all(|it| *it >= 50.0),
        "circle" | "ellipse" => numbers.first() == Some(&0.0),
        "polygon" => all(|it| *it == 0.0),
        _ => false,
    };
    Some(if nothing { Value::Yes } else { Value::No })
}

fn transform(value: &str) -> Value {
    let numbers = numbers(value);
    let nothing = value.starts_with("scale") && numbers.first() == Some(&0.0)
        || value.starts_with("translate") && numbers.iter().any(|it| *it <= -super::FAR);
    if nothing { Value::Yes } else { Value::No }
}

#[cfg(test)]
mod tests {
    use super::{Declaration, Paint, Property, Value, declarations};

    fn all(text: &str) -> Vec<(Property, Value)> {
        let mut list = Vec::new();
        declarations(text, |Declaration { property, value, .. }| list.push((property, value)));
        list
    }

    #[test]
    fn what_is_valid_counts_and_the_rest_does_not() {
        assert_eq!(all("DISPLAY : None ; display:blok; color:;x"), [(Property::Display, Value::Yes)]);
        assert_eq!(all("--x:display:none; /*display:none*/ quotes: 'a;display:none'"), []);
        assert_eq!(all("background:url(data:a;display:none)"), [(Property::Background, Value::Paint(Paint::Unknown))]);
        assert_eq!(all("font: bold 0/0 a"), [(Property::FontSize, Value::Px(0.0))]);
        assert_eq!(all("font: 700 12px a"), [(Property::FontSize, Value::Px(12.0))]);
        assert_eq!(all("background:#FFF none"), [(Property::Background, Value::Paint(Paint::Rgb([255; 3])))]);
        assert_eq!(all("clip: rect(1px, 1px, 1px, 1px)"), [(Property::Clip, Value::Yes)]);
        assert_eq!(all("clip-path:inset(50%)"), [(Property::ClipPath, Value::Yes)]);
        assert_eq!(all("overflow: hidden auto"), [(Property::Overflow, Value::Yes)]);
    }

    #[test]
    fn importance_is_kept() {
        let mut list = Vec::new();
        declarations("display:none ! IMPORTANT;opacity:0", |it| list.push(it.important));
        assert_eq!(list, [true, false]);
        declarations(&"a(".repeat(100_000), |_| ());
        declarations(&"color:red;".repeat(100_000), |_| ());
    }
}
