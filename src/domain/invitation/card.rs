//! The card of an invitation: its lines, in the order in which a person asks.

use chrono::{DateTime, Utc};

use super::context::{InvitationContext, OtherEvent, Overtaking};
use super::event_time::{EventTime, TimeDoubt};
use super::when::{as_written, doubt, short, when};
use super::{Attendee, Invitation, InvitationMethod, ParticipationStatus, recurrence_words};
use crate::domain::printable::Printable;
use crate::domain::schedule::Zone;

/// So many people are named; the others are counted.
const NAMED: usize = 6;
/// So many other events are named.
const CONFLICTS: usize = 3;
/// So many of the next dates of what repeats are told.
const DATES: usize = 3;
/// The text of a line goes on over so many rows. What is longer is in the message.
const ROWS: usize = 4;
/// The columns of the names of lines, with the gap behind them.
pub const CARD_LABELS: usize = 9;

/// One line of a card: its name, which is empty where the line before goes on, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardLine {
    pub label: &'static str,
    pub text: Printable,
    pub tone: CardTone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardTone {
    /// What kind of message it is, and about what. It has no label, and takes their columns too.
    Title,
    Plain,
    /// What needs attention: a conflict, a time that is not certain, a change.
    Warning,
}

/// The lines of a card at an instant, for whoever reads it in a zone, for a width in columns.
#[must_use]
pub fn card(
    invitation: &Invitation,
    context: &InvitationContext,
    now: DateTime<Utc>,
    zone: Zone,
    width: u16,
) -> Vec<CardLine> {
    let mut lines = CardLines { lines: Vec::new(), width: usize::from(width) };
    lines.add("", &title(invitation, context), CardTone::Title);
    times(invitation, zone, &mut lines);
    repeats(invitation, now, zone, &mut lines);
    lines.add("Where", &invitation.location.replace('\n', ", "), CardTone::Plain);
    if invitation.states() {
        lines.add("From", &invitation.organizer.as_ref().map(person).unwrap_or_default(), CardTone::Plain);
        lines.add("Who", &people(invitation), CardTone::Plain);
    }
    lines.add("Says", &invitation.comment, CardTone::Plain);
    if let Some(before) = &context.before {
        changes(invitation, before, zone, &mut lines);
    }
    if let Some(overtaking) = &context.overtaken {
        lines.add("Note", &overtaken(overtaking, zone), CardTone::Warning);
    }
    conflicts(&context.conflicts, zone, &mut lines);
    notes(invitation, context, &mut lines);
    lines.lines
}

/// Lines that fit the width.
struct CardLines {
    lines: Vec<CardLine>,
    width: usize,
}

impl CardLines {
    /// Nothing, where there is nothing to say.
    fn add(&mut self, label: &'static str, text: &str, tone: CardTone) {
        let text = Printable::from(text.trim());
        if text.is_blank() {
            return;
        }
        let indent = if tone == CardTone::Title { 0 } else { CARD_LABELS };
        for (place, text) in text.wrap(self.width.saturating_sub(indent).max(10)).into_iter().take(ROWS).enumerate() {
            self.lines.push(CardLine { label: if place == 0 { label } else { "" }, text, tone });
        }
    }
}

fn title(invitation: &Invitation, context: &InvitationContext) -> String {
    let who = invitation.attendees.first().map_or("Somebody", Attendee::called);
    let kind = match invitation.method {
        InvitationMethod::Reply => format!("{who} {}", answer(invitation)),
        InvitationMethod::Counter => format!("{who} proposes another time"),
        InvitationMethod::DeclineCounter => "The time that was proposed is declined".to_owned(),
        InvitationMethod::Refresh => format!("{who} asks for the invitation anew"),
        _ if invitation.is_withdrawn() => "Cancelled".to_owned(),
        InvitationMethod::Add => "A further date".to_owned(),
        InvitationMethod::Request if context.before.is_some() => "Changed invitation".to_owned(),
        InvitationMethod::Request => "Invitation".to_owned(),
        InvitationMethod::Publish | InvitationMethod::Cancel => "Event".to_owned(),
    };
    let one = if invitation.recurrence_id.is_some() { " (one date of several)" } else { "" };
    let known = context.before.as_ref().map_or("", |before| before.summary.as_str());
    let summary = [invitation.summary.as_str(), known].into_iter().find(|text| !text.is_empty());
    format!("{kind}: {}{one}", summary.unwrap_or("without a title"))
}

