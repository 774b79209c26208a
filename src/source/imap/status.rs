//! Status responses: OK, NO or BAD, a response code for programs, and text for people (RFC 9051 §7.1).

use super::scanner::number;
use super::uids;

/// How many UIDs of one COPYUID are read: more than any command of ours names.
const COPIED: usize = 100_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StatusCondition {
    Ok,
    No,
    Bad,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StatusResponse {
    pub(super) condition: StatusCondition,
    /// The name of the response code in upper case, such as `TRYCREATE`. Empty if there is none.
    pub(super) code: String,
    /// The rest of the response code, after its name.
    pub(super) arguments: Vec<u8>,
    /// The text for people, as it came.
    pub(super) text: Vec<u8>,
}

/// Where messages were copied to (COPYUID, RFC 4315 §3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CopyUid {
    /// The UIDVALIDITY of the target folder.
    pub(super) validity: u32,
    /// The UIDs in the source and in the target folder, in pairs.
    pub(super) uids: Vec<(u32, u32)>,
}

impl StatusResponse {
    pub(super) fn of(verdict: StatusCondition, rest: &[u8]) -> Self {
        let rest = rest.trim_ascii();
        let (code, text) = match rest.strip_prefix(b"[").and_then(|inside| Some((inside, end_of_code(inside)?))) {
            Some((inside, end)) => (inside.get(..end).unwrap_or_default(), inside.get(end + 1..).unwrap_or_default()),
            None => (&[][..], rest),
        };
        let code = code.trim_ascii();
        let name_ends = code.iter().position(|byte| *byte == b' ').unwrap_or(code.len());
        let (name, arguments) = code.split_at(name_ends);
        Self {
            condition: verdict,
            code: String::from_utf8_lossy(name).to_ascii_uppercase(),
            arguments: arguments.trim_ascii().to_vec(),
            text: text.trim_ascii().to_vec(),
        }
    }

    pub(super) fn is_ok(&self) -> bool {
        self.condition == StatusCondition::Ok
    }

    /// Whether a refusal to set flags means that the folder takes no more keywords: by a code of RFC 5530, or by its
    /// text.
    pub(super) fn is_about_keywords(&self) -> bool {
        let text = String::from_utf8_lossy(&self.text).to_lowercase();
        self.code == "LIMIT" || ["flag", "keyword"].iter().any(|word| text.contains(word))
    }

    /// The number in the response code, if the code has this name.
    pub(super) fn number<N: std::str::FromStr>(&self, code: &str) -> Option<N> {
        if self.code == code { number(&self.arguments) } else { None }
    }

    /// The COPYUID in it, if there is one and it is valid.
    pub(super) fn copied(&self) -> Option<CopyUid> {
        if self.code != "COPYUID" {
            return None;
        }
        let text = str::from_utf8(&self.arguments).ok()?;
        let mut parts = text.split_ascii_whitespace();
        let validity = parts.next()?.parse().ok().filter(|validity| *validity > 0)?;
        let (from, to) = (uids::read(parts.next()?, COPIED)?, uids::read(parts.next()?, COPIED)?);
        if from.len() != to.len() {
            return None;
        }
        Some(CopyUid { validity, uids: from.into_iter().zip(to).collect() })
    }
}

/// The end of a response code: the first bracket outside lists and quotes, or else the first bracket of all.
fn end_of_code(inside: &[u8]) -> Option<usize> {
    let (mut depth, mut quoted) = (0_usize, false);
    let closed = inside.iter().position(|byte| {
        match byte {
            b'"' => quoted = !quoted,
            b'(' if !quoted => depth += 1,
            b')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        *byte == b']' && depth == 0 && !quoted
    });
    closed.or_else(|| inside.iter().position(|byte| *byte == b']'))
}

#[cfg(test)]
mod tests {
    use super::{CopyUid, StatusCondition, StatusResponse};

    fn read(text: &str) -> (String, String, String) {
        let StatusResponse { code, arguments, text, .. } = StatusResponse::of(StatusCondition::No, text.as_bytes());
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (code, said(&arguments), said(&text))
    }

    #[test]
    fn a_code_ends_where_it_ends() {
        let parts = |code: &str, arguments: &str, text: &str| (code.to_owned(), arguments.to_owned(), text.to_owned());
        assert_eq!(read(" [TRYCREATE] no such folder"), parts("TRYCREATE", "", "no such folder"));
        assert_eq!(read("[UidNext  7]"), parts("UIDNEXT", "7", ""));
        assert_eq!(read("[PERMANENTFLAGS (\\Seen [x] $a)] ok"), parts("PERMANENTFLAGS", "(\\Seen [x] $a)", "ok"));
        assert_eq!(read("[BADCHARSET (\"]\")] x"), parts("BADCHARSET", "(\"]\")", "x"));
        assert_eq!(read("[ALERT (] open"), parts("ALERT", "(", "open"));
        assert_eq!(read("[never closed"), parts("", "", "[never closed"));
        assert_eq!(read(""), parts("", "", ""));
    }

    #[test]
    fn a_server_that_is_busy_is_no_full_mailbox() {
        let passes = |text: &str| StatusResponse::of(StatusCondition::No, text.as_bytes()).is_transient();
        for busy in [
            "[OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)",
            "[UNAVAILABLE] Temporary System Error (Failure)",
            "[INUSE] Mailbox is locked",
            "[LIMIT] Rate limit hit",
            "[THROTTLED] slow down",
            "[ALERT] Too many simultaneous connections. (Failure)",
            "Server busy",
        ] {
            assert!(passes(busy), "{busy}");
        }
        for stays in [
            "[OVERQUOTA] Quota exceeded (mailbox for user is full)",
            "[NOPERM] no",
            "[ALERT] closed for good",
            "no",
            "",
        ] {
            assert!(!passes(stays), "{stays}");
        }
    }

    #[test]
    fn copies_are_told_in_pairs_or_not_at_all() {
        let copied = |text: &str| StatusResponse::of(StatusCondition::Ok, text.as_bytes()).copied();
        assert_eq!(
            copied("[COPYUID 38505 304,319:320 3956:3958] Done"),
            Some(CopyUid { validity: 38505, uids: vec![(304, 3956), (319, 3957), (320, 3958)] })
        );
        for odd in [
            "[COPYUID 0 1 1]",
            "[COPYUID 1 1:2 1]",
            "[COPYUID 1 1:4294967295 1:4294967295]",
            "[COPYUID 1 1]",
            "[COPYUID]",
            "COPYUID 1 1 1",
        ] {
            assert_eq!(copied(odd), None, "{odd}");
        }
    }
}
