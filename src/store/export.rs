//! Export: every visible message, one after the other.

use std::ops::ControlFlow;

use super::Store;
use super::failure::StoreError;
use super::original::bytes_of;
use super::read::{COLUMNS, message};
use crate::domain::message::Message;

impl Store {
    /// Gives `each` every visible message with its original bytes, oldest first, until it breaks off. Only one is in
    /// memory at a time. A damaged original is given as an error, and the next one follows.
    ///
    /// # Errors
    /// Where the list of messages cannot be read.
    pub fn export(
        &self,
        mut each: impl FnMut(Message, Result<Vec<u8>, StoreError>) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.read("exporting", |connection| {
            let mut statement =
                connection.prepare_cached(&format!("SELECT {COLUMNS} FROM visible AS v ORDER BY v.id"))?;
            for row in statement.query_map([], message)? {
                let message = row?;
                let raw = bytes_of(connection, message.id);
                if each(message, raw).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }
}
