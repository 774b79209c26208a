//! What a decision changes in a mailbox: the same rules for every kind of mailbox.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::deferral;
use super::flags::Flags;
use super::folder::pattern::{INBOX, closest};
use super::keyword::Keyword;
use super::mailbox_change::{FolderRole, SeenChange, Target};
use super::verdict::{ChangeReason, Verdict};

/// What becomes of messages that are done or muted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finished {
    /// It goes to the archive.
    Archived,
    /// They stay, and get a keyword.
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
    /// Folders for which that is different: names or patterns, as in `domain::folder::pattern`.
    pub finished_in: Vec<(String, Finished)>,
    pub keywords: bool,
}

impl WriteBackPolicy {
    /// What decisions mean for messages that came through a folder.
    #[must_use]
    pub fn caps(&self, folder: &str) -> MailboxCaps {
        // The top folder of a Maildir has no name, and folders below it may be written with dots.
        let name = match folder.strip_prefix('.') {
            _ if folder.is_empty() => INBOX.to_owned(),
            Some(below) => below.replace('.', "/"),
            None => folder.to_owned(),
        };
        let finished = closest(&self.finished_in, &name).copied().unwrap_or(self.finished);
        MailboxCaps { finished, keywords: self.keywords }
    }
}

/// The sources in which commits change something, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WriteBackPlan {
    pub sources: BTreeMap<String, WriteBackPolicy>,
    /// The lanes that do not come out at the check-in of the batch: answers to their messages leave at another one.
    pub lanes_apart: BTreeSet<String>,
    /// About how many messages of the batch that waited the person is asked afterwards whether that mattered.
    pub sample: u32,
}

/// How a copy is to be afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredState {
    pub target: Target,
    pub seen: SeenChange,
    pub keywords: BTreeSet<Keyword>,
}

impl DesiredState {
    /// The state of a copy after a change for this reason; `None` where a copy with these `known` flags is in it
    /// already. Without known flags it counts as a change. `until` is when the window opens to which a message is
    /// deferred.
    #[must_use]
    pub fn of(
        reason: ChangeReason,
        until: Option<DateTime<Utc>>,
        caps: MailboxCaps,
        known: Option<&Flags>,
        now: DateTime<Utc>,
    ) -> Option<Self> {
        let mut desired = match (reason, reason.verdict()) {
            // These differ from copy to copy; `store::hold`, `store::reopen` and `store::sent_copy` know them.
            (
                ChangeReason::Release
                | ChangeReason::Reopen
                | ChangeReason::Unmute
                | ChangeReason::Answered
                | ChangeReason::Forwarded,
                _,
            ) => return None,
            (_, Some(verdict)) => Self::by(verdict, until, caps.finished, now),
            (_, None) => {
                Self { target: Target::Role(FolderRole::Held), seen: SeenChange::Keep, keywords: BTreeSet::new() }
            }
        };
        if !caps.keywords {
            desired.keywords.clear();
        }
        (!known.is_some_and(|known| desired.is_met_by(known))).then_some(desired)
    }

    /// Whether a copy with these flags needs no change.
    #[must_use]
    pub fn is_met_by(&self, known: &Flags) -> bool {
        let seen = self.seen.sets(known.seen) || self.seen.clears(known.seen);
        self.target == Target::Stay && self.keywords == known.keywords && !seen
    }

    /// The state of a copy of a message with this verdict.
    fn by(verdict: Verdict, until: Option<DateTime<Utc>>, finished: Finished, now: DateTime<Utc>) -> Self {
        let (row, mut keywords) = match (verdict, until) {
            (Verdict::Deferred, Some(opens)) => (verdict.row(), deferral::keywords(opens, now)),
            // Without a window it comes with the next batch.
            (Verdict::Deferred, None) => return Self::by(Verdict::Later, None, finished, now),
            _ => (verdict.row(), verdict.row().keyword.into_iter().collect()),
        };
        let target = match (row.folder, finished) {
            (Some(FolderRole::Archive), Finished::Marked) => {
                keywords.insert(Keyword::Done);
                Target::Stay
            }
            (Some(role), _) => Target::Role(role),
            (None, _) => Target::Stay,
        };
        Self { target, seen: SeenChange::set_if(row.seen), keywords }
    }
}

#[cfg(test)]
mod tests {
    use super::{ChangeReason, DesiredState, Finished, MailboxCaps};
    use crate::domain::deferral;
    use crate::domain::flags::Flags;
    use crate::domain::keyword::Keyword;
    use crate::domain::mailbox_change::{FolderRole, SeenChange, Target};

    #[test]
    fn what_is_so_already_is_no_change() {
        let at = "2026-11-23T09:00:30Z".parse().unwrap();
        let now = "2026-11-20T09:00:00Z".parse().unwrap();
        let deferred = Flags { keywords: deferral::keywords(at, now), ..Flags::default() };
        let caps = MailboxCaps { finished: Finished::Marked, keywords: true };
        let of = |reason, known: &Flags| {
            let until = (reason == ChangeReason::Defer).then_some(at);
            DesiredState::of(reason, until, caps, Some(known), now)
        };
        assert_eq!(of(ChangeReason::Defer, &deferred), None);
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
        let of = |reason| DesiredState::of(reason, None, caps, Some(&later), now).unwrap();
        assert_eq!(of(ChangeReason::Done).target, Target::Role(FolderRole::Archive));
        assert!(of(ChangeReason::Done).keywords.is_empty() && of(ChangeReason::Done).seen == SeenChange::Set);
        assert_eq!(of(ChangeReason::Mute).keywords, [Keyword::Muted].into());
        assert_eq!(
            DesiredState::of(
                ChangeReason::Later,
                None,
                MailboxCaps { keywords: false, ..caps },
                Some(&Flags::default()),
                now
            ),
            None,
            "a mailbox without keywords has no place for it"
        );
        for nobody_read in [ChangeReason::Trash, ChangeReason::Spam] {
            assert_eq!(of(nobody_read).seen, SeenChange::Keep, "{nobody_read}");
        }
    }
}
