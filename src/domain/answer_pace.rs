//! How long the person's answers take, for an honest estimate of those that are left.

use chrono::TimeDelta;

use crate::domain::batch::Batch;
use crate::domain::group::Groups;
use crate::domain::positions::Positions;
use crate::domain::triage::{Act, ActState, Decision, Triage};

/// From so many answers on there is an estimate.
pub const ENOUGH: usize = 10;
/// So many of the newest answers count.
pub const COUNTED: u32 = 100;
/// An answer counts as so many seconds at most: what is longer was mostly a pause.
const LONGEST: i64 = 30 * 60;

/// How long one answer takes: the median of the person's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerPace {
    median: TimeDelta,
}

impl AnswerPace {
    /// Of the newest answers, in seconds each; `None` of fewer than ten. Linear in their number.
    #[must_use]
    pub fn of(mut seconds: Vec<i64>) -> Option<Self> {
        if seconds.len() < ENOUGH {
            return None;
        }
        let middle = seconds.len() / 2;
        let (_, median, _) = seconds.select_nth_unstable(middle);
        Some(Self { median: TimeDelta::seconds((*median).clamp(0, LONGEST)) })
    }

    /// How many minutes so many answers take: rounded, and at least one.
    #[must_use]
    pub fn minutes(self, answers: usize) -> i64 {
        let answers = i64::try_from(answers).unwrap_or(i64::MAX);
        let seconds = self.median.num_seconds().saturating_mul(answers);
        (seconds.saturating_add(30) / 60).max(1)
    }
}

/// How many seconds each answer of a batch took: the time from one decision to the next, where that says of one message, or of one
/// group, that it is answered. Such are an answer that was written here, in any pass, and in the second pass what was said to be done,
/// since it was answered elsewhere. `made` says of an act's number when it was made, in Unix seconds; `written`, whether it has staged
/// an answer that was written. Decisions about several rows at once are not counted, since they were not answered one by one.
#[must_use]
pub fn answer_times(
    batch: &Batch,
    acts: &[(Act, ActState)],
    groups: &Groups,
    made: impl Fn(u32) -> Option<i64>,
    written: impl Fn(u32) -> bool,
) -> Vec<i64> {
    let mut before = None;
    let mut times = Vec::new();
    Triage::retrace(batch.clone(), acts.to_vec(), |triage, act, state| {
        let at = made(act.number);
        let second_pass = triage.undecided().is_empty();
        let waiting = if second_pass { triage.later() } else { triage.undecided() };
        let answers = state == ActState::Counts
            && match act.decision {
                Decision::Reply => written(act.number),
                Decision::Done => second_pass,
                _ => false,
            };
        if let (true, Some(before), Some(at)) = (answers && is_one_of(waiting, &act.on, groups), before, at) {
            times.push(i64::clamp(at - before, 0, LONGEST));
        }
        before = at.or(before);
    });
    times
}

/// Whether these are one row of those that wait: a message, or messages of one group.
fn is_one_of(waiting: &Positions, on: &Positions, groups: &Groups) -> bool {
    let (Some(first), Some(last)) = (on.first(), on.last()) else { return false };
    let one_row = first == last || groups.at(first).is_some_and(|group| group.contains(last));
    one_row && on.both(&waiting.within(first, last)) == *on
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use chrono::DateTime;

    use super::{AnswerPace, answer_times};
    use crate::domain::batch::{Batch, BatchOccasion};
    use crate::domain::group::{BatchGroup, GroupKind, Groups};
    use crate::domain::ids::BatchId;
    use crate::domain::positions::{Position, Positions};
    use crate::domain::triage::{ActState, Decision, Triage};

    fn on(positions: &[u32]) -> Positions {
        positions.iter().copied().map(Position).collect()
    }

    #[test]
    fn before_ten_answers_there_is_no_estimate() {
        assert_eq!(AnswerPace::of(vec![60; 9]), None);
        let pace = AnswerPace::of(vec![60; 10]).expect("ten");
        assert_eq!((pace.minutes(9), pace.minutes(0)), (9, 1));
        let pace = AnswerPace::of(vec![20; 10]).expect("ten");
        assert_eq!((pace.minutes(1), pace.minutes(4)), (1, 1), "rounded, and never none");
    }

    proptest::proptest! {
        /// Half of the answers are as long or longer, half as long or shorter, and a pause moves nothing by more than half an hour.
        #[test]
        fn the_median_is_in_the_middle(mut seconds in proptest::collection::vec(0i64..1_500, 10..120)) {
            let pace = AnswerPace::of(seconds.clone()).expect("enough");
            seconds.sort_unstable();
            proptest::prop_assert_eq!(pace.median.num_seconds(), seconds[seconds.len() / 2]);
            seconds[0] = 500_000;
            let slower = AnswerPace::of(seconds).expect("enough");
            proptest::prop_assert!(slower.median.num_seconds() <= 1_800 && slower.median >= pace.median);
        }
    }

    #[test]
    fn only_what_is_answered_one_by_one_in_the_second_pass_counts() {
        let batch = Batch::freeze(BatchId(1), BatchOccasion::Exceptions, DateTime::UNIX_EPOCH, 9);
        let group = BatchGroup { kind: GroupKind::Conversation, first: Position(4), last: Position(5) };
        let groups = Groups::of([group]);
        let mut triage = Triage::new(batch.clone());
        let mut made = HashMap::new();
        for (decision, at, when) in [
            (Decision::Later, vec![1, 2, 3, 4, 5, 6, 7, 8], 100),
            // This is still the first pass: 9 is undecided.
            (Decision::Done, vec![1], 130),
            (Decision::Trash, vec![9], 140),
            (Decision::Done, vec![2], 400),
            (Decision::Trash, vec![3], 410),
            (Decision::Done, vec![4, 5], 1_010),
            (Decision::Done, vec![6, 7], 1_020),
            (Decision::Done, vec![8], 90_000),
        ] {
            let act = triage.decide(decision, &on(&at)).expect("in the batch");
            made.insert(act.number, when);
        }
        let times =
            |triage: &Triage| answer_times(&batch, triage.acts(), &groups, |act| made.get(&act).copied(), |_| true);
        assert_eq!(times(&triage), [260, 600, 1_800]);
        triage.undo();
        assert_eq!(triage.acts().last().map(|(_, state)| *state), Some(ActState::Undone));
        assert_eq!(times(&triage), [260, 600], "what was taken back is no answer");
    }

    #[test]
    fn what_was_written_here_counts_in_both_passes_and_what_took_a_key_does_not() {
        let batch = Batch::freeze(BatchId(1), BatchOccasion::Exceptions, DateTime::UNIX_EPOCH, 5);
        let mut triage = Triage::new(batch.clone());
        let mut made = HashMap::new();
        for (decision, at, when) in [
            (Decision::Trash, vec![1], 100),
            (Decision::Reply, vec![2], 340),
            // An answer to an invitation: one key.
            (Decision::Reply, vec![3], 345),
            (Decision::Later, vec![4, 5], 350),
            (Decision::Reply, vec![4], 550),
            (Decision::Reply, vec![4, 5], 900),
        ] {
            let act = triage.decide(decision, &on(&at)).expect("in the batch");
            made.insert(act.number, when);
        }
        let written = |act: u32| act != 3;
        let times = answer_times(&batch, triage.acts(), &Groups::default(), |act| made.get(&act).copied(), written);
        assert_eq!(times, [240, 200]);
    }
}
