//! Why a message is where it is: the rules that put it into its lane, what let it through or held it, and when it came out.
//!
//! The rules are those of the present settings, held against the message as it is in the store. What has happened is read from
//! the store, so where settings have changed since, both are told.

use chrono::{DateTime, Utc};

use super::JobError;
use super::begin::next_of_lane;
use super::defer::deferred;
use super::unsubscribe::left_before;
use crate::config::Config;
use crate::domain::answering::AnsweredAlready;
use crate::domain::batch::{EXCEPTIONS, called};
use crate::domain::group::GroupKind;
use crate::domain::ids::Id;
use crate::domain::lane::REST;
use crate::domain::message::{Message, Stage};
use crate::domain::message_kind::KindFact;
use crate::domain::query::{Indexed, StateTerm, Subject, Thing};
use crate::domain::reasons::{RuleCheck, nearest};
use crate::domain::settled::{Settled, SettledReason};
use crate::domain::trust::SenderTrust;
use crate::mail;
use crate::store::{Coming, Store};

/// What is told of a message that may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    pub lane: String,
    /// The lanes that were asked before it, in their order, and what was not so; the last one is its lane, where a rule chose it.
    pub lanes: Vec<RuleCheck>,
    /// The lane into which the present settings would put it, where that is another one.
    pub lane_now: Option<String>,
    /// The exception that let it through.
    pub exception: Option<String>,
    /// The exception that came nearest, of those that did not let it through.
    pub nearest: Option<RuleCheck>,
    /// Of what kinds it is, and by what.
    pub kinds: Vec<KindFact>,
    /// Why no exception can let it through, whatever it asks for.
    pub trust: SenderTrust,
    pub stage: Stage,
    /// The bundle that it is in, in the last batch that had it.
    pub bundle: Option<(GroupKind, String)>,
    /// Why it counted as settled in that batch, and the message that settled it, with its subject where that may be shown.
    pub settled: Option<(Settled, Option<String>)>,
    /// The batches that it was in: the check-in, and when each was begun.
    pub batches: Vec<Coming>,
    /// When the person had left its list, where it came long after that.
    pub left: Option<DateTime<Utc>>,
    /// That it was answered, here or elsewhere.
    pub answered: Option<AnsweredAlready>,
    /// The check-in that brings it next, and when that opens.
    pub next: Option<Coming>,
}

/// # Errors
/// `Held`, `Unknown`, or where the store cannot be read.
pub fn why(store: &Store, config: &Config, id: Id, now: DateTime<Utc>) -> Result<Why, JobError> {
    let message = store.message(id)?;
    let mut parsed = mail::parse(&store.original(id)?);
    parsed.envelope.kinds.extend(store.correspondence_of(id)?.kinds());
    let words = Indexed::of(&parsed);
    let envelope = &parsed.envelope;
    let (things, states) = (Thing::of(envelope), StateTerm::of_copies(None));
    let kinds = envelope.message_kinds();
    let subject = Subject {
        message_id: envelope.message_id.as_deref(),
        trust: envelope.trust,
        to: &envelope.to,
        cc: envelope.cc(),
        source: &message.source,
        things: &things,
        states: &states,
        kinds: &kinds,
        size: message.size,
        ..Subject::new(&envelope.from, &words, message.placed(), message.received)
    };
    let (lanes, lane_now) = lane_checks(config, &subject);
    let in_lane = Subject { lane: &message.lane, ..subject };
    let exceptions = config.exceptions.iter().filter(|rule| message.exception.as_ref() != Some(&rule.name));
    let checks = exceptions.map(|rule| RuleCheck::of(&rule.name, &rule.matches, &in_lane)).collect();
    let place = store.place_in_batch(id)?;
    let bundle = place.as_ref().and_then(|place| place.group.clone()).map(|(group, name)| (group.kind, name));
    let settled = place.and_then(|place| place.settled);
    Ok(Why {
        lane_now: Some(lane_now).filter(|lane| *lane != message.lane),
        lane: message.lane.clone(),
        lanes,
        exception: message.exception.clone(),
        nearest: nearest(checks),
        kinds: envelope.kinds.clone(),
        trust: envelope.trust,
        stage: message.stage,
        bundle: bundle.filter(|(kind, _)| !matches!(kind, GroupKind::Conversation | GroupKind::Settled)),
        // What settled it may be held again, since it came back.
        settled: settled.map(|it| (it, store.message(it.by).ok().map(|by| by.subject))),
        batches: store.batches_of(id)?,
        left: left_before(store, &message)?,
        answered: store.answered(id)?,
        next: next(store, config, &message, now)?,
    })
}

/// Each lane with a query up to the first that chooses the message, and the name of that one.
fn lane_checks(config: &Config, subject: &Subject<'_>) -> (Vec<RuleCheck>, String) {
    let mut checks = Vec::new();
    for lane in &config.lanes {
        let Some(query) = &lane.matches else { continue };
        let check = RuleCheck::of(&lane.name, query, subject);
        let chosen = check.chooses();
        checks.push(check);
        if chosen {
            return (checks, lane.name.clone());
        }
    }
    (checks, REST.to_owned())
}

