//! A command and its arguments, under the key `command`. It is run without a shell.

use toml::de::DeValue;

use super::mistake::ConfigMistake;
use super::section::{Found, Section};

/// A list is taken as it is; a text is split as a shell would split it, and never run by one.
pub(super) fn read(section: &Section<'_>, expected: &str, found: &mut Found) -> Option<Vec<String>> {
    let Some(value) = section.get("command") else {
        found.push(section.missing("command", expected));
        return None;
    };
    let texts = section.texts("command", expected, found)?;
    let words = match (value.get_ref(), texts.as_slice()) {
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
    Some(words)
}
