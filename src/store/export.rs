//! Handing out everything that is visible, one message after the other.

use std::ops::ControlFlow;

use super::Store;
use super::failure::StoreError;
use super::original::bytes_of;
use super::read::{COLUMNS, message};
use crate::domain::message::Message;

impl Store {
    /// Hands out every visible message with its original bytes, oldest first, until `each` breaks off. One is in memory at a time.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn export(&self, mut each: impl FnMut(Message, Vec<u8>) -> ControlFlow<()>) -> Result<(), StoreError> {
        self.read("exporting", |connection| {
            let mut statement =
                connection.prepare_cached(&format!("SELECT {COLUMNS} FROM visible AS v ORDER BY v.id"))?;
            for row in statement.query_map([], message)? {
                let message = row?;
                let raw = bytes_of(connection, message.id)?;
                if each(message, raw).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }
}
