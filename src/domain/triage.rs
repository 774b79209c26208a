//! Triage: what the person decides about each message of a batch, and undo.
//!
//! The list of acts, in the order in which they were made, is what everything follows from. An act that is undone
//! stays in the list but no longer counts; redo makes it count again; a new act after an undo replaces the undone
//! ones. The decision about a message is that of the last act that counts and names it. `Triage` has the list and its
//! results in memory. The store keeps the same list, and after a restart it is replayed.
//!
//! Messages are named by their positions in the batch, so nothing outside of it can be named (rule 2). Memory and the
//! cost of a key grow with the number of acts, not with the batch.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::batch::Batch;
use super::positions::{Position, Positions};
use super::text_enum::{TextEnum, text_enum};
pub use super::until::Until;
use super::verdict::{DecisionKind, Settlement};

/// A decision about a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Decision {
    Done,
    Trash,
    /// To a later window.
    Defer(Until),
    /// To be answered in this batch's second pass.
    Later,
    /// Mutes the thread for ever.
    Mute,
    Spam,
    /// Skipped; it is carried over at the commit.
    Skip,
    /// A decision taken back by name rather than by undo: the message is undecided again.
    Reopen,
    /// The message's list is left at the commit. This says nothing of the message itself.
    Unsubscribe,
    /// The same taken back by name.
    StaySubscribed,
    /// An answer to it is staged; with that the message is done.
    Reply,
}

impl Decision {
    /// The same without the window of a deferral.
    #[must_use]
    pub fn kind(&self) -> DecisionKind {
        match self {
            Self::Done => DecisionKind::Done,
            Self::Trash => DecisionKind::Trash,
            Self::Defer(_) => DecisionKind::Defer,
            Self::Later => DecisionKind::Later,
            Self::Mute => DecisionKind::Mute,
            Self::Spam => DecisionKind::Spam,
            Self::Skip => DecisionKind::Skip,
            Self::Reopen => DecisionKind::Reopen,
            Self::Unsubscribe => DecisionKind::Unsubscribe,
            Self::StaySubscribed => DecisionKind::StaySubscribed,
            Self::Reply => DecisionKind::Reply,
        }
    }

    /// The window of a deferral.
    #[must_use]
    pub fn until(&self) -> Option<&Until> {
        match self {
            Self::Defer(until) => Some(until),
            _ => None,
        }
    }

    /// Its word for scripts and in the store.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.kind().name()
    }

    /// Whether nothing more is to be done with the message in this batch.
    #[must_use]
    pub fn decides(&self) -> bool {
        !matches!(self, Self::Later | Self::Reopen | Self::Unsubscribe | Self::StaySubscribed)
    }
}

/// One intention, which is undone as a whole: the same decision about one message or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Its place in the batch's list of acts, from 1.
    pub number: u32,
    pub decision: Decision,
    pub on: Positions,
}

text_enum! {
    /// Whether an act counts.
    pub enum ActState {
        Counts = "counts",
        /// Undone, and can be redone.
        Undone = "undone",
        /// Undone, and then something else was done instead.
        Replaced = "replaced",
    }
}

/// A batch being triaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Triage {
    batch: Batch,
    acts: Vec<(Act, ActState)>,
    /// The runs of decided positions: from each key up to its `last`, the index of the act that decides them.
    stands: BTreeMap<u32, Stands>,
    undecided: Positions,
    later: Positions,
    postponed: Positions,
    unsubscribed: Positions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stands {
    last: u32,
    act: usize,
}

impl Triage {
    #[must_use]
    pub fn new(batch: Batch) -> Self {
        Self::replay(batch, Vec::new())
    }

    /// The state that a list of acts leads to.
    #[must_use]
    pub fn replay(batch: Batch, acts: Vec<(Act, ActState)>) -> Self {
        let (undecided, later, postponed, unsubscribed) = Default::default();
        let mut triage = Self { batch, acts, stands: BTreeMap::new(), undecided, later, postponed, unsubscribed };
        triage.settle();
        triage
    }

    /// Goes through a list of acts once more; `step` sees the decisions as they were before each of them.
    pub fn retrace(batch: Batch, acts: Vec<(Act, ActState)>, mut step: impl FnMut(&Self, &Act, ActState)) {
        let mut triage = Self::new(batch);
        triage.acts = acts;
        for place in 0..triage.acts.len() {
            let Some((act, state)) = triage.acts.get(place) else { return };
            step(&triage, act, *state);
            if *state == ActState::Counts {
                triage.count(place);
            }
        }
    }

