//! What the person is writing just now: from the key that begins it until it is staged, kept as a draft or thrown away.

use std::path::PathBuf;

use crate::domain::answering::{AnswerScope, DraftMistake};
use crate::domain::ids::{BatchId, Id, OutgoingId};
use crate::domain::outgoing_summary::{InvitationOffer, LeavingSummary};
use crate::domain::positions::Positions;
use crate::domain::printable::Printable;
use crate::ui::request::DraftOrigin;

#[derive(Debug)]
pub struct Writing {
    pub origin: DraftOrigin,
    /// What the file is called: `reply Notes on the engine`.
    pub name: String,
    /// What it is, as a sentence begins: `The answer to Ann`.
    pub what: Printable,
    /// The messages of the batch that are decided about when it is staged.
    pub decides: Option<(BatchId, Positions)>,
    /// To whom of those who were there an answer was begun.
    pub scope: Option<AnswerScope>,
    /// What the editor gave back last.
    pub text: Vec<u8>,
    /// The file that has it, where the store could not keep it.
    pub left: Option<PathBuf>,
}

impl Writing {
    #[must_use]
    pub fn of(origin: DraftOrigin, what: Printable) -> Self {
        Self { origin, name: String::new(), what, decides: None, scope: None, text: Vec::new(), left: None }
    }

    /// How many messages of the batch are decided about when it is staged.
    #[must_use]
    pub fn decided(&self) -> usize {
        self.decides.as_ref().map_or(0, |(_, on)| on.len())
    }

    /// The draft in the store, once something was saved.
    #[must_use]
    pub fn draft(&self) -> Option<OutgoingId> {
        if let DraftOrigin::Kept(id) = self.origin { Some(id) } else { None }
    }
}

/// An invitation that is being answered, from the key to what is chosen.
#[derive(Debug)]
pub struct AnsweringInvitation {
    pub message: Id,
    /// The messages of the batch that are decided about with the answer.
    pub decides: Option<(BatchId, Positions)>,
    /// To whom it goes and when; `None` until that is known.
    pub offer: Option<InvitationOffer>,
    /// What the organizer reads with it, on one line.
    pub word: String,
    /// What is said once it is staged.
    pub notice: String,
}

/// What lies over the screen when the editor has ended.
#[derive(Debug)]
pub struct DraftPanel {
    pub stage: DraftStage,
    /// The first line that is shown.
    pub top: usize,
}

#[derive(Debug)]
pub enum DraftStage {
    /// The file has mistakes.
    Mistaken(Vec<DraftMistake>),
    /// This leaves; so many of its warnings were passed over.
    Leaves { summary: Box<LeavingSummary>, passed: usize },
}

/// What the next key can say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftQuestion {
    /// There are mistakes: it can't be staged.
    Mistaken,
    /// A warning is to be passed over first.
    Warned,
    /// It can be staged.
    Ready,
    /// It can be sent, at once.
    AtOnce,
}

impl DraftPanel {
    #[must_use]
    pub fn of(stage: DraftStage) -> Self {
        Self { stage, top: 0 }
    }

    #[must_use]
    pub fn question(&self) -> DraftQuestion {
        match &self.stage {
            DraftStage::Mistaken(_) => DraftQuestion::Mistaken,
            DraftStage::Leaves { summary, passed } if *passed < summary.warnings.len() => DraftQuestion::Warned,
            DraftStage::Leaves { summary, .. } if summary.at_once => DraftQuestion::AtOnce,
            DraftStage::Leaves { .. } => DraftQuestion::Ready,
        }
    }
}

/// A line of the panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftLine {
    pub label: &'static str,
    pub text: Printable,
    pub tone: DraftTone,
}

/// How a line is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftTone {
    Plain,
    /// It is to be looked at before going on.
    Warm,
    /// It was looked at, or is context.
    Dim,
}

/// The columns of a line's label, with the gap behind it.
pub const LABEL: usize = 9;

impl DraftPanel {
    /// Its lines, in so many columns.
    #[must_use]
    pub fn lines(&self, columns: usize) -> Vec<DraftLine> {
        let columns = columns.saturating_sub(LABEL).max(20);
        match &self.stage {
            DraftStage::Mistaken(mistakes) => mistakes.iter().flat_map(|mistake| mistaken(mistake, columns)).collect(),
            DraftStage::Leaves { summary, passed } => leaving(summary, *passed, columns),
        }
    }
}

fn mistaken(mistake: &DraftMistake, columns: usize) -> Vec<DraftLine> {
    let line = format!("line {}: {}", mistake.line, mistake.what);
    let told = Printable::from(line).wrap(columns + LABEL).into_iter();
    let help = Printable::from(format!("  {}", mistake.help)).wrap(columns + LABEL).into_iter();
    let of = |tone| move |text| DraftLine { label: "", text, tone };
    told.map(of(DraftTone::Warm)).chain(help.map(of(DraftTone::Dim))).collect()
}

fn leaving(summary: &LeavingSummary, passed: usize, columns: usize) -> Vec<DraftLine> {
    let mut lines = Vec::new();
    let mut several = |label: &'static str, texts: &[Printable]| {
        for (place, text) in texts.iter().enumerate() {
            let label = if place == 0 { label } else { "" };
            lines.push(DraftLine { label, text: text.cut(columns), tone: DraftTone::Plain });
        }
    };
    several("From", std::slice::from_ref(&summary.from));
    several("To", &summary.to);
    several("Cc", &summary.cc);
    several("Bcc", &summary.bcc);
    several("Subject", std::slice::from_ref(&summary.subject));
    let file = |(name, size): &(Printable, u64)| {
        let size = crate::ui::when::size(*size);
        Printable::from(format!("{}  {size}", name.cut(columns.saturating_sub(size.len() + 2))))
    };
    several("Files", &summary.files.iter().map(file).collect::<Vec<_>>());
    several("Leaves", std::slice::from_ref(&summary.leaves));
    several("Reminds", summary.reminds.as_slice());
    several("Reads", &summary.reads);
    for (place, warning) in summary.warnings.iter().enumerate() {
        let tone = if place < passed { DraftTone::Dim } else { DraftTone::Warm };
        if place == 0 {
            lines.push(DraftLine { label: "", text: Printable::default(), tone });
        }
        lines.extend(warning.wrap(columns + LABEL).into_iter().map(|text| DraftLine { label: "", text, tone }));
    }
    lines
}
