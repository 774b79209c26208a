//! The help page line by line: `update` counts the lines to scroll, `view` draws them.

use ratatui::layout::Rect;

use super::State;
use crate::domain::printable::Printable;
use crate::ui::action::{ACTIONS, Action, ActionInfo, HelpSection};
use crate::ui::geometry;
use crate::ui::keymap::{KeyTarget, KeyedView};
use crate::ui::synonyms::synonyms;

/// What the marks at the right of a row mean. Where a list is narrow, the short forms stand there.
const MARKS: [(&str, &str); 7] = [
    ("+2 files", "it has two attachments; +2 in a narrow list"),
    ("invitation", "it brings an invitation, or something else for a calendar; ◷ in a narrow list"),
    ("to answer", "it was put off to be answered, and was not answered yet: since when"),
    ("carried over", "it was left undecided at earlier check-ins, so many times; ↻3 in a narrow list: three times"),
    ("reopened", "you brought it back after it was finished with"),
    ("↩", "it was finished with, and somebody or something put it back into the mailbox"),
    ("decide:", "it was carried over so often that the batch asks for a decision"),
];
/// What the mouse does.
const MOUSE: [(&str, &str); 3] = [
    ("click", "choose a row, and open the one that is chosen; on a hint or a choice, do what its key does"),
    ("wheel", "scroll what lies under it"),
    ("shift-drag", "select text, by the terminal itself; with mouse = false all of the mouse is left to it"),
];

/// A line of the page: a part's title, or keys with the beginning or the rest of their sentence.
#[derive(Debug)]
pub enum HelpLine {
    Blank,
    Title(&'static str),
    Keys(String, Printable, Works),
}

/// Whether a key does something on the screen that help was asked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Works {
    Here,
    Elsewhere,
}

/// Where the page stands.
#[must_use]
pub fn body(size: (u16, u16)) -> Rect {
    let body = geometry::frame(size).body;
    Rect { width: body.width.min(100), ..body }
}

/// The columns that the keys get.
#[must_use]
pub fn keys_width(size: (u16, u16)) -> usize {
    usize::from(body(size).width / 4).clamp(10, 20)
}

/// The whole page, with only what fits to the wanted words.
#[must_use]
pub fn lines(state: &State, wanted: &str) -> Vec<HelpLine> {
    let width = usize::from(body(state.size).width).saturating_sub(keys_width(state.size) + 4).max(10);
    let wanted = wanted.trim().to_lowercase();
    let here = state.mode();
    let mut lines = Vec::new();
    for part in HelpSection::ALL {
        let infos: Vec<&ActionInfo> =
            ACTIONS.iter().filter(|info| info.part == part && fits(state, info, &wanted)).collect();
        if infos.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(HelpLine::Blank);
        }
        lines.push(HelpLine::Title(part.title()));
        for info in infos {
            let works =
                if info.modes.contains(&here) || info.action == Action::Help { Works::Here } else { Works::Elsewhere };
            lines.extend(key_lines(&keys(state, KeyTarget::Action(info.action)), info.sentence, works, width));
        }
    }
    lines.extend(views(state, &wanted, width, !lines.is_empty()));
    for (title, explained) in [("marks in a row", MARKS.as_slice()), ("the mouse", MOUSE.as_slice())] {
        let fits =
            |(what, sentence): &&(&str, &str)| format!("{title} {what} {sentence}").to_lowercase().contains(&wanted);
        let found: Vec<_> = explained.iter().filter(fits).collect();
        if found.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(HelpLine::Blank);
        }
        lines.push(HelpLine::Title(title));
        lines.extend(found.into_iter().flat_map(|(what, sentence)| key_lines(what, sentence, Works::Here, width)));
    }
    lines
}

/// The views of the settings, each with its keys, or how the palette reaches it.
fn views(state: &State, wanted: &str, width: usize, apart: bool) -> Vec<HelpLine> {
    let works = if KeyedView::modes().contains(&state.mode()) { Works::Here } else { Works::Elsewhere };
    let told = state.keymap.views().iter().enumerate().filter_map(|(place, view)| {
        let sentence = format!("the view {}: {}", view.name, view.query);
        let keys = keys(state, KeyTarget::View(place));
        let text = format!("views {keys} {sentence}").to_lowercase();
        let fits = wanted.split_whitespace().all(|word| text.contains(word));
        fits.then(|| key_lines(&keys, &sentence, works, width))
    });
    let told: Vec<HelpLine> = told.flatten().collect();
    if told.is_empty() {
        return told;
    }
    let blank = apart.then_some(HelpLine::Blank);
    blank.into_iter().chain([HelpLine::Title("views")]).chain(told).collect()
}

/// A sentence behind its keys, in as many lines as it needs.
fn key_lines(keys: &str, sentence: &str, works: Works, width: usize) -> Vec<HelpLine> {
    let lines = Printable::from(sentence).wrap(width).into_iter().enumerate();
    lines
        .map(|(place, line)| HelpLine::Keys(if place == 0 { keys.to_owned() } else { String::new() }, line, works))
        .collect()
}

/// The keys that lead there; what has none is reached by the palette.
fn keys(state: &State, target: KeyTarget) -> String {
    match (state.keymap.keys_to(target), state.keymap.shown(Action::Palette)) {
        (keys, Some(palette)) if keys.is_empty() => format!("{palette}{}", state.keymap.name(target)),
        (keys, _) => keys.join(" "),
    }
}

/// Whether every word is in the sentence, in the name or another name for it, or is one of the keys.
fn fits(state: &State, info: &ActionInfo, wanted: &str) -> bool {
    let (sentence, keys) = (info.sentence.to_lowercase(), state.keymap.all_shown(info.action));
    let has = |word: &str| {
        let synonym = || synonyms(info.action).iter().any(|name| name.contains(word));
        sentence.contains(word)
            || info.name.contains(word)
            || synonym()
            || keys.iter().any(|key| key.to_lowercase() == word)
    };
    wanted.split_whitespace().all(has)
}
