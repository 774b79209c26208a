//! What cleaning keeps, drops and marks, and that it counts columns as terminals do.

use super::letters::{JOINER, NON_JOINER, PICTURE, combining, pictorial};
use super::{Joined, MARK, Printable, clusters, forbidden, width};
use crate::domain::limits::COMBINING_MARKS;

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

/// Letters of ordinary words, in the scripts that need what can't be seen.
#[test]
fn ordinary_words_have_no_marks() {
    for (text, shown) in [
        // Persian, Urdu and Kurdish part letters; a Latin word gets a Persian ending; an initial form stands alone.
        ("می\u{200C}خواهم", "می\u{200C}خواهم"),
        ("کار\u{200C}ها و PDF\u{200C}ها", "کار\u{200C}ها و PDF\u{200C}ها"),
        ("۱۴۰۲ ه\u{200D}.ش", "۱۴۰۲ ه\u{200D}.ش"),
        ("می\u{200C}\u{200C} رود", "می رود"),
        // Bengali, Malayalam, Sinhala, Marathi.
        ("র\u{200D}্যাম ক\u{9CD}\u{200C}ষ", "র\u{200D}্যাম ক\u{9CD}\u{200C}ষ"),
        (
            "ന\u{D4D}\u{200D} ශ\u{DCA}\u{200D}රී र\u{94D}\u{200D}य",
            "ന\u{D4D}\u{200D} ශ\u{DCA}\u{200D}රී र\u{94D}\u{200D}य",
        ),
        // Words may be cut in two, and broken at.
        ("Donau\u{AD}dampf\u{AD}schiff", "Donaudampfschiff"),
        ("ភាសា\u{200B}ខ្មែរ ไทย\u{200B}คำ ລາວ\u{200B}ຄຳ", "ភាសាខ្មែរ ไทยคำ ລາວຄຳ"),
        ("example.com/\u{200B}very/\u{200B}long", "example.com/very/long"),
        // Directions, around letters that run from right to left and around what is put into a sentence.
        ("שלום\u{200F}! \u{200E}(3)\u{200E} مرحبا\u{61C}", "שלום! (3) مرحبا"),
        ("\u{2068}Ann\u{2069} invited \u{2066}you\u{2069}", "Ann invited you"),
        ("a\u{2068}b\u{2069}c", "abc"),
        // A byte order mark, padding of newsletters, other forms of ideographs, Mongolian, Khmer.
        ("\u{FEFF}Hello\u{2060}: 5\u{2060}–7", "Hello: 5–7"),
        ("Sale \u{34F} \u{200C} \u{AD} now\u{200C} ", "Sale    now "),
        ("葛\u{E0100}城 \u{2764}\u{FE0E} ™\u{FE0F} ᠠ\u{180B}ᠨ", "葛城 \u{2764} ™ ᠠᠨ"),
        ("🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}!", "🏴!"),
        ("one\u{2028}two", "one two"),
    ] {
        assert_eq!(Printable::from(text).as_str(), shown, "{text:?}");
    }
}

#[test]
fn disguises_are_marked() {
    for text in [
        "pay\u{200B}pal",
        "pay\u{200C}pal",
        "пей\u{200D}пал",
        "ba\u{FE0F}nk",
        "ba\u{E0100}nk",
        "ba\u{200E}nk",
        "ba\u{2067}nk",
        "ba\u{2060}\u{FEFF}nk",
        "ceo\u{2060}@bank.example",
        "fdp\u{202A}x",
        "\u{202B}x\u{202C}",
        "🏴\u{E0067}\u{E0062}",
        "x\u{E0041}",
    ] {
        let shown = Printable::from(text);
        assert!(shown.as_str().contains(MARK) && shown.disguises(text), "{text:?}: {shown}");
    }
    assert!(!Printable::from("plain \u{FFFD}").disguises("plain \u{FFFD}"));
}

#[test]
fn nothing_unseen_belongs_to_an_address() {
    for c in ["\u{AD}", "\u{200C}", "\u{200D}", "\u{200B}", "\u{FE0F}", "\u{2068}", "\u{FEFF}", "\u{34F}", "\u{E0100}"]
    {
        for text in [format!("me@ba{c}nk.example"), format!("{c}me@x.example"), format!("می{c}خ@x.example")] {
            assert!(Printable::address(&text).as_str().contains(MARK), "{text:?}");
        }
        let name = Printable::file_name(&format!("in{c}voice.pdf"));
        assert!(name.as_str().contains(MARK), "{name}");
    }
    assert_eq!(Printable::file_name("گزارش\u{200C}ها.pdf").as_str(), "گزارش\u{200C}ها.pdf");
    assert_eq!(Printable::file_name("❤\u{FE0F}.png").as_str(), "❤\u{FE0F}.png");
    assert!(Printable::file_name("invoice\u{2067}fdp\u{2069}.exe").as_str().contains(MARK));
}

