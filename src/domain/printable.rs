//! Text that is fit for a terminal.
//!
//! Whatever comes from outside (subjects, names, bodies, file names, server texts, paths) is untrusted: a control
//! character can repaint the screen or write the clipboard, a bidi override can turn a file name around, an invisible
//! character can hide in an address. `Printable` is the only message text that a view accepts, and `Printable::from`
//! is the only way to make one. What is forbidden is not dropped but shown as a mark, so that nothing hides.

use std::fmt;

use unicode_segmentation::UnicodeSegmentation;

use super::cluster::{clusters, width};
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
        if self.0.is_ascii() { self.0.len() } else { clusters(&self.0).map(|(_, cluster)| width(cluster)).sum() }
    }

    /// Whether there is nothing to be seen of it, or nothing but marks.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0.chars().all(|c| c.is_whitespace() || c == MARK || c == BRAILLE_BLANK || combining(c))
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
        for (_, cluster) in clusters(&self.0) {
            let width = width(cluster);
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
/// selectors beyond those of emoji, marks of other systems (music, shorthand, annotations), non-characters, and the one sign
/// that says it takes three columns, which no terminal gives it.
#[must_use]
pub fn forbidden(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}'
        | '\u{17B4}' | '\u{17B5}' | '\u{17D8}' | '\u{180B}'..='\u{180F}' | '\u{200B}' | '\u{200C}' | '\u{200E}' | '\u{200F}'
        | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FDD0}'..='\u{FDEF}'
        | '\u{FE00}'..='\u{FE0E}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
        || (c as u32) & 0xFFFE == 0xFFFE
}

/// A letter of Braille without a dot.
const BRAILLE_BLANK: char = '\u{2800}';

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
    // Where the character begins that marks are put on, and how many it has.
    let mut base: Option<usize> = None;
    let mut marks = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let last = out.chars().next_back();
        let room = marks < COMBINING_MARKS;
        let kept = match c {
            '\t' | '\n' => ' ',
            '\r' if chars.peek() == Some(&'\n') => continue,
            JOINER => match (base.and_then(|at| out.get(at..)), chars.peek()) {
                (Some(before), Some(next)) if room && joins(before, *next) => JOINER,
                _ => MARK,
            },
            PICTURE => match last {
                Some(l) if room && (pictorial(l) || matches!(l, '0'..='9' | '#' | '*')) => PICTURE,
                _ => continue,
            },
            '\u{FE0E}' if last.is_some_and(pictorial) => continue,
            c if forbidden(c) => MARK,
            // What has no place of its own and stands on nothing would be lost.
            c if combining(c) && !base.and_then(|at| out.get(at..)).is_some_and(|before| carries(before, c)) => MARK,
            c => c,
        };
        let tone = matches!(kept, '\u{1F3FB}'..='\u{1F3FF}') && last.is_some_and(pictorial);
        if base.is_some() && (combining(kept) || tone && room || matches!(kept, JOINER | PICTURE)) {
            marks += 1;
            if room {
                out.push(kept);
                continue;
            }
            if marks > COMBINING_MARKS + 1 {
                continue;
            }
        }
        let kept = if combining(kept) { MARK } else { kept };
        if last != Some(JOINER) {
            base = Some(out.len());
            // What follows the mark in place of too many marks is one too many as well.
            marks = if marks > COMBINING_MARKS && kept == MARK { marks } else { 0 };
        }
        out.push(kept);
    }
    out
}

/// Whether a joiner makes one picture of what is before it and the next character.
fn joins(before: &str, next: char) -> bool {
    let dressing = |c: &char| matches!(*c, PICTURE | '\u{1F3FB}'..='\u{1F3FF}') || combining(*c);
    // What joins is decided between the two pictures next to the joiner; the others are joined already.
    let Some(last) = before.chars().rev().find(|c| !dressing(c)).filter(|c| pictorial(*c) && pictorial(next)) else {
        return false;
    };
    [last, JOINER, next].iter().collect::<String>().graphemes(true).count() == 1
}

