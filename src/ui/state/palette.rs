//! The palette: every action that this screen has, and the views of the settings, those first that fit best to what is typed: by a key, by the name, by a name
//! that it has in other programs, by the beginnings of the name's words, and last by a word of the sentence.

use std::cmp::Reverse;

use super::State;
use super::field::Field;
use crate::domain::letter::Letter;
use crate::domain::triage::ActState;
use crate::ui::abbreviation;
use crate::ui::action::{ACTIONS, Action};
use crate::ui::geometry::Focus;
use crate::ui::keymap::{Absent, KeyTarget, KeyedView};
use crate::ui::synonyms::synonyms;

#[derive(Debug, Default)]
pub struct CommandPalette {
    pub field: Field,
    pub at: usize,
    /// The first row that is shown.
    pub top: usize,
}

/// One row: an action or a view, and the characters of its name and its sentence that were typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitting {
    pub target: KeyTarget,
    pub in_name: Vec<usize>,
    pub in_sentence: Vec<usize>,
}

/// How well an action fits to what is typed; the better, the more.
mod worth {
    pub const KEY: u32 = 400;
    pub const NAME: u32 = 300;
    pub const SYNONYM: u32 = 200;
    pub const NAME_BEGINS: u32 = 6;
    pub const NAME_HAS: u32 = 4;
    pub const SYNONYM_BEGINS: u32 = 3;
    pub const SENTENCE: u32 = 1;
}

/// What can be done on the present screen and has everything that is typed, the best first; of equals, the table's order, and then
/// the views in the order of the settings.
#[must_use]
pub fn fitting(state: &State, typed: &str) -> Vec<Fitting> {
    let here = state.mode();
    let infos = ACTIONS.iter().filter(|info| info.modes.contains(&here) && info.action != Action::Palette);
    let views = KeyedView::modes().contains(&here).then(|| 0..state.keymap.views().len()).into_iter().flatten();
    let targets = infos.map(|info| KeyTarget::Action(info.action)).chain(views.map(KeyTarget::View));
    let mut found: Vec<(u32, Fitting)> = targets.filter_map(|target| fits(state, target, typed.trim())).collect();
    found.sort_by_key(|(score, _)| Reverse(*score));
    found.into_iter().map(|(_, fitting)| fitting).collect()
}

/// Each word may be found in the name, in another name for it, or in the sentence.
fn fits(state: &State, target: KeyTarget, typed: &str) -> Option<(u32, Fitting)> {
    let mut fitting = Fitting { target, in_name: Vec::new(), in_sentence: Vec::new() };
    let exact = exact(state, target, typed);
    let mut score = exact;
    let (name, sentence) = (state.keymap.name(target), state.keymap.sentence(target));
    // A sentence may have the word by chance: what is typed is the name of something that is not there yet.
    let absent = Absent::named(typed).is_some();
    for word in typed.split_whitespace() {
        let begins = |name: &&str| name.starts_with(&word.to_lowercase());
        if let Some(places) = abbreviation::in_name(word, name) {
            score += if places.first() == Some(&0) { worth::NAME_BEGINS } else { worth::NAME_HAS };
            fitting.in_name.extend(places);
        } else if other_names(target).iter().copied().flat_map(str::split_whitespace).any(|name| begins(&name)) {
            score += worth::SYNONYM_BEGINS;
        } else if let Some(places) = abbreviation::in_sentence(word, &sentence).filter(|_| !absent) {
            score += worth::SENTENCE;
            fitting.in_sentence.extend(places);
        } else if exact == 0 {
            return None;
        }
    }
    Some((score, fitting))
}

/// The names that it has elsewhere.
fn other_names(target: KeyTarget) -> &'static [&'static str] {
    match target {
        KeyTarget::Action(action) => synonyms(action),
        KeyTarget::View(_) => &[],
    }
}

/// What it counts that the whole of what is typed is a key that leads there or one of its names.
fn exact(state: &State, target: KeyTarget, typed: &str) -> u32 {
    let joined = |name: &str| name.to_lowercase().split(['_', ' ']).collect::<String>();
    // Keys differ by letter case: `q` is not `Q`.
    if state.keymap.keys_to(target).iter().any(|key| key == typed) {
        worth::KEY
    } else if joined(state.keymap.name(target)) == joined(typed) {
        worth::NAME
    } else if other_names(target).contains(&typed.to_lowercase().as_str()) {
        worth::SYNONYM
    } else {
        0
    }
}

/// What is about the row under the cursor, or the letter of it.
const ABOUT_A_ROW: [Action; 26] = [
    Action::Page,
    Action::PageBack,
    Action::Next,
    Action::Previous,
    Action::NextFound,
    Action::PreviousFound,
    Action::NextGroup,
    Action::PreviousGroup,
    Action::UnfoldRow,
    Action::FoldRow,
    Action::Done,
    Action::DoneNext,
    Action::DonePrevious,
    Action::Trash,
    Action::Defer,
    Action::Later,
    Action::Skip,
    Action::Mute,
    Action::Spam,
    Action::Unsubscribe,
    Action::Sweep,
    Action::Select,
    Action::SelectRange,
    Action::SelectNext,
    Action::SelectAlike,
    Action::Wake,
];

/// Whether it would do something now. One that would not is dim; its key says why.
#[must_use]
pub fn possible(state: &State, target: KeyTarget) -> bool {
    let KeyTarget::Action(action) = target else { return true };
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
        Action::Browser => letter.is_some_and(Letter::has_html),
        Action::Headers | Action::Source | Action::Pipe => row,
        Action::Save | Action::ViewAttachment | Action::OpenAttachment => {
            letter.is_some_and(|letter| !letter.attachments.is_empty())
        }
        Action::AnswerInvitation => letter.is_some_and(Letter::asks_for_answer),
        Action::WholeThread => state.read_conversation().is_some_and(|view| view.others() > 0),
        Action::OtherBody => letter.is_some_and(|letter| letter.other().is_some()),
        Action::Copy | Action::Quotes => letter.is_some(),
        Action::Reopen | Action::ReopenAll => row || listed.is_none(),
        action if ABOUT_A_ROW.contains(&action) => row,
        Action::Down | Action::Up | Action::HalfDown | Action::HalfUp | Action::Top | Action::Bottom => {
            row || listed.is_none()
        }
        Action::Open => {
            let folds = state.read_conversation().is_some_and(|view| view.place().1 > 1);
            listed.is_none_or(|listed| row && (folds || listed.reading().focus == Focus::List))
        }
        Action::Exceptions => state.door.as_ref().is_none_or(|door| door.let_through > 0) || since(state),
        _ => true,
    }
}

/// Whether something came through an exception since the batch was begun.
fn since(state: &State) -> bool {
    state.work.as_ref().is_some_and(|work| work.since.1 > 0)
}
