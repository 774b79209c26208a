//! Which keys do what: the preset, changed by what the person configured, checked as a whole.
//!
//! A binding is a sequence of keys (`g g`), and an action may have several. What a key means depends on the mode, so
//! two actions may share a key where they never meet. Every mistake is reported, all of them together.

mod absent;
mod configured;
mod key;
mod mistake;
mod page;
mod preset;
mod views;

use super::action::{ACTIONS, Action, Mode};

pub use absent::{Absent, AbsentInfo};
pub use key::Key;
pub use mistake::KeyMistake;
pub use page::key_table_markdown;
pub use preset::{PRESETS, Preset};
pub use views::KeyedView;

/// The keys of one action, in one row.
type Sequence = Vec<Key>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    bindings: Vec<(Action, Vec<Sequence>)>,
    /// Keys of what is not there yet.
    absent: Vec<(Absent, Vec<Sequence>)>,
    /// In the order of the settings.
    views: Vec<KeyedView>,
}

/// What keys lead to, and a row of the palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyTarget {
    Action(Action),
    /// The view at this place among those of the settings.
    View(usize),
}

/// What the keys pressed so far come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyMatch {
    Action(Action),
    /// The view at this place among those of the settings.
    View(usize),
    /// The beginning of a sequence.
    Begun,
    Nothing,
}

impl Default for Keymap {
    fn default() -> Self {
        Self { bindings: of_table(), absent: absent::of_table(), views: Vec::new() }
    }
}

impl Keymap {
    /// The preset of a name, with the given actions' keys replaced: `("done", ["a", "g d"])`. An empty list takes an
    /// action its keys.
    ///
    /// # Errors
    /// Every mistake that was made, with the action, the key and what to do.
    pub fn build(preset: &str, changes: &[(String, Vec<String>)]) -> Result<Self, Vec<KeyMistake>> {
        let (whole, mistakes) = Self::assemble(preset, changes);
        if mistakes.is_empty() { Ok(whole) } else { Err(mistakes) }
    }

    /// The same, with what is wrong beside what could be made of the rest.
    fn assemble(preset: &str, changes: &[(String, Vec<String>)]) -> (Self, Vec<KeyMistake>) {
        let mut mistakes = Vec::new();
        let mut whole = preset::keymap(preset).unwrap_or_else(|| {
            mistakes.push(KeyMistake::preset(preset));
            Self::default()
        });
        let mut touched = Vec::new();
        for (name, keys) in changes {
            let Some(action) = Action::named(name) else {
                mistakes.push(KeyMistake::action(name));
                continue;
            };
            if touched.contains(&action) {
                mistakes.push(KeyMistake::twice(name));
                continue;
            }
            touched.push(action);
            let mut sequences: Vec<Sequence> = Vec::new();
            for text in keys {
                match sequence(text) {
                    Ok(sequence) if sequences.contains(&sequence) => {
                        let (what, hint) = mistake::repeated();
                        mistakes.push(KeyMistake::notation(name, text, what, hint));
                    }
                    Ok(sequence) => sequences.push(sequence),
                    Err((what, hint)) => mistakes.push(KeyMistake::notation(name, text, what, hint)),
                }
            }
            if let Some(binding) = whole.bindings.iter_mut().find(|(known, _)| *known == action) {
                binding.1 = sequences;
            }
        }
        whole.clashes(&touched, &mut mistakes);
        (whole, mistakes)
    }

    /// What these keys mean in a mode.
    #[must_use]
    pub fn find(&self, mode: Mode, pressed: &[Key]) -> KeyMatch {
        let mut found = KeyMatch::Nothing;
        for (target, sequences) in self.targets(mode) {
            for sequence in sequences {
                if sequence == pressed {
                    return match target {
                        KeyTarget::Action(action) => KeyMatch::Action(action),
                        KeyTarget::View(place) => KeyMatch::View(place),
                    };
                }
                if sequence.starts_with(pressed) {
                    found = KeyMatch::Begun;
                }
            }
        }
        found
    }

