//! Holds `src/mail/invitation`, `src/domain/invitation`: invitations of three families of calendars, and those that lie or go on for
//! ever.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use icalendar::parser::{read_calendar, unfold};
use proptest::prelude::*;
use tidebox::domain::invitation::{EventTime, Invitation, InvitationMethod, ParticipationStatus, TimeDoubt};
use tidebox::domain::limits::{ADDRESSES, INVITATION_BYTES};
use tidebox::domain::schedule::Zone;
use tidebox::mail;

fn fixture(name: &str) -> Invitation {
    let raw = std::fs::read(format!("tests/fixtures/mail/invitations/{name}.eml")).expect("a fixture");
    mail::invitation(&raw).unwrap_or_else(|| panic!("{name} has no invitation"))
}

/// An invitation with these lines in its event, and these before it.
fn read(before: &str, lines: &str) -> Option<Invitation> {
    let mail = format!(
        "From: ann@a.example\r\nTo: mara@home.example\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n\
         {before}BEGIN:VEVENT\r\nUID:u1\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    mail::invitation(mail.as_bytes())
}

/// The instants of beginning and end, or what is known instead.
fn span(invitation: &Invitation) -> String {
    let told = |time: &EventTime| match time {
        EventTime::Day(day) => day.to_string(),
        EventTime::Instant { at, doubt, .. } => format!(
            "{}{}",
            at.format("%Y-%m-%d %H:%MZ"),
            match doubt {
                None => String::new(),
                Some(TimeDoubt::InGap) => " (gap)".to_owned(),
                Some(TimeDoubt::DescribedAs(other)) => format!(" (or {})", other.format("%H:%MZ")),
            }
        ),
        EventTime::Floating(at) => format!("{} floating", at.format("%Y-%m-%d %H:%M")),
        EventTime::Uncertain { written, zone } => format!("{} in {zone}", written.format("%Y-%m-%d %H:%M")),
    };
    let times = [&invitation.start, &invitation.end];
    times.into_iter().flatten().map(told).collect::<Vec<_>>().join(" to ")
}

#[test]
fn the_times_of_each_family_are_those_that_its_sender_means() {
    for (name, method, sequence, times) in [
        ("google-request", InvitationMethod::Request, 0, "2026-12-01 09:00Z to 2026-12-01 10:00Z"),
        ("google-update", InvitationMethod::Request, 1, "2026-12-01 13:30Z to 2026-12-01 14:30Z"),
        ("google-cancel", InvitationMethod::Cancel, 2, "2026-12-01 13:30Z to 2026-12-01 14:30Z"),
        ("google-reply", InvitationMethod::Reply, 0, "2026-12-03 18:00Z to 2026-12-03 20:00Z"),
        ("outlook-weekly", InvitationMethod::Request, 0, "2026-12-01 08:00Z to 2026-12-01 08:30Z"),
        // Half an hour is in the description alone; a name that begins with an offset is no name.
        ("outlook-custom-zone", InvitationMethod::Request, 0, "2026-12-02 09:00Z to 2026-12-02 10:00Z"),
        ("outlook-customized", InvitationMethod::Request, 0, "2026-12-15 12:00Z to 2026-12-15 13:00Z"),
        (
            "outlook-unknown-zone",
            InvitationMethod::Request,
            0,
            "2026-12-16 10:00 in Harbour Time to 2026-12-16 11:00 in Harbour Time",
        ),
        ("outlook-date-moved", InvitationMethod::Request, 1, "2026-12-09 13:00Z to 2026-12-09 13:30Z"),
        ("outlook-counter", InvitationMethod::Counter, 0, "2026-12-04 18:00Z to 2026-12-04 20:00Z"),
        ("apple-series", InvitationMethod::Request, 3, "2026-11-27 19:30Z to 2026-11-27 21:00Z"),
        ("apple-all-day", InvitationMethod::Request, 0, "2026-12-24 to 2026-12-27"),
    ] {
        let read = fixture(name);
        assert_eq!((read.method, read.sequence, span(&read).as_str()), (method, sequence, times), "{name}");
    }
}

/// What an answer needs is there as it is written: the own attendee's spelling, and which date is meant.
#[test]
fn an_answer_finds_what_it_has_to_repeat() {
    let outlook = fixture("outlook-date-moved");
    assert_eq!(outlook.uid, "040000008200E00074C5B7101A82E00800000000B0A1");
    let own = outlook.own_attendee().expect("the reader is one of them");
    assert_eq!(own.address, "Mara.Lind+calendar@home.example", "as the invitation spells it");
    let recurrence = outlook.recurrence_id.as_ref().expect("one date is meant");
    assert_eq!(recurrence.line, "RECURRENCE-ID;TZID=W. Europe Standard Time:20261208T090000");
    assert_eq!(recurrence.time.key(), "20261208T080000Z");
    assert_eq!(outlook.organizer.as_ref().map(|it| it.address.as_str()), Some("bente.rask@works.example"));

    let google = fixture("google-request");
    assert_eq!(google.own_attendee().map(|it| it.address.as_str()), Some("mara@home.example"));
    assert_eq!(google.attendees[2].name, "Jörg Müßig, Hafenamt", "a letter that folding cut in two is whole again");
    let reply = fixture("google-reply");
    assert_eq!((reply.attendees.len(), reply.attendees[0].status), (1, ParticipationStatus::Accepted));
    assert_eq!(fixture("apple-series").organizer.expect("one").name, "Tom O'Dea; choir", "signs in quotes");
    assert_eq!(fixture("own-request").own_attendee().map(|it| it.name.as_str()), Some("Philippa Oake"));
}

#[test]
fn what_repeats_has_its_dates_left_out_and_moved() {
    let dates = |name: &str, from: &str| {
        let event = fixture(name);
        let from: DateTime<Utc> = from.parse().expect("an instant");
        let found = event.recurrence.as_ref().expect("it repeats").occurrences(&event, from, Zone::UTC, 9);
        let told = found.iter().map(|it| {
            format!("{}{}", it.start.placed(Zone::UTC).format("%m-%d %H:%M"), if it.moved { "!" } else { "" })
        });
        told.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        dates("outlook-weekly", "2026-12-10T00:00:00Z"),
        "12-15 08:00 12-22 08:00 01-05 08:00 01-12 08:00 01-19 08:00 01-26 08:00"
    );
    // The last Friday, six times; Christmas is left out, and a date moves to the Saturday.
    assert_eq!(
        dates("apple-series", "2026-11-27T20:00:00Z"),
        "11-27 19:30 01-30 18:00! 02-26 19:30 03-26 19:30 04-30 18:30"
    );
    let span = fixture("apple-series").facts().expect("facts").span.expect("a span");
    assert_eq!(span.1.to_rfc3339(), "2027-04-30T20:00:00+00:00", "to the end of its last date");
}

const BERLIN: &str = "DTSTART;TZID=Europe/Berlin:20261201T100000\r\n";

fn described(name: &str, standard: &str, daylight: &str) -> String {
    format!(
        "BEGIN:VTIMEZONE\r\nTZID:{name}\r\nBEGIN:STANDARD\r\n{standard}END:STANDARD\r\nBEGIN:DAYLIGHT\r\n{daylight}\
         END:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
    )
}

const WINTER: &str =
    "DTSTART:16011028T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n";
const SUMMER: &str =
    "DTSTART:16010325T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n";

#[test]
fn a_zone_counts_by_its_name_then_by_its_description_and_else_not_at_all() {
    let time = |zones: &str, lines: &str| span(&read(zones, lines).expect("an event"));
    let own = described("Own", WINTER, SUMMER);
    for (wall, said) in [
        ("20260701T100000", "2026-07-01 08:00Z"),
        ("20261201T100000", "2026-12-01 09:00Z"),
        ("20260329T023000", "2026-03-29 01:30Z (gap)"),
        ("20261025T023000", "2026-10-25 00:30Z"),
        ("99991201T100000", "9999-12-01 09:00Z"),
    ] {
        assert_eq!(time(&own, &format!("DTSTART;TZID=Own:{wall}\r\n")), said, "described, {wall}");
        let by_name = time("", &format!("DTSTART;TZID=Europe/Berlin:{wall}\r\n"));
        assert_eq!(by_name, said, "known, {wall}");
    }
    // A description that says otherwise than the name is told; the name counts.
    let lying = described("Europe/Berlin", &WINTER.replace("TO:+0100", "TO:+0900"), SUMMER);
    assert_eq!(time(&lying, BERLIN), "2026-12-01 09:00Z (or 01:00Z)");
    assert_eq!(time(&described("Europe/Berlin", WINTER, SUMMER), BERLIN), "2026-12-01 09:00Z");
    // Where a description cannot be worked out, nothing is converted.
    for (standard, daylight) in [
        (WINTER.replace("+0100", "+9900"), SUMMER.to_owned()),
        (WINTER.replace("+0100", "99"), SUMMER.to_owned()),
        (WINTER.replace("FREQ=YEARLY", "FREQ=HOURLY"), SUMMER.to_owned()),
        (WINTER.replace("BYDAY=-1SU", "BYWEEKNO=44"), SUMMER.to_owned()),
        (WINTER.replace("DTSTART:1601", "DTSTART:"), SUMMER.to_owned()),
        (String::new(), SUMMER.to_owned()),
    ] {
        let zone = described("Own", &standard, &daylight);
        assert_eq!(time(&zone, "DTSTART;TZID=Own:20261201T100000\r\n"), "2026-12-01 10:00 in Own", "{zone}");
    }
    assert_eq!(time("", "DTSTART;TZID=GMT Standard Time:20260701T100000\r\n"), "2026-07-01 09:00Z");
    assert_eq!(
        time("", "DTSTART;TZID=\"(UTC+01:00) Berlin\":20260701T100000\r\n"),
        "2026-07-01 10:00 in (UTC+01:00) Berlin"
    );
    assert_eq!(
        time("", "DTSTART:20261201T100000\r\nDURATION:PT90M\r\n"),
        "2026-12-01 10:00 floating to 2026-12-01 11:30 floating"
    );
    // Rules that never come true leave the change that is written, and end.
    let never = described("Own", &WINTER.replace("BYDAY=-1SU;BYMONTH=10", "BYMONTHDAY=30;BYMONTH=2"), SUMMER);
    assert_eq!(time(&never, "DTSTART;TZID=Own:20261201T100000\r\n"), "2026-12-01 08:00Z");
}

#[test]
fn what_is_endless_nested_or_broken_is_read_to_its_bound() {
    let nested = "BEGIN:VEVENT\r\n".repeat(50_000);
    let event = read("", &format!("SUMMARY:Outer\r\n{nested}SUMMARY:Inner\r\n")).expect("an event");
    assert_eq!(event.summary, "Outer");
    assert!(read(&nested, "SUMMARY:Deep\r\n").is_some());
    assert_eq!(read(&"BEGIN:VCALENDAR\r\n".repeat(50_000), "SUMMARY:Deep\r\n").expect("an event").summary, "Deep");
    assert!(read(&"BEGIN:VTIMEZONE\r\n".repeat(50_000), BERLIN).is_none(), "it is in a zone that never ends");

    let many: String = (0..5_000).fold(String::new(), |mut text, number| {
        let _ = write!(text, "ATTENDEE:mailto:a{number}@a.example\r\n");
        text
    });
    let event = read("", &many).expect("an event");
    assert_eq!((event.attendees.len(), event.attendees_left_out), (ADDRESSES, 5_000 - ADDRESSES));

    let long = read("", &format!("DESCRIPTION:{}\r\n{BERLIN}", "x".repeat(INVITATION_BYTES))).expect("an event");
    assert!(long.cut && long.start.is_none());
    let folded = read("", &format!("DESCRIPTION:{}\r\n{BERLIN}", "x\r\n ".repeat(100_000))).expect("an event");
    assert_eq!((folded.cut, folded.description.len(), folded.start.is_some()), (false, 100_000, true));

    for rule in [
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY",
        "FREQ=DAILY;COUNT=99999999999",
        "FREQ=DAILY;COUNT=4000000000",
        "FREQ=MONTHLY;BYDAY=5FR;INTERVAL=9999",
        "FREQ=YEARLY;BYMONTH=1,1,1,1;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-366",
        ";;;=;FREQ",
    ] {
        let event = read("", &format!("{BERLIN}RRULE:{rule}\r\n")).expect("an event");
        let recurrence = event.recurrence.as_ref().expect("it repeats");
        let far: DateTime<Utc> = "2400-01-01T00:00:00Z".parse().expect("an instant");
        assert!(recurrence.occurrences(&event, far, Zone::UTC, 3).len() <= 3, "{rule}");
        assert!(event.facts().is_some(), "{rule}");
    }
    let nul = read("", "SUMMARY:a\0b\r\nLOCATION:\u{1b}[2J\r\n").expect("an event");
    assert_eq!(nul.summary, "a\0b", "what is shown is cleaned when it is shown");
    let broken = "Content-Type: text/calendar\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nBEGIN:VEVENT\r\n\
                  SUMMARY:=ZZ=4\r\nDTSTART:20261201T1000=\r\n00Z\r\n";
    let broken = mail::invitation(broken.as_bytes()).expect("an event");
    assert!(broken.damaged);
    assert_eq!(span(&broken), "2026-12-01 10:00Z");
}

/// Texts in which the words of calendars come in any order.
fn calendar_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("BEGIN:VEVENT\r\n"),
        Just("END:VEVENT\r\n"),
        Just("BEGIN:VTIMEZONE\r\nTZID:Z\r\n"),
        Just("END:VTIMEZONE\r\n"),
        Just("BEGIN:STANDARD\r\n"),
        Just("END:STANDARD\r\n"),
        Just("DTSTART;TZID=Z:20260329T023000\r\n"),
        Just("DTSTART:99991231T235959\r\n"),
        Just("DTSTART;VALUE=DATE:00010101\r\n"),
        Just("DTEND;TZID=Europe/Berlin:20261025T023000\r\n"),
        Just("DURATION:P99999W\r\n"),
        Just("TZOFFSETFROM:+1559\r\n"),
        Just("TZOFFSETTO:-1559\r\n"),
        Just("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n"),
        Just("RRULE:FREQ=WEEKLY;WKST=SU;COUNT=9\r\n"),
        Just("RRULE:FREQ=MONTHLY;BYMONTHDAY=-31;UNTIL=99990101\r\n"),
        Just("RDATE:20260101,99991231T000000Z,00010101T000000Z/PT1H\r\n"),
        Just("EXDATE:20260329\r\n"),
        Just("RECURRENCE-ID;TZID=Z:20260329T023000\r\n"),
        Just("UID:u\r\n"),
        Just("ATTENDEE;CN=\"a;b:c\";PARTSTAT=ACCEPTED:mailto:é@x\r\n"),
        Just("é;=\";:"),
        Just("\r\n "),
    ];
    let random = "[\\PC\\x00-\\x1f]{0,12}";
    prop::collection::vec(prop_oneof![8 => piece.prop_map(str::to_owned), 1 => random], 0..60)
        .prop_map(|it| it.concat())
}

