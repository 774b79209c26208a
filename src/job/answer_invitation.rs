//! Answering an invitation: accepted, tentatively accepted or declined, as a message to its organizer alone, which waits in the
//! outbox as everything that is written.

use chrono::{DateTime, FixedOffset};

use super::JobError;
use super::stage::{decides, new_id};
use crate::config::{Config, Identity};
use crate::domain::address::Address;
use crate::domain::answering::{AnsweredMessage, Departure, Draft, INVITATION_ANSWER_FIELD, OwnAddresses, references};
use crate::domain::ids::{Id, OutgoingId};
use crate::domain::invitation::{Attendee, Invitation, InvitationAnswer};
use crate::domain::outbox::{DepartureTime, OutgoingRelation};
use crate::mail::{self, CalendarVersion, NewMessage};
use crate::store::{StagedRevision, Store};

/// An answer that waits in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedInvitationAnswer {
    pub id: OutgoingId,
    /// The organizer.
    pub to: Address,
    pub from: Address,
    pub subject: String,
    pub leaves: Departure,
    /// Answers that waited to leave, and are taken back since this one takes their place.
    pub replaced: Vec<OutgoingId>,
}

/// Stages an answer, and decides the message of an open batch by it. One to the same message that has not left is taken back.
///
/// # Errors
/// `Held`, `Unknown`; `Wrong` where the message has no invitation, it asks for no answer, a later message has changed it, the person
/// is not among those whom it invites, or nothing can be sent as the one who is; or where the store cannot be read or written.
pub fn answer_invitation(
    store: &mut Store,
    config: &Config,
    id: Id,
    (answer, comment): (InvitationAnswer, &str),
    now: DateTime<FixedOffset>,
) -> Result<StagedInvitationAnswer, JobError> {
    let raw = store.original(id)?;
    let invitation = mail::invitation(&raw).ok_or_else(|| {
        wrong(format!("message {id} has no invitation"), "`tidebox search has:invite` lists those that have")
    })?;
    let organizer = invitation.answered_organizer().map_err(|why| {
        wrong(format!("the invitation of message {id} is not answered: {why}"), "write to its sender")
    })?;
    refuse_overtaken(store, id, &invitation)?;
    let (own, identity) = invited(config, id, &invitation)?;
    let calendar = invitation.reply(&own, answer, comment, now.to_utc()).map_err(|why| {
        wrong(format!("the invitation of message {id} is not answered: {why}"), "write to its sender")
    })?;
    let from = Address::new(identity.mailbox.name.clone(), own.address.clone());
    let to = Address::new(organizer.name.clone(), organizer.address.clone());
    let subject = format!("{}: {}", answer.subject_word(), invitation.summary);
    let message = message(&mail::answered_message(&raw), (&from, &to), subject, (answer, comment), now)?;
    let calendar = CalendarVersion { method: "REPLY", text: calendar };
    let bytes = mail::build_with_calendar(&message, &calendar).map_err(|error| unbuilt(&error))?;
    let revision = StagedRevision {
        message_id: message.message_id.clone(),
        sender: mail::for_envelope(&from.address).map_err(|error| unbuilt(&error))?,
        recipients: vec![mail::for_envelope(&to.address).map_err(|error| unbuilt(&error))?],
        bytes,
    };
    let draft = mail::draft_text(&draft(&message, answer), &[]);
    let replaced = take_back(store, id, now)?;
    let outgoing = store.new_draft(Some((OutgoingRelation::Reply, id)), &draft, now.to_utc())?;
    let leaving = match identity.leaves {
        Departure::Close => DepartureTime::Close,
        Departure::Next => DepartureTime::Next,
        Departure::Now => DepartureTime::At(now.to_utc()),
    };
    match decides(store, id)? {
        Some((batch, act)) => store.stage_by_act(outgoing, &revision, leaving, (batch, &act), now.to_utc())?,
        None => store.stage(outgoing, &revision, leaving, None, now.to_utc())?,
    }
    let leaves = identity.leaves;
    Ok(StagedInvitationAnswer { id: outgoing, to, from, subject: message.subject, leaves, replaced })
}

fn wrong(what: String, hint: &str) -> JobError {
    JobError::Wrong { what, hint: hint.to_owned() }
}

