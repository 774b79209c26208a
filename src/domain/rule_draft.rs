//! A rule that is made from a message, before it is written into the settings.

use super::printable::Printable;
use super::query::Query;
use super::text_enum::text_enum;

text_enum! {
    pub enum RuleKind {
        /// What comes is let through the hold.
        Exception = "exception",
        /// What comes in a conversation that the person began is let through the hold.
        OwnThreads = "threads",
        /// What comes gets a lane of its own.
        Lane = "lane",
        /// What comes is filed as muted.
        Mute = "mute",
    }
}

impl RuleKind {
    /// The table of the settings that has such rules.
    #[must_use]
    pub fn table(self) -> &'static str {
        match self {
            Self::Exception | Self::OwnThreads => "exception",
            Self::Lane => "lane",
            Self::Mute => "mute",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleDraft {
    pub kind: RuleKind,
    pub name: String,
    /// The query, as it is written into the settings.
    pub query: String,
    /// How many of the visible messages of the last 30 days it would have chosen; at most `RuleDraft::MOST` are counted.
    pub caught: usize,
    /// The subjects of the newest of them, without "Re:", each once; at most three.
    pub subjects: Vec<Printable>,
}

impl RuleDraft {
    pub const MOST: usize = 1_000;

    /// What it does with what comes from now on.
    #[must_use]
    pub fn effect(&self) -> &'static str {
        match self.kind {
            RuleKind::Exception => "let it through at once",
            RuleKind::OwnThreads => "let answers in threads that you began through at once",
            RuleKind::Lane => "a lane of its own",
            RuleKind::Mute if self.query.starts_with("list:") => "mute the list",
            RuleKind::Mute => "mute the sender",
        }
    }

    /// `12 in 30 days: Tea, Plan, Report`.
    #[must_use]
    pub fn told(&self) -> String {
        let count = if self.caught >= Self::MOST { format!("{} or more", Self::MOST) } else { self.caught.to_string() };
        let subjects: Vec<&str> = self.subjects.iter().map(Printable::as_str).collect();
        if subjects.is_empty() {
            return format!("{count} in 30 days");
        }
        format!("{count} in 30 days: {}", subjects.join(", "))
    }
}

/// `[[mute]]`: what a query chooses is filed as muted when it comes.
#[derive(Debug, Clone, PartialEq)]
pub struct MuteRule {
    pub name: String,
    pub matches: Query,
}
