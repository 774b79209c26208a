//! The names that people give to check-ins, lanes, exceptions and sources.

use super::mistake::{ConfigMistake, quoted};
use super::table::{FoundMistakes, Text, TomlTable};
use crate::domain::printable::forbidden;

/// In characters. A longer name does not fit into a column of a list.
const LONGEST: usize = 40;

/// Characters that are kept free for a number after a name.
const NUMBER: usize = 6;

/// The names of one kind of table. Two that differ only in letter case are one name given twice.
#[derive(Default)]
pub(super) struct Names(Vec<String>);

impl Names {
    /// Every name that was read, also those of tables with other mistakes.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> + Clone {
        self.0.iter().map(String::as_str)
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.all().any(|known| known == name)
    }

    pub(super) fn of<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        Self(names.map(str::to_owned).collect())
    }

    /// The `name` of a table. It must be fit to be shown, and no other table may have it.
    pub(super) fn take<'a>(&mut self, section: &TomlTable<'a>, found: &mut FoundMistakes) -> Option<Text<'a>> {
        let name = section.needed("name", "a name in quotes", found)?;
        if name.text.trim().is_empty() || name.text.trim() != name.text || name.text.chars().any(forbidden) {
            let what = format!("{} is not fit for a name", quoted(&name.text));
            found.push(
                ConfigMistake::at(name.span.clone(), what)
                    .expected("characters, without spaces around them or control characters"),
            );
            return None;
        }
        if name.text.chars().count() > LONGEST {
            found.push(ConfigMistake::at(name.span.clone(), format!("a name has at most {LONGEST} characters")));
            return None;
        }
        let lower = name.text.to_lowercase();
        if self.all().any(|known| known.to_lowercase() == lower) {
            let what = format!("the name {} is given a second time", quoted(&name.text));
            found.push(ConfigMistake::at(name.span.clone(), what).hint("give each its own name"));
            return None;
        }
        self.0.push(name.text.clone().into_owned());
        Some(name)
    }
}

/// A name like this one that no other table has. Characters that a name may not have are left out, and it is cut short.
pub(super) fn free<'n>(wanted: &str, others: impl Iterator<Item = &'n str>) -> String {
    let taken: Vec<String> = others.map(str::to_lowercase).collect();
    let name: String = wanted.chars().filter(|&c| !forbidden(c)).take(LONGEST - NUMBER).collect();
    let name = if name.trim().is_empty() { "mail" } else { name.trim() };
    let numbered = (2..).map(|number| format!("{name} {number}"));
    let free = std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken.contains(&name.to_lowercase()));
    free.unwrap_or_else(|| name.to_owned())
}
