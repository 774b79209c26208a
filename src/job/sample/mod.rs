//! The sample store of `tidebox demo`: letters of our own, taken in by the same functions as real ones.
//!
//! Yesterday's check-in is committed; it left some letters undecided and deferred some to now. Older letters are
//! history, an exception let one through, and the window is open. Dates are relative to the demo's now.

mod letters;

use std::path::Path;

use chrono::{DateTime, Duration, Timelike, Utc};

use super::JobError;
use super::begin::{Begun, begin};
use super::disposition::{BacklogPolicy, IntakeRules};
use super::intake::Intake;
use super::summary::Summary;
use crate::config::Config;
use crate::domain::found_copy::{CopyFlags, FoundCopy, Location};
use crate::domain::ids::SourceId;
use crate::domain::moment::Moment;
use crate::domain::positions::Positions;
use crate::domain::schedule::{Window, Zone, parse_zone};
use crate::domain::source_type::SourceType;
use crate::domain::triage::{Decision, Triage, Until};
use crate::domain::write_back::WriteBackPlan;
use crate::source::FetchedMessage;
use crate::store::Store;

use letters::{LETTERS, SampleArrival, SampleLetter};

/// How many letters there are, history and late ones included.
pub const COUNT: usize = LETTERS.len();

/// The demo's configuration: a window that opened some minutes before now, one this time tomorrow and the day
/// before, and one in six hours. It is written as a file, so that scripts can be tried on the demo too.
#[must_use]
pub fn configuration(now: DateTime<Utc>, zone: Zone, mailbox: &Path) -> String {
    let local = now.with_timezone(&zone) - Duration::minutes(4);
    let opens = local.with_minute(local.minute() / 5 * 5).unwrap_or(local);
    let other = opens + Duration::hours(6);
    let (first, second) = (part_of_day(opens.hour()), part_of_day(other.hour()));
    // A zone without a name is the system's. That is also the zone of a file that names none.
    let timezone = match parse_zone(zone.name(), &zone) {
        Ok(_) => format!("timezone = \"{zone}\"\n"),
        Err(_) => String::new(),
    };
    let second = if first == second { "evening" } else { second };
    format!(
        r#"# The demo's settings: a check-in is open now.
{timezone}
[[checkin]]
name = "{first}"
days = "daily"
at = "{}"
for = "45m"

[[checkin]]
name = "{second}"
days = "daily"
at = "{}"
for = "45m"

[[exception]]
name = "family"
match = "from:mum@example.org subject:urgent"
limit = "3 per day"

# Who you are here. What you write leaves, and this command throws it away: nobody gets it.
[[identity]]
address = "me@example.org"
name = "Robin Tarn"
send = {{ command = ["sh", "-c", "cat > /dev/null", "sh"] }}
sent_copy = "none"

# Two messages arrive here while you read.
[[source]]
name = "mail"
kind = "maildir"
path = {:?}
backlog = "all"
# A mailbox of your own is changed when a batch is closed; this one is only read.
write_back = false
"#,
        opens.format("%H:%M"),
        other.format("%H:%M"),
        mailbox.display().to_string(),
    )
}

fn part_of_day(hour: u32) -> &'static str {
    match hour {
        5..=11 => "morning",
        12..=16 => "afternoon",
        17..=21 => "evening",
        _ => "night",
    }
}

/// Fills an empty store: history, yesterday's check-in, and what is held for the one that is open.
pub fn fill(store: &mut Store, config: &Config, now: DateTime<Utc>) -> Result<Summary, JobError> {
    let source = store.source("mail", SourceType::Maildir)?;
    let open = config.calendar.open_at(now);
    let yesterday = open.as_ref().and_then(|open| config.calendar.latest_before(open.opens - Duration::hours(12)));
    let mut total = Summary::default();
    let mut take = |store: &mut Store, arrivals: &[SampleArrival], backlog: BacklogPolicy| -> Result<(), JobError> {
        for letter in LETTERS.iter().filter(|letter| arrivals.contains(&letter.arrival)) {
            total.add(take_one(store, config, source, letter, backlog, now)?);
        }
        Ok(())
    };
    take(store, &[SampleArrival::History], BacklogPolicy::History)?;
    if let (Some(window), Some(open)) = (yesterday, open) {
        store.record_created_at(Moment { now: window.opens - Duration::days(1), wall: now })?;
        take(store, &[SampleArrival::Carried, SampleArrival::Deferred], BacklogPolicy::HoldAll)?;
        read_yesterday(store, config, &window, &open)?;
    }
    take(store, &[SampleArrival::Held], BacklogPolicy::HoldAll)?;
    Ok(total)
}

