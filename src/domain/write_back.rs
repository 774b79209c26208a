//! What a decision changes where its message lies: one rule for every mailbox, whatever the words of its protocol are.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::deferral;
use super::flags::Flags;
use super::folder::pattern::{INBOX, closest};
use super::keyword::Keyword;
use super::outside::{FolderRole, Target};

/// Why a copy is to be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeReason {
    Done,
    Trash,
    Spam,
    Mute,
    /// To the window that opens at this instant.
    Defer(DateTime<Utc>),
    /// To be answered.
    Later,
    /// It was left undecided.
    Carry,
    /// It was deferred and is to lead the next batch.
    Wake,
    /// It arrived where every program is to wait for a check-in.
    Hold,
    /// Its check-in has come.
    Release,
}

impl ChangeReason {
    /// The word for it in the store and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Trash => "trash",
            Self::Spam => "spam",
            Self::Mute => "mute",
            Self::Defer(_) => "defer",
            Self::Later => "later",
            Self::Carry => "carry",
            Self::Wake => "wake",
            Self::Hold => "hold",
            Self::Release => "release",
        }
    }
}

/// What becomes of what is done, and of what is muted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finished {
    /// It goes to the archive.
    Archived,
    /// It stays, and a keyword tells.
    Marked,
}

/// What decisions mean in one mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailboxCaps {
    pub finished: Finished,
    /// Whether it keeps keywords at all.
    pub keywords: bool,
}

/// What decisions mean in one source, folder by folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteBackPolicy {
    pub finished: Finished,
    /// Folders in which it is another one: names or patterns, as in `domain::folder::pattern`.
    pub finished_in: Vec<(String, Finished)>,
    pub keywords: bool,
}

impl WriteBackPolicy {
    /// What decisions mean for what came through a folder.
    #[must_use]
    pub fn caps(&self, folder: &str) -> MailboxCaps {
        // The outermost folder of a Maildir has no name, and those below it may be written with dots.
        let name = match folder.strip_prefix('.') {
            _ if folder.is_empty() => INBOX.to_owned(),
            Some(below) => below.replace('.', "/"),
            None => folder.to_owned(),
        };
        let finished = closest(&self.finished_in, &name).copied().unwrap_or(self.finished);
        MailboxCaps { finished, keywords: self.keywords }
    }
}

/// What commits change outside: the sources in which they change anything, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WriteBackPlan {
    pub sources: BTreeMap<String, WriteBackPolicy>,
}

/// How a copy is to be afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredState {
    pub target: Target,
    /// Whether it is marked read. It never becomes unread.
    pub seen: bool,
    pub keywords: BTreeSet<Keyword>,
}

impl DesiredState {
    /// What a cause changes of a copy with these flags; `None` where that is nothing. Where it is not certain how the copy
    /// is, everything is a change.
    #[must_use]
    pub fn of(cause: ChangeReason, caps: MailboxCaps, known: Option<&Flags>, now: DateTime<Utc>) -> Option<Self> {
        let to = |role, seen, keywords: &[Keyword]| Self {
            target: Target::Role(role),
            seen,
            keywords: keywords.iter().copied().collect(),
        };
        let stays = |seen, keywords: &[Keyword]| Self {
            target: Target::Stay,
            seen,
            keywords: keywords.iter().copied().collect(),
        };
        let mut desired = match (cause, caps.finished) {
            (ChangeReason::Done, Finished::Archived) => to(FolderRole::Archive, true, &[]),
            (ChangeReason::Done, Finished::Marked) => stays(true, &[Keyword::Done]),
            (ChangeReason::Mute, Finished::Archived) => to(FolderRole::Archive, true, &[Keyword::Muted]),
            (ChangeReason::Mute, Finished::Marked) => stays(true, &[Keyword::Done, Keyword::Muted]),
            (ChangeReason::Trash, _) => to(FolderRole::Trash, false, &[]),
            (ChangeReason::Spam, _) => to(FolderRole::Junk, false, &[]),
            (ChangeReason::Defer(opens), _) => Self { keywords: deferral::keywords(opens, now), ..stays(false, &[]) },
            (ChangeReason::Later, _) => stays(false, &[Keyword::Later]),
            (ChangeReason::Carry | ChangeReason::Wake, _) => stays(false, &[]),
            (ChangeReason::Hold, _) => to(FolderRole::Held, false, &[]),
            // Where to is known of each copy by itself.
            (ChangeReason::Release, _) => return None,
        };
        if !caps.keywords {
            desired.keywords.clear();
        }
        let same = known.is_some_and(|known| {
            desired.target == Target::Stay && desired.keywords == known.keywords && (known.seen || !desired.seen)
        });
        (!same).then_some(desired)
    }
}

#[cfg(test)]
mod tests {
    use super::{ChangeReason, DesiredState, Finished, MailboxCaps};
    use crate::domain::deferral;
    use crate::domain::flags::Flags;
    use crate::domain::keyword::Keyword;
    use crate::domain::outside::{FolderRole, Target};

    #[test]
    fn what_is_so_already_is_no_change() {
        let at = "2026-11-23T09:00:30Z".parse().unwrap();
        let now = "2026-11-20T09:00:00Z".parse().unwrap();
        let deferred = Flags { keywords: deferral::keywords(at, now), ..Flags::default() };
        let caps = MailboxCaps { finished: Finished::Marked, keywords: true };
        let of = |cause, known: &Flags| DesiredState::of(cause, caps, Some(known), now);
        assert_eq!(of(ChangeReason::Defer(at), &deferred), None);
        assert_eq!(of(ChangeReason::Carry, &Flags::default()), None);
        assert!(of(ChangeReason::Carry, &deferred).is_some_and(|desired| desired.keywords.is_empty()));
        let done = Flags { seen: true, keywords: [Keyword::Done].into(), ..Flags::default() };
        assert_eq!(of(ChangeReason::Done, &done), None);
        assert!(of(ChangeReason::Done, &Flags { seen: false, ..done }).is_some());
    }

    #[test]
    fn a_move_drops_our_keywords_but_that_of_a_muted_thread() {
        let later = Flags { keywords: [Keyword::Later].into(), ..Flags::default() };
        let caps = MailboxCaps { finished: Finished::Archived, keywords: true };
        let now = "2026-11-20T09:00:00Z".parse().unwrap();
        let of = |cause| DesiredState::of(cause, caps, Some(&later), now).unwrap();
        assert_eq!(of(ChangeReason::Done).target, Target::Role(FolderRole::Archive));
        assert!(of(ChangeReason::Done).keywords.is_empty() && of(ChangeReason::Done).seen);
        assert_eq!(of(ChangeReason::Mute).keywords, [Keyword::Muted].into());
        assert_eq!(
            DesiredState::of(
                ChangeReason::Later,
                MailboxCaps { keywords: false, ..caps },
                Some(&Flags::default()),
                now
            ),
            None,
            "a mailbox without keywords has no place for it"
        );
        assert!(!of(ChangeReason::Trash).seen && !of(ChangeReason::Spam).seen, "nobody read those");
    }
}
