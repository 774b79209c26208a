//! A subject without its numbers, by which the messages that a program writes again and again are the same: `Build main failed
//! #803` and `Build main failed #804`.
//!
//! A number is a run of digits, with the signs that stand between digits (`12:30`, `1,234.50`); and what names a commit or an
//! object in base 16: seven characters and more with a digit among them, also in groups (RFC 9562 §4).

use super::words::fold;

/// Of a subject, so many bytes are looked at.
const READ: usize = 512;
/// So many hexadecimal characters with a digit among them are a number: what `git` shows of a commit.
const COMMIT: usize = 7;
/// With signs between the groups, so many are.
const GROUPED: usize = 16;
/// Marks of answers and forwards that programs write.
const MARKS: [&str; 6] = ["re", "aw", "sv", "fw", "fwd", "wg"];

/// The words of a subject, folded, with `0` for each number and without the marks of answers. Empty where nothing is left.
#[must_use]
pub fn key(subject: &str) -> String {
    fold(&replaced(unmarked(subject), " 0 "))
}

/// The subject as a row shows it: `Build main failed #…`.
#[must_use]
pub fn shown(subject: &str) -> String {
    replaced(unmarked(subject), "…")
}

/// A text with `0` for each number.
#[must_use]
pub fn zeroed(text: &str) -> String {
    replaced(text, "0")
}

/// A subject's beginning without the marks of answers and forwards, as far as programs write them.
#[must_use]
pub fn unmarked(subject: &str) -> &str {
    let mut rest = subject.get(..subject.floor_char_boundary(READ)).unwrap_or(subject).trim();
    while let Some((mark, behind)) = rest.split_once(':') {
        if !MARKS.iter().any(|known| known.eq_ignore_ascii_case(mark.trim_end())) {
            break;
        }
        rest = behind.trim_start();
    }
    rest
}

/// Whether a word without spaces is a number through and through.
#[must_use]
pub fn is_number(word: &str) -> bool {
    let digits = word.chars().any(char::is_numeric);
    let plain = |c: char| c.is_numeric() || is_between(c);
    digits && (word.chars().all(plain) || is_hexadecimal(word))
}

/// Each number of a text replaced.
fn replaced(text: &str, number: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if !first.is_alphanumeric() {
            out.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '-')).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        if is_hexadecimal(run.trim_end_matches('-')) {
            out.push_str(number);
            rest = behind;
            continue;
        }
        // One word of the run, or one number in it, at a time.
        let number_here = first.is_numeric();
        let letters = || rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len()).max(first.len_utf8());
        let (piece, behind) = rest.split_at(if number_here { number_end(rest) } else { letters() });
        out.push_str(if number_here { number } else { piece });
        rest = behind;
    }
    out
}

/// The end of a number at the beginning of a text: digits, and signs that have a digit behind them.
fn number_end(text: &str) -> usize {
    let mut end = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        let inside = is_between(c) && letters.peek().is_some_and(|(_, next)| next.is_numeric());
        if !c.is_numeric() && !inside {
            break;
        }
        end = at + c.len_utf8();
    }
    end
}

fn is_between(c: char) -> bool {
    matches!(c, '.' | ',' | ':' | '/' | '-' | '\u{202F}' | '\u{A0}' | '’')
}

/// `1a2b3c4`, or `550e8400-e29b-41d4-a716-446655440000`.
fn is_hexadecimal(word: &str) -> bool {
    let mut count = 0;
    let (mut digit, mut grouped) = (false, false);
    for byte in word.bytes() {
        match byte {
            b'-' => grouped = true,
            _ if byte.is_ascii_hexdigit() => {
                count += 1;
                digit |= byte.is_ascii_digit();
            }
            _ => return false,
        }
    }
    digit && count >= if grouped { GROUPED } else { COMMIT }
}

#[cfg(test)]
mod tests {
    use super::{is_number, key, shown};

    #[test]
    fn subjects_are_the_same_but_for_their_numbers() {
        for (one, other) in [
            ("Build tide-main failed #803", "Build tide-main failed #1204"),
            ("Re: [tide/harbour] Run failed: CI (1a2b3c4)", "[tide/harbour] Run failed: CI (deadbe7)"),
            ("Payment of 42.10 EUR", "Payment of 1,234.50 EUR"),
            ("Backup at 10:42 took 5s", "Backup at 09:01 took 12s"),
            ("Report 2026-11-29", "Report 2026-12-01"),
            ("Job 550e8400-e29b-41d4-a716-446655440000", "Job 123e4567-e89b-12d3-a456-426614174000"),
            ("v1.2.3 is out", "v1.10.0 is out"),
            ("注文 ١٢٣", "注文 45"),
        ] {
            assert_eq!(key(one), key(other));
        }
        for (one, other) in [
            ("Build main failed #1", "Build docs failed #1"),
            ("OK: disk 1", "Problem: disk 1"),
            ("Room A1", "Room B1"),
            ("facade", "decade"),
            ("tide-1 is new", "tide is new"),
        ] {
            assert_ne!(key(one), key(other));
        }
        assert_eq!(key("Re: "), "");
    }

    #[test]
    fn a_row_shows_where_the_numbers_are() {
        assert_eq!(shown("Re: Build tide-main failed #803"), "Build tide-main failed #…");
        assert_eq!(shown("Log 1,234.50 of 2026-11-29."), "Log … of ….");
        assert_eq!(shown("x86 (1a2b3c4-)"), "x… (…)");
    }

    #[test]
    fn numbers_are_told_from_words() {
        assert!(is_number("803") && is_number("12:30") && is_number("1a2b3c4") && !is_number("5m") && !is_number("-"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_a_key(text in "(\\PC|[0-9a-f-]|Re:|[.:/]){0,60}") {
            let _ = (key(&text), shown(&text));
        }
    }
}
