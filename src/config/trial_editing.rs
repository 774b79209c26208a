//! A trial of a schedule in the file: begun, kept, ended.
//!
//! The person's own check-ins stay in the file as they are while another schedule is tried, so nothing has to be put back, and no
//! end of this program between two writes can lose them: each change is one file that takes the place of another. Keeping a trial
//! leaves the check-ins of before as comments.

use std::ops::Range;
use std::path::Path;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Config;
use super::editing::{parsed, replace, write_example};
use super::error::ConfigError;
use super::text;
use crate::domain::schedule::{CheckIn, Trial, TypedSchedule};

const COMMENT: &str = "# Until it is over, these check-ins open in place of those above. `tidebox trial` shows it, keeps it or ends it.\n";
/// How often a file that somebody else changes meanwhile is read anew.
const TRIES: usize = 5;

/// Writes a trial at the end of the file. Where there is no file, the example becomes one. A trial that is there is replaced.
///
/// # Errors
/// Where the file has mistakes, or cannot be read or written.
pub fn begin_trial(path: &Path, trial: &Trial) -> Result<(), ConfigError> {
    match write_example(path) {
        Ok(()) | Err(ConfigError::Exists { .. }) => {}
        Err(error) => return Err(error),
    }
    edit(
        path,
        |whole, config| {
            let without = if config.trial.is_some() { without_trial(whole)? } else { whole.to_owned() };
            let end = match without.as_str() {
                text if text.is_empty() || text.ends_with("\n\n") => "",
                text if text.ends_with('\n') => "\n",
                _ => "\n\n",
            };
            let schedule = trial.schedule.whole();
            let table = format!(
                "[trial]\n{COMMENT}schedule = {}\nsince = {}\nuntil = {}\n",
                toml::Value::from(schedule),
                trial.since,
                trial.until
            );
            Some(format!("{without}{end}{table}"))
        },
        |before, after| after.trial.as_ref() == Some(trial) && own(before) == own(after),
    )
}

/// Takes the trial out of the file; whether there was one.
///
/// # Errors
/// Where the file has mistakes, says its trial in a way that cannot be taken out, or cannot be read or written.
pub fn end_trial(path: &Path) -> Result<bool, ConfigError> {
    if parsed(path, &text::read(path)?)?.trial.is_none() {
        return Ok(false);
    }
    edit(path, |whole, _| without_trial(whole), |before, after| after.trial.is_none() && own(before) == own(after))?;
    Ok(true)
}

/// Makes the schedule of the trial the person's own: the check-ins of before become comments, on `today`. Whether there was a trial.
///
/// # Errors
/// Where the file has mistakes, says its check-ins or its trial in a way that cannot be changed, or cannot be read or written.
pub fn keep_trial(path: &Path, today: NaiveDate) -> Result<bool, ConfigError> {
    let Some(trial) = parsed(path, &text::read(path)?)?.trial else { return Ok(false) };
    edit(
        path,
        |whole, config| {
            let without = without_trial(whole)?;
            with_checkins(&without, &trial.schedule, &own(config), today)
        },
        |before, after| {
            let is_kept = |checkins: &[CheckIn]| {
                let wanted = trial.schedule.checkins(&before.calendar);
                checkins.len() == wanted.len()
                    && checkins.iter().zip(&wanted).all(|(one, other)| {
                        (&one.at, &one.days, one.length, one.zone) == (&other.at, &other.days, other.length, other.zone)
                    })
            };
            let own_before = Config { calendar: after.calendar.clone(), trial: None, ..before.clone() };
            after.trial.is_none() && is_kept(&after.calendar.checkins) && own_before == *after
        },
    )?;
    Ok(true)
}

/// The person's own check-ins, as they are without a trial.
fn own(config: &Config) -> Vec<CheckIn> {
    config.calendar.clone().without_trial().checkins
}

