//! What a Maildir's file names say: the unique part, the flags, the time.

use chrono::{DateTime, Utc};

use crate::domain::arrival::Mark;

/// What stands between the unique part and the flags. Some file systems forbid the colon.
const SEPARATORS: [&str; 3] = [":2,", ";2,", "!2,"];

/// The part that stays the same when flags change, and the flags.
pub(super) fn split(name: &str) -> (&str, Option<&str>) {
    let found = SEPARATORS.iter().filter_map(|separator| name.rfind(separator)).max();
    match found {
        Some(at) => (name.get(..at).unwrap_or(name), name.get(at + 3..)),
        None => (name, None),
    }
}

/// Read if it was seen there; a message in `new/` never was. Drafts and what waits for removal are nothing to hold.
pub(super) fn mark(flags: Option<&str>, new: bool) -> Mark {
    match flags {
        Some(flags) if !new && flags.contains(['S', 'T', 'D']) => Mark::Read,
        _ => Mark::Unread,
    }
}

/// The Unix time that a unique name begins with, as most programs write it.
pub(super) fn time(name: &str) -> Option<DateTime<Utc>> {
    let end = name.find(|c: char| !c.is_ascii_digit())?;
    if !(9..=10).contains(&end) {
        return None;
    }
    DateTime::from_timestamp(name.get(..end)?.parse().ok()?, 0)
}

#[cfg(test)]
mod tests {
    use super::{mark, split, time};
    use crate::domain::arrival::Mark;

    #[test]
    fn names_come_apart() {
        assert_eq!(split("1700000000.M1P1.host,S=5:2,RS"), ("1700000000.M1P1.host,S=5", Some("RS")));
        assert_eq!(split("1700000000.1.host;2,S"), ("1700000000.1.host", Some("S")));
        assert_eq!(split("1700000000.1.host!2,"), ("1700000000.1.host", Some("")));
        assert_eq!(split("1700000000.1.host"), ("1700000000.1.host", None));
        assert_eq!(split("odd:1,x"), ("odd:1,x", None));
    }

    #[test]
    fn seen_means_read() {
        assert_eq!(mark(Some("FS"), false), Mark::Read);
        assert_eq!(mark(Some("F"), false), Mark::Unread);
        assert_eq!(mark(Some("S"), true), Mark::Unread);
        assert_eq!(mark(None, false), Mark::Unread);
    }

    #[test]
    fn the_time_is_read_where_there_is_one() {
        assert_eq!(time("1700000000.M1.host").map(|time| time.timestamp()), Some(1_700_000_000));
        assert_eq!(time("12.host"), None);
        assert_eq!(time("mail"), None);
    }
}
