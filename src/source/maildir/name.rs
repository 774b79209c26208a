//! The file names of a Maildir: the unique part, the flags, the time; and names for a file in another folder.
//!
//! A name is handled as text. Bytes that are not UTF-8 are written as `/` and two hexadecimal digits, because no file
//! name can hold a `/`. So the text is as unique as the name, and can be turned back into it.

#[cfg(not(unix))]
use std::ffi::OsStr;
use std::ffi::OsString;

use chrono::{DateTime, Utc};

use super::Subdir;
use crate::domain::flags::Flags;
use crate::domain::mailbox_change::{AnswerMark, SeenChange};

/// What separates the unique part from the flags. Some file systems forbid the colon.
const SEPARATORS: [&str; 3] = [":2,", ";2,", "!2,"];
/// The separator for names that have none yet.
const SEPARATOR: &str = if cfg!(windows) { ";2," } else { ":2," };

/// A file's name as text.
#[cfg(unix)]
pub(super) fn text(name: OsString) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    let name = match name.into_string() {
        Ok(text) => return text,
        Err(name) => name,
    };
    let mut text = String::with_capacity(name.len() + 8);
    for chunk in name.as_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("/{byte:02x}"));
        }
    }
    text
}

#[cfg(not(unix))]
pub(super) fn text(name: OsString) -> String {
    name.to_string_lossy().into_owned()
}

/// The file name of which this is the text.
#[cfg(unix)]
pub(super) fn file(text: &str) -> OsString {
    use std::os::unix::ffi::OsStringExt as _;
    let mut parts = text.split('/');
    let mut name = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let byte = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        name.extend(byte);
        name.extend_from_slice(part.get(2..).unwrap_or_default().as_bytes());
    }
    OsString::from_vec(name)
}

#[cfg(not(unix))]
pub(super) fn file(text: &str) -> OsString {
    OsStr::new(text).to_owned()
}

/// The unique part, which stays the same when flags change, and the flags.
pub(super) fn split(name: &str) -> (&str, Option<&str>) {
    let found = SEPARATORS.iter().filter_map(|separator| name.rfind(separator)).max();
    match found {
        Some(at) => (name.get(..at).unwrap_or(name), name.get(at + 3..)),
        None => (name, None),
    }
}

/// The flags that the letters of a name stand for. In `new/` they count for nothing, because no program has shown that
/// message yet. A Maildir has no keywords that all programs know.
pub(super) fn flags(name: &str, side: Subdir) -> Flags {
    let letters = split(name).1.filter(|_| side == Subdir::Cur);
    let has = |letter| letters.is_some_and(|letters| letters.contains(letter));
    Flags {
        seen: has('S'),
        answered: has('R'),
        forwarded: has('P'),
        flagged: has('F'),
        deleted: has('T'),
        draft: has('D'),
        ..Flags::default()
    }
}

/// The same name with the flag `S` where the message is to be marked as read, or without it where it is to be unread, and with
/// the letter of a mark.
/// Flags are sorted, each once; unknown flags, and what follows the flags, are kept.
pub(super) fn with(name: &str, seen: SeenChange, mark: Option<AnswerMark>) -> String {
    let (unique, rest) = split(name);
    let rest = rest.unwrap_or_default();
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let (letters, more) = rest.split_at(end);
    let mut all: Vec<char> = letters.chars().collect();
    let known = all.len();
    all.extend(seen.sets(letters.contains('S')).then_some('S'));
    let letter = mark.map(|mark| match mark {
        AnswerMark::Answered => 'R',
        AnswerMark::Forwarded => 'P',
    });
    all.extend(letter.filter(|letter| !letters.contains(*letter)));
    all.retain(|letter| *letter != 'S' || seen != SeenChange::Clear);
    if all.len() == known && name.len() > unique.len() {
        return name.to_owned();
    }
    all.sort_unstable();
    all.dedup();
    let separator = name.get(unique.len()..unique.len() + 3).filter(|it| SEPARATORS.contains(it)).unwrap_or(SEPARATOR);
    format!("{unique}{separator}{}{more}", all.into_iter().collect::<String>())
}

/// The name of a file in `cur/` that was read.
pub(super) fn read(unique: &str) -> String {
    format!("{unique}{SEPARATOR}S")
}

/// The name that a file has in another folder. Programs write marks into a name that hold in its folder alone: mbsync
/// the UID there (`,U=7`), `OfflineIMAP` the UID and a hash of the folder's name (`,FMD5=…`). In another folder such a
/// mark is the number of another message: mbsync stops for good, or takes the file for one that it knows and never
/// copies it to the server. So a name with such marks is replaced by a new one. Sizes (`S=`, `W=`) and flags hold in
/// every folder. `written` is the time of a file whose name has none.
pub(super) fn elsewhere(name: &str, written: i64) -> String {
    let (unique, info) = split(name);
    let marked = |text: &str| text.split(',').skip(1).any(is_mark);
    if !marked(unique) && !info.is_some_and(marked) {
        return name.to_owned();
    }
    another(name, written)
}

/// A new name that no file has, with the flags and sizes of this one.
pub(super) fn another(name: &str, written: i64) -> String {
    let (unique, _) = split(name);
    let mut fields = unique.split(',');
    let host = fields.next().and_then(|base| base.splitn(3, '.').nth(2)).filter(|host| !host.is_empty());
    let time = time(name).map_or(written, |time| time.timestamp());
    // The form of <https://cr.yp.to/proto/maildir.html>: a time, `R` with a random number, a host.
    let mut new = format!("{time}.R{:016x}.{}", fastrand::u64(..), host.unwrap_or("localhost"));
    for field in fields.filter(|field| is_size(field)) {
        new.push(',');
        new.push_str(field);
    }
    let mut info = name.get(unique.len()..).unwrap_or_default().split(',');
    new.push_str(info.next().unwrap_or_default());
    for field in info.filter(|field| !is_mark(field)) {
        new.push(',');
        new.push_str(field);
    }
    new
}

