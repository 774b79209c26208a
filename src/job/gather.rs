//! Gathering: reading every configured source and the rows of `incoming` once, and making the changes that are due
//! there.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::JobError;
use super::beside::Beside;
use super::disposition::{BacklogPolicy, IntakeRules};
use super::health::{self, AttemptReason};
use super::intake::{Intake, Watcher};
use super::marking::mark_older;
use super::older_invitations::read_older_invitations;
use super::open::{Reach, open, resolved_path};
use super::source_failure::SourceFailure;
use super::summary::Summary;
use super::write_back::write_back;
use super::{hold, incoming, roles, trouble};
use crate::config::{Config, SourceConfig, SourceKind};
use crate::domain::moment::Moment;
use crate::source::Source;
use crate::store::{Durability, ElsewhereSoFar, Store};

/// How many sources on the network are read at the same time.
const AT_ONCE: usize = 16;
/// How often their progress is reported.
const LOOK: Duration = Duration::from_millis(20);

/// Reads the sources: those on this machine one after the other, and at the same time those on the network, several
/// at once, so that one which does not answer does not delay the others. The failure of a source is in the summary;
/// the others are read all the same.
pub fn gather(
    store: &mut Store,
    config: &Config,
    reach: Reach,
    moment: Moment,
    watcher: &mut dyn Watcher,
) -> Result<Summary, JobError> {
    let tray = incoming::empty(config, store, moment.now)?;
    let within = || config.sources.iter().filter(|source| reach.covers(source));
    let (far, near): (Vec<_>, Vec<_>) = within().partition(|source| source.kind.is_remote());
    let (beside, stop) = (Beside::new(&far), AtomicBool::new(false));
    let path = store.path().to_owned();
    let total = thread::scope(|scope| {
        for _ in 0..far.len().min(AT_ONCE) {
            scope.spawn(|| {
                while let Some(source) = beside.next() {
                    let mut onward = |so_far: &Summary| {
                        beside.note(&source.name, so_far);
                        if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                    };
                    let opened = Store::open_for(&path, Durability::Replayable).map_err(JobError::from);
                    let done = opened.and_then(|mut store| one(&mut store, config, source, reach, moment, &mut onward));
                    beside.end(&source.name, done);
                }
            });
        }
        let mut total = tray;
        for source in near {
            let before = total.clone();
            let mut onward = |so_far: &Summary| {
                let mut shown = before.clone();
                shown.add(so_far.clone());
                shown.add(beside.so_far());
                let answer = watcher.progress(&shown);
                stop.fetch_or(answer.is_break(), Ordering::Relaxed);
                answer
            };
            // The sources on the network are finished before a failure of the store is returned.
            let done = one(store, config, source, reach, moment, &mut onward);
            stop.fetch_or(done.is_err(), Ordering::Relaxed);
            total.add(done?);
            if stop.load(Ordering::Relaxed) {
                break;
            }
        }
        while beside.is_under_way() {
            thread::sleep(LOOK);
            let mut shown = total.clone();
            shown.add(beside.so_far());
            stop.fetch_or(watcher.progress(&shown).is_break(), Ordering::Relaxed);
            if stop.load(Ordering::Relaxed) {
                beside.give_up();
            }
        }
        for summary in beside.results(&far)? {
            total.add(summary);
        }
        Ok::<_, JobError>(total)
    })?;
    if watcher.progress(&total).is_continue() {
        // Which of them bring an invitation is known of those that are marked.
        if mark_older(store)? {
            read_older_invitations(store)?;
        }
    }
    Ok(total)
}

/// That messages were answered with another program meanwhile: some that were open, and some that answers from here wait to leave for.
fn answered_elsewhere(before: &ElsewhereSoFar, after: &ElsewhereSoFar) -> Vec<String> {
    let mut told = Vec::new();
    let finished = after.finished.saturating_sub(before.finished);
    if finished > 0 {
        let what = if finished == 1 {
            "1 message that was open was answered elsewhere, and is done".to_owned()
        } else {
            format!("{finished} messages that were open were answered elsewhere, and are done")
        };
        told.push(format!("{what} (`tidebox why ID` says when; `tidebox reopen ID` brings one back)"));
    }
    match after.waiting.iter().filter(|id| !before.waiting.contains(id)).count() {
        0 => {}
        1 => told.push(
            "1 answer of yours waits to leave, and its message was answered elsewhere meanwhile (`tidebox outbox` tells which; `outbox recall` takes it back)"
                .to_owned(),
        ),
        count => told.push(format!(
            "{count} answers of yours wait to leave, and their messages were answered elsewhere meanwhile (`tidebox \
             outbox` tells which; `outbox recall` takes them back)"
        )),
    }
    told
}

