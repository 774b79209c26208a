//! What a decision changes where its message lies: one rule for every mailbox, whatever the words of its protocol are.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::deferral;
use super::flags::Flags;
use super::folder::pattern::{INBOX, closest};
use super::keyword::Keyword;
use super::outside::{Role, Target};

/// Why a copy is to be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
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

impl Cause {
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
pub struct Means {
    pub finished: Finished,
    /// Whether it keeps keywords at all.
    pub keywords: bool,
}

/// What decisions mean in one source, folder by folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customs {
    pub finished: Finished,
    /// Folders in which it is another one: names or patterns, as in `domain::folder::pattern`.
    pub finished_in: Vec<(String, Finished)>,
    pub keywords: bool,
}

impl Customs {
    /// What decisions mean for what came through a folder.
    #[must_use]
    pub fn means(&self, folder: &str) -> Means {
        // The outermost folder of a Maildir has no name, and those below it may be written with dots.
        let name = match folder.strip_prefix('.') {
            _ if folder.is_empty() => INBOX.to_owned(),
            Some(below) => below.replace('.', "/"),
            None => folder.to_owned(),
        };
        let finished = closest(&self.finished_in, &name).copied().unwrap_or(self.finished);
        Means { finished, keywords: self.keywords }
    }
}

/// What commits change outside: the sources in which they change anything, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    pub sources: BTreeMap<String, Customs>,
}

/// How a copy is to be afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    pub target: Target,
    /// Whether it is marked read. It never becomes unread.
    pub seen: bool,
    pub keywords: BTreeSet<Keyword>,
}

impl Intent {
    /// What a cause changes of a copy with these flags; `None` where that is nothing. Where it is not certain how the copy
    /// is, everything is a change.
    #[must_use]
    pub fn of(cause: Cause, means: Means, known: Option<&Flags>, now: DateTime<Utc>) -> Option<Self> {
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
        let mut intent = match (cause, means.finished) {
            (Cause::Done, Finished::Archived) => to(Role::Archive, true, &[]),
            (Cause::Done, Finished::Marked) => stays(true, &[Keyword::Done]),
            (Cause::Mute, Finished::Archived) => to(Role::Archive, true, &[Keyword::Muted]),
            (Cause::Mute, Finished::Marked) => stays(true, &[Keyword::Done, Keyword::Muted]),
            (Cause::Trash, _) => to(Role::Trash, false, &[]),
            (Cause::Spam, _) => to(Role::Junk, false, &[]),
            (Cause::Defer(opens), _) => Self { keywords: deferral::keywords(opens, now), ..stays(false, &[]) },
            (Cause::Later, _) => stays(false, &[Keyword::Later]),
            (Cause::Carry | Cause::Wake, _) => stays(false, &[]),
            (Cause::Hold, _) => to(Role::Held, false, &[]),
            // Where to is known of each copy by itself.
            (Cause::Release, _) => return None,
        };
        if !means.keywords {
            intent.keywords.clear();
        }
        let same = known.is_some_and(|known| {
            intent.target == Target::Stay && intent.keywords == known.keywords && (known.seen || !intent.seen)
        });
        (!same).then_some(intent)
    }
}

#[cfg(test)]
mod tests {
    use super::{Cause, Finished, Intent, Means};
    use crate::domain::deferral;
    use crate::domain::flags::Flags;
    use crate::domain::keyword::Keyword;
    use crate::domain::outside::{Role, Target};

    #[test]
    fn what_is_so_already_is_no_change() {
        let at = "2026-11-23T09:00:30Z".parse().unwrap();
        let now = "2026-11-20T09:00:00Z".parse().unwrap();
        let deferred = Flags { keywords: deferral::keywords(at, now), ..Flags::default() };
        let means = Means { finished: Finished::Marked, keywords: true };
        let of = |cause, known: &Flags| Intent::of(cause, means, Some(known), now);
        assert_eq!(of(Cause::Defer(at), &deferred), None);
        assert_eq!(of(Cause::Carry, &Flags::default()), None);
        assert!(of(Cause::Carry, &deferred).is_some_and(|intent| intent.keywords.is_empty()));
        let done = Flags { seen: true, keywords: [Keyword::Done].into(), ..Flags::default() };
        assert_eq!(of(Cause::Done, &done), None);
        assert!(of(Cause::Done, &Flags { seen: false, ..done }).is_some());
    }

    #[test]
    fn a_move_drops_our_keywords_but_that_of_a_muted_thread() {
        let later = Flags { keywords: [Keyword::Later].into(), ..Flags::default() };
        let means = Means { finished: Finished::Archived, keywords: true };
        let now = "2026-11-20T09:00:00Z".parse().unwrap();
        let of = |cause| Intent::of(cause, means, Some(&later), now).unwrap();
        assert_eq!(of(Cause::Done).target, Target::Role(Role::Archive));
        assert!(of(Cause::Done).keywords.is_empty() && of(Cause::Done).seen);
        assert_eq!(of(Cause::Mute).keywords, [Keyword::Muted].into());
        assert_eq!(
            Intent::of(Cause::Later, Means { keywords: false, ..means }, Some(&Flags::default()), now),
            None,
            "a mailbox without keywords has no place for it"
        );
        assert!(!of(Cause::Trash).seen && !of(Cause::Spam).seen, "nobody read those");
    }
}
