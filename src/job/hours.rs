//! Hours that others can see: which they are, how they are written, and the files that are kept up to date.

use std::fs::OpenOptions;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use super::JobError;
use super::pause::Shutter;
use crate::config::{Config, HoursFormat};
use crate::domain::hours::{NEXT, PublishedHours, SieveScript, html, is_own_script, sieve};
use crate::domain::schedule::ics;
use crate::domain::schedule::wall::days_after;
use crate::store::Store;

/// A script on a server is to be right for a while, even where this computer sleeps: it tells so many days at least.
const SCRIPT_DAYS: u16 = 60;
/// No file of these is larger, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// When mail is read, as far as it is told to others: for so many days of the calendar as the settings say, or more for a script
/// on a server. Pauses and check-ins that are left out are reckoned with.
///
/// # Errors
/// Where the store cannot be read.
pub fn hours(
    store: &Store,
    config: &Config,
    format: HoursFormat,
    now: DateTime<Utc>,
) -> Result<PublishedHours, JobError> {
    hours_of(store, config, config.hours.days.max(if format == HoursFormat::Sieve { SCRIPT_DAYS } else { 0 }), now)
}

/// When mail is read in so many days of the calendar.
///
/// # Errors
/// Where the store cannot be read.
pub(super) fn hours_of(
    store: &Store,
    config: &Config,
    days: u16,
    now: DateTime<Utc>,
) -> Result<PublishedHours, JobError> {
    let zone = config.calendar.zone;
    let until = days_after(zone, now, i32::from(days)).unwrap_or(now + TimeDelta::days(i64::from(days)));
    let mut windows = config.calendar.all_open_at(now);
    windows.retain(|window| window.opens < now);
    windows.extend(Shutter::at(store, now)?.windows(&config.calendar, until)?);
    Ok(PublishedHours::new(&windows, zone, now, until))
}

/// The hours in one of the forms.
///
/// # Errors
/// `Wrong` where it says when mail is read next, and no check-in is coming.
pub fn written(hours: &PublishedHours, config: &Config, format: HoursFormat) -> Result<String, JobError> {
    let spans = || hours.times.iter().map(|time| (time.opens, time.closes)).collect::<Vec<_>>();
    Ok(match format {
        HoursFormat::Text => hours.line(&config.hours.line).map(|line| line + "\n").ok_or_else(|| JobError::Wrong {
            what: format!("no check-in opens before {}", hours.until.with_timezone(&hours.zone).format("%-d %b %Y")),
            hint: "`tidebox checkins` lists what is coming; `days` under `[hours]` looks farther ahead".to_owned(),
        })?,
        HoursFormat::Html => html(hours),
        HoursFormat::Json => json(hours),
        HoursFormat::Ics => ics::published(&spans(), hours.made, hours.until),
        HoursFormat::Sieve => {
            let own = config.own_addresses();
            let (answers, every_days) = (config.hours.answers.as_slice(), config.hours.every_days);
            sieve(hours, SieveScript { answers, every_days, own: &own })
        }
    })
}

/// A document for programs: instants of UTC (RFC 3339), and the zone in which the person lives.
fn json(hours: &PublishedHours) -> String {
    let stamp = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let time = |it: &crate::domain::hours::ReadingTime| serde_json::json!({ "opens": stamp(it.opens), "closes": stamp(it.closes) });
    let document = serde_json::json!({
        "tidebox_hours": 1,
        "made": stamp(hours.made),
        "until": stamp(hours.until),
        "timezone": hours.zone.name(),
        "next": hours.next().as_ref().map(time),
        "times": hours.times.iter().map(time).collect::<Vec<_>>(),
    });
    format!("{document}\n")
}

/// Why a file of hours was not written.
#[derive(Debug, thiserror::Error)]
pub enum HoursFileError {
    #[error("{} is not written by tidebox: it stays as it is", .0.display())]
    NotOurs(PathBuf),
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error(transparent)]
    Hours(#[from] JobError),
}

