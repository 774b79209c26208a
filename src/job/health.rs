//! The health of sources: whether one may be tried now, and what a person has to know about it afterwards.
//!
//! After a server has refused a secret, its command is asked for it again after 1, 5 and 30 minutes, then four times
//! a day, and the secret may be tried again then. In between it is tried only when a person asks for it, and only if
//! it is another secret. A command that gave no secret is run again when a person asks, and once before each
//! check-in, since it may ask somebody for a PIN.

use chrono::{DateTime, TimeDelta, Utc};

use super::source_failure::SourceFailure;
use super::summary::Summary;
use super::{JobError, hold};
use crate::config::Config;
use crate::domain::concern::{Concern, ConcernKind};
use crate::domain::ids::SourceId;
use crate::domain::retry;
use crate::domain::schedule::Zone;
use crate::source::secret::Trace;
use crate::source::{Source, Withheld};
use crate::store::Store;

/// The kinds of concerns that end with a successful reading.
const READING: [ConcernKind; 4] = [ConcernKind::Refused, ConcernKind::NoSecret, ConcernKind::Wrong, ConcernKind::Away];
/// In hours. A next try that is further away was recorded while the clock was wrong.
const TOO_FAR: i64 = 24;

/// Why a source is tried now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AttemptReason {
    /// It is time, or its server has told of news.
    Routine,
    /// A check-in opens in some seconds.
    BeforeWindow,
    /// A person asks for it.
    Person,
}

/// Whether a source may be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leave {
    Go,
    /// Yes, if its secret is another one than this.
    WithAnother(Option<String>),
    /// Not now, for this reason.
    Wait(SourceFailure),
}

/// Whether a source with these concerns may be tried now.
#[must_use]
pub fn leave(concerns: &[Concern], occasion: AttemptReason, now: DateTime<Utc>) -> Leave {
    let waits = |concern: &Concern| {
        let Concern { kind, what, hint, next, .. } = concern.clone();
        Leave::Wait(SourceFailure { kind, what, hint, next })
    };
    let due = |next: DateTime<Utc>| next <= now || next > now + TimeDelta::hours(TOO_FAR);
    for concern in concerns {
        match concern.kind {
            ConcernKind::Refused if concern.next.is_none_or(due) => {}
            ConcernKind::Refused if occasion == AttemptReason::Person => {
                return Leave::WithAnother(concern.secret.clone());
            }
            ConcernKind::Refused => return waits(concern),
            ConcernKind::NoSecret if occasion == AttemptReason::Routine => return waits(concern),
            _ => {}
        }
    }
    Leave::Go
}

/// Prepares a source for a try, if it may be tried; else returns why not.
///
/// # Errors
/// Where the store cannot be read.
pub fn admit(
    store: &Store,
    id: SourceId,
    source: &mut dyn Source,
    occasion: AttemptReason,
    now: DateTime<Utc>,
) -> Result<Option<SourceFailure>, JobError> {
    match leave(&store.concerns_of(id)?, occasion, now) {
        Leave::Go => source.block_secret(None),
        Leave::WithAnother(secret) => source.block_secret(secret.as_deref().and_then(Trace::read)),
        Leave::Wait(cause) => return Ok(Some(cause)),
    }
    Ok(None)
}

/// Records what came of a reading: that all is well, or what is wrong.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn note(
    store: &mut Store,
    id: SourceId,
    source: &dyn Source,
    summary: &Summary,
    now: DateTime<Utc>,
) -> Result<(), JobError> {
    if store.is_read_only() {
        return Ok(());
    }
    if let Some(cause) = &summary.cause {
        return fell(store, id, source, cause, now);
    }
    let known = store.concerns_of(id)?;
    let mut settled: Vec<ConcernKind> = READING.to_vec();
    match &summary.owed {
        Some(owed) if owed.count > 0 => note_owed(store, id, &known, owed, now)?,
        _ => settled.push(ConcernKind::Owed),
    }
    if known.iter().any(|concern| settled.contains(&concern.kind)) {
        store.settle_concerns(id, &settled)?;
    }
    store.end_outage(id, now)?;
    Ok(())
}

