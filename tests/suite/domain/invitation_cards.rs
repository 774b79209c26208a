//! Holds `src/domain/invitation/card.rs`, `src/domain/invitation/when.rs`: what a person is told of an invitation.

use chrono::{DateTime, Utc};
use tidebox::domain::ids::Id;
use tidebox::domain::invitation::{CardTone, InvitationContext, OtherEvent, Overtaking, card};
use tidebox::domain::schedule::Zone;
use tidebox::mail;

fn read(name: &str) -> tidebox::domain::invitation::Invitation {
    let raw = std::fs::read(format!("tests/fixtures/mail/invitations/{name}.eml")).expect("a fixture");
    mail::invitation(&raw).expect("an invitation")
}

fn now() -> DateTime<Utc> {
    "2026-11-29T12:00:00Z".parse().expect("an instant")
}

/// A card as text; what needs attention has a mark.
fn told(name: &str, context: &InvitationContext, zone: Zone, width: u16) -> String {
    let mut out = format!("── {name}, in {zone}\n");
    for line in card(&read(name), context, now(), zone, width) {
        let (text, mark) = (line.to_string(), if line.tone == CardTone::Warning { " !" } else { "" });
        assert!(tidebox::domain::printable::Printable::from(text.as_str()).width() <= width.into(), "{text}");
        out.push_str(&format!("{text}{mark}\n"));
    }
    out
}

#[test]
fn each_family_is_told_in_the_zone_of_whoever_reads() {
    let berlin = Zone::built_in("Europe/Berlin").expect("a zone");
    let names = [
        "google-request",
        "google-cancel",
        "google-reply",
        "outlook-weekly",
        "outlook-custom-zone",
        "outlook-customized",
        "outlook-unknown-zone",
        "outlook-date-moved",
        "outlook-counter",
        "apple-series",
        "apple-all-day",
    ];
    let alone = InvitationContext::default();
    let cards: String = names.iter().map(|name| told(name, &alone, berlin, 72)).collect();
    insta::assert_snapshot!(cards);
    let elsewhere = Zone::built_in("America/New_York").expect("a zone");
    insta::assert_snapshot!(told("outlook-weekly", &alone, elsewhere, 40));
}

#[test]
fn what_other_messages_say_is_told_too() {
    let berlin = Zone::built_in("Europe/Berlin").expect("a zone");
    let before = |name: &str| InvitationContext { before: Some(Box::new(read(name))), ..InvitationContext::default() };
    let changed = told("google-update", &before("google-request"), berlin, 72);
    let moved = told("outlook-date-moved", &before("outlook-weekly"), berlin, 72);
    let countered = told("outlook-counter", &before("own-request"), berlin, 72);
    let other = |summary: &str, name: &str| {
        let event = read(name);
        OtherEvent { id: Id(1), summary: summary.into(), start: event.start.expect("a start"), end: event.end }
    };
    let event = read("google-update");
    let overtaken = InvitationContext {
        overtaken: Some(Overtaking { id: Id(2), withdrawn: false, time: event.start.map(|start| (start, event.end)) }),
        conflicts: vec![
            other("Lock keepers", "outlook-weekly"),
            other("", "google-request"),
            other("Pilots", "outlook-unknown-zone"),
            other("Choir", "apple-series"),
        ],
        incomplete: true,
        ..InvitationContext::default()
    };
    let overtaken = told("google-request", &overtaken, berlin, 72);
    insta::assert_snapshot!([changed, moved, countered, overtaken].concat());
}

#[test]
fn what_is_not_certain_or_not_whole_is_said() {
    let calendar = |zone: &str, lines: &str| {
        let mail = format!(
            "Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n{zone}BEGIN:VEVENT\r\nUID:u\r\nSUMMARY:Walk\r\n\
             {lines}END:VEVENT\r\nBEGIN:VEVENT\r\nUID:v\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        mail::invitation(mail.as_bytes()).expect("an invitation")
    };
    let berlin = Zone::built_in("Europe/Berlin").expect("a zone");
    let told = |event: &tidebox::domain::invitation::Invitation| {
        let lines = card(event, &InvitationContext::default(), now(), berlin, 72);
        lines.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let gap = told(&calendar("", "DTSTART;TZID=Europe/Berlin:20270328T023000\r\n"));
    assert_eq!(
        gap,
        "Invitation: Walk\nWhen       Sun 28 Mar 2027, 03:30\n           as written: 02:30 in Europe/Berlin\n           02:30 is left \
         out in Europe/Berlin on that day, when the\n           clocks are put forward\nNote       the message has 1 more event"
    );
    let fixed = "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+0900\r\n\
                 TZOFFSETTO:+0900\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
    let lying = told(&calendar(fixed, "DTSTART;TZID=Europe/Berlin:20261201T100000\r\n"));
    assert!(
        lying.contains("When       Tue 1 Dec 2026, 10:00\n           the message describes Europe/Berlin otherwise"),
        "{lying}"
    );
    assert!(lying.contains("by that it would be Tue 1 Dec 2026, 02:00"), "{lying}");
    assert!(lying.contains("Note       ask the sender for the time before you rely on it"), "{lying}");
    let odd =
        told(&calendar("", "DTSTART:20261201T100000\r\nRRULE:FREQ=HOURLY;COUNT=3\r\nLOCATION:a\x1b[2J\u{202e}b\r\n"));
    assert!(odd.contains("Tue 1 Dec 2026, 10:00, by the clock of wherever you are"), "{odd}");
    assert!(
        odd.contains("Repeats    by a rule whose dates are not worked out here:\n           FREQ=HOURLY;COUNT=3"),
        "{odd}"
    );
    assert!(!odd.replace('\n', "").chars().any(tidebox::domain::printable::forbidden), "{odd}");
}
