//! What a command does outside this machine, and in mailboxes: under the lock, or not at all where another process tends them.

use super::failure::Failure;
use super::output::note;
use super::place::Place;
use crate::config::{SourceConfig, SourceKind};
use crate::job::gather::Reach;
use crate::job::write_back::write_back_due;
use crate::store::Store;
use crate::watch::{Holder, Lock, Who};

/// How far a command may go, for as long as it lives.
pub struct Leave {
    pub reach: Reach,
    _lock: Option<Lock>,
}

/// Takes the lock where there is something to do under it. Where another process tends the network, that is said, and is no
/// failure.
pub fn leave(place: &Place) -> Result<Leave, Failure> {
    let sources = &place.config.sources;
    if !sources.iter().any(|source| source.kind.is_remote() || is_changed(source)) {
        return Ok(Leave { reach: Reach::Nearby, _lock: None });
    }
    match take(place)? {
        Ok(lock) => Ok(Leave { reach: Reach::Everywhere, _lock: Some(lock) }),
        Err(holder) => {
            if !place.json && sources.iter().any(|source| source.kind.is_remote()) {
                note(&format!("what comes over the network is read by {holder}"));
            }
            Ok(Leave { reach: Reach::Reading, _lock: None })
        }
    }
}

/// Makes in mailboxes the changes that are due, or says who does. What fails is tried again later, and said.
pub fn write_back(place: &Place, store: &mut Store) -> Result<(), Failure> {
    if !place.config.sources.iter().any(is_changed) || store.sources_due(place.now())?.is_empty() {
        return Ok(());
    }
    let _lock = match take(place)? {
        Ok(lock) => lock,
        Err(holder) => {
            if !place.json {
                note(&format!("the changes in your mailboxes are made by {holder}"));
            }
            return Ok(());
        }
    };
    let (written, failures) = write_back_due(store, &place.config, place.now())?;
    for failure in written.refusals.iter().chain(&failures) {
        note(failure);
    }
    if !failures.is_empty() {
        note("what could not be changed now is tried again by the next `tidebox sync` or the watch");
    }
    Ok(())
}

fn take(place: &Place) -> Result<Result<Lock, Holder>, Failure> {
    Lock::take(&place.store_path, Who::Command)
        .map_err(|error| Failure::io("locking the file for the network beside", &place.store_path, &error))
}

/// Whether commits change something there.
fn is_changed(source: &SourceConfig) -> bool {
    source.write_back.on && matches!(source.kind, SourceKind::Imap(_) | SourceKind::Maildir { .. })
}
