//! Triage: what the person says of each message of a batch, and how it is taken back.
//!
//! The truth is the list of acts, in the order in which they were made. Undoing an act leaves it in the list and
//! lets it count no longer; redoing lets it count again; a new act after an undo replaces what was undone. What
//! stands for a message is the last act that counts and names it. `Triage` is that list and its consequences, in
//! memory; the store keeps the same list, so that coming back after a restart is replaying it.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::batch::Batch;
use super::ids::Id;

/// What can be said of a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Verb {
    Done,
    Trash,
    /// To a later window.
    Defer(Until),
    /// To be answered in this batch's second pass.
    Later,
    /// The thread, for ever.
    Mute,
    Spam,
    /// Passed over; it is carried over at the close.
    Skip,
    /// A decision taken back by name rather than by undo: the message is undecided again.
    Reopen,
}

impl Verb {
    /// The verb's name for scripts and in the store.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Trash => "trash",
            Self::Defer(_) => "defer",
            Self::Later => "later",
            Self::Mute => "mute",
            Self::Spam => "spam",
            Self::Skip => "skip",
            Self::Reopen => "reopen",
        }
    }

    /// Whether the message takes no more of this batch's time.
    #[must_use]
    pub fn decides(&self) -> bool {
        !matches!(self, Self::Later | Self::Reopen)
    }
}

/// A window that a message is deferred to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Until {
    pub checkin: String,
    pub opens: DateTime<Utc>,
}

/// One intention, and so one undo: the same thing said of one message or of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Its place in the batch's list of acts, from 1.
    pub number: u32,
    pub verb: Verb,
    pub messages: Vec<Id>,
}

/// Whether an act counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    Counts,
    /// Undone, and can be redone.
    Undone,
    /// Undone, and then something else was done instead.
    Replaced,
}

/// A batch being triaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Triage {
    batch: Batch,
    acts: Vec<(Act, Standing)>,
    /// What stands for each message of the batch, in triage order.
    verdicts: Vec<Option<Verb>>,
}

impl Triage {
    #[must_use]
    pub fn new(batch: Batch) -> Self {
        Self::replay(batch, Vec::new())
    }

    /// The state that a list of acts leads to.
    #[must_use]
    pub fn replay(batch: Batch, acts: Vec<(Act, Standing)>) -> Self {
        let verdicts = vec![None; batch.ids().len()];
        let mut triage = Self { batch, acts, verdicts };
        triage.settle();
        triage
    }

    #[must_use]
    pub fn batch(&self) -> &Batch {
        &self.batch
    }

    #[must_use]
    pub fn acts(&self) -> &[(Act, Standing)] {
        &self.acts
    }

    /// What stands for a message; `None` while it is undecided.
    #[must_use]
    pub fn verdict(&self, id: Id) -> Option<&Verb> {
        self.verdicts.get(self.batch.place(id)?)?.as_ref()
    }

    /// Those of no verdict yet, in triage order.
    pub fn undecided(&self) -> impl Iterator<Item = Id> {
        self.standing().filter(|(_, verdict)| verdict.is_none()).map(|(id, _)| id)
    }

    /// Those to be answered in the second pass, in triage order.
    pub fn later(&self) -> impl Iterator<Item = Id> {
        self.standing().filter(|(_, verdict)| *verdict == Some(&Verb::Later)).map(|(id, _)| id)
    }

    /// Each message with what stands for it, in triage order.
    fn standing(&self) -> impl Iterator<Item = (Id, Option<&Verb>)> {
        self.batch.ids().iter().copied().zip(self.verdicts.iter().map(Option::as_ref))
    }

    /// How many take no more of this batch's time.
    #[must_use]
    pub fn decided(&self) -> usize {
        self.verdicts.iter().flatten().filter(|verb| verb.decides()).count()
    }

    /// Says `verb` of messages. Only those of the batch count (rule 2), each once; `None` where that leaves nothing.
    pub fn decide(&mut self, verb: Verb, messages: &[Id]) -> Option<Act> {
        let mut seen = HashSet::with_capacity(messages.len());
        let of_batch = |id: &Id| self.batch.contains(*id) && seen.insert(*id);
        let named: Vec<Id> = messages.iter().copied().filter(of_batch).collect();
        if named.is_empty() {
            return None;
        }
        for (_, standing) in &mut self.acts {
            if *standing == Standing::Undone {
                *standing = Standing::Replaced;
            }
        }
        let number = self.acts.last().map_or(1, |(act, _)| act.number + 1);
        let act = Act { number, verb, messages: named };
        self.count(&act);
        self.acts.push((act.clone(), Standing::Counts));
        Some(act)
    }

