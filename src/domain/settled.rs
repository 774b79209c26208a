//! What settled itself while it waited: of the messages that a batch is made of, those that a later one of them has overtaken.
//!
//! Three rules say it: a job or an alert that failed and is green again, an issue or a review that was closed, an invitation that
//! was replaced or withdrawn. Only messages of the same batch settle each other, and nothing that names the person or that they asked
//! for is ever settled: where one message of a thing is so, all of them stay.

mod invitations;

use std::collections::HashMap;

pub use self::invitations::{EventCandidate, by_invitations};
use super::ids::{Id, ThreadId};
use super::job_subject::JobSubject;
use super::service_notice::{NoticeState, ServiceNotice};
use super::text_enum::text_enum;

/// Which of the rules hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettledRules {
    pub ci: bool,
    pub issues: bool,
    pub invitations: bool,
}

impl SettledRules {
    pub const NONE: Self = Self { ci: false, issues: false, invitations: false };
}

impl Default for SettledRules {
    fn default() -> Self {
        Self { ci: true, issues: true, invitations: true }
    }
}

text_enum! {
    /// Why a message counts as settled.
    pub enum SettledReason {
        GreenAgain = "green again",
        Closed = "closed",
        Merged = "merged",
        Replaced = "replaced",
        Withdrawn = "withdrawn",
    }
}

/// That a message is settled, and by which message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    pub reason: SettledReason,
    pub by: Id,
}

/// A message of a batch that may have to do with this.
#[derive(Debug, Clone, Copy)]
pub struct SettleCandidate<'a> {
    pub id: Id,
    pub thread: ThreadId,
    /// The address of its sender, in lower case.
    pub sender: &'a str,
    pub subject: &'a str,
    pub notice: &'a ServiceNotice,
    /// Whether it stays whatever happened: the person has deferred or reopened it, or the batch asks for a decision.
    pub stays: bool,
}

