//! The outbox of the session in memory: three drafts and messages in all states that the outbox shows.

use tidebox::domain::address::Address;
use tidebox::domain::answering::{ComposeIntent, DraftMistake};
use tidebox::domain::ids::{Id, OutgoingId};
use tidebox::domain::outbox::{DepartureTime, OutgoingRelation, OutgoingState, RecipientState};
use tidebox::domain::outgoing_summary::{LeavingSummary, OutgoingSummary, RecipientOutcome};
use tidebox::domain::printable::Printable;
use tidebox::domain::problem::Problem;
use tidebox::ui::request::{DraftOrigin, OutgoingRequest};
use tidebox::ui::response::{DraftResponse, OutgoingDeed, StoreResponse};

use super::facts::{at, problem};

#[derive(Default)]
pub struct Outbox {
    pub list: Vec<OutgoingSummary>,
}

impl Outbox {
    /// A draft, one that leaves, one that was refused for one of two, one of which nobody knows, and one that waits.
    pub fn full() -> Self {
        use OutgoingState::{Draft, Later, PartlySent, Staged, Unknown};
        use RecipientState::{Accepted, Deferred, Refused, Waiting};
        let recipient = |address: &str, state, words: &str| RecipientOutcome {
            address: Printable::address(address),
            state,
            words: Printable::from(words),
        };
        let one = |id: i64, state, people: &str, subject: &str| OutgoingSummary {
            id: OutgoingId(id),
            state,
            answers: None,
            people: people.into(),
            subject: subject.into(),
            text: ["I have read it twice,", "and I think that the second table can go."].map(Printable::from).to_vec(),
            changed: at("2026-11-23T09:12:00Z"),
            leaving: Some(DepartureTime::Close),
            due: None,
            tries: 0,
            reminder: None,
            elsewhere: None,
            recipients: Vec::new(),
        };
        let no_such_user =
            "550 5.1.1 <grace@example.org>: Recipient address rejected: User unknown in local recipient table";
        let list = vec![
            OutgoingSummary { answers: Some(Id(4)), ..one(1, Draft, "Ada Lovelace", "Re: Notes on the engine") },
            one(2, Draft, "", ""),
            OutgoingSummary {
                answers: Some(Id(5)),
                recipients: vec![recipient("ada@example.org", Waiting, "")],
                ..one(3, Staged, "Ada Lovelace", "Re: Notes on the engine")
            },
            OutgoingSummary {
                recipients: vec![
                    recipient("tom@example.org", Accepted, "250 2.0.0 Ok: queued as 4XkQ2f"),
                    recipient("grace@example.org", Refused, no_such_user),
                ],
                ..one(4, PartlySent, "Tom, Grace Hopper", "Reading group")
            },
            OutgoingSummary {
                recipients: vec![recipient(
                    "alan@example.org",
                    RecipientState::Unknown,
                    "the connection ended before the answer",
                )],
                ..one(5, Unknown, "Alan Turing", "Lunch on Friday")
            },
            OutgoingSummary {
                recipients: vec![recipient("kim@example.org", Deferred, "451 4.7.1 Greylisted, try again later")],
                tries: 1,
                due: Some(at("2026-11-23T12:30:00Z")),
                ..one(6, Later, "Kim", "The release")
            },
        ];
        Self { list }
    }

