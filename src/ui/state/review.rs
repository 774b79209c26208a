//! The review: what was decided and what a commit does, in sentences, each of which can be unfolded to its rows.
//!
//! What a commit does is asked of the store, which has the sources as they are now. Until it has answered for the decisions as
//! they stand, the sentences tell the decisions alone.

use super::batch_view::BatchView;
use crate::domain::commit_preview::{CommitPreview, CopyOutlook, LeavingCount, PreviewGroup, PreviewVerdict};
use crate::domain::positions::{Position, Positions};
use crate::domain::triage::{ActState, Triage};
use crate::domain::verdict::DecisionKind;

/// The decisions, in the order in which their sentences stand; `Reopen` is what is undecided.
const KINDS: [DecisionKind; 9] = [
    DecisionKind::Reopen,
    DecisionKind::Reply,
    DecisionKind::Done,
    DecisionKind::Trash,
    DecisionKind::Spam,
    DecisionKind::Mute,
    DecisionKind::Defer,
    DecisionKind::Later,
    DecisionKind::Skip,
];

/// Why the review is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Opened {
    /// The last message was decided. The next key may be meant for a message: it takes the key of the review first.
    #[default]
    ByItself,
    /// The person asked for it; the key of the review commits.
    Asked,
}

#[derive(Debug, Clone, Default)]
pub struct Review {
    pub opened: Opened,
    pub at: usize,
    pub top: usize,
    unfolded: Vec<SentenceTopic>,
    /// What a commit does, and for which decisions.
    preview: Option<(TriageStamp, CommitPreview)>,
    /// The decisions for which it was asked last.
    asked: Option<TriageStamp>,
}

/// A state of the decisions of a batch: how many acts there are, and how many of the last ones are undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TriageStamp {
    acts: usize,
    undone: usize,
}

impl TriageStamp {
    fn of(triage: &Triage) -> Self {
        let undone = triage.acts().iter().rev().take_while(|(_, state)| *state == ActState::Undone).count();
        Self { acts: triage.acts().len(), undone }
    }
}

/// What a sentence is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SentenceTopic {
    /// What a commit does is not known yet.
    Decided(DecisionKind),
    Foreseen(PreviewVerdict, Vec<CopyOutlook>),
    /// So many lists are left.
    Lists(usize),
    /// So many messages leave.
    Leaves(LeavingCount),
}

impl SentenceTopic {
    #[must_use]
    pub fn decision(&self) -> DecisionKind {
        match self {
            Self::Decided(kind) => *kind,
            Self::Foreseen(verdict, _) => verdict.decision(),
            Self::Lists(_) => DecisionKind::Unsubscribe,
            Self::Leaves(_) => DecisionKind::Reply,
        }
    }

    fn of(group: &PreviewGroup) -> Self {
        Self::Foreseen(group.verdict.clone(), group.copies.clone())
    }

    /// Whether it is the same sentence, as far as both are known.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Foreseen(..), Self::Foreseen(..)) => self == other,
            (Self::Leaves(_), Self::Leaves(_)) => true,
            (Self::Leaves(_), _) | (_, Self::Leaves(_)) => false,
            _ => self.decision() == other.decision(),
        }
    }
}

