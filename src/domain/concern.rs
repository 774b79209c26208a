//! What a person is to know of a source: why its mail may be missing or late, and what to do about it. The store keeps each
//! for as long as it is so; the door, `status`, `sync` and `check` say them in the same words.

use chrono::{DateTime, Utc};

use super::text_enum::text_enum;

/// What to do where a watch is expected to run and does not.
pub const WATCH_HINT: &str = "Start it with `tidebox watch`, or see `tidebox service status`.";

text_enum! {
    /// What is wrong.
    pub enum ConcernKind {
        /// The server refused the password, or the token.
        Refused = "refused",
        /// No password can be had: its command failed, or its variable or its entry in the keyring is not there.
        NoSecret = "no secret",
        /// It cannot be read before the settings or the server are corrected.
        Wrong = "wrong",
        /// It cannot be read for now.
        Away = "away",
        /// Its server does not give out some of its messages.
        Owed = "owed",
        /// What a hard hold put aside is not where it was put.
        Astray = "astray",
        /// It takes no copies of what was sent.
        NoCopy = "no copy",
        /// Nothing is sent as this identity before something is corrected.
        Unsent = "not sent",
        /// Messages of the outbox wait for the person.
        Outbox = "outbox",
        /// The script of hours on the mail server is not kept up to date.
        Script = "hours",
    }
}

impl ConcernKind {
    /// A name of one or two words, for a status line.
    #[must_use]
    pub fn short(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::NoSecret => "no password",
            Self::Wrong | Self::Away => "not read",
            Self::Owed => "incomplete",
            Self::Astray => "astray",
            Self::NoCopy => "no copy",
            Self::Unsent => "not sent",
            Self::Outbox => "needs you",
            Self::Script => "old hours",
        }
    }

    /// Whether it is about a password, or a token.
    #[must_use]
    pub fn is_about_secret(self) -> bool {
        matches!(self, Self::Refused | Self::NoSecret)
    }

    /// Whether it says that the source is not read at all: it ends with the next reading that works.
    #[must_use]
    pub fn stops_reading(self) -> bool {
        matches!(self, Self::Refused | Self::NoSecret | Self::Wrong | Self::Away)
    }
}

/// One concern of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concern {
    /// The source's name.
    pub source: String,
    pub kind: ConcernKind,
    /// What is wrong, as a sentence without its full stop.
    pub what: String,
    /// What to do about it; empty where there is nothing to do.
    pub hint: String,
    /// How many messages it is about; 0 where it is about none.
    pub count: u32,
    /// How often in a row it was tried.
    pub tries: u32,
    pub since: DateTime<Utc>,
    /// When it is tried again by itself at the earliest.
    pub next: Option<DateTime<Utc>>,
    /// A salted hash by which a secret that was refused is recognised.
    pub secret: Option<String>,
}

impl Concern {
    /// `work: imap.example.org refused the password (since 10:02).`
    #[must_use]
    pub fn what(&self, when: &dyn Fn(DateTime<Utc>) -> String) -> String {
        format!("{}: {} (since {}).", self.source, self.what, when(self.since))
    }

    /// What to do, and what happens by itself, in sentences.
    #[must_use]
    pub fn advice(&self, when: &dyn Fn(DateTime<Utc>) -> String) -> String {
        let mut advice = sentence(&self.hint);
        let itself = match (self.kind, self.next) {
            (ConcernKind::Refused, Some(next)) => {
                format!("Another one is tried as soon as you ask, the same one again at {}.", when(next))
            }
            (ConcernKind::NoSecret, _) => "It is asked for again when you ask, and before each check-in.".to_owned(),
            (ConcernKind::Away | ConcernKind::Wrong | ConcernKind::NoCopy | ConcernKind::Script, _) => {
                "It is tried again by itself.".to_owned()
            }
            (ConcernKind::Owed, _) => "They are asked for at each reading.".to_owned(),
            (ConcernKind::Unsent, _) => {
                "What is due is tried with other settings, after the next commit, or when you say `tidebox outbox resend`."
                    .to_owned()
            }
            _ => String::new(),
        };
        if !itself.is_empty() && !self.hint.contains("tried again") {
            advice.push_str(if advice.is_empty() { "" } else { " " });
            advice.push_str(&itself);
        }
        advice
    }
}

/// Makes a sentence of a text that may be a part of one.
fn sentence(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

/// The names of all concerns, for a status line; `None` where there are none.
#[must_use]
pub fn shortest(concerns: &[Concern]) -> Option<String> {
    match concerns {
        [] => None,
        [one] => Some(format!("{} {}", one.source, one.kind.short())),
        several => Some(format!("{} troubles", several.len())),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::{Concern, ConcernKind, shortest};

    fn concern(kind: ConcernKind) -> Concern {
        Concern {
            source: "work".into(),
            kind,
            what: "imap.example.org refused the password".into(),
            hint: "check `user` and `password`".into(),
            count: 0,
            tries: 2,
            since: DateTime::UNIX_EPOCH,
            next: Some(DateTime::UNIX_EPOCH),
            secret: None,
        }
    }

    #[test]
    fn it_says_what_since_when_what_to_do_and_what_happens_by_itself() {
        let when = |_: DateTime<Utc>| "10:02".to_owned();
        let refused = concern(ConcernKind::Refused);
        assert_eq!(refused.what(&when), "work: imap.example.org refused the password (since 10:02).");
        assert_eq!(
            refused.advice(&when),
            "Check `user` and `password`. Another one is tried as soon as you ask, the same one again at 10:02."
        );
        let away =
            Concern { hint: "what was taken in is kept; it is tried again".into(), ..concern(ConcernKind::Away) };
        assert_eq!(away.advice(&when), "What was taken in is kept; it is tried again.");
        assert_eq!(Concern { hint: String::new(), ..concern(ConcernKind::Astray) }.advice(&when), "");
    }

    #[test]
    fn in_a_status_line_one_is_named_and_several_are_counted() {
        assert_eq!(shortest(&[]), None);
        assert_eq!(shortest(&[concern(ConcernKind::Refused)]).as_deref(), Some("work refused"));
        assert_eq!(shortest(&[concern(ConcernKind::Away), concern(ConcernKind::Owed)]).as_deref(), Some("2 troubles"));
    }
}