/// What somebody answers, as a verb.
fn answer(invitation: &Invitation) -> &'static str {
    match invitation.attendees.first().map(|attendee| attendee.status) {
        Some(ParticipationStatus::Accepted) => "accepts",
        Some(ParticipationStatus::Declined) => "declines",
        Some(ParticipationStatus::Tentative) => "may come",
        Some(ParticipationStatus::Delegated) => "sends somebody else",
        Some(ParticipationStatus::NeedsAction) | None => "answers",
    }
}

fn times(invitation: &Invitation, zone: Zone, lines: &mut CardLines) {
    let Some(start) = &invitation.start else { return };
    let end = invitation.end.as_ref();
    let certain = match start {
        EventTime::Uncertain { .. } => CardTone::Warning,
        EventTime::Day(_) | EventTime::Instant { .. } | EventTime::Floating(_) => CardTone::Plain,
    };
    lines.add("When", &when(start, end, zone), certain);
    if let Some(text) = as_written(start, end, zone) {
        lines.add("", &format!("written as {text}"), CardTone::Plain);
    }
    if let Some(text) = doubt(start, zone) {
        lines.add("", &text, CardTone::Warning);
    }
    if let EventTime::Uncertain { .. } = start {
        lines.add("", "that zone is not known here, so the time is told as it was written", CardTone::Warning);
    }
}

fn repeats(invitation: &Invitation, now: DateTime<Utc>, zone: Zone, lines: &mut CardLines) {
    let Some(recurrence) = &invitation.recurrence else { return };
    lines.add("Repeats", &recurrence_words::words(recurrence, zone), CardTone::Plain);
    if invitation.is_withdrawn() {
        return;
    }
    // The first date is told already.
    let next = recurrence.occurrences(invitation, now, zone, DATES + 1);
    let others = next.iter().filter(|it| Some(&it.start) != invitation.start.as_ref()).take(DATES);
    let told = others.map(|it| format!("{}{}", short(&it.start, zone), if it.moved { " (changed)" } else { "" }));
    lines.add("Next", &told.collect::<Vec<_>>().join("; "), CardTone::Plain);
}

fn person(attendee: &Attendee) -> String {
    if attendee.name.is_empty() {
        attendee.address.clone()
    } else {
        format!("{} <{}>", attendee.name, attendee.address)
    }
}

/// The reader first, then the others but for the organizer, who is told already; and how many more there are.
fn people(invitation: &Invitation) -> String {
    let own = invitation.own_attendee();
    let organizer = invitation.organizer.as_ref();
    let is_organizer = |it: &&Attendee| organizer.is_none_or(|organizer| !organizer.has_address(&it.address));
    let others: Vec<&Attendee> =
        invitation.attendees.iter().filter(|it| Some(*it) != own).filter(is_organizer).collect();
    let count = others.len() + invitation.attendees_left_out;
    let room = NAMED - usize::from(own.is_some());
    let you = own.map(|own| format!("you ({})", own_answer(own.status)));
    let named = others.iter().take(room).map(|it| format!("{}{}", it.called(), their_answer(it.status)));
    let text = you.into_iter().chain(named).collect::<Vec<_>>().join(", ");
    match count.saturating_sub(room) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}

fn own_answer(status: ParticipationStatus) -> &'static str {
    match status {
        ParticipationStatus::NeedsAction => "not answered",
        ParticipationStatus::Accepted => "accepted",
        ParticipationStatus::Declined => "declined",
        ParticipationStatus::Tentative => "tentative",
        ParticipationStatus::Delegated => "delegated",
    }
}

