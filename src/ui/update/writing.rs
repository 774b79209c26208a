//! Writing: the way of a draft from a key to the editor, and back to what leaves.

use std::path::PathBuf;

use crossterm::event::KeyCode;

use super::{decide, handing_over, in_hand, intent, invitation, marking, recipients};
use crate::domain::answering::{AnswerScope, ComposeIntent, ForwardHow};
use crate::domain::ids::OutgoingId;
use crate::domain::outbox::OutgoingRelation;
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::ui::action::{Action, Mode};
use crate::ui::keymap::Key;
use crate::ui::request::{DraftOrigin, EditRequest, EditorInput, OutgoingRequest, StoreRequest};
use crate::ui::response::{DraftResponse, EditOutcome, EditResponse, OutgoingDeed};
use crate::ui::state::State;
use crate::ui::state::overlay::{Confirm, Confirmed, Overlay, Pick, PickChoice, Picked};
use crate::ui::state::panel::told_rows;
use crate::ui::state::writing::{DraftPanel, DraftQuestion, DraftStage, Writing};

/// Does what is about the messages that the person writes; `false` where the action is about something else.
pub fn act(state: &mut State, action: Action) -> bool {
    match action {
        Action::Drafts => state.open_drafts(),
        Action::Outbox => state.open_outbox(),
        Action::Reply => answer(state, AnswerScope::Author),
        Action::ReplyAll => answer(state, AnswerScope::Everybody),
        Action::ReplyList => answer(state, AnswerScope::List),
        Action::Forward => forward(state),
        Action::AnswerInvitation => invitation::ask(state),
        Action::Compose => {
            let nobody = || Vec::new();
            let (subject, text) = (String::new(), String::new());
            let intent = ComposeIntent::New { to: nobody(), cc: nobody(), bcc: nobody(), subject, text };
            recipients::open(state, intent, None);
        }
        Action::EditAnswer => match state.letter_key() {
            Some(key) => {
                // What is taken up again decides about the row that it answers.
                let decides = in_hand::row(state);
                let origin = DraftOrigin::New { about: Some((OutgoingRelation::Reply, key.id)) };
                state.writing = Some(Writing { decides, ..Writing::of(origin, "The answer".into()) });
                state.ask(StoreRequest::Outgoing(OutgoingRequest::EditAnswerTo(key.id)));
            }
            None => state.say("There is no message here."),
        },
        _ => return false,
    }
    true
}

/// Answers the message in hand. The whole row is decided with it.
fn answer(state: &mut State, scope: AnswerScope) {
    let Some((message, sender)) = in_hand::message(state) else { return state.say("There is no message here.") };
    let what = Printable::from(format!("The answer to {sender}"));
    let decides = in_hand::row(state);
    let passage = marking::take(state);
    let intent = ComposeIntent::Answer { message, scope };
    intent::intend(state, &intent, what, decides);
    state.ask(StoreRequest::Outgoing(OutgoingRequest::Begin { intent, to: String::new(), passage }));
}

/// Asks how the message in hand is forwarded.
fn forward(state: &mut State) {
    let Some((message, _)) = in_hand::message(state) else { return state.say("There is no message here.") };
    if let Some(passage) = marking::take(state) {
        let intent = ComposeIntent::Forward { message, how: ForwardHow::Inline };
        return recipients::open(state, intent, Some(passage));
    }
    let choice = |label: &str, words: &str, how: ForwardHow| PickChoice {
        label: label.to_owned(),
        words: Printable::default(),
        shown: words.into(),
        caution: None,
        what: Picked::Write(ComposeIntent::Forward { message, how }),
    };
    let choices = vec![
        choice("i", "inline: its text within the new one, its files beside it", ForwardHow::Inline),
        choice("a", "attached: whole, as it came", ForwardHow::Attached),
    ];
    state.overlay = Some(Overlay::Pick(Pick { title: "forward it".into(), choices, typed: String::new(), top: 0 }));
}

/// What is being written has come from the store.
pub fn respond(state: &mut State, response: DraftResponse) {
    match response {
        DraftResponse::File { origin, text, name } => {
            let writing = state.writing.get_or_insert_with(|| Writing::of(origin, "The message".into()));
            (writing.origin, writing.name) = (origin, name);
            hand_over(state, EditorInput::Text(text));
        }
        DraftResponse::HandOver(request) => handing_over::begin(state, *request),
        DraftResponse::NoAnswer => {
            state.writing = None;
            let key = state.keymap.shown(Action::Drafts).unwrap_or_default();
            state.say(format!("There is no draft of an answer to this message; {key} shows all drafts."));
        }
        DraftResponse::Mistaken(mistakes) => show(state, DraftStage::Mistaken(mistakes)),
        DraftResponse::Checked(summary) => show(state, DraftStage::Leaves { summary, passed: 0 }),
        DraftResponse::Staged => {
            let words = staged_words(state);
            state.writing = None;
            state.overlay = None;
            let key = state.keymap.shown(Action::Outbox).unwrap_or_default();
            state.say(format!("{words}; {key} shows the outbox."));
            list_again(state);
        }
        DraftResponse::Invitation(offer) => invitation::offered(state, *offer),
        DraftResponse::InvitationAnswered => invitation::answered(state),
        DraftResponse::Suggested(people) => recipients::suggested(state, people),
        DraftResponse::Dropped => {}
    }
}

