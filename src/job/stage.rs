//! From the file of a draft to what leaves: checked as a whole, shown, and then staged.

use chrono::{DateTime, Utc};

use super::contact_hours::reading_times;
use super::decide::Kept;
use super::draft_times::{leaving, reminds};
use super::{JobError, attach, compose, decide, departure};
use crate::config::Config;
use crate::domain::answering::{
    AnswerScope, Draft, DraftMistake, DraftWarning, INVITATION_ANSWER_FIELD, references, warnings,
};
use crate::domain::batch::BatchOccasion;
use crate::domain::ids::{BatchId, Id, OutgoingId};
use crate::domain::outbox::{ClosingCheckin, DepartureTime, OutgoingRelation};
use crate::domain::positions::Positions;
use crate::domain::triage::{Act, Decision, Triage};
use crate::domain::until::Until;
use crate::mail::{FileToSend, NewMessage, answered_message, build, for_envelope, read_draft};
use crate::store::{BatchKind, StagedRevision, Store, StoreError};

/// Somebody else may decide in the same batch so many times, then it is given up.
const MEETINGS: u32 = 8;

/// A draft without mistakes: all that is shown before it is staged.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedDraft {
    pub draft: Draft,
    /// The message that it answers or forwards.
    pub about: Option<(OutgoingRelation, Id)>,
    /// The addresses of those who get it, as the server is told.
    pub recipients: Vec<String>,
    pub files: Vec<FileToSend>,
    pub leaving: DepartureTime,
    /// It leaves as soon as it is staged.
    pub at_once: bool,
    /// The check-in at whose close it leaves, its close where that is known, and whether its batch is open.
    pub close: Option<ClosingCheckin>,
    /// When what it answers comes back, if nobody has replied by then.
    pub reminds: Option<Until>,
    pub warnings: Vec<DraftWarning>,
}

/// When those who get a draft read it, as far as they publish that: what each is called, and when.
///
/// # Errors
/// Where the store cannot be read.
pub fn draft_is_read(
    store: &Store,
    config: &Config,
    checked: &CheckedDraft,
    now: DateTime<Utc>,
) -> Result<Vec<(String, DateTime<Utc>)>, JobError> {
    let leaves = match (checked.leaving, &checked.close) {
        (DepartureTime::At(at), _) => at.max(now),
        (_, Some(close)) => close.closes.max(now),
        _ => now,
    };
    let people = [&checked.draft.to[..], &checked.draft.cc[..]].concat();
    reading_times(store, config, &people, leaves, now)
}

/// Why a draft is not ready.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// What is wrong in its file.
    #[error("{} mistakes in the draft", .0.len())]
    Mistakes(Vec<DraftMistake>),
    #[error(transparent)]
    Job(#[from] JobError),
}

impl From<StoreError> for CheckError {
    fn from(error: StoreError) -> Self {
        Self::Job(error.into())
    }
}

/// Checks the file of a draft. `scope` is to whom of those who were there it was begun, where that is known.
///
/// # Errors
/// All mistakes in it; or where the store cannot be read.
pub fn check_draft(
    store: &Store,
    config: &Config,
    about: Option<(OutgoingRelation, Id)>,
    scope: Option<AnswerScope>,
    text: &[u8],
    now: DateTime<Utc>,
) -> Result<CheckedDraft, CheckError> {
    let draft = read_draft(text).map_err(CheckError::Mistakes)?;
    let lines = FieldLines::of(text);
    let mut mistakes = Vec::new();
    let mut wrong = |line: usize, what: String, help: String| mistakes.push(DraftMistake { line, what, help });
    let identity = compose::of_address(config, &draft.from.address);
    match identity {
        None if config.identities.is_empty() => {
            let help = "add an [[identity]] with your address and how it is sent to the settings".to_owned();
            wrong(lines.first("From"), "the settings do not say as whom you write".to_owned(), help);
        }
        None => {
            let what = format!("{} is none of your identities", draft.from.address);
            wrong(lines.first("From"), what, format!("write one of {}", compose::addresses(config)));
        }
        Some(identity) if identity.send.is_none() => {
            let what = format!("nothing says how messages of {} are sent", identity.mailbox.address);
            wrong(lines.first("From"), what, "add `send` to its [[identity]] in the settings".to_owned());
        }
        Some(_) => {}
    }
    if draft.fields.iter().any(|(name, _)| name == INVITATION_ANSWER_FIELD) {
        let what = "this was the answer to an invitation, which calendars read".to_owned();
        wrong(
            lines.first(INVITATION_ANSWER_FIELD),
            what,
            "answer the invitation again; it cannot be edited".to_owned(),
        );
    }
    let default = identity.map(|it| it.leaves).unwrap_or_default();
    let leaving = leaving(config, &draft.leaves, default, now).map_err(|(what, help)| {
        wrong(lines.first("Leaves"), what, help);
    });
    let lanes = about.map(|(_, message)| store.lanes_of(&[message])).transpose()?;
    let reminds = reminds(config, &draft.remind, lanes, now).map_err(|(what, help)| {
        wrong(lines.first("Remind"), what, help);
    });
    let mut recipients = Vec::new();
    for person in draft.recipients() {
        // That each is an address was seen when the file was read.
        if let Ok(address) = for_envelope(&person.address) {
            recipients.push(address);
        }
    }
    let named: Vec<(usize, String)> = lines.all("Attach").zip(draft.files.iter().cloned()).collect();
    let files = attach::read_files(store, &named).map_err(|found| mistakes.extend(found));
    let (Ok(leaving), Ok(reminds), Ok(files), true) = (leaving, reminds, files, mistakes.is_empty()) else {
        mistakes.sort_by_key(|mistake| mistake.line);
        return Err(CheckError::Mistakes(mistakes));
    };
    let at_once = matches!(leaving, DepartureTime::At(at) if at <= now);
    let close = match leaving {
        DepartureTime::At(_) => None,
        DepartureTime::Close | DepartureTime::Next => close(store, config, (leaving, about), now)?,
    };
    let warnings = second_look(store, config, &draft, about, scope)?;
    Ok(CheckedDraft { draft, about, recipients, files, leaving, at_once, close, reminds, warnings })
}

