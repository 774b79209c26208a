//! What can be wrong with configured keys, in sentences that name the right thing.

use std::fmt;

use super::preset::PRESETS;
use crate::domain::nearest::nearest;
use crate::ui::action::{ACTIONS, ActionInfo};

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

    pub(super) fn repeated(name: &str, key: &str) -> Self {
        Self::notation(name, key, "this key stands here twice", "leave one of them out".to_owned())
    }

    pub(super) fn taken(info: &ActionInfo, key: &str, other: &ActionInfo) -> Self {
        Self::notation(
            info.name,
            key,
            &format!("{} has this key already", other.name),
            "give one of them another key".to_owned(),
        )
    }

    pub(super) fn hidden(info: &ActionInfo, key: &str, other: &ActionInfo, their_key: &str) -> Self {
        let (key_length, their_length) = (key.chars().count(), their_key.chars().count());
        let relation = if key_length < their_length { "it hides" } else { "it is hidden by" };
        Self::notation(
            info.name,
            key,
            &format!("{relation} \"{their_key}\" of {}", other.name),
            "choose keys of which none begins the other".to_owned(),
        )
    }
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
