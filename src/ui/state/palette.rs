//! The palette: every action that this screen has, those first that fit best to what is typed.

use std::cmp::Reverse;

use super::State;
use super::field::Field;
use crate::domain::triage::ActState;
use crate::ui::action::{Action, ActionInfo, DEEDS};
use crate::ui::fuzzy;
use crate::ui::geometry::Focus;

/// A name counts for a little more than a sentence that fits as well.
const NAME: i32 = 3;

#[derive(Debug, Default)]
pub struct CommandPalette {
    pub field: Field,
    pub at: usize,
    /// The first row that is shown.
    pub top: usize,
}

/// One row: an action, and the characters of its name and its sentence that were typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitting {
    pub action: Action,
    pub in_name: Vec<usize>,
    pub in_sentence: Vec<usize>,
}

/// The actions of the present screen that have everything that is typed, the best first; of equals, the table's order.
#[must_use]
pub fn fitting(state: &State, typed: &str) -> Vec<Fitting> {
    let here = state.mode();
    let deeds = DEEDS.iter().filter(|deed| deed.modes.contains(&here) && deed.action != Action::Palette);
    let mut found: Vec<(i32, Fitting)> = deeds.filter_map(|deed| fits(deed, typed)).collect();
    found.sort_by_key(|(score, _)| Reverse(*score));
    found.into_iter().map(|(_, fitting)| fitting).collect()
}

/// Each word may be found in the name or in the sentence.
fn fits(deed: &ActionInfo, typed: &str) -> Option<(i32, Fitting)> {
    let mut fitting = Fitting { action: deed.action, in_name: Vec::new(), in_sentence: Vec::new() };
    let mut score = 0;
    for word in typed.split_whitespace() {
        let in_name = fuzzy::find(word, deed.name).map(|hit| (hit.score + NAME, hit.places));
        let in_sentence = fuzzy::find(word, deed.sentence).map(|hit| (hit.score, hit.places));
        match (in_name, in_sentence) {
            (Some((by_name, places)), other) if other.as_ref().is_none_or(|(score, _)| by_name >= *score) => {
                score += by_name;
                fitting.in_name.extend(places);
            }
            (_, Some((by_sentence, places))) => {
                score += by_sentence;
                fitting.in_sentence.extend(places);
            }
            _ => return None,
        }
    }
    Some((score, fitting))
}

/// What is about the row under the cursor, or the letter of it.
const ABOUT_A_ROW: [Action; 21] = [
    Action::Page,
    Action::PageBack,
    Action::Next,
    Action::Previous,
    Action::NextFound,
    Action::PreviousFound,
    Action::NextGroup,
    Action::PreviousGroup,
    Action::Done,
    Action::DoneNext,
    Action::DonePrevious,
    Action::Trash,
    Action::Defer,
    Action::Later,
    Action::Skip,
    Action::Mute,
    Action::Spam,
    Action::Sweep,
    Action::Select,
    Action::SelectRange,
    Action::Wake,
];

/// Whether the action would do something now. One that would not is dim; its key says why.
#[must_use]
pub fn possible(state: &State, action: Action) -> bool {
    let listed = state.listed();
    let row = listed.is_some_and(|listed| listed.current().is_some());
    let letter = state.letter().and_then(Result::ok);
    let triage = state.work.as_ref().map(|work| &work.triage);
    match action {
        Action::Undo => triage.is_some_and(|triage| triage.last().is_some()),
        Action::Redo => {
            triage.is_some_and(|triage| triage.acts().iter().any(|(_, standing)| *standing == ActState::Undone))
        }
        Action::Link => letter.is_some_and(|letter| !letter.links.is_empty()),
        Action::Save => letter.is_some_and(|letter| !letter.attachments.is_empty()),
        Action::OtherBody => letter.is_some_and(|letter| letter.other().is_some()),
        Action::Copy | Action::Quotes => letter.is_some(),
        action if ABOUT_A_ROW.contains(&action) => row,
        Action::Down | Action::Up | Action::HalfDown | Action::HalfUp | Action::Top | Action::Bottom => {
            row || listed.is_none()
        }
        Action::Open => listed.is_none_or(|listed| row && listed.reading().focus == Focus::List),
        Action::Exceptions => state.door.as_ref().is_none_or(|door| door.let_through > 0) || since(state),
        _ => true,
    }
}

/// Whether something came through an exception since the batch was begun.
fn since(state: &State) -> bool {
    state.work.as_ref().is_some_and(|work| work.since.1 > 0)
}
