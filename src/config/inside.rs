//! Finds the place in the file that belongs to a place within the value of a string.

use std::ops::Range;

/// Where a range of the value stands in the file. `span` is the string as it is written, with its quotes. An escape takes
/// more bytes in the file than in the value: in `"a\"b"` the third byte of the value is the fifth of the file. If value and
/// file do not agree, the result is the whole string.
pub(super) fn place(file: &str, span: &Range<usize>, value: &str, range: &Range<usize>) -> Range<usize> {
    let Some(offsets) = file.get(span.clone()).and_then(|written| offsets(written, value)) else {
        return span.clone();
    };
    match (offsets.get(range.start), offsets.get(range.end)) {
        (Some(from), Some(to)) => span.start + from..span.start + to,
        _ => span.clone(),
    }
}

/// For each byte of the value, and for its end, the byte of the written string at which it is written.
fn offsets(written: &str, value: &str) -> Option<Vec<usize>> {
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| written.starts_with(quote))?;
    let mut at = quote.len();
    if quote.len() == 3 {
        // A newline right after the opening quotes is not part of the value.
        let rest = written.get(at..)?;
        at += if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
    }
    let end = written.len().checked_sub(quote.len())?;
    let mut offsets = Vec::with_capacity(value.len() + 1);
    for c in value.chars() {
        let rest = written.get(at..end)?;
        let (skipped, length) =
            if quote.starts_with('"') { escape(rest)? } else { (0, rest.chars().next()?.len_utf8()) };
        offsets.extend(std::iter::repeat_n(at + skipped, c.len_utf8()));
        at += skipped + length;
    }
    offsets.push(at);
    (at <= end).then_some(offsets)
}

/// How many bytes to skip before the next character (after a `\` at the end of a line), and with how many it is written.
fn escape(rest: &str) -> Option<(usize, usize)> {
    let mut skipped = 0;
    loop {
        let here = rest.get(skipped..)?;
        let Some(escaped) = here.strip_prefix('\\') else {
            return Some((skipped, here.chars().next()?.len_utf8()));
        };
        match escaped.chars().next()? {
            'x' => return Some((skipped, 4)),
            'u' => return Some((skipped, 6)),
            'U' => return Some((skipped, 10)),
            c if c.is_ascii_whitespace() => skipped += here.len() - escaped.trim_start().len(),
            c => return Some((skipped, 1 + c.len_utf8())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::place;

    /// The text of the file that stands for the `x` in a value.
    fn found(written: &str) -> String {
        let file = format!("match = {written}\n");
        let table: toml::Table = file.parse().expect(written);
        let value = table["match"].as_str().expect("a string");
        let at = value.find("xy").expect("the mark");
        let span = place(&file, &(8..8 + written.len()), value, &(at..at + 2));
        file[span].to_owned()
    }

    #[test]
    fn a_place_in_the_value_is_found_in_every_notation_of_it() {
        for written in [
            r#""xy""#,
            r#""a xy b""#,
            r#"'say "xy"'"#,
            r#""say \"xy\" \u00e9 \x41 xy""#,
            "\"\"\"\n  é xy\n\"\"\"",
            "'''\r\nxy'''",
            "\"\"\"a \\\n   xy\"\"\"",
        ] {
            assert_eq!(found(written), "xy", "{written}");
        }
    }

    #[test]
    fn a_string_that_is_not_as_it_should_be_is_meant_as_a_whole() {
        assert_eq!(place("a = b", &(4..5), "value", &(0..2)), 4..5);
        assert_eq!(place("", &(4..5), "value", &(0..2)), 4..5);
        assert_eq!(place("\"ab\"", &(0..4), "abcdef", &(0..6)), 0..4);
    }
}