/// Reads one source, and makes the changes that are due there.
fn one(
    store: &mut Store,
    config: &Config,
    source: &SourceConfig,
    reach: Reach,
    moment: Moment,
    watcher: &mut dyn Watcher,
) -> Result<Summary, JobError> {
    let mut stopped = false;
    let mut onward = |so_far: &Summary| {
        let answer = watcher.progress(so_far);
        stopped = answer.is_break();
        answer
    };
    let mut opened = open(source);
    let mut summary = gather_one(store, config, source, opened.as_mut(), moment, &mut onward)?;
    if summary.cause.is_some() {
        summary.failures_of(&source.name);
    }
    // Nothing is written back to a source that could not be read: after a failed login that would log in again.
    if stopped || reach == Reach::Reading || summary.cause.is_some() {
        return Ok(summary);
    }
    match write_back(store, config, source, opened.as_mut(), moment.now) {
        Ok(written) => summary.written = written,
        Err(JobError::Source(error)) => {
            trouble::source(&error);
            let cause = SourceFailure::of(&error);
            let id = store.source(&source.name, source.kind.source_type())?;
            health::fell(store, id, opened.as_ref(), &cause, moment.now)?;
            summary.fail(format!("source {}: {error}", source.name));
        }
        Err(error) => return Err(error),
    }
    Ok(summary)
}

/// Reads one configured source, opened as `source`, from its position on, and maintains its hard hold: what is to be
/// put aside and what is to go back is in the journal afterwards.
pub fn gather_one(
    store: &mut Store,
    config: &Config,
    from: &SourceConfig,
    source: &mut dyn Source,
    moment: Moment,
    watcher: &mut dyn Watcher,
) -> Result<Summary, JobError> {
    gather_on(AttemptReason::Person, store, config, (from, source), moment, watcher)
}

/// The same, for any reason to read it. If the source may not be tried now, it is not read, and the reason is its
/// failure.
pub fn gather_on(
    occasion: AttemptReason,
    store: &mut Store,
    config: &Config,
    (from, source): (&SourceConfig, &mut dyn Source),
    moment: Moment,
    watcher: &mut dyn Watcher,
) -> Result<Summary, JobError> {
    let now = moment.now;
    if let SourceKind::Maildir { path, .. } | SourceKind::Jsonl { path } = &from.kind {
        store.adopt(&from.name, &resolved_path(path))?;
    }
    let id = store.source(&from.name, from.kind.source_type())?;
    if let Some(cause) = health::admit(store, id, source, occasion, now)? {
        let mut summary = Summary::default();
        summary.fail(cause.words());
        summary.cause = Some(cause);
        return Ok(summary);
    }
    let row = store.sources()?.into_iter().find(|row| row.id == id);
    let (position, first_read) = row.map_or((None, None), |row| (row.position, row.first_read));
    let rules = IntakeRules {
        config,
        name: &from.name,
        backlog: BacklogPolicy::Backlog(from.backlog, from.seen),
        // A position is stored when a reading has come to its end. Until then everything found belongs to the first
        // reading.
        backlog_before: position.is_none().then(|| first_read.unwrap_or(now)),
        first_read,
        moment,
    };
    let intake = Intake { source: id, rules, low_memory: from.kind.is_remote() };
    let before = store.elsewhere_so_far()?;
    let mut summary = intake.take_in(store, source, position.as_deref(), watcher)?;
    summary.notes.extend(answered_elsewhere(&before, &store.elsewhere_so_far()?));
    health::note(store, id, source, &summary, now)?;
    roles::note(store, id, source.mailbox(), now)?;
    let tended = hold::maintain_hold(store, config, from, id, now)?;
    summary.notes.extend(tended.words(&from.name));
    summary.given += tended.given;
    Ok(summary)
}
