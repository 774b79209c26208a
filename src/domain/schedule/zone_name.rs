//! The name of a zone in the IANA database, as a person writes it.

use std::fmt;

use chrono_tz::{TZ_VARIANTS, Tz};

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
        built_in(name)
    }

    fn own(&self) -> Result<Zone, TimeMistake> {
        Ok(*self)
    }
}

/// The zone of exactly this name in the database that is built into the program.
#[must_use]
pub fn built_in(name: &str) -> Option<Zone> {
    name.parse::<Tz>().ok().map(Zone::from)
}

/// Reads `Europe/Berlin`, letter case ignored. A city alone, or a slip, is refused and the full name suggested.
pub fn parse_zone(text: &str, zones: &dyn Zones) -> Result<Zone, TimeMistake> {
    let text = text.trim();
    let name = TZ_VARIANTS.iter().map(|zone| zone.name()).find(|name| name.eq_ignore_ascii_case(text));
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
    let cities = || TZ_VARIANTS.iter().filter_map(|zone| Some((city(zone.name())?, zone.name())));
    let zone_of = |wanted: &str| cities().find(|(city, _)| city.eq_ignore_ascii_case(wanted)).map(|(_, zone)| zone);
    zone_of(&name)
        .or_else(|| nearest(&name, TZ_VARIANTS.iter().map(|zone| zone.name())))
        .or_else(|| zone_of(nearest(&name, cities().map(|(city, _)| city))?))
}

/// The last part of a zone's name. Not of `Etc/GMT+5`, which is five hours behind and the opposite of what its name says.
fn city(zone: &str) -> Option<&str> {
    zone.rsplit_once('/').filter(|(area, _)| *area != "Etc").map(|(_, city)| city)
}

#[cfg(test)]
mod tests {
    use super::{Zone, parse_zone};
    use chrono_tz::TZ_VARIANTS;

    #[test]
    fn every_zone_is_read_by_its_name() {
        for zone in TZ_VARIANTS {
            assert_eq!(parse_zone(zone.name(), &Zone::UTC), Ok(Zone::from(zone)));
        }
        assert_eq!(parse_zone(" europe/berlin ", &Zone::UTC), Ok(chrono_tz::Europe::Berlin.into()));
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
