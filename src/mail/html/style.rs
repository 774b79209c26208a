//! The style of one element: what its kind, its attributes, the style sheets and its own `style` say of it.

use super::computed_style::{ComputedStyle, Own};
use super::css::{Element, Paint, Property, StyleSheet, Value, attribute_paint, declarations};
use super::tokens::attributes;
use super::{Tag, entities};

/// The look of an element that begins within a look; what selectors ask of it is noted down.
///
/// `old` says that the page has no document type, `around` are the elements that it stands in, the outermost first.
pub(super) fn look<'h>(
    tag: Tag,
    element: &mut Element<'h>,
    around: ComputedStyle,
    old: bool,
    sheet: &mut StyleSheet,
    elements: &[Element<'h>],
) -> ComputedStyle {
    let bare = element.tag.len() == element.name.len() + 2;
    let by_kind = matches!(tag, Tag::Unseen | Tag::Verbatim | Tag::Table);
    if bare && !by_kind && sheet.is_empty() {
        return around;
    }
    let mut own = Own::new();
    let mut style = None;
    match tag {
        Tag::Unseen => own.by_kind(Property::Display, Value::Yes),
        Tag::Verbatim => own.by_kind(Property::Spaces, Value::Yes),
        Tag::Table if old => {
            own.by_kind(Property::FontSize, Value::Initial);
            own.by_kind(Property::Spaces, Value::Initial);
        }
        _ => {}
    }
    let (mut dialog, mut open) = (element.name.eq_ignore_ascii_case("dialog"), false);
    for (name, value) in attributes(element.tag) {
        match name.len() {
            2 if name.eq_ignore_ascii_case("id") && element.id.is_empty() => element.id = value,
            5 if name.eq_ignore_ascii_case("class") && element.class.is_empty() => element.class = value,
            5 if name.eq_ignore_ascii_case("style") && style.is_none() => style = Some(value),
            6 if name.eq_ignore_ascii_case("hidden") => own.by_kind(Property::Display, Value::Yes),
            7 if name.eq_ignore_ascii_case("bgcolor") => by_colour(&mut own, Property::Background, value),
            10 if name.eq_ignore_ascii_case("background") => {
                own.by_kind(Property::Background, Value::Paint(Paint::Unknown));
            }
            5 if name.eq_ignore_ascii_case("color") && tag == Tag::Format => {
                by_colour(&mut own, Property::Color, value);
            }
            4 if name.eq_ignore_ascii_case("text") && tag == Tag::Body => by_colour(&mut own, Property::Color, value),
            // Links have a colour of their own.
            4 if name.eq_ignore_ascii_case("href") && tag == Tag::Link => {
                own.by_kind(Property::Color, Value::Paint(Paint::Unknown));
            }
            4 if name.eq_ignore_ascii_case("open") => open = true,
            _ => {}
        }
    }
    dialog &= !open;
    if dialog {
        own.by_kind(Property::Display, Value::Yes);
    }
    if !sheet.is_empty() {
        sheet.each(element, elements, |weight, it| own.by_rule(weight, it));
    }
    if let Some(style) = style {
        declarations(&entities::value(style), |it| own.by_itself(it));
    }
    around.within(&own, tag.apart() || tag == Tag::Picture)
}

fn by_colour(own: &mut Own, property: Property, value: &str) {
    if let Some(colour) = attribute_paint(value.trim()) {
        own.by_kind(property, Value::Paint(colour));
    }
}
