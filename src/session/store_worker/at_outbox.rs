//! Requests about what the person writes: drafts, and what leaves.

use chrono::{DateTime, Utc};

use super::StoreWorker;
use crate::config::Config;
use crate::domain::address::Address;
use crate::domain::answering::{AnswerScope, ComposeIntent};
use crate::domain::ids::{BatchId, Id, OutgoingId};
use crate::domain::invitation::InvitationAnswer;
use crate::domain::outbox::{DepartureTime, Outgoing, OutgoingRelation, OutgoingState};
use crate::domain::outgoing_summary::{InvitationOffer, LeavingSummary};
use crate::domain::printable::Printable;
use crate::domain::triage::Act;
use crate::job::address_book::address_book;
use crate::job::answer_invitation::{answer_invitation, answerable};
use crate::job::compose::{begin_draft, full};
use crate::job::contact_hours::reading_word;
use crate::job::handover::{Handover, begin_elsewhere, hand_over, program};
use crate::job::stage::{CheckError, CheckedDraft, check_draft, draft_is_read, stage_draft};
use crate::job::{JobError, draft_file, written};
use crate::mail::{draft_text, people};
use crate::store::{Store, StoreError, UnknownVerdict};
use crate::ui::request::{ComposerRequest, DraftOrigin, OutgoingRequest};
use crate::ui::response::{DraftResponse, OutgoingDeed, StoreResponse};
use crate::ui::state::recipients::SUGGESTED;
use crate::ui::view::outgoing_words::{departure, reminds};

impl StoreWorker {
    pub(super) fn outgoing(
        &mut self,
        config: &Config,
        request: OutgoingRequest,
        now: DateTime<Utc>,
    ) -> Result<StoreResponse, JobError> {
        let store = &mut self.store;
        let done = match request {
            OutgoingRequest::List => None,
            OutgoingRequest::Begin { intent, to, passage } => {
                let to = if to.trim().is_empty() { Vec::new() } else { people(&to).map_err(|odd| no_address(&odd))? };
                return begun(store, config, &intent, to, passage.as_deref(), now);
            }
            OutgoingRequest::Suggest { typed, anew } => return self.suggest(config, &typed, anew, now),
            OutgoingRequest::Check { origin, scope, text } => return self.check(config, origin, scope, &text, now),
            OutgoingRequest::Stage { draft, decides } => return self.stage(config, draft, decides, now),
            OutgoingRequest::InvitationOffer(message) => return offer(store, config, message, now),
            OutgoingRequest::AnswerInvitation { message, answer, comment, decides } => {
                return self.answer(config, (message, answer, &comment), decides, now);
            }
            OutgoingRequest::DropFile(path) => {
                draft_file::remove(&path);
                return Ok(StoreResponse::Draft(DraftResponse::Dropped));
            }
            OutgoingRequest::Edit(id) => return Ok(file_of(written::take_up(store, id, now)?)),
            OutgoingRequest::EditAnswerTo(message) => {
                return Ok(match written::answer_to(store, message)? {
                    Some(answer) => file_of(written::take_up(store, answer.id, now)?),
                    None => StoreResponse::Draft(DraftResponse::NoAnswer),
                });
            }
            OutgoingRequest::Recall(id) => {
                store.recall(id, now)?;
                Some(OutgoingDeed::Recalled)
            }
            OutgoingRequest::SendAgain(id) => {
                match store.outgoing(id)?.state {
                    OutgoingState::Unknown => store.settle_unknown(id, UnknownVerdict::Again, now)?,
                    _ => store.send_again(id, now)?,
                };
                Some(OutgoingDeed::SentAgain)
            }
            OutgoingRequest::CallSent(id) => {
                store.settle_unknown(id, UnknownVerdict::Sent, now)?;
                Some(OutgoingDeed::CalledSent)
            }
            OutgoingRequest::Discard(id) => {
                if store.outgoing(id)?.state != OutgoingState::Draft {
                    store.recall(id, now)?;
                }
                store.discard_draft(id, true, now)?;
                Some(OutgoingDeed::Discarded)
            }
            OutgoingRequest::Remind(id, Some(until)) => {
                store.remind(id, &until, now)?;
                Some(OutgoingDeed::Reminds)
            }
            OutgoingRequest::Remind(id, None) => {
                store.forget_reminder(id)?;
                Some(OutgoingDeed::ForgetsReminder)
            }
        };
        Ok(StoreResponse::Outgoing { list: written::unfinished(store)?, done })
    }

