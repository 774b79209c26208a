//! The states that `is:` asks for.

use crate::domain::flags::Flags;
use crate::domain::message::Stage;
use crate::domain::text_enum::text_enum;

text_enum! {
    /// A state, as it is written after `is:`.
    pub enum StateTerm {
        /// Shown, and not finished with: let through, in a batch, carried over or deferred.
        Open = "open",
        Done = "done",
        Trashed = "trashed",
        Spam = "spam",
        Deferred = "deferred",
        /// Its thread is muted.
        Muted = "muted",
        /// It was carried over at least once, and is not finished with.
        Carried = "carried",
        /// An exception let it through the hold, at whatever time.
        LetThrough = "let-through",
        /// It was old or read when it was first taken in.
        History = "history",
        /// Somebody filed it elsewhere, in a folder that is not read.
        Elsewhere = "elsewhere",
        /// It lies nowhere any more.
        Gone = "gone",
        /// It waits for its check-in. Only a question about what is held may ask for it.
        Held = "held",
        /// A mailbox has it, and says of no copy that it was read.
        Unread = "unread",
        Read = "read",
        Flagged = "flagged",
        Answered = "answered",
    }
}

impl StateTerm {
    /// Those that a mailbox says, which are known of a message that is only about to be taken in.
    pub const OF_THE_MAILBOX: [Self; 4] = [Self::Unread, Self::Read, Self::Flagged, Self::Answered];

    /// What the flags of its copies say. Copies of which no flags are known are left out by the caller.
    pub fn of_copies<'f>(copies: impl IntoIterator<Item = &'f Flags>) -> Vec<Self> {
        let (mut known, mut all) = (false, Flags::default());
        for flags in copies {
            known = true;
            all.seen |= flags.seen;
            all.flagged |= flags.flagged;
            all.answered |= flags.answered;
        }
        let said = [
            (Self::Unread, known && !all.seen),
            (Self::Read, all.seen),
            (Self::Flagged, all.flagged),
            (Self::Answered, all.answered),
        ];
        said.into_iter().filter(|(_, holds)| *holds).map(|(state, _)| state).collect()
    }

    /// The stages in which a message is in this state, where the stage alone decides it.
    #[must_use]
    pub fn stages(self) -> Option<&'static [Stage]> {
        const OPEN: &[Stage] = &[Stage::LetThrough, Stage::Batched, Stage::CarriedOver, Stage::Deferred];
        match self {
            Self::Open => Some(OPEN),
            Self::Done => Some(&[Stage::Done]),
            Self::Trashed => Some(&[Stage::Trash]),
            Self::Spam => Some(&[Stage::Spam]),
            Self::Deferred => Some(&[Stage::Deferred]),
            Self::History => Some(&[Stage::History]),
            Self::Elsewhere => Some(&[Stage::Filed]),
            Self::Gone => Some(&[Stage::Gone]),
            Self::Held => Some(&[Stage::Held]),
            Self::Muted
            | Self::Carried
            | Self::LetThrough
            | Self::Unread
            | Self::Read
            | Self::Flagged
            | Self::Answered => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::StateTerm;
    use crate::domain::flags::Flags;

    #[test]
    fn one_copy_that_was_read_is_enough() {
        let of = |copies: &[&str]| {
            let flags: Vec<Flags> = copies.iter().map(|text| Flags::read(text)).collect();
            StateTerm::of_copies(&flags)
        };
        assert_eq!(of(&[]), []);
        assert_eq!(of(&[""]), [StateTerm::Unread]);
        assert_eq!(of(&["", "S"]), [StateTerm::Read]);
        assert_eq!(of(&["F", "R"]), [StateTerm::Unread, StateTerm::Flagged, StateTerm::Answered]);
    }
}
