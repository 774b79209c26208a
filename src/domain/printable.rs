//! Text that is fit for a terminal.
//!
//! Whatever comes from outside (subjects, names, bodies, file names, server texts, paths) is untrusted: a control
//! character can repaint the screen or write the clipboard, a bidi override can turn a file name around, an invisible
//! character can hide in an address. `Printable` is the only message text that a view accepts, and `Printable::from`
//! is the only way to make one. What is forbidden is not dropped but shown as a mark, so that nothing hides.

use std::fmt;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::limits::COMBINING_MARKS;

/// Stands where a forbidden character stood.
pub const MARK: char = '\u{FFFD}';

/// One line of text without any character that acts on a terminal or hides from the eye.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub struct Printable(String);

impl Printable {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many columns it takes, one character after the other: terminals do not join letters (lam and alef, say).
    #[must_use]
    pub fn width(&self) -> usize {
        if self.0.is_ascii() { self.0.len() } else { self.0.graphemes(true).map(UnicodeWidthStr::width).sum() }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As much as fits into so many columns, with `…` where something was left out. A wide character is never cut in two.
    #[must_use]
    pub fn cut(&self, columns: usize) -> Self {
        if self.width() <= columns {
            return self.clone();
        }
        if columns == 0 {
            return Self::default();
        }
        let mut text = String::new();
        let mut used = 0;
        for cluster in self.0.graphemes(true) {
            let width = cluster.width();
            if used + width > columns - 1 {
                break;
            }
            used += width;
            text.push_str(cluster);
        }
        text.push('…');
        Self(text)
    }

    /// Breaks at the given columns: at spaces where there are any, within a word where there are none.
    #[must_use]
    pub fn wrap(&self, columns: usize) -> Vec<Self> {
        super::wrap::wrap(&self.0, columns).into_iter().map(|line| Self(line.to_owned())).collect()
    }
}

impl From<&str> for Printable {
    fn from(text: &str) -> Self {
        if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            return Self(text.to_owned());
        }
        Self(clean(text))
    }
}

impl From<String> for Printable {
    fn from(text: String) -> Self {
        if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) { Self(text) } else { Self(clean(&text)) }
    }
}

impl From<&String> for Printable {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl AsRef<str> for Printable {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Printable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Whether a character may never reach a terminal from outside.
///
/// Controls (C0, DEL, C1), bidi controls, zero-width and invisible letters, tags, line separators, variation
/// selectors beyond those of emoji, private marks that a terminal may draw as anything, and non-characters.
#[must_use]
pub fn forbidden(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}'
        | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200B}' | '\u{200C}' | '\u{200E}' | '\u{200F}'
        | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FDD0}'..='\u{FDEF}'
        | '\u{FE00}'..='\u{FE0E}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
        || (c as u32) & 0xFFFE == 0xFFFE
}

/// A joiner is kept only between the pictures that it joins, and a picture's selector only behind something.
const JOINER: char = '\u{200D}';
const PICTURE: char = '\u{FE0F}';

fn pictorial(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}' | '\u{1F000}'..='\u{1FAFF}' | '\u{A9}' | '\u{AE}')
}

fn combining(c: char) -> bool {
    unicode_width::UnicodeWidthChar::width(c) == Some(0) && c != JOINER && c != PICTURE
}

fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    let mut last: Option<char> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let kept = match c {
            '\t' | '\n' => ' ',
            '\r' if chars.peek() == Some(&'\n') => continue,
            JOINER => {
                let joins =
                    last.is_some_and(|l| pictorial(l) || l == PICTURE) && chars.peek().is_some_and(|n| pictorial(*n));
                if joins { JOINER } else { MARK }
            }
            PICTURE => {
                if last.is_some_and(|l| pictorial(l) || matches!(l, '0'..='9' | '#' | '*')) {
                    PICTURE
                } else {
                    continue;
                }
            }
            '\u{FE0E}' if last.is_some_and(pictorial) => continue,
            c if forbidden(c) => MARK,
            c => c,
        };
        if combining(kept) {
            marks += 1;
            if marks > COMBINING_MARKS || last.is_none() {
                if marks == COMBINING_MARKS + 1 || last.is_none() {
                    out.push(MARK);
                    last = Some(MARK);
                }
                continue;
            }
            out.push(kept);
            continue;
        }
        marks = 0;
        out.push(kept);
        last = Some(kept);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{MARK, Printable, forbidden};

    #[test]
    fn controls_become_marks_and_the_text_around_them_stays() {
        assert_eq!(Printable::from("a\x1b[2Jb").as_str(), format!("a{MARK}[2Jb"));
        assert_eq!(Printable::from("invoice\u{202E}fdp.exe").as_str(), format!("invoice{MARK}fdp.exe"));
        assert_eq!(Printable::from("a\tb\r\nc").as_str(), "a b c");
    }

    #[test]
    fn families_stay_together_and_stray_joiners_do_not_hide() {
        let family = "👩\u{200D}👩\u{200D}👧 ok";
        assert_eq!(Printable::from(family).as_str(), family);
        assert_eq!(Printable::from("pay\u{200D}pal").as_str(), format!("pay{MARK}pal"));
    }

    #[test]
    fn towers_of_marks_are_cut() {
        let tower: String = std::iter::once('a').chain(std::iter::repeat_n('\u{301}', 3000)).collect();
        assert!(Printable::from(tower.as_str()).as_str().chars().count() <= 10);
    }

    #[test]
    fn cutting_never_splits_a_wide_character() {
        assert_eq!(Printable::from("来週の打ち合わせ").cut(6).as_str(), "来週…");
        assert_eq!(Printable::from("short").cut(5).as_str(), "short");
        assert_eq!(Printable::from("longer").cut(5).as_str(), "long…");
        assert_eq!(Printable::from("سلام").width(), 4);
    }

    proptest::proptest! {
        #[test]
        fn nothing_forbidden_ever_passes(text in "\\PC*|(.|\\s|[\\x00-\\x1f\\u{200b}-\\u{206f}\\u{e0000}-\\u{e007f}])*") {
            let once = Printable::from(text.as_str());
            proptest::prop_assert!(!once.as_str().chars().any(forbidden));
            proptest::prop_assert_eq!(Printable::from(once.as_str()), once);
        }
    }
}