impl HoursFileError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NotOurs(_) => "delete it, or name another file in `files` under `[hours]`".to_owned(),
            Self::File { .. } => "name a file in `files` under `[hours]` that can be written".to_owned(),
            Self::Hours(error) => error.hint().unwrap_or_default(),
        }
    }
}

/// Writes every file of the settings whose text changed, each whole or not at all. What could not be written is told.
pub fn write_files(store: &Store, config: &Config, now: DateTime<Utc>) -> Vec<HoursFileError> {
    let mut failures = Vec::new();
    for file in &config.hours.files {
        let text = hours(store, config, file.format, now).and_then(|hours| written(&hours, config, file.format));
        let done = text
            .map_err(HoursFileError::from)
            .and_then(|text| replace(&file.path, &text, |old| is_ours(file.format, old, &config.hours.line)));
        failures.extend(done.err());
    }
    failures
}

/// Whether a file may be overwritten. A line of text is known by what stands around the next time.
fn is_ours(format: HoursFormat, old: &str, line: &str) -> bool {
    let mut start = old.trim_start_matches('\u{FEFF}').chars().take(400).collect::<String>();
    match format {
        _ if old.trim().is_empty() => true,
        HoursFormat::Html => start.contains("<!-- tidebox hours 1 -->"),
        HoursFormat::Json => {
            serde_json::from_str::<serde_json::Value>(old).is_ok_and(|it| it.get("tidebox_hours").is_some())
        }
        HoursFormat::Ics => start.contains("PRODID:-//tidebox//"),
        HoursFormat::Sieve => is_own_script(old),
        HoursFormat::Text => {
            let (before, behind) = line.split_once(NEXT).unwrap_or((line, ""));
            start.truncate(start.trim_end().len());
            !start.contains('\n') && start.starts_with(before) && start.ends_with(behind)
        }
    }
}

fn replace(path: &Path, text: &str, ours: impl FnOnce(&str) -> bool) -> Result<(), HoursFileError> {
    let failed = |error| HoursFileError::File { path: path.to_owned(), error };
    match std::fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => return Err(HoursFileError::NotOurs(path.to_owned())),
        Ok(_) => {
            let mut old = Vec::new();
            std::fs::File::open(path).and_then(|file| file.take(LARGEST).read_to_end(&mut old)).map_err(failed)?;
            let old = String::from_utf8_lossy(&old);
            if old == text {
                return Ok(());
            }
            if !ours(&old) {
                return Err(HoursFileError::NotOurs(path.to_owned()));
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    // Beside it, so that a reader never finds half of it.
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = folder.join(name);
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    };
    write().map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        failed(error)
    })
}

#[cfg(test)]
mod tests {
    use super::{HoursFileError, is_ours, replace};
    use crate::config::HoursFormat;

    #[test]
    fn what_somebody_else_wrote_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hours.txt");
        let ours = |old: &str| is_ours(HoursFormat::Text, old, "Next on {next}.");
        replace(&path, "Next on Monday.\n", ours).unwrap();
        replace(&path, "Next on Tuesday.\n", ours).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "Next on Tuesday.\n");
        std::fs::write(&path, "-- \nAnn\nNext on Monday.\n").unwrap();
        assert!(matches!(replace(&path, "Next on Friday.\n", ours), Err(HoursFileError::NotOurs(_))));
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("-- "));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        for (format, text, own) in [
            (HoursFormat::Json, "{\"tidebox_hours\":1}", true),
            (HoursFormat::Json, "{\"a\":1}", false),
            (HoursFormat::Html, "<!doctype html>\n<p>", false),
            (HoursFormat::Ics, "BEGIN:VCALENDAR\r\nPRODID:-//other//", false),
            (HoursFormat::Sieve, "require \"fileinto\";", false),
            (HoursFormat::Sieve, "", true),
        ] {
            assert_eq!(is_ours(format, text, ""), own, "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_or_a_pipe_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hours.txt");
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), &path).unwrap();
        assert!(matches!(replace(&path, "x\n", |_| true), Err(HoursFileError::NotOurs(_))));
        assert!(!folder.path().join("elsewhere").exists());
    }
}