    /// Lets the latest act that counts count no longer, back to the batch's beginning.
    pub fn undo(&mut self) -> Option<Act> {
        let (act, standing) = self.acts.iter_mut().rev().find(|(_, standing)| *standing == Standing::Counts)?;
        *standing = Standing::Undone;
        let act = act.clone();
        self.settle();
        Some(act)
    }

    /// Lets the act that was undone last count again.
    pub fn redo(&mut self) -> Option<Act> {
        let (act, standing) = self.acts.iter_mut().find(|(_, standing)| *standing == Standing::Undone)?;
        *standing = Standing::Counts;
        let act = act.clone();
        self.settle();
        Some(act)
    }

    /// The act that `undo` would take back.
    #[must_use]
    pub fn last(&self) -> Option<&Act> {
        self.acts.iter().rev().find(|(_, standing)| *standing == Standing::Counts).map(|(act, _)| act)
    }

    /// What stands, from the beginning of the list.
    fn settle(&mut self) {
        self.verdicts.fill(None);
        let acts = std::mem::take(&mut self.acts);
        for (act, _) in acts.iter().filter(|(_, standing)| *standing == Standing::Counts) {
            self.count(act);
        }
        self.acts = acts;
    }

    /// Lets an act that comes after all that counted so far count too.
    fn count(&mut self, act: &Act) {
        for id in &act.messages {
            if let Some(verdict) = self.batch.place(*id).and_then(|place| self.verdicts.get_mut(place)) {
                *verdict = (act.verb != Verb::Reopen).then(|| act.verb.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Standing, Triage, Verb};
    use crate::domain::batch::{Batch, Occasion};
    use crate::domain::ids::{BatchId, Id};
    use chrono::DateTime;

    fn batch(size: i64) -> Batch {
        Batch::freeze(BatchId(1), Occasion::Exceptions, DateTime::UNIX_EPOCH, (1..=size).map(Id).collect())
    }

    #[test]
    fn a_stranger_is_never_touched() {
        let mut triage = Triage::new(batch(2));
        assert_eq!(triage.decide(Verb::Done, &[Id(9)]), None);
        let act = triage.decide(Verb::Done, &[Id(9), Id(2), Id(2)]).expect("one is of the batch");
        assert_eq!(act.messages, [Id(2)]);
        assert_eq!(triage.undecided().collect::<Vec<_>>(), [Id(1)]);
    }

    #[test]
    fn taking_back_a_second_verdict_returns_to_the_first() {
        let mut triage = Triage::new(batch(1));
        triage.decide(Verb::Later, &[Id(1)]);
        triage.decide(Verb::Done, &[Id(1)]);
        triage.undo();
        assert_eq!(triage.verdict(Id(1)), Some(&Verb::Later));
        assert_eq!(triage.later().count(), 1);
    }

    #[test]
    fn a_new_act_replaces_what_was_undone() {
        let mut triage = Triage::new(batch(2));
        triage.decide(Verb::Done, &[Id(1)]);
        triage.undo();
        triage.decide(Verb::Spam, &[Id(1)]);
        assert_eq!(triage.redo(), None);
        assert_eq!(triage.acts()[0].1, Standing::Replaced);
        assert_eq!(triage.acts()[1].0.number, 2);
    }

    fn verbs() -> impl proptest::strategy::Strategy<Value = Vec<(u8, Vec<i64>)>> {
        proptest::collection::vec((0u8..7, proptest::collection::vec(1i64..9, 1..4)), 0..40)
    }

    proptest::proptest! {
        /// Undoing everything and redoing everything ends where it was, and replaying the list gives the same state.
        #[test]
        fn undo_is_the_inverse(steps in verbs()) {
            let mut triage = Triage::new(batch(8));
            for (kind, ids) in steps {
                let ids: Vec<Id> = ids.into_iter().map(Id).collect();
                match kind {
                    0 => { triage.undo(); }
                    1 => { triage.redo(); }
                    2 => { triage.decide(Verb::Trash, &ids); }
                    3 => { triage.decide(Verb::Later, &ids); }
                    4 => { triage.decide(Verb::Reopen, &ids); }
                    _ => { triage.decide(Verb::Done, &ids); }
                }
            }
            proptest::prop_assert_eq!(&Triage::replay(triage.batch().clone(), triage.acts().to_vec()), &triage);
            while triage.redo().is_some() {}
            let end = triage.clone();
            let mut count = 0;
            while triage.undo().is_some() { count += 1; }
            proptest::prop_assert_eq!(triage.undecided().count(), 8);
            for _ in 0..count { triage.redo(); }
            proptest::prop_assert_eq!(triage, end);
        }
    }
}
