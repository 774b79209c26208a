//! The presets: the table's own keys, and what the others change of them.

use super::{Sequence, of_table, sequence};
use crate::ui::action::Action;

/// The preset that the table of actions is written for.
pub const TIDE: &str = "tide";

/// What one preset changes: actions, each with all its keys.
type Changes = &'static [(Action, &'static [&'static str])];

/// Every preset by its name. The others change only what collides with the habits that they are named after.
pub const PRESETS: &[(&str, Changes)] = &[
    (TIDE, &[]),
    (
        "gmail",
        &[
            (Action::Defer, &["h", "b", "m"]),
            (Action::PageBack, &["pageup"]),
            (Action::Undo, &["z", "u"]),
            // Not `a`: it answers everybody there, and must not put anything away here.
            (Action::Done, &["e"]),
            (Action::DoneNext, &["["]),
            (Action::DonePrevious, &["]"]),
        ],
    ),
    (
        "mutt",
        &[
            (Action::Next, &["n", "J"]),
            (Action::Previous, &["p", "K"]),
            (Action::Filter, &["l", "\\"]),
            (Action::Later, &["L"]),
            (Action::NextFound, &["]"]),
            (Action::PreviousFound, &["["]),
            (Action::Review, &["$", "C"]),
            (Action::Save, &["s"]),
            (Action::Defer, &["S"]),
            (Action::PageBack, &["-", "pageup"]),
        ],
    ),
];

/// A preset's bindings; `None` where there is none of that name.
pub fn bindings(name: &str) -> Option<Vec<(Action, Vec<Sequence>)>> {
    let (_, changes) = PRESETS.iter().find(|(known, _)| *known == name)?;
    let mut bindings = of_table();
    for (action, keys) in *changes {
        if let Some(binding) = bindings.iter_mut().find(|(known, _)| known == action) {
            binding.1 = keys.iter().filter_map(|keys| sequence(keys).ok()).collect();
        }
    }
    Some(bindings)
}
