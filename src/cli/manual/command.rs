//! The page of a command, from its arguments and the text below its help.

use clap::{Arg, Command};
use roff::{Inline, bold, roman};

use super::page::{ManualPage, inlines, value};
use super::parts::beside;
use super::shown;

/// The page of the command with these names.
pub fn page(program: &Command, names: &[&str], command: &Command) -> ManualPage {
    let title = format!("tidebox-{}", names.join("-"));
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let mut page = ManualPage::new(&title, 1, &about);
    page.heading("Synopsis");
    let called = format!("tidebox {}", names.join(" "));
    let mut synopsis = vec![bold(called), roman(" ")];
    synopsis.push(roman(self::synopsis(command)));
    page.inlines(synopsis);
    page.heading("Description");
    page.paragraph(&format!("{about}."));
    let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let (told, examples) = parts(&text);
    for part in told {
        part_of(&mut page, part);
    }
    if command.has_subcommands() {
        page.heading("Commands");
        for each in shown(command) {
            let about = each.get_about().map(ToString::to_string).unwrap_or_default();
            let name = format!("{title}-{}", each.get_name());
            page.tagged(vec![bold(name), roman("(1)")], inlines(&format!("{about}.")));
        }
    }
    options(&mut page, command, |argument| is_own(program, argument));
    page.paragraph("`--json`, `--config`, `--store` and the other options of every command stand in tidebox(1).");
    if !examples.is_empty() {
        page.heading("Examples");
        for part in examples {
            part_of(&mut page, part);
        }
    }
    let seen = beside(program, names);
    page.see_also(&seen.iter().map(String::as_str).collect::<Vec<_>>());
    page
}

/// Whether it is not one of those that every command has.
fn is_own(program: &Command, argument: &Arg) -> bool {
    program.get_arguments().all(|it| it.get_id() != argument.get_id())
}

/// The arguments and options that are meant, each with its sentence.
pub fn options(page: &mut ManualPage, command: &Command, meant: impl Fn(&Arg) -> bool) {
    let is_meant = |argument: &&Arg| !argument.is_hide_set() && !is_common(argument) && meant(argument);
    let values: Vec<&Arg> = command.get_positionals().filter(is_meant).collect();
    let named: Vec<&Arg> = command.get_arguments().filter(|it| !it.is_positional()).filter(is_meant).collect();
    page.heading("Options");
    for argument in values.into_iter().chain(named) {
        page.tagged(tag(argument), explained(argument));
    }
}

fn is_common(argument: &Arg) -> bool {
    ["help", "version"].contains(&argument.get_id().as_str())
}

fn tag(argument: &Arg) -> Vec<Inline> {
    if argument.is_positional() {
        return vec![value(&called(argument))];
    }
    let short = argument.get_short().map(|short| format!("-{short}"));
    let long = argument.get_long().map(|long| format!("--{long}"));
    let names: Vec<String> = short.into_iter().chain(long).collect();
    let mut tag = vec![bold(names.join(", "))];
    if argument.get_action().takes_values() {
        tag.extend([roman(" "), value(&called(argument))]);
    }
    tag
}

/// Its sentence, the words that it may be, what is meant without it, and the variable that may say it.
fn explained(argument: &Arg) -> Vec<Inline> {
    let mut text = inlines(&argument.get_help().map(ToString::to_string).unwrap_or_default());
    if argument.get_action().takes_values() {
        let words = argument.get_possible_values();
        let words: Vec<&str> =
            words.iter().filter(|word| !word.is_hide_set()).map(clap::builder::PossibleValue::get_name).collect();
        for (place, word) in words.iter().enumerate() {
            text.extend([roman(if place == 0 { ". One of " } else { ", " }), bold(*word)]);
        }
        let defaults: Vec<String> =
            argument.get_default_values().iter().map(|it| it.to_string_lossy().into_owned()).collect();
        if !defaults.is_empty() {
            text.extend([roman(". Without it: "), bold(defaults.join(" "))]);
        }
    }
    if let Some(variable) = argument.get_env() {
        text.extend([roman(". The variable "), bold(variable.to_string_lossy()), roman(" says the same")]);
    }
    text.push(roman("."));
    text
}

/// `WHEN`, `ID...`: the names of its values.
fn called(argument: &Arg) -> String {
    let names: Vec<String> = argument.get_value_names().unwrap_or_default().iter().map(ToString::to_string).collect();
    let many = argument.get_num_args().is_some_and(|range| range.max_values() > 1);
    format!("{}{}", names.join(" "), if many { "..." } else { "" })
}

