//! Writing back: what was decided here is done in the mailboxes, and what was decided there first is taken over.
//!
//! The store's journal has the changes that are to be made; a mailbox makes them and tells what came of each. The
//! program may end at any moment in between: a change that is marked as tried is looked for before it is made again.

use chrono::{DateTime, Utc};

use super::open::{Reach, open};
use super::{JobError, roles, sent_copy, trouble};
use crate::config::{Config, SourceConfig};
use crate::domain::ids::{ChangeId, Id, SourceId};
use crate::domain::write_back_summary::WriteBackSummary;
use crate::source::{Mailbox, Source, SourceError};
use crate::store::{Store, StoreError};

/// How many changes a mailbox gets at once. After a crash all of them are looked for again.
const CHANGES: usize = 256;
/// How many results are written into the journal in one transaction.
const CLOSED: usize = 32;
/// How many lost messages are looked for at once.
const LOST: usize = 256;

/// The message for a store that was copied from another place.
const AWAY: &str = "this store is a copy, so it changes nothing in the mailboxes \
                    (if it has taken the place of the first one, say so with `tidebox journal --here`)";

/// Makes the changes that are due in every source that may be changed; none where another process does that. A source
/// that fails is in the summary, and the others go on.
pub fn write_back_all(
    store: &mut Store,
    config: &Config,
    reach: Reach,
    now: DateTime<Utc>,
) -> Result<WriteBackSummary, JobError> {
    let mut all = WriteBackSummary::default();
    if reach == Reach::Reading {
        return Ok(all);
    }
    for from in config.sources.iter().filter(|source| reach.covers(source)) {
        match write_back(store, config, from, open(from).as_mut(), now) {
            Ok(written) => all.add(written),
            Err(JobError::Source(error)) => {
                trouble::source(&error);
                all.note(format!("source {}: {error}; what is left is done when that works again", from.name));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

/// Makes the changes that are due in one source, opened as `source`, and finds out what became of messages that
/// others moved. It can be called at any time: if nothing is to be done, the mailbox is not asked.
///
/// # Errors
/// Where nothing could be done for now: no connection, no login. What was not done is due again.
pub fn write_back(
    store: &mut Store,
    config: &Config,
    from: &SourceConfig,
    source: &mut dyn Source,
    now: DateTime<Utc>,
) -> Result<WriteBackSummary, JobError> {
    if !from.write_back.on || store.is_read_only() {
        return Ok(WriteBackSummary::default());
    }
    let Some(mailbox) = source.mailbox() else { return Ok(WriteBackSummary::default()) };
    if !store.is_at_home()? {
        let mut written = WriteBackSummary::default();
        written.note(AWAY.to_owned());
        return Ok(written);
    }
    sent_copy::plan_copies(store, config, now)?;
    let mut work =
        Work { id: store.source(&from.name, from.kind.source_type())?, store, config, name: &from.name, now };
    work.follow(mailbox)?;
    work.store.retry_hold(work.id, now)?;
    let made = work.make(mailbox).and_then(|mut written| {
        sent_copy::keep_copies(work.store, (work.id, &from.name), mailbox, now, &mut written)?;
        sent_copy::look_for_doubtful(work.store, config, &from.name, mailbox, now)?;
        Ok(written)
    });
    // It has listed its folders for this.
    roles::note(work.store, work.id, Some(mailbox), now)?;
    made
}

struct Work<'a> {
    store: &'a mut Store,
    config: &'a Config,
    id: SourceId,
    name: &'a str,
    now: DateTime<Utc>,
}

impl Work<'_> {
    /// Asks where open messages are that are no longer where they were.
    fn follow(&mut self, mailbox: &mut dyn Mailbox) -> Result<(), JobError> {
        let mut after = Id(0);
        loop {
            let lost = self.store.lost(self.id, after, LOST)?;
            let Some(last) = lost.last() else { return Ok(()) };
            after = last.id;
            let mut found = Vec::new();
            let asked = mailbox.find(&lost, &mut |id, it| found.push((id, it)));
            self.store.found(self.id, &found, self.config.lane_calendars(), self.now)?;
            asked?;
        }
    }

    fn make(&mut self, mailbox: &mut dyn Mailbox) -> Result<WriteBackSummary, JobError> {
        let mut written = WriteBackSummary::default();
        loop {
            let due = self.store.due_changes(self.id, self.now, CHANGES)?;
            if due.is_empty() {
                return Ok(written);
            }
            let mut left: Vec<ChangeId> = due.iter().map(|change| change.number).collect();
            let mut told = Vec::new();
            let mut closed: Result<(), StoreError> = Ok(());
            let made = mailbox.make(&due, &mut |number, outcome| {
                left.retain(|one| *one != number);
                written.count(self.name, due.iter().find(|change| change.number == number), &outcome);
                told.push((number, outcome));
                if told.len() >= CLOSED && closed.is_ok() {
                    closed = self.store.close_changes(&told, self.config.lane_calendars(), self.now);
                    told.clear();
                }
            });
            closed?;
            self.store.close_changes(&told, self.config.lane_calendars(), self.now)?;
            self.end(made, &left)?;
        }
    }

    /// If the mailbox gave up, the changes that it did not reach are due as soon as it can be reached again.
    fn end(&mut self, made: Result<(), SourceError>, left: &[ChangeId]) -> Result<(), JobError> {
        if made.is_err() {
            self.store.put_back(left, self.now)?;
        }
        Ok(made?)
    }
}
