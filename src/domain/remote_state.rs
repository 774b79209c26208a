//! What somebody decided about a message elsewhere, on another machine or in another program. It follows from the
//! folder of the copy and from our keywords on it. Whoever decides first is right.

use std::fmt;

use chrono::{DateTime, Utc};

use super::deferral;
use super::flags::Flags;
use super::keyword::Keyword;
use super::mailbox_change::{FolderRole, Found};
use super::message::Stage;
use super::schedule::Calendar;
use super::until::Until;
use super::verdict::{ChangeReason, Verdict};

/// A message's state as its mailbox tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemoteState {
    /// It is undecided, or the decision was taken back.
    Open,
    /// It waits in the folder of a hard hold.
    Held,
    /// It is to be answered later.
    Later,
    Deferred(Until),
    Done,
    Muted,
    Trash,
    Spam,
    /// It was filed in a folder that is not read.
    Filed,
    /// It lies nowhere any more.
    Gone,
}

impl RemoteState {
    /// What the folder and the keywords of a copy mean, by the calendar of the message's lane: a deferral that another machine
    /// has written leads to a window of that lane, whichever check-ins that machine has. The flag `\Deleted` means nothing yet: the message may come
    /// back before it is removed, and some servers set it while they move a message.
    #[must_use]
    pub fn of(role: Option<FolderRole>, flags: &Flags, calendar: &Calendar, now: DateTime<Utc>) -> Self {
        let has = |keyword| flags.keywords.contains(&keyword);
        match role {
            Some(FolderRole::Trash) => Self::Trash,
            Some(FolderRole::Junk) => Self::Spam,
            _ if has(Keyword::Muted) => Self::Muted,
            Some(FolderRole::Archive) => Self::Done,
            Some(FolderRole::Held) => Self::Held,
            None if has(Keyword::Done) => Self::Done,
            None => Self::stays(flags, calendar, now),
        }
    }

    /// What became of a message that was looked for. That one is nowhere does not say that it was thrown away.
    #[must_use]
    pub fn found(found: &Found, calendar: &Calendar, now: DateTime<Utc>) -> Self {
        match found {
            Found::At { role, flags, .. } => Self::of(*role, flags, calendar, now),
            Found::Filed { .. } => Self::Filed,
            Found::Nowhere => Self::Gone,
        }
    }

    /// The verdict that it is; `None` where nobody gave one: it was put aside, filed, or is gone.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        Some(match self {
            Self::Open => Verdict::Open,
            Self::Later => Verdict::Later,
            Self::Deferred(_) => Verdict::Deferred,
            Self::Done => Verdict::Done,
            Self::Muted => Verdict::Muted,
            Self::Trash => Verdict::Trash,
            Self::Spam => Verdict::Spam,
            Self::Held | Self::Filed | Self::Gone => return None,
        })
    }

    /// The stage to which a message of this stage comes by it; `None` where it stays.
    #[must_use]
    pub fn stage_after(&self, stage: Stage) -> Option<Stage> {
        let to = match self {
            _ if stage == Stage::Batched => return None,
            // A message that was never shown stays held.
            Self::Open | Self::Held if matches!(stage, Stage::Held | Stage::LetThrough | Stage::History) => {
                return None;
            }
            Self::Filed => Stage::Filed,
            Self::Gone => Stage::Gone,
            said => said.verdict().unwrap_or(Verdict::Open).row().stage,
        };
        (to != stage || to == Stage::Deferred).then_some(to)
    }

    /// The stage of a message that is met with it for the first time.
    #[must_use]
    pub fn first_met(&self) -> Stage {
        self.verdict().map_or(Stage::History, |verdict| verdict.row().first_met)
    }

    /// Whether a change for this reason would have had the same result. A deferral and "answer later", which are only
    /// keywords, never count as the same: the other machine has set them anew.
    #[must_use]
    pub fn agrees_with(&self, reason: ChangeReason) -> bool {
        match (reason.verdict(), self.verdict()) {
            (Some(Verdict::Later | Verdict::Deferred), _) => false,
            (None, _) => *self == Self::Held,
            (ours, theirs) => ours == theirs,
        }
    }

    fn stays(flags: &Flags, calendar: &Calendar, now: DateTime<Utc>) -> Self {
        let keywords = &flags.keywords;
        if deferral::is_deferred(keywords) {
            return deferral::window(keywords, calendar, now).map_or(Self::Later, Self::Deferred);
        }
        if keywords.contains(&Keyword::Later) { Self::Later } else { Self::Open }
    }
}

