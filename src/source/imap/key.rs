//! The key of a copy on a server within its folder: UIDVALIDITY and UID together (RFC 9051 §2.3.1.1). When a server
//! changes the UIDVALIDITY of a folder, all of its messages have new keys.

use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct UidKey {
    pub(super) validity: u32,
    pub(super) uid: u32,
}

impl UidKey {
    /// Parses what `Display` wrote. Neither number may be zero.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (validity, uid) = text.split_once('.')?;
        let number = |text: &str| text.parse().ok().filter(|number| *number > 0);
        Some(Self { validity: number(validity)?, uid: number(uid)? })
    }
}

/// With leading zeros, so that keys sort as text in the order of their numbers.
impl fmt::Display for UidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010}.{:010}", self.validity, self.uid)
    }
}

#[cfg(test)]
mod tests {
    use super::UidKey;

    #[test]
    fn keys_read_as_they_are_written_and_sort_as_numbers() {
        let keys = [(7, 9), (7, 10), (7, u32::MAX), (1_700_000_000, 1)].map(|(validity, uid)| UidKey { validity, uid });
        assert_eq!(keys.map(|key| UidKey::read(&key.to_string())), keys.map(Some));
        assert!(keys.map(|key| key.to_string()).is_sorted());
        for other in ["", "7", "7.", "7.x", "7.0", "0.7", "7.4294967296", "1700000000.M1P1.host"] {
            assert_eq!(UidKey::read(other), None, "{other}");
        }
    }
}
