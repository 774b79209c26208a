//! Whether a change may still be made, decided by the state of its copy just before.

use super::edit::FlagEdit;
use crate::domain::flags::Flags;
use crate::domain::mailbox_change::Change;

/// What is to be done with a change whose copy is where it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Feasibility {
    /// The change may be made: first set these flags, then, if it goes to another folder, move it.
    Go(FlagEdit),
    /// Somebody has decided otherwise meanwhile.
    Conflict,
    /// The copy is marked as deleted. That may be the result of our own move that was interrupted, if another copy is
    /// in the target folder.
    MarkedDeleted,
}

/// Decides by the flags that a copy has now. `goes` says whether the change moves it to another folder, `tried` whether
/// an earlier attempt may have made a part of it.
pub(super) fn decide(change: &Change, flags: &Flags, goes: bool, tried: bool) -> Feasibility {
    if change.mark.is_some() {
        return Feasibility::Go(FlagEdit::between(flags, change));
    }
    let expected = &change.expected;
    if flags.deleted != expected.deleted {
        return if flags.deleted && goes && tried { Feasibility::MarkedDeleted } else { Feasibility::Conflict };
    }
    // Somebody decided the same elsewhere, or our own earlier attempt succeeded and we did not learn of it.
    let made = flags.keywords == change.keywords;
    // Our keywords were set, and the old ones are not yet cleared.
    let between = || tried && flags.keywords == expected.keywords.union(&change.keywords).copied().collect();
    if flags.keywords == expected.keywords || made || between() {
        Feasibility::Go(FlagEdit::between(flags, change))
    } else {
        Feasibility::Conflict
    }
}

#[cfg(test)]
mod tests {
    use super::{Feasibility, decide};
    use crate::domain::flags::Flags;
    use crate::domain::mailbox_change::{AnswerMark, SeenChange};
    use crate::source::imap::change::tests::change;

    /// Decides about a change from `$TideLater` to `$TideMuted` and read.
    fn verdict(flags: &str, tried: bool, goes: bool) -> Feasibility {
        let change = change(|it| {
            it.expected = Flags::read(" $TideLater");
            it.keywords = Flags::read(" $TideMuted").keywords;
            it.seen = SeenChange::Set;
        });
        decide(&change, &Flags::read(flags), goes, tried)
    }

    fn asks(flags: &str, tried: bool) -> Option<(String, String)> {
        match verdict(flags, tried, true) {
            Feasibility::Go(edit) => Some((edit.added(), edit.removed())),
            Feasibility::Conflict | Feasibility::MarkedDeleted => None,
        }
    }

    #[test]
    fn that_it_was_answered_is_marked_whatever_was_decided_meanwhile() {
        for (mark, flags, added) in [
            (AnswerMark::Answered, "", "\\Answered"),
            (AnswerMark::Answered, "FT $TideLater", "\\Answered"),
            (AnswerMark::Answered, "RS", ""),
            (AnswerMark::Forwarded, "RS $TideMuted", "$Forwarded"),
            (AnswerMark::Forwarded, "P", ""),
        ] {
            let change = change(|it| it.mark = Some(mark));
            let Feasibility::Go(edit) = decide(&change, &Flags::read(flags), false, false) else { panic!("{flags}") };
            assert_eq!((edit.added().as_str(), edit.removed().as_str()), (added, ""), "{mark:?} on {flags}");
        }
    }

    #[test]
    fn what_is_as_it_was_is_changed() {
        let asked = Some(("\\Seen $TideMuted".to_owned(), "$TideLater".to_owned()));
        assert_eq!(asks(" $TideLater", false), asked);
        assert_eq!(asks("FR $TideLater", false), asked, "being flagged or answered elsewhere is no verdict");
    }

    #[test]
    fn what_is_made_already_needs_nothing() {
        assert_eq!(asks("S $TideMuted", false), Some((String::new(), String::new())));
        assert_eq!(asks(" $TideMuted", true), Some(("\\Seen".to_owned(), String::new())));
    }

    #[test]
    fn another_verdict_comes_first() {
        for flags in ["", " $TideDone", " $TideLater $TideDeferred-20261123T0900Z", "T $TideLater"] {
            assert_eq!(verdict(flags, false, true), Feasibility::Conflict, "{flags}");
        }
    }

    #[test]
    fn what_was_cut_short_is_gone_on_with() {
        assert_eq!(asks("S $TideLater $TideMuted", true), Some((String::new(), "$TideLater".to_owned())));
        assert_eq!(verdict("S $TideLater $TideMuted", false, true), Feasibility::Conflict);
        assert_eq!(verdict("ST $TideMuted", true, true), Feasibility::MarkedDeleted);
        assert_eq!(verdict("ST $TideMuted", true, false), Feasibility::Conflict, "we mark nothing that stays");
    }
}