/// Whether a mark goes onto what is before it.
fn carries(before: &str, mark: char) -> bool {
    matches!(mark, '\u{300}'..='\u{36F}') || format!("{before}{mark}").graphemes(true).count() == 1
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

    /// Every point that there is, alone and within text: what may not pass does not, the rest stays as it was.
    #[test]
    fn every_point_is_kept_or_marked() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            for text in [format!("{c}b"), format!("👩{c}👩")] {
                let clean = Printable::from(text.as_str());
                assert!(!clean.as_str().chars().any(forbidden), "U+{:04X}", u32::from(c));
                assert_eq!(Printable::from(clean.as_str()), clean, "U+{:04X}", u32::from(c));
            }
            let within = Printable::from(format!("a{c}b"));
            assert!(
                super::clusters(within.as_str()).all(|(_, it)| super::width(it) > 0),
                "U+{:04X} has no place",
                u32::from(c)
            );
            if super::combining(c) {
                assert!(
                    [format!("a{c}b"), format!("a{MARK}b")].contains(&within.to_string()),
                    "U+{:04X}",
                    u32::from(c)
                );
            } else if forbidden(c) && !c.is_whitespace() && !matches!(c, '\u{FE0E}' | '\u{FE0F}') {
                assert_eq!(within.as_str(), format!("a{MARK}b"), "U+{:04X}", u32::from(c));
            } else if !forbidden(c) && !matches!(c, super::JOINER | super::PICTURE) {
                assert_eq!(within.as_str(), format!("a{c}b"), "U+{:04X}", u32::from(c));
            }
        }
    }

    /// What reliability asks of any text from outside, said again in other words: general categories and named points.
    #[test]
    fn the_forbidden_ones_are_all_there() {
        let ranges = [
            (0x00, 0x1F),
            (0x7F, 0x9F),
            (0x61C, 0x61C),
            (0x200E, 0x200F),
            (0x202A, 0x202E),
            (0x2066, 0x2069),
            (0x200B, 0x200C),
            (0x2060, 0x2064),
            (0xFEFF, 0xFEFF),
            (0xAD, 0xAD),
            (0x180E, 0x180E),
            (0x3164, 0x3164),
            (0x115F, 0x1160),
            (0xFFA0, 0xFFA0),
            (0xE0000, 0xE007F),
            (0x2028, 0x2029),
            (0xFDD0, 0xFDEF),
        ];
        let planes = (0..=0x10).flat_map(|plane| [plane << 16 | 0xFFFE, plane << 16 | 0xFFFF]);
        for point in ranges.into_iter().flat_map(|(from, to)| from..=to).chain(planes) {
            assert!(char::from_u32(point).is_some_and(forbidden), "U+{point:04X}");
        }
        assert_eq!(Printable::from("a\u{200D}b").as_str(), format!("a{MARK}b"), "a joiner joins pictures only");
    }

    #[test]
    fn pictures_stay_whole_and_endless_ones_end() {
        for picture in [
            "👩🏽\u{200D}❤\u{FE0F}\u{200D}💋\u{200D}👩🏽",
            "🏳\u{FE0F}\u{200D}🌈",
            "👨\u{200D}👩\u{200D}👧\u{200D}👦",
            "👍🏿",
            "1\u{FE0F}\u{20E3}",
            "🇩🇪",
        ] {
            assert_eq!(Printable::from(picture).as_str(), picture);
            assert_eq!(Printable::from(picture).width(), 2, "{picture}");
        }
        let endless = Printable::from("👩\u{200D}".repeat(10_000));
        assert!(endless.width() > 2_000, "they are all there: {}", endless.width());
    }

    /// The columns that we count are those that a terminal emulator takes, character by character.
    ///
    /// Left out are pictures made of several (joiners, picture selectors, skin tones): the emulator adds up their parts, as
    /// older terminals do, and newer ones draw one picture of two columns. `Pen` therefore draws only the first part.
    /// The mark is written as another character: the emulator takes it for a broken byte and shows nothing.
    fn columns(parser: &mut vt100::Parser, text: &str) -> (usize, usize) {
        parser.process(format!("\r{}", text.replace(MARK, "?")).as_bytes());
        (usize::from(parser.screen().cursor_position().1), Printable::from(text).width())
    }

    fn emulator() -> vt100::Parser {
        let rows = std::num::NonZeroU16::new(1).unwrap();
        vt100::Parser::new(rows, std::num::NonZeroU16::new(200).unwrap(), 0)
    }

    #[test]
    fn each_character_is_as_wide_as_on_a_terminal() {
        let mut emulator = emulator();
        for c in (0x20..=u32::from(char::MAX)).filter_map(char::from_u32).filter(|c| !forbidden(*c)) {
            let text = Printable::from(format!("a{c}b")).to_string();
            if !text.contains(super::JOINER) && !text.contains(super::PICTURE) {
                let (theirs, ours) = columns(&mut emulator, &text);
                assert_eq!(ours, theirs, "U+{:04X}", u32::from(c));
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn text_is_as_wide_as_on_a_terminal(text in "([a-z ]|[\\u{a1}-\\u{2ff}]|[\\u{300}-\\u{36f}]|[\\u{590}-\\u{1fff}]|[\\u{2e80}-\\u{a4ff}]|[\\u{ac00}-\\u{d7ff}]|क्|ด้|[\\u{1f300}-\\u{1f3f0}]|\\PC){0,40}") {
            let text = Printable::from(text).to_string();
            proptest::prop_assume!(!text.chars().any(|c| matches!(c, super::JOINER | super::PICTURE | '\u{1F3FB}'..='\u{1F3FF}')));
            let mut emulator = emulator();
            let (theirs, ours) = columns(&mut emulator, &text);
            proptest::prop_assert_eq!(ours, theirs, "{:?}", text);
        }

        #[test]
        fn plain_text_is_kept(text in "[a-zA-Z0-9 .,;ßäöü来週の한글שלוםسلامไทย😀]{0,60}") {
            let clean = Printable::from(text.as_str());
            proptest::prop_assert_eq!(clean.as_str(), text.as_str());
        }

        #[test]
        fn no_character_carries_more_marks_than_are_kept(text in "(a|[\\u{300}-\\u{36f}]|\\u{20e3}|[\\u{fe00}-\\u{fe0f}]|\\u{200d}|👩|🏽){0,200}") {
            let clean = Printable::from(text);
            for (_, cluster) in super::clusters(clean.as_str()) {
                proptest::prop_assert!(cluster.chars().count() <= 2 + 2 * super::COMBINING_MARKS, "{cluster:?}");
            }
        }

        #[test]
        fn nothing_forbidden_ever_passes(text in "\\PC*|(.|\\s|[\\x00-\\x1f\\u{200b}-\\u{206f}\\u{e0000}-\\u{e007f}])*") {
            let once = Printable::from(text.as_str());
            proptest::prop_assert!(!once.as_str().chars().any(forbidden));
            proptest::prop_assert_eq!(Printable::from(once.as_str()), once);
        }
    }
}