    pub fn grant(&mut self, request: &OutgoingRequest) -> Result<StoreResponse, Problem> {
        let find = |list: &mut Vec<OutgoingSummary>, id: OutgoingId| {
            list.iter_mut().position(|one| one.id == id).ok_or_else(|| problem("There is no such message.", None))
        };
        let file = |one: &mut OutgoingSummary| {
            one.state = OutgoingState::Draft;
            let text = format!("To: {}\nSubject: {}\n\nText\n", one.people, one.subject);
            StoreResponse::Draft(DraftResponse::File {
                origin: DraftOrigin::Kept(one.id),
                text,
                name: format!("reply {}", one.subject),
            })
        };
        let done = match request {
            OutgoingRequest::List => None,
            OutgoingRequest::Begin { to, .. } if to.ends_with("nobody") => {
                return Err(problem("nobody is no address", Some("write it as ann@example.org")));
            }
            OutgoingRequest::Begin { intent, to, .. } => return Ok(StoreResponse::Draft(begun(intent, to))),
            OutgoingRequest::Suggest { typed, .. } => {
                let known = [("Ada Lovelace", "ada@example.org"), ("", "adam@example.org"), ("Kim", "kim@example.org")];
                let fits = known.into_iter().filter(|(name, address)| {
                    name.to_lowercase().starts_with(typed) || address.starts_with(typed.as_str())
                });
                let found = fits.map(|(name, address)| Address::new(name, address)).collect();
                return Ok(StoreResponse::Draft(DraftResponse::Suggested(found)));
            }
            OutgoingRequest::Check { text, .. } => {
                return Ok(StoreResponse::Draft(checked(&String::from_utf8_lossy(text))));
            }
            OutgoingRequest::Stage { .. } => return Ok(StoreResponse::Draft(DraftResponse::Staged)),
            OutgoingRequest::InvitationOffer(message) => {
                let what = format!("message {message} has no invitation");
                return Err(problem(&what, Some("`tidebox search has:invite` lists those that have")));
            }
            OutgoingRequest::AnswerInvitation { .. } => {
                return Ok(StoreResponse::Draft(DraftResponse::InvitationAnswered));
            }
            OutgoingRequest::DropFile(_) => return Ok(StoreResponse::Draft(DraftResponse::Dropped)),
            OutgoingRequest::Edit(id) => {
                let place = find(&mut self.list, *id)?;
                return Ok(file(&mut self.list[place]));
            }
            OutgoingRequest::EditAnswerTo(id) => {
                let found = self.list.iter_mut().find(|one| one.answers == Some(*id));
                return Ok(found.map_or(StoreResponse::Draft(DraftResponse::NoAnswer), file));
            }
            OutgoingRequest::Recall(id) => {
                let place = find(&mut self.list, *id)?;
                self.list[place].state = OutgoingState::Draft;
                Some(OutgoingDeed::Recalled)
            }
            OutgoingRequest::SendAgain(id) => {
                let place = find(&mut self.list, *id)?;
                self.list[place].state = OutgoingState::Later;
                Some(OutgoingDeed::SentAgain)
            }
            OutgoingRequest::Remind(id, until) => {
                let place = find(&mut self.list, *id)?;
                self.list[place].reminder.clone_from(until);
                Some(if until.is_some() { OutgoingDeed::Reminds } else { OutgoingDeed::ForgetsReminder })
            }
            OutgoingRequest::CallSent(id) | OutgoingRequest::Discard(id) => {
                let place = find(&mut self.list, *id)?;
                self.list.remove(place);
                let sent = matches!(request, OutgoingRequest::CallSent(_));
                Some(if sent { OutgoingDeed::CalledSent } else { OutgoingDeed::Discarded })
            }
        };
        Ok(StoreResponse::Outgoing { list: self.list.clone(), done })
    }
}

/// The file of something new, which has no more in it than the tests look for.
fn begun(intent: &ComposeIntent, to: &str) -> DraftResponse {
    let (about, name) = match intent {
        ComposeIntent::Answer { message, .. } => (Some((OutgoingRelation::Reply, *message)), "reply"),
        ComposeIntent::Forward { message, .. } => (Some((OutgoingRelation::Forward, *message)), "forward"),
        ComposeIntent::New { .. } => (None, "message"),
    };
    DraftResponse::File {
        origin: DraftOrigin::New { about },
        text: if to.is_empty() { "To: ada@example.org\n\n".to_owned() } else { format!("To: {to}\n\n") },
        name: name.to_owned(),
    }
}

/// What is wrong with a text, or what leaves: a text says what is to come of it.
fn checked(text: &str) -> DraftResponse {
    let mistake = |line, what: &str, help: &str| DraftMistake { line, what: what.to_owned(), help: help.to_owned() };
    if text.contains("mistakes") {
        return DraftResponse::Mistaken(vec![
            mistake(2, "`ada@` is no address", "write `Name <name@example.org>`"),
            mistake(4, "there is no file ~/notes.pdf", "write its path as the shell shows it; ~ and * are understood"),
        ]);
    }
    let warnings =
        ["The text speaks of \"attached\", and no file goes with it.", "Grace was there and does not get it."];
    let many = if text.contains("many") { 60 } else { 0 };
    DraftResponse::Checked(Box::new(LeavingSummary {
        draft: OutgoingId(7),
        from: "Me <me@example.org>".into(),
        to: vec!["Ada Lovelace <ada@example.org>".into()],
        cc: (0..many).map(|n| Printable::from(format!("guest-{n}@example.org"))).collect(),
        bcc: vec!["archive@example.org".into()],
        subject: "Re: Notes on the engine".into(),
        files: vec![("engine-notes.pdf".into(), 214_000)],
        leaves: if text.contains("now") { "at once".into() } else { "at the close, 13:45".into() },
        reminds: text.contains("remind").then(|| "tomorrow morning, 10:00, if nobody has replied".into()),
        reads: if text.contains("hours") { vec!["Ada Lovelace: Tue 24 Nov, 10:00".into()] } else { Vec::new() },
        at_once: text.contains("now"),
        warnings: warnings.iter().filter(|_| text.contains("attached")).map(|text| Printable::from(*text)).collect(),
    }))
}
