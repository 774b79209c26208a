//! What bears on an invitation: what was said of its event before and after, and what else is at its time. Only messages that may
//! be shown have a part in it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::JobError;
use crate::domain::answering::INVITATION_ANSWER_FIELD;
use crate::domain::ids::Id;
use crate::domain::invitation::{
    EventTime, Invitation, InvitationAnswer, InvitationContext, InvitationFacts, OtherEvent, Overtaking,
    OwnInvitationAnswer, ParticipationStatus,
};
use crate::domain::schedule::Zone;
use crate::mail;
use crate::store::{BusyTime, Store};

/// So many events that happen once, and so many that repeat, are looked at for one time.
const CANDIDATES: usize = 16;
/// Of an event that repeats, so many of its next times are looked at.
const TIMES: usize = 3;

/// What other visible messages say that bears on this one.
pub fn context(
    store: &Store,
    id: Id,
    invitation: &Invitation,
    (now, zone): (DateTime<Utc>, Zone),
) -> Result<InvitationContext, JobError> {
    let answer = own_answer(store, id)?;
    let Some(facts) = invitation.facts() else {
        return Ok(InvitationContext { answer, ..InvitationContext::default() });
    };
    let before = store.invitation_before(id, &facts)?;
    let overtaken = if invitation.states() { overtaken(store, id, &facts)? } else { None };
    let repeats = invitation.recurrence.is_some();
    let asks = overtaken.is_none() && facts.busy && !invitation.is_declined();
    Ok(InvitationContext {
        before: before.map(|id| read(store, id)).transpose()?.flatten().map(Box::new),
        conflicts: if asks { conflicts(store, invitation, (now, zone))? } else { Vec::new() },
        dates_told_apart: if repeats { store.dates_told_apart(&facts.uid)? } else { Vec::new() },
        overtaken,
        answer,
        incomplete: !store.knows_invitations()?,
    })
}

/// What the person has answered here to the invitation of this message.
fn own_answer(store: &Store, id: Id) -> Result<Option<OwnInvitationAnswer>, JobError> {
    let Some(answer) = store.invitation_answer(id)? else { return Ok(None) };
    let fields = answer.draft.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.split_once(": "));
    let given = fields
        .filter(|(name, _)| *name == INVITATION_ANSWER_FIELD)
        .find_map(|(_, word)| InvitationAnswer::of_word(word));
    let of = |answer_given| OwnInvitationAnswer {
        answer: answer_given,
        state: answer.state,
        due: answer.due,
        changed: answer.changed,
    };
    Ok(given.map(of))
}

/// The invitation of a visible message.
fn read(store: &Store, id: Id) -> Result<Option<Invitation>, JobError> {
    Ok(mail::invitation(&store.original(id)?))
}

fn overtaken(store: &Store, id: Id, facts: &InvitationFacts) -> Result<Option<Overtaking>, JobError> {
    let Some((later, withdrawn)) = store.invitation_after(id, facts)? else { return Ok(None) };
    let event = if withdrawn { None } else { read(store, later)? };
    let time = event.and_then(|event| Some((event.start?, event.end)));
    Ok(Some(Overtaking { id: later, withdrawn, time }))
}

/// The events at the times of this one that are not over.
fn conflicts(
    store: &Store,
    invitation: &Invitation,
    (now, zone): (DateTime<Utc>, Zone),
) -> Result<Vec<OtherEvent>, JobError> {
    let own = invitation.own_attendee().map(|own| own.address.to_lowercase());
    let mut others = Others { store, own, zone, known: HashMap::new() };
    let mut found: Vec<OtherEvent> = Vec::new();
    for starts in times(invitation, (now, zone)) {
        let Some(ends) = starts.checked_add_signed(invitation.length()).filter(|ends| *ends >= now) else { continue };
        for candidate in store.busy_times((starts, ends), &invitation.uid, CANDIDATES)? {
            let other = others.at((starts, ends), &candidate)?;
            found.extend(other.filter(|other| !found.contains(other)));
        }
    }
    found.sort_by_key(|other| (other.start.placed(zone), other.id));
    Ok(found)
}

/// When it begins, if that is certain; of what repeats, the next times.
fn times(invitation: &Invitation, (now, zone): (DateTime<Utc>, Zone)) -> Vec<DateTime<Utc>> {
    match &invitation.recurrence {
        None => invitation.start.as_ref().and_then(EventTime::instant).into_iter().collect(),
        Some(recurrence) => {
            let next = recurrence.occurrences(invitation, now, zone, TIMES);
            next.iter().filter_map(|it| it.start.instant()).collect()
        }
    }
}

/// Other events, each read once.
struct Others<'s> {
    store: &'s Store,
    /// The address of whoever reads, in small letters, as far as it is known.
    own: Option<String>,
    zone: Zone,
    known: HashMap<Id, Option<OtherInvitation>>,
}

#[derive(Clone)]
struct OtherInvitation {
    event: Invitation,
    /// The dates of which there are messages of their own.
    told_apart: Vec<String>,
}

impl Others<'_> {
    /// The event of a candidate at this time, if it is at this time and not declined.
    fn at(
        &mut self,
        (starts, ends): (DateTime<Utc>, DateTime<Utc>),
        candidate: &BusyTime,
    ) -> Result<Option<OtherEvent>, JobError> {
        if !self.known.contains_key(&candidate.id) {
            let other = self.other(candidate)?;
            self.known.insert(candidate.id, other);
        }
        let Some(OtherInvitation { event, told_apart }) = self.known.get(&candidate.id).and_then(Option::as_ref) else {
            return Ok(None);
        };
        let length = event.length();
        let told = |start: EventTime| OtherEvent {
            id: candidate.id,
            summary: event.summary.clone(),
            end: start.after(length),
            start,
        };
        let Some(recurrence) = &event.recurrence else { return Ok(event.start.clone().map(told)) };
        // The first of them may be over as this one begins, or be told of elsewhere.
        let next = recurrence.occurrences(event, starts, self.zone, TIMES);
        let overlaps = |start: &EventTime| {
            let Some(begins) = start.instant() else { return false };
            let over = begins.checked_add_signed(length);
            begins == starts || begins < ends && over.is_some_and(|over| over > starts)
        };
        let here = next.into_iter().map(|it| it.start).find(|it| overlaps(it) && !told_apart.contains(&it.key()));
        Ok(here.map(told))
    }

    /// `None` where it is declined, or cannot be read any more.
    fn other(&self, candidate: &BusyTime) -> Result<Option<OtherInvitation>, JobError> {
        let Some(event) = read(self.store, candidate.id)? else { return Ok(None) };
        let own = event.own_attendee().map(|own| own.address.to_lowercase()).or_else(|| self.own.clone());
        let answer = match &own {
            Some(own) => self.store.answer(&candidate.uid, &candidate.recurrence, own)?,
            None => None,
        };
        let declined = answer.map_or_else(|| event.is_declined(), |answer| answer == ParticipationStatus::Declined);
        if declined {
            return Ok(None);
        }
        let told_apart = if candidate.repeats { self.store.dates_told_apart(&candidate.uid)? } else { Vec::new() };
        Ok(Some(OtherInvitation { event, told_apart }))
    }
}
