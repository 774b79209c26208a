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
