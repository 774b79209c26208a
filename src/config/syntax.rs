//! The file as TOML. Mistakes in the syntax are told in words of this program.

use std::collections::HashSet;
use std::ops::Range;

use toml::de::{DeTable, Error};

use super::masked::masked;
use super::mistake::{ConfigMistake, quoted};
use super::table::FoundMistakes;

/// The mistakes in the syntax.
pub(super) struct Notation {
    found: FoundMistakes,
    /// Whether the header of a table is broken, so that its keys were read as keys of another table.
    astray: bool,
}

/// Reads the whole file, going on after each mistake.
pub(super) fn read(text: &str) -> (toml::Spanned<DeTable<'_>>, Notation) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut notation = Notation { found: Vec::new(), astray: false };
    if errors.is_empty() {
        return (table, notation);
    }
    let shown = masked(text);
    let mut last_line = None;
    for error in &errors {
        let at = error.span().unwrap_or_default().start;
        // One mistake often causes several errors. Only the first on each line is kept.
        if last_line.as_ref().is_some_and(|line: &Range<usize>| line.contains(&at)) {
            continue;
        }
        let start = line_start(text, at);
        let line = text.get(start..).unwrap_or_default();
        last_line = Some(start..start + line.find('\n').unwrap_or(line.len()) + 1);
        notation.astray |= line.trim_start().starts_with('[') && !is_repeated(error);
        notation.found.push(in_words(&shown, error));
    }
    (table, notation)
}

/// Leaves out mistakes that only follow from a mistake in the syntax: those on the same line or, if the header of a table is
/// broken, all of them.
pub(super) fn without_echoes(text: &str, notation: Notation, meaning: FoundMistakes) -> FoundMistakes {
    let Notation { found: mut all, astray } = notation;
    let lines: HashSet<usize> = all.iter().map(|mistake| line_start(text, mistake.span.start)).collect();
    if !astray {
        all.extend(meaning.into_iter().filter(|mistake| !lines.contains(&line_start(text, mistake.span.start))));
    }
    all
}

fn is_repeated(error: &Error) -> bool {
    error.message().starts_with("duplicate key")
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

fn in_words(text: &str, error: &Error) -> ConfigMistake {
    let span = error.span().unwrap_or(0..0);
    let there = text.get(span.clone()).unwrap_or_default();
    let message = error.message();
    if is_repeated(error) {
        return ConfigMistake::at(span, format!("{} stands here a second time", quoted(there)))
            .hint("put what belongs together into one place");
    }
    if message.contains("recurse") || message.contains("recursion") {
        return ConfigMistake::at(span, "this is nested too deeply for a configuration");
    }
    if message.starts_with("string values must be quoted") {
        return match there {
            "" => ConfigMistake::at(span, "there is no value here").expected("a value after the `=`"),
            _ => ConfigMistake::at(span, format!("{} is no value", quoted(there)))
                .expected("a text in quotes, a number, `true` or `false`")
                .hint("texts stand in quotes"),
        };
    }
    let (what, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    let mistake = ConfigMistake::at(span, what);
    if expected.is_empty() { mistake } else { mistake.expected(expected) }
}
