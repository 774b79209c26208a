//! What a Maildir's file names say: the unique part, the flags, the time.

use chrono::{DateTime, Utc};

use crate::domain::arrival::Mark;
use crate::domain::flags::Flags;

/// What stands between the unique part and the flags. Some file systems forbid the colon.
const SEPARATORS: [&str; 3] = [":2,", ";2,", "!2,"];
/// The one for names that have none yet.
const SEPARATOR: &str = if cfg!(windows) { ";2," } else { ":2," };

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

/// What the letters say. A Maildir has no keywords that all programs know.
pub(super) fn flags(letters: Option<&str>) -> Flags {
    let has = |letter| letters.is_some_and(|letters| letters.contains(letter));
    Flags {
        seen: has('S'),
        answered: has('R'),
        flagged: has('F'),
        deleted: has('T'),
        draft: has('D'),
        ..Flags::default()
    }
}

/// The same name with more flags: letters in order, each once, those of others kept, and what follows them too.
pub(super) fn with(name: &str, seen: bool, answered: bool) -> String {
    let (unique, rest) = split(name);
    let rest = rest.unwrap_or_default();
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let (letters, more) = rest.split_at(end);
    let mut all: Vec<char> = letters.chars().collect();
    let known = all.len();
    all.extend(
        [(seen, 'S'), (answered, 'R')].into_iter().filter(|(set, it)| *set && !letters.contains(*it)).map(|(_, it)| it),
    );
    if all.len() == known && name.len() > unique.len() {
        return name.to_owned();
    }
    all.sort_unstable();
    all.dedup();
    let separator = name.get(unique.len()..unique.len() + 3).filter(|it| SEPARATORS.contains(it)).unwrap_or(SEPARATOR);
    format!("{unique}{separator}{}{more}", all.into_iter().collect::<String>())
}

/// The size that a unique name tells, as Dovecot writes it: `,S=1234`.
pub(super) fn size(name: &str) -> Option<u64> {
    let (_, after) = split(name).0.split_once(",S=")?;
    let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    after.get(..end)?.parse().ok()
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
    use super::{flags, mark, size, split, time, with};
    use crate::domain::arrival::Mark;

    #[test]
    fn names_come_apart() {
        assert_eq!(split("1700000000.M1P1.host,S=5:2,RS"), ("1700000000.M1P1.host,S=5", Some("RS")));
        assert_eq!(split("1700000000.1.host;2,S"), ("1700000000.1.host", Some("S")));
        assert_eq!(split("1700000000.1.host!2,"), ("1700000000.1.host", Some("")));
        assert_eq!(split("1700000000.1.host"), ("1700000000.1.host", None));
        assert_eq!(split("odd:1,x"), ("odd:1,x", None));
    }

    #[cfg(unix)]
    #[test]
    fn flags_are_added_and_nothing_else_is_changed() {
        for (before, after) in [
            ("1.host", "1.host:2,S"),
            ("1.host:2,", "1.host:2,S"),
            ("1.host:2,FaT", "1.host:2,FSTa"),
            ("1.host:2,zS", "1.host:2,zS"),
            ("1.host;2,F", "1.host;2,FS"),
            ("1.host:2,F,more", "1.host:2,FS,more"),
        ] {
            assert_eq!(with(before, true, false), after);
        }
        assert_eq!(with("1.host", false, false), "1.host:2,");
        assert_eq!(with("1.host:2,S", true, true), "1.host:2,RS");
        assert_eq!(flags(Some("FRST")).to_string(), "FRST");
        assert_eq!((size("1.M2.host,S=5,W=6:2,S"), size("1.host")), (Some(5), None));
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
