//! The two lines at the bottom: what just happened, and what is possible now.
//!
//! ```text
//!  Done: Notes on the engine · u takes it back
//!  a done  d trash  s defer  l later  u undo                                       ? help  q leave
//! ```

use ratatui::buffer::Buffer;

use super::pen::Pen;
use crate::domain::printable::Printable;
use crate::ui::action::{Action, Mode};
use crate::ui::space;
use crate::ui::state::notice::Tone;
use crate::ui::state::peek::Peeking;
use crate::ui::state::reading::Focus;
use crate::ui::state::review::Opened;
use crate::ui::state::search::Stage;
use crate::ui::state::shelf::Listed;
use crate::ui::state::{Screen, State};

pub fn draw(state: &State, buffer: &mut Buffer, size: (u16, u16)) {
    let frame = space::frame(size);
    if state.notice.is_none() || frame.notice != frame.hints {
        hints(state, buffer, frame.hints);
    }
    notice(state, buffer, frame.notice);
}

fn notice(state: &State, buffer: &mut Buffer, area: ratatui::layout::Rect) {
    let theme = &state.settings.theme;
    let Some(notice) = &state.notice else { return };
    let Some(mut pen) = Pen::at(buffer, area, 0) else { return };
    // Nothing is said to be done before it is durable; only a slow disk lets a person see this.
    let (before, notice_style) = if state.unsettled() { ("keeping … ", theme.dim) } else { ("", theme.text) };
    let way_back = notice.way_back.as_ref().map_or_else(String::new, |way| format!(" · {way}"));
    let style = match notice.tone {
        Tone::Calm => notice_style,
        Tone::Warm => theme.warm,
    };
    let room = pen.room().saturating_sub(2 + Printable::from(way_back.as_str()).width() + before.chars().count());
    pen.skip(1).say(before, style).text(&notice.text.cut(room), style).say(&way_back, theme.dim);
}

/// What the keys do here, the most useful first; as many as there is room for.
fn hints(state: &State, buffer: &mut Buffer, area: ratatui::layout::Rect) {
    let theme = &state.settings.theme;
    let in_letter = state.listed().is_some_and(|listed| listed.reading().focus == Focus::Letter);
    let leaves =
        matches!(state.mode(), Mode::Door | Mode::Welcome | Mode::Queue) && !in_letter && state.aside.is_none();
    let ends = [(Action::Help, "help"), (Action::Quit, if leaves { "leave" } else { "back" })];
    let ends: Vec<(String, &str)> =
        ends.into_iter().filter_map(|(action, hint)| Some((state.keymap.shown(action)?, hint))).collect();
    let ends_width: usize = ends.iter().map(|(key, hint)| Printable::from(key).width() + hint.len() + 3).sum();
    let Some(mut pen) = Pen::at(buffer, area, 0) else { return };
    pen.skip(1);
    if typing(state) {
        for (key, hint) in [("enter", "to the list"), ("ctrl-u", "clear"), ("esc", "back")] {
            if matches!(state.screen, Screen::Search(_)) {
                pen.say(key, theme.accent).skip(1).say(hint, theme.dim).skip(2);
            }
        }
        return;
    }
    for (action, hint) in possible(state) {
        let Some(key) = state.keymap.shown(action) else { continue };
        let width = Printable::from(&key).width() + 1 + hint.len();
        if pen.room() < width + 2 + ends_width {
            break;
        }
        pen.say(&key, theme.accent).skip(1).say(hint, theme.dim).skip(2);
    }
    pen.skip(pen.room().saturating_sub(ends_width));
    for (key, hint) in ends {
        pen.say(&key, theme.accent).skip(1).say(hint, theme.dim).skip(2);
    }
}

fn typing(state: &State) -> bool {
    matches!(&state.screen, Screen::Search(search) if search.stage == Stage::Typing)
        || matches!(&state.screen, Screen::Peek(Peeking::Reason { .. }))
}

fn possible(state: &State) -> Vec<(Action, &'static str)> {
    let plain = |action: Action| (action, action.deed().hint);
    let in_letter = state.listed().is_some_and(|listed| listed.reading().focus == Focus::Letter);
    match &state.screen {
        Screen::Welcome(welcome) => {
            let write = welcome.config.is_none().then_some((Action::WriteConfig, "write settings"));
            [(Action::Open, "to the door"), (Action::TryDemo, "try the demo")].into_iter().chain(write).collect()
        }
        Screen::Door => at_the_door(state),
        Screen::Queue => {
            let empty = state.work.as_ref().is_none_or(Listed::is_empty);
            let undo = state.work.as_ref().is_some_and(|work| work.triage.last().is_some()).then_some(Action::Undo);
            let verbs = [Action::Done, Action::Trash, Action::Defer, Action::Later].into_iter().filter(|_| !empty);
            let (links, files) = match state.letter() {
                Some(Ok(letter)) => (!letter.links.is_empty(), !letter.attachments.is_empty()),
                _ => (false, false),
            };
            let letter = [(Action::Page, true), (Action::Link, links), (Action::Save, files)]
                .into_iter()
                .filter_map(|(action, possible)| (in_letter && possible).then_some(action));
            let list = [Action::Open, Action::Select].into_iter().filter(|_| !in_letter && !empty);
            let rest = [Action::Review, Action::Skip, Action::Mute, Action::Spam, Action::Sweep]
                .into_iter()
                .filter(|action| !empty || *action == Action::Review);
            verbs.chain(undo).chain(letter).chain(list).chain(rest).map(plain).collect()
        }
        Screen::Review(review) => {
            let close = match review.opened {
                Opened::Asked => (Action::Open, "close the batch"),
                Opened::ByItself => (Action::Review, "close the batch"),
            };
            vec![close, (Action::Back, "go on"), plain(Action::Unfold), (Action::Undo, "take back")]
        }
        Screen::Receipt(_) => vec![(Action::Open, "close")],
        Screen::Deferred(deferrals) if deferrals.shelf.is_empty() => Vec::new(),
        Screen::Deferred(_) => {
            vec![(Action::Wake, "wake now"), (Action::Defer, "another check-in"), plain(Action::Open)]
        }
        Screen::Search(search) if search.shelf.is_empty() => vec![(Action::Search, "search again")],
        Screen::Search(_) => vec![
            plain(Action::Open),
            plain(Action::NextFound),
            plain(Action::PreviousFound),
            (Action::Search, "search again"),
        ],
        Screen::Peek(Peeking::Gate { .. }) => vec![(Action::Open, "choose"), (Action::Down, "the other")],
        Screen::Peek(Peeking::Open { .. }) => vec![plain(Action::Open), plain(Action::Page), (Action::Back, "lock")],
        Screen::Peek(_) => Vec::new(),
    }
}

fn at_the_door(state: &State) -> Vec<(Action, &'static str)> {
    let Some(door) = &state.door else { return Vec::new() };
    let mut hints = Vec::new();
    match &door.open {
        Some(open) if open.begun => hints.push((Action::Open, "go on")),
        Some(_) => hints.push((Action::Open, "begin")),
        None => {}
    }
    if door.let_through > 0 {
        hints.push((Action::Exceptions, "came through"));
    }
    hints.push((Action::Search, "search"));
    if door.deferred > 0 {
        hints.push((Action::Deferred, "deferred"));
    }
    if door.open.is_none() {
        hints.push((Action::Peek, "peek"));
    }
    hints
}