    #[must_use]
    pub fn batch(&self) -> &Batch {
        &self.batch
    }

    #[must_use]
    pub fn acts(&self) -> &[(Act, ActState)] {
        &self.acts
    }

    /// The act that decides a message; `None` while it is undecided.
    #[must_use]
    pub fn verdict_of(&self, position: Position) -> Option<&Act> {
        let (_, stands) = self.stands.range(..=position.0).next_back()?;
        let (act, _) = self.acts.get(stands.act)?;
        (position.0 <= stands.last).then_some(act)
    }

    /// The decision about a message; `None` while it is undecided.
    #[must_use]
    pub fn verdict(&self, position: Position) -> Option<&Decision> {
        self.verdict_of(position).map(|act| &act.decision)
    }

    /// The positions that are undecided.
    #[must_use]
    pub fn undecided(&self) -> &Positions {
        &self.undecided
    }

    /// The positions that are to be answered in the second pass.
    #[must_use]
    pub fn later(&self) -> &Positions {
        &self.later
    }

    /// Those of them that were put to the end of the second pass once more. They come when all others have had their turn, and then
    /// none is put off any more: never are all of them in here.
    #[must_use]
    pub fn postponed(&self) -> &Positions {
        &self.postponed
    }

    /// The positions of messages whose lists are left at the commit.
    #[must_use]
    pub fn unsubscribed(&self) -> &Positions {
        &self.unsubscribed
    }

    /// The positions for whose decision `holds` is true.
    #[must_use]
    pub fn positions_with(&self, verdict: impl Fn(&Decision) -> bool) -> Positions {
        let mut positions = Positions::default();
        for (first, stands) in &self.stands {
            if self.acts.get(stands.act).is_some_and(|(act, _)| verdict(&act.decision)) {
                positions.insert_run(Position(*first), Position(stands.last));
            }
        }
        positions
    }

    /// These, and what is still open of `threads`, the positions of the threads that they belong to: what a mute is about.
    #[must_use]
    pub fn with_threads(&self, these: &Positions, threads: &Positions) -> Positions {
        let mut on = threads.both(&self.undecided);
        on.extend(&threads.both(&self.later));
        on.extend(these);
        on
    }

    /// The positions of what a commit finishes or defers. All others are carried over.
    #[must_use]
    pub fn settled(&self) -> Positions {
        self.positions_with(|decision| decision.kind().verdict().row().settlement != Settlement::Carry)
    }

    /// The person has given the batch time up to this instant.
    pub fn give_more_time(&mut self, until: DateTime<Utc>) {
        self.batch = self.batch.clone().with_more_time(Some(until));
    }

    /// How many messages need nothing more in this batch.
    #[must_use]
    pub fn decided(&self) -> usize {
        self.batch.size() - self.undecided.len() - self.later.len()
    }

    /// The act that would decide about these messages; nothing is changed yet. Positions beyond the batch are left
    /// out (rule 2); `None` where none is left.
    #[must_use]
    pub fn act(&self, decision: Decision, on: &Positions) -> Option<Act> {
        let on = on.both(&self.batch.positions());
        let number = self.acts.last().map_or(1, |(act, _)| act.number + 1);
        (!on.is_empty()).then_some(Act { number, decision, on })
    }

    /// Adds an act that `act` has returned.
    pub fn add(&mut self, act: Act) {
        for (_, standing) in &mut self.acts {
            if *standing == ActState::Undone {
                *standing = ActState::Replaced;
            }
        }
        self.acts.push((act, ActState::Counts));
        self.count(self.acts.len() - 1);
    }

    /// Decides about messages; `None` where none of them is in the batch.
    pub fn decide(&mut self, decision: Decision, on: &Positions) -> Option<Act> {
        let act = self.act(decision, on)?;
        self.add(act.clone());
        Some(act)
    }

    /// Undoes the latest act that counts. It can be repeated back to the batch's beginning.
    pub fn undo(&mut self) -> Option<Act> {
        let (act, standing) = self.acts.iter_mut().rev().find(|(_, standing)| *standing == ActState::Counts)?;
        *standing = ActState::Undone;
        let act = act.clone();
        self.settle();
        Some(act)
    }