    /// Everything that keys lead to in a mode.
    fn targets(&self, mode: Mode) -> impl Iterator<Item = (KeyTarget, &[Sequence])> {
        let here = self.bindings.iter().filter(move |(action, _)| action.info().modes.contains(&mode));
        let actions = here.map(|(action, all)| (KeyTarget::Action(*action), all.as_slice()));
        let views = self.views.iter().enumerate().filter(move |_| KeyedView::modes().contains(&mode));
        actions.chain(views.map(|(place, view)| (KeyTarget::View(place), view.sequences.as_slice())))
    }

    /// How a sequence that begins with these keys can go on: the rest of it, and where it leads.
    #[must_use]
    pub fn continuations(&self, mode: Mode, pressed: &[Key]) -> Vec<(String, KeyTarget)> {
        let rest = |sequence: &Sequence| sequence.strip_prefix(pressed).filter(|rest| !rest.is_empty()).map(show);
        self.targets(mode)
            .flat_map(|(target, all)| all.iter().filter_map(rest).map(move |rest| (rest, target)))
            .collect()
    }

    /// The first keys of an action, as help writes them; `None` where it has none.
    #[must_use]
    pub fn shown(&self, action: Action) -> Option<String> {
        self.sequences(action).first().map(|sequence| show(sequence))
    }

    /// Every row of keys that leads there.
    #[must_use]
    pub fn keys_to(&self, target: KeyTarget) -> Vec<String> {
        match target {
            KeyTarget::Action(action) => self.all_shown(action),
            KeyTarget::View(place) => self.views.get(place).map(KeyedView::keys).unwrap_or_default(),
        }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self, target: KeyTarget) -> &str {
        match target {
            KeyTarget::Action(action) => action.info().name,
            KeyTarget::View(place) => self.views.get(place).map_or("", |view| &view.name),
        }
    }

    /// What it does; of a view, what it finds.
    #[must_use]
    pub fn sentence(&self, target: KeyTarget) -> String {
        match target {
            KeyTarget::Action(action) => action.info().sentence.to_owned(),
            KeyTarget::View(place) => {
                self.views.get(place).map(|view| format!("view: {}", view.query)).unwrap_or_default()
            }
        }
    }

    /// Every row of keys of an action.
    #[must_use]
    pub fn all_shown(&self, action: Action) -> Vec<String> {
        self.sequences(action).iter().map(|sequence| show(sequence)).collect()
    }

    fn sequences(&self, action: Action) -> &[Sequence] {
        self.bindings.iter().find(|(known, _)| *known == action).map_or(&[], |(_, sequences)| sequences)
    }

    /// Finds keys of changed actions that mean two things in one mode, or hide a longer row of keys. Among the keys that a preset
    /// brings there are none, which is tested: to compare them all at each start would cost more than the rest of the keymap.
    fn clashes(&self, changed: &[Action], mistakes: &mut Vec<KeyMistake>) {
        if changed.is_empty() {
            return;
        }
        for (place, (action, sequences)) in self.bindings.iter().enumerate() {
            for (other, theirs) in self.bindings.iter().skip(place) {
                let touched = changed.contains(action) || changed.contains(other);
                let meet = touched && action.info().modes.iter().any(|mode| other.info().modes.contains(mode));
                if !meet {
                    continue;
                }
                for (at, a) in sequences.iter().enumerate() {
                    for b in theirs.iter().skip(if action == other { at + 1 } else { 0 }) {
                        // The one that was changed is the one to blame.
                        let (blamed, key, against, their_key) = if changed.contains(action) || !changed.contains(other)
                        {
                            (action, a, other, b)
                        } else {
                            (other, b, action, a)
                        };
                        let clash = mistake::clash(key, against.info().name, their_key);
                        mistakes.extend(
                            clash.map(|(what, hint)| KeyMistake::notation(blamed.info().name, &show(key), &what, hint)),
                        );
                    }
                }
            }
        }
    }
}

fn sequence(text: &str) -> Result<Sequence, (&'static str, String)> {
    let keys: Sequence = text.split_whitespace().map(Key::parse).collect::<Result<_, _>>()?;
    if keys.is_empty() {
        return Err((
            "there is no key here",
            "write space for the space bar; an empty list takes an action its keys".to_owned(),
        ));
    }
    Ok(keys)
}

