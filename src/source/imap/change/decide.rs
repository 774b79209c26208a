//! Whether a change may still be made, from what is seen of its copy just before.

use super::edit::FlagEdit;
use crate::domain::flags::Flags;
use crate::domain::mailbox_change::Change;

/// What becomes of a change whose copy is where it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Feasibility {
    /// Nothing speaks against it: these flags, and then, where it goes elsewhere, the move.
    Go(FlagEdit),
    /// Somebody said something else of it meanwhile.
    Overtaken,
    /// It is marked for removal, and that may be our own work: the second half of a move, if it is in the other folder.
    Halfway,
}

/// Decides by the flags that a copy has now. `goes` tells whether the change takes it to another folder, `tried` whether
/// something of it may be made already.
pub(super) fn decide(change: &Change, flags: &Flags, goes: bool, tried: bool) -> Feasibility {
    let expected = &change.expected;
    if flags.deleted != expected.deleted {
        return if flags.deleted && goes && tried { Feasibility::Halfway } else { Feasibility::Overtaken };
    }
    // The same was said of it elsewhere, or it was made before and we did not learn of it.
    let made = flags.keywords == change.keywords;
    // Ours were set and those before them not yet cleared.
    let between = || tried && flags.keywords == expected.keywords.union(&change.keywords).copied().collect();
    if flags.keywords == expected.keywords || made || between() {
        Feasibility::Go(FlagEdit::between(flags, change))
    } else {
        Feasibility::Overtaken
    }
}

#[cfg(test)]
mod tests {
    use super::{Feasibility, decide};
    use crate::domain::flags::Flags;
    use crate::source::imap::change::tests::change;

    /// Of a change from `$TideLater` to `$TideMuted` and read.
    fn verdict(flags: &str, tried: bool, goes: bool) -> Feasibility {
        let change = change(|it| {
            it.expected = Flags::read(" $TideLater");
            it.keywords = Flags::read(" $TideMuted").keywords;
            it.seen = true;
        });
        decide(&change, &Flags::read(flags), goes, tried)
    }

    fn asks(flags: &str, tried: bool) -> Option<(String, String)> {
        match verdict(flags, tried, true) {
            Feasibility::Go(edit) => Some((edit.added(), edit.removed())),
            Feasibility::Overtaken | Feasibility::Halfway => None,
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
            assert_eq!(verdict(flags, false, true), Feasibility::Overtaken, "{flags}");
        }
    }

    #[test]
    fn what_was_cut_short_is_gone_on_with() {
        assert_eq!(asks("S $TideLater $TideMuted", true), Some((String::new(), "$TideLater".to_owned())));
        assert_eq!(verdict("S $TideLater $TideMuted", false, true), Feasibility::Overtaken);
        assert_eq!(verdict("ST $TideMuted", true, true), Feasibility::Halfway);
        assert_eq!(verdict("ST $TideMuted", true, false), Feasibility::Overtaken, "we mark nothing that stays");
    }
}
