//! The time zone of the system, and where the rules of zones are read.
//!
//! `TZ` is understood in every form that a C library takes: the name of a zone, with or without a colon before it, the
//! path of a file, a rule of POSIX (§8.3), or an empty value, which is UTC. Without it `/etc/localtime` decides. A zone that
//! is not known is an error. (A C library would take UTC, and windows would open at the wrong hours.)
//!
//! The rules of a named zone are read from the system if they are newer than the built-in ones, or if `TZDIR` names a folder
//! with rules that are not older. Otherwise the built-in rules are used.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use crate::domain::limits::ZONE_BYTES;
use crate::domain::schedule::zone_name::{BUILT_IN_VERSION, meant};
use crate::domain::schedule::{TimeMistake, Zone, Zones};

/// Where systems keep the zones, as files of their names.
const FOLDERS: [&str; 6] = [
    "/usr/share/zoneinfo",
    "/usr/lib/zoneinfo",
    "/usr/share/lib/zoneinfo",
    "/etc/zoneinfo",
    "/share/zoneinfo",
    "/var/db/timezone/zoneinfo",
];
/// The file that says which zone the system uses.
pub const LOCAL_ZONE: &str = "/etc/localtime";
/// The same names again, with rules that do not and that do count leap seconds. They are mapped to the plain names.
const PREFIXES: [&str; 2] = ["posix/", "right/"];

/// The zones of the system, as they are at the moment.
#[derive(Debug, Clone)]
pub struct SystemZones {
    /// What `TZ` says, where it is set.
    said: Option<OsString>,
    /// The folder that `TZDIR` names, where it exists.
    chosen: Option<PathBuf>,
    /// The first folder with zones that exists, and the version of its rules, if it states one.
    first: Option<PathBuf>,
    version: Option<String>,
    /// Whether the rules in the first folder are used instead of the built-in ones.
    preferred: bool,
    /// The zone of the system, once somebody has asked for it.
    own: OnceLock<Result<Zone, TimeMistake>>,
}

impl SystemZones {
    /// Looks at the environment and at the files.
    #[must_use]
    pub fn find() -> Self {
        Self::of(std::env::var_os("TZ"), std::env::var_os("TZDIR"))
    }

    fn of(said: Option<OsString>, named: Option<OsString>) -> Self {
        let chosen = named.filter(|folder| !folder.is_empty()).map(PathBuf::from).filter(|folder| folder.is_dir());
        let first = folders(chosen.as_deref()).next();
        let version = first.as_deref().and_then(version_of);
        let order =
            version.as_deref().and_then(age).map(|theirs| theirs.cmp(&age(BUILT_IN_VERSION).unwrap_or_default()));
        let preferred = match order {
            Some(order) if chosen.is_some() => order.is_ge(),
            Some(order) => order.is_gt(),
            None => chosen.is_some(),
        };
        Self { said, chosen, first, version, preferred, own: OnceLock::new() }
    }

    /// A line for a person: which rules of zones are used, and which version they are.
    #[must_use]
    pub fn rules_text(&self) -> String {
        let ours = BUILT_IN_VERSION;
        let Some(folder) = &self.first else { return format!("{ours}, built in") };
        let (folder, version) = (folder.display(), self.version.as_deref().unwrap_or("an unknown version"));
        if self.preferred {
            format!("{version}, from {folder} ({ours} is built in)")
        } else {
            format!("{ours}, built in ({folder} has {version})")
        }
    }

    /// The value of `TZ`, if it is anything else than the name of the zone.
    #[must_use]
    pub fn configured_text(&self) -> Option<String> {
        let said = self.said.as_ref()?.to_string_lossy().into_owned();
        self.own().is_ok_and(|zone| zone.name() != said).then_some(said)
    }

    fn of_text(&self, text: &str) -> Result<Zone, TimeMistake> {
        let text = text.strip_prefix(':').unwrap_or(text);
        if text.is_empty() {
            return Ok(Zone::UTC);
        }
        if text.starts_with('/') {
            return self.of_file(Path::new(text));
        }
        let name = PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
        if let Some(zone) = self.named(name) {
            return Ok(zone);
        }
        match self.folders().map(|folder| folder.join(text)).find(|path| path.is_file()) {
            Some(path) => self.of_file(&path),
            None => Zone::from_rule(text).map_err(|mistake| mistake.meant(meant(text))),
        }
    }