/// Something was done to one of the messages.
pub fn done(state: &mut State, done: Option<OutgoingDeed>) {
    let drafts = state.keymap.shown(Action::Drafts).unwrap_or_default();
    match done {
        None => {}
        Some(OutgoingDeed::Recalled) => state.say(format!("Taken back: it is among the drafts, which {drafts} shows.")),
        Some(OutgoingDeed::SentAgain) => state.say("It is sent again, to whoever has not got it."),
        Some(OutgoingDeed::CalledSent) => state.say("It counts as sent."),
        Some(OutgoingDeed::Discarded) => state.say("Thrown away."),
        Some(OutgoingDeed::Reminds) => state.say("What it answers comes back then, if nobody has replied."),
        Some(OutgoingDeed::ForgetsReminder) => state.say("It reminds you no more."),
    }
}

fn show(state: &mut State, stage: DraftStage) {
    if state.writing.is_some() {
        state.overlay = Some(Overlay::Draft(DraftPanel::of(stage)));
    }
}

/// The editor gets the file.
fn hand_over(state: &mut State, input: EditorInput) {
    let Some(writing) = &state.writing else { return };
    let request = EditRequest { draft: writing.origin, source: input, name: writing.name.clone() };
    state.overlay = None;
    // What is typed from now on is meant for the editor.
    state.waiting.forget();
    state.ask(request);
}

/// The editor has ended.
pub fn edited(state: &mut State, response: EditResponse) {
    let Some(writing) = &mut state.writing else { return };
    if let Some(id) = response.draft {
        writing.origin = DraftOrigin::Kept(id);
    }
    match response.outcome {
        EditOutcome::Written { text, left } => {
            writing.text.clone_from(&text);
            writing.left = left;
            let (origin, scope) = (writing.origin, writing.scope);
            state.ask(StoreRequest::Outgoing(OutgoingRequest::Check { origin, scope, text }));
        }
        EditOutcome::Unchanged { at_once } => {
            state.writing = None;
            if at_once {
                let what = "The editor returned at once, and nothing was changed";
                let hint = "a graphical editor needs its option that waits, as in `code --wait`";
                state.warn(&Problem { what: what.into(), hint: Some(hint.into()) });
            } else {
                state.say("Nothing was changed: there is no draft.");
            }
        }
        EditOutcome::Failed { how: why } | EditOutcome::Gone { why } => {
            let kept = as_saved(state);
            state.writing = None;
            state.warn(&Problem { what: why, hint: Some(kept.into()) });
        }
        EditOutcome::NotKept { problem, left } => {
            state.writing = None;
            let hint = format!("what you wrote is left in {}", left.display());
            state.warn(&Problem { what: problem.what, hint: Some(hint.into()) });
        }
    }
    list_again(state);
}

/// What there is of it, where it does not go on.
fn as_saved(state: &State) -> String {
    let keys = |action: Action| state.keymap.shown(action).unwrap_or_default();
    match state.writing.as_ref().and_then(Writing::draft) {
        Some(_) => {
            let (drafts, again) = (keys(Action::Drafts), keys(Action::EditAnswer));
            format!("The draft is as it was saved; {drafts} shows it, {again} goes on with it.")
        }
        None => "Nothing was saved, so there is no draft.".to_owned(),
    }
}

fn list_again(state: &mut State) {
    if matches!(state.mode(), Mode::Drafts | Mode::Outbox) {
        state.ask(StoreRequest::Outgoing(OutgoingRequest::List));
    }
}

/// A key, while it is shown what leaves or what is wrong.
pub fn key(state: &mut State, key: Key) {
    let Some(Overlay::Draft(panel)) = &mut state.overlay else { return };
    let question = panel.question();
    match (key.code(), key.character(), question) {
        (KeyCode::Down, ..) | (_, Some('j'), _) => panel.top += 1,
        (KeyCode::Up, ..) | (_, Some('k'), _) => panel.top = panel.top.saturating_sub(1),
        (KeyCode::PageDown, ..) | (_, Some(' '), _) => panel.top += PAGE,
        (KeyCode::PageUp, ..) => panel.top = panel.top.saturating_sub(PAGE),
        (_, Some('e'), _) => edit_again(state),
        (KeyCode::Esc, ..) | (_, Some('d' | 'q'), _) => keep(state),
        (_, Some('x'), _) => throw_away(state),
        (_, Some('y'), DraftQuestion::Warned) => {
            if let DraftStage::Leaves { passed, .. } = &mut panel.stage {
                *passed += 1;
            }
        }
        (_, Some('y'), DraftQuestion::Ready | DraftQuestion::AtOnce) | (KeyCode::Enter, _, DraftQuestion::Ready) => {
            stage(state);
        }
        _ => {}
    }
    settle(state);
}