fn their_answer(status: ParticipationStatus) -> &'static str {
    match status {
        ParticipationStatus::NeedsAction => "",
        ParticipationStatus::Accepted => " (accepted)",
        ParticipationStatus::Declined => " (declined)",
        ParticipationStatus::Tentative => " (tentative)",
        ParticipationStatus::Delegated => " (delegated)",
    }
}

/// What is otherwise than before.
fn changes(invitation: &Invitation, before: &Invitation, zone: Zone, lines: &mut CardLines) {
    if invitation.is_withdrawn() || !(invitation.states() || invitation.method == InvitationMethod::Counter) {
        return;
    }
    let time = |it: &Invitation| it.start.as_ref().map(|start| when(start, it.end.as_ref(), zone)).unwrap_or_default();
    let rule = |it: &Invitation| it.recurrence.as_ref().map(|it| recurrence_words::words(it, zone)).unwrap_or_default();
    let is_one_date = invitation.recurrence_id.is_some() && before.recurrence_id.is_none();
    let told = [
        ("time", time(invitation), time(before)),
        ("place", invitation.location.clone(), before.location.clone()),
        ("title", invitation.summary.clone(), before.summary.clone()),
        ("rule", if is_one_date { rule(before) } else { rule(invitation) }, rule(before)),
    ];
    let mut label = "Changed";
    for (what, now, was) in told {
        if now.trim() == was.trim() || now.trim().is_empty() && invitation.method == InvitationMethod::Counter {
            continue;
        }
        let was = if was.trim().is_empty() { "not said" } else { was.trim() };
        let gone = if now.trim().is_empty() { " and is not said any more" } else { "" };
        lines.add(label, &format!("{what}, was: {was}{gone}"), CardTone::Warning);
        label = "";
    }
    if label == "Changed" && invitation.states() {
        lines.add("Changed", "neither time nor place nor title", CardTone::Plain);
    }
}

fn overtaken(later: &Overtaking, zone: Zone) -> String {
    match &later.time {
        _ if later.withdrawn => "a later message has cancelled this".to_owned(),
        Some((start, end)) => format!("a later message has replaced this: {}", when(start, end.as_ref(), zone)),
        None => "a later message has replaced this".to_owned(),
    }
}

fn conflicts(others: &[OtherEvent], zone: Zone, lines: &mut CardLines) {
    let mut label = "Clash";
    for other in others.iter().take(CONFLICTS) {
        let summary = if other.summary.is_empty() { "an event without a title" } else { &other.summary };
        let time = when(&other.start, other.end.as_ref(), zone);
        lines.add(label, &format!("{summary}, {time}"), CardTone::Warning);
        label = "";
    }
    match others.len().saturating_sub(CONFLICTS) {
        0 => {}
        more => lines.add("", &format!("and {more} more at the same time"), CardTone::Warning),
    }
}

fn notes(invitation: &Invitation, context: &InvitationContext, lines: &mut CardLines) {
    match invitation.others {
        0 => {}
        1 => lines.add("Note", "the message has 1 more event", CardTone::Plain),
        others => lines.add("Note", &format!("the message has {others} more events"), CardTone::Plain),
    }
    if invitation.cut {
        lines.add("Note", "the invitation is very long, and only its beginning was read", CardTone::Warning);
    }
    if invitation.damaged {
        lines.add("Note", "the invitation is damaged, and something may be missing", CardTone::Warning);
    }
    let certain = invitation.start.as_ref().is_none_or(|start| match start {
        EventTime::Instant { doubt, .. } => !matches!(doubt, Some(TimeDoubt::DescribedAs(_))),
        EventTime::Day(_) | EventTime::Floating(_) => true,
        EventTime::Uncertain { .. } => false,
    });
    if !certain && invitation.states() && !invitation.is_withdrawn() {
        lines.add("Note", "ask the sender for the time before you rely on it", CardTone::Plain);
    }
    if context.incomplete {
        lines.add("Note", "older messages are still being looked through for events", CardTone::Plain);
    }
}
