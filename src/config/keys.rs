//! `[keys]`: which keys do what, as the file writes it. The screen (`ui`) knows what they mean, and checks them.

use std::ops::Range;

use toml::Spanned;

use super::table::{FoundMistakes, TomlTable};

/// The preset where no other is named.
const PRESET: &str = "tide";

#[derive(Debug, Clone, PartialEq)]
pub struct KeyConfig {
    pub preset: Spanned<String>,
    /// In the order of the file.
    pub bindings: Vec<Binding>,
    /// The views, with the keys that open them.
    pub views: Vec<ViewBinding>,
}

/// A view of the settings, and its keys or sequences of keys, each with its place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewBinding {
    pub name: String,
    /// The query, as it is written.
    pub query: String,
    pub keys: Vec<(String, Range<usize>)>,
}

/// An action's name and its keys or sequences of keys, each with its place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    pub action: String,
    pub keys: Vec<(String, Range<usize>)>,
    /// Where the action is named.
    pub span: Range<usize>,
}

impl Default for KeyConfig {
    fn default() -> Self {
        Self { preset: Spanned::new(0..0, PRESET.to_owned()), bindings: Vec::new(), views: Vec::new() }
    }
}

impl KeyConfig {
    /// The bindings without their places.
    #[must_use]
    pub fn changes(&self) -> Vec<(String, Vec<String>)> {
        let keys = |binding: &Binding| binding.keys.iter().map(|(key, _)| key.clone()).collect();
        self.bindings.iter().map(|binding| (binding.action.clone(), keys(binding))).collect()
    }

    /// Whether every key is as tidebox has it by itself.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.preset.get_ref() == PRESET && self.bindings.is_empty() && self.views.is_empty()
    }

    /// Where an action, or one of its keys, is written. `preset` is the preset's place.
    #[must_use]
    pub fn place(&self, action: &str, key: Option<&str>) -> Range<usize> {
        let Some(binding) = self.bindings.iter().find(|binding| binding.action == action) else {
            return self.preset.span();
        };
        let place = key.and_then(|key| binding.keys.iter().find(|(text, _)| text == key));
        place.map_or_else(|| binding.span.clone(), |(_, span)| span.clone())
    }
}

/// What a value is to be that names keys.
pub(super) const EXPECTED: &str = "a key such as `\"a\"`, a sequence such as `\"g g\"`, or a list of them";

pub(super) fn read(root: &TomlTable<'_>, views: Vec<ViewBinding>, found: &mut FoundMistakes) -> KeyConfig {
    let mut keys = KeyConfig { views, ..KeyConfig::default() };
    let Some((table, span)) = root.table("keys", found) else { return keys };
    let names: Vec<&str> = table.keys().map(|key| key.get_ref().as_ref()).collect();
    let section = TomlTable::open("[keys]", table, span, &names, found);
    if let Some(preset) = section.text("preset", "the name of a preset in quotes", found) {
        keys.preset = Spanned::new(preset.span, preset.text.into_owned());
    }
    for name in table.keys().filter(|name| name.get_ref() != "preset") {
        let action = name.get_ref();
        let texts = section.texts(action, EXPECTED, found).unwrap_or_default();
        keys.bindings.push(Binding {
            action: action.to_string(),
            keys: texts.into_iter().map(|text| (text.text.into_owned(), text.span)).collect(),
            span: name.span(),
        });
    }
    keys.bindings.sort_by_key(|binding| binding.span.start);
    keys
}
