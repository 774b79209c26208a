//! Which characters act on a terminal, which are invisible, and where invisible ones belong to ordinary words.

use icu_properties::props::{BidiClass, Emoji, IndicSyllabicCategory, JoiningType, Script};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Whether a character may never reach a terminal from outside.
///
/// Controls (C0, DEL, C1), bidi controls, zero-width and invisible letters, tags, line separators, variation
/// selectors beyond those of emoji, marks of other systems (music, shorthand, annotations), non-characters, and the
/// one sign that says it takes three columns, which no terminal gives it. The two joiners are allowed where they join
/// or separate letters.
#[must_use]
pub fn forbidden(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}'
        | '\u{17B4}' | '\u{17B5}' | '\u{17D8}' | '\u{180B}'..='\u{180F}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
        | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FDD0}'..='\u{FDEF}'
        | '\u{FE00}'..='\u{FE0E}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
        || (c as u32) & 0xFFFE == 0xFFFE
}

/// A letter of Braille without a dot.
pub(super) const BRAILLE_BLANK: char = '\u{2800}';
/// ZERO WIDTH JOINER: joins emoji to one, and gives letters the form that they have beside another letter.
pub(super) const JOINER: char = '\u{200D}';
/// ZERO WIDTH NON-JOINER: gives letters the form that they have alone. Persian uses it in every second sentence.
pub(super) const NON_JOINER: char = '\u{200C}';
/// VARIATION SELECTOR-16: asks for the emoji of a character that can also be drawn as a letter.
pub(super) const PICTURE: char = '\u{FE0F}';
/// SOFT HYPHEN: a word may be broken here.
pub(super) const SOFT_HYPHEN: char = '\u{AD}';

/// Invisible characters that are useful in some text: they shape or break words, or keep their direction.
///
/// Overrides and embeddings (U+202A–E) are not among them, since they show letters in another order.
pub(super) fn unseen(c: char) -> bool {
    matches!(c,
        SOFT_HYPHEN | '\u{34F}' | '\u{61C}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0100}'..='\u{E01EF}')
}

pub(super) fn opens_isolate(c: char) -> bool {
    matches!(c, '\u{2066}'..='\u{2068}')
}

pub(super) const ISOLATE_END: char = '\u{2069}';

pub(super) fn pictorial(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}' | '\u{1F000}'..='\u{1FAFF}' | '\u{A9}' | '\u{AE}')
}

/// Whether a character can be drawn as an emoji. These are more than those that are emoji by default.
pub(super) fn emoji(c: char) -> bool {
    CodePointSetData::new::<Emoji>().contains(c)
}

pub(super) fn combining(c: char) -> bool {
    unicode_width::UnicodeWidthChar::width(c) == Some(0) && !matches!(c, JOINER | NON_JOINER | PICTURE)
}

/// Whether a letter changes its form beside another one: Arabic, Syriac, Mongolian (`Joining_Type`), and the conjuncts
/// and vowel signs of the scripts of India and around it (`Indic_Syllabic_Category`).
pub(super) fn joins_letters(c: char) -> bool {
    if c.is_ascii() || !word(c) {
        return false;
    }
    let joining = CodePointMapData::<JoiningType>::new().get(c);
    let syllabic = CodePointMapData::<IndicSyllabicCategory>::new().get(c);
    matches!(
        joining,
        JoiningType::DualJoining | JoiningType::RightJoining | JoiningType::LeftJoining | JoiningType::JoinCausing
    ) || syllabic != IndicSyllabicCategory::Other
        && !matches!(script(c), Script::Common | Script::Latin | Script::Greek | Script::Cyrillic)
}

/// Whether an invisible character has an ordinary use beside this letter: letters that join, letters of right-to-left
/// scripts, and letters of scripts without spaces between words.
pub(super) fn at_home(c: char) -> bool {
    let direction = || CodePointMapData::<BidiClass>::new().get(c);
    let of_east_asia = || {
        matches!(
            script(c),
            Script::Han | Script::Hiragana | Script::Katakana | Script::Bopomofo | Script::Hangul | Script::Yi
        )
    };
    !c.is_ascii()
        && (joins_letters(c)
            || matches!(direction(), BidiClass::RightToLeft | BidiClass::ArabicLetter)
            || of_east_asia())
}

/// Whether a character belongs to a word, or to an address within one.
pub(super) fn word(c: char) -> bool {
    c.is_alphanumeric() || c == '@' || combining(c)
}

fn script(c: char) -> Script {
    CodePointMapData::<Script>::new().get(c)
}
