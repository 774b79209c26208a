//! The rows that scripts put into the `incoming` view, kept in the table `tray` until they are taken in like the
//! messages of any source.

use chrono::{DateTime, NaiveDateTime, Utc};
use rusqlite::{OptionalExtension, Row};
use sha2::{Digest, Sha256};

use super::Store;
use super::admission::{Admission, Admitted};
use super::admit::{SliceWriter, known_as};
use super::failure::StoreError;
use super::instant::instant;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::found_copy::{FoundCopy, Location};
use crate::domain::ids::{Id, SourceId};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingRow {
    pub number: i64,
    pub source: String,
    pub sender: String,
    pub subject: String,
    pub body: String,
    /// The script's own id: rows of a source with the same one are one message.
    pub external_id: Option<String>,
    pub sent_at: Option<String>,
    pub thread: Option<String>,
    pub link: Option<String>,
    /// A whole message (RFC 5322), where the script gave one.
    pub raw: Option<Vec<u8>>,
    pub put_at: DateTime<Utc>,
}

impl IncomingRow {
    /// When it was sent, where `sent_at` says so: Unix seconds, RFC 3339, or `2026-11-02 09:12[:44]` in UTC.
    #[must_use]
    pub fn sent(&self) -> Option<DateTime<Utc>> {
        let text = self.sent_at.as_deref()?.trim();
        if let Ok(seconds) = text.parse::<i64>() {
            return DateTime::from_timestamp(seconds, 0);
        }
        if let Ok(exact) = DateTime::parse_from_rfc3339(text) {
            return Some(exact.to_utc());
        }
        ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
            .map(|naive| naive.and_utc())
    }

    /// The copy that the row stands for, as its `Admission` needs it.
    #[must_use]
    pub fn copy(&self) -> FoundCopy {
        let key = match &self.external_id {
            Some(external) => format!("external {external}"),
            None => format!("row {}", self.number),
        };
        FoundCopy::new(Location::without_folder(key), self.put_at)
    }
}

impl Store {
    /// The first rows, oldest first. Their messages are held, so nothing of them may be shown.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn incoming(&self, limit: usize) -> Result<Vec<IncomingRow>, StoreError> {
        self.read("reading the tray", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT number, source, sender, subject, body, external_id, sent_at, thread, link, raw, put_at
                 FROM tray ORDER BY number LIMIT ?1",
            )?;
            let rows = statement.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], row)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Takes in rows, all of one source, and deletes them, in one transaction. `numbers` are those of the rows, in
    /// the same order.
    ///
    /// A row with an external id is the same message as any earlier row of its source with that id. A row without one
    /// is a new message, even if its text is the same as another's; only a whole message in `raw` is recognised by
    /// its content, like mail of other sources.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn admit_tray(
        &mut self,
        source: SourceId,
        slice: &[Admission],
        numbers: &[i64],
        now: DateTime<Utc>,
    ) -> Result<Vec<Admitted>, StoreError> {
        self.write("taking messages in from the tray", |tx| {
            super::source::advance(tx, source, None, now)?;
            let mut writer = SliceWriter::begin(tx, source, now)?;
            let mut admitted = Vec::with_capacity(slice.len());
            for (one, number) in slice.iter().zip(numbers) {
                let location = &one.message.copy.location;
                let known: Option<i64> = tx
                    .prepare_cached(
                        "SELECT message FROM copy WHERE key = ?3
                         AND folder = (SELECT id FROM folder WHERE source = ?1 AND name = ?2)",
                    )?
                    .query_row((source.0, &location.folder, &location.key), |row| row.get(0))
                    .optional()?;
                let whole: Option<bool> = tx
                    .prepare_cached("SELECT raw IS NOT NULL FROM tray WHERE number = ?1")?
                    .query_row([number], |row| row.get(0))
                    .optional()?;
                admitted.push(match (known, whole) {
                    (Some(id), _) => known_as(tx, Id(id))?,
                    (None, Some(true)) => writer.take(one, one.message.envelope.fingerprint)?,
                    (None, _) => writer.take(one, fingerprint(source, &location.key))?,
                });
                tx.prepare_cached("DELETE FROM tray WHERE number = ?1")?.execute([number])?;
            }
            writer.end()?;
            Ok(admitted)
        })
    }
}

/// The fingerprint of a script's message is made of its external id, not of its content.
fn fingerprint(source: SourceId, key: &str) -> Fingerprint {
    let mut digest = Sha256::new();
    digest.update(b"tidebox incoming\0");
    digest.update(source.0.to_be_bytes());
    digest.update(key.as_bytes());
    Fingerprint(digest.finalize().into())
}

fn row(row: &Row<'_>) -> rusqlite::Result<IncomingRow> {
    Ok(IncomingRow {
        number: row.get(0)?,
        source: text(row, 1)?,
        sender: text(row, 2)?,
        subject: text(row, 3)?,
        body: text(row, 4)?,
        external_id: optional_text(row, 5)?,
        sent_at: optional_text(row, 6)?,
        thread: optional_text(row, 7)?,
        link: optional_text(row, 8)?,
        raw: row.get(9)?,
        put_at: instant(row.get(10)?),
    })
}

/// SQLite accepts any bytes as text. Bytes that are no UTF-8 are replaced, so that one such row does not stop the
/// others.
fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    Ok(optional_text(row, column)?.unwrap_or_default())
}

fn optional_text(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<String>> {
    Ok(row.get_ref(column)?.as_bytes_or_null()?.map(|bytes| String::from_utf8_lossy(bytes).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::{IncomingRow, instant};

    #[test]
    fn the_time_of_sending_may_be_written_in_several_ways() {
        let sent = |text: &str| {
            let row = IncomingRow {
                number: 1,
                source: String::new(),
                sender: String::new(),
                subject: String::new(),
                body: String::new(),
                external_id: None,
                sent_at: Some(text.to_owned()),
                thread: None,
                link: None,
                raw: None,
                put_at: instant(0),
            };
            row.sent().map(|sent| sent.timestamp())
        };
        for text in ["1793610764", "2026-11-02T09:12:44Z", "2026-11-02T10:12:44+01:00", "2026-11-02 09:12:44"] {
            assert_eq!(sent(text), Some(1_793_610_764), "{text}");
        }
        assert_eq!(sent("2026-11-02 09:12"), Some(1_793_610_720));
        assert_eq!(sent("yesterday"), None);
    }
}
