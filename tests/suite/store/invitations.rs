//! Holds `src/store/invitation.rs`, `src/job/older_invitations.rs`, `src/domain/invitation/facts.rs`: what is said of one event,
//! what is at one time, and that nothing held has a part in it.

#![allow(clippy::disallowed_types, reason = "these tests look behind the store's back")]

use chrono::{DateTime, Utc};
use tidebox::domain::found_copy::{FoundCopy, Location};
use tidebox::domain::ids::Id;
use tidebox::domain::invitation::{InvitationFacts, InvitationMethod, ParticipationStatus};
use tidebox::job::older_invitations::read_older_invitations;
use tidebox::store::Admission;

use crate::support::letterbox::{Letterbox, at, letter};

fn event(uid: &str, sequence: u32) -> InvitationFacts {
    InvitationFacts {
        uid: uid.to_owned(),
        recurrence: String::new(),
        sequence,
        stamp: Some(at(i64::from(sequence))),
        method: InvitationMethod::Request,
        withdrawn: false,
        span: None,
        busy: true,
        repeats: false,
        attendee: String::new(),
        answer: ParticipationStatus::NeedsAction,
    }
}

fn cancel(uid: &str, sequence: u32) -> InvitationFacts {
    InvitationFacts { method: InvitationMethod::Cancel, withdrawn: true, busy: false, ..event(uid, sequence) }
}

/// From and to so many hours after the morning.
fn lasting(uid: &str, from: i64, to: i64) -> InvitationFacts {
    InvitationFacts { span: Some((at(from * 60), at(to * 60))), ..event(uid, 0) }
}

struct Calendar {
    post: Letterbox,
    next: i64,
}

impl Calendar {
    fn new() -> Self {
        Self { post: Letterbox::new(), next: 0 }
    }

    fn admit(&mut self, facts: &InvitationFacts, held: bool) -> Id {
        self.next += 1;
        let letter = letter(self.next);
        let mut one: Admission = if held { letter.ready() } else { letter.history().ready() };
        one.message.invitation = Some(facts.clone());
        self.post.admit(&[one], at(9_999))[0].id
    }

    fn seen(&mut self, facts: &InvitationFacts) -> Id {
        self.admit(facts, false)
    }

    fn before(&self, id: Id, facts: &InvitationFacts) -> Option<Id> {
        self.post.store.invitation_before(id, facts).expect("asked")
    }

    fn after(&self, id: Id, facts: &InvitationFacts) -> Option<(Id, bool)> {
        self.post.store.invitation_after(id, facts).expect("asked")
    }

    fn busy(&self, (from, to): (i64, i64), but: &str) -> Vec<Id> {
        let (from, to): (DateTime<Utc>, DateTime<Utc>) = (at(from * 60), at(to * 60));
        let mut found: Vec<Id> =
            self.post.store.busy_times((from, to), but, 9).expect("asked").into_iter().map(|it| it.id).collect();
        found.sort_unstable();
        found
    }
}

#[test]
fn of_two_messages_the_later_revision_counts_whichever_came_first() {
    let mut calendar = Calendar::new();
    let (second, first) = (event("u", 2), event("u", 1));
    let late = calendar.seen(&second);
    let early = calendar.seen(&first);
    assert_eq!((calendar.before(late, &second), calendar.after(late, &second)), (Some(early), None));
    assert_eq!((calendar.before(early, &first), calendar.after(early, &first)), (None, Some((late, false))));
    // A copy of the same message is neither.
    let again = calendar.seen(&second);
    assert_eq!(calendar.after(late, &second), None);
    assert_eq!(calendar.before(again, &second), Some(late));
    let gone = calendar.seen(&cancel("u", 2));
    assert_eq!(calendar.after(late, &second), Some((gone, true)), "withdrawn under the same number");
    assert_eq!(calendar.after(early, &first), Some((gone, true)));
    assert_eq!(calendar.before(gone, &cancel("u", 2)), Some(again));
    let other = event("another", 0);
    let other_id = calendar.seen(&other);
    assert_eq!((calendar.before(other_id, &other), calendar.after(other_id, &other)), (None, None));
}

#[test]
fn one_date_is_changed_by_what_is_said_of_it_and_withdrawn_with_the_whole() {
    let mut calendar = Calendar::new();
    let whole = event("u", 0);
    let whole_id = calendar.seen(&whole);
    let date = InvitationFacts { recurrence: "20261208T080000Z".into(), ..event("u", 1) };
    let date_id = calendar.seen(&date);
    assert_eq!(calendar.before(date_id, &date), Some(whole_id), "what was known of it is the whole");
    assert_eq!(calendar.after(whole_id, &whole), None, "one date does not replace the whole");
    assert_eq!(calendar.post.store.dates_told_apart("u").expect("asked"), ["20261208T080000Z"]);
    let whole_again = event("u", 3);
    calendar.seen(&whole_again);
    assert_eq!(calendar.after(date_id, &date), None, "the whole may have kept it");
    let gone = calendar.seen(&cancel("u", 4));
    assert_eq!(calendar.after(date_id, &date), Some((gone, true)));
}