    /// Redoes the act that was undone last.
    pub fn redo(&mut self) -> Option<Act> {
        let (act, standing) = self.acts.iter_mut().find(|(_, standing)| *standing == ActState::Undone)?;
        *standing = ActState::Counts;
        let act = act.clone();
        self.settle();
        Some(act)
    }

    /// The act that `undo` would take back.
    #[must_use]
    pub fn last(&self) -> Option<&Act> {
        self.acts.iter().rev().find(|(_, standing)| *standing == ActState::Counts).map(|(act, _)| act)
    }

    /// The act that `redo` would redo.
    #[must_use]
    pub fn undone(&self) -> Option<&Act> {
        self.acts.iter().find(|(_, standing)| *standing == ActState::Undone).map(|(act, _)| act)
    }

    /// Works out all decisions anew, from the beginning of the list.
    fn settle(&mut self) {
        self.stands.clear();
        self.undecided = self.batch.positions();
        self.later = Positions::default();
        self.postponed = Positions::default();
        self.unsubscribed = Positions::default();
        for place in 0..self.acts.len() {
            if self.acts.get(place).is_some_and(|(_, standing)| *standing == ActState::Counts) {
                self.count(place);
            }
        }
    }

    /// Applies the act at this index of the list, after all that were applied before.
    fn count(&mut self, place: usize) {
        let Some((act, _)) = self.acts.get(place) else { return };
        let on = act.on.both(&self.batch.positions());
        match act.decision {
            Decision::Unsubscribe => return self.unsubscribed.extend(&on),
            Decision::StaySubscribed => return self.unsubscribed.remove_all(&on),
            _ => {}
        }
        for run in on.runs() {
            clear(&mut self.stands, run.first, run.last);
            if act.decision != Decision::Reopen {
                self.stands.insert(run.first, Stands { last: run.last, act: place });
            }
        }
        let (undecided, later) = (act.decision == Decision::Reopen, act.decision == Decision::Later);
        if later && self.undecided.is_empty() {
            self.postponed.extend(&on.both(&self.later));
        } else {
            self.postponed.remove_all(&on);
        }
        for (set, joins) in [(&mut self.undecided, undecided), (&mut self.later, later)] {
            if joins {
                set.extend(&on);
            } else {
                set.remove_all(&on);
            }
        }
        if self.postponed.len() == self.later.len() {
            self.postponed = Positions::default();
        }
    }
}

