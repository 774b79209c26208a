//! Text as words, for queries in memory and for the full-text index.
//!
//! One function decides what a word is, and the index gets its result, so the two can never disagree: a word is a run
//! of letters and digits, in lower case, without diacritics; and each ideograph, kana or hangul syllable is a word of
//! its own, because those scripts put no spaces between words. `"Zoë's 来週"` is `zoe s 来 週`. Invisible characters
//! (soft hyphens, joiners, direction marks) are no part of a word and do not end it; a zero-width space ends it.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The words of a text, separated by single spaces.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    fold_into(text, &mut out);
    out
}

/// Adds the words of a text to those already there.
pub fn fold_into(text: &str, out: &mut String) {
    let mut within = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        // A shortcut for ASCII, which most mail is; the code below gives the same result more slowly.
        if c.is_ascii_alphanumeric() {
            let (word, behind) = rest.split_at(rest.bytes().take_while(u8::is_ascii_alphanumeric).count());
            if !within && !out.is_empty() {
                out.push(' ');
            }
            let start = out.len();
            out.push_str(word);
            out.get_mut(start..).unwrap_or_default().make_ascii_lowercase();
            (within, rest) = (true, behind);
            continue;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        push_any(c, &mut within, out);
    }
}

/// A word of a text, and where it stands there, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordPlace {
    pub word: String,
    pub place: Range<usize>,
}

/// The words of a text as `fold` has them, each with its place. A character that stands for several words, such as `½`, is the
/// place of each.
#[must_use]
pub fn places(text: &str) -> Vec<WordPlace> {
    let mut places: Vec<WordPlace> = Vec::new();
    let (mut within, mut added) = (false, String::new());
    for (at, c) in text.char_indices() {
        let place = at..at + c.len_utf8();
        // What `push` adds to a text that has something in it: a space before each new word.
        added.clear();
        added.push('.');
        push_any(c, &mut within, &mut added);
        for (piece, letters) in added.split(' ').enumerate() {
            let letters = if piece == 0 { letters.get(1..).unwrap_or_default() } else { letters };
            match places.last_mut() {
                Some(last) if piece == 0 && !letters.is_empty() => {
                    last.word.push_str(letters);
                    last.place.end = place.end;
                }
                _ if letters.is_empty() => {}
                _ => places.push(WordPlace { word: letters.to_owned(), place: place.clone() }),
            }
        }
    }
    places
}

/// Adds one character of a text.
fn push_any(c: char, within: &mut bool, out: &mut String) {
    if c.is_ascii() || stands_alone(c) {
        push(c, within, out);
    } else if !ignored(c) {
        for part in std::iter::once(c).nfkd() {
            push(part, within, out);
        }
    }
}

/// Adds one decomposed character; `within` says whether the last one belongs to a word that may go on.
fn push(c: char, within: &mut bool, out: &mut String) {
    if ignored(c) {
        return;
    }
    if !c.is_alphanumeric() {
        *within &= is_combining_mark(c);
        return;
    }
    let alone = stands_alone(c);
    if (!*within || alone) && !out.is_empty() {
        out.push(' ');
    }
    let mut lower = c.to_lowercase();
    if lower.len() == 1 {
        out.extend(lower.next());
    } else {
        out.extend(lower.filter(|c| c.is_alphanumeric()));
    }
    *within = !alone;
}

/// What Unicode calls default-ignorable, but for the zero-width space (U+200B), which stands between words.
fn ignored(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200C}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// The words of a text, one by one.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    fold(text).split_ascii_whitespace().map(str::to_owned).collect()
}

/// Scripts that are written without spaces between words.
fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{2E80}'..='\u{2FDF}' | '\u{3040}'..='\u{30FF}' | '\u{3100}'..='\u{312F}' | '\u{31A0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}' | '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}')
}

#[cfg(test)]
mod tests {
    use super::{fold, places, words};

    #[test]
    fn letters_are_lowered_and_lose_their_marks() {
        assert_eq!(fold("Zoë's ÉTÉ, Łódź 3.5"), "zoe s ete łodz 3 5");
        assert_eq!(fold("e\u{301}te\u{301}"), "ete");
    }

    #[test]
    fn scripts_without_spaces_are_split_by_character() {
        assert_eq!(words("来週の打ち合わせ"), ["来", "週", "の", "打", "ち", "合", "わ", "せ"]);
        assert_eq!(fold("v2会議room"), "v2 会 議 room");
    }

    #[test]
    fn wide_and_narrow_forms_are_one_word() {
        assert_eq!(fold("ＡＢＣ"), "abc");
        assert_eq!(fold("ﬁne"), "fine");
    }

    #[test]
    fn what_cannot_be_seen_parts_no_word() {
        assert_eq!(fold("Donau\u{AD}dampf\u{AD}schiff"), "donaudampfschiff");
        assert_eq!(fold("می\u{200C}خواهم"), fold("میخواهم"));
        assert_eq!(fold("\u{2068}Ann\u{2069} in\u{200F}vited b\u{FE0F}ank"), "ann invited bank");
        assert_eq!(fold("ক\u{9CD}\u{200D}ষ"), fold("ক\u{9CD}ষ"));
        assert_eq!(fold("example.com/\u{200B}a\u{200B}b\u{FEFF}c"), "example com a bc");
    }

    /// The list is Unicode's own.
    #[test]
    fn what_is_ignored_is_what_unicode_says() {
        let unicode = icu_properties::CodePointSetData::new::<icu_properties::props::DefaultIgnorableCodePoint>();
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32).filter(|c| *c != '\u{200B}') {
            assert_eq!(super::ignored(c), unicode.contains(c), "U+{:04X}", u32::from(c));
        }
    }

    proptest::proptest! {
        /// The index splits at ASCII characters that are no letters or digits: after folding, that is only the space.
        #[test]
        fn folding_leaves_nothing_that_an_index_could_split_or_fold(text in ".*") {
            let folded = fold(&text);
            proptest::prop_assert!(folded.bytes().filter(u8::is_ascii).all(|b| b == b' ' || b.is_ascii_digit() || b.is_ascii_lowercase()));
            proptest::prop_assert_eq!(fold(&folded), folded);
        }

        /// The words are those of the index, and each place begins and ends with something of its word.
        #[test]
        fn places_have_the_words_that_folding_makes(text in "(\\PC|[a-zé ]|[½㈱ﬁ]|週|\u{301}|\u{AD}|\u{200B}){0,30}") {
            let places = places(&text);
            let words: Vec<&str> = places.iter().map(|one| one.word.as_str()).collect();
            proptest::prop_assert_eq!(words.join(" "), fold(&text));
            let mut before = 0;
            for one in &places {
                proptest::prop_assert!(before <= one.place.start && one.place.start < one.place.end);
                let there = fold(&text[one.place.clone()]);
                proptest::prop_assert!(there.split(' ').any(|word| word == one.word), "{:?} in {:?}", one, there);
                before = one.place.start;
            }
        }
    }
}