    /// Who can be meant. What is known of correspondents is read once for each line that is typed.
    fn suggest(
        &mut self,
        config: &Config,
        typed: &str,
        anew: bool,
        now: DateTime<Utc>,
    ) -> Result<StoreResponse, JobError> {
        if anew || self.address_book.is_none() {
            self.address_book = Some(address_book(&self.store, config, now)?);
        }
        let found = self
            .address_book
            .as_ref()
            .map(|book| book.matching(typed).take(SUGGESTED).map(|who| who.address.clone()).collect());
        Ok(StoreResponse::Draft(DraftResponse::Suggested(found.unwrap_or_default())))
    }

    /// What is checked is kept until it is staged: what was shown is what leaves.
    fn check(
        &mut self,
        config: &Config,
        origin: DraftOrigin,
        scope: Option<AnswerScope>,
        text: &[u8],
        now: DateTime<Utc>,
    ) -> Result<StoreResponse, JobError> {
        let about = match origin {
            DraftOrigin::New { about } => about,
            DraftOrigin::Kept(id) => {
                let draft = self.store.outgoing(id)?;
                draft.answers.map(|message| (draft.relation, message))
            }
        };
        self.checked = None;
        Ok(StoreResponse::Draft(match check_draft(&self.store, config, about, scope, text, now) {
            Err(CheckError::Mistakes(mistakes)) => DraftResponse::Mistaken(mistakes),
            Err(CheckError::Job(error)) => return Err(error),
            Ok(checked) => {
                let id = match origin {
                    DraftOrigin::Kept(id) => id,
                    DraftOrigin::New { .. } => keep(&mut self.store, origin, &String::from_utf8_lossy(text), now)?,
                };
                let mut summary = summary(config, id, &checked, now);
                summary.reads = reads(&self.store, config, &checked, now)?;
                self.checked = Some((id, checked));
                DraftResponse::Checked(Box::new(summary))
            }
        }))
    }

    /// Stages an answer to an invitation.
    fn answer(
        &mut self,
        config: &Config,
        (message, answer, comment): (Id, InvitationAnswer, &str),
        decides: Option<(BatchId, Act)>,
        now: DateTime<Utc>,
    ) -> Result<StoreResponse, JobError> {
        let batch = decides.as_ref().map(|(batch, _)| *batch);
        let now = now.with_timezone(&config.calendar.zone).fixed_offset();
        let staged = answer_invitation(&mut self.store, config, message, (answer, comment), decides, now);
        match batch {
            Some(batch) => self.kept(batch, staged.map(|staged| staged.kept)),
            None => staged.map(|_| StoreResponse::Draft(DraftResponse::InvitationAnswered)),
        }
    }

    fn stage(
        &mut self,
        config: &Config,
        draft: OutgoingId,
        decides: Option<(BatchId, Act)>,
        now: DateTime<Utc>,
    ) -> Result<StoreResponse, JobError> {
        let checked = self.checked.take().filter(|(id, _)| *id == draft);
        let Some((_, checked)) = checked else { return Err(StoreError::NoOutgoing(draft).into()) };
        let batch = decides.as_ref().map(|(batch, _)| *batch);
        let staged = stage_draft(&mut self.store, config, draft, &checked, decides, now);
        match batch {
            Some(batch) => self.kept(batch, staged),
            None => staged.map(|_| StoreResponse::Draft(DraftResponse::Staged)),
        }
    }
}

/// Whether the invitation of a message can be answered, and how that would leave.
fn offer(store: &Store, config: &Config, message: Id, now: DateTime<Utc>) -> Result<StoreResponse, JobError> {
    let zone = config.calendar.zone;
    let answer = answerable(store, config, message, now.with_timezone(&zone).fixed_offset())?;
    let leaves = departure(answer.leaving, answer.close.as_ref(), now, zone);
    let at_once = matches!(answer.leaving, DepartureTime::At(_));
    Ok(StoreResponse::Draft(DraftResponse::Invitation(Box::new(InvitationOffer {
        to: Printable::from(answer.to.called()),
        from: Printable::address(&answer.from.address),
        leaves: leaves.into(),
        at_once,
    }))))
}

