//! Leaving lists after a commit: the requests that are due are made, and what came of each is written down. Where a list is left by a
//! message, that goes into the outbox, and what becomes of it there is the outcome.
//!
//! A request is marked as sent before it is, and after that it is never sent again by itself. What fails before that, such as a
//! connection, is tried again.

use chrono::{DateTime, TimeDelta, Utc};

use super::stage::new_id;
use super::{JobError, unsubscribe};
use crate::config::Config;
use crate::domain::address::Address;
use crate::domain::answering::Draft;
use crate::domain::attempt::AttemptState;
use crate::domain::unsubscribe::{OneClickUrl, UnusableUrl};
use crate::mail::{self, BuildError, NewMessage};
use crate::net::NetError;
use crate::net::one_click::{OneClickAnswer, OneClickError, OneClickNetwork, connect};
use crate::store::{DueUnsubscription, StagedRevision, Store, StoreError};

/// So long a host is tried to be reached.
const PATIENCE: TimeDelta = TimeDelta::days(14);

/// What came of the requests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListsLeft {
    pub left: u32,
    /// Those of which a message leaves now.
    pub by_message: u32,
    /// Those that could not be sent yet.
    pub waiting: u32,
    /// That something needs a person, or is not known; it names no list.
    pub troubles: Vec<String>,
}

impl ListsLeft {
    /// Its message may be held again by now, and the reason names its sender's host: only the journal tells it.
    fn trouble(&mut self) {
        let what = "a list could not be left, or it is not known: `tidebox journal` says why";
        if self.troubles.is_empty() {
            self.troubles.push(what.to_owned());
        }
    }
}

/// Makes the requests that are due, over the public network.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn leave_due_lists(store: &mut Store, config: &Config, now: DateTime<Utc>) -> Result<ListsLeft, JobError> {
    leave_lists(store, config, OneClickNetwork::public, now)
}

/// Makes the requests that are due. `network` is asked for only where there are any.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn leave_lists(
    store: &mut Store,
    config: &Config,
    network: impl FnOnce() -> Result<OneClickNetwork, NetError>,
    now: DateTime<Utc>,
) -> Result<ListsLeft, JobError> {
    let mut came = ListsLeft::default();
    if store.is_read_only() {
        return Ok(came);
    }
    let due = store.due_unsubscriptions(now)?;
    if due.is_empty() || !store.is_at_home()? {
        return Ok(came);
    }
    let is_message = |one: &DueUnsubscription| OneClickUrl::parse(&one.url) == Err(UnusableUrl::OtherScheme);
    let (by_message, due): (Vec<_>, Vec<_>) = due.into_iter().partition(is_message);
    for one in by_message {
        leave_by_message(store, config, &one, now, &mut came)?;
    }
    if due.is_empty() {
        return Ok(came);
    }
    let network = match network() {
        Ok(network) => network,
        Err(error) => {
            for one in due {
                put_off(store, &one, &error.to_string(), now, &mut came)?;
            }
            return Ok(came);
        }
    };
    for one in due {
        leave(store, &one, &network, now, &mut came)?;
    }
    Ok(came)
}

fn leave(
    store: &mut Store,
    one: &DueUnsubscription,
    network: &OneClickNetwork,
    now: DateTime<Utc>,
    came: &mut ListsLeft,
) -> Result<(), JobError> {
    let refused = |store: &mut Store, why: &str, answer, came: &mut ListsLeft| {
        came.trouble();
        store.end_unsubscription(one.number, (AttemptState::Refused, why), answer, now)
    };
    let url = match OneClickUrl::parse(&one.url) {
        Ok(url) => url,
        Err(why) => return Ok(refused(store, &format!("its address is not used: {why}"), None, came)?),
    };
    let connection = match connect(&url, network) {
        Ok(connection) => connection,
        Err(error @ OneClickError::Forbidden { .. }) => {
            return Ok(refused(store, &format!("{error}: nothing was sent"), None, came)?);
        }
        Err(OneClickError::Net(error)) => return put_off(store, one, &error.to_string(), now, came),
    };
    // From here on it may arrive, whatever happens to this program.
    if !store.begin_unsubscription(one.number, now)? {
        return Ok(());
    }
    let host = url.host();
    match connection.send() {
        Ok(OneClickAnswer { status: status @ 200..=299, .. }) => {
            came.left += 1;
            Ok(store.end_unsubscription(one.number, (AttemptState::Made, ""), Some(status), now)?)
        }
        Ok(OneClickAnswer { status, redirects_to: Some(there) }) => {
            let why = format!("{host} wants you to open a page at {there}; the link is in the message");
            Ok(refused(store, &why, Some(status), came)?)
        }
        Ok(OneClickAnswer { status, redirects_to: None }) => {
            Ok(refused(store, &format!("{host} answered with the status {status}"), Some(status), came)?)
        }
        Err(error) => {
            let why = format!("it was sent to {host}, and no answer came ({}): perhaps you have left", error.kind());
            came.trouble();
            Ok(store.end_unsubscription(one.number, (AttemptState::Tried, &why), None, now)?)
        }
    }
}

