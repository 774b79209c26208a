//! The addresses of the person's own correspondents, for whoever is to get a message.

use chrono::{DateTime, Utc};

use super::JobError;
use crate::config::{Config, Identity};
use crate::domain::address_book::AddressBook;
use crate::domain::answering::OwnAddresses;
use crate::store::Store;

/// So many messages that were sent are looked at, and so many that came: the newest of each.
const MESSAGES: u32 = 20_000;

/// Everybody whom the person has written to, or who has written to them, the likeliest first. Of held messages nothing is known here.
///
/// # Errors
/// Where the store cannot be read.
pub fn address_book(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<AddressBook, JobError> {
    let own = OwnAddresses(config.identities.iter().map(Identity::own_address).collect());
    Ok(AddressBook::of(store.exchanges(MESSAGES)?, &own, now))
}
