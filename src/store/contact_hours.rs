//! When correspondents read mail, as they publish it: the document as it was read last.

use chrono::{DateTime, Utc};

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds};

/// What is known of one correspondent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactHours {
    /// In small letters.
    pub address: String,
    /// Where it was read from.
    pub url: String,
    /// When it was asked for last.
    pub tried: DateTime<Utc>,
    /// The document that was read last, and when.
    pub document: Option<(String, DateTime<Utc>)>,
    /// What was wrong at the last try; empty where nothing was.
    pub why: String,
}

impl Store {
    /// What is known of every correspondent, by their addresses.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn contact_hours(&self) -> Result<Vec<ContactHours>, StoreError> {
        self.read("asking when correspondents read mail", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT address, url, tried, document, read, why FROM contact_hours ORDER BY address",
            )?;
            let rows = statement.query_map([], |row| {
                let (document, read): (Option<String>, Option<i64>) = (row.get(3)?, row.get(4)?);
                Ok(ContactHours {
                    address: row.get(0)?,
                    url: row.get(1)?,
                    tried: instant(row.get(2)?),
                    document: document.zip(read.map(instant)),
                    why: row.get(5)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Writes down what came of asking a correspondent's server; it takes the place of what was known.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn note_contact_hours(&mut self, known: &ContactHours) -> Result<(), StoreError> {
        self.write("noting when a correspondent reads mail", |tx| {
            tx.execute(
                "INSERT OR REPLACE INTO contact_hours (address, url, tried, document, read, why)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                (
                    &known.address,
                    &known.url,
                    seconds(known.tried),
                    known.document.as_ref().map(|(text, _)| text),
                    known.document.as_ref().map(|(_, read)| seconds(*read)),
                    &known.why,
                ),
            )?;
            Ok(())
        })
    }

    /// Forgets what is known of a correspondent.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn forget_contact_hours(&mut self, address: &str) -> Result<(), StoreError> {
        self.write("forgetting when a correspondent reads mail", |tx| {
            tx.execute("DELETE FROM contact_hours WHERE address = ?1", [address])?;
            Ok(())
        })
    }
}