proptest! {
    #[test]
    fn nothing_in_a_calendar_panics(text in calendar_text(), from in 0_i64..253_402_300_000) {
        let raw = format!("Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{text}");
        // What begins with a blank belongs to the line before, so that no event begins.
        let Some(event) = mail::invitation(raw.as_bytes()) else { return Ok(()) };
        let from = DateTime::from_timestamp(from, 0).expect("an instant");
        if let Some(recurrence) = &event.recurrence {
            let found = recurrence.occurrences(&event, from, Zone::UTC, 3);
            prop_assert!(found.windows(2).all(|pair| pair[0].start.placed(Zone::UTC) <= pair[1].start.placed(Zone::UTC)));
        }
        if let Some(facts) = event.facts() {
            prop_assert!(facts.span.is_none_or(|(starts, ends)| starts <= ends));
        }
    }
}

/// What another reader finds in the same calendars.
#[test]
fn another_reader_finds_the_same_properties() {
    for entry in std::fs::read_dir("tests/fixtures/mail/invitations").expect("fixtures").flatten() {
        let raw = std::fs::read(entry.path()).expect("bytes");
        let ours = mail::invitation(&raw).expect("an invitation");
        let calendar = mail::attachment(&raw, 0).expect("the calendar is the first attachment").1;
        let unfolded = unfold(std::str::from_utf8(&calendar).expect("text"));
        let theirs = read_calendar(&unfolded).expect("a calendar");
        let events = theirs.components.iter().filter(|it| it.name == "VEVENT");
        let event = events.clone().find(|it| it.find_prop("RECURRENCE-ID").is_none()).or(events.clone().next());
        let event = event.expect("an event");
        let text = |name: &str| event.find_prop(name).map_or_else(String::new, |it| it.val.as_str().to_owned());
        let plain = |text: String| text.replace("\\,", ",").replace("\\n", "\n").replace("\\;", ";");
        assert_eq!(ours.uid, text("UID"));
        assert_eq!(ours.summary, plain(text("SUMMARY")), "{}", entry.path().display());
        assert_eq!(ours.location, plain(text("LOCATION")), "{}", entry.path().display());
        assert_eq!(ours.sequence.to_string(), text("SEQUENCE"));
        let written = ours.start.expect("a start").written().format("%Y%m%dT%H%M%S").to_string();
        assert!(written.starts_with(text("DTSTART").trim_end_matches('Z')), "{written}");
        let attendees = event.properties.iter().filter(|it| it.name == "ATTENDEE").count();
        assert_eq!(ours.attendees.len(), attendees, "{}", entry.path().display());
    }
}

