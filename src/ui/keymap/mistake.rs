//! What can be wrong with configured keys, in sentences that name the right thing.

use std::fmt;

use super::preset::PRESETS;
use super::{Key, show};
use crate::domain::nearest::nearest;
use crate::ui::action::ACTIONS;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyMistake {
    /// The action's name as it was written; `preset` where the preset is meant.
    pub action: String,
    /// The key or sequence as it was written, where it is about one.
    pub key: Option<String>,
    pub what: String,
    pub hint: String,
}

impl KeyMistake {
    pub(super) fn preset(name: &str) -> Self {
        let known = PRESETS.iter().map(|preset| preset.name);
        Self {
            action: "preset".to_owned(),
            key: Some(name.to_owned()),
            what: format!("there is no preset \"{name}\""),
            hint: meant(name, known),
        }
    }

    pub(super) fn action(name: &str) -> Self {
        let known = ACTIONS.iter().map(|info| info.name);
        Self {
            action: name.to_owned(),
            key: None,
            what: format!("there is no action \"{name}\""),
            hint: meant(name, known),
        }
    }

    pub(super) fn twice(name: &str) -> Self {
        Self {
            action: name.to_owned(),
            key: None,
            what: "this action is set twice".to_owned(),
            hint: "put all its keys into one list".to_owned(),
        }
    }

    pub(super) fn notation(name: &str, key: &str, what: &str, hint: String) -> Self {
        Self { action: name.to_owned(), key: Some(key.to_owned()), what: what.to_owned(), hint }
    }
}

/// Keys that stand twice in one list.
pub(super) fn repeated() -> (&'static str, String) {
    ("this key stands here twice", "leave one of them out".to_owned())
}

/// What is wrong with keys beside those that something else has in the same mode, and what to do; nothing where they do not meet.
pub(super) fn clash(keys: &[Key], whose: &str, theirs: &[Key]) -> Option<(String, String)> {
    if keys == theirs {
        return Some((format!("{whose} has this key already"), "give one of them another key".to_owned()));
    }
    let relation = if theirs.starts_with(keys) {
        "it hides"
    } else if keys.starts_with(theirs) {
        "it is hidden by"
    } else {
        return None;
    };
    let hint = "choose keys of which none begins the other".to_owned();
    Some((format!("{relation} \"{}\" of {whose}", show(theirs)), hint))
}

impl fmt::Display for KeyMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) if self.action != "preset" => {
                write!(f, "{} = \"{key}\": {}; {}", self.action, self.what, self.hint)
            }
            None if !self.what.contains(&self.action) => write!(f, "{}: {}; {}", self.action, self.what, self.hint),
            _ => write!(f, "{}; {}", self.what, self.hint),
        }
    }
}

/// The name that was meant, where one is near; else all of them.
fn meant<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(name, known.clone()) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!("there are {}", known.collect::<Vec<_>>().join(", ")),
    }
}
