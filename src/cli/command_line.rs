//! What the words of a command line mean, before they are parsed and also where they are not complete: which command they
//! name, which options have which values, and what the next word would be.

use std::ffi::{OsStr, OsString};

use clap::{Arg, Command};

/// The words that were read so far.
#[derive(Debug)]
pub struct CommandLine<'c> {
    /// The command that they name, the program itself where they name none.
    pub command: &'c Command,
    /// Its name and those of the commands above it, without that of the program: `account`, `add`.
    pub names: Vec<&'c str>,
    /// The long names of the options that were given, with their values.
    pub options: Vec<(&'c str, Option<OsString>)>,
    /// The words that belong to no option.
    pub values: Vec<OsString>,
    /// The option whose value the next word is.
    pub awaits: Option<&'c Arg>,
    /// Whether `--` came, behind which nothing is an option.
    pub closed: bool,
}

impl<'c> CommandLine<'c> {
    /// Reads words, without the program's name. `program` is built already, so that each command knows the options of all.
    pub fn read<'w>(program: &'c Command, words: impl IntoIterator<Item = &'w OsStr>) -> Self {
        let mut line = Self {
            command: program,
            names: Vec::new(),
            options: Vec::new(),
            values: Vec::new(),
            awaits: None,
            closed: false,
        };
        words.into_iter().for_each(|word| line.take(word));
        line
    }

    fn take(&mut self, word: &OsStr) {
        if let Some(option) = self.awaits.take() {
            self.options.extend(option.get_long().map(|name| (name, Some(word.to_owned()))));
        } else if self.closed {
            self.values.push(word.to_owned());
        } else if word == "--" {
            self.closed = true;
        } else if let Some(text) = word.to_str().filter(|text| text.len() > 1 && text.starts_with('-')) {
            self.take_option(text);
        } else if self.values.is_empty()
            && let Some(command) = word.to_str().and_then(|name| self.command.find_subcommand(name))
        {
            self.command = command;
            self.names.push(command.get_name());
        } else {
            self.values.push(word.to_owned());
        }
    }

    fn take_option(&mut self, text: &str) {
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let Some(option) = self.option(name) else {
            // A word of a query, perhaps.
            self.values.push(text.into());
            return;
        };
        let needs_value = option.get_action().takes_values() && !option.is_require_equals_set();
        match option.get_long() {
            _ if needs_value && value.is_none() => self.awaits = Some(option),
            Some(long) => self.options.push((long, value.map(Into::into))),
            None => {}
        }
    }

    /// The option of this name, `--to` or `-o`.
    pub fn option(&self, name: &str) -> Option<&'c Arg> {
        let command: &'c Command = self.command;
        let is_called = |option: &&Arg| match name.strip_prefix("--") {
            Some(long) => option.get_long() == Some(long),
            None => option.get_short().is_some_and(|short| name.strip_prefix('-') == Some(short.to_string().as_str())),
        };
        command.get_opts().chain(command.get_arguments().filter(|it| !it.is_positional())).find(is_called)
    }

    /// The value of an option, where it was given.
    pub fn value(&self, long: &str) -> Option<&OsStr> {
        self.options.iter().rev().find(|(name, _)| *name == long).and_then(|(_, value)| value.as_deref())
    }

    /// The argument that the next word would be if it belongs to no option.
    pub fn next_value(&self) -> Option<&'c Arg> {
        let command: &'c Command = self.command;
        let mut before: usize = 0;
        command.get_positionals().find(|argument| {
            let most = argument.get_num_args().map_or(1, |range| range.max_values());
            before = before.saturating_add(most);
            self.values.len() < before
        })
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use clap::CommandFactory as _;

    use super::CommandLine;
    use crate::cli::arguments::Arguments;

    fn told(words: &str) -> (String, Option<String>, Option<String>) {
        let mut program = Arguments::command();
        program.build();
        let line = CommandLine::read(&program, words.split(' ').filter(|word| !word.is_empty()).map(OsStr::new));
        let name = |argument: &clap::Arg| argument.get_id().to_string();
        (line.names.join(" "), line.awaits.map(name), line.next_value().map(name))
    }

    #[test]
    fn words_lead_to_a_command_an_option_and_the_next_argument() {
        let some = |text: &str| Some(text.to_owned());
        for (words, command, awaits, next) in [
            ("", "", None, None),
            ("--store x.db --json decide", "decide", None, some("verb")),
            ("decide --to", "decide", some("to"), some("verb")),
            ("decide --to=next defer", "decide", None, some("ids")),
            ("decide defer 1 2 3", "decide", None, some("ids")),
            ("account folders", "account folders", None, some("sources")),
            ("show 1", "show", None, None),
            ("export -o", "export", some("output"), None),
            ("search -- decide --to", "search", None, some("query")),
            ("--store", "", some("store"), None),
        ] {
            assert_eq!(told(words), (command.to_owned(), awaits, next), "{words}");
        }
    }

    #[test]
    fn the_last_value_of_an_option_counts() {
        let mut program = Arguments::command();
        program.build();
        let words = ["--store", "a.db", "queue", "--store=b.db"].map(OsStr::new);
        let line = CommandLine::read(&program, words);
        assert_eq!((line.value("store"), line.value("config")), (Some(OsStr::new("b.db")), None));
    }
}
