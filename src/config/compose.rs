//! `[compose]`: how messages are written.

use std::path::PathBuf;

use super::command;
use super::mistake::{ConfigMistake, quoted};
use super::paths::Paths;
use super::table::{FoundMistakes, TomlTable};
use crate::domain::printable::forbidden;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComposeConfig {
    /// The command line of the editor, read by the shell; `None` for what the environment says.
    pub editor: Option<String>,
    /// Another mail program in which messages are written, and its arguments, with the fields of `COMMAND_FIELDS`. It is run without
    /// a shell. `None` where they are written here.
    pub command: Option<Vec<String>>,
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
        Self {
            editor: None,
            command: None,
            attribution: ATTRIBUTION.to_owned(),
            quote: QuotePlace::default(),
            templates: None,
        }
    }
}

/// The keys of the table.
pub(super) const KEYS: [&str; 5] = ["editor", "command", "attribution", "quote", "templates"];
/// What stands in braces in the line above a quote.
pub const ATTRIBUTION_FIELDS: [&str; 5] = ["date", "time", "name", "address", "subject"];

/// What stands in braces in the command of another mail program: the file of the draft, and a `mailto` URL.
pub const COMMAND_FIELDS: [&str; 2] = ["draft", "mailto"];

const COMMAND: &str = "a command with `{draft}` or `{mailto}`, such as `\"neomutt -H {draft}\"`";
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
    compose.command = composer(&section, paths, found);
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

/// The command of another mail program, which has to get the message in one of its words.
fn composer(section: &TomlTable<'_>, paths: Paths<'_>, found: &mut FoundMistakes) -> Option<Vec<String>> {
    let words = command::under(section, "command", COMMAND, paths, found)?;
    let span = section.get("command")?.span();
    // Other braces are the command's own, as those of a shell.
    let is_name = |field: &&str| !field.is_empty() && field.bytes().all(|byte| byte.is_ascii_lowercase());
    let fields: Vec<&str> = words.iter().skip(1).flat_map(|word| fields(word)).filter(is_name).collect();
    if let Some(odd) = fields.iter().find(|field| !COMMAND_FIELDS.contains(field)) {
        let mistake = ConfigMistake::at(span, format!("there is no field {}", quoted(odd)));
        found.push(mistake.among(odd, COMMAND_FIELDS));
        return None;
    }
    if fields.is_empty() {
        let mistake = ConfigMistake::at(span, "this command does not get the message");
        found.push(
            mistake
                .expected(COMMAND)
                .hint("write `{draft}` where it takes a file, or `{mailto}` where it takes a link"),
        );
        return None;
    }
    Some(words)
}

/// What stands in braces.
fn fields(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(field, _)| field)
}

/// A field in braces that there is not.
fn odd_field(line: &str) -> Option<String> {
    fields(line).find(|field| !ATTRIBUTION_FIELDS.contains(field)).map(ToOwned::to_owned)
}
