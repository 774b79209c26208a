//! Holds `src/ui/view/line_writer.rs`, `src/session/terminal.rs`: what tidebox may write to a terminal, and nothing
//! else: a strict reading of every byte.
//!
//! The lists here are written again, apart from the program's own, so that a hole in those is seen.

/// Where the bytes came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The screen: nothing but cursor moves, looks, modes of ours, and characters.
    Screen,
    /// What a command prints: lines of characters.
    Lines,
}

/// Everything that must not be there, each with its place and what is around it.
pub fn offences(bytes: &[u8], kind: Kind) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut painted = false;
    let mut before = ' ';
    while at < bytes.len() {
        let rest = &bytes[at..];
        let (length, wrong) = match rest[0] {
            0x1B if kind == Kind::Screen => sequence(rest, &mut painted),
            b'\n' if kind == Kind::Lines => (1, None),
            // A terminal's line discipline writes CR before LF.
            b'\r' if kind == Kind::Lines && rest.get(1) == Some(&b'\n') => (1, None),
            _ => character(rest, kind, &mut before),
        };
        if let Some(why) = wrong {
            let around = &bytes[at.saturating_sub(40)..(at + 40).min(bytes.len())];
            found.push(format!("{why} at byte {at}: {:?}", String::from_utf8_lossy(around)));
        }
        at += length.max(1);
    }
    found
}

/// One escape sequence: its length, and why it may not be there.
fn sequence(rest: &[u8], painted: &mut bool) -> (usize, Option<String>) {
    let text = |length: usize| String::from_utf8_lossy(&rest[..length.min(rest.len())]).into_owned();
    if rest.get(1) != Some(&b'[') {
        // The colour of the background may be asked for before anything of a message is there.
        for asked in ["\x1b]11;?\x07", "\x1b]11;?\x1b\\", "\x1b]10;?\x07", "\x1b]10;?\x1b\\"] {
            if rest.starts_with(asked.as_bytes()) && !*painted {
                return (asked.len(), None);
            }
        }
        return (1, Some(format!("a sequence that is none of ours: {:?}", text(12))));
    }
    let end = rest.iter().skip(2).position(|byte| (0x40..=0x7E).contains(byte)).map_or(rest.len(), |end| end + 2);
    let length = (end + 1).min(rest.len());
    let inner = &rest[2..end.min(rest.len())];
    let numbers = |bytes: &[u8]| bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b';');
    let allowed = match rest.get(end) {
        Some(b'H') => {
            *painted = true;
            numbers(inner)
        }
        Some(b'A' | b'B' | b'C' | b'D' | b'G' | b'd' | b'J' | b'K') => numbers(inner),
        Some(b'm') => inner.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b';' | b':')),
        // Cursor, second screen, bracketed paste, frames in one go; the mouse.
        Some(b'h' | b'l') => ["?25", "?1049", "?2004", "?2026", "?1000", "?1002", "?1003", "?1006", "?1015"]
            .iter()
            .any(|mode| mode.as_bytes() == inner),
        // Which terminal this is, and whether it is light or dark: before anything of a message is there.
        Some(b'c') => inner.is_empty() && !*painted,
        Some(b'n') => inner == b"?996" && !*painted,
        _ => false,
    };
    (length, (!allowed).then(|| format!("a sequence that is none of ours: {:?}", text(length))))
}

fn character(rest: &[u8], kind: Kind, before: &mut char) -> (usize, Option<String>) {
    let length = match rest[0] {
        0x00..=0x7F => 1,
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        byte => return (1, Some(format!("the byte {byte:02X}, which is no UTF-8"))),
    };
    let Some(c) = rest.get(..length).and_then(|it| std::str::from_utf8(it).ok()).and_then(|it| it.chars().next())
    else {
        return (1, Some(format!("a byte {:02X} that begins nothing", rest[0])));
    };
    let last = std::mem::replace(before, c);
    // Joined pictures stay whole in what a command prints; the screen draws them in one form for all terminals.
    let joined = c == '\u{200D}' && kind == Kind::Lines && !last.is_alphanumeric() && last >= '\u{A9}';
    // The joiners of scripts that join their letters: Arabic, those of India. The screen draws neither.
    let letters = matches!(last, '\u{620}'..='\u{8FF}' | '\u{900}'..='\u{DFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{18AF}');
    let shapes = letters && matches!(c, '\u{200C}' | '\u{200D}') && kind == Kind::Lines;
    let wrong = refused(u32::from(c)) && !joined && !shapes;
    (length, wrong.then(|| format!("the character U+{:04X}", u32::from(c))))
}

/// Controls, bidi controls, what has no width, tags, separators, and what is no character at all.
#[rustfmt::skip]
fn refused(point: u32) -> bool {
    matches!(point,
        0x00..=0x1F | 0x7F..=0x9F
        | 0x061C | 0x200E | 0x200F | 0x202A..=0x202E | 0x2066..=0x2069
        | 0x200B..=0x200D | 0x2060..=0x2065 | 0x206A..=0x206F | 0xFEFF | 0x00AD | 0x034F | 0x180B..=0x180F | 0x3164
        | 0x115F | 0x1160 | 0xFFA0
        | 0xE0000..=0xE0FFF | 0x2028 | 0x2029 | 0xFDD0..=0xFDEF | 0xFFF0..=0xFFFB
    ) || point & 0xFFFE == 0xFFFE
}

#[test]
fn the_reading_is_strict() {
    let screen = |text: &str| offences(text.as_bytes(), Kind::Screen).len();
    assert_eq!(screen("\x1b[?1049h\x1b[2J\x1b[3;4Hplain 来 �\x1b[38;5;12m\x1b[0m\x1b[?25l\x1b[?2026h"), 0);
    for bad in [
        "\x1b[6n",
        "\x1bc",
        "\x1b]0;t\x07",
        "\x1b]8;;x\x1b\\",
        "\x1b]52;c;eA==\x07",
        "\x1bPq\x1b\\",
        "\x1b_G\x1b\\",
        "\x1b[?47h",
        "\x1b[!p",
        "\x1b[>c",
        "\x1b(0",
        "\u{9b}2J",
        "\u{202e}",
        "\u{200b}",
        "\u{e0041}",
        "\u{2028}",
        "\t",
        "\n",
        "\r",
        "\x07",
        "\u{fffe}",
        "👩\u{200d}👧",
        "pay\u{200c}pal",
        "ی\u{200d}ی",
        "\x1b[1 q",
        "\x1b[H\x1b[c",
        "\x1b[H\x1b]11;?\x07",
        "\x1b[5i",
        "\x1b[4t",
    ] {
        assert!(screen(bad) > 0, "{bad:?}");
    }
    assert!(!offences(b"\x9b2J", Kind::Screen).is_empty() && !offences(b"\x1b[0m", Kind::Lines).is_empty());
    assert_eq!(offences("two\r\nlines 👩\u{200d}👧\n".as_bytes(), Kind::Lines), Vec::<String>::new());
    assert!(!offences("pay\u{200d}pal\ra".as_bytes(), Kind::Lines).is_empty());
}
