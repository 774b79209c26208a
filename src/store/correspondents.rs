//! Whom the person has written to and who has written to them, message by message, of what rule 1 lets through.

use super::failure::StoreError;
use super::instant::instant;
use super::marks::{AUTOMATIC, kind_bit};
use super::{Store, thread};
use crate::domain::address::Address;
use crate::domain::address_book::WrittenMessage;
use crate::domain::message_kind::MessageKind;

/// A recipient, as the column `recipients` has it.
#[derive(serde::Deserialize)]
struct Named {
    name: String,
    address: String,
}

impl Store {
    /// The newest messages that the person sent, one exchange for each recipient, and the newest that somebody sent to them; of both
    /// at most so many messages. What programs send by themselves is left out, and so is spam.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn exchanges(&self, most: u32) -> Result<Vec<WrittenMessage>, StoreError> {
        self.read("reading who writes and is written to", |connection| {
            let mut all = Vec::new();
            // The id of a message is the second that places it among others.
            let mut sent = connection.prepare_cached(
                "SELECT v.id, v.recipients FROM sent_message AS s CROSS JOIN visible AS v ON v.id = s.message
                 ORDER BY s.message DESC LIMIT ?1",
            )?;
            let mut rows = sent.query([most])?;
            while let Some(row) = rows.next()? {
                let at = instant(row.get(0)?);
                let to: Vec<Named> = serde_json::from_str(&row.get::<_, String>(1)?).unwrap_or_default();
                all.extend(to.into_iter().map(|to| WrittenMessage {
                    with: Address::new(to.name, to.address),
                    at,
                    written: true,
                }));
            }
            // What has left from here, where its copy was not read among the sent mail.
            let mut left = connection.prepare_cached(
                "SELECT r.address, o.changed, o.message_id FROM outgoing AS o CROSS JOIN outgoing_recipient AS r ON r.outgoing = o.id
                 WHERE o.state IN ('sent', 'partly sent') AND r.state = 'accepted' ORDER BY o.id DESC LIMIT ?1",
            )?;
            let mut is_read = connection.prepare_cached("SELECT 1 FROM sent_message WHERE hash = ?1")?;
            let mut rows = left.query([most])?;
            while let Some(row) = rows.next()? {
                let message_id: Option<String> = row.get(2)?;
                let known = message_id.map(|name| is_read.exists([thread::hash(&name)])).transpose()?;
                if known != Some(true) {
                    let with = Address::new("", row.get::<_, String>(0)?);
                    all.push(WrittenMessage { with, at: instant(row.get(1)?), written: true });
                }
            }
            let by_programs = [MessageKind::Bounce, MessageKind::Notice, MessageKind::Newsletter].map(kind_bit);
            let mut received = connection.prepare_cached(
                "SELECT v.id, v.from_name, v.from_address FROM visible AS v
                 WHERE v.stage <> 'spam' AND v.fields & ?1 = 0
                   AND NOT EXISTS (SELECT 1 FROM sent_message WHERE message = v.id)
                 ORDER BY v.id DESC LIMIT ?2",
            )?;
            let mut rows = received.query((by_programs.iter().sum::<i64>() | AUTOMATIC, most))?;
            while let Some(row) = rows.next()? {
                let with = Address { name: row.get(1)?, address: row.get(2)? };
                all.push(WrittenMessage { with, at: instant(row.get(0)?), written: false });
            }
            Ok(all)
        })
    }
}
