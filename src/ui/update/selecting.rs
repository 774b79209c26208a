//! Selecting rows of the batch: one by one, a range, the next ones by a digit, what is like one.

use super::batch;
use crate::domain::alike::{Alike, Likeness};
use crate::domain::positions::Positions;
use crate::ui::action::{Action, Mode};
use crate::ui::keymap::{Key, KeyMatch};
use crate::ui::request::LetterRequest;
use crate::ui::state::State;
use crate::ui::state::batch_view::Selection;
use crate::ui::state::message_list::CursorList;
use crate::ui::state::notice::Notice;
use crate::ui::when;

/// The fewest rows that a digit is needed for.
pub const FEWEST: usize = 2;

/// What is about the selection. Everything else drops what a digit has chosen.
const ABOUT_IT: [Action; 10] = [
    Action::Done,
    Action::DoneNext,
    Action::DonePrevious,
    Action::Trash,
    Action::Defer,
    Action::Later,
    Action::Skip,
    Action::Mute,
    Action::Spam,
    Action::Select,
];

/// Selects the row under the cursor, or drops it.
pub fn select(state: &mut State) {
    let Some(work) = &mut state.work else { return };
    let Some(here) = work.here() else { return };
    if std::mem::take(&mut work.chosen.for_next) {
        // What a digit has chosen stays; the cursor goes behind it.
        let last = work.chosen.positions.last().unwrap_or(here);
        let behind = work.shown().rank(last) + usize::from(work.shown().contains(last));
        work.go(behind);
        return batch::tell_chosen(state);
    }
    let beneath = work.beneath(here);
    if work.chosen.positions.both(&beneath) == beneath {
        work.chosen.positions.remove_all(&beneath);
    } else {
        work.chosen.positions.extend(&beneath);
    }
    // On to the next, so that the same key again selects that one too.
    let next = work.place() + 1;
    work.go(next);
    batch::tell_chosen(state);
}

/// Begins a range at the row under the cursor, or ends it there.
pub fn range(state: &mut State) {
    let Some(work) = &mut state.work else { return };
    let Some(at) = work.here() else { return };
    if work.chosen.from.is_some() {
        work.chosen.positions = work.chosen_now();
        work.chosen.from = None;
        batch::tell_chosen(state);
    } else {
        work.chosen.from = Some(at);
        let key = state.keymap.shown(Action::SelectRange).unwrap_or_default();
        state.say(format!("A range from here: move, then {key} again or a decision."));
    }
}

/// A digit chooses that many rows. `false` where the key is no such digit.
pub fn digit(state: &mut State, key: Key) -> bool {
    let bound = state.keymap.find(Mode::Batch, &[key]) == KeyMatch::Action(Action::SelectNext);
    let digit = key.character().and_then(|character| character.to_digit(10)).filter(|_| bound);
    if let Some(rows) = digit.and_then(|digit| usize::try_from(digit).ok()) {
        state.notice = None;
        next_rows(state, rows);
    }
    digit.is_some()
}

/// Chooses so many rows, from the one under the cursor on, for the next decision alone.
pub fn next_rows(state: &mut State, rows: usize) {
    let waits = state.waits_for_another_batch();
    let Some(work) = state.work.as_mut().filter(|_| !waits) else { return };
    if !work.chosen.for_next && !work.chosen_now().is_empty() {
        return batch::tell_chosen(state);
    }
    let rows = work.shown().slice(work.place(), rows);
    let positions = rows.iter().fold(Positions::default(), |mut all, row| {
        all.extend(&work.beneath(row));
        all
    });
    let messages = when::count(positions.len(), "message", "messages");
    let (rows, it) = match (rows.len(), positions.len()) {
        (_, 0) => return state.say("There is no message here to decide on."),
        (rows, count) if rows == count => (String::new(), if count == 1 { "it" } else { "them" }),
        (rows, _) => (format!("{}, ", when::count(rows, "row", "rows")), "them"),
    };
    work.chosen = Selection { positions, for_next: true, ..Selection::default() };
    let drops = state.keymap.shown(Action::Back).map(|key| format!("{key} drops {it}"));
    state.notice = Some(Notice::done(format!("{rows}{messages} from here: a decision now is about {it}"), drops));
}

/// Selects what is like the message under the cursor; after that, what is like it in a wider sense.
pub fn alike(state: &mut State) {
    let Some(work) = &state.work else { return };
    let Some(here) = work.here() else { return };
    let known = work.chosen.alike.as_ref().is_some_and(|(alike, _)| work.beneath(here).contains(alike.of));
    if known {
        return wider(state);
    }
    let batch = work.triage.batch().id();
    state.ask(LetterRequest::Alike { batch, of: here });
}

/// What is like a message is known; the first likeness that it shares with another one counts.
pub fn found_alike(state: &mut State, alike: Alike) {
    if let Some(work) = &mut state.work {
        work.chosen.alike = Some((alike, 0));
        wider(state);
    }
}

/// Takes the next likeness that adds something.
fn wider(state: &mut State) {
    let Some(work) = &mut state.work else { return };
    let Some(here) = work.here() else { return };
    let Some((alike, taken)) = work.chosen.alike.take() else { return };
    let mut chosen = work.chosen.positions.clone();
    chosen.extend(&work.beneath(here));
    let before = chosen.len();
    let added = alike.by.iter().enumerate().skip(taken).find_map(|(place, (likeness, like))| {
        let mut wider = chosen.clone();
        wider.extend(&like.both(work.messages()));
        (wider.len() > before).then_some((place, likeness, wider))
    });
    let Some((place, likeness, wider)) = added else {
        let told = if taken == 0 {
            "Nothing else here is like this."
        } else {
            "Nothing else here is like this in another way."
        };
        work.chosen.alike = Some((alike, taken));
        return state.say(told);
    };
    let told = format!("{} selected: {}", wider.len(), in_words(likeness));
    work.chosen.positions = wider;
    work.chosen.alike = Some((alike, place + 1));
    let key = |action| state.keymap.shown(action);
    let wider = key(Action::SelectAlike).map(|key| format!("{key} selects wider"));
    let drops = key(Action::Back).map(|key| format!("{key} drops them"));
    let then: Vec<String> = wider.into_iter().chain(drops).collect();
    state.notice = Some(Notice::done(told, Some(then.join(" · ")).filter(|then| !then.is_empty())));
}

fn in_words(likeness: &Likeness) -> String {
    match likeness {
        Likeness::Conversation => "this conversation".to_owned(),
        Likeness::List(name) => format!("everything here of the list {name}"),
        Likeness::Sender(address) => format!("everything here from {address}"),
        Likeness::Subject(subject) => format!("everything here called {subject}"),
    }
}

/// Before an action: what a digit has chosen was for the next decision alone. The key that goes back drops it itself.
pub fn keep_for(state: &mut State, action: Action) {
    if let Some(work) = state.work.as_mut().filter(|work| work.chosen.for_next)
        && !ABOUT_IT.contains(&action)
        && action != Action::Back
    {
        work.chosen = Selection::default();
    }
}