    /// The zone of a file: by its name, where it is one of those that the system keeps.
    fn of_file(&self, path: &Path) -> Result<Zone, TimeMistake> {
        let zone_at = |path: &Path| self.named(&self.name_of(path)?);
        if let Some(zone) = zone_at(path).or_else(|| zone_at(&link_of(path)?)) {
            return Ok(zone);
        }
        let behind = fs::canonicalize(path);
        if let Some(zone) = behind.as_deref().ok().and_then(zone_at) {
            return Ok(zone);
        }
        let name = path.to_string_lossy();
        let unreadable = |error: io::Error| {
            TimeMistake::about(&name, format!("cannot be read: {error}"), "the path of a zone's file")
        };
        let bytes = behind.and_then(|path| read(&path)).map_err(unreadable)?;
        // The file may lie elsewhere and have its own rules; it still has this name.
        let named = path.iter().rev().collect::<Vec<_>>();
        let known = named
            .split(|part| part.to_string_lossy().starts_with("zoneinfo"))
            .next()
            .map(|tail| tail.iter().rev().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/"));
        let known = known.filter(|name| Zone::built_in(name).is_some());
        Zone::from_file(known.as_deref().unwrap_or(&name), &bytes)
    }

    /// The name of a zone whose file lies in a folder of zones.
    fn name_of(&self, path: &Path) -> Option<String> {
        let usual = FOLDERS.iter().map(Path::new);
        let rest = self.chosen.as_deref().into_iter().chain(usual).find_map(|folder| path.strip_prefix(folder).ok())?;
        let name = rest.to_str()?;
        Some(PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name).to_owned())
    }

    fn of_the_system(&self) -> Result<Zone, TimeMistake> {
        let local = Path::new(LOCAL_ZONE);
        if fs::symlink_metadata(local).is_err() {
            // No file decides it: ask the system in other ways, and take UTC if it has no answer.
            let name = iana_time_zone::get_timezone().ok();
            return Ok(name.and_then(|name| self.named(&name)).unwrap_or(Zone::UTC));
        }
        self.of_file(local)
    }

    fn read(&self, name: &str) -> Option<Zone> {
        if !is_a_name(name) {
            return None;
        }
        let read = |folder: PathBuf| Zone::from_file(name, &read(&folder.join(name)).ok()?).ok();
        self.folders().find_map(read)
    }

    fn folders(&self) -> impl Iterator<Item = PathBuf> {
        folders(self.chosen.as_deref())
    }

    fn find_own(&self) -> Result<Zone, TimeMistake> {
        let Some(said) = &self.said else { return self.of_the_system() };
        let text = said.to_str();
        let found = text.map_or_else(
            || Err(TimeMistake::about(&said.to_string_lossy(), "is no text", "the name of a zone")),
            |text| self.of_text(text),
        );
        found.map_err(|mistake| mistake.in_front("the variable TZ: "))
    }
}

/// The folders with zones that exist, looked for one by one.
fn folders(chosen: Option<&Path>) -> impl Iterator<Item = PathBuf> {
    chosen.into_iter().chain(FOLDERS.iter().map(Path::new)).filter(|folder| folder.is_dir()).map(PathBuf::from)
}

impl Zones for SystemZones {
    fn named(&self, name: &str) -> Option<Zone> {
        let theirs = || self.read(name);
        if self.preferred { theirs().or_else(|| Zone::built_in(name)) } else { Zone::built_in(name).or_else(theirs) }
    }

    fn own(&self) -> Result<Zone, TimeMistake> {
        self.own.get_or_init(|| self.find_own()).clone()
    }
}

/// Whether a text can be the name of a zone and, used as a path, stays within the folder of zones.
fn is_a_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+');
    !text.is_empty()
        && text.chars().all(plain)
        && Path::new(text).components().all(|part| matches!(part, Component::Normal(_)))
}

/// The target of a link. A relative one is meant from the folder of the link.
fn link_of(path: &Path) -> Option<PathBuf> {
    let link = fs::read_link(path).ok()?;
    let mut whole = PathBuf::new();
    for part in path.parent()?.join(link).components() {
        match part {
            Component::ParentDir => {
                whole.pop();
            }
            Component::CurDir => {}
            part => whole.push(part),
        }
    }
    Some(whole)
}

/// The content of a file, unless it is too large for a file of a zone.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let facts = fs::metadata(path)?;
    if !facts.is_file() || facts.len() > ZONE_BYTES {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file of a zone"));
    }
    fs::read(path)
}

/// The version of the zones in a folder: `2025b`.
fn version_of(folder: &Path) -> Option<String> {
    use std::io::Read as _;
    let head = |name: &str| {
        let mut text = String::new();
        fs::File::open(folder.join(name)).ok()?.take(64).read_to_string(&mut text).ok()?;
        text.lines().next().map(|line| line.trim().to_owned())
    };
    let compact = head("tzdata.zi").and_then(|line| line.strip_prefix("# version ").map(str::to_owned));
    compact.or_else(|| head("+VERSION")).or_else(|| head("version")).filter(|version| age(version).is_some())
}

