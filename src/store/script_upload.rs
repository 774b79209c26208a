//! When the script of hours was put on the server last, and since when that fails.

use chrono::{DateTime, Utc};

use super::Store;
use super::failure::StoreError;
use super::instant::{instant, seconds};

const UPLOADED: [&str; 2] = ["script uploaded", "script settings"];
const FAILING: [&str; 4] = ["script failing", "script tries", "script next", "script failing settings"];

/// What is known of the script on the server. `settings` is a number made of what the script is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScriptUpload {
    pub uploaded: Option<DateTime<Utc>>,
    pub settings: i64,
    /// `None` where the last try went well.
    pub failing: Option<ScriptFailure>,
}

/// That it could not be put there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptFailure {
    pub since: DateTime<Utc>,
    /// How often in a row.
    pub tries: u32,
    /// When it is tried again by itself at the earliest.
    pub next: DateTime<Utc>,
    /// As of `ScriptUpload`, at the last try.
    pub settings: i64,
}

impl Store {
    /// What is known of the script on the server.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn script_upload(&self) -> Result<ScriptUpload, StoreError> {
        self.read("asking when hours were uploaded", |connection| {
            let mut find = connection.prepare_cached("SELECT value FROM fact WHERE name = ?1")?;
            let mut noted = |name: &str| -> Result<Option<i64>, StoreError> {
                let mut rows = find.query([name])?;
                Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
            };
            let [at, settings] = UPLOADED;
            let [since, tries, next, of] = FAILING;
            let failing = match noted(since)? {
                Some(since) => Some(ScriptFailure {
                    since: instant(since),
                    tries: noted(tries)?.and_then(|it| u32::try_from(it).ok()).unwrap_or(1),
                    next: instant(noted(next)?.unwrap_or(since)),
                    settings: noted(of)?.unwrap_or(0),
                }),
                None => None,
            };
            let uploaded = noted(at)?.map(instant);
            Ok(ScriptUpload { uploaded, settings: noted(settings)?.unwrap_or(0), failing })
        })
    }

    /// Writes down what is known of it.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn note_script_upload(&mut self, known: &ScriptUpload) -> Result<(), StoreError> {
        self.write("noting when hours were uploaded", |tx| {
            let failing = known
                .failing
                .as_ref()
                .map(|it| [seconds(it.since), i64::from(it.tries), seconds(it.next), it.settings]);
            let uploaded = known.uploaded.map(|at| [seconds(at), known.settings]);
            let mut keep = tx.prepare_cached("INSERT OR REPLACE INTO fact (name, value) VALUES (?1, ?2)")?;
            let mut forget = tx.prepare_cached("DELETE FROM fact WHERE name = ?1")?;
            for (place, name) in FAILING.into_iter().enumerate() {
                match failing.as_ref().and_then(|it| it.get(place)) {
                    Some(value) => keep.execute((name, value))?,
                    None => forget.execute([name])?,
                };
            }
            for (place, name) in UPLOADED.into_iter().enumerate() {
                match uploaded.as_ref().and_then(|it| it.get(place)) {
                    Some(value) => keep.execute((name, value))?,
                    None => forget.execute([name])?,
                };
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::{ScriptFailure, ScriptUpload};
    use crate::store::Store;

    #[test]
    fn what_is_known_is_kept_and_what_is_over_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("store.db")).unwrap();
        assert_eq!(store.script_upload().unwrap(), ScriptUpload::default());
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let failing = Some(ScriptFailure { since: at(10), tries: 3, next: at(90), settings: -7 });
        for known in [
            ScriptUpload { failing: failing.clone(), ..ScriptUpload::default() },
            ScriptUpload { uploaded: Some(at(5)), settings: i64::MIN, failing },
            ScriptUpload { uploaded: Some(at(99)), settings: 4, failing: None },
            ScriptUpload::default(),
        ] {
            store.note_script_upload(&known).unwrap();
            assert_eq!(store.script_upload().unwrap(), known);
        }
    }
}
