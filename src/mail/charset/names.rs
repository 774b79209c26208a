//! Character sets by the names that mail uses: those of the WHATWG and of IANA, of Windows, DOS, Java, PHP and iconv, in
//! whatever way they are spelled.

use encoding_rs::{EUC_KR, Encoding, GBK, ISO_2022_JP, REPLACEMENT, X_USER_DEFINED};

use super::pages::PAGES;
use super::wide::Wide;

/// How text in a set is read.
pub(super) enum Set {
    /// A name that decides nothing: ASCII, since much text that is called so has other letters, or a word for "unknown".
    Unsaid,
    Utf8,
    Wide(Wide),
    Library(&'static Encoding),
    /// A page of single bytes: the letters of the upper half.
    Page(&'static str),
    Viscii(&'static str),
    /// Two bytes a letter between shifts, without their eighth bits (RFC 1557, RFC 1922, RFC 1843).
    Shifted {
        open: &'static [u8],
        close: &'static [u8],
        set: &'static Encoding,
    },
    Unknown,
}

/// Other names, without punctuation, of sets that the library or a page knows.
const OTHERS: [(&str, &str); 88] = [
    ("eucjpwin", "euc-jp"),
    ("eucjpms", "euc-jp"),
    ("xeucjp", "euc-jp"),
    ("ujis", "euc-jp"),
    ("cseucjp", "euc-jp"),
    ("eucjp", "euc-jp"),
    ("sjis", "shift_jis"),
    ("shiftjis", "shift_jis"),
    ("xshiftjis", "shift_jis"),
    ("sjiswin", "shift_jis"),
    ("sjisopen", "shift_jis"),
    ("sjisms", "shift_jis"),
    ("sjis2004", "shift_jis"),
    ("shiftjisx0213", "shift_jis"),
    ("shiftjis2004", "shift_jis"),
    ("windows31j", "shift_jis"),
    ("xmswin31j", "shift_jis"),
    ("mskanji", "shift_jis"),
    ("macjapanese", "shift_jis"),
    ("jis", "iso-2022-jp"),
    ("iso2022jpms", "iso-2022-jp"),
    ("iso2022jp1", "iso-2022-jp"),
    ("iso2022jp2", "iso-2022-jp"),
    ("iso2022jp3", "iso-2022-jp"),
    ("iso2022jp2004", "iso-2022-jp"),
    ("euccn", "gbk"),
    ("xeuccn", "gbk"),
    ("gb2312", "gbk"),
    ("gb231280", "gbk"),
    ("csgb231280", "gbk"),
    ("gb", "gbk"),
    ("cngb", "gbk"),
    ("xgbk", "gbk"),
    ("macchinesesimp", "gbk"),
    ("big5eten", "big5"),
    ("big5hkscs", "big5"),
    ("big5hkscs2004", "big5"),
    ("big5uao", "big5"),
    ("big5", "big5"),
    ("cnbig5", "big5"),
    ("macchinesetrad", "big5"),
    ("euckr", "euc-kr"),
    ("xeuckr", "euc-kr"),
    ("uhc", "euc-kr"),
    ("ksc5601", "euc-kr"),
    ("ksc56011987", "euc-kr"),
    ("ksc56011989", "euc-kr"),
    ("ksx1001", "euc-kr"),
    ("korean", "euc-kr"),
    ("mackorean", "euc-kr"),
    ("tis620", "windows-874"),
    ("tis6200", "windows-874"),
    ("tis6202533", "windows-874"),
    ("tis62025331", "windows-874"),
    ("thai", "windows-874"),
    ("koi8", "koi8-r"),
    ("koi8ru", "koi8-u"),
    ("koi8u", "koi8-u"),
    ("msee", "windows-1250"),
    ("mscyrl", "windows-1251"),
    ("msansi", "windows-1252"),
    ("msgreek", "windows-1253"),
    ("msturk", "windows-1254"),
    ("mshebr", "windows-1255"),
    ("msarab", "windows-1256"),
    ("winbaltrim", "windows-1257"),
    ("mac", "macintosh"),
    ("macroman", "macintosh"),
    ("macintosh", "macintosh"),
    ("maccyrillic", "x-mac-cyrillic"),
    ("macukraine", "x-mac-cyrillic"),
    ("macukrainian", "x-mac-cyrillic"),
    ("macce", "mac-ce"),
    ("maccentraleurope", "mac-ce"),
    ("maclatin2", "mac-ce"),
    ("macicelandic", "mac-iceland"),
    ("macromanian", "mac-romania"),
    ("roman8", "hp-roman8"),
    ("cshproman8", "hp-roman8"),
    ("r8", "hp-roman8"),
    ("csviscii", "viscii"),
    ("viscii111", "viscii"),
    ("pt154", "ptcp154"),
    ("csptcp154", "ptcp154"),
    ("cyrillicasian", "ptcp154"),
    ("strk10482002", "kz-1048"),
    ("rk1048", "kz-1048"),
    ("cskz1048", "kz-1048"),
];

/// Sets that Windows and DOS call by a number, where the name is not made of it.
const NUMBERED: [(u32, &str); 32] = [
    (367, "us-ascii"),
    (819, "iso-8859-1"),
    (866, "ibm866"),
    (874, "windows-874"),
    (912, "iso-8859-2"),
    (915, "iso-8859-5"),
    (920, "iso-8859-9"),
    (923, "iso-8859-15"),
    (932, "shift_jis"),
    (936, "gbk"),
    (942, "shift_jis"),
    (943, "shift_jis"),
    (949, "euc-kr"),
    (950, "big5"),
    (970, "euc-kr"),
    (1208, "utf-8"),
    (10000, "macintosh"),
    (10006, "mac-greek"),
    (10007, "x-mac-cyrillic"),
    (10010, "mac-romania"),
    (10029, "mac-ce"),
    (10079, "mac-iceland"),
    (10081, "mac-turkish"),
    (20127, "us-ascii"),
    (20866, "koi8-r"),
    (20932, "euc-jp"),
    (21866, "koi8-u"),
    (51932, "euc-jp"),
    (51936, "gbk"),
    (51949, "euc-kr"),
    (54936, "gb18030"),
    (65001, "utf-8"),
];

/// The prefixes that stand before such a number.
const BEFORE_NUMBERS: [&str; 22] = [
    "csibm",
    "cswindows",
    "cspc",
    "windows",
    "xwindows",
    "codepage",
    "ccsid",
    "xmscp",
    "xibm",
    "xdos",
    "xcp",
    "xwin",
    "ibm",
    "dos",
    "win",
    "oem",
    "cp",
    "ms",
    "x",
    "ansi",
    "cs",
    "",
];

/// `latin1` and so on, by the numbers of ISO 8859.
const LATIN: [u8; 10] = [1, 2, 3, 4, 9, 10, 13, 14, 15, 16];

/// The set of a name, in lower case.
pub(super) fn named(name: &str) -> Set {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let unsaid = [
        "",
        "ascii",
        "usascii",
        "us",
        "xascii",
        "iso646us",
        "isoir6",
        "ansix341968",
        "ansix341986",
        "iso646irv1991",
        "7bit",
        "8bit",
        "unknown8bit",
        "default",
        "ansi",
    ];
    if unsaid.contains(&plain.as_str()) {
        return Set::Unsaid;
    }
    if plain.contains("utf7") {
        return Set::Unknown;
    }
    let utf8 = [
        "utf8", "xutf8", "utf8mb4", "utf8mb3", "utf8n", "utf8sig", "utf8bom", "utf8mac", "al32utf8", "cesu8", "cscesu8",
    ];
    if utf8.contains(&plain.as_str()) || plain.starts_with("unicode") && plain.ends_with("utf8") {
        return Set::Utf8;
    }
    if let Some(wide) = Wide::named(&plain) {
        return Set::Wide(wide);
    }
    match plain.as_str() {
        "iso2022kr" | "csiso2022kr" => return Set::Shifted { open: b"\x0e", close: b"\x0f", set: EUC_KR },
        "iso2022cn" | "iso2022cnext" | "csiso2022cn" => {
            return Set::Shifted { open: b"\x0e", close: b"\x0f", set: GBK };
        }
        "hzgb2312" | "hz" | "xhz" | "cp52936" => return Set::Shifted { open: b"~{", close: b"~}", set: GBK },
        "cp50220" | "cp50221" | "cp50222" | "windows50220" | "windows50221" => return Set::Library(ISO_2022_JP),
        _ => {}
    }
    known(name)
        .or_else(|| OTHERS.iter().find(|(other, _)| *other == plain).and_then(|(_, name)| known(name)))
        .or_else(|| plain.strip_prefix('x').filter(|rest| rest.starts_with("mac")).and_then(macintosh))
        .or_else(|| macintosh(&plain))
        .or_else(|| numbered(&plain))
        .or_else(|| iso_8859(name, &plain))
        .unwrap_or(Set::Unknown)
}

/// A name that the library knows, or a page has.
fn known(name: &str) -> Option<Set> {
    let odd = |encoding: &&Encoding| *encoding != REPLACEMENT && *encoding != X_USER_DEFINED;
    if name == "us-ascii" {
        return Some(Set::Unsaid);
    }
    if name == "utf-8" {
        return Some(Set::Utf8);
    }
    let page = PAGES.iter().find(|(known, _)| *known == name).map(|(_, letters)| match name {
        "viscii" => Set::Viscii(letters),
        _ => Set::Page(letters),
    });
    // (The library reads Windows-31J and Windows-949 under the names of what they go beyond.)
    page.or_else(|| Encoding::for_label(name.as_bytes()).filter(odd).map(Set::Library))
}

fn macintosh(plain: &str) -> Option<Set> {
    let other =
        OTHERS.iter().find(|(other, _)| *other == plain && plain.starts_with("mac")).and_then(|(_, name)| known(name));
    other.or_else(|| known(&format!("mac-{}", plain.strip_prefix("mac")?)))
}

/// `cp852`, `windows-31`, `x-windows-949`, `ibm00858`, `850`.
fn numbered(plain: &str) -> Option<Set> {
    let digits = BEFORE_NUMBERS.iter().find_map(|before| {
        plain.strip_prefix(before).filter(|rest| !rest.is_empty() && rest.bytes().all(|it| it.is_ascii_digit()))
    })?;
    let number: u32 = digits.parse().ok()?;
    let name = NUMBERED.iter().find(|(known, _)| *known == number).map(|(_, name)| (*name).to_owned());
    let name = name.unwrap_or_else(|| match number {
        1250..=1258 => format!("windows-{number}"),
        28591..=28606 => format!("iso-8859-{}", number - 28590),
        _ => format!("cp{number}"),
    });
    known(&name)
}

/// `iso 8859-15`, `iso8859_2`, `ISO_8859-1:1987`, `iso-latin-2`, `l5`.
fn iso_8859(name: &str, plain: &str) -> Option<Set> {
    let latin = ["csisolatin", "isolatin", "latin", "l"].iter().find_map(|before| plain.strip_prefix(before));
    let part = match name.split_once("8859") {
        Some((_, rest)) => {
            let rest = rest.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            rest.get(..end)?.parse::<u8>().ok()?
        }
        None => *LATIN.get(latin?.parse::<usize>().ok()?.checked_sub(1)?)?,
    };
    known(&format!("iso-8859-{part}"))
}
