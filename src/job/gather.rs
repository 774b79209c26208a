//! Gathering: reading every configured source and the tray of `incoming`, once.

use std::ops::ControlFlow;

use chrono::{DateTime, Utc};

use super::JobError;
use super::intake::{Filing, Intake, Summary, Watcher};
use crate::config::{Config, SourceConfig};
use crate::source::Reader;
use crate::store::Store;

/// Reads the sources, one after the other. One that fails is said in the summary; the others go on.
pub fn gather(
    store: &mut Store,
    config: &Config,
    now: DateTime<Utc>,
    watcher: &mut dyn Watcher,
) -> Result<Summary, JobError> {
    let mut total = Intake::empty_tray(config, store, now)?;
    for source in &config.sources {
        let before = total.clone();
        let mut stopped = false;
        let mut onward = |so_far: &Summary| {
            let mut shown = before.clone();
            shown.add(so_far.clone());
            let answer = watcher.progress(&shown);
            stopped = answer.is_break();
            answer
        };
        match gather_one(store, config, source, now, &mut onward) {
            Ok(summary) => total.add(summary),
            Err(JobError::Source(error)) => total.failures.push(format!("{}: {error}", source.name)),
            Err(error) => return Err(error),
        }
        if stopped {
            break;
        }
    }
    let _: ControlFlow<()> = watcher.progress(&total);
    Ok(total)
}

/// Reads one configured source from where it was left.
pub fn gather_one(
    store: &mut Store,
    config: &Config,
    source: &SourceConfig,
    now: DateTime<Utc>,
    watcher: &mut dyn Watcher,
) -> Result<Summary, JobError> {
    let id = store.source(&source.name, source.kind.name())?;
    let row = store.source_row(id)?;
    let intake = Intake {
        config,
        source: id,
        name: &source.name,
        filing: Filing::Backlog(source.backlog),
        first: row.first_read.is_none(),
        now,
    };
    let mut reader = Reader::configured(&source.kind)?;
    intake.take_in(store, &mut reader, row.position.as_deref(), watcher)
}
