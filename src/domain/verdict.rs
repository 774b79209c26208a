//! One table of verdicts. Whether a person decides here or in another program, the result is one of seven verdicts.
//! One row of `Verdict::row` says what follows from each: the message's stage, the record of the commit, why its
//! copies are changed, and their folder and flags afterwards.

use super::keyword::Keyword;
use super::mailbox_change::{AnswerMark, FolderRole};
use super::message::Stage;
use super::text_enum::text_enum;

text_enum! {
    /// What a person said of a message (`domain::triage::Decision`), without the window of a deferral.
    pub enum DecisionKind {
        Done = "done",
        Trash = "trash",
        Defer = "defer",
        Later = "later",
        Mute = "mute",
        Spam = "spam",
        Skip = "skip",
        Reopen = "reopen",
        /// About its list, and nothing about the message itself, as the next one.
        Unsubscribe = "unsubscribe",
        StaySubscribed = "stay subscribed",
        /// Answered: it is done with, and the answer leaves.
        Reply = "reply",
    }
}

text_enum! {
    /// What a commit did with a message of its batch.
    pub enum Settlement {
        Done = "done",
        Trash = "trash",
        Defer = "defer",
        Mute = "mute",
        Spam = "spam",
        /// It leads the next batch.
        Carry = "carry",
    }
}

text_enum! {
    /// Why a copy is to be changed.
    pub enum ChangeReason {
        Done = "done",
        Trash = "trash",
        Spam = "spam",
        Mute = "mute",
        Defer = "defer",
        /// It is to be answered.
        Later = "later",
        /// It was left undecided.
        Carry = "carry",
        /// It was deferred and is to lead the next batch.
        Wake = "wake",
        /// It arrived in a mailbox with a hard hold, and is put aside until its check-in.
        Hold = "hold",
        /// Its check-in has come.
        Release = "release",
        /// It was finished with, and is to be decided about again.
        Reopen = "reopen",
        /// The mute of its thread was taken back; it stays filed.
        Unmute = "unmute",
        /// An answer to it has left.
        Answered = "answered",
        /// It was forwarded, and that has left.
        Forwarded = "forwarded",
    }
}

/// The final result of the decisions about a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is undecided, or the decision was taken back.
    Open,
    /// It is to be answered.
    Later,
    Deferred,
    Done,
    Muted,
    Trash,
    Spam,
}

/// What follows from a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consequences {
    /// The stage to which it brings a message.
    pub stage: Stage,
    /// The stage of a new message that has this verdict already, given on another machine.
    pub first_met: Stage,
    pub settlement: Settlement,
    pub reason: ChangeReason,
    /// The folder to which its copies go; `None` where they stay.
    pub folder: Option<FolderRole>,
    /// Whether its copies are marked read.
    pub seen: bool,
    /// The keyword of its copies. (A deferral has digits beside it; where what is finished with stays, `Done` is beside it.)
    pub keyword: Option<Keyword>,
}

impl Verdict {
    pub const ALL: [Self; 7] =
        [Self::Open, Self::Later, Self::Deferred, Self::Done, Self::Muted, Self::Trash, Self::Spam];

    /// The table.
    #[must_use]
    #[rustfmt::skip]
    pub const fn row(self) -> Consequences {
        use {ChangeReason as R, Settlement as C, Stage as S};
        const fn row(
            (stage, first_met): (Stage, Stage),
            settlement: Settlement,
            reason: ChangeReason,
            (folder, seen, keyword): (Option<FolderRole>, bool, Option<Keyword>),
        ) -> Consequences {
            Consequences { stage, first_met, settlement, reason, folder, seen, keyword }
        }
        match self {
            //                    its stage here, where first met   commit    reason     folder, read, keyword
            Self::Open     => row((S::CarriedOver, S::History),     C::Carry, R::Carry, (None,                false, None)),
            Self::Later    => row((S::CarriedOver, S::CarriedOver), C::Carry, R::Later, (None,                false, Some(Keyword::Later))),
            Self::Deferred => row((S::Deferred,    S::Deferred),    C::Defer, R::Defer, (None,                false, Some(Keyword::Deferred))),
            Self::Done     => row((S::Done,        S::History),     C::Done,  R::Done,  (Some(FolderRole::Archive), true,  None)),
            Self::Muted    => row((S::Muted,       S::Muted),       C::Mute,  R::Mute,  (Some(FolderRole::Archive), true,  Some(Keyword::Muted))),
            Self::Trash    => row((S::Trash,       S::History),     C::Trash, R::Trash, (Some(FolderRole::Trash),   false, None)),
            Self::Spam     => row((S::Spam,        S::History),     C::Spam,  R::Spam,  (Some(FolderRole::Junk),    false, None)),
        }
    }
}

impl DecisionKind {
    /// The verdict that the decision becomes at the commit.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Done | Self::Reply => Verdict::Done,
            Self::Trash => Verdict::Trash,
            Self::Defer => Verdict::Deferred,
            Self::Later => Verdict::Later,
            Self::Mute => Verdict::Muted,
            Self::Spam => Verdict::Spam,
            Self::Skip | Self::Reopen | Self::Unsubscribe | Self::StaySubscribed => Verdict::Open,
        }
    }

    /// Whether it is about the message's list, beside which the message is decided about by itself.
    #[must_use]
    pub fn is_about_list(self) -> bool {
        matches!(self, Self::Unsubscribe | Self::StaySubscribed)
    }
}

impl ChangeReason {
    /// The verdict that such a change writes into a mailbox; `None` for putting a copy aside and for marks, which are none.
    #[must_use]
    pub fn verdict(self) -> Option<Verdict> {
        match self {
            Self::Wake | Self::Release | Self::Reopen => Some(Verdict::Open),
            Self::Unmute => Some(Verdict::Done),
            Self::Hold | Self::Answered | Self::Forwarded => None,
            reason => Verdict::ALL.into_iter().find(|verdict| verdict.row().reason == reason),
        }
    }

    /// The mark that it sets, where it is about nothing else.
    #[must_use]
    pub fn mark(self) -> Option<AnswerMark> {
        match self {
            Self::Answered => Some(AnswerMark::Answered),
            Self::Forwarded => Some(AnswerMark::Forwarded),
            _ => None,
        }
    }

    /// Whether the change is of a hard hold, which moves copies without a decision.
    #[must_use]
    pub fn is_of_hold(self) -> bool {
        matches!(self, Self::Hold | Self::Release)
    }
}

#[cfg(test)]
mod tests {
    use super::{ChangeReason, DecisionKind, Settlement, Verdict};
    use crate::domain::text_enum::TextEnum;

    #[test]
    fn each_reason_but_a_hold_and_a_mark_writes_a_verdict() {
        for reason in ChangeReason::ALL {
            let none = *reason == ChangeReason::Hold || reason.mark().is_some();
            assert_eq!(reason.verdict().is_none(), none, "{reason}");
        }
    }

    #[test]
    fn each_settlement_and_each_verdict_comes_of_a_decision() {
        let verdicts: Vec<_> = DecisionKind::ALL.iter().map(|decision| decision.verdict()).collect();
        assert!(Verdict::ALL.iter().all(|verdict| verdicts.contains(verdict)));
        for settlement in Settlement::ALL {
            assert!(verdicts.iter().any(|verdict| verdict.row().settlement == *settlement), "{settlement}");
        }
    }
}