/// What is worth a second look. Who was there is worked out again from what is answered.
fn second_look(
    store: &Store,
    config: &Config,
    draft: &Draft,
    about: Option<(OutgoingRelation, Id)>,
    scope: Option<AnswerScope>,
) -> Result<Vec<DraftWarning>, JobError> {
    let Some((OutgoingRelation::Reply, message)) = about else { return Ok(warnings(draft, &[])) };
    let answered = answered_message(&store.original(message)?);
    let begun_for = |scope| compose::answer(config, &answered, scope).ok();
    let left_out = match scope {
        // An answer to one of several is meant so.
        Some(AnswerScope::Author) => Vec::new(),
        // Whom it was begun for, and who was taken out since.
        Some(scope) => begun_for(scope).map(|to| to.to.into_iter().chain(to.cc).collect()).unwrap_or_default(),
        // A draft of before: how it was begun is not known any more. Who answers several, leaves somebody out by accident.
        None if draft.recipients().len() > 1 => {
            let there = [AnswerScope::Author, AnswerScope::List].into_iter().find_map(begun_for);
            there.map(|there| there.left_out).unwrap_or_default()
        }
        None => Vec::new(),
    };
    let mut found = warnings(draft, &left_out);
    found.extend(store.answered(message)?.map(DraftWarning::AnsweredAlready));
    Ok(found)
}

/// The close at which it leaves: that of the batch in hand, or of a check-in that comes.
pub(super) fn close(
    store: &Store,
    config: &Config,
    (leaving, about): (DepartureTime, Option<(OutgoingRelation, Id)>),
    now: DateTime<Utc>,
) -> Result<Option<ClosingCheckin>, JobError> {
    let open = store.open_batch(BatchKind::Window)?.and_then(|(batch, _)| match batch.occasion() {
        BatchOccasion::Window { checkin, .. } => {
            Some(ClosingCheckin { checkin: checkin.clone(), closes: batch.closes()?, is_open: true })
        }
        BatchOccasion::Exceptions => None,
    });
    if leaving == DepartureTime::Close && open.is_some() {
        return Ok(open);
    }
    let lane = about.and_then(|(_, message)| store.message(message).ok()).map(|message| message.lane);
    let until = open.map(|open| open.closes);
    let window = departure::checkin(config, (departure::kind(leaving), lane.as_deref()), now, until);
    Ok(window.map(|it| ClosingCheckin { checkin: it.checkin, closes: it.closes, is_open: false }))
}

/// The act by which a message that is answered is decided, where it is in an open batch.
///
/// # Errors
/// Where the store cannot be read.
pub fn decides(store: &Store, answered: Id) -> Result<Option<(BatchId, Act)>, JobError> {
    for kind in [BatchKind::Window, BatchKind::Exceptions] {
        let Some((batch, acts)) = store.open_batch(kind)? else { continue };
        let Some(position) = store.position(batch.id(), answered)? else { continue };
        let mut on = Positions::default();
        on.insert(position);
        let id = batch.id();
        return Ok(Triage::replay(batch, acts).act(Decision::Reply, &on).map(|act| (id, act)));
    }
    Ok(None)
}

