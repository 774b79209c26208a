//! Where a password or a token comes from. It never stands in the file itself.

use toml::de::DeValue;

use super::command;
use super::mistake::ConfigMistake;
use super::paths::Paths;
use super::table::{FoundMistakes, TomlTable, kind};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    /// The first line that this command prints. No shell runs it.
    Command(Vec<String>),
    /// The value of this environment variable.
    Variable(String),
    /// The entry with this name in the keyring of the system.
    Keyring(String),
}

const ORIGINS: [&str; 3] = ["command", "env", "keyring"];
const COMMAND: &str = "a command that prints it, such as `\"pass show work\"`";

/// Reads the table under `key`. Messages about mistakes quote nothing that may be the secret itself.
pub(super) fn read(
    section: &TomlTable<'_>,
    key: &'static str,
    paths: Paths<'_>,
    found: &mut FoundMistakes,
) -> Option<Secret> {
    let command = if key == "token" { "oama access me@example.org" } else { "pass show work" };
    let example = format!("{key} = {{ command = \"{command}\" }}");
    let Some(value) = section.get(key) else {
        let mistake = ConfigMistake::at(section.span.clone(), format!("this account has no `{key}`"));
        found.push(mistake.hint(format!("say where it comes from: `{example}`")));
        return None;
    };
    let DeValue::Table(table) = value.get_ref() else {
        let what = match value.get_ref() {
            DeValue::String(_) => format!("a {key} never stands in this file"),
            other => format!("`{key}` is {}", kind(other)),
        };
        // The mark stands under the key: under the value, its length would show how long the secret is.
        let place = section.key_place(key).unwrap_or_else(|| value.span());
        found.push(ConfigMistake::at(place, what).hint(format!("say where it comes from: `{example}`")));
        return None;
    };
    let name = if key == "token" { "`token`" } else { "`password`" };
    let origin = TomlTable::open(name, table, value.span(), &ORIGINS, found);
    let mut named = ORIGINS.into_iter().filter(|origin_key| origin.get(origin_key).is_some());
    let Some(first) = named.next() else {
        let mistake = ConfigMistake::at(value.span(), format!("this does not say where the {key} comes from"));
        found.push(mistake.hint(format!("write `{example}`, or name a variable (`env`) or an entry of the `keyring`")));
        return None;
    };
    for other in named {
        let place = origin.key_place(other).unwrap_or_else(|| value.span());
        let what = format!("the {key} comes from `{first}` already");
        found.push(ConfigMistake::at(place, what).hint("leave one of them out"));
    }
    match first {
        "command" => command::read(&origin, COMMAND, paths, found).map(Secret::Command),
        "env" => {
            let fit = |name: &str| !name.contains('=');
            name_of(&origin, "env", "the name of a variable, such as `\"WORK_PASSWORD\"`", fit, found)
                .map(Secret::Variable)
        }
        _ => {
            let fit = |name: &str| !name.starts_with('-');
            name_of(&origin, "keyring", "the name of an entry, such as `\"work\"`", fit, found).map(Secret::Keyring)
        }
    }
}

/// A name that is passed to the system unchanged.
fn name_of(
    section: &TomlTable<'_>,
    key: &str,
    expected: &str,
    fit: impl Fn(&str) -> bool,
    found: &mut FoundMistakes,
) -> Option<String> {
    let text = section.text(key, expected, found)?;
    if text.text.trim().is_empty() || text.text.chars().any(char::is_control) || !fit(&text.text) {
        found.push(ConfigMistake::at(text.span, "this is no name").expected(expected));
        return None;
    }
    Some(text.text.into_owned())
}
