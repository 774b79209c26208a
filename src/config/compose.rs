//! `[compose]`: how messages are written.

use std::path::PathBuf;

use super::mistake::{ConfigMistake, quoted};
use super::paths::Paths;
use super::table::{FoundMistakes, TomlTable};
use crate::domain::printable::forbidden;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComposeConfig {
    /// The command line of the editor, read by the shell; `None` for what the environment says.
    pub editor: Option<String>,
    /// The line above a quote, with the fields of `ATTRIBUTION_FIELDS`.
    pub attribution: String,
    pub quote: QuotePlace,
    /// The folder of drafts to begin from.
    pub templates: Option<PathBuf>,
}

/// Where the quote stands in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QuotePlace {
    /// Below what is written.
    #[default]
    Bottom,
    /// Above it.
    Top,
    None,
}

impl Default for ComposeConfig {
    fn default() -> Self {
        Self { editor: None, attribution: ATTRIBUTION.to_owned(), quote: QuotePlace::default(), templates: None }
    }
}

/// The keys of the table.
pub(super) const KEYS: [&str; 4] = ["editor", "attribution", "quote", "templates"];
/// What stands in braces in the line above a quote.
pub const ATTRIBUTION_FIELDS: [&str; 5] = ["date", "time", "name", "address", "subject"];

const ATTRIBUTION: &str = "On {date} at {time}, {name} wrote:";
const QUOTE: [(&str, QuotePlace); 3] =
    [("bottom", QuotePlace::Bottom), ("top", QuotePlace::Top), ("none", QuotePlace::None)];
const EDITOR: &str = "a command, such as `\"vim\"` or `\"emacsclient -nw\"`";
const LINE: &str = "a line with `{date}`, `{time}`, `{name}`, `{address}` or `{subject}`";

pub(super) fn read(root: &TomlTable<'_>, paths: Paths<'_>, found: &mut FoundMistakes) -> ComposeConfig {
    let mut compose = ComposeConfig::default();
    let Some((table, span)) = root.table("compose", found) else { return compose };
    let section = TomlTable::open("[compose]", table, span, &KEYS, found);
    if let Some(editor) = section.text("editor", EDITOR, found) {
        if editor.text.trim().is_empty() || shlex::split(&editor.text).is_none() {
            let what = format!("{} is no command: a quote in it has no end", quoted(&editor.text));
            found.push(ConfigMistake::at(editor.span, what).expected(EDITOR));
        } else {
            compose.editor = Some(editor.text.into_owned());
        }
    }
    if let Some(line) = section.text("attribution", LINE, found) {
        match odd_field(&line.text) {
            Some(odd) => {
                let mistake = ConfigMistake::at(line.span, format!("there is no field {}", quoted(&odd)));
                found.push(mistake.among(&odd, ATTRIBUTION_FIELDS));
            }
            None if line.text.chars().any(forbidden) => {
                found.push(ConfigMistake::at(line.span, "this is no line of text").expected(LINE));
            }
            None => compose.attribution = line.text.into_owned(),
        }
    }
    compose.quote = section.word("quote", &QUOTE, found).unwrap_or_default();
    compose.templates = section.text("templates", "the path of a folder", found).and_then(|it| paths.read(&it, found));
    compose
}

/// A field in braces that there is not.
fn odd_field(line: &str) -> Option<String> {
    let fields = line.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    fields.map(|(field, _)| field).find(|field| !ATTRIBUTION_FIELDS.contains(field)).map(ToOwned::to_owned)
}