/// Whether a field of a name is a mark that holds in one folder alone.
fn is_mark(field: &str) -> bool {
    field.contains('=') && !is_size(field)
}

/// Whether a field of a name holds a size.
fn is_size(field: &str) -> bool {
    let digits = field.strip_prefix("S=").or_else(|| field.strip_prefix("W="));
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()))
}

/// The size in a unique name, as Dovecot writes it: `,S=1234`.
pub(super) fn size(name: &str) -> Option<u64> {
    let (_, after) = split(name).0.split_once(",S=")?;
    let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    after.get(..end)?.parse().ok()
}

/// The Unix time at the beginning of a unique name, as most programs write it.
pub(super) fn time(name: &str) -> Option<DateTime<Utc>> {
    let end = name.find(|c: char| !c.is_ascii_digit())?;
    if !(9..=10).contains(&end) {
        return None;
    }
    DateTime::from_timestamp(name.get(..end)?.parse().ok()?, 0)
}

#[cfg(test)]
mod tests {
    use crate::domain::mailbox_change::{AnswerMark, SeenChange};

    use super::{another, elsewhere, flags, size, split, time, with};
    use crate::domain::flags::Flags;
    use crate::source::maildir::Subdir;

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
            assert_eq!(with(before, SeenChange::Set, None), after);
        }
        assert_eq!(with("1.host", SeenChange::Keep, None), "1.host:2,");
        assert_eq!(with("1.host:2,R", SeenChange::Set, None), "1.host:2,RS");
        let marked = |name, mark| with(name, SeenChange::Keep, Some(mark));
        assert_eq!(marked("1.host:2,FS", AnswerMark::Answered), "1.host:2,FRS");
        assert_eq!(marked("1.host", AnswerMark::Forwarded), "1.host:2,P");
        assert_eq!(marked("1.host:2,RS,U=7", AnswerMark::Answered), "1.host:2,RS,U=7");
        assert_eq!(flags("1.host:2,FRST", Subdir::Cur).to_string(), "FRST");
        assert_eq!((size("1.M2.host,S=5,W=6:2,S"), size("1.host")), (Some(5), None));
    }

    #[test]
    fn what_holds_in_one_folder_alone_does_not_go_to_another() {
        for (name, start, end) in [
            ("1795428001.100_1.host,U=1:2,FS", "1795428001.R", ".host:2,FS"),
            ("1795428001.M1P2.mx.example,S=512,W=530,U=7:2,Fab", "1795428001.R", ".mx.example,S=512,W=530:2,Fab"),
            ("1795428001.M1P2.host,U=7,S=512:2,", "1795428001.R", ".host,S=512:2,"),
            ("1795428001_0.1.host,U=3,FMD5=7e33429f656f1e6e9d79b29c3f82c57e:2,S", "1795428001.R", ".host:2,S"),
            ("1795428001.1.host,FMD5=7e33429f656f1e6e9d79b29c3f82c57e", "1795428001.R", ".host"),
            ("1795428001.1.host:2,S,U=7", "1795428001.R", ".host:2,S"),
            ("1795428001.1.host;2,S,U=7,more", "1795428001.R", ".host;2,S,more"),
            ("msg,U=7", "1700000000.R", ".localhost"),
            ("1795428001.1.host,S=x,U=7", "1795428001.R", ".host"),
        ] {
            let (one, two) = (elsewhere(name, 1_700_000_000), elsewhere(name, 1_700_000_000));
            assert!(one.starts_with(start) && one.ends_with(end), "{name} {one}");
            assert_eq!(one.len(), start.len() + 16 + end.len(), "{name} {one}");
            assert_ne!(one, two);
        }
        for name in ["1.host:2,S", "1795428001.M1P2.host,S=512,W=530:2,Fab", "a,b:2,", "1.host", "1.host:2,F,more"] {
            assert_eq!(elsewhere(name, 0), name);
            assert_ne!(another(name, 0), name);
        }
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_utf_8_go_both_ways() {
        use std::ffi::OsString;
        use std::os::unix::ffi::OsStringExt as _;
        for (bytes, wanted) in [
            (&b"1.h\xe4st:2,S"[..], "1.h/e4st:2,S"),
            (b"\xff\xfe", "/ff/fe"),
            ("1.höst".as_bytes(), "1.höst"),
            (b"1.\xc3", "1./c3"),
            (b"1.host:2,S\xe4", "1.host:2,S/e4"),
        ] {
            let text = super::text(OsString::from_vec(bytes.to_vec()));
            assert_eq!(text, wanted);
            assert_eq!(super::file(&text).into_vec(), bytes);
        }
        assert_eq!(with("1.h/e4st:2,", SeenChange::Set, None), "1.h/e4st:2,S");
        assert_eq!(with("1.host:2,F/e4", SeenChange::Set, None), "1.host:2,FS/e4");
    }

    #[test]
    fn what_lies_in_new_was_seen_by_nobody() {
        assert!(flags("1.host:2,FS", Subdir::Cur).seen && !flags("1.host:2,F", Subdir::Cur).seen);
        assert_eq!(flags("1.host:2,FSTD", Subdir::New), Flags::default());
        assert_eq!(flags("1.host", Subdir::Cur), Flags::default());
    }

    #[test]
    fn the_time_is_read_where_there_is_one() {
        assert_eq!(time("1700000000.M1.host").map(|time| time.timestamp()), Some(1_700_000_000));
        assert_eq!(time("12.host"), None);
        assert_eq!(time("mail"), None);
    }
}
