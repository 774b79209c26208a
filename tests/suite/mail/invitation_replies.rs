//! Holds `src/domain/invitation/reply.rs`, `src/mail/invitation/repeated.rs`, `src/mail/build.rs`: what is answered to an invitation is read by other calendars and by
//! Python's email package as it was meant, also where names and comments are odd.

use std::io::Write as _;
use std::process::{Command, Stdio};

use chrono::{DateTime, Utc};
use icalendar::parser::{read_calendar, unfold};
use serde_json::Value;
use tidebox::domain::address::Address;
use tidebox::domain::invitation::{
    Attendee, EventTime, Invitation, InvitationAnswer, InvitationMethod, NoInvitationReply, ParticipationStatus,
};
use tidebox::mail::{self, CalendarVersion, NewMessage, build_with_calendar};

const READ: &str = "
import email, email.policy, json, sys
def zones(text):
    lines = text.replace('\\r\\n ', '').splitlines()
    values = [it.split(';TZID=')[1] for it in lines if ';TZID=' in it]
    named = {it[1:].split(chr(34))[0] if it[0] == chr(34) else it.split(':')[0] for it in values}
    return [sorted(named), sorted(it[5:] for it in lines if it.startswith('TZID:')), lines.count('BEGIN:VTIMEZONE')]
message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
parts = [it for it in message.walk() if not it.is_multipart()]
print(json.dumps({
    'to': [it.addr_spec for it in message['to'].addresses],
    'recipients': [name for name in message.keys() if name.lower() in ('to', 'cc', 'bcc')],
    'kind': message.get_content_type(),
    'parts': [[it.get_content_type(), it.get_param('method'), it.get_content_disposition()] for it in parts],
    'calendar': parts[1].get_payload(decode=True).decode('utf-8'),
    'zones': zones(parts[1].get_payload(decode=True).decode('utf-8')),
    'defects': [repr(it) for part in message.walk() for it in part.defects],
}))";

fn now() -> DateTime<Utc> {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

fn fixture(name: &str) -> Invitation {
    let raw = std::fs::read(format!("tests/fixtures/mail/invitations/{name}.eml")).expect("a fixture");
    mail::invitation(&raw).unwrap_or_else(|| panic!("{name} has no invitation"))
}

fn message(to: &str, comment: &str) -> NewMessage {
    NewMessage {
        from: Address::new("Mara", "mara@home.example"),
        to: vec![Address::new("", to)],
        cc: vec![],
        reply_to: vec![],
        subject: "Accepted: Tides".to_owned(),
        date: now().fixed_offset(),
        message_id: "new.1@home.example".to_owned(),
        in_reply_to: None,
        references: vec![],
        fields: vec![],
        text: format!("I accept this invitation.\n\n{comment}"),
        files: vec![],
    }
}

fn by_python(bytes: &[u8]) -> Value {
    let mut python = Command::new("python3")
        .args(["-c", READ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3");
    python.stdin.take().unwrap().write_all(bytes).unwrap();
    serde_json::from_slice(&python.wait_with_output().unwrap().stdout).unwrap()
}

/// The properties of the one event, by another reader of calendars, as `NAME;PARAMETER=…:value`.
fn properties(calendar: &str) -> Vec<String> {
    let unfolded = unfold(calendar);
    let read = read_calendar(&unfolded).expect("a calendar");
    let method = read.properties.iter().find(|it| it.name == "METHOD").expect("a method");
    assert_eq!(method.val.to_string(), "REPLY");
    let (event, zones) = read.components.split_last().expect("an event");
    assert!(zones.iter().all(|zone| zone.name == "VTIMEZONE" && !zone.components.is_empty()), "{calendar}");
    assert_eq!((event.name.to_string().as_str(), event.components.len()), ("VEVENT", 0));
    let told = |it: &icalendar::parser::Property<'_>| {
        let parameters = it.params.iter().map(|one| {
            format!(";{}={}", one.key, one.val.as_ref().map_or(String::new(), ToString::to_string).trim_matches('"'))
        });
        format!("{}{}:{}", it.name, parameters.collect::<String>(), it.val)
    };
    event.properties.iter().map(told).collect()
}

fn named<'p>(properties: &'p [String], name: &str) -> Vec<&'p str> {
    let is = |it: &&String| it.strip_prefix(name).is_some_and(|rest| rest.starts_with([';', ':']));
    properties.iter().filter(is).map(String::as_str).collect()
}

