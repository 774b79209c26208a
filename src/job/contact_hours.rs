//! When correspondents read mail, as they publish it (`hours_url` of a contact): read at most once a day, kept in the store, and
//! believed only as far as it can be true.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::JobError;
use crate::config::{Config, ContactConfig};
use crate::domain::address::Address;
use crate::domain::answering::same_mailbox;
use crate::domain::contact_reading::ContactReading;
use crate::domain::defer_choices::DeferSubject;
use crate::net::NetError;
use crate::net::document::{DocumentError, get_document};
use crate::net::one_click::OneClickNetwork;
use crate::store::{ContactHours, Store};

/// So long nobody is asked again, whatever came of it.
const DAY: TimeDelta = TimeDelta::hours(24);
/// No document is larger, in bytes.
const LARGEST: usize = 64 * 1024;
/// Nobody reads mail more often, in the days that a document tells.
const MOST_TIMES: usize = 1_000;
/// A document tells no more days.
const MOST_DAYS: TimeDelta = TimeDelta::days(100);
/// A clock elsewhere is not farther away.
const CLOCKS: TimeDelta = TimeDelta::hours(26);

/// The document, as `tidebox hours --format json` writes it. What else is in it does not count.
#[derive(Debug, Deserialize)]
struct HoursDocument {
    tidebox_hours: u32,
    made: DateTime<Utc>,
    until: DateTime<Utc>,
    times: Vec<DocumentTime>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct DocumentTime {
    opens: DateTime<Utc>,
    closes: DateTime<Utc>,
}

/// What `check` says of one contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactState {
    /// Where the document is.
    pub host: String,
    /// `read on 23 Nov 2026`, or that it was not yet.
    pub state: String,
    /// What is wrong with it.
    pub wrong: Option<String>,
}

/// Whether somebody is to be asked now.
///
/// # Errors
/// Where the store cannot be read.
pub fn is_contact_due(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<bool, JobError> {
    let known = store.contact_hours()?;
    let gone = known.iter().any(|row| contact(config, &row.address).is_none());
    Ok(gone || config.contacts.iter().any(|contact| is_due(&known, contact, now)))
}

fn is_due(known: &[ContactHours], contact: &ContactConfig, now: DateTime<Utc>) -> bool {
    let row = known.iter().find(|row| same_mailbox(&row.address, &contact.address));
    // A clock that was set back does not put it off for ever.
    row.is_none_or(|row| row.url != contact.hours_url.as_str() || row.tried > now || now - row.tried >= DAY)
}

/// Asks everybody who is due, by the public network, and forgets who is no contact any more.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn read_contact_hours(store: &mut Store, config: &Config, now: DateTime<Utc>) -> Result<(), JobError> {
    read_contact_hours_by(store, config, OneClickNetwork::public, now)
}

/// The same by another network, which is asked for when it is needed first.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn read_contact_hours_by(
    store: &mut Store,
    config: &Config,
    network: impl Fn() -> Result<OneClickNetwork, NetError>,
    now: DateTime<Utc>,
) -> Result<(), JobError> {
    if store.is_read_only() {
        return Ok(());
    }
    let known = store.contact_hours()?;
    for row in known.iter().filter(|row| contact(config, &row.address).is_none()) {
        store.forget_contact_hours(&row.address)?;
    }
    let mut made = None;
    for contact in config.contacts.iter().filter(|contact| is_due(&known, contact, now)) {
        let before = known.iter().find(|row| same_mailbox(&row.address, &contact.address));
        if made.is_none() {
            made = Some(network());
        }
        let came = match &made {
            Some(Ok(network)) => asked(contact, network, now),
            Some(Err(error)) => Err(error.to_string()),
            None => continue,
        };
        let url = contact.hours_url.as_str().to_owned();
        let (document, why) = match came {
            Ok(text) => (Some((text, now)), String::new()),
            Err(why) => (before.filter(|row| row.url == url).and_then(|row| row.document.clone()), why),
        };
        let address = before.map_or_else(|| contact.address.to_lowercase(), |row| row.address.clone());
        store.note_contact_hours(&ContactHours { address, url, tried: now, document, why })?;
    }
    Ok(())
}

/// The document of a contact, or what is wrong, in words.
fn asked(contact: &ContactConfig, network: &OneClickNetwork, now: DateTime<Utc>) -> Result<String, String> {
    let bytes = get_document(&contact.hours_url, network, LARGEST).map_err(|error: DocumentError| error.to_string())?;
    let text = String::from_utf8(bytes).map_err(|_| "it is no text in UTF-8".to_owned())?;
    times(&text, now).map(|_| text)
}