/// Builds what was checked, and stages it. `decides` is the act of an open batch by which what it answers is decided, in the same
/// transaction; where somebody else has decided there meanwhile, it comes after that.
///
/// # Errors
/// `Wrong` where others would read something else than was meant; the store's error where the draft is none any more, or where it
/// cannot be written.
pub fn stage_draft(
    store: &mut Store,
    config: &Config,
    id: OutgoingId,
    checked: &CheckedDraft,
    decides: Option<(BatchId, Act)>,
    now: DateTime<Utc>,
) -> Result<Kept, JobError> {
    let revision = revision(store, config, id, checked, now)?;
    let open = store.open_batch(BatchKind::Window)?.map(|(batch, _)| batch.id());
    let stage = |store: &mut Store, decides: Option<(BatchId, &Act)>| match (decides, &checked.reminds) {
        (Some(decides), None) => store.stage_by_act(id, &revision, checked.leaving, decides, now),
        (None, None) => store.stage(id, &revision, checked.leaving, open, now),
        (Some((batch, act)), Some(until)) => {
            store.stage_and_remind(id, &revision, checked.leaving, (Some(batch), Some(act)), until, now)
        }
        (None, Some(until)) => store.stage_and_remind(id, &revision, checked.leaving, (open, None), until, now),
    };
    in_turn(store, decides, stage, "it is among the drafts; try again").map(|((), kept)| kept)
}

/// Stages by an act; where somebody else has decided in the batch meanwhile, the act comes after theirs.
///
/// # Errors
/// What `stage` returns; `Wrong` where others go on deciding at the same time, with this hint.
pub(super) fn in_turn<T>(
    store: &mut Store,
    decides: Option<(BatchId, Act)>,
    stage: impl Fn(&mut Store, Option<(BatchId, &Act)>) -> Result<T, StoreError>,
    hint: &str,
) -> Result<(T, Kept), JobError> {
    let Some((batch, mut act)) = decides else { return Ok((stage(store, None)?, Kept::Alone)) };
    let mut beside = None;
    for _ in 0..MEETINGS {
        match stage(store, Some((batch, &act))) {
            Ok(staged) => return Ok((staged, beside.map_or(Kept::Alone, Kept::Beside))),
            Err(StoreError::OutOfTurn { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let mut triage = decide::replay(store, batch)?;
        let Some(next) = triage.decide(act.decision.clone(), &act.on) else { break };
        act = next;
        beside = Some(Box::new(triage));
    }
    Err(JobError::Wrong {
        what: "others have decided in this batch at the same time, so nothing was staged".to_owned(),
        hint: hint.to_owned(),
    })
}

/// The bytes, and to whom they go.
fn revision(
    store: &Store,
    config: &Config,
    id: OutgoingId,
    checked: &CheckedDraft,
    now: DateTime<Utc>,
) -> Result<StagedRevision, JobError> {
    let draft = &checked.draft;
    let sender = for_envelope(&draft.from.address).map_err(|error| unbuilt(&error))?;
    let message_id = match store.reusable_message_id(id)? {
        Some(known) => known,
        None => new_id(&sender),
    };
    let (in_reply_to, references) = match checked.about {
        Some((OutgoingRelation::Reply, message)) => {
            let answered = answered_message(&store.original(message)?);
            (answered.message_id.clone(), references(&answered))
        }
        _ => (None, Vec::new()),
    };
    let date = now.with_timezone(&config.calendar.zone).fixed_offset();
    let bytes = build(&NewMessage {
        from: draft.from.clone(),
        to: draft.to.clone(),
        cc: draft.cc.clone(),
        reply_to: draft.reply_to.clone(),
        subject: draft.subject.clone(),
        date,
        message_id: message_id.clone(),
        in_reply_to,
        references,
        fields: draft.fields.clone(),
        text: draft.text.clone(),
        files: checked.files.clone(),
    })
    .map_err(|error| unbuilt(&error))?;
    Ok(StagedRevision { message_id, sender, recipients: checked.recipients.clone(), bytes })
}

fn unbuilt(error: &crate::mail::BuildError) -> JobError {
    JobError::Wrong { what: error.to_string(), hint: "edit the draft; nothing was staged".to_owned() }
}

/// An id that nobody else makes, of the writer's own domain (RFC 5322 §3.6.4); it tells nothing of the machine.
pub(super) fn new_id(sender: &str) -> String {
    let domain = sender.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    format!("{:016x}{:016x}@{domain}", fastrand::u64(..), fastrand::u64(..))
}

/// The lines in which the fields of a draft stand.
struct FieldLines(Vec<(usize, String)>);

impl FieldLines {
    fn of(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        let heading = text.lines().enumerate().take_while(|(_, line)| !line.trim().is_empty());
        let named = heading.filter_map(|(place, line)| {
            let (name, value) = line.split_once(':').filter(|_| !line.starts_with(['#', ' ', '\t']))?;
            (!value.trim().is_empty()).then(|| (place + 1, name.trim().to_owned()))
        });
        Self(named.collect())
    }

    fn all(&self, name: &str) -> impl Iterator<Item = usize> {
        self.0.iter().filter(move |(_, known)| known.eq_ignore_ascii_case(name)).map(|(line, _)| *line)
    }

    fn first(&self, name: &str) -> usize {
        self.all(name).next().unwrap_or(1)
    }
}