/// `[--to WHEN] [OPTION...] VERB ID...`: its own options with the names of their values, then those that every command has, and
/// its arguments.
pub fn synopsis(command: &Command) -> String {
    let is_shown = |argument: &&Arg| !argument.is_hide_set() && !argument.is_global_set() && !is_common(argument);
    let option = |argument: &Arg| {
        let name = argument.get_long()?;
        let takes_value = argument.get_action().takes_values();
        Some(if takes_value { format!("[--{name} {}]", called(argument)) } else { format!("[--{name}]") })
    };
    let value = |argument: &Arg| {
        if argument.is_required_set() { called(argument) } else { format!("[{}]", called(argument)) }
    };
    let options = command.get_arguments().filter(|it| !it.is_positional()).filter(is_shown).filter_map(option);
    let values = command.get_positionals().filter(is_shown).map(value);
    let below = if command.is_subcommand_required_set() { "COMMAND" } else { "[COMMAND]" };
    let below = command.has_subcommands().then(|| below.to_owned());
    let every = std::iter::once("[OPTION...]".to_owned());
    options.chain(every).chain(values).chain(below).collect::<Vec<_>>().join(" ")
}

/// The parts of the text below a help, as empty lines divide it: what is told, and the examples.
fn parts(text: &str) -> (Vec<&str>, Vec<&str>) {
    let parts = text.split("\n\n").map(|part| part.trim_matches('\n')).filter(|part| !part.is_empty());
    let (examples, told): (Vec<&str>, Vec<&str>) = parts.partition(|part| part.starts_with("Example"));
    (told, examples)
}

/// Prose as a paragraph, and lines in columns as words with their explanations.
fn part_of(page: &mut ManualPage, part: &str) {
    let lines = part.lines().filter(|line| !matches!(*line, "Example:" | "Examples:"));
    let is_listed = part.starts_with("Example") || part.lines().any(|line| columns(line).1.is_some());
    if !is_listed {
        return page.paragraph(&part.replace('\n', " "));
    }
    for (tag, text) in rows(lines) {
        if text.is_empty() {
            page.inlines(vec![bold(tag)]);
        } else {
            page.tagged(vec![bold(tag)], inlines(&text));
        }
    }
}

/// The rows of a list in columns: `Label:   what is typed   what it means`, which goes on in lines with the last column alone. The
/// label leads the meaning.
fn rows<'l>(lines: impl Iterator<Item = &'l str>) -> Vec<(String, String)> {
    let mut rows: Vec<(String, String)> = Vec::new();
    for line in lines {
        let label =
            line.split_once(": ").filter(|(label, _)| label.chars().all(char::is_alphabetic) && !label.is_empty());
        let rest = label.map_or(line, |(_, rest)| rest);
        let indented = rest.len() - rest.trim_start().len();
        match (columns(rest), rows.last_mut()) {
            ((text, None), Some((_, meaning))) if label.is_none() && indented > 20 => {
                meaning.push(' ');
                meaning.push_str(text);
            }
            ((tag, meaning), _) => {
                let label = label.map_or(String::new(), |(label, _)| format!("{label}: "));
                let meaning = meaning.unwrap_or_default();
                let meaning = if meaning.is_empty() { String::new() } else { format!("{label}{meaning}") };
                rows.push((tag.to_owned(), meaning));
            }
        }
    }
    rows
}

/// What stands before and behind the first run of blanks within a line.
fn columns(line: &str) -> (&str, Option<&str>) {
    let line = line.trim();
    match line.split_once("   ").or_else(|| line.split_once("  ")) {
        Some((before, behind)) => (before.trim_end(), Some(behind.trim_start())),
        None => (line, None),
    }
}

#[cfg(test)]
mod tests {
    use super::{parts, rows};

    #[test]
    fn columns_are_told_as_words_with_their_meaning() {
        let text = "Words:    tidebox search ada            both words\n          tidebox search 'a*'            words that begin so\n\
                    State:    tidebox search is:open         open, done,\n                                         history";
        let expected = [
            ("tidebox search ada", "Words: both words"),
            ("tidebox search 'a*'", "words that begin so"),
            ("tidebox search is:open", "State: open, done, history"),
        ];
        let expected = expected.map(|(tag, text)| (tag.to_owned(), text.to_owned()));
        assert_eq!(rows(text.lines()), expected);
    }

    #[test]
    fn examples_are_a_part_of_their_own() {
        let (told, examples) = parts("One\ntwo.\n\nThree.\n\nExamples:\n  tidebox x   why\n  tidebox y");
        assert_eq!((told, examples), (vec!["One\ntwo.", "Three."], vec!["Examples:\n  tidebox x   why\n  tidebox y"]));
    }
}
