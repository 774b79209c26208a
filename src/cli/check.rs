//! `tidebox check`: reads configuration, keys, sources and store, and reports every problem at once.

use super::arguments::{Arguments, Check};
use super::failure::Failure;
use super::json;
use super::output::print;
use super::place::Place;
use crate::domain::printable::Printable;
use crate::job::check;
use crate::store::Store;

pub fn run(arguments: &Arguments, options: &Check) -> Result<(), Failure> {
    let place = Place::find(arguments)?;
    let mut problems = check::sources(&place.config);
    let mut store = Store::open_existing(&place.store_path)?;
    if let (Some(store), true) = (&mut store, options.store_too) {
        problems.extend(check::store(store)?);
    }
    let facts = facts(&place, store.as_ref())?;
    if place.json {
        let object: serde_json::Map<String, serde_json::Value> =
            facts.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        print(&format!("{}\n", json::line(&serde_json::json!({ "facts": object, "problems": problems }))))?;
    } else {
        let mut out = String::new();
        for (name, value) in &facts {
            out.push_str(&format!("{name:<14} {}\n", Printable::from(value)));
        }
        if problems.is_empty() {
            out.push_str("No problem found.\n");
        }
        print(&out)?;
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::problems(&problems)) }
}

fn facts(place: &Place, store: Option<&Store>) -> Result<Vec<(&'static str, String)>, Failure> {
    let there =
        |is: bool, what: &str| if is { what.to_owned() } else { "not there yet; the built-in one is used".into() };
    let mut facts = vec![
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("zone data", chrono_tz::IANA_TZDB_VERSION.to_owned()),
        ("configuration", format!("{} ({})", place.config_path.display(), there(place.configured, "read"))),
        ("zone", place.zone().name().to_owned()),
        ("check-ins", place.config.calendar.checkins.len().to_string()),
        ("lanes", place.config.lanes.len().to_string()),
        ("exceptions", place.config.exceptions.len().to_string()),
        ("sources", place.config.sources.len().to_string()),
    ];
    match store {
        Some(store) => {
            facts.push(("store", place.store_path.display().to_string()));
            facts.push(("messages", store.count()?.to_string()));
        }
        None => facts.push(("store", format!("{} (not there yet)", place.store_path.display()))),
    }
    Ok(facts)
}