/// Keys in a row as help writes them.
#[must_use]
pub fn show(sequence: &[Key]) -> String {
    let single = sequence.iter().all(|key| key.character().is_some_and(|c| c != ' '));
    let keys: Vec<String> = sequence.iter().map(Key::to_string).collect();
    keys.join(if single { "" } else { " " })
}

/// The table's default keys as bindings.
fn of_table() -> Vec<(Action, Vec<Sequence>)> {
    ACTIONS
        .iter()
        .map(|info| (info.action, info.keys.iter().filter_map(|keys| sequence(keys).ok()).collect()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Key, KeyMatch, Keymap, PRESETS};
    use crate::ui::action::{ACTIONS, Action, Mode};

    fn keys(text: &str) -> Vec<Key> {
        text.split(' ').map(|key| Key::parse(key).unwrap()).collect()
    }

    fn change(name: &str, keys: &[&str]) -> (String, Vec<String>) {
        (name.to_owned(), keys.iter().map(|key| (*key).to_owned()).collect())
    }

    #[test]
    fn every_preset_is_free_of_mistakes_and_every_default_can_be_read() {
        let every: Vec<Action> = ACTIONS.iter().map(|info| info.action).collect();
        for preset in PRESETS {
            let mut mistakes = Vec::new();
            Keymap::build(preset.name, &[]).unwrap().clashes(&every, &mut mistakes);
            assert_eq!(mistakes, [], "{}", preset.name);
        }
        let map = Keymap::default();
        for info in ACTIONS {
            assert_eq!(map.all_shown(info.action).len(), info.keys.len(), "{}", info.name);
        }
    }

    #[test]
    fn a_sequence_waits_for_its_end() {
        let map = Keymap::default();
        assert_eq!(map.find(Mode::Batch, &keys("g")), KeyMatch::Begun);
        assert_eq!(map.find(Mode::Batch, &keys("g g")), KeyMatch::Action(Action::Top));
        assert_eq!(map.find(Mode::Batch, &keys("g x")), KeyMatch::Nothing);
        assert_eq!(map.find(Mode::Door, &keys("a")), KeyMatch::Nothing);
    }

    #[test]
    fn keys_can_be_replaced_and_taken_away() {
        let map = Keymap::build("tide", &[change("done", &["g e"]), change("spam", &[])]).unwrap();
        assert_eq!(map.find(Mode::Batch, &keys("g e")), KeyMatch::Action(Action::Done));
        assert_eq!(map.find(Mode::Batch, &keys("a")), KeyMatch::Nothing);
        assert_eq!(map.shown(Action::Spam), None);
        assert_eq!(map.shown(Action::Done).as_deref(), Some("ge"));
    }

    #[test]
    fn all_mistakes_come_together() {
        let mistakes =
            Keymap::build("tied", &[change("dnoe", &["a"]), change("trash", &["gg", "a"]), change("later", &["g"])])
                .unwrap_err();
        let shown: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(shown.join("\n"), @r#"
        there is no preset "tied"; did you mean "tide"?
        there is no action "dnoe"; did you mean "done"?
        trash = "gg": this is not a key; one key is one character, a name (space, enter, esc, tab, up …) or ctrl-x; keys in a row have spaces between them: "g g"
        later = "g": it hides "gg" of top; choose keys of which none begins the other
        trash = "a": done has this key already; give one of them another key
        later = "g": it hides "gp" of panes; choose keys of which none begins the other
        later = "g": it hides "g+" of letter_larger; choose keys of which none begins the other
        later = "g": it hides "g-" of letter_smaller; choose keys of which none begins the other
        later = "g": it hides "gv" of view_file; choose keys of which none begins the other
        later = "g": it hides "go" of open_file; choose keys of which none begins the other
        later = "g": it hides "gb" of open_html; choose keys of which none begins the other
        later = "g": it hides "gh" of headers; choose keys of which none begins the other
        later = "g": it hides "gs" of source; choose keys of which none begins the other
        later = "g": it hides "gm" of muted; choose keys of which none begins the other
        later = "g": it hides "gd" of drafts; choose keys of which none begins the other
        later = "g": it hides "gu" of outbox; choose keys of which none begins the other
        later = "g": it hides "gc" of month; choose keys of which none begins the other
        "#);
    }
}
