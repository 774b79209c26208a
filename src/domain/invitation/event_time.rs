//! When an event begins or ends, and the zones that its times are written in.

use std::sync::Arc;

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset as _, TimeDelta, TimeZone as _, Utc};

use super::described_zone::DescribedZone;
use crate::domain::schedule::{Zone, wall};

/// When an event begins or ends (RFC 5545 §3.3.4, §3.3.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventTime {
    /// Of whole days.
    Day(NaiveDate),
    /// An instant. `written` is what the clock shows in `zone`, which has no name where that is UTC.
    Instant { at: DateTime<Utc>, written: NaiveDateTime, zone: Option<String>, doubt: Option<TimeDoubt> },
    /// The time of wherever somebody is (RFC 5545 §3.3.5, form 1).
    Floating(NaiveDateTime),
    /// A time in a zone of which only the name is known, as the sender gives it.
    Uncertain { written: NaiveDateTime, zone: String },
}

/// Why an instant may not be the one that the sender means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeDoubt {
    /// The clocks of the zone are put forward over this time: it is read by the offset before (RFC 5545 §3.3.5).
    InGap,
    /// The name of the zone says this instant, and its description in the message says another one.
    DescribedAs(DateTime<Utc>),
}

impl EventTime {
    /// The instant, where it is one whatever the reader's zone is.
    #[must_use]
    pub fn instant(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Instant { at, .. } => Some(*at),
            Self::Day(_) | Self::Floating(_) | Self::Uncertain { .. } => None,
        }
    }

    /// What the clock shows where it was written; of whole days, midnight.
    #[must_use]
    pub fn written(&self) -> NaiveDateTime {
        match self {
            Self::Day(day) => day.and_time(NaiveTime::MIN),
            Self::Instant { written, .. } | Self::Floating(written) | Self::Uncertain { written, .. } => *written,
        }
    }

    /// What the clock of whoever reads shows. What is no instant stays as it was written.
    #[must_use]
    pub fn shown(&self, zone: Zone) -> NaiveDateTime {
        self.instant().map_or_else(|| self.written(), |at| wall::shown(zone, at))
    }

    /// An instant for telling what is over and what comes first: what is no instant counts as if it were in the reader's zone.
    #[must_use]
    pub fn placed(&self, zone: Zone) -> DateTime<Utc> {
        let in_zone = || wall::first_instant(zone, self.written()).unwrap_or_else(|| self.written().and_utc());
        self.instant().unwrap_or_else(in_zone)
    }

    /// How long it is from this time to that. `None` where one is of whole days and the other is not.
    #[must_use]
    pub fn until(&self, end: &Self) -> Option<TimeDelta> {
        match (self, end) {
            (Self::Instant { at, .. }, Self::Instant { at: end, .. }) => Some(*end - *at),
            (Self::Day(_), Self::Day(_)) => Some(end.written() - self.written()),
            (Self::Day(_), _) | (_, Self::Day(_)) => None,
            _ => Some(end.written() - self.written()),
        }
    }

    /// The time that is so much later. `None` beyond the years that there are.
    #[must_use]
    pub fn after(&self, length: TimeDelta) -> Option<Self> {
        Some(match self {
            Self::Day(day) => Self::Day(day.checked_add_signed(length)?),
            Self::Instant { at, written, zone, doubt } => Self::Instant {
                at: at.checked_add_signed(length)?,
                written: written.checked_add_signed(length)?,
                zone: zone.clone(),
                doubt: *doubt,
            },
            Self::Floating(written) => Self::Floating(written.checked_add_signed(length)?),
            Self::Uncertain { written, zone } => {
                Self::Uncertain { written: written.checked_add_signed(length)?, zone: zone.clone() }
            }
        })
    }

    /// A text by which two messages that mean the same time say the same: an instant, whatever zone it is written in.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Day(day) => day.format("%Y%m%d").to_string(),
            Self::Instant { at, .. } => at.format("%Y%m%dT%H%M%SZ").to_string(),
            Self::Floating(written) | Self::Uncertain { written, .. } => written.format("%Y%m%dT%H%M%S").to_string(),
        }
    }
}

/// A zone that an event's times are written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventZone {
    Utc,
    /// None: the times are those of wherever somebody is.
    Floating,
    /// One that is known here; `described` is what the message says of it besides.
    Known {
        zone: Zone,
        described: Option<Arc<DescribedZone>>,
    },
    /// One that only the message describes.
    Described {
        name: String,
        described: Arc<DescribedZone>,
    },
    Unknown {
        name: String,
    },
}

impl EventZone {
    /// The time at which the clock of the zone shows this. A time that is there twice is the first of the two.
    #[must_use]
    pub fn resolve(&self, written: NaiveDateTime) -> EventTime {
        match self {
            Self::Utc => EventTime::Instant { at: written.and_utc(), written, zone: None, doubt: None },
            Self::Floating => EventTime::Floating(written),
            Self::Known { zone, described } => known(*zone, described.as_deref(), written),
            Self::Described { name, described } => {
                let offset = described.offset(written);
                match written.checked_sub_signed(TimeDelta::seconds(offset.seconds.into())) {
                    Some(at) => EventTime::Instant {
                        at: at.and_utc(),
                        written,
                        zone: Some(name.clone()),
                        doubt: offset.in_gap.then_some(TimeDoubt::InGap),
                    },
                    None => EventTime::Uncertain { written, zone: name.clone() },
                }
            }
            Self::Unknown { name } => EventTime::Uncertain { written, zone: name.clone() },
        }
    }
}

fn known(zone: Zone, described: Option<&DescribedZone>, written: NaiveDateTime) -> EventTime {
    let name = zone.name().to_owned();
    let (at, in_gap) = match zone.from_local_datetime(&written) {
        LocalResult::Single(at) => (Some(at.to_utc()), false),
        LocalResult::Ambiguous(one, other) => (Some(one.min(other).to_utc()), false),
        LocalResult::None => {
            let before = written.checked_sub_signed(TimeDelta::days(1)).unwrap_or(written);
            let offset = zone.offset_from_utc_datetime(&before).fix().local_minus_utc();
            (written.checked_sub_signed(TimeDelta::seconds(offset.into())).map(|at| at.and_utc()), true)
        }
    };
    let Some(at) = at else { return EventTime::Uncertain { written, zone: name } };
    let by_description = |described: &DescribedZone| {
        let offset = TimeDelta::seconds(described.offset(written).seconds.into());
        written.checked_sub_signed(offset).map(|at| at.and_utc()).filter(|other| *other != at)
    };
    let doubt = match described.and_then(by_description) {
        _ if in_gap => Some(TimeDoubt::InGap),
        Some(other) => Some(TimeDoubt::DescribedAs(other)),
        None => None,
    };
    EventTime::Instant { at, written, zone: Some(name), doubt }
}