/// What is cut in pieces is cleaned as what it was, and each piece ends where its own letters end.
#[test]
fn pieces_are_cleaned_as_the_whole() {
    let pieces = ["می", "\u{200C}خوا", "", "pay\u{200B}", "pal\u{1b}", "\u{AD}"];
    let Joined { text: whole, ends, breaks } = Printable::joined(pieces.into_iter());
    assert!(breaks.is_empty());
    assert_eq!(whole, Printable::from(pieces.concat()));
    let mut start = 0;
    let mut cut = Vec::new();
    for end in ends {
        cut.push(&whole.as_str()[start..end]);
        start = end;
    }
    assert_eq!(cut.len(), pieces.len());
    assert_eq!(cut.concat(), whole.as_str());
    assert!(cut[4].starts_with("pal"), "{cut:?}");
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
        assert!(clusters(within.as_str()).all(|(_, it)| width(it) > 0), "U+{:04X} has no place", u32::from(c));
        if c == '\u{AD}' {
            assert_eq!(within.as_str(), "ab");
        } else if combining(c) {
            assert!([format!("a{c}b"), format!("a{MARK}b")].contains(&within.to_string()), "U+{:04X}", u32::from(c));
        } else if forbidden(c) && !c.is_whitespace() {
            assert_eq!(within.as_str(), format!("a{MARK}b"), "U+{:04X}", u32::from(c));
        } else if matches!(c, JOINER | NON_JOINER | PICTURE) {
            assert_eq!(within.as_str(), format!("a{MARK}b"));
        } else if !forbidden(c) {
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
        (0x200B, 0x200B),
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
    for joiner in ["\u{200C}", "\u{200D}"] {
        let within = Printable::from(format!("a{joiner}b"));
        assert_eq!(within.as_str(), format!("a{MARK}b"), "letters that do not join are not joined");
    }
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
#[test]
fn a_joiner_behind_what_was_marked_joins_nothing() {
    for text in ["ی\u{e0000}\u{200d}", "ی\u{202e}\u{200d}", "ক\u{fff0}\u{200d}", "ی\u{e0000}\u{200c}"] {
        assert_eq!(Printable::from(text).as_str().chars().skip(1).collect::<String>(), "\u{fffd}", "{text:?}");
    }
}

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
        if !text.contains(JOINER) && !text.contains(PICTURE) {
            let (theirs, ours) = columns(&mut emulator, &text);
            assert_eq!(ours, theirs, "U+{:04X}", u32::from(c));
        }
    }
}

proptest::proptest! {
    #[test]
    fn text_is_as_wide_as_on_a_terminal(text in "([a-z ]|[\\u{a1}-\\u{2ff}]|[\\u{300}-\\u{36f}]|[\\u{590}-\\u{1fff}]|[\\u{2e80}-\\u{a4ff}]|[\\u{ac00}-\\u{d7ff}]|क्|ด้|ی\\u{200c}خ|ক্\\u{200d}ষ|\\u{200c}|\\u{200d}|[\\u{1f300}-\\u{1f3f0}]|\\PC){0,40}") {
        let text = Printable::from(text).to_string();
        let pictures = |c| pictorial(c) || matches!(c, PICTURE | '\u{1F3FB}'..='\u{1F3FF}');
        proptest::prop_assume!(!text.contains(JOINER) && !text.chars().any(|c| c == PICTURE) || !text.chars().any(pictures));
        proptest::prop_assume!(!text.chars().any(|c| matches!(c, '\u{1F3FB}'..='\u{1F3FF}')));
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
    fn no_character_carries_more_marks_than_are_kept(text in "(a|ی|ক্|[\\u{300}-\\u{36f}]|\\u{20e3}|[\\u{fe00}-\\u{fe0f}]|\\u{200c}|\\u{200d}|👩|🏽){0,200}") {
        let clean = Printable::from(text);
        for (_, cluster) in clusters(clean.as_str()) {
            proptest::prop_assert!(cluster.chars().count() <= 2 + 2 * COMBINING_MARKS, "{cluster:?}");
        }
    }

    #[test]
    fn nothing_forbidden_ever_passes(text in "\\PC*|(.|\\s|ی|ক্|👩|[\\x00-\\x1f\\u{200b}-\\u{206f}\\u{e0000}-\\u{e007f}])*") {
        let once = Printable::from(text.as_str());
        proptest::prop_assert!(!once.as_str().chars().any(forbidden));
        proptest::prop_assert_eq!(Printable::from(once.as_str()), once);
    }
}
