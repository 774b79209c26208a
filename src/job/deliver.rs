//! Sending what is due: by one process at a time, one message at a time, each try once.
//!
//! A try is written down before it begins, before the dot that ends the message, and when it is over; each is on the disk before
//! the next step. So what was cut off is told afterwards as tried again or as unknown, and nothing is sent twice by itself.
//!
//! What is wrong with the settings, the password or the login is not a mistake of the message: nothing more is sent as this
//! identity, with these settings, before the next commit, or before the person says so.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use chrono::{DateTime, Offset as _, Utc};
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};

use super::{JobError, departure};
use crate::config::{Config, SendConfig};
use crate::domain::delivery::{DeliveryFailure, DeliveryOutcome, DeliveryStage};
use crate::domain::ids::OutgoingId;
use crate::domain::outbox::{OutgoingState, RecipientState};
use crate::domain::retry;
use crate::domain::sending_summary::SendingSummary;
use crate::mail::redated;
use crate::outgoing::{self, DeliveryJournal, SendLimits, Submission};
use crate::source::secret;
use crate::store::{SendAttempt, SendingBlock, Store, StoreError};

/// The message for a store that was copied from another place.
const AWAY: &str = "this store is a copy, so it sends nothing \
                    (if it has taken the place of the first one, say so with `tidebox journal --here`)";

/// What can be sent now, and what is being sent or was cut off.
///
/// # Errors
/// Where the store cannot be read.
pub fn on_its_way(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<Vec<OutgoingId>, JobError> {
    if store.is_read_only() {
        return Ok(Vec::new());
    }
    let leaving = store.leaving()?;
    let closed = departure::passed(store, config, now)?.into_iter().map(|(id, _)| id);
    Ok(leaving.into_iter().chain(due(store, config, now)?.0).chain(closed).collect())
}

/// What came of these messages, whoever has sent them.
///
/// # Errors
/// Where the store cannot be read.
pub fn came_of(store: &Store, ids: &[OutgoingId]) -> Result<SendingSummary, JobError> {
    let mut came = SendingSummary::default();
    for id in ids {
        came.count(store.outgoing(*id)?.state);
    }
    Ok(came)
}

/// Sends what is due, with the usual time limits. Waits until no other process sends.
///
/// # Errors
/// Where the store cannot be read or written. What was under way is then found by the next call.
pub fn deliver_due(
    store: &Store,
    config: &Config,
    now: &dyn Fn() -> DateTime<Utc>,
) -> Result<SendingSummary, JobError> {
    deliver_within(store, config, &SendLimits::default(), now)
}

/// The same, with other time limits.
///
/// # Errors
/// As with [`deliver_due`].
pub fn deliver_within(
    store: &Store,
    config: &Config,
    limits: &SendLimits,
    now: &dyn Fn() -> DateTime<Utc>,
) -> Result<SendingSummary, JobError> {
    if on_its_way(store, config, now())?.is_empty() {
        return Ok(SendingSummary { waiting: waiting(store, config, now())?, ..SendingSummary::default() });
    }
    // A connection of its own, whose commits are on the disk when they return.
    let mut store = Store::open(store.path())?;
    let mut came = SendingSummary::default();
    if !store.is_at_home()? {
        came.note(AWAY.to_owned());
        return Ok(came);
    }
    let _lock = store.lock_sending()?;
    for state in store.end_abandoned_attempts(now())? {
        if state != OutgoingState::Later {
            came.count(state);
        }
    }
    for (id, closed) in departure::passed(&store, config, now())? {
        store.leaves_after_close(id, closed)?;
    }
    let mut round = DeliveryRound { config, limits, now, secrets: BTreeMap::new(), unreached: BTreeMap::new() };
    let mut tried = BTreeSet::new();
    while let Some(id) = due(&store, config, now())?.0.into_iter().find(|id| !tried.contains(id)) {
        tried.insert(id);
        round.deliver(&mut store, id, &mut came)?;
    }
    came.waiting = waiting(&store, config, now())?;
    Ok(came)
}

/// How many messages are due, and something is in the way of sending them.
fn waiting(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<u32, JobError> {
    Ok(u32::try_from(due(store, config, now)?.1).unwrap_or(u32::MAX))
}

/// What is due and can be tried, the longest due first; and how many cannot.
fn due(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<(Vec<OutgoingId>, usize), JobError> {
    let all = store.due_outgoing(now)?;
    let blocks = if all.is_empty() { Vec::new() } else { store.sending_blocks()? };
    let mut free = Vec::new();
    for id in &all {
        let sender = store.sender_of(*id)?.unwrap_or_default();
        let blocked = |block: &SendingBlock| {
            block.sender == sender && block.settings == settings_number(sends_as(config, &sender).ok())
        };
        if !blocks.iter().any(blocked) {
            free.push(*id);
        }
    }
    let blocked = all.len() - free.len();
    Ok((free, blocked))
}

/// How messages of a sender are sent; else what is in the way.
fn sends_as<'c>(config: &'c Config, sender: &str) -> Result<&'c SendConfig, String> {
    let addresses = config.own_addresses();
    let own = addresses.owner_of(sender).map(|own| own.mailbox.address.as_str());
    let identity = config.identities.iter().find(|identity| own == Some(identity.mailbox.address.as_str()));
    let identity =
        identity.ok_or_else(|| "there is no such identity in the settings any more (add it again)".to_owned())?;
    let way = identity.send.as_ref();
    way.ok_or_else(|| "nothing says how it is sent (add `send =` with a server or a command)".to_owned())
}

/// A number that changes with the settings. No secret is part of them: they say where one is.
fn settings_number(way: Option<&SendConfig>) -> i64 {
    let hash = Sha256::digest(format!("{way:?}").as_bytes());
    hash.iter().take(8).fold(0_i64, |number, byte| (number << 8) | i64::from(*byte))
}

/// What is known while several messages are sent one after another.
struct DeliveryRound<'a> {
    config: &'a Config,
    limits: &'a SendLimits,
    now: &'a dyn Fn() -> DateTime<Utc>,
    /// Fetched when they were needed first, and forgotten at the end.
    secrets: BTreeMap<String, Option<SecretString>>,
    /// Why the server of a sender was not reached: it is not tried again at once for the sender's other messages.
    unreached: BTreeMap<String, DeliveryFailure>,
}

