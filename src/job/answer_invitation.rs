//! Answering an invitation: accepted, tentatively accepted or declined, as a message to its organizer alone, which waits in the
//! outbox as everything that is written.

use chrono::{DateTime, FixedOffset};

use super::JobError;
use super::decide::Kept;
use super::stage::{close, in_turn, new_id};
use crate::config::{Config, Identity};
use crate::domain::address::Address;
use crate::domain::answering::{AnsweredMessage, Departure, Draft, INVITATION_ANSWER_FIELD, OwnAddresses, references};
use crate::domain::ids::{BatchId, Id, OutgoingId};
use crate::domain::invitation::{Attendee, Invitation, InvitationAnswer};
use crate::domain::outbox::{ClosingCheckin, DepartureTime, OutgoingRelation};
use crate::domain::triage::Act;
use crate::mail::{self, CalendarVersion, NewMessage};
use crate::store::{StagedAnswer, StagedRevision, Store};

/// An answer that waits in the outbox.
#[derive(Debug)]
pub struct StagedInvitationAnswer {
    pub id: OutgoingId,
    /// The organizer.
    pub to: Address,
    pub from: Address,
    pub subject: String,
    pub leaves: Departure,
    /// Answers that waited to leave, and are taken back since this one takes their place.
    pub replaced: Vec<OutgoingId>,
    /// What came of the act that decides about its row.
    pub kept: Kept,
}

/// To whom an answer would go, as whom, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerableInvitation {
    pub to: Address,
    pub from: Address,
    pub leaving: DepartureTime,
    /// The check-in at whose close it leaves, where that is known.
    pub close: Option<ClosingCheckin>,
}

/// What an answer to the invitation of this message would be.
///
/// # Errors
/// As [`answer_invitation`].
pub fn answerable(
    store: &Store,
    config: &Config,
    id: Id,
    now: DateTime<FixedOffset>,
) -> Result<AnswerableInvitation, JobError> {
    let invited = Invited::of(store, config, id)?;
    invited.calendar(id, (InvitationAnswer::Accept, ""), now)?;
    let now = now.to_utc();
    let leaving = leaving(invited.identity, now);
    let close = match leaving {
        DepartureTime::Close | DepartureTime::Next => {
            close(store, config, (leaving, Some((OutgoingRelation::Reply, id))), now)?
        }
        DepartureTime::At(_) => None,
    };
    Ok(AnswerableInvitation { to: invited.to, from: invited.from, leaving, close })
}

/// Stages an answer, and decides its row of an open batch by it. One to the same message that has not left is taken back in the same
/// transaction. `decides` is that act.
///
/// # Errors
/// `Held`, `Unknown`; `Wrong` where the message has no invitation, it asks for no answer, a later message has changed it, the person
/// is not among those whom it invites, or nothing can be sent as the one who is; or where the store cannot be read or written.
pub fn answer_invitation(
    store: &mut Store,
    config: &Config,
    id: Id,
    said: (InvitationAnswer, &str),
    decides: Option<(BatchId, Act)>,
    now: DateTime<FixedOffset>,
) -> Result<StagedInvitationAnswer, JobError> {
    let invited = Invited::of(store, config, id)?;
    let calendar = invited.calendar(id, said, now)?;
    let message = invited.message(said, now)?;
    let calendar = CalendarVersion { method: "REPLY", text: calendar };
    let bytes = mail::build_with_calendar(&message, &calendar).map_err(|error| unbuilt(&error))?;
    let revision = StagedRevision {
        message_id: message.message_id.clone(),
        sender: mail::for_envelope(&invited.from.address).map_err(|error| unbuilt(&error))?,
        recipients: vec![mail::for_envelope(&invited.to.address).map_err(|error| unbuilt(&error))?],
        bytes,
    };
    let draft = mail::draft_text(&draft(&message, said.0), &[]);
    let leaving = leaving(invited.identity, now.to_utc());
    let answer = StagedAnswer { message: id, draft, revision, leaving };
    let stage = |store: &mut Store, decides: Option<(BatchId, &Act)>| {
        store.stage_invitation_answer(&answer, decides, now.to_utc())
    };
    let ((outgoing, replaced), kept) = in_turn(store, decides, stage, "try again")?;
    let (leaves, subject) = (invited.identity.leaves, message.subject);
    Ok(StagedInvitationAnswer { id: outgoing, to: invited.to, from: invited.from, subject, leaves, replaced, kept })
}

fn leaving(identity: &Identity, now: DateTime<chrono::Utc>) -> DepartureTime {
    match identity.leaves {
        Departure::Close => DepartureTime::Close,
        Departure::Next => DepartureTime::Next,
        Departure::Now => DepartureTime::At(now),
    }
}

/// An invitation that can be answered, and by whom.
struct Invited<'c> {
    invitation: Invitation,
    answered: AnsweredMessage,
    own: Attendee,
    identity: &'c Identity,
    /// The organizer.
    to: Address,
    from: Address,
}

impl<'c> Invited<'c> {
    fn of(store: &Store, config: &'c Config, id: Id) -> Result<Self, JobError> {
        let raw = store.original(id)?;
        let invitation = mail::invitation(&raw).ok_or_else(|| {
            wrong(format!("message {id} has no invitation"), "`tidebox search has:invite` lists those that have")
        })?;
        let organizer = invitation.answered_organizer().map_err(|why| {
            wrong(format!("the invitation of message {id} is not answered: {why}"), "write to its sender")
        })?;
        refuse_overtaken(store, id, &invitation)?;
        let (own, identity) = invited(config, id, &invitation)?;
        let from = Address::new(identity.mailbox.name.clone(), own.address.clone());
        let to = Address::new(organizer.name.clone(), organizer.address.clone());
        Ok(Self { answered: mail::answered_message(&raw), own, identity, to, from, invitation })
    }

    /// What the organizer's calendar reads.
    fn calendar(
        &self,
        id: Id,
        (answer, comment): (InvitationAnswer, &str),
        now: DateTime<FixedOffset>,
    ) -> Result<String, JobError> {
        self.invitation.reply(&self.own, answer, comment, now.to_utc()).map_err(|why| {
            wrong(format!("the invitation of message {id} is not answered: {why}"), "write to its sender")
        })
    }

    fn message(&self, said: (InvitationAnswer, &str), now: DateTime<FixedOffset>) -> Result<NewMessage, JobError> {
        let subject = format!("{}: {}", said.0.subject_word(), self.invitation.summary);
        message(&self.answered, (&self.from, &self.to), subject, said, now)
    }
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
