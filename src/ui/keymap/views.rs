//! Views of the settings: each is in the palette and in help, and may have keys that open it in the search.

use super::{Keymap, Sequence, mistake, sequence, show};
use crate::config::{ConfigMistake, ViewBinding};
use crate::ui::action::{Action, Mode};

/// A view, as keys and the palette reach it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedView {
    pub name: String,
    /// What it finds, as the settings say it.
    pub query: String,
    pub(super) sequences: Vec<Sequence>,
}

impl KeyedView {
    /// Where a view can be opened: where a search can.
    #[must_use]
    pub fn modes() -> &'static [Mode] {
        Action::Search.info().modes
    }

    /// Its keys, as help writes them.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.sequences.iter().map(|sequence| show(sequence)).collect()
    }
}

impl Keymap {
    /// In the order of the settings.
    #[must_use]
    pub fn views(&self) -> &[KeyedView] {
        &self.views
    }

    /// Adds the views of the settings. What is wrong with their keys is told where they stand.
    pub(super) fn add_views(&mut self, views: &[ViewBinding]) -> Vec<ConfigMistake> {
        let mut mistakes = Vec::new();
        for view in views {
            let mut sequences = Vec::new();
            for (text, span) in &view.keys {
                let mistake = match sequence(text) {
                    Ok(sequence) if sequences.contains(&sequence) => {
                        let (what, hint) = mistake::repeated();
                        Some((what.to_owned(), hint))
                    }
                    // What is wrong is told once: it hides nothing from those that follow.
                    Ok(sequence) => self.clash(&sequence).or_else(|| {
                        sequences.push(sequence);
                        None
                    }),
                    Err((what, hint)) => Some((what.to_owned(), hint)),
                };
                mistakes.extend(mistake.map(|(what, hint)| ConfigMistake::at(span.clone(), what).hint(hint)));
            }
            self.views.push(KeyedView { name: view.name.clone(), query: view.query.clone(), sequences });
        }
        mistakes
    }

    /// What already has these keys where a view can be opened, or begins with them, or is their beginning; and what to do.
    fn clash(&self, wanted: &Sequence) -> Option<(String, String)> {
        let met = |(action, _): &&(Action, Vec<Sequence>)| {
            action.info().modes.iter().any(|mode| KeyedView::modes().contains(mode))
        };
        let actions = self.bindings.iter().filter(met).map(|(action, all)| (action.info().name.to_owned(), all));
        let views = self.views.iter().map(|view| (format!("the view `{}`", view.name), &view.sequences));
        actions.chain(views).find_map(|(who, all)| all.iter().find_map(|theirs| mistake::clash(wanted, &who, theirs)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Key, KeyMatch, Keymap};
    use crate::config::ViewBinding;
    use crate::ui::action::{Action, Mode};

    fn view(name: &str, keys: &[&str]) -> ViewBinding {
        let keys = keys.iter().map(|key| ((*key).to_owned(), 0..0)).collect();
        ViewBinding { name: name.to_owned(), query: "is:open".to_owned(), keys }
    }

    fn keys(text: &str) -> Vec<Key> {
        text.split(' ').map(|key| Key::parse(key).expect("a key")).collect()
    }

    #[test]
    fn a_view_is_found_by_its_keys_where_a_search_can_be_opened() {
        let mut map = Keymap::default();
        assert_eq!(map.add_views(&[view("boss", &["g 1", "ctrl-y"]), view("quiet", &[])]), []);
        assert_eq!(map.find(Mode::Batch, &keys("g")), KeyMatch::Begun);
        assert_eq!(map.find(Mode::Batch, &keys("g 1")), KeyMatch::View(0));
        assert_eq!(map.find(Mode::Door, &keys("ctrl-y")), KeyMatch::View(0));
        assert_eq!(map.find(Mode::Review, &keys("ctrl-y")), KeyMatch::Nothing);
        assert_eq!(map.find(Mode::Batch, &keys("g g")), KeyMatch::Action(Action::Top));
        assert_eq!(map.views()[0].keys(), ["g1", "ctrl-y"]);
    }

    #[test]
    fn keys_that_something_else_has_are_mistakes() {
        let mut map = Keymap::default();
        let views = [
            view("a", &["e"]),
            view("b", &["g"]),
            view("c", &["/ 1", "return"]),
            view("d", &["g 7", "g 7"]),
            view("e", &["g 7"]),
            view("f", &["g 7 x", "Z x"]),
        ];
        let told: Vec<String> = map.add_views(&views).into_iter().map(|mistake| mistake.what).collect();
        assert_eq!(
            told,
            [
                "done has this key already",
                "it hides \"gg\" of top",
                "it is hidden by \"/\" of search",
                "this is not a key",
                "this key stands here twice",
                "the view `d` has this key already",
                "it is hidden by \"g7\" of the view `d`",
            ]
        );
    }
}
