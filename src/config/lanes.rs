//! `[[lane]]`: kinds of messages, and the check-ins at which each comes out.

use super::matching::QueryReader;
use super::mistake::{ConfigMistake, quoted};
use super::names::Names;
use super::table::{FoundMistakes, TomlTable};
use crate::domain::lane::{Lane, REST, standard};
use crate::domain::nearest::nearest;

/// The keys of a lane.
pub(super) const KEYS: [&str; 3] = ["name", "match", "checkins"];
const CHECKINS: &str = "the name of a check-in, or a list of them";

/// Reads the lanes in the order of the file, which is their order in a batch. The lane for all other messages comes first if
/// the file does not name it.
pub(super) fn read(
    root: &TomlTable<'_>,
    known: &Names,
    reader: QueryReader<'_>,
    found: &mut FoundMistakes,
) -> Vec<Lane> {
    let Some(tables) = root.tables("lane", found) else { return standard() };
    let mut names = Names::default();
    let mut lanes: Vec<Lane> = Vec::new();
    for (table, span) in tables {
        let section = TomlTable::open("[[lane]]", table, span, &KEYS, found);
        lanes.extend(lane(&section, known, reader, &mut names, found));
    }
    if !lanes.iter().any(|lane| lane.name == REST) {
        lanes.insert(0, Lane { name: REST.to_owned(), matches: None, checkins: Vec::new() });
    }
    lanes
}

fn lane(
    section: &TomlTable<'_>,
    known: &Names,
    reader: QueryReader<'_>,
    names: &mut Names,
    found: &mut FoundMistakes,
) -> Option<Lane> {
    let name = names.take(section, found);
    let rest = name.as_ref().is_some_and(|name| name.text == REST);
    let matches = if rest { reader.query(section, found) } else { reader.needed(section, found) };
    let checkins = checkins(section, known, found);
    Some(Lane { name: name?.text.into_owned(), matches, checkins })
}

fn checkins(section: &TomlTable<'_>, known: &Names, found: &mut FoundMistakes) -> Vec<String> {
    let Some(texts) = section.texts("checkins", CHECKINS, found) else { return Vec::new() };
    if let Some(empty) =
        section.get("checkins").filter(|value| value.get_ref().as_array().is_some_and(|list| list.is_empty()))
    {
        let mistake = ConfigMistake::at(empty.span(), "a lane without a check-in never comes out").expected(CHECKINS);
        found.push(mistake.hint("leave `checkins` out to let it come out at every one"));
    }
    let mut names = Vec::with_capacity(texts.len());
    for text in texts {
        let meant = nearest(&text.text, known.all()).filter(|_| !known.contains(&text.text));
        if meant.is_some() {
            let what = format!("there is no check-in {}", quoted(&text.text));
            found.push(ConfigMistake::at(text.span, what).among(&text.text, known.all()));
        } else {
            // One that is like none of them was taken out of the file: `Lane::comes_out_at` knows what that means.
            names.push(text.text.into_owned());
        }
    }
    names
}