fn unbuilt(error: &mail::BuildError) -> JobError {
    wrong(format!("the answer cannot be written: {error}"), "write to its sender instead")
}

/// An answer to what does not hold any more would be wrong in the organizer's calendar.
fn refuse_overtaken(store: &Store, id: Id, invitation: &Invitation) -> Result<(), JobError> {
    let Some(facts) = invitation.facts() else { return Ok(()) };
    match store.invitation_after(id, &facts)? {
        None => Ok(()),
        Some((_, true)) => {
            Err(wrong(format!("a later message has withdrawn the event of message {id}"), "nothing has to be said"))
        }
        Some((later, false)) => Err(wrong(
            format!("a later message has changed the invitation of message {id}"),
            &format!("answer that one: {later}"),
        )),
    }
}

/// Who of the invited the person is, and as whom they write.
fn invited<'c>(config: &'c Config, id: Id, invitation: &Invitation) -> Result<(Attendee, &'c Identity), JobError> {
    let is_own =
        |identity: &Identity, attendee: &Attendee| OwnAddresses(vec![identity.own_address()]).owns(&attendee.address);
    let owned = |attendee: &Attendee| config.identities.iter().find(|identity| is_own(identity, attendee));
    let mut own = invitation.attendees.iter().filter(|attendee| owned(attendee).is_some());
    let only = own.next().filter(|_| own.next().is_none());
    let Some(attendee) = invitation.own_attendee().or(only) else {
        return Err(wrong(
            format!("the invitation of message {id} invites none of your addresses, so that no answer is asked of you"),
            "an address that is yours is named by an `[[identity]]` in the settings, or by its `aliases`",
        ));
    };
    let identity = owned(attendee).ok_or_else(|| {
        let what =
            format!("the invitation of message {id} is for {}, and no identity has this address", attendee.address);
        wrong(what, "add an `[[identity]]` with it to the settings, or name it in the `aliases` of one")
    })?;
    if identity.send.is_none() {
        let what = format!("nothing can be sent as {}", identity.mailbox.address);
        return Err(wrong(what, "add `send = …` to this `[[identity]]` in the settings"));
    }
    Ok((attendee.clone(), identity))
}

fn message(
    answered: &AnsweredMessage,
    (from, to): (&Address, &Address),
    subject: String,
    (answer, comment): (InvitationAnswer, &str),
    now: DateTime<FixedOffset>,
) -> Result<NewMessage, JobError> {
    let mut text = format!("{}\n", answer.sentence());
    if !comment.trim().is_empty() {
        text.push('\n');
        text.push_str(comment.trim());
        text.push('\n');
    }
    Ok(NewMessage {
        from: from.clone(),
        to: vec![to.clone()],
        cc: Vec::new(),
        reply_to: Vec::new(),
        subject,
        date: now,
        message_id: new_id(&mail::for_envelope(&from.address).map_err(|error| unbuilt(&error))?),
        in_reply_to: answered.message_id.clone(),
        references: references(answered),
        fields: Vec::new(),
        text,
        files: Vec::new(),
    })
}

/// What the outbox shows, and what stays when the answer is taken back.
fn draft(message: &NewMessage, answer: InvitationAnswer) -> Draft {
    Draft {
        from: message.from.clone(),
        to: message.to.clone(),
        subject: message.subject.clone(),
        fields: vec![(INVITATION_ANSWER_FIELD.to_owned(), answer.subject_word().to_lowercase())],
        text: message.text.clone(),
        ..Draft::default()
    }
}

/// Takes back the answers to this message that have not left. They are not to be edited: an answer is given anew.
fn take_back(store: &mut Store, id: Id, now: DateTime<FixedOffset>) -> Result<Vec<OutgoingId>, JobError> {
    let mark = format!("\n{INVITATION_ANSWER_FIELD}: ");
    let mut replaced = Vec::new();
    for one in store.unfinished_outgoing()? {
        let is_answer = one.answers == Some(id) && one.draft.contains(&mark);
        if is_answer && one.state.can_be_recalled() {
            store.recall(one.id, now.to_utc())?;
            store.discard_draft(one.id, true, now.to_utc())?;
            replaced.push(one.id);
        }
    }
    Ok(replaced)
}
