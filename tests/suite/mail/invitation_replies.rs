//! Holds `src/domain/invitation/reply.rs`, `src/mail/build.rs`: what is answered to an invitation is read by other calendars and by
//! Python's email package as it was meant, also where names and comments are odd.

use std::io::Write as _;
use std::process::{Command, Stdio};

use chrono::{DateTime, Utc};
use icalendar::parser::{read_calendar, unfold};
use serde_json::Value;
use tidebox::domain::address::Address;
use tidebox::domain::invitation::{
    Attendee, Invitation, InvitationAnswer, InvitationMethod, NoInvitationReply, ParticipationStatus,
};
use tidebox::mail::{self, CalendarVersion, NewMessage, build_with_calendar};

const READ: &str = "
import email, email.policy, json, sys
message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
parts = [it for it in message.walk() if not it.is_multipart()]
print(json.dumps({
    'to': [it.addr_spec for it in message['to'].addresses],
    'recipients': [name for name in message.keys() if name.lower() in ('to', 'cc', 'bcc')],
    'kind': message.get_content_type(),
    'parts': [[it.get_content_type(), it.get_param('method'), it.get_content_disposition()] for it in parts],
    'calendar': parts[1].get_payload(decode=True).decode('utf-8'),
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
    assert_eq!(read.components.len(), 1, "{calendar}");
    let event = &read.components[0];
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
            assert!(told.iter().all(|line| !line.contains("TZID")), "no zone goes along: {told:?}");
            let alone = ["RRULE", "VALARM", "ATTACH", "EXDATE"];
            assert!(alone.iter().all(|name| named(&told, name).is_empty()), "{told:?}");
        }
    }
}

#[test]
fn one_date_of_a_series_is_answered_by_its_instant() {
    let invitation = fixture("outlook-date-moved");
    let own = invitation.own_attendee().unwrap();
    let told = answered(&invitation, own, InvitationAnswer::Decline, "");
    assert_eq!(named(&told, "RECURRENCE-ID"), ["RECURRENCE-ID:20261208T080000Z"]);
    assert_eq!(named(&told, "COMMENT"), [""; 0]);
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
