//! The words of Rich Text (RTF 1.9), without what it looks like.

use super::charset;
use super::transfer_encoding::hex;

/// Groups that hold no words: fonts, colours, styles, pictures, and what is marked as to be passed over.
const SILENT: [&str; 12] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "themedata",
    "header",
];

#[derive(Clone, Copy)]
struct Group {
    silent: bool,
    /// How many characters follow each `\\u` as a replacement, for programs that do not know it (`\\uc`).
    standing_in: usize,
}

/// The words; empty where it is no Rich Text. One pass, without recursion.
pub(super) fn words(text: &str) -> String {
    if !text.trim_start().starts_with("{\\rtf") {
        return String::new();
    }
    let mut out = String::new();
    let mut page: Option<String> = None;
    // Bytes of a set, which may be halves of letters.
    let mut bytes: Vec<u8> = Vec::new();
    let mut group = Group { silent: false, standing_in: 1 };
    let mut open: Vec<Group> = Vec::new();
    let mut pass = 0usize;
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        let hexed = letter == '\\' && rest.starts_with('\'');
        if !hexed && !bytes.is_empty() {
            out.push_str(&charset::decode(&std::mem::take(&mut bytes), page.as_deref().or(Some("windows-1252"))).0);
        }
        match letter {
            '{' => open.push(group),
            '}' => group = open.pop().unwrap_or(group),
            '\r' | '\n' => {}
            '\\' if hexed => {
                let digit = |at: usize| rest.as_bytes().get(at).copied().and_then(hex);
                if let (Some(high), Some(low)) = (digit(1), digit(2)) {
                    if pass > 0 {
                        pass -= 1;
                    } else if !group.silent {
                        bytes.push(high << 4 | low);
                    }
                    rest = rest.get(3..).unwrap_or_default();
                }
            }
            '\\' => {
                let (word, number, behind) = control(rest);
                rest = behind;
                match word {
                    "*" => group.silent = true,
                    word if SILENT.contains(&word) => group.silent = true,
                    "par" | "line" | "sect" | "page" | "row" if !group.silent => out.push('\n'),
                    "tab" | "cell" if !group.silent => out.push('\t'),
                    "~" if !group.silent => out.push(' '),
                    "\\" | "{" | "}" if !group.silent => out.push_str(word),
                    "emdash" | "endash" if !group.silent => out.push('–'),
                    "lquote" | "rquote" if !group.silent => out.push('\''),
                    "ldblquote" | "rdblquote" if !group.silent => out.push('"'),
                    "bullet" if !group.silent => out.push('•'),
                    "ansicpg" => page = number.map(|number| format!("cp{number}")),
                    "uc" => group.standing_in = number.and_then(|it| usize::try_from(it).ok()).unwrap_or(1).min(8),
                    "u" => {
                        let number = number.unwrap_or_default();
                        let point =
                            u32::try_from(if number < 0 { number + 0x1_0000 } else { number }).unwrap_or_default();
                        if !group.silent {
                            out.push(char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER));
                        }
                        pass = group.standing_in;
                    }
                    _ => {}
                }
            }
            _ if pass > 0 => pass -= 1,
            letter if !group.silent => out.push(letter),
            _ => {}
        }
    }
    if !bytes.is_empty() {
        out.push_str(&charset::decode(&bytes, page.as_deref().or(Some("windows-1252"))).0);
    }
    out.trim().to_owned()
}

/// A control word or sign at the beginning, its number, and what follows.
fn control(text: &str) -> (&str, Option<i64>, &str) {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    if letters == 0 {
        let end = text.chars().next().map_or(0, char::len_utf8);
        let (sign, behind) = text.split_at(end);
        return (sign, None, behind);
    }
    let (word, behind) = text.split_at(letters);
    let sign = usize::from(behind.starts_with('-'));
    let digits = behind.bytes().skip(sign).take_while(u8::is_ascii_digit).count();
    let (number, behind) = if digits > 0 { behind.split_at(sign + digits) } else { ("", behind) };
    (word, number.parse().ok(), behind.strip_prefix(' ').unwrap_or(behind))
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn the_words_are_read_and_nothing_else() {
        let text = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Times;}}{\colortbl;\red0;}{\*\generator Word;}\f0\fs24 Gr\'fc\'dfe {\b aus} \u196?\{K\}\par Kiel\tab x}";
        assert_eq!(words(text), "Grüße aus Ä{K}\nKiel\tx");
        assert_eq!(words(r"{\rtf1\ansicpg932 \'93\'fa}"), "日");
        assert_eq!(words("no rich text"), "");
        words(&"{\\rtf{".repeat(100_000));
    }

    proptest::proptest! {
        #[test]
        fn anything_can_be_read(text in "(\\{|\\}|\\\\|rtf1|u-?[0-9]{1,6}|'e4|par|uc9| |\\PC){0,60}") {
            words(&format!("{{\\rtf1{text}"));
        }
    }
}
