//! Leaving a list: what a message offers, and what is written down when the person says so. Nothing leaves before the commit
//! (`job::leave_lists`).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{JobError, compose};
use crate::config::Config;
use crate::domain::address::Address;
use crate::domain::ids::{BatchId, Id};
use crate::domain::message::Message;
use crate::domain::positions::{Position, Positions};
use crate::domain::unsubscribe::{ListKey, UnsubscribeMethod, UnsubscribeOffer, Vouching};
use crate::mail;
use crate::store::{Store, StoreError, UnsubscribeWay};

/// So long a list may go on sending after it was left, before that is told: what is on its way already still comes.
const GRACE: TimeDelta = TimeDelta::days(10);

/// Of a row so many messages are asked at most, and of each list so many, the newest first.
const MOST: usize = 2_000;
const TRIED: usize = 3;

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

/// What a row of a batch offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowOffers {
    /// For each list that can be left the newest message that says how, in the order of the batch.
    pub ways: Vec<(Position, UnsubscribeOffer)>,
    /// How many other lists are in the row.
    pub without: usize,
}

/// What these messages of a batch offer: once for each of their lists, by its newest message. `called` is how an error names one.
///
/// # Errors
/// Why it is so, where none of the lists can be left; or where the store cannot be read.
pub fn row_offers(
    store: &Store,
    config: &Config,
    (batch, at): (BatchId, &Positions),
    called: &str,
) -> Result<RowOffers, JobError> {
    let mut lists: BTreeMap<Option<ListKey>, Vec<(Id, Position)>> = BTreeMap::new();
    for (position, message) in store.items(batch, &at.slice(0, MOST))? {
        let list = ListKey::of(message.list.as_deref(), &message.from.address);
        lists.entry(list).or_default().push((message.id, position));
    }
    let (mut ways, mut without, mut why) = (Vec::new(), 0, None);
    for (_, mut messages) in lists {
        messages.sort_unstable_by_key(|(id, _)| Reverse(*id));
        let mut found = None;
        for (id, position) in messages.into_iter().take(TRIED) {
            match usable(store, config, id, called) {
                Ok(offer) => {
                    found = Some((position, offer));
                    break;
                }
                Err(error @ JobError::Wrong { .. }) => why = why.or(Some(error)),
                Err(error) => return Err(error),
            }
        }
        match found {
            Some(found) => ways.push(found),
            None => without += 1,
        }
    }
    ways.sort_unstable_by_key(|(position, _)| *position);
    match why {
        Some(why) if ways.is_empty() => Err(why),
        _ => Ok(RowOffers { ways, without }),
    }
}

/// What a message offers, where its list can be left by a request or by a message that the person can send.
fn usable(store: &Store, config: &Config, id: Id, called: &str) -> Result<UnsubscribeOffer, JobError> {
    let offer = offer(store, config, id, called)?;
    match &offer.method {
        UnsubscribeMethod::OneClick(_) => {}
        UnsubscribeMethod::Mail(_) => drop(writes_as(store, config, id)?),
        other => return Err(no_request(called, other)),
    }
    Ok(offer)
}

/// As whom a list is left that a message came from: as the address that it was written to.
///
/// # Errors
/// `Held`, `Unknown`; `Wrong` where there is no identity, or nothing can be sent as it.
pub(super) fn writes_as(store: &Store, config: &Config, id: Id) -> Result<Address, JobError> {
    let (raw, known) = (store.original(id)?, store.message(id)?);
    let written_to = config.own_addresses().written_to(&mail::answered_message(&raw));
    let (from, identity) = compose::writer(config, None, written_to, &known)?;
    if identity.send.is_none() {
        let what = format!("its list is left by a message, and nothing can be sent as {}", identity.mailbox.address);
        let hint = "add `send = …` to this `[[identity]]` in the settings".to_owned();
        return Err(JobError::Wrong { what, hint });
    }
    Ok(from)
}

/// Writes down how the lists of these messages are left, for an act that says so.
///
/// # Errors
/// `Wrong` where one of them cannot be left by a request or a message; or where the store cannot be read or written.
pub(super) fn note_ways(store: &mut Store, config: &Config, batch: BatchId, ids: &[Id]) -> Result<(), JobError> {
    let mut ways = Vec::with_capacity(ids.len());
    for id in ids {
        let called = format!("message {id}");
        let offer = usable(store, config, *id, &called)?;
        let vouched = match &offer.vouching {
            Vouching::Signed(domain) => Some(domain.clone()),
            Vouching::Nobody(_) => None,
        };
        let url = match &offer.method {
            UnsubscribeMethod::OneClick(url) => url.as_str().to_owned(),
            UnsubscribeMethod::Mail(message) => message.url.clone(),
            other => return Err(no_request(&called, other)),
        };
        ways.push(UnsubscribeWay { message: *id, list: offer.list, url, vouched });
    }
    Ok(store.note_unsubscribe_ways(batch, &ways)?)
}

/// Why a list cannot be left from here, and what to do.
#[must_use]
pub fn no_request(called: &str, method: &UnsubscribeMethod) -> JobError {
    let (what, hint) = match method {
        UnsubscribeMethod::OneClick(url) => {
            (format!("the list of {called} can be left by a request to {}", url.host()), String::new())
        }
        UnsubscribeMethod::Mail(message) => {
            (format!("the list of {called} can be left by a message to {}", message.to), String::new())
        }
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
