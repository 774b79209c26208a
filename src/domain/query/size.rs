//! Sizes in a query: `5M`, `300k`, `1024`. In bytes; `k`, `M` and `G` are powers of 1024, as in other mail programs.

const UNITS: [(&str, u64); 3] = [("G", 1 << 30), ("M", 1 << 20), ("k", 1 << 10)];

/// Reads a size; `None` where the text is none, or is larger than 8 EiB.
pub(super) fn read(text: &str) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (count, unit) = text.split_at_checked(digits)?;
    let unit = unit.strip_suffix(['b', 'B']).unwrap_or(unit);
    let size = match UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)) {
        Some((_, size)) => *size,
        None if unit.is_empty() => 1,
        None => return None,
    };
    count.parse::<u64>().ok()?.checked_mul(size).filter(|size| i64::try_from(*size).is_ok())
}

/// The size in the largest unit of which it is a multiple.
pub(super) fn show(size: u64) -> String {
    let fits = UNITS.iter().find(|(_, unit)| size != 0 && size.is_multiple_of(*unit));
    fits.map_or_else(|| size.to_string(), |(name, unit)| format!("{}{name}", size / unit))
}

#[cfg(test)]
mod tests {
    use super::{read, show};

    #[test]
    fn sizes_have_units_and_read_back() {
        for (text, size) in [("0", 0), ("7", 7), ("10k", 10_240), ("5M", 5 << 20), ("5mb", 5 << 20), ("1G", 1 << 30)] {
            assert_eq!(read(text), Some(size), "{text}");
            assert_eq!(read(&show(size)), Some(size));
        }
        for text in ["", "k", "5T", "-1", "1.5M", "5 M", "99999999999999999999", "9999999999999G", "５M"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