/// The message that the person has agreed to goes into the outbox, as the address that the list writes to. It is sent on their
/// behalf, and says nothing of a program (RFC 3834 §5).
fn leave_by_message(
    store: &mut Store,
    config: &Config,
    one: &DueUnsubscription,
    now: DateTime<Utc>,
    came: &mut ListsLeft,
) -> Result<(), JobError> {
    let built = match message(store, config, one, now) {
        Ok(built) => built,
        // The settings can be corrected, and a message that is held again comes out again.
        Err(JobError::Wrong { what, .. }) => return put_off(store, one, &what, now, came),
        Err(JobError::Store(StoreError::Held(_))) => {
            return put_off(store, one, "the message that came from it is held again", now, came);
        }
        Err(error) => return Err(error),
    };
    let (draft, revision) = match built {
        Ok(built) => built,
        Err(why) => {
            came.trouble();
            let why = format!("its message cannot be written: {why}");
            return Ok(store.end_unsubscription(one.number, (AttemptState::Refused, &why), None, now)?);
        }
    };
    came.by_message += u32::from(store.stage_leaving_message(one.number, &draft, &revision, now)?.is_some());
    Ok(())
}

/// What the outbox shows, and the bytes; else why there are none.
fn message(
    store: &Store,
    config: &Config,
    one: &DueUnsubscription,
    now: DateTime<Utc>,
) -> Result<Result<(String, StagedRevision), String>, JobError> {
    let asked = match mail::leaving_message(&one.url) {
        Ok(asked) => asked,
        Err(why) => return Ok(Err(why.to_string())),
    };
    let from = unsubscribe::writes_as(store, config, one.message)?;
    // A message without any words is taken for a mistake by some servers.
    let subject = if asked.subject.is_empty() { "unsubscribe".to_owned() } else { asked.subject };
    let to = vec![Address::new("", asked.to)];
    let draft = Draft { from, to, subject, text: asked.text, ..Draft::default() };
    Ok(written(config, &draft, now).map_err(|error| error.to_string()))
}

fn written(config: &Config, draft: &Draft, now: DateTime<Utc>) -> Result<(String, StagedRevision), BuildError> {
    let sender = mail::for_envelope(&draft.from.address)?;
    let recipients = draft.to.iter().map(|to| mail::for_envelope(&to.address)).collect::<Result<Vec<_>, _>>()?;
    let message_id = new_id(&sender);
    let bytes = mail::build(&NewMessage {
        from: draft.from.clone(),
        to: draft.to.clone(),
        cc: Vec::new(),
        reply_to: Vec::new(),
        subject: draft.subject.clone(),
        date: now.with_timezone(&config.calendar.zone).fixed_offset(),
        message_id: message_id.clone(),
        in_reply_to: None,
        references: Vec::new(),
        fields: Vec::new(),
        text: draft.text.clone(),
        files: Vec::new(),
    })?;
    Ok((mail::draft_text(draft, &[]), StagedRevision { message_id, sender, recipients, bytes }))
}

/// Nothing was sent: it waits, with the reason, and is tried again for two weeks.
fn put_off(
    store: &mut Store,
    one: &DueUnsubscription,
    why: &str,
    now: DateTime<Utc>,
    came: &mut ListsLeft,
) -> Result<(), JobError> {
    if one.written + PATIENCE < now {
        let why = format!("{why}; it was tried for two weeks");
        came.trouble();
        return Ok(store.end_unsubscription(one.number, (AttemptState::Refused, &why), None, now)?);
    }
    came.waiting += 1;
    Ok(store.put_off_unsubscription(one.number, why, now)?)
}
