//! `[trial]`: a schedule that is tried for some days in place of the check-ins of the file, which stay where they are.

use chrono::NaiveDate;

use super::mistake::ConfigMistake;
use super::table::{FoundMistakes, TomlTable};
use crate::domain::schedule::{Calendar, Trial, parse_date, parse_schedules, usual};

/// The keys of a trial.
pub(super) const KEYS: [&str; 3] = ["schedule", "since", "until"];
const SCHEDULE: &str = "a schedule such as `\"9:00 13:00 17:00\"` or `\"11:00 daily for 1h\"`";
const DATE: &str = "a date such as `2026-12-13`";

/// Reads the trial. `own` are the check-ins of the file.
pub(super) fn read(root: &TomlTable<'_>, own: &Calendar, found: &mut FoundMistakes) -> Option<Trial> {
    let (table, span) = root.table("trial", found)?;
    let section = TomlTable::open("[trial]", table, span, &KEYS, found);
    let text = section.needed("schedule", SCHEDULE, found);
    let (days, length) = usual(own);
    let schedule = text.and_then(|text| match parse_schedules(&text.text, &days, length) {
        Ok(mut schedules) if schedules.len() == 1 => schedules.pop(),
        Ok(_) => {
            found.push(ConfigMistake::at(text.span, "one schedule is tried at a time").expected(SCHEDULE));
            None
        }
        Err(mistake) => {
            let placed = ConfigMistake::at(text.span, mistake.what).expected(mistake.expected);
            found.push(match mistake.nearest {
                Some(near) => placed.hint(format!("did you mean `{near}`?")),
                None => placed,
            });
            None
        }
    });
    let since = date(&section, "since", found);
    let until = date(&section, "until", found);
    let (schedule, since, until) = (schedule?, since?, until?);
    if until < since {
        let place = section.get("until").map_or(section.span.clone(), toml::Spanned::span);
        found.push(ConfigMistake::at(place, "the trial ends before it begins").expected("a date after `since`"));
        return None;
    }
    Some(Trial { schedule, since, until })
}

fn date(section: &TomlTable<'_>, key: &str, found: &mut FoundMistakes) -> Option<NaiveDate> {
    let Some(mut texts) = section.moments(key, DATE, found) else {
        found.push(section.missing(key, DATE));
        return None;
    };
    let text = texts.pop().filter(|_| texts.is_empty());
    let read = text.as_ref().and_then(|text| parse_date(&text.text));
    if read.is_none() {
        let place = section.get(key).map_or(section.span.clone(), toml::Spanned::span);
        found.push(ConfigMistake::at(place, format!("`{key}` is no date")).expected(DATE));
    }
    read
}
