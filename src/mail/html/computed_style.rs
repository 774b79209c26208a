//! The part of an element's style that decides whether its text is seen, computed from the styles around it and its own.

use super::css::{Declaration, FAR, PROPERTIES, Paint, Property, Value};

/// Letters of so few pixels can't be read.
const UNREADABLE: f32 = 2.0;
/// A box of so few pixels shows nothing of what overflows it.
const NO_ROOM: f32 = 1.0;

/// The style of an element as it comes out of everything that is said of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ComputedStyle {
    /// The element and everything in it is not shown (`display: none` and the like); nothing inside can change that.
    pub(super) gone: bool,
    /// `visibility: hidden`; an element inside may be visible again.
    invisible: bool,
    letters: f32,
    colour: Paint,
    behind: Paint,
    /// The first line begins far outside.
    indented: bool,
    /// Line ends and spaces count.
    pub(super) spaces: bool,
}

impl ComputedStyle {
    /// The style of a page that sets nothing.
    pub(super) const PLAIN: Self = Self {
        gone: false,
        invisible: false,
        letters: 16.0,
        colour: Paint::Rgb([0; 3]),
        behind: Paint::Rgb([255; 3]),
        indented: false,
        spaces: false,
    };

    /// Whether text of this look is seen.
    pub(super) fn shows_text(&self) -> bool {
        self.shows_pictures() && self.letters > UNREADABLE && !self.indented && !self.colour.hides_on(self.behind)
    }

    /// Whether pictures, and what stands for them, are seen.
    pub(super) fn shows_pictures(&self) -> bool {
        !self.gone && !self.invisible
    }

    /// The look of an element within this one. `block` says that it is a box of its own by its kind.
    pub(super) fn within(&self, own: &Own, block: bool) -> Self {
        let mut look = *self;
        if !own.any {
            return look;
        }
        let of = |property: Property| own.values.get(property as usize).copied().flatten().map(|(_, value)| value);
        match of(Property::Visibility) {
            Some(Value::Yes) => look.invisible = true,
            Some(Value::No | Value::Initial) => look.invisible = false,
            _ => {}
        }
        match of(Property::FontSize) {
            Some(Value::Px(size)) => look.letters = size,
            Some(Value::Em(share)) => look.letters *= share,
            Some(Value::Initial) => look.letters = Self::PLAIN.letters,
            _ => {}
        }
        match of(Property::Color) {
            Some(Value::Paint(paint)) => look.colour = paint,
            Some(Value::Initial) => look.colour = Self::PLAIN.colour,
            _ => {}
        }
        match of(Property::Background) {
            Some(Value::Paint(Paint::Transparent)) | None => {}
            Some(Value::Paint(paint)) => look.behind = paint,
            Some(_) => {}
        }
        match of(Property::Spaces) {
            Some(Value::Yes) => look.spaces = true,
            Some(Value::No | Value::Initial) => look.spaces = false,
            _ => {}
        }
        let yes = |property| of(property) == Some(Value::Yes);
        let pixels = |property| match of(property) {
            Some(Value::Px(number)) => Some(number),
            Some(Value::Em(number)) => Some(number * 16.0),
            _ => None,
        };
        let far = |property| pixels(property).is_some_and(|it| it <= -FAR);
        match of(Property::Indent) {
            Some(Value::Inherit) | None => {}
            Some(_) => look.indented = far(Property::Indent),
        }
        let placed = yes(Property::Placed);
        let moved = yes(Property::Moved);
        let boxed =
            placed || block && of(Property::Display) != Some(Value::Inline) || of(Property::Display) == Some(Value::No);
        let tight = |property| pixels(property).is_some_and(|it| (0.0..=NO_ROOM).contains(&it));
        let no_room =
            [Property::Width, Property::MaxWidth, Property::Height, Property::MaxHeight].into_iter().any(tight);
        look.gone |= yes(Property::Display)
            || yes(Property::Opacity)
            || placed && yes(Property::Clip)
            || yes(Property::ClipPath)
            || yes(Property::Transform)
            || boxed && yes(Property::Overflow) && no_room
            || moved && [Property::Left, Property::Top, Property::Right, Property::Bottom].into_iter().any(far)
            || [Property::MarginLeft, Property::MarginTop].into_iter().any(far);
        look
    }

    /// The background is unknown, so no colour of letters counts as hidden.
    pub(super) fn on_anything(mut self) -> Self {
        self.behind = Paint::Unknown;
        self
    }
}

/// What is said of one element: of each property the value that counts, and its weight beside others.
#[derive(Debug)]
pub(super) struct Own {
    values: [Option<(u64, Value)>; PROPERTIES],
    /// Whether anything was said at all.
    any: bool,
}

/// What the program that draws a page says by itself weighs least; what is important weighs most.
const ATTRIBUTE: u64 = 1;
const INLINE: u64 = 1 << 56;
const IMPORTANT: u64 = 1 << 60;

impl Own {
    pub(super) fn new() -> Self {
        Self { values: [None; PROPERTIES], any: false }
    }

    /// By the kind of the element, or by an attribute of old pages (`bgcolor`).
    pub(super) fn by_kind(&mut self, property: Property, value: Value) {
        self.put(ATTRIBUTE, property, value);
    }

    /// By a rule of a sheet.
    pub(super) fn by_rule(&mut self, weight: u64, it: Declaration) {
        self.put(weight.saturating_add(2) + if it.important { IMPORTANT } else { 0 }, it.property, it.value);
    }

    /// By the element's own `style`.
    pub(super) fn by_itself(&mut self, it: Declaration) {
        self.put(INLINE + if it.important { IMPORTANT } else { 0 }, it.property, it.value);
    }

    fn put(&mut self, weight: u64, property: Property, value: Value) {
        self.any = true;
        if let Some(slot) = self.values.get_mut(property as usize)
            && slot.is_none_or(|(before, _)| before <= weight)
        {
            *slot = Some((weight, value));
        }
    }
}
