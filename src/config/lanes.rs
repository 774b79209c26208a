//! `[[lane]]`: kinds of messages, and the check-ins at which each comes out.

use super::matching::QueryReader;
use super::mistake::{ConfigMistake, quoted};
use super::names::Names;
use super::table::{FoundMistakes, TomlTable};
use crate::domain::bundle::BundleField;
use crate::domain::lane::{Lane, REST, standard};
use crate::domain::nearest::nearest;
use crate::domain::text_enum::TextEnum;

/// The keys of a lane.
pub(super) const KEYS: [&str; 4] = ["name", "match", "checkins", "bundle"];
const CHECKINS: &str = "the name of a check-in, or a list of them";
const BUNDLE: &str = "`\"list\"`, `\"sender\"`, `\"subject\"`, or a list of them";

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
        lanes.insert(0, Lane { name: REST.to_owned(), matches: None, checkins: Vec::new(), bundle: Vec::new() });
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
    let bundle = bundle(section, found);
    Some(Lane { name: name?.text.into_owned(), matches, checkins, bundle })
}

/// What a lane is bundled by, in the order of `BundleField`.
fn bundle(section: &TomlTable<'_>, found: &mut FoundMistakes) -> Vec<BundleField> {
    let Some(texts) = section.texts("bundle", BUNDLE, found) else { return Vec::new() };
    if let Some(empty) = section.empty_list("bundle") {
        let mistake =
            ConfigMistake::at(empty, "`bundle` says nothing that messages could have in common").expected(BUNDLE);
        found.push(mistake.hint("leave `bundle` out to let each message stand by itself"));
    }
    let mut fields = Vec::with_capacity(texts.len());
    for text in texts {
        match BundleField::from_name(&text.text) {
            Some(field) if fields.contains(&field) => {
                let what = format!("{} stands in `bundle` twice", quoted(&text.text));
                found.push(ConfigMistake::at(text.span, what).hint("leave one of them out"));
            }
            Some(field) => fields.push(field),
            None => {
                let what = format!("messages cannot be bundled by {}", quoted(&text.text));
                let names = BundleField::ALL.iter().map(|field| field.name());
                found.push(ConfigMistake::at(text.span, what).among(&text.text, names));
            }
        }
    }
    fields.sort_unstable();
    fields
}

fn checkins(section: &TomlTable<'_>, known: &Names, found: &mut FoundMistakes) -> Vec<String> {
    let Some(texts) = section.texts("checkins", CHECKINS, found) else { return Vec::new() };
    if let Some(empty) = section.empty_list("checkins") {
        let mistake = ConfigMistake::at(empty, "a lane without a check-in never comes out").expected(CHECKINS);
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