#[test]
fn held_messages_have_no_part_in_it() {
    let mut calendar = Calendar::new();
    let first = lasting("u", 10, 11);
    let first_id = calendar.seen(&first);
    calendar.admit(&event("u", 5), true);
    calendar.admit(&cancel("u", 6), true);
    calendar.admit(&lasting("secret", 10, 11), true);
    let date = InvitationFacts { recurrence: "20261208T080000Z".into(), ..event("u", 7) };
    calendar.admit(&date, true);
    let answer = InvitationFacts {
        method: InvitationMethod::Reply,
        attendee: "bob@b.example".into(),
        answer: ParticipationStatus::Declined,
        ..event("u", 0)
    };
    calendar.admit(&answer, true);
    assert_eq!(calendar.after(first_id, &first), None);
    assert_eq!(calendar.before(first_id, &event("u", 9)), None);
    assert_eq!(calendar.busy((9, 12), "new"), [first_id]);
    assert_eq!(calendar.post.store.dates_told_apart("u").expect("asked"), Vec::<String>::new());
    assert_eq!(calendar.post.store.answer("u", "", "bob@b.example").expect("asked"), None);
}

#[test]
fn what_is_at_one_time_overlaps_and_is_in_force() {
    let mut calendar = Calendar::new();
    let ten = calendar.seen(&lasting("ten", 10, 11));
    let instant = calendar.seen(&lasting("instant", 12, 12));
    calendar.seen(&InvitationFacts { busy: false, ..lasting("free", 10, 11) });
    let series = calendar.seen(&InvitationFacts { repeats: true, ..lasting("series", -9_000, 9_000) });
    calendar.seen(&InvitationFacts { repeats: true, ..lasting("over", -9_000, -8_000) });
    calendar.seen(&lasting("moved", 10, 11));
    let moved = calendar.seen(&InvitationFacts { sequence: 1, ..lasting("moved", 30, 31) });
    calendar.seen(&lasting("gone", 10, 11));
    calendar.seen(&cancel("gone", 1));
    assert_eq!(calendar.busy((10, 11), ""), [ten, series]);
    assert_eq!(calendar.busy((11, 12), ""), [series], "one ends as the other begins");
    assert_eq!(calendar.busy((12, 12), ""), [instant, series]);
    assert_eq!(calendar.busy((9, 20), "ten"), [instant, series], "an event is not at its own time");
    assert_eq!(calendar.busy((30, 31), ""), [series, moved]);
}

#[test]
fn the_last_answer_counts() {
    let mut calendar = Calendar::new();
    let answer = |answer, stamp| InvitationFacts {
        method: InvitationMethod::Reply,
        attendee: "bob@b.example".into(),
        stamp: Some(at(stamp)),
        answer,
        ..event("u", 0)
    };
    calendar.seen(&answer(ParticipationStatus::Declined, 5));
    calendar.seen(&answer(ParticipationStatus::Accepted, 4));
    let said = |uid: &str, who: &str| calendar.post.store.answer(uid, "", who).expect("asked");
    assert_eq!(said("u", "bob@b.example"), Some(ParticipationStatus::Declined));
    assert_eq!((said("u", "ann@a.example"), said("v", "bob@b.example")), (None, None));
}

/// A message as it comes, with an invitation in it.
fn real(number: i64) -> Admission {
    let starts = at(number * 60).format("%Y%m%dT%H%M%SZ");
    let raw = format!(
        "From: ann@a.example\r\nMessage-ID: <{number}@a.example>\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\n\
         BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:u{number}\r\nDTSTART:{starts}\r\nDURATION:PT30M\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    let parsed = tidebox::mail::parse(raw.as_bytes());
    let words = tidebox::domain::query::Indexed::of(&parsed);
    let copy = FoundCopy::new(Location { folder: "INBOX".into(), key: number.to_string() }, at(number));
    let message = tidebox::store::PreparedMessage {
        envelope: parsed.envelope,
        words,
        original: tidebox::store::pack(raw.as_bytes()),
        copy,
        invitation: parsed.invitation,
    };
    Admission { message, lane: "people".into(), disposition: tidebox::store::Disposition::History }
}

#[test]
fn older_messages_get_their_facts_newest_first() {
    let mut calendar = Calendar::new();
    let letters: Vec<Admission> =
        (0..150).map(|number| if number % 3 == 0 { real(number) } else { letter(number).history().ready() }).collect();
    let admitted = calendar.post.admit(&letters, at(9_999));
    let rows = |post: &Letterbox| {
        let sql = "SELECT count(*), min(starts), max(ends), min(method), max(busy) FROM invitation";
        post.sqlite3(sql).expect("asked")
    };
    let fresh = rows(&calendar.post);
    assert!(fresh.starts_with("50|"), "{fresh}");
    // As an earlier version has left it.
    let bare = calendar.post.bare();
    bare.execute("DELETE FROM invitation", []).expect("taken out");
    bare.execute("UPDATE fact SET value = (SELECT max(id) + 1 FROM message) WHERE name = 'unread_invitations'", [])
        .expect("said");
    bare.execute("UPDATE original SET bytes = x'00' WHERE message = ?1", [admitted[3].id.0]).expect("damaged");
    assert!(!calendar.post.store.knows_invitations().expect("asked"));
    let unread = calendar.post.store.unread_invitations(10, 1 << 20).expect("asked");
    let newest: Vec<Id> = admitted.iter().rev().step_by(3).map(|one| one.id).collect();
    assert_eq!(unread.found.iter().map(|(id, _)| *id).collect::<Vec<_>>().len(), 10);
    assert!(unread.found.iter().all(|(id, _)| *id >= newest[10]), "newest first");
    assert!(read_older_invitations(&mut calendar.post.store).expect("read"));
    assert_eq!(rows(&calendar.post).replacen("49|", "50|", 1), fresh, "all but the damaged one");
    assert!(calendar.post.store.knows_invitations().expect("asked"));
}
