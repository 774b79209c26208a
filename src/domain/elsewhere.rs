//! What somebody said of a message elsewhere, on another machine or in another program: read off where the copy lies
//! now and which of our keywords it has. What is said there first counts here too.

use std::fmt;

use chrono::{DateTime, Utc};

use super::flags::Flags;
use super::keyword::Keyword;
use super::outside::{Found, Role};
use super::schedule::Calendar;
use super::triage::Until;

/// A message's state as its mailbox tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Elsewhere {
    /// Nothing was said of it, or what was said was taken back.
    Open,
    /// It waits in the folder of a hard hold.
    Held,
    /// It was put off to be answered.
    Later,
    Deferred(Until),
    Done,
    Muted,
    Trash,
    Spam,
}

impl Elsewhere {
    /// What the place and the keywords of a copy say. That it is marked deleted says nothing yet: it is gone when it is
    /// gone, and some servers mark so what is only being moved.
    #[must_use]
    pub fn of(role: Option<Role>, flags: &Flags, calendar: &Calendar) -> Self {
        let has = |keyword| flags.keywords.contains(&keyword);
        match role {
            Some(Role::Trash) => Self::Trash,
            Some(Role::Junk) => Self::Spam,
            _ if has(Keyword::Muted) => Self::Muted,
            Some(Role::Archive) => Self::Done,
            Some(Role::Held) => Self::Held,
            None if has(Keyword::Done) => Self::Done,
            None => Self::stays(flags, calendar),
        }
    }

    /// What became of a message that was looked for. One that is nowhere was thrown away.
    #[must_use]
    pub fn found(found: &Found, calendar: &Calendar) -> Self {
        match found {
            Found::At { role, flags, .. } => Self::of(*role, flags, calendar),
            Found::Nowhere => Self::Trash,
        }
    }

    fn stays(flags: &Flags, calendar: &Calendar) -> Self {
        let opens = flags.keywords.iter().find_map(|keyword| match keyword {
            Keyword::Deferred(opens) => Some(*opens),
            _ => None,
        });
        match opens {
            Some(opens) => until(opens, calendar).map_or(Self::Later, Self::Deferred),
            None if flags.keywords.contains(&Keyword::Later) => Self::Later,
            None => Self::Open,
        }
    }
}

/// The window that a minute stands for: the first that opens then or later.
fn until(opens: DateTime<Utc>, calendar: &Calendar) -> Option<Until> {
    let window = calendar.coming(opens).next()?;
    Some(Until::of(&window))
}

/// As a sentence goes on with it: `meanwhile it was deferred elsewhere`.
impl fmt::Display for Elsewhere {
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
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Elsewhere;
    use crate::domain::flags::Flags;
    use crate::domain::keyword::Keyword;
    use crate::domain::outside::{Found, Role};
    use crate::domain::schedule::{Calendar, CheckIn, Days, parse_length, parse_time};
    use crate::domain::triage::Until;

    fn calendar() -> Calendar {
        let checkin = |name: &str, time: &str| CheckIn {
            name: name.into(),
            days: Days::parse("daily").unwrap(),
            at: vec![parse_time(time).unwrap()],
            length: parse_length("45m").unwrap(),
            zone: chrono_tz::Tz::UTC,
        };
        Calendar {
            zone: chrono_tz::Tz::UTC,
            checkins: vec![checkin("morning", "09:00"), checkin("evening", "17:00")],
            away: vec![],
        }
    }

    fn with(keywords: &[Keyword]) -> Flags {
        Flags { keywords: keywords.iter().copied().collect(), ..Flags::default() }
    }

    #[test]
    fn a_minute_is_the_window_that_opens_then_or_the_next() {
        let deferred = |text: &str| {
            let keyword = Keyword::Deferred(text.parse().unwrap());
            Elsewhere::of(None, &with(&[keyword]), &calendar())
        };
        let until = |checkin: &str, opens: &str| {
            let opens: chrono::DateTime<chrono::Utc> = opens.parse().unwrap();
            Elsewhere::Deferred(Until { checkin: checkin.into(), opens, wall: Some(opens.naive_utc()) })
        };
        assert_eq!(deferred("2026-11-23T09:00:00Z"), until("morning", "2026-11-23T09:00:00Z"));
        assert_eq!(deferred("2026-11-23T10:00:00Z"), until("evening", "2026-11-23T17:00:00Z"), "no window of ours");
        let none = Calendar { checkins: vec![], ..calendar() };
        let keyword = Keyword::Deferred("2026-11-23T09:00:00Z".parse().unwrap());
        assert_eq!(Elsewhere::of(None, &with(&[keyword]), &none), Elsewhere::Later, "it comes with the next batch");
    }

    #[test]
    fn the_place_says_more_than_a_keyword() {
        let of = |role, keywords: &[Keyword]| Elsewhere::of(role, &with(keywords), &calendar());
        assert_eq!(of(Some(Role::Archive), &[Keyword::Later]), Elsewhere::Done);
        assert_eq!(of(Some(Role::Archive), &[Keyword::Muted]), Elsewhere::Muted);
        assert_eq!(of(Some(Role::Trash), &[Keyword::Muted]), Elsewhere::Trash);
        assert_eq!(of(Some(Role::Junk), &[]), Elsewhere::Spam);
        assert_eq!(of(Some(Role::Held), &[]), Elsewhere::Held);
        assert_eq!(of(None, &[Keyword::Done, Keyword::Muted]), Elsewhere::Muted);
        assert_eq!(of(None, &[]), Elsewhere::Open);
        let deleted = Flags { deleted: true, ..Flags::default() };
        assert_eq!(Elsewhere::of(None, &deleted, &calendar()), Elsewhere::Open, "it may be on its way");
        assert_eq!(Elsewhere::found(&Found::Nowhere, &calendar()), Elsewhere::Trash);
    }
}