/// A line that the cursor can stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewPlace<'a> {
    Sentence(&'a Sentence),
    /// A message, under the sentence that is about it.
    Row(&'a Sentence, Position),
}

/// The lines of the review: counted, and not made, since a sentence can be about many rows.
#[derive(Debug)]
pub struct Outline {
    sentences: Vec<Sentence>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Sentence {
    pub topic: SentenceTopic,
    pub about: Positions,
    /// How many of its rows are shown.
    unfolded: usize,
}

impl Sentence {
    #[must_use]
    pub fn is_folded(&self) -> bool {
        self.unfolded == 0
    }

    /// How many it tells of: lists, or messages.
    #[must_use]
    pub fn count(&self) -> usize {
        match self.topic {
            SentenceTopic::Lists(count) => count,
            SentenceTopic::Leaves(leaving) => leaving.all(),
            _ => self.about.len(),
        }
    }
}

impl Outline {
    #[must_use]
    pub fn len(&self) -> usize {
        self.sentences.iter().map(|sentence| 1 + sentence.unfolded).sum()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sentences.is_empty()
    }

    /// The largest count of a sentence, in digits.
    #[must_use]
    pub fn digits(&self) -> usize {
        self.sentences.iter().map(|sentence| sentence.about.len()).max().unwrap_or(0).to_string().len()
    }

    /// The line at this place from the top, from 0.
    #[must_use]
    pub fn place(&self, at: usize) -> Option<ReviewPlace<'_>> {
        let mut left = at;
        for sentence in &self.sentences {
            match left.checked_sub(1) {
                None => return Some(ReviewPlace::Sentence(sentence)),
                Some(row) if row < sentence.unfolded => {
                    return sentence.about.nth(row).map(|row| ReviewPlace::Row(sentence, row));
                }
                Some(_) => left -= 1 + sentence.unfolded,
            }
        }
        None
    }

    /// The rows among so many lines.
    #[must_use]
    pub fn rows(&self, from: usize, count: usize) -> Positions {
        let row = |at| match self.place(at) {
            Some(ReviewPlace::Row(_, row)) => Some(row),
            _ => None,
        };
        (from..from.saturating_add(count)).filter_map(row).collect()
    }
}

impl Review {
    /// The review that a person asked for.
    #[must_use]
    pub fn asked() -> Self {
        Self { opened: Opened::Asked, ..Self::default() }
    }

    #[must_use]
    pub fn outline(&self, work: &BatchView) -> Outline {
        let sentence = |topic: SentenceTopic, about: Positions| {
            let unfolded = if self.unfolded.iter().any(|shown| shown.is(&topic)) { about.len() } else { 0 };
            Sentence { topic, about, unfolded }
        };
        let mut sentences: Vec<Sentence> = match self.known(work) {
            Some(preview) => {
                in_order(preview).map(|group| sentence(SentenceTopic::of(group), group.at.clone())).collect()
            }
            None => KINDS.iter().map(|kind| sentence(SentenceTopic::Decided(*kind), of_kind(work, *kind))).collect(),
        };
        let lists = self.known(work).map_or(work.triage.unsubscribed().len(), |preview| preview.lists);
        sentences.push(sentence(SentenceTopic::Lists(lists), work.triage.unsubscribed().clone()));
        let leaving = self.known(work).map(|preview| preview.leaving).unwrap_or_default();
        sentences.push(sentence(SentenceTopic::Leaves(leaving), of_kind(work, DecisionKind::Reply)));
        let leaves = |topic: &SentenceTopic| matches!(topic, SentenceTopic::Leaves(_));
        sentences.retain(|it| if leaves(&it.topic) { it.count() > 0 } else { !it.about.is_empty() });
        Outline { sentences }
    }

    /// What a commit does, where that is known of the decisions as they stand.
    #[must_use]
    pub fn known(&self, work: &BatchView) -> Option<&CommitPreview> {
        let (of, preview) = self.preview.as_ref()?;
        (*of == TriageStamp::of(&work.triage)).then_some(preview)
    }

    /// Notes that it is asked for what a commit does; `false` where it was asked for these decisions before.
    pub fn asks(&mut self, work: &BatchView) -> bool {
        let stamp = TriageStamp::of(&work.triage);
        self.asked.replace(stamp) != Some(stamp)
    }

    /// What a commit does, as it was asked for last.
    pub fn foresees(&mut self, preview: CommitPreview) {
        self.preview = self.asked.map(|stamp| (stamp, preview));
    }

    /// Something that a commit depends on may have changed: it is asked again. What was known is shown until then.
    pub fn ask_again(&mut self) {
        self.asked = None;
    }

    /// The settings are other ones: what was known is not true any more.
    pub fn forget(&mut self) {
        (self.asked, self.preview) = (None, None);
    }

    /// Shows the rows of the sentence under the cursor or above it, or hides them.
    pub fn unfold(&mut self, work: &BatchView) {
        let mut line = 0;
        for sentence in self.outline(work).sentences {
            let next = line + 1 + sentence.unfolded;
            if self.at < next {
                let shown = self.unfolded.len();
                self.unfolded.retain(|topic| !topic.is(&sentence.topic));
                if shown == self.unfolded.len() {
                    self.unfolded.push(sentence.topic);
                }
                self.at = line;
                return;
            }
            line = next;
        }
    }
}

/// What a commit does or has done, in the order in which its sentences stand.
pub fn in_order(preview: &CommitPreview) -> impl Iterator<Item = &PreviewGroup> {
    KINDS.iter().flat_map(|kind| preview.groups.iter().filter(|group| group.verdict.decision() == *kind))
}

/// The messages about which this was decided.
fn of_kind(work: &BatchView, kind: DecisionKind) -> Positions {
    match kind {
        DecisionKind::Reopen => work.triage.undecided().clone(),
        kind => work.triage.positions_with(|decision| decision.kind() == kind),
    }
}
