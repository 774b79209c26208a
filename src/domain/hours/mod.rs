//! Hours that others can see: when the person reads mail next, and in the coming days. Instants alone, so that nothing else of
//! the settings, such as the name of a check-in, can be published by mistake.

mod html;
mod sieve;

pub use html::html;
pub use sieve::{
    NEEDED_EXTENSIONS, SCRIPT_NAME, SIEVE_MARK, ScriptAuthor, SieveAnswer, SieveScript, is_own_script, script_author,
    sieve,
};

use chrono::{DateTime, Utc};

use super::schedule::{Window, Zone};

/// What stands in a text for when the person reads mail next.
pub const NEXT: &str = "{next}";

/// One time at which mail is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadingTime {
    pub opens: DateTime<Utc>,
    pub closes: DateTime<Utc>,
}

/// When mail is read, from an instant on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedHours {
    pub made: DateTime<Utc>,
    /// Nothing is said of later.
    pub until: DateTime<Utc>,
    /// In which hours are written for people.
    pub zone: Zone,
    /// By when they begin, each beginning once; one that is going on now is among them.
    pub times: Vec<ReadingTime>,
}

impl PublishedHours {
    #[must_use]
    pub fn new(windows: &[Window], zone: Zone, made: DateTime<Utc>, until: DateTime<Utc>) -> Self {
        let ahead = windows.iter().filter(|window| window.closes > made && window.opens < until);
        let mut times: Vec<ReadingTime> =
            ahead.map(|window| ReadingTime { opens: window.opens, closes: window.closes }).collect();
        times.sort_by_key(|time| (time.opens, std::cmp::Reverse(time.closes)));
        times.dedup_by_key(|time| time.opens);
        Self { made, until, zone, times }
    }

    /// The next one that begins. What is sent while mail is read waits for it, too.
    #[must_use]
    pub fn next(&self) -> Option<ReadingTime> {
        self.times.iter().copied().find(|time| time.opens > self.made)
    }

    /// A text with the next time put in: `Mon 30 Nov, 10:00 (Europe/Berlin)`. `None` where no time is coming.
    #[must_use]
    pub fn line(&self, template: &str) -> Option<String> {
        Some(template.replace(NEXT, &self.words(self.next()?.opens)))
    }

    /// `Mon 30 Nov, 10:00 (Europe/Berlin)`. A zone that is a rule has its offset in place of a name.
    #[must_use]
    pub fn words(&self, at: DateTime<Utc>) -> String {
        let local = at.with_timezone(&self.zone);
        format!("{} ({})", local.format("%a %-d %b, %H:%M"), self.place(at))
    }

    fn place(&self, at: DateTime<Utc>) -> String {
        let offset = || at.with_timezone(&self.zone).format("UTC%:z").to_string();
        Zone::built_in(self.zone.name()).map_or_else(offset, |zone| zone.name().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, Utc};

    use super::{NEXT, PublishedHours};
    use crate::domain::schedule::{Window, Zone};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn window(opens: &str, minutes: i64) -> Window {
        let opens = at(opens);
        Window { checkin: "Therapy".to_owned(), opens, closes: opens + Duration::minutes(minutes), zone: Zone::UTC }
    }

    #[test]
    fn what_is_going_on_is_told_and_the_next_one_is_later() {
        let windows = [
            window("2026-11-30T09:00:00Z", 45),
            window("2026-11-30T15:00:00Z", 45),
            window("2026-11-30T15:00:00Z", 60),
            window("2026-12-08T09:00:00Z", 45),
        ];
        let now = at("2026-11-30T09:10:00Z");
        let zone = Zone::built_in("Europe/Berlin").unwrap();
        let hours = PublishedHours::new(&windows, zone, now, now + Duration::days(7));
        let opens: Vec<String> = hours.times.iter().map(|time| hours.words(time.opens)).collect();
        assert_eq!(opens, ["Mon 30 Nov, 10:00 (Europe/Berlin)", "Mon 30 Nov, 16:00 (Europe/Berlin)"]);
        assert_eq!(hours.times[1].closes, at("2026-11-30T16:00:00Z"));
        assert_eq!(hours.line("Next: {next}.").unwrap(), "Next: Mon 30 Nov, 16:00 (Europe/Berlin).");
        let late = PublishedHours::new(&windows, zone, at("2026-12-09T00:00:00Z"), at("2026-12-20T00:00:00Z"));
        assert_eq!((late.line(NEXT), late.times.len()), (None, 0));
    }
}