/// When it comes out next, where it waits for that.
fn next(store: &Store, config: &Config, message: &Message, now: DateTime<Utc>) -> Result<Option<Coming>, JobError> {
    match message.stage {
        Stage::Deferred => {
            let all = deferred(store, config)?;
            let until = all.into_iter().find(|one| one.entry.id == message.id).map(|one| one.until);
            Ok(until.map(|until| Coming { checkin: until.checkin, at: until.opens }))
        }
        Stage::CarriedOver => {
            let window = next_of_lane(store, config, &message.lane, now)?;
            Ok(window.map(|window| Coming { checkin: window.checkin, at: window.opens }))
        }
        _ => Ok(None),
    }
}

impl Why {
    /// What is told, a part a line: what it is about, and a sentence. `when` tells an instant.
    #[must_use]
    pub fn lines(&self, when: &dyn Fn(DateTime<Utc>) -> String) -> Vec<(&'static str, String)> {
        let mut lines = Vec::new();
        let mut label = "kind";
        for fact in &self.kinds {
            lines.push((label, format!("{}: {}", fact.kind, fact.reason)));
            label = "";
        }
        label = "lane";
        for check in &self.lanes {
            lines.push((label, told(check, "chose it")));
            label = "";
        }
        if self.lanes.iter().all(|check| !check.chooses()) {
            lines.push((label, format!("{REST}: what no other lane chooses")));
        }
        if let Some(now) = &self.lane_now {
            lines.push((
                "",
                format!("it was put into {}; the settings have changed since, and would choose {now}", self.lane),
            ));
        }
        lines.push(("hold", self.hold()));
        if let Some(near) = &self.nearest {
            lines.push(("nearest", told(near, "would let it through now")));
        }
        lines.extend(self.bundle.as_ref().map(|(kind, name)| ("bundle", bundle_words(*kind, name))));
        lines.extend(self.settled.as_ref().map(|(settled, by)| ("settled", settled_words(*settled, by.as_deref()))));
        if let Some(left) = self.left {
            lines.push(("list", format!("you left this list: {}", when(left))));
        }
        lines.extend(self.answered.map(|answered| ("answered", answered.words(when))));
        for one in &self.batches {
            let by = if one.checkin == EXCEPTIONS { EXCEPTIONS.to_owned() } else { called(&one.checkin) };
            lines.push(("came out", format!("{by}, {}", when(one.at))));
        }
        if let Some(next) = &self.next {
            lines.push(("comes", format!("{}, {}", called(&next.checkin), when(next.at))));
        }
        lines
    }

    fn hold(&self) -> String {
        match (&self.exception, self.trust) {
            (Some(exception), _) => format!("the exception \"{exception}\" let it through"),
            (None, _) if self.stage == Stage::History => {
                "it was never held: it was history when it was first read".to_owned()
            }
            (None, SenderTrust::Nothing) => {
                "it was held: it is not known who wrote it, so no exception lets it through".to_owned()
            }
            (None, SenderTrust::Address) => {
                "it was held: its sender looks like somebody else, so only the whole address counts for exceptions"
                    .to_owned()
            }
            (None, SenderTrust::Whole) => "it was held: no exception let it through".to_owned(),
        }
    }
}

/// What a bundle is made of.
fn bundle_words(kind: GroupKind, name: &str) -> String {
    match kind {
        GroupKind::List => format!("one row with others of the list {name}"),
        GroupKind::Sender => format!("one row with others from {name}"),
        GroupKind::Subject => format!("one row with others whose subject is the same but for numbers: {name}"),
        GroupKind::Repository => format!("one row with other notices of the repository {name}"),
        GroupKind::Conversation | GroupKind::Settled => String::new(),
    }
}

/// Which rule of `[settled]` holds, and what settled it.
fn settled_words(settled: Settled, by: Option<&str>) -> String {
    let (rule, what) = match settled.reason {
        SettledReason::GreenAgain => ("ci", "what failed is green again"),
        SettledReason::Closed => ("issues", "it was closed"),
        SettledReason::Merged => ("issues", "it was merged"),
        SettledReason::Replaced => ("invitations", "a later invitation replaces it"),
        SettledReason::Withdrawn => ("invitations", "it was withdrawn"),
    };
    let by = by.map_or_else(|| settled.by.to_string(), |subject| format!("{} \"{subject}\"", settled.by));
    format!("{what}, as {by} says (the rule `{rule}` of [settled])")
}

fn told(check: &RuleCheck, chosen: &str) -> String {
    if check.chooses() {
        return format!("{}: {chosen}", check.name);
    }
    format!("{}: no, since it is not so that {}", check.name, check.failing.join(" and "))
}