/// Begins and commits yesterday's check-in: letters that it left undecided, or deferred, lead today's batch.
fn read_yesterday(store: &mut Store, config: &Config, window: &Window, open: &Window) -> Result<(), JobError> {
    let begun = window.opens + Duration::minutes(2);
    let Begun::Batch(batch) = begin(store, config, begun)? else { return Ok(()) };
    let deferred: Positions = store
        .items(batch.id(), &batch.positions())?
        .into_iter()
        .filter(|(_, message)| {
            message.message_id.as_deref().is_some_and(|id| {
                LETTERS.iter().any(|letter| letter.arrival == SampleArrival::Deferred && letter.raw.contains(id))
            })
        })
        .map(|(position, _)| position)
        .collect();
    let id = batch.id();
    let mut triage = Triage::new(batch);
    let until = Until::of(open);
    if let Some(act) = triage.decide(Decision::Defer(until), &deferred) {
        store.record(id, &act, begun + Duration::minutes(3))?;
    }
    store.commit(id, &WriteBackPlan::default(), begun + Duration::minutes(16))?;
    Ok(())
}

fn take_one(
    store: &mut Store,
    config: &Config,
    source: SourceId,
    letter: &SampleLetter,
    backlog: BacklogPolicy,
    now: DateTime<Utc>,
) -> Result<Summary, JobError> {
    let (raw, dated) = dated(letter, now);
    let location = Location { folder: "cur".to_owned(), key: letter.name.to_owned() };
    let copy = FoundCopy { flags: CopyFlags::SeenOnly(false), ..FoundCopy::new(location, dated) };
    let rules = IntakeRules::new(config, "mail", backlog, Moment::real(now));
    Intake { source, rules, low_memory: false }.take_one(store, FetchedMessage::new(raw, copy))
}

/// The letters that arrive while the batch is open, as files for a Maildir: name and bytes.
#[must_use]
pub fn late(now: DateTime<Utc>) -> Vec<(String, Vec<u8>)> {
    LETTERS
        .iter()
        .filter(|letter| letter.arrival == SampleArrival::Late)
        .map(|letter| (letter.name.replace(".eml", ""), dated(letter, now).0))
        .collect()
}

/// A letter with its date filled in: `{{-26h15m}}` stands for so long before now.
fn dated(letter: &SampleLetter, now: DateTime<Utc>) -> (Vec<u8>, DateTime<Utc>) {
    let Some((before, rest)) = letter.raw.split_once("{{-") else { return (letter.raw.into(), now) };
    let Some((span, after)) = rest.split_once("}}") else { return (letter.raw.into(), now) };
    let date = now - span_of(span);
    (format!("{before}{}{after}", date.to_rfc2822()).into_bytes(), date)
}

/// `9d2h`, `26h15m`, `40m`
fn span_of(text: &str) -> Duration {
    let mut total = Duration::zero();
    let mut number = 0;
    for c in text.chars() {
        match c {
            '0'..='9' => number = number * 10 + i64::from(c.to_digit(10).unwrap_or(0)),
            'd' => total += Duration::days(std::mem::take(&mut number)),
            'h' => total += Duration::hours(std::mem::take(&mut number)),
            'm' => total += Duration::minutes(std::mem::take(&mut number)),
            _ => {}
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::{COUNT, LETTERS, dated, span_of};
    use chrono::{DateTime, Duration};

    #[test]
    fn every_letter_gets_its_date() {
        let now = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        for letter in LETTERS {
            let (raw, date) = dated(letter, now);
            assert!(date < now, "{}", letter.name);
            assert!(!String::from_utf8(raw).unwrap().contains("{{"), "{}", letter.name);
        }
        const { assert!(COUNT >= 40) }
    }

    #[test]
    fn spans_add_up() {
        assert_eq!(span_of("9d2h"), Duration::hours(218));
        assert_eq!(span_of("26h15m"), Duration::minutes(1575));
    }
}
