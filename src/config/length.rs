//! Amounts that the file writes as a number with its unit: `5m`, `50 MB`.

use std::ops::RangeInclusive;

use super::mistake::{ConfigMistake, quoted};
use super::table::{FoundMistakes, TomlTable};

const SECONDS: [(&str, u64); 4] = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];
const BYTES: [(&str, u64); 2] = [("MB", 1024 * 1024), ("GB", 1024 * 1024 * 1024)];

/// A length of time, in seconds: `10s`, `5m`, `1h` or `2d`.
pub(super) fn seconds(
    section: &TomlTable<'_>,
    key: &str,
    range: RangeInclusive<u64>,
    expected: &str,
    found: &mut FoundMistakes,
) -> Option<u64> {
    amount(section, key, &SECONDS, range, expected, found)
}

/// A size, in bytes: `50 MB` or `1 GB`.
pub(super) fn bytes(
    section: &TomlTable<'_>,
    key: &str,
    range: RangeInclusive<u64>,
    expected: &str,
    found: &mut FoundMistakes,
) -> Option<u64> {
    amount(section, key, &BYTES, range, expected, found)
}

fn amount(
    section: &TomlTable<'_>,
    key: &str,
    units: &[(&str, u64)],
    range: RangeInclusive<u64>,
    expected: &str,
    found: &mut FoundMistakes,
) -> Option<u64> {
    let text = section.text(key, expected, found)?;
    let written = text.text.trim();
    let amount = units.iter().find_map(|(unit, size)| {
        let at = written.len().checked_sub(unit.len())?;
        let (number, end) = written.split_at_checked(at)?;
        let digits = number.trim_end();
        let right = end.eq_ignore_ascii_case(unit) && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<u64>().ok().filter(|_| right)?.checked_mul(*size)
    });
    let amount = amount.filter(|amount| range.contains(amount));
    if amount.is_none() {
        let what = format!("`{key}` cannot be {}", quoted(&text.text));
        found.push(ConfigMistake::at(text.span, what).expected(expected));
    }
    amount
}
