//! The flags of a copy: the system flags of IMAP and `$Forwarded` (RFC 9051 §2.3.2), which are letters in a Maildir, and
//! tidebox's own keywords. Other keywords are neither read nor changed.

use std::collections::BTreeSet;
use std::fmt;

use super::keyword::Keyword;

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Flags {
    pub seen: bool,
    pub answered: bool,
    /// It was passed on to somebody: `$Forwarded`, or `P` in a Maildir.
    pub forwarded: bool,
    pub flagged: bool,
    pub deleted: bool,
    pub draft: bool,
    pub keywords: BTreeSet<Keyword>,
}

impl Flags {
    /// Whether somebody has decided something else about the message since `known`: on another machine, or that it is
    /// to be deleted. That it was read, answered or flagged is no such decision.
    #[must_use]
    pub fn contradicts(&self, known: &Self) -> bool {
        self.keywords != known.keywords || self.deleted != known.deleted
    }

    /// Reads what `Display` wrote. Unknown letters and keywords are ignored.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let (letters, keywords) = text.split_once(' ').unwrap_or((text, ""));
        Self {
            seen: letters.contains('S'),
            answered: letters.contains('R'),
            forwarded: letters.contains('P'),
            flagged: letters.contains('F'),
            deleted: letters.contains('T'),
            draft: letters.contains('D'),
            keywords: keywords.split(' ').filter_map(Keyword::read).collect(),
        }
    }
}

/// The letters of a Maildir, then the keywords: `RS $TideLater`.
impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = [
            (self.draft, 'D'),
            (self.flagged, 'F'),
            (self.forwarded, 'P'),
            (self.answered, 'R'),
            (self.seen, 'S'),
            (self.deleted, 'T'),
        ];
        for (_, letter) in letters.iter().filter(|(set, _)| *set) {
            write!(f, "{letter}")?;
        }
        for keyword in &self.keywords {
            write!(f, " {keyword}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Flags;
    use crate::domain::keyword::Keyword;

    #[test]
    fn flags_read_as_they_are_written() {
        for text in ["", "S", "FPRS", "DT", " $TideLater", "RS $TideLater $TideMuted $TideDeferred-20261123T0900Z"] {
            assert_eq!(Flags::read(text).to_string(), text);
        }
    }

    #[test]
    fn reading_elsewhere_is_no_contradiction_and_a_verdict_is() {
        let known = Flags::default();
        let later = Flags { keywords: [Keyword::Later].into(), ..Flags::default() };
        assert!(!Flags { seen: true, answered: true, flagged: true, ..Flags::default() }.contradicts(&known));
        assert!(Flags { deleted: true, ..Flags::default() }.contradicts(&known));
        assert!(later.contradicts(&known) && known.contradicts(&later) && !later.contradicts(&later));
    }
}
