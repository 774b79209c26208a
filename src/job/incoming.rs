//! Taking in the rows that scripts have put into the `incoming` view, like the messages of any source.

use chrono::{DateTime, Utc};

use super::JobError;
use super::disposition::{BacklogPolicy, IntakeRules};
use super::prepare::prepare;
use super::summary::Summary;
use crate::config::Config;
use crate::domain::moment::Moment;
use crate::domain::source_type::SourceType;
use crate::mail;
use crate::source::FetchedMessage;
use crate::store::{IncomingRow, Store};

/// Rows that one transaction takes in.
const ROWS: usize = 32;

/// Takes in the rows that scripts have put into the `incoming` view, until there are none.
pub fn empty(config: &Config, store: &mut Store, now: DateTime<Utc>) -> Result<Summary, JobError> {
    let mut summary = Summary::default();
    loop {
        let rows = store.incoming(ROWS)?;
        let Some(first) = rows.first() else { return Ok(summary) };
        // There may be rows of several sources; neighbouring rows of the same source are admitted together.
        let name = first.source.clone();
        let source = store.source(&name, SourceType::Incoming)?;
        let rules = IntakeRules::new(config, &name, BacklogPolicy::HoldAll, Moment::real(now));
        let (mut admissions, mut numbers) = (Vec::new(), Vec::new());
        for row in rows.into_iter().take_while(|row| row.source == name) {
            numbers.push(row.number);
            let copy = row.copy();
            let message = prepare(FetchedMessage::new(original_of(row), copy), now);
            admissions.push(rules.admission(store, message, &admissions)?);
        }
        let admitted = store.admit_tray(source, &admissions, &numbers, now)?;
        summary.count(&admissions, &admitted);
    }
}

/// The message that a script gave in `raw`, or one that is written from its other columns.
fn original_of(row: IncomingRow) -> Vec<u8> {
    if let Some(raw) = row.raw {
        return raw;
    }
    mail::compose(&mail::Script {
        source: &row.source,
        sender: &row.sender,
        subject: &row.subject,
        body: &row.body,
        html: false,
        external_id: row.external_id.as_deref(),
        sent_at: row.sent(),
        thread: row.thread.as_deref(),
        link: row.link.as_deref(),
        list: None,
    })
}
