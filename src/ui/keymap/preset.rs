//! The presets: the table's own keys, and what the others change of them.

use super::absent::{self, Absent};
use super::{Keymap, Sequence, of_table, sequence};
use crate::ui::action::Action;

/// The preset that the table of actions is written for.
pub const TIDE: &str = "tide";

/// What one preset changes: something, with all its keys.
type Changes<T> = &'static [(T, &'static [&'static str])];

#[derive(Debug)]
pub struct Preset {
    pub name: &'static str,
    actions: Changes<Action>,
    /// Keys of what is not there yet.
    absent: Changes<Absent>,
}

/// Every preset. The others change only what collides with the habits that they are named after.
pub const PRESETS: &[Preset] = &[
    Preset { name: TIDE, actions: &[], absent: &[] },
    Preset {
        name: "gmail",
        actions: &[
            (Action::Open, &["enter", "o"]),
            (Action::Link, &["O"]),
            (Action::ToList, &["u"]),
            (Action::Undo, &["z"]),
            (Action::Defer, &["h", "b"]),
            (Action::PageBack, &["pageup"]),
            (Action::Mute, &["m", "&"]),
            // Not `a`: it answers everybody.
            (Action::Done, &["e"]),
            (Action::DoneNext, &["["]),
            (Action::DonePrevious, &["]"]),
            (Action::ReplyAll, &["a", "R"]),
        ],
        absent: &[(Absent::Star, &["s"])],
    },
    Preset {
        name: "mutt",
        actions: &[
            (Action::Next, &["n", "J"]),
            (Action::Previous, &["p", "K"]),
            (Action::NextFound, &["]"]),
            (Action::PreviousFound, &["["]),
            (Action::Filter, &["l", "\\"]),
            (Action::Select, &["t", "x"]),
            (Action::SelectPattern, &["T", "%"]),
            (Action::Later, &["F"]),
            (Action::Review, &["$", "C"]),
            (Action::Save, &["s"]),
            (Action::ViewAttachment, &["v", "g v"]),
            (Action::Mark, &["g l"]),
            (Action::Headers, &["h", "g h"]),
            (Action::Defer, &["S"]),
            (Action::PageBack, &["-", "pageup"]),
            (Action::Compose, &["m", "c"]),
            // `m` writes, everywhere.
            (Action::AddMailbox, &["M"]),
        ],
        absent: &[],
    },
];

/// A preset's keys; `None` where there is none of that name.
pub fn keymap(name: &str) -> Option<Keymap> {
    let preset = PRESETS.iter().find(|preset| preset.name == name)?;
    let mut keymap = Keymap { bindings: of_table(), absent: absent::of_table(), views: Vec::new() };
    change(&mut keymap.bindings, preset.actions);
    change(&mut keymap.absent, preset.absent);
    Some(keymap)
}

fn change<T: PartialEq>(keys: &mut [(T, Vec<Sequence>)], changes: Changes<T>) {
    for (what, theirs) in changes {
        if let Some(line) = keys.iter_mut().find(|(known, _)| known == what) {
            line.1 = theirs.iter().filter_map(|keys| sequence(keys).ok()).collect();
        }
    }
}