fn note_owed(
    store: &mut Store,
    id: SourceId,
    known: &[Concern],
    owed: &Withheld,
    now: DateTime<Utc>,
) -> Result<(), JobError> {
    let concern = Concern {
        source: String::new(),
        kind: ConcernKind::Owed,
        what: owed.to_string(),
        hint: String::new(),
        count: owed.count,
        tries: 0,
        since: now,
        next: None,
        secret: None,
    };
    let same =
        |other: &Concern| other.kind == ConcernKind::Owed && (other.count, &other.what) == (owed.count, &concern.what);
    if !known.iter().any(same) {
        store.note_concern(id, &concern)?;
    }
    Ok(())
}

/// Records that a source could not be read or changed.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn fell(
    store: &mut Store,
    id: SourceId,
    source: &dyn Source,
    cause: &SourceFailure,
    now: DateTime<Utc>,
) -> Result<(), JobError> {
    if store.is_read_only() {
        return Ok(());
    }
    let known = store.concerns_of(id)?;
    let before = known.iter().find(|concern| concern.kind == cause.kind);
    // The secret was not sent, because it is the one that was refused before. That was no try.
    let untried = cause.kind == ConcernKind::Refused && source.refused_secret().is_none();
    if untried && before.is_some() {
        return Ok(());
    }
    let tries = before.map_or(0, |before| before.tries).saturating_add(1);
    let next = (cause.kind == ConcernKind::Refused).then(|| now + retry::refused(tries));
    let concern = Concern {
        source: String::new(),
        kind: cause.kind,
        what: cause.what.clone(),
        hint: cause.hint.clone(),
        count: 0,
        tries: if cause.kind == ConcernKind::Refused { tries } else { 0 },
        since: now,
        next,
        secret: source.refused_secret().map(|trace| trace.to_string()),
    };
    let others: Vec<ConcernKind> = READING.into_iter().filter(|kind| *kind != cause.kind).collect();
    // That the server cannot be reached does not mean that the secret is right now.
    let others: Vec<ConcernKind> =
        others.into_iter().filter(|kind| cause.kind != ConcernKind::Away || !kind.is_about_secret()).collect();
    if known.iter().any(|concern| others.contains(&concern.kind)) {
        store.settle_concerns(id, &others)?;
    }
    let same = before.is_some_and(|before| {
        (&before.what, &before.hint, before.next) == (&concern.what, &concern.hint, concern.next)
    });
    if !same {
        store.note_concern(id, &concern)?;
    }
    Ok(())
}

/// A login with the secret of a source has worked: it no longer counts as refused, and the source is read now.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn opens(store: &mut Store, source: &str) -> Result<(), JobError> {
    let row = store.sources()?.into_iter().find(|row| row.name == source);
    if let Some(row) = row {
        store.settle_concerns(row.id, &[ConcernKind::Refused, ConcernKind::NoSecret])?;
        store.ask_to_read()?;
    }
    Ok(())
}

/// When the secret of a source that was refused is asked for again.
#[must_use]
pub fn next(store: &Store, source: &str) -> Option<DateTime<Utc>> {
    let concerns = store.concerns().ok()?;
    concerns.into_iter().find(|concern| concern.source == source && concern.kind == ConcernKind::Refused)?.next
}

/// What a person has to know now. Of a source that is no longer configured only what is about mail that was put
/// aside.
///
/// # Errors
/// Where the store cannot be read.
pub fn concerns(store: &Store, config: &Config) -> Result<Vec<Concern>, JobError> {
    let mut concerns = store.concerns()?;
    let configured = |name: &str| config.sources.iter().any(|source| source.name == name);
    concerns.retain(|concern| configured(&concern.source));
    concerns.extend(hold::astray(store, config)?);
    Ok(concerns)
}

