//! `[theme]`: which colours the roles of the screen have. The built-in themes are embedded files of the same form.
//!
//! `ui::theme` decides how a colour is shown on a terminal that has fewer colours.

mod colour;
mod contrast;
mod palette;

use toml::de::{DeTable, DeValue};

pub use colour::Colour;
pub use contrast::{LEAST, LowContrast, contrast, luminance};
pub use palette::{Palette, Role};

use super::mistake::ConfigMistake;
use super::table::{FoundMistakes, TomlTable};

/// The names of the built-in themes, the default first.
pub const BUILT_IN: [&str; 4] = ["tide", "paper", "contrast", "ink"];

const FILES: [&str; BUILT_IN.len()] =
    [include_str!("tide.toml"), include_str!("paper.toml"), include_str!("contrast.toml"), include_str!("ink.toml")];

/// Whether the background of the terminal is dark or light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    Dark,
    Light,
}

/// Colours that the file gives to roles, in the file's order.
type Changes = Vec<(Role, Colour)>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeConfig {
    pub name: &'static str,
    /// `None`: the terminal is asked.
    pub background: Option<Background>,
    always: Changes,
    on_dark: Changes,
    on_light: Changes,
}

impl Default for ThemeConfig {
    fn default() -> Self {
        Self::named(BUILT_IN[0])
    }
}

impl ThemeConfig {
    /// A built-in theme without changes.
    #[must_use]
    pub fn named(name: &'static str) -> Self {
        Self { name, background: None, always: Vec::new(), on_dark: Vec::new(), on_light: Vec::new() }
    }

    /// The colours of every role.
    #[must_use]
    pub fn palette(&self, ground: Background) -> Palette {
        let (key, own) = match ground {
            Background::Dark => ("dark", &self.on_dark),
            Background::Light => ("light", &self.on_light),
        };
        Palette::default().with(&embedded(self.name, key)).with(&self.always).with(own)
    }

    /// Whether the file changes any colour of the built-in theme.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        !(self.always.is_empty() && self.on_dark.is_empty() && self.on_light.is_empty())
    }
}

/// One half of a built-in theme.
fn embedded(name: &str, half: &str) -> Changes {
    let text = BUILT_IN.iter().zip(FILES).find(|(known, _)| **known == name).map_or(FILES[0], |(_, file)| file);
    let (file, _) = DeTable::parse_recoverable(text);
    match file.get_ref().get(half).map(toml::Spanned::get_ref) {
        Some(DeValue::Table(table)) => colours(table, &mut FoundMistakes::new()),
        _ => Changes::new(),
    }
}

pub(super) fn read(root: &TomlTable<'_>, found: &mut FoundMistakes) -> ThemeConfig {
    let mut theme = ThemeConfig::default();
    let Some((table, span)) = root.table("theme", found) else { return theme };
    let roles: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
    let keys: Vec<&str> = ["name", "background", "dark", "light"].into_iter().chain(roles.iter().copied()).collect();
    let section = TomlTable::open("[theme]", table, span, &keys, found);
    if let Some(name) = section.word("name", &BUILT_IN.map(|name| (name, name)), found) {
        theme.name = name;
    }
    let grounds = [("auto", None), ("dark", Some(Background::Dark)), ("light", Some(Background::Light))];
    theme.background = section.word("background", &grounds, found).flatten();
    theme.always = colours(table, found);
    for (key, name, changes) in
        [("dark", "[theme.dark]", &mut theme.on_dark), ("light", "[theme.light]", &mut theme.on_light)]
    {
        if let Some((table, span)) = section.table(key, found) {
            TomlTable::open(name, table, span, &roles, found);
            *changes = colours(table, found);
        }
    }
    theme
}

/// The roles that a table gives colours to.
fn colours(table: &DeTable<'_>, found: &mut FoundMistakes) -> Changes {
    let mut changes = Changes::new();
    for role in Role::ALL {
        let Some(value) = table.get(role.name()) else { continue };
        match Colour::read(value) {
            Ok(colour) => changes.push((role, colour)),
            Err(mistake) => {
                found.push(ConfigMistake { what: format!("`{}`: {}", role.name(), mistake.what), ..mistake });
            }
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::{BUILT_IN, Colour, FILES, Role, colours};
    use toml::de::{DeTable, DeValue};

    #[test]
    fn every_built_in_theme_has_every_role_twice_and_nothing_else() {
        for (name, file) in BUILT_IN.iter().zip(FILES) {
            let file = DeTable::parse(file).expect(name);
            let halves: Vec<&str> = file.get_ref().keys().map(|key| key.get_ref().as_ref()).collect();
            assert_eq!(halves, ["dark", "light"], "{name}");
            for (half, value) in file.get_ref() {
                let DeValue::Table(table) = value.get_ref() else { panic!("{name} {half:?}") };
                let mut found = Vec::new();
                let read = colours(table, &mut found);
                assert_eq!((found, read.len(), table.len()), (Vec::new(), Role::ALL.len(), Role::ALL.len()), "{name}");
                // The line between is a line: it must be there, and need not be read.
                assert!(read.iter().any(|(role, colour)| *role == Role::Rule && *colour != Colour::Own), "{name}");
            }
        }
    }
}