impl<'a> DeliveryRound<'a> {
    fn deliver(&mut self, store: &mut Store, id: OutgoingId, came: &mut SendingSummary) -> Result<(), JobError> {
        let sender = store.sender_of(id)?.unwrap_or_default();
        let way = match self.prepare(&sender) {
            Ok(way) => way,
            Err(what) => return self.block(store, &sender, what, came),
        };
        let zone = self.config.calendar.zone;
        let began = (self.now)();
        let date = began.with_timezone(&zone);
        let date = date.with_timezone(&date.offset().fix());
        let attempt = match store.begin_attempt(id, began, |bytes| redated(bytes, date)) {
            // It was taken back since it was found to be due.
            Err(StoreError::OutgoingState { .. }) => return Ok(()),
            begun => begun?,
        };
        let outcomes = match self.unreached.get(&sender) {
            Some(failure) => vec![DeliveryOutcome::Deferred(failure.clone()); attempt.recipients.len()],
            None => self.send(store, &attempt, way),
        };
        let settings = outcomes.iter().find_map(wrong_settings);
        if let Some(failure) = outcomes.iter().find_map(not_reached) {
            self.unreached.insert(sender.clone(), failure.clone());
        }
        let outcomes = noted(&attempt, &outcomes, (self.now)());
        let ended = (self.now)();
        let again = if settings.is_some() { ended } else { ended + retry::sending(attempt.tries) };
        let state = store.end_attempt(&attempt, &outcomes, again, ended)?;
        if let Some(what) = settings {
            return self.block(store, &sender, what, came);
        }
        came.count(state);
        Ok(store.unblock_sending(&sender)?)
    }

    /// How it is sent, and the secret for it. Where something is in the way, it is told in words.
    fn prepare(&mut self, sender: &str) -> Result<&'a SendConfig, String> {
        let way = sends_as(self.config, sender)?;
        if !self.secrets.contains_key(sender) {
            let login = if let SendConfig::Smtp(server) = way { server.login.as_ref() } else { None };
            let fetched = login.map(|login| secret::fetch(&login.secret)).transpose();
            let fetched = fetched.map_err(|error| format!("{error} ({})", error.hint()))?;
            self.secrets.insert(sender.to_owned(), fetched);
        }
        Ok(way)
    }

    fn send(&self, store: &mut Store, attempt: &SendAttempt, way: &SendConfig) -> Vec<DeliveryOutcome> {
        let recipients: Vec<String> = attempt.recipients.iter().map(|(_, address)| address.clone()).collect();
        let submission = Submission { from: &attempt.sender, recipients: &recipients, message: &attempt.bytes };
        let secret = self.secrets.get(&attempt.sender).and_then(Option::as_ref);
        let mut journal = StoreJournal { store, attempt, now: self.now };
        outgoing::send(way, secret, &submission, self.limits, &mut journal)
    }

    /// Nothing more is sent as this sender for now.
    fn block(
        &mut self,
        store: &mut Store,
        sender: &str,
        what: String,
        came: &mut SendingSummary,
    ) -> Result<(), JobError> {
        let settings = settings_number(sends_as(self.config, sender).ok());
        came.note(format!("nothing is sent as {sender}: {what}"));
        let block = SendingBlock { sender: sender.to_owned(), what, since: (self.now)(), settings };
        Ok(store.block_sending(&block)?)
    }
}

