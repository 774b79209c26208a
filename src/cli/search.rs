//! `tidebox search`: finds what was released, newest first. What is held is not found.

use super::arguments::Search;
use super::failure::Failure;
use super::listing;
use super::place::Place;
use crate::domain::query::{Query, parse};

pub fn run(place: &Place, options: &Search) -> Result<(), Failure> {
    let query = query(place, &options.query.join(" "))?;
    let store = place.desk()?;
    let found = store.search(&query, place.now(), options.limit as usize, None)?;
    listing::messages(place, &found)
}

/// Reads a query from an argument; a mistake in it is shown at its place.
pub fn query(place: &Place, text: &str) -> Result<Query, Failure> {
    parse(text, place.zone(), place.now()).map_err(|mistake| {
        let column = text.get(..mistake.span.start).map_or(0, |before| before.chars().count());
        let what = format!("in the query, at character {}: {mistake}", column + 1);
        Failure::usage(what, mistake.hint.unwrap_or_else(|| "`tidebox search --help` shows the language".to_owned()))
    })
}