/// What goes out, read by both.
fn answered(invitation: &Invitation, own: &Attendee, answer: InvitationAnswer, comment: &str) -> Vec<String> {
    let text = invitation.reply(own, answer, comment, now()).unwrap();
    assert!(text.split_terminator("\r\n").all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])), "{text}");
    let organizer = &invitation.organizer.as_ref().unwrap().address;
    let calendar = CalendarVersion { method: "REPLY", text: text.clone() };
    let bytes = build_with_calendar(&message(organizer, comment), &calendar).unwrap();
    assert!(mail::is_seven_bit(&bytes));
    let read = by_python(&bytes);
    assert_eq!(read["defects"], serde_json::json!([]));
    assert_eq!(read["kind"], "multipart/alternative");
    assert_eq!(
        read["parts"],
        serde_json::json!([["text/plain", null, null], ["text/calendar", "REPLY", null]]),
        "no files: {read}"
    );
    assert_eq!((&read["to"], &read["recipients"]), (&serde_json::json!([organizer]), &serde_json::json!(["To"])));
    assert_eq!(read["calendar"].as_str().unwrap().trim_end(), text.trim_end());
    // And by this program's own reader, as the organizer has it.
    let back = mail::invitation(&bytes).expect("an invitation");
    assert_eq!(back.method, InvitationMethod::Reply);
    assert_eq!((&back.uid, back.sequence), (&invitation.uid, invitation.sequence));
    assert_eq!(back.attendees.len(), 1);
    assert_eq!((&back.attendees[0].address, back.attendees[0].status), (&own.address, answer.status()));
    assert_eq!(back.comment, comment.trim());
    let times = |it: &Invitation| it.recurrence_id.as_ref().map(|id| id.time.key());
    assert_eq!(times(&back), times(invitation));
    // Each zone that is named goes along, and no other one.
    let (named, described) = (&read["zones"][0], &read["zones"][1]);
    assert_eq!((named, serde_json::json!(described.as_array().unwrap().len())), (described, read["zones"][2].clone()));
    let at = |it: &Invitation| (it.start.as_ref().map(EventTime::key), it.end.as_ref().map(EventTime::key));
    let certain = |it: &Invitation| it.start.as_ref().is_some_and(|start| start.instant().is_some());
    assert!(at(&back) == at(invitation) || !certain(invitation), "{text}");
    properties(&text)
}

#[test]
fn invitations_of_three_families_are_answered() {
    for (name, organizer, attendee) in [
        ("google-request", "", ""),
        ("google-update", "", ""),
        ("outlook-weekly", "bente.rask@works.example", "Mara.Lind+calendar@home.example"),
        ("outlook-date-moved", "bente.rask@works.example", "Mara.Lind+calendar@home.example"),
        ("outlook-custom-zone", "", ""),
        ("outlook-customized", "", ""),
        ("outlook-unknown-zone", "", ""),
        ("apple-all-day", "tom@choir.example", "mara@home.example"),
        ("apple-series", "", ""),
    ] {
        let invitation = fixture(name);
        let Some(own) = invitation.own_attendee() else { panic!("{name} invites nobody who reads it") };
        for answer in [InvitationAnswer::Accept, InvitationAnswer::Tentative, InvitationAnswer::Decline] {
            let told = answered(&invitation, own, answer, "Gern, ich bringe Kuchen mit;\nbis bald, Ö.");
            assert_eq!(named(&told, "UID").len(), 1, "{name}");
            assert_eq!(named(&told, "SEQUENCE"), [format!("SEQUENCE:{}", invitation.sequence)], "{name}");
            assert_eq!(named(&told, "DTSTAMP"), ["DTSTAMP:20261123T090000Z"]);
            let (organizers, attendees) = (named(&told, "ORGANIZER"), named(&told, "ATTENDEE"));
            assert_eq!((organizers.len(), attendees.len()), (1, 1), "{name}");
            assert!(organizers[0].to_lowercase().ends_with(&format!(":mailto:{organizer}")) || organizer.is_empty());
            assert!(attendees[0].ends_with(&format!(":mailto:{attendee}")) || attendee.is_empty(), "{attendees:?}");
            let is_date = usize::from(name == "outlook-date-moved");
            // Of a time in a zone that nobody knows, nothing is said.
            let starts = usize::from(name != "outlook-unknown-zone");
            assert_eq!(
                (named(&told, "DTSTART").len(), named(&told, "RECURRENCE-ID").len()),
                (starts, is_date),
                "{name}"
            );
            let alone = ["RRULE", "VALARM", "ATTACH", "EXDATE"];
            assert!(alone.iter().all(|name| named(&told, name).is_empty()), "{told:?}");
        }
    }
}

