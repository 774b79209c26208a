//! What an event does to the state. What only one screen does is in `ui::screens`; here is what all of them share, and
//! what lies over a screen.
//!
//! `update` is pure. It changes the state and returns the requests that follow from it, each with its number.

pub(super) mod batch;
mod burst;
mod clock;
mod confirm;
mod conversation;
pub(super) mod decide;
pub(super) mod defer;
mod going_back;
mod handing_over;
mod help;
mod in_hand;
mod intent;
mod invitation;
mod marking;
mod mouse;
pub(super) mod moving;
mod news;
mod palette;
mod pick;
pub(super) mod prompt;
pub(super) mod reading;
mod recipients;
mod response;
mod rows;
pub(super) mod selecting;
mod settle;
pub(super) mod trial;
mod unbound;
pub(super) mod unsubscribe;
mod viewer;
pub(super) mod window_end;
pub(super) mod writing;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};

use super::action::{Action, Mode};
use super::event::Event;
use super::geometry::Focus;
use super::keymap::{Key, KeyMatch, KeyTarget};
use super::request::{Effect, ShellRequest};
use super::state::State;
use super::state::field::Field;
use super::state::overlay::{DateEntry, Overlay, Picker, Prompt};
use super::state::palette::CommandPalette;
use super::state::recipients::RecipientPrompt;

/// Takes one event in.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    take(state, event);
    settle::settle(state);
    // What waited for an answer that has come now.
    while !state.holds_keys() {
        let Some(event) = state.waiting.take_first() else { break };
        take(state, event);
        settle::settle(state);
    }
    std::mem::take(&mut state.out)
}

fn take(state: &mut State, event: Event) {
    match event {
        Event::Key(_) | Event::InBurst { .. } | Event::Mouse(_) | Event::Paste(_)
            if state.holds_keys() && !leaves(state, &event) =>
        {
            state.waiting.push(event);
        }
        Event::Key(key) => pressed(state, &key),
        Event::Burst(keys) => burst::burst(state, keys),
        Event::InBurst { key, last } => burst::one(state, &key, last),
        Event::Mouse(mouse) => mouse::mouse(state, mouse),
        Event::Paste(text) => paste(state, &text),
        Event::Resize(columns, rows) => state.size = (columns, rows),
        Event::Background(background) => state.settings.set_background(background),
        Event::Tick(now) => clock::tick(state, now),
        Event::Response(number, outcome) => response::response(state, number, outcome),
        Event::Watch(event) => news::watch(state, event),
        Event::News(news) => news::news(state, news),
    }
}

/// Whether a key goes out at once, or to the shell: that waits for nothing.
fn leaves(state: &State, event: &Event) -> bool {
    let Event::Key(key) = event else { return false };
    match state.keymap.find(state.mode(), &[Key::pressed(key)]) {
        KeyMatch::Action(Action::Leave | Action::Suspend) => true,
        KeyMatch::Action(Action::Quit) => quits(state),
        _ => false,
    }
}

/// Whether the list of the batch takes the keys: the key that goes back would end the program here.
fn quits(state: &State) -> bool {
    let list = state.listed().is_some_and(|listed| listed.reading().focus == Focus::List);
    state.mode() == Mode::Batch && state.overlay.is_none() && state.suspended_batch.is_none() && list
}

fn pressed(state: &mut State, event: &KeyEvent) {
    if event.kind == KeyEventKind::Release {
        return;
    }
    let key = Key::pressed(event);
    let bound = !typing(state)
        && state.keymap.find(state.mode(), &[state.pressed.as_slice(), &[key]].concat()) != KeyMatch::Nothing;
    match key.behind_esc() {
        // Esc and a key right after it reach us as one.
        Some(plain) if !bound => {
            press(state, Key::plain(KeyCode::Esc));
            press(state, plain);
        }
        _ => press(state, key),
    }
}

fn press(state: &mut State, key: Key) {
    let (mode, in_steps) = (state.mode(), going_back::in_steps(state));
    let went_back = state.went_back;
    let back = route(state, key);
    // Also a row of keys that goes on: from a letter to its list.
    let goes = in_steps && key.code() == KeyCode::Esc || back && (mode != state.mode() || went_back == Some(key));
    state.went_back = goes.then_some(key);
}

