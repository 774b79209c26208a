//! Reading a conversation: what may be shown of a thread, beginning with the newest.

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, placed};
use crate::domain::address::Address;
use crate::domain::conversation::{Conversation, ConversationKey, ConversationMessage, LISTED};
use crate::domain::ids::Id;
use crate::domain::message::called;
use crate::domain::positions::Position;

impl Store {
    /// The newest messages of the thread that a row of a batch belongs to, in order of time. It is one query, and its cost does
    /// not grow with the store; held messages of the thread are passed over (rule 1).
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn conversation(&self, row: ConversationKey) -> Result<Conversation, StoreError> {
        self.read("reading a conversation", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT v.id, v.from_name, v.from_address, {}, i.position
                 FROM visible AS v LEFT JOIN batch_item AS i ON i.batch = ?1 AND i.message = v.id
                 WHERE v.thread = (SELECT m.thread FROM batch_item AS named CROSS JOIN message AS m
                                   WHERE named.batch = ?1 AND named.position = ?2 AND m.id = named.message)
                 ORDER BY v.id DESC LIMIT ?3",
                placed("v")
            ))?;
            let limit = i64::try_from(LISTED + 1).unwrap_or(i64::MAX);
            let own = |position: &Position| row.first <= *position && *position <= row.last;
            let newest = statement.query_map((row.batch.0, row.first.0, limit), |found| {
                let from = Address { name: found.get(1)?, address: found.get(2)? };
                Ok(ConversationMessage {
                    id: Id(found.get(0)?),
                    sender: called(&from),
                    placed: instant(found.get(3)?),
                    position: found.get::<_, Option<u32>>(4)?.map(Position).filter(own),
                })
            })?;
            let mut messages = newest.collect::<Result<Vec<_>, _>>()?;
            let is_cut = messages.len() > LISTED;
            messages.truncate(LISTED);
            messages.reverse();
            Ok(Conversation { messages, is_cut })
        })
    }
}
