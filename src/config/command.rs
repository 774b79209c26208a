//! A command and its arguments. It is run without a shell.

use toml::de::DeValue;

use super::mistake::ConfigMistake;
use super::paths::Paths;
use super::table::{FoundMistakes, TomlTable};

/// The command under the key `command`, which cannot be left out.
pub(super) fn read(
    section: &TomlTable<'_>,
    expected: &str,
    paths: Paths<'_>,
    found: &mut FoundMistakes,
) -> Option<Vec<String>> {
    if section.get("command").is_none() {
        found.push(section.missing("command", expected));
    }
    under(section, "command", expected, paths, found)
}

/// The command under a key that may be left out. A list is taken as it is. A text is split into words as a shell does, but no
/// shell runs it.
pub(super) fn under(
    section: &TomlTable<'_>,
    key: &str,
    expected: &str,
    paths: Paths<'_>,
    found: &mut FoundMistakes,
) -> Option<Vec<String>> {
    let value = section.get(key)?;
    let texts = section.texts(key, expected, found)?;
    let mut words = match (value.get_ref(), texts.as_slice()) {
        (DeValue::String(text), _) => {
            let words = shlex::split(text);
            if words.is_none() {
                let mistake = ConfigMistake::at(value.span(), "a quote within this command is never closed");
                found.push(mistake.hint("write it as a list of words instead"));
            }
            words?
        }
        (_, texts) => texts.iter().map(|text| text.text.clone().into_owned()).collect(),
    };
    if words.first().is_none_or(String::is_empty) || words.iter().any(|word| word.contains('\0')) {
        found.push(ConfigMistake::at(value.span(), "this command names no program").expected(expected));
        return None;
    }
    // No shell expands `~` in the path of the program.
    if let Some(first) = words.first_mut()
        && let Some(whole) = paths.program(first)
    {
        *first = whole;
    }
    Some(words)
}
