//! The files that tell others when mail is read: written when the times are others than were told last.

use chrono::{DateTime, Utc};

use crate::config::{Config, HoursConfig, HoursFormat};
use crate::domain::hours::PublishedHours;
use crate::domain::problem::Problem;
use crate::job::{JobError, hours};
use crate::store::Store;

/// What was told last, and by which settings.
#[derive(Debug, Default)]
pub struct HoursFiles(Option<(PublishedHours, HoursConfig)>);

impl HoursFiles {
    /// Writes them where something changed. What could not be written is returned, once.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn update(&mut self, store: &Store, config: &Config, now: DateTime<Utc>) -> Result<Vec<Problem>, JobError> {
        if config.hours.files.is_empty() {
            return Ok(Vec::new());
        }
        let hours = hours::hours(store, config, HoursFormat::Text, now)?;
        let same = |(told, by): &(PublishedHours, HoursConfig)| told.times == hours.times && *by == config.hours;
        if self.0.as_ref().is_some_and(same) {
            return Ok(Vec::new());
        }
        let failed = hours::write_files(store, config, now);
        self.0 = Some((hours, config.hours.clone()));
        let told = failed
            .iter()
            .map(|failure| Problem { what: failure.to_string().into(), hint: Some(failure.hint().into()) });
        Ok(told.collect())
    }
}