/// The file of something new, to those who were named already.
fn begun(
    store: &Store,
    config: &Config,
    intent: &ComposeIntent,
    to: Vec<Address>,
    passage: Option<&str>,
    now: DateTime<Utc>,
) -> Result<StoreResponse, JobError> {
    let command = config.compose.command.as_deref();
    let mut begun = match command {
        Some(_) => begin_elsewhere(store, config, intent, passage, None, now)?,
        None => begin_draft(store, config, intent, passage, None, now)?,
    };
    if !to.is_empty() {
        begun.draft.to = to;
        begun.text = draft_text(&begun.draft, &begun.notes);
    }
    let about = begun.answers.map(|message| (begun.relation, message));
    let name = format!("{} {}", called(begun.relation), begun.subject);
    if let Some(words) = command {
        let Handover { draft, mailto } = hand_over(store, &begun.draft, about)?;
        let program = Printable::from(program(words));
        let request = ComposerRequest { words: words.to_vec(), draft, mailto, name, program };
        return Ok(StoreResponse::Draft(DraftResponse::HandOver(Box::new(request))));
    }
    Ok(StoreResponse::Draft(DraftResponse::File { origin: DraftOrigin::New { about }, text: begun.text, name }))
}

fn no_address(odd: &str) -> JobError {
    let hint = "write it as ann@example.org or Ann <ann@example.org>, with a comma between several";
    JobError::Wrong { what: format!("{odd} is no address"), hint: hint.to_owned() }
}

fn called(relation: OutgoingRelation) -> &'static str {
    match relation {
        OutgoingRelation::Reply => "reply",
        OutgoingRelation::Forward => "forward",
        OutgoingRelation::New => "message",
    }
}

/// What leaves, as it is shown.
fn summary(config: &Config, draft: OutgoingId, checked: &CheckedDraft, now: DateTime<Utc>) -> LeavingSummary {
    let named = |list: &[Address]| list.iter().map(|one| full(one).into()).collect();
    let written = &checked.draft;
    LeavingSummary {
        draft,
        from: full(&written.from).into(),
        to: named(&written.to),
        cc: named(&written.cc),
        bcc: named(&written.bcc),
        subject: written.subject.as_str().into(),
        files: checked.files.iter().map(|file| (Printable::file_name(&file.name), file.bytes.len() as u64)).collect(),
        leaves: departure(checked.leaving, checked.close.as_ref(), now, config.calendar.zone).into(),
        reminds: checked.reminds.as_ref().map(|until| reminds(until, now, config.calendar.zone).into()),
        reads: Vec::new(),
        at_once: checked.at_once,
        warnings: checked.warnings.iter().map(|warning| Printable::from(warning.to_string())).collect(),
    }
}

/// When those who publish it read what leaves.
fn reads(
    store: &Store,
    config: &Config,
    checked: &CheckedDraft,
    now: DateTime<Utc>,
) -> Result<Vec<Printable>, JobError> {
    let known = draft_is_read(store, config, checked, now)?.into_iter();
    Ok(known.map(|(name, at)| Printable::from(format!("{name}: {}", reading_word(config, at)))).collect())
}

/// Keeps what was saved in the editor.
pub fn keep(store: &mut Store, origin: DraftOrigin, text: &str, now: DateTime<Utc>) -> Result<OutgoingId, JobError> {
    Ok(match origin {
        DraftOrigin::Kept(id) => {
            store.save_draft(id, text, now)?;
            id
        }
        DraftOrigin::New { about } => store.new_draft(about, text, now)?,
    })
}

fn file_of(outgoing: Outgoing) -> StoreResponse {
    let subject = written::summary(&outgoing).subject;
    let what = called(outgoing.relation);
    StoreResponse::Draft(DraftResponse::File {
        origin: DraftOrigin::Kept(outgoing.id),
        text: outgoing.draft,
        name: format!("{what} {subject}"),
    })
}
