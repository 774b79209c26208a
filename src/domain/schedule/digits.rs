//! Numbers as people write them in times and dates: digits and nothing else.

/// A number of at most four ASCII digits: no sign, no space. `None` for anything else.
pub(super) fn number(text: &str) -> Option<u32> {
    let written = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if written { text.parse().ok() } else { None }
}

/// The same, of exactly so many digits.
pub(super) fn number_of(text: &str, digits: usize) -> Option<u32> {
    if text.len() == digits { number(text) } else { None }
}