/// So many lines a page has.
const PAGE: usize = 8;

/// Keeps the scrolling within the lines.
pub fn settle(state: &mut State) {
    let Some(Overlay::Draft(panel)) = &state.overlay else { return };
    let (lines, shown) = told_rows(state, panel);
    if let Some(Overlay::Draft(panel)) = &mut state.overlay {
        panel.top = panel.top.min(lines.saturating_sub(shown));
    }
}

/// The file as it is, whatever is wrong in it.
fn edit_again(state: &mut State) {
    let Some(writing) = &mut state.writing else { return };
    let input = match writing.left.take() {
        Some(path) => EditorInput::File(path),
        None => EditorInput::Text(String::from_utf8_lossy(&writing.text).into_owned()),
    };
    hand_over(state, input);
}

/// The person does not want it any more.
pub fn thrown_away(state: &mut State, draft: Option<OutgoingId>, left: Option<PathBuf>) {
    state.writing = None;
    if let Some(path) = left {
        state.ask(StoreRequest::Outgoing(OutgoingRequest::DropFile(path)));
    }
    match draft {
        Some(id) => state.ask(StoreRequest::Outgoing(OutgoingRequest::Discard(id))),
        None => state.say("Thrown away."),
    }
}

/// It stays a draft.
pub fn keep(state: &mut State) {
    state.overlay = None;
    let Some(writing) = state.writing.take() else { return };
    let key = state.keymap.shown(Action::Drafts).unwrap_or_default();
    match writing.left {
        Some(path) => {
            let what = "What the editor saved is no text that can be kept";
            let hint = format!("it is left in {}", path.display());
            state.warn(&Problem { what: what.into(), hint: Some(hint.into()) });
        }
        None => state.say(format!("Kept as a draft; {key} shows it.")),
    }
}

fn throw_away(state: &mut State) {
    let Some(writing) = &state.writing else { return };
    let question = Printable::from(format!("Throw away what you wrote? {} is gone then.", writing.what));
    let yes = Confirmed::Discard { draft: writing.draft(), left: writing.left.clone() };
    state.overlay = Some(Overlay::Confirm(Confirm { question, yes }));
}

/// It is staged, and the row that it answers is decided by the same act.
fn stage(state: &mut State) {
    let Some(Overlay::Draft(DraftPanel { stage: DraftStage::Leaves { summary, .. }, .. })) = &state.overlay else {
        return;
    };
    let draft = summary.draft;
    let words = staged_words(state);
    let decides = state.writing.as_ref().and_then(|writing| writing.decides.clone());
    let request = |decides| OutgoingRequest::Stage { draft, decides: Some(decides) };
    if let Some((batch, on)) = decides
        && decide::stage(state, batch, &on, words, request)
    {
        state.overlay = None;
        state.writing = None;
        return;
    }
    state.ask(StoreRequest::Outgoing(OutgoingRequest::Stage { draft, decides: None }));
}

/// `The answer to Ann is staged: leaves at the close, 10:45`. When it leaves is what counts: a long name gives way to it, and then what
/// it is, where that finds no room beside the way back.
fn staged_words(state: &State) -> String {
    /// So many columns the hint takes that follows: ` · u takes it back`, and the margins.
    const TAKES_BACK: usize = 21;
    /// So many columns of what it is are shown at least.
    const NAMED: usize = 20;
    let what = state.writing.as_ref().map(|writing| writing.what.clone()).unwrap_or_default();
    let many = state.writing.as_ref().map_or(0, Writing::decided);
    let row = if many > 1 { format!(" for {many} messages") } else { String::new() };
    match &state.overlay {
        Some(Overlay::Draft(DraftPanel { stage: DraftStage::Leaves { summary, .. }, .. })) if summary.at_once => {
            format!("{what} leaves now")
        }
        Some(Overlay::Draft(DraftPanel { stage: DraftStage::Leaves { summary, .. }, .. })) => {
            let leaves = &summary.leaves;
            let whole = usize::from(state.size.0).saturating_sub(TAKES_BACK);
            let width = |text: &str| Printable::from(text).width();
            let rest = format!(" is staged{row}: leaves {leaves}");
            let named = format!("{}{rest}", what.cut(whole.saturating_sub(width(&rest)).max(NAMED)));
            let short =
                if many > 1 { format!("Staged for {many}: leaves {leaves}") } else { format!("Leaves {leaves}") };
            let words = [named, format!("Staged{row}: leaves {leaves}"), short];
            let fits = words.iter().find(|words| width(words) <= whole);
            fits.or(words.last()).cloned().unwrap_or_default()
        }
        _ => format!("{what} is staged{row}"),
    }
}
