//! Which flags have to be set and cleared on a copy for a change, and which of them a folder can keep.

use std::collections::BTreeSet;

use crate::domain::flags::Flags;
use crate::domain::keyword::Keyword;
use crate::domain::mailbox_change::{AnswerMark, Change};

/// The keyword for what was passed on to somebody.
const FORWARDED: &str = "$Forwarded";

/// The flags that a copy lacks, and the keywords of ours that it should not have. No other flag is ever touched.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct FlagEdit {
    seen: bool,
    unseen: bool,
    answered: bool,
    /// `$Forwarded`, a keyword that is nobody's own.
    forwarded: bool,
    add: BTreeSet<Keyword>,
    remove: BTreeSet<Keyword>,
}

impl FlagEdit {
    /// From the flags of a copy to those that a change wants.
    pub(super) fn between(flags: &Flags, change: &Change) -> Self {
        match change.mark.filter(|mark| !mark.is_on(flags)) {
            Some(AnswerMark::Answered) => return Self { answered: true, ..Self::default() },
            Some(AnswerMark::Forwarded) => return Self { forwarded: true, ..Self::default() },
            None if change.mark.is_some() => return Self::default(),
            None => {}
        }
        Self {
            seen: change.seen.sets(flags.seen),
            unseen: change.seen.clears(flags.seen),
            answered: false,
            forwarded: false,
            add: change.keywords.difference(&flags.keywords).copied().collect(),
            remove: flags.keywords.difference(&change.keywords).copied().collect(),
        }
    }

    /// From the flags that a copy has now to those that it had before.
    pub(super) fn back(now: &Flags, before: &Flags) -> (Self, Self) {
        let only = |one: &Flags, other: &Flags| Self {
            seen: one.seen && !other.seen,
            unseen: false,
            answered: one.answered && !other.answered,
            forwarded: one.forwarded && !other.forwarded,
            add: one.keywords.difference(&other.keywords).copied().collect(),
            remove: BTreeSet::new(),
        };
        (only(before, now), only(now, before))
    }

    /// The same without the flags that a folder does not keep. A server would refuse them, or say OK and drop them.
    pub(super) fn kept_by(mut self, kept: &PermanentFlags) -> Self {
        self.seen &= kept.keeps("\\Seen");
        self.unseen &= kept.keeps("\\Seen");
        self.answered &= kept.keeps("\\Answered");
        self.forwarded &= kept.keeps(FORWARDED);
        self.add.retain(|keyword| kept.keeps(&keyword.to_string()));
        self
    }

    pub(super) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it is about nothing but keywords.
    pub(super) fn only_keywords(&self) -> bool {
        !self.seen && !self.unseen && !self.answered
    }

    pub(super) fn has_keywords(&self) -> bool {
        self.forwarded || !self.add.is_empty() || !self.remove.is_empty()
    }

    pub(super) fn without_keywords(self) -> Self {
        Self { forwarded: false, add: BTreeSet::new(), remove: BTreeSet::new(), ..self }
    }

    /// The flags to set, as STORE takes them; empty if there are none.
    pub(super) fn added(&self) -> String {
        let letters = [(self.seen, "\\Seen"), (self.answered, "\\Answered"), (self.forwarded, FORWARDED)];
        let letters = letters.into_iter().filter(|(set, _)| *set).map(|(_, flag)| flag.to_owned());
        listed(letters.chain(self.add.iter().map(Keyword::to_string)))
    }

    /// The flags to clear, as STORE takes them; empty if there are none.
    pub(super) fn removed(&self) -> String {
        let seen = self.unseen.then(|| "\\Seen".to_owned());
        listed(seen.into_iter().chain(self.remove.iter().map(Keyword::to_string)))
    }
}

fn listed(flags: impl Iterator<Item = String>) -> String {
    flags.collect::<Vec<_>>().join(" ")
}

/// The flags that a folder keeps: its PERMANENTFLAGS (RFC 9051 §7.1). Without them it keeps all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PermanentFlags(Option<Vec<String>>);

impl PermanentFlags {
    pub(super) fn of(permanent: Option<Vec<String>>) -> Self {
        Self(permanent)
    }

    /// Whether a flag is kept: it is listed, or it is a keyword and new keywords can be created (`\*`).
    pub(super) fn keeps(&self, flag: &str) -> bool {
        let Some(flags) = &self.0 else { return true };
        let named = |wanted: &str| flags.iter().any(|it| it.eq_ignore_ascii_case(wanted));
        named(flag) || (!flag.starts_with('\\') && named("\\*"))
    }
}

#[cfg(test)]
mod tests {
    use super::{FlagEdit, PermanentFlags};
    use crate::domain::flags::Flags;
    use crate::domain::mailbox_change::SeenChange;
    use crate::source::imap::change::tests::change;

    #[test]
    fn only_what_differs_is_asked_for() {
        let change = change(|it| {
            it.seen = SeenChange::Set;
            it.keywords = Flags::read(" $TideMuted").keywords;
        });
        let edit = |flags: &str| FlagEdit::between(&Flags::read(flags), &change);
        assert_eq!((edit("").added(), edit("").removed()), ("\\Seen $TideMuted".into(), String::new()));
        assert_eq!(
            (edit("FS $TideLater").added(), edit("FS $TideLater").removed()),
            ("$TideMuted".into(), "$TideLater".into())
        );
        assert!(edit("RS $TideMuted").is_nothing());
    }

    #[test]
    fn what_is_reopened_loses_the_mark_of_a_commit_and_our_keywords_alone() {
        let change = change(|it| it.seen = SeenChange::Clear);
        let edit = |flags: &str| FlagEdit::between(&Flags::read(flags), &change);
        let asked = edit("FRS $TideDone");
        assert_eq!((asked.added(), asked.removed()), (String::new(), "\\Seen $TideDone".into()));
        assert!(!asked.only_keywords() && edit("FR").is_nothing());
    }

    #[test]
    fn what_a_folder_does_not_keep_is_not_asked_for() {
        let change = change(|it| {
            it.seen = SeenChange::Set;
            it.keywords = Flags::read(" $TideLater").keywords;
        });
        let kept = |flags: &[&str]| {
            let kept = PermanentFlags::of(Some(flags.iter().map(|flag| (*flag).to_owned()).collect()));
            FlagEdit::between(&Flags::default(), &change).kept_by(&kept).added()
        };
        assert_eq!(kept(&["\\answered", "\\Seen", "\\*"]), "\\Seen $TideLater");
        assert_eq!(kept(&["\\Seen", "$tidelater"]), "\\Seen $TideLater", "named, so it is kept without any new ones");
        assert_eq!(kept(&["\\Seen", "\\Deleted"]), "\\Seen");
        assert_eq!(kept(&[]), "");
        assert_eq!(
            FlagEdit::between(&Flags::default(), &change).kept_by(&PermanentFlags::default()).added(),
            "\\Seen $TideLater"
        );
    }
}
