//! Text as words, the way that both a query in memory and the full-text index see it.
//!
//! One function decides what a word is. The index is fed its result, so that the two can never disagree: a word is
//! a run of letters and digits, in lower case, without diacritics; and each ideograph, kana or hangul syllable is a
//! word of its own, because those scripts put no spaces between words. `"Zoë's 来週"` is `zoe s 来 週`.

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
    for c in text.chars() {
        if c.is_ascii() {
            // Most of most mail: what is below comes to the same, by longer ways.
            if c.is_ascii_alphanumeric() {
                if !within && !out.is_empty() {
                    out.push(' ');
                }
                out.push(c.to_ascii_lowercase());
            }
            within = c.is_ascii_alphanumeric();
        } else if stands_alone(c) {
            push(c, &mut within, out);
        } else {
            for part in std::iter::once(c).nfkd() {
                push(part, &mut within, out);
            }
        }
    }
}

/// Adds one decomposed character; `within` says whether the last one was of a word that goes on.
fn push(c: char, within: &mut bool, out: &mut String) {
    if !c.is_alphanumeric() {
        *within &= is_combining_mark(c);
        return;
    }
    let alone = stands_alone(c);
    if (!*within || alone) && !out.is_empty() {
        out.push(' ');
    }
    out.extend(c.to_lowercase().filter(|c| c.is_alphanumeric()));
    *within = !alone;
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
    use super::{fold, words};

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

    proptest::proptest! {
        /// The index splits at ASCII characters that are no letters or digits: after folding, that is only the space.
        #[test]
        fn folding_leaves_nothing_that_an_index_could_split_or_fold(text in ".*") {
            let folded = fold(&text);
            proptest::prop_assert!(folded.bytes().filter(u8::is_ascii).all(|b| b == b' ' || b.is_ascii_digit() || b.is_ascii_lowercase()));
            proptest::prop_assert_eq!(fold(&folded), folded);
        }
    }
}