/// A concern in words, by the clock of a zone: what is wrong, and what to do.
#[must_use]
pub fn sentences(concern: &Concern, now: DateTime<Utc>, zone: Zone) -> (String, String) {
    let when = |at: DateTime<Utc>| {
        let (at, today) = (at.with_timezone(&zone), now.with_timezone(&zone).date_naive());
        at.format(if at.date_naive() == today { "%H:%M" } else { "%-d %b %H:%M" }).to_string()
    };
    (concern.what(&when), concern.advice(&when))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{AttemptReason, Leave, SourceFailure, fell, leave};
    use crate::domain::concern::{Concern, ConcernKind};
    use crate::domain::source_type::SourceType;
    use crate::source::secret::Trace;
    use crate::source::{EventSink, ReadOutcome, Source, SourceError, SyncContext};
    use crate::store::Store;

    /// A source whose secret is refused, or gives none.
    struct Shut(Option<Trace>);

    impl Source for Shut {
        fn read(&mut self, _: &SyncContext<'_>, _: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError> {
            Ok(ReadOutcome::default())
        }

        fn refused_secret(&self) -> Option<Trace> {
            self.0.clone()
        }
    }

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_000_000 + 60 * minutes, 0).unwrap()
    }

    fn cause(kind: ConcernKind) -> SourceFailure {
        SourceFailure { kind, what: "no".into(), hint: String::new(), next: None }
    }

    /// The concern after failures at these minutes.
    fn after(kind: ConcernKind, minutes: &[i64]) -> Vec<Concern> {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("store.db")).unwrap();
        let id = store.source("work", SourceType::Imap).unwrap();
        let source = Shut((kind == ConcernKind::Refused).then(|| Trace::of("me@host", &"wrong".into()).unwrap()));
        for minute in minutes {
            fell(&mut store, id, &source, &cause(kind), at(*minute)).unwrap();
        }
        store.concerns_of(id).unwrap()
    }

    fn goes(concerns: &[Concern], occasion: AttemptReason, minute: i64) -> bool {
        leave(concerns, occasion, at(minute)) == Leave::Go
    }

    #[test]
    fn a_refused_secret_is_asked_for_after_1_5_and_30_minutes_then_four_times_a_day() {
        let mut tries = vec![0];
        while tries.len() < 7 {
            let known = after(ConcernKind::Refused, &tries);
            let next = (known[0].next.unwrap() - at(0)).num_minutes();
            assert!(!goes(&known, AttemptReason::Routine, next - 1) && goes(&known, AttemptReason::Routine, next));
            tries.push(next);
        }
        assert_eq!(tries, [0, 1, 6, 36, 396, 756, 1_116]);
    }

    #[test]
    fn in_between_only_a_person_makes_a_try_and_only_of_another_secret() {
        let known = after(ConcernKind::Refused, &[0, 1]);
        assert!(!goes(&known, AttemptReason::Routine, 3) && !goes(&known, AttemptReason::BeforeWindow, 3));
        let Leave::WithAnother(Some(secret)) = leave(&known, AttemptReason::Person, at(3)) else { panic!() };
        let trace = Trace::read(&secret).unwrap();
        assert!(trace.fits("me@host", &"wrong".into()) && !trace.fits("me@host", &"right".into()));
        assert!(goes(&known, AttemptReason::Routine, 6));
        // A try that was planned while the clock was a year ahead does not lock the source.
        assert!(goes(&known, AttemptReason::Routine, -60 * 24 * 365));
    }

    #[test]
    fn a_command_that_gave_none_is_asked_by_a_person_and_before_a_check_in() {
        let known = after(ConcernKind::NoSecret, &[0]);
        assert!(!goes(&known, AttemptReason::Routine, 600));
        assert!(goes(&known, AttemptReason::BeforeWindow, 1) && goes(&known, AttemptReason::Person, 1));
        assert!(goes(&after(ConcernKind::Away, &[0]), AttemptReason::Routine, 0));
    }

    #[test]
    fn a_secret_that_was_not_sent_lengthens_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("store.db")).unwrap();
        let id = store.source("work", SourceType::Imap).unwrap();
        let sent = Shut(Trace::of("me@host", &"wrong".into()));
        fell(&mut store, id, &sent, &cause(ConcernKind::Refused), at(0)).unwrap();
        for _ in 0..9 {
            fell(&mut store, id, &Shut(None), &cause(ConcernKind::Refused), at(0)).unwrap();
        }
        // While it cannot be reached, the concern about its secret stays.
        fell(&mut store, id, &Shut(None), &cause(ConcernKind::Away), at(0)).unwrap();
        let known = store.concerns_of(id).unwrap();
        let refused = known.iter().find(|concern| concern.kind == ConcernKind::Refused).unwrap();
        assert_eq!((refused.tries, refused.next), (1, Some(at(0) + TimeDelta::minutes(1))));
        assert!(known.iter().any(|concern| concern.kind == ConcernKind::Away));
    }
}
