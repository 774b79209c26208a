//! The month: gathers what it is counted from, and names what may be named.

use std::ops::Range;
use std::path::Path;
use std::{fs, io};

use chrono::{DateTime, TimeDelta, Utc};

use super::JobError;
use crate::config::Config;
use crate::domain::ids::Id;
use crate::domain::matter::MatterAnswer;
use crate::domain::message::Message;
use crate::domain::month::facts::{Exchange, MatterAnswers, MatterCase, MonthFacts};
use crate::domain::month::{CalendarMonth, Month, MonthPair, WATCHED, windows_of};
use crate::store::{Store, StoreError};

/// So many messages for which earlier would have changed something are named.
const CASES: usize = 5;

/// Counts a month and the one before it. The cost grows with what came in them, and not with the store.
///
/// # Errors
/// Where the store cannot be read.
pub fn month(store: &Store, config: &Config, month: CalendarMonth, now: DateTime<Utc>) -> Result<MonthPair, JobError> {
    let (zone, before) = (config.calendar.zone, month.before());
    let exchange =
        store.exchanged(&(running_from(before.span(zone).start)..watched_until(month.span(zone).end, now)))?;
    let of = |month| counted(store, config, month, &exchange, now);
    Ok(MonthPair { month: of(month)?, before: of(before)? })
}

/// From when on messages are asked for, so that what goes on a turn of the month before is no turn of this month.
fn running_from(begin: DateTime<Utc>) -> DateTime<Utc> {
    begin.checked_sub_signed(WATCHED).unwrap_or(begin)
}

/// Until when answers are looked for.
fn watched_until(end: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    end.checked_add_signed(WATCHED).unwrap_or(end).min(now + TimeDelta::seconds(1))
}

fn counted(
    store: &Store,
    config: &Config,
    month: CalendarMonth,
    exchange: &Exchange,
    now: DateTime<Utc>,
) -> Result<Month, JobError> {
    let zone = config.calendar.zone;
    let span = month.span(zone);
    // A window that was opened before the month may still be open in it, and an answer is counted in check-ins after it.
    let wide = span.start - TimeDelta::days(2)..span.end + WATCHED;
    let watched = running_from(span.start)..watched_until(span.end, now);
    let messages = exchange.messages.iter().filter(|one| watched.contains(&one.at)).cloned().collect();
    let exchange = Exchange { messages, names: exchange.names.clone() };
    let begun = store.begun_windows(&wide)?;
    let since = store.facts_since()?;
    // What rules let through is told beside what came, so it is of the same time.
    let known = since.map_or(span.start, |since| since.max(span.start))..span.end;
    let facts = MonthFacts {
        month,
        zone,
        now,
        since,
        lanes: config.lanes.iter().map(|lane| lane.name.clone()).collect(),
        arrivals: store.arrivals(&span)?,
        windows: windows_of(&config.calendar, &begun, wide.start, wide.end),
        looks: store.looks(&span)?,
        closed: store.closed_batches(&span)?,
        openings: store.openings(&span)?,
        exceptions: store.exceptions_within(&known)?,
        matter: matter(store, &span)?,
        outages: store.outages(&span)?,
        exchange,
        seen_until: store.last_begun()?.map_or(now, |begun| begun.min(now)),
    };
    let mut month = Month::of(facts);
    if let Some(longest) = &mut month.waiting.longest {
        longest.sender = shown(store, longest.message)?.map(|message| message.from.called().to_owned());
    }
    Ok(month)
}

/// What was answered to the question whether earlier would have changed anything. What is held again is counted and not named.
fn matter(store: &Store, span: &Range<DateTime<Utc>>) -> Result<MatterAnswers, JobError> {
    let mut answers = MatterAnswers::default();
    for sample in store.matter_answers(span)?.into_iter().rev() {
        match sample.answer.map(|(answer, _)| answer) {
            Some(MatterAnswer::Yes) => answers.yes += 1,
            Some(MatterAnswer::No) => answers.no += 1,
            Some(MatterAnswer::Skipped) => answers.skipped += 1,
            None => {}
        }
        if !matches!(sample.answer, Some((MatterAnswer::Yes, _))) || answers.cases.len() == CASES {
            continue;
        }
        if let Some(message) = shown(store, sample.message)? {
            let sender = message.from.called().to_owned();
            let Message { id, subject, lane, .. } = message;
            answers.cases.push(MatterCase { message: id, sender, subject, lane });
        }
    }
    Ok(answers)
}

/// A message, where rule 1 lets it through.
fn shown(store: &Store, id: Id) -> Result<Option<Message>, JobError> {
    match store.message(id) {
        Ok(message) => Ok(Some(message)),
        Err(StoreError::Held(_) | StoreError::Unknown(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Writes a picture to a file of its owner alone. Without `force` nothing that is there is overwritten; with it the file is replaced whole, and
/// only where it is a file.
///
/// # Errors
/// Where there is something already, or the file cannot be written.
pub fn write_picture(path: &Path, picture: &str, force: bool) -> io::Result<()> {
    use io::Write as _;
    let mut opening = fs::OpenOptions::new();
    opening.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut opening, 0o600);
    if !force {
        let mut file = opening.open(path)?;
        return file.write_all(picture.as_bytes()).and_then(|()| file.sync_all()).inspect_err(|_| {
            let _ = fs::remove_file(path);
        });
    }
    if fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "it is no file, and stays as it is"));
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = path.with_file_name(name);
    let mut file = opening.open(&beside)?;
    file.write_all(picture.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&beside, path))
        .inspect_err(|_| {
            let _ = fs::remove_file(&beside);
        })
}

#[cfg(test)]
mod tests {
    use super::write_picture;
    use std::fs;

    #[test]
    fn a_picture_overwrites_nothing_unless_it_is_told_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("month.svg");
        write_picture(&path, "one", false).unwrap();
        assert_eq!(write_picture(&path, "two", false).unwrap_err().kind(), std::io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
        write_picture(&path, "two", true).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert!(write_picture(folder.path(), "three", true).is_err(), "a folder is no picture");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            let link = folder.path().join("link.svg");
            std::os::unix::fs::symlink(&path, &link).unwrap();
            assert!(write_picture(&link, "three", false).is_err() && write_picture(&link, "three", true).is_err());
            assert_eq!(fs::read_to_string(&path).unwrap(), "two", "a link is not followed");
        }
    }
}
