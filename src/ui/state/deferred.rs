//! What the person deferred, and to when.

use super::message_list::MessageList;
use crate::domain::message::Deferred;
use crate::domain::until::Until;

#[derive(Debug, Clone, Default)]
pub struct Deferrals {
    pub shelf: MessageList,
    /// The window of each row of the shelf.
    pub until: Vec<Until>,
    /// Whether the list has come yet.
    pub known: bool,
}

impl Deferrals {
    /// The soonest first.
    pub fn refill(&mut self, mut deferred: Vec<Deferred>) {
        deferred.sort_by_key(|one| (one.until.opens, one.entry.id));
        let (entries, until) = deferred.into_iter().map(|one| (one.entry, one.until)).unzip();
        self.until = until;
        self.shelf.refill(entries);
        self.known = true;
    }
}