/// The coming times that a document tells, in order.
///
/// # Errors
/// Why it cannot be true, in words.
fn times(text: &str, now: DateTime<Utc>) -> Result<Vec<DateTime<Utc>>, String> {
    if text.trim_start_matches('\u{FEFF}').trim_start().starts_with('<') {
        return Err("it is a web page, and no document of hours".to_owned());
    }
    let document: HoursDocument = serde_json::from_str(text)
        .map_err(|_| "it is no document of hours (`tidebox hours --format json`)".to_owned())?;
    let HoursDocument { tidebox_hours, made, until, times } = document;
    let day = |at: DateTime<Utc>| at.format("%-d %b %Y").to_string();
    if tidebox_hours != 1 {
        return Err(format!("it is of version {tidebox_hours}, and tidebox knows version 1"));
    }
    if made > now + CLOCKS {
        return Err(format!("it says that it was made on {}, which is to come", day(made)));
    }
    if until <= now {
        return Err(format!("it is old: it says nothing after {}", day(until)));
    }
    if until - made > MOST_DAYS {
        return Err("it tells more days than anybody knows".to_owned());
    }
    if times.len() > MOST_TIMES {
        return Err(format!("it names {} times, more than anybody has", times.len()));
    }
    let odd = |it: &DocumentTime| it.closes <= it.opens || it.closes < made - CLOCKS || it.opens > until + CLOCKS;
    if times.iter().any(odd) {
        return Err("it names a time that ends before it begins, or is not among its days".to_owned());
    }
    let mut opens: Vec<DateTime<Utc>> = times.iter().map(|it| it.opens).filter(|opens| *opens > now).collect();
    opens.sort_unstable();
    opens.dedup();
    Ok(opens)
}

fn contact<'c>(config: &'c Config, address: &str) -> Option<&'c ContactConfig> {
    config.contacts.iter().find(|contact| same_mailbox(&contact.address, address))
}

/// When these people read mail next, as far as they publish it: each once, in their order.
///
/// # Errors
/// Where the store cannot be read.
pub fn readings(
    store: &Store,
    config: &Config,
    people: &[Address],
    now: DateTime<Utc>,
) -> Result<Vec<ContactReading>, JobError> {
    let asked: Vec<&Address> = people.iter().filter(|it| contact(config, &it.address).is_some()).collect();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let known: BTreeMap<String, ContactHours> =
        store.contact_hours()?.into_iter().map(|row| (row.address.clone(), row)).collect();
    let mut found: Vec<(String, ContactReading)> = Vec::new();
    for person in asked {
        let row = known.values().find(|row| same_mailbox(&row.address, &person.address));
        let row = row.filter(|row| contact(config, &row.address).is_some_and(|it| it.hours_url.as_str() == row.url));
        let Some((row, (text, _))) = row.and_then(|row| Some((row, row.document.as_ref()?))) else { continue };
        let opens = times(text, now).unwrap_or_default();
        if !opens.is_empty() && !found.iter().any(|(address, _)| *address == row.address) {
            found.push((row.address.clone(), ContactReading { name: person.called().to_owned(), opens }));
        }
    }
    Ok(found.into_iter().map(|(_, reading)| reading).collect())
}