#[test]
fn one_date_of_a_series_is_answered_as_it_is_written() {
    let invitation = fixture("outlook-date-moved");
    let own = invitation.own_attendee().unwrap();
    let told = answered(&invitation, own, InvitationAnswer::Decline, "");
    let zone = "TZID=W. Europe Standard Time";
    assert_eq!(named(&told, "RECURRENCE-ID"), [format!("RECURRENCE-ID;{zone}:20261208T090000")]);
    assert_eq!(named(&told, "DTSTART"), [format!("DTSTART;{zone}:20261209T140000")]);
    assert_eq!(named(&told, "DTEND"), [format!("DTEND;{zone}:20261209T143000")]);
    assert_eq!(named(&told, "COMMENT"), [""; 0]);
}

/// An invitation with this zone, and these times in it.
fn with_zone(zone: &str, times: &str) -> Invitation {
    let raw = format!(
        "From: Ann <ann@a.example>\r\nTo: mara@home.example\r\nSubject: Tides\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\n\
         BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n{zone}BEGIN:VEVENT\r\nUID:u1\r\nSEQUENCE:3\r\nSUMMARY:Tides\r\n{times}\
         ORGANIZER:mailto:ann@a.example\r\nATTENDEE:mailto:mara@home.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    mail::invitation(raw.as_bytes()).expect("an invitation")
}

/// A zone of two yearly rules, with these offsets in winter and in summer.
fn zone(name: &str, winter: &str, summer: &str, more: &str) -> String {
    format!(
        "BEGIN:VTIMEZONE\r\nTZID:{name}\r\nX-LIC-LOCATION:x\r\n{more}BEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:{summer}\r\n\
         TZOFFSETTO:{winter}\r\nTZNAME:W\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\n\
         DTSTART:19700329T020000\r\nTZOFFSETFROM:{winter}\r\nTZOFFSETTO:{summer}\r\nTZNAME:S\r\n\
         RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
    )
}

/// The times of an answer: DTSTART and DTEND, and how many zones are described.
fn times_of(invitation: &Invitation) -> (Vec<String>, usize) {
    let own = invitation.own_attendee().expect("somebody is invited");
    let told = answered(invitation, own, InvitationAnswer::Accept, "");
    let text = invitation.reply(own, InvitationAnswer::Accept, "", now()).unwrap();
    let times = [named(&told, "DTSTART"), named(&told, "DTEND")].concat().into_iter().map(str::to_owned).collect();
    (times, text.matches("BEGIN:VTIMEZONE").count())
}

#[test]
fn times_are_repeated_with_the_zone_that_describes_them() {
    let written = |id: &str| format!("DTSTART;TZID={id}:20261201T100000\r\nDTEND;TZID={id}:20261201T110000\r\n");
    for name in ["Europe/Berlin", "A zone of ours: 2", "Heure d'\u{e9}t\u{e9}"] {
        let quoted = if name.contains(':') { format!("\"{name}\"") } else { name.to_owned() };
        let (times, zones) = times_of(&with_zone(&zone(name, "+0100", "+0200", ""), &written(&quoted)));
        let wanted = [format!("DTSTART;TZID={name}:20261201T100000"), format!("DTEND;TZID={name}:20261201T110000")];
        assert_eq!((times, zones), (wanted.to_vec(), 1), "{name}");
    }
    // A zone that no line names does not go along.
    let utc = "DTSTART:20261201T090000Z\r\nDTEND:20261201T100000Z\r\n";
    let (times, zones) = times_of(&with_zone(&zone("Europe/Berlin", "+0100", "+0200", ""), utc));
    assert_eq!((times[0].as_str(), zones), ("DTSTART:20261201T090000Z", 0));
    let days = "DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261203\r\n";
    assert_eq!(times_of(&with_zone("", days)).0, ["DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261203"]);
}

#[test]
fn a_zone_that_lies_or_is_missing_or_broken_gives_way_to_utc() {
    let times = "DTSTART;TZID=Europe/Berlin:20261201T100000\r\nDTEND;TZID=Europe/Berlin:20261201T110000\r\n";
    let utc = ["DTSTART:20261201T090000Z", "DTEND:20261201T100000Z"];
    let huge = "X".repeat(9_000);
    let many = "BEGIN:STANDARD\r\nTZNAME:N\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n".repeat(90);
    for (what, zone) in [
        ("missing", String::new()),
        ("it lies", zone("Europe/Berlin", "+0300", "+0400", "")),
        ("of another name", zone("Europe/Paris", "+0100", "+0200", "")),
        ("without an offset", zone("Europe/Berlin", "+0100", "+0200", "").replace("TZOFFSETTO:+0100\r\n", "")),
        ("of another part", zone("Europe/Berlin", "+0100", "+0200", "").replace("STANDARD", "X-OTHER")),
        ("too long", zone("Europe/Berlin", "+0100", "+0200", "").replace("TZNAME:W", &format!("TZNAME:{huge}"))),
        ("too many", zone("Europe/Berlin", "+0100", "+0200", &many)),
    ] {
        let (told, zones) = times_of(&with_zone(&zone, times));
        assert_eq!((told.as_slice(), zones), (utc.map(str::to_owned).as_slice(), 0), "{what}");
    }
    // What the standard does not have is not repeated either.
    for odd in ["DTSTART:20261201T100000+0100\r\n", "DTSTART:2026-12-01T09:00:00Z\r\n"] {
        assert_eq!(times_of(&with_zone("", odd)).0, ["DTSTART:20261201T090000Z"], "{odd}");
    }
    // A zone that nobody knows and nobody describes stays unsaid.
    let unknown = "DTSTART;TZID=Sea time:20261201T100000\r\n";
    assert_eq!(times_of(&with_zone("", unknown)), (vec![], 0));
}

/// Nothing of a description but what describes it gets into an answer.
#[test]
fn a_zone_brings_nothing_else_along() {
    let evil = "X-EVIL:1\r\nATTENDEE:mailto:eve@e.example\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\n";
    let described = zone("Europe/Berlin", "+0100", "+0200", "X-EVIL:2\r\nURL:http://e.example\r\n")
        .replace("TZNAME:W\r\n", &format!("TZNAME:W\r\n{evil}"));
    let times = "DTSTART;TZID=Europe/Berlin;X-EVIL=3:20261201T100000\r\n";
    let invitation = with_zone(&described, times);
    let text = invitation.reply(invitation.own_attendee().unwrap(), InvitationAnswer::Accept, "", now()).unwrap();
    assert!(!text.contains("EVIL") && !text.contains("eve@") && !text.contains("VALARM"), "{text}");
    assert!(text.contains("DTSTART;TZID=Europe/Berlin:20261201T100000\r\n"), "{text}");
    assert_eq!(text.matches("ATTENDEE").count(), 1);
}

/// What somebody calls themselves or writes adds no line and no attendee.
#[test]
fn names_and_comments_are_text() {
    let mut invitation = fixture("google-request");
    let evil = "x\r\nATTENDEE;PARTSTAT=DECLINED:mailto:eve@e.example\r\nBEGIN:VEVENT \"q\";:,\\n".repeat(3);
    let own = Attendee {
        name: evil.clone(),
        address: "MARA+Tag@home.example".to_owned(),
        status: ParticipationStatus::NeedsAction,
    };
    invitation.uid = format!("u;1,2\\n{}", "ü".repeat(80));
    invitation.summary = evil.clone();
    invitation.organizer.as_mut().unwrap().name = evil.clone();
    let told = answered(&invitation, &own, InvitationAnswer::Accept, "a\\b;c,d\ne");
    assert_eq!(named(&told, "ATTENDEE").len(), 1);
    assert!(named(&told, "ATTENDEE")[0].ends_with(":mailto:MARA+Tag@home.example"));
}

#[test]
fn what_asks_for_no_answer_gets_none() {
    let own = Attendee {
        name: String::new(),
        address: "mara@home.example".to_owned(),
        status: ParticipationStatus::NeedsAction,
    };
    let change = |change: &dyn Fn(&mut Invitation)| {
        let mut invitation = fixture("google-request");
        change(&mut invitation);
        invitation.reply(&own, InvitationAnswer::Accept, "", now()).unwrap_err()
    };
    let to = |address: &'static str| move |it: &mut Invitation| it.organizer.as_mut().unwrap().address = address.into();
    assert_eq!(change(&|it| it.method = InvitationMethod::Publish), NoInvitationReply::NotAsked);
    assert_eq!(change(&|it| it.method = InvitationMethod::Cancel), NoInvitationReply::Withdrawn);
    assert_eq!(change(&|it| it.cancelled = true), NoInvitationReply::Withdrawn);
    assert_eq!(change(&|it| it.uid.clear()), NoInvitationReply::NoUid);
    assert_eq!(change(&|it| it.organizer = None), NoInvitationReply::NoOrganizer);
    assert_eq!(change(&to("urn:uuid:1")), NoInvitationReply::NoOrganizer);
    assert_eq!(change(&to("a@b.example\r\nX:y")), NoInvitationReply::NoOrganizer);
    assert_eq!(change(&to("Mara@HOME.example")), NoInvitationReply::OwnEvent);
    assert_eq!(change(&|it| it.cut = true), NoInvitationReply::NotWhole);
    assert_eq!(change(&|it| it.damaged = true), NoInvitationReply::NotWhole);
    assert_eq!(fixture("google-reply").answered_organizer().unwrap_err(), NoInvitationReply::NotAsked);
}
