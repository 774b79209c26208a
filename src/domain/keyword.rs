//! The keywords by which tidebox keeps its triage in a mailbox (RFC 9051 §2.3.2), so that another machine sees it too.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, Utc};

/// Digits of a deferral's number: places of a binary number.
pub const DIGITS: u8 = 13;

/// A decision about a message that its folder does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keyword {
    /// It is done, in a mailbox where that moves nothing.
    Done,
    /// It is to be answered later.
    Later,
    /// Its thread was muted.
    Muted,
    /// It waits for a later window. The digits tell which one (`domain::deferral`).
    Deferred,
    /// A digit of the window's number that is 1: the place of this number, from 0.
    Digit(u8),
    /// It waits for the window that opens at this minute. Earlier versions wrote this; it is read and removed, but
    /// never set.
    DeferredTo(DateTime<Utc>),
}

const DONE: &str = "$TideDone";
const LATER: &str = "$TideLater";
const MUTED: &str = "$TideMuted";
const DEFERRED: &str = "$TideDeferred";
const DIGIT: &str = "$TideWhen-";
const DEFERRED_TO: &str = "$TideDeferred-";
/// A minute in UTC in the basic format of ISO 8601, which needs only characters that an IMAP atom may have.
const MINUTE: &str = "%Y%m%dT%H%MZ";

impl Keyword {
    /// Reads a keyword of ours; letter case does not count (RFC 9051 §2.3.2). `None` for keywords of other programs.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let named = |name: &str| text.eq_ignore_ascii_case(name);
        if named(DONE) {
            return Some(Self::Done);
        }
        if named(LATER) {
            return Some(Self::Later);
        }
        if named(MUTED) {
            return Some(Self::Muted);
        }
        if named(DEFERRED) {
            return Some(Self::Deferred);
        }
        if let Some(digit) = (0..DIGITS).map(Self::Digit).find(|digit| named(&digit.to_string())) {
            return Some(digit);
        }
        let (start, minute) = text.split_at_checked(DEFERRED_TO.len())?;
        if !start.eq_ignore_ascii_case(DEFERRED_TO) {
            return None;
        }
        let minute = NaiveDateTime::parse_from_str(&minute.to_ascii_uppercase(), MINUTE).ok()?;
        Some(Self::DeferredTo(minute.and_utc()))
    }
}

impl fmt::Display for Keyword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str(DONE),
            Self::Later => f.write_str(LATER),
            Self::Muted => f.write_str(MUTED),
            Self::Deferred => f.write_str(DEFERRED),
            Self::Digit(digit) => write!(f, "{DIGIT}{digit}"),
            Self::DeferredTo(opens) => write!(f, "{DEFERRED_TO}{}", opens.format(MINUTE)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DIGITS, Keyword};

    #[test]
    fn a_keyword_reads_as_it_is_written() {
        let at = "2026-11-23T09:00:00Z".parse().unwrap();
        assert_eq!(Keyword::DeferredTo(at).to_string(), "$TideDeferred-20261123T0900Z");
        let digits = (0..DIGITS).map(Keyword::Digit);
        let named = [Keyword::Done, Keyword::Later, Keyword::Muted, Keyword::Deferred, Keyword::DeferredTo(at)];
        for keyword in named.into_iter().chain(digits) {
            assert_eq!(Keyword::read(&keyword.to_string()), Some(keyword));
            assert_eq!(
                Keyword::read(&keyword.to_string().to_lowercase()),
                Some(keyword),
                "some servers change the case"
            );
        }
    }

    #[test]
    fn those_of_others_are_left_alone() {
        for other in [
            "",
            "$",
            "$Forwarded",
            "$TideDeferred-",
            "$TideDeferred-2026",
            "$TideLaters",
            "$TideDeferredé",
            "$TideWhen-13",
            "$TideWhen-01",
            "$TideWhen-",
        ] {
            assert_eq!(Keyword::read(other), None, "{other}");
        }
    }
}
