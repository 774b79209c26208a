//! Leaving a list: what a message offers, and what is written down when the person says so. Nothing leaves before the commit
//! (`job::leave_lists`).

use chrono::{DateTime, TimeDelta, Utc};

use super::JobError;
use crate::config::Config;
use crate::domain::ids::{BatchId, Id};
use crate::domain::message::Message;
use crate::domain::unsubscribe::{ListKey, UnsubscribeMethod, UnsubscribeOffer, Vouching};
use crate::mail;
use crate::store::{Store, StoreError, UnsubscribeWay};

/// So long a list may go on sending after it was left, before that is told: what is on its way already still comes.
const GRACE: TimeDelta = TimeDelta::days(10);

/// What to do where a list cannot be left by a request.
const RULE: &str = "a rule can file what comes from its sender: `M`, or `tidebox rule ID`";

/// What a message offers to whoever wants to leave its list. `called` is how an error names the message.
///
/// # Errors
/// `Held`, `Unknown`, `Wrong` where it offers nothing; or where the store cannot be read.
pub fn offer(store: &Store, config: &Config, id: Id, called: &str) -> Result<UnsubscribeOffer, JobError> {
    let message = store.message(id)?;
    mail::unsubscribe_offer(&store.original(id)?, config.authserv_id_of(&message.source)).ok_or_else(|| {
        JobError::Wrong { what: format!("{called} offers no way to unsubscribe"), hint: RULE.to_owned() }
    })
}

/// Writes down how the lists of these messages are left, for an act that says so.
///
/// # Errors
/// `Wrong` where one of them cannot be left by a request; or where the store cannot be read or written.
pub(super) fn note_ways(store: &mut Store, config: &Config, batch: BatchId, ids: &[Id]) -> Result<(), JobError> {
    let mut ways = Vec::with_capacity(ids.len());
    for id in ids {
        let called = format!("message {id}");
        let offer = offer(store, config, *id, &called)?;
        let vouched = match &offer.vouching {
            Vouching::Signed(domain) => Some(domain.clone()),
            Vouching::Nobody(_) => None,
        };
        match &offer.method {
            UnsubscribeMethod::OneClick(url) => {
                ways.push(UnsubscribeWay { message: *id, list: offer.list, url: url.as_str().to_owned(), vouched });
            }
            other => return Err(no_request(&called, other)),
        }
    }
    Ok(store.note_unsubscribe_ways(batch, &ways)?)
}

/// Why a list cannot be left by a request, and what to do.
#[must_use]
pub fn no_request(called: &str, method: &UnsubscribeMethod) -> JobError {
    let (what, hint) = match method {
        UnsubscribeMethod::OneClick(url) => {
            (format!("the list of {called} can be left by a request to {}", url.host()), String::new())
        }
        UnsubscribeMethod::Mail(address) => (
            format!("the list of {called} is left by a message to {address}, and tidebox writes no messages yet"),
            "it will be possible when tidebox can answer; until then write to that address yourself".to_owned(),
        ),
        UnsubscribeMethod::Page(address) => (
            format!("the list of {called} is left on a page, which tidebox does not open by itself: {address}"),
            "open it in a browser, if you trust its sender".to_owned(),
        ),
        UnsubscribeMethod::Unusable { address, why } => (
            format!("the address with which the list of {called} is left is not used: {why}: {address}"),
            RULE.to_owned(),
        ),
    };
    JobError::Wrong { what, hint }
}

/// When the person had left the list of a message that came all the same, after the time that a list may take for it.
///
/// # Errors
/// Where the store cannot be read.
pub fn left_before(store: &Store, message: &Message) -> Result<Option<DateTime<Utc>>, StoreError> {
    let Some(list) = ListKey::of(message.list.as_deref(), &message.from.address) else { return Ok(None) };
    let left = store.left_list_at(&list)?;
    Ok(left.filter(|left| message.received >= *left + GRACE))
}
