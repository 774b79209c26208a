//! `folders` of a source: which of its folders are read.

use super::mistake::ConfigMistake;
use super::table::{FoundMistakes, TomlTable};

const FOLDERS: &str = "the name of a folder or a pattern such as `\"lists/*\"`, or a list of them";

/// Names, and patterns with `*` (any) and `%` (any within one level), as in LIST (RFC 9051 §6.3.9). One that begins with `-`
/// leaves out what it matches.
pub(super) fn read(section: &TomlTable<'_>, found: &mut FoundMistakes) -> Option<Vec<String>> {
    let texts = section.texts("folders", FOLDERS, found)?;
    let mut folders: Vec<String> = Vec::with_capacity(texts.len());
    for text in texts {
        let name = text.text.strip_prefix('-').unwrap_or(&text.text);
        if name.trim().is_empty() || name.chars().any(char::is_control) {
            found.push(ConfigMistake::at(text.span, "this is no folder").expected(FOLDERS));
        } else {
            folders.push(text.text.into_owned());
        }
    }
    if let Some(value) = section.get("folders").filter(|_| folders.iter().all(|folder| folder.starts_with('-'))) {
        if !found.iter().any(|mistake| value.span().contains(&mistake.span.start)) {
            let mistake = ConfigMistake::at(value.span(), "no folder is left that could be read");
            found.push(
                mistake.expected(FOLDERS).hint("name one without a `-` before it, such as `\"INBOX\"` or `\"*\"`"),
            );
        }
        return None;
    }
    Some(folders)
}
