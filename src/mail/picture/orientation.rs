//! How a camera was held: the tag Orientation (274) of Exif (CIPA DC-008), which is a directory as TIFF 6.0 has it.

const ORIENTATION: u16 = 274;
/// A directory with more entries is none that a camera wrote.
const ENTRIES: usize = 512;

/// From 1, upright, to 8; 1 where nothing of use is said.
pub(super) fn orientation(exif: &[u8]) -> u16 {
    read(exif).filter(|found| (1..=8).contains(found)).unwrap_or(1)
}

fn read(exif: &[u8]) -> Option<u16> {
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let little = match exif.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let short = |at: usize| -> Option<u16> {
        let bytes = exif.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |at: usize| -> Option<usize> {
        let bytes = exif.get(at..at.checked_add(4)?)?.try_into().ok()?;
        usize::try_from(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) }).ok()
    };
    let directory = long(4)?;
    let entries = usize::from(short(directory)?).min(ENTRIES);
    let entry = (0..entries).map(|number| directory + 2 + number * 12).find(|at| short(*at) == Some(ORIENTATION))?;
    short(entry + 8)
}

#[cfg(test)]
mod tests {
    use super::orientation;

    #[test]
    fn both_orders_of_bytes_are_read_and_everything_else_is_upright() {
        let little = b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
        let big = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0";
        assert_eq!((orientation(little), orientation(big)), (6, 8));
        for bytes in [
            &b""[..],
            b"II",
            b"MM\0\x2a\xff\xff\xff\xff",
            b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x63\0\0",
        ] {
            assert_eq!(orientation(bytes), 1);
        }
    }
}