/// Gives a key to whatever takes it; `true` where it went back, by an action.
fn route(state: &mut State, key: Key) -> bool {
    if typing(state) {
        typed(state, key);
        return false;
    }
    if state.pressed.is_empty() && (state.screen.handlers().key)(state, key) {
        return false;
    }
    if !state.pressed.is_empty() && matches!(key.code(), KeyCode::Esc | KeyCode::Backspace) {
        state.pressed.clear();
        return false;
    }
    state.pressed.push(key);
    match state.keymap.find(state.mode(), &state.pressed) {
        KeyMatch::Begun => false,
        KeyMatch::Nothing => {
            let pressed = std::mem::take(&mut state.pressed);
            unbound::unbound(state, &pressed);
            false
        }
        KeyMatch::View(place) => {
            state.pressed.clear();
            go_to(state, KeyTarget::View(place));
            false
        }
        KeyMatch::Action(action) => {
            state.pressed.clear();
            let back = matches!(action, Action::Back | Action::Quit);
            if back && going_back::stops(state, action, key) {
                return false;
            }
            run(state, action);
            back
        }
    }
}

fn typed(state: &mut State, key: Key) {
    match key.controlled() {
        Some('c') => return state.ask(ShellRequest::Quit),
        Some('z') => return state.ask(ShellRequest::Suspend),
        _ => {}
    }
    match &state.overlay {
        Some(Overlay::Help { .. }) => help::key(state, key),
        Some(Overlay::Palette(_)) => palette::key(state, key),
        Some(Overlay::Defer(_)) => defer::key(state, key),
        Some(Overlay::Prompt(_)) => prompt::key(state, key),
        Some(Overlay::Recipients(_)) => recipients::key(state, key),
        Some(Overlay::Pick(_)) => pick::key(state, key),
        Some(Overlay::Confirm(_)) => confirm::key(state, key),
        Some(Overlay::View(_)) => viewer::key(state, key),
        Some(Overlay::Draft(_)) => writing::key(state, key),
        Some(Overlay::Why(_)) => state.overlay = None,
        None => drop((state.screen.handlers().key)(state, key)),
    }
}

/// Goes where a row of the palette or of a sequence leads.
fn go_to(state: &mut State, target: KeyTarget) {
    match target {
        KeyTarget::Action(action) => run(state, action),
        KeyTarget::View(place) => {
            state.notice = None;
            state.open_view(place);
        }
    }
}

/// Does what a key, a hint or a row of the palette stands for.
fn run(state: &mut State, action: Action) {
    state.notice = None;
    act(state, action);
}

/// Whether keys go into a line or an overlay, and not to the keymap.
fn typing(state: &State) -> bool {
    state.overlay.is_some() || state.types()
}

fn act(state: &mut State, action: Action) {
    match action {
        Action::Help => state.overlay = Some(Overlay::Help { field: Field::default(), top: 0 }),
        Action::Palette => palette::open(state),
        Action::Leave => state.ask(ShellRequest::Quit),
        Action::Suspend => state.ask(ShellRequest::Suspend),
        Action::ToList if quits(state) => state.say("This is the list."),
        Action::ToList => (state.screen.handlers().act)(state, Action::Back),
        Action::Welcome => state.open_welcome(),
        _ => (state.screen.handlers().act)(state, action),
    }
}

fn paste(state: &mut State, text: &str) {
    let field = match &mut state.overlay {
        Some(
            Overlay::Help { field, .. }
            | Overlay::Palette(CommandPalette { field, .. })
            | Overlay::Prompt(Prompt { field, .. })
            | Overlay::Recipients(RecipientPrompt { field, .. })
            | Overlay::Defer(Picker { date: Some(DateEntry { field, .. }), .. }),
        ) => Some(field),
        Some(_) => None,
        None => state.screen.field_mut(),
    };
    let Some(field) = field else { return };
    field.put(text);
    match &state.overlay {
        Some(Overlay::Prompt(_)) => prompt::edited(state),
        Some(Overlay::Defer(_)) => defer::edited(state),
        Some(Overlay::Palette(_)) => palette::edited(state),
        Some(Overlay::Recipients(_)) => recipients::edited(state),
        None => (state.screen.handlers().edited)(state),
        _ => {}
    }
}
