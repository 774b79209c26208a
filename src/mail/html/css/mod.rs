//! Style sheets, as far as they decide whether something is seen, read and applied as browsers do (CSS Cascading Level 4):
//! the last of what is said counts, the more particular over the general, an element's own style over a sheet, and what is
//! important over all.

mod declaration;
mod selector;
mod sheet;
mod value;

pub(super) use declaration::{Declaration, PROPERTIES, Property, declarations};
pub(super) use selector::Element;
pub(super) use sheet::StyleSheet;
pub(super) use value::{Paint, Value, attribute_paint};

/// So many pixels away nothing is seen.
pub(super) const FAR: f32 = 400.0;

fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        // A comment parts what stands around it.
        out.push(' ');
        rest = after.split_once("*/").map_or("", |(_, behind)| behind);
    }
    out.push_str(rest);
    out
}