/// Why nothing at all can be sent with these settings: a refusal before the message was named.
fn wrong_settings(outcome: &DeliveryOutcome) -> Option<String> {
    match outcome {
        DeliveryOutcome::Refused(failure) if is_before_mail(failure.stage) => Some(failure.text.clone()),
        _ => None,
    }
}

fn not_reached(outcome: &DeliveryOutcome) -> Option<&DeliveryFailure> {
    match outcome {
        DeliveryOutcome::Deferred(failure) if is_before_mail(failure.stage) => Some(failure),
        _ => None,
    }
}

fn is_before_mail(stage: DeliveryStage) -> bool {
    matches!(stage, DeliveryStage::Connect | DeliveryStage::Tls | DeliveryStage::Auth)
}

/// What the store keeps of the outcomes. What was put off for days is refused in the end.
fn noted(
    attempt: &SendAttempt,
    outcomes: &[DeliveryOutcome],
    now: DateTime<Utc>,
) -> Vec<(u32, RecipientState, String)> {
    let given_up = now - attempt.first > retry::SENDING;
    let noted = attempt.recipients.iter().zip(outcomes).map(|((place, _), outcome)| {
        let (state, words) = kept(outcome);
        match state {
            RecipientState::Deferred if given_up && wrong_settings(outcome).is_none() => {
                let days = retry::SENDING.num_days();
                (*place, RecipientState::Refused, format!("given up after {days} days: {words}"))
            }
            state => (*place, state, words),
        }
    });
    noted.collect()
}

fn kept(outcome: &DeliveryOutcome) -> (RecipientState, String) {
    match outcome {
        DeliveryOutcome::Accepted { reply } => (RecipientState::Accepted, reply.clone()),
        // It is not refused for good: it is sent once the settings are right.
        DeliveryOutcome::Refused(failure) if is_before_mail(failure.stage) => {
            (RecipientState::Deferred, words(failure))
        }
        DeliveryOutcome::Refused(failure) => (RecipientState::Refused, words(failure)),
        DeliveryOutcome::Deferred(failure) => (RecipientState::Deferred, words(failure)),
        DeliveryOutcome::Unknown { why } => (RecipientState::Unknown, why.clone()),
    }
}

/// `550 5.1.1 no such user here`
fn words(failure: &DeliveryFailure) -> String {
    let code = failure.code.map(|code| format!("{code} ")).unwrap_or_default();
    let enhanced = failure.enhanced.map(|code| format!("{code} ")).unwrap_or_default();
    // Words of our own name the server and say all of it.
    if is_before_mail(failure.stage) { failure.text.clone() } else { format!("{code}{enhanced}{}", failure.text) }
}

/// Writes down in the store what has to be known after a crash.
struct StoreJournal<'a> {
    store: &'a mut Store,
    attempt: &'a SendAttempt,
    now: &'a dyn Fn() -> DateTime<Utc>,
}

impl StoreJournal<'_> {
    fn places(&self, recipients: &[usize]) -> Vec<u32> {
        recipients.iter().filter_map(|it| self.attempt.recipients.get(*it)).map(|(place, _)| *place).collect()
    }
}

impl DeliveryJournal for StoreJournal<'_> {
    fn before_dot(&mut self, recipients: &[usize]) -> io::Result<()> {
        let places = self.places(recipients);
        self.store.note_dot(self.attempt, &places, (self.now)()).map_err(io::Error::other)
    }

    /// If it cannot be written down now, the end of the try does; if that fails too, it is unknown.
    fn settled(&mut self, recipients: &[usize], outcome: &DeliveryOutcome) {
        let (state, words) = kept(outcome);
        let outcomes: Vec<_> = self.places(recipients).into_iter().map(|place| (place, state, words.clone())).collect();
        let _ = self.store.note_outcomes(self.attempt, &outcomes);
    }
}