/// When these people read what leaves at an instant: what each is called, and when that is.
///
/// # Errors
/// Where the store cannot be read.
pub fn reading_times(
    store: &Store,
    config: &Config,
    people: &[Address],
    leaves: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<(String, DateTime<Utc>)>, JobError> {
    let next = |reading: ContactReading| Some((reading.next_after(leaves)?, reading.name));
    let known = readings(store, config, people, now)?.into_iter().filter_map(next);
    Ok(known.map(|(at, name)| (name, at)).collect())
}

/// The same in words: `Tue 24 Nov, 10:00` by the person's own clock.
///
/// # Errors
/// Where the store cannot be read.
pub fn reading_words(
    store: &Store,
    config: &Config,
    people: &[Address],
    leaves: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<(String, String)>, JobError> {
    let words = |(name, at)| (name, reading_word(config, at));
    Ok(reading_times(store, config, people, leaves, now)?.into_iter().map(words).collect())
}

/// `Tue 24 Nov, 10:00` by the person's own clock.
#[must_use]
pub fn reading_word(config: &Config, at: DateTime<Utc>) -> String {
    at.with_timezone(&config.calendar.zone).format("%a %-d %b, %H:%M").to_string()
}

/// When the sender of the one message that is to be deferred reads mail next.
///
/// # Errors
/// Where the store cannot be read.
pub fn reading_of_subject(
    store: &Store,
    config: &Config,
    of: &DeferSubject,
    now: DateTime<Utc>,
) -> Result<Option<ContactReading>, JobError> {
    if config.contacts.is_empty() {
        return Ok(None);
    }
    let id = match of {
        DeferSubject::Messages(ids) => match ids.as_slice() {
            [id] => Some(*id),
            _ => None,
        },
        DeferSubject::Positions(batch, at) if at.len() == 1 => store.members(*batch, at)?.first().copied(),
        DeferSubject::Positions(..) => None,
    };
    let Some(id) = id else { return Ok(None) };
    // Of what may not be shown nothing is said.
    let Ok(message) = store.message(id) else { return Ok(None) };
    let sender = message.from;
    Ok(readings(store, config, std::slice::from_ref(&sender), now)?.into_iter().next())
}

/// What is known of each contact, in their order.
///
/// # Errors
/// Where the store cannot be read.
pub fn contact_states(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<Vec<ContactState>, JobError> {
    let known = store.contact_hours()?;
    let state = |contact: &ContactConfig| {
        let row = known.iter().find(|row| same_mailbox(&row.address, &contact.address));
        let row = row.filter(|row| row.url == contact.hours_url.as_str());
        let read = row.and_then(|row| row.document.as_ref());
        let state = match read {
            Some((_, at)) => format!("read on {}", at.with_timezone(&config.calendar.zone).format("%-d %b %Y")),
            None if row.is_some() => "could not be read".to_owned(),
            None => "not read yet".to_owned(),
        };
        let stale = || read.and_then(|(text, _)| times(text, now).err());
        let wrong = row.map(|row| row.why.clone()).filter(|why| !why.is_empty()).or_else(stale);
        ContactState { host: contact.hours_url.host(), state, wrong }
    };
    Ok(config.contacts.iter().map(state).collect())
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::times;

    fn now() -> DateTime<Utc> {
        "2026-11-23T09:00:00Z".parse().unwrap()
    }

    fn document(version: u32, made: &str, until: &str, times: &[(&str, &str)]) -> String {
        let times: Vec<_> =
            times.iter().map(|(opens, closes)| serde_json::json!({ "opens": opens, "closes": closes })).collect();
        serde_json::json!({ "tidebox_hours": version, "made": made, "until": until, "times": times, "more": 1 })
            .to_string()
    }

    #[test]
    fn what_cannot_be_true_is_told_and_not_believed() {
        let (made, until) = ("2026-11-22T09:00:00Z", "2026-11-29T09:00:00Z");
        let time = ("2026-11-23T13:00:00+01:00", "2026-11-23T14:00:00+01:00");
        let past = ("2026-11-22T12:00:00Z", "2026-11-22T13:00:00Z");
        assert_eq!(
            times(&document(1, made, until, &[time, past, time]), now()).unwrap(),
            ["2026-11-23T12:00:00Z".parse::<DateTime<Utc>>().unwrap()]
        );
        assert!(times(&document(1, made, until, &[past]), now()).unwrap().is_empty());
        let many = vec![time; 1_001];
        for (text, says) in [
            ("<!doctype html><p>Hours".to_owned(), "it is a web page"),
            (String::new(), "no document of hours"),
            ("{}".to_owned(), "no document of hours"),
            ("[1]".to_owned(), "no document of hours"),
            ("[".repeat(60_000), "no document of hours"),
            (document(2, made, until, &[time]), "version 2"),
            (document(1, "soon", until, &[time]), "no document of hours"),
            (document(1, "2027-01-01T00:00:00Z", "2027-01-02T00:00:00Z", &[]), "which is to come"),
            (
                document(1, "2026-10-01T00:00:00Z", "2026-10-08T00:00:00Z", &[]),
                "it is old: it says nothing after 8 Oct 2026",
            ),
            (document(1, made, "2099-01-01T00:00:00Z", &[time]), "more days"),
            (document(1, made, until, &many), "1001 times"),
            (document(1, made, until, &[(time.1, time.0)]), "ends before it begins"),
            (document(1, made, until, &[("2026-12-24T12:00:00Z", "2026-12-24T13:00:00Z")]), "not among its days"),
            (document(1, made, until, &[("1999-12-24T12:00:00Z", "1999-12-24T13:00:00Z")]), "not among its days"),
        ] {
            let told = times(&text, now()).unwrap_err();
            assert!(told.contains(says), "{says}: {told}");
        }
    }
}
