//! `timezone`, `away` and `[[checkin]]`: when the door opens.

use chrono::{Duration, NaiveTime};

use super::mistake::{ConfigMistake, quoted};
use super::names::Names;
use super::table::{FoundMistakes, Text, TomlTable};
use crate::domain::batch::FIRST_BATCH;
use crate::domain::schedule::{
    Away, Calendar, CheckIn, Days, TimeMistake, Zone, Zones, parse_away, parse_length, parse_time, parse_zone,
};

/// The keys of a check-in.
pub(super) const KEYS: [&str; 5] = ["name", "days", "at", "for", "timezone"];
const DAYS: &str = "days, such as `\"mon-fri\"`, `\"sat,sun\"` or `\"daily\"`";
const TIMES: &str = "a time such as `\"10:00\"`, or a list of them";
const LENGTH: &str = "a length such as `\"45m\"`";
const ZONE: &str = "a zone such as `\"Europe/Berlin\"`";
const AWAY: &str = "dates such as `\"2026-12-24..2027-01-02\"`";

/// The default calendar: 10:00 and 16:00 on every weekday.
pub(super) fn standard(zone: Zone) -> Calendar {
    let weekdays = Days::parse("mon-fri").unwrap_or_else(|_| Days::new(Vec::new()));
    let checkin = |name: &str, hour| CheckIn {
        name: name.to_owned(),
        days: weekdays.clone(),
        at: NaiveTime::from_hms_opt(hour, 0, 0).into_iter().collect(),
        length: Duration::minutes(45),
        zone,
    };
    Calendar { zone, checkins: vec![checkin("morning", 10), checkin("afternoon", 16)], away: Vec::new() }
}

/// Reads the calendar, and the names of all check-ins, also of those with mistakes. Without a zone in the file, that of the
/// system is used.
pub(super) fn read(root: &TomlTable<'_>, zones: &dyn Zones, found: &mut FoundMistakes) -> (Calendar, Names) {
    let zone = zone(root, zones, found).unwrap_or_else(|| system(root, zones, found));
    let away = away(root, found);
    let Some(tables) = root.tables("checkin", found) else {
        let standard = standard(zone);
        let names = Names::of(standard.checkins.iter().map(|checkin| checkin.name.as_str()));
        return (Calendar { away, ..standard }, names);
    };
    if let Some(empty) = root.get("checkin").filter(|_| tables.is_empty()) {
        let mistake = ConfigMistake::at(empty.span(), "without any check-in the door never opens");
        found.push(mistake.hint("leave `checkin` out for the two of the default"));
    }
    let mut names = Names::default();
    let mut checkins = Vec::with_capacity(tables.len());
    for (table, span) in tables {
        let section = TomlTable::open("[[checkin]]", table, span, &KEYS, found);
        checkins.extend(checkin(&section, zone, zones, &mut names, found));
    }
    (Calendar { zone, checkins, away }, names)
}

fn checkin(
    section: &TomlTable<'_>,
    zone_of_file: Zone,
    zones: &dyn Zones,
    names: &mut Names,
    found: &mut FoundMistakes,
) -> Option<CheckIn> {
    let name = names.take(section, found);
    if let Some(name) = &name
        && name.text.to_lowercase() == FIRST_BATCH
    {
        let what = format!("{} is a name that tidebox uses itself", quoted(&name.text));
        found.push(ConfigMistake::at(name.span.clone(), what).hint("give the check-in another name"));
    }
    let days = section.needed("days", DAYS, found).and_then(|text| read_with(&text, Days::parse, found));
    let at = times(section, found);
    let length = section.needed("for", LENGTH, found).and_then(|text| read_with(&text, parse_length, found));
    let zone = zone(section, zones, found).unwrap_or(zone_of_file);
    Some(CheckIn { name: name?.text.into_owned(), days: days?, at: at?, length: length?, zone })
}

fn times(section: &TomlTable<'_>, found: &mut FoundMistakes) -> Option<Vec<NaiveTime>> {
    let Some(texts) = section.moments("at", TIMES, found) else {
        found.push(section.missing("at", TIMES));
        return None;
    };
    if let Some(empty) = section.get("at").filter(|at| at.get_ref().as_array().is_some_and(|list| list.is_empty())) {
        found.push(ConfigMistake::at(empty.span(), "without a time this check-in never opens").expected(TIMES));
    }
    let mut times = Vec::with_capacity(texts.len());
    for text in texts {
        let Some(time) = read_with(&text, parse_time, found) else { continue };
        if times.contains(&time) {
            found.push(ConfigMistake::at(text.span, format!("{} stands here twice", time.format("%H:%M"))));
        } else {
            times.push(time);
        }
    }
    times.sort_unstable();
    (!times.is_empty()).then_some(times)
}

fn zone(section: &TomlTable<'_>, zones: &dyn Zones, found: &mut FoundMistakes) -> Option<Zone> {
    let text = section.text("timezone", ZONE, found)?;
    read_with(&text, |text| parse_zone(text, zones), found)
}

/// The system's zone. It is not asked for if the file names a zone, even a wrong one.
fn system(root: &TomlTable<'_>, zones: &dyn Zones, found: &mut FoundMistakes) -> Zone {
    if root.get("timezone").is_some() {
        return Zone::UTC;
    }
    zones.own().unwrap_or_else(|mistake| {
        let near = mistake.nearest.map_or_else(String::new, |near| format!(" (`{near}`?)"));
        let hint = format!("say another{near}, or name your zone in this file: timezone = \"Europe/Berlin\"");
        found.push(ConfigMistake::at(0..0, mistake.what).expected(mistake.expected).hint(hint));
        Zone::UTC
    })
}

fn away(root: &TomlTable<'_>, found: &mut FoundMistakes) -> Vec<Away> {
    let texts = root.moments("away", AWAY, found).unwrap_or_default();
    texts.iter().filter_map(|text| read_with(text, parse_away, found)).collect()
}

/// Reads a text about time, and notes what is wrong with it.
fn read_with<T>(
    text: &Text<'_>,
    read: impl Fn(&str) -> Result<T, TimeMistake>,
    found: &mut FoundMistakes,
) -> Option<T> {
    match read(&text.text) {
        Ok(value) => Some(value),
        Err(mistake) => {
            let placed = ConfigMistake::at(text.span.clone(), mistake.what).expected(mistake.expected);
            found.push(match mistake.nearest {
                Some(near) => placed.hint(format!("did you mean `{near}`?")),
                None => placed,
            });
            None
        }
    }
}
