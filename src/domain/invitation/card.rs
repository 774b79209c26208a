//! The card of an invitation: its lines, in the order in which a person asks.

use std::fmt;

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
/// The columns before each line that a view may draw an edge in.
pub const CARD_MARGIN: u16 = 2;
/// The columns of the names of lines, with the gap behind them.
pub const CARD_LABELS: usize = 11;

/// One line of a card: its name, which is empty where the line before goes on, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardLine {
    pub label: &'static str,
    pub text: Printable,
    pub tone: CardTone,
}

impl fmt::Display for CardLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tone {
            CardTone::Title => write!(f, "{}", self.text),
            CardTone::Plain | CardTone::Warning => write!(f, "{:<CARD_LABELS$}{}", self.label, self.text),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardTone {
    /// What kind of message it is, and about what. It has no label, and takes their columns too.
    Title,
    Plain,
    /// What needs attention: a conflict, a time that is not certain, a change.
    Warning,
}

/// An invitation with what bears on it, and the lines that tell of both. `mail` knows neither the store nor the reader's zone: until
/// a job has asked, there is no context and there are no lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationCard {
    pub invitation: Invitation,
    pub context: InvitationContext,
    pub lines: Vec<CardLine>,
}

impl From<Invitation> for InvitationCard {
    fn from(invitation: Invitation) -> Self {
        Self { invitation, context: InvitationContext::default(), lines: Vec::new() }
    }
}

/// The lines of a card at an instant, for whoever reads it in a zone, for a width in columns, of which `CARD_MARGIN` stay free.
#[must_use]
pub fn card(
    invitation: &Invitation,
    context: &InvitationContext,
    now: DateTime<Utc>,
    zone: Zone,
    width: u16,
) -> Vec<CardLine> {
    let mut lines = CardLines { lines: Vec::new(), width: usize::from(width.saturating_sub(CARD_MARGIN)) };
    lines.add("", &title(invitation, context), CardTone::Title);
    times(invitation, zone, &mut lines);
    repeats(invitation, &context.dates_told_apart, (now, zone), &mut lines);
    lines.add("Where", &invitation.location.replace('\n', ", "), CardTone::Plain);
    if invitation.states() {
        lines.add("Organizer", &invitation.organizer.as_ref().map(person).unwrap_or_default(), CardTone::Plain);
    }
    if invitation.states() && !invitation.is_withdrawn() {
        lines.add("Who", &people(invitation), CardTone::Plain);
    }
    lines.add("Says", &invitation.comment, CardTone::Plain);
    if let Some(answer) = &context.answer {
        lines.add("Answer", &answer.sentence(now, zone), CardTone::Plain);
    }
    changes(invitation, context.before.as_deref(), zone, &mut lines);
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
    let who = invitation.attendees.first().map_or_else(|| "Somebody".to_owned(), called);
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
    // Programs put words of their own before the title in an answer.
    let titles = if invitation.states() { [invitation.summary.as_str(), known] } else { [known, &invitation.summary] };
    let title = titles.into_iter().find(|title| !title.is_empty());
    format!("{kind}: {}{one}", title.unwrap_or("without a title"))
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
        lines.add("", &format!("as written: {text}"), CardTone::Plain);
    }
    if let Some(text) = doubt(start, zone) {
        lines.add("", &text, CardTone::Warning);
    }
    if let EventTime::Uncertain { .. } = start {
        lines.add("", "that zone is not known here, so the time is told as it was written", CardTone::Warning);
    }
}

fn repeats(invitation: &Invitation, told_apart: &[String], (now, zone): (DateTime<Utc>, Zone), lines: &mut CardLines) {
    let Some(recurrence) = &invitation.recurrence else { return };
    lines.add("Repeats", &recurrence_words::words(recurrence, zone), CardTone::Plain);
    if invitation.is_withdrawn() {
        return;
    }
    // The first date is told already.
    let next = recurrence.occurrences(invitation, now, zone, DATES + 1 + told_apart.len());
    let others = next.iter().filter(|it| Some(&it.start) != invitation.start.as_ref());
    let dates = others.filter(|it| !told_apart.contains(&it.start.key())).take(DATES);
    let told = dates.map(|it| format!("{}{}", short(&it.start, now, zone), if it.moved { " (changed)" } else { "" }));
    lines.add("Next", &told.collect::<Vec<_>>().join("; "), CardTone::Plain);
    let apart = match told_apart.len() {
        0 => String::new(),
        1 => "another message changes 1 date".to_owned(),
        count => format!("other messages change {count} dates"),
    };
    lines.add("", &apart, CardTone::Plain);
}

fn person(attendee: &Attendee) -> String {
    if attendee.name.is_empty() { called(attendee) } else { format!("{} <{}>", attendee.name, address(attendee)) }
}

fn called(attendee: &Attendee) -> String {
    if attendee.name.is_empty() { address(attendee) } else { attendee.name.clone() }
}

/// The address with a mark for each character in it that cannot be seen.
fn address(attendee: &Attendee) -> String {
    Printable::address(&attendee.address).to_string()
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
    let named = others.iter().take(room).map(|it| format!("{}{}", called(it), their_answer(it.status)));
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

/// What is otherwise than before. When one date of an event that repeats would have been, its own message says.
fn changes(invitation: &Invitation, before: Option<&Invitation>, zone: Zone, lines: &mut CardLines) {
    let counters = invitation.method == InvitationMethod::Counter;
    if invitation.is_withdrawn() || !(invitation.states() || counters) {
        return;
    }
    let told = |start: Option<&EventTime>, end: Option<&EventTime>| start.map(|start| when(start, end, zone));
    let now = told(invitation.start.as_ref(), invitation.end.as_ref());
    let date = invitation.recurrence_id.as_ref().filter(|_| before.is_none_or(|it| it.recurrence_id.is_none()));
    let was = match date {
        Some(date) => {
            let length = before.unwrap_or(invitation).length();
            told(Some(&date.time), date.time.after(length).as_ref())
        }
        None => before.and_then(|before| told(before.start.as_ref(), before.end.as_ref())),
    };
    let mut label = if counters { "Instead" } else { "Changed" };
    if counters {
        lines.add(label, &was.map(|was| format!("of {was}")).unwrap_or_default(), CardTone::Plain);
        return;
    }
    let rule = |it: &Invitation| it.recurrence.as_ref().map(|it| recurrence_words::words(it, zone)).unwrap_or_default();
    let mut compared = vec![("the time", now.unwrap_or_default(), was.unwrap_or_default())];
    if let Some(before) = before {
        compared.push(("the place", invitation.location.clone(), before.location.clone()));
        compared.push(("the title", invitation.summary.clone(), before.summary.clone()));
        if date.is_none() {
            compared.push(("how it repeats", rule(invitation), rule(before)));
        }
    }
    let is_known = before.is_some() || date.is_some();
    for (what, now, was) in compared.iter().filter(|(_, now, was)| is_known && now.trim() != was.trim()) {
        let text = match (now.trim(), was.trim()) {
            (_, "") => format!("{what}, which was not said before"),
            ("", was) => format!("{what}, which is not said any more; it was {was}"),
            (_, was) => format!("{what}; it was {was}"),
        };
        lines.add(label, &text, CardTone::Warning);
        label = "";
    }
    if label == "Changed" && before.is_some() {
        lines.add(label, "neither time nor place nor title", CardTone::Plain);
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
