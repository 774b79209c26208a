//! Exceptions: rules, chosen beforehand, that let an urgent message through the hold at once.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::ids::Id;
use super::nearest::nearest;
use super::printable::Printable;
use super::query::{Query, Subject};
use super::text_enum::text_enum;
use super::trust::SenderTrust;

#[derive(Debug, Clone, PartialEq)]
pub struct Exception {
    pub name: String,
    pub matches: Query,
    /// How many it may let through; beyond that, messages are held like any other.
    pub limit: Option<Limit>,
    /// From this instant on it lets nothing through any more.
    pub until: Option<DateTime<Utc>>,
}

impl Exception {
    #[must_use]
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

/// `3 per day`: so many in any stretch of that length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub count: u32,
    pub per: Duration,
}

/// The stretches that a limit can count over, with their seconds.
const STRETCHES: [(&str, u64); 3] = [("hour", 3_600), ("day", 86_400), ("week", 7 * 86_400)];
/// The highest limit: whoever lets so many through in an hour holds nothing.
const MOST: u32 = 1_000;

/// What is wrong with the text of a limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct LimitMistake {
    pub what: String,
    /// What was probably meant, or what is allowed.
    pub hint: Option<String>,
}

impl Limit {
    /// Reads `3 per day`, `1 per hour` or `10 per week`.
    ///
    /// # Errors
    /// Where the text is no limit: what is wrong with it, and what was probably meant.
    pub fn parse(text: &str) -> Result<Self, LimitMistake> {
        let shown = Printable::from(text.trim()).cut(40);
        let words: Vec<&str> = text.split_whitespace().take(4).collect();
        let [count, per, stretch] = words[..] else {
            return Err(LimitMistake { what: format!("`{shown}` is no limit"), hint: None });
        };
        if !per.eq_ignore_ascii_case("per") {
            let meant = format!("did you mean `{count} per {stretch}`?");
            return Err(LimitMistake { what: format!("`{shown}` is no limit"), hint: Some(meant) });
        }
        let Some((_, seconds)) = STRETCHES.iter().find(|(name, _)| name.eq_ignore_ascii_case(stretch)) else {
            let near = nearest(stretch, STRETCHES.map(|(name, _)| name));
            let hint =
                near.map_or("it counts per hour, day or week".to_owned(), |near| format!("did you mean `per {near}`?"));
            return Err(LimitMistake { what: format!("`{shown}` names no hour, day or week"), hint: Some(hint) });
        };
        let digits = count.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(count) = count.parse().ok().filter(|count| digits && (1..=MOST).contains(count)) {
            return Ok(Self { count, per: Duration::from_secs(*seconds) });
        }
        let hint = (count == "0").then(|| "an exception that lets nothing through is better left out".to_owned());
        Err(LimitMistake { what: format!("`{shown}` has no number from 1 to {MOST} in front"), hint })
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.per.as_secs();
        match STRETCHES.iter().find(|(_, stretch)| *stretch == seconds) {
            Some((name, _)) => write!(f, "{} per {name}", self.count),
            None => write!(f, "{} per {seconds} seconds", self.count),
        }
    }
}

text_enum! {
    /// What the person said of a message that an exception let through.
    pub enum HitRating {
        Useful = "useful",
        /// It could have waited.
        FalseAlarm = "false alarm",
    }
}

/// How the messages that an exception let through were rated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatedException {
    pub name: String,
    pub useful: u32,
    pub false_alarms: u32,
}

/// A message that an exception let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionHit {
    pub id: Id,
    pub sender: Printable,
    pub subject: Printable,
    /// The name of the exception; of what was expected, what it is called (`Expectation::called`).
    pub exception: String,
    pub rating: Option<HitRating>,
}

/// What exceptions let through before a batch, the newest first, and the exceptions with more false alarms than useful messages that
/// are still in the settings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExceptionHits {
    pub hits: Vec<ExceptionHit>,
    pub doubtful: Vec<RatedException>,
}

impl RatedException {
    /// Whether it was more often wrong than useful.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        self.false_alarms > self.useful
    }
}

/// The first exception that matches this message, is not over and has not used up its limit; `None` for a message whose author
/// cannot be known.
/// `used` tells how many messages an exception has let through in the stretch of time that ends now.
#[must_use]
pub fn exception_for<'a>(
    exceptions: &'a [Exception],
    subject: &Subject<'_>,
    mut used: impl FnMut(&Exception) -> u32,
) -> Option<&'a Exception> {
    if subject.trust == SenderTrust::Nothing {
        return None;
    }
    exceptions.iter().find(|exception| {
        !exception.is_over(subject.now)
            && exception.matches.holds(subject)
            && exception.limit.is_none_or(|limit| used(exception) < limit.count)
    })
}

#[cfg(test)]
mod tests {
    use super::Limit;

    #[test]
    fn a_limit_reads_back_as_it_was_written() {
        for text in ["3 per day", "1 per hour", "10 per week"] {
            assert_eq!(Limit::parse(text).map(|limit| limit.to_string()).as_deref(), Ok(text));
        }
        assert_eq!(Limit::parse(" 3  PER Day "), Limit::parse("3 per day"));
    }

    #[test]
    fn what_is_no_limit_says_what_was_meant() {
        let hint = |text: &str| Limit::parse(text).expect_err(text).hint.unwrap_or_default();
        assert_eq!(hint("3 per dya"), "did you mean `per day`?");
        assert_eq!(hint("3 a day"), "did you mean `3 per day`?");
        assert_eq!(hint("3 per fortnight"), "it counts per hour, day or week");
        for text in [
            "",
            "three per day",
            "0 per day",
            "-1 per day",
            "+1 per day",
            "1001 per hour",
            "99999999999 per day",
            "3/day",
            "3 per day or so",
        ] {
            assert!(Limit::parse(text).is_err(), "{text}");
        }
    }
}