/// Changes the file by one replacement, if what it means afterwards is what is wanted. If somebody else changes it meanwhile, their
/// text is changed.
fn edit(
    path: &Path,
    change: impl Fn(&str, &Config) -> Option<String>,
    is_right: impl Fn(&Config, &Config) -> bool,
) -> Result<(), ConfigError> {
    let not_alone = || ConfigError::NoTableOfItsOwn { path: path.to_owned() };
    for _ in 0..TRIES {
        let whole = text::read(path)?;
        let before = parsed(path, &whole)?;
        let changed = change(&whole, &before).ok_or_else(not_alone)?;
        let after = parsed(path, &changed)?;
        if !is_right(&before, &after) {
            return Err(not_alone());
        }
        if text::read(path)? == whole {
            return replace(path, &changed).map_err(|source| ConfigError::Write { path: path.to_owned(), source });
        }
    }
    let source = std::io::Error::other("another program goes on changing it");
    Err(ConfigError::Write { path: path.to_owned(), source })
}

/// The lines that a table takes, from its header to its last value; `None` where it has no header of its own.
fn lines_of(whole: &str, table: &Spanned<DeValue<'_>>, header: &str) -> Option<Range<usize>> {
    let line_start = |at: usize| whole.get(..at).and_then(|front| front.rfind('\n')).map_or(0, |end| end + 1);
    let from = line_start(table.span().start);
    if !whole.get(from..)?.trim_start().starts_with(header) {
        return None;
    }
    let last = table.get_ref().as_table()?.values().map(|value| value.span().end).max()?;
    let rest = whole.get(last.saturating_sub(1)..)?;
    Some(from..rest.find('\n').map_or(whole.len(), |end| last.saturating_sub(1) + end + 1))
}

/// The text without `[trial]` and the comment that this program writes into it. Other comments stay.
fn without_trial(whole: &str) -> Option<String> {
    let (root, _) = DeTable::parse_recoverable(whole);
    let table = root.get_ref().get("trial")?;
    let lines = lines_of(whole, table, "[trial]")?;
    let (front, inside, back) = (whole.get(..lines.start)?, whole.get(lines.clone())?, whole.get(lines.end..)?);
    let is_kept = |line: &&str| line.trim_start().starts_with('#') && line.trim_end() != COMMENT.trim_end();
    let kept: String = inside.split_inclusive('\n').filter(is_kept).collect();
    let front = if kept.is_empty() && back.is_empty() && front.ends_with("\n\n") {
        front.get(..front.len() - 1)?
    } else {
        front
    };
    Some(format!("{front}{kept}{back}"))
}

/// The text with the check-ins of a schedule behind those of before, which become comments.
fn with_checkins(whole: &str, schedule: &TypedSchedule, before: &[CheckIn], today: NaiveDate) -> Option<String> {
    let (root, _) = DeTable::parse_recoverable(whole);
    let (days, length) = (schedule.days.to_string(), schedule.length.num_minutes());
    let times: Vec<String> = schedule.times.iter().map(|time| time.format("%-H:%M").to_string()).collect();
    let tables: Vec<String> = times
        .iter()
        .map(|time| {
            format!("[[checkin]]\nname = \"{time}\"\ndays = \"{days}\"\nat = \"{time}\"\nfor = \"{length}m\"\n")
        })
        .collect();
    let tables = tables.join("\n");
    let Some(own) = root.get_ref().get("checkin") else {
        let end = if whole.is_empty() || whole.ends_with('\n') { "\n" } else { "\n\n" };
        let names: Vec<&str> = before.iter().map(|checkin| checkin.name.as_str()).collect();
        let note = format!("# Until {today} these were the check-ins of the default: {}.\n", names.join(", "));
        return Some(format!("{whole}{end}{note}{tables}"));
    };
    let own = own.get_ref().as_array()?;
    let ranges: Vec<Range<usize>> =
        own.iter().map(|table| lines_of(whole, table, "[[checkin]]")).collect::<Option<_>>()?;
    let end = ranges.iter().map(|range| range.end).max()?;
    let mut changed = String::new();
    let mut at = 0;
    for line in whole.split_inclusive('\n') {
        let place = at;
        at += line.len();
        if ranges.first().is_some_and(|first| first.start == place) {
            changed.push_str(&format!("# Until {today} these were the check-ins:\n"));
        }
        let is_own = ranges.iter().any(|range| range.contains(&place));
        if is_own && !line.trim().is_empty() {
            changed.push_str("# ");
        }
        changed.push_str(line);
        if at == end {
            let gap = if line.ends_with('\n') { "\n" } else { "\n\n" };
            changed.push_str(gap);
            changed.push_str(&tables);
        }
    }
    Some(changed)
}