/// Removes the decisions from `first` to `last`. A run that reaches beyond them is kept there.
fn clear(stands: &mut BTreeMap<u32, Stands>, first: u32, last: u32) {
    let before = stands.range_mut(..first).next_back().filter(|(_, before)| before.last >= first);
    if let Some((_, before)) = before {
        let end = before.last;
        let act = before.act;
        before.last = first - 1;
        if end > last {
            stands.insert(last + 1, Stands { last: end, act });
            return;
        }
    }
    let within: Vec<u32> = stands.range(first..=last).map(|(first, _)| *first).collect();
    for key in within {
        if let Some(gone) = stands.remove(&key).filter(|gone| gone.last > last) {
            stands.insert(last + 1, gone);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ActState, Decision, Triage};
    use crate::domain::batch::{Batch, BatchOccasion};
    use crate::domain::ids::BatchId;
    use crate::domain::positions::{Position, Positions};
    use chrono::DateTime;

    fn batch(size: u32) -> Batch {
        Batch::freeze(BatchId(1), BatchOccasion::Exceptions, DateTime::UNIX_EPOCH, size)
    }

    fn on(positions: &[u32]) -> Positions {
        positions.iter().copied().map(Position).collect()
    }

    #[test]
    fn a_stranger_is_never_touched() {
        let mut triage = Triage::new(batch(2));
        assert_eq!(triage.decide(Decision::Done, &on(&[0, 3, 9])), None);
        let act = triage.decide(Decision::Done, &on(&[9, 2, 2])).expect("one is of the batch");
        assert_eq!(act.on, on(&[2]));
        assert_eq!(triage.undecided(), &on(&[1]));
    }

    #[test]
    fn taking_back_a_second_verdict_returns_to_the_first() {
        let mut triage = Triage::new(batch(1));
        triage.decide(Decision::Later, &on(&[1]));
        triage.decide(Decision::Done, &on(&[1]));
        triage.undo();
        assert_eq!(triage.verdict(Position(1)), Some(&Decision::Later));
        assert_eq!(triage.later().len(), 1);
    }

    #[test]
    fn a_new_act_replaces_what_was_undone() {
        let mut triage = Triage::new(batch(2));
        triage.decide(Decision::Done, &on(&[1]));
        triage.undo();
        triage.decide(Decision::Spam, &on(&[1]));
        assert_eq!(triage.redo(), None);
        assert_eq!(triage.acts()[0].1, ActState::Replaced);
        assert_eq!(triage.acts()[1].0.number, 2);
    }

    #[test]
    fn later_again_puts_one_to_the_end_of_the_pass() {
        let mut triage = Triage::new(batch(4));
        triage.decide(Decision::Later, &on(&[1, 2, 3]));
        assert!(triage.postponed().is_empty(), "that is no second time");
        triage.decide(Decision::Later, &on(&[2]));
        assert!(triage.postponed().is_empty(), "the first pass is not over: 4 is undecided");
        triage.decide(Decision::Done, &on(&[4]));
        triage.decide(Decision::Later, &on(&[1]));
        triage.decide(Decision::Later, &on(&[2]));
        assert_eq!(triage.postponed(), &on(&[1, 2]));
        triage.undo();
        assert_eq!(triage.postponed(), &on(&[1]));
        triage.redo();
        triage.decide(Decision::Done, &on(&[3]));
        assert!(triage.postponed().is_empty(), "all others had their turn");
        assert_eq!(triage.later(), &on(&[1, 2]));
    }

    fn steps() -> impl proptest::strategy::Strategy<Value = Vec<(u8, Vec<u32>)>> {
        proptest::collection::vec((0u8..9, proptest::collection::vec(1u32..9, 1..4)), 0..40)
    }

    proptest::proptest! {
        /// Undoing everything and redoing everything ends where it was, and replaying the list gives the same state.
        #[test]
        fn undo_is_the_inverse(steps in steps()) {
            let mut triage = Triage::new(batch(8));
            for (kind, ids) in steps {
                let ids = on(&ids);
                match kind {
                    0 => { triage.undo(); }
                    1 => { triage.redo(); }
                    2 => { triage.decide(Decision::Trash, &ids); }
                    3 => { triage.decide(Decision::Later, &ids); }
                    4 => { triage.decide(Decision::Reopen, &ids); }
                    5 => { triage.decide(Decision::Unsubscribe, &ids); }
                    6 => { triage.decide(Decision::StaySubscribed, &ids); }
                    _ => { triage.decide(Decision::Done, &ids); }
                }
            }
            let postponed = triage.postponed();
            proptest::prop_assert_eq!(&postponed.both(triage.later()), postponed);
            proptest::prop_assert!(postponed.is_empty() || postponed.len() < triage.later().len());
            proptest::prop_assert_eq!(&Triage::replay(triage.batch().clone(), triage.acts().to_vec()), &triage);
            // Position by position, the last act that counts and names it.
            for position in (1..=8).map(Position) {
                let last_of = |about_list: bool| triage.acts().iter().rev()
                    .filter(|(act, _)| act.decision.kind().is_about_list() == about_list)
                    .find(|(act, standing)| *standing == ActState::Counts && act.on.contains(position))
                    .map(|(act, _)| &act.decision);
                let last = last_of(false).filter(|decision| **decision != Decision::Reopen);
                proptest::prop_assert_eq!(triage.unsubscribed().contains(position), last_of(true) == Some(&Decision::Unsubscribe));
                proptest::prop_assert_eq!(triage.verdict(position), last);
                proptest::prop_assert_eq!(triage.undecided().contains(position), last.is_none());
                proptest::prop_assert_eq!(triage.later().contains(position), last == Some(&Decision::Later));
                proptest::prop_assert_eq!(triage.positions_with(|decision| *decision == Decision::Done).contains(position), last == Some(&Decision::Done));
            }
            while triage.redo().is_some() {}
            let end = triage.clone();
            let mut count = 0;
            while triage.undo().is_some() { count += 1; }
            proptest::prop_assert_eq!(triage.undecided().len(), 8);
            for _ in 0..count { triage.redo(); }
            proptest::prop_assert_eq!(triage, end);
        }
    }
}