/// Those of the messages that are settled by the first two rules, which go by what services say. The messages of a thing have to be
/// there all, and in the order of time.
#[must_use]
pub fn by_services(rules: SettledRules, messages: &[SettleCandidate<'_>]) -> Vec<(Id, Settled)> {
    let mut jobs: HashMap<(&str, String), Vec<&SettleCandidate<'_>>> = HashMap::new();
    let mut threads: HashMap<ThreadId, Vec<&SettleCandidate<'_>>> = HashMap::new();
    for message in messages {
        let is_job = matches!(message.notice.state, Some(NoticeState::Failing | NoticeState::Passing));
        if let Some(job) = JobSubject::read(message.subject).filter(|_| is_job) {
            jobs.entry((message.sender, job.name)).or_default().push(message);
        } else {
            threads.entry(message.thread).or_default().push(message);
        }
    }
    let mut settled = Vec::new();
    if rules.ci {
        for job in jobs.values().filter(|job| job.len() > 1) {
            let failed = job.iter().any(|one| one.notice.state == Some(NoticeState::Failing));
            let last = job.last().filter(|last| failed && last.notice.state == Some(NoticeState::Passing));
            settle(job, last.map(|last| (last.id, SettledReason::GreenAgain)), &mut settled);
        }
    }
    if rules.issues {
        let of_forge = |one: &&SettleCandidate<'_>| one.notice.repository.is_some();
        for thread in threads.values().filter(|thread| thread.len() > 1 && thread.iter().all(of_forge)) {
            let last = thread.last().and_then(|last| match last.notice.state {
                Some(NoticeState::Closed) => Some((last.id, SettledReason::Closed)),
                Some(NoticeState::Merged) => Some((last.id, SettledReason::Merged)),
                _ => None,
            });
            settle(thread, last, &mut settled);
        }
    }
    settled
}

/// All messages of a thing are settled by its last one, unless one of them stays.
fn settle(thing: &[&SettleCandidate<'_>], by: Option<(Id, SettledReason)>, settled: &mut Vec<(Id, Settled)>) {
    let stays = thing.iter().any(|one| one.stays || one.notice.personal);
    if let Some((by, reason)) = by.filter(|_| !stays) {
        settled.extend(thing.iter().map(|one| (one.id, Settled { reason, by })));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{SettleCandidate, Settled, SettledReason, SettledRules, by_services};
    use crate::domain::ids::{Id, ThreadId};
    use crate::domain::service_notice::{NoticeState, ServiceNotice};

    #[derive(Debug, Clone)]
    struct Made {
        thread: i64,
        subject: String,
        notice: ServiceNotice,
        stays: bool,
    }

    fn settled(rules: SettledRules, day: &[Made]) -> BTreeMap<i64, Settled> {
        let candidate = |(number, one): (i64, &'_ Made)| (number, one.clone());
        let day: Vec<_> = (1_i64..).zip(day).map(candidate).collect();
        let messages: Vec<_> = day
            .iter()
            .map(|(number, one)| SettleCandidate {
                id: Id(*number),
                thread: ThreadId(one.thread),
                sender: "ci@ci.example",
                subject: &one.subject,
                notice: &one.notice,
                stays: one.stays,
            })
            .collect();
        by_services(rules, &messages).into_iter().map(|(id, settled)| (id.0, settled)).collect()
    }

    fn job(name: &str, state: NoticeState) -> Made {
        let said = if state == NoticeState::Failing { "failed" } else { "passed" };
        let notice = ServiceNotice { state: Some(state), ..ServiceNotice::default() };
        Made { thread: 1, subject: format!("Build {name} {said} #1"), notice, stays: false }
    }

    fn issue(thread: i64, state: Option<NoticeState>) -> Made {
        let notice = ServiceNotice { repository: Some("tide/harbour".into()), personal: false, state };
        Made { thread, subject: "[tide/harbour] Fails at dusk (#12)".into(), notice, stays: false }
    }

    const ALL: SettledRules = SettledRules { ci: true, issues: true, invitations: true };
    const BAD: NoticeState = NoticeState::Failing;
    const GOOD: NoticeState = NoticeState::Passing;

    #[test]
    fn a_job_that_is_green_again_is_settled() {
        let green = |by| Settled { reason: SettledReason::GreenAgain, by: Id(by) };
        let day = [job("main", BAD), job("docs", BAD), job("main", GOOD)];
        assert_eq!(settled(ALL, &day), BTreeMap::from([(1, green(3)), (3, green(3))]));
        assert_eq!(settled(SettledRules { ci: false, ..ALL }, &day), BTreeMap::new());
        assert_eq!(settled(ALL, &[job("main", GOOD), job("main", GOOD)]), BTreeMap::new(), "nothing had failed");
        assert_eq!(settled(ALL, &[job("main", BAD), job("main", GOOD), job("main", BAD)]), BTreeMap::new());
        let reopened = Made { stays: true, ..job("main", BAD) };
        assert_eq!(settled(ALL, &[reopened, job("main", GOOD)]), BTreeMap::new(), "the person has asked for it");
    }

    #[test]
    fn an_issue_whose_last_notice_closes_it_is_settled() {
        let by = |reason| Settled { reason, by: Id(2) };
        let closed = [issue(7, None), issue(7, Some(NoticeState::Closed))];
        let reason = by(SettledReason::Closed);
        assert_eq!(settled(ALL, &closed), BTreeMap::from([(1, reason), (2, reason)]));
        let merged = [issue(7, None), issue(7, Some(NoticeState::Merged)), issue(8, Some(NoticeState::Closed))];
        let reason = by(SettledReason::Merged);
        assert_eq!(settled(ALL, &merged), BTreeMap::from([(1, reason), (2, reason)]), "one message settles nothing");
        let again = [issue(7, None), issue(7, Some(NoticeState::Closed)), issue(7, None)];
        assert_eq!(settled(ALL, &again), BTreeMap::new(), "something came after it");
        let mut mention = closed.clone();
        mention[0].notice.personal = true;
        assert_eq!(settled(ALL, &mention), BTreeMap::new());
        let mut person = closed;
        person[0].notice = ServiceNotice::default();
        assert_eq!(settled(ALL, &person), BTreeMap::new(), "a person wrote to the same thread");
    }

    fn made() -> impl Strategy<Value = Made> {
        let state = prop_oneof![Just(BAD), Just(GOOD)];
        let closing = prop_oneof![Just(None), Just(Some(NoticeState::Closed)), Just(Some(NoticeState::Merged))];
        let jobs = ("(main|docs)", state).prop_map(|(name, state)| job(&name, state));
        let issues = (2_i64..5, closing, prop::bool::weighted(0.1)).prop_map(|(thread, state, personal)| {
            let mut made = issue(thread, state);
            made.notice.personal = personal;
            made
        });
        (prop_oneof![jobs, issues], prop::bool::weighted(0.1)).prop_map(|(made, stays)| Made { stays, ..made })
    }

    proptest! {
        /// Held against a plain reading: of each thing the last message is good, one before it is not, and none stays.
        #[test]
        fn what_is_settled_has_ended_well(day in prop::collection::vec(made(), 0..14)) {
            let found = settled(ALL, &day);
            for (number, one) in (1_i64..).zip(&day) {
                let is_job = one.thread == 1;
                let name = |made: &Made| made.subject.split(' ').nth(1).map(str::to_owned);
                let same = |other: &&Made| other.thread == one.thread && (!is_job || name(other) == name(one));
                let thing: Vec<_> = day.iter().filter(same).collect();
                let last = thing.last().and_then(|last| last.notice.state);
                let well = match last {
                    Some(NoticeState::Passing) => thing.iter().any(|one| one.notice.state == Some(BAD)),
                    Some(NoticeState::Closed | NoticeState::Merged) => thing.len() > 1,
                    _ => false,
                };
                let free = thing.iter().all(|one| !one.stays && !one.notice.personal);
                prop_assert_eq!(found.contains_key(&number), well && free, "{}", number);
            }
        }
    }
}