/// Dates and offsets as another program computes them.
#[test]
fn rules_and_zones_say_what_dateutil_says() {
    let sample = std::fs::read_to_string("tests/fixtures/recurrence-sample.jsonl").expect("a sample");
    let rows: Vec<serde_json::Value> =
        sample.lines().skip(1).map(|row| serde_json::from_str(row).expect("JSON")).collect();
    let text = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let (rules, zones): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.get("rule").is_some());
    for row in &rules {
        let lines = format!("DTSTART:{}Z\r\nRRULE:{}\r\n", text(row, "start"), text(row, "rule"));
        let event = read("", &lines).expect("an event");
        let from = chrono::NaiveDateTime::parse_from_str(&text(row, "from"), "%Y%m%dT%H%M%S").expect("a time");
        let recurrence = event.recurrence.as_ref().expect("it repeats");
        let next = recurrence.occurrences(&event, from.and_utc(), Zone::UTC, 4);
        let next: Vec<String> = next.iter().map(|it| it.start.written().format("%Y%m%dT%H%M%S").to_string()).collect();
        assert_eq!(serde_json::json!(next), row["next"], "{row}");
    }
    for row in &zones {
        let event = read(&text(row, "zone"), &format!("DTSTART;TZID=Own:{}\r\n", text(row, "written")));
        let start = event.and_then(|event| event.start).expect("a start");
        let offset = start.written().and_utc() - start.instant().expect("an instant");
        assert_eq!(Some(offset.num_seconds()), row["offset"].as_i64(), "{row}");
    }
    assert!(rules.len() >= 300 && zones.len() >= 100);
}