/// The key by which versions are compared: the year, then the letters, where `za` follows `z`.
fn age(version: &str) -> Option<(u32, usize, String)> {
    let (year, letters) = version.split_at_checked(4)?;
    let right = letters.chars().all(|c| c.is_ascii_lowercase()) && year.chars().all(|c| c.is_ascii_digit());
    right.then_some((year.parse().ok()?, letters.len(), letters.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::fs;

    use chrono::{DateTime, NaiveDateTime, Utc};

    use super::{SystemZones, age};
    use crate::domain::schedule::{Zones, wall};

    /// A zone as a file.
    fn fixture(name: &str) -> Vec<u8> {
        fs::read(format!("{}/tests/fixtures/zones/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    /// The name of the zone that `TZ` says, and what a clock there shows at noon of 1 July 2026 in UTC.
    fn said(text: &str) -> String {
        shown(&SystemZones::of(Some(text.into()), None))
    }

    fn shown(zones: &SystemZones) -> String {
        let noon: DateTime<Utc> = "2026-07-01T12:00:00Z".parse().unwrap();
        match zones.own() {
            Ok(zone) => format!("{zone} {}", wall::shown(zone, noon).format("%H:%M")),
            Err(mistake) => mistake.what,
        }
    }

    #[test]
    fn every_form_that_a_c_library_takes() {
        for (text, expected) in [
            ("Europe/Berlin", "Europe/Berlin 14:00"),
            (":Europe/Berlin", "Europe/Berlin 14:00"),
            ("posix/Europe/Berlin", "Europe/Berlin 14:00"),
            (":right/Europe/Berlin", "Europe/Berlin 14:00"),
            ("/usr/share/zoneinfo/Europe/Berlin", "Europe/Berlin 14:00"),
            (":/usr/share/zoneinfo/posix/Asia/Tokyo", "Asia/Tokyo 21:00"),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "CET-1CEST,M3.5.0,M10.5.0/3 14:00"),
            ("<+03>-3", "<+03>-3 15:00"),
            ("EST5EDT", "EST5EDT 08:00"),
            ("", "UTC 12:00"),
            (":", "UTC 12:00"),
            ("Mars/Olympus", "the variable TZ: `Mars/Olympus` is no time zone that is known here"),
            ("europe/berlin", "the variable TZ: `europe/berlin` is no time zone that is known here"),
        ] {
            assert_eq!(said(text), expected, "{text}");
        }
        assert!(said("/nowhere/zone").starts_with("the variable TZ: `/nowhere/zone` cannot be read: "));
    }

    #[test]
    fn a_file_of_ones_own_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let mine = folder.path().join("mine");
        fs::write(&mine, fixture("Europe/Berlin")).unwrap();
        let path = mine.display().to_string();
        assert_eq!(said(&path), format!("{path} 14:00"));
        fs::write(&mine, "no zone").unwrap();
        assert!(said(&path).ends_with("holds no rules of a time zone"), "{}", said(&path));
        let kept = folder.path().join("zoneinfo/Europe");
        fs::create_dir_all(&kept).unwrap();
        fs::write(kept.join("Berlin"), fixture("Pacific/Apia")).unwrap();
        assert_eq!(
            said(&kept.join("Berlin").display().to_string()),
            "Europe/Berlin 01:00",
            "its own rules, its own name"
        );
    }

    #[test]
    fn newer_rules_of_the_system_go_before_those_that_are_built_in() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("Europe")).unwrap();
        fs::write(folder.path().join("Europe/Berlin"), fixture("Pacific/Apia")).unwrap();
        let zones = || SystemZones::of(Some("Europe/Berlin".into()), Some(OsString::from(folder.path())));
        assert_eq!(shown(&zones()), "Europe/Berlin 01:00", "a folder that was named, of no known version");
        for (name, text, expected) in [
            ("+VERSION", "2001a\n", "Europe/Berlin 14:00"),
            ("+VERSION", "2099b\n", "Europe/Berlin 01:00"),
            ("tzdata.zi", "# version 2001c\n# This zic input file is in the public domain.\n", "Europe/Berlin 14:00"),
            ("tzdata.zi", "# version 2099za\n", "Europe/Berlin 01:00"),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
            assert_eq!(shown(&zones()), expected, "{text}");
        }
        assert!(zones().rules_text().starts_with("2099za, from "), "{}", zones().rules_text());
        assert_eq!(zones().named("Europe/Paris").unwrap().name(), "Europe/Paris", "what is not there is built in");
        assert!(zones().named("../Europe/Berlin").is_none() && zones().named("/etc/passwd").is_none());
    }

    #[test]
    fn versions_have_an_order() {
        let mut sorted = ["2025b", "2024a", "2025", "2024zb", "2024z", "2026a"].map(age);
        sorted.sort();
        assert_eq!(
            sorted.map(|it| it.unwrap()).map(|(year, _, letters)| format!("{year}{letters}")),
            ["2024a", "2024z", "2024zb", "2025", "2025b", "2026a"]
        );
        for wrong in ["", "2025B", "25b", "unknown", "2025b-1"] {
            assert_eq!(age(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_time_in_a_gap_of_a_file_is_the_instant_of_the_change() {
        let zone = crate::domain::schedule::Zone::from_file("x", &fixture("Europe/Berlin")).unwrap();
        let gap = NaiveDateTime::parse_from_str("2026-03-29 02:30", "%Y-%m-%d %H:%M").unwrap();
        assert_eq!(wall::first_instant(zone, gap).unwrap().to_rfc3339(), "2026-03-29T01:00:00+00:00");
    }
}
