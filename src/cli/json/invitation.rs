//! An invitation as JSON. `docs/json.md` describes it.

use serde_json::{Value, json};

use super::instant;
use crate::domain::invitation::{Attendee, EventTime, InvitationCard, OtherEvent, TimeDoubt};
use crate::domain::text_enum::TextEnum;

pub fn invitation(card: &InvitationCard) -> Value {
    let InvitationCard { invitation, context, lines } = card;
    let overtaken = |withdrawn: bool| {
        let later = context.overtaken.as_ref().filter(|later| later.withdrawn == withdrawn);
        later.map(|later| later.id.0)
    };
    json!({
        "method": invitation.method.name(),
        "uid": invitation.uid,
        "sequence": invitation.sequence,
        "recurrence_id": invitation.recurrence_id.as_ref().map(|it| time(&it.time)),
        "cancelled": invitation.is_withdrawn(),
        "summary": invitation.summary,
        "location": invitation.location,
        "comment": invitation.comment,
        "start": invitation.start.as_ref().map(time),
        "end": invitation.end.as_ref().map(time),
        "repeats": invitation.recurrence.is_some(),
        "organizer": invitation.organizer.as_ref().map(attendee),
        "attendees": invitation.attendees.iter().map(attendee).collect::<Value>(),
        "attendees_left_out": invitation.attendees_left_out,
        "own_address": invitation.own_attendee().map(|own| &own.address),
        "replaced_by": overtaken(false),
        "cancelled_by": overtaken(true),
        "conflicts": context.conflicts.iter().map(other).collect::<Value>(),
        "card": lines.iter().map(ToString::to_string).collect::<Value>(),
    })
}

fn attendee(attendee: &Attendee) -> Value {
    json!({ "name": attendee.name, "address": attendee.address, "status": attendee.status.name() })
}

fn other(other: &OtherEvent) -> Value {
    let OtherEvent { id, summary, start, end } = other;
    json!({ "id": id.0, "summary": summary, "start": time(start), "end": end.as_ref().map(time) })
}

fn time(time: &EventTime) -> Value {
    let written = time.written().format("%Y-%m-%dT%H:%M:%S").to_string();
    match time {
        EventTime::Day(day) => json!({ "kind": "day", "written": day.to_string() }),
        EventTime::Floating(_) => json!({ "kind": "floating", "written": written }),
        EventTime::Uncertain { zone, .. } => json!({ "kind": "uncertain", "written": written, "zone": zone }),
        EventTime::Instant { at, zone, doubt, .. } => json!({
            "kind": "instant",
            "at": instant(*at),
            "written": written,
            "zone": zone,
            "gap": *doubt == Some(TimeDoubt::InGap),
            "described_as": match doubt {
                Some(TimeDoubt::DescribedAs(other)) => Some(instant(*other)),
                Some(TimeDoubt::InGap) | None => None,
            },
        }),
    }
}
