//! How an mbox separates its messages, found out from its beginning.

use super::split::{Gap, Splitter};
use super::style::{LineBefore, Spacing, Style};

/// How many bytes at the beginning of an mbox are looked at.
pub(super) const BEGINNING: usize = 1024 * 1024;

/// The style of an mbox with this beginning; `whole` means that nothing follows it.
pub(super) fn style_of(beginning: &[u8], whole: bool) -> Style {
    let style = Style::of_first_line(beginning);
    style.spaced(spacing_of(style, beginning, whole))
}

/// Each separator counts, and so does the end of the mbox if it is part of the beginning.
fn spacing_of(style: Style, beginning: &[u8], whole: bool) -> Spacing {
    let (mut blank, mut none) = (0u32, 0u32);
    let mut splitter = Splitter::new(beginning, 0, style);
    while let Ok(Ok(Some(_))) = splitter.next() {
        match splitter.gap() {
            Some(Gap::Between(LineBefore::Blank)) => blank += 1,
            Some(Gap::Between(LineBefore::Text)) => none += 1,
            _ => {}
        }
    }
    if whole && none > 0 {
        let text = beginning.trim_ascii_end();
        let ends = beginning.get(text.len()..).unwrap_or_default();
        let line_ends = ends.split(|byte| *byte == if style.returns { b'\r' } else { b'\n' }).count() - 1;
        *(if line_ends > 1 { &mut blank } else { &mut none }) += 1;
    }
    match (blank, none) {
        (0, 0) => Spacing::Unknown,
        _ if none >= blank => Spacing::None,
        _ => Spacing::Blank,
    }
}
