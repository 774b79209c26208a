//! The copy of a message of the person's own that is kept among the sent mail, once the message was accepted. Some servers keep it
//! by themselves.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::text_enum::text_enum;

text_enum! {
    /// Who is to keep it.
    pub enum KeepingWay {
        /// The server, if it does; else tidebox.
        Auto = "auto",
        /// tidebox.
        Append = "append",
    }
}

text_enum! {
    /// Who has put it there.
    pub enum KeptBy {
        Server = "server",
        Tidebox = "tidebox",
    }
}

/// How long a server is waited for at once that may keep copies by itself.
const UNKNOWN: Duration = Duration::from_secs(5);
/// How long after a message has left a copy is only looked for where it is not known whether its server keeps copies. Some do so
/// minutes later, and then there would be two, of this message and of every later one.
const LATEST: TimeDelta = TimeDelta::minutes(5);
/// A server that keeps copies as a rule gets so many tries, with growing pauses between them, before one is put there.
const TRIES: u32 = 4;

/// What one try does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeepingTry {
    /// How long the copy is looked for.
    pub patience: Duration,
    /// Whether it is put there if it was not found.
    pub appends: bool,
}

impl KeepingTry {
    /// The next try after so many. `by_server` is whether this server keeps copies, where that was seen before; `since` is how
    /// long ago the message has left.
    #[must_use]
    pub fn next(way: KeepingWay, by_server: Option<bool>, tries: u32, since: TimeDelta) -> Self {
        match (way, by_server) {
            (KeepingWay::Auto, None) if tries == 0 => Self { patience: UNKNOWN, appends: false },
            (KeepingWay::Auto, None) if (TimeDelta::zero()..LATEST).contains(&since) => {
                Self { patience: Duration::ZERO, appends: false }
            }
            (KeepingWay::Auto, Some(true)) if tries < TRIES => Self { patience: UNKNOWN, appends: false },
            _ => Self { patience: Duration::ZERO, appends: true },
        }
    }
}

/// A message of which a copy is to lie among the sent mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyToKeep {
    /// Without brackets. Nothing else has it, so a message with it is this one.
    pub message_id: String,
    pub bytes: Vec<u8>,
    /// Its date.
    pub date: DateTime<Utc>,
    /// The folder, as a person names it; `None` for the one that is for sent mail.
    pub folder: Option<String>,
    /// Whether it is put there if it is not found.
    pub appends: bool,
}

/// What came of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeepingOutcome {
    /// It lay there already.
    Found { folder: String, key: String },
    /// It was put there, and that is proved.
    Kept { folder: String, key: String },
    /// It is not there, and nothing else was to be done.
    NotFound,
    /// It cannot be put there before a person does something about it.
    Refused { what: String, hint: String },
    /// It could not be put there this time, or nobody can say.
    Unproved { what: String },
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::{KeepingTry, KeepingWay};

    #[test]
    fn a_server_that_keeps_copies_gets_time_and_one_that_does_not_gets_none() {
        let of = |way, by_server, tries, minutes| {
            let KeepingTry { patience, appends } = KeepingTry::next(way, by_server, tries, TimeDelta::minutes(minutes));
            (!patience.is_zero(), appends)
        };
        assert_eq!(of(KeepingWay::Auto, None, 0, 60), (true, false), "it is looked for twice at least");
        assert_eq!(of(KeepingWay::Auto, None, 1, 4), (false, false), "it may come still");
        assert_eq!(of(KeepingWay::Auto, None, 1, 5), (false, true));
        assert_eq!(of(KeepingWay::Auto, None, 9, -60), (false, true), "a clock that was set back is not waited for");
        assert_eq!(of(KeepingWay::Auto, Some(true), 0, 60), (true, false));
        assert_eq!(of(KeepingWay::Auto, Some(true), 4, 0), (false, true), "it did not this time");
        assert_eq!(of(KeepingWay::Auto, Some(false), 0, 0), (false, true));
        assert_eq!(of(KeepingWay::Append, Some(true), 0, 0), (false, true));
    }
}