/// As a sentence goes on with it: `meanwhile it was deferred elsewhere`.
impl fmt::Display for RemoteState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "it was moved, or what was said of it was taken back",
            Self::Held => "it was put among what is held",
            Self::Later => "it was kept to be answered",
            Self::Deferred(_) => "it was deferred",
            Self::Done => "it was archived or marked done",
            Self::Muted => "its thread was muted",
            Self::Trash => "it was thrown away",
            Self::Spam => "it was put among the spam",
            Self::Filed => "it was filed in another folder",
            Self::Gone => "it was removed",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::RemoteState;
    use crate::domain::deferral;
    use crate::domain::flags::Flags;
    use crate::domain::keyword::Keyword;
    use crate::domain::mailbox_change::{FolderRole, Found, Target};
    use crate::domain::message::Stage;
    use crate::domain::schedule::{Calendar, CheckIn, Days, Zone, parse_length, parse_time};
    use crate::domain::text_enum::TextEnum;
    use crate::domain::until::Until;
    use crate::domain::verdict::ChangeReason;
    use crate::domain::write_back::{DesiredState, Finished, MailboxCaps};

    fn calendar() -> Calendar {
        let checkin = |name: &str, time: &str| CheckIn {
            name: name.into(),
            days: Days::parse("daily").unwrap(),
            at: vec![parse_time(time).unwrap()],
            length: parse_length("45m").unwrap(),
            zone: Zone::UTC,
        };
        Calendar {
            zone: Zone::UTC,
            checkins: vec![checkin("morning", "09:00"), checkin("evening", "17:00")],
            away: vec![],
        }
    }

    fn now() -> chrono::DateTime<chrono::Utc> {
        "2026-11-23T08:00:00Z".parse().unwrap()
    }

    fn with(keywords: &[Keyword]) -> Flags {
        Flags { keywords: keywords.iter().copied().collect(), ..Flags::default() }
    }

    #[test]
    fn a_minute_is_the_window_that_opens_then_or_the_next() {
        let deferred = |text: &str| {
            let keywords = deferral::keywords(text.parse().unwrap(), now());
            RemoteState::of(None, &Flags { keywords, ..Flags::default() }, &calendar(), now())
        };
        let until = |checkin: &str, opens: &str| {
            let opens: chrono::DateTime<chrono::Utc> = opens.parse().unwrap();
            RemoteState::Deferred(Until {
                checkin: checkin.into(),
                opens,
                wall: Some(opens.naive_utc()),
                or_reply: false,
            })
        };
        assert_eq!(deferred("2026-11-23T09:00:00Z"), until("morning", "2026-11-23T09:00:00Z"));
        assert_eq!(deferred("2026-11-23T10:00:00Z"), until("evening", "2026-11-23T17:00:00Z"), "no window of ours");
        let none = Calendar { checkins: vec![], ..calendar() };
        assert_eq!(
            RemoteState::of(None, &with(&[Keyword::Deferred]), &none, now()),
            RemoteState::Later,
            "it comes with the next batch"
        );
    }

    #[test]
    fn the_place_says_more_than_a_keyword() {
        let of = |role, keywords: &[Keyword]| RemoteState::of(role, &with(keywords), &calendar(), now());
        assert_eq!(of(Some(FolderRole::Archive), &[Keyword::Later]), RemoteState::Done);
        assert_eq!(of(Some(FolderRole::Archive), &[Keyword::Muted]), RemoteState::Muted);
        assert_eq!(of(Some(FolderRole::Trash), &[Keyword::Muted]), RemoteState::Trash);
        assert_eq!(of(Some(FolderRole::Junk), &[]), RemoteState::Spam);
        assert_eq!(of(Some(FolderRole::Held), &[]), RemoteState::Held);
        assert_eq!(of(None, &[Keyword::Done, Keyword::Muted]), RemoteState::Muted);
        assert_eq!(of(None, &[]), RemoteState::Open);
        let deleted = Flags { deleted: true, ..Flags::default() };
        assert_eq!(RemoteState::of(None, &deleted, &calendar(), now()), RemoteState::Open, "it may be on its way");
        assert_eq!(RemoteState::found(&Found::Nowhere, &calendar(), now()), RemoteState::Gone, "nobody said trash");
        let filed = Found::Filed { folder: "Family".to_owned() };
        assert_eq!(RemoteState::found(&filed, &calendar(), now()), RemoteState::Filed);
    }

    /// The table of verdicts read backwards: what a change makes of a copy is read off it as the same verdict.
    #[test]
    fn what_is_written_into_a_mailbox_is_read_as_the_same_verdict() {
        let until = Some("2026-11-23T09:00:00Z".parse().unwrap());
        let by_the_copy = [ChangeReason::Release, ChangeReason::Reopen, ChangeReason::Unmute];
        let no_mark = ChangeReason::ALL.iter().copied().filter(|reason| reason.mark().is_none());
        for reason in no_mark.filter(|reason| !by_the_copy.contains(reason)) {
            for finished in [Finished::Archived, Finished::Marked] {
                let caps = MailboxCaps { finished, keywords: true };
                let desired = DesiredState::of(reason, until, caps, None, now()).unwrap();
                let role = match desired.target {
                    Target::Role(role) => Some(role),
                    _ => None,
                };
                let flags = Flags { seen: desired.seen.sets(false), keywords: desired.keywords, ..Flags::default() };
                let there = RemoteState::of(role, &flags, &calendar(), now());
                assert_eq!(there.verdict(), reason.verdict(), "{reason} {finished:?}");
                let alone = matches!(reason, ChangeReason::Later | ChangeReason::Defer);
                assert_eq!(there.agrees_with(reason), !alone, "{reason} {finished:?}");
            }
        }
    }

    #[test]
    fn what_is_said_elsewhere_moves_a_message_but_never_one_of_an_open_batch() {
        for said in [RemoteState::Done, RemoteState::Gone, RemoteState::Open, RemoteState::Held] {
            assert_eq!(said.stage_after(Stage::Batched), None);
        }
        assert_eq!(RemoteState::Open.stage_after(Stage::Held), None, "it goes on waiting");
        assert_eq!(RemoteState::Held.stage_after(Stage::Done), Some(Stage::CarriedOver));
        assert_eq!(RemoteState::Later.stage_after(Stage::Held), Some(Stage::CarriedOver));
        assert_eq!(RemoteState::Done.stage_after(Stage::Done), None);
        assert_eq!(RemoteState::Filed.stage_after(Stage::Deferred), Some(Stage::Filed));
        assert_eq!((RemoteState::Trash.first_met(), RemoteState::Gone.first_met()), (Stage::History, Stage::History));
        assert_eq!(RemoteState::Muted.first_met(), Stage::Muted);
    }
}
