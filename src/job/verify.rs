//! Whether the store is intact: its pages, its rules, and each original, whose fingerprint must be the one that its
//! message had when it was taken in.

use super::JobError;
use crate::domain::ids::Id;
use crate::mail;
use crate::store::Store;

/// Everything that is wrong with a store, in plain words; empty where it is intact. It reads every original, so it
/// takes a second for some hundred megabytes of mail.
///
/// # Errors
/// Where the store cannot even be read.
pub fn verify(store: &Store) -> Result<Vec<String>, JobError> {
    let mut wrong = store.verify()?;
    let (mut unreadable, mut changed) = (Vec::new(), Vec::new());
    store.check_originals(|id, fingerprint, raw| match raw {
        Err(_) => unreadable.push(id),
        Ok(raw) if mail::fingerprint(&raw) != fingerprint => changed.push(id),
        Ok(_) => {}
    })?;
    for (ids, what) in [(unreadable, "cannot be unpacked"), (changed, "is not what was taken in")] {
        if !ids.is_empty() {
            wrong.push(format!("of {} the original {what}: {}", counted(ids.len()), named(&ids)));
        }
    }
    Ok(wrong)
}

fn counted(count: usize) -> String {
    if count == 1 { "1 message".to_owned() } else { format!("{count} messages") }
}

/// Ids in a sentence; of many the first alone, with how many follow.
#[must_use]
pub fn named(ids: &[Id]) -> String {
    const SHOWN: usize = 20;
    let mut words = ids.iter().take(SHOWN).map(Id::to_string).collect::<Vec<_>>().join(", ");
    if ids.len() > SHOWN {
        words.push_str(&format!(" and {} more", ids.len() - SHOWN));
    }
    words
}
